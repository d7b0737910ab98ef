//! Pushes: those that nobody wants to have reviewed cost next to nothing, and of quick ones the last is reviewed once.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{INSTALLATION, Repository, World};

/// A push to the default branch of the repository `name`.
fn push(name: &str, id: u64, head: &str) -> Value {
    let owner = name.split('/').next();
    json!({
        "ref": "refs/heads/main", "after": head, "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": name, "default_branch": "main",
            "owner": {"login": owner, "type": "Organization"}},
        "sender": {"login": "bo", "type": "User"},
    })
}

#[test]
fn a_push_that_nobody_wants_to_have_reviewed_asks_github_next_to_nothing() {
    for has_settings in [false, true] {
        let world = World::new();
        let own = Repository::with_commits(1);
        let [blog, shop] = ["bo/blog", "bo/shop"].map(|name| {
            let id = world.github.host(name, own.path().join(".git"), true, true);
            (name, id)
        });
        let settings = Repository::with_commits(1);
        settings.write("foliolens.toml", "review_on = []\n").commit("Leave pushes alone");
        if has_settings {
            world.github.host("bo/.github", settings.path().join(".git"), true, true);
        }
        let app = world.app();
        let asked = || -> Vec<String> {
            // What is asked every five minutes, whatever comes in, is no push's.
            world.github.asked().into_iter().filter(|path| !path.starts_with("/app/hook/")).collect()
        };
        let mut before = asked().len();
        let mut costs = Vec::new();
        for (number, (name, id)) in [blog, blog, shop, shop].into_iter().enumerate() {
            own.write("a.txt", &number.to_string()).commit("Change it");
            assert_eq!(app.deliver("push", &format!("d-{number}"), &push(name, id, &own.head())), 202);
            app.wait_until_idle();
            costs.push(asked().len() - before);
            before = asked().len();
        }
        // A token, and whether there are settings; where there are, another one to read them with.
        let first = if has_settings { 4 } else { 2 };
        assert_eq!(costs, [first, 0, 0, 0], "{:?}", asked());
        assert_eq!(world.github.with(|state| state.check_runs.len()), 0);
    }
}

#[test]
fn what_is_pushed_while_the_push_before_is_looked_at_is_reviewed_and_counted_once() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app_with(&[("FOLIOLENS_REVIEW_PUSHES", "yes")]);
    let first = own.head();
    // Between the claim of the first job and its look at what the branch has.
    world.github.hold("GET /repos/bo/blog/commits", Duration::from_secs(3));
    assert_eq!(app.deliver("push", "d-1", &push("bo/blog", id, &first)), 202);
    app.wait("the first job to ask what the branch has", || world.github.holds());
    own.write("a.txt", "newer").commit("Change it");
    assert_eq!(app.deliver("push", "d-2", &push("bo/blog", id, &own.head())), 202);
    app.wait_until_idle();
    let heads = || -> Vec<Value> {
        world.github.with(|state| state.check_runs.values().map(|run| run["head_sha"].clone()).collect())
    };
    assert_eq!(heads(), [own.head()]);
    let reviews = || world.number("SELECT count(*) FROM audit WHERE action = 'review'");
    assert_eq!((reviews(), world.number("SELECT count(*) FROM jobs WHERE state = 'done'")), (1, 2));
    // What comes later is another one.
    own.write("a.txt", "the newest").commit("Change it again");
    assert_eq!(app.deliver("push", "d-3", &push("bo/blog", id, &own.head())), 202);
    app.wait_until_idle();
    assert_eq!((heads().len(), reviews()), (2, 2));
}
