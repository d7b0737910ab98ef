//! Migrations that whoever starts the program has to run: a set-up is not whole where nothing says so, and nothing that
//! it starts does so.

mod pieces;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use pieces::{Piece, calls_any, is_runner, pieces};

use super::dockerfile::resolved;
use super::files::is_dockerfile;
use super::migrations::{self, applies, code, from_code};
use super::migrators::{self, Kind, Migrator};
use crate::areas::tests::pipelines::is_pipeline;
use crate::documents::{Documents, Purpose};
use crate::paths;
use crate::snapshot::stack::Ecosystem;
use crate::{Place, Snapshot};

/// Tools that somebody has to call, with a command that does.
const CALLED: &[(&str, &str)] = &[
    ("prisma", "npx prisma migrate deploy"),
    ("drizzle", "npx drizzle-kit migrate"),
    ("rails", "bin/rails db:prepare"),
    ("diesel", "diesel migration run"),
    ("alembic", "alembic upgrade head"),
    ("django", "python manage.py migrate"),
    ("ef core", "dotnet ef database update"),
    ("doctrine", "php bin/console doctrine:migrations:migrate"),
    ("laravel", "php artisan migrate"),
    ("phinx", "vendor/bin/phinx migrate"),
    ("sea-orm", "sea-orm-cli migrate up"),
    ("goose", "goose up"),
    ("dbmate", "dbmate up"),
    ("typeorm", "npx typeorm migration:run"),
    ("sequelize", "npx sequelize-cli db:migrate"),
    ("adonis", "node ace migration:run"),
    ("knex", "npx knex migrate:latest"),
    ("mikro-orm", "npx mikro-orm migration:up"),
    ("sqlx", "sqlx migrate run"),
    ("golang-migrate", "migrate -path … -database … up"),
    ("node-pg-migrate", "npx node-pg-migrate up"),
    ("db-migrate", "npx db-migrate up"),
    ("codeigniter", "php spark migrate"),
    // Frameworks of the JVM call them by themselves, so they are asked for only where no program depends on them.
    ("flyway", "flyway migrate"),
    ("liquibase", "liquibase update"),
];

/// Tools whose files are plain SQL: code that names their folder may well read them.
const PLAIN: &[&str] = &["sqlx", "golang-migrate", "node-pg-migrate", "goose", "dbmate", "diesel"];

/// Scripts call scripts; this deep is deep enough.
const DEEPEST: usize = 4;

/// Commands that make an empty database, fill one, or write a new migration.
static PREPARES_ONLY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\bcreatedb\b|create database|createsuperuser|makemigrations|(db|database):(create|seed)\b|loaddata|fixtures",
        r"|\bgenerate\b|\brevision\b|\bmigrations? (add|new|create)\b|migrate (add|new|create)\b|flask db (init|migrate)",
        r"|prisma\W+(studio|init|format|validate)|sqlx\W+(prepare|database (create|drop))|:(rollback|undo|down|status)\b"
    ))
});

/// The same behind the name of a script, which may do more than it is called.
static GENERATES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bgenerate\b|\brevision\b|makemigrations|[:-](create|new|add|down|rollback|undo|revert|status|studio)\b",
    )
});

/// Commands that make the tables in another way than by migrations.
static LOADS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"db:((schema|structure):load|reset|push|sync)\b|doctrine:schema:(create|update)|d:s:[cu]\b|hasura\b.*\bmigrate apply|supabase (start|db (reset|push))",
    )
});

/// Frameworks that apply their migrations themselves when they start.
const BY_THEMSELVES: &[&str] = &["@strapi/strapi", "strapi", "payload", "@keystone-6/core", "directus"];

/// Sentences that tell the reader to apply migrations or to load a dump, or that it happens by itself.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(run|runs|running|apply|applies|applying|execute|executes|perform|rod\w+|execut\w+|aplic\w+|aplique|corr\w+",
        r"|ejecut\w+|lanc\w+|exécut\w+|appliqu\w+)\b.{0,40}\bmigra",
        r"|\bmigrations?\b.{0,40}\b(run|runs|applied|executed|performed|automatic\w*|automát\w+|at start\w*|on start\w*)\b",
        r"|\bmigrate (the |your |all )?(db|database|schema|tables|models)\b|update-database",
        r"|(выполн|примен|накат|прогон|запуст)\w*.{0,40}миграц|миграци\w*.{0,40}(автомат|примен|выполн)",
        r"|迁移|遷移|マイグレーション|마이그레이션",
        r"|\b(import|restore|load|execute|run|source|import\w+|restaur\w+|ejecut\w+|execut\w+)\b.{0,80}\.(sql|dump)\b"
    ))
});

/// The migrations that nothing applies of what people read or start, and a command that would; `None` in doubt.
pub(in crate::areas) fn left_out(repo: &Snapshot) -> Option<(Migrator, &'static str)> {
    let migrator = migrators::detect(repo).filter(|found| found.kind == Kind::Tool)?;
    let (_, command) = CALLED.iter().find(|(tool, _)| *tool == migrator.tool)?;
    let is_applied = is_said(repo)
        || is_of_the_program(repo, &migrator)
        || brings_a_database(repo)
        || from_code(repo)
        || migrators::makes_tables(repo)
        || is_started(repo, applies);
    (!is_applied).then_some((migrator, *command))
}

/// Rails makes no database by itself: where the tables lie, and a command that makes it, if nothing that people read or
/// start does; `None` in doubt.
pub(in crate::areas) fn database_left_out(repo: &Snapshot) -> Option<(Place, &'static str)> {
    static MAKES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\bdb:(create|setup|prepare|reset|bootstrap)\b|\bcreatedb\b|\bcreate database\b|(POSTGRES|MYSQL|MARIADB)_(DB|DATABASE)\b|\bbin/setup\b",
        )
    });
    static SAID: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\b(create|creates|creating|set ?up)( \w+){0,3} (databases?|db)\b"));
    let rails = repo.stack().dependency(Ecosystem::Ruby, "rails")?;
    let has_server = ["pg", "mysql2", "activerecord-sqlserver-adapter"]
        .iter()
        .any(|gem| repo.stack().dependency(Ecosystem::Ruby, gem).is_some());
    let migrator = migrators::detect(repo).filter(|found| found.tool == "rails" && found.kind == Kind::Tool)?;
    let documents = || Documents::of(repo).all().iter().filter_map(|document| repo.text(&document.path));
    let is_said = || documents().any(|text| text.lines().any(|line| MAKES.is_match(line) || SAID.is_match(line)));
    let is_made = has_server && (is_said() || is_started(repo, |line| MAKES.is_match(line)));
    (has_server && !is_made && paths::folder(&rails.path).is_empty()).then_some((migrator.place, "bin/rails db:create"))
}

/// Whether a document tells the reader to.
fn is_said(repo: &Snapshot) -> bool {
    let documents = Documents::of(repo);
    // A database's own client says nothing of tables until it is given a file.
    let is_empty_client = |text: &str| {
        (text.starts_with("psql") || text.starts_with("mysql")) && !text.contains(" -f") && !text.contains('<')
    };
    let does_more = |text: &str| match text.split_whitespace().next() {
        Some(program) if is_runner(program) => !GENERATES.is_match(text),
        _ => !PREPARES_ONLY.is_match(text) && !is_empty_client(text),
    };
    documents.commands().any(|(_, command)| command.is(Purpose::Migrate) && does_more(&command.text))
        || documents
            .all()
            .iter()
            .filter_map(|document| repo.text(&document.path))
            .any(|text| text.lines().any(|line| applies(line) || LOADS.is_match(line) || SAID.is_match(line)))
}

/// Whether a framework or a program of the JVM brings the tool along, or the code names the folder of plain SQL.
fn is_of_the_program(repo: &Snapshot, migrator: &Migrator) -> bool {
    let stack = repo.stack();
    let mut of_jvm = stack.dependencies().iter().filter(|dependency| dependency.ecosystem == Ecosystem::Jvm);
    let folder = paths::name(&migrator.path);
    of_jvm.any(|dependency| dependency.name.contains(migrator.tool))
        || BY_THEMSELVES.iter().any(|name| stack.dependency(Ecosystem::Npm, name).is_some())
        // Others keep `up.sql` in folders as well.
        || migrator.tool == "diesel" && !stack.has(Ecosystem::Cargo)
        || PLAIN.contains(&migrator.tool)
            && code(repo).any(|(path, text)| !path.starts_with(&migrator.path) && text.contains(folder))
}

/// Whether a database with its tables, which is one file, is part of the repository.
fn brings_a_database(repo: &Snapshot) -> bool {
    let is_database = |path: &str| [".sqlite3", ".sqlite", ".db"].iter().any(|end| path.ends_with(end));
    repo.tree().files().iter().any(|file| is_database(&file.path) && file.name() != "Thumbs.db")
}

/// Whether a line of what documents say to start, and of what that starts in turn, does it.
fn is_started(repo: &Snapshot, does: impl Fn(&str) -> bool) -> bool {
    let pieces = pieces(repo);
    let mut applying: BTreeSet<usize> = BTreeSet::new();
    for _ in 0..DEEPEST {
        let found: Vec<usize> = (0..pieces.len())
            .filter(|index| !applying.contains(index))
            .filter(|index| pieces[*index].lines.iter().any(|line| does(line) || calls_any(line, &pieces, &applying)))
            .collect();
        if found.is_empty() {
            break;
        }
        applying.extend(found);
    }
    applying.iter().any(|index| pieces[*index].is_lifecycle())
        || Documents::of(repo)
            .all()
            .iter()
            .filter_map(|document| repo.text(&document.path))
            .any(|text| text.lines().any(|line| calls_any(line, &pieces, &applying)))
        // What is called as a container starts with, or by something that is.
        || uses_containers(repo) && (contained(repo, &pieces, &applying, does) || migrations::starts_by_itself(repo))
}

/// Whether containers, or a process manager, do it when they start, or can't be looked into.
fn contained(repo: &Snapshot, pieces: &[Piece<'_>], applying: &BTreeSet<usize>, does: impl Fn(&str) -> bool) -> bool {
    const IMAGES: &[&str] =
        &["flyway", "liquibase", "migrate/migrate", "dbmate", "goose", "atlas", "prisma", "cli-migrations"];
    // What a pipeline does is done to a database of its own.
    let starts = |path: &str| {
        let name = paths::name(path).to_ascii_lowercase();
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        is_dockerfile(paths::name(path))
            || name == "procfile"
            || name == "devcontainer.json"
            || is_yaml && !is_pipeline(path)
    };
    let files = || repo.tree().own_texts().filter(|(file, _)| starts(&file.path));
    let is_done = files().any(|(file, text)| {
        let text = resolved(file.name(), text);
        migrators::applying(file.name(), &text).is_some()
            || text.contains("docker-entrypoint-initdb.d")
            || text.contains("AUTORUN_")
            || text.lines().map(str::trim_start).filter(|line| !line.starts_with('#')).any(|line| {
                does(line)
                    || calls_any(line, pieces, applying)
                    || line.strip_prefix("image:").is_some_and(|image| IMAGES.iter().any(|known| image.contains(known)))
            })
    });
    // An image that is made elsewhere may do so.
    let is_hidden = || {
        let runs = |text: &str| ["docker run", "podman run", "kube"].iter().any(|way| text.contains(way));
        !files().any(|(file, _)| is_dockerfile(file.name()))
            && (files().any(|(_, text)| text.contains("services:"))
                || Documents::of(repo).commands().any(|(_, command)| runs(&command.text)))
    };
    is_done || is_hidden()
}

/// Whether a document brings the program up in containers or by a process manager, perhaps through a script.
fn uses_containers(repo: &Snapshot) -> bool {
    const BY_OTHERS: &[&str] =
        &["docker", "podman", "compose", "container", "kube", "foreman", "honcho", "heroku", "vagrant", "sail"];
    const BY_ITSELF: &[&str] = &["go ", "cargo ", "dotnet ", "mvn ", "./mvnw ", "gradle ", "./gradlew "];
    Documents::of(repo).commands().any(|(_, command)| {
        let text = command.text.as_str();
        command.starts()
            && (BY_OTHERS.iter().any(|word| text.contains(word))
                || command.is(Purpose::StartWhole) && !BY_ITSELF.iter().any(|start| text.starts_with(start)))
    })
}

#[cfg(test)]
mod tests;
