//! A worker that sleeps past the end of its lease, and wakes up when somebody else has its job.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{APP, App, Database, INSTALLATION, Repository, World, Wrong};

/// Two workers, of which none looks whether it still has its job for six seconds.
const SETTINGS: &[(&str, &str)] = &[("FOLIOLENS_WORKERS", "2"), ("FOLIOLENS_LEASE_SECONDS", "60")];
/// As long as the first one sleeps.
const SLEEP: Duration = Duration::from_secs(4);

/// The lease of what runs ends, so that the other worker takes it.
fn end_the_lease(world: &World) {
    world.change("UPDATE jobs SET lease_until = 1 WHERE state = 'running' AND priority > 0");
}

/// How many requests of that kind GitHub has done.
fn done(world: &World, method: &str, path: &str) -> usize {
    let is_one = |(by, at, status): &&(String, String, u16)| by == method && at.ends_with(path) && *status != 0;
    world.github.with(|state| state.log.iter().filter(is_one).count())
}

/// Both workers are done.
fn wait_for_both(app: &App) {
    app.wait("every job to end", || app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later"));
    std::thread::sleep(SLEEP + Duration::from_secs(1));
}

#[test]
fn who_slept_between_looking_for_the_comment_and_writing_it_writes_none() {
    for database in Database::all() {
        let world = World::on(database);
        world.github.fault("GET", "/issues/3/comments", Wrong::Later);
        let app = world.app_with(SETTINGS);
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait("the look", || done(&world, "GET", "/issues/3/comments") == 1);
        end_the_lease(&world);
        wait_for_both(&app);
        let said = world.reports();
        assert!(said.len() == 1 && said[0].contains("How to dispute"), "{database:?}: {said:?}");
        assert_eq!(done(&world, "POST", "/issues/3/comments"), 1, "{database:?}");
    }
}

#[test]
fn of_two_comments_that_are_written_at_the_same_time_the_older_one_stays() {
    for database in Database::all() {
        let world = World::on(database);
        world.github.hold("POST /repos/acme/hiring/issues/3/comments", SLEEP);
        let app = world.app_with(SETTINGS);
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait("the comment that takes its time", || world.github.holds());
        end_the_lease(&world);
        wait_for_both(&app);
        let said = world.reports();
        assert!(said.len() == 1 && said[0].contains("How to dispute"), "{database:?}: {said:?}");
        assert_eq!(done(&world, "POST", "/issues/3/comments"), 2, "{database:?}");
        let noted = world.number("SELECT number FROM publications WHERE target = 'ana/shop'");
        let stands = world.github.with(|state| *state.comments.keys().next().expect("one"));
        assert_eq!(noted, i64::try_from(stands).expect("small"), "{database:?}");
    }
}

#[test]
fn the_younger_one_goes_whatever_github_answers_to_its_deletion() {
    let wrongs = [401, 429, 500].map(Wrong::Status).into_iter().chain([Wrong::Lost(502), Wrong::Slow, Wrong::Torn]);
    // One after another, since the times below are kept by a machine that has little else to do.
    for wrong in wrongs {
        let world = World::new();
        world.github.hold("POST /repos/acme/hiring/issues/3/comments", SLEEP);
        world.github.fault("DELETE", "/issues/comments/", wrong);
        let app = world.app_with(SETTINGS);
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait("the comment that takes its time", || world.github.holds());
        end_the_lease(&world);
        wait_for_both(&app);
        app.wait("one comment", || world.reports().len() == 1);
        assert!(world.reports()[0].contains("How to dispute"), "{wrong:?}: {:?}", world.reports());
        assert_eq!(done(&world, "POST", "/issues/3/comments"), 2, "{wrong:?}");
    }
}

#[test]
fn a_younger_one_that_may_not_be_deleted_costs_no_report() {
    let world = World::new();
    world.github.hold("POST /repos/acme/hiring/issues/3/comments", SLEEP);
    world.github.fault("DELETE", "/issues/comments/", Wrong::Status(403));
    let app = world.app_with(SETTINGS);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait("the comment that takes its time", || world.github.holds());
    end_the_lease(&world);
    wait_for_both(&app);
    let reports = world.reports().iter().filter(|body| body.contains("How to dispute")).count();
    assert_eq!(reports, 1, "the other one is left as it was begun: {:?}", world.reports());
}

#[test]
fn who_slept_before_saying_that_a_review_begins_takes_no_report_away() {
    for database in Database::all() {
        let world = World::on(database);
        let app = world.app_with(SETTINGS);
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review @ana"));
        app.wait_until_idle();
        // What is asked last before it is said that a new one begins.
        world.github.fault("GET", "/users/ana/repos", Wrong::Later);
        let mut again = world.comment("rita", "/review @ana");
        again["comment"]["id"] = 12.into();
        app.deliver("issue_comment", "d-2", &again);
        app.wait("the look", || done(&world, "GET", "/users/ana/repos") == 2);
        end_the_lease(&world);
        wait_for_both(&app);
        let said = world.reports();
        assert!(said.len() == 1 && said[0].contains("How to dispute"), "{database:?}: {said:?}");
        assert!(!said[0].contains("Reviewing"), "{database:?}: {said:?}");
    }
}

#[test]
fn who_slept_between_looking_for_the_check_run_and_beginning_it_begins_none() {
    for database in Database::all() {
        let world = World::on(database);
        let own = Repository::with_commits(1);
        let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
        world.github.fault("GET", "/check-runs", Wrong::Later);
        let app = world.app_with(SETTINGS);
        let rerun = json!({
            "action": "rerequested",
            "installation": {"id": INSTALLATION},
            "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main"},
            "check_run": {"head_sha": own.head(), "app": {"id": APP}},
            "sender": {"login": "bo", "type": "User"},
        });
        app.deliver("check_run", "d-1", &rerun);
        app.wait("the look", || done(&world, "GET", "/check-runs") == 1);
        end_the_lease(&world);
        wait_for_both(&app);
        let runs: Vec<Value> = world.github.with(|state| state.check_runs.values().cloned().collect());
        assert_eq!(runs.len(), 1, "{database:?}: {runs:?}");
        assert_eq!(
            (&runs[0]["status"], &runs[0]["conclusion"]),
            (&json!("completed"), &json!("neutral")),
            "{database:?}"
        );
        assert!(runs[0]["output"]["summary"].to_string().contains("How to dispute"), "{database:?}: {}", runs[0]);
    }
}
