//! How many indexes a project declares, whether or not its schema can be read as a whole.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::schema::{Schema, Table, is_carrier};
use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;

/// So many lines above a mark, and so much behind it in bytes, are asked what it is of.
const ABOVE: usize = 20;
const BEHIND: usize = 2_000;

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
        matches
            .filter(|found| is_own(&found.path) && !is_of_identity(repo, found))
            .filter(|found| !is_of_key(repo, found) && !is_way_back(repo, found) && !is_read(repo, schema, found))
            .filter(|found| !(is_of_skeleton(&found.path) || schema.is_of_sql && is_of_gorm(repo, found)))
            .count()
    };
    Declared {
        indexes: schema.all().map(|(name, table)| written(name, table)).sum::<usize>() + of("index"),
        unique: schema.all().map(|(_, table)| table.unique).sum::<usize>() + of("unique"),
    }
}

/// How many of a table's indexes are of the program; Symfony has a table for messages that wait.
fn written(name: &str, table: &Table) -> usize {
    if name == "messenger_messages" { 0 } else { table.declared }
}

/// Whether what says that a value is unique or indexed is about the primary key alone, to which it adds nothing:
/// `validates :id, uniqueness: true`, `@Id @Column(unique = true)`.
fn is_of_key(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let (before, behind) = (&text[..found.bytes.start], &text[found.bytes.end..]);
    match found.language {
        Language::Ruby => {
            let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
            ["validates :id,", "validates(:id,"].iter().any(|start| line.starts_with(start))
        }
        Language::Java | Language::Kotlin => {
            let ends = |line: &&str| line.ends_with([';', '{', '}']) || line.contains("val ") || line.contains("var ");
            let own = before.rsplit(['\n', ';', '{', '}']).next().unwrap_or_default();
            let above = before.lines().rev().skip(1).take(ABOVE).map(str::trim_end).take_while(|line| !ends(line));
            let behind = &behind[..behind.floor_char_boundary(BEHIND)];
            let below = behind.split([';', '{']).next().unwrap_or_default();
            let below = below.split("val ").next().unwrap_or_default();
            above.chain([own, below]).any(|marks| marks.split_whitespace().any(|mark| mark == "@Id"))
        }
        _ => false,
    }
}

/// Whether a tag of GORM's says it, which SQL that makes the tables knows nothing of.
fn is_of_gorm(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    found.language == Language::Go && text[found.bytes.start..].starts_with('`')
}

/// Whether a migration is one that every new project of Laravel's begins with, or that a package of its own brings.
fn is_of_skeleton(path: &str) -> bool {
    const TABLES: &[&str] = &[
        "cache",
        "jobs",
        "job_batches",
        "failed_jobs",
        "sessions",
        "notifications",
        "password_resets",
        "password_reset_tokens",
        "personal_access_tokens",
        "telescope_entries",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    let made = name.split_once("_create_").and_then(|(_, rest)| rest.strip_suffix("_table.php"));
    name.starts_with("0001_01_01_") || made.is_some_and(|table| TABLES.contains(&table))
}

/// Whether SQL stands where a migration of Doctrine says how to take it back.
fn is_way_back(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let before = &text[..found.bytes.start];
    // Either of the two may stand above the other.
    found.language == Language::Php
        && text.contains("addSql(")
        && before.rfind("function down(") > before.rfind("function up(")
}

/// Whether SQL within a migration of PHP is of a table that the schema knows with its indexes, or one that it counts alone.
fn is_read(repo: &Snapshot, schema: &Schema, found: &CodeMatch) -> bool {
    static TABLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?is)^['"]\s*create\s+(?:table\s+(?:if\s+not\s+exists\s+)?|(?:unique\s+)?index\s+\S+\s+on\s+)[\\"`]*(\w+)"#,
        )
    });
    let text = repo.text(&found.path).unwrap_or_default();
    let sql = text.get(found.bytes.clone()).unwrap_or_default();
    let is_alone = || is_carrier(&found.path) && !sql.to_ascii_lowercase().contains("create table");
    found.language == Language::Php
        && text.contains("addSql(")
        && TABLE.captures(sql).is_some_and(|table| schema.tables.contains_key(&table[1].to_lowercase()) || is_alone())
}

/// Whether an index in what Entity Framework writes of its model is of a table of ASP.NET's for accounts.
fn is_of_identity(repo: &Snapshot, found: &CodeMatch) -> bool {
    if found.language != Language::CSharp {
        return false;
    }
    let rest = repo.text(&found.path).and_then(|text| text.get(found.bytes.end..)).unwrap_or_default();
    let entity = rest.split(".Entity").next().unwrap_or_default();
    entity.contains("ToTable(\"AspNet")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn indexes_of_mongodb_are_counted_beside_tables_of_sql() {
        let of = |options: &str| {
            let code = format!(
                "package a\nfunc f() {{\n\tsessions.Indexes().CreateOne(ctx, mongo.IndexModel{{Keys: bson.M{{\"owner\": 1}}{options}}})\n}}\n"
            );
            let repo = Fixture::new()
                .file("migrations/1.sql", "CREATE TABLE users (id int PRIMARY KEY);\n")
                .file("sessions.go", &code)
                .snapshot();
            let found = count(&repo, Schema::of(&repo));
            (found.indexes, found.unique)
        };
        assert_eq!(of(""), (1, 0));
        assert_eq!(of(", Options: options.Index().SetUnique(true)"), (0, 1));
    }

    #[test]
    fn indexes_are_counted_apart_from_unique_columns() {
        let of = |path: &str, text: &str| {
            let repo = Fixture::new().file(path, text).snapshot();
            let found = count(&repo, Schema::of(&repo));
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
        let laravel = "<?php Schema::create('a', function ($table) { $table->string('b')->index(); });\n";
        assert_eq!(of("database/migrations/2024_01_01_000000_create_orders_table.php", laravel), (1, 0));
        assert_eq!(of("database/migrations/2024_01_01_000000_create_jobs_table.php", laravel), (0, 0));
        assert_eq!(of("database/migrations/0001_01_01_000000_create_users_table.php", laravel), (0, 0));
        assert_eq!(of("db/migrate/1_a.rb", "add_index :users, :email, unique: true\n"), (0, 1));
    }

    #[test]
    fn an_index_of_a_table_that_nothing_else_declares_is_counted() {
        let of = |text: &str| {
            let repo = Fixture::new().file("server/text.sql", text).snapshot();
            let found = count(&repo, Schema::of(&repo));
            (found.indexes, found.unique)
        };
        assert_eq!(of("CREATE INDEX a ON notes USING gin(to_tsvector('simple', body));"), (1, 0));
        assert_eq!(of("\u{feff}# as psql\nCREATE INDEX a ON notes ((data->>'x'));"), (1, 0));
        assert_eq!(of("CREATE UNIQUE INDEX a ON notes (name);"), (0, 1));
        assert_eq!(of("CREATE INDEX a ON notes (name);\nDROP INDEX IF EXISTS a;"), (0, 0));
        assert_eq!(of("-- CREATE INDEX a ON notes (name);"), (0, 0));
        let messages = "CREATE INDEX a ON messenger_messages (queue_name);";
        assert_eq!(of(messages), (0, 0));
    }

    #[test]
    fn what_is_said_of_the_primary_key_alone_is_not_counted() {
        let of = |path: &str, text: &str| {
            let repo = Fixture::new().file(path, text).snapshot();
            let found = count(&repo, Schema::of(&repo));
            (found.indexes, found.unique)
        };
        let rails = |options: &str, index: &str| {
            let table = format!(
                "create_table \"shops\"{options}, force: :cascade do |t|\n    t.string \"name\"\n    t.index {index}\n  end"
            );
            of(
                "db/schema.rb",
                &format!(
                    "# This file is auto-generated from the current state of the database.\nActiveRecord::Schema.define(version: 1) do\n  {table}\nend\n"
                ),
            )
        };
        assert_eq!(rails(", id: :uuid", "[\"id\"], name: \"i\""), (0, 0));
        assert_eq!(rails("", "[\"id\"], name: \"i\", unique: true"), (0, 0));
        assert_eq!(rails(", primary_key: \"name\"", "[\"name\"], name: \"i\""), (0, 0));
        assert_eq!(rails("", "[\"id\", \"name\"], name: \"i\""), (1, 0));
        assert_eq!(rails(", id: false", "[\"id\"], name: \"i\""), (1, 0));
        let model = |column: &str| {
            format!("class Shop < ApplicationRecord\n  validates :{column}, presence: true, uniqueness: true\nend\n")
        };
        assert_eq!(of("app/models/shop.rb", &model("id")), (0, 0));
        assert_eq!(of("app/models/shop.rb", &model("name")), (0, 1));
        let entity = |marks: &str| {
            format!("@Entity class Shop {{\n  {marks}\n  @Column(name = \"a\", unique = true)\n  private Long a;\n}}\n")
        };
        assert_eq!(of("Shop.java", &entity("@Id")), (0, 0));
        assert_eq!(of("Shop.java", &entity("@Id private Long id;")), (0, 1));
        let kotlin = "@Entity class Shop(\n  @Id @Column(unique = true) val id: Long,\n  @Column(unique = true) val name: String,\n)\n";
        assert_eq!(of("Shop.kt", kotlin), (0, 1));
    }

    #[test]
    fn what_a_framework_makes_by_itself_is_not_counted() {
        let of = |path: &str, text: &str| {
            let repo = Fixture::new().file(path, text).snapshot();
            let found = count(&repo, Schema::of(&repo));
            (found.indexes, found.unique)
        };
        let doctrine = |index: &str| {
            format!(
                "<?php class V extends AbstractMigration {{ public function up(Schema $schema): void {{\n$this->addSql('CREATE TABLE book (id INT NOT NULL, author_id INT NOT NULL, title VARCHAR(9), PRIMARY KEY(id))');\n$this->addSql('{index}');\n$this->addSql('ALTER TABLE book ADD CONSTRAINT FK_1 FOREIGN KEY (author_id) REFERENCES author (id)');\n}} }}\n"
            )
        };
        let path = "migrations/Version1.php";
        // It stands in the migration, whoever wrote it there.
        assert_eq!(of(path, &doctrine("CREATE INDEX IDX_CBE5A331F675F31B ON book (author_id)")), (1, 0));
        let down = doctrine("").replace(
            "} }",
            "}\npublic function down(Schema $schema): void { $this->addSql('CREATE INDEX IDX_CBE5A3312B36786B ON book (title)'); } }",
        );
        assert_eq!(of(path, &down), (0, 0));
        assert_eq!(of(path, &down.replace("CREATE TABLE book", "ALTER TABLE book")), (0, 0));
        let above = doctrine("CREATE INDEX by_author ON book (author_id)")
            .replace("{ public function up", "{ public function down(Schema $schema): void {}\npublic function up");
        assert_eq!(of(path, &above), (1, 0));
        assert_eq!(of(path, &doctrine("CREATE INDEX IDX_CBE5A3312B36786B ON book (title)")), (1, 0));
        assert_eq!(of(path, &doctrine("CREATE INDEX by_author ON book (author_id)")), (1, 0));
        let messages = "<?php $this->addSql('CREATE TABLE messenger_messages (id INT, queue_name VARCHAR(9))');\n$this->addSql('CREATE INDEX IDX_75EA56E0FB7336F0 ON messenger_messages (queue_name)');\n";
        assert_eq!(of(path, messages), (0, 0));
        let inline = "<?php $this->addSql('CREATE TABLE book (id INT, author_id INT, INDEX IDX_CBE5A331F675F31B (author_id), PRIMARY KEY(id))');\n$this->addSql('ALTER TABLE book ADD CONSTRAINT FK_1 FOREIGN KEY (author_id) REFERENCES author (id)');\n";
        assert_eq!(of(path, inline), (1, 0));
        let identity = |table: &str| {
            format!(
                "class A {{ void B() {{ modelBuilder.Entity(\"U\", b => {{ b.HasIndex(\"RoleId\"); b.ToTable(\"{table}\"); }}); modelBuilder.Entity(\"V\", b => {{ b.ToTable(\"AspNetUsers\"); }}); }} }}\n"
            )
        };
        assert_eq!(of("Data/ModelSnapshot.cs", &identity("AspNetRoleClaims")), (0, 0));
        assert_eq!(of("Data/ModelSnapshot.cs", &identity("Orders")), (1, 0));
    }
}
