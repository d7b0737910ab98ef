//! A job, step by step. Each step that can be seen from outside is noted before the next, so that an attempt that was
//! killed is taken up where it ended.

use std::path::Path;
use std::sync::Arc;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::command::{Command, Review};
use super::configuration::Files;
use super::outcome::{Outcome, outcomes_of, text, told};
use super::publish::{Post, Posted};
use super::request::{Asked, Place, Work};
use super::settings::Settings;
use super::targets::Chosen;
use super::words::{fill, words};
use crate::config::Profile;
use crate::config::effective::Effective;
use crate::config::suppress::{What, today};
use crate::github::check_runs::Output;
use crate::github::{CheckRunId, GitHub, GitHubError, RepoName};
use crate::queue::{Failure, Handler, Stop};
use crate::report::Report;
use crate::sandbox::cage::Excess;
use crate::sandbox::protocol::{Configured, Done};
use crate::sandbox::{Ask, Cage, Examine, Fetch, Refusal};
use crate::store::audit::Entry;
use crate::store::jobs::{Claimed, JobId};
use crate::store::reports::Stored;
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
    /// The commit of the check run.
    pub(super) head: Option<String>,
    /// The check run.
    pub(super) check_run: Option<CheckRunId>,
    /// Annotations that GitHub has.
    pub(super) annotated: usize,
}

#[async_trait::async_trait]
impl Handler for Reviewer {
    async fn handle(&self, job: &Claimed, stop: &Stop) -> Result<(), Failure> {
        match work(job)? {
            Work::Acknowledge(asked) => self.acknowledge(&asked).await,
            Work::Answer(asked) => self.answer_comment(job, &asked, stop).await,
            Work::Check(check) => self.check(job, &check, stop).await,
            Work::Uninstall(installation) => {
                match self.store.forget_installation(installation.0, job.id).await.map_err(stored)? {
                    0 => Ok(()),
                    _ => Err(Failure::Later(std::time::Duration::from_secs(1))),
                }
            }
        }
    }

    async fn give_up(&self, job: &Claimed) -> Result<(), Failure> {
        let said = fill(&words().broken, &[("reference", &job.id.to_string())]);
        match work(job)? {
            Work::Answer(asked) => {
                let post = match &asked.command {
                    Command::Review(review) => {
                        Post::report(&asked, asked.report_key(review), review_target(job, review)?)
                    }
                    _ => Post::answer(&asked),
                };
                post.say(&self.github, &self.store, &said).await.map_err(posting)?;
            }
            Work::Check(check) => {
                let progress: Progress = job.progress().map_err(stored)?;
                if let Some(run) = progress.check_run {
                    let output = Output { title: "No report".into(), summary: said, text: None, annotations: vec![] };
                    let place = &check.place;
                    self.github.update_check_run(place.site(), run, &output, Some("neutral")).await.map_err(failure)?;
                }
            }
            Work::Acknowledge(_) | Work::Uninstall(_) => {}
        }
        Ok(())
    }
}

impl Reviewer {
    async fn answer_comment(&self, job: &Claimed, newest: &Asked, stop: &Stop) -> Result<(), Failure> {
        let place = &newest.place;
        let mut progress: Progress = job.progress().map_err(stored)?;
        let files = self.files(place).await?;
        let asked = match progress.asked.clone() {
            Some(asked) => asked,
            None => {
                let Some(asked) = self.admitted(job, newest, &files).await? else { return Ok(()) };
                progress.asked = Some(asked.clone());
                self.note(job, &progress).await?;
                asked
            }
        };
        let Command::Review(review) = &asked.command else { return self.short_answer(&asked, &files).await };
        let chosen = match progress.chosen.clone() {
            Some(chosen) => chosen,
            None => {
                let chosen = self.choose(place, &review.targets).await?;
                progress.chosen = Some(chosen.clone());
                self.note(job, &progress).await?;
                chosen
            }
        };
        let names: Vec<&str> = chosen.iter().map(|one| one.name.as_str()).collect();
        let post = Post::report(&asked, asked.report_key(review), names.join(" "));
        if self.store.reports_of(job.id).await.map_err(stored)?.is_empty() {
            let begun = fill(&words().reviewing, &[("targets", &names.join(", "))]);
            if post.say(&self.github, &self.store, &begun).await.map_err(posting)? == Posted::Nowhere {
                // Nobody could read the report.
                return self.record(place, &asked.author, "post", &names.join(" "), "nowhere to post").await;
            }
            tracing::info!(
                job = job.id.0,
                installation = place.installation.0,
                repository = %place.repository,
                issue = asked.issue.0,
                targets = names.join(" "),
                "begun"
            );
        }
        for (position, one) in chosen.iter().enumerate() {
            let settled = self.settle(job, place, &asked.author, position, one, review, &files, stop).await;
            if matches!(settled, Err(Failure::Stopped)) && self.store.cancel_is_asked(job).await.map_err(stored)? {
                post.say(&self.github, &self.store, &words().cancelled).await.map_err(posting)?;
            }
            settled?;
        }
        // Between two heartbeats nobody tells us.
        if self.store.cancel_is_asked(job).await.map_err(stored)? {
            post.say(&self.github, &self.store, &words().cancelled).await.map_err(posting)?;
            return Err(Failure::Stopped);
        }
        let outcomes = self.outcomes(job.id).await?;
        let said = text(&outcomes, &self.closing(job.id));
        let posted = post.say(&self.github, &self.store, &said).await.map_err(posting)?;
        tracing::info!(
            job = job.id.0,
            installation = place.installation.0,
            repository = %place.repository,
            issue = asked.issue.0,
            ?posted,
            "posted"
        );
        self.record(place, &asked.author, "post", &names.join(" "), &format!("{posted:?}{}", told(&outcomes))).await?;
        if review.targets.is_empty()
            && let [(_, Outcome::Reported(report))] = outcomes.as_slice()
        {
            match self.finish_check(job, place, &report.repository.head, report, &mut progress).await {
                // The report stands in the comment; that no check run may be made beside it takes nothing away.
                Err(Failure::Never(error)) => {
                    tracing::warn!(job = job.id.0, error = format!("{error:#}"), "no check run");
                }
                ended => ended?,
            }
        }
        Ok(())
    }

    /// Reviews one target, unless that has been done.
    #[allow(clippy::too_many_arguments, reason = "each is said once, and none belongs to another")]
    pub(super) async fn settle(
        &self,
        job: &Claimed,
        place: &Place,
        author: &str,
        position: usize,
        chosen: &Chosen,
        review: &Review,
        files: &Files,
        stop: &Stop,
    ) -> Result<(), Failure> {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        if self.store.reports_of(job.id).await.map_err(stored)?.iter().any(|stored| stored.position == position) {
            return Ok(());
        }
        let mut outcome = match (&chosen.refused, chosen.name.parse::<RepoName>()) {
            (Some(reason), _) => Outcome::Failed(reason.clone()),
            (None, Err(_)) => Outcome::Failed(words().not_found.clone()),
            (None, Ok(target)) => tokio::select! {
                outcome = self.review(job.id, place, author, &target, review, files, chosen.revision.as_deref()) => outcome?,
                // The children end with the future that waits for them.
                () = stop.asked() => return Err(Failure::Stopped),
            },
        };
        let head = match &mut outcome {
            Outcome::Reported(report) => {
                self.compare(job.id, place, &chosen.name, report).await?;
                report.repository.head.clone()
            }
            Outcome::Failed(_) => String::new(),
        };
        let report = serde_json::to_string(&outcome).map_err(|error| Failure::Never(error.into()))?;
        let stored_ = Stored { position, repository: chosen.name.clone(), report };
        self.store.store_report(job.id, place.installation.0, &head, &stored_).await.map_err(stored)
    }

    /// Says in `report` what changed since the last one on the same repository.
    async fn compare(&self, job: JobId, place: &Place, repository: &str, report: &mut Report) -> Result<(), Failure> {
        let earlier = self.store.report_before(job, place.installation.0, repository).await.map_err(stored)?;
        // One of a version that can't be read any more is no reason to have none now.
        if let Some(Outcome::Reported(earlier)) = earlier.and_then(|text| serde_json::from_str(&text).ok()) {
            report.compare(&earlier);
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "each is said once, and none belongs to another")]
    async fn review(
        &self,
        job: JobId,
        place: &Place,
        author: &str,
        target: &RepoName,
        review: &Review,
        files: &Files,
        revision: Option<&str>,
    ) -> Result<Outcome, Failure> {
        let effective = files.settle(&self.settings, place, review, target);
        if self.store.has_opted_out(target.owner()).await.map_err(stored)? {
            return Ok(Outcome::Failed(words().opted_out.clone()));
        }
        let token = match self.admit(place, author, target, effective.public_targets.value).await.map_err(failure)? {
            Ok(token) => token,
            Err(reason) => return Ok(Outcome::Failed(reason)),
        };
        let folder = super::clones::folder()
            .map_err(|error| Failure::Retry(anyhow::Error::from(error).context("the work folder could not be made")))?;
        let settings = &self.settings;
        let clone = folder.path().join("repository.git");
        let began = std::time::Instant::now();
        let address = match self.fetched(target, token, &clone).await? {
            Ok(address) => address,
            Err(reason) => return Ok(Outcome::Failed(reason)),
        };
        let (mut template, mut unused) = (None, None);
        if let Some(name) = &review.template {
            if effective.profile.value == Profile::Trial {
                let into = folder.path().join("template.git");
                let public = effective.public_targets.value;
                let reason = match self.admit(place, author, name, public).await.map_err(failure)? {
                    Ok(token) => self.fetched(name, token, &into).await?.err(),
                    Err(reason) => Some(reason),
                };
                if let Some(reason) = reason {
                    let target = name.to_string();
                    let said = fill(&words().template_failed, &[("target", &target), ("reason", &reason)]);
                    return Ok(Outcome::Failed(said));
                }
                template = Some(into);
            } else {
                unused = Some(fill(&words().template_unused, &[("target", &name.to_string())]));
            }
        }
        let fetched = began.elapsed();
        let (rules, said) = files.rules(place, target);
        let mut configured = configured(place, &effective);
        configured.said.extend(said.into_iter().chain(unused));
        let examine = Ask::Examine(Box::new(Examine {
            folder: clone,
            address: Some(address.clone()),
            label: address.clone(),
            note: None,
            revision: revision.map(str::to_owned),
            only: effective.areas.value.iter().map(|area| area.0.to_owned()).collect(),
            trial: effective.profile.value == Profile::Trial,
            since: review.since.clone(),
            configured,
            weights: effective.weights.value,
            brief: effective.brief.value,
            template_name: template.as_ref().and(review.template.as_ref()).map(ToString::to_string),
            template,
            rules,
            limits: settings.limits,
            memory_mib: settings.examine_mib,
            seconds: settings.examine_time.as_secs(),
            threads: None,
        }));
        let outcome = match self.done(&self.cage(settings.examine_time), examine).await? {
            Ok(Done::Examined(mut report, _)) => {
                report.label = target.to_string();
                report.repository.name = Some(target.to_string());
                report.web = Some(address);
                Outcome::Reported(report)
            }
            Ok(_) => return Err(Failure::Retry(anyhow::anyhow!("the child answered something else"))),
            Err(reason) => Outcome::Failed(reason),
        };
        let examined = began.elapsed() - fetched;
        metrics::histogram!("foliolens_review_seconds", "stage" => "fetch").record(fetched.as_secs_f64());
        metrics::histogram!("foliolens_review_seconds", "stage" => "examine").record(examined.as_secs_f64());
        tracing::info!(
            job = job.0,
            installation = place.installation.0,
            repository = %target,
            fetch_ms = fetched.as_millis(),
            examine_ms = examined.as_millis(),
            "reviewed"
        );
        Ok(outcome)
    }

    /// Clones `target` into `folder`: its address, or a sentence on why that is the repository's own fault.
    async fn fetched(
        &self,
        target: &RepoName,
        token: Option<SecretString>,
        folder: &Path,
    ) -> Result<Result<String, String>, Failure> {
        let settings = &self.settings;
        let address = settings.web.join(&target.to_string()).map_err(|error| Failure::Never(error.into()))?;
        let fetch = Ask::Fetch(Fetch {
            address: address.to_string(),
            web: settings.web.to_string(),
            token,
            folder: folder.to_owned(),
            bytes: settings.clone_bytes,
            seconds: settings.clone_time.as_secs(),
            objects: settings.clone_objects,
            certificates: settings.certificates.clone(),
            at_terminal: false,
        });
        let cage = self.cage(settings.clone_time + std::time::Duration::from_secs(10));
        Ok(self.done(&cage, fetch).await?.map(|_| address.to_string()))
    }

    fn cage(&self, wall: std::time::Duration) -> Cage {
        Cage {
            program: self.program.clone(),
            wall,
            strictness: self.settings.sandbox,
            cgroup: self.settings.cgroup.clone(),
        }
    }

    /// What a child has done, or a sentence on why that is the repository's own fault.
    async fn done(&self, cage: &Cage, ask: Ask) -> Result<Result<Done, String>, Failure> {
        match cage.ask(ask, None).await {
            Ok(Ok(done)) => Ok(Ok(done)),
            Ok(Err(Refusal { sentence, is_passing: true, .. })) => Err(Failure::Retry(anyhow::anyhow!(sentence))),
            Ok(Err(Refusal { sentence, .. })) => Ok(Err(sentence)),
            Err(error) => match error.excess() {
                Some(Excess::Time) => Ok(Err(words().too_slow.clone())),
                Some(Excess::Memory) => Ok(Err(words().too_much.clone())),
                Some(Excess::Disk) => {
                    let mib = (self.settings.clone_bytes >> 20).to_string();
                    Ok(Err(fill(&words().too_large, &[("mib", &mib)])))
                }
                None => Err(Failure::Retry(error.into())),
            },
        }
    }

    pub(super) async fn outcomes(&self, job: JobId) -> Result<Vec<(String, Outcome)>, Failure> {
        outcomes_of(&self.store, &self.settings.web, job).await.map_err(stored)
    }

    /// What stands below every report: where all of it is, and how to have it deleted.
    pub(super) fn closing(&self, job: JobId) -> String {
        let rights = words().rights.trim_end();
        match &self.settings.pages {
            Some(pages) => format!("{}\n\n{rights}", words().full.replace("{address}", &pages.address(job))),
            None => rights.to_owned(),
        }
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
        let entry = Entry {
            installation: place.installation.0,
            actor: actor.to_owned(),
            action,
            target: target.to_owned(),
            detail: format!("{detail} rules {}", foliolens_analyzers::rubric::Rubric::built_in().ruleset)
                .trim()
                .to_owned(),
        };
        self.store.audit(&entry).await.map_err(stored)
    }
}

/// What GitHub's refusal means for the job.
pub(super) fn failure(error: GitHubError) -> Failure {
    match error {
        GitHubError::RateLimited { wait } => Failure::Later(wait),
        error if error.is_passing() => Failure::Retry(error.into()),
        error => Failure::Never(error.into()),
    }
}

/// The same for what was met while posting.
pub(super) fn posting(error: anyhow::Error) -> Failure {
    match error.downcast::<GitHubError>() {
        Ok(error) => failure(error),
        Err(error) => Failure::Retry(error),
    }
}

pub(super) fn stored(error: StoreError) -> Failure {
    Failure::Retry(error.into())
}

fn work(job: &Claimed) -> Result<Work, Failure> {
    serde_json::from_str(&job.work).map_err(|error| Failure::Never(error.into()))
}

/// What the files where it was asked for say about the report.
fn configured(place: &Place, effective: &Effective) -> Configured {
    Configured {
        by: place.repository.owner().to_owned(),
        said: effective.wrong.iter().cloned().chain(effective.changes()).collect(),
        suppressed: effective.suppressed.iter().map(What::written).map(|(what, why)| (what, why.to_owned())).collect(),
        is_alone: false,
        reads_own: true,
        own_is_locked: effective.suppress_is_locked,
        today: today(),
    }
}

fn review_target(job: &Claimed, review: &Review) -> Result<String, Failure> {
    let progress: Progress = job.progress().map_err(stored)?;
    let chosen = progress.chosen.unwrap_or_default();
    let named: Vec<String> = review.targets.iter().map(ToString::to_string).collect();
    let chosen: Vec<String> = chosen.into_iter().map(|one| one.name).collect();
    Ok(if chosen.is_empty() { named } else { chosen }.join(" "))
}
