//! Are incoming events verified and deduplicated before they act?

use std::collections::BTreeSet;

use super::{at, named, segments};
use crate::areas::api::Endpoint;
use crate::areas::security::marks;
use crate::code::CodeMatch;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "idempotency.webhooks";

/// Systems whose events are about money.
const PROVIDERS: &[&str] = &[
    "stripe",
    "paypal",
    "razorpay",
    "paystack",
    "braintree",
    "mollie",
    "adyen",
    "square",
    "mercadopago",
    "midtrans",
    "flutterwave",
    "paddle",
    "lemonsqueezy",
    "lemon-squeezy",
    "coinbase",
    "xendit",
    "payu",
    "payment",
    "payments",
    "checkout",
    "billing",
];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let handlers = handlers(repo);
    let Some(first) = handlers.first() else {
        return Finding::not_applicable(SIGNAL, "No route that takes events of other systems was found.");
    };
    let files: BTreeSet<&str> = handlers.iter().map(|handler| handler.file.as_str()).collect();
    let is_about = |found: &&CodeMatch| {
        files.contains(&*found.path)
            || found.path.to_ascii_lowercase().contains("webhook")
            || repo
                .text(&found.path)
                .is_some_and(|text| ["webhook", "Webhook", "WEBHOOK"].iter().any(|it| text.contains(it)))
    };
    let of = |topic: &str| -> Vec<&CodeMatch> {
        marks::of(repo, "idempotency", topic).into_iter().filter(is_about).collect()
    };
    let (verified, seen) = (of("verified"), of("seen"));
    let what = match handlers.len() {
        1 => format!("One route takes events of another system ({})", named(first)),
        many => format!("{many} routes take events of other systems, such as {}", named(first)),
    };
    let places = Evidence::or_absence(
        handlers
            .iter()
            .take(4)
            .map(|handler| at(repo, handler))
            .chain(verified.iter().take(3).map(|found| marks::at(repo, found)))
            .chain(seen.iter().take(3).map(|found| marks::at(repo, found))),
        repo.head(),
    );
    let finding = match (verified.is_empty(), seen.is_empty()) {
        (false, false) => Finding::met(
            SIGNAL,
            format!("{what}: a signature is checked, and there are signs that an event that comes twice is noticed."),
            places,
        ),
        (false, true) => Finding::partly(
            SIGNAL,
            format!(
                "{what}: a signature is checked, but no sign was found that an event that comes twice is noticed. Where a \
                 second run changes nothing, none is needed."
            ),
            places,
        ),
        (true, false) => Finding::partly(
            SIGNAL,
            format!(
                "{what}: there are signs that an event that comes twice is noticed, but no check of who sent it was found. \
                 A gateway in front may do it."
            ),
            places,
        ),
        (true, true) => Finding::not_met(
            SIGNAL,
            format!(
                "{what}: neither a check of who sent it was found, nor a sign that an event that comes twice is noticed. A \
                 gateway, or a unique key in the database, may do it."
            ),
            places,
        ),
    };
    finding
        .indicative()
        .fact("handlers", handlers.len())
        .fact("verified", !verified.is_empty())
        .fact("deduplicated", !seen.is_empty())
}

/// The routes that take events of other systems.
fn handlers(repo: &Snapshot) -> Vec<&Endpoint> {
    let endpoints = &repo.surface().endpoints;
    endpoints.iter().filter(|endpoint| is_handler(endpoint) && !is_registered(endpoint, endpoints)).collect()
}

fn is_handler(endpoint: &Endpoint) -> bool {
    const ABOUT: &[&str] = &["test", "retry", "redeliver", "trigger", "register", "subscribe"];
    let parts = segments(&endpoint.path);
    let names = |word: &str| parts.iter().any(|part| part.contains(word));
    let pays = parts.iter().any(|part| PROVIDERS.contains(&part.as_str()));
    let takes = names("webhook")
        || pays
            && ["ipn", "notify", "notification", "notifications", "callback", "hook", "hooks"]
                .iter()
                .any(|word| parts.iter().any(|part| part == word));
    matches!(endpoint.method.as_str(), "POST" | "*")
        && takes
        && !parts.last().is_some_and(|last| {
            // Pages on which customers set up webhooks of their own.
            ABOUT.contains(&last.as_str())
                || ["add_", "add-", "edit", "new", "create"].iter().any(|start| last.starts_with(start))
        })
}

/// Customers list, change and delete webhooks of their own; nobody does that with an event.
fn is_registered(endpoint: &Endpoint, all: &[Endpoint]) -> bool {
    let parts = segments(&endpoint.path);
    let Some(last) = parts.iter().position(|part| part.contains("webhook")) else { return false };
    let names_sender = parts.iter().any(|part| PROVIDERS.contains(&part.as_str()));
    !names_sender
        && all.iter().any(|other| {
            matches!(other.method.as_str(), "PUT" | "PATCH" | "DELETE")
                && segments(&other.path).starts_with(&parts[..=last])
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn found(routes: &str) -> Finding {
        finding(&Fixture::new().file("app.js", &format!("const app = require('express')()\n{routes}\n")).snapshot())
    }

    #[test]
    fn a_checked_and_remembered_event_is_met() {
        let both = "app.post('/stripe/webhook', (req, res) => {\n const event = stripe.webhooks.constructEvent(a, b, c)\n if (db.has(processedEvents, event.id)) return res.end()\n})";
        let found = found(both);
        assert_eq!((found.outcome(), &found.facts()["handlers"]), (Outcome::Met, &1.into()));
    }

    #[test]
    fn each_half_alone_is_partly() {
        let verified = "app.post('/webhook', (req, res) => { stripe.webhooks.constructEvent(a, b, c) })";
        assert_eq!(found(verified).outcome(), Outcome::Partly);
        let seen = "app.post('/webhook', (req, res) => { Event.findOrCreate({ id }) })";
        assert_eq!(found(seen).outcome(), Outcome::Partly);
        assert_eq!(found("app.post('/webhook', (req, res) => { ship(req.body) })").outcome(), Outcome::NotMet);
    }

    #[test]
    fn webhooks_that_customers_register_are_no_events() {
        let registered = "app.post('/webhooks', add)\napp.get('/webhooks', list)\napp.delete('/webhooks/:id', remove)";
        assert_eq!(found(registered).outcome(), Outcome::NotApplicable);
        assert_eq!(found("app.all('/projects/:id/add_webhook', add)").outcome(), Outcome::NotApplicable);
        assert_eq!(found("app.post('/orders', add)").outcome(), Outcome::NotApplicable);
    }
}
