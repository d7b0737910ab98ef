//! A review as a check run on the head commit.

use std::time::Instant;

use super::annotations::annotations;
use super::command::Review;
use super::outcome::{Outcome, text, told};
use super::pipeline::{Progress, Reviewer, failure, held, stored};
use super::request::{Check, NOBODY, Place};
use super::rights;
use super::targets::Chosen;
use super::words::{fill, words};
use crate::github::check_runs::{ANNOTATIONS, Annotation, Output};
use crate::github::{BETWEEN_WRITES, CheckRunId};
use crate::queue::{Failure, Stop, step};
use crate::report::{Markdown, Report, comment, fit};
use crate::store::jobs::Claimed;
use crate::store::publications::{Publication, Spot};

impl Reviewer {
    pub(super) async fn check(&self, job: &Claimed, check: &Check, stop: &Stop) -> Result<(), Failure> {
        let began = Instant::now();
        let place = &check.place;
        let actor = check.author.as_deref().unwrap_or(NOBODY);
        let mut progress: Progress = job.progress().map_err(stored)?;
        let is_push = check.author.is_none();
        if is_push && !progress.admitted && (!self.reviews_pushes(place).await? || self.is_reviewed(job, check).await?)
        {
            return Ok(());
        }
        let files = self.files(job, place).await?;
        if !progress.admitted {
            let effective = files.settle_request(&self.settings, place, Some(&Review::default()));
            if let Some(why) = self.declined(job, check, actor, effective.ask.value).await? {
                let head = self.commit_of(check, &progress).await?;
                let is_said = self.decline(job, &run_id(job, check), check, &head, why).await?;
                let detail =
                    format!("{}{}", why.name(), if is_said { format!(", said on {head}") } else { String::new() });
                self.record(place, actor, "refuse", "", &detail).await?;
                step!(INFO, job, began, "refused", head, why = why.name());
                return Ok(());
            }
            progress.admitted = true;
            self.note(job, &progress).await?;
        }
        let head = &self.commit_of(check, &progress).await?;
        let run = self.begin_check(job, place, head, &run_id(job, check), &mut progress).await?;
        step!(INFO, job, began, "begun", head, check_run = run.0);
        let one = Chosen { name: place.repository.to_string(), refused: None, revision: Some(head.clone()) };
        let one = std::slice::from_ref(&one);
        self.settle_all(job, place, place.repository.owner(), one, &Review::default(), &files, stop).await?;
        let names = [place.repository.to_string()];
        let mut outcomes = self.to_tell(job, &names).await?;
        if let [(_, Outcome::Reported(report))] = outcomes.as_slice() {
            self.finish_check(job, place, head, report, &mut progress).await?;
            outcomes = self.to_tell(job, &names).await?;
        }
        if !outcomes.iter().any(|(_, outcome)| outcome.is_report()) {
            let output = not_made(&text(None, &outcomes, &Markdown::default()));
            let began = Instant::now();
            self.say_in_check(job, place, run, &output, Some("neutral")).await?;
            step!(INFO, job, began, "posted", head, check_run = run.0);
        }
        let detail = format!("check run on {head}{}", told(&outcomes));
        self.record(place, actor, "post", &place.repository.to_string(), &detail).await
    }

    /// The commit that the check run stands on. Pushes may arrive in another order than they were made in: whichever was
    /// the last to come, what is reviewed is what the branch has.
    async fn commit_of(&self, check: &Check, progress: &Progress) -> Result<String, Failure> {
        match (&progress.head, &check.author) {
            (Some(begun), _) => Ok(begun.clone()),
            (None, Some(_)) => Ok(check.head.clone()),
            (None, None) => {
                let newest = self.github.newest_commit(check.place.site()).await.map_err(failure)?;
                Ok(newest.unwrap_or_else(|| check.head.clone()))
            }
        }
    }

    /// Tells whoever waits for `check` that it can not be done; who was not waiting is not told.
    pub(super) async fn give_up_check(&self, job: &Claimed, check: &Check, said: &Markdown) -> Result<(), Failure> {
        let mut progress: Progress = job.progress().map_err(stored)?;
        let is_nobodys = progress.check_run.is_none() && check.author.is_none();
        if is_nobodys || self.says_its_report(job, &progress).await? {
            return Ok(());
        }
        let run = self.begin_check(job, &check.place, &check.head, &run_id(job, check), &mut progress).await?;
        self.say_in_check(job, &check.place, run, &not_made(said), Some("neutral")).await?;
        let (place, actor) = (&check.place, check.author.as_deref().unwrap_or(NOBODY));
        let detail = format!("check run on {} given up", progress.head.as_deref().unwrap_or(&check.head));
        self.record(place, actor, "post", &place.repository.to_string(), &detail).await
    }

    /// Whether the check run is over with a report, and that may still be told: nothing is to be said in its place.
    pub(super) async fn says_its_report(&self, job: &Claimed, progress: &Progress) -> Result<bool, Failure> {
        let told = self.to_tell(job, &[]).await?;
        Ok(progress.check_is_over && told.iter().any(|(_, outcome)| outcome.is_report()))
    }

    async fn begin_check(
        &self,
        job: &Claimed,
        place: &Place,
        head: &str,
        external_id: &str,
        progress: &mut Progress,
    ) -> Result<CheckRunId, Failure> {
        if let Some(run) = progress.check_run {
            return Ok(run);
        }
        let found = self.github.find_check_run(place.site(), head, external_id).await.map_err(failure)?;
        let run = match found {
            Some(run) => run,
            None => {
                held(&self.store, job).await?;
                self.github.begin_check_run(place.site(), head, external_id).await.map_err(failure)?
            }
        };
        progress.check_run = Some(run);
        progress.head = Some(head.to_owned());
        self.note(job, progress).await?;
        Ok(run)
    }

    /// Says what the report says in a check run, with remarks on lines, each once.
    pub(super) async fn finish_check(
        &self,
        job: &Claimed,
        place: &Place,
        head: &str,
        report: &Report,
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        let began = Instant::now();
        let run = self.begin_check(job, place, head, &format!("job-{}", job.id), progress).await?;
        let is_private = rights::is_private(&self.github, place).await.map_err(failure)?;
        let (remarks, left) = annotations(report, is_private);
        let (shown, left) = (remarks.len().to_string(), left.to_string());
        let text = (left != "0").then(|| fill(&words().more_remarks, &[("shown", &shown), ("left", &left)]));
        let flags = report.red_flags.len();
        let title = match flags {
            0 => Markdown::own("No red flags"),
            1 => Markdown::own("1 red flag to look at"),
            flags => fill("{count} red flags to look at", &[("count", &flags.to_string())]),
        };
        let closing = self.closing(job.id, &words().check_rights);
        let room = fit::CHECK_RUN.beside(closing.as_str()).less(2);
        let summary = Markdown::joined([comment(std::slice::from_ref(report), room), closing], "\n\n");
        // GitHub knows which it has, whatever became of an earlier attempt: none is lost, and none stands there twice. What
        // was sent then is done with: GitHub had its time to answer, and the attempt has waited since.
        let mut sent = match remarks.len() {
            0 => 0,
            _ => self.github.annotations_of(place.site(), run).await.map_err(failure)?,
        };
        let mut is_next = false;
        loop {
            let batch: Vec<Annotation> = remarks.iter().skip(sent).take(ANNOTATIONS).cloned().collect();
            let is_over = batch.is_empty();
            if is_next && !is_over {
                tokio::time::sleep(BETWEEN_WRITES).await;
            }
            is_next = true;
            sent += batch.len();
            let output =
                Output { title: title.clone(), summary: summary.clone(), text: text.clone(), annotations: batch };
            self.say_in_check(job, place, run, &output, is_over.then_some("neutral")).await?;
            if is_over {
                step!(INFO, job, began, "posted", head, check_run = run.0, remarks = remarks.len());
                progress.check_is_over = true;
                return self.note(job, progress).await;
            }
        }
    }

    /// Ends the check run that was begun beside a comment, if there is one, without a report: nobody else would end it.
    /// Where that is refused, too, it is GitHub's to end.
    pub(super) async fn end_check(
        &self,
        job: &Claimed,
        place: &Place,
        progress: &Progress,
        why: &Markdown,
    ) -> Result<(), Failure> {
        let Some(run) = progress.check_run else { return Ok(()) };
        match self.say_in_check(job, place, run, &not_made(why), Some("neutral")).await {
            Err(Failure::Never(_)) => Ok(()),
            ended => ended,
        }
    }

    /// Has the check run say `output`; with `conclusion`, it is over. Where it stands is noted first, so that whoever
    /// owns the repository can have it taken back.
    pub(super) async fn say_in_check(
        &self,
        job: &Claimed,
        place: &Place,
        run: CheckRunId,
        output: &Output,
        conclusion: Option<&str>,
    ) -> Result<(), Failure> {
        let publication = Publication {
            key: format!("check-run {run}"),
            installation: place.installation.0,
            target: place.repository.to_string(),
            ids: vec![place.id.0],
            posted_in: place.repository.to_string(),
            posted_in_id: place.id.0,
            spot: Spot::CheckRun(run.0),
        };
        held(&self.store, job).await?;
        self.store.publish(&publication).await.map_err(stored)?;
        self.github.update_check_run(place.site(), run, output, conclusion).await.map(drop).map_err(failure)
    }
}

/// By what the check run is found again: who asks once more gets another one, and a push to a commit has one.
fn run_id(job: &Claimed, check: &Check) -> String {
    match &check.author {
        Some(_) => format!("job-{}", job.id),
        None => "push".to_owned(),
    }
}

/// What a check run says that has no report.
pub(super) fn not_made(why: &Markdown) -> Output {
    Output { title: Markdown::own("No report"), summary: why.clone(), text: None, annotations: vec![] }
}
