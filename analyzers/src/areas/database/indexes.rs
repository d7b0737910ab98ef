//! Are the columns that queries join on indexed?

use super::filters::Unindexed;
use super::schema::{Column, Schema, Table};
use super::{declared, engine, filters, unread};
use crate::areas::security::marks;
use crate::paths::is_aside;
use crate::{Evidence, Finding, Outcome, Place, Snapshot};

const SIGNAL: &str = "database.indexes";

/// How many places a finding shows.
const SHOWN: usize = 10;

pub(super) fn finding(repo: &Snapshot, schema: &Schema) -> Finding {
    let foreign: Vec<(&str, &Table, &Column)> = schema.columns().filter(|(_, _, column)| column.is_foreign).collect();
    let bare: Vec<_> = foreign.iter().filter(|(_, table, column)| !table.is_indexed(&column.name)).collect();
    let places = |columns: &mut dyn Iterator<Item = &Column>| {
        Evidence::or_absence(columns.map(|column| column.place(repo)).take(SHOWN), repo.head())
    };
    // Without a link there is nothing that it would make one for.
    let by_itself = engine::indexes_by_itself(repo).filter(|_| !foreign.is_empty());
    let finding = if let Some((dependency, name)) = by_itself {
        match told_not_to(repo).filter(|_| *name == "Django") {
            Some(place) => {
                let summary = "Django makes an index for every link between tables (foreign key) by itself, but is told not to here.";
                Finding::partly(SIGNAL, summary, place).indicative()
            }
            None => {
                let summary = format!("{name} makes an index for every link between tables (foreign key) by itself.");
                Finding::met(SIGNAL, summary, marks::manifest(repo, dependency)).by_default()
            }
        }
    } else if foreign.is_empty()
        && let Some(form) = unread::form(repo, schema)
    {
        Finding::not_assessable(SIGNAL, unread::sentence(form))
    } else if foreign.is_empty() {
        Finding::not_applicable(
            SIGNAL,
            "No link between tables (foreign key) was recognised where the tables of the database are described.",
        )
    } else if let Some((table, _, column)) = bare.first() {
        let summary = format!(
            "{} of {} links between tables (foreign keys) {} no index, without which a database reads a whole table to \
             find what belongs together, such as {} of {table}. Tables that stay small need none.",
            bare.len(),
            foreign.len(),
            if bare.len() == 1 { "has" } else { "have" },
            column.name
        );
        let at = places(&mut bare.iter().map(|(_, _, column)| *column));
        let finding = if bare.len() * 2 > foreign.len() {
            Finding::not_met(SIGNAL, summary, at)
        } else {
            Finding::partly(SIGNAL, summary, at)
        };
        finding.indicative()
    } else {
        let summary = format!(
            "All links between tables (foreign keys) have an index, by which the database finds what belongs together ({}).",
            foreign.len()
        );
        Finding::met(SIGNAL, summary, places(&mut foreign.iter().map(|(_, _, column)| *column)))
    };
    let sought = filters::unindexed(repo, schema);
    let finding = with_sought(repo, finding, &sought);
    let declared = declared::count(repo, schema);
    finding
        .fact("foreign_keys", foreign.len())
        .fact("without_index", bare.len())
        .fact("sought_without_index", sought.len())
        .fact("declared", declared.indexes)
        .fact("unique", declared.unique)
}

/// `finding` with what is said of columns by which rows are looked up.
fn with_sought(repo: &Snapshot, finding: Finding, sought: &[Unindexed<'_>]) -> Finding {
    let Some(Unindexed { table, column, asked }) = sought.first() else { return finding };
    let said = match sought.len() {
        1 => format!(
            "Entries are looked up by a column for which the database has no register (an index), so that it reads the whole table: {} of {table}, in {asked}. A table that stays small needs none.",
            column.name
        ),
        count => format!(
            "Entries are looked up by {count} columns for which the database has no register (an index), so that it reads the \
             whole table, such as {} of {table}, in {asked}. Tables that stay small need none.",
            column.name
        ),
    };
    let at = sought.iter().map(|it| it.column.place(repo));
    if matches!(finding.outcome(), Outcome::NotMet | Outcome::Partly) {
        let places =
            Evidence::or_absence(finding.places().iter().take(SHOWN / 2).cloned().chain(at).take(SHOWN), repo.head());
        let said = format!("{} {said}", finding.summary());
        return match finding.outcome() {
            Outcome::NotMet => Finding::not_met(SIGNAL, said, places),
            _ => Finding::partly(SIGNAL, said, places),
        }
        .indicative();
    }
    Finding::partly(SIGNAL, said, Evidence::or_absence(at.take(SHOWN), repo.head())).indicative()
}

/// Where a model of Django has a foreign key without an index.
fn told_not_to(repo: &Snapshot) -> Option<Place> {
    let models = repo.tree().own_texts().filter(|(file, _)| {
        file.path.ends_with(".py") && !is_aside(&file.path) && !marks::is_for_operators(&file.path)
    });
    models.filter(|(_, text)| text.contains("db_index=False")).find_map(|(file, text)| {
        let says = |line: &str| line.contains("ForeignKey(") && line.contains("db_index=False");
        let line = text.lines().position(says)? as u32 + 1;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_driver_of_mysql_settles_nothing_beside_one_of_postgresql() {
        let with = |packages: &str| {
            let repo = Fixture::new()
                .file("package.json", &format!(r#"{{"dependencies": {{{packages}}}}}"#))
                .file("migrations/1.sql", "CREATE TABLE posts (user_id int REFERENCES users(id));\n")
                .snapshot();
            finding(&repo, &Schema::of(&repo)).outcome()
        };
        assert_eq!(with(r#""mysql2": "3""#), Outcome::Met);
        assert_eq!(with(r#""mysql2": "3", "pg": "8""#), Outcome::NotMet);
    }

    #[test]
    fn who_indexes_links_has_nothing_to_index_without_one() {
        let with = |column: &str, query: &str| {
            let repo = Fixture::new()
                .file("composer.json", r#"{"require": {"doctrine/orm": "3"}}"#)
                .file("migrations/1.sql", &format!("CREATE TABLE visits (id int PRIMARY KEY, {column});\n"))
                .file("src/Visits.php", &format!("<?php $db->query(\"SELECT * FROM visits WHERE {query}\");\n"))
                .snapshot();
            finding(&repo, &Schema::of(&repo)).outcome()
        };
        assert_eq!(with("user_id int REFERENCES users(id)", "user_id = ?"), Outcome::Met);
        assert_eq!(with("owner_ref int", "id = ?"), Outcome::NotApplicable);
        // What only looks like a link has no index.
        assert_eq!(with("user_id int", "user_id = ?"), Outcome::Partly);
    }

    #[test]
    fn django_makes_indexes_unless_it_is_told_not_to() {
        let with = |options: &str| {
            let repo = Fixture::new()
                .file("requirements.txt", "django==5.0\n")
                .file(
                    "a/models.py",
                    &format!(
                        "from django.db import models\nclass A(models.Model):\n    b = models.ForeignKey(B{options})\n"
                    ),
                )
                .snapshot();
            finding(&repo, &Schema::of(&repo)).outcome()
        };
        assert_eq!(with(", on_delete=models.CASCADE"), Outcome::Met);
        assert_eq!(with(", db_index=False"), Outcome::Partly);
    }

    #[test]
    fn prismas_migrations_are_not_read_beside_its_schema() {
        let repo = Fixture::new()
            .file("prisma/schema.prisma", "model Post {\n id Int @id\n}\n")
            .file("prisma/migrations/1_a/migration.sql", "CREATE TABLE \"Post\" (a int REFERENCES users(id));\n")
            .snapshot();
        assert_eq!(finding(&repo, &Schema::of(&repo)).outcome(), Outcome::NotApplicable);
    }

    #[test]
    fn an_index_that_a_migration_carries_is_there() {
        let with = |carried: &str| {
            let models = "from sqlalchemy import Column, ForeignKey, Uuid\nclass Post(Base):\n    __tablename__ = 'posts'\n    user_id = Column(Uuid, ForeignKey('users.id'))\n";
            let changes = format!("<databaseChangeLog>{carried}</databaseChangeLog>\n");
            let repo = Fixture::new().file("models.py", models).file("changelog/changelog.xml", &changes).snapshot();
            finding(&repo, &Schema::of(&repo)).outcome()
        };
        assert_eq!(with("<sql>CREATE INDEX IF NOT EXISTS i ON posts (user_id);</sql>"), Outcome::Met);
        assert_eq!(with("<createIndex tableName=\"posts\"><column name=\"user_id\"/></createIndex>"), Outcome::Met);
        assert_eq!(with("<sql>CREATE INDEX i ON posts (title);</sql>"), Outcome::NotMet);
    }
}
