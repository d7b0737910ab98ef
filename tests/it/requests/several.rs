//! Several repositories that are asked for in one comment.

use super::{answer, ask};
use crate::support::{Repository, World, Wrong};

#[test]
fn a_portfolio_is_one_comment_with_a_table_and_a_section_for_each() {
    let world = World::new();
    let blog = Repository::with_commits(2);
    for (name, private) in [("blog", false), ("a-fork", false), ("old-archived", false), ("secret", true)] {
        world.github.host(&format!("ana/{name}"), blog.path().join(".git"), private, false);
    }
    let app = world.app();
    ask(&world, &app, "rita", 3, "/review @ana");
    app.wait_until_idle();
    let report = answer(&world, 3);
    assert!(report.contains("2 repositories") && report.contains("| Repository |"), "{report}");
    assert_eq!(report.matches("<summary><b>ana").count(), 2, "{report}");
    assert!(
        !report.contains("a-fork") && !report.contains("old-archived") && !report.contains("ana/secret"),
        "{report}"
    );
    ask(&world, &app, "rita", 4, "/review @nobody");
    app.wait_until_idle();
    assert!(answer(&world, 4).contains("there are no public repositories of their own"), "{}", answer(&world, 4));
    for table in ["publications", "audit"] {
        let posted = if table == "audit" { "AND action = 'post'" } else { "" };
        let named = format!("SELECT count(*) FROM {table} WHERE target LIKE '%@%' {posted}");
        assert_eq!(world.number(&named), 0, "that is no repository: {table}");
    }
}

#[test]
fn a_portfolio_is_found_behind_many_copies_and_where_nobody_looks_any_further_that_is_said() {
    let world = World::new();
    let path = || world.candidate.path().join(".git");
    let copies = |from: usize, to: usize| {
        for number in from..to {
            world.github.host(&format!("ana/copy{number:04}-fork"), path(), false, false);
        }
    };
    copies(0, 150);
    let app = world.app_with(&[("FOLIOLENS_PORTFOLIO", "2")]);
    ask(&world, &app, "rita", 3, "/review @ana");
    app.wait_until_idle();
    let found = answer(&world, 3);
    assert!(found.contains("How to dispute") && found.contains("ana/shop"), "{found}");
    assert!(!found.contains("Others of"), "all were looked through: {found}");
    copies(150, 1000);
    ask(&world, &app, "rita", 4, "/review @ana");
    app.wait_until_idle();
    let none = answer(&world, 4);
    assert!(none.contains("among the 1000 repositories that were pushed to last there is no public one"), "{none}");
    world.github.host("ana/a", path(), false, false);
    ask(&world, &app, "rita", 5, "/review @ana");
    app.wait_until_idle();
    let some = answer(&world, 5);
    assert!(some.contains("Others of @\u{2060}ana: no report, because only the 1000 repositories"), "{some}");
    assert!(some.contains("ana/a") && some.contains("How to dispute"), "{some}");
}

#[test]
fn the_repositories_of_a_portfolio_are_reviewed_side_by_side() {
    let world = World::new();
    for name in ["blog", "chat"] {
        world.github.host(&format!("ana/{name}"), world.candidate.path().join(".git"), false, false);
    }
    // The first one takes its time.
    world.github.fault("GET", "/ana/blog/info/refs", Wrong::Slow);
    let app = world.app_with(&[("FOLIOLENS_LEASE_SECONDS", "5")]);
    ask(&world, &app, "rita", 3, "/review ana/blog ana/chat ana/shop");
    app.wait_until_idle();
    assert!(answer(&world, 3).contains("3 repositories"), "{}", answer(&world, 3));
    let cloned: Vec<String> = world.github.with(|state| {
        let git = state.log.iter().filter(|(_, path, _)| path.contains("git-upload-pack"));
        git.filter_map(|(_, path, _)| path.split('/').nth(2).map(str::to_owned)).collect()
    });
    let first =
        |name: &str| cloned.iter().position(|other| other == name).unwrap_or_else(|| panic!("{name}: {cloned:?}"));
    assert!(first("chat") < first("blog") && first("shop") < first("blog"), "nobody waited for it: {cloned:?}");
    assert_eq!(app.log().matches("\"begun\"").count(), 1, "one attempt: {}", app.log());
}

#[test]
fn one_of_a_portfolio_that_fails_takes_no_other_along() {
    let world = World::new();
    world.github.host("ana/blog", world.candidate.path().join(".git"), false, false);
    world.github.fault_for_ever("GET", "/ana/blog/info/refs", Wrong::Status(500));
    let app = world.app_with(&[("FOLIOLENS_PORTFOLIO_AT_ONCE", "1")]);
    ask(&world, &app, "rita", 3, "/review ana/blog ana/shop");
    world.wait_without_patience(&app);
    let said = answer(&world, 3);
    assert!(said.contains("no report, because its review could not be finished"), "{said}");
    assert!(said.contains("(reference 1)") && said.contains("How to dispute"), "{said}");
    assert_eq!(app.log().matches("\"examined\"").count(), 1, "the other one once: {}", app.log());
}

#[test]
fn what_needs_more_memory_than_its_share_has_all_of_it_afterwards() {
    let world = World::new();
    world.github.host("ana/blog", world.candidate.path().join(".git"), false, false);
    // Half of it is too little for anything.
    let settings = [("FOLIOLENS_REVIEW_MEMORY_MIB", "128"), ("FOLIOLENS_PORTFOLIO_AT_ONCE", "10")];
    let app = world.app_with(&settings);
    ask(&world, &app, "rita", 3, "/review ana/blog ana/shop");
    app.wait_until_idle();
    assert!(answer(&world, 3).contains("2 repositories"), "{}", answer(&world, 3));
}

#[test]
fn who_names_more_than_are_reviewed_is_told_so() {
    let world = World::new();
    let app = world.app_with(&[("FOLIOLENS_PORTFOLIO_AT_ONCE", "4")]);
    // None of them is there, so that nothing takes long.
    let named = |count: usize| (0..count).map(|number| format!("ana/no{number} ")).collect::<String>();
    ask(&world, &app, "rita", 3, &format!("/review {}ana/no0", named(10)));
    ask(&world, &app, "rita", 4, &format!("/review {}", named(11)));
    app.wait_until_idle();
    let (all, cut) = (answer(&world, 3), answer(&world, 4));
    assert!(all.contains("ana/no9: no report") && !all.contains("Others"), "{all}");
    assert!(cut.contains("ana/no9: no report") && !cut.contains("ana/no10"), "{cut}");
    assert!(
        cut.contains("Others that the comment names: no report, because only the first 10 of one comment"),
        "{cut}"
    );
}

#[test]
fn a_portfolio_ends_at_the_configured_number() {
    let world = World::new();
    for number in 0..3 {
        world.github.host(&format!("ana/part{number}"), world.candidate.path().join(".git"), false, false);
    }
    let app = world.app_with(&[("FOLIOLENS_PORTFOLIO", "2")]);
    ask(&world, &app, "rita", 3, "/review @ana");
    app.wait_until_idle();
    assert!(answer(&world, 3).contains("2 repositories"));
}

#[test]
fn of_a_portfolio_the_newest_ones_are_taken() {
    let world = World::new();
    for (name, pushed_at) in [("a-first", 5), ("b-second", 9), ("c-third", 7), ("d-fork", 10), ("shop", 1)] {
        let name = format!("ana/{name}");
        world.github.host(&name, world.candidate.path().join(".git"), false, false);
        world.github.with(|state| state.repositories.get_mut(&name).expect("there").pushed_at = pushed_at);
    }
    let app = world.app_with(&[("FOLIOLENS_PORTFOLIO", "2")]);
    ask(&world, &app, "rita", 3, "/review @ana");
    app.wait_until_idle();
    let report = answer(&world, 3).replace('\\', "");
    assert!(report.contains("2 repositories"), "{report}");
    assert!(report.contains("ana/b-second") && report.contains("ana/c-third"), "{report}");
    assert!(!report.contains("ana/a-first") && !report.contains("ana/shop"), "{report}");
}
