//! A GitHub for a person who drives the server by hand, with curl, to see what a recruiter sees.

use std::path::PathBuf;
use std::time::Duration;

use crate::support::{World, write_settings};

/// Writes into the folder `FOLIOLENS_BY_HAND`: `server.env` for `foliolens serve`, `comment.json` to be signed and
/// delivered, and what the app writes as `comment-NUMBER.md`, `check-run-NUMBER.json` and `log.txt`. Ends when a file
/// `stop` is made there. `FOLIOLENS_BY_HAND_REPOSITORY` is what stands as `ana/shop` (else a small one).
#[test]
#[ignore = "for a person: docs/operations.md says how"]
#[expect(clippy::disallowed_methods, reason = "a person says where")]
fn a_github_to_drive_by_hand() {
    let folder = PathBuf::from(std::env::var("FOLIOLENS_BY_HAND").expect("FOLIOLENS_BY_HAND names a folder"));
    let world = World::new();
    world.may_leave_jobs();
    if let Ok(repository) = std::env::var("FOLIOLENS_BY_HAND_REPOSITORY") {
        world.github.host("ana/shop", PathBuf::from(repository), false, false);
    }
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).expect("written");
    write_settings(&world.github, &folder);
    write("comment.json", world.comment("rita", "/review ana/shop").to_string());
    while !folder.join("stop").exists() {
        world.reports();
        world.github.with(|state| {
            for (id, (place, text)) in &state.comments {
                write(&format!("comment-{id}.md"), format!("<!-- in {place} -->\n{text}\n"));
            }
            for (id, run) in state.check_runs.iter() {
                write(&format!("check-run-{id}.json"), serde_json::to_string_pretty(run).expect("JSON"));
            }
            let log = state.log.iter().map(|(method, path, status)| format!("{method} {path} {status}\n"));
            write("log.txt", log.chain(state.reactions.iter().map(|one| format!("reaction {one}\n"))).collect());
        });
        std::thread::sleep(Duration::from_millis(50));
    }
}
