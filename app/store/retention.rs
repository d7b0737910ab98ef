//! Forgetting: what is older than the setting says, what belongs to an installation that is gone, and what an owner
//! wants to have forgotten.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::{Store, StoreError, within};

impl Store {
    /// Removes what is older than `age`.
    pub async fn forget_older(&self, age: Duration) -> Result<u64, StoreError> {
        let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX / 4);
        let gone = within!(self, |tx, now| {
            let mut gone = 0;
            for sql in [
                format!("DELETE FROM reports WHERE created_at < {now} - $1"),
                format!("DELETE FROM publications WHERE created_at < {now} - $1"),
                format!("DELETE FROM deliveries WHERE received_at < {now} - $1"),
                format!("DELETE FROM jobs WHERE finished_at < {now} - $1"),
                format!("DELETE FROM audit WHERE at < {now} - $1"),
            ] {
                gone += sqlx::query(AssertSqlSafe(sql)).bind(age).execute(&mut *tx).await?.rows_affected();
            }
            gone
        });
        Ok(gone)
    }

    /// Removes everything of an installation, its audit included; jobs that wait are cancelled with it.
    pub async fn forget_installation(&self, installation: u64) -> Result<(), StoreError> {
        let installation = i64::try_from(installation).unwrap_or(i64::MAX);
        within!(self, |tx, _now| {
            for sql in [
                "DELETE FROM reports WHERE installation = $1",
                "DELETE FROM publications WHERE installation = $1",
                "DELETE FROM deliveries WHERE job IN (SELECT id FROM jobs WHERE installation = $1)",
                "DELETE FROM jobs WHERE installation = $1 AND state <> 'running'",
                "DELETE FROM audit WHERE installation = $1",
            ] {
                sqlx::query(sql).bind(installation).execute(&mut *tx).await?;
            }
        });
        Ok(())
    }

    /// Removes every stored report on `repository`, and what is known of where it is posted.
    pub async fn forget_repository(&self, repository: &str) -> Result<u64, StoreError> {
        let gone = within!(self, |tx, _now| {
            let mut gone = 0;
            for sql in [
                "DELETE FROM reports WHERE lower(repository) = lower($1)",
                "DELETE FROM publications WHERE lower(target) = lower($1)",
            ] {
                gone += sqlx::query(sql).bind(repository).execute(&mut *tx).await?.rows_affected();
            }
            gone
        });
        Ok(gone)
    }
}
