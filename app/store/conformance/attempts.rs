//! What becomes of a job that fails: it is tried again, and comes to an end.

use super::*;
use crate::store::jobs::{ATTEMPTS, QUICK};

#[tokio::test]
async fn a_job_that_kills_its_worker_comes_to_an_end() {
    each(async |store| {
        let id = queue(store, "d-1", &job("a", 1, 0)).await;
        let mut farewells = 0;
        for _ in 0..20 {
            let Some(claimed) = store.claim(SHORT, 10).await.expect("claimed") else { break };
            farewells += i64::from(claimed.is_over());
            tokio::time::sleep(SHORT * 2).await;
        }
        assert_eq!(farewells, 3, "tried to tell the person a few times after {ATTEMPTS} attempts");
        assert_eq!(state(store, id).await, "dead");
    })
    .await;
}

#[tokio::test]
async fn what_is_given_up_is_only_told_about() {
    each(async |store| {
        let id = queue(store, "d-1", &job("a", 1, 0)).await;
        store.give_up(&claim(store).await.expect("a job"), "forbidden").await.expect("given up");
        let farewell = claim(store).await.expect("the same job");
        assert!(farewell.is_over());
        store.bury(&farewell, None).await.expect("buried");
        let dead = store.job(id).await.expect("read").expect("there");
        assert_eq!((dead.state.as_str(), dead.error.as_deref()), ("dead", Some("forbidden")));
    })
    .await;
}

#[tokio::test]
async fn failing_costs_an_attempt_and_waiting_does_not() {
    each(async |store| {
        queue(store, "d-1", &job("a", 1, 0)).await;
        let first = claim(store).await.expect("a job");
        store.defer(&first, Duration::ZERO).await.expect("deferred");
        let again = claim(store).await.expect("a job");
        assert_eq!(again.attempt, 1);
        store.retry(&again, Duration::ZERO, "torn").await.expect("put back");
        let second = claim(store).await.expect("a job");
        assert_eq!((second.attempt, second.error.as_deref()), (2, Some("torn")));
        store.retry(&second, LEASE, "torn").await.expect("put back");
        assert_eq!(claim(store).await, None, "not before its time");
    })
    .await;
}

#[tokio::test]
async fn what_waits_to_be_tried_again_is_taken_up_to_take_back_what_it_promised() {
    each(async |store| {
        let begun = queue(store, "d-1", &job("review 9#3 a", 1, 0)).await;
        let claimed = claim(store).await.expect("a job");
        store.retry(&claimed, LEASE * 100, "torn").await.expect("put back");
        assert_eq!(store.cancel("review 9#3 ").await.expect("asked"), 1);
        assert_eq!(state(store, begun).await, "retrying");
        let again = claim(store).await.expect("at once");
        assert_eq!(store.beat(&again, LEASE).await.expect("asked"), Lease::CancelAsked);
        store.end_cancelled(&again).await.expect("ended");
        assert_eq!(state(store, begun).await, "cancelled");
    })
    .await;
}

#[tokio::test]
async fn what_waits_to_be_tried_again_is_not_overtaken_in_its_line() {
    each(async |store| {
        let first = queue(store, "d-1", &job("review 9#3 a", 1, 0)).await;
        let claimed = claim(store).await.expect("a job");
        store.retry(&claimed, LEASE, "torn").await.expect("put back");
        let line = claimed.key.clone();
        let second = queue(store, "d-2", &NewJob { line, ..job("review 9#3 b", 1, 0) }).await;
        assert_eq!(claim(store).await, None, "it would be overwritten by what the first still has to post");
        store.execute("UPDATE jobs SET run_at = 0 WHERE state = 'retrying'").await.expect("due");
        let again = claim(store).await.expect("the first");
        assert_eq!(again.id, first);
        store.complete(&again).await.expect("completed");
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(second));
    })
    .await;
}

#[tokio::test]
async fn what_waits_in_an_installation_that_rests_ends_and_what_runs_is_asked_to_stop() {
    each(async |store| {
        let retried = queue(store, "d-1", &job("review 9#3 a", 1, 0)).await;
        store.retry(&claim(store).await.expect("a job"), LEASE * 100, "torn").await.expect("put back");
        let runs = queue(store, "d-2", &job("review 9#4 a", 1, 0)).await;
        let running = claim(store).await.expect("a job");
        assert_eq!(running.id, runs);
        let waits = queue(store, "d-3", &job("review 9#5 a", 1, 0)).await;
        let removal = queue(store, "d-4", &job("uninstall 1", 1, 0)).await;
        let other = queue(store, "d-5", &job("review 8#3 a", 2, 0)).await;
        let own = NewJob { priority: QUICK - 1, ..job("suspend 1", 1, 0) };
        queue(store, "d-6", &own).await;
        let own = claim(store).await.expect("the one that ends them");
        assert_eq!(store.cancel_installation(1, own.id).await.expect("asked"), 3);
        for (id, is) in
            [(retried, "cancelled"), (runs, "running"), (waits, "cancelled"), (removal, "queued"), (other, "queued")]
        {
            assert_eq!(state(store, id).await, is, "{id}");
        }
        assert_eq!(store.beat(&running, LEASE).await.expect("asked"), Lease::CancelAsked);
        assert_eq!(store.beat(&own, LEASE).await.expect("asked"), Lease::Held);
    })
    .await;
}
