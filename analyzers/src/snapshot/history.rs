//! The commits that are reachable from HEAD, the other branches and the tags, and what each changed.

use std::collections::{BTreeMap, HashMap};

use gix::ObjectId;

use super::texts::Text;
use crate::secrets::Hit;

/// Index of a distinct path of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(pub(crate) u32);

/// Index of a distinct blob of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub(crate) u32);

/// One commit.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// How many parents it names.
    pub parents: usize,
    /// The first of them.
    pub first_parent: Option<ObjectId>,
    /// Index into [`History::authors`], after `.mailmap`.
    pub author: usize,
    /// Index into [`History::authors`] of who committed it.
    pub committer: usize,
    /// When it was written, in seconds since 1970; may be anything that the author's clock said.
    pub author_time: i64,
    /// When it was committed, likewise.
    pub commit_time: i64,
    /// The message; bytes that are no UTF-8 are replaced; at most 64 KiB.
    pub message: String,
    /// Whether HEAD reaches it.
    pub on_default_branch: bool,
    /// Whether it is the last one of a shallow clone, so that what it changed is unknown.
    pub is_shallow_boundary: bool,
    /// Whether it comes after [`Options::since`](super::Options::since) and [`Options::template`](super::Options::template).
    pub is_since: bool,
    /// What it changed against its parent (against nothing for a root). For a merge: only what neither parent had.
    pub changes: Vec<Change>,
}

impl Commit {
    /// The first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default().trim()
    }

    /// What follows the first line, trimmed.
    pub fn body(&self) -> &str {
        self.message.split_once('\n').map_or("", |(_, body)| body.trim())
    }

    /// Whether it has more than one parent.
    pub fn is_merge(&self) -> bool {
        self.parents > 1
    }
}

/// What one commit did to one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The path.
    pub path: PathId,
    /// The blob before; `None` if the path is new.
    pub old: Option<BlobId>,
    /// The blob after; `None` if the path was deleted.
    pub new: Option<BlobId>,
    /// Lines added.
    pub added: u32,
    /// Lines deleted.
    pub deleted: u32,
    /// The same blob left another path in the same commit (for the new path), or went to one (for the old).
    pub renamed: bool,
    /// The blob that left a path with the same file name in the same commit and was changed on the way (for the new path),
    /// or that it became (for the old). Lines are then those that differ.
    pub moved: Option<BlobId>,
}

impl Change {
    /// Lines added and deleted.
    pub fn lines(&self) -> u64 {
        u64::from(self.added) + u64::from(self.deleted)
    }
}

/// A distinct content of the history.
#[derive(Debug, Clone)]
pub struct Blob {
    /// Object id.
    pub id: ObjectId,
    /// Size in bytes; 0 if it could not be read.
    pub size: u64,
    /// Lines; 0 for binary files.
    pub lines: u32,
    /// Whether git would call it binary.
    pub binary: bool,
    /// Its first lines say that a program wrote it.
    pub generated: bool,
    /// What looks like a credential in it; without the values.
    pub hits: Vec<Hit>,
}

/// Somebody who wrote commits. Reports never name them: they are "author 1, 2, ..." by first commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Author {
    /// Name, after `.mailmap`.
    pub(crate) name: String,
    /// E-mail address, after `.mailmap`.
    pub(crate) email: String,
}

impl Author {
    /// Whether a program writes under this name (`dependabot[bot]` and its kin).
    pub fn is_bot(&self) -> bool {
        // Asked of every commit, so nothing is copied.
        const NAMES: &[&str] = &[
            "dependabot",
            "renovate",
            "greenkeeper",
            "imgbot",
            "allcontributors",
            "github-actions",
            "travis ci",
            "codacy-badger",
            "bors",
        ];
        let (name, email) = (self.name.as_bytes(), self.email.as_bytes());
        let ends_with =
            |end: &[u8]| name.len().checked_sub(end.len()).is_some_and(|start| name[start..].eq_ignore_ascii_case(end));
        [&b"[bot]"[..], b"-bot", b" bot"].into_iter().any(ends_with)
            || email.windows(6).any(|part| part.eq_ignore_ascii_case(b"[bot]@"))
            || NAMES.iter().any(|known| self.name.eq_ignore_ascii_case(known))
    }
}

/// A file that a tag leads to without a commit.
#[derive(Debug, Clone)]
pub struct Tagged {
    /// The tag's full name.
    pub tag: String,
    /// The path within what the tag points at; empty if that is the file itself.
    pub path: String,
    /// The content.
    pub blob: BlobId,
}

/// The history, newest commit first.
#[derive(Debug, Default)]
pub struct History {
    pub(crate) commits: Vec<Commit>,
    pub(crate) authors: Vec<Author>,
    pub(crate) paths: Vec<String>,
    pub(crate) blobs: Vec<Blob>,
    /// Refs that were read, by full name.
    pub(crate) refs: BTreeMap<String, ObjectId>,
    pub(crate) tagged: Vec<Tagged>,
    pub(crate) texts: Vec<Text>,
    pub(crate) shallow: bool,
    pub(crate) since: Option<ObjectId>,
}

impl History {
    /// Every commit, newest first; those that HEAD reaches come before those that only other refs reach.
    pub fn commits(&self) -> &[Commit] {
        &self.commits
    }

    /// The commits that HEAD reaches, newest first.
    pub fn on_default_branch(&self) -> impl DoubleEndedIterator<Item = &Commit> {
        self.commits.iter().filter(|commit| commit.on_default_branch)
    }

    /// The commit that HEAD's own line of commits begins with; `None` where it is not there, as in a shallow clone.
    pub fn root(&self) -> Option<ObjectId> {
        let mut ahead: HashMap<ObjectId, &Commit> =
            self.on_default_branch().map(|commit| (commit.id, commit)).collect();
        let mut commit = self.commits.first().filter(|commit| commit.on_default_branch)?;
        while let Some(parent) = commit.first_parent.filter(|_| !commit.is_shallow_boundary) {
            // Under names that nobody checks, commits may go round in circles.
            ahead.remove(&commit.id);
            commit = ahead.get(&parent)?;
        }
        (!commit.is_shallow_boundary).then_some(commit.id)
    }

    /// Everybody who wrote or committed, by first commit.
    pub fn authors(&self) -> &[Author] {
        &self.authors
    }

    /// The path with that index.
    pub fn path(&self, id: PathId) -> &str {
        &self.paths[id.0 as usize]
    }

    /// Whether any commit changed that path.
    pub fn has_path(&self, path: &str) -> bool {
        self.paths.iter().any(|known| known == path)
    }

    /// The blob with that index.
    pub fn blob(&self, id: BlobId) -> &Blob {
        &self.blobs[id.0 as usize]
    }

    /// Every distinct blob of the history, by index.
    pub fn blobs(&self) -> impl Iterator<Item = (BlobId, &Blob)> {
        self.blobs.iter().enumerate().map(|(index, blob)| (BlobId(index as u32), blob))
    }

    /// Branches, tags and notes that were read, by full name.
    pub fn refs(&self) -> &BTreeMap<String, ObjectId> {
        &self.refs
    }

    /// The files that tags lead to without a commit.
    pub fn tagged(&self) -> &[Tagged] {
        &self.tagged
    }

    /// The messages and names that have something in them that looks like a credential.
    pub fn texts(&self) -> &[Text] {
        &self.texts
    }

    /// Whether older commits are missing because the clone is shallow.
    pub fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// The commit after which the candidate's work begins, if the caller said so.
    pub fn since(&self) -> Option<ObjectId> {
        self.since
    }
}
