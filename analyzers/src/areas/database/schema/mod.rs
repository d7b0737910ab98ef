//! Tables, columns and indexes, as migrations and schema files declare them.

mod annotated;
mod bases;
mod carried;
mod django;
mod doctrine;
mod efcore;
mod eloquent;
mod ends;
mod ent;
mod entities;
mod exposed;
mod gorm;
mod implied;
mod jpa;
mod knex;
mod literal;
mod mapping;
mod mongoose;
mod names;
mod prisma;
mod query_interface;
mod rails;
mod sequelize;
mod sql;
mod sqlalchemy;
mod tokens;
mod typeorm;
mod window;

pub(super) use self::bases::{Parts, parts};
pub(super) use self::carried::is_carrier;
pub(super) use self::literal::{LONGEST, entries, group, items};
pub(super) use self::names::{plain, snake};
pub(in crate::areas) use self::rails::singular;
use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::paths;
use crate::paths::is_aside;
use crate::secrets::{FingerprintKey, Scanner};
use crate::{Place, Snapshot};

/// What is known of a database's tables, by name in lower case.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) tables: BTreeMap<String, Table>,
    /// The indexes of tables of which nothing else is known.
    unknown: Table,
    /// A link between tables that some databases index by themselves, where nobody says which database it is.
    pub(super) undecided: Option<Column>,
    /// Whether SQL makes the tables, so that what structs of Go say of indexes makes none.
    pub(super) is_of_sql: bool,
}

/// One table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// In the order in which they were declared.
    pub(crate) columns: Vec<Column>,
    /// What each index, unique or primary key begins with, and its name if it has one.
    pub(crate) indexes: Vec<(String, String)>,
    /// The only column of the primary key, where one is declared.
    pub(crate) primary: Option<String>,
    /// How many of those have a statement or a block of their own, and are not of the primary key alone.
    pub(crate) declared: usize,
    /// How many of those only say that a value is unique.
    pub(crate) unique: usize,
}

/// A class that stands for a table.
#[derive(Debug)]
struct Entity {
    class: String,
    /// What the database calls the table, where the class says so.
    called: Option<String>,
    table: Table,
}

/// One column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// In lower case.
    pub(crate) name: String,
    /// What the database calls it, where a class says that this is something else.
    pub(crate) called: Option<String>,
    /// Its type in lower case, as declared.
    pub(crate) kind: String,
    /// Whether it points to another table.
    pub(crate) is_foreign: bool,
    /// Where it is declared.
    pub(crate) path: String,
    /// The first and the last line of it, from 1.
    pub(crate) lines: (u32, u32),
}

impl Table {
    pub(crate) fn is_indexed(&self, column: &str) -> bool {
        self.indexes.iter().any(|(first, _)| first == column)
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether an index of these columns adds nothing to that of the primary key.
    fn is_key(&self, columns: &[&str]) -> bool {
        matches!((columns, &self.primary), ([column], Some(primary)) if column == primary)
    }

    fn index(&mut self, column: impl Into<String>) {
        self.indexes.push((column.into(), String::new()));
    }
}

impl Column {
    pub(crate) fn place(&self, repo: &Snapshot) -> Place {
        Place::lines(repo.head(), self.path.as_str(), self.lines.0, self.lines.1)
    }
}

impl Schema {
    /// The tables of `repo`; read once.
    pub(crate) fn of(repo: &Snapshot) -> &Self {
        repo.once(Self::read)
    }

    /// Reads what is there: migrations and schemas in SQL, Prisma's, Rails' and Laravel's, GORM's structs, and the classes
    /// of other mappers.
    fn read(repo: &Snapshot) -> Self {
        let mut schema = Schema::default();
        let mut scripts: Vec<_> = repo
            .tree()
            .own_texts()
            .filter(|(file, _)| is_script(&file.path) && !is_aside(&file.path) && !is_way_back(&file.path))
            .collect();
        scripts.sort_by_key(|(file, _)| (folder_of_order(&file.path), number(file.name()), file.name()));
        // Prisma's schema says what its migrations come to.
        let has_prisma = repo.tree().own_texts().any(|(file, _)| file.name().ends_with(".prisma"));
        scripts.retain(|(file, _)| !(has_prisma && file.name() == "migration.sql"));
        let mut declared = Vec::new();
        for (file, text) in scripts {
            let text = masked(text);
            sql::read(&mut schema, &file.path, &text);
            sql::indexes(&mut declared, &schema, &text);
        }
        let mut carriers: Vec<_> = (repo.tree().own_texts())
            .filter(|(file, _)| carried::is_carrier(&file.path) && !is_aside(&file.path))
            .collect();
        carriers.sort_by_key(|(file, _)| (paths::folder(&file.path), number(file.name()), file.name()));
        for (file, text) in carriers {
            let Some(text) = carried::sql(&file.path, text) else { continue };
            let text = masked(&text);
            sql::read(&mut schema, &file.path, &text);
            sql::indexes(&mut declared, &schema, &text);
        }
        // Where nothing else makes the tables, the program may do so itself.
        if schema.tables.is_empty() {
            for (file, text) in repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path)) {
                let Some(text) = carried::of_program(&file.path, text) else { continue };
                let text = masked(&text);
                sql::read(&mut schema, &file.path, &text);
                sql::indexes(&mut declared, &schema, &text);
            }
        }
        schema.is_of_sql = !schema.tables.is_empty() && !gorm::makes_tables(repo);
        let mut links = None;
        for (file, text) in repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path)) {
            if window::is_beyond(&file.path, text) {
                beyond(repo, &file.path);
            }
            if file.name().ends_with(".prisma") {
                prisma::read(&mut schema, &file.path, &masked(text));
            } else if django::is_of_models(&file.path, text) {
                django::read(&mut schema, &file.path, &masked(text));
            } else if knex::is_migration(&file.path, text) {
                knex::read(&mut schema, &file.path, &masked(text));
            } else if query_interface::is_migration(&file.path, text) {
                query_interface::read(&mut schema, &file.path, &masked(text));
            } else if gorm::is_of_models(&file.path, text) {
                if !schema.is_of_sql {
                    gorm::read(&mut schema, &file.path, &masked(text));
                }
            } else if eloquent::is_migration(&file.path, text) {
                let links = *links.get_or_insert_with(|| entities::links_of_laravel(repo));
                eloquent::read(&mut schema, &file.path, &masked(text), links);
            }
        }
        gorm::link_back(&mut schema);
        ent::read(&mut schema, repo);
        // Rails writes these, from migrations that people write.
        let written = repo.tree().files().iter().filter(|file| !file.vendored && !is_aside(&file.path));
        for (file, text) in written.filter_map(|file| Some((file, file.text()?))) {
            if file.path == "db/schema.rb" || file.path.ends_with("/db/schema.rb") {
                rails::read(&mut schema, &file.path, &masked(text));
            } else if file.generated && (file.path == "db/structure.sql" || file.path.ends_with("/db/structure.sql")) {
                sql::read(&mut schema, &file.path, &masked(text));
            }
        }
        rails::read_migrations(&mut schema, repo);
        rails::link(&mut schema, repo);
        let has_tables = !schema.tables.is_empty();
        let mut classes = sqlalchemy::read(&mut schema, repo);
        // Where migrations say what the tables are like, classes only repeat it, under other names.
        if !has_tables {
            classes.extend(entities::read(&mut schema, repo, &declared));
        }
        schema.add_indexes(&classes, declared);
        implied::read(&mut schema, repo);
        schema
    }

    /// Adds the indexes that statements of SQL declare to the tables of `classes`, which have other names in the code, and
    /// to those that something else than SQL declares.
    fn add_indexes(&mut self, classes: &BTreeMap<String, String>, declared: Vec<sql::Index>) {
        for index in declared {
            let class = classes.get(&index.table);
            // Symfony has a table for messages that wait.
            if class.is_none() && (index.is_counted || index.table == "messenger_messages") {
                continue;
            }
            let table = self.tables.get_mut(class.unwrap_or(&index.table)).unwrap_or(&mut self.unknown);
            if !index.first.is_empty() {
                table.index(index.first);
            }
            match (index.is_counted, index.is_unique) {
                (true, _) => {}
                (false, true) => table.unique += 1,
                (false, false) => table.declared += 1,
            }
        }
    }

    /// All tables, and what is known of others.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.tables.iter().map(|(name, table)| (name.as_str(), table)).chain([("", &self.unknown)])
    }

    /// Every column, with its table and the table's name.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&str, &Table, &Column)> {
        self.tables
            .iter()
            .flat_map(|(name, table)| table.columns.iter().map(move |column| (name.as_str(), table, column)))
    }
}

/// `text` without what looks like a credential. Names are kept in lower case, in which nobody would know one again.
fn masked(text: &str) -> Cow<'_, str> {
    match Scanner::for_texts(1, FingerprintKey::default()).redact(text.as_bytes()).text {
        Some(text) => String::from_utf8_lossy(&text).into_owned().into(),
        None => text.into(),
    }
}

/// SQL, also with the names that SQLDelight gives to its queries.
fn is_script(path: &str) -> bool {
    [".sql", ".sq", ".sqm"].iter().any(|end| path.ends_with(end))
}

/// Files that take a migration back.
fn is_way_back(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    name.ends_with("down.sql")
        || name.starts_with("undo")
        || name.contains(".undo.")
        || name.contains("rollback")
        || name.starts_with('u') && name.contains("__")
        // What empties a database by hand; a change of a table has a number.
        || ["drop", "clean", "reset", "teardown"].iter().any(|word| name.starts_with(word))
}

/// Files are run in the order of their names within a folder; Flyway's (`V2__a.sql`) over all folders.
fn folder_of_order(path: &str) -> &str {
    let digits = paths::name(path).strip_prefix('V').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if digits.is_some_and(|rest| rest.contains("__")) { "" } else { paths::folder(path) }
}

/// `V2__a.sql` comes before `V10__b.sql`.
fn number(name: &str) -> u64 {
    let digits: String =
        name.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).take(18).collect();
    digits.parse().unwrap_or(0)
}

/// Notes that more of a file declares tables than is read.
fn beyond(repo: &Snapshot, path: &str) {
    repo.leave("source file", "with larger tables, or more of them, than are read", path);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn what_takes_a_migration_back_is_not_run_and_sqldelights_files_are_read() {
        let table = |name: &str| format!("CREATE TABLE {name} (id int AS Id PRIMARY KEY, email text UNIQUE);\n");
        let repo = Fixture::new()
            .file("migrations/001.do.users.sql", &table("users"))
            .file("migrations/001.undo.users.sql", "DROP TABLE users;\n")
            .file("sql/drop_table.sql", "DROP TABLE users;\n")
            .file(
                "src/main/sqldelight/Posts.sq",
                &format!("import a.Id;\n\n{}\nall:\nSELECT * FROM posts;\n", table("posts")),
            )
            .snapshot();
        let schema = Schema::of(&repo);
        assert_eq!(schema.tables.keys().collect::<Vec<_>>(), ["posts", "users"]);
        assert_eq!(schema.tables["posts"].unique, 1);
    }

    #[test]
    fn flyway_runs_over_all_folders_in_the_order_of_versions() {
        let repo = Fixture::new()
            .file("db/z/V1__posts.sql", "CREATE TABLE posts (id int, user_id int REFERENCES users(id), name text);\n")
            .file("db/a/V2__drop.sql", "ALTER TABLE posts DROP user_id;\nALTER TABLE posts DROP CONSTRAINT name;\n")
            .snapshot();
        let schema = Schema::of(&repo);
        let columns: Vec<&str> = schema.tables["posts"].columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(columns, ["id", "name"]);
    }

    #[test]
    fn what_rails_writes_is_read_though_it_is_generated() {
        let text = "# This file is auto-generated from the current state of the database.\nActiveRecord::Schema.define do\n  create_table \"posts\" do |t|\n    t.bigint \"user_id\"\n  end\n  add_foreign_key \"posts\", \"users\"\nend\n";
        let repo = Fixture::new().file("db/schema.rb", text).snapshot();
        assert!(repo.tree().get("db/schema.rb").is_some_and(|file| file.generated));
        assert!(Schema::of(&repo).tables["posts"].columns[0].is_foreign);
    }
}
