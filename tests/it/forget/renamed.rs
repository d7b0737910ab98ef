//! What was renamed is forgotten as well, and never another that took its name.

use super::{Own, standing, stored};
use crate::support::{Database, Repository, World, Wrong};

#[test]
fn what_was_renamed_is_forgotten_under_all_its_names() {
    for database in Database::all() {
        let world = World::on(database);
        let own = Own::in_world(&world);
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog ana/shop"));
        app.deliver("issue_comment", "d-2", &own.comment(&world, "bo", 20, "/review"));
        app.wait_until_idle();
        assert_eq!((standing(&world), stored(&world)), (2, 3));
        world.github.rename("bo/blog", "bo/journal");
        let mut again = world.comment("rita", "/review bo/journal");
        again["comment"]["id"] = 21.into();
        app.deliver("issue_comment", "d-3", &again);
        app.wait_until_idle();
        assert_eq!((standing(&world), stored(&world)), (3, 4));
        let said = own.forget(&world, &app, 22);
        assert!(said.contains("Everything about bo/journal is deleted"), "{said}");
        assert_eq!((standing(&world), stored(&world)), (0, 1), "the one on ana/shop: {:?}", world.reports());
        let run = world.github.with(|state| state.check_runs.values().next().cloned().expect("a check run"));
        assert_eq!(run["output"]["title"], "Report deleted", "it is found where it stands by now");
    }
}

#[test]
fn who_has_a_repository_now_has_it_forgotten_and_not_another_that_took_its_name() {
    let world = World::new();
    let own = Own::in_world(&world);
    let app = world.app();
    let ask = |comment: u64, text: &str| {
        let mut asked = world.comment("rita", text);
        (asked["comment"]["id"], asked["issue"]["number"]) = (comment.into(), comment.into());
        app.deliver("issue_comment", &format!("d-{comment}"), &asked);
        app.wait_until_idle();
    };
    ask(11, "/review bo/blog");
    world.github.rename("bo/blog", "eve/blog");
    let other = Repository::with_commits(1);
    world.github.host("bo/blog", other.path().join(".git"), false, false);
    ask(12, "/review bo/blog");
    assert_eq!((standing(&world), stored(&world)), (2, 2));
    let said = own.forget(&world, &app, 20);
    assert!(said.contains("Everything about eve/blog is deleted"), "{said}");
    assert_eq!((standing(&world), stored(&world)), (1, 1));
    let left: Vec<String> =
        world.github.with(|state| state.comments.values().map(|(place, _)| place.clone()).collect());
    assert_eq!(left, ["acme/hiring#12", "eve/blog#3"]);
}

#[test]
fn a_report_that_stands_in_a_repository_which_was_renamed_is_deleted_there() {
    let world = World::new();
    let own = Own::in_world(&world);
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
    app.wait_until_idle();
    world.github.rename("acme/hiring", "acme/talent");
    // Another one has its name, where a comment of that number would be looked for in vain.
    let other = Repository::with_commits(1);
    world.github.host("acme/hiring", other.path().join(".git"), true, true);
    let said = own.forget(&world, &app, 20);
    assert!(said.contains("Everything about bo/blog is deleted"), "{said}");
    assert_eq!(standing(&world), 0, "{:?}", world.reports());
}

#[test]
fn whatever_github_answers_when_a_repository_is_looked_for_by_its_number_the_report_goes_in_the_end() {
    let statuses = [401, 403, 404, 410, 422, 429, 500].map(Wrong::Status);
    let wrongs = statuses.into_iter().chain([Wrong::Lost(502), Wrong::Slow, Wrong::Torn]);
    std::thread::scope(|scope| {
        for wrong in wrongs {
            scope.spawn(move || {
                let world = World::new();
                let own = Own::in_world(&world);
                let app = world.app_with(&[("FOLIOLENS_GITHUB_SECONDS", "4")]);
                app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
                app.wait_until_idle();
                world.github.rename("acme/hiring", "acme/talent");
                let other = Repository::with_commits(1);
                world.github.host("acme/hiring", other.path().join(".git"), true, true);
                world.github.fault("GET", "/installation/repositories", wrong);
                let said = own.forget(&world, &app, 20);
                if said.contains("still hold a report on it: 1.") {
                    assert_eq!(standing(&world), 1, "{wrong:?}: what is said is so");
                    assert!(own.forget(&world, &app, 21).contains("Everything about bo/blog is deleted"), "{wrong:?}");
                }
                assert_eq!(standing(&world), 0, "{wrong:?}: {said}");
            });
        }
    });
}
