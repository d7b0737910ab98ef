//! Indexes that statements of their own declare.

use super::{WAY_BACK, column, first_in_parentheses, inside, items, name, skip_words};
use crate::areas::database::schema::Schema;
use crate::areas::database::schema::tokens::{Token, statements};

/// An index that a statement of its own declares.
pub(in crate::areas::database::schema) struct Index {
    pub(in crate::areas::database::schema) table: String,
    name: String,
    /// The column that it begins with; empty for an expression.
    pub(in crate::areas::database::schema) first: String,
    pub(in crate::areas::database::schema) is_unique: bool,
    /// Whether its table is known from SQL, which counts the index there.
    pub(in crate::areas::database::schema) is_counted: bool,
}

/// Adds the indexes of `text` to `found`, whether or not anything else is known of their tables, and takes those away that
/// it drops.
pub(in crate::areas::database::schema) fn indexes(found: &mut Vec<Index>, schema: &Schema, text: &str) {
    let index = |statement: &[Token]| {
        let is_index = statement.first()?.is("create") && statement.iter().take(4).any(|token| token.is("index"));
        let on = statement.iter().position(|token| token.is("on")).filter(|_| is_index)?;
        let (table, after) = name(statement, skip_words(statement, on + 1))?;
        let first = first_in_parentheses(&statement[after..]).unwrap_or_default();
        let (is_unique, is_counted) = (statement[1].is("unique"), schema.tables.contains_key(&table));
        Some(Index { table, name: statement[on.saturating_sub(1)].text.clone(), first, is_unique, is_counted })
    };
    let end = WAY_BACK.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    for statement in statements(&text[..end]) {
        match statement.as_slice() {
            [drop, index, names @ ..] if drop.is("drop") && index.is("index") => {
                found.retain(|index| !names.iter().any(|token| token.text == index.name));
            }
            statement => found.extend(index(statement)),
        }
    }
}

/// Adds the index that `statement` declares to its table.
pub(super) fn create_index(schema: &mut Schema, statement: &[Token]) {
    let Some(on) = statement.iter().position(|token| token.is("on")) else { return };
    let called = statement[on.saturating_sub(1)].text.clone();
    let Some((name, after)) = name(statement, skip_words(statement, on + 1)) else { return };
    let first = first_in_parentheses(&statement[after..]);
    if let (Some(table), Some(first)) = (schema.tables.get_mut(&name), first) {
        let columns: Vec<&str> = items(inside(&statement[after..])).iter().map(|item| column(item)).collect();
        let is_new = usize::from(!table.is_key(&columns));
        table.indexes.push((first, called));
        match statement[1].is("unique") {
            true => table.unique += is_new,
            false => table.declared += is_new,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::areas::database::schema::Schema;
    use crate::areas::database::schema::sql::read;

    #[test]
    fn an_index_of_the_primary_key_alone_adds_nothing() {
        let counted = |index: &str| {
            let mut schema = Schema::default();
            read(&mut schema, "a.sql", &format!("CREATE TABLE a (id int, b int, PRIMARY KEY (id)); {index};"));
            (schema.tables["a"].declared, schema.tables["a"].unique)
        };
        assert_eq!(counted("CREATE INDEX i ON a (id)"), (0, 0));
        assert_eq!(counted("CREATE UNIQUE INDEX i ON a USING btree (id)"), (0, 0));
        assert_eq!(counted("CREATE INDEX i ON a (id, b)"), (1, 0));
        assert_eq!(counted("CREATE INDEX i ON a (b)"), (1, 0));
        assert_eq!(counted("CREATE UNIQUE INDEX i ON a (lower(id))"), (0, 1));
    }
}
