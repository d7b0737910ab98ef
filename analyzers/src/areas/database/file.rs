//! Whether the database is a file or a part of the program: SQLite, H2 and the like, and nothing else.

use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::areas::security::marks;
use crate::code::pattern;
use crate::paths::is_aside;
use crate::snapshot::stack::Ecosystem::{self, Cargo, Go, Jvm, Npm, Nuget, Python};

/// Mappers that can talk to a file as well as to a server.
const MAPPERS: &[(Ecosystem, &str, ())] = &[
    (Python, "flask-sqlalchemy", ()),
    (Python, "sqlmodel", ()),
    (Python, "sqlalchemy", ()),
    (Python, "tortoise-orm", ()),
    (Npm, "typeorm", ()),
    (Npm, "sequelize", ()),
    (Npm, "knex", ()),
    (Npm, "@mikro-orm/core", ()),
    (Jvm, "org.springframework.boot:spring-boot-starter-jdbc", ()),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-jdbc", ()),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-jpa", ()),
    (Jvm, "org.mybatis*", ()),
    (Jvm, "org.jetbrains.exposed:*", ()),
    (Nuget, "microsoft.entityframeworkcore*", ()),
    (Nuget, "dapper", ()),
    (Go, "gorm.io/gorm", ()),
    (Cargo, "sea-orm", ()),
    (Cargo, "sqlx", ()),
    (Cargo, "diesel", ()),
];

const SQLITE: &str = "is a file (SQLite)";

/// Packages that talk to a file, or bring the database along, and what that is. Python has one of its own.
const FILES: &[(Ecosystem, &str, &str)] = &[
    (Npm, "better-sqlite3", SQLITE),
    (Npm, "sqlite3", SQLITE),
    (Npm, "@mikro-orm/sqlite", SQLITE),
    (Python, "flask-sqlalchemy", SQLITE),
    (Python, "sqlmodel", SQLITE),
    (Python, "sqlalchemy", SQLITE),
    (Python, "aiosqlite", SQLITE),
    (Jvm, "org.xerial:sqlite-jdbc", SQLITE),
    (Jvm, "com.h2database:h2", "runs within the program (H2)"),
    (Jvm, "org.hsqldb:hsqldb", "runs within the program (HSQLDB)"),
    (Jvm, "org.apache.derby:derby", "runs within the program (Derby)"),
    (Nuget, "microsoft.entityframeworkcore.sqlite*", SQLITE),
    (Nuget, "microsoft.data.sqlite*", SQLITE),
    (Go, "gorm.io/driver/sqlite", SQLITE),
    (Go, "github.com/glebarez/sqlite", SQLITE),
    (Nuget, IN_MEMORY, "is kept in memory by the program itself"),
];

/// A database of Entity Framework that is gone when the program ends.
const IN_MEMORY: &str = "microsoft.entityframeworkcore.inmemory";

/// Packages that talk to a server under one of those mappers.
const DRIVERS: &[(Ecosystem, &str, ())] = &[
    (Python, "psycopg*", ()),
    (Python, "asyncpg", ()),
    (Python, "aiopg", ()),
    (Python, "pg8000", ()),
    (Python, "pymysql", ()),
    (Python, "aiomysql", ()),
    (Python, "asyncmy", ()),
    (Python, "mysql*", ()),
    (Python, "mariadb", ()),
    (Python, "pyodbc", ()),
    (Python, "pymssql", ()),
    (Python, "cx-oracle", ()),
    (Python, "oracledb", ()),
    (Python, "pymongo", ()),
    (Python, "motor", ()),
    (Npm, "pg", ()),
    (Npm, "pg-promise", ()),
    (Npm, "postgres", ()),
    (Npm, "mysql", ()),
    (Npm, "mysql2", ()),
    (Npm, "mariadb", ()),
    (Npm, "tedious", ()),
    (Npm, "oracledb", ()),
    (Npm, "mongodb", ()),
    (Npm, "mongoose", ()),
    (Npm, "@mikro-orm/postgresql", ()),
    (Npm, "@mikro-orm/mysql", ()),
    (Npm, "@mikro-orm/mariadb", ()),
    (Npm, "@mikro-orm/mssql", ()),
    (Jvm, "org.postgresql:*", ()),
    (Jvm, "mysql:*", ()),
    (Jvm, "com.mysql:*", ()),
    (Jvm, "org.mariadb*", ()),
    (Jvm, "com.microsoft.sqlserver:*", ()),
    (Jvm, "com.oracle*", ()),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-mongodb*", ()),
    (Nuget, "npgsql*", ()),
    (Nuget, "mysql*", ()),
    (Nuget, "pomelo*", ()),
    (Nuget, "microsoft.entityframeworkcore.sqlserver*", ()),
    (Nuget, "microsoft.data.sqlclient", ()),
    (Nuget, "microsoft.entityframeworkcore.cosmos", ()),
    (Nuget, "oracle.*", ()),
    (Nuget, "mongodb.driver", ()),
    (Go, "gorm.io/driver/postgres", ()),
    (Go, "gorm.io/driver/mysql", ()),
    (Go, "gorm.io/driver/sqlserver", ()),
    (Go, "github.com/lib/pq", ()),
    (Go, "github.com/go-pg/pg*", ()),
    (Go, "github.com/uptrace/bun/driver/pgdriver", ()),
    (Go, "github.com/go-sql-driver/mysql", ()),
    (Go, "github.com/microsoft/go-mssqldb", ()),
    (Go, "github.com/jackc/pgx*", ()),
];

/// What Go imports to talk to a server. Its manifest also names what only others need.
const SERVERS_OF_GO: &[&str] = &[
    "\"github.com/jackc/pgx",
    "\"github.com/lib/pq\"",
    "\"github.com/go-pg/pg",
    "\"github.com/uptrace/bun/driver/pgdriver\"",
    "\"github.com/go-sql-driver/mysql\"",
    "\"github.com/microsoft/go-mssqldb\"",
    "\"gorm.io/driver/postgres\"",
    "\"gorm.io/driver/mysql\"",
    "\"gorm.io/driver/sqlserver\"",
    "\"go.mongodb.org/mongo-driver",
];

/// What the database is, where a mapper is there, and no driver for anything else.
pub(super) fn all(repo: &Snapshot) -> Option<&'static str> {
    let says_sqlite = || {
        let settings = repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
        settings.into_iter().any(|(_, text)| text.contains("sqlite:") || text.contains("sqlite+aiosqlite:"))
    };
    if is_file_of_go(repo) || is_file_of_prisma(repo) && marks::package(repo, DRIVERS).is_none() {
        return Some(SQLITE);
    }
    let (mapper, ()) = marks::package(repo, MAPPERS)?;
    if mapper.ecosystem == Cargo {
        return is_file_of_rust(repo).then_some(SQLITE);
    }
    let (dependency, what) = marks::package(repo, FILES).filter(|_| marks::package(repo, DRIVERS).is_none())?;
    (dependency.ecosystem != Python || says_sqlite()).then_some(*what)
}

/// Whether the only database is one of Entity Framework's in memory, so that no table outlives the program.
pub(in crate::areas) fn is_forgotten(repo: &Snapshot) -> bool {
    marks::package(repo, &[(Nuget, IN_MEMORY, ())]).is_some()
        && marks::package(repo, DRIVERS).is_none()
        && marks::package(repo, &[(Nuget, "microsoft.entityframeworkcore.sqlite*", ())]).is_none()
}

/// Whether Go's `database/sql` opens nothing but files.
fn is_file_of_go(repo: &Snapshot) -> bool {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"\bsqlx?\.(?:Open|Connect|ConnectContext|MustOpen|MustConnect)\(\s*(?:\w+,\s*)?(?:"(\w+)")?"#)
    });
    let sources: Vec<&str> = (repo.tree().own_texts())
        .filter(|(file, text)| file.path.ends_with(".go") && !is_aside(&file.path) && text.contains("sql"))
        .map(|(_, text)| text)
        .collect();
    let mut drivers = sources.iter().flat_map(|text| OPENS.captures_iter(text)).map(|opens| opens.get(1)).peekable();
    drivers.peek().is_some()
        && drivers.all(|driver| driver.is_some_and(|driver| driver.as_str().starts_with("sqlite")))
        && !sources.iter().any(|text| SERVERS_OF_GO.iter().any(|import| text.contains(import)))
}

/// Whether Prisma's schema names SQLite, and no schema of its names anything else.
fn is_file_of_prisma(repo: &Snapshot) -> bool {
    let schemas = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".prisma") && !is_aside(&file.path));
    let mut providers = schemas
        .filter_map(|(_, text)| text.split_once("datasource ")?.1.split_once("provider"))
        .map(|(_, rest)| rest.trim_start_matches([' ', '=']))
        .peekable();
    providers.peek().is_some() && providers.all(|provider| provider.starts_with("\"sqlite\""))
}

/// Features say in Rust which databases a mapper talks to; where there are several, the address in the settings.
fn is_file_of_rust(repo: &Snapshot) -> bool {
    const SERVERS: &[&str] = &["postgres", "mysql", "mariadb", "mssql"];
    let files = || repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
    let manifests = || files().filter(|(file, _)| file.name() == "Cargo.toml");
    let names = |words: &[&str]| manifests().any(|(_, text)| words.iter().any(|word| text.contains(word)));
    let settings = files().filter(|(file, _)| file.name().starts_with(".env"));
    let addresses: Vec<&str> = settings
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| line.trim_start().strip_prefix("DATABASE_URL="))
        .map(|value| value.trim_matches(['"', '\'', ' ']))
        .collect();
    names(&["sqlite"])
        && (!names(SERVERS) || !addresses.is_empty() && addresses.iter().all(|it| it.starts_with("sqlite:")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_mapper_with_no_driver_but_that_of_a_file() {
        let is_file = |path: &str, text: &str| {
            let settings = "URL = 'sqlite:///app.db'\n";
            all(&Fixture::new().file(path, text).file("settings.py", settings).snapshot()).is_some()
        };
        assert!(is_file("requirements.txt", "sqlalchemy\n"));
        assert!(!is_file("requirements.txt", "sqlalchemy\npsycopg2-binary\n"));
        assert!(is_file("package.json", r#"{"dependencies": {"typeorm": "1", "better-sqlite3": "1"}}"#));
        assert!(!is_file("package.json", r#"{"dependencies": {"typeorm": "1", "sqlite3": "1", "pg": "8"}}"#));
        let pom = |driver: &str| {
            let dependency = |group: &str, name: &str| {
                format!("<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId></dependency>")
            };
            let starter = dependency("org.springframework.boot", "spring-boot-starter-jdbc");
            let file = dependency("org.xerial", "sqlite-jdbc");
            format!("<project><dependencies>{starter}{file}{driver}</dependencies></project>")
        };
        assert!(is_file("pom.xml", &pom("")));
        let server = "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>";
        assert!(!is_file("pom.xml", &pom(server)));
        assert_eq!(all(&Fixture::new().file("requirements.txt", "sqlalchemy\n").snapshot()), None, "nobody says which");
    }

    #[test]
    fn what_go_opens_and_what_prisma_is_told_is_a_file() {
        let module = "module a\nrequire (\n\tmodernc.org/sqlite v1.20.3\n\tgithub.com/lib/pq v1.10.7 // indirect\n)\n";
        let go = |main: &str| {
            let main = format!("package main\nimport _ \"modernc.org/sqlite\"\n{main}\n");
            all(&Fixture::new().file("go.mod", module).file("main.go", &main).snapshot())
        };
        assert_eq!(go("func main() { db, err := sql.Open(\"sqlite\", \"a.db\") }"), Some(SQLITE));
        assert_eq!(go("func main() { db, err := sql.Open(driver, \"a.db\") }"), None);
        assert_eq!(go("import _ \"github.com/lib/pq\"\nfunc main() { sql.Open(\"sqlite\", \"a.db\") }"), None);
        let prisma = |provider: &str, packages: &str| {
            let schema =
                format!("generator a {{\n  provider = \"b\"\n}}\ndatasource db {{\n  provider = \"{provider}\"\n}}\n");
            let package = format!("{{\"dependencies\": {{\"@prisma/client\": \"5\"{packages}}}}}");
            let repo = Fixture::new().file("package.json", &package).file("prisma/schema.prisma", &schema);
            all(&repo.snapshot())
        };
        assert_eq!(prisma("sqlite", ""), Some(SQLITE));
        assert_eq!(prisma("sqlite", ", \"mongoose\": \"8\""), None);
        assert_eq!(prisma("postgresql", ""), None);
    }

    #[test]
    fn a_database_in_memory_is_forgotten() {
        let of = |packages: &[&str]| {
            let references: String =
                packages.iter().map(|it| format!("<PackageReference Include=\"{it}\" Version=\"8\" />")).collect();
            let project = format!("<Project><ItemGroup>{references}</ItemGroup></Project>\n");
            let repo = Fixture::new().file("A.csproj", &project).snapshot();
            (is_forgotten(&repo), all(&repo).is_some())
        };
        let own = "Microsoft.EntityFrameworkCore.InMemory";
        assert_eq!(of(&[own]), (true, true));
        assert_eq!(of(&[own, "Npgsql.EntityFrameworkCore.PostgreSQL"]), (false, false));
        assert_eq!(of(&[own, "Microsoft.EntityFrameworkCore.Sqlite"]), (false, true));
    }

    #[test]
    fn a_database_that_is_brought_along_needs_no_pool() {
        let pom = |scope: &str, others: &str| {
            let dependency = |group: &str, name: &str, more: &str| {
                format!("<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId>{more}</dependency>")
            };
            let starter = dependency("org.springframework.boot", "spring-boot-starter-data-jpa", "");
            let own = dependency("com.h2database", "h2", &format!("<scope>{scope}</scope>"));
            let text = format!("<project><dependencies>{starter}{own}{others}</dependencies></project>");
            all(&Fixture::new().file("pom.xml", &text).snapshot())
        };
        assert_eq!(pom("runtime", ""), Some("runs within the program (H2)"));
        let server = "<dependency><groupId>org.postgresql</groupId><artifactId>postgresql</artifactId></dependency>";
        assert_eq!(pom("test", server), None);
    }

    #[test]
    fn a_mapper_of_rust_talks_to_what_its_features_or_its_settings_say() {
        let of = |features: &str, address: &str| {
            let manifest = format!(
                "[package]\nname = \"a\"\n[dependencies]\nsea-orm = {{ version = \"1\", features = [{features}] }}\n"
            );
            let repo = Fixture::new().file("Cargo.toml", &manifest).file(".env", &format!("DATABASE_URL={address}\n"));
            all(&repo.snapshot()).is_some()
        };
        assert!(of("\"sqlx-sqlite\"", ""));
        assert!(!of("\"sqlx-sqlite\", \"sqlx-postgres\"", ""));
        assert!(of("\"sqlx-sqlite\", \"sqlx-postgres\"", "\"sqlite://database.db\""));
        assert!(!of("\"sqlx-postgres\"", "postgres://db/shop"));
    }
}
