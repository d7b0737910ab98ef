//! What was looked at before in vain. Most of a history is copies of the same lines, and a line without a keyword has
//! none in the next version of its file either.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::quality::RandomState;

/// A set that forgets: an entry may be lost to another one, which costs a second look and changes no result.
/// The hash has a key of its own in each process, so that nobody can make a line that looks like another.
pub(super) struct Seen {
    table: Box<[AtomicU64]>,
    hasher: RandomState,
}

impl Seen {
    /// With room for `entries`, a power of two.
    pub(super) fn with_room_for(entries: usize) -> Self {
        debug_assert!(entries.is_power_of_two());
        Seen { table: (0..entries).map(|_| AtomicU64::new(0)).collect(), hasher: RandomState::default() }
    }

    /// The entry for `value`; never 0.
    pub(super) fn entry<T: std::hash::Hash + ?Sized>(&self, value: &T) -> u64 {
        self.hasher.hash_one(value) | 1
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
        let entry = seen.entry("a line");
        assert!(!seen.knows(entry));
        seen.learn(entry);
        assert!(seen.knows(entry));
    }
}
