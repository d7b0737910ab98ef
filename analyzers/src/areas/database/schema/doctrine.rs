//! Doctrine's entities: classes of PHP whose properties have attributes.

use super::annotated::{Class, classes};
use super::names::{plain, quoted, snake, word};
use super::{Column, Entity, Table};

/// Whether a file may declare entities.
pub(super) fn is_of_entities(path: &str, text: &str) -> bool {
    path.ends_with(".php") && ["#[ORM\\Entity", "#[Entity", "#[ORM\\Table"].iter().any(|mark| text.contains(mark))
}

/// The entities of the file. Doctrine indexes what points to another table.
pub(super) fn read(path: &str, text: &str) -> Vec<Entity> {
    classes(text, "#[").iter().filter(|class| class.marks.contains("Entity")).map(|class| entity(path, class)).collect()
}

pub(super) fn entity(path: &str, class: &Class) -> Entity {
    let mut table = Table::default();
    let lists = ["columns:", "fields:"].iter().flat_map(|list| class.marks.split(list).skip(1));
    let indexed: Vec<String> = lists.filter_map(|list| Some(plain(quoted(list).next()?))).collect();
    for member in &class.members {
        let Some((before, name)) = member.head.split_once('$') else { continue };
        let (name, has) = (word(name), |mark: &str| member.marks.contains(mark));
        let is_foreign = has("ManyToOne") || has("OneToOne");
        if !is_foreign && !has("Column") {
            continue;
        }
        if is_foreign || has("ORM\\Id") || has("#[Id") || has("unique: true") || indexed.contains(&plain(name)) {
            table.index(snake(name));
        }
        let typed = member.marks.split_once("type:").map(|(_, kind)| kind.trim_start());
        let kind = match typed {
            Some(kind) if kind.starts_with(['"', '\'']) => quoted(kind).next().unwrap_or_default(),
            Some(kind) => word(kind.split_once("::").map_or(kind, |(_, kind)| kind)),
            None => word(before.split_whitespace().last().unwrap_or_default().trim_start_matches(['?', '\\'])),
        };
        let kind = kind.to_lowercase();
        table.columns.push(Column {
            name: snake(name),
            kind,
            called: None,
            is_foreign,
            path: path.to_owned(),
            lines: (member.line, member.head_line),
        });
    }
    Entity { class: class.name.clone(), called: None, table }
}
