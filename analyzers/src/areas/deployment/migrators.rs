//! Which tool brings the database's schema up to date, and where its files lie.

mod classes;
mod embedded;
mod images;
mod own;
mod scripts;
mod sql;
mod unused;

use std::collections::{BTreeMap, HashSet};

pub(super) use self::classes::makes_tables;
pub(in crate::areas) use self::images::applying;
use self::sql::{from_script, from_statements, plain_sql};
pub(in crate::areas) use self::sql::{is_loaded, is_mounted};
use crate::areas::database::file;
use crate::code::pattern;
use crate::paths;
use crate::snapshot::stack::Ecosystem;
use crate::{Place, Snapshot};

/// What is done about a schema that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::areas) enum Kind {
    /// Migrations, run by a tool.
    Tool,
    /// Existing tables are fitted to the classes when the program starts.
    OrmAuto,
    /// Existing tables are fitted to the classes by whoever follows what is written down.
    Fitted,
    /// Missing tables are made from the classes; existing ones are never changed.
    Created,
    /// A file holds the whole schema.
    SchemaOnly,
    /// A file fills an empty database.
    InitSql,
    /// The program itself makes missing tables by SQL when it starts.
    Statements,
    /// A framework makes all tables from the classes at each start, in a database that lives and ends with the program.
    Embedded,
}

impl Kind {
    /// The name in the report: whether tables are fitted or only made, the program does it by itself.
    pub(in crate::areas) fn name(self) -> &'static str {
        match self {
            Kind::Tool => "tool",
            Kind::OrmAuto | Kind::Fitted | Kind::Created | Kind::Embedded | Kind::Statements => "orm_auto",
            Kind::SchemaOnly => "schema_only",
            Kind::InitSql => "init_sql",
        }
    }
}

/// How a schema comes to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::areas) struct Migrator {
    /// Whether the schema's changes are kept, and how.
    pub(in crate::areas) kind: Kind,
    /// The tool's name in lower case; without one, the kind's name.
    pub(in crate::areas) tool: &'static str,
    /// The folder of the migrations, or the file that makes the schema.
    pub(in crate::areas) path: String,
    /// How many files there are.
    pub(in crate::areas) count: usize,
    /// Where to look.
    pub(in crate::areas) place: Place,
}

/// Tool, pattern of a migration's path, and a text that one of them holds (empty for any). The first that fits wins.
const TOOLS: &[(&str, &str, &str)] = &[
    ("prisma", r"(^|/)migrations/[^/]+/migration\.sql$", ""),
    ("drizzle", r"(^|/)meta/_journal\.json$", "\"dialect\""),
    ("rails", r"(^|/)db/migrate/\d{3,}_[^/]+\.rb$", ""),
    ("diesel", r"(^|/)migrations/[^/]+/up\.sql$", ""),
    // A folder for each database.
    ("diesel", r"(^|/)migrations/[^/]+/\d{4}-?\d\d-?\d\d[^/]*/up\.sql$", ""),
    ("flyway", r"(^|/)V\d[\d_.]*__[^/]+\.(sql|java|kt)$", ""),
    ("alembic", r"(^|/)versions/[^/]+\.py$", "down_revision"),
    ("django", r"(^|/)migrations/\d{4}_[^/]+\.py$", ""),
    ("ef core", r"(^|/)\d{14}_[^/]+\.cs$", ": Migration"),
    ("ef 6", r"(^|/)\d{15}_[^/]+\.cs$", ": DbMigration"),
    // Under any name.
    ("ef core", r"\.cs$", "override void Up(MigrationBuilder "),
    ("doctrine", r"(^|/)[Mm]igrations/(.+/)?Version\d+\.php$", ""),
    // Its first version.
    ("doctrine", r"\.php$", "extends Doctrine_Migration_Base"),
    ("laravel", r"(?i)(^|/)migrations?/(.+/)?\d{4}_\d\d_\d\d_\d{6}_[^/]+\.php$", ""),
    ("phinx", r"(^|/)migrations/\d{14}_[^/]+\.php$", ""),
    ("sea-orm", r"(^|/)m\d{8}_\d{6}_[^/]+\.rs$", ""),
    ("goose", r"\.(sql|go)$", "+goose Up"),
    ("goose", r"\.go$", "goose.AddMigration"),
    ("gormigrate", r"\.go$", "gormigrate.Migration"),
    ("dbmate", r"\.sql$", "-- migrate:up"),
    ("liquibase", r"\.(xml|ya?ml|json)$", "databaseChangeLog"),
    ("liquibase", r"\.sql$", "liquibase formatted sql"),
    ("typeorm", r"(^|/)[^/]+\.(ts|js)$", "implements MigrationInterface"),
    // What its own commands write for those who have no TypeScript.
    ("typeorm", r"(^|/)\d{13}-[^/]+\.[cm]?[jt]s$", "queryRunner"),
    ("sequel", r"(^|/)(migrations?|migrate)/\d[^/]*\.rb$", "Sequel.migration"),
    ("sequelize", r"(^|/)migrations/\d[^/]*\.[cm]?[jt]s$", "queryInterface"),
    ("adonis", r"(^|/)database/migrations/\d+_[^/]+\.[jt]s$", "BaseSchema"),
    ("knex", r"(^|/)migrations/\d[^/]+\.[cm]?[jt]s$", "knex"),
    ("node-pg-migrate", r"(^|/)migrations/\d[^/]+\.[cm]?[jt]s$", "pgm."),
    ("db-migrate", r"(^|/)migrations/\d{14}-[^/]+\.[cm]?[jt]s$", "exports.up"),
    ("codeigniter", r"(?i)(^|/)migrations/\d[\d-]+_[^/]+\.php$", "extends Migration"),
    ("rel", r"(^|/)migrations/\d{14}_[^/]+\.go$", "rel.Schema"),
    ("ecto", r"(^|/)priv/[^/]+/migrations/\d{14}_[^/]+\.exs$", "Ecto.Migration"),
    // Its template, where there is no version yet.
    ("alembic", r"(^|/)script\.py\.mako$", ""),
    ("mikro-orm", r"(^|/)Migration\d{14}[^/]*\.[jt]s$", ""),
];

/// How the schema of `repo` comes to be; `None` if there is no sign of a relational database's schema.
pub(in crate::areas) fn detect(repo: &Snapshot) -> Option<Migrator> {
    /// By its type what was worked out is known, and several areas ask.
    struct Detected(Option<Migrator>);
    repo.once(|repo| Detected(look(repo))).0.clone()
}

fn look(repo: &Snapshot) -> Option<Migrator> {
    if file::is_forgotten(repo) {
        return None;
    }
    versioned(repo)
        .filter(|found| !is_overtaken(repo, found))
        .or_else(|| classes::fitted(repo))
        .or_else(|| classes::made(repo))
        .or_else(|| scripts::fitting(repo))
        .or_else(|| scripts::by_hand(repo))
        .or_else(|| sql::mounted_sql(repo).filter(|_| !scripts::pushes_prisma(repo)))
        .or_else(|| prisma_schema(repo))
        .or_else(|| rails_schema(repo))
        .or_else(|| plain_sql(repo).filter(|found| found.kind == Kind::InitSql))
        .or_else(|| from_statements(repo))
        .or_else(|| embedded::detect(repo))
        .or_else(|| plain_sql(repo))
        .or_else(|| from_script(repo))
}

/// Whether the mapper fits the tables to the classes whatever the migrations say, none of which makes a table, or which
/// nothing applies.
fn is_overtaken(repo: &Snapshot, found: &Migrator) -> bool {
    let folder = format!("{}/", found.path);
    let makes_table = |text: &str| ["createTable", "CREATE TABLE", "create table"].iter().any(|way| text.contains(way));
    let mut migrations = repo.tree().own_texts().filter(|(file, _)| file.path.starts_with(&folder));
    let is_of_sql =
        || repo.tree().own_texts().any(|(file, _)| file.path.starts_with(&folder) && file.path.ends_with(".sql"));
    if found.tool == "sql" && is_of_sql() && unused::is(repo, &found.path) {
        return classes::fitted(repo).is_some() || unused::is_mounted(repo, &found.path);
    }
    matches!(found.tool, "typeorm" | "sequelize")
        && !migrations.any(|(_, text)| makes_table(text))
        && classes::fitted(repo).is_some()
}

fn versioned(repo: &Snapshot) -> Option<Migrator> {
    let files: Vec<(&str, &str)> = repo
        .tree()
        .own_texts()
        .map(|(file, text)| (file.path.as_str(), text))
        .filter(|(path, _)| !is_aside(path))
        .collect();
    let endings: HashSet<&str> = files.iter().filter_map(|(path, _)| Some(path.rsplit_once('.')?.1)).collect();
    // An expression costs more to make ready than to ask.
    for (tool, path, mark) in TOOLS.iter().filter(|(_, path, _)| may_fit(path, &endings)) {
        let pattern = pattern(path);
        let of_tool: Vec<&str> = files
            .iter()
            .filter(|(path, text)| pattern.is_match(path) && (mark.is_empty() || text.contains(mark)))
            .map(|(path, _)| *path)
            .collect();
        let Some(first) = of_tool.first() else { continue };
        if *tool == "flyway" && !is_of_flyway(repo, first) {
            continue;
        }
        let folder = match *tool {
            "prisma" | "diesel" | "drizzle" => paths::folder(paths::folder(first)),
            _ => paths::folder(first),
        };
        return Some(migrator(repo, tool, folder, first, of_tool.len()));
    }
    numbered_sql(repo, &files)
        .or_else(|| numbered_code(repo, &files))
        .or_else(|| own::find(repo, &files))
        .or_else(|| own::in_code(repo, &files))
}

/// Whether a path that `pattern` of [`TOOLS`] fits may end with one of `endings`.
fn may_fit(pattern: &str, endings: &HashSet<&str>) -> bool {
    let Some((_, tail)) = pattern.strip_suffix('$').and_then(|pattern| pattern.rsplit_once(r"\.")) else { return true };
    if tail.ends_with("[jt]s") {
        return endings.iter().any(|ending| ending.ends_with("js") || ending.ends_with("ts"));
    }
    let words = || tail.trim_matches(['(', ')']).split('|');
    words().any(|word| endings.contains(word) || !word.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// Whether Flyway reads a file, and not only its name is Flyway's: something speaks of the tool, or it lies where Flyway
/// looks for it.
fn is_of_flyway(repo: &Snapshot, path: &str) -> bool {
    !path.ends_with(".sql")
        || ["resources/", "db/migration/"].iter().any(|folder| path.contains(folder))
        || repo.stack().has(Ecosystem::Jvm)
        || repo.tree().own_texts().any(|(_, text)| text.contains("flyway") || text.contains("Flyway"))
}

/// `migrations/v1.2.0.go`, where a program of its own changes the tables.
fn numbered_code(repo: &Snapshot, files: &[(&str, &str)]) -> Option<Migrator> {
    const ENDS: &[&str] = &[".go", ".py", ".js", ".ts", ".rb", ".rs", ".php", ".java", ".kt", ".cs"];
    let changes = |text: &str| {
        ["ALTER TABLE", "CREATE TABLE", "CREATE TYPE", "alter table", "create table", ".AutoMigrate(", ".Migrator()."]
            .iter()
            .any(|it| text.contains(it))
    };
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| ENDS.iter().any(|end| path.ends_with(end))) {
        let version = paths::name(path).trim_start_matches(['v', 'V']);
        let folder = paths::folder(path);
        if version.starts_with(|c: char| c.is_ascii_digit())
            && matches!(paths::name(folder), "migrations" | "migration" | "migrate")
            && changes(text)
        {
            folders.entry(folder).or_default().push(path);
        }
    }
    let (folder, found) =
        folders.into_iter().max_by_key(|(_, found)| found.len()).filter(|(_, found)| found.len() > 1)?;
    Some(migrator(repo, "sql", folder, found[0], found.len()))
}

/// `migrations/0001_users.up.sql` belongs to whichever tool the project depends on.
fn numbered_sql(repo: &Snapshot, files: &[(&str, &str)]) -> Option<Migrator> {
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, _) in files.iter().filter(|(path, _)| path.ends_with(".sql")) {
        let numbered = paths::name(path).trim_start_matches('V').starts_with(|c: char| c.is_ascii_digit());
        if numbered && paths::folder(path).to_ascii_lowercase().contains("migrat") || path.ends_with(".up.sql") {
            folders.entry(paths::folder(path)).or_default().push(path);
        }
    }
    let (folder, found) = folders.into_iter().max_by_key(|(_, found)| found.len())?;
    let stack = repo.stack();
    let tool = if stack.dependency(Ecosystem::Cargo, "sqlx").is_some() {
        "sqlx"
    } else if stack.dependency(Ecosystem::Cargo, "diesel").is_some() {
        "diesel"
    } else if stack.dependency(Ecosystem::Npm, "node-pg-migrate").is_some() {
        "node-pg-migrate"
    } else if stack.dependency_under(Ecosystem::Go, "github.com/golang-migrate/").is_some()
        || found.iter().any(|path| path.ends_with(".up.sql"))
    {
        "golang-migrate"
    } else {
        "sql"
    };
    Some(migrator(repo, tool, folder, found[0], found.len()))
}

/// Prisma without migrations: somebody pushes the schema by hand. MongoDB has no migrations.
fn prisma_schema(repo: &Snapshot) -> Option<Migrator> {
    let (file, _) = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| file.name().ends_with(".prisma") && !is_aside(&file.path))
        .find(|(_, text)| text.contains("datasource ") && !text.contains("\"mongodb\""))?;
    Some(Migrator { kind: Kind::SchemaOnly, ..migrator(repo, Kind::SchemaOnly.name(), &file.path, &file.path, 1) })
}

/// Rails' schema, whose migrations somebody has deleted.
fn rails_schema(repo: &Snapshot) -> Option<Migrator> {
    let is_schema = |text: &str| text.contains("ActiveRecord::Schema") && text.contains("create_table ");
    // Rails writes it, so it is not among the texts that people write.
    let file = repo.tree().files().iter().find(|file| {
        file.path.ends_with("db/schema.rb")
            && !file.vendored
            && !is_aside(&file.path)
            && repo.text(&file.path).is_some_and(is_schema)
    })?;
    Some(Migrator { kind: Kind::SchemaOnly, ..migrator(repo, Kind::SchemaOnly.name(), &file.path, &file.path, 1) })
}

fn migrator(repo: &Snapshot, tool: &'static str, path: &str, first: &str, count: usize) -> Migrator {
    let path = if path.is_empty() { "." } else { path };
    Migrator { kind: Kind::Tool, tool, path: path.to_owned(), count, place: Place::file(repo.head(), first) }
}

fn is_aside(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(
            part,
            "test"
                | "tests"
                | "spec"
                | "testdata"
                | "fixtures"
                | "examples"
                | "docs"
                | "__tests__"
                | ".github"
                | "testutil"
                | "integrationTest"
                | "integration-test"
                | "testFixtures"
        )
        // Maven's integration tests.
    }) || path.contains("src/it/")
        || ["_test.go", "_test.py", ".spec.ts", ".test.ts", ".test.js", "Test.java", "Tests.cs", ".md"]
            .iter()
            .any(|end| path.ends_with(end))
        || paths::name(path) == "conftest.py"
}

/// Whether a source of Go is there for tests, whatever it is called: it takes what only they have.
fn is_of_tests(path: &str, text: &str) -> bool {
    path.ends_with(".go") && (text.contains("*testing.T") || text.contains("\"testing\"\n"))
}

#[cfg(test)]
mod tests;
