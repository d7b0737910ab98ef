//! What each commit changed, in numbers for paths and contents, without renames but exact ones.

use std::collections::{HashMap, HashSet};

use gix::ObjectId;

use super::commits::Walked;
use super::comparison::Entry;
use super::listing::{Listed, list};
use super::read::Skips;
use super::refs::Refs;
use super::texts::{At, Texts};
use super::{Author, BlobId, Change, Commit, Limits, Mode, PathId, Tagged};

/// The history with changes, before any blob was read.
pub(super) struct Changes {
    pub(super) commits: Vec<Commit>,
    pub(super) authors: Vec<Author>,
    pub(super) refs: Refs,
    pub(super) paths: Vec<String>,
    pub(super) blobs: Vec<ObjectId>,
    pub(super) shallow: bool,
    /// What tags hold that lead to no commit: the tag, the path within (empty for a file), and the content.
    pub(super) tagged: Vec<Tagged>,
    /// The tree under review.
    pub(super) listing: Vec<Listed>,
}

/// Numbers what `compared` says of the commits.
pub(super) fn changes(
    repo: &gix::Repository,
    walked: Walked,
    compared: Vec<Vec<Entry>>,
    mut listing: Vec<Listed>,
    limits: &Limits,
    texts: &mut Texts<'_>,
    skipped: &mut Skips,
) -> Changes {
    let Walked { mut commits, authors, refs, shallow } = walked;
    let mut interner = Interner::default();
    // Merges last: of what they changed against their first parent only what no other commit brought in is theirs.
    let mut introduced: gix::hashtable::HashSet = gix::hashtable::HashSet::default();
    for (commit, entries) in commits.iter_mut().zip(&compared).filter(|(commit, _)| !commit.is_merge()) {
        introduced.extend(entries.iter().filter_map(|entry| entry.new));
        commit.changes = entries.iter().map(|entry| interner.change(entry)).collect();
        mark_exact_renames(&mut commit.changes);
    }
    for (commit, entries) in commits.iter_mut().zip(&compared).filter(|(commit, _)| commit.is_merge()) {
        commit.changes = entries
            .iter()
            .filter(|entry| entry.new.is_some_and(|new| !introduced.contains(&new)))
            .map(|entry| interner.change(entry))
            .collect();
    }
    // With a shallow or damaged history there may be files in the tree that no commit is known to have brought in.
    for entry in listing.iter_mut().filter(|entry| entry.mode != Mode::Submodule) {
        entry.blob = Some(interner.blob(entry.id));
    }
    let tagged = tagged(repo, &refs, limits, &mut interner, texts, skipped);
    let paths = texts.read_all(&interner.paths, |index| At::Path(PathId(index as u32)));
    Changes { commits, authors, refs, tagged, paths, blobs: interner.blobs, shallow, listing }
}

fn mark_exact_renames(changes: &mut [Change]) {
    let removed: HashSet<BlobId> =
        changes.iter().filter(|change| change.new.is_none()).filter_map(|change| change.old).collect();
    if removed.is_empty() {
        return;
    }
    let arrived: HashSet<BlobId> = changes
        .iter()
        .filter(|change| change.old.is_none())
        .filter_map(|change| change.new)
        .filter(|blob| removed.contains(blob))
        .collect();
    for change in changes {
        change.renamed = match (change.old, change.new) {
            (None, Some(blob)) | (Some(blob), None) => arrived.contains(&blob),
            _ => false,
        };
    }
}

/// Numbers for paths and blobs.
#[derive(Default)]
struct Interner {
    paths: Vec<Vec<u8>>,
    path_ids: HashMap<Vec<u8>, PathId>,
    blobs: Vec<ObjectId>,
    blob_ids: gix::hashtable::HashMap<ObjectId, BlobId>,
}

impl Interner {
    fn change(&mut self, entry: &Entry) -> Change {
        Change {
            path: self.path(&entry.path),
            old: entry.old.map(|id| self.blob(id)),
            new: entry.new.map(|id| self.blob(id)),
            added: 0,
            deleted: 0,
            renamed: false,
        }
    }

    fn path(&mut self, path: &[u8]) -> PathId {
        if let Some(id) = self.path_ids.get(path) {
            return *id;
        }
        let id = PathId(self.paths.len() as u32);
        self.paths.push(path.to_owned());
        self.path_ids.insert(path.to_owned(), id);
        id
    }

    fn blob(&mut self, id: ObjectId) -> BlobId {
        *self.blob_ids.entry(id).or_insert_with(|| {
            self.blobs.push(id);
            BlobId(self.blobs.len() as u32 - 1)
        })
    }
}

/// The files that tags lead to without a commit.
fn tagged(
    repo: &gix::Repository,
    refs: &Refs,
    limits: &Limits,
    interner: &mut Interner,
    texts: &Texts<'_>,
    skipped: &mut Skips,
) -> Vec<Tagged> {
    let mut tagged = Vec::new();
    let mut room = limits.entries;
    for (tag, id, kind) in &refs.others {
        let mut add = |path: String, blob: BlobId| tagged.push(Tagged { tag: tag.clone(), path, blob });
        if *kind == gix::object::Kind::Blob {
            add(String::new(), interner.blob(*id));
            continue;
        }
        for file in list(repo, *id, limits, &mut room, texts, skipped) {
            if file.mode != Mode::Submodule {
                add(file.path, interner.blob(file.id));
            }
        }
    }
    tagged
}
