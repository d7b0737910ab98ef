//! What each commit changed, in numbers for paths and contents, with renames: exact ones, and files that keep their name.

use std::collections::{HashMap, HashSet};

use gix::ObjectId;

use super::commits::Walked;
use super::comparison::Entry;
use super::listing::{Listed, list};
use super::read::Skips;
use super::refs::Refs;
use super::texts::{At, Texts};
use super::{Author, BlobId, Change, Commit, Mode, PathId, Tagged};
use crate::{Limits, paths};

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
        mark_moves(&mut commit.changes, |id| paths::name_of_bytes(&interner.paths[id.0 as usize]));
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

/// Pairs what left one path with what came to another in the same commit, where the file name is the same and no other
/// file of that name came or left. What differs between them is all that changed, so two files that are not alike
/// count for as many lines as they would apart.
fn mark_moves<'a>(changes: &mut [Change], name: impl Fn(PathId) -> &'a [u8]) {
    let mut by_name: HashMap<&[u8], (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, change) in changes.iter().enumerate().filter(|(_, change)| !change.renamed) {
        let (left, came) = match (change.old, change.new) {
            (Some(_), None) => (Some(index), None),
            (None, Some(_)) => (None, Some(index)),
            _ => continue,
        };
        let known = by_name.entry(name(change.path)).or_default();
        known.0.extend(left);
        known.1.extend(came);
    }
    for (left, came) in by_name.into_values() {
        if let (&[left], &[came]) = (left.as_slice(), came.as_slice()) {
            (changes[left].moved, changes[came].moved) = (changes[came].new, changes[left].old);
        }
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
            moved: None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_keeps_its_name_is_a_move() {
        let change = |path: u32, old: Option<u32>, new: Option<u32>| Change {
            path: PathId(path),
            old: old.map(BlobId),
            new: new.map(BlobId),
            added: 0,
            deleted: 0,
            renamed: false,
            moved: None,
        };
        let names: [&[u8]; 5] = [b"user.js", b"user.js", b"index.js", b"index.js", b"index.js"];
        let mut changes = [
            change(0, Some(1), None),
            change(1, None, Some(2)),
            change(2, Some(3), None),
            change(3, None, Some(4)),
            change(4, None, Some(5)),
        ];
        mark_moves(&mut changes, |path| names[path.0 as usize]);
        let moved: Vec<Option<BlobId>> = changes.iter().map(|change| change.moved).collect();
        assert_eq!(moved, [Some(BlobId(2)), Some(BlobId(1)), None, None, None]);
    }
}
