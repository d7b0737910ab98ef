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
    let mut ranked: Vec<(usize, Owner)> = schema
        .columns()
        .filter(|(_, _, column)| column.is_foreign)
        .filter_map(|(table, _, column)| {
            let place = column.place(repo);
            Some((rank(&column.name)?, Owner { table: table.to_owned(), column: column.name.clone(), place }))
        })
        .collect();
    // Stable: what tells the same stays in the order of the tables.
    ranked.sort_by_key(|(rank, _)| *rank);
    Owners { found: ranked.into_iter().map(|(_, owner)| owner).collect(), tables: schema.tables.len() }
}

/// `tenant_id`, `tenantid` and `tenant` name the same.
fn rank(column: &str) -> Option<usize> {
    let name = column.strip_suffix("id").unwrap_or(column).trim_end_matches('_');
    CUSTOMERS.iter().position(|customer| *customer == name)
}
