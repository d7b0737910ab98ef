//! The hostile set end to end: each is asked for with a comment, cloned over the network, examined, and answered, by one
//! server with the lock closed. It stays up, delays nobody for longer than the job before takes, and leaves nothing.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::hostile_set::{Item, Through, items};
use crate::support::{Peak, World};

/// Of one job: the clone and the review.
const LONGEST: Duration = Duration::from_secs(120);
/// Of a child, in MiB.
const LARGEST: u64 = 2048;

/// Those that take minutes here where nothing is optimised are in the table as well, and only examined
/// (`tests/it/hostile.rs`); with `FOLIOLENS_HOSTILE_ITEM` each can be tried by itself.
const SERVED: [&str; 17] = [
    "empty",
    "head_nowhere",
    "only_tags",
    "sha256",
    "shallow",
    "octopus",
    "bomb_of_paths",
    "deep_2000",
    "links",
    "submodules",
    "names_that_steer",
    "yaml",
    "markdown",
    "archives",
    "credentials_by_the_thousand",
    "attributes_that_hide",
    "log_of_gigabytes",
];

/// What the comment on `item` says, if not what it has to.
fn failed(world: &World, app: &crate::support::App, item: &Item) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("repository.git");
    std::fs::create_dir(&repository).expect("made");
    (item.make)(&repository);
    let name = format!("mallory/{}", item.name);
    match item.through.1 {
        true => world.github.host_raw(&name, repository),
        false => drop(world.github.host(&name, repository, false, false)),
    }
    let (began, peak) = (Instant::now(), Peak::below(app.id()));
    let comment = world.comment("rita", &format!("/review {name}"));
    assert_eq!(app.deliver("issue_comment", &format!("h-{}", item.name.replace('_', "-")), &comment), 202);
    app.wait_for(LONGEST, item.name, || app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later"));
    let (took, mib) = (began.elapsed(), peak.mib());
    let escaped = item.name.replace('_', "\\_");
    let own = |body: &String| body.contains(item.name) || body.contains(&escaped);
    let said = world.reports().into_iter().rfind(own).unwrap_or_default();
    let is_report = said.contains("How to dispute");
    let is_partial = said.contains("so this report is incomplete");
    let is_right = match item.through.0 {
        Through::Report => is_report && !is_partial,
        Through::Partial => is_report && is_partial,
        Through::Either => is_report || said.contains(": no report, because it needed more memory"),
        Through::Sentence(part) => !is_report && said.contains(": no report, because ") && said.contains(part),
    };
    let is_right = is_right && took < LONGEST && mib < LARGEST && said.chars().count() <= 65_536;
    let is_right = is_right && app.get("/healthz").0 == 200;
    let ended = if is_report { if is_partial { "part" } else { "whole" } } else { "none" };
    let line: String =
        said.lines().find(|line| line.contains("no report")).unwrap_or_default().chars().take(200).collect();
    let line = format!("{:32} {:>6} ms {mib:>5} MiB {ended} {line}", item.name, took.as_millis());
    // Read with `--nocapture`: the table of what happened.
    let _ = writeln!(std::io::stderr(), "{} {line}", if is_right { "ok " } else { "BAD" });
    let left = world.left_behind();
    if !left.is_empty() {
        return Some(format!("{}: {left:?} is left", item.name));
    }
    (!is_right).then_some(line)
}

#[test]
fn each_is_answered_as_the_table_says_and_the_server_goes_on() {
    let world = World::new();
    let app = world.app_with(&[("FOLIOLENS_SANDBOX", "require")]);
    let only = std::env::vars().find_map(|(name, value)| (name == "FOLIOLENS_HOSTILE_ITEM").then_some(value));
    let is_chosen = |name: &str| only.as_ref().map_or(SERVED.contains(&name), |only| name == only || only == "all");
    let chosen = items().into_iter().filter(|item| is_chosen(item.name));
    let wrong: Vec<String> = chosen.filter_map(|item| failed(&world, &app, &item)).collect();
    assert_eq!(app.deliver("issue_comment", "h-after", &world.comment("rita", "/review ana/shop")), 202);
    app.wait_until_idle();
    assert!(world.reports().iter().any(|body| body.contains("ana/shop") && body.contains("How to dispute")));
    let log = app.log();
    assert!(app.terminate());
    assert!(wrong.is_empty(), "\n{}\n{log}", wrong.join("\n"));
}
