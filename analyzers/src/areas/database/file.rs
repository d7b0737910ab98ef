//! Whether the database is a file: SQLite, and nothing else.

use crate::Snapshot;
use crate::areas::security::marks;
use crate::snapshot::paths::is_aside;
use crate::snapshot::stack::Ecosystem::{self, Npm, Python};

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
        assert!(!is_all(&Fixture::new().file("requirements.txt", "sqlalchemy\n").snapshot()), "nobody says which");
    }
}
