//! The right to be forgotten: asked for by the repository's owner in a comment, or by whoever runs the app for somebody
//! who can not.

use std::time::Instant;

use super::pipeline::{Progress, Reviewer, failure, stored};
use super::request::Asked;
use super::rights;
use super::words::{fill, words};
use crate::github::check_runs::Output;
use crate::github::{
    BETWEEN_WRITES, CheckRunId, CommentId, GitHub, GitHubError, InstallationId, RepoName, RepositoryId, Site,
};
use crate::queue::{Failure, step};
use crate::report::Markdown;
use crate::store::audit::Entry;
use crate::store::jobs::Claimed;
use crate::store::publications::{Publication, Spot};
use crate::store::retention::Subject;
use crate::store::{Store, StoreError};

/// What became of a text that is to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        let place = &asked.place;
        if !rights::is_owner(place, &asked.author) && !self.is_admin(asked).await? {
            return self.answer(job, asked, &fill(&words().forget_denied, &[])).await;
        }
        let mut progress: Progress = job.progress().map_err(stored)?;
        let subject = Subject { name: place.repository.to_string(), ids: vec![place.id.0] };
        let entry = |detail: &str| entry(place.installation.0, &asked.author, &subject, place.id.0, detail);
        if !progress.admitted {
            // First, so that what is under way is not stored and posted after all.
            self.store.audit(&entry("")).await.map_err(stored)?;
            progress.admitted = true;
            self.note(job, &progress).await?;
        }
        // No trouble of GitHub's keeps what is ours to delete.
        self.store.forget_repository(&subject).await.map_err(stored)?;
        let (mut missed, mut trouble) = (0_u64, None);
        for (index, publication) in self.store.publications_on(&subject).await.map_err(stored)?.into_iter().enumerate()
        {
            pause(index).await;
            match take_back(&self.github, &publication).await {
                Ok(Taken::Not) => missed += 1,
                Ok(taken) => {
                    if taken == Taken::ButRemarks && !progress.remarks_stay {
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
        self.store.audit(&entry(&format!("{missed} not reached"))).await.map_err(stored)?;
        step!(INFO, job, began, "forgotten", missed);
        let said = if missed == 0 { &words().forget_done } else { &words().forget_missed };
        let mut said = fill(said, &[("target", &subject.name), ("count", &missed.to_string())]);
        if progress.remarks_stay {
            said = Markdown::joined([said, fill(&words().forget_remarks, &[])], " ");
        }
        self.answer(job, asked, &said).await
    }

    async fn is_admin(&self, asked: &Asked) -> Result<bool, Failure> {
        let held = self.github.permission(asked.place.installation, &asked.place.repository, &asked.author).await;
        Ok(held.map_err(failure)? == crate::github::repositories::Permission::Admin)
    }
}

/// What was done for somebody who has asked whoever runs the app.
#[derive(Debug, Default)]
pub struct Forgotten {
    /// Stored reports that are deleted.
    pub reports: u64,
    /// Comments that are deleted.
    pub comments: u64,
    /// Check runs that say nothing any more.
    pub check_runs: u64,
    /// Of those, remarks on lines stay.
    pub remarks_stay: bool,
    /// What still says something, and where.
    pub missed: Vec<String>,
}

/// Deletes what is stored and posted about `repository`, where the app need not be installed: under that name, under
/// the number `id`, and under those that it has had under that name.
pub async fn forget_by_operator(
    github: &GitHub,
    store: &Store,
    repository: &RepoName,
    id: Option<u64>,
) -> Result<Forgotten, StoreError> {
    const OPERATOR: &str = "whoever runs the app";
    let name = repository.to_string();
    let mut ids = store.ids_of(&name).await?;
    ids.extend(id);
    let subject = Subject { name, ids: ids.into_iter().collect() };
    // First, so that what is under way is not stored and posted after all.
    for id in subject.ids.iter().copied().chain([0]) {
        store.audit(&entry(0, OPERATOR, &subject, id, "")).await?;
    }
    let mut done = Forgotten { reports: store.forget_repository(&subject).await?, ..Forgotten::default() };
    for (index, publication) in store.publications_on(&subject).await?.into_iter().enumerate() {
        pause(index).await;
        let place = &publication.posted_in;
        let (what, count) = match publication.spot {
            Spot::Comment(number) => (format!("comment {number} in {place}"), &mut done.comments),
            Spot::CheckRun(number) => (format!("check run {number} in {place}"), &mut done.check_runs),
        };
        match take_back(github, &publication).await {
            Ok(Taken::Not) => {
                done.missed.push(format!("{what}: it is not to be found, or the app may not write there"))
            }
            Ok(taken) => {
                *count += 1;
                done.remarks_stay |= taken == Taken::ButRemarks;
                store.unpublish(&publication.key).await?;
            }
            Err(error) => done.missed.push(format!("{what}: {error}")),
        }
    }
    store.audit(&entry(0, OPERATOR, &subject, 0, &format!("{} not reached", done.missed.len()))).await?;
    Ok(done)
}

fn entry(installation: u64, actor: &str, subject: &Subject, id: u64, detail: &str) -> Entry {
    Entry {
        installation,
        actor: actor.to_owned(),
        action: "forget",
        target: subject.name.clone(),
        target_id: id,
        detail: detail.to_owned(),
    }
}

/// Before another text is taken back: an owner may have hundreds of them.
async fn pause(index: usize) {
    if index > 0 {
        tokio::time::sleep(BETWEEN_WRITES).await;
    }
}

/// Deletes a comment, or has a check run, which nobody can delete, say nothing any more.
async fn take_back(github: &GitHub, publication: &Publication) -> Result<Taken, GitHubError> {
    let installation = InstallationId(publication.installation);
    let Ok(posted_in) = publication.posted_in.parse::<RepoName>() else { return Ok(Taken::Not) };
    let id = Some(publication.posted_in_id).filter(|id| *id != 0).map(RepositoryId);
    let taken = take_back_as(github, installation, &posted_in, id, publication.spot).await?;
    let (Taken::Not, Some(id)) = (taken, id) else { return Ok(taken) };
    // It may have been given away to where another installation has it.
    match github.moved_to(Site { installation, id, name: &posted_in }).await? {
        Some((other, _)) => take_back_as(github, other, &posted_in, Some(id), publication.spot).await,
        None => Ok(taken),
    }
}

/// The same as that installation may.
async fn take_back_as(
    github: &GitHub,
    installation: InstallationId,
    posted_in: &RepoName,
    id: Option<RepositoryId>,
    spot: Spot,
) -> Result<Taken, GitHubError> {
    // One that is not to be seen is not gone: the app may have been removed from it.
    let Some(found) = github.whereabouts(installation, posted_in, id).await? else { return Ok(Taken::Not) };
    let site = Site { installation, id: found.id, name: &found.full_name };
    let taken = match spot {
        Spot::Comment(comment) => github.delete_comment(site, CommentId(comment)).await.map(|()| Taken::Whole),
        Spot::CheckRun(run) => {
            let title = Markdown::own("Report deleted");
            let output = Output { title, summary: fill(&words().forgotten, &[]), text: None, annotations: vec![] };
            let emptied = github.update_check_run(site, CheckRunId(run), &output, Some("neutral")).await;
            emptied.map(|remarks| if remarks == 0 { Taken::Whole } else { Taken::ButRemarks })
        }
    };
    match taken {
        Err(error) if error.is_absence() => Ok(Taken::Whole),
        Err(error) if !error.is_passing() => Ok(Taken::Not),
        taken => taken,
    }
}
