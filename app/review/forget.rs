//! The right to be forgotten.

use std::time::Instant;

use super::pipeline::{Progress, Reviewer, failure, stored};
use super::request::Asked;
use super::rights;
use super::words::{fill, words};
use crate::github::check_runs::Output;
use crate::github::{CheckRunId, CommentId, GitHubError, InstallationId, Site};
use crate::queue::{Failure, step};
use crate::report::Markdown;
use crate::store::audit::Entry;
use crate::store::jobs::Claimed;
use crate::store::publications::{Publication, Spot};

/// What became of a text that is to be forgotten.
enum Taken {
    /// Nothing of it is left.
    Whole,
    /// Its remarks on lines are: GitHub has no way to take them back.
    ButRemarks,
    /// It stands where the app may not write any more, or that can not be found.
    Not,
}

impl Reviewer {
    /// Deletes what is stored about the repository of the comment, the comments that report on it (on others, too, if
    /// they do), and what its check runs say. What can not be reached is kept in mind, and said.
    pub(super) async fn forget(&self, job: &Claimed, asked: &Asked) -> Result<(), Failure> {
        let began = Instant::now();
        let repository = asked.place.repository.to_string();
        if !rights::is_owner(&asked.place, &asked.author) && !self.is_admin(asked).await? {
            return self.answer(asked, &fill(&words().forget_denied, &[])).await;
        }
        let mut progress: Progress = job.progress().map_err(stored)?;
        let entry = |detail: String| Entry {
            installation: asked.place.installation.0,
            actor: asked.author.clone(),
            action: "forget",
            target: repository.clone(),
            detail,
        };
        if !progress.admitted {
            // First, so that what is under way is not stored and posted after all.
            self.store.audit(&entry(String::new())).await.map_err(stored)?;
            progress.admitted = true;
            self.note(job, &progress).await?;
        }
        // No trouble of GitHub's keeps what is ours to delete.
        self.store.forget_repository(&repository).await.map_err(stored)?;
        let (mut missed, mut trouble) = (0_u64, None);
        for publication in self.store.publications_on(&repository).await.map_err(stored)? {
            match self.take_back(&publication).await {
                Ok(Taken::Not) => missed += 1,
                Ok(taken) => {
                    if matches!(taken, Taken::ButRemarks) && !progress.remarks_stay {
                        progress.remarks_stay = true;
                        self.note(job, &progress).await?;
                    }
                    self.store.unpublish(&publication.key).await.map_err(stored)?;
                }
                Err(error @ GitHubError::RateLimited { .. }) => return Err(failure(error)),
                Err(error) => {
                    missed += 1;
                    trouble = Some(error);
                }
            }
        }
        if let Some(error) = trouble
            && !job.is_last_attempt()
        {
            return Err(failure(error));
        }
        self.store.audit(&entry(format!("{missed} not reached"))).await.map_err(stored)?;
        step!(INFO, job, began, "forgotten", missed);
        let said = if missed == 0 { &words().forget_done } else { &words().forget_missed };
        let mut said = fill(said, &[("target", &repository), ("count", &missed.to_string())]);
        if progress.remarks_stay {
            said = Markdown::joined([said, fill(&words().forget_remarks, &[])], " ");
        }
        self.answer(asked, &said).await
    }

    /// Deletes a comment, or has a check run, which nobody can delete, say nothing any more.
    async fn take_back(&self, publication: &Publication) -> Result<Taken, GitHubError> {
        let installation = InstallationId(publication.installation);
        let Ok(posted_in) = publication.posted_in.parse() else { return Ok(Taken::Not) };
        // One that is not to be seen is not gone: the app may have been removed from it.
        let Some(found) = self.github.repository(installation, &posted_in).await? else { return Ok(Taken::Not) };
        let site = Site { installation, id: found.id, name: &posted_in };
        let taken = match publication.spot {
            Spot::Comment(comment) => self.github.delete_comment(site, CommentId(comment)).await.map(|()| Taken::Whole),
            Spot::CheckRun(run) => {
                let summary = fill(&words().forgotten, &[]).to_string();
                let output = Output { title: "Report deleted".into(), summary, text: None, annotations: vec![] };
                let emptied = self.github.update_check_run(site, CheckRunId(run), &output, Some("neutral")).await;
                emptied.map(|remarks| if remarks == 0 { Taken::Whole } else { Taken::ButRemarks })
            }
        };
        match taken {
            Err(error) if error.is_absence() => Ok(Taken::Whole),
            Err(error) if !error.is_passing() => Ok(Taken::Not),
            taken => taken,
        }
    }

    async fn is_admin(&self, asked: &Asked) -> Result<bool, Failure> {
        let held = self.github.permission(asked.place.installation, &asked.place.repository, &asked.author).await;
        Ok(held.map_err(failure)? == crate::github::repositories::Permission::Admin)
    }
}
