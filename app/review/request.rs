//! What a job is to do, as it is stored in the queue.

use serde::{Deserialize, Serialize};

use super::command::{Command, Review};
use crate::github::{CommentId, InstallationId, IssueNumber, RepoName, RepositoryId, Site};

/// What a job is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// React to a comment that asks for a review, which may have to wait.
    Acknowledge(Asked),
    /// Answer a comment.
    Answer(Asked),
    /// Review the head of a repository that installed the app, as a check run.
    Check(Check),
    /// Forget an installation.
    Uninstall(InstallationId),
    /// Leave an installation alone.
    Suspend(InstallationId),
}

impl Work {
    /// In which repository it was asked for.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Work::Acknowledge(asked) | Work::Answer(asked) => Some(&asked.place),
            Work::Check(check) => Some(&check.place),
            Work::Uninstall(_) | Work::Suspend(_) => None,
        }
    }

    /// The same in `place`.
    pub fn at(mut self, place: Place) -> Self {
        match &mut self {
            Work::Acknowledge(asked) | Work::Answer(asked) => asked.place = place,
            Work::Check(check) => check.place = place,
            Work::Uninstall(_) | Work::Suspend(_) => {}
        }
        self
    }
}

/// A command in a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Where.
    pub place: Place,
    /// The issue.
    pub issue: IssueNumber,
    /// The comment.
    pub comment: CommentId,
    /// Who asks.
    pub author: String,
    /// What for.
    pub command: Command,
}

/// A check run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Where.
    pub place: Place,
    /// The commit.
    pub head: String,
    /// Who asked; `None` for a push, about which nobody waits.
    pub author: Option<String>,
}

/// Who asked for what nobody in particular has asked for, such as the review of a push. Nobody can have that login.
pub const NOBODY: &str = "(nobody)";

/// A repository that installed the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The installation.
    pub installation: InstallationId,
    /// The repository.
    pub repository: RepoName,
    /// The same, by number.
    pub id: RepositoryId,
    /// Whether its owner is an organisation, not a person.
    #[serde(default)]
    pub is_organisation: bool,
}

impl Place {
    /// Where in GitHub that is.
    pub fn site(&self) -> Site<'_> {
        Site { installation: self.installation, id: self.id, name: &self.repository }
    }
}

impl Asked {
    /// What is the same for two comments that ask for the same report.
    pub fn report_key(&self, review: &Review) -> String {
        let mut targets: Vec<String> = review.targets.iter().map(|target| target.to_string().to_lowercase()).collect();
        targets.sort();
        self.issue_key() + &targets.join(" ")
    }

    /// What the keys of all reports of the issue begin with.
    pub fn issue_key(&self) -> String {
        format!("{}#{} ", self.place.id, self.issue)
    }
}
