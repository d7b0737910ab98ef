//! A token that git does not take, although GitHub has just given it to us: trouble, and no repository that is missing.

use serde_json::Value;

use crate::support::{App, Repository, World, Wrong, run_on};

/// `acme/internal`, which only a token reads, and its number.
fn internal(world: &World) -> (Repository, u64) {
    let internal = Repository::with_commits(2);
    let id = world.github.host("acme/internal", internal.path().join(".git"), true, true);
    (internal, id)
}

fn ask(world: &World, app: &App, issue: u64) {
    let mut asked: Value = world.comment("rita", "/review acme/internal");
    (asked["issue"]["number"], asked["comment"]["id"]) = (issue.into(), issue.into());
    assert_eq!(app.deliver("issue_comment", &format!("d-{issue}"), &asked), 202);
}

#[test]
fn a_token_that_is_taken_no_more_is_replaced_by_another() {
    let world = World::new();
    let (_internal, id) = internal(&world);
    let app = world.app();
    ask(&world, &app, 40);
    app.wait_until_idle();
    assert!(world.reports().concat().contains("How to dispute"), "{:?}", world.reports());
    // The one that is kept for the next hour.
    world.github.revoke(id);
    ask(&world, &app, 41);
    app.wait_until_idle();
    let said = world.reports();
    assert!(said.len() == 2 && said.iter().all(|one| one.contains("How to dispute")), "{said:?}");
}

#[test]
fn where_git_takes_no_token_of_ours_that_says_nothing_about_the_repository() {
    for status in [401, 403] {
        let world = World::new();
        let (_internal, _) = internal(&world);
        world.github.fault_for_ever("GET", "/acme/internal/info/refs", Wrong::Status(status));
        let app = world.app();
        ask(&world, &app, 40);
        world.wait_without_patience(&app);
        let said = world.reports();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("says nothing about the repository"), "{status}: {}", said[0]);
        assert!(run_on(&world.database, &["jobs", "list", "--state", "dead"]).1.contains("acme/internal"));
        let clones = |(_, path, _): &&(String, String, u16)| path.starts_with("/acme/internal/info/refs");
        let clones = world.github.with(|state| state.log.iter().filter(clones).count());
        assert!(clones >= 3, "{status}: {clones} attempts");
        let why =
            run_on(&world.database, &["jobs", "show", "1"]).1 + &run_on(&world.database, &["jobs", "show", "2"]).1;
        assert!(why.contains("git does not accept the token that GitHub has given for acme/internal"), "{why}");
    }
}
