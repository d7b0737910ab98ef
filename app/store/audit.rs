//! Who asked, what ran, with which rules, and what was posted. Limits are counted from it.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row};

use super::jobs::JobId;
use super::{Store, StoreError, millis, on, signed, within};

/// One line of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub installation: u64,
    /// Who asked.
    pub actor: String,
    /// `review`, `refuse`, `cancel`, `post`, `answer`, `forget` (with a detail when it is done).
    pub action: &'static str,
    /// The repository.
    pub target: String,
    /// The same, by number; 0 where it is not known, or where there are several.
    pub target_id: u64,
    /// With which rules, what was posted, why it was refused.
    pub detail: String,
}

/// As many reviews as there may be within a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Of one person; `None` for what is nobody's in particular.
    pub by_actor: Option<u64>,
    /// Of an installation.
    pub by_all: u64,
}

/// Who would have more than there may be, and how many are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// Whoever asks.
    Actor(u64),
    /// All of the installation together.
    All(u64),
}

macro_rules! written {
    ($executor:expr, $now:expr, $entry:expr, $job:expr) => {{
        let sql = format!(
            "INSERT INTO audit (at, installation, actor, action, target, detail, target_id, job, last_job) \
             VALUES ({}, $1, $2, $3, $4, $5, $6, $7, (SELECT coalesce(max(id), 0) FROM jobs))",
            $now
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(signed($entry.installation)).bind(&$entry.actor);
        let query = query.bind($entry.action).bind(&$entry.target).bind(&$entry.detail);
        query.bind(signed($entry.target_id)).bind($job).execute($executor).await.map(drop)?
    }};
}

/// Reviews within the last `$window`: by `$actor` in `$installation`, and in the whole installation.
macro_rules! counted {
    ($executor:expr, $now:expr, $window:expr, $installation:expr, $actor:expr) => {{
        let sql = format!(
            "SELECT CAST(coalesce(sum(CASE WHEN actor = $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS by_actor, \
               count(*) AS everybody FROM audit \
             WHERE installation = $2 AND action = 'review' AND at > {} - $3",
            $now
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind($actor).bind(signed($installation)).bind(millis($window));
        let row = query.fetch_one($executor).await?;
        let (by_actor, all): (i64, i64) = (row.get("by_actor"), row.get("everybody"));
        (by_actor.unsigned_abs(), all.unsigned_abs())
    }};
}

impl Store {
    /// Writes a line.
    pub async fn audit(&self, entry: &Entry) -> Result<(), StoreError> {
        on!(self, |pool, now| written!(pool, now, entry, 0_i64));
        Ok(())
    }

    /// Writes a line for each of `reviews`, which one person asks for at once in one installation, unless with them there
    /// were more than there may be within the last `window`: then none. One after another: of several at once each is
    /// counted. An earlier attempt of `job` may have counted them already.
    pub async fn audit_reviews(
        &self,
        job: JobId,
        reviews: &[Entry],
        window: Duration,
        most: Most,
    ) -> Result<Option<Full>, StoreError> {
        let Some(first) = reviews.first() else { return Ok(None) };
        let more = u64::try_from(reviews.len()).unwrap_or(u64::MAX);
        let full = within!(self, |tx, now| {
            if self.is_shared() {
                sqlx::query("SELECT pg_advisory_xact_lock(7003602)").execute(&mut *tx).await?;
            }
            let sql = "SELECT 1 FROM audit WHERE installation = $1 AND actor = $2 AND action = 'review' AND job = $3";
            let query = sqlx::query(sql).bind(signed(first.installation)).bind(&first.actor).bind(job.0);
            if query.fetch_optional(&mut *tx).await?.is_some() {
                return Ok(None);
            }
            let (by_actor, all) = counted!(&mut *tx, now, window, first.installation, &first.actor);
            let left_of_actor = most.by_actor.map(|most| most.saturating_sub(by_actor)).filter(|left| *left < more);
            let left_of_all = most.by_all.saturating_sub(all);
            if let Some(left) = left_of_actor {
                Some(Full::Actor(left))
            } else if left_of_all < more {
                Some(Full::All(left_of_all))
            } else {
                for entry in reviews {
                    written!(&mut *tx, now, entry, job.0);
                }
                None
            }
        });
        Ok(full)
    }

    /// Whether somebody has had `repository`, by its name or its number (0 where it is not known), forgotten since the job
    /// was asked for. No clock is asked: one that is set back would have it reported on all the same.
    pub async fn was_forgotten_since(&self, repository: &str, id: u64, job: JobId) -> Result<bool, StoreError> {
        let found = on!(self, |pool, _now| {
            let sql = "SELECT 1 FROM audit WHERE action = 'forget' AND detail = '' \
                         AND (lower(target) = lower($1) OR (target_id = $3 AND $3 <> 0)) \
                         AND last_job >= $2 LIMIT 1";
            sqlx::query(sql).bind(repository).bind(job.0).bind(signed(id)).fetch_optional(pool).await?.is_some()
        });
        Ok(found)
    }
}
