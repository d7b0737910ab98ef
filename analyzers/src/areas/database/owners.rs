//! Which columns say whose a row is.

use super::Schema;
use super::schema::{Parts, parts, plain};
use crate::{Place, Snapshot};

/// Names of columns that point at a customer: a company first, then a person.
const CUSTOMERS: [&str; 12] = [
    "tenant",
    "organization",
    "organisation",
    "org",
    "company",
    "workspace",
    "account",
    "team",
    "customer",
    "owner",
    "user",
    "author",
];

/// The columns that say whose a row is.
#[derive(Debug)]
pub(crate) struct Owners {
    /// Those that tell the most first, then by table.
    pub(crate) found: Vec<Owner>,
    /// How many tables are known.
    pub(crate) tables: usize,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) table: String,
    pub(crate) column: String,
    pub(crate) place: Place,
}

/// Looks for them in the schemas that are read.
pub(crate) fn owners(repo: &Snapshot) -> Owners {
    let schema = Schema::of(repo);
    // Beside users, an account may be one at a bank.
    let has_users = schema.tables.contains_key("users") || schema.tables.contains_key("user");
    let Parts { columns: taken_over, no_tables } = parts(repo, schema);
    let own =
        schema.columns().map(|(table, _, column)| (table, column)).filter(|(table, _)| !no_tables.contains(*table));
    let taken_over = taken_over.iter().map(|(table, column)| (&**table, column));
    let mut ranked: Vec<(usize, Owner)> = own
        .chain(taken_over)
        .filter_map(|(table, column)| {
            let name = column.called.as_ref().unwrap_or(&column.name);
            if !column.is_foreign && !is_reference(name, table) {
                return None;
            }
            let place = column.place(repo);
            Some((rank(name, has_users)?, Owner { table: table.to_owned(), column: name.clone(), place }))
        })
        .collect();
    // Stable: what tells the same stays in the order of the tables.
    ranked.sort_by_key(|(rank, _)| *rank);
    Owners { found: ranked.into_iter().map(|(_, owner)| owner).collect(), tables: schema.tables.len() }
}

/// Whether a column points at the customers by its name alone, as where a mapper or nobody says what it points at: it ends
/// as identifiers do, and is not the customers' own.
fn is_reference(column: &str, table: &str) -> bool {
    let name = ["uuid", "guid", "ulid", "id"].iter().find_map(|end| column.strip_suffix(end));
    name.is_some_and(|name| plain(name) != plain(table))
}

/// `tenant_id`, `tenantid`, `tenant_uuid` and `tenant` name the same.
fn rank(column: &str, has_users: bool) -> Option<usize> {
    let ends = ["uuid", "guid", "ulid", "id", "pk", "key"];
    let name = ends.iter().find_map(|end| column.strip_suffix(end)).unwrap_or(column);
    let name = name.trim_end_matches('_');
    let place = CUSTOMERS.iter().position(|customer| *customer == name)?;
    Some(if name == "account" && has_users { CUSTOMERS.len() } else { place })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn the_column_that_tells_most_comes_first() {
        let first = |sql: &str| {
            let repo = Fixture::new().file("migrations/1.sql", sql).snapshot();
            owners(&repo).found.first().map(|owner| owner.column.clone())
        };
        let balances =
            "CREATE TABLE balances (account_id int REFERENCES accounts(id), user_uuid text REFERENCES users(uuid));\n";
        assert_eq!(first(balances).as_deref(), Some("account_id"));
        // Nobody says what it points at, but its name does; a table's own number is no link.
        assert_eq!(first("CREATE TABLE notes (tenant_id uuid NOT NULL, user_id int);\n").as_deref(), Some("tenant_id"));
        assert_eq!(first("CREATE TABLE tenants (tenant_id uuid PRIMARY KEY, company text);\n"), None);
        assert_eq!(first(&format!("CREATE TABLE users (uuid text);\n{balances}")).as_deref(), Some("user_uuid"));
    }

    #[test]
    fn a_column_of_a_base_class_says_whose_the_rows_of_each_table_are() {
        let base = "from django.db import models\n\nclass Owned(models.Model):\n    tenant = models.ForeignKey('Tenant', on_delete=models.CASCADE)\n\n    class Meta:\n        abstract = True\n";
        let order = "from django.db import models\n\nclass Order(Owned):\n    total = models.IntegerField()\n";
        for path in ["core/owned.py", "core/models.py"] {
            let repo = Fixture::new().file(path, base).file("shop/models.py", order).snapshot();
            let found = owners(&repo).found;
            let all: Vec<_> = found.iter().map(|it| (&*it.table, &*it.column, &*it.place.path)).collect();
            assert_eq!(all, [("order", "tenant", path)]);
        }
    }

    #[test]
    fn mappers_name_the_customer_in_ways_of_their_own() {
        let laravel = |column: &str| {
            format!(
                "<?php\nreturn new class extends Migration {{\n  public function up() {{\n    Schema::create('orders', function ($table) {{\n      $table->id();\n      {column}\n    }});\n  }}\n}};\n"
            )
        };
        let jpa = |field: &str| format!("@Entity\nclass Order {{\n  @Id private Long id;\n  {field}\n}}\n");
        let context = "class Shop : DbContext {\n  public DbSet<Order> Orders { get; set; }\n  void OnModelCreating(ModelBuilder b) { b.Entity<Order>().HasIndex(o => o.TenantId); }\n}\n";
        let order = "public class Order {\n  public int Id { get; set; }\n  public Guid TenantId { get; set; }\n}\n";
        for (path, text, line) in [
            ("database/migrations/1_a.php", laravel("$table->foreignId('tenant_id');"), 6),
            (
                "database/migrations/1_a.php",
                laravel("$table->foreignId('tenant_id')->constrained()->cascadeOnDelete();"),
                6,
            ),
            ("database/migrations/1_a.php", laravel("$table->foreignIdFor(Tenant::class)->constrained();"), 6),
            (
                "Order.java",
                jpa(
                    "@ManyToOne(optional = false)\n  @JoinColumn(name = \"tenant_id\", nullable = false)\n  private Client client;",
                ),
                4,
            ),
            ("Order.java", jpa("@Column(name = \"tenant_id\")\n  private UUID tenant;"), 4),
            ("Order.cs", format!("{context}{order}"), 7),
        ] {
            let repo = Fixture::new().file(path, &text).snapshot();
            let found = owners(&repo).found;
            let first = found.first().unwrap_or_else(|| panic!("no column of {path}: {text}"));
            assert_eq!((&*first.column, first.place.lines.map(|lines| lines.0)), ("tenant_id", Some(line)), "{text}");
        }
    }
}
