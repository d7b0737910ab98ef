//! Doing jobs: claim, keep the lease, end. Knows nothing of reviews and nothing of GitHub.

pub mod backoff;
pub mod worker;

pub use worker::{Failure, Handler, Stop, Worker};
