//! Is it written down or automated how migrations run at deployment?

mod at_start;
mod commands;
mod development;

use self::at_start::{at_start, in_development};
pub(super) use self::at_start::{code, from_code};
pub(super) use self::commands::applies;
use self::commands::{OTHER_WAY, command_line, migrates};
use super::dockerfile::resolved;
use super::files::is_dockerfile;
use super::migrators::{self, Kind, Migrator};
use super::not_deployed;
use crate::areas::database::relational;
use crate::areas::tests::pipelines;
use crate::documents::{Command, Documents, Purpose};
use crate::snapshot::stack::Ecosystem;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "deployment.migrations";

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let migrator = migrators::detect(repo);
    let (tool, path, kind) = match &migrator {
        Some(migrator) => (migrator.tool.into(), migrator.path.as_str().into(), migrator.kind.name()),
        None => (serde_json::Value::Null, serde_json::Value::Null, "none"),
    };
    let finding = match (not_deployed(repo), &migrator) {
        (Some(why), _) => Finding::not_applicable(SIGNAL, why),
        (None, None) if let Some((_, name)) = relational(repo) => {
            let summary = format!(
                "How the database is brought up to date could not be told: the code uses {name}, but neither a schema \
                 nor migrations were found here."
            );
            Finding::not_assessable(SIGNAL, summary)
        }
        (None, None) => {
            Finding::not_applicable(SIGNAL, "There are no tables of a database that a new version would change.")
        }
        (None, Some(migrator)) => verdict(repo, migrator),
    };
    finding.fact("kind", kind).fact("tool", tool).fact("path", path)
}

fn verdict(repo: &Snapshot, migrator: &Migrator) -> Finding {
    let place = migrator.place.clone();
    let what = match migrator.kind {
        Kind::OrmAuto => {
            let summary = format!(
                "What a new version does to the database can't be checked beforehand: at each start, {} makes its \
                 tables fit the code. What changes in existing ones is written down nowhere.",
                migrator.path
            );
            return Finding::partly(SIGNAL, summary, place);
        }
        Kind::Fitted => {
            let summary = format!(
                "What a new version does to the database can't be checked beforehand: {} says how its tables are made \
                 to fit the code. What changes in existing ones is written down nowhere.",
                migrator.path
            );
            return Finding::partly(SIGNAL, summary, place);
        }
        Kind::Created | Kind::Statements => {
            let summary = format!(
                "A database in use can't be brought up to date: {} makes tables that are missing, but nothing changes \
                 one that is there already.",
                migrator.path
            );
            return Finding::partly(SIGNAL, summary, place);
        }
        Kind::Embedded => {
            let summary = format!(
                "A database that lasts could not be set up from here: {} brings one that ends with the program, whose \
                 tables Spring Boot makes at each start.",
                migrator.path
            );
            return Finding::partly(SIGNAL, summary, place);
        }
        Kind::SchemaOnly | Kind::InitSql => {
            let is_of_spring = || {
                repo.tree().own_texts().any(|(file, text)| {
                    file.path.ends_with("ml") && text.contains("schema-locations")
                        || file.name().ends_with(".properties") && text.contains("spring.sql.init")
                })
            };
            let is_mounted =
                migrator.path.ends_with(".sql") && (migrators::is_mounted(repo, &migrator.path) || is_of_spring());
            let is_loaded = !is_mounted && migrators::is_loaded(repo, &migrator.path);
            let how = if is_mounted {
                "which is loaded into an empty database; changes to existing tables are written down nowhere"
            } else if is_loaded {
                "which the program loads by itself; what changes in existing tables is written down nowhere"
            } else {
                "and nothing loads it by itself; changes to existing tables are written down nowhere"
            };
            let summary = format!(
                "A database in use can't be brought up to date: its tables are described in {} (the schema), {how}.",
                migrator.path
            );
            return if is_mounted || is_loaded {
                Finding::partly(SIGNAL, summary, place)
            } else {
                Finding::not_met(SIGNAL, summary, place)
            };
        }
        Kind::Tool => format!("its changes, the {} migrations in {}, ", migrator.tool, migrator.path),
    };
    if let Some((how, at)) = automated(repo, migrator) {
        let summary = format!("How the database is brought up to date is settled: {what}{how}");
        return Finding::met(SIGNAL, summary, Evidence::or_absence([at, place], repo.head()));
    }
    let documents = Documents::of(repo);
    let documented = documents.commands().filter(|(_, command)| {
        migrates(&command.text) || command.is(Purpose::Migrate) && leads_there(repo, &command.text)
    });
    // A file may come from a step before, a target or a script has to be written by somebody.
    let is_broken = |command: &Command| {
        let missing = command.missing.as_deref().unwrap_or_default();
        ["target ", "script "].iter().any(|kind| missing.starts_with(kind))
    };
    let (broken, whole): (Vec<_>, Vec<_>) = documented.partition(|(_, command)| is_broken(command));
    if let Some((document, command)) = whole.first() {
        let summary = format!(
            "How the database is brought up to date is written down: {what}are made with `{}`, as \
                               {} says.",
            command.text, document.path
        );
        return Finding::met(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some((document, command)) = broken.first() {
        let summary = format!(
            "The database can't be brought up to date as it is written down: {what}are to be made with `{}`, as {} \
             says, which refers to what does not exist.",
            command.text, document.path
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some(place) = in_development(repo) {
        let summary = format!(
            "Nothing says how the database of the real visitors is brought up to date: {what}are made by the program in \
             {}, but only on a developer's machine.",
            place.path
        );
        return Finding::partly(SIGNAL, summary, place);
    }
    if let Some((path, line)) = for_people(repo) {
        let summary = format!(
            "Nothing says when to bring the database up to date: {what}can be made by a command in \
                               {path}."
        );
        return Finding::partly(SIGNAL, summary, Place::lines(repo.head(), path, line, line));
    }
    let summary = format!(
        "A new version may meet a database that does not fit it: {what}are there, but nothing says when they are made, and \
         nothing makes them by itself."
    );
    Finding::not_met(SIGNAL, summary, place)
}

/// Whether a file that a container or a host starts with applies them.
pub(super) fn starts_by_itself(repo: &Snapshot) -> bool {
    in_start_files(repo).is_some()
}

/// The line of a container's, a host's or a start script's file that applies them.
fn in_start_files(repo: &Snapshot) -> Option<Place> {
    for (file, text) in repo.tree().own_texts() {
        let name = file.name().to_ascii_lowercase();
        let starts = is_dockerfile(file.name())
            || matches!(
                name.as_str(),
                "procfile" | "fly.toml" | "render.yaml" | "railway.json" | "railway.toml" | "heroku.yml" | "app.json"
            )
            || name.starts_with("docker-compose")
            || name.starts_with("compose.")
            || [".sh", ""].iter().any(|end| {
                name.strip_suffix(end).is_some_and(|stem| {
                    ["entrypoint", "start", "run", "boot", "deploy", "release"].iter().any(|word| stem.contains(word))
                }) && (name.ends_with(".sh") || !name.contains('.'))
            })
            || file.path.contains("k8s/")
            || file.path.contains("deploy") && (name.ends_with(".yml") || name.ends_with(".yaml"));
        let line = || command_line(&resolved(&name, text)).or_else(|| migrators::applying(file.name(), text));
        if starts && let Some(line) = line() {
            return Some(Place::lines(repo.head(), file.path.as_str(), line, line));
        }
    }
    None
}

/// How they are made without anybody's doing: as the end of "its changes, ", and where.
fn automated(repo: &Snapshot, migrator: &Migrator) -> Option<(String, Place)> {
    if let Some(place) = in_start_files(repo) {
        return Some((format!("are made by themselves, from {}.", place.path), place));
    }
    if matches!(migrator.tool, "flyway" | "liquibase")
        && let Some(dependency) = repo
            .stack()
            .dependencies()
            .iter()
            .find(|dependency| dependency.ecosystem == Ecosystem::Jvm && dependency.name.contains(migrator.tool))
        && repo.stack().dependency_under(Ecosystem::Jvm, "org.springframework.boot").is_some()
    {
        let place = Place::lines(repo.head(), dependency.path.as_str(), dependency.line, dependency.line);
        return Some(("are made when Spring Boot starts.".to_owned(), place));
    }
    at_start(repo).map(|place| (format!("are made by the program, in {}.", place.path), place))
}

/// A target, a script or a step of a pipeline that somebody can run.
fn for_people(repo: &Snapshot) -> Option<(String, u32)> {
    let steps = pipelines::steps(repo).into_iter().find(|step| migrates(&step.command));
    let script = || {
        let script = repo.stack().scripts().iter().find(|script| {
            migrates(&script.command) || script.name.contains("migrat") && !OTHER_WAY.is_match(&script.name)
        })?;
        Some((script.path.clone(), script.line))
    };
    let make = || {
        repo.tree()
            .own_texts()
            .filter(|(file, _)| matches!(file.name(), "Makefile" | "makefile" | "justfile" | "Taskfile.yml"))
            .find_map(|(file, text)| Some((file.path.clone(), command_line(text)?)))
    };
    steps.map(|step| (step.file, step.line)).or_else(script).or_else(make)
}

/// Whether a shell script or a package's script that the command names does.
fn leads_there(repo: &Snapshot, command: &str) -> bool {
    command.split_whitespace().any(|word| {
        let file = word.trim_start_matches("./");
        repo.text(file).is_some_and(|text| command_line(text).is_some())
            || repo.stack().scripts().iter().any(|script| script.name == word && migrates(&script.command))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_target_that_does_not_exist_makes_nothing() {
        let of = |makefile: &str| {
            let repo = Fixture::new()
                .file("migrations/00001_users.sql", "-- +goose Up\nCREATE TABLE users (id int);\n")
                .file("README.md", "# A\n\n## Setup\n\n```sh\nmake migrate-up\n```\n")
                .file("main.go", "package main\nfunc main() {}\n")
                .file("Makefile", makefile);
            finding(&repo.snapshot()).outcome()
        };
        assert_eq!(of("migrate-up:\n\tgoose up\n"), Outcome::Met);
        assert_eq!(of("lint:\n\tgolangci-lint run\n"), Outcome::Partly);
    }

    pub(super) fn with(path: &str, text: &str) -> Outcome {
        let repo = Fixture::new()
            .file("app.py", "import flask\n")
            .file("migrations/versions/1_users.py", "down_revision = None\n")
            .file(path, text)
            .snapshot();
        finding(&repo).outcome()
    }

    #[test]
    fn migrations_are_automated_written_down_or_neither() {
        assert_eq!(with("entrypoint.sh", "alembic upgrade head\nexec gunicorn\n"), Outcome::Met);
        assert_eq!(with("README.md", "# A\n\n```\nalembic upgrade head\n```\n"), Outcome::Met);
        assert_eq!(with("Makefile", "db:\n\talembic upgrade head\n"), Outcome::Partly);
        assert_eq!(with("a.py", "x = 1\n"), Outcome::NotMet);
    }

    #[test]
    fn a_script_that_does_not_exist_makes_nothing() {
        let of = |scripts: &str| {
            let repo = Fixture::new()
                .file("app.js", "require('express')()\n")
                .file("package.json", &format!(r#"{{"scripts": {{{scripts}}}, "dependencies": {{"knex": "3"}}}}"#))
                .file(
                    "migrations/20240101120000_users.js",
                    "exports.up = (knex) => knex.schema.createTable('users');\n",
                )
                .file("README.md", "# A\n\n    npm run migrate\n");
            finding(&repo.snapshot()).outcome()
        };
        assert_eq!(of(r#""migrate": "knex migrate:latest""#), Outcome::Met);
        assert_eq!(of(r#""start": "node app.js""#), Outcome::Partly);
    }

    #[test]
    fn a_database_whose_tables_are_kept_elsewhere_is_not_denied() {
        let repo = Fixture::new().file("app.py", "import flask\n").file("requirements.txt", "flask\npsycopg2\n");
        assert_eq!(finding(&repo.snapshot()).outcome(), Outcome::NotAssessable);
    }

    #[test]
    fn tables_that_are_only_made_on_a_developers_machine_are_not_settled() {
        let repo = Fixture::new()
            .file("Shop.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n")
            .file("Migrations/20240101120000_Users.cs", "public partial class Users : Migration { }\n")
            .file("Program.cs", "if (app.Environment.IsDevelopment())\n{\n    db.Database.Migrate();\n}\napp.Run();\n");
        let finding = finding(&repo.snapshot());
        assert_eq!(finding.outcome(), Outcome::Partly);
        assert!(finding.summary().contains("only on a developer's machine"), "{}", finding.summary());
    }

    #[test]
    fn a_documented_script_is_followed() {
        let repo = Fixture::new()
            .file("migrations/versions/1_users.py", "down_revision = None\n")
            .file("app.py", "import flask\n")
            .file("scripts/init_db.sh", "alembic upgrade head\n")
            .file("README.md", "# A\n\n```\n./scripts/init_db.sh\n```\n");
        assert_eq!(finding(&repo.snapshot()).outcome(), Outcome::Met);
    }

    #[test]
    fn without_a_schema_there_is_nothing_to_migrate() {
        let repo = Fixture::new().file("app.py", "print(1)\n").snapshot();
        assert_eq!(finding(&repo).outcome(), Outcome::NotApplicable);
    }
}
