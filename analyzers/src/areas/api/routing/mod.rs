//! What following a route through code takes in every language: call chains, constants, and which router is mounted
//! in which.

pub(super) mod constants;
pub(super) mod expression;
pub(super) mod mounts;
pub(super) mod source;

use crate::Snapshot;

/// Notes that a part of a repository has more routes, or more ways to them, than are followed.
pub(super) fn leave(repo: &Snapshot, part: &str) {
    repo.leave("interface", "with more routes, or more ways to them, than are followed, so some were not read", part);
}
