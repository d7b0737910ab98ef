//! Deliveries that come twice, at once, or in another order than they were sent.

use serde_json::json;

use crate::support::{Database, INSTALLATION, World, Wrong};

#[test]
fn however_often_and_however_many_at_once_it_is_one_report() {
    for database in Database::all() {
        let world = World::on(database);
        let app = world.app_with(&[("FOLIOLENS_WORKERS", "8"), ("FOLIOLENS_INSTALLATION_JOBS", "8")]);
        std::thread::scope(|scope| {
            for number in 0..40 {
                let (app, world) = (&app, &world);
                scope.spawn(move || {
                    let mut asked = world.comment("rita", "/review ana/shop");
                    asked["comment"]["id"] = (11 + number % 8).into();
                    let id = format!("d-{}", number % 8);
                    assert_eq!(app.deliver("issue_comment", &id, &asked), 202);
                });
            }
        });
        app.wait_until_idle();
        let reports = world.reports();
        assert_eq!(reports.len(), 1, "{database:?}: {reports:?}");
        assert!(reports[0].contains("How to dispute"), "{database:?}: {}", reports[0]);
    }
}

#[test]
fn the_order_in_which_deliveries_come_does_not_matter() {
    let world = World::new();
    let app = world.app_with(&[("FOLIOLENS_WORKERS", "0")]);
    let gone = json!({"action": "deleted", "installation": {"id": INSTALLATION}});
    let cancel = |id: u64| {
        let mut asked = world.comment("rita", "/review cancel");
        asked["comment"]["id"] = id.into();
        asked
    };
    // What is taken back before it was asked for is done all the same; that the app was removed is the last word.
    app.deliver("issue_comment", "d-3", &cancel(21));
    app.deliver("issue_comment", "d-2", &world.comment("rita", "/review ana/shop"));
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.kill();
    let app = world.app();
    app.wait_until_idle();
    let said = world.reports();
    assert!(
        said.iter().filter(|one| one.contains("How to dispute") || one.contains("Stopped")).count() == 1,
        "{said:?}"
    );
    app.deliver("installation", "d-4", &gone);
    app.wait_until_idle();
    for known in ["d-1", "d-2"] {
        app.deliver("issue_comment", known, &world.comment("rita", "/review ana/shop"));
    }
    app.wait_until_idle();
    assert_eq!(world.reports(), said, "what was delivered before is known, whatever came of it");
}

#[test]
fn a_delivery_that_never_arrived_is_asked_for_once() {
    let world = World::new();
    let lost = |id: u64, guid: &str, status: u16| (id, guid.to_owned(), status);
    world.github.with(|state| {
        state.deliveries =
            vec![lost(1, "d-lost", 502), lost(2, "d-there", 202), lost(3, "d-twice", 0), lost(4, "d-twice", 200)];
    });
    let app = world.app();
    app.wait("the sweep", || world.github.with(|state| !state.redelivered.is_empty()));
    app.wait_until_idle();
    assert_eq!(world.github.with(|state| state.redelivered.clone()), [1]);
}

#[test]
fn what_was_lost_before_hundreds_of_others_is_asked_for_as_well() {
    let world = World::new();
    world.github.with(|state| {
        state.deliveries = (1..=250).map(|id| (id, format!("d-{id}"), if id == 3 { 502 } else { 202 })).collect();
    });
    let app = world.app();
    app.wait("the sweep", || world.github.with(|state| !state.redelivered.is_empty()));
    app.wait_until_idle();
    assert_eq!(world.github.with(|state| state.redelivered.clone()), [3]);
}

#[test]
fn a_delivery_that_can_not_be_asked_for_stops_no_other() {
    let world = World::new();
    world.github.with(|state| state.deliveries = vec![(1, "d-a".to_owned(), 502), (2, "d-b".to_owned(), 502)]);
    world.github.fault("POST", "/app/hook/deliveries/1/attempts", Wrong::Status(404));
    let app = world.app();
    app.wait("the sweep", || world.github.with(|state| !state.redelivered.is_empty()));
    assert_eq!(world.github.with(|state| state.redelivered.clone()), [2]);
    assert!(app.log().contains("a delivery is lost"), "{}", app.log());
}
