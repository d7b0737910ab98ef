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
    /// `review`, `refuse`, `post`, `forget` (with a detail when it is done), `uninstall`.
    pub action: &'static str,
    /// The repository.
    pub target: String,
    /// With which rules, what was posted, why it was refused.
    pub detail: String,
}

impl Store {
    /// Writes a line.
    pub async fn audit(&self, entry: &Entry) -> Result<(), StoreError> {
        let installation = i64::try_from(entry.installation).unwrap_or(i64::MAX);
        on!(self, |pool, now| {
            let sql = format!(
                "INSERT INTO audit (at, installation, actor, action, target, detail) VALUES ({now}, $1, $2, $3, $4, $5)"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(installation).bind(&entry.actor).bind(entry.action);
            query.bind(&entry.target).bind(&entry.detail).execute(pool).await.map(drop)?
        });
        Ok(())
    }

    /// Whether the owner of `repository` has asked for it to be forgotten since the job was asked for.
    pub async fn was_forgotten_since(&self, repository: &str, job: JobId) -> Result<bool, StoreError> {
        let found = on!(self, |pool, _now| {
            let sql = "SELECT 1 FROM audit WHERE action = 'forget' AND detail = '' AND lower(target) = lower($1) \
                       AND at >= (SELECT created_at FROM jobs WHERE id = $2)";
            sqlx::query(sql).bind(repository).bind(job.0).fetch_optional(pool).await?.is_some()
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
