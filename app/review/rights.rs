//! Who may ask for what.

use std::time::Duration;

use super::request::Place;
use super::settings::Settings;
use super::words::{fill, words};
use crate::github::repositories::Permission;
use crate::github::{GitHub, GitHubError};
use crate::report::Markdown;
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

/// The sentence that says which limit `login` has reached, if any.
pub async fn limit_reached(
    store: &Store,
    settings: &Settings,
    place: &Place,
    login: &str,
) -> Result<Option<Markdown>, StoreError> {
    let (by_actor, all) = store.reviews_within(DAY, place.installation.0, login).await?;
    if by_actor >= settings.per_person {
        return Ok(Some(fill(&words().limit_person, &[("count", &settings.per_person.to_string())])));
    }
    if all >= settings.per_installation {
        return Ok(Some(fill(&words().limit_installation, &[("count", &settings.per_installation.to_string())])));
    }
    Ok(None)
}
