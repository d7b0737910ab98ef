//! What is kept about a repository and where it stands, until it is to be forgotten.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_delivery_whose_traces_are_forgotten_is_known_all_the_same() {
    each(async |store| {
        let done = async |delivery: &str, key: &str| {
            let id = queue(store, delivery, &job(key, 1, 0)).await;
            store.complete(&claim(store).await.expect("a job")).await.expect("completed");
            id
        };
        let (old, removed) = (done("d-1", "a").await, done("d-2", "b").await);
        tokio::time::sleep(SHORT).await;
        store.forget_repository("ana/shop").await.expect("forgotten");
        store.forget_older(Duration::ZERO).await.expect("swept");
        assert!(store.job(old).await.expect("read").is_none(), "nothing else is left of it");
        let own = queue(store, "d-3", &job("uninstall 1", 1, 0)).await;
        claim(store).await.expect("the one that removes");
        store.forget_installation(1, own).await.expect("removed");
        for (delivery, key, id) in [("d-1", "a", old), ("d-2", "b", removed)] {
            let again = store.accept(delivery, "issue_comment", &job(key, 1, 0)).await.expect("accepted");
            assert_eq!(again, Accepted::Known(id));
        }
        assert_eq!(claim(store).await, None, "and does nothing");
    })
    .await;
}

#[tokio::test]
async fn the_comments_of_an_issue_are_found_while_they_report_on_something() {
    each(async |store| {
        let at = |key: &str, target: &str, comment: u64| Publication {
            key: key.to_owned(),
            installation: 1,
            target: target.to_owned(),
            posted_in: "acme/hiring".to_owned(),
            spot: Spot::Comment(comment),
        };
        for one in [at("9#3 b", "a/b", 7), at("9#3 a", "a/a a/c", 5), at("9#33 a", "a/a", 6), at("9#3 c", "", 4)] {
            store.publish(&one).await.expect("noted");
        }
        let found = store.publications_below("9#3 ").await.expect("looked");
        assert_eq!(found, [at("9#3 a", "a/a a/c", 5), at("9#3 b", "a/b", 7)]);
    })
    .await;
}

#[tokio::test]
async fn what_was_asked_for_before_its_repository_was_forgotten_is_told_apart() {
    each(async |store| {
        let before = queue(store, "d-1", &job("review 9#3 a", 1, 0)).await;
        let forget = |target: &str, detail: &str| Entry {
            installation: 1,
            actor: "ana".to_owned(),
            action: "forget",
            target: target.to_owned(),
            detail: detail.to_owned(),
        };
        let asked = async |job| store.was_forgotten_since("ana/shop", job).await.expect("looked");
        store.audit(&forget("ana/blog", "")).await.expect("written");
        store.audit(&forget("ana/shop", "0 not reached")).await.expect("written");
        assert!(!asked(before).await, "another, or one that was done");
        store.audit(&forget("Ana/Shop", "")).await.expect("written");
        assert!(asked(before).await);
        tokio::time::sleep(SHORT).await;
        assert!(!asked(queue(store, "d-2", &job("review 9#4 a", 1, 0)).await).await);
    })
    .await;
}

#[tokio::test]
async fn where_a_report_stands_is_known_until_it_is_gone_from_there() {
    each(async |store| {
        let publication = |key: &str, target: &str, spot| Publication {
            key: key.to_owned(),
            installation: 1,
            target: target.to_owned(),
            posted_in: "acme/hiring".to_owned(),
            spot,
        };
        let comment = publication("1#2 @ana", "ana/shop ana/blog", Spot::Comment(9));
        let check = publication("check-run 9", "Ana/Shop", Spot::CheckRun(9));
        for one in [&comment, &check, &publication("answer 3", "", Spot::Comment(3))] {
            store.publish(one).await.expect("noted");
        }
        tokio::time::sleep(SHORT).await;
        assert_eq!(store.forget_older(Duration::ZERO).await.expect("swept"), 1, "the answer");
        store.forget_repository("ana/shop").await.expect("forgotten");
        assert_eq!(store.publications_on("ana/shop").await.expect("read"), [comment.clone(), check.clone()]);
        store.unpublish(&check.key).await.expect("removed");
        assert_eq!(store.publications_on("ana/blog").await.expect("read"), [comment]);
        assert_eq!(store.publications_on("ana/sho_").await.expect("read"), []);
        // It is about something else now, and its history can be read; another comment in its place has none.
        let now = publication("1#2 @ana", "ana/blog ana/new", Spot::Comment(9));
        store.publish(&now).await.expect("noted");
        assert_eq!(store.publications_on("ana/shop").await.expect("read"), std::slice::from_ref(&now));
        let moved = Publication { target: String::new(), ..now };
        store.publish(&moved).await.expect("noted");
        assert_eq!(store.forget_older(Duration::ZERO).await.expect("swept"), 0);
        assert_eq!(store.publications_on("ANA/NEW").await.expect("read"), [moved]);
        let anew = publication("1#2 @ana", "ana/new", Spot::Comment(10));
        store.publish(&anew).await.expect("noted");
        assert_eq!(store.publications_on("ana/shop").await.expect("read"), []);
        assert_eq!(store.publications_on("ana/new").await.expect("read"), [anew]);
    })
    .await;
}
