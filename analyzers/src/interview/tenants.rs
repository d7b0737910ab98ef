//! Whose is each record?

use super::{Findings, Prompt};
use crate::Snapshot;
use crate::areas::database::owners;

pub(super) fn prompt(repo: &Snapshot, _: &Findings<'_>) -> Option<Prompt> {
    let owners = owners(repo);
    Some(match owners.found.first() {
        Some(first) => Prompt::new("tenants.owner")
            .naming("column", &first.column)
            .naming("table", &first.table)
            .at(owners.found.iter().map(|owner| owner.place.clone())),
        None if owners.tables > 0 => Prompt::new("tenants.none"),
        None => Prompt::new("tenants.generic"),
    })
}
