//! As many reviews as there may be.

use super::*;

#[tokio::test]
async fn of_many_who_ask_at_once_no_more_are_let_in_than_may_be() {
    each(async |store| {
        let at_once = async |actor: &'static str, most| {
            let mut all = tokio::task::JoinSet::new();
            for _ in 0..16 {
                let store = store.clone();
                all.spawn(async move { store.audit_review(&review(actor), LEASE, most).await.expect("counted") });
            }
            all.join_all().await
        };
        let said = at_once("rita", Most { by_actor: Some(3), by_all: 5 }).await;
        assert_eq!(said.iter().filter(|full| full.is_none()).count(), 3);
        assert!(said.iter().flatten().all(|full| *full == Full::Actor), "{said:?}");
        let said = at_once("push", Most { by_actor: None, by_all: 5 }).await;
        assert_eq!(said.iter().filter(|full| full.is_none()).count(), 2);
        assert!(said.iter().flatten().all(|full| *full == Full::All), "{said:?}");
    })
    .await;
}
