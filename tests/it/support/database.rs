//! Databases for the server: SQLite in the folder of a test, and PostgreSQL where there is one (`tests/postgres`).

use std::path::Path;

use sqlx::{AssertSqlSafe, PgPool};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Database {
    /// Those that are there.
    pub fn all() -> Vec<Database> {
        let is_served = postgres().is_some();
        [Some(Database::Sqlite), is_served.then_some(Database::Postgres)].into_iter().flatten().collect()
    }

    /// The address of an empty one.
    pub async fn fresh(self, folder: &Path) -> String {
        match self {
            Database::Sqlite => format!("sqlite://{}/app.db", folder.display()),
            Database::Postgres => {
                let address = postgres().expect("only where it is set");
                let name = folder.file_name().expect("a name").to_string_lossy();
                let schema = format!("it_{}", data_encoding::HEXLOWER.encode(name.as_bytes()));
                let admin = PgPool::connect(&address).await.expect("PostgreSQL");
                sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).execute(&admin).await.expect("a schema");
                admin.close().await;
                let separator = if address.contains('?') { '&' } else { '?' };
                format!("{address}{separator}options=-csearch_path%3D{schema}")
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests are told where PostgreSQL is")]
fn postgres() -> Option<String> {
    std::env::var("FOLIOLENS_TEST_POSTGRES").ok().filter(|address| !address.is_empty())
}
