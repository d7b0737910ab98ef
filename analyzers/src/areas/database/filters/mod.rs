//! Columns by whose values rows are looked up, although no index begins with them.

mod code;
mod sql;

use std::collections::{BTreeMap, BTreeSet};

use super::engine;
use super::queries::is_behind_the_scenes;
use super::schema::{Column, Schema, Table, plain};
use crate::Snapshot;
use crate::areas::security::marks;

/// What one query asks for: rows of a table in which columns have given values.
#[derive(Debug, PartialEq, Eq)]
struct Lookup {
    /// As the query calls it.
    table: String,
    columns: Vec<String>,
}

/// A column that a query looks rows up by.
pub(super) struct Unindexed<'a> {
    pub(super) table: &'a str,
    pub(super) column: &'a Column,
    /// The file of the query.
    pub(super) asked: String,
}

/// Names of columns with few values, of which an index finds too many rows, or of tables that stay small.
const FEW_VALUES: &[&str] = &[
    "active",
    "archived",
    "category",
    "color",
    "colour",
    "country",
    "currency",
    "date",
    "day",
    "deleted",
    "enabled",
    "gender",
    "hash",
    "hidden",
    "key",
    "kind",
    "language",
    "level",
    "locale",
    "month",
    "name",
    "order",
    "password",
    "position",
    "priority",
    "published",
    "role",
    "scope",
    "mode",
    "stage",
    "status",
    "state",
    "title",
    "type",
    "verified",
    "version",
    "visibility",
    "year",
];

/// Types of which the same is true, and of moments.
const KINDS_OF_FEW_VALUES: &[&str] = &[
    "bool",
    "boolean",
    "enum",
    "enumerated",
    "tinyint",
    "bit",
    "date",
    "datetime",
    "timestamp",
    "timestamptz",
    "time",
];

/// The columns of lookups none of whose columns has an index.
pub(super) fn unindexed<'a>(repo: &Snapshot, schema: &'a Schema) -> Vec<Unindexed<'a>> {
    let mut tables: BTreeMap<String, Vec<(&str, &Table)>> = BTreeMap::new();
    for (name, table) in &schema.tables {
        tables.entry(plain(name)).or_default().push((name, table));
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    if tables.is_empty() {
        return found;
    }
    // What Entity Framework takes for a link by its name alone, and indexes.
    let has_links = engine::indexes_by_itself(repo).is_some_and(|(_, name)| *name == "Entity Framework Core");
    let code = marks::each(repo, "database", "filter").into_iter().map(|found| (found, true));
    let sql = marks::each(repo, "database", "filter.sql").into_iter().map(|found| (found, false));
    for (matched, is_code) in code.chain(sql).filter(|(found, _)| !is_behind_the_scenes(repo, &found.path)) {
        let Some(text) = repo.text(&matched.path) else { continue };
        let is_known = |table: &str| tables.contains_key(&plain(table));
        let lookup = match is_code {
            true => code::lookup(repo, text, matched, &is_known),
            false => sql::lookup(&text[matched.bytes.clone()]),
        };
        let Some(lookup) = lookup else { continue };
        let Some(candidates) = tables.get(&plain(&lookup.table)) else { continue };
        let bare: Option<Vec<_>> =
            candidates.iter().map(|(name, table)| Some((*name, bare(table, &lookup)?))).collect();
        let Some((name, column)) = bare.and_then(|bare| bare.into_iter().next()) else { continue };
        if has_links && column.name.ends_with("_id") {
            continue;
        }
        if seen.insert((name, column.name.as_str())) {
            found.push(Unindexed { table: name, column, asked: matched.path.to_string() });
        }
    }
    found
}

/// The first column of a lookup, if no column of it is indexed, unknown or a link that has been looked at already.
fn bare<'a>(table: &'a Table, lookup: &Lookup) -> Option<&'a Column> {
    let columns: Option<Vec<&Column>> = lookup
        .columns
        .iter()
        .map(|name| table.columns.iter().find(|column| plain(&column.name) == plain(name)))
        .collect();
    let columns = columns?;
    let is_found = |column: &&Column| {
        table.indexes.iter().any(|(first, _)| plain(first) == plain(&column.name))
            || column.is_foreign
            || matches!(column.name.as_str(), "id" | "pk" | "uuid" | "_id")
    };
    if columns.iter().any(is_found) {
        return None;
    }
    columns.into_iter().find(|column| {
        let word = column.kind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let name = column.name.as_str();
        !KINDS_OF_FEW_VALUES.contains(&word)
            && !name.split('_').any(|word| FEW_VALUES.contains(&word))
            && !["is_", "has_", "can_"].iter().any(|start| name.starts_with(start))
            && !["_at", "_on"].iter().any(|end| name.ends_with(end))
    })
}
