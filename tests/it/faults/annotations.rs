//! Remarks on lines are sent in batches of fifty, and GitHub appends each: all of them stand there in the end, and none
//! twice, whatever became of a batch.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{APP, App, Database, INSTALLATION, Repository, World, Wrong};

#[test]
fn all_annotations_are_there_once_wherever_the_process_dies() {
    let expected = undisturbed();
    let expected = &expected;
    std::thread::scope(|scope| {
        for database in Database::all() {
            // Two batches, and the end of the run.
            let batches = (1..=3).flat_map(|which| [(which, Wrong::KilledBefore), (which, Wrong::KilledAfter)]);
            let steps = batches.map(|(which, wrong)| ("PATCH", "/check-runs/", which, wrong));
            // Begun, and asked what it has.
            let others =
                [("POST", "/check-runs", 1, Wrong::KilledAfter), ("GET", "/check-runs/", 1, Wrong::KilledAfter)];
            for (method, path, which, wrong) in steps.chain(others) {
                scope.spawn(move || {
                    let world = World::on(database);
                    let own = with_many_remarks();
                    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
                    let app = world.app();
                    world.github.with(|state| state.victim = Some(app.id()));
                    disturb(&world, method, path, which, wrong);
                    app.deliver("check_run", "d-1", &rerun(id, "bo/blog", &own.head()));
                    assert!(!app.ended().0);
                    let app = world.app();
                    app.wait_until_idle();
                    let when = format!("{database:?}, {method} {path} number {which}: {wrong:?}");
                    assert_eq!(annotations(&world, "bo/blog", &when), *expected, "{when}");
                });
            }
        }
    });
}

#[test]
fn all_annotations_are_there_once_whatever_github_answers() {
    let expected = undisturbed();
    let world = World::new();
    let own = with_many_remarks();
    let settings =
        [("FOLIOLENS_WORKERS", "24"), ("FOLIOLENS_INSTALLATION_JOBS", "64"), ("FOLIOLENS_GITHUB_SECONDS", "4")];
    let app = world.app_with(&settings);
    // Those of which nothing was applied, and those of which nobody can tell.
    let wrongs =
        [Wrong::Status(401), Wrong::Status(429), Wrong::Status(500), Wrong::Lost(502), Wrong::Slow, Wrong::Torn];
    let batches = (1..=2).flat_map(|which| wrongs.map(|wrong| ("PATCH", which, wrong)));
    let cases = batches.chain(wrongs.map(|wrong| ("GET", 1, wrong))).zip(100..);
    let named: Vec<(String, String)> = cases
        .map(|((method, which, wrong), number)| {
            let name = format!("bo/blog{number}");
            let id = world.github.host(&name, own.path().join(".git"), true, true);
            disturb(&world, method, &format!("/repos/{name}/check-runs/"), which, wrong);
            assert_eq!(app.deliver("check_run", &format!("d-{number}"), &rerun(id, &name, &own.head())), 202);
            (name, format!("{method} number {which}: {wrong:?}"))
        })
        .collect();
    wait(&app);
    for (name, when) in &named {
        assert_eq!(annotations(&world, name, when), expected, "{when}");
    }
}

#[test]
fn where_github_refuses_a_batch_the_run_ends_with_what_came_before_and_a_polite_sentence() {
    let world = World::new();
    let own = with_many_remarks();
    let app = world.app_with(&[("FOLIOLENS_WORKERS", "8"), ("FOLIOLENS_INSTALLATION_JOBS", "8")]);
    let cases = (1..=2).flat_map(|which| [403, 404, 410, 422].map(|status| (which, Wrong::Status(status)))).zip(100..);
    let named: Vec<(String, usize, Wrong)> = cases
        .map(|((which, wrong), number)| {
            let name = format!("bo/blog{number}");
            let id = world.github.host(&name, own.path().join(".git"), true, true);
            disturb(&world, "PATCH", &format!("/repos/{name}/check-runs/"), which, wrong);
            assert_eq!(app.deliver("check_run", &format!("d-{number}"), &rerun(id, &name, &own.head())), 202);
            (name, which, wrong)
        })
        .collect();
    wait(&app);
    world.github.with(|state| assert!(state.faults.is_empty(), "{:?}", state.faults));
    for (name, which, wrong) in &named {
        let when = format!("{name}, number {which}: {wrong:?}");
        assert_eq!(annotations(&world, name, &when).len(), (which - 1) * 50, "{when}");
        let runs = world.github.with(|state| state.check_runs.values().cloned().collect::<Vec<Value>>());
        let run = runs.into_iter().find(|run| run["repository"] == **name).expect("a run");
        assert_eq!(run["conclusion"], "neutral", "{when}");
        assert!(run["output"]["summary"].to_string().contains("says nothing about the repository"), "{when}: {run}");
    }
}

#[test]
fn more_remarks_than_a_run_has_are_counted_in_its_text() {
    let world = World::new();
    // Rules of an organisation's own, each of which has something to say of every line.
    let rule = |number: u64| {
        format!(
            "id: acme.no-print{number}\nlanguage: Python\nrule: {{pattern: print($$$A)}}\n\
             metadata: {{statement: The server does not print, remedy: Use the logger.}}\n"
        )
    };
    let shared = Repository::with_commits(1);
    shared.write("rules/a.yml", &(0..12).map(rule).collect::<Vec<_>>().join("---\n"));
    shared.write("foliolens.toml", "rules = [\"rules/a.yml\"]\n").commit("Add rules");
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    let own = Repository::with_commits(1);
    own.write("server.py", &(0..40).map(|number| format!("print({number})\n")).collect::<String>()).commit("Print");
    world.github.host_as(world.hiring, "acme/hiring", own.path().join(".git"));
    let app = world.app();
    let mut asked = rerun(world.hiring, "acme/hiring", &own.head());
    asked["repository"]["owner"] = json!({"login": "acme", "type": "Organization"});
    asked["sender"]["login"] = "rita".into();
    app.deliver("check_run", "d-1", &asked);
    wait(&app);
    assert_eq!(annotations(&world, "acme/hiring", "three batches").len(), 150);
    let (run, patches) = world.github.with(|state| {
        let patches = state.log.iter().filter(|(method, ..)| method == "PATCH").count();
        (state.check_runs.values().next().cloned().expect("a run"), patches)
    });
    assert_eq!(patches, 4, "three batches and the end");
    // Nobody waits where there is one.
    let moments = world.github.with(|state| {
        let patches =
            state.writes.iter().filter(|(method, path, _)| method == "PATCH" && path.contains("/check-runs/"));
        patches.map(|(.., at)| *at).collect::<Vec<_>>()
    });
    let apart: Vec<bool> = moments.windows(2).map(|two| two[1] - two[0] >= Duration::from_millis(980)).collect();
    assert_eq!(apart[..2], [true, true], "{moments:?}");
    let text = run["output"]["text"].as_str().expect("a text");
    assert!(text.starts_with("Remarks stand on 150 lines of code. There would be "), "{text}");
}

/// The annotations where nothing goes wrong.
fn undisturbed() -> Vec<String> {
    let world = World::new();
    let own = with_many_remarks();
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app();
    app.deliver("check_run", "d-1", &rerun(id, "bo/blog", &own.head()));
    wait(&app);
    let all = annotations(&world, "bo/blog", "nothing is wrong");
    assert!(all.len() > 50 && all.len() <= 100, "two batches: {}", all.len());
    world.github.with(|state| {
        let text = &state.check_runs.values().next().expect("a run")["output"]["text"];
        assert!(text.is_null(), "nothing is left out: {text}");
    });
    all
}

/// Has the request number `which` of its kind go wrong.
fn disturb(world: &World, method: &'static str, path: &str, which: usize, wrong: Wrong) {
    for _ in 1..which {
        world.github.fault(method, path, Wrong::Fine);
    }
    world.github.fault(method, path, wrong);
}

/// The annotations of the one run in `name`, in order.
fn annotations(world: &World, name: &str, when: &str) -> Vec<String> {
    let runs: Vec<Value> = world.github.with(|state| {
        let here = state.check_runs.values().filter(|run| run["repository"] == *name);
        here.cloned().collect()
    });
    assert_eq!(runs.len(), 1, "{when}");
    assert_eq!(runs[0]["status"], "completed", "{when}");
    let mut all: Vec<String> =
        runs[0]["annotations"].as_array().expect("a list").iter().map(ToString::to_string).collect();
    all.sort();
    all
}

/// Until nothing waits any more, not even for its time.
fn wait(app: &App) {
    app.wait("every job to end", || app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later"));
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

fn rerun(id: u64, name: &str, head: &str) -> Value {
    json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": name, "default_branch": "main", "private": true},
        "check_run": {"head_sha": head, "app": {"id": APP}},
        "sender": {"login": "bo", "type": "User"},
    })
}
