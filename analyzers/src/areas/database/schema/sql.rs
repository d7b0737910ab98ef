//! Tables, columns and indexes of SQL, whatever the dialect; what is not understood is passed over.

mod indexes;

use self::indexes::create_index;
pub(super) use self::indexes::{Index, indexes};
use super::tokens::{Kind, Token, statements};
use super::{Column, Schema, Table};

/// Marks after which a file of migrations says how to take them back.
const WAY_BACK: &[&str] = &["-- +goose Down", "-- migrate:down", "--rollback", "-- +migrate Down"];

/// Words that end the type of a column.
const AFTER_TYPE: &[&str] = &[
    "not",
    "null",
    "default",
    "primary",
    "unique",
    "references",
    "check",
    "constraint",
    "collate",
    "generated",
    "auto_increment",
    "autoincrement",
    "identity",
    "comment",
    "on",
    "unsigned",
    "as",
    "encode",
    "using",
];

/// Adds what the statements of `text` declare, one after another.
pub(super) fn read(schema: &mut Schema, path: &str, text: &str) {
    let end = WAY_BACK.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    for statement in statements(&text[..end]) {
        let words: Vec<&str> = statement.iter().take(12).map(|token| token.text.as_str()).collect();
        match words.as_slice() {
            ["create", rest @ ..] if rest.iter().take(4).any(|word| *word == "table") => {
                create_table(schema, path, &statement);
            }
            ["create", "index", ..] | ["create", "unique", "index", ..] => create_index(schema, &statement),
            ["create", _, "index", ..] | ["create", "unique", _, "index", ..] => create_index(schema, &statement),
            ["alter", "table", ..] => alter_table(schema, path, &statement),
            ["drop", "table", ..] => {
                for name in statement[2..].iter().filter(|token| token.kind == Kind::Word) {
                    schema.tables.remove(&name.text);
                }
            }
            ["drop", "index", ..] => {
                for table in schema.tables.values_mut() {
                    table.indexes.retain(|(_, name)| name.is_empty() || !words.contains(&name.as_str()));
                }
            }
            _ => {}
        }
    }
    // MySQL and databases in memory index links between tables by themselves.
    let is_theirs = path.split('/').any(|part| matches!(part, "mysql" | "mariadb" | "h2" | "hsqldb"));
    if is_theirs || text.contains("ENGINE=") {
        for table in schema.tables.values_mut() {
            let links = table.columns.iter().filter(|column| column.is_foreign && column.path == path);
            let links: Vec<String> = links.map(|column| column.name.clone()).collect();
            links.into_iter().for_each(|name| table.index(name));
        }
    }
}

fn create_table(schema: &mut Schema, path: &str, statement: &[Token]) {
    let Some(at) = statement.iter().position(|token| token.is("table")) else { return };
    let Some((name, after)) = name(statement, skip_words(statement, at + 1)) else { return };
    if !statement.get(after).is_some_and(|token| token.is("(")) || schema.tables.contains_key(&name) {
        return;
    }
    let mut table = Table::default();
    for item in items(inside(&statement[after..])) {
        declare(&mut table, path, item);
    }
    schema.tables.insert(name, table);
}

fn alter_table(schema: &mut Schema, path: &str, statement: &[Token]) {
    let Some((name, after)) = name(statement, skip_words(statement, 2)) else { return };
    if let [rename, to, new, ..] = &statement[after..]
        && rename.is("rename")
        && to.is("to")
        && let Some(table) = schema.tables.remove(&name)
    {
        schema.tables.insert(new.text.clone(), table);
        return;
    }
    let Some(table) = schema.tables.get_mut(&name) else { return };
    for change in items(&statement[after..]) {
        let words: Vec<&str> = change.iter().map(|token| token.text.as_str()).collect();
        match words.as_slice() {
            ["add", "column", ..] => declare(table, path, &change[skip_words(change, 2)..]),
            ["add", ..] => declare(table, path, &change[1..]),
            ["drop", "column", ..] => {
                let gone = change.get(skip_words(change, 2)).map(|token| token.text.as_str());
                table.columns.retain(|column| Some(column.name.as_str()) != gone);
            }
            // The word is optional.
            ["drop", gone] | ["drop", gone, "cascade" | "restrict"] => {
                table.columns.retain(|column| column.name != *gone);
            }
            ["rename", "column", old, "to", new, ..] => {
                let (old, new) = (*old, *new);
                table
                    .columns
                    .iter_mut()
                    .filter(|column| column.name == old)
                    .for_each(|column| column.name = new.to_owned());
                table
                    .indexes
                    .iter_mut()
                    .filter(|(first, _)| first == old)
                    .for_each(|(first, _)| *first = new.to_owned());
            }
            ["alter", "column", column, "type", kind @ ..]
            | ["alter", column, "type", kind @ ..]
            | ["alter", "column", column, "set", "data", "type", kind @ ..]
            | ["modify", "column", column, kind @ ..]
            | ["modify", column, kind @ ..] => {
                let kind: Vec<&str> = kind.iter().copied().take_while(|word| !AFTER_TYPE.contains(word)).collect();
                table
                    .columns
                    .iter_mut()
                    .filter(|known| known.name == *column)
                    .for_each(|known| known.kind = kind.join(" "));
            }
            _ => {}
        }
    }
}

/// A column, or a constraint of the table.
fn declare(table: &mut Table, path: &str, item: &[Token]) {
    let item = match item {
        // MySQL wants no name.
        [constraint, rest @ ..] if constraint.is("constraint") && is_unnamed(rest) => rest,
        [constraint, _, rest @ ..] if constraint.is("constraint") => rest,
        _ => item,
    };
    let Some(first) = item.first() else { return };
    let is_quoted_or_name =
        !["primary", "unique", "foreign", "key", "index", "check", "exclude", "like", "fulltext", "partition"]
            .contains(&first.text.as_str());
    if !is_quoted_or_name && !is_column(item) {
        match first.text.as_str() {
            "foreign" => {
                if let Some(name) = first_in_parentheses(item) {
                    table.columns.iter_mut().filter(|it| it.name == name).for_each(|it| it.is_foreign = true);
                }
            }
            "primary" | "unique" | "key" | "index" => {
                if let Some(name) = first_in_parentheses(item) {
                    if first.is("primary") && items(inside(item)).len() == 1 {
                        table.primary = Some(name.clone());
                    }
                    let called = item.get(1).filter(|token| token.kind == Kind::Word && !first.is("primary"));
                    table.indexes.push((name, called.map_or_else(String::new, |token| token.text.clone())));
                    table.declared += usize::from(first.is("key") || first.is("index"));
                    table.unique += usize::from(first.is("unique"));
                }
            }
            _ => {}
        }
        return;
    }
    if first.kind != Kind::Word {
        return;
    }
    let has = |word: &str| item.iter().any(|token| token.is(word));
    let kind: Vec<&str> =
        item[1..].iter().map(|token| token.text.as_str()).take_while(|word| !AFTER_TYPE.contains(word)).collect();
    if has("primary") || has("unique") {
        table.index(first.text.clone());
        table.unique += usize::from(has("unique") && !has("primary"));
    }
    if has("primary") {
        table.primary = Some(first.text.clone());
    }
    table.columns.push(Column {
        name: first.text.clone(),
        kind: kind.join(" "),
        called: None,
        is_foreign: has("references"),
        path: path.to_owned(),
        lines: (first.line, first.line),
    });
}

/// Whether a constraint begins without a name before it: `FOREIGN KEY (user_id)`.
fn is_unnamed(item: &[Token]) -> bool {
    match item {
        [kind, key, ..] if kind.is("foreign") || kind.is("primary") => key.is("key"),
        [kind, list, ..] => (kind.is("unique") || kind.is("check")) && list.is("("),
        _ => false,
    }
}

/// Whether what begins with `key` or `index` is a column of that name, and no index: `key varchar(40)`.
fn is_column(item: &[Token]) -> bool {
    let is_name = item[0].is("key") || item[0].is("index");
    let list = item.iter().position(|token| token.is("("));
    let names_columns = list.is_some_and(|at| {
        at <= 2
            && item
                .get(at + 1)
                .is_some_and(|token| token.kind == Kind::Word && !token.text.starts_with(|c: char| c.is_ascii_digit()))
    });
    is_name && item.len() > 1 && !names_columns && !item.iter().any(|token| token.is("using"))
}

/// Past `if not exists`, `if exists`, `only` and `concurrently`.
fn skip_words(tokens: &[Token], mut at: usize) -> usize {
    while tokens
        .get(at)
        .is_some_and(|token| ["if", "not", "exists", "only", "concurrently"].iter().any(|it| token.is(it)))
    {
        at += 1;
    }
    at
}

/// The last part of a name such as `public.users`, and what follows it.
fn name(tokens: &[Token], mut at: usize) -> Option<(String, usize)> {
    let mut last = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    at += 1;
    while tokens.get(at).is_some_and(|token| token.is(".")) {
        last = tokens.get(at + 1)?;
        at += 2;
    }
    Some((last.text.clone(), at))
}

/// What is between the first parenthesis and the one that closes it.
fn inside(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_usize;
    let start = tokens.iter().position(|token| token.is("(")).map_or(tokens.len(), |at| at + 1);
    for (at, token) in tokens.iter().enumerate() {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 && at >= start {
                return &tokens[start..at];
            }
        }
    }
    &tokens[start..]
}

fn first_in_parentheses(tokens: &[Token]) -> Option<String> {
    inside(tokens).first().filter(|token| token.kind == Kind::Word).map(|token| token.text.clone())
}

/// The column that an item of an index is, if it is no expression.
fn column(item: &[Token]) -> &str {
    item.first().filter(|token| token.kind == Kind::Word).map_or("", |token| token.text.as_str())
}

/// What commas outside of parentheses part.
fn items(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            if token.is("(") {
                depth += 1;
            } else if token.is(")") {
                depth = depth.saturating_sub(1);
            }
            depth == 0 && token.is(",")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unindexed(text: &str) -> Vec<String> {
        let mut schema = Schema::default();
        read(&mut schema, "a.sql", text);
        schema
            .columns()
            .filter(|(_, table, column)| column.is_foreign && !table.is_indexed(&column.name))
            .map(|(table, _, column)| format!("{table}.{}", column.name))
            .collect()
    }

    #[test]
    fn foreign_keys_are_declared_in_many_ways_and_indexed_in_as_many() {
        let users = "CREATE TABLE users (id serial PRIMARY KEY);";
        for (text, missing) in [
            ("CREATE TABLE IF NOT EXISTS public.posts (id int PRIMARY KEY, user_id int REFERENCES users(id));", true),
            ("CREATE TABLE posts (user_id int, FOREIGN KEY (user_id) REFERENCES users (id));", true),
            (
                "CREATE TABLE posts (user_id int); ALTER TABLE ONLY posts ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users(id);",
                true,
            ),
            ("CREATE TABLE posts (user_id int REFERENCES users(id), KEY k (user_id));", false),
            ("CREATE TABLE posts (user_id int REFERENCES users(id), KEY (user_id));", false),
            ("CREATE TABLE posts (key varchar(40), index int, user_id int REFERENCES users(id));", true),
            ("CREATE TABLE posts (user_id int UNIQUE REFERENCES users(id));", false),
            ("CREATE TABLE posts (user_id int REFERENCES users, id int, PRIMARY KEY (user_id, id));", false),
            ("CREATE TABLE posts (user_id int, FOREIGN KEY (user_id) REFERENCES users (id)) ENGINE=InnoDB;", false),
            ("CREATE TABLE posts (user_id int, CONSTRAINT FOREIGN KEY (user_id) REFERENCES users (id));", true),
            ("CREATE TABLE posts (user_id int REFERENCES users, CONSTRAINT UNIQUE (user_id));", false),
            ("GO\nCREATE TABLE posts (user_id INT NOT NULL FOREIGN KEY REFERENCES users(id))\nGO\n", true),
            (
                "CREATE TABLE posts (user_id int REFERENCES users); CREATE INDEX CONCURRENTLY i ON posts USING btree (user_id);",
                false,
            ),
            (
                "CREATE TABLE posts (user_id int REFERENCES users); CREATE INDEX i ON posts (user_id); DROP INDEX i;",
                true,
            ),
            ("CREATE TABLE posts (user_id int REFERENCES users); DROP TABLE IF EXISTS posts;", false),
            ("CREATE TABLE posts (a int); ALTER TABLE posts ADD COLUMN user_id int REFERENCES users;", true),
            (
                "CREATE TABLE posts (user_id int REFERENCES users);\n-- +goose Down\nCREATE INDEX i ON posts (user_id);",
                true,
            ),
        ] {
            let found = unindexed(&format!("{users}\n{text}"));
            assert_eq!(found == ["posts.user_id"], missing, "{text}: {found:?}");
        }
    }

    #[test]
    fn a_type_that_is_changed_later_is_the_one_that_counts() {
        let mut schema = Schema::default();
        read(
            &mut schema,
            "a.sql",
            "create table a (price float(8) not null); alter table a alter column price type numeric(10, 2);",
        );
        assert_eq!(schema.tables["a"].columns[0].kind, "numeric ( 10 , 2 )");
    }
}
