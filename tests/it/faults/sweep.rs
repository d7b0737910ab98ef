//! What is done without being asked, with every request to GitHub answered in every wrong way: the next sweep does it.

use super::answers::WRONGS;
use crate::support::{World, Wrong, run_on};

const OFTEN: &[(&str, &str)] = &[("FOLIOLENS_SWEEP_SECONDS", "1"), ("FOLIOLENS_GITHUB_SECONDS", "2")];

#[test]
fn whatever_github_answers_a_lost_delivery_is_asked_for_by_a_later_sweep() {
    let world = World::new();
    world.github.with(|state| state.deliveries = vec![(1, "d-lost".to_owned(), 502)]);
    WRONGS.iter().for_each(|wrong| world.github.fault("GET", "/app/hook/deliveries", *wrong));
    let app = world.app_with(OFTEN);
    app.wait("every fault", || world.github.with(|state| state.faults.is_empty()));
    app.wait("the delivery", || world.github.with(|state| state.redelivered.contains(&1)));
    app.wait_until_idle();
}

#[test]
fn a_lost_delivery_is_asked_for_until_github_takes_that() {
    let world = World::new();
    world.github.with(|state| state.deliveries = vec![(1, "d-lost".to_owned(), 502)]);
    let passing = [401, 429, 500].map(Wrong::Status);
    passing.iter().for_each(|wrong| world.github.fault("POST", "/app/hook/deliveries/1/attempts", *wrong));
    let app = world.app_with(OFTEN);
    app.wait("every fault", || world.github.with(|state| state.faults.is_empty()));
    app.wait("the delivery", || world.github.with(|state| state.redelivered.contains(&1)));
    app.wait_until_idle();
}

#[test]
fn whatever_github_answers_whoever_opted_out_is_known_by_number_after_a_later_sweep() {
    let world = World::new();
    // They are noted one after another, in the order of their names; each has a fault of their own.
    let owners: Vec<(String, u64, Wrong)> =
        (0..).zip(WRONGS).map(|(at, wrong)| (format!("ana{at}"), 70 + at, *wrong)).collect();
    for (owner, id, wrong) in &owners {
        world.github.with(|state| state.accounts.insert(owner.clone(), *id));
        world.github.fault("GET", format!("/users/{owner}"), *wrong);
    }
    WRONGS.iter().for_each(|wrong| world.github.fault("GET", "/app/installations$", *wrong));
    // The tables are made by whoever serves.
    assert!(world.app().terminate());
    for (owner, ..) in &owners {
        assert_eq!(run_on(&world.database, &["optout", "add", owner]).0, 0);
    }
    let app = world.app_with(OFTEN);
    let unknown = || world.number("SELECT count(*) FROM opt_outs WHERE owner_id IS NULL");
    app.wait("every number", || unknown() == 0);
    assert!(world.github.with(|state| state.faults.is_empty()), "every fault was met");
    for (owner, id, wrong) in &owners {
        let noted = world.number(&format!("SELECT owner_id FROM opt_outs WHERE owner = '{owner}'"));
        // Nobody of that name: there is no number to know.
        let expected = if matches!(wrong, Wrong::Status(404 | 410)) { 0 } else { *id };
        assert_eq!(u64::try_from(noted), Ok(expected), "{owner}: {wrong:?}");
    }
    app.wait_until_idle();
}
