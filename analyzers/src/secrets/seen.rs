//! What was looked at before in vain. Most of a history is copies of the same lines, and a line without a keyword has
//! none in the next version of its file either.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::quality::RandomState;

/// A hash with a key of its own in each process, so that nobody can make a line that looks like another.
#[derive(Debug, Default)]
pub(super) struct LineHasher(RandomState);

impl LineHasher {
    pub(super) fn hash<T: std::hash::Hash + ?Sized>(&self, value: &T) -> u64 {
        self.0.hash_one(value)
    }
}

/// A set that forgets: an entry may be lost to another one, which costs a second look and changes no result.
/// Entries are odd hashes.
pub(super) struct Seen {
    table: Box<[AtomicU64]>,
}

impl Seen {
    /// With room for `entries`, a power of two.
    pub(super) fn with_room_for(entries: usize) -> Self {
        debug_assert!(entries.is_power_of_two());
        Seen { table: (0..entries).map(|_| AtomicU64::new(0)).collect() }
    }

    pub(super) fn knows(&self, entry: u64) -> bool {
        self.slot(entry).load(Ordering::Relaxed) == entry
    }

    pub(super) fn learn(&self, entry: u64) {
        self.slot(entry).store(entry, Ordering::Relaxed);
    }

    fn slot(&self, entry: u64) -> &AtomicU64 {
        &self.table[(entry >> 1) as usize & (self.table.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_is_known() {
        let seen = Seen::with_room_for(16);
        let entry = LineHasher::default().hash("a line") | 1;
        assert!(!seen.knows(entry));
        seen.learn(entry);
        assert!(seen.knows(entry));
    }
}
