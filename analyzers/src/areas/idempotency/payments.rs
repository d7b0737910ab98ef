//! Do endpoints that move money take or derive an idempotency key?

mod providers;
mod states;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use self::states::Way;
use super::{at, named, segments};
use crate::areas::api::Endpoint;
use crate::areas::api::Surface;
use crate::areas::security::marks;
use crate::areas::security::open_routes::{self, Region};
use crate::code::CodeMatch;
use crate::paths::is_aside;
use crate::{Evidence, Finding, Place, Snapshot};

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
    "money",
    "pagamento",
    "pagamentos",
    "pago",
    "pagos",
    "paiement",
    "paiements",
    "zahlung",
    "zahlungen",
    "saque",
    "saques",
    "transferencia",
    "transferencias",
    "deposito",
    "depositos",
    "pix",
    "cobranca",
    "cobrancas",
    "cobrança",
    "cobranças",
    "devolucao",
    "devolucoes",
    "devolução",
    "devoluções",
];

/// Words that are about money behind a wallet, and about anything elsewhere.
const IN_WALLET: &[&str] = &[
    "fund",
    "funds",
    "add-funds",
    "credit",
    "debit",
    "load",
    "send",
    "recharge",
    "cash-in",
    "cash-out",
    "transactions",
];

/// Of [`MOVES`], those that are about other things as well.
const AMBIGUOUS: &[&str] = &[
    "transfer",
    "transfers",
    "deposit",
    "deposits",
    "charge",
    "charges",
    "transferencia",
    "transferencias",
    "deposito",
    "depositos",
    // Also what a shop takes back.
    "devolucao",
    "devolucoes",
    "devolução",
    "devoluções",
];

/// Words for entries of a ledger as well: they move money where a key is asked for.
const PERHAPS: &[&str] = &["transaction", "transactions", "remittance", "remittances"];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let charges: Vec<Place> =
        marks::of(repo, "idempotency", "charge").into_iter().map(|found| marks::at(repo, found)).collect();
    let charges = if charges.is_empty() { providers::calls(repo) } else { charges };
    let mut keys = marks::of(repo, "idempotency", "key");
    keys.retain(|found| !is_only_let_through(line_of(repo, found)));
    let moves = |endpoint: &&Endpoint| {
        moves_money(repo, endpoint, MOVES) || !keys.is_empty() && moves_money(repo, endpoint, PERHAPS)
    };
    let endpoints: Vec<&Endpoint> = Surface::of(repo).endpoints.iter().filter(moves).collect();
    if endpoints.is_empty()
        && charges.is_empty()
        && let Some(header) = reads_header(repo)
    {
        let summary =
            format!("A request that is sent twice is told from a new one, by an idempotency key, in {}.", header.path);
        return Finding::met(SIGNAL, summary, marks::at(repo, header)).indicative().fact("keys", keys.len());
    }
    if endpoints.is_empty() && charges.is_empty() {
        return Finding::not_applicable(SIGNAL, "The program moves no money, as far as could be seen.");
    }
    let what = match (endpoints.first(), endpoints.len(), charges.len()) {
        (None, _, 1) => "in one place a payment provider is asked for money".to_owned(),
        (None, _, calls) => format!("in {calls} places a payment provider is asked for money"),
        (Some(first), 1, _) => format!("one address moves money, {}", named(first)),
        (Some(first), many, _) => format!("{many} addresses move money, such as {}", named(first)),
    };
    let places = || {
        let places = endpoints.iter().map(|endpoint| at(repo, endpoint)).chain(charges.iter().cloned()).take(10);
        Evidence::or_absence(places, repo.head())
    };
    let paying = || {
        let files: BTreeSet<&str> = Surface::of(repo).endpoints.iter().map(|endpoint| endpoint.file.as_str()).collect();
        // Beside routes, what stands in the file may be of others.
        let alone = charges.iter().filter(|place| !files.contains(place.path.as_str()));
        let whole = alone.map(|place| Region { path: place.path.clone(), lines: (1, u32::MAX) });
        endpoints.iter().flat_map(|endpoint| open_routes::regions(repo, endpoint)).chain(whole).collect::<Vec<_>>()
    };
    let guard = if keys.is_empty() { states::guard(repo, &paying()) } else { None };
    let bare = guard.as_ref().and_then(|(_, place)| unguarded(&endpoints, place));
    let finding = match (guard, bare) {
        _ if !keys.is_empty() => {
            let summary = format!(
                "A payment that is sent twice is made once: {what}, and a repeated one is told from a new one (by an \
                 idempotency key), in {}.",
                keys[0].path
            );
            Finding::met(SIGNAL, summary, marks::places(repo, keys.iter().copied()))
        }
        (Some((Way::Check, place)), _) => {
            let summary = format!(
                "Of two payments in the same moment, both may be made: {what}. Whether it is paid already is looked at \
                 first, in {}, but nothing was found that makes the second wait (a lock), or that tells a repeated \
                 payment from a new one (an idempotency key).",
                place.path
            );
            Finding::partly(SIGNAL, summary, place)
        }
        (Some((_, place)), Some(bare)) => {
            let summary = format!(
                "Some payments may be made twice by a second click: {what}. Something keeps some from it, in {}, but \
                 for {} nothing was found that tells a repeated payment from a new one, such as an idempotency key.",
                place.path,
                named(bare)
            );
            Finding::partly(SIGNAL, summary, Evidence::or_absence([place, at(repo, bare)], repo.head()))
        }
        (Some((way, place)), None) => {
            let how = match way {
                Way::Change => "its state is changed only where it is still open, and what came of that is looked at",
                Way::Lock => "its state is checked under a lock",
                Way::Unique | Way::Check => "the database refuses a second one, by a unique key",
            };
            let summary = format!("A payment that is sent twice is made once: {what}, and {how}, in {}.", place.path);
            Finding::met(SIGNAL, summary, place)
        }
        (None, _) => {
            let summary = format!(
                "A second click or a repeated message may pay twice: {what}, and nothing was found that tells a \
                 repeated payment from a new one, such as an idempotency key. Something else may keep it from that, \
                 such as a lock, and may not be recognised."
            );
            Finding::not_met(SIGNAL, summary, places())
        }
    };
    finding
        .indicative()
        .fact("endpoints", endpoints.len())
        .fact("provider_calls", charges.len())
        .fact("keys", keys.len())
}

/// An endpoint that a guard is not about, where the file of that is named after what another is about: `orders.go` guards
/// `/orders/pay`, and not `/balance/transfer`.
fn unguarded<'a>(endpoints: &[&'a Endpoint], guard: &Place) -> Option<&'a Endpoint> {
    let file = crate::paths::name(&guard.path).to_ascii_lowercase();
    let nouns = |endpoint: &Endpoint| -> Vec<String> {
        let mut parts = segments(&endpoint.path);
        parts.pop();
        let is_version =
            |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        parts.retain(|part| part.chars().all(|c| c.is_alphabetic() || c == '-') && part != "api" && !is_version(part));
        parts.iter().map(|part| part.to_ascii_lowercase().trim_end_matches('s').to_owned()).collect()
    };
    let is_guarded = |endpoint: &&&Endpoint| nouns(endpoint).iter().any(|noun| file.contains(noun.as_str()));
    endpoints.iter().find(is_guarded)?;
    endpoints.iter().find(|endpoint| !nouns(endpoint).is_empty() && !is_guarded(endpoint)).copied()
}

/// Where a program that answers requests reads the header of that name. Who also sets it asks others, and a list of headers
/// that browsers may send reads none.
fn reads_header(repo: &Snapshot) -> Option<&CodeMatch> {
    static SETS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?i)\b(add|set|put|append|header|with_?header|set_?request_?property)\(\s*['"]idempoten[\w-]*['"]\s*,|['"]idempoten[\w-]*['"]\s*(:|=>)"#,
        )
    });
    let reads = |line: &str| {
        let line = line.to_ascii_lowercase();
        ["header", "trygetvalue", ".get("].iter().any(|word| line.contains(word)) && !is_only_let_through(&line)
    };
    let answers = !Surface::of(repo).endpoints.is_empty();
    marks::of(repo, "idempotency", "key")
        .into_iter()
        .filter(|_| answers)
        .find(|found| reads(line_of(repo, found)) && !SETS.is_match(repo.text(&found.path).unwrap_or_default()))
}

/// The line on which `found` begins.
fn line_of<'a>(repo: &'a Snapshot, found: &CodeMatch) -> &'a str {
    let text = repo.text(&found.path).unwrap_or_default();
    let start = text[..found.bytes.start].rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or_default()
}

/// Whether a line lists headers that browsers may send or read.
fn is_only_let_through(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.contains("header") && ["allow", "expose"].iter().any(|word| line.contains(word))
}

fn moves_money(repo: &Snapshot, endpoint: &Endpoint, words: &[&str]) -> bool {
    let parts = segments(&endpoint.path);
    let is_parameter = |part: &String| part.contains(['{', ':', '<', '[', '(', '*', '$']);
    let named: Vec<String> =
        endpoint.path.split('/').map(str::to_owned).filter(|part| !part.is_empty() && !is_parameter(part)).collect();
    if asks(&named) {
        return false;
    }
    let Some(moved) = moved(&named, words) else { return false };
    // Repositories, domains and players are transferred, too.
    let is_ambiguous = AMBIGUOUS.contains(&moved.as_str());
    let says_amount = |text: &str| {
        let text = text.to_ascii_lowercase();
        ["amount", "balance", "saldo", "valor", "monto"].iter().any(|word| text.contains(word))
    };
    let speaks_of_money = || {
        repo.text(&endpoint.file).is_some_and(says_amount)
            // Tests count things, too.
            || repo.tree().own_texts().any(|(file, text)| {
                is_about(&file.path, &moved) && !is_aside(&file.path) && says_amount(text)
            })
    };
    endpoint.method == "POST"
        && !is_webhook(&parts)
        && (!is_ambiguous || speaks_of_money())
        && !keeps_no_amount(repo, endpoint, &moved)
}

/// Whether what is called a payment is none: it has code of its own, and neither that nor the route speaks of an amount, of
/// what is paid for, or of who is asked for money, as where only ways of paying are kept.
fn keeps_no_amount(repo: &Snapshot, endpoint: &Endpoint, moved: &str) -> bool {
    const NOUNS: &[&str] =
        &["payment", "payments", "pagamento", "pagamentos", "pago", "pagos", "paiement", "paiements"];
    static MONEY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)amount|balance|saldo|valor|monto|montant|total|price|preco|precio|prix|currency|\bcents?\b|invoice|order_?id|checkout",
            r"|booking|\b(?:is_?)?paid|charge|refund|stripe|paypal|razorpay|paystack|mercado|midtrans|wallet|\bpay\w*\("
        ))
    });
    if !NOUNS.contains(&moved) {
        return false;
    }
    let own = || {
        let files = repo.tree().own_texts().filter(|(file, _)| is_about(&file.path, moved) && !is_aside(&file.path));
        files.map(|(_, text)| text)
    };
    own().next().is_some() && !own().chain(repo.text(&endpoint.file)).any(|text| MONEY.is_match(text))
}

/// Whether a path begins with a word for asking what has become of a payment: `/api/verify/pay`.
fn asks(parts: &[String]) -> bool {
    let is_before = |part: &&String| {
        let version = part.strip_prefix('v').unwrap_or(part);
        matches!(part.as_str(), "api" | "rest") || version.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let first = parts.iter().find(|part| !is_before(part)).map(|part| part.to_ascii_lowercase());
    first.is_some_and(|first| matches!(first.as_str(), "verify" | "status" | "check" | "callback"))
}

/// The word for moving money that a path ends with: `/payments`, `/payments/initiate`, `/make-payment`, `/createPayment`.
fn moved(parts: &[String], words: &[&str]) -> Option<String> {
    const VERBS: &[&str] =
        &["make", "create", "new", "initiate", "initialize", "init", "process", "execute", "start", "send", "submit"];
    let last = parts.last()?;
    let is_word = |part: &String, known: &[&str]| known.contains(&part.to_ascii_lowercase().as_str());
    let in_wallet = is_word(last, IN_WALLET) && parts.iter().any(|part| is_word(part, &["wallet", "wallets"]));
    if is_word(last, words) || in_wallet {
        return Some(last.to_ascii_lowercase());
    }
    let in_words: Vec<String> = spelt_out(last);
    let (verbs, nouns): (Vec<&String>, Vec<&String>) = in_words.iter().partition(|word| VERBS.contains(&word.as_str()));
    if verbs.is_empty() {
        return None;
    }
    match nouns.as_slice() {
        // The verb stands behind what it is about.
        [] => parts
            .iter()
            .rev()
            .nth(1)
            .map(|part| part.to_ascii_lowercase())
            .filter(|part| words.contains(&part.as_str())),
        // `create-payment-intent` pays, and `create-payment-method` does not.
        [word] => words.contains(&word.as_str()).then(|| (*word).clone()),
        [word, intent] if *intent == "intent" || *intent == "order" || *intent == "session" => {
            words.contains(&word.as_str()).then(|| (*word).clone())
        }
        _ => None,
    }
}

/// `make-payment`, `make_payment` and `makePayment` as words in lower case.
fn spelt_out(part: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in part.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("there is always one").extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_webhook(parts: &[String]) -> bool {
    parts.iter().any(|part| part.contains("webhook") || part == "callback" || part == "notify")
}

fn is_about(path: &str, word: &str) -> bool {
    path.to_ascii_lowercase().contains(word.trim_end_matches('s')) && crate::code::Language::of(path).is_some()
}

#[cfg(test)]
mod tests;
