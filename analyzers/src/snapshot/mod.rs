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
mod limits;
mod listing;
mod pack;
pub mod paths;
mod read;
mod refs;
pub mod stack;
mod template;
pub mod texts;
pub mod tree;
pub mod watch;

pub use history::{Author, Blob, BlobId, Change, Commit, History, PathId, Tagged};
pub use languages::LanguageShare;
pub use limits::Limits;
pub use read::{Depth, Options, ReadError};
pub use stack::Stack;
pub use template::Template;
pub use texts::{At, Text};
pub use tree::{File, Mode, Tree};
pub use watch::{NoWatch, Stage, Watch};

use std::sync::{Arc, OnceLock};

use gix::ObjectId;

use self::brought::Brought;
use crate::Place;
use crate::areas::api::Surface;
use crate::areas::database::Schema;
use crate::code::Code;
use crate::code::own::OwnRules;
use crate::documents::Documents;
use crate::environment::Environment;
use crate::rubric::{Profile, Thresholds};
use crate::secrets::{Fingerprint, Reason, Suppression};

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
    surface: OnceLock<Surface>,
    schema: OnceLock<Schema>,
    languages: OnceLock<Vec<LanguageShare>>,
    documents: OnceLock<Documents>,
    environment: OnceLock<Environment>,
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
    /// Whether a place is the candidate's work.
    pub(crate) fn has(&self, place: &Place) -> bool {
        match place.lines {
            Some(lines) => self.brought.has(&place.path, lines),
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
    pub fn suppressed(&self, fingerprint: Fingerprint) -> Option<Reason> {
        self.suppressed.iter().find(|known| known.fingerprint == fingerprint).map(|known| known.reason)
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

    /// What the candidate brought, where it is known what was there before.
    pub(crate) fn delta(&self) -> Option<Delta> {
        let brought = self.template.as_ref()?.beside(&self.tree);
        let mut files = self.tree.files.clone();
        files.retain(|file| !(brought.is_given(&file.path) && template::is_work(&file.path)));
        let given = self.tree.files.len() - files.len();
        let repo = Snapshot {
            // What was parsed stays so: what a line of the candidate's means may be said by a line of the template's.
            code: self.code().only(|path, lines| brought.has(path, lines)).into(),
            surface: self.surface().only(|path, lines| brought.has(path, lines)).into(),
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
            tree: Tree { files },
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
            surface: OnceLock::new(),
            schema: OnceLock::new(),
            languages: OnceLock::new(),
            documents: OnceLock::new(),
            environment: OnceLock::new(),
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

    /// The HTTP endpoints, whatever the framework.
    pub fn surface(&self) -> &Surface {
        self.surface.get_or_init(|| Surface::of(self))
    }

    /// The tables of its databases, as far as they are declared.
    pub(crate) fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| Schema::of(self))
    }

    /// What the repository says to people.
    pub fn documents(&self) -> &Documents {
        self.documents.get_or_init(|| Documents::read(self))
    }

    /// The environment variables that the code reads, and where they are documented.
    pub fn environment(&self) -> &Environment {
        self.environment.get_or_init(|| Environment::read_from(self))
    }

    /// Programming languages by share of bytes, the largest first.
    pub fn languages(&self) -> &[LanguageShare] {
        self.languages.get_or_init(|| languages::detect(&self.tree))
    }
}
