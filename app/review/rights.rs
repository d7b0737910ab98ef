//! Who may ask for what.

use std::time::Duration;

use super::request::Place;
use super::settings::Settings;
use super::words::{fill, words};
use crate::github::repositories::Permission;
use crate::github::{GitHub, GitHubError};
use crate::report::Markdown;
use crate::store::audit::{Entry, Full, Most};
use crate::store::jobs::JobId;
use crate::store::{Store, StoreError};

/// The window of all limits.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What `login` may do in `place`: everything, who owns it.
pub async fn permission(github: &GitHub, place: &Place, login: &str) -> Result<Permission, GitHubError> {
    if is_owner(place, login) {
        return Ok(Permission::Admin);
    }
    github.permission(place.installation, &place.repository, login).await
}

/// Whether only some may read what is posted in `place`, as it is now: since somebody has asked, it may have been made
/// public.
pub async fn is_private(github: &GitHub, place: &Place) -> Result<bool, GitHubError> {
    let seen = github.once_called(place.installation, &place.repository).await?;
    Ok(seen.is_some_and(|seen| seen.id == place.id && seen.private))
}

/// Whether the repository is `login`'s own.
pub fn is_owner(place: &Place, login: &str) -> bool {
    place.repository.owner().eq_ignore_ascii_case(login)
}

/// As many reviews as there may be within a day, and how many of them are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// For one person.
    Person {
        /// All of them.
        count: u64,
        /// Those that may still be asked for.
        left: u64,
    },
    /// For a whole installation.
    Installation {
        /// All of them.
        count: u64,
        /// Those that may still be asked for.
        left: u64,
    },
}

impl Limit {
    /// What to answer to whoever asks for more.
    pub fn sentence(self) -> Markdown {
        let words = words();
        let (said, count, left) = match self {
            Limit::Person { count, left: 0 } => (&words.limit_person, count, 0),
            Limit::Person { count, left } => (&words.limit_person_left, count, left),
            Limit::Installation { count, left: 0 } => (&words.limit_installation, count, 0),
            Limit::Installation { count, left } => (&words.limit_installation_left, count, left),
        };
        fill(said, &[("count", &count.to_string()), ("left", &left.to_string())])
    }
}

/// Counts `reviews`, which somebody asks for at once (nobody in particular for a push) and `job` is about, or says which
/// limit that would exceed.
pub async fn count(
    store: &Store,
    settings: &Settings,
    job: JobId,
    reviews: &[Entry],
    is_push: bool,
) -> Result<Option<Limit>, StoreError> {
    let most = Most { by_actor: (!is_push).then_some(settings.per_person), by_all: settings.per_installation };
    Ok(store.audit_reviews(job, reviews, DAY, most).await?.map(|full| match full {
        Full::Actor(left) => Limit::Person { count: settings.per_person, left },
        Full::All(left) => Limit::Installation { count: settings.per_installation, left },
    }))
}
