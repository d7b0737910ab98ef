//! The rooms of foliolens, each with one door. What each may use and must not know: `docs/architecture.md`.

/// The command line: one file a command.
pub mod cli;
/// What the user wants, and from where. The only room that reads the environment.
pub mod config;
/// Getting a repository: from an allowed address within a budget, or from a path.
pub mod git;
/// What people and machines read: the report in every format, its JSON Schema, and what each signal means.
pub mod report;
