//! What analyzers did not look at to its end: noted where a bound of theirs strikes, and said in the report, so that nothing
//! is passed over in silence.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use super::{Skipped, Snapshot};

/// What it is, why it was left, and whether the report is incomplete for it.
type Reason = (&'static str, String, bool);

/// What was left, by what it is and why, and of which file or part. The order in which analyzers come to it says nothing.
#[derive(Debug, Default)]
pub(super) struct Left(Mutex<BTreeMap<Reason, BTreeSet<String>>>);

impl Snapshot {
    /// Notes that what stands in `part`, such as a file, was not read to its end, and why: the report is incomplete.
    pub(crate) fn leave(&self, what: &'static str, why: impl Into<String>, part: &str) {
        self.note(what, why.into(), true, part);
    }

    /// Notes the same where nothing that counts can be lost: the report only says so.
    pub(crate) fn bound(&self, what: &'static str, why: impl Into<String>, part: &str) {
        self.note(what, why.into(), false, part);
    }

    /// What analyzers have left until now.
    pub(crate) fn left(&self) -> Vec<Skipped> {
        let left = self.left.0.lock().expect("no panic while held");
        let said = |((what, why, incomplete), parts): (&Reason, &BTreeSet<String>)| Skipped {
            what,
            why: why.clone(),
            count: parts.len() as u64,
            incomplete: *incomplete,
        };
        left.iter().map(said).collect()
    }

    fn note(&self, what: &'static str, why: String, incomplete: bool, part: &str) {
        let mut left = self.left.0.lock().expect("no panic while held");
        left.entry((what, why, incomplete)).or_default().insert(part.to_owned());
    }
}
