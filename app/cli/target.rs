//! What a TARGET means, and opening it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::git::{self, Address, Budget, FetchError, OpenError, Policy, Refused};
use crate::report::{Origin, Web};

/// What is to be reviewed.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder.
    Path(PathBuf),
    /// An address.
    Address(Address),
}

/// A target, ready to be read.
#[derive(Debug)]
pub struct Ready {
    /// Opened, for reading.
    pub repository: gix::ThreadSafeRepository,
    /// Where it came from; the hash of the configuration is not filled in.
    pub origin: Origin,
    /// Keeps the clone's folder until the review is done.
    _clone: Option<git::fetch::Cloned>,
}

/// Why a target could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// A path.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// An address.
    #[error(transparent)]
    Fetch(#[from] FetchError),
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

    /// Opens or clones it.
    pub fn open(&self, text: &str, budget: Budget, watch: Arc<dyn git::Watch>) -> Result<Ready, TargetError> {
        match self {
            Target::Path(path) => {
                let opened = git::open(path)?;
                let web = opened.remote.as_deref().and_then(Web::of_remote);
                let origin = Origin {
                    name: web.as_ref().map(|web| web.name().to_owned()),
                    label: text.to_owned(),
                    web,
                    config_hash: String::new(),
                    note: Some(format!("Read HEAD of {text}; what is not committed is not looked at.")),
                };
                Ok(Ready { repository: opened.repository, origin, _clone: None })
            }
            Target::Address(address) => {
                let cloned = git::fetch(address, Policy::public(), budget, watch)?;
                let web = Web::of_remote(address.as_str());
                let origin = Origin {
                    name: web.as_ref().map(|web| web.name().to_owned()),
                    label: address.to_string(),
                    web,
                    config_hash: String::new(),
                    note: None,
                };
                Ok(Ready { repository: cloned.repository.clone(), origin, _clone: Some(cloned) })
            }
        }
    }
}
