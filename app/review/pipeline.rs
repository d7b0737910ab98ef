//! A job, step by step. Each step that can be seen from outside is noted before the next, so that an attempt that was
//! killed is taken up where it ended.

use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::command::{Command, Review};
use super::meanwhile::reports;
use super::outcome::{Outcome, told};
use super::publish::Posted;
use super::pushes::Unwanted;
use super::request::{Asked, Place, Work};
use super::settings::Settings;
use super::targets::Chosen;
use super::words::{fill, plain, words};
use crate::github::{CheckRunId, GitHub, GitHubError, InstallationId};
use crate::queue::{Failure, Handler, Stop, step};
use crate::report::Markdown;
use crate::report::safe::Value;
use crate::store::audit::Entry;
use crate::store::jobs::{Claimed, JobId};
use crate::store::{Store, StoreError};

/// Does what was asked for.
#[derive(Debug)]
pub struct Reviewer {
    /// Where it was asked, and is answered.
    pub github: Arc<GitHub>,
    /// What outlives us.
    pub store: Store,
    /// Where strangers' repositories are read.
    pub program: std::path::PathBuf,
    /// What is allowed.
    pub settings: Settings,
    /// Where pushes are left alone.
    pub unwanted: Unwanted,
}

/// What has been done of a job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Progress {
    /// Whoever asked for the check run may ask, and has been counted.
    pub(super) admitted: bool,
    /// The comment that is answered: its author may ask, and has been counted.
    asked: Option<Asked>,
    /// What is reviewed, settled once.
    chosen: Option<Vec<Chosen>>,
    /// The comment says that the review has begun.
    pub(super) begun: bool,
    /// The commit of the check run.
    pub(super) head: Option<String>,
    /// The check run.
    pub(super) check_run: Option<CheckRunId>,
    /// It says its report.
    pub(super) check_is_over: bool,
    /// Of what is to be forgotten, there are annotations, which nobody can take back.
    pub(super) remarks_stay: bool,
    /// How many jobs were asked to stop.
    pub(super) stopped: Option<u64>,
}

#[async_trait::async_trait]
impl Handler for Reviewer {
    async fn handle(&self, job: &Claimed, stop: &Stop) -> Result<(), Failure> {
        let began = Instant::now();
        let work = work(job)?;
        let ended = match &work {
            Work::Acknowledge(asked) => self.acknowledge(job, asked).await,
            Work::Answer(asked) => self.answer_comment(job, asked, stop).await,
            Work::Check(check) => self.check(job, check, stop).await,
            Work::Uninstall(installation) => {
                match self.store.forget_installation(installation.0, job.id).await.map_err(stored)? {
                    0 => Ok(()),
                    _ => Err(Failure::Later(std::time::Duration::from_secs(1))),
                }
            }
            Work::Suspend(installation) => self.rest(job, *installation).await,
        };
        // What was refused may be so because the repository is no longer where it was when the attempt began.
        if let (Err(Failure::Never(error)), Some(place)) = (&ended, work.place())
            && let Err(Failure::Later(wait)) = self.begin_anew_if_moved(job, place).await
        {
            // Else it is the end of the job, and said there.
            step!(WARN, job, began, "refused, and to be tried later", error = format!("{error:#}"));
            return Err(Failure::Later(wait));
        }
        ended
    }

    async fn give_up(&self, job: &Claimed) -> Result<(), Failure> {
        let began = Instant::now();
        let said = fill(&words().broken, &[("reference", &job.id.to_string())]);
        match work(job)? {
            Work::Answer(asked) => {
                if let Command::Review(review) = &asked.command {
                    let progress: Progress = job.progress().map_err(stored)?;
                    // First, and whatever becomes of the comment: nobody else ends it.
                    let ended = match self.says_its_report(job, &progress).await? {
                        true => Ok(()),
                        false => self.end_check(job, &asked.place, &progress, &said).await,
                    };
                    let there_is = self.what_there_is(job).await?;
                    let first = there_is.is_empty().then(|| said.clone());
                    let names = review_target(job, review)?;
                    let posted = self.say(job, &asked, review, &names, first, there_is).await?;
                    let left = self.leave_quietly(job, &asked, review, &names, &progress, posted).await?;
                    ended?;
                    let detail = format!("{posted}{left} given up");
                    self.record(&asked.place, &asked.author, "post", &names.join(" "), &detail).await?;
                } else {
                    self.answer(job, &asked, &said).await?;
                }
            }
            Work::Check(check) => self.give_up_check(job, &check, &said).await?,
            Work::Acknowledge(_) | Work::Uninstall(_) | Work::Suspend(_) => return Ok(()),
        }
        step!(INFO, job, began, "gave up");
        Ok(())
    }
}

impl Reviewer {
    /// The reports of a job that can't be done whole, beside what there is none on; nothing where there is no report.
    async fn what_there_is(&self, job: &Claimed) -> Result<Vec<(String, Outcome)>, Failure> {
        let progress: Progress = job.progress().map_err(stored)?;
        let mut done = self.to_tell(job, &[]).await?;
        if !done.iter().any(|(_, outcome)| outcome.is_report()) {
            return Ok(Vec::new());
        }
        for one in progress.chosen.unwrap_or_default() {
            if !done.iter().any(|(name, _)| *name == one.name) {
                let reason = plain(&words().one_broken, &[("reference", &job.id.to_string())]);
                done.push((one.name, Outcome::Failed(reason)));
            }
        }
        Ok(done)
    }

    /// Ends what waits or runs in an installation that is suspended: nothing could be read or said there. Asked first,
    /// because a delivery may come late, when the app is wanted again.
    async fn rest(&self, job: &Claimed, installation: InstallationId) -> Result<(), Failure> {
        let began = Instant::now();
        if self.github.is_suspended(installation).await.map_err(failure)? {
            let ended = self.store.cancel_installation(installation.0, job.id).await.map_err(stored)?;
            step!(INFO, job, began, "suspended", ended);
        }
        Ok(())
    }

    async fn answer_comment(&self, job: &Claimed, newest: &Asked, stop: &Stop) -> Result<(), Failure> {
        let began = Instant::now();
        let place = &newest.place;
        let mut progress: Progress = job.progress().map_err(stored)?;
        let files = self.files(job, place).await?;
        let asked = match progress.asked.clone() {
            Some(asked) => asked,
            None => {
                let Some(asked) = self.admitted(job, newest, &files).await? else { return Ok(()) };
                progress.asked = Some(asked.clone());
                self.note(job, &progress).await?;
                asked
            }
        };
        let Command::Review(review) = &asked.command else {
            self.short_answer(job, &asked, &files).await?;
            step!(INFO, job, began, "answered", issue = asked.issue.0);
            return Ok(());
        };
        let chosen = match progress.chosen.clone() {
            Some(chosen) => chosen,
            None => {
                let chosen = self.choose(place, review).await?;
                progress.chosen = Some(chosen.clone());
                self.note(job, &progress).await?;
                chosen
            }
        };
        let names = names(&chosen);
        if self.store.reports_of(job.id).await.map_err(stored)?.is_empty() {
            let begun = fill(&words().reviewing, &[("targets", &called(&chosen).join(", "))]);
            if self.say(job, &asked, review, &names, Some(begun), Vec::new()).await? == Posted::Nowhere {
                // Nobody could read the report.
                let left = self.leave_quietly(job, &asked, review, &names, &progress, Posted::Nowhere).await?;
                let detail = format!("nowhere to post{left}");
                return self.record(place, &asked.author, "post", &names.join(" "), &detail).await;
            }
            progress.begun = true;
            self.note(job, &progress).await?;
            step!(INFO, job, began, "begun", issue = asked.issue.0, targets = called(&chosen).join(" "));
        }
        let settled = self.settle_all(job, place, &asked.author, &chosen, review, &files, stop).await;
        // Also where it was settled: between two heartbeats nobody tells us.
        if matches!(settled, Ok(()) | Err(Failure::Stopped)) && self.store.cancel_is_asked(job).await.map_err(stored)? {
            let said = fill(&words().cancelled, &[]);
            let posted = self.say(job, &asked, review, &names, Some(said.clone()), Vec::new()).await?;
            let left = self.leave_quietly(job, &asked, review, &names, &progress, posted).await?;
            self.end_check(job, place, &progress, &said).await?;
            let detail = format!("{posted}{left} cancelled");
            self.record(place, &asked.author, "post", &names.join(" "), &detail).await?;
            return Err(Failure::Stopped);
        }
        settled?;
        let began = Instant::now();
        let mut outcomes = self.to_tell(job, &names).await?;
        let mut posted = self.say(job, &asked, review, &names, None, self.to_tell(job, &names).await?).await?;
        if self.took_back(job, &asked, posted, &outcomes).await? {
            outcomes = self.to_tell(job, &names).await?;
            posted = self.say(job, &asked, review, &names, None, self.to_tell(job, &names).await?).await?;
        }
        let left = self.leave_quietly(job, &asked, review, &names, &progress, posted).await?;
        step!(INFO, job, began, "posted", issue = asked.issue.0, comment = posted.comment());
        let detail = format!("{posted}{left}{}", told(&outcomes));
        self.record(place, &asked.author, "post", &names.join(" "), &detail).await?;
        if !review.targets.is_empty() {
            return Ok(());
        }
        if let [(_, Outcome::Reported(report))] = outcomes.as_slice() {
            match self.finish_check(job, place, &report.repository.head, report, &mut progress).await {
                // The report stands in the comment; that no check run may be made beside it takes nothing away.
                Err(Failure::Never(error)) => {
                    step!(WARN, job, began, "no check run", error = format!("{error:#}"));
                    let said = fill(&words().broken, &[("reference", &job.id.to_string())]);
                    self.end_check(job, place, &progress, &said).await?;
                }
                ended => ended?,
            }
        }
        // It was begun for a report, which is forgotten meanwhile.
        if progress.check_run.is_some() && reports(&self.to_tell(job, &names).await?) == 0 {
            self.end_check(job, place, &progress, &fill(&words().forgotten, &[])).await?;
        }
        Ok(())
    }

    /// What stands below every report: where all of it is, and how to have it deleted.
    pub(super) fn closing(&self, job: JobId, rights: &'static str) -> Markdown {
        let page = self.settings.pages.as_ref().map(|pages| pages.address(job));
        let page = page.map(|page| Markdown::fill(&words().full, &[("address", Value::Address(&page))]));
        Markdown::joined(page.into_iter().chain([Markdown::own(rights)]), "\n\n")
    }

    pub(super) async fn note(&self, job: &Claimed, progress: &Progress) -> Result<(), Failure> {
        if self.store.note(job, progress).await.map_err(stored)? { Ok(()) } else { Err(Failure::Stopped) }
    }

    pub(super) async fn record(
        &self,
        place: &Place,
        actor: &str,
        action: &'static str,
        target: &str,
        detail: &str,
    ) -> Result<(), Failure> {
        self.store.audit(&entry(place, actor, action, target, detail)).await.map_err(stored)
    }
}

/// A line of the audit, with the rules that are in force.
pub(super) fn entry(place: &Place, actor: &str, action: &'static str, target: &str, detail: &str) -> Entry {
    let rules = &foliolens_analyzers::rubric::Rubric::built_in().ruleset;
    Entry {
        installation: place.installation.0,
        actor: actor.to_owned(),
        action,
        target: target.to_owned(),
        target_id: 0,
        detail: format!("{detail} rules {rules}").trim().to_owned(),
    }
}

/// What GitHub's refusal means for the job.
pub(super) fn failure(error: GitHubError) -> Failure {
    match error {
        GitHubError::RateLimited { wait } => Failure::Later(wait),
        GitHubError::Unavailable(_) | GitHubError::Network(_) | GitHubError::Untrusted(_) => {
            Failure::Trouble { cause: error.into(), wait: None }
        }
        error if error.is_passing() => Failure::Retry(error.into()),
        error => Failure::Never(error.into()),
    }
}

pub(super) fn stored(error: StoreError) -> Failure {
    Failure::Retry(error.into())
}

/// Nothing, as long as the job is ours.
pub(super) async fn held(store: &Store, job: &Claimed) -> Result<(), Failure> {
    if store.is_held(job).await.map_err(stored)? { Ok(()) } else { Err(Failure::Stopped) }
}

pub(super) fn work(job: &Claimed) -> Result<Work, Failure> {
    serde_json::from_str(&job.work).map_err(|error| Failure::Never(error.into()))
}

fn review_target(job: &Claimed, review: &Review) -> Result<Vec<String>, Failure> {
    let progress: Progress = job.progress().map_err(stored)?;
    let chosen = names(&progress.chosen.unwrap_or_default());
    let named = review.targets.iter().map(ToString::to_string).collect();
    Ok(if chosen.is_empty() { named } else { chosen })
}

/// The repositories that are reviewed. What is refused here already, such as the portfolio of somebody who has none, is
/// no repository.
fn names(chosen: &[Chosen]) -> Vec<String> {
    chosen.iter().filter(|one| one.refused.is_none()).map(|one| one.name.clone()).collect()
}

/// What whoever waits is told of that; where all of it is refused, what that is called.
fn called(chosen: &[Chosen]) -> Vec<String> {
    let names = names(chosen);
    if names.is_empty() { chosen.iter().map(|one| one.name.clone()).collect() } else { names }
}
