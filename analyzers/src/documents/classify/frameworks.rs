//! Build tools of the JVM, and the consoles of PHP's frameworks.

use super::super::Purpose::{Auxiliary, Build, Install, Migrate, Start, StartWhole, Test};
use super::super::project::Project;
use super::names::{by_name, expand, is_placeholder, script};
use super::{Answer, one};

pub(super) fn goals(operands: &[&str], start: &[&str], test: &[&str], build: &[&str]) -> Answer {
    // `:app:bootRun`, and the task of a submodule.
    let is = |table: &[&str]| {
        operands.iter().any(|goal| {
            table.iter().any(|known| {
                goal == known || goal.rsplit(':').next() == Some(known) || goal.ends_with(&format!(":{known}"))
            })
        })
    };
    if is(start) {
        one(StartWhole)
    } else if is(test) {
        one(Test)
    } else if is(build) {
        one(Build)
    } else if operands.iter().any(|goal| goal.contains("flyway") || goal.contains("liquibase")) {
        one(Migrate)
    } else {
        operands.iter().any(|goal| goal.contains("build-image") || goal.contains("jib")).then(|| (vec![Build], None))
    }
}

pub(super) fn artisan(command: &str) -> Answer {
    one(match command {
        "serve" => Start,
        "octane:start" => Start,
        "test" | "dusk" => Test,
        "key:generate" | "jwt:secret" | "storage:link" | "passport:install" => Install,
        _ if ["migrate", "db:", "doctrine:migrations:", "d:m:"].iter().any(|start| command.starts_with(start)) => {
            Migrate
        }
        _ if command.starts_with("queue:") || command.starts_with("schedule:") || command == "horizon" => Auxiliary,
        _ => return None,
    })
}

pub(super) fn console(command: &str) -> Answer {
    one(match command {
        "server:run" | "server:start" => Start,
        _ if command.starts_with("doctrine:") || command.starts_with("d:") || command.starts_with("hautelook") => {
            Migrate
        }
        "lexik:jwt:generate-keypair" | "assets:install" => Install,
        _ => return None,
    })
}

pub(super) fn composer(verb: &str, noun: &str, project: &Project<'_>, depth: u8) -> Answer {
    let gone = |name: &str| {
        let is_name = !name.is_empty() && !is_placeholder(name);
        depth == 0 && is_name && project.script(name).is_none() && project.has_file("composer.json")
    };
    let missing =
        |name: &str| Some((by_name(name).into_iter().collect(), Some(format!("script `{name}` in composer.json"))));
    match verb {
        "install" | "i" | "update" | "u" | "require" | "create-project" => one(Install),
        "run" | "run-script" if gone(noun) => missing(noun),
        "run" | "run-script" => composer(noun, "", project, depth),
        "exec" | "" => None,
        "start" | "serve" | "dev" | "test" | "tests" | "setup" if gone(verb) => missing(verb),
        "start" | "serve" | "dev" | "test" | "tests" | "setup" => {
            let lines = project.script(verb).unwrap_or_default();
            Some((expand(verb, lines, project, depth), None))
        }
        _ => script(verb, project, depth),
    }
}
