//! A database of each earlier version, with what that version has written, is brought up to date and read.

use super::*;
use crate::store::fixture::bare_databases;
use crate::store::retention::Subject;

/// The tables of all versions so far.
const VERSIONS: usize = 14;

/// What a database of the version `version` holds, as that version has written it.
fn rows(version: usize) -> Vec<String> {
    let mut rows = Vec::new();
    let jobs = [("review 9#3 ana/shop", "queued"), ("review 9#3 ana/blog", "queued"), ("answer 5", "done")];
    for (number, (key, state)) in (1..).zip(jobs) {
        let finished = if state == "done" { "4000000000000" } else { "NULL" };
        rows.push(format!(
            "INSERT INTO jobs (id, key, installation, actor, priority, work, state, run_at, created_at, finished_at) \
             VALUES ({number}, '{key}', 7, 'rita', 10, '\"work {number}\"', '{state}', 1000, 1000, {finished})"
        ));
        if version >= 5 {
            let line = key.split(' ').take(2).collect::<Vec<_>>().join(" ");
            rows.push(format!("UPDATE jobs SET line = '{line}' WHERE id = {number}"));
        }
    }
    rows.push("INSERT INTO deliveries VALUES ('d-1', 'issue_comment', 1, 1000)".to_owned());
    rows.push(
        "INSERT INTO reports (job, position, installation, repository, head, report, created_at) \
         VALUES (3, 0, 7, 'ana/shop', 'abc', '\"old\"', 1000)"
            .to_owned(),
    );
    let number = if version >= 4 { "number" } else { "comment" };
    for (key, target, comment) in [("9#3 ana/shop", "ana/shop", 21), ("9#4 ", "acme/hiring", 22), ("answer 5", "", 23)]
    {
        rows.push(format!(
            "INSERT INTO publications (key, installation, target, posted_in, {number}, created_at) \
             VALUES ('{key}', 7, '{target}', 'acme/hiring', {comment}, 1000)"
        ));
    }
    if version >= 4 {
        rows.push(
            "INSERT INTO publications (key, installation, target, posted_in, number, kind, created_at) \
             VALUES ('check-run 24', 7, 'bo/blog', 'bo/blog', 24, 'check_run', 1000)"
                .to_owned(),
        );
    }
    if version >= 7 {
        rows.push("UPDATE publications SET ever = target".to_owned());
    }
    if version >= 8 {
        rows.push("UPDATE publications SET posted_in_id = 9 WHERE key LIKE '9#%'".to_owned());
        rows.push("UPDATE publications SET ever_ids = '9' WHERE key = '9#4 '".to_owned());
    }
    rows.push(
        "INSERT INTO audit (at, installation, actor, action, target, detail) \
         VALUES (4000000000000, 7, 'rita', 'review', 'ana/shop', 'rules 1')"
            .to_owned(),
    );
    rows.push(
        "INSERT INTO audit (at, installation, actor, action, target, detail) VALUES (2000, 7, 'bo', 'forget', 'bo/blog', '')"
            .to_owned(),
    );
    rows.push("INSERT INTO opt_outs (owner, created_at) VALUES ('eve', 1000)".to_owned());
    if version >= 2 {
        rows.push("INSERT INTO retentions VALUES (7, 5000)".to_owned());
    }
    if version >= 9 {
        rows.push("INSERT INTO removals VALUES (8, 1000)".to_owned());
    }
    if version >= 10 {
        rows.push("UPDATE audit SET last_job = 3 WHERE action = 'forget'".to_owned());
    }
    rows
}

#[tokio::test]
async fn what_each_earlier_version_has_written_is_there_after_an_update() {
    for version in 1..=VERSIONS {
        for Database { store, .. } in bare_databases().await {
            let known = store.migrate_to(version).await.expect("migrated");
            assert_eq!(known, VERSIONS, "this test knows of all versions");
            for row in rows(version) {
                store.execute(&row).await.unwrap_or_else(|error| panic!("version {version}: {row}: {error:?}"));
            }
            store.migrate().await.expect("brought up to date");
            store.migrate().await.expect("once more changes nothing");
            reads_it(&store, version).await;
        }
    }
}

async fn reads_it(store: &Store, version: usize) {
    let when = format!("version {version}, shared {}", store.is_shared());
    // A delivery that comes again is known, and the job that it asked for is done: one of the issue at a time.
    let again = store.accept("d-1", "issue_comment", &job("review 9#3 ana/shop", 7, 10)).await.expect("accepted");
    assert_eq!(again, Accepted::Known(JobId(1)), "{when}");
    let first = claim(store).await.expect("a job");
    assert_eq!((first.id, first.work.as_str(), first.actor.as_str()), (JobId(1), "\"work 1\"", "rita"), "{when}");
    assert_eq!((first.delivery.as_deref(), first.repository.as_deref()), (None, None), "{when}");
    assert!(first.earlier::<String>().is_empty(), "{when}");
    assert_eq!(claim(store).await, None, "{when}: the other one of the issue waits");
    store.complete(&first).await.expect("completed");
    assert_eq!(claim(store).await.map(|job| job.id), Some(JobId(2)), "{when}");
    let before = store.report_before(JobId(9), 7, "ana/shop", 5).await.expect("looked");
    assert_eq!(before.as_deref(), Some("\"old\""), "{when}");
    let on = async |name: &str, ids: &[u64]| {
        let subject = Subject { name: name.to_owned(), ids: ids.to_vec() };
        let found = store.publications_on(&subject).await.expect("read");
        found.into_iter().map(|one| (one.spot, one.posted_in_id)).collect::<Vec<_>>()
    };
    assert_eq!(on("Ana/Shop", &[]).await, [(Spot::Comment(21), 9)], "{when}");
    assert_eq!(on("acme/renamed", &[9]).await, [(Spot::Comment(22), 9)], "{when}: by its number");
    if version >= 4 {
        assert_eq!(on("bo/blog", &[]).await, [(Spot::CheckRun(24), 0)], "{when}");
    }
    assert_eq!(store.publication("answer 5").await.expect("read"), Some(23), "{when}");
    assert!(store.has_opted_out("Eve", 0).await.expect("read"), "{when}");
    let was_forgotten = async |name: &str| store.was_forgotten_since(name, 0, JobId(2)).await.expect("read");
    assert!(was_forgotten("bo/blog").await && !was_forgotten("ana/shop").await, "{when}");
    let again = store.audit_reviews(JobId(9), &[review("rita")], LEASE, Most { by_actor: Some(1), by_all: 9 }).await;
    assert_eq!(again.expect("counted"), Some(Full::Actor(0)), "{when}");
    let subject = Subject { name: "ana/shop".to_owned(), ids: vec![5] };
    assert_eq!(store.forget_repository(&subject).await.expect("forgotten"), 1, "{when}");
}
