//! SQLite's log of writes, taken over into the database beside the writers. Left alone, the writer who fills the log takes it
//! over for all, and everybody waits for the disk meanwhile: with a thousand deliveries a second that was most of the time
//! that the slowest waited (docs/performance.md).

use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, Row, SqliteConnection};
use tokio_util::sync::CancellationToken;

use super::{Pool, Store, StoreError};

/// Between two looks: what has come together in a second is written within a few tens of milliseconds.
const PAUSE: Duration = Duration::from_secs(1);
/// Pages of 4 KiB in the log above which its file is made short once nobody writes: everybody has to wait for that.
const LONG: i64 = 4_096;
/// Pages from which the log begins anew although somebody writes without an end, who then waits until what is left of it has
/// been taken over: half a gibibyte.
const LONGEST: i64 = 131_072;

impl Store {
    /// Takes the log over until `ending`; PostgreSQL sees to that itself.
    pub async fn keep_log_short(self, ending: CancellationToken) {
        let Pool::Sqlite(pool) = &self.pool else { return };
        let mut log = Log { options: (*pool.connect_options()).clone(), connection: None, pages: 0, grown: 0 };
        let mut works = true;
        while ending.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
            let taken = log.take_over().await;
            let worked = std::mem::replace(&mut works, taken.is_ok());
            if let Err(error) = taken {
                log.connection = None;
                // A full disk stays full for a while: said once.
                if worked {
                    tracing::warn!(error = format!("{:#}", anyhow::Error::from(error)), "the log was not taken over");
                }
            }
        }
    }
}

/// The log, by a connection of its own.
struct Log {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
    /// How many it had at the last look.
    pages: i64,
    /// How many its file has room for.
    grown: i64,
}

impl Log {
    /// Passive at first: it waits for nobody, and nobody for it.
    async fn take_over(&mut self) -> Result<(), StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => self.connection.insert(SqliteConnection::connect_with(&self.options).await?),
        };
        let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&mut *connection).await?;
        let pages: i64 = row.get(1);
        let is_at_rest = std::mem::replace(&mut self.pages, pages) == pages;
        self.grown = self.grown.max(pages);
        if is_at_rest && self.grown > LONG {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(connection).await?;
            self.grown = 0;
        } else if pages > LONGEST {
            sqlx::query("PRAGMA wal_checkpoint(RESTART)").execute(connection).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::store::fixture::bare_databases;

    use super::*;

    #[tokio::test]
    async fn the_log_is_taken_over_and_made_short_once_nobody_writes() {
        let database = bare_databases().await.remove(0);
        let folder = database._folder.as_ref().expect("SQLite's").path().to_owned();
        let stands_there = || {
            let bytes = std::fs::read(folder.join("test.db")).expect("there");
            bytes.windows(11).any(|window| window == b"what is new")
        };
        database.store.execute("CREATE TABLE some (text TEXT)").await.expect("made");
        database.store.execute("INSERT INTO some VALUES ('what is new')").await.expect("written");
        assert!(!stands_there(), "it is in the log alone");
        let ending = CancellationToken::new();
        let keeping = tokio::spawn(database.store.clone().keep_log_short(ending.clone()));
        while !stands_there() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let log = || std::fs::metadata(folder.join("test.db-wal")).expect("there").len();
        let many = "INSERT INTO some WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
                    SELECT printf('%01000d', i) FROM n";
        database.store.execute(many).await.expect("written");
        assert!(log() > 16 << 20);
        while log() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        ending.cancel();
        keeping.await.expect("it ends");
    }
}
