//! `db/schema.rb`, which Rails writes: one column, index or foreign key a line.

use super::{Column, Schema, Table};

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
            table = Some((first, Table::default()));
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
                table.index(first);
                *(if words.contains("unique: true") { &mut table.unique } else { &mut table.declared }) += 1;
            } else {
                let kind = kind.to_owned();
                table.columns.push(Column { name: first, kind, is_foreign: false, path: path.to_owned(), line });
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
