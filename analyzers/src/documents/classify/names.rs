//! What the name of a script, a target or a file says, and what the lines behind it do.

use super::super::Purpose::{self, Auxiliary, Build, Deploy, Install, Migrate, Start, StartWhole, Test};
use super::super::project::Project;
use super::super::shell;
use super::{Answer, DEEPEST, purposes};

/// `true` for words that are to be filled in or end a sentence: `<name>`, `[options]`, `...`.
pub(super) fn is_placeholder(word: &str) -> bool {
    word.contains(['<', '>', '[', ']', '{', '}', '$', '*', '(', ')', '='])
        || word.contains("...")
        || word.contains("your")
}

/// What a name says about the thing: scripts, targets and files are named after what they do.
pub(super) fn by_name(name: &str) -> Option<Purpose> {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let any = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    if any(&[
        "test", "tests", "runtests", "spec", "e2e", "itest", "unittest", "pytest", "phpunit", "rspec", "jest",
        "coverage", "unit",
    ]) {
        Some(Test)
    } else if any(&[
        "migrate",
        "migration",
        "migrations",
        "seed",
        "seeds",
        "db",
        "migrateup",
        "createdb",
        "seeder",
        "database",
    ]) {
        Some(Migrate)
    } else if any(&["deploy", "publish", "release"]) {
        Some(Deploy)
    } else if any(&["lint", "format", "fmt", "clean", "stop", "down", "logs", "docs", "swagger", "generate"]) {
        None
    } else if any(&[
        "start", "run", "dev", "serve", "server", "up", "watch", "develop", "debug", "app", "main", "wsgi", "launch",
    ]) {
        Some(Start)
    } else if any(&[
        "install",
        "setup",
        "deps",
        "bootstrap",
        "init",
        "dependencies",
        "requirements",
        "venv",
        "configure",
    ]) {
        Some(Install)
    } else if any(&["build", "compile", "bundle"]) {
        Some(Build)
    } else {
        None
    }
}

pub(super) fn by_verb(verb: &str, rest: &[&str]) -> Option<Purpose> {
    Some(match verb {
        "start" | "dev" | "develop" | "serve" | "s" | "server" | "run" | "preview" | "lift" | "offline"
        | "start:dev" | "emulators:start" | "local" | "run:ios" | "run:android" => Start,
        "test" | "t" | "e2e" => Test,
        "build" | "b" => Build,
        "deploy" | "publish" | "push" | "gh-deploy" => Deploy,
        "install" => Install,
        _ if verb.contains("migrat") || verb.contains("seed") => Migrate,
        "" if rest.is_empty() => return None,
        _ => return None,
    })
}

/// Names of what ends something, however it does so: `compose:stop` may well be a branch of the script that starts it.
fn ends(name: &str) -> bool {
    name.to_ascii_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|part| matches!(part, "stop" | "down" | "destroy" | "teardown" | "kill" | "shutdown"))
}

/// What the lines behind a name do, and what the name itself says.
pub(super) fn expand(name: &str, lines: &[String], project: &Project<'_>, depth: u8) -> Vec<Purpose> {
    let mut found: Vec<Purpose> = Vec::new();
    if depth < DEEPEST {
        for words in lines.iter().take(100).flat_map(|line| shell::commands(line)) {
            found.extend(purposes(&words, project, depth + 1).into_iter().flat_map(|(purposes, _)| purposes));
        }
    }
    if ends(name) {
        found.retain(|purpose| !matches!(purpose, Start | StartWhole | Auxiliary));
    }
    let starts_anything = found.iter().any(|purpose| matches!(purpose, Start | StartWhole | Auxiliary));
    // A new version is no new place.
    let is_no_deployment = || lines.iter().any(|line| makes_a_version(line)) || stays_here(name, lines, &found);
    let by_name = by_name(name).filter(|purpose| *purpose != Deploy || !is_no_deployment());
    // The name is what people go by: `npm run build` that also tests is a build; `make test` that starts a database tests.
    match by_name {
        Some(Start) if starts_anything => {}
        // `make build` that ends with `docker compose up --build` starts it, whatever it is called.
        Some(Build) if lines.iter().any(|line| brings_up(line)) => {
            found.retain(|purpose| matches!(purpose, StartWhole | Auxiliary));
            found.push(Build);
        }
        Some(purpose @ (Test | Migrate | Deploy | Build)) => found = vec![purpose],
        Some(purpose) => found.push(purpose),
        None => {}
    }
    found
}

/// Whether what is called a deployment or a release only compiles, or starts a copy on the machine that one sits at.
fn stays_here(name: &str, lines: &[String], found: &[Purpose]) -> bool {
    const LEAVES: &[&str] = &[
        "push", "publish", "deploy", "upload", "scp", "rsync", "ssh", "apply", "upgrade", "release:", "release/",
        "swarm",
    ];
    let lower = name.to_ascii_lowercase();
    let is_local = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|part| matches!(part, "local" | "locally" | "localhost" | "clone" | "minikube"));
    let is_here = |purpose: &Purpose| {
        *purpose == Build || is_local && matches!(purpose, Install | Start | StartWhole | Auxiliary | Migrate | Test)
    };
    let leaves = |line: &String| !line.starts_with("echo ") && LEAVES.iter().any(|way| line.contains(way));
    !found.is_empty() && found.iter().all(is_here) && !lines.iter().any(leaves)
}

/// Whether a line brings up the services of a compose file.
fn brings_up(line: &str) -> bool {
    line.contains("compose") && line.split_whitespace().any(|word| word == "up")
}

/// Whether a line only counts the project's version up, and writes down what is new in it.
fn makes_a_version(line: &str) -> bool {
    const TOOLS: &[&str] = &[
        "standard-version",
        "changeset version",
        "npm version",
        "bumpversion",
        "bump2version",
        "commit-and-tag-version",
    ];
    TOOLS.iter().any(|tool| line.contains(tool))
}

pub(super) fn script(name: &str, project: &Project<'_>, depth: u8) -> Answer {
    Some((expand(name, project.script(name)?, project, depth), None))
}
