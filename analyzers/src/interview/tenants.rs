//! Whose is each record?

use super::{Findings, Prompt};
use crate::Snapshot;
use crate::areas::database::Schema;
use crate::areas::database::owners;

/// How the tables begin that a framework makes for its own login.
const OF_FRAMEWORKS: &[&str] = &[
    "auth_",
    "authtoken_",
    "django_",
    "account_email",
    "socialaccount_",
    "oauth_",
    "oauth2_",
    "personal_access",
    "sessions",
    "aspnet",
];

pub(super) fn prompt(repo: &Snapshot, _: &Findings<'_>) -> Option<Prompt> {
    let owners = owners(repo);
    let told: Vec<_> =
        owners.found.iter().filter(|owner| is_told(&owner.table) && !is_a_subject(repo, &owner.column)).collect();
    Some(match told.first() {
        Some(first) => Prompt::new("tenants.owner")
            .naming("column", &first.column)
            .naming("table", &first.table)
            .at(told.iter().map(|owner| owner.place.clone())),
        None if owners.found.is_empty() && owners.tables > 0 => Prompt::new("tenants.none"),
        None => Prompt::new("tenants.generic"),
    })
}

/// Whether a table is the program's own.
fn is_told(table: &str) -> bool {
    !OF_FRAMEWORKS.iter().any(|start| table.starts_with(start))
}

/// Owners of pets and authors of books are what a program is about, and not who uses it, where they have a table.
fn is_a_subject(repo: &Snapshot, column: &str) -> bool {
    let tables = &Schema::of(repo).tables;
    ["owner", "author"].iter().any(|subject| {
        column.starts_with(subject) && (tables.contains_key(*subject) || tables.contains_key(&*format!("{subject}s")))
    })
}
