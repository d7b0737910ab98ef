//! Posting, so that however often it is tried there is one comment: by the number that was stored, then by a marker in
//! the app's own comments, and only then anew.

use sha2::{Digest, Sha256};

use super::request::{Asked, Place};
use crate::github::{CommentId, GitHub, GitHubError, IssueNumber};
use crate::report::safe::Value;
use crate::report::{Markdown, fit};
use crate::store::Store;
use crate::store::publications::{Publication, Spot};

/// Where a text of ours stands.
#[derive(Debug, Clone)]
pub struct Post<'a> {
    /// The repository of the issue.
    pub place: &'a Place,
    /// The issue.
    pub issue: IssueNumber,
    /// What the text is about; the same for all that replaces it.
    pub key: String,
    /// The repositories that were reviewed, with spaces between them.
    pub target: String,
    /// Their numbers, as far as they are known.
    pub ids: Vec<u64>,
}

/// How posting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It stands there.
    At(CommentId),
    /// The issue is locked or gone, or the permission is: there is nowhere to say it.
    Nowhere,
}

impl<'a> Post<'a> {
    /// The report that `asked` asks for.
    pub fn report(asked: &'a Asked, key: String, target: String, ids: Vec<u64>) -> Self {
        Post { place: &asked.place, issue: asked.issue, key, target, ids }
    }

    /// A short answer to `asked`.
    pub fn answer(asked: &'a Asked) -> Self {
        let key = format!("answer {} {}", asked.place.id, asked.comment);
        Post { place: &asked.place, issue: asked.issue, key, target: String::new(), ids: Vec::new() }
    }

    /// Has the comment say `text`.
    pub async fn say(&self, github: &GitHub, store: &Store, text: &Markdown) -> anyhow::Result<Posted> {
        let marker = marker(&self.key);
        let body = &marked(&marker, text);
        let site = self.place.site();
        if let Some(known) = store.publication(&self.key).await? {
            let known = CommentId(known);
            match github.edit_comment(site, known, body).await {
                Ok(()) => {
                    store.publish(&self.publication(known)).await?;
                    return Ok(Posted::At(known));
                }
                Err(error) if error.is_absence() => {}
                Err(error) => return nowhere(error),
            }
        }
        let found = match github.find_comment(site, self.issue, &marker).await {
            Ok(found) => found,
            Err(error) => return nowhere(error),
        };
        let comment = match found {
            Some(comment) => github.edit_comment(site, comment, body).await.map(|()| comment),
            None => github.create_comment(site, self.issue, body).await,
        };
        match comment {
            Ok(comment) => {
                store.publish(&self.publication(comment)).await?;
                Ok(Posted::At(comment))
            }
            Err(error) => nowhere(error),
        }
    }

    /// Has the comment of `earlier`, whose reports stand in this one now, say `text`.
    pub async fn replaces(
        &self,
        earlier: &Publication,
        github: &GitHub,
        store: &Store,
        text: &Markdown,
    ) -> anyhow::Result<()> {
        let Spot::Comment(comment) = earlier.spot else { return Ok(()) };
        let body = marked(&marker(&earlier.key), text);
        match github.edit_comment(self.place.site(), CommentId(comment), &body).await {
            Err(error) if error.is_passing() => return Err(error.into()),
            // What it says can not be changed, so it is still to be known what it reports on.
            Err(error) if !error.is_absence() => return Ok(()),
            _ => {}
        }
        store.publish(&Publication { target: String::new(), ..earlier.clone() }).await?;
        Ok(())
    }

    fn publication(&self, comment: CommentId) -> Publication {
        Publication {
            key: self.key.clone(),
            installation: self.place.installation.0,
            target: self.target.clone(),
            ids: self.ids.clone(),
            posted_in: self.place.repository.to_string(),
            posted_in_id: self.place.id.0,
            spot: Spot::Comment(comment.0),
        }
    }
}

/// The line by which the comment of `key` is found again. Says nothing to anyone.
fn marker(key: &str) -> Markdown {
    let digest = Sha256::digest(key.as_bytes());
    Markdown::fill("<!-- foliolens:v1 {key} -->", &[("key", Value::Hex(digest.get(..16).unwrap_or(&digest)))])
}

fn marked(marker: &Markdown, text: &Markdown) -> Markdown {
    Markdown::joined([marker.clone(), text.clone()], "\n").fitted(fit::COMMENT)
}

fn nowhere(error: GitHubError) -> anyhow::Result<Posted> {
    match error {
        GitHubError::Forbidden | GitHubError::NotFound | GitHubError::Gone => Ok(Posted::Nowhere),
        error => Err(error.into()),
    }
}
