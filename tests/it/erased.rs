//! What is deleted is gone: no file of SQLite's holds a byte of it any more.

use serde_json::json;

use crate::support::{App, INSTALLATION, Repository, World};

/// The name of a file that every report on the repository names.
const MARKER: &str = "quince_orchard_ledger.py";

/// A repository of Bo's, whose report is stored in `world` and stands in a comment; and its number.
fn reported(world: &World, app: &App) -> (Repository, u64) {
    let own = Repository::with_commits(2);
    let source = "import os\nfrom flask import Flask\napp = Flask(__name__)\n\n@app.route(\"/things\")\n\
                  def things():\n    return os.environ[\"THING\"]\n";
    own.write(MARKER, source).write("requirements.txt", "flask==3.0.0\n").commit("Serve things");
    let id = world.github.host("bo/blog", own.path().join(".git"), false, true);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review bo/blog"));
    app.wait_until_idle();
    assert!(world.reports().concat().contains(MARKER), "{:?}", world.reports());
    assert!(is_kept(world), "it is stored");
    (own, id)
}

/// Whether any file of the database, or beside it, holds the marker.
fn is_kept(world: &World) -> bool {
    !kept_in(world).is_empty()
}

/// The files of the database that hold the marker, and what stands around it.
fn kept_in(world: &World) -> Vec<String> {
    let files = std::fs::read_dir(world.folder.path()).expect("there").flatten();
    let kept = files.filter(|file| file.file_name().to_string_lossy().starts_with("app.db"));
    let found = |file: std::fs::DirEntry| {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        let at = bytes.windows(MARKER.len()).position(|window| window == MARKER.as_bytes())?;
        let around = &bytes[at.saturating_sub(200)..(at + 200).min(bytes.len())];
        Some(format!("{:?} at {at}: {}", file.path(), String::from_utf8_lossy(around)))
    };
    kept.filter_map(found).collect()
}

#[test]
fn of_what_its_owner_has_forgotten_no_byte_is_left_when_that_is_said() {
    let world = World::new();
    let app = world.app();
    let (_own, id) = reported(&world, &app);
    let mut forget = world.comment("bo", "/review forget");
    forget["comment"]["id"] = 22.into();
    forget["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
    app.deliver("issue_comment", "d-2", &forget);
    app.wait("the answer", || world.reports().concat().contains("Everything about bo/blog is deleted"));
    assert_eq!(kept_in(&world), Vec::<String>::new(), "the server runs on");
    app.wait_until_idle();
}

#[test]
fn of_what_whoever_runs_the_app_has_forgotten_no_byte_is_left() {
    let world = World::new();
    let app = world.app();
    let _own = reported(&world, &app);
    let (code, out, err) = world.operate(&["forget", "bo/blog"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(kept_in(&world), Vec::<String>::new(), "{out}");
}

#[test]
fn of_an_installation_that_is_removed_no_byte_is_left() {
    let world = World::new();
    let app = world.app();
    let _own = reported(&world, &app);
    app.deliver("installation", "d-2", &json!({"action": "deleted", "installation": {"id": INSTALLATION}}));
    app.wait_until_idle();
    assert_eq!(kept_in(&world), Vec::<String>::new());
}

#[test]
fn of_what_is_older_than_the_setting_no_byte_is_left() {
    let world = World::new();
    let app = world.app();
    let _own = reported(&world, &app);
    // SIGKILL leaves the log as it is.
    app.kill();
    assert!(is_kept(&world));
    // Whoever changes it here is to leave as little behind as the server does.
    world.change("PRAGMA secure_delete = ON; UPDATE reports SET created_at = 1");
    let app = world.app();
    app.wait("the sweep", || !is_kept(&world));
    assert_eq!(world.number("SELECT count(*) FROM reports"), 0);
}
