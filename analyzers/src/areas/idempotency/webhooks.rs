//! Are incoming events verified and deduplicated before they act?

mod queued;
mod signs;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{at, named, segments};
use crate::areas::api::Endpoint;
use crate::areas::api::Surface;
use crate::areas::security::marks;
use crate::areas::security::open_routes::{self, Region};
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

/// Other systems that are known to send events.
const SENDERS: &[&str] = &[
    "github",
    "gitlab",
    "bitbucket",
    "gitea",
    "slack",
    "discord",
    "telegram",
    "whatsapp",
    "facebook",
    "twilio",
    "sendgrid",
    "mailgun",
    "postmark",
    "shopify",
    "woocommerce",
    "hubspot",
    "intercom",
    "linear",
    "jira",
    "clerk",
    "docker",
    "dockerhub",
];

/// Of [`PROVIDERS`], the words for what they do.
const GENERAL: &[&str] = &["square", "payment", "payments", "checkout", "billing"];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let handlers = handlers(repo);
    let Some(first) = handlers.first() else {
        let none = "No address was recognised at which another system tells the program its news, such as that somebody \
                    has paid (a webhook).";
        return queued::finding(repo).unwrap_or_else(|| Finding::not_applicable(SIGNAL, none));
    };
    // Some frameworks list routes in one file and have their handlers in another.
    let of_handler = |handler: &&Endpoint| {
        let regions = open_routes::regions(repo, handler).into_iter().map(|region| region.path);
        regions.chain([handler.file.clone()]).collect::<Vec<_>>()
    };
    let files: BTreeSet<String> = handlers.iter().flat_map(of_handler).collect();
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
    let (mut verified, mut seen) = (of("verified"), of("seen"));
    verified.retain(|found| !signs::is_handshake(repo, found));
    let others = others(repo, &handlers, &files);
    let is_of_another = |found: &CodeMatch| others.iter().any(|region| stands_in(found, region));
    seen.retain(|found| !is_only_a_name(repo, found) && !marks::is_import(repo, found) && !is_of_another(found));
    seen.retain(|found| !signs::is_of_something_else(repo, found) && !signs::is_only_written(repo, found));
    if let Some(finding) = in_part(repo, &handlers, &verified, &seen) {
        return finding;
    }
    let done = if seen.is_empty() { signs::asks_whether_done(repo, &files) } else { None };
    let is_noticed = done.is_some() || !seen.is_empty();
    let compared = if verified.is_empty() { signs::compares_a_secret(repo, &files) } else { None };
    let by = if compared.is_some() { "by a secret that it carries" } else { "by a signature" };
    let is_verified = compared.is_some() || !verified.is_empty();
    let what = match handlers.len() {
        1 => format!("at one address (a webhook, {}) another system reports what has happened", named(first)),
        many => {
            format!("at {many} addresses (webhooks, such as {}) other systems report what has happened", named(first))
        }
    };
    let places = Evidence::or_absence(
        handlers
            .iter()
            .take(4)
            .map(|handler| at(repo, handler))
            .chain(verified.iter().take(3).map(|found| marks::at(repo, found)))
            .chain(seen.iter().take(3).map(|found| marks::at(repo, found)))
            .chain(done)
            .chain(compared),
        repo.head(),
    );
    let finding = match (!is_verified, !is_noticed) {
        (false, false) => Finding::met(
            SIGNAL,
            format!(
                "News from other systems is checked and acted on once: {what}, it is checked who sent it ({by}), and \
                 there are signs that what comes twice is noticed."
            ),
            places,
        ),
        (false, true) => Finding::partly(
            SIGNAL,
            format!(
                "News that arrives twice may be acted on twice: {what}, and it is checked who sent it ({by}), but no \
                 sign was found that what comes twice is noticed. Where a second time changes nothing, none is \
                 needed."
            ),
            places,
        ),
        (true, false) => Finding::partly(
            SIGNAL,
            format!(
                "Anybody may be able to send false news, such as of a payment: {what}, and there are signs that what \
                 comes twice is noticed, but no check of who sent it was found. Another program in front may do it."
            ),
            places,
        ),
        (true, true) => Finding::not_met(
            SIGNAL,
            format!(
                "False or repeated news, such as of a payment, may be acted on: {what}, and neither a check of who \
                 sent it was found, nor a sign that what comes twice is noticed. Another program in front, or the \
                 database, may do it."
            ),
            places,
        ),
    };
    finding.indicative().fact("handlers", handlers.len()).fact("verified", is_verified).fact("deduplicated", is_noticed)
}

/// Where the routes in `files` that take no events have their handlers.
fn others(repo: &Snapshot, handlers: &[&Endpoint], files: &BTreeSet<String>) -> Vec<Region> {
    let regions = |endpoint: &Endpoint| {
        let regions = open_routes::regions(repo, endpoint);
        regions.into_iter().filter(|region| region.path == endpoint.file).collect::<Vec<_>>()
    };
    let own: Vec<Region> = handlers.iter().flat_map(|handler| regions(handler)).collect();
    let endpoints = Surface::of(repo).endpoints.iter().filter(|it| files.contains(&it.file));
    let other =
        endpoints.filter(|it| !handlers.iter().any(|handler| handler.lines == it.lines && handler.file == it.file));
    let is_apart = |region: &Region| {
        own.iter().all(|own| own.path != region.path || own.lines.1 < region.lines.0 || region.lines.1 < own.lines.0)
    };
    other.flat_map(regions).filter(is_apart).collect()
}

fn stands_in(found: &CodeMatch, region: &Region) -> bool {
    *region.path == *found.path && (region.lines.0..=region.lines.1).contains(&found.lines.0)
}

/// Whether what is called an event is the one that came, or its type, and no store of those that came before:
/// `stripeEvent.Type`, and not `prisma.stripeEvent.findUnique(…)` or `StripeEvent.exists?(…)`.
fn is_only_a_name(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let source = text.get(found.bytes.clone()).unwrap_or_default();
    let name = source.to_ascii_lowercase().replace('_', "");
    if !["stripeevent", "webhookevent"].contains(&name.as_str()) {
        return false;
    }
    let (before, behind) = (&text[..found.bytes.start], &text[found.bytes.end..]);
    let is_member = before.ends_with('.') || before.ends_with("->") || before.ends_with("::");
    let is_asked =
        source.starts_with(char::is_uppercase) && [".", "::", ">"].iter().any(|mark| behind.starts_with(mark));
    !is_member && !is_asked
}

/// What is to be said where handlers differ: one of them does what another leaves out.
fn in_part(repo: &Snapshot, handlers: &[&Endpoint], verified: &[&CodeMatch], seen: &[&CodeMatch]) -> Option<Finding> {
    if handlers.len() < 2 {
        return None;
    }
    let regions: Vec<Vec<Region>> = handlers.iter().map(|handler| open_routes::regions(repo, handler)).collect();
    let have = |found: &[&CodeMatch]| -> Vec<bool> {
        regions.iter().map(|own| found.iter().any(|found| belongs(repo, found, own, &regions))).collect()
    };
    let (verified_by, seen_by) = (have(verified), have(seen));
    let is_whole = |index: &usize| verified_by[*index] && seen_by[*index];
    let (whole, wanting): (Vec<usize>, Vec<usize>) = (0..handlers.len()).partition(is_whole);
    let first = *wanting.first()?;
    // Where every handler wants the same, it is said of them all.
    if whole.is_empty()
        && wanting.iter().all(|index| (verified_by[*index], seen_by[*index]) == (verified_by[first], seen_by[first]))
    {
        return None;
    }
    let what = match (verified_by[first], seen_by[first]) {
        (true, _) => "no sign was found that what comes twice is noticed",
        (false, true) => "no check of who sent it was found",
        (false, false) => "neither a check of who sent it was found, nor a sign that what comes twice is noticed",
    };
    let summary = format!(
        "Some news may be acted on though it is false or repeated: at {} addresses (webhooks) other systems report \
         what has happened. {} of them {} who sent it and {} what comes twice; for {} {what}. Another program in \
         front, or the database, may do it.",
        handlers.len(),
        if whole.is_empty() { "None".to_owned() } else { whole.len().to_string() },
        if whole.len() == 1 { "checks" } else { "check" },
        if whole.len() == 1 { "notices" } else { "notice" },
        named(handlers[first]),
    );
    let places = wanting.iter().chain(&whole).take(6).map(|index| at(repo, handlers[*index]));
    Some(
        Finding::partly(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
            .indicative()
            .fact("handlers", handlers.len())
            .fact("wanting", wanting.len())
            .fact("verified", verified_by.iter().all(|it| *it))
            .fact("deduplicated", seen_by.iter().all(|it| *it)),
    )
}

/// Whether `found` is of the handler in `own`: it stands there, or in a function that is named there. What stands in
/// no handler, and in nothing that one of them names, may be before them all.
fn belongs(repo: &Snapshot, found: &CodeMatch, own: &[Region], all: &[Vec<Region>]) -> bool {
    let stands = |region: &Region| stands_in(found, region);
    if own.iter().any(stands) {
        return true;
    }
    if all.iter().flatten().any(stands) {
        return false;
    }
    let names = |region: &Region| {
        let name = found.scopes.last().map(|scope| scope.name.as_str()).filter(|name| name.len() > 2);
        let lines = repo.text(&region.path).unwrap_or_default().lines();
        let (first, last) = (region.lines.0 as usize, region.lines.1 as usize);
        name.is_some_and(|name| {
            lines.skip(first.saturating_sub(1)).take(last + 1 - first).any(|line| line.contains(name))
        })
    };
    own.iter().any(names) || !all.iter().flatten().any(names)
}

/// The routes that take events of other systems.
pub(crate) fn handlers(repo: &Snapshot) -> Vec<&Endpoint> {
    let endpoints = &Surface::of(repo).endpoints;
    let verified = marks::of(repo, "idempotency", "verified");
    let takes = |endpoint: &&Endpoint| {
        is_handler(endpoint) || is_checked_callback(repo, endpoint, &verified) || names_an_event(repo, endpoint)
    };
    endpoints.iter().filter(|endpoint| takes(endpoint) && !is_registered(endpoint, endpoints)).collect()
}

/// Whether a callback checks a signature: it takes an event, whoever sends it. Where people log in, the check is another.
fn is_checked_callback(repo: &Snapshot, endpoint: &Endpoint, verified: &[&CodeMatch]) -> bool {
    const NAMES: &[&str] =
        &["callback", "ipn", "notify", "notification", "notifications", "handler", "paymenthandler", "handlerequest"];
    const LOGIN: &[&str] = &["auth", "oauth", "oauth2", "login", "sso", "saml", "oidc", "connect", "social", "token"];
    let parts = segments(&endpoint.path);
    let names =
        |known: &[&str]| parts.iter().flat_map(|part| part.split(['-', '_', '.'])).any(|word| known.contains(&word));
    let is_checked = || {
        open_routes::regions(repo, endpoint).iter().any(|region| {
            verified
                .iter()
                .any(|found| *region.path == *found.path && (region.lines.0..=region.lines.1).contains(&found.lines.0))
        })
    };
    matches!(endpoint.method.as_str(), "POST" | "*") && names(NAMES) && !names(LOGIN) && is_checked()
}

/// Whether the handler behind a provider's name says that it takes an event: `WebHookEvents`, `NotificationDto`. An address
/// that the provider is told to send events to is none.
fn names_an_event(repo: &Snapshot, endpoint: &Endpoint) -> bool {
    static EVENT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)web_?hook_?(events?|requests?|payload|handler|dto|data|signature|secret)|notification_?(dto|request|payload|event|data)\b|handle_?web_?hook",
        )
    });
    let senders = || PROVIDERS.iter().filter(|name| !GENERAL.contains(name));
    let of = |text: &str| {
        let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_ascii_lowercase).collect();
        senders().any(|name| words.iter().any(|word| word == name))
    };
    endpoint.method == "POST"
        && (of(&endpoint.path) || of(&endpoint.file))
        && open_routes::regions(repo, endpoint).iter().any(|region| {
            let (first, last) = (region.lines.0 as usize, region.lines.1 as usize);
            let lines = repo.text(&region.path).unwrap_or_default().lines();
            lines.skip(first.saturating_sub(1)).take(last + 1 - first).any(|line| EVENT.is_match(line))
        })
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
                .any(|word| parts.iter().any(|part| part == word))
        || names_sender(&parts) && parts.iter().any(|part| matches!(part.as_str(), "hook" | "hooks"));
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
    // A sender may ask by GET who is there, at the address of its own. A list is of several.
    let is_list = parts[last].ends_with("webhooks") && last + 1 == parts.len();
    !names_sender(&parts)
        && all.iter().any(|other| {
            matches!(other.method.as_str(), "PUT" | "PATCH" | "DELETE")
                && segments(&other.path).starts_with(&parts[..=last])
                || is_list && other.method == "GET" && other.path == endpoint.path
        })
}

fn names_sender(parts: &[String]) -> bool {
    parts.iter().any(|part| PROVIDERS.contains(&part.as_str()) || SENDERS.contains(&part.as_str()))
}

#[cfg(test)]
mod tests;
