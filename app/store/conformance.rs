//! What a queue must do, on whichever database.

mod attempts;
mod deliveries;
mod forgetting;
mod limits;
mod migrations;
mod moving;
mod trouble;

use std::time::Duration;

use super::audit::{Entry, Full, Most};
use super::deliveries::Accepted;
use super::fixture::{Database, databases};
use super::jobs::{Claimed, JobId, Lease, NewJob};
use super::publications::{Publication, Spot};
use super::reports::Stored;
use super::{Store, StoreError};

const LEASE: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(30);

fn job(key: &str, installation: u64, priority: i64) -> NewJob {
    NewJob {
        key: key.to_owned(),
        line: key.to_owned(),
        installation,
        actor: "rita".to_owned(),
        priority,
        repository: "acme/hiring".to_owned(),
        work: format!("\"{key}\""),
        delay: Duration::ZERO,
        with: Vec::new(),
    }
}

/// The line of a review in the installation 7.
fn review(actor: &str) -> Entry {
    Entry {
        installation: 7,
        actor: actor.to_owned(),
        action: "review",
        target: String::new(),
        target_id: 0,
        detail: String::new(),
    }
}

async fn queue(store: &Store, delivery: &str, job: &NewJob) -> JobId {
    match store.accept(delivery, "issue_comment", job).await.expect("accepted") {
        Accepted::Queued(id) | Accepted::Known(id) => id,
    }
}

async fn claim(store: &Store) -> Option<Claimed> {
    store.claim(LEASE, 10).await.expect("claimed")
}

async fn state(store: &Store, id: JobId) -> String {
    store.job(id).await.expect("read").expect("there").state
}

async fn each(check: impl AsyncFn(&Store)) {
    for Database { store, .. } in databases().await {
        check(&store).await;
    }
}

#[tokio::test]
async fn of_equals_one_waits_and_one_runs() {
    each(async |store| {
        let first = queue(store, "d-1", &job("a", 1, 0)).await;
        assert_eq!(queue(store, "d-2", &NewJob { work: "\"newer\"".into(), ..job("a", 1, 0) }).await, first);
        let running = claim(store).await.expect("a job");
        assert_eq!(running.work, "\"newer\"");
        assert_eq!((running.delivery.as_deref(), running.repository.as_deref()), (Some("d-2"), Some("acme/hiring")));
        assert_eq!(running.earlier::<String>(), ["a"]);
        let second = queue(store, "d-3", &job("a", 1, 0)).await;
        assert_ne!(second, first, "a request during a run leads to one more run");
        assert_eq!(claim(store).await, None, "but not at the same time");
        store.complete(&running).await.expect("completed");
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(second));
    })
    .await;
}

#[tokio::test]
async fn of_one_line_one_runs_and_what_the_others_found_is_there() {
    each(async |store| {
        let line = |key: &str| NewJob { line: "review 9#3".to_owned(), ..job(key, 1, 0) };
        let first = queue(store, "d-1", &line("a")).await;
        let second = queue(store, "d-2", &line("a b")).await;
        let other = queue(store, "d-3", &job("c", 1, 0)).await;
        let running = claim(store).await.expect("a job");
        assert_eq!(running.id, first);
        let apart = claim(store).await.expect("a job");
        assert_eq!(apart.id, other, "that is in a line of its own");
        assert_eq!(claim(store).await, None, "the second waits for the first, though it is another");
        let report = |repository: &str| Stored {
            position: 0,
            repository: repository.to_owned(),
            repository_id: if repository == "a" { 9 } else { 0 },
            report: "1".into(),
        };
        assert!(store.store_report(&running, 1, "", &report("a")).await.expect("stored"));
        assert!(store.store_report(&apart, 1, "", &report("c")).await.expect("stored"));
        let theirs = Stored { position: 1, ..report("b") };
        assert!(store.store_report(&running, 2, "", &theirs).await.expect("stored"));
        store.complete(&running).await.expect("completed");
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(second));
        let beside = async |job, name: &str| store.report_beside(job, name).await.expect("looked");
        assert_eq!(beside(second, "a").await, Some(("a".to_owned(), report("a"))));
        assert_eq!((beside(first, "a").await, beside(second, "c").await), (None, None), "its own, another line's");
        assert_eq!(beside(second, "b").await, None, "another installation's");
        let known = store.known_in_line(second).await.expect("looked");
        assert_eq!(known, [("a".to_owned(), 9)], "and its number, as far as it is known");
    })
    .await;
}

#[tokio::test]
async fn people_come_before_pushes_and_no_installation_takes_everything() {
    each(async |store| {
        queue(store, "d-1", &job("push", 1, 20)).await;
        queue(store, "d-2", &job("person", 1, 10)).await;
        queue(store, "d-3", &job("other", 2, 20)).await;
        let next = async || store.claim(LEASE, 1).await.expect("claimed").map(|claimed| claimed.work);
        assert_eq!(next().await.as_deref(), Some("\"person\""));
        assert_eq!(next().await.as_deref(), Some("\"other\""), "the first installation has one running");
        assert_eq!(next().await, None);
    })
    .await;
}

#[tokio::test]
async fn what_is_quick_waits_for_nothing_that_takes_long() {
    each(async |store| {
        let slow = NewJob { with: vec![job("greet", 1, 0)], ..job("review", 1, 10) };
        let known = queue(store, "d-1", &slow).await;
        queue(store, "d-2", &job("answer", 1, 0)).await;
        assert_eq!(queue(store, "d-1", &slow).await, known, "what came with it is not queued twice");
        let next = async || store.claim(LEASE, 1).await.expect("claimed").map(|claimed| claimed.work);
        let quick = async || store.claim_quick(LEASE).await.expect("claimed").map(|claimed| claimed.work);
        assert_eq!(quick().await.as_deref(), Some("\"greet\""));
        assert_eq!(next().await.as_deref(), Some("\"answer\""), "quick ones count for no limit");
        assert_eq!(next().await.as_deref(), Some("\"review\""));
        queue(store, "d-3", &job("another review", 1, 10)).await;
        queue(store, "d-4", &job("cancel", 1, 0)).await;
        assert_eq!(next().await.as_deref(), Some("\"cancel\""));
        assert_eq!((next().await, quick().await), (None, None), "one review at a time, and it is not quick");
    })
    .await;
}

#[tokio::test]
async fn who_lost_the_lease_can_write_nothing() {
    each(async |store| {
        queue(store, "d-1", &job("a", 1, 0)).await;
        let stalled = store.claim(SHORT, 10).await.expect("claimed").expect("a job");
        tokio::time::sleep(SHORT * 3).await;
        let taken_over = claim(store).await.expect("the same job");
        assert_eq!((taken_over.id, taken_over.attempt), (stalled.id, 2));
        let why = (stalled.error.clone(), taken_over.error.clone());
        assert!(why.0.is_none() && why.1.is_some_and(|why| why.contains("its worker ended without a word")));
        assert_eq!(store.beat(&stalled, LEASE).await.expect("asked"), Lease::Lost);
        assert!(!store.note(&stalled, &"late").await.expect("asked"));
        let report = |text: &str| Stored {
            position: 0,
            repository: "ana/shop".to_owned(),
            repository_id: 5,
            report: text.to_owned(),
        };
        assert!(!store.store_report(&stalled, 1, "abc", &report("\"late\"")).await.expect("asked"));
        assert_eq!(store.reports_of(stalled.id).await.expect("read"), []);
        store.complete(&stalled).await.expect("no error");
        assert_eq!(state(store, stalled.id).await, "running");
        assert!(store.note(&taken_over, &"in time").await.expect("asked"));
        for text in ["1", "2"] {
            assert!(store.store_report(&taken_over, 1, "abc", &report(text)).await.expect("stored"));
        }
        assert_eq!(store.reports_of(stalled.id).await.expect("read"), [report("1")], "the first one stays");
        assert_eq!(store.beat(&taken_over, LEASE).await.expect("asked"), Lease::Held);
    })
    .await;
}

/// Moves the times of every job by hours, as they look after the clock was set the other way.
async fn shift(store: &Store, hours: i64) -> Result<(), StoreError> {
    super::on!(store, |pool, _now| {
        let sql = "UPDATE jobs SET run_at = run_at + $1, lease_until = lease_until + $1";
        sqlx::query(sql).bind(hours * 3_600_000).execute(pool).await.map(drop)?
    });
    Ok(())
}

#[tokio::test]
async fn a_clock_that_jumps_stops_nothing() {
    each(async |store| {
        for (round, hours) in [-24, 24].into_iter().enumerate() {
            let key = format!("k-{round}");
            let id = queue(store, &key, &job(&key, 1, 0)).await;
            shift(store, hours).await.expect("shifted");
            let stalled = claim(store).await.expect("what waits is claimed");
            shift(store, hours).await.expect("shifted");
            let again = claim(store).await.expect("what was being done is taken up");
            assert_eq!((stalled.id, again.id, again.attempt), (id, id, 2));
            assert_eq!(store.beat(&stalled, LEASE).await.expect("asked"), Lease::Lost);
            assert_eq!(store.beat(&again, LEASE).await.expect("asked"), Lease::Held);
            assert_eq!(claim(store).await, None, "one heartbeat, and it is held by the new time");
            store.complete(&again).await.expect("completed");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_cancelled_stops() {
    each(async |store| {
        let running = queue(store, "d-1", &job("review 9#3 a", 1, 0)).await;
        let claimed = claim(store).await.expect("a job");
        let waiting = queue(store, "d-2", &job("review 9#3 b", 1, 0)).await;
        queue(store, "d-3", &job("review 9#33 c", 1, 0)).await;
        assert_eq!(store.cancel("review 9#3 ").await.expect("asked"), 2);
        assert_eq!(state(store, waiting).await, "cancelled");
        assert_eq!(store.beat(&claimed, LEASE).await.expect("asked"), Lease::CancelAsked);
        store.end_cancelled(&claimed).await.expect("ended");
        assert_eq!(state(store, running).await, "cancelled");
        assert!(store.revive(running).await.expect("asked"));
    })
    .await;
}

#[tokio::test]
async fn what_is_open_for_an_issue_is_found_behind_however_many_others() {
    each(async |store| {
        let running = queue(store, "d-1", &job("review 9#3 a_b", 1, 0)).await;
        claim(store).await.expect("a job");
        let waiting = queue(store, "d-2", &job("review 9#3 ", 1, 0)).await;
        for number in 0..600 {
            queue(store, &format!("o-{number}"), &job(&format!("review 9#33 {number}"), 2, 0)).await;
        }
        let over = queue(store, "d-3", &job("review 9#3 c", 1, 0)).await;
        assert!(store.discard(over).await.expect("gone"));
        let open = store.open_jobs("review 9#3 ").await.expect("listed");
        let open: Vec<(i64, &str)> = open.iter().map(|job| (job.id, job.state.as_str())).collect();
        assert_eq!(open, [(running.0, "running"), (waiting.0, "queued")]);
    })
    .await;
}

#[tokio::test]
async fn an_installation_may_keep_less_long_than_the_rest() {
    each(async |store| {
        for installation in [1, 2] {
            store.audit(&Entry { installation, ..review("rita") }).await.expect("written");
        }
        store.keep_for(1, Some(SHORT)).await.expect("set");
        store.keep_for(2, Some(SHORT)).await.expect("set");
        store.keep_for(2, None).await.expect("unset");
        tokio::time::sleep(SHORT * 2).await;
        assert_eq!(store.forget_older(LEASE).await.expect("swept"), 1);
        let left = async |installation| {
            let entry = Entry { installation, ..review("rita") };
            store
                .audit_reviews(JobId(99), &[entry], LEASE, Most { by_actor: Some(1), by_all: 9 })
                .await
                .expect("counted")
        };
        assert_eq!((left(2).await, left(1).await), (Some(Full::Actor(0)), None), "one is left, and none");
        store.keep_for(2, Some(LEASE * 2)).await.expect("set");
        tokio::time::sleep(SHORT * 2).await;
        assert_eq!(store.forget_older(SHORT).await.expect("swept"), 2, "never longer than the rest");
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_spoils_no_connection() {
    // The disk being full, SQLite ends transactions by itself.
    let Some(Database { store, _folder }) = databases().await.into_iter().next() else { panic!("no SQLite") };
    let super::Pool::Sqlite(pool) = &store.pool else { panic!("no SQLite") };
    let mut all = Vec::new();
    for _ in 0..4 {
        let mut connection = pool.acquire().await.expect("a connection");
        let mut transaction = sqlx::Connection::begin(&mut *connection).await.expect("begun");
        sqlx::query("ROLLBACK").execute(&mut *transaction).await.expect("ended");
        drop(transaction);
        all.push(connection);
    }
    drop(all);
    for number in 0..8 {
        queue(&store, &format!("d-{number}"), &job(&format!("k-{number}"), 1, 0)).await;
    }
}

#[tokio::test]
async fn many_workers_never_hold_the_same_job() -> Result<(), StoreError> {
    for Database { store, .. } in databases().await {
        for number in 0..40 {
            queue(&store, &format!("d-{number}"), &job(&format!("k-{number}"), number, 0)).await;
        }
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = store.clone();
            workers.spawn(async move {
                let mut mine = Vec::new();
                while let Some(claimed) = store.claim(LEASE, 10).await.expect("claimed") {
                    mine.push(claimed.id);
                }
                mine
            });
        }
        let mut all: Vec<JobId> = workers.join_all().await.concat();
        all.sort();
        let count = all.len();
        all.dedup();
        assert_eq!((count, all.len()), (40, 40));
    }
    Ok(())
}
