//! Columns of SQLAlchemy's and SQLModel's classes.

use std::collections::BTreeMap;

use super::{Column, Schema};
use crate::Snapshot;
use crate::areas::security::marks;

/// Adds the columns of classes, as tables of the class's name. Returns that name by what the database calls the table.
pub(super) fn read(schema: &mut Schema, repo: &Snapshot) -> BTreeMap<String, String> {
    let mut classes = BTreeMap::new();
    let created: Vec<&str> = repo
        .tree()
        .own_texts()
        .filter(|(file, text)| file.path.ends_with(".py") && text.contains("create_index("))
        .map(|(_, text)| text)
        .collect();
    for found in repo.code().matches("database.python.column") {
        let Some(text) = repo.text(&found.path) else { continue };
        let own = repo.tree().get(&found.path).is_some_and(|file| file.is_own());
        let class = found.scopes.iter().rev().find(|scope| scope.kind == "class_definition");
        let (Some(class), Some(name), true) = (class, found.var("NAME"), own) else { continue };
        if crate::paths::is_aside(&found.path) || marks::is_for_operators(&found.path) {
            continue;
        }
        let source = &text[found.bytes.clone()];
        let name = super::masked(name).to_lowercase();
        let quoted = [format!("\"{name}\""), format!("'{name}'")];
        let is_named = |text: &str, mark: &str| text.contains(mark) && quoted.iter().any(|name| text.contains(name));
        let is_indexed = ["index=True", "unique=True", "primary_key=True"].iter().any(|mark| source.contains(mark))
            || is_named(&text[class.bytes.clone()], "Index(")
            || is_named(&text[class.bytes.clone()], "UniqueConstraint(")
            || created.iter().any(|text| is_named(text, "create_index("));
        let key = super::masked(&class.name).to_lowercase();
        let called = text[class.bytes.clone()].split_once("__tablename__").and_then(|(_, rest)| {
            let rest = rest.trim_start_matches([' ', '=', ':']);
            rest.strip_prefix(['"', '\''])?.split(['"', '\'']).next()
        });
        classes.insert(called.map_or_else(|| key.clone(), str::to_lowercase), key.clone());
        let table = schema.tables.entry(key).or_default();
        if is_indexed {
            table.index(name.as_str());
        }
        table.columns.push(Column {
            name,
            kind: kind(source),
            called: None,
            is_foreign: source.contains("ForeignKey(") || source.contains("foreign_key="),
            path: found.path.to_string(),
            lines: found.lines,
        });
    }
    classes
}

fn kind(source: &str) -> String {
    let types = [
        "Float",
        "REAL",
        "Double",
        "Numeric",
        "DECIMAL",
        "Decimal",
        "Integer",
        "BigInteger",
        "Boolean",
        "Enum",
        "Date",
        "DateTime",
        "String",
        "float",
        "bool",
        "date",
        "datetime",
    ];
    let words = |word: &str| source.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word);
    types.iter().find(|word| words(word)).map(|word| word.to_lowercase()).unwrap_or_default()
}
