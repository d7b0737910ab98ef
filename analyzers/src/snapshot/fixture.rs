//! Snapshots made from strings, without git, for the tests of analyzers and for fuzzing (`tests/fuzz`). No command leads
//! here.
//!
//! ```ignore
//! let repo = Fixture::new().file("README.md", "# Hello").commit("ana", "api: Add users", &[("src/users.py", 20, 3)]).snapshot();
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use gix::ObjectId;

use super::left::Left;
use super::once::Once;
use super::tree::{File, Mode};
use super::{Author, Blob, BlobId, Change, Commit, Depth, History, PathId, Skipped, Snapshot, Tree};
use crate::code::own::OwnRules;
use crate::rubric::{Profile, Rubric};
use crate::secrets;
use crate::{Limits, paths};

/// Builds a [`Snapshot`]. Files are what is at HEAD; commits are written oldest first.
#[derive(Default)]
pub struct Fixture {
    files: BTreeMap<String, String>,
    gone: Vec<(String, String)>,
    commits: Vec<Written>,
    profile: Profile,
    is_template: bool,
    is_cut: bool,
    suppressed: Vec<secrets::Suppression>,
    own_rules: Arc<OwnRules>,
}

/// Author, message, changes (path, lines added, lines deleted) and how many parents.
type Written = (String, String, Vec<(String, u32, u32)>, usize);

impl Fixture {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A file at HEAD. Every file at HEAD that no commit names is brought in by a first commit.
    pub fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    /// A file that a commit brought in and a later one deleted.
    pub fn deleted_file(mut self, path: &str, text: &str) -> Self {
        self.gone.push((path.to_owned(), text.to_owned()));
        self
    }

    /// A commit by `author` with path, lines added and lines deleted of each change.
    pub fn commit(self, author: &str, message: &str, changes: &[(&str, u32, u32)]) -> Self {
        self.commit_with_parents(author, message, changes, 1)
    }

    /// A merge commit.
    pub fn merge(self, author: &str, message: &str) -> Self {
        self.commit_with_parents(author, message, &[], 2)
    }

    /// Every commit was there before the candidate came.
    pub fn template(mut self) -> Self {
        self.is_template = true;
        self
    }

    /// Some files could not be read.
    #[cfg(test)]
    pub(crate) fn cut(mut self) -> Self {
        self.is_cut = true;
        self
    }

    /// Every credential in `text` needs no action.
    pub fn suppress(mut self, text: &str, by: secrets::By, reason: secrets::Reason) -> Self {
        let hits = scan(text).into_iter();
        self.suppressed.extend(hits.map(|hit| secrets::Suppression { fingerprint: hit.fingerprint, by, reason }));
        self
    }

    /// The organisation's own rules.
    #[cfg(test)]
    pub(crate) fn rules(mut self, rules: OwnRules) -> Self {
        self.own_rules = Arc::new(rules);
        self
    }

    /// What it is reviewed as.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    fn commit_with_parents(
        mut self,
        author: &str,
        message: &str,
        changes: &[(&str, u32, u32)],
        parents: usize,
    ) -> Self {
        let changes = changes.iter().map(|(path, added, deleted)| ((*path).to_owned(), *added, *deleted)).collect();
        self.commits.push((author.to_owned(), message.to_owned(), changes, parents));
        self
    }

    /// The facts of all that.
    pub fn snapshot(self) -> Snapshot {
        let mut history = History::default();
        let add_blob = |history: &mut History, text: &str| {
            history.blobs.push(Blob {
                id: gix_object::compute_hash(gix::hash::Kind::Sha1, gix_object::Kind::Blob, text.as_bytes())
                    .expect("short texts can be hashed"),
                size: text.len() as u64,
                lines: text.lines().count() as u32,
                binary: text.contains('\0'),
                generated: paths::says_generated(text.as_bytes()),
                hits: scan(text),
            });
            BlobId(history.blobs.len() as u32 - 1)
        };
        let path_id = |history: &mut History, path: &str| {
            let known = history.paths.iter().position(|known| known == path).unwrap_or_else(|| {
                history.paths.push(path.to_owned());
                history.paths.len() - 1
            });
            PathId(known as u32)
        };

        let mut files = Vec::new();
        let mut content: BTreeMap<String, BlobId> = BTreeMap::new();
        for (path, text) in &self.files {
            let blob = add_blob(&mut history, text);
            content.insert(path.clone(), blob);
            let facts = history.blob(blob);
            let vendored = paths::is_vendored(path);
            files.push(File {
                path: path.clone(),
                id: facts.id,
                mode: Mode::Regular,
                size: facts.size,
                vendored,
                generated: paths::is_generated(path) || facts.generated,
                text: (!facts.binary && !vendored).then(|| text.clone()),
            });
        }

        // First what HEAD has and nobody is said to have written, with what was deleted since.
        let mut import = Vec::new();
        for (path, &blob) in content
            .iter()
            .filter(|(path, _)| !self.commits.iter().any(|commit| commit.2.iter().any(|change| change.0 == **path)))
        {
            let (path, lines) = (path_id(&mut history, path), history.blob(blob).lines);
            import.push(Change {
                path,
                old: None,
                new: Some(blob),
                added: lines,
                deleted: 0,
                renamed: false,
                moved: None,
            });
        }
        let mut removal = Vec::new();
        for (path, text) in &self.gone {
            let (path, blob) = (path_id(&mut history, path), add_blob(&mut history, text));
            let lines = history.blob(blob).lines;
            import.push(Change {
                path,
                old: None,
                new: Some(blob),
                added: lines,
                deleted: 0,
                renamed: false,
                moved: None,
            });
            removal.push(Change {
                path,
                old: Some(blob),
                new: None,
                added: 0,
                deleted: lines,
                renamed: false,
                moved: None,
            });
        }
        let mut commits: Vec<(String, String, Vec<Change>, usize)> = Vec::new();
        if !import.is_empty() {
            let author = self.commits.first().map_or("ana", |commit| commit.0.as_str());
            commits.push((author.to_owned(), "Import the project".to_owned(), import, 0));
        }
        for (author, message, changes, parents) in &self.commits {
            let mut made = Vec::new();
            for (path, added, deleted) in changes {
                let new = content.get(path).copied().unwrap_or_else(|| add_blob(&mut history, ""));
                made.push(Change {
                    path: path_id(&mut history, path),
                    old: None,
                    new: Some(new),
                    added: *added,
                    deleted: *deleted,
                    renamed: false,
                    moved: None,
                });
            }
            commits.push((author.clone(), message.clone(), made, if commits.is_empty() { 0 } else { *parents }));
        }
        if !removal.is_empty() {
            let author = commits[0].0.clone();
            commits.push((author, "Remove files".to_owned(), removal, 1));
        }

        for (index, (author, message, changes, parents)) in commits.into_iter().enumerate() {
            let author = history.authors.iter().position(|known| known.name == author).unwrap_or_else(|| {
                history.authors.push(Author { email: format!("{author}@example.com"), name: author });
                history.authors.len() - 1
            });
            history.commits.push(Commit {
                id: ObjectId::from_hex(format!("{:040x}", index + 1).as_bytes()).expect("forty hex digits"),
                parents,
                first_parent: ObjectId::from_hex(format!("{index:040x}").as_bytes()).ok().filter(|_| parents > 0),
                author,
                committer: author,
                author_time: 1_700_000_000 + index as i64 * 3600,
                commit_time: 1_700_000_000 + index as i64 * 3600,
                message,
                on_default_branch: true,
                is_shallow_boundary: false,
                is_since: !self.is_template,
                changes,
            });
        }
        history.commits.reverse();
        let head = history.commits.first().map_or_else(|| ObjectId::null(gix::hash::Kind::Sha1), |commit| commit.id);
        Snapshot {
            head,
            branch: Some("main".to_owned()),
            history: Arc::new(history),
            tree: Tree { files, is_cut: self.is_cut, ..Tree::default() },
            skipped: Vec::<Skipped>::new(),
            thresholds: Rubric::built_in().thresholds(self.profile),
            limits: Limits::default(),
            depth: Depth::Everything,
            suppressed: self.suppressed,
            own_rules: self.own_rules,
            template: None,
            profile: self.profile,
            code: OnceLock::new(),
            stack: OnceLock::new(),
            languages: OnceLock::new(),
            once: Once::default(),
            left: Left::default(),
        }
    }
}

fn scan(text: &str) -> Vec<secrets::Hit> {
    secrets::Scanner::for_texts(1, secrets::FingerprintKey::default()).scan(text.as_bytes())
}
