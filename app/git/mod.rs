//! Getting a repository: which addresses may be cloned, cloning within a budget, and opening one on disk.
//!
//! Knows nothing of GitHub's API and nothing of findings. Nothing of a repository is checked out or executed.

pub mod budget;
mod counted;
pub mod fetch;
pub mod locate;
pub mod open;
mod receive;
pub mod references;
pub mod resolver;
pub mod url;
pub mod workdir;

pub use budget::{Budget, Watch};
pub use fetch::{FetchError, fetch, fetch_into};
pub use locate::{Located, locate};
pub use open::{OpenError, open, size};
pub use url::{Address, Policy, Refused};
pub use workdir::Workdir;
