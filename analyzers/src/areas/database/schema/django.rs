//! Django's models: one field a line, in classes.

use super::literal::group;
use super::names::quoted;
use super::{Column, Schema, Table};

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
            let bases = rest.split_once('(').map_or("", |(_, bases)| bases);
            // Both bring groups and permissions.
            if let Some(class) =
                class.as_ref().filter(|_| ["AbstractUser", "PermissionsMixin"].iter().any(|it| bases.contains(it)))
            {
                link(schema, class, "groups", path, (line, line));
            }
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
        let last = line + given.matches('\n').count() as u32;
        if field == "ManyToManyField" {
            // A table of its own that others declare (`through`) is read where they do.
            if !given.contains("through=") {
                link(schema, class, &name, path, (line, last));
            }
            continue;
        }
        let table = schema.tables.entry(class.clone()).or_default();
        if is_foreign || kind == "slug" || is_found.iter().any(|option| given.contains(option)) {
            table.index(name.as_str());
        }
        table.columns.push(Column { name, called: None, kind, is_foreign, path: path.to_owned(), lines: (line, last) });
    }
    schema.tables.retain(|_, table| !table.columns.is_empty());
}

/// Adds the table that Django keeps a relation between many and many in, with an index for either link.
fn link(schema: &mut Schema, class: &str, name: &str, path: &str, lines: (u32, u32)) {
    let mut table = Table::default();
    for column in [format!("{class}_id"), format!("{name}_id")] {
        table.index(column.as_str());
        let (kind, path) = ("foreignkey".to_owned(), path.to_owned());
        table.columns.push(Column { name: column, called: None, kind, is_foreign: true, path, lines });
    }
    schema.tables.insert(format!("{class}_{name}"), table);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_many_has_a_table_whose_links_are_indexed() {
        let mut schema = Schema::default();
        let text = "from django.db import models\n\nclass Post(models.Model):\n    tags = models.ManyToManyField(Tag)\n    fans = models.ManyToManyField(User, through='Fan')\n\nclass User(AbstractUser):\n    pass\n";
        read(&mut schema, "shop/models.py", text);
        let links = |name: &str| schema.tables.get(name).map(|it| it.columns.iter().all(|it2| it2.is_foreign));
        assert_eq!((links("post_tags"), links("user_groups"), links("post_fans")), (Some(true), Some(true), None));
        assert!(schema.tables["post_tags"].is_indexed("post_id") && schema.tables["post_tags"].is_indexed("tags_id"));
        assert!(schema.tables.get("post").is_none_or(|post| post.column("tags").is_none()));
    }

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
