//! One file or folder an area.

pub mod api;
pub mod commits;
pub mod deployment;
pub mod handoff;
pub mod readme;
pub mod secrets;
pub mod security;
pub mod tests;
