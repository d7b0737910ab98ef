//! What people may ask for, from a signed delivery to the answer.

mod several;

use std::collections::BTreeSet;
use std::io::Write;
use std::time::{Duration, Instant};

use crate::support::{APP, App, INSTALLATION, Repository, World, Wrong, run_on};

/// Asks in an issue of its own, in a comment with the number of the issue.
fn ask(world: &World, app: &App, author: &str, issue: u64, text: &str) {
    let mut asked = world.comment(author, text);
    asked["issue"]["number"] = issue.into();
    asked["comment"]["id"] = issue.into();
    assert_eq!(app.deliver("issue_comment", &format!("d-{issue}"), &asked), 202);
}

/// What was answered in an issue; one comment at most.
fn answer(world: &World, issue: u64) -> String {
    world.reports();
    let place = format!("acme/hiring#{issue}");
    let all = world.github.with(|state| {
        state.comments.values().filter(|(at, _)| *at == place).map(|(_, body)| body.clone()).collect::<Vec<_>>()
    });
    assert!(all.len() <= 1, "{all:?}");
    all.concat()
}

#[test]
fn short_questions_get_short_answers() {
    let world = World::new();
    let app = world.app();
    let questions = [
        ("/review help", "--profile trial"),
        ("/review status", "Nothing is waiting or running"),
        ("/review cancel", "Nothing is waiting or running"),
        ("/review explain readme.setup", "readme.setup"),
        ("/review explain nonsense", "There is no signal"),
        ("/review explain readme.setpu", "Did you mean `/review explain readme.setup`?"),
        ("/review config now", "Did you mean `/review config`?"),
        ("/review hepl", "Did you mean `/review help`?"),
        ("@foliolens review help", "--profile trial"),
        ("/review forget", "Only the owner"),
        ("/review ana/nothing", "there is no such repository"),
    ];
    for (issue, (question, _)) in (100..).zip(questions) {
        ask(&world, &app, "rita", issue, question);
    }
    app.wait_until_idle();
    for (issue, (question, part)) in (100..).zip(questions) {
        let said = answer(&world, issue);
        assert!(said.contains(part), "{question}: {said}");
        assert!(said.chars().count() < 3_000, "{question}: {said}");
    }
}

#[test]
fn a_comment_on_a_pull_request_is_answered_there() {
    let world = World::new();
    let own = Repository::with_commits(2);
    let id = world.github.host("bo/blog", own.path().join(".git"), false, true);
    let app = world.app();
    let on_pull_request = |comment: u64, author: &str, text: &str| {
        let mut asked = world.comment(author, text);
        asked["comment"]["id"] = comment.into();
        // As GitHub says that an issue is a pull request.
        let address = "https://api.github.com/repos/acme/hiring/pulls/3";
        asked["issue"]["pull_request"] = serde_json::json!({"url": address, "merged_at": null});
        asked["issue"]["draft"] = false.into();
        asked
    };
    app.deliver("issue_comment", "d-1", &on_pull_request(11, "rita", "/review ana/shop"));
    app.wait_until_idle();
    let said = answer(&world, 3);
    assert!(said.contains("How to dispute") && said.contains("ana/shop"), "{said}");
    // A candidate in their own: the comment in the pull request, and the check run on the head of the default branch.
    let mut asked = on_pull_request(12, "bo", "/review");
    asked["repository"] = serde_json::json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
    app.deliver("issue_comment", "d-2", &asked);
    app.wait_until_idle();
    let (places, runs): (Vec<String>, Vec<serde_json::Value>) = world.github.with(|state| {
        let places = state.comments.values().map(|(place, _)| place.clone()).collect();
        (places, state.check_runs.values().cloned().collect())
    });
    assert_eq!(places, ["acme/hiring#3", "bo/blog#3"]);
    world.reports();
    assert_eq!((runs.len(), &runs[0]["head_sha"]), (1, &own.head().into()));
    let reactions = world.github.with(|state| state.reactions.clone());
    assert_eq!(reactions, ["11 eyes", "12 eyes"]);
}

#[test]
fn what_is_cancelled_stops_and_says_so() {
    let world = World::new();
    world.candidate.import(&Repository::many_commits());
    // The one worker is busy, and yet.
    let app = world.app();
    ask(&world, &app, "rita", 3, "/review ana/shop");
    app.wait("the placeholder", || answer(&world, 3).contains("Reviewing"));
    let mut asked = world.comment("rita", "/review cancel");
    asked["comment"]["id"] = 12.into();
    app.deliver("issue_comment", "d-cancel", &asked);
    app.wait("the end", || world.reports().iter().any(|body| body.contains("was cancelled before it was finished")));
    app.wait_until_idle();
    let said = world.reports();
    assert!(said.iter().any(|body| body.contains("Stopped: 1")), "{said:?}");
    assert!(!said.iter().any(|body| body.contains("How to dispute")), "{said:?}");
}

#[test]
fn what_runs_and_what_waits_to_be_tried_again_is_said() {
    let world = World::new();
    world.candidate.import(&Repository::many_commits());
    let app = world.app();
    let status = |issue: u64, comment: u64, part: &str| {
        let mut asked = world.comment("rita", "/review status");
        (asked["issue"]["number"], asked["comment"]["id"]) = (issue.into(), comment.into());
        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
        app.wait(part, || world.reports().iter().any(|body| body.contains(part)));
    };
    // It hangs in its clone until that is given up.
    world.github.fault("GET", "/ana/shop/info/refs", Wrong::Slow);
    ask(&world, &app, "rita", 3, "/review ana/shop");
    app.wait("the placeholder", || world.reports().concat().contains("Reviewing"));
    status(3, 12, "- ana/shop: is being reviewed");
    app.wait_until_idle();
    world.github.host("ana/blog", world.candidate.path().join(".git"), false, false);
    world.github.fault_for_ever("GET", "/ana/blog/info/refs", Wrong::Status(500));
    ask(&world, &app, "rita", 4, "/review ana/blog");
    app.wait("trouble", || world.number("SELECT count(*) FROM jobs WHERE state = 'retrying'") == 1);
    status(4, 13, "- ana/blog: waits to be tried again");
    world.github.with(|state| state.faults.clear());
    app.wait("the report", || {
        world.hurry();
        world.reports().iter().filter(|body| body.contains("How to dispute")).count() == 2
    });
    app.wait_until_idle();
}

#[test]
fn the_options_of_a_comment_reach_its_report() {
    let world = World::new();
    let given = world.candidate.git(&["rev-parse", "HEAD~1"]);
    let given = given.trim();
    let app = world.app();
    let questions = [
        "/review ana/shop".to_owned(),
        "/review ana/shop --profile trial".to_owned(),
        format!("/review ana/shop --profile trial --since {given}"),
        format!("/review ana/shop --since {given}"),
        format!("/review ana/shop --since {}", "0".repeat(40)),
    ];
    for (issue, question) in (100..).zip(&questions) {
        ask(&world, &app, "rita", issue, question);
    }
    app.wait_until_idle();
    let [plain, trial, both, since, unknown] = [100, 101, 102, 103, 104].map(|issue| answer(&world, issue));
    let (is_trial, is_part) = ("### What was asked for", "Only the work after the commit");
    assert!(plain.contains("How to dispute") && !plain.contains(is_trial) && !plain.contains(is_part), "{plain}");
    assert!(trial.contains(is_trial) && !trial.contains(is_part), "{trial}");
    assert!(both.contains(is_trial) && both.contains(is_part) && both.contains(&given[..7]), "{both}");
    assert!(!since.contains(is_trial) && since.contains("How to dispute"), "{since}");
    assert!(since.contains(&given[..7]), "it is said from where on: {since}");
    let sentence = "ana/shop: no report, because --since names no commit in the history under review";
    assert!(unknown.replace('\\', "").contains(sentence), "{unknown}");
}

#[test]
fn who_comes_while_the_only_worker_is_busy_is_answered_at_once() {
    let world = World::new();
    world.candidate.import(&Repository::many_commits());
    let app = world.app();
    ask(&world, &app, "rita", 100, "/review ana/shop");
    app.wait("the placeholder", || answer(&world, 100).contains("Reviewing"));
    let began = Instant::now();
    ask(&world, &app, "rita", 101, "/review ana/shop");
    let reacted = || world.github.with(|state| state.reactions.contains(&"101 eyes".to_owned()));
    app.wait("the reaction", reacted);
    let took = began.elapsed();
    // Read with `--nocapture`, for `docs/performance.md`, where the bar of one second is.
    let _ = writeln!(std::io::stderr(), "reaction after {took:?}");
    assert!(!answer(&world, 100).contains("How to dispute"), "the first review was over too soon to show it");
    assert!(took < Duration::from_secs(2), "{took:?}");
    let mut status = world.comment("rita", "/review status");
    status["issue"]["number"] = 101.into();
    app.deliver("issue_comment", "d-status", &status);
    app.wait("the status", || answer(&world, 101).contains("ana/shop: waits for its turn"));
    assert!(!answer(&world, 100).contains("How to dispute"), "the first review was over too soon to show it");
    // It ends here: what waits is taken back.
    for issue in [100, 101] {
        let mut cancel = world.comment("rita", "/review cancel");
        cancel["issue"]["number"] = issue.into();
        cancel["comment"]["id"] = (issue + 100).into();
        app.deliver("issue_comment", &format!("d-cancel-{issue}"), &cancel);
    }
    app.wait_until_idle();
    world.reports();
}

#[test]
fn limits_are_said_kindly() {
    let world = World::new();
    world.github.with(|state| state.permissions.insert("otto".into(), "admin"));
    let app = world.app_with(&[("FOLIOLENS_REVIEWS_PER_PERSON", "1"), ("FOLIOLENS_REVIEWS_PER_INSTALLATION", "2")]);
    for (issue, author) in [(100, "rita"), (101, "rita"), (102, "otto"), (103, "otto")] {
        ask(&world, &app, author, issue, "/review ana/shop");
        app.wait_until_idle();
    }
    assert!(answer(&world, 100).contains("How to dispute"));
    assert!(answer(&world, 101).contains("You have asked for 1 reviews within a day"), "{}", answer(&world, 101));
    assert!(answer(&world, 102).contains("How to dispute"));
    assert!(answer(&world, 103).contains("within a day"), "{}", answer(&world, 103));
    // A day later there are as many again.
    let almost = 24 * 60 * 60 * 1000 - 60_000;
    world.change(&format!("UPDATE audit SET at = at - {almost}"));
    ask(&world, &app, "rita", 104, "/review ana/shop");
    app.wait_until_idle();
    assert!(answer(&world, 104).contains("You have asked for 1 reviews within a day"), "{}", answer(&world, 104));
    world.change("UPDATE audit SET at = at - 120000");
    ask(&world, &app, "rita", 105, "/review ana/shop");
    app.wait_until_idle();
    assert!(answer(&world, 105).contains("How to dispute"), "{}", answer(&world, 105));
}

#[test]
fn each_repository_and_each_portfolio_counts_and_of_more_than_are_left_none_is_begun() {
    let world = World::new();
    for name in ["ana/blog", "bo/blog"] {
        world.github.host(name, world.candidate.path().join(".git"), false, false);
    }
    let app = world.app_with(&[("FOLIOLENS_REVIEWS_PER_PERSON", "3"), ("FOLIOLENS_REVIEWS_PER_INSTALLATION", "4")]);
    world.github.with(|state| state.permissions.insert("otto".into(), "write"));
    let asked = [
        ("rita", "/review @ana @bo @cy @di", "you have 3 left"),
        ("rita", "/review @ana @bo", "How to dispute"),
        ("rita", "/review ana/shop ana/blog", "you have 1 left"),
        ("rita", "/review ana/shop", "How to dispute"),
        ("rita", "/review ana/shop", "You have asked for 3 reviews within a day"),
        ("otto", "/review @ana @bo", "that may be asked for within a day here, 1 are left"),
        ("otto", "/review @ana", "How to dispute"),
        ("otto", "/review ana/shop", "4 reviews were asked for within a day here"),
    ];
    for (issue, (author, text, _)) in (100..).zip(asked) {
        ask(&world, &app, author, issue, text);
        app.wait_until_idle();
    }
    for (issue, (author, text, part)) in (100..).zip(asked) {
        let said = answer(&world, issue);
        assert!(said.contains(part), "{author} {text}: {said}");
        assert_eq!(said.contains("How to dispute"), part == "How to dispute", "{author} {text}: {said}");
    }
    assert_eq!(
        world.number("SELECT count(*) FROM audit WHERE action = 'review' AND target = '@ana'"),
        2,
        "each is noted"
    );
}

#[test]
fn who_opted_out_is_not_reviewed() {
    let world = World::new();
    let app = world.app();
    for nobody in ["ana/shop", "https://github.com/ana", "@"] {
        let (code, said, err) = run_on(&world.database, &["optout", "add", nobody]);
        assert!(code == 2 && said.is_empty() && err.contains("it is no login"), "{nobody}: {said}{err}");
    }
    assert_eq!(run_on(&world.database, &["optout", "add", "@Ana"]).0, 0);
    assert_eq!(run_on(&world.database, &["optout", "list"]).1, "ana\n");
    ask(&world, &app, "rita", 3, "/review ana/shop");
    app.wait_until_idle();
    assert!(answer(&world, 3).contains("its owner has asked not to be reviewed"), "{}", answer(&world, 3));
    ask(&world, &app, "rita", 5, "/review acme/hiring --template ana/shop");
    app.wait_until_idle();
    let said = answer(&world, 5);
    assert!(said.contains("its template ana/shop can not be looked at: its owner has asked not to be"), "{said}");
    ask(&world, &app, "rita", 6, "/review @ana");
    app.wait_until_idle();
    let said = answer(&world, 6);
    assert!(said.contains("@\u{2060}ana: no report, because its owner has asked not to be reviewed"), "{said}");
    // That the account is asked for alone, now or later, is for the number by which it is known whatever it is called.
    let is_hers = |path: &str| path.contains("ana/shop") || path.contains("/users/ana/");
    let asked = world.github.with(|state| state.log.iter().any(|(_, path, _)| is_hers(path)));
    assert!(!asked, "nothing of hers was looked at");
    assert_eq!(run_on(&world.database, &["optout", "remove", "ana"]).0, 0);
    ask(&world, &app, "rita", 4, "/review ana/shop");
    app.wait_until_idle();
    assert!(answer(&world, 4).contains("How to dispute"));
}

#[test]
fn who_opted_out_is_reviewed_by_no_check_and_no_push_either() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app_with(&[("FOLIOLENS_REVIEW_PUSHES", "yes")]);
    assert_eq!(run_on(&world.database, &["optout", "add", "bo"]).0, 0);
    let repository = serde_json::json!({"id": id, "full_name": "bo/blog", "default_branch": "main", "private": true});
    let push = serde_json::json!({"ref": "refs/heads/main", "after": own.head(), "installation": {"id": INSTALLATION},
        "repository": repository, "sender": {"login": "bo", "type": "User"}});
    let rerun = serde_json::json!({"action": "rerequested", "installation": {"id": INSTALLATION}, "repository": repository,
        "check_run": {"head_sha": own.head(), "app": {"id": APP}}, "sender": {"login": "bo", "type": "User"}});
    for (delivery, event, payload) in [("d-1", "push", push), ("d-2", "check_run", rerun)] {
        assert_eq!(app.deliver(event, delivery, &payload), 202);
        app.wait_until_idle();
    }
    let runs = world.github.with(|state| state.check_runs.values().cloned().collect::<Vec<_>>());
    let said = |run: &serde_json::Value| run["output"]["summary"].to_string();
    assert_eq!(runs.len(), 2, "{runs:?}");
    assert!(runs.iter().all(|run| said(run).contains("its owner has asked not to be reviewed")), "{runs:?}");
    assert!(!world.github.with(|state| state.log.iter().any(|(method, ..)| method == "GIT")), "nothing is cloned");
}

#[test]
fn who_opted_out_is_not_reviewed_under_another_name_either() {
    let world = World::new();
    world.github.with(|state| state.accounts.insert("ana".into(), 501));
    assert_eq!(world.operate(&["migrate"]).0, 0);
    for owner in ["ana", "nobody-there"] {
        assert_eq!(run_on(&world.database, &["optout", "add", owner]).0, 0);
    }
    let app = world.app();
    app.wait("their numbers", || world.number("SELECT count(*) FROM opt_outs WHERE owner_id IS NULL") == 0);
    assert_eq!(world.number("SELECT owner_id FROM opt_outs WHERE owner = 'ana'"), 501);
    // Of whom GitHub knows nothing, it is not asked again.
    assert_eq!(world.number("SELECT owner_id FROM opt_outs WHERE owner = 'nobody-there'"), 0);
    world.github.rename("ana/shop", "anna/shop");
    world.github.with(|state| state.accounts = [("anna".to_owned(), 501), ("ana".to_owned(), 777)].into());
    for (issue, text) in [(3, "/review anna/shop"), (4, "/review @anna")] {
        ask(&world, &app, "rita", issue, text);
        app.wait_until_idle();
        let said = answer(&world, issue);
        assert!(said.contains("its owner has asked not to be reviewed"), "{text}: {said}");
    }
    let is_cloned = |path: &str| path.contains("/shop/info/refs");
    assert!(!world.github.asked().iter().any(|path| is_cloned(path)), "nothing of hers was looked at");
}

#[test]
fn of_several_who_ask_for_the_same_everybody_gets_a_reaction_and_nobody_can_take_it_away() {
    let world = World::new();
    world.github.with(|state| state.permissions.insert("otto".into(), "write"));
    let app = world.app_with(&[("FOLIOLENS_WORKERS", "0")]);
    for (comment, author) in [(11, "rita"), (12, "otto"), (13, "mallory")] {
        let mut asked = world.comment(author, "/review ana/shop");
        asked["comment"]["id"] = comment.into();
        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
    }
    assert!(app.terminate());
    let app = world.app();
    app.wait("the report", || world.reports().iter().any(|body| body.contains("How to dispute")));
    app.wait_until_idle();
    let reactions: BTreeSet<String> = world.github.with(|state| state.reactions.iter().cloned().collect());
    assert_eq!(reactions, ["11 eyes", "12 eyes", "13 -1"].map(str::to_owned).into());
}

#[test]
fn nothing_is_written_where_the_app_is_not_installed() {
    let world = World::new();
    let app = world.app();
    ask(&world, &app, "rita", 3, "/review ana/shop");
    app.wait_until_idle();
    assert!(answer(&world, 3).contains("How to dispute"));
    let written: Vec<String> = world.github.with(|state| {
        let writes = state.log.iter().filter(|(method, ..)| method != "GET" && method != "GIT");
        writes.map(|(_, path, _)| path.clone()).filter(|path| path.contains("ana/")).collect()
    });
    assert_eq!(written, Vec::<String>::new());
}
