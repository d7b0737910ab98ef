//! Exposed's tables: objects in Kotlin.

use super::names::{plain, quoted, snake, word};
use super::{Column, Entity, Table};

/// Whether a file may declare tables.
pub(super) fn is_of_tables(path: &str, text: &str) -> bool {
    path.ends_with(".kt") && text.contains("Table(") && text.contains("object ")
}

/// The tables of the file, each an object with a property for each column.
pub(super) fn read(path: &str, text: &str) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    let mut is_open = false;
    for (line, words) in (1_u32..).zip(text.lines()) {
        let code = words.trim_start();
        if let Some((_, rest)) = words.split_once("object ").filter(|_| words.contains("Table(")) {
            let called = rest.split_once("Table(").and_then(|(_, given)| quoted(given).next());
            found.push(Entity {
                class: word(rest).to_owned(),
                called: called.map(str::to_owned),
                table: Table::default(),
            });
            is_open = true;
        } else if words.starts_with('}') {
            is_open = false;
        }
        let Some(table) = found.last_mut().filter(|_| is_open).map(|entity| &mut entity.table) else { continue };
        if let Some((name, made)) = code.split_once("val ").and_then(|(_, rest)| rest.split_once('=')) {
            let name = word(name);
            if let Some((_, keys)) = made.split_once("PrimaryKey(") {
                table.index(snake(word(keys)));
                continue;
            }
            let made = made.trim_start().trim_start_matches('(');
            if !made.contains("(\"") {
                continue;
            }
            let kind = word(made).to_lowercase();
            let is_foreign = matches!(kind.as_str(), "reference" | "optreference")
                || made.contains(".references(")
                || made.contains(" references ");
            table.columns.push(Column {
                name: snake(name),
                kind,
                called: None,
                is_foreign,
                path: path.to_owned(),
                lines: (line, line),
            });
        }
        let Some(last) = table.columns.last_mut() else { continue };
        // What is said of a column may go on below it.
        last.is_foreign |= code.starts_with(".references(");
        let name = last.name.clone();
        if [".index(", ".uniqueIndex(", ".primaryKey(", ".entityId("].iter().any(|call| code.contains(call)) {
            table.index(name);
        } else if code.starts_with("index(") || code.starts_with("uniqueIndex(") {
            let given = code.split_once('(').map_or("", |(_, given)| given).split([',', ')']).map(|it| plain(word(it)));
            let known: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
            let first = given.into_iter().find_map(|it| known.iter().find(|name| plain(name) == it));
            table.indexes.extend(first.map(|first| (first.clone(), String::new())));
        }
    }
    found.retain(|entity| !entity.table.columns.is_empty());
    found
}
