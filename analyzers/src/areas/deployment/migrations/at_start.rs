//! Code of the program that brings the schema up to date when it starts.

use super::commands::{COMMAND, applies};
use super::development;
use crate::{Place, Snapshot};

/// Code that migrates when the program starts.
const AT_START: &[&str] = &[
    "sqlx::migrate!",
    "run_pending_migrations",
    "Migrator::up(",
    "Database.Migrate(",
    "Database.MigrateAsync(",
    "migrationsRun: true",
    "goose.Up(",
    "goose.UpContext(",
    "migrate.New(",
    "migrate.NewWithDatabaseInstance(",
    "runMigrations(",
    "migrate.latest(",
    "command.upgrade(",
    "embed_migrations!",
    "Flyway.configure(",
    "drizzle-orm/node-postgres/migrator",
    "drizzle-orm/postgres-js/migrator",
    "umzug.up(",
    "migrationsRun: process.",
    "migrationsRun: env",
    "migrationsRun: config",
    "migrationsRun: this",
    "migrationsFolder",
    "migrate!(",
    "runner().run",
    "migrateToLatest(",
    "getMigrator().up",
    "migrator.up(",
    "sqlx::migrate::Migrator",
    "PerformUpgrade(",
    ".MigrateUp(",
    "gormigrate.New(",
    "migrate.Exec(",
    "goose.Run(",
    "goose.RunContext(",
    "goose.NewProvider(",
    "dbmate.New(",
    "call_command(\"migrate\"",
    "call_command('migrate'",
    "Artisan::call('migrate",
    "Artisan::call(\"migrate",
    "flask_migrate import upgrade",
    "flask_migrate.upgrade(",
    "Sequel::Migrator.run(",
];

/// Where the code migrates when the program starts, wherever that is.
pub(super) fn at_start(repo: &Snapshot) -> Option<Place> {
    let mut calls = calls(repo);
    let found = calls.find(|(path, text, line)| !development::is_only(repo, path, text, *line));
    found.map(|(path, _, line)| Place::lines(repo.head(), path, line, line))
}

/// Where the code migrates when the program starts on a developer's machine, and nowhere else.
pub(super) fn in_development(repo: &Snapshot) -> Option<Place> {
    let (path, _, line) = calls(repo).find(|(path, text, line)| development::is_only(repo, path, text, *line))?;
    Some(Place::lines(repo.head(), path, line, line))
}

/// The first line of each source that migrates, with its path and text.
fn calls(repo: &Snapshot) -> impl Iterator<Item = (&str, &str, u32)> {
    code(repo).filter_map(|(path, text)| {
        let calls: Vec<&str> = AT_START.iter().copied().filter(|call| text.contains(call)).collect();
        let line = (!calls.is_empty()).then(|| {
            text.lines().position(|line| !is_comment(line) && calls.iter().any(|call| is_called(line, call)))
        })?? as u32
            + 1;
        Some((path, text, line))
    })
}

/// Whether the code migrates, by calls of its own or by a command that it starts, be it only on a developer's machine.
pub(in crate::areas::deployment) fn from_code(repo: &Snapshot) -> bool {
    calls(repo).next().is_some()
        || code(repo)
            .any(|(_, text)| COMMAND.is_match(text) && text.lines().any(|line| !is_comment(line) && applies(line)))
}

/// The sources, without tests.
pub(in crate::areas::deployment) fn code(repo: &Snapshot) -> impl Iterator<Item = (&str, &str)> {
    let sources = repo.tree().own_texts().map(|(file, text)| (file.path.as_str(), text));
    sources
        .filter(|(path, _)| crate::code::Language::of(path).is_some() && !crate::areas::tests::is_test_path(path))
        // Rust's tests stand beside the code.
        .map(|(path, text)| (path, text.split("\n#[cfg(test)]").next().unwrap_or(text)))
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#', '/', '*'])
}

/// Whether the line does it, and doesn't only have its name in a string; a module's name stands in one, to be imported.
fn is_called(line: &str, call: &str) -> bool {
    if call.contains('/') {
        return line.contains(call) && ["from ", "import ", "require("].iter().any(|word| line.contains(word));
    }
    // `gormigrate.New(` is another call than `migrate.New(`.
    let goes_on = |before: &str| {
        call.starts_with(|c: char| c.is_alphanumeric()) && before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    };
    line.match_indices(call).any(|(at, _)| !line[..at].ends_with(['"', '\'', '`']) && !goes_on(&line[..at]))
}

#[cfg(test)]
mod tests {
    use crate::Outcome;
    use crate::areas::deployment::migrations::tests::with;

    #[test]
    fn code_that_migrates_is_told_from_its_name_in_a_string() {
        assert_eq!(with("main.rs", "fn main() { sqlx::migrate!().run(&pool).await?; }\n"), Outcome::Met);
        assert_eq!(
            with("list.rs", "const CALLS: &[&str] = &[\"sqlx::migrate!\", \"drizzle-orm/postgres-js/migrator\"];\n"),
            Outcome::NotMet
        );
        let list = "import { x } from 'x';\nconst CALLS = ['drizzle-orm/postgres-js/migrator'];\n";
        assert_eq!(with("list.ts", list), Outcome::NotMet);
        assert_eq!(with("list.rs", "const CALLS: &[&str] = &[\"gormigrate.New(\"];\n"), Outcome::NotMet);
        assert_eq!(with("db.go", "package a\nfunc f() { gormigrate.New(db, options, all).Migrate() }\n"), Outcome::Met);
        assert_eq!(with("db.ts", "import { migrate } from 'drizzle-orm/node-postgres/migrator';\n"), Outcome::Met);
    }
}
