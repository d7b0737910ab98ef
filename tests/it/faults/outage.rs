//! GitHub in trouble for minutes and hours, its API or its git: what was asked for meanwhile is done when it is well
//! again, and where that takes too long, whoever waits is told as soon as they can be.

use crate::support::{App, Database, World, Wrong, run_on};

/// Has every request go wrong, of those methods and with that in their path.
fn break_down(world: &World, methods: &[&'static str], path: &str, wrong: Wrong) {
    methods.iter().for_each(|method| world.github.fault_for_ever(method, path, wrong));
}

/// Waits for so many attempts that have met trouble; nobody waits for the next one.
fn wait_for_attempts(world: &World, app: &App, attempts: usize) {
    app.wait("attempts in vain", || {
        world.hurry();
        let log = app.log();
        let in_vain = ["what the job needs is in trouble", "what the job needs broke off"];
        in_vain.iter().map(|said| log.matches(said).count()).sum::<usize>() >= attempts
    });
}

/// The trouble that jobs wait out began so many hours before.
fn set_back(world: &World, hours: u64) {
    world.change(&format!(
        "UPDATE jobs SET trouble_since = trouble_since - {} WHERE trouble_since > 0",
        hours * 60 * 60 * 1000
    ));
}

#[test]
fn however_often_trouble_is_met_while_it_lasts_there_is_one_report_afterwards() {
    let all = &["GET", "POST", "PATCH"][..];
    // A clone that breaks is begun eight times.
    let troubles = [
        (all, "", Wrong::Status(502), 12),
        (all, "", Wrong::Torn, 12),
        (&["GET"], "/ana/shop/info/refs", Wrong::Status(503), 12),
        (&["GET"], "/ana/shop/info/refs", Wrong::Torn, 6),
    ];
    std::thread::scope(|scope| {
        for database in Database::all() {
            for (methods, path, wrong, attempts) in troubles {
                scope.spawn(move || {
                    let world = World::on(database);
                    break_down(&world, methods, path, wrong);
                    let app = world.app();
                    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
                    wait_for_attempts(&world, &app, attempts);
                    world.github.with(|state| state.faults.clear());
                    app.wait("the report", || {
                        world.hurry();
                        world.reports().concat().contains("How to dispute")
                    });
                    app.wait_until_idle();
                    let when = format!("{database:?}, {path}: {wrong:?}");
                    assert_eq!(world.reports().len(), 1, "{when}: {:?}", world.reports());
                    let (_, done, _) = run_on(&world.database, &["jobs", "list"]);
                    assert!(
                        done.lines().all(|job| job.contains("done") && job.ends_with("  1 attempt")),
                        "{when}: {done}"
                    );
                });
            }
        }
    });
}

#[test]
fn who_waits_is_told_in_the_end_however_long_that_could_not_be_said() {
    for database in Database::all() {
        let world = World::on(database);
        break_down(&world, &["GET"], "/ana/shop/info/refs", Wrong::Status(500));
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        wait_for_attempts(&world, &app, 2);
        assert!(world.reports().concat().contains("Reviewing ana/shop"), "{database:?}: {:?}", world.reports());
        break_down(&world, &["PATCH"], "/issues/comments/", Wrong::Status(502));
        set_back(&world, 5);
        world.hurry();
        app.wait("the end of all attempts", || app.log().contains("the job can not be done"));
        let before = app.log().matches("what the job needs is in trouble").count();
        wait_for_attempts(&world, &app, before + 6);
        // Hours later it is well again, but for that repository.
        set_back(&world, 10);
        world.github.with(|state| state.faults.retain(|fault| fault.method != "PATCH"));
        app.wait("the end", || {
            world.hurry();
            world.reports().concat().contains("says nothing about the repository")
        });
        app.wait_until_idle();
        let (_, dead, _) = run_on(&world.database, &["jobs", "list", "--state", "dead"]);
        assert!(dead.contains("review "), "{database:?}: {dead}");
        assert_eq!(world.reports().len(), 1, "{database:?}: {:?}", world.reports());
        let shown = run_on(&world.database, &["jobs", "show", "1"]).1;
        assert!(shown.contains("GitHub is not well (502)"), "{database:?}: {shown}");
    }
}

#[test]
fn a_clone_that_always_breaks_is_given_up_soon_and_keeps_nobody_waiting_who_asks_in_the_same_issue() {
    for database in Database::all() {
        let world = World::on(database);
        break_down(&world, &["GET"], "/ana/shop/info/refs", Wrong::Torn);
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        wait_for_attempts(&world, &app, 1);
        let mut other = world.comment("rita", "/review acme/hiring");
        other["comment"]["id"] = 12.into();
        app.deliver("issue_comment", "d-2", &other);
        app.wait("both to end", || {
            world.hurry();
            app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later")
        });
        let said = world.reports();
        assert_eq!(said.len(), 2, "{database:?}: {said:?}");
        assert!(said[0].contains("says nothing about the repository"), "{database:?}: {said:?}");
        assert!(said[1].contains("How to dispute"), "{database:?}: {said:?}");
        let log = app.log();
        assert_eq!(log.matches("what the job needs broke off").count(), 7, "{database:?}: {log}");
        assert!(log.contains("the job can not be done") && log.contains("broke"), "{database:?}: {log}");
        let (_, dead, _) = run_on(&world.database, &["jobs", "list", "--state", "dead"]);
        assert_eq!(dead.matches("review ").count(), 1, "{database:?}: {dead}");
        assert!(run_on(&world.database, &["jobs", "show", "1"]).1.contains("broke; try again later"), "{dead}");
    }
}

#[test]
fn who_is_asked_to_leave_git_alone_does_so_for_as_long() {
    for status in [429, 503] {
        let world = World::new();
        world.github.fault_for_ever("GET", "/ana/shop/info/refs", Wrong::Resting(status));
        let app = world.app();
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        app.wait("the refusal", || app.log().contains("what the job needs is in trouble"));
        app.wait("the job to wait", || app.get("/readyz").1.contains("queue 0 waiting, 0 running, 1 later"));
        let wait = world.number("SELECT run_at - trouble_since FROM jobs WHERE id = 1");
        assert!((900_000..1_000_000).contains(&wait), "{status}: {wait} ms");
        world.github.with(|state| state.faults.clear());
        world.hurry();
        app.wait_until_idle();
        let said = world.reports();
        assert!(said.len() == 1 && said[0].contains("How to dispute"), "{status}: {said:?}");
    }
}
