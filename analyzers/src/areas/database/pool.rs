//! Are connections pooled, not opened per request?

mod anew;
mod asked;
mod unpooled;

use std::sync::LazyLock;

use regex::Regex;

use self::asked::{Calls, is_set_up};
use super::{engine, file};
use crate::areas::api::Surface;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language, Scope, pattern};
use crate::paths::{self, is_aside};
use crate::snapshot::stack::Dependency;
use crate::snapshot::stack::Ecosystem::{self, Cargo, Go, Jvm, Npm, Nuget, Python, Ruby};
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "database.pool";

/// Packages that pool where nobody asks.
const POOLED: &[(Ecosystem, &str, &str)] = &[
    (Python, "flask-sqlalchemy", "SQLAlchemy"),
    (Python, "sqlmodel", "SQLAlchemy"),
    (Python, "sqlalchemy", "SQLAlchemy"),
    (Python, "tortoise-orm", "Tortoise ORM"),
    (Python, "databases", "databases"),
    (Python, "pymongo", "MongoDB's driver"),
    (Python, "motor", "MongoDB's driver"),
    (Python, "mongoengine", "MongoDB's driver"),
    (Python, "beanie", "MongoDB's driver"),
    (Npm, "@prisma/client", "Prisma"),
    (Npm, "typeorm", "TypeORM"),
    (Npm, "sequelize", "Sequelize"),
    (Npm, "knex", "Knex"),
    (Npm, "@mikro-orm/core", "MikroORM"),
    (Npm, "postgres", "Postgres.js"),
    (Npm, "slonik", "Slonik"),
    (Npm, "pg-promise", "pg-promise"),
    (Npm, "mongoose", "Mongoose"),
    (Npm, "@nestjs/mongoose", "Mongoose"),
    (Npm, "mongodb", "MongoDB's driver"),
    (Go, "gorm.io/gorm", "Go's database/sql, which GORM uses,"),
    (Go, "github.com/jinzhu/gorm", "Go's database/sql, which GORM uses,"),
    (Go, "github.com/lib/pq", "Go's database/sql"),
    (Go, "github.com/jmoiron/sqlx", "Go's database/sql"),
    (Go, "github.com/go-sql-driver/mysql", "Go's database/sql"),
    (Go, "github.com/go-pg/pg*", "go-pg"),
    (Go, "entgo.io/ent", "Go's database/sql, which ent uses,"),
    (Go, "github.com/uptrace/bun", "Go's database/sql, which Bun uses,"),
    (Go, "go.mongodb.org/mongo-driver*", "MongoDB's driver"),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-jpa", "Spring Boot (HikariCP)"),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-jdbc", "Spring Boot (HikariCP)"),
    (Jvm, "org.springframework.boot:spring-boot-starter-jdbc", "Spring Boot (HikariCP)"),
    (Jvm, "org.springframework.boot:spring-boot-starter-jooq", "Spring Boot (HikariCP)"),
    (Jvm, "org.mybatis.spring.boot:mybatis-spring-boot-starter", "Spring Boot (HikariCP)"),
    (Jvm, "com.baomidou:mybatis-plus-boot-starter", "Spring Boot (HikariCP)"),
    (Jvm, "com.baomidou:mybatis-plus-spring-boot*", "Spring Boot (HikariCP)"),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-r2dbc", "Spring Boot (r2dbc-pool)"),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-mongodb*", "MongoDB's driver"),
    (Jvm, "org.litote.kmongo:*", "MongoDB's driver"),
    (Jvm, "org.mongodb:mongodb-driver*", "MongoDB's driver"),
    (Jvm, "io.quarkus:quarkus-jdbc-*", "Quarkus (Agroal)"),
    (Ruby, "rails", "Active Record"),
    (Ruby, "activerecord", "Active Record"),
    (Ruby, "sequel", "Sequel"),
    (Ruby, "mongoid", "Mongoid"),
    (Cargo, "sea-orm", "SeaORM"),
    (Cargo, "deadpool*", "deadpool"),
    (Cargo, "bb8*", "bb8"),
    (Cargo, "r2d2*", "r2d2"),
    (Cargo, "rocket_sync_db_pools", "Rocket"),
    (Cargo, "rocket_db_pools", "Rocket"),
    (Cargo, "mongodb", "MongoDB's driver"),
    (Nuget, "npgsql*", "Npgsql"),
    (Nuget, "mysqlconnector", "MySqlConnector"),
    (Nuget, "mysql.data*", "MySQL's driver"),
    (Nuget, "pomelo.entityframeworkcore.mysql", "MySqlConnector"),
    (Nuget, "microsoft.data.sqlclient", "SqlClient"),
    (Nuget, "system.data.sqlclient", "SqlClient"),
    (Nuget, "microsoft.entityframeworkcore.sqlserver", "SqlClient"),
    (Nuget, "entityframework", "ADO.NET"),
    (Nuget, "mongodb.driver", "MongoDB's driver"),
    (Nuget, "microsoft.azure.cosmos*", "Cosmos DB's client"),
    (Nuget, "microsoft.azure.documentdb*", "Cosmos DB's client"),
    (Npm, "@azure/cosmos", "Cosmos DB's client"),
    (Python, "azure-cosmos", "Cosmos DB's client"),
    (Jvm, "com.azure:azure-cosmos", "Cosmos DB's client"),
];

/// Django closes its connection after each request, unless it is told to keep it.
const DJANGO: &[(Ecosystem, &str, ())] = &[(Python, "django", ())];

/// Servers of databases that Django talks to; a file needs no pool.
const SERVERS: &[(Ecosystem, &str, ())] =
    &[(Python, "psycopg*", ()), (Python, "mysqlclient", ()), (Python, "pymysql", ()), (Python, "asyncpg", ())];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let asked: Vec<(&CodeMatch, Calls)> =
        marks::of(repo, "database", "connect").into_iter().map(|found| (found, requests(repo, found))).collect();
    let also_kept = asked.iter().any(|(found, calls)| calls.start && calls.requests && is_engine(repo, found))
        || is_shared_beside(repo, &asked);
    let opened: Vec<&CodeMatch> =
        asked.into_iter().filter(|(_, calls)| calls.requests).map(|(found, _)| found).collect();
    let pools: Vec<&CodeMatch> = marks::of(repo, "database", "pool")
        .into_iter()
        .filter(|found| is_about_database(repo.text(&found.path).unwrap_or_default()) && !opens_each(repo, found))
        .filter(|found| !opened.iter().any(|open| open.path == found.path && open.lines.0 == found.lines.0))
        .collect();
    let finding = if let Some(first) = opened.first().filter(|_| also_kept) {
        let summary = format!(
            "It may stall with many visitors: connections to the database are kept from the start, but some requests \
             open one of their own, by what {} sets up.",
            first.path
        );
        Finding::partly(SIGNAL, summary, marks::places(repo, opened.iter().copied())).indicative()
    } else if let Some(first) = opened.first() {
        let summary = format!(
            "It may stall with many visitors: a connection to the database is opened anew in {}, for each request as \
             it seems, instead of a pool that keeps some open. A pool in front of the database would do as well.",
            first.path
        );
        Finding::not_met(SIGNAL, summary, marks::places(repo, opened.iter().copied())).indicative()
    } else if let Some((built, asked)) = anew::find(repo, &pools) {
        let summary = format!(
            "It may stall with many visitors: what should keep connections to the database open (a pool) is built anew \
             for each use, in {}, so none is used again.",
            built.path
        );
        let at = Evidence::or_absence([built, asked], repo.head());
        return Finding::not_met(SIGNAL, summary, at)
            .indicative()
            .fact("opened_per_request", 1)
            .fact("pools", pools.len());
    } else if let Some(first) = pools.first() {
        let summary = format!(
            "Connections to the database are kept open and used again, by what {} sets up (a pool).",
            first.path
        );
        Finding::met(SIGNAL, summary, marks::places(repo, pools.iter().copied()))
    } else if let Some((line, path)) = rails_pool(repo) {
        let place = Place::lines(repo.head(), path, line, line);
        Finding::met(
            SIGNAL,
            "Connections to the database are kept open and used again, as Active Record does by itself.",
            place,
        )
    } else if let (Some((django, ())), Some(_)) = (marks::package(repo, DJANGO), marks::package(repo, SERVERS)) {
        let summary = "It may stall with many visitors: Django opens a connection to the database for each request \
            unless told to keep it, and no such setting was found (CONN_MAX_AGE, or a pool). A pool in front of the \
            database does the same.";
        Finding::partly(SIGNAL, summary, marks::manifest(repo, django)).indicative()
    } else if let Some(what) = file::all(repo) {
        Finding::not_applicable(SIGNAL, format!("The database {what}, which needs no connections kept open."))
    } else if let Some(place) = unpooled::find(repo) {
        let summary = format!(
            "It may stall with many visitors: a new connection to the database is opened each time, as {} sets it up, \
             instead of a pool that keeps some open.",
            place.path
        );
        Finding::not_met(SIGNAL, summary, place).indicative()
    } else if let Some((dependency, name)) = marks::package(repo, POOLED).or_else(|| hikari(repo)) {
        let summary = format!("Connections to the database are kept open and used again, as {name} does by itself.");
        Finding::met(SIGNAL, summary, marks::manifest(repo, dependency)).by_default()
    } else if let Some(open) = opened_by_go(repo) {
        let summary = format!(
            "Connections to the database are kept open and used again, as Go's database/sql does by itself; it is \
             opened in {}.",
            open.path
        );
        Finding::met(SIGNAL, summary, marks::at(repo, open)).by_default()
    } else if is_php(repo) {
        Finding::not_applicable(SIGNAL, "PHP starts anew for each request, so no connection could be kept.")
    } else if engine::relational(repo).is_some() {
        Finding::not_assessable(SIGNAL, "How connections to the database are kept was not recognised.")
    } else {
        Finding::not_applicable(SIGNAL, "No database server was found.")
    };
    finding.fact("opened_per_request", opened.len()).fact("pools", pools.len())
}

/// HikariCP, where code or settings speak of it: a manifest that only asks for it sets up no pool.
fn hikari(repo: &Snapshot) -> Option<(&Dependency, &&'static str)> {
    const HIKARI: &[(Ecosystem, &str, &str)] = &[(Jvm, "com.zaxxer:hikaricp", "HikariCP")];
    const MANIFESTS: &[&str] = &["pom.xml", "build.gradle", "build.gradle.kts", "libs.versions.toml", "build.sbt"];
    let found = marks::package(repo, HIKARI)?;
    let mut texts = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| !is_aside(&file.path) && !MANIFESTS.contains(&file.name()) && !file.path.ends_with(".md"));
    texts.any(|(_, text)| text.contains("ikari")).then_some(found)
}

fn is_php(repo: &Snapshot) -> bool {
    repo.languages().first().is_some_and(|language| language.name == "PHP")
}

/// Where Go's own pool is opened, whatever the driver.
fn opened_by_go(repo: &Snapshot) -> Option<&CodeMatch> {
    marks::of(repo, "database", "connect").into_iter().find(|found| {
        let call = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
        found.language == Language::Go && ["sql.", "sqlx.", "gorm."].iter().any(|package| call.starts_with(package))
    })
}

/// Pools are kept of other things, too.
fn is_about_database(text: &str) -> bool {
    ["sql", "SQL", "atabase", "DATABASES", "'pg'", "\"pg\"", "ostgres", "ongo", "DataSource", "racle"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether a client that pools is made once for some requests, and anew for each of others.
fn is_shared_beside(repo: &Snapshot, asked: &[(&CodeMatch, Calls)]) -> bool {
    let is_client = |found: &CodeMatch| {
        let call = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
        call.starts_with("new PrismaClient(")
    };
    let (anew, once): (Vec<_>, Vec<_>) = asked.iter().partition(|(_, calls)| calls.requests);
    !anew.is_empty() && anew.iter().all(|(found, _)| is_client(found)) && once.iter().any(|(found, _)| is_client(found))
}

/// Whether what is opened keeps connections itself.
fn is_engine(repo: &Snapshot, found: &CodeMatch) -> bool {
    let call = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    ["create_engine(", "create_async_engine("].iter().any(|name| call.contains(name))
}

/// SQLAlchemy's class that keeps nothing open, which is asked for like a pool, and Django's setting to keep it no time.
fn opens_each(repo: &Snapshot, found: &CodeMatch) -> bool {
    static NO_TIME: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"(?i)^[:'"]*conn_max_age['"\]]*\s*[:=]\s*(0\b|[^\n]*,\s*['"]?0['"]?\s*\))"#));
    let rest = repo.text(&found.path).and_then(|text| text.get(found.bytes.start..)).unwrap_or_default();
    rest.starts_with("poolclass") && rest.lines().next().is_some_and(|line| line.contains("NullPool"))
        || NO_TIME.is_match(rest)
}

/// Whether the call is made for each request: in a handler, or in a function that others call from where requests are
/// answered. Where such a function is called at the start is said as well.
fn requests(repo: &Snapshot, found: &CodeMatch) -> Calls {
    const NEVER: Calls = Calls { requests: false, start: false };
    const ALWAYS: Calls = Calls { requests: true, start: false };
    let Some(text) = repo.text(&found.path) else { return NEVER };
    let Some(function) = found.functions.last() else { return NEVER };
    let body = &text[function.bytes.clone()];
    let takes_request = found.functions.iter().any(|function| {
        let parameters = function.parameters.clone().map_or("", |range| &text[range]);
        [
            "req",
            "request",
            "ctx.",
            "gin.Context",
            "http.Request",
            "echo.Context",
            "fiber.Ctx",
            "HttpServletRequest",
            "NextRequest",
            "ApplicationCall",
        ]
        .iter()
        .any(|name| parameters.split(|c: char| !c.is_alphanumeric() && c != '.').any(|word| word == *name))
    });
    // Whoever pools asks such a source for what is to be kept.
    if ["extends AbstractDataSource", "implements DataSource", ": AbstractDataSource("]
        .iter()
        .any(|it| text.contains(it))
    {
        return NEVER;
    }
    let own = &text[found.bytes.clone()];
    let is_around = |scope: &&Scope| {
        scope.bytes.start <= function.bytes.start
            && scope.bytes.end >= function.bytes.end
            && ["function", "method", "declarator"].iter().any(|kind| scope.kind.contains(kind))
    };
    let named = found.scopes.iter().rev().find(is_around);
    let is_action = paths::name(&found.path).to_ascii_lowercase().contains("controller")
        && named.is_some_and(|scope| !is_set_up(&scope.name) && scope.name != "initialize");
    let in_handler = is_action
        || is_resolver(&text[..function.bytes.start])
        || answers(text, found, function.bytes.start, named.map(|scope| scope.name.as_str()))
        || Surface::of(repo).endpoints.iter().any(|endpoint| {
            // A decorator or an attribute stands right above its function.
            endpoint.file == *found.path && (endpoint.lines.0..=endpoint.lines.1 + 3).contains(&function.line)
        });
    // What has a name already outlives the function.
    let line = text[..found.bytes.start].rsplit('\n').next().unwrap_or_default();
    if found.language == Language::Go && line.trim_end().ends_with(" =") {
        return NEVER;
    }
    let is_answer = takes_request || in_handler;
    // A handler asks many things; whether something is open already, right before it opens it.
    let asked = if is_answer { near(text, found.bytes.start, function.bytes.start) } else { body };
    // Who says how many are kept does so once, unless it is the handler itself.
    let says_how_many = !is_answer && ["pool_size", "max_overflow", "pool_recycle"].iter().any(|it| own.contains(it));
    let is_kept = is_kept(asked) || is_kept_by_mark(&text[..function.bytes.start]);
    if is_kept || says_how_many || own.contains("pool_name") {
        return NEVER;
    }
    // Mongoose opens nothing where it is connected already, which helpers rely on.
    if own.starts_with("mongoose.connect") {
        return if is_answer && !body.contains("readyState") { ALWAYS } else { NEVER };
    }
    // `const connect = async () => ...` names a function by what it is assigned to.
    let scope = found
        .scopes
        .iter()
        .rev()
        .find(|scope| scope.bytes.start <= function.bytes.start && scope.bytes.end == function.bytes.end);
    if is_answer { ALWAYS } else { scope.map_or(NEVER, |scope| asked::calls(repo, found, &scope.name)) }
}

/// Whether a function is one that a framework answers requests with, by its head: what axum and actix give a handler and
/// take from it, and Next's names.
fn answers(text: &str, found: &CodeMatch, start: usize, name: Option<&str>) -> bool {
    let head = text[start..].split('{').next().unwrap_or_default();
    match found.language {
        Language::Rust => {
            const SIGNS: &[&str] = &[
                "State(",
                "Path(",
                "Query(",
                "Json(",
                "Json<",
                "impl Responder",
                "impl IntoResponse",
                "HttpResponse",
                "web::",
            ];
            head.contains("async fn") && SIGNS.iter().any(|sign| head.contains(sign))
        }
        Language::JavaScript | Language::TypeScript => {
            let is_route = paths::name(&found.path).starts_with("route.");
            is_route && name.is_some_and(|name| matches!(name, "GET" | "POST" | "PUT" | "PATCH" | "DELETE"))
        }
        _ => false,
    }
}

/// Whether a function remembers what it opened.
fn is_kept(body: &str) -> bool {
    let keeps = |line: &str| {
        let line = line.trim_start();
        ["self.", "this.", "@"].iter().any(|own| line.starts_with(own)) && line.contains(" = ")
    };
    [
        "global ",
        "globalThis",
        "is None",
        "if (!",
        "if not ",
        "cached",
        "??=",
        "||=",
        "once.",
        "Once",
        "== nil {",
        "=== null",
        "isInitialized",
    ]
    .iter()
    .any(|mark| body.contains(mark))
        || body.lines().any(keeps)
}

/// Whether what stands right above a function makes it answer a field of GraphQL: `@Mutation(() => Task)`.
fn is_resolver(before: &str) -> bool {
    const MARKS: &[&str] = &["@Query(", "@Mutation(", "@Subscription(", "@ResolveField(", "@FieldResolver("];
    let mut above = before.lines().rev().take(4).map(str::trim_start);
    above.any(|line| MARKS.iter().any(|mark| line.starts_with(mark)))
}

/// Whether what stands right above a function keeps what it gives: `@lru_cache`, `@Bean`.
fn is_kept_by_mark(before: &str) -> bool {
    let mut above = before.lines().rev().take(4);
    above.any(|line| {
        let mark = line.trim_start();
        mark.starts_with('@')
            && ["cache", "Bean", "ingleton", "Produces", "startup", "memo"].iter().any(|word| mark.contains(word))
    })
}

/// The line of `at`, and those right above it in the same function.
fn near(text: &str, at: usize, start: usize) -> &str {
    const ABOVE: usize = 3;
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    let first = text[start..at].rmatch_indices('\n').nth(ABOVE).map_or(start, |(line, _)| start + line);
    &text[first..end]
}

/// Rails says in its own file how many connections there are.
fn rails_pool(repo: &Snapshot) -> Option<(u32, &str)> {
    repo.tree().own_texts().filter(|(file, _)| file.path.ends_with("config/database.yml")).find_map(|(file, text)| {
        let line = text.lines().position(|line| line.trim_start().starts_with("pool:"))?;
        Some((line as u32 + 1, file.path.as_str()))
    })
}

#[cfg(test)]
mod tests;
