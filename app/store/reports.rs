//! Reports, as JSON. A report is stored before it is posted, so that a retry posts it and clones nothing.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Row};

use super::jobs::{Claimed, JobId};
use super::{Store, StoreError, on, signed};

/// A report of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Of several targets of the job, which.
    pub position: i64,
    /// The repository, as `owner/name`.
    pub repository: String,
    /// The same, by number; 0 where it is not known.
    pub repository_id: u64,
    /// The report, or why there is none, as JSON.
    pub report: String,
}

macro_rules! stored {
    ($row:expr) => {
        Stored {
            position: $row.get("position"),
            repository: $row.get("repository"),
            repository_id: $row.get::<i64, _>("repository_id").unsigned_abs(),
            report: $row.get("report"),
        }
    };
}

impl Store {
    /// Stores a report; one that is there already stays. `false`: the job is no longer ours, and nothing is stored.
    pub async fn store_report(
        &self,
        job: &Claimed,
        installation: u64,
        head: &str,
        stored: &Stored,
    ) -> Result<bool, StoreError> {
        let (installation, id) = (signed(installation), signed(stored.repository_id));
        let written = on!(self, |pool, now| {
            // One that stays is written to as well, so that only whoever lost the job writes nothing.
            let sql = format!(
                "INSERT INTO reports (job, position, installation, repository, head, report, created_at, repository_id) \
                 SELECT id, $2, $3, $4, $5, $6, {now}, $7 FROM jobs \
                 WHERE id = $1 AND fence = $8 AND state = 'running' \
                 ON CONFLICT (job, position) DO UPDATE SET position = excluded.position"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(job.id.0).bind(stored.position).bind(installation);
            let query = query.bind(&stored.repository).bind(head).bind(&stored.report).bind(id).bind(job.fence);
            query.execute(pool).await?.rows_affected()
        });
        Ok(written == 1)
    }

    /// The newest report on `repository`, by its number where both know it, that the installation had before `job`; what
    /// failed has no head.
    pub async fn report_before(
        &self,
        job: JobId,
        installation: u64,
        repository: &str,
        id: u64,
    ) -> Result<Option<String>, StoreError> {
        let (installation, id) = (signed(installation), signed(id));
        let report = on!(self, |pool, _now| {
            let sql = "SELECT report FROM reports WHERE installation = $2 AND job < $3 AND head <> '' \
                         AND ((repository_id = $4 AND $4 <> 0) OR (repository = $1 AND (repository_id = 0 OR $4 = 0))) \
                       ORDER BY job DESC, position LIMIT 1";
            let query = sqlx::query(sql).bind(repository).bind(installation).bind(job.0).bind(id);
            query.fetch_optional(pool).await?.map(|row| row.get("report"))
        });
        Ok(report)
    }

    /// Whether an earlier job of the same key has ended with a report on the commit `head` of the repository `id`.
    pub async fn has_reported_before(&self, job: &Claimed, id: u64, head: &str) -> Result<bool, StoreError> {
        let found = on!(self, |pool, _now| {
            let sql = "SELECT 1 FROM reports r JOIN jobs theirs ON theirs.id = r.job \
                       WHERE r.repository_id = $1 AND r.head = $2 AND theirs.key = $3 AND theirs.id < $4 \
                         AND theirs.state = 'done' LIMIT 1";
            let query = sqlx::query(sql).bind(signed(id)).bind(head).bind(&job.key).bind(job.id.0);
            query.fetch_optional(pool).await?.is_some()
        });
        Ok(found)
    }

    /// The newest report on `repository` of another job in the line of `job`, with that job's key. What another
    /// installation had found, before the repository of the issue was given away, is not there.
    pub async fn report_beside(&self, job: JobId, repository: &str) -> Result<Option<(String, Stored)>, StoreError> {
        let found = on!(self, |pool, _now| {
            let sql = "SELECT theirs.key, r.position, r.repository, r.repository_id, r.report FROM reports r \
                       JOIN jobs theirs ON theirs.id = r.job JOIN jobs ours ON ours.line = theirs.line \
                       WHERE ours.id = $1 AND theirs.id <> $1 AND r.repository = $2 \
                         AND r.installation = ours.installation ORDER BY r.job DESC LIMIT 1";
            let row = sqlx::query(sql).bind(job.0).bind(repository).fetch_optional(pool).await?;
            row.map(|row| (row.get("key"), stored!(row)))
        });
        Ok(found)
    }

    /// The repositories on which the line of `job` has reports, each by name and number.
    pub async fn known_in_line(&self, job: JobId) -> Result<Vec<(String, u64)>, StoreError> {
        let known = on!(self, |pool, _now| {
            let sql = "SELECT DISTINCT r.repository, r.repository_id FROM reports r \
                       JOIN jobs theirs ON theirs.id = r.job JOIN jobs ours ON ours.line = theirs.line \
                       WHERE ours.id = $1 AND r.repository_id <> 0 ORDER BY r.repository, r.repository_id";
            let rows = sqlx::query(sql).bind(job.0).fetch_all(pool).await?;
            rows.iter().map(|row| (row.get(0), row.get::<i64, _>(1).unsigned_abs())).collect()
        });
        Ok(known)
    }

    /// The numbers under which there are reports on `repository`, stored, or posted alone.
    pub async fn ids_of(&self, repository: &str) -> Result<BTreeSet<u64>, StoreError> {
        let ids: Vec<String> = on!(self, |pool, _now| {
            let sql = "SELECT CAST(repository_id AS TEXT) FROM reports WHERE lower(repository) = lower($1) \
                       UNION SELECT ever_ids FROM publications WHERE lower(ever) = lower($1)";
            let rows = sqlx::query(sql).bind(repository).fetch_all(pool).await?;
            rows.iter().map(|row| row.get(0)).collect()
        });
        let ids = ids.iter().flat_map(|ids| ids.split_whitespace()).filter_map(|id| id.parse().ok());
        Ok(ids.filter(|id| *id != 0).collect())
    }

    /// The reports of a job, in the order of its targets.
    pub async fn reports_of(&self, job: JobId) -> Result<Vec<Stored>, StoreError> {
        let reports = on!(self, |pool, _now| {
            let sql =
                "SELECT position, repository, repository_id, report FROM reports WHERE job = $1 ORDER BY position";
            let rows = sqlx::query(sql).bind(job.0).fetch_all(pool).await?;
            rows.iter().map(|row| stored!(row)).collect()
        });
        Ok(reports)
    }
}
