//! Is SQL parameterised?

mod callers;
mod checks;
mod expression;
mod lists;
mod mybatis;
mod names;
mod order;
mod pieces;
mod steps;
mod trace;
mod values;

use std::sync::{Arc, LazyLock};

use crate::code::pattern;
use regex::Regex;

use self::pieces::Piece;
use self::trace::{Origin, Tracer};
use super::marks::{self, is_for_operators};
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::snapshot::stack::Ecosystem;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "security.sql";

const LANGUAGES: &[&str] = &["csharp", "go", "java", "javascript", "kotlin", "php", "python", "ruby", "rust"];

/// Packages that write SQL themselves and pass values apart.
const MAPPERS: &[(Ecosystem, &str, &str)] = &[
    (Ecosystem::Python, "django", "Django's ORM"),
    (Ecosystem::Python, "sqlalchemy", "SQLAlchemy"),
    (Ecosystem::Python, "flask-sqlalchemy", "SQLAlchemy"),
    (Ecosystem::Python, "sqlmodel", "SQLModel"),
    (Ecosystem::Python, "tortoise-orm", "Tortoise ORM"),
    (Ecosystem::Python, "peewee", "Peewee"),
    (Ecosystem::Python, "aiosql", "aiosql"),
    (Ecosystem::Python, "pypika", "PyPika"),
    (Ecosystem::Npm, "sequelize", "Sequelize"),
    (Ecosystem::Npm, "typeorm", "TypeORM"),
    (Ecosystem::Npm, "@prisma/client", "Prisma"),
    (Ecosystem::Npm, "knex", "Knex"),
    (Ecosystem::Npm, "drizzle-orm", "Drizzle"),
    (Ecosystem::Npm, "@mikro-orm/core", "MikroORM"),
    (Ecosystem::Go, "gorm.io/gorm", "GORM"),
    (Ecosystem::Go, "github.com/jinzhu/gorm", "GORM"),
    (Ecosystem::Go, "entgo.io/ent", "ent"),
    (Ecosystem::Go, "github.com/uptrace/bun", "Bun"),
    (Ecosystem::Jvm, "org.springframework.boot:spring-boot-starter-data-jpa", "Spring Data JPA"),
    (Ecosystem::Jvm, "org.springframework.boot:spring-boot-starter-data-r2dbc", "Spring Data R2DBC"),
    (Ecosystem::Jvm, "org.springframework.boot:spring-boot-starter-data-jdbc", "Spring Data JDBC"),
    (Ecosystem::Jvm, "org.jetbrains.exposed:*", "Exposed"),
    (Ecosystem::Ruby, "rails", "Active Record"),
    (Ecosystem::Ruby, "activerecord", "Active Record"),
    (Ecosystem::Ruby, "sequel", "Sequel"),
    (Ecosystem::Php, "laravel/framework", "Eloquent"),
    (Ecosystem::Php, "illuminate/database", "Eloquent"),
    (Ecosystem::Php, "doctrine/orm", "Doctrine"),
    (Ecosystem::Cargo, "diesel", "Diesel"),
    (Ecosystem::Cargo, "sea-orm", "SeaORM"),
    (Ecosystem::Cargo, "sqlx", "sqlx"),
    (Ecosystem::Nuget, "microsoft.entityframeworkcore*", "Entity Framework Core"),
];

/// Frameworks that bring a mapper along, how the files of their language end, and what shows that it is used.
const BROUGHT: &[(&str, &str, &[&str])] = &[
    ("django", ".py", &["models.Model", "django.db", "DATABASES", ".objects."]),
    ("rails", ".rb", &["ActiveRecord", "ApplicationRecord", "active_record"]),
    (
        "laravel/framework",
        ".php",
        &["extends Model", "extends Authenticatable", "extends Eloquent", "DB::", "Schema::", "'connections' =>"],
    ),
];

static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?is)\b(select\b.+\bfrom|insert\s+into|update\s+.+\bset|delete\s+from|drop\s+table|where|having|order\s+by)\b|^\s*(?:call|exec|execute)\s+[\w.\[\]]+\s*[(@']|^\s*truncate\s+table\b",
    )
});

/// A condition, as `where` takes one.
static CONDITION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)[\w.)]\s*(=|<|>|\blike\b|\bilike\b|\bin\b)\s*"));

/// What stands before a value, not before a name of a table or a column.
static BEFORE_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?is)(['"%]|[=<>]\s*|\blike\s+|\bin\s*\(\s*|\bvalues\s*\([^)]*|^\s*(?:lower|upper)\s*\(\s*|^\s*call\s+[\w.]+\s*\([^)]*)$"#,
    )
});

/// How many places a finding shows.
const SHOWN: usize = 10;

/// How the SQL of one call or statement is put together.
struct Query {
    path: Arc<str>,
    lines: (u32, u32),
    origin: Origin,
}

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let queries = queries(repo);
    let from = |origin: Origin| queries.iter().filter(move |query| query.origin == origin);
    let (request, handed) = (from(Origin::Request).count(), from(Origin::Handed).count());
    let (parameter, all) = (from(Origin::Parameter).count(), queries.len());
    let mapper = mapper(repo);
    let finding = if request > 0 {
        let summary = format!(
            "Visitors can make the database do what they want: what they send {} written into commands to it (SQL), in \
             {} of {all} places that send one.",
            if handed > 0 { "is, or may be," } else { "is" },
            request + handed
        );
        Finding::not_met(SIGNAL, summary, places(repo, from(Origin::Request).chain(from(Origin::Handed))))
    } else if handed > 0 {
        let summary = format!(
            "Visitors may make the database do what they want: by way of other code, what they send reaches commands \
             to it (SQL), in {handed} of {all} places that send one. If that code checks the value, there is no \
             danger."
        );
        Finding::not_met(SIGNAL, summary, places(repo, from(Origin::Handed))).indicative()
    } else if parameter > 0 {
        let summary = format!(
            "Whether visitors can make the database do what they want could not be told: {parameter} of {all} places \
             that send commands to it (SQL) write a value into the text that other code hands over. If that is always \
             a checked value, there is no danger."
        );
        Finding::partly(SIGNAL, summary, places(repo, from(Origin::Parameter))).indicative()
    } else if all > 0 {
        let summary = match all {
            1 => "What visitors type does not get into commands to the database (SQL), going by the one place that \
                  writes one."
                .to_owned(),
            all => format!(
                "What visitors type does not get into commands to the database (SQL), going by all {all} places that \
                 write one."
            ),
        };
        Finding::met(SIGNAL, summary, places(repo, &queries))
    } else if let Some((name, place)) = mapper {
        let summary = format!(
            "What visitors type can't become a command to the database (SQL): {name} sees to it, and none that is put \
             together by hand was recognised."
        );
        Finding::met(SIGNAL, summary, place).by_default()
    } else if let Some(place) = generated(repo) {
        let summary = "What visitors type can't become a command to the database: sqlc, which writes the code for it, \
                       keeps values apart.";
        Finding::met(SIGNAL, summary, place).by_default()
    } else {
        Finding::not_applicable(SIGNAL, "No command to a database (SQL) was recognised.")
    };
    finding.fact("queries", all).fact("from_request", request + handed).fact("from_parameters", parameter)
}

/// The mapper that the project's own manifest names, and where. One that only comes along with a framework has to be used.
fn mapper(repo: &Snapshot) -> Option<(&'static str, Evidence)> {
    let (found, name) = marks::package(repo, MAPPERS)?;
    let brought = BROUGHT.iter().find(|(framework, _, _)| *framework == found.name);
    let is_used = brought.is_none_or(|(_, end, marks)| {
        let sources = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(end) && !is_aside(&file.path));
        sources.into_iter().any(|(_, text)| marks.iter().any(|mark| text.contains(mark)))
    });
    is_used.then(|| (*name, marks::manifest(repo, found).into()))
}

/// Where sqlc is told to write the code that sends SQL, which is then nobody's own.
fn generated(repo: &Snapshot) -> Option<Place> {
    let is_it = |name: &str| matches!(name, "sqlc.yaml" | "sqlc.yml" | "sqlc.json");
    let (file, _) = repo.tree().own_texts().find(|(file, _)| is_it(file.name()) && !is_aside(&file.path))?;
    Some(Place::file(repo.head(), file.path.as_str()))
}

/// The first places of `queries`.
fn places<'a>(repo: &Snapshot, queries: impl IntoIterator<Item = &'a Query>) -> Evidence {
    let shown = queries.into_iter().take(SHOWN);
    let place = |it: &Query| Place::lines(repo.head(), &*it.path, it.lines.0, it.lines.1.min(it.lines.0 + 20));
    Evidence::or_absence(shown.map(place), repo.head())
}

fn queries(repo: &Snapshot) -> Vec<Query> {
    let mut queries = mybatis::queries(repo);
    for language in LANGUAGES {
        let assignments = repo.code().matches(&format!("security.{language}.assign"));
        let calls = repo.code().matches(&format!("security.{language}.query"));
        for file in calls.chunk_by(|a, b| a.path == b.path) {
            let (path, language) = (&file[0].path, file[0].language);
            if is_aside(path)
                || is_for_operators(path)
                || marks::prepares(path)
                || marks::is_revision(repo, path)
                || !repo.tree().get(path).is_some_and(|file| file.is_own())
            {
                continue;
            }
            let Some(tracer) = Tracer::new(repo, path, language, assignments) else { continue };
            queries.extend(file.iter().filter_map(|call| query(call, &tracer)));
        }
    }
    // A chain is one place: `conn.prepare(text).execute()`.
    queries.sort_by(|a, b| (&a.path, a.lines, a.origin).cmp(&(&b.path, b.lines, b.origin)));
    queries.dedup_by(|a, b| a.path == b.path && a.lines.0 == b.lines.0 && a.origin <= b.origin);
    queries
}

fn query<'a>(call: &'a CodeMatch, tracer: &Tracer<'a>) -> Option<Query> {
    // A chain of Go goes on in the next line, behind the dot.
    let callee: String = call.var("CALLEE")?.split_whitespace().collect::<String>().to_ascii_lowercase();
    let is_condition = ["where", "having", "sanitize_sql"].iter().any(|word| callee.contains(word));
    let takes_order = order::takes(&callee, call.language, tracer.text());
    let arguments = expression::arguments(call.var("ARGS")?);
    arguments.iter().take(if takes_order { 1 } else { reach(&callee) }).find_map(|argument| {
        let argument = if call.language == Language::Ruby { text_of(argument) } else { argument };
        // GORM quotes the names in those.
        if takes_order && argument.trim_start_matches('&').starts_with("clause.") {
            return None;
        }
        let mut pieces = tracer.pieces(argument, call);
        // A name that nothing is known of may be a whole statement, or what to sort by.
        let is_unsafe = callee.ends_with("rawunsafe");
        if (takes_order || is_unsafe) && pieces.is_empty() && names::is_name(argument) {
            pieces.push(Piece::Hole((*argument).to_owned()));
        }
        let text: String = pieces
            .iter()
            .map(|piece| if let Piece::Text(text) = piece { unescaped(text) } else { " x ".to_owned() })
            .collect();
        // GORM takes an order as it is written, and others have a call of their own for that.
        let is_order =
            (callee.ends_with(".order") || takes_order) && pieces.iter().any(|piece| matches!(piece, Piece::Hole(_)));
        // What is handed on as it is written is SQL, whatever part of a statement.
        let is_raw = (is_raw(&callee) || is_unsafe) && pieces.iter().any(|piece| matches!(piece, Piece::Hole(_)));
        let is_whole = STATEMENT.is_match(&text) || is_condition && CONDITION.is_match(&text);
        if !(is_whole || is_order || is_raw) {
            return None;
        }
        let mut before = String::new();
        let mut origin = Origin::Harmless;
        for piece in &pieces {
            match piece {
                Piece::Text(text) => before.push_str(&unescaped(text)),
                Piece::Hole(hole) => {
                    let is_sorted_by = takes_order || order::is_next(&before);
                    let by_callers =
                        || call.language == Language::CSharp && callers::hand_over_a_request(tracer.repo(), hole, call);
                    let found = match tracer.origin(hole, call) {
                        _ if is_sorted_by && order::is_listed(tracer.repo(), hole, call) => Origin::Harmless,
                        Origin::Parameter if is_sorted_by && order::is_checked(tracer.text(), call) => Origin::Harmless,
                        Origin::Parameter if by_callers() => Origin::Handed,
                        found => found,
                    };
                    // Prisma says itself that it checks nothing of what is handed on as a whole.
                    let is_whole = is_unsafe && pieces.len() == 1;
                    if found != Origin::Parameter || BEFORE_VALUE.is_match(&before) || is_sorted_by || is_whole {
                        origin = origin.max(found);
                    }
                    before.push('x');
                }
            }
        }
        let is_sql = is_whole
            || matches!(origin, Origin::Request | Origin::Handed)
            || (takes_order || is_unsafe) && origin == Origin::Parameter;
        is_sql.then(|| Query { path: call.path.clone(), lines: call.lines, origin })
    })
}

/// How many of a call's first arguments may be its SQL. Some in Go are given a context and what is filled before, and
/// scany the connection as well: `db.SelectContext(ctx, &users, "SELECT …")`.
fn reach(callee: &str) -> usize {
    if is_raw(callee) {
        // Values are bound behind it: `knex.raw("ts_rank(a, ?)", [query])`.
        1
    } else if callee.starts_with("pgxscan.") || callee.starts_with("sqlscan.") {
        4
    } else if callee.ends_with(".getcontext") || callee.ends_with(".selectcontext") {
        3
    } else {
        2
    }
}

/// Whether the call takes any piece of SQL: `DB::raw`, `knex.raw`, `RawSQL`, `sequelize.literal`, `Arel.sql`.
fn is_raw(callee: &str) -> bool {
    let name = callee.rsplit(['.', ':', '>']).next().unwrap_or(callee);
    matches!(name, "raw" | "rawsql" | "literal")
}

/// The text of a literal, whose lines may end with `\n`, so that the next word begins there.
fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "")
}

/// The text of a condition of Rails, whose values may follow it in a list: `["name = ?", name]`.
fn text_of(argument: &str) -> &str {
    let list = argument.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    list.and_then(|list| expression::arguments(list).first().copied()).unwrap_or(argument)
}

#[cfg(test)]
mod tests;
