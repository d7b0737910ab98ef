//! The rooms of foliolens, each with one door. What each may use and must not know: `docs/architecture.md`.

/// Getting a repository: from an allowed address within a budget, or from a path.
pub mod git;
/// What people and machines read: the report in every format, its JSON Schema, and what each signal means.
pub mod report;
