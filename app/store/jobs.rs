//! Jobs: a lease with a heartbeat, a fencing token, attempts, and a dead letter.
//!
//! A job that is claimed counts as an attempt at once, so that one that kills its worker comes to an end. After the
//! last attempt it is claimed a few times more, only to tell the person who waits ([`Claimed::is_over`]).

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, Row};

use super::retention::forget_if_removed;
use super::{Store, StoreError, millis, on, signed, within};

/// The number of a job, which people are given as a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct JobId(pub i64);

impl std::fmt::Display for JobId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

/// A job that is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Of two jobs with the same key, one waits at most (the newer one replaces its work).
    pub key: String,
    /// Of the jobs in one line, whatever their keys, one runs at most.
    pub line: String,
    /// Whose it is; the limit on jobs at a time is for each.
    pub installation: u64,
    /// Who asked.
    pub actor: String,
    /// Lower is sooner.
    pub priority: i64,
    /// The repository in which it was asked for, as `owner/name`; empty where that is in none.
    pub repository: String,
    /// What to do, as JSON.
    pub work: String,
    /// How long it waits at least, so that what comes quickly after it is done with it.
    pub delay: Duration,
    /// What is queued in the same transaction, behind it.
    pub with: Vec<NewJob>,
}

/// Jobs up to this priority are done in a moment: they count for no limit, and some workers do nothing else.
pub const QUICK: i64 = 0;

/// A job that this process may work on until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its number.
    pub id: JobId,
    /// What it is about.
    pub key: String,
    /// Whose it is.
    pub installation: u64,
    /// Which claim this is; all that is written is checked against it.
    pub fence: i64,
    /// This attempt, from 1.
    pub attempt: i64,
    /// For how long what it needs from elsewhere has been in trouble.
    pub trouble: Duration,
    /// How often what it was given broke off in its middle.
    pub breaks: i64,
    /// Who asked.
    pub actor: String,
    /// By which delivery, where it was one.
    pub delivery: Option<String>,
    /// In which repository, where it was one.
    pub repository: Option<String>,
    /// What to do, as JSON.
    pub work: String,
    progress: String,
    earlier: String,
    /// Why the last attempt failed, for the log.
    pub error: Option<String>,
}

impl Claimed {
    /// Whether all attempts are used up, and only the person is to be told.
    pub fn is_over(&self) -> bool {
        self.attempt > ATTEMPTS
    }

    /// Whether there is no further attempt at the job itself.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= ATTEMPTS || !self.may_wait()
    }

    /// Whether an earlier attempt came to no end, of which something may still be under way.
    pub fn is_tried_again(&self) -> bool {
        self.attempt > 1 || self.error.is_some()
    }

    /// Whether trouble elsewhere is waited out any longer: for the job itself, then for telling the person.
    pub fn may_wait(&self) -> bool {
        self.trouble < if self.is_over() { FAREWELL_PATIENCE } else { PATIENCE }
    }

    /// Whether what broke off is begun once more.
    pub fn may_begin_again(&self) -> bool {
        self.breaks + 1 < BREAKS
    }

    /// Whether telling the person has been tried often enough, too.
    pub fn is_last(&self) -> bool {
        self.attempt >= ATTEMPTS + FAREWELLS
    }

    /// What waited under the same key until this took its place, the oldest first.
    pub fn earlier<T: DeserializeOwned>(&self) -> Vec<T> {
        self.earlier.lines().filter_map(|work| serde_json::from_str(work).ok()).collect()
    }

    /// What was done before.
    pub fn progress<T: DeserializeOwned + Default>(&self) -> Result<T, StoreError> {
        Ok(serde_json::from_str(&self.progress)?)
    }
}

/// Two hours in milliseconds: no lease and no wait is as long.
const FURTHEST: i64 = 2 * 60 * 60 * 1000;
/// What is known of an attempt that nobody has ended.
const VANISHED: &str = "its worker ended without a word: it was killed, or could not reach the database";
/// How often a job is tried.
pub const ATTEMPTS: i64 = 3;
/// How often it is tried to tell the person that it can't be done.
const FAREWELLS: i64 = 3;
/// How often a clone is begun. With the pauses between, that takes some ten minutes and the time of the clones: whatever
/// waits behind it, such as the other reviews of an issue, need not wait longer.
const BREAKS: i64 = 8;
/// How long trouble elsewhere is waited out. What can be waited for that long ends with a report.
const PATIENCE: Duration = Duration::from_secs(4 * 60 * 60);
/// The same, counted from the same moment, where only the person is to be told.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// What a worker learns from a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// Go on.
    Held,
    /// Somebody asked to stop.
    CancelAsked,
    /// The lease ended and somebody else has the job.
    Lost,
}

impl Store {
    /// Takes the next job, for `lease`, unless its installation has `most` running that are not quick.
    pub async fn claim(&self, lease: Duration, most: i64) -> Result<Option<Claimed>, StoreError> {
        self.claim_up_to(i64::MAX, lease, most).await
    }

    /// Takes the next quick job, for `lease`.
    pub async fn claim_quick(&self, lease: Duration) -> Result<Option<Claimed>, StoreError> {
        self.claim_up_to(QUICK, lease, 0).await
    }

    async fn claim_up_to(&self, priority: i64, lease: Duration, most: i64) -> Result<Option<Claimed>, StoreError> {
        let lease = millis(lease);
        let row = within!(self, |tx, now| {
            if self.is_shared() {
                // Two claims at once would both count the same running jobs.
                sqlx::query("SELECT pg_advisory_xact_lock(7003601)").execute(&mut *tx).await?;
            }
            // What lies further ahead than anything is ever put was written before the clock was set back.
            let is_past = |time: &str| format!("({time} <= {now} OR {time} > {now} + {FURTHEST})");
            let (is_due, has_ended) = (is_past("j.run_at"), is_past("j.lease_until"));
            let (other_ended, own_ended) = (is_past("r.lease_until"), is_past("lease_until"));
            let bury = format!(
                "UPDATE jobs SET state = 'dead', finished_at = {now} \
                 WHERE state = 'running' AND {own_ended} AND attempts >= $1"
            );
            sqlx::query(AssertSqlSafe(bury)).bind(ATTEMPTS + FAREWELLS).execute(&mut *tx).await?;
            let claim = format!(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, fence = fence + 1, \
                   lease_until = {now} + $1, \
                   error = CASE WHEN state = 'running' AND attempts <= {ATTEMPTS} THEN '{VANISHED}' ELSE error END \
                 WHERE id = (SELECT id FROM jobs j \
                   WHERE ((state IN ('queued', 'retrying') AND {is_due}) \
                       OR (state = 'running' AND {has_ended})) \
                     AND NOT EXISTS (SELECT 1 FROM jobs r WHERE r.line = j.line AND r.id <> j.id \
                       AND ((r.state = 'running' AND NOT {other_ended}) OR (r.state = 'retrying' AND r.id < j.id))) \
                     AND j.priority <= $3 AND (j.priority <= {QUICK} OR \
                       (SELECT count(*) FROM jobs r WHERE r.installation = j.installation AND r.id <> j.id \
                         AND r.priority > {QUICK} AND r.state = 'running' AND NOT {other_ended}) < $2) \
                   ORDER BY priority, run_at, id LIMIT 1) \
                 RETURNING id, key, installation, fence, attempts, breaks, actor, delivery, repository, work, \
                   progress, earlier, error, CASE WHEN trouble_since = 0 THEN 0 ELSE {now} - trouble_since END AS trouble"
            );
            let query = sqlx::query(AssertSqlSafe(claim)).bind(lease).bind(most).bind(priority);
            let row = query.fetch_optional(&mut *tx).await?;
            row.map(|row| Claimed {
                id: JobId(row.get("id")),
                key: row.get("key"),
                installation: row.get::<i64, _>("installation").unsigned_abs(),
                fence: row.get("fence"),
                attempt: row.get("attempts"),
                trouble: Duration::from_millis(row.get::<i64, _>("trouble").max(0).unsigned_abs()),
                breaks: row.get("breaks"),
                actor: row.get("actor"),
                delivery: Some(row.get("delivery")).filter(|id: &String| !id.is_empty()),
                repository: Some(row.get("repository")).filter(|name: &String| !name.is_empty()),
                work: row.get("work"),
                progress: row.get("progress"),
                earlier: row.get("earlier"),
                error: row.get("error"),
            })
        });
        Ok(row)
    }

    /// Makes the lease last for `lease` from now.
    pub async fn beat(&self, job: &Claimed, lease: Duration) -> Result<Lease, StoreError> {
        let lease = millis(lease);
        let asked: Option<i64> = on!(self, |pool, now| {
            let sql = format!(
                "UPDATE jobs SET lease_until = {now} + $1 WHERE id = $2 AND fence = $3 AND state = 'running' \
                 RETURNING cancel_asked"
            );
            let row = sqlx::query(AssertSqlSafe(sql)).bind(lease).bind(job.id.0).bind(job.fence);
            row.fetch_optional(pool).await?.map(|row| row.get("cancel_asked"))
        });
        Ok(match asked {
            None => Lease::Lost,
            Some(0) => Lease::Held,
            Some(_) => Lease::CancelAsked,
        })
    }

    /// Whether the job is still ours: asked before what GitHub shows and can not be checked against its fence.
    pub async fn is_held(&self, job: &Claimed) -> Result<bool, StoreError> {
        let held = on!(self, |pool, _now| {
            let sql = "SELECT 1 FROM jobs WHERE id = $1 AND fence = $2 AND state = 'running'";
            sqlx::query(sql).bind(job.id.0).bind(job.fence).fetch_optional(pool).await?.is_some()
        });
        Ok(held)
    }

    /// Whether somebody asked to stop the job, and it is still ours.
    pub async fn cancel_is_asked(&self, job: &Claimed) -> Result<bool, StoreError> {
        let asked = on!(self, |pool, _now| {
            let sql = "SELECT 1 FROM jobs WHERE id = $1 AND fence = $2 AND state = 'running' AND cancel_asked <> 0";
            sqlx::query(sql).bind(job.id.0).bind(job.fence).fetch_optional(pool).await?.is_some()
        });
        Ok(asked)
    }

    /// Notes what has been done. `false`: the job is no longer ours, and nothing more may be done for it.
    pub async fn note(&self, job: &Claimed, progress: &impl Serialize) -> Result<bool, StoreError> {
        let progress = serde_json::to_string(progress)?;
        let noted = on!(self, |pool, _now| {
            let sql = "UPDATE jobs SET progress = $1 WHERE id = $2 AND fence = $3 AND state = 'running'";
            let query = sqlx::query(sql).bind(&progress).bind(job.id.0).bind(job.fence);
            query.execute(pool).await?.rows_affected()
        });
        Ok(noted == 1)
    }

    /// The job is done.
    pub async fn complete(&self, job: &Claimed) -> Result<(), StoreError> {
        self.end(job, "done", None).await
    }

    /// The job will never be done; `error` is why, where that is not the last attempt's.
    pub async fn bury(&self, job: &Claimed, error: Option<&str>) -> Result<(), StoreError> {
        self.end(job, "dead", error).await
    }

    /// No attempt will help, because of `error`: whoever claims it next only tells the person.
    pub async fn give_up(&self, job: &Claimed, error: &str) -> Result<(), StoreError> {
        self.put_back(job, Duration::ZERO, job.attempt - ATTEMPTS, Some(error)).await
    }

    /// Somebody asked to stop, and it has stopped.
    pub async fn end_cancelled(&self, job: &Claimed) -> Result<(), StoreError> {
        self.end(job, "cancelled", None).await
    }

    /// The attempt failed; the next one is in `wait`.
    pub async fn retry(&self, job: &Claimed, wait: Duration, error: &str) -> Result<(), StoreError> {
        self.put_back(job, wait, 0, Some(error)).await
    }

    /// Not now, and not an attempt either: a limit of GitHub's, or this process ends.
    pub async fn defer(&self, job: &Claimed, wait: Duration) -> Result<(), StoreError> {
        self.put_back(job, wait, 1, None).await
    }

    /// The attempt failed because of trouble elsewhere, which is no fault of ours, and no attempt; the next one is in `wait`.
    pub async fn wait_out(&self, job: &Claimed, wait: Duration, error: &str) -> Result<(), StoreError> {
        on!(self, |pool, now| {
            // What lies ahead was written before the clock was set back.
            let sql = format!(
                "UPDATE jobs SET trouble_since = {now} WHERE id = $1 AND fence = $2 AND state = 'running' \
                   AND (trouble_since = 0 OR trouble_since > {now})"
            );
            sqlx::query(AssertSqlSafe(sql)).bind(job.id.0).bind(job.fence).execute(pool).await.map(drop)?
        });
        self.put_back(job, wait, 1, Some(error)).await
    }

    /// What the job was given broke off in its middle, which is no attempt; it is begun again in `wait`.
    pub async fn begin_again(&self, job: &Claimed, wait: Duration, error: &str) -> Result<(), StoreError> {
        on!(self, |pool, _now| {
            let sql = "UPDATE jobs SET breaks = breaks + 1 WHERE id = $1 AND fence = $2 AND state = 'running'";
            sqlx::query(sql).bind(job.id.0).bind(job.fence).execute(pool).await.map(drop)?
        });
        self.put_back(job, wait, 1, Some(error)).await
    }

    /// Asks that the jobs whose key begins so stop. Those that nobody has begun are cancelled at once; one that waits to
    /// be tried again has promised a report, so it is taken up once more to take that back. How many there were.
    pub async fn cancel(&self, key_prefix: &str) -> Result<u64, StoreError> {
        let pattern = format!("{}%", key_prefix.replace(['%', '_'], ""));
        let stopped = within!(self, |tx, now| {
            let waiting = format!(
                "UPDATE jobs SET state = 'cancelled', finished_at = {now} WHERE key LIKE $1 AND state = 'queued'"
            );
            let waiting = sqlx::query(AssertSqlSafe(waiting)).bind(&pattern).execute(&mut *tx).await?;
            let running = "UPDATE jobs SET cancel_asked = 1 WHERE key LIKE $1 AND state = 'running'";
            let running = sqlx::query(running).bind(&pattern).execute(&mut *tx).await?;
            let begun =
                format!("UPDATE jobs SET cancel_asked = 1, run_at = {now} WHERE key LIKE $1 AND state = 'retrying'");
            let begun = sqlx::query(AssertSqlSafe(begun)).bind(&pattern).execute(&mut *tx).await?;
            waiting.rows_affected() + running.rows_affected() + begun.rows_affected()
        });
        Ok(stopped)
    }

    /// Ends what waits in an installation, also to be tried again, and asks what runs there, apart from `own`, to stop. How
    /// many there were.
    pub async fn cancel_installation(&self, installation: u64, own: JobId) -> Result<u64, StoreError> {
        let installation = signed(installation);
        let stopped = within!(self, |tx, now| {
            // Whatever else ends: what is to be forgotten is, all the same.
            let waiting = format!(
                "UPDATE jobs SET state = 'cancelled', finished_at = {now} \
                 WHERE installation = $1 AND state IN ('queued', 'retrying') AND key NOT LIKE 'uninstall %'"
            );
            let waiting = sqlx::query(AssertSqlSafe(waiting)).bind(installation).execute(&mut *tx).await?;
            // 2: as where an installation is forgotten.
            let running = "UPDATE jobs SET cancel_asked = CASE WHEN cancel_asked = 1 THEN 1 ELSE 2 END \
                           WHERE installation = $1 AND state = 'running' AND id <> $2 AND key NOT LIKE 'uninstall %'";
            let running = sqlx::query(running).bind(installation).bind(own.0).execute(&mut *tx).await?;
            waiting.rows_affected() + running.rows_affected()
        });
        Ok(stopped)
    }

    async fn end(&self, job: &Claimed, state: &str, error: Option<&str>) -> Result<(), StoreError> {
        let has_deleted = within!(self, |tx, now| {
            let sql = format!(
                "UPDATE jobs SET state = $1, error = coalesce($2, error), finished_at = {now} \
                 WHERE id = $3 AND fence = $4 AND state = 'running' RETURNING installation"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(state).bind(error).bind(job.id.0).bind(job.fence);
            match query.fetch_optional(&mut *tx).await? {
                Some(row) => forget_if_removed!(tx, row.get::<i64, _>("installation")),
                None => false,
            }
        });
        if has_deleted {
            self.has_deleted();
        }
        Ok(())
    }

    async fn put_back(
        &self,
        job: &Claimed,
        wait: Duration,
        given_back: i64,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        on!(self, |pool, now| {
            let sql = format!(
                "UPDATE jobs SET state = 'retrying', run_at = {now} + $1, attempts = attempts - $2, \
                   error = coalesce($3, error) \
                 WHERE id = $4 AND fence = $5 AND state = 'running'"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(millis(wait)).bind(given_back).bind(error);
            query.bind(job.id.0).bind(job.fence).execute(pool).await.map(drop)?
        });
        Ok(())
    }
}
