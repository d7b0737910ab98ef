//! What a TARGET means.

use std::path::PathBuf;

use crate::git::{Address, Policy, Refused};

/// What is to be reviewed.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder.
    Path(PathBuf),
    /// An address.
    Address(Address),
}

impl Target {
    /// What `text` means: an address by its shape, else a folder if there is one, else `OWNER/REPO`.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        if Address::is_like(text) {
            return Address::parse(text, Policy::public()).map(Target::Address);
        }
        let path = PathBuf::from(text);
        if path.exists() {
            return Ok(Target::Path(path));
        }
        Ok(Address::on_github(text).map_or(Target::Path(path), Target::Address))
    }
}
