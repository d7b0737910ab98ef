//! From a delivery to a comment, through a real process and a GitHub of our own.

use serde_json::json;

use crate::support::{APP, Database, INSTALLATION, Repository, World, Wrong};

#[test]
fn a_comment_becomes_one_report_and_is_edited_from_then_on() {
    Database::all().into_iter().map(World::on).for_each(|world| one_report_edited_from_then_on(&world));
}

fn one_report_edited_from_then_on(world: &World) {
    let app = world.app();
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
    app.wait("the report", || world.reports().iter().any(|body| body.contains("As of commit")));
    app.wait_until_idle();
    let reports = world.reports();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert!(reports[0].contains("ana/shop") && reports[0].contains("README"), "{}", reports[0]);
    assert_eq!(world.github.with(|state| state.reactions.clone()), ["11 eyes"]);
    let clones: Vec<String> = world.github.with(|state| {
        state.log.iter().filter(|(method, ..)| method == "GIT").map(|(_, path, _)| path.clone()).collect()
    });
    assert!(!clones.is_empty() && clones.iter().all(|path| path.ends_with("without a token")), "{clones:?}");

    // The same delivery again does nothing, and a new request edits the same comment.
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
    app.wait_until_idle();
    world.candidate.write("LATER.md", "later").commit("Add what came later");
    assert_eq!(app.deliver("issue_comment", "d-2", &world.comment("rita", "/review ana/shop")), 202);
    let later = world.candidate.head();
    app.wait("the newer report", || world.reports().iter().any(|body| body.contains(&later[..7])));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    assert_eq!(world.left_behind(), Vec::<String>::new());
    assert!(app.terminate());
}

#[test]
fn a_github_enterprise_server_is_asked_below_its_folder() {
    let world = World::new();
    let api = format!("{}/api/v3", world.github.url());
    let app = world.app_with(&[("FOLIOLENS_GITHUB_API_URL", &api)]);
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
    app.wait_until_idle();
    assert!(world.reports().concat().contains("How to dispute"));
    let asked = world.github.asked();
    assert!(asked.iter().any(|path| path.starts_with("/api/v3/repos/acme/hiring/issues/3/comments")), "{asked:?}");
    assert!(asked.iter().all(|path| path.starts_with("/api/v3/") || path.starts_with("/ana/shop")), "{asked:?}");
}

#[test]
fn where_nobody_clones_without_signing_in_what_has_installed_the_app_is_reviewed_and_of_others_that_is_said() {
    let world = World::new();
    world.github.with(|state| state.is_closed = true);
    let own = Repository::with_commits(2);
    world.github.host("bo/blog", own.path().join(".git"), false, true);
    let app = world.app();
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog ana/shop")), 202);
    app.wait_until_idle();
    let said = world.reports().concat();
    assert!(said.contains("How to dispute") && said.contains("foliolens: [`bo/blog`]"), "{said}");
    assert!(said.contains("ana/shop: no report, because this GitHub lets nobody clone without signing in"), "{said}");
}

#[test]
fn a_github_that_is_in_a_folder_itself_is_cloned_from_and_named_there() {
    let world = World::new();
    let web = format!("{}/git", world.github.url());
    let app = world.app_with(&[("FOLIOLENS_GITHUB_URL", &web), ("FOLIOLENS_GITHUB_API_URL", "")]);
    let address = format!("{web}/ana/shop");
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", &format!("/review {address}"))), 202);
    app.wait_until_idle();
    let said = world.reports().concat();
    assert!(said.contains("How to dispute") && said.contains(&format!("]({address})")), "{said}");
    let asked = world.github.asked();
    assert!(asked.iter().any(|path| path.starts_with("/git/api/v3/repos/ana/shop")), "{asked:?}");
    assert!(asked.iter().all(|path| path.starts_with("/git/")), "{asked:?}");
}

#[test]
fn what_is_not_signed_is_refused_and_not_echoed() {
    let world = World::new();
    let app = world.app();
    let body = world.comment("rita", "/review ana/shop").to_string();
    for signature in [None, Some("sha256=00".to_owned()), Some(format!("sha256={}", "0".repeat(64)))] {
        let why = if signature.is_none() { "There is no signature" } else { "The signature does not fit" };
        let (status, text) = app.post("issue_comment", "d-1", body.clone(), signature);
        assert!(status == 401 && text.starts_with(why), "{status}: {text}");
        assert!(!text.contains("shop") && !text.contains("rita") && !text.contains("00"), "{text}");
    }
    assert_eq!(app.deliver("star", "d-2", &json!({"action": "created"})), 202);
    assert_eq!(app.deliver("issue_comment", "d-3", &json!({"action": "edited"})), 202);
    app.wait_until_idle();
    assert!(world.reports().is_empty());
}

#[test]
fn strangers_and_bots_are_not_served() {
    let world = World::new();
    let app = world.app();
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("mallory", "/review ana/shop")), 202);
    app.wait("the refusal", || world.github.with(|state| !state.reactions.is_empty()));
    let mut bot = world.comment("robot", "/review ana/shop");
    bot["comment"]["user"]["type"] = "Bot".into();
    assert_eq!(app.deliver("issue_comment", "d-2", &bot), 202);
    app.wait_until_idle();
    assert_eq!(world.github.with(|state| state.reactions.clone()), ["11 -1"]);
    assert!(world.reports().is_empty());
}

#[test]
fn a_private_repository_of_somebody_else_looks_like_none() {
    let world = World::new();
    let private = Repository::with_commits(1);
    world.github.host("other/private", private.path().join(".git"), true, false);
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review other/private"));
    app.wait("the answer", || world.reports().iter().any(|body| body.contains("no report")));
    app.wait_until_idle();
    assert!(world.reports()[0].contains("there is no such repository"), "{}", world.reports()[0]);
}

#[test]
fn a_private_repository_of_the_same_installation_is_shown_to_whoever_may_read_it_and_to_nobody_else() {
    let world = World::new();
    let private = Repository::with_commits(1);
    world.github.host("acme/internal", private.path().join(".git"), true, true);
    let app = world.app();
    // Acme owns the place of the request, and what that one may do in the other repository is not known.
    for (issue, author) in [(40, "acme"), (41, "rita")] {
        let mut asked = world.comment(author, "/review acme/internal");
        (asked["issue"]["number"], asked["comment"]["id"]) = (issue.into(), issue.into());
        app.deliver("issue_comment", &format!("d-{issue}"), &asked);
        app.wait_until_idle();
    }
    let said = world.reports();
    assert!(said[0].contains("there is no such repository") && said[1].contains("How to dispute"), "{said:?}");
    let clones: Vec<String> = world.github.with(|state| {
        state.log.iter().filter(|(method, ..)| method == "GIT").map(|(_, path, _)| path.clone()).collect()
    });
    assert_eq!(clones.iter().filter(|path| path.ends_with("/info/refs with a token")).count(), 1, "once: {clones:?}");
}

#[test]
fn a_private_repository_is_not_shown_where_everybody_can_read() {
    let world = World::new();
    let private = Repository::with_commits(1);
    private.write("plans.md", "Nobody is to know").commit("Write down the plans");
    world.github.host("acme/internal", private.path().join(".git"), true, true);
    let be_private = |is: bool| {
        world.github.with(|state| state.repositories.get_mut("acme/hiring").expect("there").private = is);
    };
    be_private(false);
    let app = world.app();
    let ask = |issue: u64, text: &str| {
        let mut asked = world.comment("rita", text);
        (asked["issue"]["number"], asked["comment"]["id"]) = (issue.into(), issue.into());
        app.deliver("issue_comment", &format!("d-{issue}"), &asked);
        app.wait_until_idle();
        world.reports().pop().expect("an answer")
    };
    let said = ask(40, "/review acme/internal ana/shop");
    assert!(said.contains("acme/internal: no report, because it is private, and everybody can read"), "{said}");
    assert!(said.contains("How to dispute") && !said.contains(&private.head()[..7]), "{said}");
    // What it is compared with is not shown, and what is reviewed where it is asked for is everybody's already.
    let said = ask(41, "/review ana/shop --template acme/internal");
    assert!(said.contains("How to dispute"), "{said}");
    let said = ask(42, "/review");
    assert!(said.contains("How to dispute"), "{said}");
    world.github.with(|state| state.check_runs.len());
    be_private(true);
    let said = ask(43, "/review acme/internal");
    assert!(said.contains("How to dispute") && said.contains(&private.head()[..7]), "{said}");
}

#[test]
fn a_permission_that_was_not_given_costs_what_needs_it_and_nothing_else() {
    let world = World::new();
    world.github.with(|state| state.withheld.insert("checks".to_owned()));
    let own = Repository::with_commits(2);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app();
    let mut asked = world.comment("bo", "/review");
    asked["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
    app.deliver("issue_comment", "d-1", &asked);
    app.wait_until_idle();
    let said = world.reports();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("How to dispute"), "{}", said[0]);
    assert!(world.github.with(|state| state.check_runs.is_empty()));
    assert!(app.log().contains("no check run"), "{}", app.log());
}

#[test]
fn a_killed_server_finishes_the_same_comment() {
    let world = World::new();
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait("the placeholder", || !world.reports().is_empty());
    app.kill();
    let app = world.app();
    app.wait("the report", || world.reports().iter().any(|body| body.contains("As of commit")));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
}

#[test]
fn a_comment_whose_answer_was_lost_is_not_written_twice() {
    let world = World::new();
    world.github.fault("POST", "/issues/3/comments", Wrong::Lost(502));
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait("the report", || world.reports().iter().any(|body| body.contains("As of commit")));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
}

#[test]
fn a_report_is_found_again_by_its_mark_and_only_in_the_apps_own_comments() {
    let world = World::new();
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    let report = world.reports().concat();
    assert!(app.terminate());
    // Somebody has copied it, and the app has lost its memory.
    world.github.with(|state| {
        state.comments.insert(1, ("acme/hiring#3".to_owned(), report.clone()));
        state.by_others.insert(1);
    });
    world.candidate.write("LATER.md", "later").commit("Add what came later");
    let empty = format!("sqlite://{}/app.db-empty", world.folder.path().display());
    let app = world.app_with(&[("DATABASE_URL", &empty)]);
    app.deliver("issue_comment", "d-2", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    let all = world.reports();
    assert_eq!(all.len(), 2, "{all:?}");
    assert_eq!(all[0], report, "what others wrote is not touched");
    assert!(all[1].contains(&world.candidate.head()[..7]), "{}", all[1]);
}

#[test]
fn a_limit_of_githubs_puts_the_job_back_and_holds_no_worker() {
    // The one for each hour, and the one for what comes too quickly, while reading and while writing.
    for (method, path, wrong) in [
        ("GET", "/repos/ana/shop", Wrong::Status(429)),
        ("GET", "/repos/ana/shop", Wrong::Limited),
        ("POST", "/issues/3/comments", Wrong::Limited),
        ("PATCH", "/issues/comments/", Wrong::Limited),
    ] {
        let world = World::new();
        world.github.host("ana/blog", world.candidate.path().join(".git"), false, false);
        world.github.fault(method, path, wrong);
        let app = world.app();
        let mut other = world.comment("rita", "/review ana/blog");
        other["issue"]["number"] = 4.into();
        other["comment"]["id"] = 12.into();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait("the limit", || world.github.with(|state| state.faults.is_empty()));
        app.deliver("issue_comment", "d-2", &other);
        app.wait_until_idle();
        let when = format!("{method} {path}: {wrong:?}");
        let reports = world.reports();
        assert_eq!(reports.iter().filter(|body| body.contains("How to dispute")).count(), 2, "{when}");
        assert_eq!(reports.len(), 2, "{when}: {reports:?}");
        let log = app.log();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let ends =
            lines.filter(|line| line["message"] == "job ended" && line["about"].to_string().contains("ana/shop"));
        let outcomes: Vec<(String, Option<i64>)> =
            ends.map(|line| (line["outcome"].to_string(), line["attempt"].as_i64())).collect();
        let expected = ["\"deferred\"", "\"done\""].map(|outcome| (outcome.to_owned(), Some(1)));
        assert_eq!(outcomes, expected, "waiting is no attempt; {when}");
    }
}

#[test]
fn a_candidate_gets_a_check_run_and_a_comment() {
    let world = World::new();
    let own = Repository::with_commits(2);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app();
    let mut asked = world.comment("bo", "/review");
    asked["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
    app.deliver("issue_comment", "d-1", &asked);
    app.wait_until_idle();
    assert!(world.reports().iter().all(|body| !body.contains("no report")), "{:?}", world.reports());
    app.wait("the check run", || {
        world.github.with(|state| state.check_runs.values().any(|run| run["status"] == "completed"))
    });
    let run = world.github.with(|state| state.check_runs.values().next().cloned().expect("one"));
    assert_eq!((run["conclusion"].as_str(), run["head_sha"].as_str()), (Some("neutral"), Some(own.head().as_str())));
    assert_eq!(world.reports().len(), 1);

    // The Re-run button.
    let again = json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main"},
        "check_run": {"head_sha": own.head(), "app": {"id": APP}},
        "sender": {"login": "bo", "type": "User"},
    });
    assert_eq!(app.deliver("check_run", "d-2", &again), 202);
    app.wait("the second check run", || {
        world.github.with(|state| state.check_runs.values().filter(|run| run["status"] == "completed").count() == 2)
    });
    app.wait_until_idle();
}

/// In a comment that is edited, in one that is made, and in a check run, whose length the other side counts as GitHub does.
#[test]
fn a_report_that_is_longer_than_github_takes_is_posted_with_what_matters_and_says_what_fell() {
    let world = World::new();
    // Where something is found, and the place is long.
    let own = Repository::with_commits(1);
    let found = "def f():\n    try:\n        g()\n    except Exception:\n        pass\n";
    for number in 0..60 {
        let folders = format!("{}/", "a-folder-with-a-long-name".repeat(8)).repeat(12);
        own.write(&format!("{folders}{number}.py"), found);
    }
    own.commit("Add what is far down");
    let id = world.github.host("bo/blog", own.path().join(".git"), false, true);
    let app = world.app();
    let ask = |delivery: &str, issue: u64| {
        let mut asked = world.comment("rita", "/review bo/blog");
        (asked["issue"]["number"], asked["comment"]["id"]) = (issue.into(), issue.into());
        assert_eq!(app.deliver("issue_comment", delivery, &asked), 202);
    };
    let is_cut = |text: &str| text.contains("Left out here, because a comment can hold only so much");
    let whole = |text: &str| text.contains("How to dispute") && text.contains("bo/blog");
    ask("d-edited", 100);
    app.wait_until_idle();
    // Somebody deletes the comment that says that the review has begun.
    world.github.fault("GET", "/bo/blog/info/refs", Wrong::Later);
    ask("d-made", 101);
    app.wait("the placeholder", || world.reports().iter().any(|body| body.contains("Reviewing")));
    let begun = world.github.with(|state| {
        let mut begun = state.comments.iter().filter(|(_, (_, body))| body.contains("Reviewing"));
        *begun.next().expect("there").0
    });
    world.github.delete(begun);
    app.wait_until_idle();
    let reports = world.reports();
    assert_eq!(reports.len(), 2);
    for report in &reports {
        let count = report.chars().count();
        assert!(is_cut(report) && whole(report) && count <= 65_536, "{count}: {report}");
    }
    let check = json!({"action": "rerequested", "check_run": {"head_sha": own.head(), "app": {"id": APP}},
        "installation": {"id": INSTALLATION}, "sender": {"login": "bo", "type": "User"},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main"}});
    assert_eq!(app.deliver("check_run", "d-check", &check), 202);
    app.wait_until_idle();
    let run = world.github.with(|state| state.check_runs.values().next().cloned().expect("a run"));
    let summary = run["output"]["summary"].as_str().expect("text");
    assert!(is_cut(summary) && summary.contains("can have this report deleted"), "{summary}");
    let refused = world.github.with(|state| state.log.iter().filter(|(.., status)| *status == 422).count());
    assert_eq!(refused, 0, "nothing was tried that is too long");
}
