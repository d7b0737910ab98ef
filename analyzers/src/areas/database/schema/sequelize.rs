//! Sequelize's models: `define` and `init`.

use super::literal::{entries, group};
use super::names::{plain, quoted, snake, word};
use super::{Column, Entity, Table};

/// Whether a file may declare models.
pub(super) fn is_of_models(path: &str, text: &str) -> bool {
    [".js", ".ts", ".mjs", ".cjs"].iter().any(|end| path.ends_with(end))
        && ["DataTypes.", "Sequelize.", "DataTypes }"].iter().any(|mark| text.contains(mark))
        && [".define(", ".init("].iter().any(|call| text.contains(call))
}

/// The models of the file.
pub(super) fn read(path: &str, text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    for call in [".define(", ".init("] {
        for (at, _) in text.match_indices(call) {
            let open = at + call.len() - 1;
            let given = &text[open..open + group(&text[open..])];
            let Some(object) = given.find('{').map(|start| open + start) else { continue };
            let before = text[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let name = if call == ".define(" { quoted(given).next().unwrap_or_default() } else { before };
            let after = &text[object + group(&text[object..])..open + given.len()];
            if name.is_empty() || name == "super" && !after.contains("modelName") {
                continue;
            }
            found.push(model(path, text, name, object, after));
        }
    }
    found.retain(|entity| !entity.table.columns.is_empty());
    for (at, _) in text.match_indices(".belongsTo(") {
        link(&mut found, text, at);
    }
    found
}

/// Marks the column that a model points to another one with: `Order.belongsTo(User, { foreignKey: 'userId' })`.
fn link(found: &mut [Entity], text: &str, at: usize) {
    let open = at + ".belongsTo".len();
    let given = &text[open..open + group(&text[open..])];
    let model = text[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let other = given.trim_start_matches('(').split([',', ')']).next().unwrap_or_default();
    let other = other.rsplit('.').next().unwrap_or_default().trim();
    let named = given.split_once("foreignKey:").and_then(|(_, rest)| quoted(rest.split([',', '}']).next()?).next());
    let key = named.map_or_else(|| plain(&format!("{other}Id")), plain);
    // Within a class, and in a model of its own file, the model is called otherwise.
    let is_theirs = |entity: &&mut Entity| entity.class == model || model == "this" || model == "self";
    let is_linked = !given.contains("constraints: false");
    let entity = found.iter_mut().find(is_theirs).filter(|_| is_linked);
    for column in entity.into_iter().flat_map(|entity| &mut entity.table.columns) {
        column.is_foreign |= plain(&column.name) == key;
    }
}

fn model(path: &str, text: &str, name: &str, object: usize, options: &str) -> Entity {
    let mut table = Table::default();
    let lists = options.split_once("indexes").map_or("", |(_, rest)| rest).split("fields").skip(1);
    let indexed: Vec<String> = lists.filter_map(|list| Some(plain(quoted(list).next()?))).collect();
    for entry in entries(text, object) {
        let says = |words: &[&str]| words.iter().any(|word| entry.value.contains(word));
        let column = snake(entry.name);
        let Some(kind) = entry.value.split_once("DataTypes.").or_else(|| entry.value.split_once("Sequelize.")) else {
            continue;
        };
        let field = entry.value.split_once("field:").and_then(|(_, rest)| quoted(rest).next());
        let is_listed = indexed.contains(&plain(entry.name)) || field.is_some_and(|it| indexed.contains(&plain(it)));
        if is_listed
            || says(&["primaryKey: true", "unique: true", "unique: {", "unique: '", "unique: \"", "index: true"])
        {
            table.index(column.as_str());
        }
        table.columns.push(Column {
            name: column,
            kind: word(kind.1).to_lowercase(),
            is_foreign: says(&["references:"]),
            path: path.to_owned(),
            lines: entry.lines(text),
        });
    }
    let called = options.split_once("tableName:").and_then(|(_, rest)| quoted(rest).next());
    Entity { class: name.to_owned(), called: called.map(str::to_owned), table }
}
