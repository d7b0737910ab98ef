//! What outlives a process: deliveries, jobs, reports, where they were posted, who asked. SQLite in one file, or
//! PostgreSQL. Knows SQL, and not what a job means.
//!
//! Times are milliseconds since 1970 by the database's clock, so that machines need not agree on theirs.

pub mod audit;
mod checkpoint;
pub mod deliveries;
pub mod jobs;
pub mod listing;
pub mod moving;
pub mod opt_outs;
pub mod publications;
pub mod reports;
pub mod retention;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, PgPool, SqlitePool};
use tokio::sync::Mutex;

use self::deliveries::Arrivals;

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Pool,
    /// Whose turn it is to write; PostgreSQL sees to that itself.
    turn: Arc<Mutex<()>>,
    /// What waits to be written down together.
    arrivals: Arc<Arrivals>,
    /// Whether SQLite's log may still hold what was deleted.
    is_to_be_emptied: Arc<AtomicBool>,
}

#[derive(Debug, Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Why the database did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is of neither kind.
    #[error("DATABASE_URL is neither sqlite://FILE nor postgres://USER@HOST/NAME")]
    Address,
    /// There is no such file, and none is made.
    #[error("there is no database {}", .0.display())]
    Missing(PathBuf),
    /// The file can't be made.
    #[error("{} can not be made", .0.display())]
    Make(PathBuf, #[source] std::io::Error),
    /// The file can't be opened, or is no database.
    #[error("{} can not be opened as a database of SQLite", .0.display())]
    File(PathBuf, #[source] sqlx::Error),
    /// It failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The transaction failed in which several were written down.
    #[error("what came together was not written down")]
    Together(#[source] Arc<StoreError>),
    /// The tables could not be brought up to date.
    #[error("the tables of the database could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row holds what this version can't read.
    #[error("a row of the database can not be read")]
    Row(#[from] serde_json::Error),
}

/// Runs one text of SQL on whichever database it is. `$now` in it is the database's clock.
macro_rules! on {
    ($store:expr, |$pool:ident, $now:ident| $body:expr) => {
        match &$store.pool {
            $crate::store::Pool::Sqlite($pool) => {
                let $now = $crate::store::SQLITE_NOW;
                $body
            }
            $crate::store::Pool::Postgres($pool) => {
                let $now = $crate::store::POSTGRES_NOW;
                $body
            }
        }
    };
}
/// The same inside of one transaction that writes, which commits unless the body returns early.
macro_rules! within {
    ($store:expr, |$tx:ident, $now:ident| $body:expr) => {
        match &$store.pool {
            $crate::store::Pool::Sqlite(pool) => {
                // One after another, in the order in which they come: SQLite itself has who waits look again after longer and
                // longer naps, and whoever comes meanwhile is first. Who waited too long tries like that all the same.
                let _turn = tokio::time::timeout($crate::store::PATIENCE, $store.turn.lock()).await.ok();
                // Two readers that both want to write would fail; the second one waits instead.
                let mut $tx = pool.begin_with("BEGIN IMMEDIATE").await?;
                let $now = $crate::store::SQLITE_NOW;
                let done = $body;
                $tx.commit().await?;
                done
            }
            $crate::store::Pool::Postgres(pool) => {
                let mut $tx = pool.begin().await?;
                let $now = $crate::store::POSTGRES_NOW;
                let done = $body;
                $tx.commit().await?;
                done
            }
        }
    };
}
pub(crate) use {on, within};

const SQLITE_NOW: &str = "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)";
const POSTGRES_NOW: &str = "CAST(extract(epoch from clock_timestamp()) * 1000 AS BIGINT)";

/// A number of GitHub's, or a count, as a database keeps it.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// As a database keeps how long something is: no sum with a moment overflows.
fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

/// As long as a writer may wait for another.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks whether PostgreSQL is there.
const PAUSE: Duration = Duration::from_millis(250);

impl Store {
    /// Opens the database at `address`; a file of SQLite is made where there is none.
    pub async fn open(address: &SecretString) -> Result<Self, StoreError> {
        Self::open_or(address, true).await
    }

    /// The same, for whoever only looks: where there is no file, none is made.
    pub async fn open_existing(address: &SecretString) -> Result<Self, StoreError> {
        Self::open_or(address, false).await
    }

    async fn open_or(address: &SecretString, makes: bool) -> Result<Self, StoreError> {
        let address = address.expose_secret();
        if address.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(address)
                .map_err(|_| StoreError::Address)?
                .journal_mode(SqliteJournalMode::Wal)
                // A killed process loses nothing; a machine that loses its power may lose the last moments.
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(PATIENCE)
                // What is deleted is overwritten, and not left to lie in the file until something else needs its place.
                .pragma("secure_delete", "ON")
                // Whoever serves takes the log over: `keep_log_short`.
                .pragma("wal_autocheckpoint", "0");
            let file = options.get_filename().to_owned();
            // What is in memory alone has a name that is none of a file.
            if !address.contains(":memory:") && !address.contains("mode=memory") && !file.exists() {
                if !makes {
                    return Err(StoreError::Missing(file));
                }
                ours_alone(&file).map_err(|error| StoreError::Make(file.clone(), error))?;
            }
            let pool = SqlitePoolOptions::new()
                .max_connections(4)
                .acquire_timeout(PATIENCE)
                // A full disk ends a transaction without sqlx's knowing, and its connection could begin no other.
                .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
                .connect_with(options)
                .await
                .map_err(|error| StoreError::File(file, error))?;
            Ok(Store::of(Pool::Sqlite(pool)))
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(address).map_err(|_| StoreError::Address)?;
            answers(&options, PATIENCE).await?;
            let pool = PgPoolOptions::new().max_connections(10).acquire_timeout(PATIENCE).connect_with(options).await?;
            Ok(Store::of(Pool::Postgres(pool)))
        } else {
            Err(StoreError::Address)
        }
    }

    fn of(pool: Pool) -> Self {
        // A process that was killed may have had no time for it.
        let is_to_be_emptied = Arc::new(AtomicBool::new(true));
        Store { pool, turn: Arc::default(), arrivals: Arc::default(), is_to_be_emptied }
    }

    /// Brings the tables up to date.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) => sqlx::migrate!("app/store/migrations/sqlite").run(pool).await?,
            Pool::Postgres(pool) => sqlx::migrate!("app/store/migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// Ends all connections. The last one of SQLite takes its log over, so that the file alone is left.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    /// Whether several processes may work on it.
    pub fn is_shared(&self) -> bool {
        matches!(self.pool, Pool::Postgres(_))
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on!(self, |pool, _now| sqlx::query("SELECT 1").execute(pool).await.map(drop)?);
        Ok(())
    }
}

/// Makes `file` for this user alone: it will hold reports on private repositories. What SQLite puts beside it is as open
/// as the file itself.
fn ours_alone(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file).map(drop)
}

/// Waits until PostgreSQL, which may be starting beside us, takes a connection, for no longer than `patience`. The pool
/// would wait as long, but say neither that it does nor for what.
async fn answers(options: &PgConnectOptions, patience: Duration) -> Result<(), StoreError> {
    let until = tokio::time::Instant::now() + patience;
    let mut is_said = false;
    loop {
        let connected = tokio::time::timeout_at(until, PgConnection::connect_with(options)).await;
        let error = match connected {
            Ok(Ok(connection)) => return Ok(connection.close().await?),
            Ok(Err(error)) => error,
            Err(_) => sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()),
        };
        let may_start = matches!(&error, sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused)
            || error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("57P03"));
        if !may_start || tokio::time::Instant::now() + PAUSE >= until {
            return Err(error.into());
        }
        if !std::mem::replace(&mut is_said, true) {
            tracing::warn!(seconds = patience.as_secs(), "waiting for PostgreSQL, which takes no connection yet");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod conformance;

#[cfg(test)]
pub(crate) mod fixture {
    //! Databases for tests: each of both kinds that is there.

    use super::*;

    /// A database and what lives as long as it.
    pub(crate) struct Database {
        pub(crate) store: Store,
        pub(crate) _folder: Option<tempfile::TempDir>,
    }

    /// SQLite in a temporary folder, and PostgreSQL where `FOLIOLENS_TEST_POSTGRES` says where one is.
    pub(crate) async fn databases() -> Vec<Database> {
        let all = bare_databases().await;
        for Database { store, .. } in &all {
            store.migrate().await.expect("migrated");
        }
        all
    }

    /// The same, without any tables.
    pub(crate) async fn bare_databases() -> Vec<Database> {
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("sqlite://{}/test.db", folder.path().display());
        let mut all = vec![Database { store: open(&address).await, _folder: Some(folder) }];
        if let Some(address) = crate::config::test_postgres() {
            // A schema for each test: they run side by side.
            let schema = format!("test_{}_{:x}", std::process::id(), fresh());
            let separator = if address.contains('?') { '&' } else { '?' };
            let admin = PgPool::connect(&address).await.expect("PostgreSQL");
            sqlx::query(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
                .execute(&admin)
                .await
                .expect("a schema");
            let address = format!("{address}{separator}options=-csearch_path%3D{schema}");
            all.push(Database { store: open(&address).await, _folder: None });
        }
        all
    }

    async fn open(address: &str) -> Store {
        Store::open(&SecretString::from(address.to_owned())).await.expect("opened")
    }

    impl Store {
        /// Makes the tables as they were with the first `count` migrations; how many there are by now.
        pub(crate) async fn migrate_to(&self, count: usize) -> Result<usize, StoreError> {
            let mut migrator = match &self.pool {
                Pool::Sqlite(_) => sqlx::migrate!("app/store/migrations/sqlite"),
                Pool::Postgres(_) => sqlx::migrate!("app/store/migrations/postgres"),
            };
            let all = migrator.migrations.len();
            migrator.migrations.to_mut().truncate(count);
            match &self.pool {
                Pool::Sqlite(pool) => migrator.run(pool).await?,
                Pool::Postgres(pool) => migrator.run(pool).await?,
            }
            Ok(all)
        }

        /// Runs a statement.
        pub(crate) async fn execute(&self, sql: &str) -> Result<(), StoreError> {
            let sql = sqlx::AssertSqlSafe(sql.to_owned());
            on!(self, |pool, _now| sqlx::query(sql).execute(pool).await.map(drop)?);
            Ok(())
        }
    }

    fn fresh() -> u64 {
        use std::hash::{BuildHasher, RandomState};
        RandomState::new().hash_one(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(file: &Path) -> SecretString {
        SecretString::from(format!("sqlite://{}", file.display()))
    }

    fn said(error: StoreError) -> String {
        format!("{:#}", anyhow::Error::from(error))
    }

    #[test]
    fn a_file_is_made_for_us_alone_and_alone_is_left() {
        tokio::runtime::Runtime::new().expect("a runtime").block_on(made_and_left());
    }

    async fn made_and_left() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.db");
        let store = Store::open(&address(&file)).await.expect("made");
        store.migrate().await.expect("migrated");
        for entry in std::fs::read_dir(folder.path()).expect("there").flatten() {
            let mode = entry.metadata().expect("there").permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{entry:?}");
        }
        store.close().await;
        let left: Vec<_> = std::fs::read_dir(folder.path()).expect("there").flatten().map(|one| one.path()).collect();
        assert_eq!(left, std::slice::from_ref(&file));
        Store::open_existing(&address(&file)).await.expect("there").ping().await.expect("an answer");
    }

    #[tokio::test]
    async fn who_looks_makes_nothing_and_is_told_why() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("a.db");
        let error = Store::open_existing(&address(&missing)).await.expect_err("made");
        assert_eq!(said(error), format!("there is no database {}", missing.display()));
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0);
        let error = Store::open(&address(&folder.path().join("no/a.db"))).await.expect_err("made");
        assert!(said(error).contains("no/a.db can not be made: No such file or directory"));
        std::fs::write(&missing, "a text, and no database of any kind\n".repeat(40)).expect("written");
        let error = said(Store::open(&address(&missing)).await.expect_err("opened"));
        assert!(error.contains("a.db can not be opened as a database of SQLite: "), "{error}");
    }

    #[tokio::test]
    async fn a_postgres_that_is_not_there_is_waited_for_and_then_said() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
        let options = PgConnectOptions::new().host("127.0.0.1").port(free).username("ana");
        let began = std::time::Instant::now();
        let error = said(answers(&options, Duration::from_secs(1)).await.expect_err("answered"));
        assert!(error.contains("Connection refused"), "{error}");
        assert!(began.elapsed() > Duration::from_millis(500), "it may be starting");
    }
}
