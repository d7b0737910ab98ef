//! What an account shows to everybody.

use http::Method;
use serde::Deserialize;
use serde_json::Value;

use super::repositories::Repository;
use super::tokens::Scope;
use super::{GitHub, GitHubError, InstallationId};

/// GitHub's largest page.
const PAGE: usize = 100;
/// Nobody has more copies than that before the first work of their own.
const PAGES: usize = 10;
/// The repositories of one account that are looked through at most, those that were pushed to last.
pub const LOOKED_THROUGH: usize = PAGE * PAGES;

#[derive(Deserialize)]
struct Account {
    id: u64,
}

#[derive(Deserialize)]
struct Installation {
    id: InstallationId,
    #[serde(default)]
    suspended_at: Option<String>,
}

/// What somebody has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// The newest public ones: own ones, no forks, none that is archived.
    pub repositories: Vec<Repository>,
    /// Whether there may be more behind the last one of [`LOOKED_THROUGH`].
    pub is_cut: bool,
}

impl GitHub {
    /// Whether GitHub answers, and knows the app by its key.
    pub async fn knows_us(&self) -> Result<(), GitHubError> {
        self.as_app::<Value>(Method::GET, "/app", None::<&Value>).await.map(drop)
    }

    /// An installation that can be asked with what everybody may know; `None` where there is none.
    pub async fn any_installation(&self) -> Result<Option<InstallationId>, GitHubError> {
        let path = format!("/app/installations?per_page={PAGE}");
        let all: Vec<Installation> = self.as_app(Method::GET, &path, None::<&Value>).await?;
        Ok(all.into_iter().find(|one| one.suspended_at.is_none()).map(|one| one.id))
    }

    /// Whether whoever installed the app wants it to rest there; one that is gone does not.
    pub async fn is_suspended(&self, installation: InstallationId) -> Result<bool, GitHubError> {
        let path = format!("/app/installations/{installation}");
        match self.as_app::<Installation>(Method::GET, &path, None::<&Value>).await {
            Ok(found) => Ok(found.suspended_at.is_some()),
            Err(error) if error.is_absence() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The number of the account `login`; `None` where there is none of that name.
    pub async fn account(&self, installation: InstallationId, login: &str) -> Result<Option<u64>, GitHubError> {
        let path = format!("/users/{login}");
        match self.ask::<Account>(installation, Scope::LookUp, Method::GET, &path, None::<&Value>).await {
            Ok(account) => Ok(Some(account.id)),
            Err(error) if error.is_absence() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The newest `most` public repositories of `login`.
    pub async fn portfolio(
        &self,
        installation: InstallationId,
        login: &str,
        most: usize,
    ) -> Result<Portfolio, GitHubError> {
        let mut found = Portfolio { repositories: Vec::new(), is_cut: false };
        for page in 1..=PAGES {
            let path = format!("/users/{login}/repos?type=owner&sort=pushed&per_page={PAGE}&page={page}");
            let (all, goes_on): (Vec<Repository>, bool) = match self.page(installation, Scope::LookUp, &path).await {
                Err(error) if error.is_absence() => (Vec::new(), false),
                answer => answer?,
            };
            let shown = |repository: &Repository| !repository.fork && !repository.archived && !repository.private;
            // What is pushed to meanwhile moves to the front, and what stood there to the next page.
            for repository in all.into_iter().filter(shown) {
                if !found.repositories.iter().any(|known| known.id == repository.id) {
                    found.repositories.push(repository);
                }
            }
            found.repositories.truncate(most);
            if !goes_on || found.repositories.len() == most {
                return Ok(found);
            }
        }
        found.is_cut = true;
        Ok(found)
    }
}
