//! What an account shows to everybody.

use super::repositories::Repository;
use super::tokens::Scope;
use super::{GitHub, GitHubError, InstallationId};

/// GitHub's largest page.
const PAGE: usize = 100;
/// Nobody has more copies than that before the first work of their own.
const PAGES: usize = 10;
/// The repositories of one account that are looked through at most, those that were pushed to last.
pub const LOOKED_THROUGH: usize = PAGE * PAGES;

/// What somebody has to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portfolio {
    /// The newest public ones: own ones, no forks, none that is archived.
    pub repositories: Vec<Repository>,
    /// Whether there may be more behind the last one of [`LOOKED_THROUGH`].
    pub is_cut: bool,
}

impl GitHub {
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
