//! What is forgotten while it is reviewed is not posted after all. Whoever forgets writes that down first and looks then
//! for what is posted; whoever posts looks last whether that was written down. So one of them sees the other.

use super::outcome::{Outcome, outcome};
use super::pipeline::{Reviewer, failure, stored};
use super::publish::Posted;
use super::request::Asked;
use super::words::words;
use crate::github::CommentId;
use crate::queue::Failure;
use crate::store::jobs::Claimed;

impl Reviewer {
    /// What came of `names`, as far as it may be told.
    pub(super) async fn to_tell(&self, job: &Claimed, names: &[String]) -> Result<Vec<(String, Outcome)>, Failure> {
        let forgotten = || Outcome::Failed(words().forgotten_meanwhile.clone());
        let mut all = Vec::new();
        for one in self.store.reports_of(job.id).await.map_err(stored)? {
            let (name, id) = (one.repository.clone(), one.repository_id);
            let (_, mut outcome) = outcome(one, &self.settings.web).map_err(stored)?;
            if outcome.is_report() && self.store.was_forgotten_since(&name, id, job.id).await.map_err(stored)? {
                outcome = forgotten();
            }
            all.push((name, outcome));
        }
        // What was stored, and is not any more.
        for name in names {
            if !all.iter().any(|(told, _)| told == name) {
                all.push((name.clone(), forgotten()));
            }
        }
        Ok(all)
    }

    /// Whether less may be told by now than was `told`. The comment that it was told in is deleted then: everybody can
    /// read what an edited one said before.
    pub(super) async fn took_back(
        &self,
        job: &Claimed,
        asked: &Asked,
        posted: Posted,
        told: &[(String, Outcome)],
    ) -> Result<bool, Failure> {
        let names: Vec<String> = told.iter().map(|(name, _)| name.clone()).collect();
        if reports(told) == reports(&self.to_tell(job, &names).await?) {
            return Ok(false);
        }
        if let Posted::At(CommentId(comment)) = posted {
            match self.github.delete_comment(asked.place.site(), CommentId(comment)).await {
                Err(error) if error.is_absence() => {}
                answer => answer.map_err(failure)?,
            }
        }
        Ok(true)
    }
}

/// How many there are.
pub(super) fn reports(told: &[(String, Outcome)]) -> usize {
    told.iter().filter(|(_, outcome)| outcome.is_report()).count()
}
