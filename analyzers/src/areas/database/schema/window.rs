//! Whether more of a file declares tables than is followed.

use super::annotated::{REACH, near};
use super::literal::{LONGEST, group};
use super::{django, knex, mongoose, query_interface, sequelize};

/// What is given a table or its columns, in brackets.
const CALLS: &[&str] =
    &[".define(", ".init(", "Schema(", "createTable(", "alterTable(", "table(", "addColumn(", "changeColumn("];

/// So many of a kind are read in a file.
pub(super) const MOST_CALLS: usize = 1_000;

/// Whether `text` declares more tables in calls, or larger ones, than are read.
pub(super) fn is_beyond(path: &str, text: &str) -> bool {
    is_beyond_calls(path, text) || is_beyond_fields(path, text)
}

/// The same of the fields of Django's models.
fn is_beyond_fields(path: &str, text: &str) -> bool {
    let mut fields = text.match_indices(" = models.").filter_map(|(at, _)| Some(&text[at + text[at..].find('(')?..]));
    text.len() > LONGEST
        && django::is_of_models(path, text)
        && fields.any(|given| given.len() > LONGEST && group(given) == 0)
}

fn is_beyond_calls(path: &str, text: &str) -> bool {
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

    #[test]
    fn classes_and_descriptions_that_are_too_large_to_be_read_are_told() {
        let left = |path: &str, text: &str| {
            let repo = Fixture::new().file(path, text).snapshot();
            Schema::of(&repo);
            repo.left().len()
        };
        let padding = |size: usize| "x".repeat(size);
        let java = |mark: &str, field: &str| {
            format!(
                "import jakarta.persistence.*;\n@Entity\npublic class A {{\n  @Id Long id;\n  {mark}\n  {field};\n}}\n"
            )
        };
        for (path, small, large) in [
            // A mark that ends nowhere near, a head that does not, and more that nothing closes than is asked of.
            (
                "src/A.java",
                java(&format!("@Column(name = \"{}\")", padding(10)), "String b"),
                java(&format!("@Column(name = \"{}\")", padding(30_000)), "String b"),
            ),
            ("src/A.java", java("", "String b"), java("", &format!("String b = {}", padding(5_000)))),
            ("src/A.java", java("", &"\"".repeat(3)), java("", &"@A(\n".repeat(300))),
            (
                "src/A.php",
                format!(
                    "<?php\nuse Doctrine\\ORM\\Mapping as ORM;\n#[ORM\\Entity]\nclass A {{\n  #[ORM\\Column(name: '{}')]\n  public $a;\n}}\n",
                    padding(10)
                ),
                format!(
                    "<?php\nuse Doctrine\\ORM\\Mapping as ORM;\n#[ORM\\Entity]\nclass A {{\n  #[ORM\\Column(name: '{}')]\n  public $a;\n}}\n",
                    padding(30_000)
                ),
            ),
            (
                "config/A.orm.xml",
                format!("<mapping><entity name=\"A\">{}</entity></mapping>\n", "<field name=\"a\"/>".repeat(9)),
                format!("<mapping><entity name=\"A\">{}</entity></mapping>\n", "<field name=\"a\"/>".repeat(2_001)),
            ),
            ("ent/schema/a.go", entry_of_ent(9), entry_of_ent(501)),
            (
                "shop/models.py",
                format!(
                    "from django.db import models\nclass A(models.Model):\n    a = models.FloatField('{}')\n",
                    padding(10)
                ),
                format!(
                    "from django.db import models\nclass A(models.Model):\n    a = models.FloatField('{}')\n",
                    padding(210_000)
                ),
            ),
        ] {
            assert_eq!((left(path, &small), left(path, &large)), (0, 1), "{small}");
        }
    }

    /// A schema of so many fields.
    fn entry_of_ent(count: usize) -> String {
        let fields: String = (0..count).map(|at| format!("\t\tfield.String(\"f{at}\"),\n")).collect();
        format!(
            "package schema\n\ntype A struct {{\n\tent.Schema\n}}\n\nfunc (A) Fields() []ent.Field {{\n\treturn []ent.Field{{\n{fields}\t}}\n}}\n"
        )
    }
}
