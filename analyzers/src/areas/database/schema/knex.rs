//! Migrations of Knex (`table.string('name').index()`) and of db-migrate (`db.createTable('users', { … })`).

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::annotated::{breaks, near};
use super::carried::without_way_back;
use super::literal::{entries, group, items};
use super::names::quoted;
use super::window::MOST_CALLS;
use super::{Column, Schema, Table};

/// What makes or changes a table, with its name.
static TABLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"\.(createTable|createTableIfNotExists|alterTable|table)\(\s*['"`]([\w.]+)['"`]\s*,\s*"#)
});

/// The name that a function which is given a table calls it by.
static GIVEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:async\s+)?(?:function\b[^(]*)?\(?\s*(\w+)[^)=]*\)?\s*(?:=>|\{)"));

/// What db-migrate adds to a table.
static ADDED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\.(addColumn|addIndex|addForeignKey)\(\s*['"`]([\w.]+)['"`]\s*,\s*"#));

/// Methods of a table that declare no column.
const NO_COLUMNS: &[&str] = &[
    "timestamps",
    "comment",
    "engine",
    "charset",
    "collate",
    "inherits",
    "setNullable",
    "dropNullable",
    "renameColumn",
    "check",
    "queryContext",
];

/// Whether a file is such a migration.
pub(super) fn is_migration(path: &str, text: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".js", ".ts", ".cjs", ".mjs"].iter().any(|end| path.ends_with(end))
        && path.contains("migrat")
        && !text.contains("queryInterface")
        && (["knex", "Knex"].iter().any(|name| text.contains(name)) && text.contains("schema") || text.contains("dbm"))
}

/// Adds what the migration makes of its tables.
pub(super) fn read(schema: &mut Schema, path: &str, text: &str) {
    let text = &*without_way_back(text);
    for found in TABLE.captures_iter(text).take(MOST_CALLS) {
        let Some(all) = found.get(0) else { continue };
        let given = &text[all.end()..];
        let table = schema.tables.entry(name(&found[2])).or_default();
        let line = 1 + breaks(&text[..all.end()]);
        if given.starts_with('{') {
            columns(table, path, line, given);
            continue;
        }
        let open = all.start() + found[0].find('(').unwrap_or_default();
        let body = &text[all.end()..(open + group(near(&text[open..]))).max(all.end())];
        if let Some(called) = GIVEN.captures(body) {
            calls(table, path, line, body, &called[1]);
        }
    }
    for found in ADDED.captures_iter(text).take(MOST_CALLS) {
        let (Some(all), Some(table)) = (found.get(0), schema.tables.get_mut(&name(&found[2]))) else { continue };
        let open = all.start() + found[0].find('(').unwrap_or_default();
        let given = &text[all.end()..(open + group(near(&text[open..]))).max(all.end())];
        let line = 1 + breaks(&text[..all.start()]);
        add(table, path, line, &found[1], given);
    }
    schema.tables.retain(|_, table| !(table.columns.is_empty() && table.indexes.is_empty()));
}

/// `public.users` and `users` alike.
fn name(table: &str) -> String {
    table.rsplit('.').next().unwrap_or(table).to_lowercase()
}

/// The columns of db-migrate's object, which may be one of its entries.
fn columns(table: &mut Table, path: &str, line: u32, given: &str) {
    let object = near(given);
    let wrapped = entries(object, 0).into_iter().find(|entry| entry.name == "columns" && entry.value.starts_with('{'));
    let start = wrapped.map_or(0, |entry| entry.at + object[entry.at..].find('{').unwrap_or_default());
    for entry in entries(object, start) {
        column(table, path, line + breaks(&object[..entry.at]), entry.name, entry.value);
    }
}

/// A column as db-migrate writes it: `{ type: 'int', unique: true, foreignKey: { … } }`.
fn column(table: &mut Table, path: &str, line: u32, name: &str, value: &str) {
    let says = |word: &str| value.contains(word);
    let typed = value.split_once("type").and_then(|(_, rest)| quoted(rest).next());
    let kind = typed.or_else(|| quoted(value).next()).unwrap_or_default().to_lowercase();
    let name = name.to_lowercase();
    if says("primaryKey: true") || says("unique: true") {
        table.index(name.as_str());
    }
    table.columns.retain(|column| column.name != name);
    let is_foreign = says("foreignKey:");
    table.columns.push(Column { name, kind, called: None, is_foreign, path: path.to_owned(), lines: (line, line) });
}

/// `db.addIndex('users', 'by_name', ['name'])` and its like; `given` follows the table.
fn add(table: &mut Table, path: &str, line: u32, call: &str, given: &str) {
    let mut rest = items(given);
    match call {
        "addColumn" => {
            if let (Some(name), Some(value)) = (rest.next().and_then(|it| quoted(it).next()), rest.next()) {
                column(table, path, line, name, value.trim());
            }
        }
        "addIndex" => {
            let list = rest.nth(1).unwrap_or_default();
            table.indexes.extend(quoted(list).next().map(|first| (first.to_lowercase(), String::new())));
        }
        _ => {
            let mapping = rest.nth(2).unwrap_or_default().trim();
            let keys: Vec<String> = match mapping.starts_with('{') {
                true => entries(mapping, 0).iter().map(|entry| entry.name.to_lowercase()).collect(),
                false => Vec::new(),
            };
            let is_key = |column: &&mut Column| keys.contains(&column.name);
            table.columns.iter_mut().filter(is_key).for_each(|column| column.is_foreign = true);
        }
    }
}

/// What a function of Knex does with the table that it calls `builder`.
fn calls(table: &mut Table, path: &str, line: u32, body: &str, builder: &str) {
    let mark = format!("{builder}.");
    let is_call = |at: &usize| !body[..*at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
    let starts: Vec<usize> = body.match_indices(&mark).map(|(at, _)| at).filter(is_call).take(MOST_CALLS).collect();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(body.len());
        let chain = body[start + mark.len()..end].split(';').next().unwrap_or_default();
        change(table, path, line + breaks(&body[..*start]), chain);
    }
}

/// One statement: `string('name', 32).notNullable().index()`, `index(['a', 'b'])`, `foreign('a').references('b.id')`.
fn change(table: &mut Table, path: &str, line: u32, chain: &str) {
    let Some((method, rest)) = chain.split_once('(') else { return };
    let given = rest.split(')').next().unwrap_or_default();
    let mut names = quoted(given).map(str::to_lowercase);
    let Some(first) = names.next() else {
        // `increments()` is called `id`.
        if method.ends_with("ncrements") {
            table.index("id");
        }
        return;
    };
    let is_list = given.trim_start().starts_with('[');
    let says = |call: &str| chain.contains(call);
    match method {
        "index" => {
            // One that is given a single name is counted where the code is looked at.
            table.declared += usize::from(is_list);
            table.index(first);
        }
        "unique" => {
            table.unique += 1;
            table.index(first);
        }
        "primary" => table.index(first),
        "foreign" => {
            table.columns.iter_mut().filter(|it| it.name == first).for_each(|it| it.is_foreign = true);
        }
        method if method.starts_with("drop") || NO_COLUMNS.contains(&method) => {
            if method.starts_with("dropColumn") {
                table.columns.retain(|column| column.name != first);
            }
        }
        kind => {
            // An index of the primary key adds nothing.
            let is_key = says(".primary(") || kind.ends_with("ncrements");
            table.declared += usize::from(says(".index(") && !is_key);
            if is_key || says(".unique(") || says(".index(") {
                table.index(first.as_str());
            }
            if says(".alter(") && table.column(&first).is_some() {
                let is_it = |column: &&mut Column| column.name == first;
                table.columns.iter_mut().filter(is_it).for_each(|column| column.kind = kind.to_lowercase());
                return;
            }
            table.columns.push(Column {
                name: first,
                kind: kind.to_lowercase(),
                called: None,
                is_foreign: says(".references("),
                path: path.to_owned(),
                lines: (line, line),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Schema {
        let mut schema = Schema::default();
        assert!(is_migration("db/migrations/1_a.js", text));
        read(&mut schema, "db/migrations/1_a.js", text);
        schema
    }

    fn bare(schema: &Schema) -> Vec<String> {
        let links = schema.columns().filter(|(_, table, column)| column.is_foreign && !table.is_indexed(&column.name));
        links.map(|(table, _, column)| format!("{table}.{}", column.name)).collect()
    }

    #[test]
    fn tables_of_knex_say_what_is_indexed() {
        let schema = of(
            "exports.up = (knex) => knex.schema\n  .createTable('orders', function (table) {\n    table.bigIncrements('id').primary().index();\n    table.string('code', 32).notNullable().unique();\n    table.float('price');\n    table.timestamp('created_at').index().defaultTo(knex.fn.now());\n    table.integer('user_id').references('id').inTable('users');\n    table.integer('shop_id')\n      .references('id').inTable('shops').index();\n    table.bigInteger('cart_id');\n    table.foreign('cart_id').references('carts.id');\n    table.index(['cart_id', 'code']);\n  });\n\nexports.down = (knex) => knex.schema.dropTable('orders');\n",
        );
        let table = &schema.tables["orders"];
        assert_eq!(table.declared, 3);
        assert_eq!(table.column("price").map(|column| (&*column.kind, column.lines.0)), Some(("float", 5)));
        assert_eq!(bare(&schema), ["orders.user_id"]);
    }

    #[test]
    fn later_migrations_of_knex_change_a_table() {
        let made = "exports.up = async function (knex) {\n  await knex.schema.createTable('posts', t => { t.increments(); t.float('price'); t.text('note') });\n  await knex.schema.alterTable('posts', t => { t.decimal('price', 10, 2).alter(); t.unique(['note']); t.dropColumn('note') });\n};\nexports.down = async function (knex) {\n  await knex.schema.alterTable('posts', t => { t.float('price').alter(); });\n};\n";
        let schema = of(made);
        let table = &schema.tables["posts"];
        assert_eq!(table.columns.iter().map(|it| (&*it.name, &*it.kind)).collect::<Vec<_>>(), [("price", "decimal")]);
        assert_eq!((table.declared, table.unique), (0, 1));
    }

    #[test]
    fn tables_of_db_migrate_say_what_is_indexed() {
        let schema = of(
            "exports.setup = (options) => { dbm = options.dbmigrate; };\nexports.up = (db) => db.createTable('posts', {\n  columns: {\n    id: { type: 'int', primaryKey: true },\n    user_id: { type: 'int', foreignKey: { name: 'f', table: 'users' } },\n    shop_id: 'int',\n  },\n}).then(() => db.addForeignKey('posts', 'shops', 'g', { shop_id: 'id' }, {}))\n  .then(() => db.addIndex('posts', 'by_shop', ['shop_id']));\n",
        );
        assert_eq!(bare(&schema), ["posts.user_id"]);
        assert_eq!(schema.tables["posts"].column("shop_id").map(|column| column.lines.0), Some(6));
    }

    #[test]
    fn an_index_in_sql_is_of_a_table_that_db_migrate_made() {
        let setup = "exports.setup = (options) => { dbm = options.dbmigrate; };\n";
        let made = format!(
            "{setup}exports.up = (db) => db.createTable('posts', {{ id: 'int', user_id: {{ type: 'int', foreignKey: {{}} }} }});\n"
        );
        let index = format!(
            "{setup}exports.up = (db) => db.runSql('create index by_user on posts(user_id)');\nexports.down = (db) => db.runSql('drop index by_user');\n"
        );
        let repo = crate::snapshot::fixture::Fixture::new().file("migrations/1-posts.js", &made);
        let repo = repo.file("migrations/2-index.js", &index).snapshot();
        let schema = Schema::of(&repo);
        assert_eq!((schema.tables["posts"].declared, bare(schema).len()), (1, 0));
    }

    #[test]
    fn migrations_of_others_are_left_to_their_readers() {
        assert!(!is_migration("db/migrations/1.js", "queryInterface.createTable('a', {}) // knex.schema"));
        assert!(!is_migration("src/tables.js", "knex.schema.createTable('a', t => {})"));
    }
}
