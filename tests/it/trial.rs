//! A trial: what a candidate added to a template, against a brief, on the command line and on GitHub.

use serde_json::Value;

use crate::support::{App, Repository, World, run};

const STARTER: &str =
    "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/health')\ndef health():\n    return {}\n";
const ORDERS: &str = "from fastapi import APIRouter, BackgroundTasks, Depends\n\nfrom auth import current_user\n\nrouter = APIRouter(prefix='/v1')\n\n\n\
    @router.post('/orders')\ndef create(order: dict, tasks: BackgroundTasks, user=Depends(current_user)):\n    tasks.add_task(print, order)\n    return {}\n";

/// What an employer gives.
fn template() -> Repository {
    let repository = Repository::new();
    repository
        .write("main.py", STARTER)
        .write("README.md", "# Trial\n\nTake orders.\n")
        .write("requirements.txt", "fastapi==0.115.0\n")
        .commit("Set up the trial");
    repository
}

/// Made from it by a commit of its own, as GitHub does.
fn copied() -> Repository {
    template()
}

fn review(arguments: &[&str]) -> Value {
    let (code, out, err) = run(&[&["review"], arguments, &["--format", "json"]].concat());
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).expect("JSON")
}

fn outcomes(report: &Value) -> Vec<&str> {
    let items = report["brief"]["items"].as_array().expect("a brief");
    items.iter().map(|item| item["outcome"].as_str().expect("an outcome")).collect()
}

#[test]
fn of_a_copied_template_nothing_is_the_candidates() {
    let (template, candidate) = (template(), copied());
    candidate.git(&["commit", "--amend", "-q", "-m", "Initial commit"]);
    candidate.write("notes.txt", "a").commit("Take notes");
    let report = review(&[&candidate.target(), "--template", &template.target()]);
    assert_eq!(
        outcomes(&report),
        ["not_met", "not_met", "not_assessable", "not_met"],
        "without code there is nothing to test"
    );
    let counted = report["brief"]["counted"].as_str().expect("a sentence");
    assert!(counted.starts_with("Only the work after the commit that was given last ("), "{counted}");
    assert!(counted.contains(") counts: 1 commit."), "{counted}");
    assert!(counted.contains("Of 4 files, 2 are as they were given"), "{counted}");
}

#[test]
fn who_only_names_it_anew_has_added_nothing() {
    let [template, candidate] = [(), ()].map(|()| {
        let repository = Repository::new();
        repository.write("main.py", STARTER).write("README.md", "# Trial\n\nTake orders.\n").commit("Begin");
        repository
    });
    candidate.write("README.md", "# My trial\n\nTake orders.\n").commit("Name it");
    let report = review(&[&candidate.target(), "--template", &template.target()]);
    assert_eq!(outcomes(&report), ["not_met", "not_met", "not_assessable", "not_met"]);
    let said = report.to_string();
    assert!(said.contains("No file was added, and none was changed in more than a line or two."), "{said}");
    assert!(said.contains("Of 2 files, 2 are as they were given, or nearly so"), "{said}");
    assert!(!said.contains("The repository is empty"), "{said}");
}

#[test]
fn what_the_starter_did_is_not_charged_to_the_candidate() {
    let candidate = Repository::new();
    let starter = candidate.write("main.py", STARTER).write("README.md", "# Trial\n\nTake orders.\n");
    starter.write("store.p12", "a key store").commit("Set up the trial");
    candidate.git(&["rm", "-q", "store.p12"]);
    candidate.write("orders.py", ORDERS).commit("Take orders");
    let files = |report: &serde_json::Value| {
        let areas = report["areas"].as_array().expect("areas").clone();
        let mut signals = areas.iter().flat_map(|area| area["signals"].as_array().expect("signals").clone());
        signals.find(|signal| signal["id"] == "secrets.files").expect("the signal")
    };
    let since = review(&[&candidate.target(), "--profile", "trial", "--since", "HEAD~1"]);
    assert_eq!(files(&since)["outcome"], "met");
    assert!(
        files(&since)["summary"].to_string().contains("store.p12 was there before the candidate's work"),
        "{since}"
    );
    assert!(since.to_string().contains("The README is as it was given, but for a line or two"), "{since}");
    assert!(!since.to_string().contains("There is no README"), "{since}");
    // Where nobody says what was given, everything is theirs.
    let all = review(&[&candidate.target(), "--profile", "trial"]);
    assert_eq!(files(&all)["outcome"], "not_met");
}

#[test]
fn outside_of_a_trial_too_only_what_came_after_the_commit_is_the_candidates() {
    let candidate = Repository::new();
    candidate.write("main.py", STARTER).write("README.md", "# Shop\n\nTake orders.\n").commit("Begin");
    candidate.write("orders.py", ORDERS).commit("Take orders");
    let of = |report: &serde_json::Value| report["areas"].to_string();
    let since = review(&[&candidate.target(), "--since", "HEAD~1"]);
    assert!(
        since["configuration"].to_string().contains("Of 3 files, 2 are as they were given, or nearly so"),
        "{since}"
    );
    assert!(of(&since).contains("The README is as it was given, but for a line or two at most."), "{since}");
    assert!(since["brief"].is_null(), "{since}");
    let all = review(&[&candidate.target()]);
    assert!(!of(&all).contains("as it was given"), "{all}");
    assert!(all["configuration"].is_null(), "{all}");
}

#[test]
fn what_only_the_starters_manifest_and_code_do_is_not_charged_either() {
    let candidate = Repository::new();
    let package = "{\"name\": \"shop\", \"dependencies\": {\"express\": \"4\", \"bullmq\": \"5\", \"pg\": \"8\"}}\n";
    let queue = "const { Worker } = require('bullmq');\nnew Worker('mail', async (job) => send(job.data));\nconst url = process.env.MAIL_URL;\n";
    candidate.write("package.json", package).write("queue.js", queue).write("README.md", "# Trial\n\nTake orders.\n");
    candidate.commit("Set up the trial");
    candidate.write("README.md", "# Trial\n\nTake orders.\n\nBy Ana.\n").commit("Sign it");
    let report = review(&[&candidate.target(), "--profile", "trial", "--since", "HEAD~1"]);
    assert_eq!(outcomes(&report)[1], "not_met", "the task is the template's: {report}");
    let said = report.to_string();
    assert!(said.contains("There is one, but it is the template's."), "{said}");
    assert!(said.contains("The README is as it was given, but for a line or two at most."), "{said}");
    let areas = report["areas"].as_array().expect("areas");
    let signals = areas.iter().flat_map(|area| area["signals"].as_array().expect("signals"));
    for signal in
        signals.filter(|signal| ["database.migrations", "readme.environment"].iter().any(|id| signal["id"] == *id))
    {
        assert_eq!(signal["outcome"], "not_applicable", "{signal}");
    }
}

#[test]
fn a_guard_that_the_candidate_took_away_is_mentioned() {
    let guarded = "from fastapi import Depends, FastAPI\n\nfrom auth import current_user\n\napp = FastAPI()\n\n\n\
        @app.get('/health')\ndef health():\n    return {}\n\n\n\
        @app.put('/items/{number}')\ndef change(number: int, user=Depends(current_user)):\n    return save(number)\n";
    let [template, candidate] = [(), ()].map(|()| {
        let repository = Repository::new();
        repository.write("main.py", guarded).write("README.md", "# Trial\n\nTake orders.\n").commit("Begin");
        repository
    });
    candidate.write("orders.py", ORDERS).commit("Take orders");
    let said = |report: &Value| report.to_string().contains("took away the check of who is calling");
    assert!(!said(&review(&[&candidate.target(), "--template", &template.target()])));
    candidate.write("main.py", &guarded.replace(", user=Depends(current_user)", "")).commit("Make it simpler");
    for arguments in [["--template", &template.target()], ["--since", "HEAD~2"]] {
        let target = candidate.target();
        let report = review(&[&[&*target, "--profile", "trial"], &arguments[..]].concat());
        assert!(said(&report), "{report}");
        let asked = &report["brief"]["items"][0]["signals"][1];
        assert_eq!((&asked["id"], &asked["outcome"]), (&"trial.authentication".into(), &"partly".into()), "{asked}");
        assert_eq!(asked["places"][0]["path"], "main.py");
        let summary = asked["summary"].as_str().expect("a sentence");
        assert!(summary.contains("from `PUT /items/{number}`"), "{summary}");
        let questions = report["questions"].to_string();
        assert!(questions.contains("asked who is calling. In yours, no such check"), "{questions}");
    }
}

#[test]
fn whoever_wrote_prose_alone_is_not_told_that_the_repository_has_no_code() {
    let (template, candidate) = (template(), copied());
    let readme = "# Trial\n\nTakes orders and keeps them.\n\n## Run\n\n```sh\npip install -r requirements.txt\nuvicorn main:app\n```\n\nThe tests come next.\n";
    candidate.write("README.md", readme).commit("Say how to run it");
    let said = review(&[&candidate.target(), "--template", &template.target()]).to_string();
    assert!(said.contains("The candidate added no code, so there is nothing of theirs to test."), "{said}");
    assert!(!said.contains("There is no code to test"), "{said}");
}

#[test]
fn what_was_added_is_counted_by_file_and_by_line() {
    let (template, candidate) = (template(), copied());
    let served = format!("{STARTER}\n\nfrom orders import router\napp.include_router(router)\n");
    candidate.write("orders.py", ORDERS).write("main.py", &served).commit("Take orders");
    let report = review(&[&candidate.target(), "--template", &template.target()]);
    assert_eq!(outcomes(&report), ["met", "met", "not_met", "not_met"], "{report}");
    let places = &report["brief"]["items"][0]["signals"][0]["places"];
    assert_eq!(places.as_array().expect("places").len(), 1, "the template's route is not the candidate's: {places}");
    assert_eq!(places[0]["path"], "orders.py");
    // The same from the history alone.
    let since = review(&[&candidate.target(), "--profile", "trial", "--since", "HEAD~1"]);
    assert_eq!(outcomes(&since), outcomes(&report));
}

#[test]
fn a_brief_of_ones_own_is_read_from_the_file_and_its_mistakes_are_named() {
    let (template, candidate, folder) = (template(), copied(), tempfile::tempdir().expect("a folder"));
    let file = folder.path().join("foliolens.toml");
    let path = file.display().to_string();
    std::fs::write(&file, "[[brief]]\nname = \"Versions\"\nsignals = [\"api.versioned\"]\n").expect("written");
    let report = review(&[&candidate.target(), "--template", &template.target(), "--config", &path]);
    assert_eq!(outcomes(&report), ["not_assessable"], "the candidate added no API");
    std::fs::write(&file, "[[brief]]\nname = \"Versions\"\nsignals = [\"api.version\"]\n").expect("written");
    let (code, _, err) = run(&["review", &candidate.target(), "--profile", "trial", "--config", &path]);
    assert_eq!(code, 2, "{err}");
    assert!(
        err.contains("`Versions` of the brief names `api.version`, which is no signal. Did you mean `api.versioned`?"),
        "{err}"
    );
}

#[test]
fn a_brief_may_name_signals_of_rules_of_ones_own() {
    let (template, candidate, folder) = (template(), copied(), tempfile::tempdir().expect("a folder"));
    candidate.write("orders.py", ORDERS).commit("Take orders");
    let (file, rules) = (folder.path().join("foliolens.toml"), folder.path().join("rules"));
    std::fs::create_dir(&rules).expect("made");
    let rule = "id: acme.no-print\nlanguage: Python\nrule: {pattern: print}\nmetadata: {statement: The server does not print, remedy: Use the logger.}\n";
    std::fs::write(rules.join("logging.yml"), rule).expect("written");
    std::fs::write(&file, "[[brief]]\nname = \"Logging\"\nsignals = [\"acme.no-print\"]\n").expect("written");
    let (path, rules) = (file.display().to_string(), rules.display().to_string());
    let (of_template, target) = (template.target(), candidate.target());
    let arguments = [&*target, "--template", &*of_template, "--config", &*path, "--rules", &*rules];
    let report = review(&arguments);
    assert_eq!(outcomes(&report), ["not_met"]);
    let signal = &report["brief"]["items"][0]["signals"][0];
    assert_eq!((&signal["id"], &signal["places"][0]["path"]), (&"acme.no-print".into(), &"orders.py".into()));
    let (_, text, _) = run(&[&["review"], &arguments[..], &["--format", "markdown"]].concat());
    assert!(text.contains("The server does not print"), "{text}");
    // Without the rules there is no such signal.
    let (code, _, err) = run(&[&["review"], &arguments[..5]].concat());
    assert_eq!((code, err.lines().count()), (2, 1), "{err}");
    assert!(err.contains("`Logging` of the brief names `acme.no-print`, which is no signal."), "{err}");
}

#[test]
fn what_makes_no_sense_with_a_template_is_refused() {
    let (template, candidate) = (template(), copied());
    for (more, said) in [
        (&["--since", "HEAD~1"][..], "--since says the same"),
        (&["--profile", "backend"], "a template is for --profile trial"),
        (&["--offline", "--template", "https://github.com/acme/trial"], "cannot be used multiple times"),
    ] {
        let (code, _, err) = run(&[&["review", &candidate.target(), "--template", &template.target()], more].concat());
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(said), "{err}");
    }
    let (code, _, err) = run(&["review", &candidate.target(), "--template", "/no/such/folder"]);
    assert_eq!(code, 2, "{err}");
}

fn answered(world: &World, app: &App, text: &str) -> String {
    app.deliver("issue_comment", "d-1", &world.comment("rita", text));
    app.wait_until_idle();
    world.reports().concat()
}

#[test]
fn a_comment_names_a_template_that_is_cloned_as_any_target() {
    let world = World::new();
    let template = template();
    world.github.host("acme/trial", template.path().join(".git"), false, false);
    let made = Repository::new();
    made.write("main.py", STARTER).write("orders.py", ORDERS).commit("Take orders");
    world.github.host("bo/trial", made.path().join(".git"), false, false);
    let app = world.app();
    let said = answered(&world, &app, "/review bo/trial --template acme/trial");
    assert!(
        said.contains("### What was asked for")
            && said.contains("✅ **An endpoint, an address for programs, that asks who is calling**: met"),
        "{said}"
    );
}

#[test]
fn a_template_that_nobody_may_see_is_named_with_the_reason() {
    let world = World::new();
    let app = world.app();
    let said = answered(&world, &app, "/review ana/shop --template acme/secret");
    assert!(said.contains("its template acme/secret can not be looked at"), "{said}");
}
