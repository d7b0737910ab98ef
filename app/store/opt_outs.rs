//! Owners who do not want their repositories reviewed.

use sqlx::{AssertSqlSafe, Row};

use super::{Store, StoreError, on};

impl Store {
    /// Whether `owner` does not want to be reviewed.
    pub async fn has_opted_out(&self, owner: &str) -> Result<bool, StoreError> {
        let found = on!(self, |pool, _now| {
            let query = sqlx::query("SELECT 1 FROM opt_outs WHERE owner = $1").bind(owner.to_lowercase());
            query.fetch_optional(pool).await?.is_some()
        });
        Ok(found)
    }

    /// Reviews nothing of `owner` from now on.
    pub async fn opt_out(&self, owner: &str) -> Result<(), StoreError> {
        on!(self, |pool, now| {
            let sql =
                format!("INSERT INTO opt_outs (owner, created_at) VALUES ($1, {now}) ON CONFLICT (owner) DO NOTHING");
            sqlx::query(AssertSqlSafe(sql)).bind(owner.to_lowercase()).execute(pool).await.map(drop)?
        });
        Ok(())
    }

    /// Takes `owner` off the list. `false`: was not on it.
    pub async fn opt_in(&self, owner: &str) -> Result<bool, StoreError> {
        let gone = on!(self, |pool, _now| {
            let query = sqlx::query("DELETE FROM opt_outs WHERE owner = $1").bind(owner.to_lowercase());
            query.execute(pool).await?.rows_affected()
        });
        Ok(gone == 1)
    }

    /// The list.
    pub async fn opt_outs(&self) -> Result<Vec<String>, StoreError> {
        let owners = on!(self, |pool, _now| {
            let rows = sqlx::query("SELECT owner FROM opt_outs ORDER BY owner").fetch_all(pool).await?;
            rows.iter().map(|row| row.get("owner")).collect()
        });
        Ok(owners)
    }
}
