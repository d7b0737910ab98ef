//! News of payments that come over a queue, and not to an address.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{SIGNAL, is_only_a_name, signs};
use crate::areas::security::marks;
use crate::code::CodeMatch;
use crate::{Finding, Snapshot};

/// So far behind a mark it is read what it is about, in bytes.
const BEHIND: usize = 400;

/// What takes messages of others out of a queue, and starts no task of the program's own.
static TAKES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"KafkaListener|RabbitListener|RabbitHandler|SqsListener|JmsListener|StreamListener|RetryableTopic|EventPattern|RabbitSubscribe|RabbitRPC",
        r"|\b[cC]onsume\w*\(|\.run\(|sarama\.|kafka\.Message|\.Delivery\b|ReadMessage\(|FetchMessage\(|IConsumer<|IHandleMessages<|BasicConsume|EventingBasicConsumer",
        r"|basic_consume|KafkaConsumer|queue_iterator|Consumer\.create"
    ))
});

static PAYMENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)payment|refund|settlement|chargeback|payout|pagamento|\bpaid\b|_paid\b|\bpago"));

/// `None` where no message about payments is taken out of a queue.
pub(super) fn finding(repo: &Snapshot) -> Option<Finding> {
    let mut all = marks::of(repo, "jobs", "task");
    all.extend(marks::of(repo, "jobs", "marker"));
    let is_about = |found: &&CodeMatch| {
        let text = repo.text(&found.path).unwrap_or_default();
        let end = text.floor_char_boundary((found.bytes.end + BEHIND).min(text.len()));
        let own = text.get(found.bytes.clone()).unwrap_or_default();
        let around = text.get(found.bytes.start..end).unwrap_or_default();
        TAKES.is_match(own) && (PAYMENT.is_match(around) || PAYMENT.is_match(crate::paths::name(&found.path)))
    };
    let consumers: Vec<&CodeMatch> = all.into_iter().filter(is_about).collect();
    let first = consumers.first()?;
    let files: BTreeSet<String> = consumers.iter().map(|found| found.path.to_string()).collect();
    let mut seen = marks::of(repo, "idempotency", "seen");
    seen.retain(|found| files.contains(&*found.path) && !is_only_a_name(repo, found) && !marks::is_import(repo, found));
    seen.retain(|found| !signs::is_of_something_else(repo, found) && !signs::is_only_written(repo, found));
    let noticed = seen.first().map(|found| marks::at(repo, found));
    let noticed = noticed.or_else(|| signs::asks_whether_done(repo, &files));
    let finding = match noticed {
        Some(place) => {
            let summary = format!(
                "News of payments comes over a queue, to {}, and there are signs that what comes twice is noticed.",
                first.path
            );
            Finding::met(SIGNAL, summary, place).indicative()
        }
        None => {
            let summary = format!(
                "News of payments comes over a queue, to {}. Whether what comes twice is noticed can't be told from \
                 that file.",
                first.path
            );
            Finding::not_assessable(SIGNAL, summary)
        }
    };
    Some(finding.fact("handlers", 0).fact("consumers", consumers.len()))
}

#[cfg(test)]
mod tests {
    use super::super::finding;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_message_about_a_payment_is_news_of_another_system() {
        let of = |queue: &str, body: &str| {
            let code = format!(
                "import amqp from 'amqplib';\nconnection.createChannel({{ setup: async (ownChannel) => {{\n  await ownChannel.consume('{queue}', async (message) => {{ {body} }});\n}} }});\n"
            );
            let package = r#"{"dependencies": {"amqplib": "1"}}"#;
            let repo = Fixture::new().file("package.json", package).file("src/consumer.ts", &code);
            finding(&repo.snapshot()).outcome()
        };
        assert_eq!(of("order.payment.confirmed", "await orders.ship(message)"), Outcome::NotAssessable);
        let once = "if (await Payment.findOrCreate({ where: { id } })) return;";
        assert_eq!(of("order.payment.confirmed", once), Outcome::Met);
        assert_eq!(of("mail", "await send(message)"), Outcome::NotApplicable);
    }
}
