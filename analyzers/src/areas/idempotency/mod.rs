//! Idempotency: whether what arrives twice is done once.

mod payments;
mod webhooks;

pub(crate) use webhooks::handlers as webhooks;

use crate::areas::api::Endpoint;
use crate::{Analyzer, AreaMeta, Effort, Finding, Place, SignalMeta, Snapshot};

/// The area `idempotency`.
pub struct Idempotency;

static META: AreaMeta = AreaMeta {
    id: "idempotency",
    title: "Doing things once",
    question: "Is what is asked for twice, or arrives twice, done only once?",
    signals: &[
        SignalMeta {
            id: "idempotency.webhooks",
            statement: "News from other systems, such as a payment, is checked and acted on once",
            looks_at: "Addresses where other systems report what has happened (webhooks), and in the files that speak \
                of them: whether the sender's signature is checked, and signs that a message which came before is \
                noticed. Such a sign is a number that is kept, a unique key, or a mark that an order is paid. \
                Addresses where customers enter webhooks of their own are left out. It does not apply without such an \
                address.",
            why: "Every sender sends its message again when the answer is slow. If nobody notices, the order goes out \
                twice; and without a signature anybody can say that it was paid.",
            remedy: "Check first who sent the message, by the provider's signature; keep the number of each under a \
                     unique key, and do nothing about one that is there already.",
            effort: Effort::Medium,
            dispute: "A unique key in the database, or a check in another part of the program, may not be recognised. \
                Point to it.",
        },
        SignalMeta {
            id: "idempotency.payments",
            statement: "A payment that is sent twice is made once",
            looks_at: "Addresses that pay, charge, transfer or refund, calls that ask a payment provider for money, \
                and an idempotency key, a number by which a repeated payment is told from a new one. Without such a \
                key: what else lets only one of two payments through, which is a state that is changed only while it \
                is open, one that is checked under a lock, or a unique key for what is paid. A state that is checked \
                without a lock counts half, and so does a check that only some of the addresses have. It does not \
                apply where no money is moved, as where only ways of paying are kept and no amount.",
            why: "A customer who clicks twice, or a phone that lost its connection, sends the same payment again. The \
                key tells the repetition from a second purchase.",
            remedy: "Give each payment a number of its own, an idempotency key, keep it beside the result so that no \
                     number is paid twice, and pass it on to the provider.",
            effort: Effort::Medium,
            dispute: "Where an order can be paid only once, because of its state, that is enough. If that is made \
                sure of in a way that is not recognised, say so in the code beside it.",
        },
    ],
};

impl Analyzer for Idempotency {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        vec![webhooks::finding(repo), payments::finding(repo)]
    }
}

/// Where an endpoint is declared.
fn at(repo: &Snapshot, endpoint: &Endpoint) -> Place {
    Place::lines(repo.head(), endpoint.file.as_str(), endpoint.lines.0, endpoint.lines.1)
}

/// The segments of a path, in lower case.
fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// `POST /pay`, or `any method on /pay`.
fn named(endpoint: &Endpoint) -> String {
    format!("{} {}", endpoint.method.replace('*', "any method on"), endpoint.path)
}
