//! Schemas that are plain SQL: in a file, or in the program itself.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{Kind, Migrator, is_aside, migrator};
use crate::paths;
use crate::{Place, Snapshot};

/// What files of SQL that make a schema, or the folders they lie in, are called.
const SCHEMA_WORDS: &[&str] = &[
    "schema",
    "init",
    "ddl",
    "db",
    "sql",
    "database",
    "databases",
    "table",
    "tables",
    "create",
    "dump",
    "setup",
    "structure",
    "resources",
    "migration",
    "migrations",
    "import",
    "initdb",
];

/// A file of SQL that makes the tables.
pub(super) fn plain_sql(repo: &Snapshot) -> Option<Migrator> {
    let found: Vec<&str> = repo
        .tree()
        .own_texts()
        .filter(|(file, text)| {
            file.path.ends_with(".sql")
                && !is_aside(&file.path)
                && is_named_as_schema(&file.path)
                && text.to_ascii_uppercase().contains("CREATE TABLE")
        })
        .map(|(file, _)| file.path.as_str())
        .collect();
    let first = found.iter().find(|path| path.contains("schema")).or(found.first())?;
    let is_schema = paths::name(first).contains("schema") && !found.iter().any(|path| is_applied(repo, path));
    let kind = if is_schema { Kind::SchemaOnly } else { Kind::InitSql };
    Some(Migrator { kind, ..migrator(repo, kind.name(), first, first, found.len()) })
}

/// Whether something fills an empty database with the file: a container that mounts it, or Spring at start.
fn is_applied(repo: &Snapshot, path: &str) -> bool {
    let name = paths::name(path);
    let is_mounted = |text: &str| {
        text.lines().any(|line| {
            let line = line.trim_start();
            !line.starts_with('#') && line.contains("docker-entrypoint-initdb.d") && line.contains(name)
        })
    };
    is_loaded(repo, path)
        || repo.tree().own_texts().any(|(file, text)| {
            (file.name().ends_with(".yml") || file.name().ends_with(".yaml")) && is_mounted(text)
            // A profile's settings are for whoever chooses it.
            || matches!(file.name(), "application.properties" | "application.yml" | "application.yaml")
                && path.contains("src/main/resources/")
                && (text.contains("spring.sql.init.mode=always")
                    || text.contains("init:\n") && text.contains("mode: always"))
        })
}

/// Whether the program itself takes the file: `//go:embed schema.sql`, `include_str!("schema.sql")`, or by its name.
pub(in crate::areas) fn is_loaded(repo: &Snapshot, path: &str) -> bool {
    let name = paths::name(path);
    let loads = |line: &str| {
        let line = line.trim_start();
        line.match_indices(name).any(|(at, _)| {
            let (before, behind) = (&line[..at], &line[at + name.len()..]);
            let is_whole =
                before.ends_with(['"', '\'', '`', '/', ' ', ':']) && !behind.starts_with(char::is_alphanumeric);
            let is_text = behind.starts_with(['"', '\'', '`']) && before.contains(['"', '\'', '`']);
            is_whole
                && if before.starts_with("//go:embed") {
                    true
                } else {
                    is_text && !line.starts_with(['#', '/', '*', '-'])
                }
        })
    };
    path.ends_with(".sql")
        && super::super::migrations::code(repo)
            .filter(|(path, text)| !is_aside(path) && !paths::name(path).starts_with("build.") && text.contains(name))
            .any(|(_, text)| text.lines().any(loads))
}

/// Tables that the program makes by SQL of its own, where they are missing.
pub(super) fn from_statements(repo: &Snapshot) -> Option<Migrator> {
    static MAKES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i-u:\bcreate table if not exists\b)"));
    super::super::migrations::code(repo).filter(|(path, _)| !is_aside(path)).find_map(|(path, text)| {
        let is_code = |line: &str| !line.trim_start().starts_with(['#', '/', '*', '-']);
        let line = text.lines().position(|line| is_code(line) && MAKES.is_match(line))? as u32 + 1;
        let kind = Kind::Statements;
        let place = Place::lines(repo.head(), path, line, line);
        Some(Migrator { kind, tool: kind.name(), path: path.to_owned(), count: 1, place })
    })
}

fn is_named_as_schema(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.split(|c: char| !c.is_ascii_alphanumeric())
        .rev()
        // The last word is the extension.
        .skip(1)
        .any(|word| SCHEMA_WORDS.contains(&word))
}
