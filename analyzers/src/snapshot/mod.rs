//! The facts of one repository at one commit, read once: one walk of the history, one listing of the tree, each
//! blob decoded at most once. This is the only room that touches git objects.

mod blobs;
mod bounded;
mod brought;
mod commits;
mod comparison;
mod diff;
pub mod fixture;
pub mod history;
mod languages;
mod left;
mod listing;
mod once;
mod pack;
mod people;
mod read;
mod refs;
pub mod stack;
mod template;
pub mod texts;
pub mod tree;
pub mod watch;

pub(crate) use blobs::MISSING;
pub use history::{Author, Blob, BlobId, Change, Commit, History, PathId, Tagged};
pub use languages::LanguageShare;
pub use read::{Depth, Options, ReadError};
pub use stack::Stack;
pub use template::Template;
pub use texts::{At, Text};
pub use tree::{File, Mode, Tree};
pub use watch::{NoWatch, Stage, Watch};

use std::sync::{Arc, OnceLock};

use gix::ObjectId;

use self::brought::Brought;
use self::left::Left;
use self::once::Once;
use crate::code::Code;
use crate::code::own::OwnRules;
use crate::rubric::{Profile, Thresholds};
use crate::secrets::{Fingerprint, Suppression};
use crate::{Limits, Place};

/// Everything that an analyzer may know about a repository.
#[derive(Debug)]
pub struct Snapshot {
    head: ObjectId,
    branch: Option<String>,
    history: Arc<History>,
    tree: Tree,
    skipped: Vec<Skipped>,
    thresholds: Thresholds,
    depth: Depth,
    limits: Limits,
    suppressed: Vec<Suppression>,
    own_rules: Arc<OwnRules>,
    template: Option<Arc<Template>>,
    profile: Profile,
    code: OnceLock<Code>,
    stack: OnceLock<Stack>,
    languages: OnceLock<Vec<LanguageShare>>,
    once: Once,
    left: Left,
}

/// Something that was not looked at, and why. It is said in the report and never counted as bad.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// What: `blob`, `commit`, `tree`, `history`.
    pub what: &'static str,
    /// Why, as it follows "not looked at:".
    pub why: String,
    /// How many.
    pub count: u64,
    /// Whether the report is incomplete for it (missing objects), not merely bounded (a large binary).
    pub incomplete: bool,
}

/// What a candidate brought to a template.
#[derive(Debug)]
pub(crate) struct Delta {
    /// The same repository with nothing in it that the template gave and the candidate left as it was.
    pub(crate) repo: Snapshot,
    /// How many files that leaves out.
    pub(crate) given: usize,
    brought: Brought,
}

impl Delta {
    /// Whether lines of a file are the candidate's work.
    pub(crate) fn has_lines(&self, path: &str, lines: (u32, u32)) -> bool {
        self.brought.has(path, lines)
    }

    /// Whether a place is the candidate's work.
    pub(crate) fn has(&self, place: &Place) -> bool {
        match place.lines {
            Some(lines) => self.has_lines(&place.path, lines),
            None => !self.brought.is_given(&place.path),
        }
    }

    /// What was given, as far as its files are still there: each as it was before the candidate changed it. `None` where
    /// none was changed.
    pub(crate) fn before(&self, now: &Snapshot) -> Option<Snapshot> {
        let before = |file: &File| match self.brought.before(&file.path) {
            Some(text) => Some(File { text: Some(text.to_owned()), ..file.clone() }),
            None if self.brought.is_new(&file.path) && template::is_work(&file.path) => None,
            None => Some(file.clone()),
        };
        let files = || now.tree.files.iter().filter_map(before).collect();
        self.brought.is_anything_changed().then(|| now.of_files(files()))
    }
}

impl Snapshot {
    /// Reads the history and the tree of `repo` at HEAD, or at [`Options::revision`].
    pub fn read(repo: &gix::ThreadSafeRepository, options: &Options, watch: &dyn Watch) -> Result<Self, ReadError> {
        read::read(repo, options, watch)
    }

    /// The commit under review.
    pub fn head(&self) -> ObjectId {
        self.head
    }

    /// The branch under review; `None` when HEAD is detached.
    pub fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }

    /// The commits and what each changed.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The files at [`head`](Self::head).
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The text of the file at `path`, if it is there, is text, and is not vendored, generated or too large.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.tree.get(path)?.text()
    }

    /// Where to draw the lines, for the profile that the repository is reviewed under.
    pub fn thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// How much of the repository was looked at.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How much was found out about each file.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// Why the user says that the credential with this fingerprint needs no action, if they do.
    pub fn suppressed(&self, fingerprint: Fingerprint) -> Option<Suppression> {
        self.suppressed.iter().find(|known| known.fingerprint == fingerprint).copied()
    }

    /// What was not looked at.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Whether everything that should be there could be read.
    pub fn is_complete(&self) -> bool {
        !self.skipped.iter().any(|skipped| skipped.incomplete)
    }

    /// What the source code says: the matches of every rule under `rules/code/`.
    pub fn code(&self) -> &Code {
        self.code.get_or_init(|| {
            let files: Vec<(&str, &str)> =
                self.tree.files().iter().filter_map(|file| Some((file.path.as_str(), file.text()?))).collect();
            Code::scan(&files, &self.own_rules, &self.limits)
        })
    }

    /// What the repository is reviewed as.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// What the candidate brought, where it is known what was there before. The trial adds what it knows of the routes.
    pub(crate) fn delta(&self) -> Option<Delta> {
        let brought = self.template.as_ref()?.beside(&self.tree);
        let mut files = self.tree.files.clone();
        files.retain(|file| !(brought.is_given(&file.path) && template::is_work(&file.path)));
        let given = self.tree.files.len() - files.len();
        let repo = Snapshot {
            // What was parsed stays so: what a line of the candidate's means may be said by a line of the template's.
            code: self.code().only(|path, lines| brought.has(path, lines)).into(),
            ..self.of_files(files)
        };
        Some(Delta { repo, given, brought })
    }

    /// The same repository with other files.
    fn of_files(&self, files: Vec<File>) -> Snapshot {
        Snapshot {
            head: self.head,
            branch: self.branch.clone(),
            history: self.history.clone(),
            tree: Tree { files, is_unlisted: self.tree.is_unlisted, is_cut: self.tree.is_cut, names: OnceLock::new() },
            skipped: self.skipped.clone(),
            thresholds: self.thresholds,
            depth: self.depth,
            limits: self.limits,
            suppressed: self.suppressed.clone(),
            own_rules: self.own_rules.clone(),
            template: None,
            profile: self.profile,
            code: OnceLock::new(),
            stack: OnceLock::new(),
            languages: OnceLock::new(),
            once: Once::default(),
            left: Left::default(),
        }
    }

    /// The rules that the organisation brought.
    pub fn own_rules(&self) -> &OwnRules {
        &self.own_rules
    }

    /// Manifests, dependencies and scripts.
    pub fn stack(&self) -> &Stack {
        self.stack.get_or_init(|| Stack::detect(&self.tree))
    }

    /// What another room works out from this snapshot, by its type: `work` is done the first time.
    pub(crate) fn once<T: Send + Sync + 'static>(&self, work: impl FnOnce(&Self) -> T) -> &T {
        self.once.get(|| work(self))
    }

    /// What another room knows already, and need not work out. It is passed over where that was done.
    pub(crate) fn set_once<T: Send + Sync + 'static>(&self, value: T) {
        self.once.set(value);
    }

    /// Programming languages by share of bytes, the largest first.
    pub fn languages(&self) -> &[LanguageShare] {
        self.languages.get_or_init(|| languages::detect(&self.tree))
    }
}
