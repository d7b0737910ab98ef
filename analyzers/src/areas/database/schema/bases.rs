//! Columns that a table has from elsewhere than its own class: from an abstract model, a mixin, a trait, an embedded type.

mod python;
mod ruby;

use std::collections::{BTreeMap, BTreeSet};

use super::annotated::{Class, classes};
use super::{Column, Entity, Schema, doctrine, efcore, gorm, jpa, masked, typeorm};
use crate::Snapshot;
use crate::paths::is_aside;

/// A class is made of others, and those of others: no further than that.
const DEEPEST: usize = 8;

/// What a class has of its own, and what it is made of.
#[derive(Debug, Default)]
struct Part {
    class: String,
    path: String,
    bases: Vec<String>,
    columns: Vec<Column>,
    /// Whether it says that it is no table by itself.
    is_abstract: bool,
}

/// What classes have from others.
#[derive(Debug, Default)]
pub(in crate::areas::database) struct Parts {
    /// Each column with the table that has it, in lower case.
    pub(in crate::areas::database) columns: Vec<(String, Column)>,
    /// What is no table, though it looks like one: others are made of it.
    pub(in crate::areas::database) no_tables: BTreeSet<String>,
}

/// Reads the classes of the languages in which `schema` has tables.
pub(in crate::areas::database) fn parts(repo: &Snapshot, schema: &Schema) -> Parts {
    let ends: BTreeSet<&str> = schema.columns().filter_map(|(_, _, column)| end(&column.path)).collect();
    let has_rails = ends.contains("rb") || ends.contains("sql");
    let mut found: BTreeMap<String, Part> = BTreeMap::new();
    for (file, text) in repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path)) {
        let Some(end) = end(&file.path).filter(|end| ends.contains(end) || *end == "rb" && !has_rails) else {
            continue;
        };
        for part in may_declare(end, text).then(|| read(end, &file.path, &masked(text))).into_iter().flatten() {
            found.entry(part.class.to_lowercase()).or_insert(part);
        }
    }
    let is_known = |part: &Part| schema.tables.contains_key(&part.class.to_lowercase());
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    let mut parts = Parts::default();
    for (name, part) in found.iter().filter(|(_, part)| !part.is_abstract) {
        let (all, is_whole) = above(&found, part);
        if !is_whole {
            repo.leave(
                "source file",
                "with classes that are made of others in more steps than are followed",
                &part.path,
            );
        }
        let is_made_of_tables = || all.iter().any(|base| is_known(base) && base.columns.iter().any(is_open));
        if !(is_known(part) || !is_told(name) && is_made_of_tables() || ruby::is_model(part, &all)) {
            continue;
        }
        let own = part.columns.iter().filter(|_| !is_known(part));
        let columns = own.chain(all.iter().flat_map(|base| &base.columns));
        parts.columns.extend(columns.map(|column| (name.clone(), column.clone())));
        all.iter().for_each(|base| *used.entry(base.class.to_lowercase()).or_default() += 1);
    }
    let is_no_table = |(name, times): (String, usize)| {
        let says = found.get(&name).is_some_and(|part| part.is_abstract);
        (says || times > 1 || ["mixin", "base", "abstract"].iter().any(|word| name.contains(word))).then_some(name)
    };
    parts.no_tables = used.into_iter().filter_map(is_no_table).collect();
    parts.columns.retain(|(table, _)| !parts.no_tables.contains(table));
    parts
}

fn end(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, end)| end)
}

/// Languages in which nothing but what it is made of says that a class is a table.
fn is_open(column: &Column) -> bool {
    column.path.ends_with(".go") || column.path.ends_with(".py")
}

/// Whether a struct is what is sent or received, which is made of tables and is none.
fn is_told(name: &str) -> bool {
    ["response", "request", "dto", "input", "output", "view", "params", "form", "serializer"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// What `part` is made of, and that is known; and whether that is all.
fn above<'p>(found: &'p BTreeMap<String, Part>, part: &'p Part) -> (Vec<&'p Part>, bool) {
    let mut all: Vec<&Part> = Vec::new();
    let mut next = vec![part];
    for depth in 0.. {
        let bases = next.iter().flat_map(|part| &part.bases).filter_map(|base| found.get(&base.to_lowercase()));
        let new: Vec<&Part> = bases.filter(|base| base.class != part.class).collect();
        next = new.into_iter().filter(|base| all.iter().all(|known| known.class != base.class)).collect();
        if next.is_empty() || depth == DEEPEST {
            break;
        }
        all.extend(&next);
    }
    (all, next.is_empty())
}

/// Whether a file may have what is looked for.
fn may_declare(end: &str, text: &str) -> bool {
    let words: &[&str] = match end {
        "py" => &["models.", "Column(", "mapped_column(", "Field("],
        "java" | "kt" => &["@MappedSuperclass", "@Embeddable", "@Entity"],
        "ts" | "js" => &["Column(", "@ManyToOne(", "@Entity("],
        "cs" => &["get; "],
        "php" => &["ORM\\", "#[Column", "#[ManyToOne", "#[Entity"],
        "go" => &[" struct {"],
        "rb" => &["belongs_to ", "ApplicationRecord", "ActiveRecord::Base", "Mongoid::Document"],
        _ => &[],
    };
    words.iter().any(|word| text.contains(word))
}

fn read(end: &str, path: &str, text: &str) -> Vec<Part> {
    match end {
        "py" => python::read(path, text),
        "rb" => ruby::read(path, text),
        "go" => structs(path, text),
        "php" => classes(&doctrine::attributes(text), "#[")
            .into_iter()
            .filter_map(|class| of_class(end, path, class))
            .collect(),
        _ => classes(text, if end == "cs" { "[" } else { "@" })
            .into_iter()
            .filter_map(|class| of_class(end, path, class))
            .collect(),
    }
}

fn of_class(end: &str, path: &str, class: Class) -> Option<Part> {
    let has = |mark: &str| class.marks.contains(mark);
    let Entity { table, .. } = match end {
        "java" | "kt" if has("@MappedSuperclass") || has("@Embeddable") || has("@Entity") => jpa::entity(path, &class),
        "java" | "kt" => return None,
        "cs" => efcore::Contexts::default().entity(path, &class),
        "php" => doctrine::entity(path, &class),
        _ => typeorm::entity(path, &class),
    };
    // What is embedded is named by the type of a member, or by what its mark says.
    let embeds = |marks: &str| ["@Embedded", "Embedded", "Column(() =>"].iter().any(|mark| marks.contains(mark));
    let embedded = class.members.iter().filter(|member| embeds(&member.marks)).flat_map(|member| {
        let words = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect();
        let all: [Vec<String>; 2] = [words(&member.head), words(&member.marks)];
        all.into_iter().flatten()
    });
    let bases = class.bases.iter().cloned().chain(embedded).collect();
    let is_abstract = has("MappedSuperclass") || has("Embeddable");
    Some(Part { bases, columns: table.columns, is_abstract, class: class.name, path: path.to_owned() })
}

/// Go's structs, which are made of those that stand in them without a name, or with a tag that says so.
fn structs(path: &str, text: &str) -> Vec<Part> {
    let embedded = |field: &str| {
        let mut words = field.split('`').next().unwrap_or_default().split_whitespace();
        let (first, second) = (words.next()?, words.next());
        let name = match second {
            None => first,
            Some(kind) if field.contains("embedded") => kind,
            Some(_) => return None,
        };
        Some(name.trim_start_matches('*').rsplit('.').next().unwrap_or(name).to_owned())
    };
    let part = |(name, fields): (&str, Vec<(u32, &str)>)| Part {
        class: name.to_owned(),
        path: path.to_owned(),
        bases: fields.iter().filter_map(|(_, field)| embedded(field)).collect(),
        columns: gorm::table(path, &fields).columns,
        is_abstract: false,
    };
    gorm::structs(text).into_iter().map(part).collect()
}

#[cfg(test)]
mod tests;
