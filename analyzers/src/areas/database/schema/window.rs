//! Whether more of a file declares tables than is followed.

use super::annotated::{REACH, near};
use super::literal::group;
use super::{knex, mongoose, query_interface, sequelize};

/// What is given a table or its columns, in brackets.
const CALLS: &[&str] =
    &[".define(", ".init(", "Schema(", "createTable(", "alterTable(", "table(", "addColumn(", "changeColumn("];

/// So many of a kind are read in a file.
pub(super) const MOST_CALLS: usize = 1_000;

/// Whether `text` declares more tables in calls, or larger ones, than are read.
pub(super) fn is_beyond(path: &str, text: &str) -> bool {
    let is_read = knex::is_migration(path, text)
        || query_interface::is_migration(path, text)
        || sequelize::is_of_models(path, text)
        || mongoose::is_of_schemas(path, text);
    let opens = |call: &&str| {
        let mut starts = text.match_indices(*call).map(|(at, _)| at + call.len() - 1);
        let is_wide = |open: usize| text.len() - open > REACH && group(near(&text[open..])) == 0;
        starts.by_ref().take(MOST_CALLS).any(is_wide) || starts.next().is_some()
    };
    is_read && CALLS.iter().any(opens)
}

#[cfg(test)]
mod tests {
    use crate::areas::database::Schema;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_table_that_is_too_large_to_be_read_is_told() {
        let left = |padding: usize| {
            let text = format!(
                "module.exports = (sequelize, DataTypes) => sequelize.define('Order', {{\n  // {}\n  price: DataTypes.FLOAT,\n}});\n",
                "x".repeat(padding)
            );
            let repo = Fixture::new().file("models/order.js", &text).snapshot();
            let columns: usize = Schema::of(&repo).tables.values().map(|table| table.columns.len()).sum();
            (columns, repo.left().len())
        };
        assert_eq!(left(10), (1, 0));
        assert_eq!(left(30_000), (0, 1));
    }
}
