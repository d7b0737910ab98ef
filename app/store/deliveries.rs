//! Deliveries of GitHub: a delivery and its job are written in one transaction, before GitHub is answered.

use sqlx::{AssertSqlSafe, Row};

use super::jobs::{JobId, NewJob};
use super::{Store, StoreError, millis, on, signed, within};

/// Of what waited before, no more characters are kept than these and one more.
const LONGEST: usize = 64 << 10;

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// A job waits.
    Queued(JobId),
    /// It came before.
    Known(JobId),
}

impl Store {
    /// Writes down the delivery `id`, its job, and what is queued with that. One that came before does nothing, unless its job has died, which is
    /// then tried anew.
    pub async fn accept(&self, id: &str, event: &str, job: &NewJob) -> Result<Accepted, StoreError> {
        let accepted = within!(self, |tx, now| {
            // The delivery first: of two that come at once, the second waits here for the first.
            let sql = format!(
                "INSERT INTO deliveries (id, event, job, received_at) VALUES ($1, $2, 0, {now}) \
                 ON CONFLICT (id) DO NOTHING"
            );
            let written = sqlx::query(AssertSqlSafe(sql)).bind(id).bind(event).execute(&mut *tx).await?;
            if written.rows_affected() == 0 {
                let row = sqlx::query("SELECT job FROM deliveries WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
                let known: i64 = row.get("job");
                let sql = format!(
                    "UPDATE jobs SET state = 'queued', attempts = 0, trouble_since = 0, run_at = {now}, cancel_asked = 0, \
                       finished_at = NULL \
                     WHERE id = $1 AND state = 'dead' AND NOT EXISTS \
                       (SELECT 1 FROM jobs q WHERE q.key = jobs.key AND q.state = 'queued')"
                );
                sqlx::query(AssertSqlSafe(sql)).bind(known).execute(&mut *tx).await?;
                Accepted::Known(JobId(known))
            } else {
                let mut queued = Vec::new();
                for job in std::iter::once(job).chain(&job.with) {
                    let sql = format!(
                        "INSERT INTO jobs \
                           (key, installation, actor, priority, work, run_at, created_at, line, delivery, repository) \
                         VALUES ($1, $2, $3, $4, $5, {now} + $6, {now}, $8, $9, $10) \
                         ON CONFLICT (key) WHERE state = 'queued' \
                         DO UPDATE SET work = excluded.work, actor = excluded.actor, \
                           installation = excluded.installation, \
                           delivery = excluded.delivery, repository = excluded.repository, \
                           earlier = CASE WHEN length(jobs.earlier) < {LONGEST} \
                             THEN jobs.earlier || jobs.work || $7 ELSE jobs.earlier END \
                         RETURNING id"
                    );
                    let query =
                        sqlx::query(AssertSqlSafe(sql)).bind(&job.key).bind(signed(job.installation)).bind(&job.actor);
                    let query = query.bind(job.priority).bind(&job.work).bind(millis(job.delay)).bind("\n");
                    let query = query.bind(&job.line).bind(id).bind(&job.repository);
                    queued.push(query.fetch_one(&mut *tx).await?.get::<i64, _>("id"));
                }
                let queued = queued[0];
                let sql = "UPDATE deliveries SET job = $2 WHERE id = $1";
                sqlx::query(sql).bind(id).bind(queued).execute(&mut *tx).await?;
                Accepted::Queued(JobId(queued))
            }
        });
        Ok(accepted)
    }

    /// Whether the delivery `id` has arrived.
    pub async fn has_arrived(&self, id: &str) -> Result<bool, StoreError> {
        let found = on!(self, |pool, _now| {
            let query = sqlx::query("SELECT 1 FROM deliveries WHERE id = $1").bind(id);
            query.fetch_optional(pool).await?.is_some()
        });
        Ok(found)
    }
}
