//! From what is chosen to what is stored of it: cloned and examined in children, side by side.

use std::path::Path;
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::command::Review;
use super::configuration::{Files, areas_of};
use super::outcome::Outcome;
use super::pipeline::{Reviewer, failure, stored};
use super::request::Place;
use super::rights;
use super::side_by_side;
use super::targets::{Admitted, Chosen};
use super::words::{plain, words};
use crate::config::effective::Effective;
use crate::config::suppress::today;
use crate::config::{Only, Profile};
use crate::git::Workdir;
use crate::github::RepoName;
use crate::queue::{Failure, Stop, step};
use crate::report::Report;
use crate::sandbox::cage::Excess;
use crate::sandbox::protocol::{Configured, Done};
use crate::sandbox::{Ask, Cage, Examine, Fetch, Refusal};
use crate::store::jobs::Claimed;
use crate::store::reports::Stored;

/// A host that asks to be left alone for longer is asked again all the same.
const LONGEST_WAIT: Duration = Duration::from_secs(3_900);

impl Reviewer {
    /// Reviews what is chosen side by side, in as much memory as one alone may use; what needs more than its share has all
    /// of it afterwards. One that fails stops no other: another attempt of the job is about what failed.
    #[allow(clippy::too_many_arguments, reason = "each is said once, and none belongs to another")]
    pub(super) async fn settle_all(
        &self,
        job: &Claimed,
        place: &Place,
        author: &str,
        chosen: &[Chosen],
        review: &Review,
        files: &Files,
        stop: &Stop,
    ) -> Result<(), Failure> {
        let whole = self.settings.examine_mib;
        let at_once = self.settings.portfolio_at_once.min(chosen.len()).max(1);
        for (at_once, memory_mib) in [(at_once, whole / at_once as u64), (1, whole)] {
            let each = chosen
                .iter()
                .enumerate()
                .map(|(position, one)| self.settle(job, place, author, position, one, review, files, stop, memory_mib));
            let settled = side_by_side::all(at_once, each).await;
            if let Some(failure) = settled.into_iter().filter_map(Result::err).min_by_key(urgency) {
                return Err(failure);
            }
        }
        Ok(())
    }

    /// Reviews one target, unless that has been done. Nothing is stored where `memory_mib` is too little and less than
    /// what one alone may use.
    #[allow(clippy::too_many_arguments, reason = "each is said once, and none belongs to another")]
    async fn settle(
        &self,
        job: &Claimed,
        place: &Place,
        author: &str,
        position: usize,
        chosen: &Chosen,
        review: &Review,
        files: &Files,
        stop: &Stop,
        memory_mib: u64,
    ) -> Result<(), Failure> {
        if stop.is_asked() {
            return Err(Failure::Stopped);
        }
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        if self.store.reports_of(job.id).await.map_err(stored)?.iter().any(|stored| stored.position == position) {
            return Ok(());
        }
        let (mut outcome, id) = match (&chosen.refused, chosen.name.parse::<RepoName>()) {
            (Some(reason), _) => (Outcome::Failed(reason.clone()), 0),
            (None, Err(_)) => (Outcome::Failed(words().not_found.clone()), 0),
            (None, Ok(target)) => {
                let revision = chosen.revision.as_deref();
                let review = self.review(job, place, author, &target, review, files, revision, memory_mib);
                let outcome = tokio::select! {
                    outcome = review => outcome?,
                    // The children end with the future that waits for them.
                    () = stop.asked() => return Err(Failure::Stopped),
                };
                let Some(outcome) = outcome else { return Ok(()) };
                outcome
            }
        };
        if matches!(outcome, Outcome::Reported(_))
            && self.store.was_forgotten_since(&chosen.name, id, job.id).await.map_err(stored)?
        {
            outcome = Outcome::Failed(words().forgotten_meanwhile.clone());
        }
        let head = match &mut outcome {
            Outcome::Reported(report) => {
                self.compare(job, place, &chosen.name, id, report).await?;
                report.repository.head.clone()
            }
            Outcome::Failed(_) => String::new(),
        };
        let report = serde_json::to_string(&outcome).map_err(|error| Failure::Never(error.into()))?;
        let stored_ = Stored { position, repository: chosen.name.clone(), repository_id: id, report };
        let began = Instant::now();
        if !self.store.store_report(job, place.installation.0, &head, &stored_).await.map_err(stored)? {
            return Err(Failure::Stopped);
        }
        step!(INFO, job, began, "stored", target = chosen.name, has_report = !head.is_empty());
        Ok(())
    }

    /// Says in `report` what changed since the last one on the same repository.
    async fn compare(
        &self,
        job: &Claimed,
        place: &Place,
        repository: &str,
        id: u64,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let earlier = self.store.report_before(job.id, place.installation.0, repository, id).await.map_err(stored)?;
        // One of a version that can't be read any more is no reason to have none now.
        if let Some(Outcome::Reported(earlier)) = earlier.and_then(|text| serde_json::from_str(&text).ok()) {
            report.compare(&earlier);
        }
        Ok(())
    }

    /// What came of `target`, and its number where it was found (else 0). Nothing where `memory_mib` was too little.
    #[allow(clippy::too_many_arguments, reason = "each is said once, and none belongs to another")]
    async fn review(
        &self,
        job: &Claimed,
        place: &Place,
        author: &str,
        target: &RepoName,
        review: &Review,
        files: &Files,
        revision: Option<&str>,
        memory_mib: u64,
    ) -> Result<Option<(Outcome, u64)>, Failure> {
        let failed = |reason: String| Ok(Some((Outcome::Failed(reason), 0)));
        if let Some(file) = files.kept_from_us() {
            return failed(plain(&words().settings_forbidden, &[("file", file)]));
        }
        let effective = files.settle(&self.settings, place, review, target);
        let admitted = self.admit(place, author, target, effective.public_targets.value).await?;
        let Admitted { token, id, name, is_private, .. } = match admitted {
            Ok(admitted) => admitted,
            Err(reason) => return failed(reason),
        };
        if is_private && !rights::is_private(&self.github, place).await.map_err(failure)? {
            return failed(words().read_by_everybody.clone());
        }
        let folder = Workdir::new()
            .map_err(|error| Failure::Retry(anyhow::Error::from(error).context("the work folder could not be made")))?;
        let settings = &self.settings;
        let clone = folder.path().join("repository.git");
        let began = Instant::now();
        let is_share = memory_mib < settings.examine_mib;
        let address = match self.fetched(place, &name, token, &clone, memory_mib).await? {
            Ok(address) => address,
            Err(NotDone::Memory) if is_share => return Ok(None),
            Err(reason) => return failed(reason.sentence()),
        };
        let (mut template, mut unused) = (None, None);
        if let Some(name) = &review.template {
            if effective.profile.value == Profile::Trial {
                let into = folder.path().join("template.git");
                let public = effective.public_targets.value;
                let reason = match self.admit(place, author, name, public).await? {
                    Ok(Admitted { token, name, .. }) => {
                        match self.fetched(place, &name, token, &into, memory_mib).await? {
                            Err(NotDone::Memory) if is_share => return Ok(None),
                            fetched => fetched.err().map(NotDone::sentence),
                        }
                    }
                    Err(reason) => Some(reason),
                };
                if let Some(reason) = reason {
                    let target = name.to_string();
                    let said = plain(&words().template_failed, &[("target", &target), ("reason", &reason)]);
                    return failed(said);
                }
                template = Some(into);
            } else {
                unused = Some(plain(&words().template_unused, &[("target", &name.to_string())]));
            }
        }
        metrics::histogram!("foliolens_review_seconds", "stage" => "fetch").record(began.elapsed().as_secs_f64());
        step!(INFO, job, began, "fetched", target = %target);
        let began = Instant::now();
        let (rules, said) = files.rules(place, target);
        let own = if rules.is_empty() { Vec::new() } else { areas_of(files.own()) };
        let is_there = |area: &&Only| matches!(area, Only::Ours(_)) || own.contains(&area.name());
        let only = effective.areas.value.iter().filter(is_there).map(|area| area.name().to_owned()).collect();
        let mut configured = configured(place, &effective);
        configured.said.extend(said.into_iter().chain(unused));
        let examine = Ask::Examine(Box::new(Examine {
            folder: clone,
            address: Some(address.clone()),
            label: address.clone(),
            note: None,
            revision: revision.map(str::to_owned),
            only,
            trial: effective.profile.value == Profile::Trial,
            since: review.since.clone(),
            configured,
            weights: effective.weights.value,
            brief: effective.brief.value,
            template_name: template.as_ref().and(review.template.as_ref()).map(ToString::to_string),
            template,
            rules,
            limits: settings.limits,
            memory_mib,
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
            Err(NotDone::Memory) if is_share => return Ok(None),
            Err(reason) => Outcome::Failed(reason.sentence()),
        };
        metrics::histogram!("foliolens_review_seconds", "stage" => "examine").record(began.elapsed().as_secs_f64());
        step!(INFO, job, began, "examined", target = %target);
        Ok(Some((outcome, id.0)))
    }

    /// Clones `target` into `folder`: its address, or why not, where that is the repository's own fault.
    async fn fetched(
        &self,
        place: &Place,
        target: &RepoName,
        token: Option<SecretString>,
        folder: &Path,
        memory_mib: u64,
    ) -> Result<Result<String, NotDone>, Failure> {
        let settings = &self.settings;
        // GitHub has just shown it to us, and everybody may clone what github.com shows to everybody.
        let has_token = token.is_some();
        let is_closed = !has_token && settings.web.host_str() != Some("github.com");
        let address = settings.web.join(&target.to_string()).map_err(|error| Failure::Never(error.into()))?;
        let fetch = Ask::Fetch(Fetch {
            address: address.to_string(),
            web: settings.web.to_string(),
            token,
            folder: folder.to_owned(),
            bytes: settings.clone_bytes,
            seconds: settings.clone_time.as_secs(),
            objects: settings.clone_objects,
            memory_mib,
            certificates: settings.certificates.clone(),
            at_terminal: false,
        });
        let cage = self.cage(settings.clone_time + Duration::from_secs(10));
        match self.done(&cage, fetch).await? {
            // It has just given us that token to read this with: the next attempt asks for another one.
            Err(NotDone::Denied(_)) if has_token => {
                self.github.forget_tokens(place.installation);
                Err(Failure::Retry(anyhow::anyhow!("git does not accept the token that GitHub has given for {target}")))
            }
            Err(NotDone::Denied(_)) if is_closed => Ok(Err(NotDone::Because(words().sign_in.clone()))),
            Err(NotDone::Because(not_found)) if is_closed && not_found == words().not_found => {
                Ok(Err(NotDone::Because(words().sign_in.clone())))
            }
            done => Ok(done.map(|_| address.to_string())),
        }
    }

    pub(super) fn cage(&self, wall: Duration) -> Cage {
        Cage {
            program: self.program.clone(),
            wall,
            strictness: self.settings.sandbox,
            cgroup: self.settings.cgroup.clone(),
        }
    }

    /// What a child has done, or why not, where that is the fault of what it was given.
    pub(super) async fn done(&self, cage: &Cage, ask: Ask) -> Result<Result<Done, NotDone>, Failure> {
        match cage.ask(ask, None).await {
            Ok(Ok(done)) => Ok(Ok(done)),
            Ok(Err(Refusal { sentence, trouble: Some(seconds), .. })) => {
                // A child that was taken over may say any number.
                let wait = Duration::from_secs(seconds).min(LONGEST_WAIT);
                Err(Failure::Trouble { cause: anyhow::anyhow!(sentence), wait: Some(wait) })
            }
            Ok(Err(Refusal { sentence, has_broken: true, .. })) => Err(Failure::Broken(anyhow::anyhow!(sentence))),
            Ok(Err(Refusal { sentence, is_passing: true, .. })) => Err(Failure::Retry(anyhow::anyhow!(sentence))),
            Ok(Err(Refusal { sentence, is_denied: true, .. })) => Ok(Err(NotDone::Denied(sentence))),
            Ok(Err(Refusal { sentence, .. })) => Ok(Err(NotDone::Because(sentence))),
            Err(error) => match error.excess() {
                Some(Excess::Time) => Ok(Err(NotDone::Because(words().too_slow.clone()))),
                Some(Excess::Memory) => Ok(Err(NotDone::Memory)),
                Some(Excess::Disk) => {
                    let mib = (self.settings.clone_bytes >> 20).to_string();
                    Ok(Err(NotDone::Because(plain(&words().too_large, &[("mib", &mib)]))))
                }
                None => Err(Failure::Retry(error.into())),
            },
        }
    }
}

/// Why a child has not done what it was asked for, where that is the fault of what it was given.
pub(super) enum NotDone {
    /// It needed more memory than it had.
    Memory,
    /// The host lets us in nowhere, or not with the token that it was shown; said as a sentence without its full stop.
    Denied(String),
    /// A sentence, without its full stop.
    Because(String),
}

impl NotDone {
    pub(super) fn sentence(self) -> String {
        match self {
            NotDone::Memory => words().too_much.clone(),
            NotDone::Denied(sentence) | NotDone::Because(sentence) => sentence,
        }
    }
}

/// Which of several failures decides about the job: what no attempt can help comes last.
fn urgency(failure: &Failure) -> u8 {
    match failure {
        Failure::Stopped => 0,
        Failure::Later(_) => 1,
        Failure::Trouble { .. } | Failure::Broken(_) => 2,
        Failure::Retry(_) => 3,
        Failure::Never(_) => 4,
    }
}

/// What the files where it was asked for say about the report.
fn configured(place: &Place, effective: &Effective) -> Configured {
    Configured {
        by: place.repository.owner().to_owned(),
        said: effective.wrong.iter().cloned().chain(effective.changes()).collect(),
        suppressed: effective
            .suppressed
            .iter()
            .map(|(what, _)| what.written())
            .map(|(what, why)| (what, why.to_owned()))
            .collect(),
        is_alone: false,
        reads_own: true,
        own_is_locked: effective.suppress_is_locked,
        today: today(),
    }
}
