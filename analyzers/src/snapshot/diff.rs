//! What each commit changed: trees are compared on all cores, without renames but exact ones.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use gix::ObjectId;
use gix::object::tree::EntryMode;
use gix_diff::tree::recorder::Change as Record;
use gix_object::{Find, TreeRefIter};
use rayon::prelude::*;

use super::bounded::Bounded;
use super::commits::Walked;
use super::listing::{Listed, list};
use super::read::{ReadError, Skips};
use super::refs::Refs;
use super::texts::{At, Texts};
use super::{Author, BlobId, Change, Commit, Limits, Mode, PathId, Tagged, Watch};

/// Bytes of decoded trees that each thread keeps.
const TREE_CACHE: usize = 24 << 20;

/// Commits that are compared by one thread in a row, so that their trees share the cache.
const RUN: usize = 64;

/// Commits that are compared before it is asked whether all changes are too many; any number of threads share them.
const BATCH: usize = 16 * RUN;

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

pub(super) fn changes(
    repo: &gix::Repository,
    walked: Walked,
    mut listing: Vec<Listed>,
    limits: &Limits,
    texts: &mut Texts<'_>,
    skipped: &mut Skips,
    watch: &dyn Watch,
) -> Result<Changes, ReadError> {
    let Walked { mut commits, links, authors, refs, shallow } = walked;
    let trees: gix::hashtable::HashMap<ObjectId, ObjectId> =
        commits.iter().zip(&links).map(|(commit, (tree, _))| (commit.id, *tree)).collect();
    let shared = repo.clone().into_sync();
    let (missing, bombs) = (AtomicU64::new(0), AtomicU64::new(0));
    let compared = AtomicUsize::new(0);
    let compare_run = |(links, commits): (&[(ObjectId, Vec<ObjectId>)], &[Commit])| -> Vec<Vec<Entry>> {
        let mut repo = shared.to_thread_local();
        repo.object_cache_size(TREE_CACHE);
        let mut state = gix_diff::tree::State::default();
        links
            .iter()
            .zip(commits)
            .map(|((tree, parents), commit)| {
                watch.advance(1, 0);
                let is_full = compared.load(Ordering::Relaxed) > limits.changes;
                if commit.is_shallow_boundary || is_full || watch.interrupted() {
                    return Vec::new();
                }
                let before = match parents.first().map(|parent| trees.get(parent)) {
                    None => None,
                    Some(Some(parent)) => Some(*parent),
                    // The parent is missing, which was counted in the walk; what changed can't be known.
                    Some(None) => return Vec::new(),
                };
                let found = compare(&repo, before, *tree, limits, &mut state).unwrap_or_else(|why| {
                    let counter = if why == Incomparable::Bomb { &bombs } else { &missing };
                    counter.fetch_add(1, Ordering::Relaxed);
                    Vec::new()
                });
                compared.fetch_add(found.len(), Ordering::Relaxed);
                found
            })
            .collect()
    };
    let mut entries: Vec<Vec<Entry>> = Vec::with_capacity(commits.len());
    let mut beyond = 0;
    for (links, commits) in links.chunks(BATCH).zip(commits.chunks(BATCH)) {
        let runs: Vec<Vec<Vec<Entry>>> = links.par_chunks(RUN).zip(commits.par_chunks(RUN)).map(compare_run).collect();
        // All of a batch or nothing: which of its commits came first is not the same every time.
        if compared.load(Ordering::Relaxed) > limits.changes {
            beyond += commits.len() as u64;
            entries.extend(commits.iter().map(|_| Vec::new()));
        } else {
            entries.extend(runs.into_iter().flatten());
        }
    }
    if watch.interrupted() {
        return Err(ReadError::Interrupted);
    }
    skipped.add(
        "commit",
        "a tree is missing or damaged, so what changed is unknown".into(),
        missing.into_inner(),
        true,
    );

    skipped.add(
        "commit",
        format!("it changes more than {} files, or paths of more than {} bytes", limits.entries, limits.path),
        bombs.into_inner(),
        true,
    );
    skipped.add("commit", format!("older than {} changes to files", limits.changes), beyond, true);

    let mut interner = Interner::default();
    // Merges last: of what they changed against their first parent only what no other commit brought in is theirs.
    let mut introduced: gix::hashtable::HashSet = gix::hashtable::HashSet::default();
    for (commit, entries) in commits.iter_mut().zip(&entries).filter(|(commit, _)| !commit.is_merge()) {
        introduced.extend(entries.iter().filter_map(|entry| entry.new));
        commit.changes = entries.iter().map(|entry| interner.change(entry)).collect();
        mark_exact_renames(&mut commit.changes);
    }
    for (commit, entries) in commits.iter_mut().zip(&entries).filter(|(commit, _)| commit.is_merge()) {
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
    Ok(Changes { commits, authors, refs, tagged, paths, blobs: interner.blobs, shallow, listing })
}

/// Why it is not known what a commit changed.
#[derive(PartialEq, Eq)]
enum Incomparable {
    /// A tree is missing or damaged.
    Missing,
    /// It would be beyond the limits.
    Bomb,
}

struct Entry {
    path: Vec<u8>,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
}

fn compare(
    repo: &gix::Repository,
    before: Option<ObjectId>,
    after: ObjectId,
    limits: &Limits,
    state: &mut gix_diff::tree::State,
) -> Result<Vec<Entry>, Incomparable> {
    if before == Some(after) {
        return Ok(Vec::new());
    }
    let mut old = Vec::new();
    if let Some(before) = before {
        repo.objects.try_find(&before, &mut old).ok().flatten().ok_or(Incomparable::Missing)?;
    }
    let mut new = Vec::new();
    repo.objects.try_find(&after, &mut new).ok().flatten().ok_or(Incomparable::Missing)?;
    let hash = repo.object_hash();
    let mut recorder = Bounded::within(limits);
    gix_diff::tree(
        TreeRefIter::from_bytes(&old, hash),
        TreeRefIter::from_bytes(&new, hash),
        state,
        &repo.objects,
        &mut recorder,
    )
    .map_err(|_| if recorder.is_full { Incomparable::Bomb } else { Incomparable::Missing })?;
    let mut entries: Vec<Entry> = recorder
        .into_records()
        .into_iter()
        .filter_map(|record| match record {
            Record::Addition { entry_mode, oid, path, .. } => {
                is_blob(entry_mode).then(|| Entry { path: path.into(), old: None, new: Some(oid) })
            }
            Record::Deletion { entry_mode, oid, path, .. } => {
                is_blob(entry_mode).then(|| Entry { path: path.into(), old: Some(oid), new: None })
            }
            Record::Modification { previous_entry_mode, previous_oid, entry_mode, oid, path } => {
                let old = is_blob(previous_entry_mode).then_some(previous_oid);
                let new = is_blob(entry_mode).then_some(oid);
                (old != new).then(|| Entry { path: path.into(), old, new })
            }
        })
        .filter(|entry| entry.old.is_some() || entry.new.is_some())
        .collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn is_blob(mode: EntryMode) -> bool {
    mode.is_blob() || mode.is_link()
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
