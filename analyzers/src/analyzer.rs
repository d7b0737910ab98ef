//! The one abstraction: an analyzer turns the facts of a [`Snapshot`] into [`Finding`]s.

use crate::{Effort, Finding, Snapshot};

/// One area of the report. Adding one: see `docs/adding-an-analyzer.md`.
pub trait Analyzer: Sync {
    /// What the area is, and its signals.
    fn meta(&self) -> &'static AreaMeta;

    /// One finding for each signal of [`meta`](Self::meta), in that order.
    ///
    /// There is no `Result`: not knowing is an answer ([`Finding::not_assessable`]).
    fn examine(&self, repo: &Snapshot) -> Vec<Finding>;
}

/// What an area is for, in words for people; `foliolens explain` and `docs/signals.md` are made of this.
#[derive(Debug)]
pub struct AreaMeta {
    /// Stable id, such as `readme`.
    pub id: &'static str,
    /// Title in the report.
    pub title: &'static str,
    /// The question that the area answers, as a person would ask it.
    pub question: &'static str,
    /// The signals, in the order of the report.
    pub signals: &'static [SignalMeta],
}

/// What one signal looks at, why, and what to do about it.
#[derive(Debug)]
pub struct SignalMeta {
    /// Stable id, such as `readme.setup`.
    pub id: &'static str,
    /// The statement that is true or false.
    pub statement: &'static str,
    /// What is looked at, and when the signal does not apply.
    pub looks_at: &'static str,
    /// Why it matters to an employer.
    pub why: &'static str,
    /// How to mend it. Shown only when the outcome is bad.
    pub remedy: &'static str,
    /// How much work the remedy is.
    pub effort: Effort,
    /// When the finding may be wrong, and what to say then.
    pub dispute: &'static str,
}
