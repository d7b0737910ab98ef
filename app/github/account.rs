//! What an account shows to everybody.

use http::Method;
use serde_json::Value;

use super::repositories::Repository;
use super::tokens::Scope;
use super::{GitHub, GitHubError, InstallationId};

impl GitHub {
    /// The newest `most` public repositories of `login`: own ones, no forks, none that is archived.
    pub async fn portfolio(
        &self,
        installation: InstallationId,
        login: &str,
        most: usize,
    ) -> Result<Vec<Repository>, GitHubError> {
        let path = format!("/users/{login}/repos?type=owner&sort=pushed&per_page=100");
        let all: Vec<Repository> = match self.ask(installation, Scope::LookUp, Method::GET, &path, None::<&Value>).await
        {
            Err(error) if error.is_absence() => Vec::new(),
            answer => answer?,
        };
        let shown = |repository: &Repository| !repository.fork && !repository.archived && !repository.private;
        Ok(all.into_iter().filter(shown).take(most).collect())
    }
}
