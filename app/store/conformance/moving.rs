//! A job whose repository belongs to another installation by now.

use super::*;
use crate::store::moving::NewHome;

fn home() -> NewHome {
    NewHome {
        installation: 2,
        repository: "beta/hiring".to_owned(),
        work: "\"there\"".to_owned(),
        earlier: vec!["\"first\"".to_owned(), "\"second\"".to_owned()],
    }
}

#[tokio::test]
async fn who_asks_to_stop_a_job_is_heard_where_it_moves_and_who_removes_the_app_is_not() {
    each(async |store| {
        for (key, is_asked) in [("a", true), ("b", false)] {
            queue(store, &format!("d-{key}"), &job(key, 1, 0)).await;
            let running = claim(store).await.expect("a job");
            if is_asked {
                assert_eq!(store.cancel(key).await.expect("asked"), 1);
            }
            assert_eq!(store.forget_installation(1, JobId(0)).await.expect("removed"), 1);
            assert!(store.cancel_is_asked(&running).await.expect("read"));
            store.rehome(&running, &home()).await.expect("moved");
            assert_eq!(store.cancel_is_asked(&running).await.expect("read"), is_asked, "{key}");
            store.complete(&running).await.expect("completed");
        }
    })
    .await;
}

#[tokio::test]
async fn a_job_that_moves_is_begun_anew_and_tells_nothing_of_what_was_found_before() {
    each(async |store| {
        let id = queue(store, "d-1", &job("a", 1, 0)).await;
        store.give_up(&claim(store).await.expect("a job"), "forbidden").await.expect("given up");
        let old = store.claim(SHORT, 10).await.expect("claimed").expect("a job");
        assert!(store.note(&old, &"done").await.expect("noted"));
        let report = Stored { position: 0, repository: "ana/shop".into(), repository_id: 5, report: "1".into() };
        assert!(store.store_report(&old, 1, "abc", &report).await.expect("stored"));
        let home = home();
        tokio::time::sleep(SHORT * 2).await;
        let current = claim(store).await.expect("the same job");
        store.rehome(&old, &home).await.expect("no error");
        assert_eq!(store.reports_of(id).await.expect("read").len(), 1, "who lost the lease moves nothing");
        store.rehome(&current, &home).await.expect("moved");
        store.defer(&current, Duration::ZERO).await.expect("put back");
        let anew = claim(store).await.expect("the same job");
        assert_eq!((anew.id, anew.attempt, anew.installation), (id, 1, 2));
        assert_eq!((anew.repository.as_deref(), anew.work.as_str()), (Some("beta/hiring"), "\"there\""));
        assert_eq!(anew.earlier::<String>(), ["first", "second"]);
        assert_eq!(anew.progress::<std::collections::BTreeMap<String, u8>>().expect("empty").len(), 0);
        assert!(!store.store_report(&old, 1, "abc", &report).await.expect("asked"));
        assert_eq!(store.reports_of(id).await.expect("read"), [], "and leaves nothing there");
    })
    .await;
}
