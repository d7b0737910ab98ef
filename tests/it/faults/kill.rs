//! SIGKILL at every step of a job, on both databases.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Database, INSTALLATION, Repository, World, Wrong};

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
        }
    });
}

/// GitHub does not see this step, so the process is killed when its second child appears.
fn killed_while_examining(database: Database) {
    let world = World::on(database);
    world.candidate.import(&Repository::many_commits());
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    let mut seen = BTreeSet::new();
    let until = Instant::now() + Duration::from_secs(30);
    while seen.len() < 2 {
        assert!(Instant::now() < until, "no second child; the server said:\n{}", app.log());
        seen.extend(children(app.id()));
        std::thread::sleep(Duration::from_millis(1));
    }
    app.kill();
    assert!(!world.reports().iter().any(|body| body.contains("How to dispute")), "killed too late");
    one_report(&world, &format!("{database:?}, while examining"));
}

#[test]
fn annotations_are_sent_once_however_often_the_process_dies() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            for killed_at in 1..=4 {
                scope.spawn(move || {
                    let world = World::on(database);
                    let own = with_many_remarks();
                    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
                    let app = world.app();
                    world.github.with(|state| state.victim = Some(app.id()));
                    // Two batches, and the end of the run; the fourth is begun, and never completed.
                    for _ in 1..killed_at.min(3) {
                        world.github.fault("PATCH", "/check-runs/", Wrong::Fine);
                    }
                    let (method, path) =
                        if killed_at == 4 { ("POST", "/check-runs") } else { ("PATCH", "/check-runs/") };
                    world.github.fault(method, path, Wrong::KilledAfter);
                    app.deliver("check_run", "d-1", &rerun(id, &own.head()));
                    assert!(!app.ended().0);
                    let app = world.app();
                    app.wait_until_idle();
                    let runs = world.github.with(|state| state.check_runs.values().cloned().collect::<Vec<_>>());
                    assert_eq!(runs.len(), 1, "{database:?}, killed at {killed_at}");
                    assert_eq!(runs[0]["status"], "completed", "{database:?}, killed at {killed_at}");
                    let sent: Vec<String> =
                        runs[0]["annotations"].as_array().expect("a list").iter().map(ToString::to_string).collect();
                    let distinct: BTreeSet<&String> = sent.iter().collect();
                    assert_eq!(sent.len(), distinct.len(), "{database:?}, killed at {killed_at}");
                    assert!(sent.len() > 50, "two batches: {}", sent.len());
                });
            }
        }
    });
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

/// More remarks than GitHub takes at once. What looks like a credential is made here, so that none stands in this file.
fn with_many_remarks() -> Repository {
    let repository = Repository::new();
    let mut app = "from flask import Flask\nimport os\napp = Flask(__name__)\n".to_owned();
    let mut keys = String::new();
    for number in 0..60_u64 {
        app.push_str(&format!(
            "\n@app.route(\"/things{number}\")\ndef things{number}():\n    return os.environ[\"THING_{number}\"]\n"
        ));
        let key: String = (0..40)
            .map(|at| {
                let mixed = (number * 41 + at + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
                char::from(b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"[(mixed % 56) as usize])
            })
            .collect();
        keys.push_str(&format!("AWS_SECRET_{number} = \"{key}\"\n"));
    }
    repository.write("app.py", &app).write("conf.py", &keys).write("requirements.txt", "flask==3.0.0\n");
    repository.write("README.md", "# Shop\n\nSells things.\n\n## Run\n\n    flask run\n").commit("Add everything");
    repository
}

fn rerun(id: u64, head: &str) -> serde_json::Value {
    json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main", "private": true},
        "check_run": {"head_sha": head, "app": {"id": crate::support::APP}},
        "sender": {"login": "bo", "type": "User"},
    })
}
