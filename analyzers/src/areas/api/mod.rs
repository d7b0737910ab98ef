//! The HTTP API: which endpoints there are, whether they are versioned, how they answer, and how they are described.

mod csharp;
pub mod endpoint;
mod go;
mod javascript;
mod jvm;
mod php;
mod python;
mod ruby;
mod rust;

pub use endpoint::{Endpoint, VersionCue};

use crate::Snapshot;

/// Every endpoint, in the order of path, line and method.
pub fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = [
        csharp::endpoints(repo),
        go::endpoints(repo),
        javascript::endpoints(repo),
        jvm::endpoints(repo),
        php::endpoints(repo),
        python::endpoints(repo),
        ruby::endpoints(repo),
        rust::endpoints(repo),
    ]
    .concat();
    endpoints.sort();
    endpoints.dedup();
    endpoints
}

/// Every sign of a version that is not part of a path.
pub fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    let mut cues: Vec<VersionCue> = [
        csharp::version_cues(repo),
        go::version_cues(repo),
        javascript::version_cues(repo),
        jvm::version_cues(repo),
        php::version_cues(repo),
        python::version_cues(repo),
        ruby::version_cues(repo),
        rust::version_cues(repo),
    ]
    .concat();
    cues.sort();
    cues.dedup();
    cues
}
