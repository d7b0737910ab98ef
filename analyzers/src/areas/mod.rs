//! One file or folder an area.

pub mod api;
pub mod commits;
pub mod database;
pub mod deployment;
pub mod errors;
pub mod handoff;
pub mod idempotency;
pub mod jobs;
pub mod observability;
pub mod readme;
pub mod secrets;
pub mod security;
pub mod tests;

/// `a`, `a and b`, `a, b and c`.
fn in_words(parts: &[&str]) -> String {
    match parts {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}
