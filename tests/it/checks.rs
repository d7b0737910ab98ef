//! Check runs: however they are asked for, on the commit that they stand on.

use serde_json::{Value, json};

use crate::support::{APP, App, INSTALLATION, Repository, World, Wrong};

fn event(id: u64, more: Value) -> Value {
    let mut event = json!({
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main"},
        "sender": {"login": "bo", "type": "User"},
    });
    event.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    event
}

#[test]
fn every_way_to_ask_again_makes_a_run_on_the_commit_it_was_asked_of() {
    let world = World::new();
    let own = Repository::with_commits(2);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let older = own.head();
    own.write("LATER.md", "later").commit("Add what came later");
    let check = json!({"head_sha": older, "app": {"id": APP}});
    let app = world.app();
    let ways = [
        ("check_run", json!({"action": "rerequested", "check_run": check})),
        (
            "check_run",
            json!({"action": "requested_action", "requested_action": {"identifier": "review"}, "check_run": check}),
        ),
        ("check_suite", json!({"action": "rerequested", "check_suite": check})),
    ];
    for (number, (name, more)) in ways.into_iter().enumerate() {
        assert_eq!(app.deliver(name, &format!("d-{number}"), &event(id, more)), 202);
        app.wait_until_idle();
        let runs: Vec<Value> = world.github.with(|state| state.check_runs.values().cloned().collect());
        assert_eq!(runs.len(), number + 1);
        let run = &runs[number];
        assert_eq!((run["head_sha"].as_str(), run["conclusion"].as_str()), (Some(&*older), Some("neutral")));
        assert_eq!(run["status"], "completed", "{run}");
        let summary = run["output"]["summary"].as_str().expect("text");
        assert!(summary.contains(&older[..7]) && summary.contains("can have this report deleted"), "{summary}");
        assert!(run["actions"][0]["identifier"] == "review", "{run}");
        let remark = run["annotations"][0]["message"].as_str().expect("a remark");
        let (what, mend) = remark.split_once("\n\nTo mend it: ").expect("what is wrong, and what to do");
        assert!(what.contains("python app.py") && mend.contains("Add the commands"), "{remark}");
    }
    // What another app's run is asked for, and what comes with each push, is none of ours.
    let other = json!({"head_sha": older, "app": {"id": APP + 1}});
    app.deliver("check_run", "d-8", &event(id, json!({"action": "rerequested", "check_run": other})));
    app.deliver("check_suite", "d-9", &event(id, json!({"action": "requested", "check_suite": check})));
    app.wait_until_idle();
    assert_eq!(world.github.with(|state| state.check_runs.len()), 3);
}

/// A private repository of Bo's, in which the app is installed.
fn own(world: &World) -> (Repository, u64) {
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    (own, id)
}

/// `login` pushes the button of the check run on `head`.
fn again(app: &App, delivery: &str, id: u64, login: &str, head: &str) {
    let mut asked = event(id, json!({"action": "rerequested", "check_run": {"head_sha": head, "app": {"id": APP}}}));
    asked["sender"]["login"] = login.into();
    assert_eq!(app.deliver("check_run", delivery, &asked), 202);
    app.wait_until_idle();
}

/// The check runs, in the order in which they were begun; each is over.
fn runs(world: &World) -> Vec<Value> {
    let runs: Vec<Value> = world.github.with(|state| state.check_runs.values().cloned().collect());
    for run in &runs {
        assert_eq!((run["status"].as_str(), run["conclusion"].as_str()), (Some("completed"), Some("neutral")), "{run}");
    }
    runs
}

fn output<'a>(run: &'a Value, part: &str) -> &'a str {
    run["output"][part].as_str().unwrap_or_default()
}

#[test]
fn a_limit_is_said_in_the_check_run_and_takes_no_report_away() {
    let world = World::new();
    let (own, id) = own(&world);
    let app = world.app_with(&[("FOLIOLENS_REVIEWS_PER_PERSON", "1")]);
    let head = own.head();
    again(&app, "d-1", id, "bo", &head);
    let report = runs(&world).remove(0);
    // However often it is pushed, it is said once.
    for delivery in ["d-2", "d-3"] {
        again(&app, delivery, id, "bo", &head);
        let runs = runs(&world);
        assert_eq!(runs.len(), 1, "{runs:?}");
        let title = format!("{} (not reviewed again: see below)", output(&report, "title"));
        assert_eq!(output(&runs[0], "title"), title);
        assert_eq!(output(&runs[0], "summary"), output(&report, "summary"), "the report stays");
        assert_eq!(runs[0]["annotations"], report["annotations"], "and its remarks");
        let said = output(&runs[0], "text");
        assert!(said.contains("1 reviews within a day") && said.contains("Ask again tomorrow"), "{said}");
        assert!(runs[0]["actions"][0]["identifier"] == "review", "with the button that it speaks of");
    }
    // A commit without a report has a run that says so.
    own.write("LATER.md", "later").commit("Add what came later");
    again(&app, "d-4", id, "bo", &own.head());
    let runs = runs(&world);
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert_eq!((runs[1]["head_sha"].as_str(), output(&runs[1], "title")), (Some(&*own.head()), "No report"));
    assert!(output(&runs[1], "summary").contains("1 reviews within a day"), "{}", runs[1]);
}

#[test]
fn who_may_not_ask_is_told_in_one_sentence() {
    let world = World::new();
    let (own, id) = own(&world);
    world.github.with(|state| state.permissions.insert("mallory".into(), "read"));
    let app = world.app();
    again(&app, "d-1", id, "bo", &own.head());
    let report = runs(&world).remove(0);
    again(&app, "d-2", id, "mallory", &own.head());
    let runs = runs(&world);
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(output(&runs[0], "summary"), output(&report, "summary"));
    assert!(output(&runs[0], "text").contains("may not ask for reviews here"), "{}", runs[0]);
    assert!(!runs[0]["output"].to_string().contains("mallory"), "everybody reads it: {}", runs[0]);
}

#[test]
fn pushes_are_held_to_the_limit_of_the_installation() {
    let world = World::new();
    let (own, id) = own(&world);
    let settings = [("FOLIOLENS_REVIEW_PUSHES", "yes"), ("FOLIOLENS_REVIEWS_PER_INSTALLATION", "2")];
    // That of a person is not theirs.
    let app = world.app_with(&[settings[0], settings[1], ("FOLIOLENS_REVIEWS_PER_PERSON", "1")]);
    let mut heads = Vec::new();
    for number in 0..4 {
        own.write("a.txt", &number.to_string()).commit("Change it");
        heads.push(own.head());
        let push = event(id, json!({"ref": "refs/heads/main", "after": own.head()}));
        assert_eq!(app.deliver("push", &format!("d-{number}"), &push), 202);
        app.wait_until_idle();
    }
    let runs = runs(&world);
    let said: Vec<Option<&str>> = runs.iter().map(|run| run["head_sha"].as_str()).collect();
    assert_eq!(said, heads.iter().map(|head| Some(&**head)).collect::<Vec<_>>(), "one for each");
    for (run, has_report) in runs.iter().zip([true, true, false, false]) {
        let summary = output(run, "summary");
        assert_eq!(summary.contains("How to dispute"), has_report, "{run}");
        assert_eq!(summary.contains("2 reviews were asked for within a day"), !has_report, "{run}");
    }
}

#[test]
fn nothing_in_a_remark_reorders_its_line() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let readme = "# Shop\n\nSells things to people.\n\n## Run\n\n    python \u{202e}app.py\n";
    own.write("README.md", readme).commit("Say how to run it");
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app();
    let check = json!({"head_sha": own.head(), "app": {"id": APP}});
    app.deliver("check_run", "d-1", &event(id, json!({"action": "rerequested", "check_run": check})));
    app.wait_until_idle();
    let run = world.github.with(|state| state.check_runs.values().next().cloned().expect("one"));
    let remarks: Vec<&str> =
        run["annotations"].as_array().expect("a list").iter().filter_map(|remark| remark["message"].as_str()).collect();
    assert!(remarks.iter().any(|remark| remark.contains("app.py")), "{remarks:?}");
    assert!(!run.to_string().contains('\u{202e}'), "{remarks:?}");
}

#[test]
fn a_check_run_that_was_begun_beside_a_comment_ends_whatever_comes_of_it() {
    std::thread::scope(|scope| {
        // What no attempt helps; what three attempts do not help; what is cancelled before the second.
        for (wrong, times, is_cancelled) in
            [(Wrong::Status(422), 1, false), (Wrong::Status(401), 3, false), (Wrong::Status(500), 1, true)]
        {
            scope.spawn(move || {
                let world = World::new();
                let (_own, id) = own(&world);
                (0..times).for_each(|_| world.github.fault("PATCH", "/check-runs/", wrong));
                let app = world.app();
                let ask = |comment: u64, text: &str| {
                    let mut asked = world.comment("bo", text);
                    asked["comment"]["id"] = comment.into();
                    asked["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
                    assert_eq!(app.deliver("issue_comment", &format!("d-{comment}"), &asked), 202);
                };
                ask(11, "/review");
                if is_cancelled {
                    app.wait("the fault", || world.github.with(|state| state.faults.is_empty()));
                    app.wait("the end of the attempt", || app.log().contains("is in trouble"));
                    ask(12, "/review cancel");
                }
                app.wait_until_idle();
                let runs = runs(&world);
                assert_eq!(runs.len(), 1, "{wrong:?} {times}: {runs:?}");
                assert_eq!(output(&runs[0], "title"), "No report", "{wrong:?} {times}");
                let said = world.reports();
                let part = if is_cancelled { "was cancelled before it was finished" } else { "How to dispute" };
                assert!(said[0].contains(part), "{wrong:?} {times}: {said:?}");
            });
        }
    });
}

#[test]
fn a_commit_that_is_gone_ends_its_run_politely() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app();
    let gone = json!({"head_sha": "a".repeat(40), "app": {"id": APP}});
    app.deliver("check_run", "d-1", &event(id, json!({"action": "rerequested", "check_run": gone})));
    app.wait_until_idle();
    let run = world.github.with(|state| state.check_runs.values().next().cloned().expect("one"));
    assert_eq!((run["status"].as_str(), run["conclusion"].as_str()), (Some("completed"), Some("neutral")));
    assert!(
        run["output"]["summary"].as_str().expect("text").contains("on no branch or tag of the repository"),
        "{run}"
    );
}

#[test]
fn pushes_that_come_in_another_order_end_in_one_review_of_what_the_branch_has() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app_with(&[("FOLIOLENS_REVIEW_PUSHES", "yes")]);
    let older = own.head();
    own.write("a.txt", "newer").commit("Change it");
    let push = |delivery: &str, head: &str| {
        let push = event(id, json!({"ref": "refs/heads/main", "after": head}));
        assert_eq!(app.deliver("push", delivery, &push), 202);
    };
    let heads = || -> Vec<String> {
        world.github.with(|state| state.check_runs.values().map(|run| run["head_sha"].to_string()).collect())
    };
    let expected = [format!("{:?}", own.head())];
    push("d-newer", &own.head());
    push("d-older", &older);
    app.wait_until_idle();
    assert_eq!(heads(), expected);
    // Long after the review.
    push("d-oldest", &older);
    app.wait_until_idle();
    assert_eq!(heads(), expected, "the same run");
    let run = world.github.with(|state| state.check_runs.values().next().cloned().expect("one"));
    assert_eq!((run["status"].as_str(), run["conclusion"].as_str()), (Some("completed"), Some("neutral")), "{run}");
}

#[test]
fn whatever_github_answers_when_it_is_asked_what_the_branch_has_there_is_one_review() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let settings = [("FOLIOLENS_REVIEW_PUSHES", "yes"), ("FOLIOLENS_GITHUB_SECONDS", "4")];
    let app = world.app_with(&settings);
    let statuses = [401, 403, 404, 410, 422, 429, 500].map(Wrong::Status);
    let wrongs: Vec<Wrong> = statuses.into_iter().chain([Wrong::Lost(502), Wrong::Slow, Wrong::Torn]).collect();
    let name = |number: usize| format!("bo/blog{number}");
    for (number, wrong) in wrongs.iter().enumerate() {
        let id = world.github.host(&name(number), own.path().join(".git"), true, true);
        world.github.fault("GET", format!("/repos/{}/commits$", name(number)), *wrong);
        let mut push = event(id, json!({"ref": "refs/heads/main", "after": own.head()}));
        push["repository"]["full_name"] = name(number).into();
        assert_eq!(app.deliver("push", &format!("d-{number}"), &push), 202);
    }
    app.wait_until_idle();
    let runs = runs(&world);
    for (number, wrong) in wrongs.iter().enumerate() {
        let here: Vec<&Value> = runs.iter().filter(|run| run["repository"] == name(number)).collect();
        assert!(here.len() == 1 && output(here[0], "summary").contains("How to dispute"), "{wrong:?}: {here:?}");
    }
}

#[test]
fn quick_pushes_end_in_one_review_of_the_last() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app_with(&[("FOLIOLENS_REVIEW_PUSHES", "yes")]);
    for number in 0..4 {
        own.write("a.txt", &number.to_string()).commit("Change it");
        let push = event(id, json!({"ref": "refs/heads/main", "after": own.head()}));
        assert_eq!(app.deliver("push", &format!("d-{number}"), &push), 202);
    }
    app.wait_until_idle();
    let runs: Vec<Value> = world.github.with(|state| state.check_runs.values().cloned().collect());
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(runs[0]["head_sha"], own.head());
}

/// The remarks of a run that lead to a credential.
fn leading(run: &Value) -> Vec<&Value> {
    let remarks = run["annotations"].as_array().expect("a list");
    remarks.iter().filter(|remark| remark["path"] == "conf.py").collect()
}

#[test]
fn what_was_made_public_meanwhile_is_annotated_as_everybody_may_read_it() {
    let world = World::new();
    let (own, id) = own(&world);
    // Put together here, so that none stands in this file.
    let mixed = |at: u64| (at * 41 + 7).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    let letters = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let key: String = (0..40).map(|at| char::from(letters[(mixed(at) % 56) as usize])).collect();
    own.write("conf.py", &format!("AWS_SECRET_ACCESS_KEY = \"{key}\"\n")).commit("Add the settings");
    let app = world.app();
    again(&app, "d-1", id, "bo", &own.head());
    assert!(!leading(&runs(&world)[0]).is_empty(), "who may read it is led there: {}", runs(&world)[0]);
    // The payload is from before: it says that it is private.
    world.github.with(|state| state.repositories.get_mut("bo/blog").expect("there").private = false);
    let mut asked = event(id, json!({"action": "rerequested"}));
    asked["check_run"] = json!({"head_sha": own.head(), "app": {"id": APP}});
    asked["repository"]["private"] = true.into();
    assert_eq!(app.deliver("check_run", "d-2", &asked), 202);
    app.wait_until_idle();
    let runs = runs(&world);
    assert_eq!(runs.len(), 2);
    assert!(output(&runs[1], "summary").contains("How to dispute"));
    assert_eq!(leading(&runs[1]), Vec::<&Value>::new());
}

#[test]
fn a_person_whose_login_is_push_shares_no_limit_with_pushes() {
    let world = World::new();
    let (own, id) = own(&world);
    world.github.with(|state| state.permissions.insert("push".into(), "write"));
    let app = world.app_with(&[("FOLIOLENS_REVIEW_PUSHES", "yes"), ("FOLIOLENS_REVIEWS_PER_PERSON", "1")]);
    let push = event(id, json!({"ref": "refs/heads/main", "after": own.head()}));
    assert_eq!(app.deliver("push", "d-1", &push), 202);
    app.wait_until_idle();
    again(&app, "d-2", id, "push", &own.head());
    let runs = runs(&world);
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert!(runs.iter().all(|run| output(run, "summary").contains("How to dispute")), "{runs:?}");
    assert!(runs[0]["output"]["text"].is_null(), "{}", runs[0]);
}
