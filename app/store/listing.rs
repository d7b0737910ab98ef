//! Jobs as whoever operates the app, or waits for one, sees them.

use std::time::Duration;

use serde::Serialize;
use sqlx::{AssertSqlSafe, Row};

use super::jobs::JobId;
use super::{Store, StoreError, on};

/// Nobody reads a longer list.
const MOST_OPEN: i64 = 50;

/// One line of `foliolens jobs list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its number.
    pub id: i64,
    /// queued, retrying, running, done, dead, cancelled.
    pub state: String,
    /// What it is about.
    pub key: String,
    /// Who asked.
    pub actor: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was asked for, in milliseconds since 1970.
    pub created_at: i64,
    /// When it may be tried next, as long as it waits.
    pub run_at: i64,
    /// When it ended, if it did.
    pub finished_at: Option<i64>,
    /// By which delivery; empty where it was none.
    pub delivery: String,
    /// In which repository, as `owner/name`; empty where it was in none.
    pub repository: String,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// How many jobs wait, and how long the first of them has waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// Jobs that could run now.
    pub waiting: i64,
    /// Jobs that run.
    pub running: i64,
    /// Jobs whose time has not come.
    pub later: i64,
    /// Since when the first one could run.
    pub oldest: Duration,
}

/// What is read of each.
const COLUMNS: &str = "id, state, key, actor, attempts, created_at, run_at, finished_at, delivery, repository, error";

macro_rules! listed {
    ($row:expr) => {
        Listed {
            id: $row.get("id"),
            state: $row.get("state"),
            key: $row.get("key"),
            actor: $row.get("actor"),
            attempts: $row.get("attempts"),
            created_at: $row.get("created_at"),
            run_at: $row.get("run_at"),
            finished_at: $row.get("finished_at"),
            delivery: $row.get("delivery"),
            repository: $row.get("repository"),
            error: $row.get("error"),
        }
    };
}

impl Store {
    /// The newest jobs, at most `most`, in `state` where one is given.
    pub async fn list_jobs(&self, state: Option<&str>, most: i64) -> Result<Vec<Listed>, StoreError> {
        let rows = on!(self, |pool, _now| {
            let sql = format!("SELECT {COLUMNS} FROM jobs WHERE state = $1 OR $1 = '' ORDER BY id DESC LIMIT $2");
            let rows =
                sqlx::query(AssertSqlSafe(sql)).bind(state.unwrap_or_default()).bind(most).fetch_all(pool).await?;
            rows.iter().map(|row| listed!(row)).collect()
        });
        Ok(rows)
    }

    /// The jobs whose key begins so and that are not over, the oldest first.
    pub async fn open_jobs(&self, key_prefix: &str) -> Result<Vec<Listed>, StoreError> {
        let rows = on!(self, |pool, _now| {
            let sql = format!(
                "SELECT {COLUMNS} FROM jobs \
                 WHERE state IN ('queued', 'retrying', 'running') AND substr(key, 1, length($1)) = $1 \
                 ORDER BY id LIMIT $2"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(key_prefix).bind(MOST_OPEN);
            query.fetch_all(pool).await?.iter().map(|row| listed!(row)).collect()
        });
        Ok(rows)
    }

    /// One job.
    pub async fn job(&self, id: JobId) -> Result<Option<Listed>, StoreError> {
        let found = on!(self, |pool, _now| {
            let sql = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1");
            sqlx::query(AssertSqlSafe(sql)).bind(id.0).fetch_optional(pool).await?.map(|row| listed!(row))
        });
        Ok(found)
    }

    /// Tries a dead or cancelled job anew. `false`: there is no such job, or its like is waiting already.
    pub async fn revive(&self, id: JobId) -> Result<bool, StoreError> {
        let revived = on!(self, |pool, now| {
            let sql = format!(
                "UPDATE jobs SET state = 'queued', attempts = 0, trouble_since = 0, breaks = 0, run_at = {now}, cancel_asked = 0, \
                   finished_at = NULL \
                 WHERE id = $1 AND state IN ('dead', 'cancelled') AND NOT EXISTS \
                   (SELECT 1 FROM jobs q WHERE q.key = jobs.key AND q.state = 'queued')"
            );
            sqlx::query(AssertSqlSafe(sql)).bind(id.0).execute(pool).await?.rows_affected()
        });
        Ok(revived == 1)
    }

    /// Removes a job that does not run. `false`: there is none.
    pub async fn discard(&self, id: JobId) -> Result<bool, StoreError> {
        let gone = on!(self, |pool, _now| {
            let sql = "DELETE FROM jobs WHERE id = $1 AND state <> 'running'";
            sqlx::query(sql).bind(id.0).execute(pool).await?.rows_affected()
        });
        Ok(gone == 1)
    }

    /// How full the queue is.
    pub async fn depth(&self) -> Result<Depth, StoreError> {
        let depth = on!(self, |pool, now| {
            let sql = format!(
                "SELECT count(CASE WHEN state <> 'running' AND run_at <= {now} THEN 1 END) AS waiting, \
                   count(CASE WHEN state = 'running' THEN 1 END) AS running, \
                   count(CASE WHEN state <> 'running' AND run_at > {now} THEN 1 END) AS later, \
                   CAST(coalesce({now} - min(CASE WHEN state <> 'running' THEN run_at END), 0) AS BIGINT) AS oldest \
                 FROM jobs WHERE state IN ('queued', 'retrying', 'running')"
            );
            let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(pool).await?;
            let oldest: i64 = row.get("oldest");
            Depth {
                waiting: row.get("waiting"),
                running: row.get("running"),
                later: row.get("later"),
                oldest: Duration::from_millis(oldest.max(0).unsigned_abs()),
            }
        });
        Ok(depth)
    }
}
