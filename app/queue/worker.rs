//! A worker: one job after another, each with a heartbeat of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::backoff::{backoff, waiting_out};
use super::step;
use crate::store::Store;
use crate::store::jobs::{Claimed, Lease};

/// Why an attempt did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Not now: the job comes back after this time, and it is no attempt.
    #[error("not before {} s", .0.as_secs())]
    Later(Duration),
    /// What it needs from elsewhere is in trouble, which is waited out: for as long as was asked for, if it was. No attempt.
    #[error("{cause:#}")]
    Trouble {
        /// Which trouble.
        cause: anyhow::Error,
        /// How long whoever is in trouble asks to be left alone.
        wait: Option<Duration>,
    },
    /// What was under way broke off, by the fault of what is cloned or not: begun again some times. No attempt.
    #[error("{0:#}")]
    Broken(anyhow::Error),
    /// Another attempt may help.
    #[error(transparent)]
    Retry(anyhow::Error),
    /// No attempt will help; the person is told so.
    #[error(transparent)]
    Never(anyhow::Error),
    /// Somebody asked to stop, or the job is no longer ours.
    #[error("stopped")]
    Stopped,
}

/// Why a job has to stop before it is done.
#[derive(Debug, Clone, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Ends when the job has to stop.
    pub async fn asked(&self) {
        self.0.cancelled().await;
    }

    /// Whether it has to.
    pub fn is_asked(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// Does jobs.
#[async_trait::async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Does the job, or as much of it as an earlier attempt has not done. Has to end soon after `stop`.
    async fn handle(&self, job: &Claimed, stop: &Stop) -> Result<(), Failure>;

    /// Tells whoever waits that the job can't be done.
    async fn give_up(&self, job: &Claimed) -> Result<(), Failure>;
}

/// Claims jobs and has them done.
pub struct Worker<H> {
    /// Where the jobs are.
    pub store: Store,
    /// Who does them.
    pub handler: Arc<H>,
    /// How long a job stays ours without a heartbeat. At least ten times as long as a write can take.
    pub lease: Duration,
    /// Jobs of one installation at a time.
    pub per_installation: i64,
}

// By hand: the derive would ask for a handler that can be cloned.
impl<H> Clone for Worker<H> {
    fn clone(&self) -> Self {
        Worker { store: self.store.clone(), handler: self.handler.clone(), ..*self }
    }
}

/// How often an empty queue is looked at.
const IDLE: Duration = Duration::from_millis(250);
/// After the database failed.
const TROUBLE: Duration = Duration::from_secs(2);

impl<H: Handler> Worker<H> {
    /// Works on `at_once` jobs, and on two quick ones besides, until `ending`; then claims no more, gives back what runs, and
    /// ends.
    pub async fn run(self, at_once: usize, ending: CancellationToken) {
        let mut lanes = JoinSet::new();
        for _ in 0..at_once {
            lanes.spawn(self.clone().lane(false, ending.clone()));
        }
        if at_once > 0 {
            // A reaction or `cancel` can not wait for what takes minutes, nor for `forget`, which is quick but where it has
            // hundreds of comments to delete.
            lanes.spawn(self.clone().lane(true, ending.clone()));
            lanes.spawn(self.lane(true, ending));
        }
        while lanes.join_next().await.is_some() {}
    }

    async fn lane(self, is_quick: bool, ending: CancellationToken) {
        while !ending.is_cancelled() {
            let claimed = match is_quick {
                true => self.store.claim_quick(self.lease).await,
                false => self.store.claim(self.lease, self.per_installation).await,
            };
            let pause = match claimed {
                Ok(Some(job)) => {
                    self.work(job, &ending).await;
                    continue;
                }
                Ok(None) => IDLE,
                Err(error) => {
                    tracing::error!(error = chain(&error), "no job could be claimed");
                    TROUBLE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = ending.cancelled() => {}
            }
        }
    }

    async fn work(&self, job: Claimed, ending: &CancellationToken) {
        let began = Instant::now();
        let stop = Stop::default();
        let (handler, running, asked) = (self.handler.clone(), job.clone(), stop.clone());
        // A task of its own: a panic ends the task, not the worker.
        let mut task = tokio::spawn(async move {
            if running.is_over() { handler.give_up(&running).await } else { handler.handle(&running, &asked).await }
        });
        let mut beats = tokio::time::interval(self.lease / 10);
        let mut cancelled = false;
        let mut ended = false;
        let outcome = loop {
            tokio::select! {
                done = &mut task => {
                    // What a panic says may quote what was being read.
                    break done.unwrap_or_else(|_| Err(Failure::Retry(anyhow::anyhow!("the worker panicked"))));
                }
                _ = beats.tick() => match self.store.beat(&job, self.lease).await {
                    Ok(Lease::Held) => {}
                    Ok(Lease::CancelAsked) => {
                        cancelled = true;
                        stop.0.cancel();
                    }
                    Ok(Lease::Lost) => {
                        step!(WARN, job, began, "the lease was lost");
                        task.abort();
                        return;
                    }
                    Err(error) => step!(ERROR, job, began, "no heartbeat", error = chain(&error)),
                },
                () = ending.cancelled(), if !ended => {
                    ended = true;
                    stop.0.cancel();
                }
            }
        };
        let outcome_name = self.end(&job, outcome, cancelled, began).await;
        let seconds = began.elapsed().as_secs_f64();
        metrics::histogram!("foliolens_job_seconds", "outcome" => outcome_name).record(seconds);
        step!(INFO, job, began, "job ended", about = job.key.trim_end(), attempt = job.attempt, outcome = outcome_name);
    }

    async fn end(
        &self,
        job: &Claimed,
        outcome: Result<(), Failure>,
        mut cancelled: bool,
        began: Instant,
    ) -> &'static str {
        if matches!(outcome, Err(Failure::Stopped)) {
            // It may have been noticed before the next heartbeat.
            cancelled |= self.store.cancel_is_asked(job).await.unwrap_or(false);
        }
        let (name, written) = match outcome {
            Ok(()) if job.is_over() => ("dead", self.store.bury(job, None).await),
            Ok(()) => ("done", self.store.complete(job).await),
            Err(Failure::Stopped) if cancelled => ("cancelled", self.store.end_cancelled(job).await),
            Err(Failure::Stopped) => ("handed back", self.store.defer(job, Duration::ZERO).await),
            Err(Failure::Later(wait)) => ("deferred", self.store.defer(job, wait).await),
            Err(Failure::Trouble { cause, wait }) if job.may_wait() => {
                let error = format!("{cause:#}");
                step!(WARN, job, began, "what the job needs is in trouble", attempt = job.attempt, error);
                let wait = wait.unwrap_or_default().max(waiting_out(job.trouble));
                ("deferred", self.store.wait_out(job, wait, &error).await)
            }
            Err(Failure::Broken(cause)) if job.may_begin_again() => {
                let error = format!("{cause:#}");
                step!(WARN, job, began, "what the job needs broke off", attempt = job.attempt, error);
                ("deferred", self.store.begin_again(job, backoff(job.breaks + 1), &error).await)
            }
            Err(Failure::Never(error) | Failure::Broken(error) | Failure::Trouble { cause: error, .. }) => {
                let error = format!("{error:#}");
                step!(ERROR, job, began, "the job can not be done", error);
                match job.is_over() {
                    // Nobody can be told either.
                    true => ("dead", self.store.bury(job, None).await),
                    false => ("given up", self.store.give_up(job, &error).await),
                }
            }
            Err(Failure::Retry(error)) if job.is_last() => {
                step!(ERROR, job, began, "nobody could be told", error = format!("{error:#}"));
                ("dead", self.store.bury(job, None).await)
            }
            Err(Failure::Retry(error)) => {
                let error = format!("{error:#}");
                step!(WARN, job, began, "the attempt failed", attempt = job.attempt, error);
                ("failed", self.store.retry(job, backoff(job.attempt), &error).await)
            }
        };
        if let Err(error) = written {
            // The lease ends by itself, and the job is claimed again.
            step!(ERROR, job, began, "the end of the job could not be written", error = chain(&error));
        }
        name
    }
}

/// An error with all its causes, on one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{Database, databases};
    use crate::store::jobs::{NewJob, QUICK};

    struct Moody;

    #[async_trait::async_trait]
    impl Handler for Moody {
        async fn handle(&self, job: &Claimed, _stop: &Stop) -> Result<(), Failure> {
            assert_ne!(job.key, "bad", "what a panic says may quote what was read");
            Ok(())
        }

        async fn give_up(&self, _job: &Claimed) -> Result<(), Failure> {
            Ok(())
        }
    }

    async fn queue(store: &Store, key: &str, priority: i64) {
        let job = NewJob {
            key: key.to_owned(),
            line: key.to_owned(),
            installation: 1,
            actor: "rita".to_owned(),
            priority,
            repository: String::new(),
            work: "null".to_owned(),
            delay: Duration::ZERO,
            with: Vec::new(),
        };
        store.accept(key, "test", &job).await.expect("accepted");
    }

    /// Takes as long over some jobs as it is told to.
    struct Slow(CancellationToken);

    #[async_trait::async_trait]
    impl Handler for Slow {
        async fn handle(&self, job: &Claimed, _stop: &Stop) -> Result<(), Failure> {
            if job.key.starts_with("long") {
                self.0.cancelled().await;
            }
            Ok(())
        }

        async fn give_up(&self, _job: &Claimed) -> Result<(), Failure> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_quick_job_that_takes_long_holds_up_no_other() {
        for Database { store, .. } in databases().await {
            for key in ["long review", "long forgetting", "short"] {
                queue(&store, key, QUICK).await;
            }
            let (release, ending) = (CancellationToken::new(), CancellationToken::new());
            let (handler, lease) = (Arc::new(Slow(release.clone())), Duration::from_secs(60));
            let worker = Worker { store: store.clone(), handler, lease, per_installation: 1 };
            let working = tokio::spawn(worker.run(1, ending.clone()));
            let done = async || store.list_jobs(Some("done"), 9).await.expect("listed");
            while done().await.is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert_eq!(done().await[0].key, "short");
            release.cancel();
            ending.cancel();
            working.await.expect("the worker did not panic");
        }
    }

    #[tokio::test]
    async fn a_panic_is_a_failed_attempt_and_the_worker_goes_on() {
        for Database { store, .. } in databases().await {
            for (key, priority) in [("bad", 1), ("good", 2)] {
                queue(&store, key, priority).await;
            }
            let (handler, ending) = (Arc::new(Moody), CancellationToken::new());
            let lease = Duration::from_secs(60);
            let worker = Worker { store: store.clone(), handler, lease, per_installation: 1 };
            let working = tokio::spawn(worker.run(1, ending.clone()));
            let in_state = async |state: &str| store.list_jobs(Some(state), 9).await.expect("listed");
            while in_state("done").await.is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            ending.cancel();
            working.await.expect("the worker did not panic");
            let failed = in_state("retrying").await;
            assert_eq!((failed[0].key.as_str(), failed[0].attempts), ("bad", 1));
            assert_eq!(failed[0].error.as_deref(), Some("the worker panicked"));
            assert_eq!(in_state("done").await[0].key, "good");
        }
    }
}
