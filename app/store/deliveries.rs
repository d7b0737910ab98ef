//! Deliveries of GitHub: a delivery and its job are written in one transaction, before GitHub is answered.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Row};
use tokio::sync::oneshot;

use super::jobs::{JobId, NewJob};
use super::{Store, StoreError, millis, on, signed, within};

/// Of what waited before, no more characters are kept than these and one more.
const LONGEST: usize = 64 << 10;

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// A job waits.
    Queued(JobId),
    /// It came before.
    Known(JobId),
}

/// Deliveries that wait to be written down; SQLite's alone, where each transaction has to wait for the one before.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    waiting: std::sync::Mutex<Vec<(Delivery, Answer)>>,
    /// Held by who writes down what waits.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Delivery {
    id: String,
    event: String,
    job: NewJob,
}

type Answer = oneshot::Sender<Result<Accepted, StoreError>>;

/// So many deliveries at most are one transaction.
const MOST: usize = 256;

impl Arrivals {
    fn push(&self, delivery: Delivery) -> oneshot::Receiver<Result<Accepted, StoreError>> {
        let (answer, answered) = oneshot::channel();
        self.waiting.lock().expect("nothing panics meanwhile").push((delivery, answer));
        answered
    }

    fn take(&self) -> (Vec<Delivery>, Vec<Answer>) {
        let mut waiting = self.waiting.lock().expect("nothing panics meanwhile");
        let most = waiting.len().min(MOST);
        waiting.drain(..most).unzip()
    }
}

impl Store {
    /// Writes down the delivery `id`, its job, and what is queued with that. One that came before does nothing, unless its job has died, which is
    /// then tried anew.
    pub async fn accept(&self, id: &str, event: &str, job: &NewJob) -> Result<Accepted, StoreError> {
        let delivery = Delivery { id: id.to_owned(), event: event.to_owned(), job: job.clone() };
        if self.is_shared() {
            return self.write_down(&[delivery]).await.map(|accepted| accepted[0]);
        }
        let answered = self.arrivals.push(delivery);
        // Those of others are in the same transaction, and whoever asked may have gone.
        let store = self.clone();
        tokio::spawn(async move { store.write_down_what_waits().await });
        answered.await.unwrap_or(Err(StoreError::Database(sqlx::Error::WorkerCrashed)))
    }

    /// In one transaction what came while another one was written: a thousand deliveries in a second need few.
    async fn write_down_what_waits(&self) {
        let _turn = self.arrivals.turn.lock().await;
        let (deliveries, answers) = self.arrivals.take();
        match self.write_down(&deliveries).await {
            // Whoever asked may have gone.
            Ok(accepted) => answers.into_iter().zip(accepted).for_each(|(answer, one)| drop(answer.send(Ok(one)))),
            Err(error) => {
                let error = Arc::new(error);
                answers.into_iter().for_each(|answer| drop(answer.send(Err(StoreError::Together(Arc::clone(&error))))));
            }
        }
    }

    /// In this order, all of them or none.
    async fn write_down(&self, deliveries: &[Delivery]) -> Result<Vec<Accepted>, StoreError> {
        let mut accepted = Vec::new();
        if deliveries.is_empty() {
            return Ok(accepted);
        }
        within!(self, |tx, now| {
            for Delivery { id, event, job } in deliveries {
                // The delivery first: of two that come at once, the second waits here for the first.
                let sql = format!(
                    "INSERT INTO deliveries (id, event, job, received_at) VALUES ($1, $2, 0, {now}) \
                     ON CONFLICT (id) DO NOTHING"
                );
                let written = sqlx::query(AssertSqlSafe(sql)).bind(id).bind(event).execute(&mut *tx).await?;
                if written.rows_affected() == 0 {
                    let row =
                        sqlx::query("SELECT job FROM deliveries WHERE id = $1").bind(id).fetch_one(&mut *tx).await?;
                    let known: i64 = row.get("job");
                    let sql = format!(
                        "UPDATE jobs SET state = 'queued', attempts = 0, trouble_since = 0, breaks = 0, run_at = {now}, cancel_asked = 0, \
                           finished_at = NULL \
                         WHERE id = $1 AND state = 'dead' AND NOT EXISTS \
                           (SELECT 1 FROM jobs q WHERE q.key = jobs.key AND q.state = 'queued')"
                    );
                    sqlx::query(AssertSqlSafe(sql)).bind(known).execute(&mut *tx).await?;
                    accepted.push(Accepted::Known(JobId(known)));
                } else {
                    let mut queued = Vec::new();
                    for job in std::iter::once(job).chain(&job.with) {
                        let sql = format!(
                            "INSERT INTO jobs \
                               (key, installation, actor, priority, work, run_at, created_at, line, delivery, repository) \
                             VALUES ($1, $2, $3, $4, $5, {now} + $6, {now}, $8, $9, $10) \
                             ON CONFLICT (key) WHERE state = 'queued' \
                             DO UPDATE SET work = excluded.work, actor = excluded.actor, \
                               installation = excluded.installation, \
                               delivery = excluded.delivery, repository = excluded.repository, \
                               earlier = CASE WHEN length(jobs.earlier) < {LONGEST} \
                                 THEN jobs.earlier || jobs.work || $7 ELSE jobs.earlier END \
                             RETURNING id"
                        );
                        let query = sqlx::query(AssertSqlSafe(sql))
                            .bind(&job.key)
                            .bind(signed(job.installation))
                            .bind(&job.actor);
                        let query = query.bind(job.priority).bind(&job.work).bind(millis(job.delay)).bind("\n");
                        let query = query.bind(&job.line).bind(id).bind(&job.repository);
                        queued.push(query.fetch_one(&mut *tx).await?.get::<i64, _>("id"));
                    }
                    let queued = queued[0];
                    let sql = "UPDATE deliveries SET job = $2 WHERE id = $1";
                    sqlx::query(sql).bind(id).bind(queued).execute(&mut *tx).await?;
                    accepted.push(Accepted::Queued(JobId(queued)));
                }
            }
        });
        Ok(accepted)
    }

    /// Whether the delivery `id` has arrived.
    pub async fn has_arrived(&self, id: &str) -> Result<bool, StoreError> {
        let found = on!(self, |pool, _now| {
            let query = sqlx::query("SELECT 1 FROM deliveries WHERE id = $1").bind(id);
            query.fetch_optional(pool).await?.is_some()
        });
        Ok(found)
    }
}
