//! SIGKILL at every step of a job, on both databases.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{Database, Repository, World, Wrong};

/// The steps of a review that was asked for in a comment, by the request that is under way when the process dies.
const STEPS: &[(&str, &str, &str, Wrong)] = &[
    ("before anything", "POST", "/access_tokens", Wrong::KilledBefore),
    ("while asking who that is", "GET", "/permission", Wrong::KilledAfter),
    ("after the reaction", "POST", "/reactions", Wrong::KilledAfter),
    ("before the comment", "POST", "/issues/3/comments", Wrong::KilledBefore),
    ("after the comment, before its number is stored", "POST", "/issues/3/comments", Wrong::KilledAfter),
    ("when fetching begins", "GET", "/info/refs", Wrong::KilledBefore),
    ("while fetching", "POST", "/git-upload-pack", Wrong::KilledAfter),
    ("after the report was stored", "PATCH", "/issues/comments/", Wrong::KilledBefore),
    ("while posting", "PATCH", "/issues/comments/", Wrong::KilledAfter),
];

#[test]
fn wherever_a_review_is_killed_there_is_one_report_in_the_end() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            for (step, method, path, wrong) in STEPS {
                scope.spawn(move || {
                    let world = World::on(database);
                    let app = world.app();
                    world.github.fault(method, *path, *wrong);
                    world.github.with(|state| state.victim = Some(app.id()));
                    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
                    let (is_good, _) = app.ended();
                    assert!(!is_good, "{database:?}, {step}: was not killed");
                    one_report(&world, &format!("{database:?}, {step}"));
                });
            }
            scope.spawn(move || killed_while_examining(database));
        }
    });
}

/// GitHub does not see this step, so the process is killed when its second child appears.
fn killed_while_examining(database: Database) {
    let world = World::on(database);
    world.candidate.import(&Repository::many_commits());
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    let mut seen = BTreeSet::new();
    let until = Instant::now() + Duration::from_secs(30);
    while seen.len() < 2 {
        assert!(Instant::now() < until, "no second child; the server said:\n{}", app.log());
        seen.extend(children(app.id()));
        std::thread::sleep(Duration::from_millis(1));
    }
    app.kill();
    assert!(!world.reports().iter().any(|body| body.contains("How to dispute")), "killed too late");
    one_report(&world, &format!("{database:?}, while examining"));
}

/// The process is started again, and ends what the other one began.
fn one_report(world: &World, when: &str) {
    let app = world.app();
    app.wait_until_idle();
    let reports = world.reports();
    assert_eq!(reports.len(), 1, "{when}: {reports:?}");
    assert!(reports[0].contains("How to dispute"), "{when}: {}", reports[0]);
    assert_eq!(world.left_behind(), Vec::<String>::new(), "{when}");
}

/// The children of all threads of a process.
fn children(id: u32) -> Vec<String> {
    let threads =
        std::fs::read_dir(Path::new("/proc").join(id.to_string()).join("task")).into_iter().flatten().flatten();
    let listed = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    listed.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}
