//! Who may ask for what.

use std::time::Duration;

use super::request::Place;
use super::settings::Settings;
use super::words::{fill, words};
use crate::github::repositories::Permission;
use crate::github::{GitHub, GitHubError};
use crate::report::Markdown;
use crate::store::audit::{Entry, Full, Most};
use crate::store::{Store, StoreError};

/// The window of all limits.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether `login` may ask for reviews in `place`: who owns it, or who may do there what `ask` says.
pub async fn may_ask(github: &GitHub, ask: Permission, place: &Place, login: &str) -> Result<bool, GitHubError> {
    if is_owner(place, login) {
        return Ok(true);
    }
    Ok(github.permission(place.installation, &place.repository, login).await? >= ask)
}

/// Whether the repository is `login`'s own.
pub fn is_owner(place: &Place, login: &str) -> bool {
    place.repository.owner().eq_ignore_ascii_case(login)
}

/// As many reviews as there may be within a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// One person has asked for so many.
    Person(u64),
    /// A whole installation has.
    Installation(u64),
}

impl Limit {
    /// What to answer to whoever asks for one more.
    pub fn sentence(self) -> Markdown {
        let (said, count) = match self {
            Limit::Person(count) => (&words().limit_person, count),
            Limit::Installation(count) => (&words().limit_installation, count),
        };
        fill(said, &[("count", &count.to_string())])
    }
}

/// Counts the review `entry` (of nobody in particular for a push), or says which limit is reached.
pub async fn count(
    store: &Store,
    settings: &Settings,
    entry: &Entry,
    is_push: bool,
) -> Result<Option<Limit>, StoreError> {
    let most = Most { by_actor: (!is_push).then_some(settings.per_person), by_all: settings.per_installation };
    Ok(store.audit_review(entry, DAY, most).await?.map(|full| match full {
        Full::Actor => Limit::Person(settings.per_person),
        Full::All => Limit::Installation(settings.per_installation),
    }))
}
