//! What whoever operates the app allows.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use foliolens_analyzers::Limits;
use url::Url;

use crate::github::repositories::Permission;
use crate::sandbox::Strictness;

/// The rules of this installation of the program.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The pages of GitHub, for addresses of repositories.
    pub web: Url,
    /// Where reports are pages, if they are.
    pub pages: Option<super::Pages>,
    /// The name by which `@app` is called, without the `@`.
    pub slug: String,
    /// What one must be allowed to do in a repository to ask for reviews there.
    pub ask: Permission,
    /// Whether public repositories are reviewed that have not installed the app.
    pub public_targets: bool,
    /// Repositories of a portfolio.
    pub portfolio: usize,
    /// Of them, those that are reviewed side by side, in as much memory as one alone may use.
    pub portfolio_at_once: usize,
    /// Reviews a person may ask for within a day, in one installation.
    pub per_person: u64,
    /// Reviews of a whole installation within a day.
    pub per_installation: u64,
    /// Whether pushes to the default branch are reviewed.
    pub review_pushes: bool,
    /// How long a push waits for the next one.
    pub push_delay: Duration,
    /// How long everything is kept.
    pub retention: Duration,
    /// Bytes of a clone.
    pub clone_bytes: u64,
    /// Objects of a clone.
    pub clone_objects: u64,
    /// Whose certificates a clone trusts besides the system's.
    pub certificates: BTreeMap<String, PathBuf>,
    /// How long a clone may take.
    pub clone_time: Duration,
    /// How long a review may take after that.
    pub examine_time: Duration,
    /// MiB that a review may use.
    pub examine_mib: u64,
    /// What to do where the kernel lacks a mechanism that shuts a review in.
    pub sandbox: Strictness,
    /// The folder of cgroup v2 in which each review gets one of its own.
    pub cgroup: Option<PathBuf>,
    /// How much of a repository is looked at.
    pub limits: Limits,
}
