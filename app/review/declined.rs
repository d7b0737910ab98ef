//! A check that is asked for and not made: said in the check run that whoever asked is looking at.

use super::check::not_made;
use super::pipeline::{Reviewer, entry, failure, held, stored};
use super::request::Check;
use super::rights::{self, Limit};
use super::words::{fill, words};
use crate::github::check_runs::Output;
use crate::github::repositories::Permission;
use crate::queue::Failure;
use crate::report::Markdown;
use crate::store::jobs::Claimed;

/// Why a check is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declined {
    /// Whoever asked may not.
    Permission,
    /// As many as there may be within a day were made.
    Limit(Limit),
}

/// What a title ends with where the text below the report says why there is no newer one.
const SEE_BELOW: &str = " (not reviewed again: see below)";

impl Declined {
    /// Its name in the audit.
    pub(super) fn name(self) -> &'static str {
        match self {
            Declined::Permission => "permission",
            Declined::Limit(_) => "limit",
        }
    }

    /// A check run is read by everybody: it says nobody's name.
    fn sentence(self) -> Markdown {
        match self {
            Declined::Permission => fill(&words().check_permission, &[]),
            Declined::Limit(Limit::Person { count, .. }) => {
                fill(&words().check_person, &[("count", &count.to_string())])
            }
            Declined::Limit(Limit::Installation { count, .. }) => {
                fill(&words().check_installation, &[("count", &count.to_string())])
            }
        }
    }
}

impl Reviewer {
    /// Why `check` is not to be made; if it is, it is counted as that of `actor`. A push is nobody's in particular, and counts
    /// for the installation.
    pub(super) async fn declined(
        &self,
        job: &Claimed,
        check: &Check,
        actor: &str,
        ask: Permission,
    ) -> Result<Option<Declined>, Failure> {
        let (place, is_push) = (&check.place, check.author.is_none());
        if !is_push && rights::permission(&self.github, place, actor).await.map_err(failure)? < ask {
            return Ok(Some(Declined::Permission));
        }
        let entry = entry(place, actor, "review", &place.repository.to_string(), "");
        let limit = rights::count(&self.store, &self.settings, job.id, &[entry], is_push).await.map_err(stored)?;
        Ok(limit.map(Declined::Limit))
    }

    /// Says on the commit `head` why there is no review, once, below the report that stands there; in a run of its own,
    /// begun with `ours`, where there is none. Also to whoever may not ask: by their button GitHub has taken back how the
    /// checks of the commit ended, and only an answer ends them again. And a check that is required, and never comes
    /// after a push, would block a merge. Whether anything was said.
    pub(super) async fn decline(
        &self,
        job: &Claimed,
        ours: &str,
        check: &Check,
        head: &str,
        why: Declined,
    ) -> Result<bool, Failure> {
        let (site, sentence) = (check.place.site(), why.sentence());
        let (run, output) = match self.github.latest_check_run(site, head).await.map_err(failure)? {
            None => {
                held(&self.store, job).await?;
                let run = self.github.begin_check_run(site, head, ours).await.map_err(failure)?;
                (run, not_made(&sentence))
            }
            // An earlier attempt of this job has begun it.
            Some(run) if !run.is_completed() && run.external_id.as_deref() == Some(ours) => {
                (run.id, not_made(&sentence))
            }
            // A review of this commit is under way, and ends it; or a push has come to a commit that has its run.
            Some(run) if !run.is_completed() || check.author.is_none() => return Ok(false),
            Some(run) if run.summary() == sentence => (run.id, not_made(&sentence)),
            Some(run) => {
                let title = Markdown::joined([run.title_without(SEE_BELOW), Markdown::own(SEE_BELOW)], "");
                (run.id, Output { title, summary: run.summary(), text: Some(sentence), annotations: vec![] })
            }
        };
        self.say_in_check(job, &check.place, run, &output, Some("neutral")).await?;
        Ok(true)
    }
}
