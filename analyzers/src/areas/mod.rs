//! One file or folder an area.

pub mod handoff;
