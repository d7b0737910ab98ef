//! What following a route through code takes in every language: call chains, constants, and which router is mounted
//! in which.

pub(super) mod constants;
pub(super) mod expression;
pub(super) mod mounts;
pub(super) mod source;
