//! Whether the database is a file: SQLite, and nothing else.

use crate::Snapshot;
use crate::areas::security::marks;
use crate::paths::is_aside;
use crate::snapshot::stack::Ecosystem::{self, Go, Jvm, Npm, Nuget, Python};

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
];

/// Packages that talk to a file. Python has one of its own.
const FILES: &[(Ecosystem, &str, ())] = &[
    (Npm, "better-sqlite3", ()),
    (Npm, "sqlite3", ()),
    (Npm, "@mikro-orm/sqlite", ()),
    (Python, "flask-sqlalchemy", ()),
    (Python, "sqlmodel", ()),
    (Python, "sqlalchemy", ()),
    (Python, "aiosqlite", ()),
    (Jvm, "org.xerial:sqlite-jdbc", ()),
    (Nuget, "microsoft.entityframeworkcore.sqlite*", ()),
    (Nuget, "microsoft.data.sqlite*", ()),
    (Go, "gorm.io/driver/sqlite", ()),
    (Go, "github.com/glebarez/sqlite", ()),
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

/// Whether a mapper is there, and no driver for anything but a file.
pub(super) fn is_all(repo: &Snapshot) -> bool {
    let says_sqlite = || {
        let settings = repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
        settings.into_iter().any(|(_, text)| text.contains("sqlite:") || text.contains("sqlite+aiosqlite:"))
    };
    marks::package(repo, MAPPERS).is_some()
        && marks::package(repo, DRIVERS).is_none()
        && marks::package(repo, FILES).is_some_and(|(dependency, ())| dependency.ecosystem != Python || says_sqlite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_mapper_with_no_driver_but_that_of_a_file() {
        let is_file = |path: &str, text: &str| {
            let settings = "URL = 'sqlite:///app.db'\n";
            is_all(&Fixture::new().file(path, text).file("settings.py", settings).snapshot())
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
        assert!(!is_all(&Fixture::new().file("requirements.txt", "sqlalchemy\n").snapshot()), "nobody says which");
    }
}
