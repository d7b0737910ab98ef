//! The right to be forgotten.

use super::pipeline::{Reviewer, failure};
use super::publish::Post;
use super::request::Asked;
use super::rights;
use super::words::{fill, words};
use crate::github::{InstallationId, Site};
use crate::queue::Failure;
use crate::store::audit::Entry;

impl Reviewer {
    /// Deletes what is stored about the repository of the comment, and the comments that report on it.
    pub(super) async fn forget(&self, asked: &Asked) -> Result<(), Failure> {
        let repository = asked.place.repository.to_string();
        if !rights::is_owner(&asked.place, &asked.author) && !self.is_admin(asked).await? {
            return self.answer(asked, &words().forget_denied).await;
        }
        for publication in self.store.publications_on(&repository).await.map_err(retry)? {
            let Ok(posted_in) = publication.posted_in.parse() else { continue };
            let installation = InstallationId(publication.installation);
            let Some(found) = self.github.repository(installation, &posted_in).await.map_err(failure)? else {
                continue;
            };
            let site = Site { installation, id: found.id, name: &posted_in };
            let comment = crate::github::CommentId(publication.comment);
            let text = fill(&words().forgotten, &[]);
            match self.github.edit_comment(site, comment, &text).await {
                Ok(()) => {}
                Err(error) if error.is_passing() => return Err(failure(error)),
                Err(_) => {}
            }
        }
        let gone = self.store.forget_repository(&repository).await.map_err(retry)?;
        let entry = Entry {
            installation: asked.place.installation.0,
            actor: asked.author.clone(),
            action: "forget",
            target: repository.clone(),
            detail: String::new(),
        };
        self.store.audit(&entry).await.map_err(retry)?;
        let said = fill(&words().forget_done, &[("target", &repository), ("count", &gone.to_string())]);
        Post::answer(asked).say(&self.github, &self.store, &said).await.map(drop).map_err(Failure::Retry)
    }

    async fn is_admin(&self, asked: &Asked) -> Result<bool, Failure> {
        let held = self.github.permission(asked.place.installation, &asked.place.repository, &asked.author).await;
        Ok(held.map_err(failure)? == crate::github::repositories::Permission::Admin)
    }
}

fn retry(error: crate::store::StoreError) -> Failure {
    Failure::Retry(error.into())
}
