//! In one issue each repository has one report, however it is asked for.

use serde_json::json;

use crate::support::{App, Database, Repository, World, Wrong};

/// Asks in the issue of the world and waits for the end; the texts of all comments, the oldest first.
fn ask(world: &World, app: &App, number: u64, text: &str) -> Vec<String> {
    deliver(world, app, number, text);
    app.wait_until_idle();
    world.reports()
}

fn deliver(world: &World, app: &App, number: u64, text: &str) {
    let mut asked = world.comment("rita", text);
    asked["comment"]["id"] = number.into();
    assert_eq!(app.deliver("issue_comment", &format!("d-{number}"), &asked), 202);
}

fn with_a_blog(world: &World) -> Repository {
    let blog = Repository::with_commits(2);
    world.github.host("ana/blog", blog.path().join(".git"), false, false);
    blog
}

/// How many comments report on `name`.
fn reporting(said: &[String], name: &str) -> usize {
    said.iter().filter(|body| body.contains("How to dispute") && body.contains(name)).count()
}

#[test]
fn a_wider_request_and_a_narrower_one_are_answered_where_the_report_stands() {
    for database in Database::all() {
        let world = World::on(database);
        let blog = with_a_blog(&world);
        let app = world.app();
        ask(&world, &app, 11, "/review ana/shop");
        let said = ask(&world, &app, 12, "/review ana/shop ana/blog");
        assert_eq!(said.len(), 1, "{database:?}: {said:?}");
        assert!(said[0].contains("2 repositories"), "{database:?}: {}", said[0]);
        blog.write("LATER.md", "later").commit("Add what came later");
        let said = ask(&world, &app, 13, "/review ana/blog");
        assert_eq!(said.len(), 1, "{database:?}: {said:?}");
        assert!(said[0].contains("2 repositories"), "the other report stays: {}", said[0]);
        assert!(said[0].contains(&blog.head()[..7]) && said[0].contains(&world.candidate.head()[..7]), "{}", said[0]);
        let cloned = |name: &str| {
            let is_clone = |path: &str| path.contains("git-upload-pack") && path.contains(name);
            world.github.with(|state| state.log.iter().filter(|(_, path, _)| is_clone(path)).count())
        };
        assert_eq!(cloned("ana/shop"), cloned("ana/blog"), "twice each: what is kept is not reviewed again");
        assert_eq!(ask(&world, &app, 14, "/review ana/nothing").len(), 2, "what shares nothing is apart");
    }
}

#[test]
fn two_comments_become_one_and_the_other_says_where() {
    for database in Database::all() {
        let world = World::on(database);
        let _blog = with_a_blog(&world);
        let app = world.app();
        ask(&world, &app, 11, "/review ana/shop");
        assert_eq!(ask(&world, &app, 12, "/review ana/blog").len(), 2);
        let said = ask(&world, &app, 13, "/review ana/blog ana/shop");
        assert_eq!((said.len(), reporting(&said, "ana/shop"), reporting(&said, "ana/blog")), (2, 1, 1), "{said:?}");
        let first = world.github.with(|state| *state.comments.keys().next().expect("one"));
        let address = format!("{}/acme/hiring/issues/3#issuecomment-{first}", world.github.url());
        assert!(said[0].contains("2 repositories") && said[1].contains(&format!("]({address})")), "{}", said[1]);
        // However it is asked for from then on.
        let said = ask(&world, &app, 14, "/review ana/blog");
        assert_eq!((said.len(), reporting(&said, "ana/blog")), (2, 1), "{said:?}");
        assert!(said[0].contains("2 repositories") && said[1].contains(&address), "{said:?}");
    }
}

#[test]
fn a_portfolio_is_one_of_them_and_replaces_only_what_it_brought_in() {
    let world = World::new();
    let _blog = with_a_blog(&world);
    world.github.host("bo/chat", world.candidate.path().join(".git"), false, false);
    let app = world.app();
    ask(&world, &app, 11, "/review @ana");
    let said = ask(&world, &app, 12, "/review ana/shop bo/chat");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("3 repositories"), "{}", said[0]);
    // One of hers is gone, and asked for by nobody else.
    world.github.with(|state| state.repositories.remove("ana/blog"));
    let said = ask(&world, &app, 13, "/review @ana");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("2 repositories") && said[0].contains("bo/chat"), "{}", said[0]);
    assert!(!said[0].contains("ana/blog"), "{}", said[0]);
}

#[test]
fn what_fails_or_is_cancelled_takes_no_other_report_away() {
    let world = World::new();
    let _blog = with_a_blog(&world);
    let app = world.app();
    ask(&world, &app, 11, "/review ana/shop ana/blog");
    world.github.fault_for_ever("GET", "/ana/blog/info/refs", Wrong::Status(500));
    deliver(&world, &app, 12, "/review ana/blog");
    app.wait("the placeholder", || world.reports()[0].contains("Reviewing ana/blog"));
    assert_eq!(reporting(&world.reports(), "ana/shop"), 1, "{:?}", world.reports());
    world.wait_without_patience(&app);
    let said = world.reports();
    assert!(said[0].contains("says nothing about the repository"), "{}", said[0]);
    assert_eq!((said.len(), reporting(&said, "ana/shop")), (1, 1), "{said:?}");
    world.github.with(|state| state.faults.clear());
    world.github.fault("GET", "/ana/blog/info/refs", Wrong::Slow);
    deliver(&world, &app, 13, "/review ana/blog");
    app.wait("the placeholder", || world.reports()[0].contains("Reviewing ana/blog"));
    let said = ask(&world, &app, 14, "/review cancel");
    assert!(said[0].contains("was cancelled") && reporting(&said, "ana/shop") == 1, "{said:?}");
}

#[test]
fn requests_at_the_same_time_and_a_process_that_dies_make_no_second_report() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            for (method, path, wrong) in [
                ("POST", "/issues/3/comments", Wrong::KilledAfter),
                ("PATCH", "/issues/comments/", Wrong::KilledBefore),
                ("PATCH", "/issues/comments/", Wrong::KilledAfter),
            ] {
                scope.spawn(move || {
                    let world = World::on(database);
                    let _blog = with_a_blog(&world);
                    let busy = [("FOLIOLENS_WORKERS", "4"), ("FOLIOLENS_INSTALLATION_JOBS", "4")];
                    let app = world.app_with(&busy);
                    world.github.fault(method, path, wrong);
                    world.github.with(|state| state.victim = Some(app.id()));
                    let all = ["/review ana/shop", "/review ana/blog", "/review ana/shop ana/blog", "/review @ana"];
                    for (number, text) in all.into_iter().enumerate() {
                        let mut asked = world.comment("rita", text);
                        asked["comment"]["id"] = (11 + number).into();
                        // It may be dead before the last one; each comes again.
                        let deliver = || app.deliver("issue_comment", &format!("d-{number}"), &asked);
                        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(deliver));
                    }
                    assert!(!app.ended().0, "was not killed");
                    let app = world.app_with(&busy);
                    for (number, text) in all.into_iter().enumerate() {
                        let mut asked = world.comment("rita", text);
                        asked["comment"]["id"] = (11 + number).into();
                        assert_eq!(app.deliver("issue_comment", &format!("d-{number}"), &asked), 202);
                    }
                    app.wait_until_idle();
                    let said = world.reports();
                    let counted = (reporting(&said, "ana/shop"), reporting(&said, "ana/blog"));
                    assert_eq!(counted, (1, 1), "{database:?}, {method} {path} {wrong:?}: {said:?}");
                });
            }
        }
    });
}

#[test]
fn what_is_forgotten_is_forgotten_where_it_has_moved_to() {
    let world = World::new();
    let own = Repository::with_commits(2);
    let id = world.github.host("bo/blog", own.path().join(".git"), false, true);
    let app = world.app();
    ask(&world, &app, 11, "/review ana/shop");
    ask(&world, &app, 12, "/review bo/blog");
    let said = ask(&world, &app, 13, "/review ana/shop bo/blog");
    assert_eq!((reporting(&said, "bo/blog"), reporting(&said, "ana/shop")), (1, 1), "{said:?}");
    let mut asked = world.comment("bo", "/review forget");
    asked["comment"]["id"] = 22.into();
    asked["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
    app.deliver("issue_comment", "d-22", &asked);
    app.wait_until_idle();
    let said = world.reports();
    assert_eq!(reporting(&said, "bo/blog"), 0, "{said:?}");
    let said = ask(&world, &app, 14, "/review ana/shop");
    assert_eq!((reporting(&said, "ana/shop"), reporting(&said, "bo/blog")), (1, 0), "{said:?}");
}

#[test]
fn where_the_repository_of_the_issue_is_renamed_meanwhile_the_report_follows_it() {
    let world = World::new();
    let app = world.app();
    // What was delivered has the name of before.
    world.github.rename("acme/hiring", "acme/talent");
    let said = ask(&world, &app, 11, "/review ana/shop");
    assert!(said.len() == 1 && said[0].contains("How to dispute"), "{said:?}");
    let mut again = world.comment("rita", "/review ana/shop");
    again["comment"]["id"] = 12.into();
    again["repository"]["full_name"] = "acme/talent".into();
    app.deliver("issue_comment", "d-12", &again);
    app.wait_until_idle();
    let said = world.reports();
    assert_eq!(said.len(), 1, "it is edited: {said:?}");
    let (places, reactions): (Vec<String>, Vec<String>) = world
        .github
        .with(|state| (state.comments.values().map(|(place, _)| place.clone()).collect(), state.reactions.clone()));
    assert_eq!(places, ["acme/talent#3"]);
    assert_eq!(reactions, ["11 eyes", "12 eyes"]);
}

#[test]
fn what_was_renamed_is_said_to_be_and_ones_own_is_reviewed_all_the_same() {
    let world = World::new();
    let own = Repository::with_commits(2);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app();
    world.github.rename("ana/shop", "ana/store");
    world.github.rename("bo/blog", "bo/journal");
    let said = ask(&world, &app, 11, "/review ana/shop");
    assert_eq!(said.len(), 1, "{said:?}");
    let sentence = "ana/shop: no report, because it is called ana/store by now; ask for it by that name.";
    assert!(said[0].contains(sentence), "{said:?}");
    // What is private is not told of.
    let said = ask(&world, &app, 12, "/review bo/blog");
    assert!(said.concat().contains("bo/blog: no report, because there is no such repository"), "{said:?}");
    assert!(!said.concat().contains("journal"), "{said:?}");
    // Bo has asked before it was renamed.
    let mut asked = world.comment("bo", "/review");
    asked["comment"]["id"] = 13.into();
    asked["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main", "private": true});
    app.deliver("issue_comment", "d-13", &asked);
    app.wait_until_idle();
    let said = world.reports();
    assert_eq!(said.iter().filter(|body| body.contains("How to dispute")).count(), 1, "{said:?}");
    let runs: Vec<String> = world.github.with(|state| {
        state.check_runs.values().map(|run| run["conclusion"].as_str().unwrap_or_default().to_owned()).collect()
    });
    assert_eq!(runs, ["neutral"]);
}

#[test]
fn a_report_behind_hundreds_of_comments_is_found_again_by_its_marker() {
    for database in Database::all() {
        let world = World::on(database);
        world.github.with(|state| {
            for number in 1..=230 {
                state.comments.insert(number, ("acme/hiring#3".to_owned(), format!("{number} of them")));
                state.by_others.insert(number);
            }
            // Some of them are shown to nobody, so that no page is full.
            state.unseen.extend([7, 107]);
        });
        // The number of the comment is noted nowhere: the process dies when it has written it.
        let app = world.app();
        world.github.fault("POST", "/issues/3/comments", Wrong::KilledAfter);
        world.github.with(|state| state.victim = Some(app.id()));
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        assert!(!app.ended().0, "was not killed");
        let app = world.app();
        app.wait_until_idle();
        let said = world.reports();
        assert_eq!((said.len(), reporting(&said, "ana/shop")), (231, 1), "{database:?}: {:?}", said.last());
        // Others may copy its line.
        let copied = said.last().expect("the report").clone();
        world.github.with(|state| state.comments.insert(5, ("acme/hiring#3".to_owned(), copied)));
        world.change("DELETE FROM publications");
        deliver(&world, &app, 12, "/review ana/shop");
        app.wait_until_idle();
        let said = world.reports();
        let ours = |body: &&String| body.contains("How to dispute");
        assert_eq!((said.len(), said.iter().filter(ours).count()), (231, 2), "{database:?}");
        assert!(world.github.with(|state| state.comments[&5].1.contains("How to dispute")), "it is theirs");
    }
}
