//! Doctrine's entities as files of XML describe them: `User.orm.xml`.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::names::snake;
use super::{Column, Entity, Table};

/// The start or the end of an element, with its attributes.
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"<(/?[a-z][a-z-]*)([^<>]*)>"));

/// So many elements of a text are read.
const MOST_ELEMENTS: usize = 2_000;

/// Whether a file describes entities.
pub(super) fn is_of_entities(path: &str, text: &str) -> bool {
    (path.ends_with(".orm.xml") || path.ends_with(".dcm.xml")) && text.contains("<entity")
}

/// Whether there are more elements than are read.
pub(super) fn is_beyond(text: &str) -> bool {
    ELEMENT.find_iter(text).nth(MOST_ELEMENTS).is_some()
}

/// The entities of the file. Doctrine indexes what points to another table.
pub(super) fn read(path: &str, text: &str) -> Vec<Entity> {
    let mut entities: Vec<Entity> = Vec::new();
    let mut is_open = false;
    for element in ELEMENT.captures_iter(text).take(MOST_ELEMENTS) {
        let (Some(whole), Some(name), Some(given)) = (element.get(0), element.get(1), element.get(2)) else { continue };
        let before = &text[..whole.start()];
        if before.rfind("<!--") > before.rfind("-->") {
            continue;
        }
        let value = |name: &str| attribute(given.as_str(), name);
        match name.as_str() {
            "entity" => {
                let class = value("name").unwrap_or_default();
                let class = class.rsplit(['\\', '.']).next().unwrap_or(class).to_owned();
                entities.push(Entity { class, called: value("table").map(str::to_owned), table: Table::default() });
                is_open = true;
            }
            "/entity" => is_open = false,
            _ => {}
        }
        let Some(entity) = entities.last_mut().filter(|_| is_open) else { continue };
        let line = 1 + before.matches('\n').count() as u32;
        let column = |field: &str, is_foreign: bool| Column {
            name: snake(field),
            called: value("column").map(str::to_lowercase),
            kind: value("type").unwrap_or_default().to_lowercase(),
            is_foreign,
            path: path.to_owned(),
            lines: (line, line),
        };
        declare(&mut entity.table, name.as_str(), &value, &column);
    }
    entities.iter_mut().for_each(|entity| index_by_field(&mut entity.table));
    entities
}

/// Adds what one element says of a table.
fn declare<'a>(
    table: &mut Table,
    element: &str,
    value: &dyn Fn(&str) -> Option<&'a str>,
    column: &dyn Fn(&str, bool) -> Column,
) {
    match element {
        "id" | "field" => {
            let Some(field) = value("name") else { return };
            let is_unique = value("unique") == Some("true");
            if element == "id" || is_unique {
                table.index(snake(field));
            }
            table.unique += usize::from(is_unique);
            table.columns.push(column(field, false));
        }
        // The other side of a link has no column.
        "many-to-one" | "one-to-one" if value("mapped-by").is_none() => {
            let Some(field) = value("field") else { return };
            table.index(snake(field));
            table.columns.push(column(field, true));
        }
        "index" | "unique-constraint" => {
            let Some(first) = value("columns").or(value("fields")).and_then(|list| list.split(',').next()) else {
                return;
            };
            table.index(first.trim().to_lowercase());
            match element {
                "index" => table.declared += 1,
                _ => table.unique += 1,
            }
        }
        _ => {}
    }
}

/// Indexes the fields whose columns are indexed by what the database calls them.
fn index_by_field(table: &mut Table) {
    let called = |column: &&Column| column.called.as_ref().is_some_and(|called| table.is_indexed(called));
    let fields: Vec<String> = table.columns.iter().filter(called).map(|column| column.name.clone()).collect();
    fields.into_iter().for_each(|name| table.index(name));
}

/// The value of an attribute among those of an element.
fn attribute<'a>(given: &'a str, name: &str) -> Option<&'a str> {
    let is_whole =
        |at: usize| given[..at].ends_with(char::is_whitespace) && given[at + name.len()..].starts_with("=\"");
    let at = given.match_indices(name).map(|(at, _)| at).find(|at| is_whole(*at))?;
    given[at + name.len() + 2..].split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_columns_links_and_indexes() {
        let text = "<doctrine-mapping>\n<entity name=\"App\\Shop\\Order\" table=\"orders\">\n<id name=\"id\" type=\"integer\"/>\n<field name=\"number\" type=\"string\" unique=\"true\"/>\n<field name=\"paidAt\" column=\"paid_on\" type=\"datetime\"/>\n<!-- <field name=\"old\"/> -->\n<indexes><index columns=\"paid_on,number\"/></indexes>\n<many-to-one field=\"buyer\" target-entity=\"User\"><join-column name=\"buyer_id\"/></many-to-one>\n<one-to-one field=\"bill\" mapped-by=\"order\"/>\n</entity>\n</doctrine-mapping>\n";
        assert!(is_of_entities("config/Order.orm.xml", text));
        let read = read("config/Order.orm.xml", text);
        let [order] = read.as_slice() else { panic!("one entity, and not {read:?}") };
        assert_eq!((order.class.as_str(), order.called.as_deref()), ("Order", Some("orders")));
        let columns: Vec<_> =
            order.table.columns.iter().map(|it| (it.name.as_str(), it.is_foreign, it.lines.0)).collect();
        assert_eq!(columns, [("id", false, 3), ("number", false, 4), ("paid_at", false, 5), ("buyer", true, 8)]);
        assert!(["id", "number", "paid_at", "buyer"].iter().all(|name| order.table.is_indexed(name)));
        assert_eq!((order.table.declared, order.table.unique), (1, 1));
    }
}
