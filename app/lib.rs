//! The rooms of foliolens, each with one door. What each may use and must not know: `docs/architecture.md`.

/// What people and machines read: the report in every format, its JSON Schema, and what each signal means.
pub mod report;
