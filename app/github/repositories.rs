//! Repositories: what they are, who may do what in them, and single files.

use http::Method;
use serde::Deserialize;
use serde_json::Value;

use super::tokens::Scope;
use super::{GitHub, GitHubError, InstallationId, RepoName, RepositoryId, Site};

/// What is known of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// Its number, which stays when it is renamed.
    pub id: RepositoryId,
    /// Its name today.
    pub full_name: RepoName,
    /// Whether only some may see it.
    #[serde(default)]
    pub private: bool,
    /// Whether it is a copy of somebody's.
    #[serde(default)]
    pub fork: bool,
    /// Whether it is only kept.
    #[serde(default)]
    pub archived: bool,
    /// The branch that reviews look at.
    #[serde(default)]
    pub default_branch: String,
    /// Whose it is.
    #[serde(default)]
    pub owner: Owner,
}

/// Whose a repository is. In a push its `login` may be missing, so that it is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Owner {
    /// Its number, which stays when it is called otherwise; 0 where it was not told.
    #[serde(default)]
    pub id: u64,
    #[serde(default, rename = "type")]
    kind: String,
}

impl Owner {
    /// Whether that is an organisation, not a person.
    pub fn is_organisation(&self) -> bool {
        self.kind == "Organization"
    }
}

/// What somebody may do in a repository, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Nothing.
    None,
    /// Look.
    Read,
    /// Change; `maintain` too.
    Write,
    /// Everything.
    Admin,
}

#[derive(Deserialize)]
struct Held {
    permission: Permission,
}

#[derive(Deserialize)]
struct Commit {
    sha: String,
}

#[derive(Deserialize)]
struct Installed {
    id: InstallationId,
}

#[derive(Deserialize)]
struct Holds {
    repositories: Vec<Repository>,
}

/// A file as GitHub gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// What it says.
    Text(String),
    /// It is there, and GitHub does not say what is in it.
    TooLarge,
    /// GitHub does not say whether it is there: a permission that was not given, a list of addresses that may ask. What is
    /// not there, or not the installation's to see, is missing instead.
    Forbidden,
}

/// GitHub's largest page.
const PAGE: usize = 100;
/// Who has more repositories than that has them looked through no further.
const PAGES: usize = 100;

impl GitHub {
    /// What `login` may do in `repository`. Asked of GitHub: what a payload says of an author misses private members.
    pub async fn permission(
        &self,
        installation: InstallationId,
        repository: &RepoName,
        login: &str,
    ) -> Result<Permission, GitHubError> {
        let path = format!("/repos/{repository}/collaborators/{login}/permission");
        match self.ask::<Held>(installation, Scope::LookUp, Method::GET, &path, None::<&Value>).await {
            Ok(held) => Ok(held.permission),
            Err(error) if error.is_absence() => Ok(Permission::None),
            Err(error) => Err(error),
        }
    }

    /// The repository, as `installation` sees it: a public one, or one that installed the app. Nothing where it is called
    /// otherwise by now.
    pub async fn repository(
        &self,
        installation: InstallationId,
        repository: &RepoName,
    ) -> Result<Option<Repository>, GitHubError> {
        let same = |found: &Repository| found.full_name.to_string().eq_ignore_ascii_case(&repository.to_string());
        Ok(self.once_called(installation, repository).await?.filter(same))
    }

    /// The same, also where it was called so once; it has another name then.
    pub async fn once_called(
        &self,
        installation: InstallationId,
        repository: &RepoName,
    ) -> Result<Option<Repository>, GitHubError> {
        match self.shown(installation, repository).await {
            Err(GitHubError::Forbidden) => Ok(None),
            found => found,
        }
    }

    /// The same, where it is no absence that GitHub forbids to look.
    pub async fn shown(
        &self,
        installation: InstallationId,
        repository: &RepoName,
    ) -> Result<Option<Repository>, GitHubError> {
        let path = format!("/repos/{repository}");
        match self.ask(installation, Scope::LookUp, Method::GET, &path, None::<&Value>).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_absence() => Ok(None),
            // It has moved to where nobody can follow, or GitHub has closed it.
            Err(GitHubError::Refused(301 | 451)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The repository that was called `name`, as `installation` sees it: where its number is known, that one, whatever it
    /// is called today, and never another one that has taken its name. From a name that was taken GitHub leads nowhere
    /// else, so that the number is looked for then.
    pub async fn whereabouts(
        &self,
        installation: InstallationId,
        name: &RepoName,
        id: Option<RepositoryId>,
    ) -> Result<Option<Repository>, GitHubError> {
        let Some(id) = id else { return self.repository(installation, name).await };
        let found = self.once_called(installation, name).await?;
        if found.as_ref().is_some_and(|found| found.id == id) {
            return Ok(found);
        }
        for page in 1..=PAGES {
            let path = format!("/installation/repositories?per_page={PAGE}&page={page}");
            let asked = self.page::<Holds>(installation, Scope::LookUp, &path).await;
            let (Holds { repositories }, goes_on) = match asked {
                // Where it is can not be told then.
                Err(error) if !error.is_passing() => return Ok(None),
                answer => answer?,
            };
            if let Some(found) = repositories.into_iter().find(|repository| repository.id == id) {
                return Ok(Some(found));
            }
            if !goes_on {
                break;
            }
        }
        Ok(None)
    }

    /// The installation that `repository` belongs to, if it has one.
    pub async fn installation_of(&self, repository: &RepoName) -> Result<Option<InstallationId>, GitHubError> {
        let path = format!("/repos/{repository}/installation");
        match self.as_app::<Installed>(Method::GET, &path, None::<&Value>).await {
            Ok(found) => Ok(Some(found.id)),
            Err(error) if error.is_absence() => Ok(None),
            Err(GitHubError::Forbidden | GitHubError::Refused(301 | 451)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The other installation that the repository of `site` belongs to by now, and the repository as it is there; nothing
    /// where it is still that one's, or nobody's.
    pub async fn moved_to(&self, site: Site<'_>) -> Result<Option<(InstallationId, Repository)>, GitHubError> {
        let Some(other) = self.installation_of(site.name).await?.filter(|other| *other != site.installation) else {
            return Ok(None);
        };
        // Another one may have taken its name.
        let found = self.once_called(other, site.name).await?.filter(|found| found.id == site.id);
        Ok(found.map(|found| (other, found)))
    }

    /// The newest commit of the default branch; `None` where there is none, or none to be seen.
    pub async fn newest_commit(&self, site: Site<'_>) -> Result<Option<String>, GitHubError> {
        let path = format!("/repos/{}/commits?per_page=1", site.name);
        let scope = Scope::ReadContents(site.id);
        let listed = self.ask::<Vec<Commit>>(site.installation, scope, Method::GET, &path, None::<&Value>).await;
        match listed {
            Ok(listed) => Ok(listed.into_iter().next().map(|commit| commit.sha)),
            Err(error) if error.is_passing() => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// A file on the default branch; `None` where there is none.
    pub async fn file(&self, site: Site<'_>, path: &str) -> Result<Option<File>, GitHubError> {
        let path = format!("/repos/{}/contents/{path}", site.name);
        let scope = Scope::ReadContents(site.id);
        // A folder is a list of what is in it.
        let contents: Value = match self.ask(site.installation, scope, Method::GET, &path, None::<&Value>).await {
            Ok(contents) => contents,
            Err(error) if error.is_absence() => return Ok(None),
            Err(GitHubError::Forbidden) => return Ok(Some(File::Forbidden)),
            Err(GitHubError::TooLarge) => return Ok(Some(File::TooLarge)),
            Err(error) => return Err(error),
        };
        let Some(content) = contents["content"].as_str().filter(|_| contents["type"] == "file") else {
            return Ok(None);
        };
        // Of what has more than a megabyte there is a size, and no text.
        // <https://docs.github.com/en/rest/repos/contents#get-repository-content>
        if contents["encoding"] == "none" || (content.is_empty() && contents["size"].as_u64() > Some(0)) {
            return Ok(Some(File::TooLarge));
        }
        let encoded: String = content.split_whitespace().collect();
        let bytes = data_encoding::BASE64
            .decode(encoded.as_bytes())
            .map_err(|error| GitHubError::Malformed(Box::new(error)))?;
        Ok(Some(File::Text(String::from_utf8_lossy(&bytes).into_owned())))
    }
}
