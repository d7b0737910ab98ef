//! Indexes that nothing declares where the code is read, but without which what it does would be refused, or which a mapper
//! makes for a relation: the columns that tell an upsert which row is meant, and those of a table between two others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{Schema, plain};
use crate::Snapshot;
use crate::code::Language;
use crate::paths::is_aside;

/// `INSERT INTO users (…) … ON CONFLICT (email)`: no other statement stands between.
static SQL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?i)\binsert\s+into\s+[\\"`\w.]*?\b(?P<table>\w+)[\\"`]*\s*\([^;]{1,3000}?"#,
        r#"\bon\s+conflict\s*\(\s*[\\"`]*(?P<column>\w+)"#
    ))
});

/// The same in mappers, each with what its text holds.
static CALLS: [(&str, LazyLock<Regex>); 5] = [
    // Knex: `knex('users').insert(row).onConflict('email')`
    (
        "onConflict(",
        LazyLock::new(|| {
            pattern(
                r"\(['\x22](?P<table>\w+)['\x22]\)\s*\.insert\([^;]{0,800}?\.onConflict\(\s*\[?\s*['\x22](?P<column>\w+)",
            )
        }),
    ),
    // SQLAlchemy: `insert(User).values(…).on_conflict_do_update(index_elements=["email"], …)`
    (
        "index_elements",
        LazyLock::new(|| {
            pattern(concat!(
                r"\binsert\((?P<table>\w+)\)[^;]{0,800}?\.on_conflict_do_(?:update|nothing)\(\s*index_elements\s*=\s*\[\s*",
                r"['\x22]?(?:\w+\.)*(?P<column>\w+)"
            ))
        }),
    ),
    // Rails: `User.upsert_all(rows, unique_by: :email)`
    (
        "unique_by:",
        LazyLock::new(|| {
            pattern(
                r"\b(?P<table>[A-Z]\w*)\.(?:upsert|insert)(?:_all)?\([^\n;]{0,800}?\bunique_by:\s*(?:%i)?\[?\s*:?(?P<column>\w+)",
            )
        }),
    ),
    // Laravel: `User::upsert([…], ['email'], …)`
    (
        "::upsert(",
        LazyLock::new(|| {
            pattern(
                r"\b(?P<table>[A-Z]\w*)::upsert\([^;]{1,800}?[\])\w]\s*,\s*(?:uniqueBy:\s*)?\[\s*['\x22](?P<column>\w+)['\x22]",
            )
        }),
    ),
    // TypeORM: `userRepository.upsert(rows, ['email'])`
    (
        ".upsert(",
        LazyLock::new(|| {
            pattern(
                r"\b(?P<table>[a-z]\w*?)(?:Repository|Repo)\.upsert\([^;]{1,800}?,\s*\[\s*['\x22](?P<column>\w+)['\x22]\s*\]",
            )
        }),
    ),
];

/// Sequelize: `User.belongsToMany(Role, { through: UserRole, foreignKey: 'userId' })` makes a key of both columns.
static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\.belongsToMany\([^;]{0,300}?\bthrough:\s*(?:\{\s*model:\s*)?['\x22]?(?:\w+\.)*(?P<table>\w+)['\x22]?",
        r"[^;)]{0,300}?\bforeignKey:\s*(?:\{\s*name:\s*)?['\x22](?P<column>\w+)"
    ))
});

/// Adds them to the tables that are known.
pub(super) fn read(schema: &mut Schema, repo: &Snapshot) {
    if schema.tables.is_empty() {
        return;
    }
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in schema.tables.keys() {
        names.entry(plain(name)).or_default().push(name.clone());
    }
    let mut joined = BTreeSet::new();
    for (file, text) in repo.tree().own_texts() {
        let is_read = file.path.ends_with(".sql") || Language::of(&file.path).is_some();
        if !is_read || is_aside(&file.path) {
            continue;
        }
        let mut forms: Vec<&Regex> =
            CALLS.iter().filter(|(mark, _)| text.contains(mark)).map(|(_, form)| &**form).collect();
        if ["ON CONFLICT", "on conflict", "On Conflict"].iter().any(|mark| text.contains(mark)) {
            forms.push(&SQL);
        }
        let mut found: Vec<(String, &str)> = forms
            .iter()
            .flat_map(|form| form.captures_iter(text))
            .filter_map(|it| Some((plain(it.name("table")?.as_str()), it.name("column")?.as_str())))
            .collect();
        // The first of two that stand for the same table says which column comes first.
        let between = if text.contains("belongsToMany(") { Some(&*BETWEEN) } else { None };
        for it in between.into_iter().flat_map(|form| form.captures_iter(text)) {
            let table = plain(&it["table"]);
            if let Some(column) = it.name("column").filter(|_| joined.insert(table.clone())) {
                found.push((table, column.as_str()));
            }
        }
        for (table, column) in found {
            for name in names.get(&table).into_iter().flatten() {
                let Some(table) = schema.tables.get_mut(name) else { continue };
                let known = table.columns.iter().find(|it| plain(&it.name) == plain(column));
                if let Some(known) = known.map(|known| known.name.clone()) {
                    table.index(known);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn indexed(files: &[(&str, &str)], table: &str, column: &str) -> bool {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        Schema::of(&repo).tables[table].is_indexed(column)
    }

    const TABLES: (&str, &str) = (
        "migrations/1.sql",
        "CREATE TABLE users (id int PRIMARY KEY, email text, team_id int REFERENCES teams(id));\nCREATE TABLE teams (id int PRIMARY KEY, name text);\n",
    );

    #[test]
    fn what_tells_an_upsert_the_row_is_unique() {
        let go = |sql: &str| format!("package a\n\nfunc f() {{\n\tdb.Exec(`{sql}`)\n}}\n");
        let upsert =
            go("INSERT INTO users (email, team_id) VALUES ($1, $2) ON CONFLICT (team_id) DO UPDATE SET email = $1");
        assert!(indexed(&[TABLES, ("a.go", &upsert)], "users", "team_id"));
        assert!(!indexed(&[TABLES, ("a.go", &upsert)], "users", "email"));
        assert!(!indexed(&[TABLES, ("a_test.go", &upsert)], "users", "team_id"));
        let of_others = go(
            "INSERT INTO users (team_id) VALUES ($1); INSERT INTO teams (name) VALUES ($2) ON CONFLICT (name) DO NOTHING",
        );
        assert!(!indexed(&[TABLES, ("a.go", &of_others)], "users", "team_id"));
        assert!(indexed(&[TABLES, ("a.go", &of_others)], "teams", "name"));
        let anything = go("INSERT INTO users (team_id) VALUES ($1) ON CONFLICT DO NOTHING");
        assert!(!indexed(&[TABLES, ("a.go", &anything)], "users", "team_id"));
    }

    #[test]
    fn mappers_tell_it_in_their_own_words() {
        for (path, text) in [
            ("a.js", "await knex('users').insert(row).onConflict('team_id').merge();\n"),
            (
                "a.py",
                "stmt = insert(User).values(row).on_conflict_do_update(index_elements=[User.team_id], set_=row)\n",
            ),
            ("a.rb", "User.upsert_all(rows, unique_by: :team_id)\n"),
            ("a.php", "<?php\nUser::upsert([['team_id' => 1]], ['team_id'], ['email']);\n"),
            ("a.ts", "await this.userRepository.upsert(rows, ['teamId']);\n"),
        ] {
            assert!(indexed(&[TABLES, (path, text)], "users", "team_id"), "{text}");
            let of_another = text.replace("user", "member").replace("User", "Member");
            assert!(!indexed(&[TABLES, (path, &of_another)], "users", "team_id"), "{of_another}");
        }
    }

    #[test]
    fn sequelize_makes_a_key_of_a_table_between_two_others() {
        let tables = (
            "migrations/1.sql",
            "CREATE TABLE memberships (id int PRIMARY KEY, user_id int REFERENCES users(id), team_id int REFERENCES teams(id));\n",
        );
        let models = "User.belongsToMany(Team, { through: Membership, foreignKey: 'userId' });\nTeam.belongsToMany(User, { through: Membership, foreignKey: 'teamId' });\n";
        assert!(indexed(&[tables, ("models.js", models)], "memberships", "user_id"));
        assert!(!indexed(&[tables, ("models.js", models)], "memberships", "team_id"));
        let other = models.replace("Membership", "Visit");
        assert!(!indexed(&[tables, ("models.js", &other)], "memberships", "user_id"));
    }
}
