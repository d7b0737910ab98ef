//! A job whose repository belongs to another installation by now.

use super::jobs::Claimed;
use super::{Store, StoreError, signed, within};

/// Whose a job is from now on, and what there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHome {
    /// The installation.
    pub installation: u64,
    /// The repository, as it is called there.
    pub repository: String,
    /// The same work there, as JSON.
    pub work: String,
    /// What waited before under the same key, the oldest first.
    pub earlier: Vec<String>,
}

impl Store {
    /// Gives a job that is ours another home, to be begun anew in its first attempt. What the old one was told is not the
    /// new one's to know: what was done goes, and so do its reports. Whoever asked to stop it still wants that, unless it
    /// was only because the app was removed from the old one.
    pub async fn rehome(&self, job: &Claimed, home: &NewHome) -> Result<(), StoreError> {
        let earlier: String = home.earlier.iter().map(|work| format!("{work}\n")).collect();
        within!(self, |tx, _now| {
            let sql = "UPDATE jobs SET installation = $1, repository = $2, work = $3, earlier = $4, progress = '{}', \
                         attempts = 1, error = NULL, cancel_asked = CASE WHEN cancel_asked = 1 THEN 1 ELSE 0 END \
                       WHERE id = $5 AND fence = $6 AND state = 'running'";
            let query = sqlx::query(sql).bind(signed(home.installation)).bind(&home.repository).bind(&home.work);
            let query = query.bind(&earlier).bind(job.id.0).bind(job.fence);
            if query.execute(&mut *tx).await?.rows_affected() == 1 {
                sqlx::query("DELETE FROM reports WHERE job = $1").bind(job.id.0).execute(&mut *tx).await?;
            }
        });
        Ok(())
    }
}
