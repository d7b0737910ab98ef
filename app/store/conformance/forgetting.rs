//! What is kept about a repository and where it stands, until it is to be forgotten.

use std::time::Duration;

use super::*;
use crate::store::retention::Subject;

/// Of which nothing but the name is known.
fn named(name: &str) -> Subject {
    Subject { name: name.to_owned(), ids: vec![] }
}

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
        store.forget_repository(&named("ana/shop")).await.expect("forgotten");
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
            ids: vec![],
            posted_in: "acme/hiring".to_owned(),
            posted_in_id: 9,
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
            target_id: if target == "eve/bazaar" { 5 } else { 0 },
            detail: detail.to_owned(),
        };
        let asked = async |job| store.was_forgotten_since("ana/shop", 5, job).await.expect("looked");
        store.audit(&forget("ana/blog", "")).await.expect("written");
        store.audit(&forget("ana/shop", "0 not reached")).await.expect("written");
        assert!(!asked(before).await, "another, or one that was done");
        store.audit(&forget("Ana/Shop", "")).await.expect("written");
        assert!(asked(before).await);
        store.execute("UPDATE audit SET at = at - 7200000").await.expect("the clock was set back meanwhile");
        assert!(asked(before).await);
        let by_number = async |id| store.was_forgotten_since("ana/kiosk", id, before).await.expect("looked");
        store.audit(&forget("eve/bazaar", "")).await.expect("written");
        assert!(by_number(5).await, "it was called so meanwhile");
        assert!(!by_number(6).await && !by_number(0).await);
        store.execute("UPDATE audit SET at = at + 9000000").await.expect("and again");
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
            ids: vec![],
            posted_in: "acme/hiring".to_owned(),
            posted_in_id: 9,
            spot,
        };
        let on = async |name: &str| store.publications_on(&named(name)).await.expect("read");
        let comment = publication("1#2 @ana", "ana/shop ana/blog", Spot::Comment(9));
        let check = publication("check-run 9", "Ana/Shop", Spot::CheckRun(9));
        for one in [&comment, &check, &publication("answer 3", "", Spot::Comment(3))] {
            store.publish(one).await.expect("noted");
        }
        tokio::time::sleep(SHORT).await;
        assert_eq!(store.forget_older(Duration::ZERO).await.expect("swept"), 1, "the answer");
        store.forget_repository(&named("ana/shop")).await.expect("forgotten");
        assert_eq!(on("ana/shop").await, [comment.clone(), check.clone()]);
        store.unpublish(&check.key).await.expect("removed");
        assert_eq!(on("ana/blog").await, [comment]);
        assert_eq!(on("ana/sho_").await, []);
        // It is about something else now, and its history can be read; another comment in its place has none.
        let now = publication("1#2 @ana", "ana/blog ana/new", Spot::Comment(9));
        store.publish(&now).await.expect("noted");
        assert_eq!(on("ana/shop").await, std::slice::from_ref(&now));
        let moved = Publication { target: String::new(), ..now };
        store.publish(&moved).await.expect("noted");
        assert_eq!(store.forget_older(Duration::ZERO).await.expect("swept"), 0);
        assert_eq!(on("ANA/NEW").await, [moved]);
        let anew = publication("1#2 @ana", "ana/new", Spot::Comment(10));
        store.publish(&anew).await.expect("noted");
        assert_eq!(on("ana/shop").await, []);
        assert_eq!(on("ana/new").await, [anew]);
    })
    .await;
}

#[tokio::test]
async fn whatever_a_repository_was_called_it_is_found_by_its_number() {
    each(async |store| {
        queue(store, "d-1", &job("review 9#3 a", 1, 0)).await;
        let running = claim(store).await.expect("a job");
        let report = |position, name: &str, id| Stored {
            position,
            repository: name.to_owned(),
            repository_id: id,
            report: format!("\"{name} {id}\""),
        };
        // Ana's shop is Eve's by now, and Ana has another one of that name.
        let all = [("Ana/Shop", 5), ("eve/bazaar", 5), ("ana/shop", 15), ("ana/old", 0), ("bo/blog", 55)];
        for (position, (name, id)) in (0..).zip(all) {
            assert!(store.store_report(&running, 1, "head", &report(position, name, id)).await.expect("stored"));
        }
        let at = |key: &str, target: &str, ids: &[u64], comment| Publication {
            key: key.to_owned(),
            installation: 1,
            target: target.to_owned(),
            ids: ids.to_vec(),
            posted_in: "acme/hiring".to_owned(),
            posted_in_id: 9,
            spot: Spot::Comment(comment),
        };
        let (first, both) = (at("9#3 a", "Ana/Shop", &[5], 1), at("9#3 b", "bo/blog eve/bazaar", &[55, 5], 2));
        let other = at("9#3 c", "bo/blog", &[55, 15], 3);
        for one in [&first, &both, &other] {
            store.publish(one).await.expect("noted");
        }
        let on = async |name: &str, ids: &[u64]| {
            let subject = Subject { name: name.to_owned(), ids: ids.to_vec() };
            store.publications_on(&subject).await.expect("read")
        };
        assert_eq!(on("eve/bazaar", &[5]).await, [first.clone(), both.clone()]);
        assert_eq!(on("eve/bazaar", &[]).await, std::slice::from_ref(&both));
        assert_eq!(on("some/name", &[15]).await, std::slice::from_ref(&other));
        assert_eq!(on("some/name", &[1, 51]).await, [], "whole numbers");
        // What it is about now, and was about before; where it stands is called otherwise by now.
        let now = Publication { ids: vec![7], posted_in: "acme/talent".to_owned(), ..other.clone() };
        store.publish(&now).await.expect("noted");
        assert_eq!(on("some/name", &[15]).await, [Publication { ids: vec![55, 15, 7], ..now }]);
        assert_eq!(Vec::from_iter(store.ids_of("ana/shop").await.expect("looked")), [5, 15]);
        let before = async |name: &str, id| {
            let job = queue(store, &format!("d-{name}-{id}"), &super::job(&format!("after {name} {id}"), 1, 0)).await;
            store.report_before(job, 1, name, id).await.expect("looked")
        };
        assert_eq!(before("eve/new", 5).await.as_deref(), Some("\"Ana/Shop 5\""), "renamed, and the same");
        assert_eq!(before("ana/shop", 99).await, None, "another one of that name");
        assert_eq!(before("ana/old", 99).await.as_deref(), Some("\"ana/old 0\""), "nobody noted its number");
        let subject = Subject { name: "eve/bazaar".to_owned(), ids: vec![5] };
        assert_eq!(store.forget_repository(&subject).await.expect("forgotten"), 2);
        let left = store.reports_of(running.id).await.expect("read");
        let left: Vec<u64> = left.iter().map(|one| one.repository_id).collect();
        assert_eq!(left, [15, 0, 55]);
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_for_where_the_app_was_removed_leaves_nothing_however_it_ends() {
    each(async |store| {
        let own = queue(store, "d-1", &job("uninstall 1", 1, 0)).await;
        let removing = claim(store).await.expect("the one that removes");
        store.forget_installation(1, own).await.expect("removed");
        store.complete(&removing).await.expect("completed");
        assert_eq!(store.list_jobs(None, 9).await.expect("listed"), []);
        let traces = async |key: &str| {
            let late = queue(store, key, &job(key, 1, 0)).await;
            let claimed = store.claim(SHORT, 10).await.expect("claimed").expect("the late one");
            assert_eq!(claimed.id, late);
            let entry = Entry { installation: 1, ..review("rita") };
            store.audit(&entry).await.expect("written");
            let found = Stored { position: 0, repository: "a/b".into(), repository_id: 0, report: "1".into() };
            assert!(store.store_report(&claimed, 1, "", &found).await.expect("stored"));
            claimed
        };
        let is_nothing_left = async |id: JobId| {
            let entry = Entry { installation: 1, ..review("rita") };
            let most = Most { by_actor: Some(1), by_all: 1 };
            let audited = store.audit_reviews(JobId(99), &[entry], LEASE, most).await.expect("counted");
            (store.job(id).await.expect("read"), store.reports_of(id).await.expect("read"), audited)
                == (None, vec![], None)
        };
        let done = traces("a").await;
        store.complete(&done).await.expect("completed");
        assert!(is_nothing_left(done.id).await, "done");
        let cancelled = traces("b").await;
        store.end_cancelled(&cancelled).await.expect("ended");
        assert!(is_nothing_left(cancelled.id).await, "cancelled");
        // One that kills its worker whenever it is claimed.
        let deadly = traces("c").await;
        for _ in 0..20 {
            tokio::time::sleep(SHORT * 2).await;
            store.claim(SHORT, 10).await.expect("claimed");
        }
        assert_eq!(state(store, deadly.id).await, "dead");
        store.forget_older(LEASE).await.expect("swept");
        assert!(is_nothing_left(deadly.id).await, "dead");
        // Of others nothing is taken.
        let other = queue(store, "d-9", &job("other", 2, 0)).await;
        store.complete(&claim(store).await.expect("a job")).await.expect("completed");
        store.forget_older(LEASE).await.expect("swept");
        assert_eq!(state(store, other).await, "done");
    })
    .await;
}
