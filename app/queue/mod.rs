//! Doing jobs: claim, keep the lease, end. Knows nothing of reviews and nothing of GitHub.

pub mod backoff;
pub mod step;
pub mod worker;

pub(crate) use step::step;
pub use worker::{Failure, Handler, Stop, Worker};
