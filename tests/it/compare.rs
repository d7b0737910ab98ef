//! What changed since the last review.

use crate::support::{Repository, World, run};

/// Reviews `target` as JSON into a file of `folder`.
fn stored(target: &str, folder: &std::path::Path) -> String {
    let file = folder.join("old.json").display().to_string();
    let (code, _, err) = run(&["review", target, "--format", "json", "--output", &file]);
    assert_eq!(code, 0, "{err}");
    file
}

#[test]
fn what_was_mended_is_said_and_where_nothing_changed_nothing_is() {
    let repository = Repository::with_commits(3);
    let folder = tempfile::tempdir().expect("a folder");
    let old = stored(&repository.target(), folder.path());
    let compared = |format: &str| run(&["review", &repository.target(), "--compare", &old, "--format", format]);
    let alone = run(&["review", &repository.target(), "--format", "markdown"]);
    assert_eq!(compared("markdown"), alone);
    repository.write("Dockerfile", "FROM python:3.12-slim\nCMD [\"python\", \"app.py\"]\n").commit("Add a container");
    for format in ["terminal", "markdown", "html"] {
        let (code, out, err) = compared(format);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("Since the last review") && out.contains("Mended"), "{format}: {out}");
    }
    let report: serde_json::Value = serde_json::from_str(&compared("json").1).expect("JSON");
    let mended: Vec<&str> =
        report["changes"]["mended"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    assert!(mended.contains(&"deployment.reproducible"), "{mended:?}");
}

#[test]
fn what_is_no_report_is_refused_in_one_sentence() {
    let repository = Repository::with_commits(1);
    let folder = tempfile::tempdir().expect("a folder");
    for (text, says) in [
        (&b"not JSON"[..], "is no report of foliolens"),
        (b"[]", "is no report of foliolens"),
        (b"{\"schema\": \"foliolens.report/2\"}", "is a report of another version"),
        (b"\xff\xfe", "can not be read"),
    ] {
        let file = folder.path().join("old.json");
        std::fs::write(&file, text).expect("written");
        let (code, out, err) = run(&["review", &repository.target(), "--compare", &file.display().to_string()]);
        assert_eq!((code, out.as_str(), err.lines().count()), (2, "", 1), "{err}");
        assert!(err.contains(says), "{err}");
    }
    let (code, _, err) = run(&["review", &repository.target(), "--compare", "/no/such/file"]);
    assert_eq!(code, 2);
    assert!(err.contains("can not be read"), "{err}");
}

#[test]
fn a_report_on_another_repository_is_no_earlier_one() {
    let named = |name: &str| {
        let repository = Repository::with_commits(1);
        repository.git(&["remote", "add", "origin", &format!("https://github.com/ana/{name}")]);
        repository
    };
    let folder = tempfile::tempdir().expect("a folder");
    let old = stored(&named("blog").target(), folder.path());
    let (code, _, err) = run(&["review", &named("shop").target(), "--compare", &old]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("is about another repository than ana/shop"), "{err}");
}

#[test]
fn folders_without_a_remote_are_told_apart_by_their_first_commits() {
    let [shop, blog] = ["Begin a shop", "Begin a blog"].map(|subject| {
        let repository = Repository::new();
        repository.write("app.py", "x = 1\n").commit(subject);
        repository
    });
    let folder = tempfile::tempdir().expect("a folder");
    let old = stored(&blog.target(), folder.path());
    let (code, out, err) = run(&["review", &shop.target(), "--compare", &old]);
    assert_eq!((code, out.as_str(), err.lines().count()), (2, "", 1), "{err}");
    assert!(err.contains("is about another repository than") && err.contains("begin with different commits"), "{err}");
    assert!(err.contains("name a report that `foliolens review --format json` has written of the same one."), "{err}");
    // Whatever is committed on top, it is the same repository.
    blog.write("app.py", "x = 2\n").commit("Go on");
    let (code, _, err) = run(&["review", &blog.target(), "--compare", &old]);
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = run(&["review", &shop.target(), &blog.target(), "--compare", &old]);
    assert_eq!(code, 0, "one of several may be new: {err}");
}

#[test]
fn the_server_compares_with_the_report_that_it_stored_last() {
    let world = World::new();
    let app = world.app();
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
    app.wait_until_idle();
    assert!(!world.reports().concat().contains("Since the last review"));
    let first = world.candidate.head();
    world
        .candidate
        .write("Dockerfile", "FROM python:3.12-slim\nCMD [\"python\", \"app.py\"]\n")
        .commit("Add a container");
    assert_eq!(app.deliver("issue_comment", "d-2", &world.comment("rita", "/review ana/shop")), 202);
    app.wait_until_idle();
    let report = world.reports().concat();
    assert!(report.contains("Since the last review") && report.contains(&first[..7]), "{report}");
    // Asked again of the same commit, it has nothing to add.
    assert_eq!(app.deliver("issue_comment", "d-3", &world.comment("rita", "/review ana/shop")), 202);
    app.wait_until_idle();
    assert!(!world.reports().concat().contains("Since the last review"));
}
