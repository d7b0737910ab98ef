//! Names and numbers of GitHub, parsed at the door.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    };
}

number!(
    /// One account that installed the app.
    InstallationId
);
number!(
    /// A repository, whatever it is called today.
    RepositoryId
);
number!(
    /// An issue or a pull request, within its repository.
    IssueNumber
);
number!(
    /// A comment on an issue or a pull request.
    CommentId
);
number!(
    /// A check run.
    CheckRunId
);

/// `OWNER/REPO`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepoName {
    owner: String,
    name: String,
}

/// What is not the name of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a repository is written OWNER/REPO")]
pub struct NotARepoName;

impl RepoName {
    /// Whose it is.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for RepoName {
    type Err = NotARepoName;

    fn from_str(text: &str) -> Result<Self, NotARepoName> {
        let (owner, name) = text.split_once('/').ok_or(NotARepoName)?;
        let is_name = (1..=100).contains(&name.len())
            && name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.'))
            && !matches!(name, "." | "..");
        if !is_login(owner) || !is_name {
            return Err(NotARepoName);
        }
        Ok(RepoName { owner: owner.to_owned(), name: name.to_owned() })
    }
}

/// Whether `text` may be the name of an account. Managed users have an underscore and a short code at the end.
pub fn is_login(text: &str) -> bool {
    (1..=50).contains(&text.len())
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
        && !text.starts_with('-')
}

impl fmt::Display for RepoName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.owner, self.name)
    }
}

impl Serialize for RepoName {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RepoName {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A repository in which an installation reads or writes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site<'a> {
    /// Whose tokens are used.
    pub installation: InstallationId,
    /// What they are narrowed to.
    pub id: RepositoryId,
    /// Its name today.
    pub name: &'a RepoName,
}

/// `X-GitHub-Delivery`: the same when GitHub delivers again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryId(String);

impl DeliveryId {
    /// The id in a header.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
        fits.then(|| DeliveryId(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_an_owner_and_a_name() {
        let name: RepoName = "ana/shop.rs".parse().expect("a name");
        assert_eq!((name.owner(), name.name()), ("ana", "shop.rs"));
        for text in
            ["ana", "ana/", "/shop", "ana/shop/x", "ana/..", "-ana/shop", "a na/shop", "ana/sh op", "ana/shop\n"]
        {
            assert_eq!(text.parse::<RepoName>(), Err(NotARepoName), "{text}");
        }
    }

    #[test]
    fn what_could_not_come_from_github_is_no_delivery() {
        assert!(DeliveryId::parse("72d3162e-cc78-11e3-81ab-4c9367dc0958").is_some());
        for text in ["", "a b", "'; drop", &"a".repeat(65)] {
            assert!(DeliveryId::parse(text).is_none(), "{text}");
        }
    }
}
