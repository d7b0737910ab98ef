//! Each commit's tree beside that of its first parent, compared on the cores that the walk of the history leaves free.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gix::ObjectId;
use gix::object::tree::EntryMode;
use gix_diff::tree::recorder::Change as Record;
use gix_object::{Find, TreeRefIter};
use rayon::prelude::*;

use super::bounded::Bounded;
use super::commits::Links;
use super::pack::{Lookup, Objects};
use super::read::Skips;
use super::{Commit, Stage, Watch};
use crate::Limits;

/// Bytes of decoded trees that each thread keeps of those that are not looked up in the packs.
const TREE_CACHE: usize = 24 << 20;

/// Commits that are compared by one thread in a row, so that their trees share the cache.
pub(super) const RUN: usize = 64;

/// Commits that are compared before it is asked whether all changes are too many; any number of threads share them.
const BATCH: usize = 16 * RUN;

/// A commit's tree, and what it is compared with.
#[derive(Clone, Copy)]
struct Pair {
    commit: usize,
    before: Option<ObjectId>,
    after: ObjectId,
}

/// Finds out which commits can be compared already, as the walk comes to them.
#[derive(Default)]
pub(super) struct Pairing {
    trees: gix::hashtable::HashMap<ObjectId, ObjectId>,
    /// By parent that the walk has not come to: its children. What never comes was counted as missing in the walk, and
    /// what changed since can't be known.
    waiting: gix::hashtable::HashMap<ObjectId, Vec<usize>>,
    /// How many commits the walk has come to.
    seen: usize,
    pairs: Vec<Pair>,
    /// So many of the pairs are under way.
    begun: usize,
}

impl Pairing {
    fn walked(&mut self, commits: &[Commit], links: &[Links]) {
        for (commit, (Commit { id, is_shallow_boundary, .. }, (tree, parents))) in
            commits.iter().zip(links).enumerate().skip(self.seen)
        {
            self.trees.insert(*id, *tree);
            for child in self.waiting.remove(id).unwrap_or_default() {
                self.pairs.push(Pair { commit: child, before: Some(*tree), after: links[child].0 });
            }
            match parents.first().map(|parent| (parent, self.trees.get(parent))) {
                _ if *is_shallow_boundary => {}
                None => self.pairs.push(Pair { commit, before: None, after: *tree }),
                Some((_, Some(before))) => self.pairs.push(Pair { commit, before: Some(*before), after: *tree }),
                Some((parent, None)) => self.waiting.entry(*parent).or_default().push(commit),
            }
        }
        self.seen = commits.len();
    }
}

/// The trees that are being compared.
pub(super) struct Comparison<'look> {
    repo: gix::ThreadSafeRepository,
    lookup: &'look Lookup<'look>,
    limits: &'look Limits,
    watch: &'look dyn Watch,
    /// Those that no thread uses, each with the trees that were decoded last.
    handles: Mutex<Vec<Objects<'look>>>,
    /// Changes in all commits.
    changes: AtomicUsize,
    compared: Mutex<Vec<(usize, Compared)>>,
    progress: Mutex<Progress>,
}

type Compared = Result<Vec<Entry>, Incomparable>;

#[derive(Default)]
struct Progress {
    is_shown: bool,
    commits: u64,
}

impl<'look> Comparison<'look> {
    pub(super) fn of(
        repo: &gix::Repository,
        lookup: &'look Lookup<'look>,
        limits: &'look Limits,
        watch: &'look dyn Watch,
    ) -> Self {
        Comparison {
            repo: repo.clone().into_sync(),
            lookup,
            limits,
            watch,
            handles: Mutex::default(),
            changes: AtomicUsize::new(0),
            compared: Mutex::default(),
            progress: Mutex::default(),
        }
    }

    /// Compares, within `scope`, what can be compared of the commits that the walk has come to; unless `is_all`, in
    /// whole runs.
    pub(super) fn begin<'scope>(
        &'scope self,
        pairing: &mut Pairing,
        (commits, links): (&[Commit], &[Links]),
        is_all: bool,
        scope: &rayon::Scope<'scope>,
    ) {
        pairing.walked(commits, links);
        while let run @ 1.. = (pairing.pairs.len() - pairing.begun).min(RUN)
            && (is_all || run == RUN)
        {
            let pairs = pairing.pairs[pairing.begun..pairing.begun + run].to_vec();
            pairing.begun += run;
            scope.spawn(move |_| {
                let compared = self.run(&pairs);
                self.compared.lock().expect("no panic while held").extend(compared);
            });
        }
    }

    /// The walk is over, and what goes on is this.
    pub(super) fn is_shown(&self, commits: usize) {
        self.watch.begin(Stage::Changes, Some(commits as u64));
        let mut progress = self.progress.lock().expect("no panic while held");
        progress.is_shown = true;
        self.watch.advance(progress.commits, 0);
    }

    /// What each of the commits changed, when nothing goes on any more.
    pub(super) fn finish(self, pairing: &Pairing, skipped: &mut Skips) -> Vec<Vec<Entry>> {
        let mut entries: Vec<Vec<Entry>> = Vec::new();
        entries.resize_with(pairing.seen, Vec::new);
        let mut beyond = 0;
        let mut compared = std::mem::take(&mut *self.compared.lock().expect("no panic while held"));
        if self.changes.load(Ordering::Relaxed) > self.limits.changes {
            (compared, beyond) = self.newest(pairing);
        }
        let (mut missing, mut bombs) = (0, 0);
        for (commit, compared) in compared {
            match compared {
                Ok(changed) => entries[commit] = changed,
                Err(Incomparable::Missing) => missing += 1,
                Err(Incomparable::Bomb) => bombs += 1,
            }
        }
        skipped.add("commit", "a tree is missing or damaged, so what changed is unknown".into(), missing, true);
        let Limits { entries: most, path, changes, .. } = self.limits;
        let too_large = format!("it changes more than {most} files, or paths of more than {path} bytes");
        skipped.add("commit", too_large, bombs, true);
        skipped.add("commit", format!("older than {changes} changes to files"), beyond, true);
        entries
    }

    /// Only the newest, and how many were left out. Which commits came first was not the same every time, so they are
    /// compared once more: all of a batch or nothing.
    fn newest(&self, pairing: &Pairing) -> (Vec<(usize, Compared)>, u64) {
        self.changes.store(0, Ordering::Relaxed);
        let mut pairs = pairing.pairs.clone();
        pairs.sort_unstable_by_key(|pair| pair.commit);
        let mut newest = Vec::new();
        let mut end = 0;
        while end < pairing.seen {
            let (start, batch) = (end, pairs.partition_point(|pair| pair.commit < end + BATCH));
            let batch: Vec<Pair> = pairs.drain(..batch).collect();
            end = (end + BATCH).min(pairing.seen);
            let compared: Vec<Vec<(usize, Compared)>> = batch.par_chunks(RUN).map(|run| self.run(run)).collect();
            if self.changes.load(Ordering::Relaxed) > self.limits.changes {
                return (newest, (pairing.seen - start) as u64);
            }
            newest.extend(compared.into_iter().flatten());
        }
        (newest, 0)
    }

    fn run(&self, pairs: &[Pair]) -> Vec<(usize, Compared)> {
        let handle = self.handles.lock().expect("no panic while held").pop();
        let objects = handle.unwrap_or_else(|| {
            let mut repo = self.repo.to_thread_local();
            repo.object_cache_size(TREE_CACHE);
            Objects::of(self.lookup, repo)
        });
        let mut state = gix_diff::tree::State::default();
        let mut run = Vec::with_capacity(pairs.len());
        for pair in pairs {
            if self.changes.load(Ordering::Relaxed) > self.limits.changes || self.watch.interrupted() {
                break;
            }
            let compared = compare(&objects, pair.before, pair.after, self.limits, &mut state);
            self.changes.fetch_add(compared.as_ref().map_or(0, Vec::len), Ordering::Relaxed);
            run.push((pair.commit, compared));
        }
        self.handles.lock().expect("no panic while held").push(objects);
        let mut progress = self.progress.lock().expect("no panic while held");
        progress.commits += run.len() as u64;
        if progress.is_shown {
            self.watch.advance(run.len() as u64, 0);
        }
        run
    }
}

/// Why it is not known what a commit changed.
#[derive(PartialEq, Eq)]
enum Incomparable {
    /// A tree is missing or damaged.
    Missing,
    /// It would be beyond the limits.
    Bomb,
}

/// A file that a commit changed: what was there before and what is after.
pub(super) struct Entry {
    pub(super) path: Vec<u8>,
    pub(super) old: Option<ObjectId>,
    pub(super) new: Option<ObjectId>,
}

fn compare(
    objects: &Objects<'_>,
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
        objects.try_find(&before, &mut old).ok().flatten().ok_or(Incomparable::Missing)?;
    }
    let mut new = Vec::new();
    objects.try_find(&after, &mut new).ok().flatten().ok_or(Incomparable::Missing)?;
    let hash = after.kind();
    let mut recorder = Bounded::within(limits);
    gix_diff::tree(
        TreeRefIter::from_bytes(&old, hash),
        TreeRefIter::from_bytes(&new, hash),
        state,
        objects,
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
