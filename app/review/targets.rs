//! From what was named to what may be cloned.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::command::{MOST_TARGETS, Review, Target};
use super::pipeline::{Reviewer, failure, stored};
use super::request::Place;
use super::words::{plain, words};
use crate::github::account::LOOKED_THROUGH;
use crate::github::repositories::Permission;
use crate::github::tokens::Scope;
use crate::github::{GitHubError, RepoName, RepositoryId};
use crate::queue::Failure;

/// A repository that is to be reviewed, or why it is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// What to call it.
    pub name: String,
    /// Why it is not reviewed.
    pub refused: Option<String>,
    /// The commit; nothing for the head of its default branch.
    #[serde(default)]
    pub revision: Option<String>,
}

/// A repository that may be cloned.
pub(super) struct Admitted {
    /// With what; nothing for a public one that has not installed the app, or elsewhere.
    pub(super) token: Option<SecretString>,
    /// Its number, whatever it is called.
    pub(super) id: RepositoryId,
    /// What it is called today.
    pub(super) name: RepoName,
    /// Whose it is, by number; 0 where that is not known.
    pub(super) owner: u64,
    /// Whether only some may see it, among them whoever asks, and it is not the one in which they ask.
    pub(super) is_private: bool,
}

impl Reviewer {
    /// The repositories that `review` names, in their order; the repository of the comment where nothing is named.
    pub(super) async fn choose(&self, place: &Place, review: &Review) -> Result<Vec<Chosen>, Failure> {
        if review.targets.is_empty() {
            return Ok(vec![Chosen { name: place.repository.to_string(), refused: None, revision: None }]);
        }
        let mut chosen: Vec<Chosen> = Vec::new();
        for target in &review.targets {
            let mut more = match target {
                Target::Repository(name) => vec![Chosen { name: name.to_string(), refused: None, revision: None }],
                Target::Portfolio(login) => self.shown_by(place, target, login).await?,
            };
            more.retain(|one| !chosen.iter().any(|other| other.name.eq_ignore_ascii_case(&one.name)));
            chosen.append(&mut more);
        }
        if review.is_cut {
            let why = plain(&words().too_many_targets, &[("count", &MOST_TARGETS.to_string())]);
            chosen.push(Chosen { name: words().more_targets.clone(), refused: Some(why), revision: None });
        }
        Ok(chosen)
    }

    /// What `login` shows to everybody; who does not want to be reviewed is not even looked up. `target` is what that was
    /// called.
    async fn shown_by(&self, place: &Place, target: &Target, login: &str) -> Result<Vec<Chosen>, Failure> {
        let chosen = |name: String, refused| Chosen { name, refused, revision: None };
        let refused = || Ok(vec![chosen(target.to_string(), Some(words().opted_out.clone()))]);
        if self.store.has_opted_out(login, 0).await.map_err(stored)? {
            return refused();
        }
        let all = self.github.portfolio(place.installation, login, self.settings.portfolio).await.map_err(failure)?;
        let owner = all.repositories.first().map_or(0, |one| one.owner.id);
        if self.store.has_opted_out(login, owner).await.map_err(stored)? {
            return refused();
        }
        let names = all.repositories.iter().map(|one| one.full_name.to_string());
        let mut found: Vec<Chosen> = names.map(|name| chosen(name, None)).collect();
        let count = LOOKED_THROUGH.to_string();
        let rest = match (found.is_empty(), all.is_cut) {
            (true, false) => Some((target.to_string(), words().empty_portfolio.clone())),
            (true, true) => Some((target.to_string(), plain(&words().empty_portfolio_so_far, &[("count", &count)]))),
            (false, true) => Some((
                plain(&words().rest_of_portfolio, &[("target", &target.to_string())]),
                plain(&words().portfolio_is_cut, &[("count", &count)]),
            )),
            (false, false) => None,
        };
        found.extend(rest.map(|(name, why)| chosen(name, Some(why))));
        Ok(found)
    }

    /// How to clone `target`, or why it is not cloned. Whose owner does not want to be reviewed is not even looked up.
    pub(super) async fn admit(
        &self,
        place: &Place,
        login: &str,
        target: &RepoName,
        public_targets: bool,
    ) -> Result<Result<Admitted, String>, Failure> {
        if self.store.has_opted_out(target.owner(), 0).await.map_err(stored)? {
            return Ok(Err(words().opted_out.clone()));
        }
        let admitted = self.reached(place, login, target, public_targets).await.map_err(failure)?;
        match &admitted {
            Ok(found) if self.store.has_opted_out(found.name.owner(), found.owner).await.map_err(stored)? => {
                Ok(Err(words().opted_out.clone()))
            }
            _ => Ok(admitted),
        }
    }

    /// The same, whoever owns it.
    async fn reached(
        &self,
        place: &Place,
        login: &str,
        target: &RepoName,
        public_targets: bool,
    ) -> Result<Result<Admitted, String>, GitHubError> {
        let same = |name: &RepoName| target.to_string().eq_ignore_ascii_case(&name.to_string());
        if same(&place.repository) {
            // It may be called otherwise by now than when it was asked for.
            let found = self.github.whereabouts(place.installation, target, Some(place.id)).await?;
            let token = self.github.token(place.installation, Scope::ReadContents(place.id)).await?;
            let (name, owner) = found.map_or_else(|| (target.clone(), 0), |found| (found.full_name, found.owner.id));
            return Ok(Ok(Admitted { token: Some(token), id: place.id, name, owner, is_private: false }));
        }
        let Some(repository) = self.github.once_called(place.installation, target).await? else {
            return Ok(Err(words().not_found.clone()));
        };
        if !same(&repository.full_name) {
            // Where anybody may see it, GitHub tells anybody.
            let name = repository.full_name.to_string();
            let renamed = plain(&words().renamed, &[("name", &name)]);
            return Ok(Err(if repository.private { words().not_found.clone() } else { renamed }));
        }
        let (name, owner) = (repository.full_name, repository.owner.id);
        let installed = self.github.installation_of(target).await?;
        if repository.private {
            // What one installation may see is nobody else's business.
            let is_ours = installed == Some(place.installation);
            let may_read =
                is_ours && self.github.permission(place.installation, target, login).await? >= Permission::Read;
            return if may_read {
                let token = self.github.token(place.installation, Scope::ReadContents(repository.id)).await?;
                Ok(Ok(Admitted { token: Some(token), id: repository.id, name, owner, is_private: true }))
            } else {
                Ok(Err(words().not_found.clone()))
            };
        }
        if installed.is_none() && !public_targets {
            return Ok(Err(words().public_forbidden.clone()));
        }
        // There is a GitHub Enterprise Server where nobody clones without signing in; what has installed the app is its own.
        let token = match installed == Some(place.installation) {
            true => match self.github.token(place.installation, Scope::ReadContents(repository.id)).await {
                Err(error) if !error.is_passing() => None,
                token => Some(token?),
            },
            false => None,
        };
        Ok(Ok(Admitted { token, id: repository.id, name, owner, is_private: false }))
    }
}
