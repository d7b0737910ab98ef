//! JPA's entities, in Java and Kotlin.

use super::annotated::{Class, Member, classes};
use super::names::{plain, quoted, snake, word};
use super::{Column, Entity, Table};

/// Whether a file may declare entities.
pub(super) fn is_of_entities(path: &str, text: &str) -> bool {
    (path.ends_with(".java") || path.ends_with(".kt")) && text.contains("@Entity")
}

/// The entities of the file.
pub(super) fn read(path: &str, text: &str) -> Vec<Entity> {
    let is_entity = |class: &Class| class.marks.lines().any(|mark| word(mark.trim_start_matches('@')) == "Entity");
    classes(text, "@").iter().filter(|class| is_entity(class)).map(|class| entity(path, class)).collect()
}

pub(super) fn entity(path: &str, class: &Class) -> Entity {
    let mut table = Table::default();
    let indexed: Vec<String> = first_columns(&class.marks);
    for member in &class.members {
        let Some((name, kind)) = field(&member.head) else { continue };
        let has = |mark: &str| member.marks.contains(mark);
        if ["@OneToMany", "@ManyToMany", "@Transient", "@ElementCollection", "@Embedded"].iter().any(|mark| has(mark)) {
            continue;
        }
        let called = value(&member.marks, "name");
        let column = snake(name);
        // Hibernate makes one-to-one links unique.
        let is_found = ["@Id", "@EmbeddedId", "@NaturalId", "@OneToOne", "@Index", "unique = true", "unique=true"];
        let names = [Some(plain(name)), Some(plain(&format!("{name}Id"))), called.map(plain)];
        if is_found.iter().any(|mark| has(mark)) || indexed.iter().any(|first| names.contains(&Some(first.clone()))) {
            table.index(column.as_str());
        }
        table.columns.push(Column {
            name: column,
            kind: type_of(member, kind),
            called: called.map(str::to_lowercase),
            is_foreign: has("@ManyToOne"),
            path: path.to_owned(),
            lines: (member.line, member.head_line),
        });
    }
    let called = class.marks.split_once("@Table").and_then(|(_, mark)| value(mark, "name"));
    Entity { class: class.name.clone(), called: called.map(str::to_owned), table }
}

fn type_of(member: &Member, kind: &str) -> String {
    if member.marks.contains("@Enumerated") {
        return "enum".to_owned();
    }
    let defined = member.marks.split_once("columnDefinition").and_then(|(_, rest)| quoted(rest).next());
    word(defined.unwrap_or(kind)).to_lowercase()
}

/// The columns that indexes and constraints begin with, in plain letters.
fn first_columns(marks: &str) -> Vec<String> {
    let lists = ["columnList", "columnNames"].iter().flat_map(|list| marks.split(list).skip(1));
    lists.filter_map(|rest| Some(plain(word(quoted(rest).next()?)))).collect()
}

/// What an annotation gives `name`.
fn value<'a>(mark: &'a str, name: &str) -> Option<&'a str> {
    let after = mark.match_indices(name).find_map(|(at, _)| {
        let is_own = mark[..at].ends_with(['(', ' ', ',', '\n']);
        mark[at + name.len()..].trim_start().strip_prefix('=').filter(|_| is_own)
    })?;
    quoted(after.split([',', ')']).next()?).next()
}

/// The name and the type of a field.
fn field(head: &str) -> Option<(&str, &str)> {
    let head = head.split('=').next().unwrap_or_default().trim();
    if let Some((_, declared)) = head.split_once("val ").or_else(|| head.split_once("var ")) {
        let (name, kind) = declared.split_once(':')?;
        return Some((name.trim(), kind.trim()));
    }
    if head.contains('(') || head.split_whitespace().any(|word| matches!(word, "static" | "transient" | "fun")) {
        return None;
    }
    let (before, name) = head.rsplit_once(char::is_whitespace)?;
    let is_modifier = |word: &&str| matches!(*word, "private" | "protected" | "public" | "final" | "volatile");
    let kind = before.split_whitespace().find(|word| !is_modifier(word))?;
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some((name, kind))
}
