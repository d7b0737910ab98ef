//! SQLite's log of writes, taken over into the database beside the writers. Left alone, the writer who fills the log takes it
//! over for all, and everybody waits for the disk meanwhile: with a thousand deliveries a second that was most of the time
//! that the slowest waited (docs/performance.md). What was deleted stands in it until it begins anew, so that it is emptied
//! then.

use std::sync::atomic::Ordering;
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
/// As long as everybody may wait while the log is emptied: somebody else may read for longer, such as a backup.
const MOMENT: Duration = Duration::from_secs(1);
/// So many looks come between two tries of that.
const LOOKS: u32 = 60;

impl Store {
    /// Takes the log over until `ending`; PostgreSQL sees to that itself.
    pub async fn keep_log_short(self, ending: CancellationToken) {
        let Pool::Sqlite(pool) = &self.pool else { return };
        let mut log = Log { options: (*pool.connect_options()).clone(), connection: None, pages: 0, grown: 0 };
        let mut works = true;
        for look in 0_u32.. {
            if ending.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
                return;
            }
            if look.is_multiple_of(LOOKS) {
                self.empty_log().await;
            }
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

    /// Notes that something was deleted which the log may still hold.
    pub(super) fn has_deleted(&self) {
        self.is_to_be_emptied.store(true, Ordering::Relaxed);
    }

    /// Takes over all of a log that may hold what was deleted, and empties its file. Where that can not be done now, it is
    /// done later.
    pub(super) async fn empty_log(&self) {
        let Pool::Sqlite(pool) = &self.pool else { return };
        // Whoever writes in this process waits for its turn, and is not refused.
        let _turn = tokio::time::timeout(super::PATIENCE, self.turn.lock()).await.ok();
        if !self.is_to_be_emptied.swap(false, Ordering::Relaxed) {
            return;
        }
        let emptied = emptied((*pool.connect_options()).clone().busy_timeout(MOMENT)).await;
        if !matches!(emptied, Ok(true)) {
            self.has_deleted();
        }
        if let Err(error) = emptied {
            let error = format!("{:#}", anyhow::Error::from(error));
            tracing::warn!(error, "the log, which holds what was deleted, was not emptied");
        }
    }
}

/// Whether nothing is left in the log.
async fn emptied(options: SqliteConnectOptions) -> Result<bool, StoreError> {
    let mut connection = SqliteConnection::connect_with(&options).await?;
    // Most of it while others write.
    sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut connection).await?;
    let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await?;
    let is_busy: i64 = row.get(0);
    connection.close().await?;
    Ok(is_busy == 0)
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
    async fn what_was_deleted_is_in_no_file_any_more() {
        let database = bare_databases().await.remove(0);
        let folder = database._folder.as_ref().expect("SQLite's").path().to_owned();
        let stands_there = || {
            let files = std::fs::read_dir(&folder).expect("there").flatten();
            let bytes: Vec<u8> = files.flat_map(|file| std::fs::read(file.path()).expect("read")).collect();
            bytes.windows(13).any(|window| window == b"in a sentence")
        };
        let large = "printf('in a sentence %0100000d', 1)";
        database.store.execute("CREATE TABLE some (text TEXT)").await.expect("made");
        database
            .store
            .execute(&format!("INSERT INTO some VALUES ({large}), ('in a sentence')"))
            .await
            .expect("written");
        database.store.empty_log().await;
        assert!(stands_there(), "taken over");
        let reader = database.store.clone();
        let Pool::Sqlite(pool) = &reader.pool else { panic!("SQLite's") };
        let mut reading = pool.begin().await.expect("begun");
        sqlx::query("SELECT count(*) FROM some").execute(&mut *reading).await.expect("read");
        database.store.execute("DELETE FROM some").await.expect("deleted");
        database.store.has_deleted();
        database.store.empty_log().await;
        assert!(stands_there(), "somebody still reads it");
        reading.rollback().await.expect("ended");
        database.store.empty_log().await;
        assert!(!stands_there(), "tried again");
    }

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
