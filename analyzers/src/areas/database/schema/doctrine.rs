//! Doctrine's entities: classes of PHP whose properties have attributes, or annotations in comments.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::annotated::{Class, classes, is_beyond as is_beyond_mark};
use super::names::{plain, quoted, snake, word};
use super::{Column, Entity, Table};
use crate::code::pattern;

/// Whether a file may declare entities.
pub(super) fn is_of_entities(path: &str, text: &str) -> bool {
    path.ends_with(".php")
        && ["#[ORM\\Entity", "#[Entity", "#[ORM\\Table", "@ORM\\Entity", "@ORM\\Table"]
            .iter()
            .any(|mark| text.contains(mark))
}

/// The entities of the file. Doctrine indexes what points to another table.
pub(super) fn read(path: &str, text: &str) -> Vec<Entity> {
    let text = attributes(text);
    classes(&text, "#[")
        .iter()
        .filter(|class| class.marks.contains("Entity"))
        .map(|class| entity(path, class))
        .collect()
}

/// Whether more is declared than is read.
pub(super) fn is_beyond(text: &str) -> bool {
    is_beyond_mark(&attributes(text), "#[")
}

/// The text with Doctrine's annotations (`@ORM\Column(unique=true)` in a comment, as before PHP 8) written as attributes,
/// line for line.
pub(super) fn attributes(text: &str) -> Cow<'_, str> {
    if !text.contains("@ORM\\") {
        return text.into();
    }
    let mut comments = text.split("/**");
    let mut written = comments.next().unwrap_or_default().to_owned();
    for rest in comments {
        match rest.split_once("*/") {
            Some((comment, after)) if comment.contains("@ORM\\") => {
                written.push_str(&attribute(comment));
                written.push_str(after);
            }
            _ => {
                written.push_str("/**");
                written.push_str(rest);
            }
        }
    }
    written.into()
}

/// What of a comment is Doctrine's, as one attribute on as many lines.
fn attribute(comment: &str) -> String {
    static GIVEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\w)\s*=\s*"));
    let mut open = 0_usize;
    let lines = comment.split('\n').map(|line| {
        let line = line.trim_start().trim_start_matches('*').trim();
        let begins = line.strip_prefix('@').filter(|name| open == 0 && name.starts_with("ORM\\"));
        let Some(kept) = begins.or((open > 0).then_some(line)) else { return String::new() };
        open = (open + kept.matches(['(', '{']).count()).saturating_sub(kept.matches([')', '}']).count());
        let end = if open > 0 { "" } else { "," };
        GIVEN.replace_all(kept, "$1: ").replace('{', "[").replace('}', "]") + end
    });
    format!("#[{}]", lines.collect::<Vec<_>>().join("\n"))
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

#[cfg(test)]
mod tests {
    use super::{attributes, read};

    const USER: &str = "<?php\n/**\n * One who buys.\n * @ORM\\Entity(repositoryClass=Users::class)\n * @ORM\\Table(indexes={\n *     @ORM\\Index(columns={\"city\"})\n * })\n */\nclass User\n{\n    /** @ORM\\Id @ORM\\Column(type=\"integer\") */\n    private $id;\n    /**\n     * @Assert\\Length(min=3)\n     * @ORM\\Column(type=\"string\", unique=true)\n     */\n    private $email;\n    /** @ORM\\Column(type=\"string\") */\n    private $city;\n    /** @ORM\\Column(type=\"string\") */\n    private $name;\n    /** @ORM\\ManyToOne(targetEntity=Shop::class) */\n    private $shop;\n}\n";

    #[test]
    fn annotations_in_comments_are_read_as_attributes() {
        let entities = read("src/Entity/User.php", USER);
        let [user] = entities.as_slice() else { panic!("{} entities", entities.len()) };
        let columns: Vec<_> = user.table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(columns, ["id", "email", "city", "name", "shop"]);
        assert_eq!(user.table.columns[0].kind, "integer");
        assert_eq!(user.table.columns[1].lines.1, 17);
        let is_indexed = |name: &&str| user.table.indexes.iter().any(|(first, _)| first == name);
        columns.iter().filter(|name| !is_indexed(name)).for_each(|name| assert_eq!(*name, "name"));
        assert_eq!(columns.iter().filter(|name| is_indexed(name)).count(), 4);
    }

    #[test]
    fn every_line_stays_where_it_is() {
        assert_eq!(attributes(USER).lines().count(), USER.lines().count());
        assert_eq!(attributes("<?php\n/** @return int */\n"), "<?php\n/** @return int */\n");
    }
}
