//! As many reviews as there may be.

use std::cell::Cell;

use super::*;

#[tokio::test]
async fn of_many_who_ask_at_once_no_more_are_let_in_than_may_be() {
    each(async |store| {
        let at_once = async |actor: &'static str, most| {
            let mut all = tokio::task::JoinSet::new();
            for job in 1..=16 {
                let store = store.clone();
                let ask = async move || store.audit_reviews(JobId(job), &[review(actor)], LEASE, most).await;
                all.spawn(async move { ask().await.expect("counted") });
            }
            all.join_all().await
        };
        let said = at_once("rita", Most { by_actor: Some(3), by_all: 5 }).await;
        assert_eq!(said.iter().filter(|full| full.is_none()).count(), 3);
        assert!(said.iter().flatten().all(|full| *full == Full::Actor(0)), "{said:?}");
        let said = at_once("push", Most { by_actor: None, by_all: 5 }).await;
        assert_eq!(said.iter().filter(|full| full.is_none()).count(), 2);
        assert!(said.iter().flatten().all(|full| *full == Full::All(0)), "{said:?}");
    })
    .await;
}

#[tokio::test]
async fn each_of_what_is_asked_for_at_once_counts_and_beyond_the_limit_none_is_begun() {
    each(async |store| {
        let jobs = Cell::new(0);
        let ask_for = async |job, actor: &str, count: usize, by_actor| {
            let most = Most { by_actor, by_all: 7 };
            store.audit_reviews(JobId(job), &vec![review(actor); count], LEASE, most).await.expect("counted")
        };
        let ask = async |actor: &str, count, by_actor| {
            jobs.set(jobs.get() + 1);
            ask_for(jobs.get(), actor, count, by_actor).await
        };
        assert_eq!(ask("rita", 6, Some(5)).await, Some(Full::Actor(5)));
        assert_eq!(ask("rita", 3, Some(5)).await, None);
        assert_eq!(ask("rita", 3, Some(5)).await, Some(Full::Actor(2)));
        assert_eq!(ask("rita", 2, Some(5)).await, None, "those that are left");
        assert_eq!(ask_for(2, "rita", 3, Some(5)).await, None, "another attempt of what was counted");
        assert_eq!(ask_for(2, "otto", 3, Some(5)).await, Some(Full::All(2)), "somebody else in the same job");
        assert_eq!(ask("otto", 3, Some(5)).await, Some(Full::All(2)));
        assert_eq!(ask("otto", 2, Some(5)).await, None);
        assert_eq!(ask("otto", 1, Some(5)).await, Some(Full::All(0)));
        assert_eq!(ask("otto", 0, Some(5)).await, None);
    })
    .await;
}
