//! How many lines each modification of the history added and deleted.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use imara_diff::{Algorithm, Diff, Token};

use crate::secrets;
use crate::snapshot::diff::Changes;
use crate::snapshot::{BlobId, Change};

/// The modifications of the history. Instead of both contents, a hash of each line is kept, and only until every
/// pair that a blob is part of has been compared.
#[derive(Default)]
pub(super) struct Pairs {
    /// Old and new blob of each distinct pair.
    ends: Vec<(u32, u32)>,
    /// For each commit, the pair of each change that is a modification.
    by_change: Vec<Vec<Option<u32>>>,
    /// For each blob, the pairs that it is an end of.
    of_blob: Vec<Vec<u32>>,
    /// Added in the upper, deleted in the lower half.
    results: Vec<AtomicU64>,
    waiting: Mutex<HashMap<u32, Waiting>>,
}

impl Pairs {
    pub(super) fn of(changes: &Changes) -> Self {
        let mut ends = Vec::new();
        let mut known: HashMap<(u32, u32), u32> = HashMap::new();
        let mut of_blob: Vec<Vec<u32>> = vec![Vec::new(); changes.blobs.len()];
        let mut pair_of = |change: &Change| {
            let (BlobId(old), BlobId(new)) = (change.old.or(change.moved)?, change.new?);
            Some(*known.entry((old, new)).or_insert_with(|| {
                let pair = ends.len() as u32;
                ends.push((old, new));
                of_blob[old as usize].push(pair);
                of_blob[new as usize].push(pair);
                pair
            }))
        };
        let by_change =
            changes.commits.iter().map(|commit| commit.changes.iter().map(&mut pair_of).collect()).collect();
        let results = ends.iter().map(|_| AtomicU64::new(0)).collect();
        Pairs { ends, by_change, of_blob, results, waiting: Mutex::default() }
    }

    /// Takes in the lines of `blob` (none if it is binary) and compares every pair whose other end was here before.
    pub(super) fn seen(&self, blob: u32, marks: &Arc<Vec<u64>>) {
        let Some(pairs) = self.of_blob.get(blob as usize).filter(|pairs| !pairs.is_empty()) else { return };
        let mut ready = Vec::new();
        {
            let mut waiting = self.waiting.lock().expect("no panic while held");
            let mut open = pairs.len();
            for &pair in pairs {
                let (old, new) = self.ends[pair as usize];
                let other = if old == blob { new } else { old };
                if let Some(there) = waiting.get_mut(&other) {
                    ready.push((pair, old == blob, there.marks.clone()));
                    open -= 1;
                    there.open -= 1;
                    if there.open == 0 {
                        waiting.remove(&other);
                    }
                }
            }
            if open > 0 {
                waiting.insert(blob, Waiting { marks: marks.clone(), open });
            }
        }
        for (pair, blob_is_old, other) in ready {
            let (added, deleted) = if blob_is_old { count(marks, &other) } else { count(&other, marks) };
            self.results[pair as usize].store(u64::from(added) << 32 | u64::from(deleted), Ordering::Relaxed);
        }
    }

    /// Lines added and deleted by a change of a commit.
    pub(super) fn result(&self, commit: usize, change: usize) -> (u32, u32) {
        let pair = self.by_change.get(commit).and_then(|of_commit| *of_commit.get(change)?);
        let Some(pair) = pair else { return (0, 0) };
        let result = self.results[pair as usize].load(Ordering::Relaxed);
        ((result >> 32) as u32, result as u32)
    }
}

struct Waiting {
    marks: Arc<Vec<u64>>,
    open: usize,
}

/// Lines added and deleted between two files, given as the marks of their lines.
fn count(old: &[u64], new: &[u64]) -> (u32, u32) {
    let prefix = old.iter().zip(new).take_while(|(a, b)| secrets::same(a, b)).count();
    let (old, new) = (&old[prefix..], &new[prefix..]);
    let suffix = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| secrets::same(a, b)).count();
    let (old, new) = (&old[..old.len() - suffix], &new[..new.len() - suffix]);
    if old.is_empty() || new.is_empty() {
        return (new.len() as u32, old.len() as u32);
    }
    let mut tokens: HashMap<u64, u32, BuildHasherDefault<AsItIs>> =
        HashMap::with_capacity_and_hasher(old.len() + new.len(), BuildHasherDefault::default());
    let mut token = |mark: &u64| {
        let next = tokens.len() as u32;
        Token(*tokens.entry(secrets::identity(*mark)).or_insert(next))
    };
    let before: Vec<Token> = old.iter().map(&mut token).collect();
    let after: Vec<Token> = new.iter().map(&mut token).collect();
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Myers, &before, &after, tokens.len() as u32);
    (diff.count_additions(), diff.count_removals())
}

/// Marks are hashes already, with a key that nobody outside knows.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        debug_assert!(bytes.is_empty(), "only marks are asked for");
    }

    fn write_u64(&mut self, mark: u64) {
        self.0 = mark;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::{FingerprintKey, Scanner};

    #[test]
    fn lines_are_counted_as_git_counts_them() {
        let scanner = Scanner::for_texts(1, FingerprintKey::default());
        let marks = |text: &str| scanner.lines(text.as_bytes()).marks().clone();
        for (old, new, expected) in [
            ("a\nb\nc\n", "a\nX\nc\n", (1, 1)),
            ("a\nb\n", "a\nb\nc\n", (1, 0)),
            ("a\nb\n", "a\nb", (1, 1)),
            ("a\nb\nc\nd\n", "b\nc\nd\na\n", (1, 1)),
            ("", "a\n", (1, 0)),
        ] {
            assert_eq!(count(&marks(old), &marks(new)), expected, "{old:?} {new:?}");
        }
    }
}
