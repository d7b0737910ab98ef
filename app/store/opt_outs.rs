//! Owners who do not want their repositories reviewed.

use sqlx::{AssertSqlSafe, Row};

use super::{Store, StoreError, on, signed};

impl Store {
    /// Whether `owner` does not want to be reviewed: by that name, or by the number `id` whatever it is called (0: not
    /// known).
    pub async fn has_opted_out(&self, owner: &str, id: u64) -> Result<bool, StoreError> {
        let found = on!(self, |pool, _now| {
            let sql = "SELECT 1 FROM opt_outs WHERE owner = $1 OR (owner_id = $2 AND $2 <> 0)";
            let query = sqlx::query(sql).bind(owner.to_lowercase()).bind(signed(id));
            query.fetch_optional(pool).await?.is_some()
        });
        Ok(found)
    }

    /// Those whose numbers GitHub has not been asked for.
    pub async fn opt_outs_by_name_alone(&self) -> Result<Vec<String>, StoreError> {
        let owners = on!(self, |pool, _now| {
            let rows = sqlx::query("SELECT owner FROM opt_outs WHERE owner_id IS NULL ORDER BY owner");
            rows.fetch_all(pool).await?.iter().map(|row| row.get("owner")).collect()
        });
        Ok(owners)
    }

    /// Notes the number of `owner`; 0 where GitHub knows nobody of that name.
    pub async fn number_opt_out(&self, owner: &str, id: u64) -> Result<(), StoreError> {
        on!(self, |pool, _now| {
            let query = sqlx::query("UPDATE opt_outs SET owner_id = $2 WHERE owner = $1 AND owner_id IS NULL");
            query.bind(owner).bind(signed(id)).execute(pool).await.map(drop)?
        });
        Ok(())
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
