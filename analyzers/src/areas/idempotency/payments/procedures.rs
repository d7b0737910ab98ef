//! Procedures that other programs call over gRPC, and that move money by their names.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::paths::spelt_out;
use crate::areas::security::open_routes::Region;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// A procedure, and where the program has it.
pub(super) struct Procedure {
    pub(super) name: String,
    path: String,
    lines: (u32, u32),
}

impl Procedure {
    pub(super) fn place(&self, repo: &Snapshot) -> Place {
        Place::lines(repo.head(), self.path.as_str(), self.lines.0, self.lines.1)
    }

    pub(super) fn region(&self) -> Region {
        Region { path: self.path.clone(), lines: self.lines }
    }
}

/// A method of Go that answers such a call. What asks for an answer has options behind its request.
static ANSWERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^func \((?:\w+ )?\*?\w+\) (\w+)\(\w+ context\.Context, \w+ \*(?:connect\.Request\[)?\w*(?:pb|proto|v\d)\w*\.\w+\]?\) \(\*",
    )
});

static SERVICE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^\s*service\s+(\w+)"));
static CALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^\s*rpc\s+(\w+)\s*\("));

/// The procedures that move money: where Go answers them, else where a description names them that code implements.
pub(super) fn find(repo: &Snapshot) -> Vec<Procedure> {
    let texts = || repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
    let is_generated =
        |path: &str| [".pb.go", ".connect.go", "_pb2.py", "_pb2_grpc.py"].iter().any(|end| path.ends_with(end));
    let mut found = Vec::new();
    for (file, text) in texts().filter(|(file, _)| file.path.ends_with(".go") && !is_generated(&file.path)) {
        for answer in ANSWERS.captures_iter(text).filter(|answer| moves(&answer[1], &file.path)) {
            let Some(all) = answer.get(0) else { continue };
            let first = text[..all.start()].matches('\n').count() as u32 + 1;
            let body = text[all.start()..].split("\n}").next().unwrap_or_default();
            let lines = (first, first + body.matches('\n').count() as u32 + 1);
            found.push(Procedure { name: answer[1].to_owned(), path: file.path.clone(), lines });
        }
    }
    if !found.is_empty() {
        return found;
    }
    for (file, text) in texts().filter(|(file, _)| file.path.ends_with(".proto")) {
        let services: Vec<(usize, &str)> =
            SERVICE.captures_iter(text).filter_map(|it| Some((it.get(0)?.start(), it.get(1)?.as_str()))).collect();
        for call in CALL.captures_iter(text) {
            let Some(all) = call.get(0) else { continue };
            let Some((_, service)) = services.iter().rev().find(|(start, _)| *start < all.start()) else { continue };
            let subject = format!("{} {service}", file.path);
            let is_implemented = || {
                let bases = [
                    format!("{service}ImplBase"),
                    format!("{service}CoroutineImplBase"),
                    format!("{service}Servicer"),
                    format!("{service}.{service}Base"),
                    format!("GrpcMethod('{service}'"),
                    format!("{service}.service"),
                    format!("impl {service} for"),
                ];
                texts().any(|(other, text)| {
                    !is_generated(&other.path) && bases.iter().any(|base| text.contains(base.as_str()))
                })
            };
            if moves(&call[1], &subject) && is_implemented() {
                let line = text[..all.end()].matches('\n').count() as u32 + 1;
                found.push(Procedure { name: call[1].to_owned(), path: file.path.clone(), lines: (line, line) });
            }
        }
    }
    found
}

/// Whether a procedure moves money: `CreatePayment`, `Refund`, and `Capture` where payments are spoken of.
fn moves(name: &str, subject: &str) -> bool {
    const ORDERS: &[&str] =
        &["create", "make", "process", "initiate", "execute", "send", "submit", "start", "request", "new", "confirm"];
    const MOVED: &[&str] = &[
        "payment",
        "payments",
        "payin",
        "payout",
        "pay",
        "refund",
        "withdrawal",
        "withdraw",
        "transfer",
        "deposit",
        "charge",
    ];
    const NOT_MOVED: &[&str] =
        &["method", "methods", "status", "history", "config", "settings", "details", "webhook", "link"];
    const ALONE: &[&str] = &["pay", "refund", "withdraw", "topup", "payout"];
    const OF_PAYMENTS: &[&str] = &[
        "charge",
        "transfer",
        "deposit",
        "capture",
        "sale",
        "void",
        "freeze",
        "release",
        "debit",
        "credit",
        "authorize",
    ];
    let words = spelt_out(name);
    let (Some(first), false) = (words.first(), words.iter().any(|word| NOT_MOVED.contains(&word.as_str()))) else {
        return false;
    };
    let subject = subject.to_ascii_lowercase();
    let speaks_of_money = || {
        ["pay", "wallet", "bank", "billing", "ledger", "account", "balance"].iter().any(|word| subject.contains(word))
    };
    ALONE.contains(&first.as_str())
        || OF_PAYMENTS.contains(&first.as_str()) && speaks_of_money()
        || ORDERS.contains(&first.as_str()) && words[1..].iter().any(|word| MOVED.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn names(path: &str, text: &str) -> Vec<String> {
        let repo = Fixture::new().file(path, text).snapshot();
        find(&repo).into_iter().map(|procedure| procedure.name).collect()
    }

    #[test]
    fn methods_of_go_that_answer_calls_move_money_by_their_names() {
        let method = |name: &str| {
            format!(
                "package a\n\nfunc (h *Handler) {name}(ctx context.Context, req *pb.{name}Request) (*pb.{name}Response, error) {{\n\treturn h.do(req)\n}}\n"
            )
        };
        assert_eq!(names("internal/handler.go", &method("CreatePayInOrder")), ["CreatePayInOrder"]);
        assert_eq!(names("internal/payment.go", &method("Sale")), ["Sale"]);
        assert_eq!(names("internal/wallet.go", &method("Freeze")), ["Freeze"]);
        assert!(names("internal/memory.go", &method("Release")).is_empty());
        assert!(names("internal/payment.go", &method("GetPayment")).is_empty());
        assert!(names("internal/payment.go", &method("CreatePaymentMethod")).is_empty());
        let asks = "package a\n\nfunc (c *client) CreatePayment(ctx context.Context, in *pb.CreatePaymentRequest, opts ...grpc.CallOption) (*pb.Payment, error) {\n}\n";
        assert!(names("internal/payment.go", asks).is_empty());
    }

    #[test]
    fn a_description_counts_where_its_service_is_implemented() {
        let proto = "service PaymentService {\n  rpc CreatePayment (Request) returns (Reply);\n  rpc GetPayment (Request) returns (Reply);\n}\n";
        let of = |code: &str| {
            let repo = Fixture::new().file("payment.proto", proto).file("Server.java", code).snapshot();
            find(&repo).into_iter().map(|procedure| procedure.lines.0).collect::<Vec<_>>()
        };
        assert_eq!(of("class Server extends PaymentServiceGrpc.PaymentServiceImplBase {}\n"), [2]);
        assert!(of("class Client { PaymentServiceGrpc.newStub(channel); }\n").is_empty());
    }
}
