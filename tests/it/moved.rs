//! The repository in which somebody asks is given away, to where another installation of the app has it.

use serde_json::{Value, json};

use crate::support::{APP, Database, ELSEWHERE, INSTALLATION, Repository, World, Wrong};

fn give_away(world: &World) {
    world.github.give_away("acme/hiring", "beta/hiring", ELSEWHERE);
}

/// Where comments stand.
fn places(world: &World) -> Vec<String> {
    world.github.with(|state| state.comments.values().map(|(place, _)| place.clone()).collect())
}

/// How many of the rows of what was reviewed are that installation's.
fn of(world: &World, installation: u64) -> [i64; 3] {
    ["reports", "publications", "jobs"]
        .map(|table| world.number(&format!("SELECT count(*) FROM {table} WHERE installation = {installation}")))
}

#[test]
fn who_asked_before_is_answered_where_the_repository_is_now() {
    for world in Database::all().into_iter().map(World::on) {
        let app = world.app_with(&[("FOLIOLENS_WORKERS", "0")]);
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        assert!(app.terminate());
        give_away(&world);
        let app = world.app();
        app.wait_until_idle();
        let said = world.reports();
        assert!(said.len() == 1 && said[0].contains("How to dispute"), "{said:?}");
        assert_eq!(places(&world), ["beta/hiring#3"]);
        assert_eq!(world.github.with(|state| state.reactions.clone()), ["11 eyes"]);
        assert_eq!((of(&world, INSTALLATION), of(&world, ELSEWHERE)), ([0, 0, 0], [1, 1, 2]));
    }
}

#[test]
fn what_was_begun_before_is_finished_in_the_same_comment() {
    for world in Database::all().into_iter().map(World::on) {
        world.github.fault("GET", "/ana/shop/info/refs", Wrong::Slow);
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait("the placeholder", || world.reports().iter().any(|body| body.contains("Reviewing")));
        give_away(&world);
        app.wait_until_idle();
        let said = world.reports();
        assert!(said.len() == 1 && said[0].contains("How to dispute"), "{said:?}");
        assert_eq!(places(&world), ["beta/hiring#3"]);
        assert_eq!(
            (of(&world, INSTALLATION)[..2].to_vec(), of(&world, ELSEWHERE)[..2].to_vec()),
            (vec![0, 0], vec![1, 1])
        );
        // When the app is removed from whoever had it, the report stays the new owner's.
        app.deliver("installation", "d-2", &json!({"action": "deleted", "installation": {"id": INSTALLATION}}));
        app.wait_until_idle();
        assert_eq!(of(&world, ELSEWHERE)[..2], [1, 1]);
    }
}

#[test]
fn a_check_run_is_finished_where_its_repository_is_now() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    world.github.with(|state| state.permissions.insert("bo".into(), "admin"));
    world.github.fault("GET", "/bo/blog/info/refs", Wrong::Slow);
    let app = world.app();
    let rerun = json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main", "private": true},
        "check_run": {"head_sha": own.head(), "app": {"id": APP}},
        "sender": {"login": "bo", "type": "User"},
    });
    app.deliver("check_run", "d-1", &rerun);
    app.wait("the run", || world.github.with(|state| !state.check_runs.is_empty()));
    world.github.give_away("bo/blog", "eve/blog", ELSEWHERE);
    app.wait_until_idle();
    let runs: Vec<Value> = world.github.with(|state| state.check_runs.values().cloned().collect());
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!((&runs[0]["status"], &runs[0]["conclusion"]), (&json!("completed"), &json!("neutral")));
    assert!(runs[0]["output"]["summary"].to_string().contains("How to dispute"), "{}", runs[0]);
}

#[test]
fn the_new_owner_says_who_may_ask_and_sees_nothing_of_the_old_ones() {
    let world = World::new();
    let (shared, private) = (Repository::with_commits(1), Repository::with_commits(1));
    shared.write("foliolens.toml", "ask = \"admin\"\n").commit("Say who may ask");
    world.github.host("beta/.github", shared.path().join(".git"), false, false);
    world.github.host("acme/internal", private.path().join(".git"), true, true);
    world.github.with(|state| state.permissions.insert("otto".into(), "admin"));
    let app = world.app_with(&[("FOLIOLENS_WORKERS", "0")]);
    for (comment, author, target) in [(11, "rita", "ana/shop"), (12, "otto", "acme/internal")] {
        let mut asked = world.comment(author, &format!("/review {target}"));
        (asked["comment"]["id"], asked["issue"]["number"]) = (comment.into(), comment.into());
        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
    }
    assert!(app.terminate());
    give_away(&world);
    let app = world.app();
    app.wait_until_idle();
    let mut reactions = world.github.with(|state| state.reactions.clone());
    reactions.sort();
    assert_eq!(reactions, ["11 -1", "12 eyes"]);
    let said = world.reports();
    assert_eq!(places(&world), ["beta/hiring#12"]);
    assert!(said[0].contains("there is no such repository"), "{said:?}");
}

#[test]
fn what_was_posted_before_is_forgotten_where_it_is_now() {
    for private in [true, false] {
        let world = World::new();
        let own = Repository::with_commits(1);
        let id = world.github.host("bo/blog", own.path().join(".git"), false, true);
        world.github.with(|state| state.repositories.get_mut("acme/hiring").expect("there").private = private);
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
        app.wait_until_idle();
        assert!(world.reports().concat().contains("How to dispute"));
        give_away(&world);
        let mut forget = world.comment("bo", "/review forget");
        forget["comment"]["id"] = 12.into();
        forget["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
        app.deliver("issue_comment", "d-2", &forget);
        app.wait_until_idle();
        let said = world.reports();
        assert!(
            said.len() == 1 && said[0].contains("Everything about bo/blog is deleted"),
            "private {private}: {said:?}"
        );
    }
}
