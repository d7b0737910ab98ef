//! Posting, so that however often it is tried there is one comment: by the number that was stored, then by a marker in
//! the app's own comments, and only then anew.
//!
//! Nothing that GitHub is asked can be checked against the fence of the job. So it is looked at just before each write:
//! whoever slept past the end of its lease finds there that somebody else has the job.

use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::pipeline::{failure, held, stored};
use super::request::{Asked, Place};
use crate::github::{CommentId, GitHub, GitHubError, IssueNumber};
use crate::queue::Failure;
use crate::report::safe::Value;
use crate::report::{Markdown, fit};
use crate::store::Store;
use crate::store::jobs::Claimed;
use crate::store::publications::{Publication, Spot};

/// Where a text of ours stands.
#[derive(Debug, Clone)]
pub struct Post<'a> {
    /// The job that says it.
    pub job: &'a Claimed,
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

/// How long to wait before each try of deleting what is one too many.
const TRIES: [Duration; 5] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(300)];

/// No job has more attempts than that.
const MOST: usize = 100;

/// A comment that was not there when it was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// By us.
    Now(CommentId),
    /// By somebody else, in the meantime.
    Before(CommentId),
}

impl Written {
    fn comment(self) -> CommentId {
        match self {
            Written::Now(comment) | Written::Before(comment) => comment,
        }
    }
}

/// How posting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// It stands there.
    At(CommentId),
    /// The issue is locked or gone, or the permission is: there is nowhere to say it.
    Nowhere,
}

impl Posted {
    /// The comment, where there is one.
    pub fn comment(self) -> Option<u64> {
        match self {
            Posted::At(comment) => Some(comment.0),
            Posted::Nowhere => None,
        }
    }
}

impl std::fmt::Display for Posted {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Posted::At(comment) => write!(out, "comment {comment}"),
            Posted::Nowhere => out.write_str("nowhere"),
        }
    }
}

impl<'a> Post<'a> {
    /// The report that `asked` asks for.
    pub fn report(job: &'a Claimed, asked: &'a Asked, key: String, target: String, ids: Vec<u64>) -> Self {
        Post { job, place: &asked.place, issue: asked.issue, key, target, ids }
    }

    /// A short answer to `asked`.
    pub fn answer(job: &'a Claimed, asked: &'a Asked) -> Self {
        let key = format!("answer {} {}", asked.place.id, asked.comment);
        Post { job, place: &asked.place, issue: asked.issue, key, target: String::new(), ids: Vec::new() }
    }

    /// Has the comment say `text`.
    pub async fn say(&self, github: &Arc<GitHub>, store: &Store, text: &Markdown) -> Result<Posted, Failure> {
        let posted = self.write(github, store, text).await?;
        if let (Posted::At(comment), true) = (posted, self.job.is_tried_again()) {
            self.stand_alone(github, store, comment).await?;
        }
        Ok(posted)
    }

    /// Deletes what an earlier attempt wrote besides `comment`: it had no answer, and GitHub has done it all the same, after
    /// this attempt had looked for it.
    async fn stand_alone(&self, github: &Arc<GitHub>, store: &Store, comment: CommentId) -> Result<(), Failure> {
        let found = github.find_comments(self.place.site(), self.issue, &marker(&self.key), MOST).await;
        let found = match found {
            Err(error) if error.is_passing() => return Err(failure(error)),
            found => found.unwrap_or_default(),
        };
        for other in found.into_iter().filter(|other| *other != comment) {
            held(store, self.job).await?;
            tokio::spawn(take_away(github.clone(), self.place.clone(), other));
        }
        Ok(())
    }

    async fn write(&self, github: &Arc<GitHub>, store: &Store, text: &Markdown) -> Result<Posted, Failure> {
        let marker = marker(&self.key);
        let body = &marked(&marker, text);
        let site = self.place.site();
        if let Some(known) = store.publication(&self.key).await.map_err(stored)? {
            let known = CommentId(known);
            held(store, self.job).await?;
            match github.edit_comment(site, known, body).await {
                Ok(()) => {
                    store.publish(&self.publication(known)).await.map_err(stored)?;
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
        held(store, self.job).await?;
        let comment = match found {
            Some(comment) => github.edit_comment(site, comment, body).await.map(|()| comment),
            None => match self.create(github, &marker, body).await {
                Ok(Written::Before(comment)) => {
                    held(store, self.job).await?;
                    github.edit_comment(site, comment, body).await.map(|()| comment)
                }
                written => written.map(Written::comment),
            },
        };
        match comment {
            Ok(comment) => {
                store.publish(&self.publication(comment)).await.map_err(stored)?;
                Ok(Posted::At(comment))
            }
            Err(error) => nowhere(error),
        }
    }

    /// Writes the comment, and looks afterwards whether somebody else has written one as well while this one was under way:
    /// the older one stays, whoever looks. In a task of its own, which goes on where the job is taken from us.
    async fn create(&self, github: &Arc<GitHub>, marker: &Markdown, body: &Markdown) -> Result<Written, GitHubError> {
        let (github, place, issue) = (github.clone(), self.place.clone(), self.issue);
        let (marker, body) = (marker.clone(), body.clone());
        let creating = tokio::spawn(async move {
            let site = place.site();
            let comment = github.create_comment(site, issue, &body).await?;
            match github.find_comment(site, issue, &marker).await {
                Ok(Some(oldest)) if oldest != comment => {
                    tokio::spawn(take_away(github.clone(), place.clone(), comment));
                    Ok(Written::Before(oldest))
                }
                // The next attempt finds it.
                Err(error) if error.is_passing() => Err(error),
                _ => Ok(Written::Now(comment)),
            }
        });
        creating.await.unwrap_or_else(|error| match error.try_into_panic() {
            // A fault of ours, and none of GitHub's.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(ended) => Err(GitHubError::Network(Box::new(ended))),
        })
    }

    /// Has the comment of `earlier`, whose reports stand in this one now, say `text`.
    pub async fn replaces(
        &self,
        earlier: &Publication,
        github: &GitHub,
        store: &Store,
        text: &Markdown,
    ) -> Result<(), Failure> {
        let Spot::Comment(comment) = earlier.spot else { return Ok(()) };
        let body = marked(&marker(&earlier.key), text);
        held(store, self.job).await?;
        match github.edit_comment(self.place.site(), CommentId(comment), &body).await {
            Err(error) if error.is_passing() => return Err(failure(error)),
            // What it says can not be changed, so it is still to be known what it reports on.
            Err(error) if !error.is_absence() => return Ok(()),
            _ => {}
        }
        store.publish(&Publication { target: String::new(), ..earlier.clone() }).await.map_err(stored)
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

/// Deletes a comment that is one too many. No job knows of it, so it is tried here until GitHub is well again, and nobody
/// waits for it.
async fn take_away(github: Arc<GitHub>, place: Place, comment: CommentId) {
    for wait in TRIES {
        tokio::time::sleep(wait).await;
        match github.delete_comment(place.site(), comment).await {
            Err(error) if error.is_passing() => {}
            Err(error) if !error.is_absence() => {
                return tracing::warn!(comment = comment.0, %error, "a second comment stays");
            }
            _ => return,
        }
    }
    tracing::warn!(comment = comment.0, "a second comment stays: GitHub was in trouble for too long");
}

/// The line by which the comment of `key` is found again. Says nothing to anyone.
fn marker(key: &str) -> Markdown {
    let digest = Sha256::digest(key.as_bytes());
    Markdown::fill("<!-- foliolens:v1 {key} -->", &[("key", Value::Hex(digest.get(..16).unwrap_or(&digest)))])
}

fn marked(marker: &Markdown, text: &Markdown) -> Markdown {
    Markdown::joined([marker.clone(), text.clone()], "\n").fitted(fit::COMMENT)
}

fn nowhere(error: GitHubError) -> Result<Posted, Failure> {
    match error {
        GitHubError::Forbidden | GitHubError::NotFound | GitHubError::Gone => Ok(Posted::Nowhere),
        error => Err(failure(error)),
    }
}
