//! What a TARGET means.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::git::{self, Address, Policy, Refused};
use crate::report::Without;

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

    /// The same for every spelling of one repository. Each of several work trees is one for itself.
    pub fn identity(&self) -> OsString {
        match self {
            Target::Path(path) => {
                let located = git::locate(path).map(|located| located.folder).ok();
                located.or_else(|| path.canonicalize().ok()).unwrap_or_else(|| path.clone()).into()
            }
            Target::Address(address) => address.identity().into(),
        }
    }
}

/// A target, as it was named among the others.
#[derive(Debug)]
pub struct Named {
    /// Where it stands among them, from 0.
    pub position: usize,
    /// As it was written.
    pub text: String,
    /// What that means.
    pub target: Target,
}

/// Each repository of `targets` once, and what named one of them again.
pub fn once(targets: Vec<Named>) -> (Vec<Named>, Vec<Without>) {
    let (mut first, mut again): (BTreeMap<OsString, String>, Vec<Without>) = Default::default();
    let mut distinct = Vec::new();
    for named in targets {
        let identity = named.target.identity();
        match first.get(&identity) {
            Some(known) => again.push(Without {
                position: named.position,
                reason: if *known == named.text {
                    "it is named twice, and counted once".to_owned()
                } else {
                    format!("it is the same repository as {known}, and counted once")
                },
                target: named.text,
                has_failed: false,
            }),
            None => {
                first.insert(identity, named.text.clone());
                distinct.push(named);
            }
        }
    }
    (distinct, again)
}
