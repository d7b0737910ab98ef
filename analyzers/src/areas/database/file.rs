//! Whether the database is a file or a part of the program: SQLite, H2 and the like, and nothing else.

use crate::Snapshot;
use crate::areas::security::marks;
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
];

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
    (Nuget, "mongodb.driver", ()),
    (Go, "gorm.io/driver/postgres", ()),
    (Go, "gorm.io/driver/mysql", ()),
    (Go, "gorm.io/driver/sqlserver", ()),
    (Go, "github.com/lib/pq", ()),
    (Go, "github.com/jackc/pgx*", ()),
];

/// What the database is, where a mapper is there, and no driver for anything else.
pub(super) fn all(repo: &Snapshot) -> Option<&'static str> {
    let says_sqlite = || {
        let settings = repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
        settings.into_iter().any(|(_, text)| text.contains("sqlite:") || text.contains("sqlite+aiosqlite:"))
    };
    let (mapper, ()) = marks::package(repo, MAPPERS)?;
    if mapper.ecosystem == Cargo {
        return is_file_of_rust(repo).then_some(SQLITE);
    }
    let (dependency, what) = marks::package(repo, FILES).filter(|_| marks::package(repo, DRIVERS).is_none())?;
    (dependency.ecosystem != Python || says_sqlite()).then_some(*what)
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
