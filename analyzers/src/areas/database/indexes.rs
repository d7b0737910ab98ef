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
    let is_of_scripts =
        || foreign.iter().all(|(_, _, column)| column.path.ends_with(".sql")) && !engine::indexes_by_ef(repo);
    let by_itself = engine::indexes_by_itself(repo).filter(|_| !foreign.is_empty());
    // What only reads tables that scripts made has made none of their indexes.
    let by_itself = by_itself.filter(|(_, name)| **name != "Entity Framework Core" || !is_of_scripts());
    let makes_all = by_itself.is_some_and(|(_, name)| *name != "Django" || told_not_to(repo).is_none());
    let finding = if let Some((dependency, name)) = by_itself {
        match told_not_to(repo).filter(|_| *name == "Django") {
            Some(place) => {
                let summary = "Pages get slow as the data grows: Django would make an index, a register, for each link \
                    between tables, but is told not to here.";
                Finding::partly(SIGNAL, summary, place).indicative()
            }
            None => {
                let summary = format!(
                    "What is searched for is found quickly: {name} makes an index, a register, for each link between \
                     tables by itself."
                );
                Finding::met(SIGNAL, summary, marks::manifest(repo, dependency)).by_default()
            }
        }
    } else if foreign.is_empty()
        && let Some(place) = engine::links_of_ef(repo)
    {
        let summary = "What is searched for is found quickly: Entity Framework Core makes an index for each foreign key, \
                       a link between tables, by itself, as its migrations show.";
        Finding::met(SIGNAL, summary, place).by_default()
    } else if foreign.is_empty()
        && let Some(form) = unread::form(repo, schema)
    {
        Finding::not_assessable(SIGNAL, unread::sentence(form))
    } else if let Some(column) = schema.undecided.as_ref().filter(|_| foreign.is_empty()) {
        let summary = format!(
            "Whether it stays quick depends on the database, which is not named: for links between tables, such as {} \
             in {}, MySQL makes an index (a register) by itself; PostgreSQL and SQLite make none.",
            column.name, column.path
        );
        Finding::not_assessable(SIGNAL, summary)
    } else if foreign.is_empty() {
        Finding::not_applicable(SIGNAL, "No link between tables was recognised where they are described.")
    } else if let Some((table, _, column)) = bare.first() {
        let which = match (bare.len(), foreign.len()) {
            (1, 1) => "the only link between tables has no index".to_owned(),
            (bare, all) if bare == all => format!("none of the {all} links between tables has an index"),
            (1, all) => format!("1 of {all} links between tables has no index"),
            (bare, all) => format!("{bare} of {all} links between tables have no index"),
        };
        let summary = format!(
            "Pages get slow as the data grows: {which} (such as {} of {table}). The database then reads a whole table \
             to find what belongs together; one that stays small needs none.",
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
        let which = match foreign.len() {
            1 => "the only link between tables has".to_owned(),
            2 => "both links between tables have".to_owned(),
            all => format!("all {all} links between tables have"),
        };
        let summary = format!("What is searched for is found quickly: {which} an index, a register.");
        Finding::met(SIGNAL, summary, places(&mut foreign.iter().map(|(_, _, column)| *column)))
    };
    let sought = filters::unindexed(repo, schema);
    let finding = with_sought(repo, finding, &sought);
    let declared = declared::count(repo, schema);
    finding
        .fact("foreign_keys", foreign.len())
        .fact("without_index", if makes_all { 0 } else { bare.len() })
        .fact("sought_without_index", sought.len())
        .fact("declared", declared.indexes)
        .fact("unique", declared.unique)
}

/// `finding` with what is said of columns by which rows are looked up.
fn with_sought(repo: &Snapshot, finding: Finding, sought: &[Unindexed<'_>]) -> Finding {
    let Some(Unindexed { table, column, asked }) = sought.first() else { return finding };
    let said = match sought.len() {
        1 => format!(
            "Searching gets slow as the data grows: entries of {table} are looked up by {}, for which there is no \
             index (in {asked}). The database then reads the whole table; one that stays small needs none.",
            column.name
        ),
        count => format!(
            "Searching gets slow as the data grows: entries are looked up by {count} columns without an index, such \
             as {} of {table} (in {asked}). The database then reads the whole table; one that stays small needs none.",
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
            let found = finding(&repo, Schema::of(&repo));
            (found.outcome(), found.facts()["without_index"].as_u64())
        };
        assert_eq!(with(r#""mysql2": "3""#), (Outcome::Met, Some(0)));
        assert_eq!(with(r#""mysql2": "3", "pg": "8""#), (Outcome::NotMet, Some(1)));
    }

    #[test]
    fn entity_framework_makes_no_index_in_tables_that_scripts_make() {
        let with = |path: &str, text: &str| {
            let repo = Fixture::new()
                .file("A.csproj", "<Project><ItemGroup><PackageReference Include=\"Microsoft.EntityFrameworkCore.SqlServer\" Version=\"8.0.0\" /></ItemGroup></Project>\n")
                .file("Database/Tables.sql", "CREATE TABLE Posts (Id INT PRIMARY KEY, UserId INT FOREIGN KEY REFERENCES Users(Id))\nGO\n")
                .file(path, text)
                .snapshot();
            finding(&repo, Schema::of(&repo)).outcome()
        };
        assert_eq!(with("A.cs", "class A { }\n"), Outcome::NotMet);
        assert_eq!(with("Migrations/Initial.cs", "public partial class Initial : Migration { }\n"), Outcome::Met);
    }

    #[test]
    fn migrations_of_entity_framework_show_links_that_no_class_does() {
        let with = |made: &str| {
            let migration = format!(
                "public partial class Initial : Migration {{\n  protected override void Up(MigrationBuilder b) {{\n    b.CreateTable(name: \"items\", constraints: table => {{\n      {made}\n    }});\n  }}\n}}\n"
            );
            let repo = Fixture::new().file("A.csproj", "<Project><ItemGroup><PackageReference Include=\"Npgsql.EntityFrameworkCore.PostgreSQL\" Version=\"8.0.0\" /></ItemGroup></Project>\n");
            let repo = repo.file("Migrations/20220312134333_Initial.cs", &migration).snapshot();
            let found = finding(&repo, Schema::of(&repo));
            (found.outcome(), found.places().first().and_then(|place| Some(place.lines?.0)))
        };
        assert_eq!(
            with("table.ForeignKey(name: \"FK\", column: x => x.order_id, principalTable: \"orders\");"),
            (Outcome::Met, Some(4))
        );
        assert_eq!(with("table.PrimaryKey(\"PK\", x => x.id);").0, Outcome::NotAssessable);
    }

    #[test]
    fn links_of_rails_are_known_by_its_models() {
        let with = |model: &str| {
            let schema = "ActiveRecord::Schema.define do\n  create_table \"messages\", force: :cascade do |t|\n    t.integer \"user_id\"\n    t.integer \"sender_id\"\n    t.integer \"owner_id\"\n  end\nend\n";
            let repo = Fixture::new().file("Gemfile", "gem 'rails'\ngem 'pg'\n").file("db/schema.rb", schema);
            let repo = repo
                .file("app/models/message.rb", &format!("class Message < ApplicationRecord\n{model}end\n"))
                .snapshot();
            let found = finding(&repo, Schema::of(&repo));
            (found.outcome(), found.facts()["foreign_keys"].clone())
        };
        assert_eq!(
            with("  belongs_to :user\n  belongs_to :author, class_name: 'User', foreign_key: :sender_id\n"),
            (Outcome::NotMet, 2.into())
        );
        assert_eq!(with("  belongs_to :owner, polymorphic: true\n"), (Outcome::NotApplicable, 0.into()));
    }

    #[test]
    fn links_of_laravel_are_not_judged_where_the_database_is_not_known() {
        let with = |settings: &str| {
            let table = "<?php\nSchema::create('posts', function ($table) {\n  $table->id();\n  $table->foreignId('user_id')->constrained()->onDelete('cascade');\n});\n";
            let repo = Fixture::new().file("composer.json", r#"{"require": {"laravel/framework": "11"}}"#);
            let repo = repo.file("database/migrations/2024_1_create_posts_table.php", table);
            let repo = repo.file(".env.example", settings).snapshot();
            finding(&repo, Schema::of(&repo)).outcome()
        };
        assert_eq!(with("DB_CONNECTION=sqlite\n"), Outcome::NotAssessable);
        assert_eq!(with("DB_CONNECTION=pgsql\n"), Outcome::NotMet);
    }

    #[test]
    fn a_field_of_mongoose_that_is_defined_elsewhere_is_not_said_to_have_no_index() {
        let with = |field: &str| {
            let model = format!(
                "const mongoose = require('mongoose');\nconst userSchema = new mongoose.Schema({{\n  name: String,\n  email: {field},\n}});\nmodule.exports = mongoose.model('User', userSchema);\n"
            );
            let repo = Fixture::new().file("package.json", r#"{"dependencies": {"mongoose": "8"}}"#);
            let repo = repo.file("models/user.js", &model);
            let repo = repo.file("users.js", "exports.one = (email) => User.findOne({ email });\n").snapshot();
            finding(&repo, Schema::of(&repo)).facts()["sought_without_index"].clone()
        };
        assert_eq!(with("String"), 1);
        assert_eq!(with("{ type: String }"), 1);
        assert_eq!(with("shared.email"), 0);
        assert_eq!(with("required(String)"), 0);
    }

    #[test]
    fn who_indexes_links_has_nothing_to_index_without_one() {
        let with = |column: &str, query: &str| {
            let repo = Fixture::new()
                .file("composer.json", r#"{"require": {"doctrine/orm": "3"}}"#)
                .file("migrations/1.sql", &format!("CREATE TABLE visits (id int PRIMARY KEY, {column});\n"))
                .file("src/Visits.php", &format!("<?php $db->query(\"SELECT * FROM visits WHERE {query}\");\n"))
                .snapshot();
            finding(&repo, Schema::of(&repo)).outcome()
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
            finding(&repo, Schema::of(&repo)).outcome()
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
        assert_eq!(finding(&repo, Schema::of(&repo)).outcome(), Outcome::NotApplicable);
    }

    #[test]
    fn an_index_that_a_migration_carries_is_there() {
        let with = |carried: &str| {
            let models = "from sqlalchemy import Column, ForeignKey, Uuid\nclass Post(Base):\n    __tablename__ = 'posts'\n    user_id = Column(Uuid, ForeignKey('users.id'))\n";
            let changes = format!("<databaseChangeLog>{carried}</databaseChangeLog>\n");
            let repo = Fixture::new().file("models.py", models).file("changelog/changelog.xml", &changes).snapshot();
            finding(&repo, Schema::of(&repo)).outcome()
        };
        assert_eq!(with("<sql>CREATE INDEX IF NOT EXISTS i ON posts (user_id);</sql>"), Outcome::Met);
        assert_eq!(with("<createIndex tableName=\"posts\"><column name=\"user_id\"/></createIndex>"), Outcome::Met);
        assert_eq!(with("<sql>CREATE INDEX i ON posts (title);</sql>"), Outcome::NotMet);
    }
}
