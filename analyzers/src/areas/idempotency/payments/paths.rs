//! Which addresses move money, by their words and by what the code about them speaks of.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::super::segments;
use crate::Snapshot;
use crate::areas::api::Endpoint;
use crate::paths::is_aside;

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
    "topups",
    "top-ups",
    "payin",
    "payins",
    "pay-in",
    "pay-ins",
    "cardpayments",
    "replenish",
    "replenishment",
    "replenishments",
    "chargebacks",
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
    "retiro",
    "retiros",
    "recarga",
    "recargas",
    "cobro",
    "cobros",
    "reembolso",
    "reembolsos",
    "estorno",
    "estornos",
    "virement",
    "virements",
    "remboursement",
    "remboursements",
    "überweisung",
    "überweisungen",
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
    "freeze",
    "release",
];

/// Of [`MOVES`], those that are about other things as well.
const AMBIGUOUS: &[&str] = &[
    "transfer",
    "transfers",
    "deposit",
    "deposits",
    "charge",
    "charges",
    // Also from a club, and of consent.
    "withdraw",
    "withdrawal",
    "withdrawals",
    "transferencia",
    "transferencias",
    "deposito",
    "depositos",
    "chargebacks",
    "replenish",
    "replenishment",
    "replenishments",
    "retiro",
    "retiros",
    "recarga",
    "recargas",
    // Also what a shop takes back.
    "devolucao",
    "devolucoes",
    "devolução",
    "devoluções",
];

/// Words for entries of a ledger as well: they move money where a key is asked for.
const PERHAPS: &[&str] = &[
    "transaction",
    "transactions",
    "remittance",
    "remittances",
    "transacao",
    "transacoes",
    "transação",
    "transações",
    "transaccion",
    "transacciones",
];

/// Words for what comes to an account and goes from it, and for what comes to a store.
const MOVEMENTS: &[&str] = &["movement", "movements", "movimiento", "movimientos", "movimentacao", "movimentacoes"];

/// What is done to a payment that was made before.
const TO_PAYMENTS: &[&str] = &["capture", "void", "refund"];

/// Whether an address moves money. `has_keys` says whether an idempotency key is asked for somewhere.
pub(super) fn moves(repo: &Snapshot, endpoint: &Endpoint, has_keys: bool) -> bool {
    moves_money(repo, endpoint, MOVES)
        || moves_money(repo, endpoint, PERHAPS) && (has_keys || takes_money(repo, endpoint))
        || is_of_an_account(repo, endpoint) && moves_money(repo, endpoint, MOVEMENTS)
        || is_done_to_payments(endpoint)
}

/// Whether the code about transactions asks for cards, or for who pays and is paid, as nobody does who only keeps account of
/// what was spent.
fn takes_money(repo: &Snapshot, endpoint: &Endpoint) -> bool {
    static TAKES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\bcvv|cvv\b|\bcvc\b|card_?(?:number|holder)|acquirer|insufficient_?\s?(?:funds|balance)|(?:saldo|fondos|fundos)_?\s?insuficiente",
            r"|\bpayer|beneficiary|replenish|chargeback|\bpayables?\b"
        ))
    });
    about(repo, endpoint, "transac").any(|text| TAKES.is_match(text))
}

/// Whether what is moved is kept in accounts that have a balance, and is no stock of a store.
fn is_of_an_account(repo: &Snapshot, endpoint: &Endpoint) -> bool {
    static ACCOUNT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)account|cuenta|conta(?:_?id|s)?\b|wallet|billetera|carteira"));
    static BALANCE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)balance|saldo"));
    let is_named = segments(&endpoint.path).iter().any(|part| MOVEMENTS.contains(&part.as_str()));
    is_named
        && about(repo, endpoint, "mov").any(|text| ACCOUNT.is_match(text))
        && about(repo, endpoint, "mov").any(|text| BALANCE.is_match(text))
}

/// `PUT /transactions/{id}/capture`.
fn is_done_to_payments(endpoint: &Endpoint) -> bool {
    const PAID: &[&str] =
        &["payment", "payments", "transaction", "transactions", "charge", "charges", "authorization", "authorizations"];
    let parts = segments(&endpoint.path);
    matches!(endpoint.method.as_str(), "POST" | "PUT" | "PATCH")
        && parts.last().is_some_and(|last| TO_PAYMENTS.contains(&last.as_str()))
        && parts.iter().any(|part| PAID.contains(&part.as_str()))
        && !asks(&parts)
}

/// The file of the route, and those that are named after what it is about.
fn about<'a>(repo: &'a Snapshot, endpoint: &Endpoint, word: &'a str) -> impl Iterator<Item = &'a str> {
    let named = repo.tree().own_texts().filter(move |(file, _)| is_about(&file.path, word) && !is_aside(&file.path));
    repo.text(&endpoint.file).into_iter().chain(named.map(|(_, text)| text))
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
    if let Some(word) = compound(&in_words, words) {
        return Some(word);
    }
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

/// `point-charges`, `bank-transfer`, `payment-orders`: the word for moving money, with what is moved or asked for.
fn compound(in_words: &[String], words: &[&str]) -> Option<String> {
    const MOVED: &[&str] = &[
        "point", "points", "bank", "card", "wallet", "balance", "money", "account", "cash", "wire", "instant", "bulk",
        "pix",
    ];
    const ASKED: &[&str] = &["order", "orders", "request", "requests"];
    let [first, second] = in_words else { return None };
    if MOVED.contains(&first.as_str()) && words.contains(&second.as_str()) {
        return Some(second.clone());
    }
    let is_asked = words.contains(&first.as_str()) && ASKED.contains(&second.as_str());
    (is_asked && matches!(first.as_str(), "payment" | "payout")).then(|| first.clone())
}

/// `make-payment`, `make_payment` and `makePayment` as words in lower case.
pub(super) fn spelt_out(part: &str) -> Vec<String> {
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
