//! The hostile set end to end: each is asked for with a comment, cloned over the network, examined, and answered, by one
//! server with the lock closed. It stays up, delays nobody for longer than the job before takes, and leaves nothing.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::fuzz_targets::harmless_comment;
use crate::hostile_set::{Item, Through, items};
use crate::support::{App, Peak, Repository, World, Wrong};

/// Of one job: the clone and the review.
const LONGEST: Duration = Duration::from_secs(60);
/// Of a child, in MiB.
const LARGEST: u64 = 2048;

/// A server that is asked for one hostile repository after the other.
pub struct Serving {
    world: World,
    app: App,
}

impl Serving {
    /// One that starts in the folder in which it works, so that what is written beside a clone is found there.
    pub fn new() -> Self {
        let world = World::new();
        let app = world.app_with(&[("FOLIOLENS_SANDBOX", "require"), ("FOLIOLENS_REVIEWS_PER_PERSON", "1000")]);
        Serving { world, app }
    }

    /// What the comment on `item` says, if not what it has to.
    pub fn failed(&self, item: &Item, repository: &Path) -> Option<String> {
        let (world, app) = (&self.world, &self.app);
        let name = format!("mallory/{}", item.name);
        match item.through.1 {
            true => world.github.host_raw(&name, repository.to_owned()),
            false => drop(world.github.host(&name, repository.to_owned(), false, false)),
        }
        let (began, peak) = (Instant::now(), Peak::below(app.id()));
        let comment = world.comment("rita", &format!("/review {name}"));
        assert_eq!(app.deliver("issue_comment", &format!("h-{}", item.name.replace('_', "-")), &comment), 202);
        // Longer than it may take, so that the others are asked for as well.
        app.wait_for(LONGEST * 3, item.name, || is_idle(app));
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
        let line = format!("{:32} {:>6} ms {mib:>5} MiB served {ended} {line}", item.name, took.as_millis());
        // Read with `--nocapture`: the table of what happened.
        let _ = writeln!(std::io::stderr(), "{} {line}", if is_right { "ok " } else { "BAD" });
        let left = world.left_behind();
        if !left.is_empty() {
            return Some(format!("{}: {left:?} is left", item.name));
        }
        (!is_right).then_some(line)
    }

    /// What the server has logged, after it has reviewed what is ordinary, and ended well.
    pub fn ended(self) -> String {
        let Serving { world, app } = self;
        assert_eq!(app.deliver("issue_comment", "h-after", &world.comment("rita", "/review ana/shop")), 202);
        app.wait_until_idle();
        assert!(world.reports().iter().any(|body| body.contains("ana/shop") && body.contains("How to dispute")));
        let log = app.log();
        assert!(app.terminate());
        assert!(!Path::new("/tmp/pwned").exists(), "a name in a tree was followed");
        log
    }
}

fn is_idle(app: &App) -> bool {
    app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later")
}

/// Each in the comment, in place of the report: of a clone nothing can be looked at that was not received.
#[test]
fn a_limit_of_a_clone_that_strikes_is_said_in_the_comment() {
    let world = World::new();
    let (large, many, slow) = (Repository::new(), Repository::with_commits(20), Repository::with_commits(1));
    let mut state = 88_172_645_463_325_252_u64;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'!' + (state % 90) as u8)
    };
    large.write("noise.txt", &(0..2 << 20).map(|_| noise()).collect::<String>()).commit("Add noise");
    for (name, repository) in [("large", &large), ("many", &many), ("slow", &slow)] {
        world.github.host(&format!("mallory/{name}"), repository.path().join(".git"), false, false);
    }
    let app = world.app_with(&[
        ("FOLIOLENS_REVIEW_CLONE_MIB", "1"),
        ("FOLIOLENS_REVIEW_CLONE_OBJECTS", "40"),
        ("FOLIOLENS_REVIEW_CLONE_SECONDS", "3"),
    ]);
    world.github.fault("POST", "/mallory/slow/git-upload-pack", Wrong::Fine);
    world.github.fault_for_ever("POST", "/mallory/slow/git-upload-pack", Wrong::Slow);
    for (name, sentence) in [
        ("large", "it is larger than what is cloned here (1 MiB)"),
        ("many", "it has more than 40 objects, which is more than is cloned here"),
        ("slow", "cloning it takes longer than 3 s, which is as long as it may take here"),
    ] {
        let comment = world.comment("rita", &format!("/review mallory/{name}"));
        assert_eq!(app.deliver("issue_comment", &format!("d-{name}"), &comment), 202);
        app.wait_until_idle();
        let said = world.reports().join("\n");
        assert!(said.contains(&format!("mallory/{name}: no report, because {sentence}.")), "{said}\n{}", app.log());
    }
    assert!(world.left_behind().is_empty(), "{:?}", world.left_behind());
    assert!(app.terminate());
}

#[test]
fn names_that_steer_are_text_in_the_comment_as_it_was_posted() {
    let world = World::new();
    let app = world.app();
    let folder = tempfile::tempdir().expect("a folder");
    let steering = items().into_iter().find(|item| item.name == "names_that_steer").expect("in the table");
    (steering.make)(folder.path());
    world.github.host("mallory/steering", folder.path().to_owned(), false, false);
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review mallory/steering")), 202);
    app.wait_until_idle();
    let posted = world.reports();
    assert!(posted.len() == 1 && posted[0].contains("How to dispute"), "{posted:?}");
    assert!(
        posted[0].contains("onerror") && posted[0].contains("everyone"),
        "there is something to be seen: {posted:?}"
    );
    // Links lead to where the repository is, which is this GitHub.
    harmless_comment(&posted[0].replace(&world.github.url(), "https://github.com"));
}

#[test]
fn memory_that_a_review_may_not_use_is_said_in_the_comment() {
    let world = World::new();
    let app = world.app_with(&[("FOLIOLENS_SANDBOX", "require"), ("FOLIOLENS_REVIEW_MEMORY_MIB", "128")]);
    let folder = tempfile::tempdir().expect("a folder");
    let greedy = items().into_iter().find(|item| item.name == "long_names").expect("in the table");
    (greedy.make)(folder.path());
    world.github.host("mallory/greedy", folder.path().to_owned(), false, false);
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review mallory/greedy")), 202);
    app.wait_until_idle();
    let said = world.reports().join("\n");
    assert!(said.contains("mallory/greedy: no report, because it needed more memory than a review may use."), "{said}");
    assert!(world.left_behind().is_empty(), "{:?}", world.left_behind());
    assert!(app.terminate());
}

/// The only worker is busy with a repository for as long as a review may take: what was asked for next begins then.
#[test]
fn a_job_waits_no_longer_than_the_one_before_may_take() {
    const MAY_TAKE: Duration = Duration::from_secs(2);
    let world = World::new();
    let app = world.app_with(&[("FOLIOLENS_SANDBOX", "require"), ("FOLIOLENS_REVIEW_SECONDS", "2")]);
    let ask = |id: &str, name: &str| {
        assert_eq!(app.deliver("issue_comment", id, &world.comment("rita", &format!("/review {name}"))), 202);
        Instant::now()
    };
    let began = ask("d-alone", "ana/shop");
    app.wait_until_idle();
    let own = began.elapsed();
    let folder = tempfile::tempdir().expect("a folder");
    let endless = items().into_iter().find(|item| item.name == "bomb_of_paths").expect("in the table");
    (endless.make)(folder.path());
    world.github.host("mallory/endless", folder.path().to_owned(), false, false);
    ask("d-endless", "mallory/endless");
    world.github.host("ana/next", world.candidate.path().join(".git"), false, false);
    let began = ask("d-next", "ana/next");
    app.wait_until_idle();
    let waited = began.elapsed();
    let said = world.reports().join("\n");
    assert!(said.contains(": no report, because it took longer than a review may take"), "{said}");
    assert_eq!(said.matches("How to dispute").count(), 2, "{said}");
    // Besides its review the one before was cloned, which is an ordinary job's length at most.
    assert!(waited < MAY_TAKE + own * 3 + Duration::from_secs(2), "{waited:?}, alone {own:?}");
    assert!(world.left_behind().is_empty(), "{:?}", world.left_behind());
    assert!(app.terminate());
}
