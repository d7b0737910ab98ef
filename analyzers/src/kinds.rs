//! What a repository is: nothing is scored bad because it is absent where it does not apply.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Snapshot;

/// What a repository is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Answers HTTP requests with data.
    HttpApi,
    /// Answers HTTP requests with pages.
    WebApp,
    /// Is used by other programs.
    Library,
    /// Is run from a terminal.
    CommandLine,
    /// Pages made ahead of time or in the browser; no server of its own.
    StaticSite,
    /// Notebooks.
    Notebook,
    /// Prose and data, no code.
    Documentation,
    /// Somebody's configuration files.
    Dotfiles,
    /// Nothing at all.
    Empty,
    /// Code of none of these kinds, or of one that can't be told.
    Other,
}

/// What the repository is; at least one kind, the leading one first.
pub fn detect(repo: &Snapshot) -> Vec<Kind> {
    if repo.tree().files().is_empty() { vec![Kind::Empty] } else { vec![Kind::Other] }
}

/// The web frameworks that the repository serves with, by name, sorted.
pub fn frameworks(_repo: &Snapshot) -> Vec<String> {
    Vec::new()
}
