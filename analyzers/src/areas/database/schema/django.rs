//! Django's models: one field a line, in classes.

use super::literal::group;
use super::names::quoted;
use super::{Column, Schema};

/// Whether a file may declare models.
pub(super) fn is_of_models(path: &str, text: &str) -> bool {
    path.ends_with(".py")
        && (path.ends_with("models.py") || path.split('/').any(|part| part == "models"))
        && text.contains("django")
        && text.contains("models.")
}

/// Adds the models of the file, as tables of the class's name. Django indexes what points to another table.
pub(super) fn read(schema: &mut Schema, path: &str, text: &str) {
    let mut class = None;
    let mut start = 0;
    for (line, words) in (1_u32..).zip(text.split_inclusive('\n')) {
        let at = start;
        start += words.len();
        if let Some(rest) = words.strip_prefix("class ") {
            class = rest.split(['(', ':']).next().map(str::to_lowercase);
        } else if words.starts_with(|c: char| c.is_alphabetic()) {
            class = None;
        }
        let Some(class) = &class else { continue };
        let code = words.trim_start();
        // What the options of a model begin an index with.
        if ["unique_together", "index_together"].iter().any(|option| code.starts_with(option))
            || code.contains("fields=[")
        {
            let list = code.split_once("fields=[").map_or(code, |(_, list)| list);
            let table = schema.tables.entry(class.clone()).or_default();
            table
                .indexes
                .extend(quoted(list).next().map(|first| (first.trim_start_matches('-').to_lowercase(), String::new())));
            continue;
        }
        let Some((name, field)) = code.split_once(" = models.") else { continue };
        let Some((field, _)) = field.split_once('(') else { continue };
        let name = name.split(':').next().unwrap_or(name).to_lowercase();
        let is_foreign = matches!(field, "ForeignKey" | "OneToOneField");
        if !(is_foreign || field.ends_with("Field")) || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let kind = field.trim_end_matches("Field").to_lowercase();
        let kind = if kind.ends_with("integer") { "integer".to_owned() } else { kind };
        let open = at + words.find('(').unwrap_or_default();
        let given = &text[open..open + group(&text[open..])];
        let is_found = ["db_index=True", "unique=True", "primary_key=True", "unique_for_"];
        let table = schema.tables.entry(class.clone()).or_default();
        if is_foreign || kind == "slug" || is_found.iter().any(|option| given.contains(option)) {
            table.index(name.as_str());
        }
        let last = line + given.matches('\n').count() as u32;
        table.columns.push(Column { name, called: None, kind, is_foreign, path: path.to_owned(), lines: (line, last) });
    }
    schema.tables.retain(|_, table| !table.columns.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_models_are_columns() {
        let mut schema = Schema::default();
        let text = "from django.db import models\n\nclass Order(models.Model):\n    total = models.FloatField()\n    owner = models.ForeignKey(\n        User,\n    )\n    paid: int = models.PositiveIntegerField(default=models.Value(1))\n";
        assert!(is_of_models("shop/models.py", text) && !is_of_models("shop/views.py", text));
        read(&mut schema, "shop/models.py", text);
        let table = &schema.tables["order"];
        let columns: Vec<_> =
            table.columns.iter().map(|it| (&*it.name, &*it.kind, it.is_foreign, it.lines.0)).collect();
        assert_eq!(
            columns,
            [("total", "float", false, 4), ("owner", "foreignkey", true, 5), ("paid", "integer", false, 8)]
        );
        assert!(table.is_indexed("owner"));
    }
}
