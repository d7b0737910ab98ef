//! Do endpoints that move money take or derive an idempotency key?

use super::{at, named, segments};
use crate::areas::api::Endpoint;
use crate::areas::security::marks;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "idempotency.payments";

/// Words for moving money, as the last or the last but one segment of a path.
const MOVES: &[&str] = &[
    "pay",
    "payment",
    "payments",
    "charge",
    "charges",
    "refund",
    "refunds",
    "payout",
    "payouts",
    "withdraw",
    "withdrawal",
    "withdrawals",
    "deposit",
    "deposits",
    "transfer",
    "transfers",
    "topup",
    "top-up",
];

/// Words for entries of a ledger as well: they move money where a key is asked for.
const PERHAPS: &[&str] = &["transaction", "transactions", "remittance", "remittances"];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let charges = marks::of(repo, "idempotency", "charge");
    let keys = marks::of(repo, "idempotency", "key");
    let moves = |endpoint: &&Endpoint| {
        moves_money(repo, endpoint, MOVES) || !keys.is_empty() && moves_money(repo, endpoint, PERHAPS)
    };
    let endpoints: Vec<&Endpoint> = repo.surface().endpoints.iter().filter(moves).collect();
    if endpoints.is_empty() && charges.is_empty() {
        return Finding::not_applicable(SIGNAL, "No route and no call that moves money was found.");
    }
    let what = match (endpoints.first(), endpoints.len(), charges.len()) {
        (None, _, 1) => "One call asks a payment provider for money".to_owned(),
        (None, _, calls) => format!("{calls} calls ask a payment provider for money"),
        (Some(first), 1, _) => format!("One route moves money ({})", named(first)),
        (Some(first), many, _) => format!("{many} routes move money, such as {}", named(first)),
    };
    let finding = if keys.is_empty() {
        let summary = format!(
            "{what}, and no idempotency key was found, so a request that is sent twice may be paid twice. Where the state \
             of an order is checked under a lock, it is not."
        );
        let places = endpoints.iter().map(|endpoint| at(repo, endpoint));
        let places = places.chain(charges.iter().map(|found| marks::at(repo, found))).take(10);
        Finding::not_met(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
    } else {
        let summary = format!("{what}, and an idempotency key is used in {}.", keys[0].path);
        Finding::met(SIGNAL, summary, marks::places(repo, keys.iter().copied()))
    };
    finding
        .indicative()
        .fact("endpoints", endpoints.len())
        .fact("provider_calls", charges.len())
        .fact("keys", keys.len())
}

fn moves_money(repo: &Snapshot, endpoint: &Endpoint, words: &[&str]) -> bool {
    let parts = segments(&endpoint.path);
    let is_parameter = |part: &String| part.contains(['{', ':', '<', '[', '(', '*', '$']);
    let last = parts.iter().rev().find(|part| !is_parameter(part));
    let Some(last) = last.filter(|last| words.contains(&last.as_str())) else { return false };
    // Repositories, domains and players are transferred, too.
    let is_ambiguous = ["transfer", "transfers", "deposit", "deposits", "charge", "charges"].contains(&last.as_str());
    let speaks_of_money = || {
        repo.tree()
            .own_texts()
            .any(|(file, text)| is_about(&file.path, last) && text.to_ascii_lowercase().contains("amount"))
    };
    endpoint.method == "POST" && !is_webhook(&parts) && (!is_ambiguous || speaks_of_money())
}

fn is_webhook(parts: &[String]) -> bool {
    parts.iter().any(|part| part.contains("webhook") || part == "callback" || part == "notify")
}

fn is_about(path: &str, word: &str) -> bool {
    path.to_ascii_lowercase().contains(word.trim_end_matches('s')) && crate::code::Language::of(path).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn outcome(name: &str, text: &str) -> Outcome {
        finding(&Fixture::new().file(name, text).snapshot()).outcome()
    }

    #[test]
    fn a_payment_without_a_key_may_be_paid_twice() {
        let route = "const app = require('express')()\napp.post('/payments', (req, res) => pay(req.body))\n";
        assert_eq!(outcome("app.js", route), Outcome::NotMet);
        let keyed = route.replace("req.body", "req.get('Idempotency-Key')");
        assert_eq!(outcome("app.js", &keyed), Outcome::Met);
    }

    #[test]
    fn a_call_to_a_provider_is_enough_to_ask() {
        assert_eq!(outcome("pay.py", "import stripe\nstripe.PaymentIntent.create(amount=1)\n"), Outcome::NotMet);
        assert_eq!(
            outcome("pay.py", "import stripe\nstripe.PaymentIntent.create(amount=1, idempotency_key=key)\n"),
            Outcome::Met
        );
    }

    #[test]
    fn entries_of_a_ledger_move_money_where_a_key_is_asked_for() {
        let route = "const app = require('express')()\napp.post('/transactions', (req, res) => add(req.body))\n";
        assert_eq!(outcome("app.js", route), Outcome::NotApplicable);
        assert_eq!(outcome("app.js", &route.replace("req.body", "req.get('Idempotency-Key')")), Outcome::Met);
    }

    #[test]
    fn what_is_transferred_may_be_no_money() {
        let route = "const app = require('express')()\napp.post('/repos/:id/transfer', move)\n";
        assert_eq!(outcome("transfer.js", route), Outcome::NotApplicable);
        assert_eq!(outcome("transfer.js", &format!("{route}// {{ amount }}\n")), Outcome::NotMet);
        assert_eq!(
            outcome("app.js", "const app = require('express')()\napp.get('/payments', list)\n"),
            Outcome::NotApplicable
        );
    }
}
