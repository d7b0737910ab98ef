//! Pushes: which are reviewed, so that all others cost next to nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::command::Review;
use super::pipeline::{Reviewer, failure, stored};
use super::request::{Check, Place};
use crate::config::wishes::Occasion;
use crate::github::InstallationId;
use crate::queue::Failure;
use crate::store::jobs::Claimed;

/// For so long it is believed that an owner wants no review of pushes.
const BELIEVED: Duration = Duration::from_secs(5 * 60);

/// The installations whose owner wants no review of pushes, and until when that is believed.
#[derive(Debug, Default)]
pub struct Unwanted(Mutex<BTreeMap<InstallationId, Instant>>);

impl Unwanted {
    fn contains(&self, installation: InstallationId) -> bool {
        self.all().get(&installation).is_some_and(|until| Instant::now() < *until)
    }

    fn insert(&self, installation: InstallationId) {
        let now = Instant::now();
        let mut all = self.all();
        all.retain(|_, until| now < *until);
        all.insert(installation, now + BELIEVED);
    }

    fn remove(&self, installation: InstallationId) {
        self.all().remove(&installation);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<InstallationId, Instant>> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

impl Reviewer {
    /// Whether pushes in `place` are reviewed, which only its owner says, and whoever runs the app where they say nothing.
    /// GitHub is asked for the owner's file alone, and not again for some minutes where the answer is no.
    pub(super) async fn reviews_pushes(&self, place: &Place) -> Result<bool, Failure> {
        // What is pushed there may be another answer.
        if place.repository.name().eq_ignore_ascii_case(".github") {
            self.unwanted.remove(place.installation);
        }
        if self.unwanted.contains(place.installation) {
            return Ok(false);
        }
        let files = self.settings_of_owner(place).await?;
        let effective = files.settle_request(&self.settings, place, Some(&Review::default()));
        let is_wanted = effective.review_on.value.contains(&Occasion::Push);
        if !is_wanted {
            self.unwanted.insert(place.installation);
        }
        Ok(is_wanted)
    }

    /// Whether the push that `check` is about has its report: one that came while the push before was looked at, which
    /// was reviewed as the branch was by then.
    pub(super) async fn is_reviewed(&self, job: &Claimed, check: &Check) -> Result<bool, Failure> {
        let newest = self.github.newest_commit(check.place.site()).await.map_err(failure)?;
        let head = newest.as_deref().unwrap_or(&check.head);
        self.store.has_reported_before(job, check.place.id.0, head).await.map_err(stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_owner_wants_is_believed_for_some_minutes_unless_it_may_have_changed() {
        let (one, other) = (InstallationId(7), InstallationId(8));
        let unwanted = Unwanted::default();
        unwanted.insert(one);
        assert!(unwanted.contains(one) && !unwanted.contains(other));
        unwanted.all().insert(one, Instant::now());
        assert!(!unwanted.contains(one));
        unwanted.insert(other);
        assert_eq!(unwanted.all().len(), 1, "and nothing is kept for longer");
        unwanted.remove(other);
        assert!(!unwanted.contains(other));
    }
}
