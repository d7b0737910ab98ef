//! SQLite's log of writes, taken over into the database beside the writers. Left alone, the writer who fills the log takes it
//! over for all, and everybody waits for the disk meanwhile: with a thousand deliveries a second that was most of the time
//! that the slowest waited (docs/performance.md).

use std::time::Duration;

use sqlx::{Connection, SqliteConnection};
use tokio_util::sync::CancellationToken;

use super::{Pool, Store, StoreError};

/// Pages of 4 KiB in the log from which a writer takes it over after all, so that it does not grow for ever where nobody
/// does it in time.
pub(super) const LOG_PAGES: &str = "65536";
/// Bytes that the log's file keeps once all of it has been taken over.
pub(super) const LOG_BYTES: &str = "16777216";

/// Between two looks: what has come together meanwhile is written within a few tens of milliseconds.
const PAUSE: Duration = Duration::from_millis(250);

impl Store {
    /// Takes the log over until `ending`; PostgreSQL sees to that itself. Where it fails, the writers do it later on.
    pub async fn keep_log_short(self, ending: CancellationToken) {
        let Pool::Sqlite(pool) = &self.pool else { return };
        let options = pool.connect_options();
        let mut connection = None;
        let mut works = true;
        while ending.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_some() {
            let taken = take_over(&mut connection, &options).await;
            let worked = std::mem::replace(&mut works, taken.is_ok());
            if let Err(error) = taken {
                connection = None;
                // A full disk stays full for a while: said once.
                if worked {
                    tracing::warn!(error = format!("{:#}", anyhow::Error::from(error)), "the log was not taken over");
                }
            }
        }
    }
}

/// Passive: it waits for nobody, and nobody for it.
async fn take_over(
    connection: &mut Option<SqliteConnection>,
    options: &sqlx::sqlite::SqliteConnectOptions,
) -> Result<(), StoreError> {
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(SqliteConnection::connect_with(options).await?),
    };
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::store::fixture::bare_databases;

    use super::*;

    #[tokio::test]
    async fn what_was_written_comes_to_stand_in_the_database_itself_until_the_end_is_asked_for() {
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
        ending.cancel();
        keeping.await.expect("it ends");
    }
}
