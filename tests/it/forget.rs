//! The right to be forgotten: whatever holds a report on a repository, its owner has it deleted with one comment.

mod renamed;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{App, Database, INSTALLATION, Repository, World, Wrong, run_on};

/// A repository of Bo's own, in which the app is installed.
struct Own {
    id: u64,
    repository: Repository,
}

impl Own {
    fn in_world(world: &World) -> Self {
        let repository = Repository::with_commits(2);
        Own { id: world.github.host("bo/blog", repository.path().join(".git"), false, true), repository }
    }

    /// A comment there, by `author`.
    fn comment(&self, world: &World, author: &str, comment: u64, text: &str) -> Value {
        let mut asked = world.comment(author, text);
        asked["comment"]["id"] = comment.into();
        asked["repository"] = json!({"id": self.id, "full_name": self.name(world), "default_branch": "main"});
        asked
    }

    /// What it is called today.
    fn name(&self, world: &World) -> String {
        world.github.with(|state| {
            let found = state.repositories.iter().find(|(_, repository)| repository.id == self.id);
            found.expect("there").0.clone()
        })
    }

    /// Bo asks to be forgotten; what is answered.
    fn forget(&self, world: &World, app: &App, comment: u64) -> String {
        self.forget_and(world, app, comment, || app.wait_until_idle())
    }

    /// The same, where that is waited for so.
    fn forget_and(&self, world: &World, app: &App, comment: u64, wait: impl FnOnce()) -> String {
        let before = world.reports();
        let owner = self.name(world).split('/').next().unwrap_or_default().to_owned();
        app.deliver("issue_comment", &format!("d-{comment}"), &self.comment(world, &owner, comment, "/review forget"));
        wait();
        let mut said = world.reports();
        said.retain(|body| !before.contains(body));
        assert_eq!(said.len(), 1, "one answer: {said:?}");
        said.remove(0)
    }
}

/// Comments that hold a report.
fn standing(world: &World) -> usize {
    world.reports().iter().filter(|body| body.contains("How to dispute")).count()
}

/// How many reports are stored.
fn stored(world: &World) -> i64 {
    world.number("SELECT count(*) FROM reports")
}

#[test]
fn many_are_deleted_one_after_the_other_and_not_at_once() {
    let world = World::new();
    let own = Own::in_world(&world);
    let app = world.app();
    for issue in 1..4_u64 {
        let mut asked = world.comment("rita", "/review bo/blog");
        (asked["issue"]["number"], asked["comment"]["id"]) = (issue.into(), issue.into());
        app.deliver("issue_comment", &format!("d-{issue}"), &asked);
    }
    app.wait_until_idle();
    assert_eq!(standing(&world), 3);
    own.forget(&world, &app, 21);
    assert_eq!(standing(&world), 0);
    let moments = world.github.with(|state| {
        let deleted = state.writes.iter().filter(|(method, ..)| method == "DELETE");
        deleted.map(|(.., at)| *at).collect::<Vec<_>>()
    });
    assert_eq!(moments.len(), 3);
    let is_apart = |two: &[Instant]| two[1] - two[0] >= Duration::from_millis(980);
    assert!(moments.windows(2).all(is_apart), "GitHub recommends a second: {moments:?}");
}

#[test]
fn what_the_owner_wants_forgotten_is_gone_everywhere() {
    for database in Database::all() {
        let world = World::on(database);
        let own = Own::in_world(&world);
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog ana/shop"));
        app.deliver("issue_comment", "d-2", &own.comment(&world, "bo", 20, "/review"));
        app.wait_until_idle();
        assert_eq!(standing(&world), 2);
        let check = || world.github.with(|state| state.check_runs.values().next().cloned().expect("a check run"));
        assert!(check()["output"]["summary"].to_string().contains("How to dispute"), "{}", check());
        // Who may write there, and yet is not the owner, may not.
        app.deliver("issue_comment", "d-3", &own.comment(&world, "rita", 21, "/review forget"));
        app.wait_until_idle();
        assert_eq!(world.reports().iter().filter(|body| body.contains("Only the owner")).count(), 1);
        assert_eq!(standing(&world), 2);
        let said = own.forget(&world, &app, 22);
        assert!(said.contains("Everything about bo/blog is deleted"), "{said}");
        assert!(said.contains("Remarks that checks put on lines of code stay there"), "{said}");
        // They are deleted: of an edited one everybody can read what it said.
        assert_eq!(world.reports().len(), 2, "the two answers: {:?}", world.reports());
        let output = check()["output"].clone();
        let deleted = "The report that stood here was deleted at the request of the repository's owner.";
        assert_eq!((&output["title"], &output["summary"]), (&json!("Report deleted"), &json!(deleted)));
        // Nothing is left to be told about.
        let said = own.forget(&world, &app, 23);
        assert!(said.contains("Everything about bo/blog is deleted") && !said.contains("Remarks"), "{said}");
    }
}

#[test]
fn of_an_organisation_whoever_administers_the_repository_has_it_forgotten() {
    let world = World::new();
    world.github.with(|state| {
        state.permissions.insert("lee".into(), "admin");
        state.permissions.insert("kai".into(), "write");
    });
    let app = world.app();
    let ask = |author: &str, comment: u64, text: &str| {
        let mut asked = world.comment(author, text);
        (asked["comment"]["id"], asked["issue"]["number"]) = (comment.into(), comment.into());
        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
        app.wait_until_idle();
        world.reports()
    };
    ask("rita", 10, "/review acme/hiring");
    assert_eq!((standing(&world), stored(&world)), (1, 1));
    for (comment, author) in [(11, "rita"), (12, "kai")] {
        let said = ask(author, comment, "/review forget").pop().expect("an answer");
        assert!(said.contains("Only the owner of a repository may"), "{author}: {said}");
    }
    assert_eq!((standing(&world), stored(&world)), (1, 1));
    let said = ask("lee", 13, "/review forget").pop().expect("an answer");
    assert!(said.contains("Everything about acme/hiring is deleted"), "{said}");
    assert_eq!((standing(&world), stored(&world)), (0, 0));
    world.github.with(|state| state.check_runs.len());
}

#[test]
fn a_comment_whose_history_shows_a_report_is_deleted_too() {
    let world = World::new();
    let own = Own::in_world(&world);
    let app = world.app();
    for (comment, text) in [(11, "/review ana/shop"), (12, "/review bo/blog"), (13, "/review bo/blog ana/shop")] {
        let mut asked = world.comment("rita", text);
        asked["comment"]["id"] = comment.into();
        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
        app.wait_until_idle();
    }
    let said = world.reports();
    assert!(said.len() == 2 && !said[1].contains("How to dispute"), "it has moved: {said:?}");
    own.forget(&world, &app, 20);
    assert_eq!(world.reports().len(), 1, "the answer: {:?}", world.reports());
}

#[test]
fn a_report_that_was_forgotten_long_ago_is_still_found() {
    for database in Database::all() {
        let world = World::on(database);
        let own = Own::in_world(&world);
        let push = json!({"ref": "refs/heads/main", "after": own.repository.head(),
            "installation": {"id": INSTALLATION}, "sender": {"login": "bo"},
            "repository": {"id": own.id, "full_name": "bo/blog", "default_branch": "main"}});
        let app = world.app_with(&[("FOLIOLENS_REVIEW_PUSHES", "yes")]);
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
        app.deliver("issue_comment", "d-2", &world.comment("rita", "/review help"));
        app.deliver("push", "d-3", &push);
        app.wait_until_idle();
        assert!(app.terminate());
        assert_eq!(standing(&world), 1);
        let year = 365 * 24 * 60 * 60 * 1000_i64;
        for (table, column) in [("reports", "created_at"), ("publications", "created_at"), ("jobs", "finished_at")] {
            world.change(&format!("UPDATE {table} SET {column} = {column} - {year}"));
        }
        let app = world.app();
        let left = || run_on(&world.database, &["jobs", "list"]).1;
        app.wait("the sweep", || !left().contains("bo/blog"));
        own.forget(&world, &app, 22);
        assert_eq!(standing(&world), 0, "{database:?}: {:?}", world.reports());
        let runs: Vec<Value> = world.github.with(|state| state.check_runs.values().cloned().collect());
        assert_eq!(runs.len(), 1);
        assert!(runs[0]["output"]["summary"].to_string().contains("was deleted at the request"), "{}", runs[0]);
    }
}

#[test]
fn what_can_not_be_deleted_is_said_and_tried_again_when_asked_again() {
    // The app may not write there, or can not find where that is.
    for (method, path) in [("DELETE", "/issues/comments/"), ("GET", "/repos/acme/hiring")] {
        for status in [403, 422] {
            let world = World::new();
            let own = Own::in_world(&world);
            let app = world.app();
            app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
            app.wait_until_idle();
            // Looking up is refused with other answers than writing.
            let status = if method == "GET" && status == 422 { 404 } else { status };
            world.github.fault(method, path, Wrong::Status(status));
            if method == "GET" {
                world.github.fault(method, "/installation/repositories", Wrong::Status(status));
            }
            let said = own.forget(&world, &app, 20);
            assert!(
                said.contains("Comments and checks that still hold a report on it: 1."),
                "{method} {status}: {said}"
            );
            assert_eq!(standing(&world), 1);
            let said = own.forget(&world, &app, 21);
            assert!(said.contains("Everything about bo/blog is deleted"), "{method} {status}: {said}");
            assert_eq!(standing(&world), 0);
        }
    }
}

#[test]
fn what_somebody_else_has_deleted_is_forgotten() {
    for status in [404, 410] {
        let world = World::new();
        let own = Own::in_world(&world);
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
        app.wait_until_idle();
        world.github.fault("DELETE", "/issues/comments/", Wrong::Status(status));
        let said = own.forget(&world, &app, 20);
        assert!(said.contains("Everything about bo/blog is deleted"), "{status}: {said}");
    }
}

#[test]
fn trouble_of_githubs_puts_forgetting_off_and_nothing_is_kept_meanwhile() {
    let world = World::new();
    let own = Own::in_world(&world);
    let app = world.app_with(&[("FOLIOLENS_GITHUB_SECONDS", "4")]);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
    app.deliver("issue_comment", "d-2", &own.comment(&world, "bo", 19, "/review"));
    app.wait_until_idle();
    world.github.fault("DELETE", "/issues/comments/", Wrong::Status(500));
    world.github.fault("DELETE", "/issues/comments/", Wrong::Torn);
    world.github.fault("PATCH", "/check-runs/", Wrong::Status(429));
    let said = own.forget(&world, &app, 20);
    assert!(said.contains("Everything about bo/blog is deleted") && said.contains("Remarks"), "{said}");
    assert_eq!(standing(&world), 0);
    let is_emptied = |run: &Value| run["output"]["title"] == "Report deleted";
    assert!(world.github.with(|state| state.check_runs.len() == 1 && state.check_runs.values().all(is_emptied)));
    // It never recovers: what is ours is deleted all the same, and the rest is said.
    app.deliver("issue_comment", "d-3", &world.comment("rita", "/review bo/blog"));
    app.wait_until_idle();
    world.github.fault_for_ever("DELETE", "/issues/comments/", Wrong::Status(500));
    let said = own.forget_and(&world, &app, 21, || world.wait_without_patience(&app));
    assert!(said.contains("still hold a report on it: 1."), "{said}");
    assert_eq!(standing(&world), 1);
}

#[test]
fn whoever_runs_the_app_deletes_for_somebody_who_has_not_installed_it() {
    for database in Database::all() {
        let world = World::on(database);
        let own = Own::in_world(&world);
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.deliver("issue_comment", "d-2", &own.comment(&world, "bo", 20, "/review"));
        app.wait_until_idle();
        assert_eq!((standing(&world), stored(&world)), (2, 2));
        // The server goes on meanwhile.
        assert_eq!(
            world.operate(&["forget", "Ana/Shop"]),
            (0, "Ana/Shop: deleted 1 stored report, 1 comment; emptied 0 check runs.\n".to_owned(), String::new())
        );
        assert_eq!((standing(&world), stored(&world)), (1, 1));
        // It was known under another name; by that, its number is.
        world.github.rename("bo/blog", "bo/journal");
        let (code, out, err) = world.operate(&["forget", "bo/blog"]);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        assert!(out.starts_with("bo/blog: deleted 1 stored report, 1 comment; emptied 1 check run.\n"), "{out}");
        assert_eq!((standing(&world), stored(&world)), (0, 0), "{database:?}");
        let run = world.github.with(|state| state.check_runs.values().next().cloned().expect("a check run"));
        assert_eq!(run["output"]["title"], "Report deleted");
        let audited = "SELECT count(*) FROM audit WHERE action = 'forget' AND actor = 'whoever runs the app' \
                       AND target = 'Ana/Shop' AND detail = '0 not reached'";
        assert_eq!(world.number(audited), 1);
        // Once more there is nothing to do.
        assert!(
            world.operate(&["forget", "ana/shop"]).1.starts_with("ana/shop: deleted 0 stored reports, 0 comments;")
        );
    }
}

#[test]
fn what_whoever_runs_the_app_can_not_reach_is_listed_and_tried_again_when_asked_again() {
    let world = World::new();
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    for wrong in [Wrong::Status(403), Wrong::Status(500), Wrong::Limited] {
        world.github.fault("DELETE", "/issues/comments/", wrong);
        let (code, out, err) = world.operate(&["forget", "ana/shop"]);
        assert_eq!(code, 3, "{wrong:?}: {out}");
        assert!(err.starts_with("foliolens: Still there: comment ") && err.contains(" in acme/hiring: "), "{err}");
        assert_eq!(standing(&world), 1);
    }
    // By its number, whatever it was called; a number that nobody knows changes nothing.
    let id = world.github.with(|state| state.repositories["ana/shop"].id);
    assert!(world.operate(&["forget", "ana/other", "--id", "999999"]).1.contains("0 comments"));
    let (code, out, err) = world.operate(&["forget", "ana/other", "--id", &id.to_string()]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!((standing(&world), stored(&world)), (0, 0));
    let (code, _, err) = crate::support::run(&["forget", "ana/shop"]);
    assert_eq!(code, 2);
    assert!(err.contains("FOLIOLENS_APP_ID is not set") && err.contains("FOLIOLENS_WEBHOOK_SECRET"), "{err}");
    assert_eq!(crate::support::run(&["forget", "no repository"]).0, 2);
}

#[test]
fn what_is_forgotten_between_its_report_and_the_posting_of_it_is_not_posted() {
    let world = World::new();
    let own = Own::in_world(&world);
    let app = world.app();
    world.github.fault("PATCH", "/issues/comments/", Wrong::Limited);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog ana/shop"));
    app.wait("the reports", || stored(&world) == 2);
    // What `forget` writes first; the rest of it has not come yet.
    world.change(&format!(
        "INSERT INTO audit (at, installation, actor, action, target, detail, target_id, last_job) \
         SELECT created_at, 7, 'bo', 'forget', 'bo/journal', '', {}, id FROM jobs WHERE key LIKE 'review %'",
        own.id
    ));
    app.wait_until_idle();
    let said = world.reports().concat();
    assert!(said.contains("bo/blog: no report, because its owner has asked meanwhile"), "{said}");
    assert!(said.contains("How to dispute") && said.contains("ana/shop"), "the other one is there: {said}");
}

#[test]
fn what_is_forgotten_between_its_report_and_the_end_of_its_check_run_is_not_said_there() {
    for text in ["/review", "check"] {
        let world = World::new();
        let own = Own::in_world(&world);
        let app = world.app();
        // For a few seconds.
        (0..5).for_each(|_| world.github.fault("PATCH", "/check-runs/", Wrong::Limited));
        if text == "check" {
            let rerun = json!({
                "action": "rerequested",
                "installation": {"id": INSTALLATION},
                "repository": {"id": own.id, "full_name": "bo/blog", "default_branch": "main"},
                "check_run": {"head_sha": own.repository.head(), "app": {"id": crate::support::APP}},
                "sender": {"login": "bo", "type": "User"},
            });
            app.deliver("check_run", "d-1", &rerun);
        } else {
            app.deliver("issue_comment", "d-1", &own.comment(&world, "bo", 20, text));
        }
        let refused = || world.github.with(|state| state.faults.len() < 5);
        app.wait("what is to be said in the check run", refused);
        world.change(
            "INSERT INTO audit (at, installation, actor, action, target, detail, last_job) \
             SELECT created_at, 7, 'bo', 'forget', 'bo/blog', '', id FROM jobs WHERE key LIKE 'review %' OR key LIKE 'check %'",
        );
        app.wait_until_idle();
        assert_eq!(standing(&world), 0, "{text}: {:?}", world.reports());
        let runs: Vec<Value> = world.github.with(|state| state.check_runs.values().cloned().collect());
        let is_quiet = |run: &Value| run["status"] == "completed" && !run.to_string().contains("How to dispute");
        assert!(runs.len() == 1 && runs.iter().all(is_quiet), "{text}: {runs:?}");
    }
}
