//! Who calls, and perhaps twice?

use super::{Findings, Prompt, files};
use crate::areas::api::Endpoint;
use crate::{Place, Snapshot};

pub(super) fn prompt(repo: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    let all = &repo.surface().endpoints;
    let mut routes: Vec<&Endpoint> = all.iter().filter(|route| is_webhook(route, all)).collect();
    // Money first; stable, so that the others stay in the order of the files.
    routes.sort_by_key(|route| !is_about_money(&route.path));
    let Some(first) = routes.first() else { return Some(Prompt::new("webhook.generic")) };
    // Who looked closer knows the handler.
    let handlers: Vec<Place> = findings.get("idempotency.webhooks").into_iter().flat_map(files).collect();
    let declared = || routes.iter().map(|it| Place::lines(repo.head(), &*it.file, it.lines.0, it.lines.1)).collect();
    let places = if handlers.is_empty() { declared() } else { handlers };
    Some(Prompt::new("webhook.route").naming("route", &first.path).at(places))
}

/// Whether another system calls `route` to tell news. People who log in come back by a callback too, and a list of
/// webhooks that can be read is one that people keep.
fn is_webhook(route: &Endpoint, all: &[Endpoint]) -> bool {
    let path = route.path.to_ascii_lowercase();
    let file = route.file.to_ascii_lowercase();
    let words_of_login = ["auth", "login", "sso", "saml", "oidc"];
    let is_left_for = |other: &Endpoint| {
        other.method == "GET" && Some(&*other.path.to_ascii_lowercase()) == path.strip_suffix("/callback")
    };
    let is_login =
        words_of_login.iter().any(|word| path.contains(word) || file.contains(word)) || all.iter().any(is_left_for);
    let mut words = path.split(['/', '-', '_']);
    let is_told = path.contains("webhook")
        || path.contains("callback") && !is_login
        || words.clone().any(|word| matches!(word, "hook" | "hooks" | "ipn" | "postback"));
    let is_kept = words
        .any(|word| matches!(word, "add" | "create" | "new" | "edit" | "update" | "delete" | "remove" | "test"))
        || all.iter().any(|other| other.path == route.path && other.method == "GET");
    is_told && !is_kept && matches!(route.method.as_str(), "POST" | "PUT" | "*")
}

fn is_about_money(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["stripe", "pay", "billing", "invoice", "order", "checkout", "mollie", "adyen", "braintree"]
        .iter()
        .any(|word| path.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn the_way_back_from_a_login_service_is_no_webhook() {
        let told = |path: &str, text: &str| {
            let text = format!("const app = require('express')();\n{text}");
            let repo = Fixture::new().file(path, &text).snapshot();
            let all = &repo.surface().endpoints;
            all.iter().filter(|route| is_webhook(route, all)).count()
        };
        let back = "app.post('/apple/callback', f);\n";
        assert_eq!(told("src/routes/bank.js", back), 1);
        assert_eq!(told("src/routes/auth/apple.js", back), 0);
        assert_eq!(told("src/routes/apple.js", &format!("{back}app.get('/apple', f);\n")), 0);
    }
}
