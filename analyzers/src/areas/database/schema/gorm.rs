//! GORM's models: structs that embed `gorm.Model` or whose fields have tags for it.

use super::names::snake;
use super::{Column, Schema, Table};
use crate::Snapshot;
use crate::paths::is_aside;

/// Whether a file may declare models.
pub(super) fn is_of_models(path: &str, text: &str) -> bool {
    path.ends_with(".go") && (text.contains("gorm.Model") || text.contains("`gorm:\"") || text.contains(" gorm:\""))
}

/// Whether the program lets GORM make what its structs say.
pub(super) fn makes_tables(repo: &Snapshot) -> bool {
    const CALLS: &[&str] = &["AutoMigrate(", ".Migrator().", "CreateTable("];
    let sources = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".go") && !is_aside(&file.path));
    sources.into_iter().any(|(_, text)| CALLS.iter().any(|call| text.contains(call)))
}

/// Adds the models of the file, as tables of the struct's name. A field such as `UserID` points to another table where
/// the struct has a `User` as well.
pub(super) fn read(schema: &mut Schema, path: &str, text: &str) {
    for (name, fields) in structs(text) {
        if fields.iter().any(|(_, field)| field.starts_with("gorm.Model") || field.contains("gorm:\"")) {
            schema.tables.insert(name.to_lowercase(), table(path, &fields));
        }
    }
}

/// The name of a struct, and its fields with their lines.
type Struct<'t> = (&'t str, Vec<(u32, &'t str)>);

/// The structs of a file.
pub(super) fn structs(text: &str) -> Vec<Struct<'_>> {
    let mut found = Vec::new();
    let mut open: Option<Struct<'_>> = None;
    for (line, words) in (1_u32..).zip(text.lines()) {
        match &mut open {
            None => {
                let head = words.strip_prefix("type ").and_then(|rest| rest.split_once(" struct {"));
                open = head.map(|(name, _)| (name.trim(), Vec::new()));
            }
            Some(_) if words.starts_with('}') => found.extend(open.take()),
            Some((_, fields)) => fields.push((line, words.trim())),
        }
    }
    found
}

/// Marks what many of a struct point back with: `Orders []Order` makes `UserID` of an order such a field.
pub(super) fn link_back(schema: &mut Schema) {
    let many: Vec<(String, String)> = (schema.columns())
        .filter(|(_, _, column)| column.path.ends_with(".go"))
        .filter_map(|(table, _, column)| {
            let other = column.kind.strip_prefix("[]")?.trim_start_matches('*');
            Some((other.rsplit('.').next()?.to_owned(), table.to_owned()))
        })
        .collect();
    for (other, owner) in many {
        for column in schema.tables.get_mut(&other).into_iter().flat_map(|table| &mut table.columns) {
            column.is_foreign |= column.name.replace('_', "") == format!("{owner}id");
        }
    }
}

pub(super) fn table(path: &str, fields: &[(u32, &str)]) -> Table {
    let mut table = Table::default();
    for (line, field) in fields {
        let mut words = field.split_whitespace();
        let (Some(name), Some(kind)) = (words.next(), words.next()) else { continue };
        if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
            continue;
        }
        let other = name.strip_suffix("ID").filter(|other| !other.is_empty());
        let is_there = |other: &str| fields.iter().any(|(_, field)| field.split_whitespace().next() == Some(other));
        let column = snake(name);
        let tag = field.split_once("gorm:\"").map_or("", |(_, tag)| tag).to_lowercase();
        if ["index", "unique", "primarykey", "primary_key"].iter().any(|word| tag.contains(word)) {
            table.index(column.as_str());
        }
        table.columns.push(Column {
            name: column,
            kind: number(&tag).unwrap_or_else(|| kind.trim_start_matches('*').to_lowercase()),
            called: None,
            is_foreign: other.is_some_and(is_there),
            path: path.to_owned(),
            lines: (*line, *line),
        });
    }
    table
}

/// The kind of number that a tag asks the database for: `type:numeric(15,2)`.
fn number(tag: &str) -> Option<String> {
    let asked = tag.split_once("type:")?.1.split([';', '"']).next()?.trim();
    ["numeric", "decimal", "money", "real", "double", "float"]
        .iter()
        .any(|kind| asked.starts_with(kind))
        .then(|| asked.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_say_nothing_of_tables_that_sql_makes() {
        let model = "package a\n\ntype Rating struct {\n\tgorm.Model\n\tUserID uint `gorm:\"index\"`\n\tUser User\n}\n";
        let table = "CREATE TABLE ratings (id int PRIMARY KEY, user_id int REFERENCES users(id));\n";
        let tables = |main: &str| {
            let repo = crate::snapshot::fixture::Fixture::new().file("migrations/1_a.up.sql", table);
            let repo = repo.file("rating.go", model).file("main.go", main).snapshot();
            let schema = Schema::of(&repo);
            (schema.tables.keys().cloned().collect::<Vec<_>>(), schema.is_of_sql)
        };
        assert_eq!(tables("package main\n"), (vec!["ratings".to_owned()], true));
        let both = vec!["rating".to_owned(), "ratings".to_owned()];
        assert_eq!(tables("package main\nfunc f() { db.AutoMigrate(&Rating{}) }\n"), (both, false));
    }

    #[test]
    fn a_tag_says_what_the_database_keeps_a_number_as() {
        let mut schema = Schema::default();
        read(
            &mut schema,
            "a.go",
            "type Order struct {\n\tgorm.Model\n\tTotal float64 `gorm:\"type:numeric(15,2);not null\"`\n\tRate float64 `gorm:\"not null\"`\n}\n",
        );
        let kind = |name: &str| schema.tables["order"].column(name).map(|column| column.kind.clone());
        assert_eq!(kind("total").as_deref(), Some("numeric(15,2)"));
        assert_eq!(kind("rate").as_deref(), Some("float64"));
    }

    #[test]
    fn many_point_back_to_one() {
        let mut schema = Schema::default();
        let text = "type User struct {\n\tgorm.Model\n\tOrders []Order\n}\n\ntype Order struct {\n\tgorm.Model\n\tUserID uint\n\tShopID uint\n}\n";
        read(&mut schema, "a.go", text);
        link_back(&mut schema);
        let foreign = |name: &str| schema.tables["order"].column(name).is_some_and(|column| column.is_foreign);
        assert!(foreign("user_id") && !foreign("shop_id"));
    }

    #[test]
    fn fields_of_structs_are_columns() {
        let mut schema = Schema::default();
        let text = "package a\n\ntype Expense struct {\n\tgorm.Model\n\tTotalAmount float64\n\tUserID uint\n\tUser User\n\tShopID uint `gorm:\"index\"`\n}\n\ntype Options struct {\n\tPrice float64\n}\n";
        assert!(is_of_models("domain/expense.go", text));
        read(&mut schema, "domain/expense.go", text);
        let table = &schema.tables["expense"];
        let of = |name: &str| table.column(name).map(|column| (&*column.kind, column.is_foreign));
        assert_eq!(of("total_amount"), Some(("float64", false)));
        assert_eq!(of("user_id"), Some(("uint", true)));
        assert_eq!(of("shop_id"), Some(("uint", false)));
        assert!(table.is_indexed("shop_id") && !schema.tables.contains_key("options"));
    }
}
