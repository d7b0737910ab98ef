//! The tokens with which a private repository is asked for and cloned: looked for, while its clone hangs and after it, in
//! what processes were started with, and in every file that there is.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::redaction::Search;
use crate::support::{App, World, Wrong, shut_in};

/// All that was read, by where.
type Seen = BTreeMap<String, Vec<u8>>;

/// The arguments and the environment of the server and its children, and every file in `folder`. Whether a child lives.
fn look(app: &App, folder: &Path, seen: &mut Seen) -> bool {
    let children = shut_in(app.id());
    for (whose, process) in children.iter().map(|child| ("child", *child)).chain([("server", app.id())]) {
        for what in ["cmdline", "environ"] {
            // A child may be gone, and one that is shut in shows its environment to nobody but root.
            if let Ok(bytes) = std::fs::read(format!("/proc/{process}/{what}")) {
                add(seen, format!("{what} of the {whose}"), bytes);
            }
        }
    }
    files(folder, seen);
    !children.is_empty()
}

fn files(folder: &Path, seen: &mut Seen) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, seen);
        } else if let Ok(bytes) = std::fs::read(&path) {
            add(seen, path.display().to_string(), bytes);
        }
    }
}

fn add(seen: &mut Seen, from: String, bytes: Vec<u8>) {
    let all = seen.entry(from).or_default();
    if !all.ends_with(&bytes) {
        all.extend(bytes);
    }
}

fn no_token_is_seen(strictness: &str) {
    let world = World::new();
    let folder = world.folder.path();
    let app = world.app_with(&[("FOLIOLENS_SANDBOX", strictness)]);
    // What there is is told at once, and the pack comes late.
    world.github.fault("POST", "/git-upload-pack", Wrong::Fine);
    world.github.fault("POST", "/git-upload-pack", Wrong::Slow);
    assert_eq!(app.deliver("issue_comment", "t-1", &world.comment("rita", "/review")), 202);
    let (mut seen, mut looks) = (Seen::new(), 0);
    let is_cloning = || {
        world.github.with(|state| state.log.iter().any(|(_, path, _)| path.ends_with("git-upload-pack with a token")))
    };
    while !app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later") {
        looks += usize::from(look(&app, folder, &mut seen) && is_cloning());
        std::thread::sleep(Duration::from_millis(10));
    }
    look(&app, folder, &mut seen);
    assert!(world.reports().concat().contains("How to dispute"), "{}", app.log());

    let tokens = world.github.tokens();
    assert_eq!(world.github.with(|state| state.check_runs.len()), 1, "beside the comment");
    // One to ask with, and one that reads this repository.
    assert!(tokens.len() >= 2, "{tokens:?}");
    let search = Search::of(&tokens.into_iter().map(|token| ("a token", token)).collect::<Vec<_>>());
    let shown = seen.iter().flat_map(|(from, bytes)| search.seen(bytes).into_iter().map(move |how| (from, how)));
    assert_eq!(shown.collect::<Vec<_>>(), [], "with {strictness}");
    // It was there to be seen.
    assert!(looks > 20, "{looks} looks at a child that clones");
    let read = |end: &str| seen.iter().any(|(from, bytes)| from.ends_with(end) && !bytes.is_empty());
    for what in ["repository.git/config", "repository.git/HEAD", "packed-refs", ".pack", "app.db"] {
        assert!(read(what), "{what} is not among {:?}", seen.keys());
    }
    assert!(read("cmdline of the child") && read("cmdline of the server") && read("environ of the server"));
    assert!(strictness != "off" || seen.contains_key("environ of the child"));
    assert!(app.terminate());
}

#[test]
fn the_token_of_a_clone_is_in_no_file_no_argument_and_no_environment() {
    std::thread::scope(|scope| {
        for strictness in ["require", "off"] {
            scope.spawn(move || no_token_is_seen(strictness));
        }
    });
}
