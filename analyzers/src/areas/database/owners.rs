//! Which columns say whose a row is.

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
    let schema = repo.schema();
    // Beside users, an account may be one at a bank.
    let has_users = schema.tables.contains_key("users") || schema.tables.contains_key("user");
    let mut ranked: Vec<(usize, Owner)> = schema
        .columns()
        .filter(|(_, _, column)| column.is_foreign)
        .filter_map(|(table, _, column)| {
            let place = column.place(repo);
            Some((
                rank(&column.name, has_users)?,
                Owner { table: table.to_owned(), column: column.name.clone(), place },
            ))
        })
        .collect();
    // Stable: what tells the same stays in the order of the tables.
    ranked.sort_by_key(|(rank, _)| *rank);
    Owners { found: ranked.into_iter().map(|(_, owner)| owner).collect(), tables: schema.tables.len() }
}

/// `tenant_id`, `tenantid`, `tenant_uuid` and `tenant` name the same.
fn rank(column: &str, has_users: bool) -> Option<usize> {
    let name = ["uuid", "guid", "id", "pk", "key"].iter().find_map(|end| column.strip_suffix(end)).unwrap_or(column);
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
        assert_eq!(first(&format!("CREATE TABLE users (uuid text);\n{balances}")).as_deref(), Some("user_uuid"));
    }
}
