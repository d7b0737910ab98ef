//! Sequelize's models: `define` and `init`.

use super::annotated::{breaks, near};
use super::literal::{entries, group, items};
use super::names::{plain, quoted, snake, word};
use super::window::MOST_CALLS;
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
        for (at, _) in text.match_indices(call).take(MOST_CALLS) {
            let open = at + call.len() - 1;
            let given = brackets(text, open);
            let inside = given.get(1..given.len().saturating_sub(1)).unwrap_or_default();
            // A name may hold a brace as well.
            let Some(object) = items(inside).map(without_comments).find(|item| item.starts_with('{')) else { continue };
            let start = given.find(object).unwrap_or_default();
            let object = &object[..group(object)];
            let before = text[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            let name = if call == ".define(" { quoted(given).next().unwrap_or_default() } else { before };
            let after = given.get(start + object.len()..).unwrap_or_default();
            if object.is_empty() || name.is_empty() || name == "super" && !after.contains("modelName") {
                continue;
            }
            found.push(model(path, name, (object, breaks(&text[..open + start])), after));
        }
    }
    found.retain(|entity| !entity.table.columns.is_empty());
    for (at, _) in text.match_indices(".belongsTo(").take(MOST_CALLS) {
        link(&mut found, text, at);
    }
    found
}

/// What a call is given, with its brackets, if they close.
fn brackets(text: &str, open: usize) -> &str {
    &text[open..open + group(near(&text[open..]))]
}

/// `item` from behind the comments before it.
fn without_comments(item: &str) -> &str {
    let mut rest = item.trim_start();
    loop {
        let end = if rest.starts_with("//") {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|end| end + 2)
        } else {
            None
        };
        let Some(end) = end else { return rest };
        rest = rest[end..].trim_start();
    }
}

/// Marks the column that a model points to another one with: `Order.belongsTo(User, { foreignKey: 'userId' })`.
fn link(found: &mut [Entity], text: &str, at: usize) {
    let open = at + ".belongsTo".len();
    let given = brackets(text, open);
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

/// The model whose columns are in `object`, above which so many lines are.
fn model(path: &str, name: &str, (object, above): (&str, u32), options: &str) -> Entity {
    let mut table = Table::default();
    let lists = options.split_once("indexes").map_or("", |(_, rest)| rest).split("fields").skip(1);
    let indexed: Vec<String> = lists.filter_map(|list| Some(plain(quoted(list).next()?))).collect();
    for entry in entries(object, 0) {
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
        let (first, last) = entry.lines(object);
        table.columns.push(Column {
            name: column,
            kind: word(kind.1).to_lowercase(),
            called: None,
            is_foreign: says(&["references:"]),
            path: path.to_owned(),
            lines: (above + first, above + last),
        });
    }
    let called = options.split_once("tableName:").and_then(|(_, rest)| quoted(rest).next());
    Entity { class: name.to_owned(), called: called.map(str::to_owned), table }
}
