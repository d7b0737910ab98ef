//! The engine of foliolens: facts about a git repository, findings with evidence, and grades.
//!
//! The way of the data is one-way: a [`Snapshot`] is read once, each [`Analyzer`] turns its facts
//! into [`Finding`]s, and only [`grade`] with `rubric.toml` says how bad something is.
//!
//! Nothing here knows of the network, the clock, the environment, GitHub, or how a report looks.

pub mod analyzer;
pub mod areas;
pub mod brief;
pub mod code;
pub mod documents;
mod effort;
pub mod environment;
pub mod finding;
pub mod grade;
pub mod interview;
mod keywords;
pub mod kinds;
mod limits;
pub mod own;
mod partial;
pub mod paths;
#[cfg(test)]
mod proofs;
pub mod registry;
pub mod rubric;
pub mod run;
mod safely;
pub mod secrets;
pub mod snapshot;
mod trial;

pub use analyzer::{Analyzer, AreaMeta, SignalMeta};
pub use effort::Effort;
pub use finding::{Confidence, Evidence, Finding, Outcome, Place};
pub use limits::Limits;
pub use run::{Examination, Request, examine};
pub use snapshot::Snapshot;
