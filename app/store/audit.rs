//! Who asked, what ran, with which rules, and what was posted. Limits are counted from it.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row};

use super::jobs::JobId;
use super::{Store, StoreError, on};

/// One line of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub installation: u64,
    /// Who asked.
    pub actor: String,
    /// `review`, `refuse`, `cancel`, `post`, `forget` (with a detail when it is done).
    pub action: &'static str,
    /// The repository.
    pub target: String,
    /// The same, by number; 0 where it is not known, or where there are several.
    pub target_id: u64,
    /// With which rules, what was posted, why it was refused.
    pub detail: String,
}

impl Store {
    /// Writes a line.
    pub async fn audit(&self, entry: &Entry) -> Result<(), StoreError> {
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        on!(self, |pool, now| {
            let sql = format!(
                "INSERT INTO audit (at, installation, actor, action, target, detail, target_id) \
                 VALUES ({now}, $1, $2, $3, $4, $5, $6)"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(signed(entry.installation)).bind(&entry.actor);
            let query = query.bind(entry.action).bind(&entry.target).bind(&entry.detail);
            query.bind(signed(entry.target_id)).execute(pool).await.map(drop)?
        });
        Ok(())
    }

    /// Whether somebody has had `repository`, by its name or its number (0 where it is not known), forgotten since the job
    /// was asked for.
    pub async fn was_forgotten_since(&self, repository: &str, id: u64, job: JobId) -> Result<bool, StoreError> {
        let id = i64::try_from(id).unwrap_or(i64::MAX);
        let found = on!(self, |pool, _now| {
            let sql = "SELECT 1 FROM audit WHERE action = 'forget' AND detail = '' \
                         AND (lower(target) = lower($1) OR (target_id = $3 AND $3 <> 0)) \
                         AND at >= (SELECT created_at FROM jobs WHERE id = $2) LIMIT 1";
            sqlx::query(sql).bind(repository).bind(job.0).bind(id).fetch_optional(pool).await?.is_some()
        });
        Ok(found)
    }

    /// Reviews within the last `window`: by `actor` in `installation`, and in the whole installation.
    pub async fn reviews_within(
        &self,
        window: Duration,
        installation: u64,
        actor: &str,
    ) -> Result<(u64, u64), StoreError> {
        let installation = i64::try_from(installation).unwrap_or(i64::MAX);
        let window = i64::try_from(window.as_millis()).unwrap_or(i64::MAX / 4);
        let (by_actor, all): (i64, i64) = on!(self, |pool, now| {
            let sql = format!(
                "SELECT CAST(coalesce(sum(CASE WHEN actor = $1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS by_actor, \
                   count(*) AS everybody FROM audit \
                 WHERE installation = $2 AND action = 'review' AND at > {now} - $3"
            );
            let row =
                sqlx::query(AssertSqlSafe(sql)).bind(actor).bind(installation).bind(window).fetch_one(pool).await?;
            (row.get("by_actor"), row.get("everybody"))
        });
        Ok((by_actor.unsigned_abs(), all.unsigned_abs()))
    }
}
