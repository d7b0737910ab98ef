//! What becomes of deliveries.

use std::future::{Future, poll_fn};
use std::task::Poll;

use super::*;

#[tokio::test]
async fn a_delivery_is_one_job_however_often_it_comes() {
    each(async |store| {
        let first = store.accept("d-1", "issue_comment", &job("a", 1, 0)).await.expect("accepted");
        let Accepted::Queued(id) = first else { panic!("{first:?}") };
        assert_eq!(store.accept("d-1", "issue_comment", &job("a", 1, 0)).await.expect("accepted"), Accepted::Known(id));
        let claimed = claim(store).await.expect("a job");
        store.complete(&claimed).await.expect("completed");
        store.accept("d-1", "issue_comment", &job("a", 1, 0)).await.expect("accepted");
        assert_eq!(claim(store).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_delivery_that_comes_many_times_at_once_is_one_job() {
    each(async |store| {
        let mut all = tokio::task::JoinSet::new();
        for number in 0..24 {
            let store = store.clone();
            all.spawn(async move { queue(&store, &format!("d-{}", number % 3), &job("a", 1, 0)).await });
        }
        let mut ids = all.join_all().await;
        ids.dedup();
        assert_eq!(ids.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_delivery_whose_job_died_is_taken_up_when_it_comes_again() {
    each(async |store| {
        let id = queue(store, "d-1", &job("a", 1, 0)).await;
        store.bury(&claim(store).await.expect("a job"), Some("broken")).await.expect("buried");
        assert_eq!(state(store, id).await, "dead");
        queue(store, "d-1", &job("a", 1, 0)).await;
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(id));
    })
    .await;
}

#[tokio::test]
async fn deliveries_that_come_together_are_each_a_job() {
    each(async |store| {
        let mut all = tokio::task::JoinSet::new();
        for number in 0..600 {
            let store = store.clone();
            all.spawn(async move {
                let key = format!("k-{number}");
                let id = queue(&store, &format!("d-{number}"), &job(&key, 1, 0)).await;
                let queued = store.job(id).await.expect("read").expect("there");
                assert_eq!(queued.key, key);
                id
            });
        }
        let mut ids = all.join_all().await;
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 600);
    })
    .await;
}

#[tokio::test]
async fn whose_delivery_is_not_written_down_is_told_so() {
    each(async |store| {
        store.execute("ALTER TABLE deliveries RENAME TO elsewhere").await.expect("renamed");
        let mut all = tokio::task::JoinSet::new();
        for number in 0..24 {
            let store = store.clone();
            all.spawn(async move { store.accept(&format!("d-{number}"), "push", &job("a", 1, 0)).await.is_err() });
        }
        assert!(all.join_all().await.into_iter().all(|failed| failed));
        store.execute("ALTER TABLE elsewhere RENAME TO deliveries").await.expect("renamed");
        assert_eq!(claim(store).await, None);
        queue(store, "d-1", &job("a", 1, 0)).await;
    })
    .await;
}

#[tokio::test]
async fn a_delivery_whose_sender_has_gone_is_written_down() {
    each(async |store| {
        let alone = job("a", 1, 0);
        let mut accepting = Box::pin(store.accept("d-1", "push", &alone));
        let waits = poll_fn(|context| Poll::Ready(accepting.as_mut().poll(context).is_pending())).await;
        drop(accepting);
        assert!(waits, "nobody has gone before the answer");
        if store.is_shared() {
            return;
        }
        while !store.has_arrived("d-1").await.expect("read") {
            tokio::time::sleep(SHORT).await;
        }
    })
    .await;
}
