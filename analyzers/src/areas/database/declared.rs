//! How many indexes a project declares, whether or not its schema can be read as a whole.

use super::schema::Schema;
use crate::Snapshot;
use crate::snapshot::paths::is_aside;

/// Indexes besides primary keys.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declared {
    /// Indexes with a statement or a mark of their own that help to find rows.
    pub(super) indexes: usize,
    /// Columns, tables and indexes that say that a value is unique, or belongs to another table.
    pub(super) unique: usize,
}

pub(super) fn count(repo: &Snapshot, schema: &Schema) -> Declared {
    let languages = ["csharp", "go", "java", "javascript", "kotlin", "php", "python", "ruby", "rust"];
    let of = |topic: &str| {
        let matches =
            languages.iter().flat_map(|language| repo.code().matches(&format!("database.{language}.{topic}")));
        let is_own = |path: &str| !is_aside(path) && repo.tree().get(path).is_some_and(|file| file.is_own());
        matches.filter(|found| is_own(&found.path)).count()
    };
    let tables = || schema.tables.values();
    Declared {
        indexes: tables().map(|table| table.declared).sum::<usize>() + of("index"),
        unique: tables().map(|table| table.unique).sum::<usize>() + of("unique"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn indexes_are_counted_apart_from_unique_columns() {
        let of = |path: &str, text: &str| {
            let repo = Fixture::new().file(path, text).snapshot();
            let found = count(&repo, &Schema::of(&repo));
            (found.indexes, found.unique)
        };
        let table = "CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE, name text);\n";
        assert_eq!(of("migrations/1.sql", table), (0, 1));
        assert_eq!(of("migrations/1.sql", &format!("{table}CREATE INDEX users_name ON users (name);\n")), (1, 1));
        assert_eq!(of("models/user.js", "new Schema({ name: { type: String, index: true, unique: true } })\n"), (1, 1));
        assert_eq!(of("models.go", "package a\ntype U struct { Name string `gorm:\"uniqueIndex\"` }\n"), (0, 1));
        assert_eq!(
            of("migrations/1.sql", &format!("{table}CREATE UNIQUE INDEX users_name ON users (name);\n")),
            (0, 2)
        );
        assert_eq!(
            of("src/user.rs", "struct Model { #[sea_orm(unique)] email: String, #[sea_orm(indexed)] a: i32 }\n"),
            (1, 1)
        );
        assert_eq!(of("app/layout.js", "export const metadata = { robots: { index: true, follow: true } }\n"), (0, 0));
        assert_eq!(of("db/migrate/1_a.rb", "add_index :users, :email, unique: true\n"), (0, 1));
    }
}
