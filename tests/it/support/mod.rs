//! What the tests need of the world: repositories, a git server, and the program.

mod app;
mod contract;
mod database;
mod github;
mod peak;
mod raw;
mod repository;
mod server;
mod tearing;
mod world;

use std::path::PathBuf;
use std::process::Output;

pub use app::{App, operate, write_settings};
pub use contract::{breach_of, published};
pub use database::Database;
pub use github::{APP, ELSEWHERE, GitHub, INSTALLATION, Wrong};
pub use peak::{Peak, shut_in};
pub use repository::Repository;
pub use server::{Manner, Server};
pub use world::World;

/// The program; or another build of it that `FOLIOLENS_PROGRAM` names, an optimised one to measure.
pub fn program() -> PathBuf {
    setting("FOLIOLENS_PROGRAM").map_or_else(|| assert_cmd::cargo::cargo_bin!("foliolens").into(), PathBuf::from)
}

/// What whoever runs the tests has set.
pub fn setting(wanted: &str) -> Option<String> {
    std::env::vars().find_map(|(name, value)| (name == wanted).then_some(value))
}

/// The program, in an environment that says nothing.
pub fn foliolens(arguments: &[&str]) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::cargo_bin("foliolens").expect("built by cargo");
    command.env_clear().env("LANG", "C.UTF-8").args(arguments).timeout(std::time::Duration::from_secs(120));
    command
}

/// Runs the program: exit code, standard output, standard error.
pub fn run(arguments: &[&str]) -> (i32, String, String) {
    told(&foliolens(arguments).output().expect("started"))
}

/// The same, on `database`.
pub fn run_on(database: &str, arguments: &[&str]) -> (i32, String, String) {
    told(&foliolens(arguments).env("DATABASE_URL", database).output().expect("started"))
}

/// Exit code, standard output, standard error.
pub fn told(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// Asserts that `target` can not be read, and that one sentence says so and holds `says`.
pub fn refused(target: &str, code: i32, says: &str) {
    let (exit, out, err) = run(&["review", target, "--format", "json"]);
    assert_eq!(exit, code, "{err}");
    assert_eq!(out, "");
    assert_eq!(err.lines().count(), 1, "one sentence: {err}");
    assert!(err.contains(says), "{err}");
    assert!(err.trim_end().ends_with('.'), "{err}");
}

/// A library of C, made in `folder`, that stands between a server and the system's (`LD_PRELOAD`).
#[expect(clippy::disallowed_methods, reason = "tests/run needs a C compiler anyway")]
pub fn library(folder: &std::path::Path, text: &str) -> std::path::PathBuf {
    let (source, library) = (folder.join("library.c"), folder.join("library.so"));
    std::fs::write(&source, text).expect("written");
    let mut compiler = std::process::Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl");
    assert!(compiler.status().expect("cc").success());
    library
}
