//! Comments and reactions.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::tokens::Scope;
use super::{CommentId, GitHub, GitHubError, IssueNumber, Site};
use crate::report::Markdown;

/// A reaction, as GitHub names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Seen, and being worked on.
    Eyes,
    /// Done.
    Rocket,
    /// Refused.
    ThumbsDown,
    /// Not understood.
    Confused,
}

impl Reaction {
    fn content(self) -> &'static str {
        match self {
            Reaction::Eyes => "eyes",
            Reaction::Rocket => "rocket",
            Reaction::ThumbsDown => "-1",
            Reaction::Confused => "confused",
        }
    }
}

#[derive(Deserialize)]
struct Comment {
    id: CommentId,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    performed_via_github_app: Option<ByApp>,
}

#[derive(Deserialize)]
struct ByApp {
    id: u64,
}

/// GitHub's largest page.
const PAGE: usize = 100;
/// An issue with 2,500 comments takes no more of them.
const PAGES: usize = 30;

impl GitHub {
    /// Reacts to a comment. To react in the same way again changes nothing.
    pub async fn react(&self, site: Site<'_>, comment: CommentId, reaction: Reaction) -> Result<(), GitHubError> {
        let path = format!("/repos/{}/issues/comments/{comment}/reactions", site.name);
        let body = json!({"content": reaction.content()});
        self.ask::<Value>(site.installation, Scope::Comment(site.id), Method::POST, &path, Some(&body)).await.map(drop)
    }

    /// Writes a comment.
    pub async fn create_comment(
        &self,
        site: Site<'_>,
        issue: IssueNumber,
        body: &Markdown,
    ) -> Result<CommentId, GitHubError> {
        let path = format!("/repos/{}/issues/{issue}/comments", site.name);
        let made: Comment = self
            .ask(site.installation, Scope::Comment(site.id), Method::POST, &path, Some(&json!({"body": body})))
            .await?;
        Ok(made.id)
    }

    /// Writes a comment anew.
    pub async fn edit_comment(&self, site: Site<'_>, comment: CommentId, body: &Markdown) -> Result<(), GitHubError> {
        let path = format!("/repos/{}/issues/comments/{comment}", site.name);
        self.ask::<Value>(
            site.installation,
            Scope::Comment(site.id),
            Method::PATCH,
            &path,
            Some(&json!({"body": body})),
        )
        .await
        .map(drop)
    }

    /// Deletes a comment: what it said is nowhere to be read, which the history of an edited one would show.
    pub async fn delete_comment(&self, site: Site<'_>, comment: CommentId) -> Result<(), GitHubError> {
        let path = format!("/repos/{}/issues/comments/{comment}", site.name);
        let scope = Scope::Comment(site.id);
        self.ask::<Value>(site.installation, scope, Method::DELETE, &path, None::<&Value>).await.map(drop)
    }

    /// The oldest comment of this app that holds `marker`. What others write is never believed, marker or not.
    pub async fn find_comment(
        &self,
        site: Site<'_>,
        issue: IssueNumber,
        marker: &Markdown,
    ) -> Result<Option<CommentId>, GitHubError> {
        Ok(self.find_comments(site, issue, marker, 1).await?.first().copied())
    }

    /// The oldest ones that do, as many as are `wanted`.
    pub async fn find_comments(
        &self,
        site: Site<'_>,
        issue: IssueNumber,
        marker: &Markdown,
        wanted: usize,
    ) -> Result<Vec<CommentId>, GitHubError> {
        let mut found = Vec::new();
        for page in 1..=PAGES {
            let path = format!("/repos/{}/issues/{issue}/comments?per_page={PAGE}&page={page}", site.name);
            let (comments, goes_on): (Vec<Comment>, bool) =
                self.page(site.installation, Scope::Comment(site.id), &path).await?;
            let is_ours = |comment: &&Comment| {
                comment.performed_via_github_app.as_ref().is_some_and(|app| app.id == self.app_id())
                    && comment.body.as_ref().is_some_and(|body| body.contains(marker.as_str()))
            };
            found.extend(comments.iter().filter(is_ours).map(|comment| comment.id));
            if !goes_on || found.len() >= wanted {
                break;
            }
        }
        found.truncate(wanted);
        Ok(found)
    }
}
