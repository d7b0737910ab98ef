//! `db/schema.rb`, which Rails writes: one column, index or foreign key a line. Without it, the migrations.

use super::carried::without_way_back;
use super::{Column, Schema, Table, masked};
use crate::Snapshot;

/// Adds the tables of the file.
pub(super) fn read(schema: &mut Schema, path: &str, text: &str) {
    let mut table: Option<(String, Table)> = None;
    for (line, words) in (1_u32..).zip(text.lines().map(str::trim)) {
        let mut strings = words.split('"').skip(1).step_by(2).map(str::to_lowercase);
        let Some(first) = strings.next() else {
            if words == "end"
                && let Some((name, table)) = table.take()
            {
                schema.tables.insert(name, table);
            }
            continue;
        };
        if words.starts_with("create_table ") {
            table = Some((first, Table { primary: key(words), ..Table::default() }));
        } else if words.starts_with("add_foreign_key ") {
            let target = strings.next().unwrap_or_default();
            let named = words.split_once("column: \"").and_then(|(_, rest)| rest.split('"').next());
            let name = named.map_or_else(|| format!("{}_id", singular(&target)), str::to_lowercase);
            let columns = schema.tables.get_mut(&first).map(|table| &mut table.columns);
            columns.into_iter().flatten().filter(|it| it.name == name).for_each(|it| it.is_foreign = true);
        } else if let (Some((_, table)), Some((kind, _))) =
            (&mut table, words.strip_prefix("t.").and_then(|rest| rest.split_once(' ')))
        {
            if kind == "index" {
                let list = words.split(']').next().unwrap_or_default().to_lowercase();
                let columns: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
                let counted = if words.contains("unique: true") { &mut table.unique } else { &mut table.declared };
                // Rails sets this index up by itself.
                let is_of_key = columns.len() == 1 && columns.first().copied() == table.primary.as_deref();
                *counted += usize::from(!is_of_key);
                table.index(first);
            } else {
                let kind = kind.to_owned();
                table.columns.push(Column {
                    name: first,
                    kind,
                    called: None,
                    is_foreign: false,
                    path: path.to_owned(),
                    lines: (line, line),
                });
            }
        }
    }
}

/// Marks the columns that models say point to another table, though no foreign key does: `belongs_to :user`.
pub(super) fn link(schema: &mut Schema, repo: &Snapshot) {
    let models = repo.tree().own_texts().filter(|(file, text)| {
        file.path.contains("app/models/") && file.path.ends_with(".rb") && text.contains("belongs_to")
    });
    for (file, text) in models {
        let one = file.name().trim_end_matches(".rb");
        let Some((_, table)) = schema.tables.iter_mut().find(|(name, _)| singular(name) == one) else { continue };
        let lines = text.lines().map(str::trim).filter_map(|line| line.strip_prefix("belongs_to :"));
        for line in lines.filter(|line| !line.contains("polymorphic")) {
            let named = line.split_once("foreign_key: ").map(|(_, rest)| rest.trim_start_matches([':', '"', '\'']));
            let column = match named {
                Some(rest) => super::names::word(rest).to_lowercase(),
                None => format!("{}_id", super::names::word(line)),
            };
            table.columns.iter_mut().filter(|it| it.name == column).for_each(|it| it.is_foreign = true);
        }
    }
}

/// The column of the primary key of a table that begins so, which Rails calls `id` unless told otherwise.
fn key(words: &str) -> Option<String> {
    let named = words.split_once("primary_key: \"").and_then(|(_, rest)| rest.split('"').next());
    let is_plain = !words.contains("id: false") && !words.contains("primary_key: [");
    named.map(str::to_lowercase).or_else(|| is_plain.then(|| "id".to_owned()))
}

/// Adds what migrations do, where Rails' own file of the outcome is missing.
pub(super) fn read_migrations(schema: &mut Schema, repo: &Snapshot) {
    if !schema.tables.is_empty() {
        return;
    }
    // Their names begin with the time at which they were made.
    let mut files: Vec<_> = (repo.tree().own_texts())
        .filter(|(file, text)| file.path.contains("db/migrate/") && text.contains("ActiveRecord::Migration"))
        .collect();
    files.sort_by_key(|(file, _)| file.name());
    for (file, text) in files {
        let text = masked(text);
        let text = without_way_back(&text);
        let mut name = None;
        for (line, words) in (1_u32..).zip(text.lines().map(str::trim)) {
            let mut names = words.split(':').skip(1).map(|rest| super::names::word(rest).to_lowercase());
            let call = super::names::word(words);
            if call == "create_table" || call == "change_table" {
                name = names.next();
            } else if words == "end" {
                name = None;
            } else if let (Some(table), Some(rest)) = (&name, words.strip_prefix("t.")) {
                let call = super::names::word(rest);
                let table = schema.tables.entry(table.clone()).or_default();
                change(table, call, names.next(), rest, (&file.path, line));
            } else if let Some(table) = names.next().filter(|_| call.starts_with("add_") || call.starts_with("change_"))
            {
                let table = schema.tables.entry(table).or_default();
                let first = names.next();
                let call = match call {
                    "add_column" | "change_column" => names.next().unwrap_or_default(),
                    "add_reference" | "add_belongs_to" => "references".to_owned(),
                    "add_index" => "index".to_owned(),
                    other => other.to_owned(),
                };
                change(table, &call, first, words, (&file.path, line));
            }
        }
    }
    schema.tables.retain(|_, table| !table.columns.is_empty());
}

/// Adds one column, index or foreign key of a migration.
fn change(table: &mut Table, call: &str, name: Option<String>, words: &str, (path, line): (&str, u32)) {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return };
    let mut add = |name: String, kind: &str, is_foreign: bool| match table.columns.iter_mut().find(|it| it.name == name)
    {
        Some(known) => kind.clone_into(&mut known.kind),
        None => {
            table.columns.push(Column {
                name,
                kind: kind.to_owned(),
                called: None,
                is_foreign,
                path: path.to_owned(),
                lines: (line, line),
            });
        }
    };
    match call {
        "index" => table.index(name),
        "references" | "belongs_to" => {
            let name = format!("{name}_id");
            add(name.clone(), "bigint", words.contains("foreign_key:"));
            if !words.contains("index: false") {
                table.index(name);
            }
        }
        "add_foreign_key" => {
            let named = words.split_once("column: :").map(|(_, rest)| super::names::word(rest).to_lowercase());
            let name = named.unwrap_or_else(|| format!("{}_id", singular(&name)));
            table.columns.iter_mut().filter(|it| it.name == name).for_each(|it| it.is_foreign = true);
        }
        "timestamps" | "remove_index" | "add_check_constraint" => {}
        kind => {
            add(name.clone(), kind, false);
            if words.contains("index: true") || words.contains("index: {") {
                table.index(name);
            }
        }
    }
}

/// The word for one of them, as Rails would name it.
pub(in crate::areas) fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_that_stands_first_hides_nothing() {
        let text = "class A < ActiveRecord::Migration[7.0]\n  def down\n    drop_table :posts\n  end\n\n  def up\n    create_table :posts do |t|\n      t.float :price\n    end\n  end\nend\n";
        let repo = crate::snapshot::fixture::Fixture::new().file("db/migrate/1_a.rb", text).snapshot();
        assert_eq!(Schema::of(&repo).tables["posts"].columns[0].lines.0, 8);
    }

    #[test]
    fn foreign_keys_are_named_at_the_end() {
        let mut schema = Schema::default();
        let text = "create_table \"posts\", force: :cascade do |t|\n  t.bigint \"user_id\", null: false\n  t.bigint \"shop_id\"\n  t.float \"price\"\n  t.index [\"user_id\"], name: \"i\"\nend\nadd_foreign_key \"posts\", \"users\"\nadd_foreign_key \"posts\", \"stores\", column: \"shop_id\"\n";
        read(&mut schema, "db/schema.rb", text);
        let table = &schema.tables["posts"];
        assert!(table.columns[0].is_foreign && table.columns[1].is_foreign && !table.columns[2].is_foreign);
        assert!(table.is_indexed("user_id") && !table.is_indexed("shop_id"));
        assert_eq!((table.declared, table.unique), (1, 0));
    }
}
