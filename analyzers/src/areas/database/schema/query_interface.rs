//! Migrations of Sequelize: `queryInterface.createTable('orders', { … })`.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::annotated::{breaks, near};
use super::carried::without_way_back;
use super::literal::{entries, group, items};
use super::names::{plain, quoted, snake, word};
use super::window::MOST_CALLS;
use super::{Column, Schema, Table};

/// What makes or changes a table, with its name.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\.(createTable|addColumn|removeColumn|addIndex|addConstraint|dropTable)\(\s*['"`]([0-9A-Za-z_.]+)['"`]\s*,?\s*"#,
    )
});

/// Where an object or a module says how to take the migration back, in the forms that others have no words for.
static DOWN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:export\s+)?(?:const\s+)?(?:async\s+)?down\s*[:=(]"));

/// Whether a file is such a migration.
pub(super) fn is_migration(path: &str, text: &str) -> bool {
    let path = path.to_ascii_lowercase();
    [".js", ".ts", ".cjs", ".mjs"].iter().any(|end| path.ends_with(end))
        && path.contains("migrat")
        && text.contains("queryInterface")
}

/// Adds what the migration makes of its tables. What it adds to tables that nothing here makes is passed over.
pub(super) fn read(schema: &mut Schema, path: &str, text: &str) {
    let text = &*without_way_back(text);
    // Where it stands first, it takes nothing back that is known by then.
    let down = DOWN.find(text).filter(|down| CALL.is_match(&text[..down.start()]));
    let text = down.map_or(text, |down| &text[..down.start()]);
    for found in CALL.captures_iter(text).take(MOST_CALLS) {
        let Some(all) = found.get(0) else { continue };
        let name = found[2].rsplit('.').next().unwrap_or_default().to_lowercase();
        let open = all.start() + found[0].find('(').unwrap_or_default();
        let given = text[..open + group(near(&text[open..]))].get(all.end()..).unwrap_or_default();
        let given = given.strip_suffix(')').unwrap_or(given);
        let line = 1 + breaks(&text[..all.end()]);
        match &found[1] {
            "createTable" if given.starts_with('{') => {
                let table = schema.tables.entry(name).or_default();
                for entry in entries(given, 0) {
                    column(table, path, line + breaks(&given[..entry.at]), entry.name, entry.value);
                }
            }
            "dropTable" => drop(schema.tables.remove(&name)),
            call => {
                if let Some(table) = schema.tables.get_mut(&name) {
                    change(table, path, line, call, given);
                }
            }
        }
    }
    schema.tables.retain(|_, table| !(table.columns.is_empty() && table.indexes.is_empty()));
}

/// `addColumn('orders', 'code', { … })`, `addIndex('orders', ['code'])` and their like; `given` follows the table.
fn change(table: &mut Table, path: &str, line: u32, call: &str, given: &str) {
    let mut rest = items(given);
    let first = rest.next().unwrap_or_default();
    let named = quoted(first).next().map(snake);
    match (call, named) {
        ("addColumn", Some(name)) => column(table, path, line, &name, rest.next().unwrap_or_default().trim()),
        ("removeColumn", Some(name)) => table.columns.retain(|column| column.name != name),
        _ => {
            // Either a list, or an object that has one.
            let list = given.split_once("fields").map_or(first, |(_, list)| list);
            let Some(name) = quoted(list.split(']').next().unwrap_or_default()).next().map(snake) else { return };
            if given.to_ascii_lowercase().contains("foreign key") {
                table
                    .columns
                    .iter_mut()
                    .filter(|it| plain(&it.name) == plain(&name))
                    .for_each(|it| it.is_foreign = true);
            } else {
                table.index(name);
            }
        }
    }
}

/// A column as the object says: `{ type: Sequelize.INTEGER, unique: true, references: { … } }`.
fn column(table: &mut Table, path: &str, line: u32, name: &str, value: &str) {
    let says = |words: &[&str]| words.iter().any(|word| value.contains(word));
    let kind = ["Sequelize.", "DataTypes.", "DataType."].iter().find_map(|of| Some(value.split_once(of)?.1));
    let name = snake(name);
    if says(&["primaryKey: true", "unique: true", "unique: {", "unique: '"]) {
        table.index(name.as_str());
    }
    table.columns.retain(|column| column.name != name);
    table.columns.push(Column {
        name,
        kind: kind.map(word).unwrap_or_default().to_lowercase(),
        called: None,
        is_foreign: says(&["references:"]),
        path: path.to_owned(),
        lines: (line, line),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_sequelizes_migrations_say_what_is_linked_and_indexed() {
        let text = "module.exports = {\n  async up(queryInterface, Sequelize) {\n    await queryInterface.createTable('Orders', {\n      id: { type: Sequelize.INTEGER, primaryKey: true },\n      code: { type: Sequelize.STRING(20), unique: true },\n      userId: { type: Sequelize.INTEGER, references: { model: 'Users', key: 'id' } },\n      shopId: { type: Sequelize.INTEGER, references: { model: 'Shops', key: 'id' } },\n      cartId: Sequelize.INTEGER,\n    });\n    await queryInterface.addIndex('Orders', ['shopId']);\n    await queryInterface.addConstraint('Orders', { fields: ['cartId'], type: 'foreign key', references: { table: 'Carts', field: 'id' } });\n    await queryInterface.addColumn('Orders', 'price', { type: Sequelize.FLOAT });\n  },\n  async down(queryInterface) {\n    await queryInterface.dropTable('Orders');\n  },\n};\n";
        assert!(is_migration("src/db/migrations/1-orders.js", text));
        let mut schema = Schema::default();
        read(&mut schema, "src/db/migrations/1-orders.js", text);
        let links = schema.columns().filter(|(_, table, column)| column.is_foreign && !table.is_indexed(&column.name));
        let links: Vec<_> = links.map(|(table, _, column)| (table, &*column.name, column.lines.0)).collect();
        assert_eq!(links, [("orders", "user_id", 6), ("orders", "cart_id", 8)]);
        let table = &schema.tables["orders"];
        assert!(table.is_indexed("code"));
        assert_eq!(table.column("price").map(|column| &*column.kind), Some("float"));
        let arrows = text.replace("async up(queryInterface, Sequelize)", "up: async (queryInterface) =>");
        let mut schema = Schema::default();
        read(
            &mut schema,
            "migrations/1.js",
            &arrows.replace("async down(queryInterface)", "down: (queryInterface) =>"),
        );
        assert_eq!(schema.tables["orders"].columns.len(), 6);
    }
}
