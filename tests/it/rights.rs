//! What people have a right to: that nothing is kept for longer than it may be, and to know what was done.

use serde_json::json;
use sqlx::{Connection, SqliteConnection};

use crate::support::{APP, Database, INSTALLATION, Repository, World, Wrong, run_on};

#[test]
fn when_the_app_is_removed_what_belongs_to_the_installation_goes() {
    for world in Database::all().into_iter().map(World::on) {
        let app = world.app();
        let asked = world.comment("rita", "/review ana/shop");
        app.deliver("issue_comment", "d-1", &asked);
        app.wait_until_idle();
        let reports = world.reports();
        assert_eq!(reports.len(), 1);
        assert!(TABLES.iter().all(|table| count(&world, table) > 0));
        app.deliver("installation", "d-2", &json!({"action": "deleted", "installation": {"id": INSTALLATION}}));
        app.wait_until_idle();
        assert_eq!(TABLES.map(|table| count(&world, table)), [0, 0, 0]);
        // GitHub sends it once more.
        assert_eq!(app.deliver("issue_comment", "d-1", &asked), 202);
        app.wait_until_idle();
        assert_eq!(TABLES.map(|table| count(&world, table)), [0, 0, 0], "nothing is done for it");
        assert_eq!(world.reports(), reports);
    }
}

#[test]
fn what_was_asked_for_before_the_owner_wanted_it_forgotten_is_not_done_again() {
    for world in Database::all().into_iter().map(World::on) {
        let own = Repository::with_commits(2);
        let id = world.github.host("bo/blog", own.path().join(".git"), false, true);
        let app = world.app();
        let asked = world.comment("rita", "/review bo/blog");
        app.deliver("issue_comment", "d-1", &asked);
        app.wait_until_idle();
        assert!(world.reports().concat().contains("How to dispute"));
        let mut forget = world.comment("bo", "/review forget");
        forget["comment"]["id"] = 22.into();
        forget["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
        app.deliver("issue_comment", "d-2", &forget);
        app.wait_until_idle();
        let said = world.reports();
        assert!(!said.concat().contains("How to dispute"), "{said:?}");
        for (delivery, payload) in [("d-1", &asked), ("d-2", &forget)] {
            assert_eq!(app.deliver("issue_comment", delivery, payload), 202);
        }
        app.wait_until_idle();
        assert_eq!(world.reports(), said);
        assert_eq!(count(&world, "reports"), 0);
    }
}

#[test]
fn when_the_app_is_removed_during_a_review_nothing_of_it_stays() {
    for world in Database::all().into_iter().map(World::on) {
        world.candidate.import(&Repository::many_commits());
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait("the placeholder", || !world.reports().is_empty());
        app.deliver("installation", "d-2", &json!({"action": "deleted", "installation": {"id": INSTALLATION}}));
        app.wait_until_idle();
        assert!(!world.reports().concat().contains("How to dispute"), "it was stopped");
        assert_eq!(TABLES.map(|table| count(&world, table)), [0, 0, 0]);
        assert_eq!(count(&world, "jobs"), 0, "not even the one that removed everything");
    }
}

#[test]
fn what_is_older_than_the_setting_is_forgotten() {
    let world = World::new();
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    assert!(app.terminate());
    world.reports();
    let day = 24 * 60 * 60 * 1000_i64;
    let age = |days: i64| {
        for (table, column) in
            [("reports", "created_at"), ("publications", "created_at"), ("audit", "at"), ("jobs", "finished_at")]
        {
            world.change(&format!("UPDATE {table} SET {column} = {column} - {}", days * day));
        }
    };
    age(29);
    let app = world.app_with(&[("FOLIOLENS_RETENTION_DAYS", "30")]);
    app.wait("the sweep", || {
        world.github.with(|state| state.log.iter().filter(|(_, path, _)| path == "/app/hook/deliveries").count() == 2)
    });
    assert!(app.terminate());
    assert!(TABLES.iter().all(|table| count(&world, table) > 0), "not yet");
    age(2);
    let app = world.app_with(&[("FOLIOLENS_RETENTION_DAYS", "30")]);
    let left = || ["reports", "audit", "jobs"].map(|table| count(&world, table));
    app.wait("the sweep", || left() == [0, 0, 0]);
    assert_eq!(count(&world, "publications"), 1, "where the report stands, for whoever wants it removed");
}

#[test]
fn a_locked_issue_ends_quietly_and_is_recorded() {
    let world = World::new();
    world.github.fault("POST", "/issues/3/comments", Wrong::Status(403));
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    assert_eq!(world.reports(), Vec::<String>::new());
    assert!(!world.github.with(|state| state.log.iter().any(|(method, ..)| method == "GIT")), "nothing is cloned");
    let audit = audit(&world);
    let last = audit.last().expect("recorded");
    assert_eq!((&*last.1, &*last.2), ("post", "ana/shop"));
    assert!(last.3.contains("nowhere to post"), "{}", last.3);
    assert!(run_on(&world.database, &["jobs", "list"]).1.contains("done"));
}

/// Rita asks for a report in an issue that is locked before it can be edited in. What the audit says last.
fn locked_meanwhile(world: &World) -> String {
    world.github.fault("PATCH", "/issues/comments/", Wrong::Status(403));
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    assert!(run_on(&world.database, &["jobs", "list"]).1.contains("done"));
    let audit = audit(world);
    let (actor, action, target, detail) = audit.last().expect("recorded").clone();
    assert_eq!((&*actor, &*action, &*target), ("rita", "post", "ana/shop"));
    detail
}

#[test]
fn in_an_issue_that_is_locked_meanwhile_no_review_has_begun_for_ever() {
    let world = World::new();
    let detail = locked_meanwhile(&world);
    assert!(detail.starts_with("nowhere, what was begun is deleted "), "{detail}");
    assert_eq!(world.reports(), Vec::<String>::new());
    assert_eq!(count(&world, "publications"), 0);
}

#[test]
fn what_can_neither_be_edited_nor_deleted_is_recorded() {
    let world = World::new();
    world.github.fault("DELETE", "/issues/comments/", Wrong::Status(403));
    let detail = locked_meanwhile(&world);
    assert!(detail.starts_with("nowhere, what was begun stays "), "{detail}");
    assert!(world.reports().concat().contains("Reviewing ana/shop"), "{:?}", world.reports());
}

#[test]
fn an_earlier_report_in_an_issue_that_is_locked_stays() {
    let world = World::new();
    let app = world.app();
    app.deliver("issue_comment", "d-0", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    assert!(app.terminate());
    let report = world.reports();
    let detail = locked_meanwhile(&world);
    assert!(detail.starts_with("nowhere to post "), "{detail}");
    assert_eq!(world.reports(), report);
    assert!(report.concat().contains("How to dispute"), "{report:?}");
}

#[test]
fn a_comment_that_somebody_has_deleted_is_made_again_and_edited_from_then_on() {
    let world = World::new();
    let app = world.app();
    let ask = |comment: u64| {
        let mut asked = world.comment("rita", "/review ana/shop");
        asked["comment"]["id"] = comment.into();
        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
        app.wait_until_idle();
        world.reports();
        let comments = world.github.with(|state| state.comments.clone());
        assert_eq!(comments.len(), 1, "{comments:?}");
        let (number, (_, text)) = comments.into_iter().next().expect("one");
        assert!(text.contains("How to dispute"), "{text}");
        let noted = world.number("SELECT number FROM publications");
        assert_eq!(u64::try_from(noted), Ok(number), "that is the one that is known");
        number
    };
    let first = ask(11);
    world.github.delete(first);
    let second = ask(12);
    assert_ne!(second, first);
    assert_eq!(ask(13), second);
}

#[test]
fn without_a_permission_nothing_is_said_where_it_can_not_be_and_the_reason_where_it_can() {
    for (permission, said, detail) in [("issues", None, "nowhere"), ("contents", Some("no report"), "comment ")] {
        let world = World::new();
        world.github.with(|state| state.withheld.insert(permission.to_owned()));
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait_until_idle();
        let all = world.reports();
        assert_eq!(all.len(), usize::from(said.is_some()), "{permission}: {all:?}");
        if let Some(said) = said {
            assert!(all[0].contains(said) && all[0].contains("GitHub does not let the app read"), "{}", all[0]);
        }
        assert!(!world.github.with(|state| state.log.iter().any(|(method, ..)| method == "GIT")), "{permission}");
        let audit = audit(&world);
        let last = audit.last().expect("recorded");
        assert_eq!((&*last.1, &*last.2), ("post", "ana/shop"), "{permission}");
        assert!(last.3.starts_with(detail), "{permission}: {}", last.3);
    }
}

#[test]
fn a_suspended_installation_is_left_alone_and_that_is_recorded() {
    let world = World::new();
    world.github.with(|state| state.suspended.insert(INSTALLATION));
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    assert_eq!(world.reports(), Vec::<String>::new());
    let audit = audit(&world);
    let last = audit.last().expect("recorded");
    assert!(last.1 == "post" && last.3.starts_with("nowhere given up"), "{audit:?}");
    // It goes on as soon as its owner wants that.
    world.github.with(|state| state.suspended.clear());
    let mut again = world.comment("rita", "/review ana/shop");
    again["comment"]["id"] = 12.into();
    app.deliver("issue_comment", "d-2", &again);
    app.wait_until_idle();
    assert!(world.reports().concat().contains("How to dispute"), "{:?}", world.reports());
}

#[test]
fn what_waits_in_a_suspended_installation_ends_quietly_unless_it_is_wanted_again() {
    let world = World::new();
    world.github.fault_for_ever("GET", "/ana/shop/info/refs", Wrong::Status(500));
    let app = world.app();
    let suspended = |id: &str| {
        app.deliver("installation", id, &json!({"action": "suspend", "installation": {"id": INSTALLATION}}));
        app.wait("its job", || {
            world.number("SELECT count(*) FROM jobs WHERE key LIKE 'suspend %' AND state = 'done'") > 0
        });
    };
    let retrying = || world.number("SELECT count(*) FROM jobs WHERE state = 'retrying'");
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait("trouble", || retrying() == 1);
    // It comes late, when the app has long been wanted again.
    suspended("d-2");
    assert_eq!(retrying(), 1, "{}", app.log());
    world.change("DELETE FROM jobs WHERE key LIKE 'suspend %'");
    world.github.with(|state| state.suspended.insert(INSTALLATION));
    suspended("d-3");
    app.wait_until_idle();
    assert_eq!(world.number("SELECT count(*) FROM jobs WHERE state = 'cancelled'"), 1, "{}", app.log());
    assert!(!audit(&world).iter().any(|(_, _, _, detail)| detail.contains("given up")), "{:?}", audit(&world));
    let is_said = |line: &str| line.contains("\"message\":\"suspended\"") && line.contains("\"ended\":1");
    assert!(app.log().lines().any(is_said), "{}", app.log());
    // Nothing that was begun is taken back: that is forbidden, too.
    assert!(world.reports().concat().contains("Reviewing"));
    world.github.with(|state| (state.suspended.clear(), state.faults.clear()));
    let mut again = world.comment("rita", "/review ana/shop");
    again["comment"]["id"] = 12.into();
    app.deliver("issue_comment", "d-4", &again);
    app.wait_until_idle();
    let reports = world.reports();
    assert!(reports.len() == 1 && reports[0].contains("How to dispute"), "in the same comment: {reports:?}");
}

/// What belongs to an installation.
const TABLES: [&str; 3] = ["reports", "publications", "audit"];

fn count(world: &World, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table} WHERE installation = {INSTALLATION}");
    world.number(&sql)
}

/// Who, what, of what, and how it went.
fn audit(world: &World) -> Vec<(String, String, String, String)> {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let mut file = SqliteConnection::connect(&world.database).await.expect("opened");
        let sql = "SELECT actor, action, target, detail FROM audit ORDER BY id";
        sqlx::query_as(sql).fetch_all(&mut file).await.expect("read")
    })
}

#[test]
fn every_report_says_what_a_reader_has_to_know_and_the_audit_what_was_done() {
    let world = World::new();
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    let report = world.reports().concat();
    for part in ["A person decides", "What was not looked at", "How to dispute", "can have this report deleted"] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let audit = audit(&world);
    let [asked, posted] = audit.as_slice() else { panic!("{audit:?}") };
    assert_eq!((&*asked.0, &*asked.1, &*asked.2), ("rita", "review", "ana/shop"));
    assert_eq!((&*posted.0, &*posted.1, &*posted.2), ("rita", "post", "ana/shop"));
    for part in ["comment ", &world.candidate.head(), "sha256:", "rules "] {
        assert!(posted.3.contains(part), "{part}: {}", posted.3);
    }
}

#[test]
fn the_audit_has_what_was_said_besides_reports() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app();
    let last = |what: &str| {
        app.wait_until_idle();
        world.reports();
        let audit = audit(&world);
        let (actor, action, target, detail) = audit.last().unwrap_or_else(|| panic!("{what}: nothing")).clone();
        (actor, action, target, detail.split(" rules ").next().unwrap_or_default().to_owned())
    };
    let is_answer = |what: &str, said: &str| {
        let (actor, action, target, detail) = last(what);
        assert_eq!((&*actor, &*action, &*target), ("rita", "answer", "acme/hiring"), "{what}");
        assert!(detail.starts_with(said), "{what}: {detail}");
    };
    let questions = ["/review help", "/review hepl", "/review status", "/review config", "/review ana/shop --only x"];
    for (comment, question) in (100..).zip(questions) {
        let mut asked = world.comment("rita", question);
        asked["comment"]["id"] = comment.into();
        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
        is_answer(question, "comment ");
    }
    world.github.fault("POST", "/issues/3/comments", Wrong::Status(403));
    let mut asked = world.comment("rita", "/review help");
    asked["comment"]["id"] = 200.into();
    app.deliver("issue_comment", "d-200", &asked);
    is_answer("a locked issue", "nowhere");
    // A check run that comes to nothing.
    world.github.fault("GET", "/repos/bo/blog/contents/", Wrong::Status(422));
    let rerun = json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main", "private": true},
        "check_run": {"head_sha": own.head(), "app": {"id": APP}},
        "sender": {"login": "bo", "type": "User"},
    });
    app.deliver("check_run", "d-201", &rerun);
    let (actor, action, target, detail) = last("a check run");
    assert_eq!((&*actor, &*action, &*target), ("bo", "post", "bo/blog"));
    assert_eq!(detail, format!("check run on {} given up", own.head()));
    world.github.with(|state| assert_eq!(state.check_runs.len(), 1));
}

#[test]
fn what_comes_for_the_first_time_after_the_app_was_removed_leaves_nothing() {
    for world in Database::all().into_iter().map(World::on) {
        let app = world.app();
        let gone = json!({"action": "deleted", "installation": {"id": INSTALLATION}});
        world.github.remove(INSTALLATION);
        app.deliver("installation", "d-1", &gone);
        app.wait_until_idle();
        for (number, text) in (2..).zip(["/review ana/shop", "/review help", "/review forget"]) {
            let mut late = world.comment("rita", text);
            late["comment"]["id"] = number.into();
            assert_eq!(app.deliver("issue_comment", &format!("d-{number}"), &late), 202);
        }
        let push = json!({"ref": "refs/heads/main", "after": "a".repeat(40), "installation": {"id": INSTALLATION},
            "repository": late_place(&world), "sender": {"login": "rita"}});
        assert_eq!(app.deliver("push", "d-5", &push), 202);
        app.wait("every job to end", || app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later"));
        assert_eq!(TABLES.map(|table| count(&world, table)), [0, 0, 0]);
        assert_eq!((count(&world, "jobs"), count(&world, "retentions")), (0, 0));
        assert_eq!(world.number("SELECT count(*) FROM deliveries"), 5, "their ids, which say nothing");
        assert!(world.reports().is_empty());
    }
}

/// The repository of the world's comments.
fn late_place(world: &World) -> serde_json::Value {
    world.comment("rita", "")["repository"].clone()
}
