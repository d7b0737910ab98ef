//! GitHub, as this app meets it: who is who, tokens, what it tells us (events) and what we ask of it.
//!
//! Knows nothing of reviews and nothing of the database. Facts and limits: docs/operations.md.

pub mod account;
pub mod app_key;
pub mod check_runs;
pub mod client;
pub mod clock;
pub mod comments;
pub mod deliveries;
pub mod error;
pub mod event;
pub mod identity;
pub mod repositories;
pub mod signature;
pub mod tokens;

/// What GitHub recommends between writes, where there are many.
/// <https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api>
pub const BETWEEN_WRITES: std::time::Duration = std::time::Duration::from_secs(1);

pub use client::GitHub;
pub use error::GitHubError;
pub use identity::{CheckRunId, CommentId, DeliveryId, InstallationId, IssueNumber, RepoName, RepositoryId, Site};
