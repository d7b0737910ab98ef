//! A request that GitHub gets long after nobody waits for its answer any more.

use std::time::Duration;

use crate::support::{World, Wrong};

const SETTINGS: &[(&str, &str)] = &[("FOLIOLENS_GITHUB_SECONDS", "2")];

/// How many comments GitHub was asked to write in that issue, and has written.
fn written(world: &World, issue: u64) -> usize {
    let path = format!("/issues/{issue}/comments");
    world.github.with(|state| state.log.iter().filter(|(by, at, _)| by == "POST" && at.ends_with(&path)).count())
}

#[test]
fn a_comment_that_arrives_after_another_attempt_has_written_one_does_not_stay() {
    let world = World::new();
    // It is given up after two seconds, and tried again after five more at most; the clone takes six.
    world.github.hold("POST /repos/acme/hiring/issues/3/comments", Duration::from_secs(9));
    world.github.fault("GET", "/ana/shop/info/refs", Wrong::Slow);
    let app = world.app_with(SETTINGS);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait("both comments", || written(&world, 3) == 2);
    app.wait_until_idle();
    app.wait("one comment", || world.reports().len() == 1);
    assert!(world.reports()[0].contains("How to dispute"), "{:?}", world.reports());
    let is_deleted = |(by, _, status): &(String, String, u16)| by == "DELETE" && *status == 204;
    assert!(world.github.with(|state| state.log.iter().any(is_deleted)), "there were two");
    let noted = world.number("SELECT number FROM publications");
    let stands = world.github.with(|state| *state.comments.keys().next().expect("one"));
    assert_eq!(u64::try_from(noted), Ok(stands), "the one that is known stays");
}
