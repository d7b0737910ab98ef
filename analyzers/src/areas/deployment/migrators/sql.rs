//! Schemas that are plain SQL: in a file, or in the program itself.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::super::files::is_dockerfile;
use super::{Kind, Migrator, is_aside, is_of_tests, migrator};
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

/// However its words are set apart.
static MAKES_TABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i-u)\bcreate\s+table\b"));

/// A file of SQL that makes the tables.
pub(super) fn plain_sql(repo: &Snapshot) -> Option<Migrator> {
    let found: Vec<&str> = repo
        .tree()
        .own_texts()
        .filter(|(file, text)| {
            file.path.ends_with(".sql")
                && !is_aside(&file.path)
                && is_named_as_schema(&file.path)
                && MAKES_TABLE.is_match(text)
        })
        .map(|(file, _)| file.path.as_str())
        .collect();
    let first = found.iter().find(|path| path.contains("schema")).or(found.first())?;
    let is_schema = is_called_schema(first) || !fills(first) && !is_named_anywhere(repo, first);
    let is_schema = is_schema || is_of_tests_alone(repo, first);
    let is_schema = is_schema && !found.iter().any(|path| is_applied(repo, path));
    let kind = if is_schema { Kind::SchemaOnly } else { Kind::InitSql };
    Some(Migrator { kind, ..migrator(repo, kind.name(), first, first, found.len()) })
}

/// A file of SQL that a container fills an empty database with.
pub(super) fn mounted_sql(repo: &Snapshot) -> Option<Migrator> {
    plain_sql(repo).filter(|found| found.kind == Kind::InitSql && is_mounted(repo, &found.path))
}

/// Whether a file is named after what the tables are, not after what is done with it.
fn is_called_schema(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    name.contains("schema") || words.any(|word| matches!(word, "ddl" | "structure"))
}

/// Whether a file is named after what is done with it.
fn fills(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let is_numbered = name.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit());
    is_numbered
        || words.any(|word| {
            matches!(word, "init" | "initial" | "initdb" | "setup" | "create" | "dump" | "import" | "seed" | "script")
        })
}

/// Whether a document, a script or a program names the file.
fn is_named_anywhere(repo: &Snapshot, path: &str) -> bool {
    let name = paths::name(path);
    let folder = paths::name(paths::folder(path));
    let within = format!("{folder}/");
    let others = repo.tree().own_texts().filter(|(file, _)| file.path != path && !file.path.ends_with(".sql"));
    others.map(|(_, text)| text).any(|text| {
        // A folder is handed on as a whole, too.
        text.contains(name) || !folder.is_empty() && text.contains(&within) && text.contains("sql")
    })
}

/// Whether tests fill a database of theirs with the file, and nothing else does.
fn is_of_tests_alone(repo: &Snapshot, path: &str) -> bool {
    let name = paths::name(path);
    let others = repo.tree().own_texts().filter(|(file, text)| file.path != path && text.contains(name));
    let (of_tests, others): (Vec<_>, Vec<_>) = others.partition(|(file, _)| paths::is_aside(&file.path));
    !of_tests.is_empty() && others.is_empty()
}

/// Whether a container that starts with an empty database fills it with the file, or with the folder that it lies in.
pub(in crate::areas) fn is_mounted(repo: &Snapshot, path: &str) -> bool {
    const TARGET: &str = "docker-entrypoint-initdb.d";
    let (name, folder) = (paths::name(path), paths::name(paths::folder(path)));
    let brings = |line: &str| {
        let line = line.trim_start();
        let Some((source, _)) = line.split_once(TARGET).filter(|_| !line.starts_with('#')) else { return false };
        let words = source.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ':'));
        words
            .map(|word| paths::name(word.trim_end_matches('/')))
            .any(|it| !it.is_empty() && (it == name || it == folder))
    };
    let mut files = repo
        .tree()
        .own_texts()
        .filter(|(file, text)| (file.path.ends_with("ml") || is_dockerfile(file.name())) && text.contains(TARGET));
    files.any(|(_, text)| text.lines().any(brings))
}

/// Whether something fills an empty database with the file: a container that mounts it, or Spring at start.
fn is_applied(repo: &Snapshot, path: &str) -> bool {
    is_loaded(repo, path)
        || is_mounted(repo, path)
        || repo.tree().own_texts().any(|(file, text)| {
            // A profile's settings are for whoever chooses it.
            matches!(file.name(), "application.properties" | "application.yml" | "application.yaml")
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
    let sources = super::super::migrations::code(repo);
    sources.filter(|(path, text)| !is_aside(path) && !is_of_tests(path, text)).find_map(|(path, text)| {
        let is_code = |line: &str| !line.trim_start().starts_with(['#', '/', '*', '-']);
        let line = text.lines().position(|line| is_code(line) && MAKES.is_match(line))? as u32 + 1;
        let kind = Kind::Statements;
        let place = Place::lines(repo.head(), path, line, line);
        Some(Migrator { kind, tool: kind.name(), path: path.to_owned(), count: 1, place })
    })
}

/// A script of the project that makes the tables by SQL of its own, in a database that has none.
pub(super) fn from_script(repo: &Snapshot) -> Option<Migrator> {
    const SEVERAL: usize = 2;
    static MAKES: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\.execute(?:script|many)?\(\s*[rRfF]?["']{1,3}\s*(?i-u:create\s+table)\b"#));
    let sources = super::super::migrations::code(repo).filter(|(path, _)| path.ends_with(".py") && !is_aside(path));
    sources.filter(|(_, text)| text.contains(".execute")).find_map(|(path, text)| {
        let made: Vec<usize> = MAKES.find_iter(text).map(|found| found.start()).collect();
        let first = made.first().filter(|_| made.len() >= SEVERAL)?;
        let line = text[..*first].matches('\n').count() as u32 + 1;
        let place = Place::lines(repo.head(), path, line, line);
        let kind = Kind::SchemaOnly;
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
