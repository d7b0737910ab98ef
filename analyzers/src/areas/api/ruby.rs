//! Endpoints.

use super::{Endpoint, VersionCue};
use crate::Snapshot;

pub(super) fn endpoints(_repo: &Snapshot) -> Vec<Endpoint> {
    Vec::new()
}

pub(super) fn version_cues(_repo: &Snapshot) -> Vec<VersionCue> {
    Vec::new()
}
