//! A repository in which somebody has asked may be given away before they are answered, to where another installation has
//! it. Who may ask, what is configured and what may be seen is said there from then on: the job is begun anew.

use std::time::Duration;

use super::pipeline::{Reviewer, failure, stored, work};
use super::request::{Place, Work};
use crate::queue::Failure;
use crate::store::jobs::Claimed;
use crate::store::moving::NewHome;

impl Reviewer {
    /// Goes on where `place` is another installation's by now: puts the job back to be begun anew there.
    pub(super) async fn begin_anew_if_moved(&self, job: &Claimed, place: &Place) -> Result<(), Failure> {
        let Some((installation, found)) = self.github.moved_to(place.site()).await.map_err(failure)? else {
            return Ok(());
        };
        let there = Place {
            installation,
            is_organisation: found.owner.is_organisation(),
            repository: found.full_name,
            id: place.id,
        };
        let text =
            |work: Work| serde_json::to_string(&work.at(there.clone())).map_err(|error| Failure::Never(error.into()));
        let home = NewHome {
            installation: installation.0,
            repository: there.repository.to_string(),
            work: text(work(job)?)?,
            earlier: job.earlier::<Work>().into_iter().map(text).collect::<Result<_, _>>()?,
        };
        self.store.rehome(job, &home).await.map_err(stored)?;
        Err(Failure::Later(Duration::ZERO))
    }
}
