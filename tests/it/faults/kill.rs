//! SIGKILL at every step of a job, on both databases.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{APP, App, Database, INSTALLATION, Repository, World, Wrong};

/// The steps of a review that was asked for in a comment, by the request that is under way when the process dies.
const STEPS: &[(&str, &str, &str, Wrong)] = &[
    ("before anything", "POST", "/access_tokens", Wrong::KilledBefore),
    ("while asking who that is", "GET", "/permission", Wrong::KilledAfter),
    ("after the reaction", "POST", "/reactions", Wrong::KilledAfter),
    ("before the comment", "POST", "/issues/3/comments", Wrong::KilledBefore),
    ("after the comment, before its number is stored", "POST", "/issues/3/comments", Wrong::KilledAfter),
    ("when fetching begins", "GET", "/info/refs", Wrong::KilledBefore),
    ("while fetching", "POST", "/git-upload-pack", Wrong::KilledAfter),
    ("after the report was stored", "PATCH", "/issues/comments/", Wrong::KilledBefore),
    ("while posting", "PATCH", "/issues/comments/", Wrong::KilledAfter),
];

/// Those of a check run.
const STEPS_OF_A_CHECK: &[(&str, &str, &str, Wrong)] = &[
    ("before anything", "POST", "/access_tokens", Wrong::KilledBefore),
    ("before the run", "POST", "/check-runs", Wrong::KilledBefore),
    ("after the run, before its number is stored", "POST", "/check-runs", Wrong::KilledAfter),
    ("when fetching begins", "GET", "/info/refs", Wrong::KilledBefore),
    ("while fetching", "POST", "/git-upload-pack", Wrong::KilledAfter),
    ("after the report was stored", "PATCH", "/check-runs/", Wrong::KilledBefore),
    ("while posting", "PATCH", "/check-runs/", Wrong::KilledAfter),
];

#[test]
fn wherever_a_check_run_is_killed_there_is_one_in_the_end() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            for (step, method, path, wrong) in STEPS_OF_A_CHECK {
                for asks in [ask_for_a_check, push] {
                    scope.spawn(move || {
                        let world = World::on(database);
                        let own = Repository::with_commits(2);
                        let app = world.app_with(PUSHES);
                        world.github.fault(method, *path, *wrong);
                        world.github.with(|state| state.victim = Some(app.id()));
                        asks(&world, &app, &own);
                        assert!(!app.ended().0, "{database:?}, {step}: was not killed");
                        one_check(&world, &format!("{database:?}, {step}"));
                    });
                }
            }
            scope.spawn(move || {
                let world = World::on(database);
                let own = Repository::with_commits(1);
                own.import(&Repository::many_commits());
                let app = world.app();
                ask_for_a_check(&world, &app, &own);
                kill_while_examining(app);
                let is_over = |run: &serde_json::Value| run["status"] == "completed";
                assert!(!world.github.with(|state| state.check_runs.values().any(is_over)), "killed too late");
                one_check(&world, &format!("{database:?}, while examining"));
            });
        }
    });
}

fn ask_for_a_check(world: &World, app: &App, own: &Repository) {
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let rerun = json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main", "private": true},
        "check_run": {"head_sha": own.head(), "app": {"id": APP}},
        "sender": {"login": "bo", "type": "User"},
    });
    app.deliver("check_run", "d-1", &rerun);
}

const PUSHES: &[(&str, &str)] = &[("FOLIOLENS_REVIEW_PUSHES", "yes")];

/// Nobody asks, and what is pushed is reviewed.
fn push(world: &World, app: &App, own: &Repository) {
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let push = json!({
        "ref": "refs/heads/main",
        "after": own.head(),
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main", "private": true},
        "sender": {"login": "bo", "type": "User"},
    });
    app.deliver("push", "d-1", &push);
}

/// The process is started again, and ends the run that the other one began.
fn one_check(world: &World, when: &str) {
    let app = world.app_with(PUSHES);
    app.wait_until_idle();
    let runs: Vec<serde_json::Value> = world.github.with(|state| state.check_runs.values().cloned().collect());
    assert_eq!(runs.len(), 1, "{when}: {runs:?}");
    assert_eq!((&runs[0]["status"], &runs[0]["conclusion"]), (&json!("completed"), &json!("neutral")), "{when}");
    assert!(runs[0]["output"]["summary"].to_string().contains("How to dispute"), "{when}: {}", runs[0]);
    assert_eq!(world.left_behind(), Vec::<String>::new(), "{when}");
}

#[test]
fn wherever_a_review_is_killed_there_is_one_report_in_the_end() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            for (step, method, path, wrong) in STEPS {
                scope.spawn(move || {
                    let world = World::on(database);
                    let app = world.app();
                    world.github.fault(method, *path, *wrong);
                    world.github.with(|state| state.victim = Some(app.id()));
                    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
                    let (is_good, _) = app.ended();
                    assert!(!is_good, "{database:?}, {step}: was not killed");
                    one_report(&world, &format!("{database:?}, {step}"));
                });
            }
            scope.spawn(move || killed_while_examining(database));
            scope.spawn(move || killed_while_fetching_a_template(database));
        }
    });
}

/// GitHub does not see this step, so the process is killed when its second child appears.
fn killed_while_examining(database: Database) {
    let world = World::on(database);
    world.candidate.import(&Repository::many_commits());
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    kill_while_examining(app);
    assert!(!world.reports().iter().any(|body| body.contains("How to dispute")), "killed too late");
    one_report(&world, &format!("{database:?}, while examining"));
}

fn killed_while_fetching_a_template(database: Database) {
    let world = World::on(database);
    let template = Repository::with_commits(1);
    world.github.host("acme/trial", template.path().join(".git"), false, false);
    let app = world.app();
    world.github.fault("POST", "/acme/trial/git-upload-pack", Wrong::KilledAfter);
    world.github.with(|state| state.victim = Some(app.id()));
    app.deliver(
        "issue_comment",
        "d-1",
        &world.comment("rita", "/review ana/shop --profile trial --template acme/trial"),
    );
    assert!(!app.ended().0, "{database:?}: was not killed");
    one_report(&world, &format!("{database:?}, while fetching a template"));
}

fn kill_while_examining(app: App) {
    let mut seen = BTreeSet::new();
    let until = Instant::now() + Duration::from_secs(30);
    while seen.len() < 2 {
        assert!(Instant::now() < until, "no second child; the server said:\n{}", app.log());
        seen.extend(children(app.id()));
        std::thread::sleep(Duration::from_millis(1));
    }
    app.kill();
}

/// The process is started again, and ends what the other one began.
fn one_report(world: &World, when: &str) {
    let app = world.app();
    app.wait_until_idle();
    let reports = world.reports();
    assert_eq!(reports.len(), 1, "{when}: {reports:?}");
    assert!(reports[0].contains("How to dispute"), "{when}: {}", reports[0]);
    assert_eq!(world.left_behind(), Vec::<String>::new(), "{when}");
}

/// The children of all threads of a process.
fn children(id: u32) -> Vec<String> {
    let threads =
        std::fs::read_dir(Path::new("/proc").join(id.to_string()).join("task")).into_iter().flatten().flatten();
    let listed = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    listed.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The steps of a short answer.
const STEPS_OF_AN_ANSWER: &[(&str, &str, &str, Wrong)] = &[
    ("before anything", "GET", "/contents/.github/foliolens.toml", Wrong::KilledBefore),
    ("after the reaction", "POST", "/reactions", Wrong::KilledAfter),
    ("before the answer", "POST", "/issues/3/comments", Wrong::KilledBefore),
    ("after the answer, before its number is stored", "POST", "/issues/3/comments", Wrong::KilledAfter),
];

#[test]
fn wherever_an_answer_is_killed_there_is_one_in_the_end() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            for (step, method, path, wrong) in STEPS_OF_AN_ANSWER {
                scope.spawn(move || {
                    let when = format!("{database:?}, {step}");
                    let world = World::on(database);
                    let app = world.app();
                    world.github.fault(method, *path, *wrong);
                    world.github.with(|state| state.victim = Some(app.id()));
                    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review explain readme.setup"));
                    assert!(!app.ended().0, "{when}: was not killed");
                    let app = world.app();
                    app.wait_until_idle();
                    let said = world.reports();
                    assert!(said.len() == 1 && said[0].contains("readme.setup"), "{when}: {said:?}");
                });
            }
            // Those of a review that is cancelled while it hangs in its clone; the first is that of its comment.
            let steps = [
                ("before what stops", "POST", "/issues/3/comments", Wrong::KilledBefore),
                ("after what stops", "POST", "/issues/3/comments", Wrong::KilledAfter),
                ("before that is said in its comment", "PATCH", "/issues/comments/", Wrong::KilledBefore),
                ("after that is said in its comment", "PATCH", "/issues/comments/", Wrong::KilledAfter),
            ];
            for (step, method, path, wrong) in steps {
                scope.spawn(move || {
                    let when = format!("{database:?}, {step}");
                    let world = World::on(database);
                    let app = world.app();
                    world.github.fault("GET", "/ana/shop/info/refs", Wrong::Slow);
                    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
                    app.wait("the clone", || world.github.asked().iter().any(|path| path.ends_with("/info/refs")));
                    world.github.fault(method, path, wrong);
                    world.github.with(|state| state.victim = Some(app.id()));
                    let mut asked = world.comment("rita", "/review cancel");
                    asked["comment"]["id"] = 12.into();
                    app.deliver("issue_comment", "d-2", &asked);
                    assert!(!app.ended().0, "{when}: was not killed");
                    let app = world.app();
                    app.wait_until_idle();
                    let said = world.reports();
                    let is_stopped = said.iter().any(|body| body.contains("was cancelled before it was finished"));
                    let is_answered = said.iter().any(|body| body.contains("Stopped: 1"));
                    assert!(said.len() == 2 && is_stopped && is_answered, "{when}: {said:?}");
                });
            }
        }
    });
}

/// The steps of a report that stands there already and is made anew: which `PATCH` the process dies at, and how.
const STEPS_OF_A_NEW_REPORT: &[(&str, usize, Wrong)] = &[
    ("before it is said that a new one is made", 0, Wrong::KilledBefore),
    ("after it is said that a new one is made", 0, Wrong::KilledAfter),
    ("before the new one is posted", 1, Wrong::KilledBefore),
    ("after the new one is posted", 1, Wrong::KilledAfter),
    ("before the other comment says where it is", 2, Wrong::KilledBefore),
    ("after the other comment says where it is", 2, Wrong::KilledAfter),
];

#[test]
fn wherever_a_report_that_replaces_others_is_killed_there_is_one_in_the_end() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            for (step, earlier, wrong) in STEPS_OF_A_NEW_REPORT {
                scope.spawn(move || {
                    let when = format!("{database:?}, {step}");
                    let world = World::on(database);
                    let blog = Repository::with_commits(2);
                    world.github.host("ana/blog", blog.path().join(".git"), false, false);
                    let app = world.app();
                    let ask = |app: &App, comment: u64, text: &str| {
                        let mut asked = world.comment("rita", text);
                        asked["comment"]["id"] = comment.into();
                        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
                    };
                    ask(&app, 11, "/review ana/shop");
                    app.wait_until_idle();
                    ask(&app, 12, "/review ana/blog");
                    app.wait_until_idle();
                    assert_eq!(world.reports().len(), 2, "{when}");
                    (0..*earlier).for_each(|_| world.github.fault("PATCH", "/issues/comments/", Wrong::Fine));
                    world.github.fault("PATCH", "/issues/comments/", *wrong);
                    world.github.with(|state| state.victim = Some(app.id()));
                    ask(&app, 13, "/review ana/shop ana/blog");
                    assert!(!app.ended().0, "{when}: was not killed");
                    let app = world.app();
                    app.wait_until_idle();
                    let said = world.reports();
                    let is_report = |body: &&String| body.contains("How to dispute");
                    let reports: Vec<&String> = said.iter().filter(is_report).collect();
                    assert!(said.len() == 2 && reports.len() == 1, "{when}: {said:?}");
                    assert!(reports[0].contains("2 repositories"), "{when}: {}", reports[0]);
                    assert!(said.iter().any(|body| body.contains("another comment of this issue")), "{when}: {said:?}");
                    assert_eq!(world.left_behind(), Vec::<String>::new(), "{when}");
                });
            }
        }
    });
}

/// The steps of `/review forget`, where a comment and a check run hold a report.
const STEPS_OF_FORGETTING: &[(&str, &str, &str, Wrong)] = &[
    ("before anything", "GET", "/contents/.github/foliolens.toml", Wrong::KilledBefore),
    ("after the reaction", "POST", "/reactions", Wrong::KilledAfter),
    ("when the place of the comment is looked up", "GET", "/repos/acme/hiring", Wrong::KilledBefore),
    ("before the comment is deleted", "DELETE", "/issues/comments/", Wrong::KilledBefore),
    ("after the comment is deleted", "DELETE", "/issues/comments/", Wrong::KilledAfter),
    ("before the check run is emptied", "PATCH", "/check-runs/", Wrong::KilledBefore),
    ("after the check run is emptied", "PATCH", "/check-runs/", Wrong::KilledAfter),
    ("before the answer", "POST", "/issues/4/comments", Wrong::KilledBefore),
    ("after the answer, before its number is stored", "POST", "/issues/4/comments", Wrong::KilledAfter),
];

#[test]
fn wherever_forgetting_is_killed_nothing_is_left_in_the_end_and_there_is_one_answer() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            for (step, method, path, wrong) in STEPS_OF_FORGETTING {
                scope.spawn(move || {
                    let when = format!("{database:?}, {step}");
                    let world = World::on(database);
                    let own = Repository::with_commits(2);
                    let id = world.github.host("bo/blog", own.path().join(".git"), false, true);
                    let place = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
                    let app = world.app();
                    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
                    let mut asked = world.comment("bo", "/review");
                    (asked["comment"]["id"], asked["repository"]) = (12.into(), place.clone());
                    app.deliver("issue_comment", "d-2", &asked);
                    app.wait_until_idle();
                    assert_eq!(world.reports().len(), 2, "{when}");
                    world.github.fault(method, *path, *wrong);
                    world.github.with(|state| state.victim = Some(app.id()));
                    asked["comment"] =
                        json!({"id": 13, "body": "/review forget", "user": {"login": "bo", "type": "User"}});
                    asked["issue"]["number"] = 4.into();
                    app.deliver("issue_comment", "d-3", &asked);
                    assert!(!app.ended().0, "{when}: was not killed");
                    let app = world.app();
                    app.wait_until_idle();
                    let said = world.reports();
                    assert_eq!(said.len(), 1, "{when}: {said:?}");
                    let whole = said[0].contains("Everything about bo/blog is deleted") && said[0].contains("Remarks");
                    assert!(whole, "{when}: {}", said[0]);
                    let run =
                        world.github.with(|state| state.check_runs.values().next().cloned().expect("a check run"));
                    assert_eq!(run["output"]["title"], "Report deleted", "{when}");
                    assert_eq!(world.number("SELECT count(*) FROM reports"), 0, "{when}");
                });
            }
        }
    });
}
