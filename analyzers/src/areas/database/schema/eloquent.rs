//! Laravel's migrations, which declare what Eloquent's models have.

use super::carried::without_way_back;
use super::names::{quoted, word};
use super::{Column, Schema, Table};

/// Whether a file is one.
pub(super) fn is_migration(path: &str, text: &str) -> bool {
    path.ends_with(".php") && (text.contains("Schema::create(") || text.contains("Schema::table("))
}

/// What becomes of links between tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// MySQL indexes them.
    Indexed,
    /// PostgreSQL does not.
    Bare,
    /// Nobody says which database it is.
    Unknown,
}

/// Adds what the migration does.
pub(super) fn read(schema: &mut Schema, path: &str, text: &str, links: Links) {
    let text = &*without_way_back(text);
    let mut name = String::new();
    let mut start = 0;
    for statement in text.split_inclusive(';') {
        let opened = ["Schema::create(", "Schema::table("].iter().find_map(|call| statement.split_once(call));
        if let Some((_, given)) = opened {
            name = quoted(given).next().unwrap_or_default().to_lowercase();
        }
        if let Some((before, call)) = statement.split_once("$table->")
            && !name.is_empty()
        {
            let line = text[..start + before.len()].matches('\n').count() as u32 + 1;
            let table = schema.tables.entry(name.clone()).or_default();
            column(table, path, line, call, links);
            if links == Links::Unknown && is_link(call) && schema.undecided.is_none() {
                schema.undecided = table.columns.last().cloned();
            }
        }
        start += statement.len();
    }
    schema.tables.retain(|_, table| !table.columns.is_empty());
}

fn column(table: &mut Table, path: &str, line: u32, call: &str, links: Links) {
    let call = call.trim_start();
    let method = word(call);
    let given = call[method.len()..].split(')').next().unwrap_or_default();
    let named = quoted(given).next().map(str::to_lowercase);
    let link = |table: &mut Table, name: &str| {
        table.columns.iter_mut().filter(|it| it.name == name).for_each(|it| it.is_foreign = links != Links::Unknown);
        if links == Links::Indexed {
            table.index(name);
        }
    };
    match (method, named) {
        ("index" | "unique" | "primary", Some(name)) => table.index(name),
        ("foreign", Some(name)) => link(table, &name),
        ("dropColumn", Some(name)) => table.columns.retain(|column| column.name != name),
        ("foreignIdFor", named) => {
            let class = given.trim_start_matches('(').split("::").next().unwrap_or_default();
            let of_class = || format!("{}_id", super::names::snake(class.rsplit('\\').next().unwrap_or_default()));
            let name = named.unwrap_or_else(of_class);
            push(table, path, line, &name, "bigint", call);
            if is_link(call) {
                link(table, &name);
            }
        }
        (kind, Some(name)) if kind.to_lowercase().ends_with("morphs") && !kind.starts_with("drop") => {
            push(table, path, line, &format!("{name}_type"), "string", call);
            push(table, path, line, &format!("{name}_id"), "bigint", call);
            table.index(format!("{name}_type"));
        }
        ("dropForeign" | "dropIndex" | "dropUnique" | "dropMorphs" | "fullText", _) => {}
        (kind, Some(name)) => {
            let kind = match kind {
                "foreignId" | "foreignUuid" | "unsignedBigInteger" | "bigInteger" => "bigint",
                "integer" | "unsignedInteger" | "increments" => "integer",
                "unsignedDecimal" => "decimal",
                other => other,
            };
            push(table, path, line, &name, &kind.to_lowercase(), call);
            if is_link(call) {
                link(table, &name);
            }
        }
        _ => {}
    }
}

fn is_link(call: &str) -> bool {
    ["->constrained(", "->references("].iter().any(|link| call.contains(link))
}

fn push(table: &mut Table, path: &str, line: u32, name: &str, kind: &str, call: &str) {
    if ["->index(", "->unique(", "->primary("].iter().any(|mark| call.contains(mark)) {
        table.index(name);
    }
    match table.columns.iter_mut().find(|column| column.name == name) {
        Some(known) => kind.clone_into(&mut known.kind),
        None => table.columns.push(Column {
            name: name.to_owned(),
            kind: kind.to_owned(),
            called: None,
            is_foreign: false,
            path: path.to_owned(),
            lines: (line, line),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_known_though_not_its_database() {
        let of = |call: &str| {
            let mut schema = Schema::default();
            let text = format!(
                "<?php\nSchema::create('orders', function ($table) {{\n  $table->id();\n  $table->{call};\n}});\n"
            );
            read(&mut schema, "database/migrations/1_a.php", &text, Links::Unknown);
            schema.undecided.map(|column| (column.name, column.lines.0))
        };
        assert_eq!(of("foreignId('user_id')->constrained()->onDelete('cascade')"), Some(("user_id".to_owned(), 4)));
        assert_eq!(of("foreignId('user_id')"), None);
    }

    #[test]
    fn columns_of_morphs_are_indexed_and_links_may_have_names_of_their_own() {
        let mut schema = Schema::default();
        let text = "<?php\nSchema::create('moves', function ($table) {\n  $table->nullableUuidMorphs('owner');\n  $table->foreignIdFor(Wallet::class, 'from_wallet_id')->constrained();\n  $table->foreignIdFor(User::class);\n});\n";
        read(&mut schema, "database/migrations/1_a.php", text, Links::Bare);
        let table = &schema.tables["moves"];
        let columns: Vec<_> = table.columns.iter().map(|it| (&*it.name, it.is_foreign)).collect();
        let expected = [("owner_type", false), ("owner_id", false), ("from_wallet_id", true), ("user_id", false)];
        assert_eq!(columns, expected);
        assert!(table.is_indexed("owner_type"));
    }

    #[test]
    fn a_way_back_that_stands_first_hides_nothing() {
        let up = "  public function up() {\n    Schema::create('orders', function ($table) {\n      $table->foreignId('user_id');\n    });\n  }\n";
        let down = "  public function down() {\n    Schema::table('orders', function ($table) {\n      $table->string('note');\n    });\n  }\n";
        for (text, line) in [(format!("<?php\n{up}{down}"), 4), (format!("<?php\n{down}{up}"), 9)] {
            let mut schema = Schema::default();
            read(&mut schema, "database/migrations/1_a.php", &text, Links::Unknown);
            let columns: Vec<_> = schema.tables["orders"].columns.iter().map(|it| (&*it.name, it.lines.0)).collect();
            assert_eq!(columns, [("user_id", line)]);
        }
    }
}
