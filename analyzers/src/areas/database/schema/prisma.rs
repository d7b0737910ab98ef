//! Prisma's schema: blocks of one field a line.

use std::collections::BTreeSet;

use super::names::snake;
use super::{Column, Schema, Table};

/// Adds the models of a schema. MongoDB has no foreign keys.
pub(super) fn read(schema: &mut Schema, path: &str, text: &str) {
    let has_foreign_keys = !text.contains("\"mongodb\"");
    let mut model: Option<(String, Table)> = None;
    let models: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("model ")).map(super::names::word).collect();
    for (line, words) in (1_u32..).zip(text.lines().map(|line| line.split("//").next().unwrap_or_default())) {
        let mut parts = words.split_whitespace();
        let (first, second) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        match (&mut model, first) {
            (None, "model") => model = Some((second.to_lowercase(), Table::default())),
            (Some(_), "}") => {
                if let Some((name, mut table)) = model.take() {
                    table.columns.iter_mut().for_each(|column| column.is_foreign &= has_foreign_keys);
                    schema.tables.insert(name, table);
                }
            }
            // A field of another model's kind is no column, nor is a list of such.
            (Some(_), _) if !words.contains("@relation(") && models.contains(super::names::word(second)) => {}
            (Some((_, table)), _) => field(table, path, line, words, first, second),
            _ => {}
        }
    }
}

fn field(table: &mut Table, path: &str, line: u32, words: &str, first: &str, second: &str) {
    if let Some(block) = first.strip_prefix("@@") {
        if ["index", "unique", "id"].iter().any(|word| block.starts_with(word))
            && let Some(name) = list(words).next()
        {
            table.index(name);
            table.declared += usize::from(block.starts_with("index"));
            table.unique += usize::from(block.starts_with("unique"));
        }
        return;
    }
    if words.contains("@relation(") {
        let relation = words.split_once("fields:").map_or("", |(_, rest)| rest);
        let relation = relation.split("references").next().unwrap_or_default();
        // One field needs no brackets.
        let one = Some(snake(super::names::word(relation))).filter(|name| !name.is_empty());
        if let Some(name) = list(relation).next().or(one) {
            table.columns.iter_mut().filter(|it| it.name == name).for_each(|it| it.is_foreign = true);
            // A field may be declared below the relation that uses it.
            if table.column(&name).is_none() {
                table.columns.push(Column {
                    name,
                    kind: String::new(),
                    called: None,
                    is_foreign: true,
                    path: path.to_owned(),
                    lines: (line, line),
                });
            }
        }
        return;
    }
    if first.is_empty() || second.is_empty() {
        return;
    }
    let name = snake(first);
    if words.contains("@id") || words.contains("@unique") {
        table.index(name.as_str());
        table.unique += usize::from(words.contains("@unique"));
    }
    match table.columns.iter_mut().find(|it| it.name == name) {
        Some(known) => (known.kind, known.lines) = (second.to_lowercase(), (line, line)),
        None => table.columns.push(Column {
            name,
            kind: if words.contains("@db.Decimal") { "decimal".to_owned() } else { second.to_lowercase() },
            called: None,
            is_foreign: false,
            path: path.to_owned(),
            lines: (line, line),
        }),
    }
}

/// The names between the first square brackets.
fn list(words: &str) -> impl Iterator<Item = String> {
    let inside = words.split_once('[').map_or("", |(_, rest)| rest).split(']').next().unwrap_or("");
    inside.split(',').map(|name| snake(name.split('(').next().unwrap_or("").trim())).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_with_and_without_an_index() {
        let mut schema = Schema::default();
        let text = "datasource db {\n provider = \"postgresql\"\n}\nmodel Post {\n id Int @id\n author User @relation(fields: [authorId], references: [id])\n authorId Int\n shopId Int\n shop Shop @relation(fields: [shopId], references: [id])\n price Float\n @@index([shopId, id])\n}\n";
        read(&mut schema, "schema.prisma", text);
        let table = &schema.tables["post"];
        let foreign: Vec<_> = table.columns.iter().filter(|it| it.is_foreign).map(|it| it.name.as_str()).collect();
        assert_eq!(foreign, ["author_id", "shop_id"]);
        assert!(table.is_indexed("shop_id") && !table.is_indexed("author_id") && table.is_indexed("id"));
    }

    #[test]
    fn mongodb_has_indexes_and_no_foreign_keys() {
        let mut schema = Schema::default();
        let text = "datasource db {\n provider = \"mongodb\"\n}\nmodel Post {\n id String @id\n slug String @unique\n author User @relation(fields: [authorId], references: [id])\n authorId String\n}\n";
        read(&mut schema, "schema.prisma", text);
        let table = &schema.tables["post"];
        assert!(table.unique == 1 && table.columns.iter().all(|it| !it.is_foreign));
    }
}
