//! Forgetting: what is older than the setting says, what belongs to an installation that is gone, and what an owner
//! wants to have forgotten. The address of a comment or check run with a report, which says nothing of what it holds, is
//! kept until one of the last two: by it the owner's wish is done.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Row};

use super::jobs::JobId;
use super::{Store, StoreError, millis, on, signed, within};

/// Removes what belongs to `$installation`, its audit included, and those of its jobs that `$over` is true of.
macro_rules! forget_all {
    ($tx:expr, $installation:expr, $over:literal) => {{
        for sql in [
            "DELETE FROM reports WHERE installation = $1",
            "DELETE FROM publications WHERE installation = $1",
            "DELETE FROM audit WHERE installation = $1",
            "DELETE FROM retentions WHERE installation = $1",
            concat!("DELETE FROM jobs WHERE installation = $1 AND ", $over),
        ] {
            sqlx::query(sql).bind($installation).execute(&mut *$tx).await?;
        }
    }};
}
/// Where the app was removed from `$installation`, removes what belongs to it, and its jobs that are over; whether it was.
macro_rules! forget_if_removed {
    ($tx:expr, $installation:expr) => {{
        let sql = "SELECT 1 FROM removals WHERE installation = $1";
        let is_removed = sqlx::query(sql).bind($installation).fetch_optional(&mut *$tx).await?.is_some();
        if is_removed {
            $crate::store::retention::forget_all!($tx, $installation, "finished_at IS NOT NULL");
        }
        is_removed
    }};
}
pub(super) use {forget_all, forget_if_removed};

/// A repository that is to be forgotten: under its name, and under its numbers whatever it was called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// As `owner/name`.
    pub name: String,
    /// As far as they are known. There are several where one of the name was deleted and made again.
    pub ids: Vec<u64>,
}

/// A week in milliseconds. GitHub keeps what it has delivered for three days.
const KNOWN: i64 = 7 * 24 * 60 * 60 * 1000;

impl Store {
    /// Keeps what belongs to `installation` for `age` at most; `None` as long as everything else.
    pub async fn keep_for(&self, installation: u64, age: Option<Duration>) -> Result<(), StoreError> {
        let installation = signed(installation);
        on!(self, |pool, _now| {
            match age {
                Some(age) => {
                    let sql = "INSERT INTO retentions (installation, age) VALUES ($1, $2) \
                               ON CONFLICT (installation) DO UPDATE SET age = excluded.age";
                    let age = millis(age);
                    sqlx::query(sql).bind(installation).bind(age).execute(pool).await.map(drop)?
                }
                None => {
                    let sql = "DELETE FROM retentions WHERE installation = $1";
                    sqlx::query(sql).bind(installation).execute(pool).await.map(drop)?
                }
            }
        });
        Ok(())
    }

    /// Removes what is older than `age`, or than what its installation allows, but for the addresses of reports.
    pub async fn forget_older(&self, age: Duration) -> Result<u64, StoreError> {
        let age = millis(age);
        let gone = within!(self, |tx, now| {
            let mut gone = 0;
            let own = |table: &str| {
                format!("(SELECT min(age) FROM retentions r WHERE r.installation = {table}.installation)")
            };
            let delete = |table: &str, since: &str| {
                let own = own(table);
                format!(
                    "DELETE FROM {table} WHERE {since} < \
                     {now} - (CASE WHEN {own} < $1 THEN {own} ELSE $1 END)"
                )
            };
            for sql in [
                delete("reports", "created_at"),
                // Where a report is posted is kept as long as it stands there: else its owner could not have it removed.
                delete("publications", "created_at") + " AND ever = ''",
                delete("audit", "at"),
                // By its id a delivery that comes again is known, for as long as GitHub can send it.
                format!(
                    "DELETE FROM deliveries WHERE received_at < {now} - CASE WHEN $1 < {KNOWN} THEN {KNOWN} ELSE $1 END"
                ),
                delete("jobs", "finished_at"),
                format!("DELETE FROM removals WHERE at < {now} - CASE WHEN $1 < {KNOWN} THEN {KNOWN} ELSE $1 END"),
            ] {
                gone += sqlx::query(AssertSqlSafe(sql)).bind(age).execute(&mut *tx).await?.rows_affected();
            }
            // A job that came later, and killed its worker until it was given up, has left something.
            let removed = sqlx::query("SELECT installation FROM removals").fetch_all(&mut *tx).await?;
            for row in removed {
                let installation: i64 = row.get("installation");
                forget_if_removed!(tx, installation);
            }
            gone
        });
        if gone > 0 {
            self.has_deleted();
            self.empty_log().await;
        }
        Ok(gone)
    }

    /// Removes everything of an installation, its audit included, but for the ids of deliveries, which say nothing, and
    /// asks jobs that run to stop. How many other than `own` still do: what they leave is removed as they end, and so is
    /// what was asked for before and comes later.
    pub async fn forget_installation(&self, installation: u64, own: JobId) -> Result<u64, StoreError> {
        let installation = signed(installation);
        let running = within!(self, |tx, now| {
            let sql = format!(
                "INSERT INTO removals (installation, at) VALUES ($1, {now}) ON CONFLICT (installation) DO NOTHING"
            );
            sqlx::query(AssertSqlSafe(sql)).bind(installation).execute(&mut *tx).await?;
            forget_all!(tx, installation, "state <> 'running'");
            // 2: nobody in particular wants it to stop; one that is found to have moved goes on there.
            let sql = "UPDATE jobs SET cancel_asked = CASE WHEN cancel_asked = 1 THEN 1 ELSE 2 END \
                       WHERE installation = $1 AND state = 'running' AND id <> $2";
            sqlx::query(sql).bind(installation).bind(own.0).execute(&mut *tx).await?.rows_affected()
        });
        self.has_deleted();
        self.empty_log().await;
        Ok(running)
    }

    /// Removes every stored report on `subject`; how many there were. Where it is posted is removed one by one, as it is
    /// deleted there.
    pub async fn forget_repository(&self, subject: &Subject) -> Result<u64, StoreError> {
        let gone = within!(self, |tx, _now| {
            let sql = "DELETE FROM reports WHERE lower(repository) = lower($1)";
            let mut gone = sqlx::query(sql).bind(&subject.name).execute(&mut *tx).await?.rows_affected();
            for id in &subject.ids {
                let id = signed(*id);
                let sql = "DELETE FROM reports WHERE repository_id = $1";
                gone += sqlx::query(sql).bind(id).execute(&mut *tx).await?.rows_affected();
            }
            gone
        });
        // Whoever asked is told that it is gone.
        self.has_deleted();
        self.empty_log().await;
        Ok(gone)
    }
}
