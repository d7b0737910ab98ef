//! The rooms of foliolens, each with one door. What each may use and must not know: `docs/architecture.md`.

/// Days and moments as others write them.
pub mod calendar;
/// The command line: one file a command.
pub mod cli;
/// What the user wants, and from where. The only room that reads the environment.
pub mod config;
/// Getting a repository: from an allowed address within a budget, or from a path.
pub mod git;
/// GitHub: who is who, tokens, what it tells us and what we ask of it.
pub mod github;
/// Doing jobs: claim, keep the lease, end.
pub mod queue;
/// What people and machines read: the report in every format, its JSON Schema, and what each signal means.
pub mod report;
/// From a delivery to a report that is posted once.
pub mod review;
/// Where a stranger's repository can hurt only itself. The only room that starts processes.
pub mod sandbox;
/// What outlives a process.
pub mod store;
/// What the server answers over HTTP.
pub mod web;
