//! What a job waits out.

use super::*;

#[tokio::test]
async fn trouble_elsewhere_is_no_attempt_and_comes_to_an_end() {
    each(async |store| {
        let id = queue(store, "d-1", &job("a", 1, 0)).await;
        let long_before = async |hours: u64| {
            let sql = format!("UPDATE jobs SET trouble_since = trouble_since - {}", hours * 60 * 60 * 1000);
            store.execute(&sql).await.expect("set back");
        };
        for _ in 0..10 {
            let claimed = claim(store).await.expect("a job");
            assert_eq!((claimed.attempt, claimed.may_wait(), claimed.is_last_attempt()), (1, true, false));
            store.wait_out(&claimed, Duration::ZERO, "it is down").await.expect("put back");
        }
        assert_eq!(store.job(id).await.expect("read").and_then(|job| job.error).as_deref(), Some("it is down"));
        long_before(5).await;
        let claimed = claim(store).await.expect("a job");
        assert!(claimed.trouble >= Duration::from_secs(5 * 60 * 60), "{:?}", claimed.trouble);
        assert_eq!((claimed.attempt, claimed.may_wait(), claimed.is_last_attempt()), (1, false, true));
        store.give_up(&claimed, "it is down").await.expect("given up");
        for _ in 0..10 {
            let farewell = claim(store).await.expect("a job");
            assert!(farewell.is_over() && farewell.may_wait() && !farewell.is_last());
            store.wait_out(&farewell, Duration::ZERO, "it is down").await.expect("put back");
        }
        long_before(20).await;
        let last = claim(store).await.expect("a job");
        assert!(last.is_over() && !last.may_wait());
        store.bury(&last, None).await.expect("buried");
        assert!(store.revive(id).await.expect("revived"));
        assert_eq!(claim(store).await.map(|claimed| claimed.trouble), Some(Duration::ZERO), "that begins anew");
        // The clock was set back: what lies ahead has not lasted at all, and begins now.
        store.execute("UPDATE jobs SET trouble_since = 4000000000000, lease_until = 0").await.expect("set ahead");
        let claimed = claim(store).await.expect("a job");
        assert_eq!(claimed.trouble, Duration::ZERO);
        store.wait_out(&claimed, Duration::ZERO, "it is down").await.expect("put back");
        let since = claim(store).await.expect("a job").trouble;
        assert!(since < LEASE, "{since:?}");
        long_before(5).await;
        store.execute("UPDATE jobs SET lease_until = 0").await.expect("ended");
        assert!(!claim(store).await.expect("a job").may_wait());
    })
    .await;
}
