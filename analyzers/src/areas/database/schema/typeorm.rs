//! TypeORM's entities: classes whose members have decorators.

use super::annotated::{Class, Member, classes};
use super::names::{plain, quoted, snake, word};
use super::{Column, Entity, Table};

/// Whether a file may declare entities. MikroORM, which writes them alike, indexes what points to another table.
pub(super) fn is_of_entities(path: &str, text: &str) -> bool {
    (path.ends_with(".ts") || path.ends_with(".js")) && text.contains("@Entity(") && !text.contains("mikro-orm")
}

/// The entities of the file.
pub(super) fn read(path: &str, text: &str) -> Vec<Entity> {
    let is_entity = |class: &&Class| class.marks.contains("@Entity(");
    classes(text, "@").iter().filter(is_entity).map(|class| entity(path, class)).collect()
}

pub(super) fn entity(path: &str, class: &Class) -> Entity {
    let mut table = Table::default();
    let mut indexed: Vec<String> = Vec::new();
    for mark in class.marks.lines().filter(|mark| mark.starts_with("@Index(") || mark.starts_with("@Unique(")) {
        let list = mark.split_once('[').map_or(mark, |(_, list)| list);
        // As names in quotes, or as `(it) => [it.name]`.
        let first = quoted(list).next().unwrap_or_else(|| word(list.split_once('.').map_or("", |(_, name)| name)));
        indexed.push(plain(first));
    }
    // A column of its own for what a relation points with has the index, or the relation has.
    let mut foreign: Vec<String> = Vec::new();
    for member in class.members.iter().filter(|member| member.marks.contains("@ManyToOne(")) {
        foreign.extend(joined(member).map(plain));
        foreign.extend(member_name(&member.head).map(|name| plain(&format!("{name}Id"))));
    }
    // TypeORM makes one-to-one links unique.
    for member in class.members.iter().filter(|member| member.marks.contains("@OneToOne(")) {
        indexed.extend(joined(member).map(plain));
        indexed.extend(member_name(&member.head).map(|name| plain(&format!("{name}Id"))));
    }
    for member in class.members.iter().filter(|member| !member.head.contains('(')) {
        let has = |mark: &str| member.marks.contains(mark);
        let Some(name) =
            member.head.split([':', '?', '!', '=', ';']).next().and_then(|it| it.split_whitespace().last())
        else {
            continue;
        };
        let is_foreign = has("@ManyToOne(");
        if !is_foreign && !has("Column(") || has("@OneToMany(") || has("@ManyToMany(") {
            continue;
        }
        let column = snake(name);
        let called = if is_foreign { joined(member) } else { named(&member.marks) };
        let mut names = vec![plain(name), plain(called.unwrap_or(name))];
        if is_foreign {
            names.push(plain(&format!("{name}Id")));
        }
        let is_found = ["@Index(", "@Unique(", "@Primary", "@OneToOne(", "unique: true", "primary: true"];
        if is_found.iter().any(|mark| has(mark)) {
            indexed.extend(names.iter().cloned());
        }
        if names.iter().any(|name| indexed.contains(name)) {
            table.index(column.as_str());
        }
        let declared = member.head.split_once(':').map_or("", |(_, kind)| kind);
        table.columns.push(Column {
            name: column,
            kind: kind(&member.marks, declared),
            called: called.map(str::to_lowercase),
            is_foreign,
            path: path.to_owned(),
            lines: (member.line, member.head_line),
        });
    }
    index_by_column(&mut table, class, &indexed);
    // What is a column beside its relation is counted once.
    table.columns.retain(|column| column.is_foreign || !foreign.contains(&plain(&column.name)));
    let called = class.marks.split_once("@Entity(").and_then(|(_, mark)| quoted(mark.split(')').next()?).next());
    Entity { class: class.name.clone(), called: called.map(str::to_owned), table }
}

/// Indexes the relations whose own columns come after them and are indexed.
fn index_by_column(table: &mut Table, class: &Class, indexed: &[String]) {
    for member in class.members.iter().filter(|member| member.marks.contains("@ManyToOne(")) {
        let Some(name) = member_name(&member.head) else { continue };
        let joined = joined(member);
        let own = plain(&format!("{name}Id"));
        if indexed.contains(&own) || joined.is_some_and(|joined| indexed.contains(&plain(joined))) {
            table.index(snake(name));
        }
    }
}

fn member_name(head: &str) -> Option<&str> {
    head.split([':', '?', '!', '=', ';']).next()?.split_whitespace().last()
}

/// The column that a link is kept in, where it says so.
fn joined(member: &Member) -> Option<&str> {
    named(member.marks.split_once("@JoinColumn(")?.1)
}

/// What `name:` says among the options of a decorator.
fn named(mark: &str) -> Option<&str> {
    quoted(mark.split_once("name:")?.1.split([',', '}']).next()?).next()
}

fn kind(marks: &str, declared: &str) -> String {
    let column = marks.split_once("Column(").map_or("", |(_, column)| column).trim_start();
    let typed = column.split_once("type:").map_or("", |(_, kind)| kind.trim_start());
    let named = if column.starts_with(['"', '\'', '`']) { column } else { typed };
    let kind = if named.starts_with(['"', '\'', '`']) { quoted(named).next().unwrap_or_default() } else { declared };
    word(kind).to_lowercase()
}
