//! Who calls, and perhaps twice?

use super::{Findings, Prompt, files};
use crate::areas::idempotency;
use crate::{Place, Snapshot};

pub(super) fn prompt(repo: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    // The routes that the report speaks of, and no others.
    let mut routes = idempotency::webhooks(repo);
    // Money first; stable, so that the others stay in the order of the files.
    routes.sort_by_key(|route| !is_about_money(&route.path));
    let Some(first) = routes.first() else { return Some(Prompt::new("webhook.generic")) };
    // Who looked closer knows the handler.
    let handlers: Vec<Place> = findings.get("idempotency.webhooks").into_iter().flat_map(files).collect();
    let declared = || routes.iter().map(|it| Place::lines(repo.head(), &*it.file, it.lines.0, it.lines.1)).collect();
    let places = if handlers.is_empty() { declared() } else { handlers };
    Some(Prompt::new("webhook.route").naming("route", &first.path).at(places))
}

fn is_about_money(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["stripe", "pay", "billing", "invoice", "order", "checkout", "mollie", "adyen", "braintree"]
        .iter()
        .any(|word| path.contains(word))
}
