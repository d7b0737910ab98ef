//! What looks like a check of an event and is none, and a check that has no name of its own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::areas::security::marks::is_for_operators;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// So far before and behind a name it is read what it belongs to, in bytes.
const AROUND: usize = 80;
const CHECKS: usize = 50;
/// So far a branch is read, in bytes.
const BRANCH: usize = 1_200;

/// Whether what is called a check answers the question with which a sender looks for a webhook at first: the token that a
/// GET carries (`hub.challenge`) says nothing of what is sent by POST.
pub(super) fn is_handshake(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let function = found.functions.last().map_or(found.bytes.clone(), |function| function.bytes.clone());
    let own = text.get(function).unwrap_or_default().to_ascii_lowercase();
    // One that answers both says of what else it looks at.
    own.contains("challenge") && !["signature", "hmac"].iter().any(|word| own.contains(word))
}

/// Whether a name that would tell events that came before is of something else: who takes part (a conversation or a
/// customer that is found or made), when somebody wrote last, or a log that is only written.
pub(super) fn is_of_something_else(repo: &Snapshot, found: &CodeMatch) -> bool {
    static PARTY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:conversation|user|patient|customer|contact|client|lead|chat|session|profile|account|tenant)s?(?:::|\.|->)(?:objects\.)?$",
        )
    });
    static LOOKED_UP: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:::|\.|->)(?:query\(\)->)?(?:objects\.)?(?:where|find|exist|first|get|count|query|select|filter)",
        )
    });
    let text = repo.text(&found.path).unwrap_or_default();
    let source = text.get(found.bytes.clone()).unwrap_or_default();
    let name = source.trim_matches(['"', '\'', '`', ':']).to_ascii_lowercase().replace('_', "");
    let before = &text[text.floor_char_boundary(found.bytes.start.saturating_sub(AROUND))..found.bytes.start];
    let makes =
        name.contains("orcreate") || name.contains("orfind") || name.contains("ornew") || name.contains("upsert");
    let is_log = matches!(name.as_str(), "webhooklog" | "webhooklogs");
    name.starts_with("lastmessage")
        || name.starts_with("lastnotification")
        || makes && PARTY.is_match(before)
        || is_log && !LOOKED_UP.is_match(&text[found.bytes.end..])
}

/// Whether what would tell that something was paid, or which event came, is only set or written into the log here: nobody
/// asks for it.
pub(super) fn is_only_written(repo: &Snapshot, found: &CodeMatch) -> bool {
    static LOGS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(console|log\w*|print\w*|puts|\w*logger)\b\W"));
    static LOOKUP: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)\b\w*(where|find|exist|get|first|count|query|select|filter|unique|index)\w*\s*[({:]")
    });
    const TYPES: &[&str] =
        &["Date", "date", "datetime", "DateTime", "Time", "bool", "Bool", "boolean", "string", "String"];
    let text = repo.text(&found.path).unwrap_or_default();
    let source = text.get(found.bytes.clone()).unwrap_or_default();
    let name = source.trim_matches(['"', '\'', '`', ':']).to_ascii_lowercase().replace('_', "");
    let is_state = matches!(name.as_str(), "ispaid" | "paidat");
    if !is_state && !name.ends_with("eventid") && !name.ends_with("eventids") {
        return false;
    }
    let (before, behind) = (&text[..found.bytes.start], text[found.bytes.end..].trim_start());
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let around = &before[text.floor_char_boundary(found.bytes.start.saturating_sub(AROUND))..];
    // What a statement before says is no part of this one.
    let around = around.rsplit(';').next().unwrap_or_default();
    let is_set = behind.starts_with('=') && !behind.starts_with("==") && !behind.starts_with("=>");
    let is_key = behind.starts_with(':') && !behind.starts_with("::") || behind.starts_with("=>");
    let is_declared =
        TYPES.iter().any(|kind| behind.strip_prefix(kind).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)));
    LOGS.is_match(line) || is_set || is_state && (is_declared || is_key && !LOOKUP.is_match(around))
}

/// Where one of `files`, or another that speaks of webhooks, gives up because what the event says is done already:
/// `if (payment.status === 'paid') return`.
pub(super) fn asks_whether_done(repo: &Snapshot, files: &BTreeSet<String>) -> Option<Place> {
    static DONE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)(?-u:\b)(?:el|else\s+)?if\s*\(?[^\n{};!]*(?:status|state)(?-u:\b)[^\n{};!]*(?:={2,3}|\.equals\(|\sis\s)[^\n{};!]*",
            r"(?-u:\b)[0-9A-Za-z_.]*(?:paid|captured|completed|succeeded|processed|settled|refunded)(?-u:\b)[^\n{};]*[{:]?\s*",
            r"(?:[^\n{}]*(?:log|print|info|debug|warn)[^\n]*\n\s*)?return(?-u:\b)"
        ))
    });
    static OPEN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)(?-u:\b)(?:el|else\s+)?if(?-u:\b)\s*\(?[^;{}]{0,200}?(?-u:\b)status(?-u:\b)\s*(?:={2,3}|\.equals\(|\sis\s)\s*",
            r"[^\n;{}]{0,60}?(?:awaiting|pending|unpaid)"
        ))
    });
    static SET: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)status(?-u:\b)[^\n;=]{0,3}?(?:=|:|,|\()[^\n;=]{0,60}?(?-u:\b|_)(?:paid|confirmed|completed|captured|succeeded|settled|processed|success)",
        )
    });
    let sources = repo.tree().own_texts().filter(|(file, text)| {
        let is_about = files.contains(file.path.as_str()) || text.contains("ebhook");
        is_about && Language::of(&file.path).is_some() && !is_aside(&file.path) && !is_for_operators(&file.path)
    });
    sources.into_iter().find_map(|(file, text)| {
        let is_code = |at: usize| {
            let line = text[..at].rsplit('\n').next().unwrap_or_default().trim_start();
            !["//", "#", "*"].iter().any(|sign| line.starts_with(sign))
        };
        // Only what is open still is done, and is open no more then.
        let closes = |end: usize| {
            let behind = &text[end..text.floor_char_boundary(end + BRANCH)];
            SET.find(behind).is_some_and(|set| !behind[..set.start()].contains("else"))
        };
        let done = || DONE.find_iter(text).take(CHECKS).find(|found| is_code(found.start()));
        let open = || OPEN.find_iter(text).take(CHECKS).find(|found| is_code(found.start()) && closes(found.end()));
        let found = done().or_else(open)?;
        let line = text[..found.start()].matches('\n').count() as u32 + 1;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

/// Where one of `files` compares a header with a secret of the settings, and refuses whoever sent another:
/// `if request.headers.get("X-Webhook-Key") != settings.WEBHOOK_SECRET: return Response(status=403)`.
pub(super) fn compares_a_secret(repo: &Snapshot, files: &BTreeSet<String>) -> Option<Place> {
    static READ: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)(?-u:\b)(\w+)\s*:?=\s*[^\n;=]*(?-u:\b)(?:headers?|getheader)(?-u:\b)"));
    static SECRET: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)!==?[^\n]*(?:settings|env|config|secret)[^\n]*\n?[^\n]*\n?[^\n]*(?:40[13]|unauthori|forbidden)")
    });
    files.iter().filter(|path| Language::of(path).is_some()).find_map(|path| {
        let text = repo.text(path)?;
        READ.captures_iter(text).take(CHECKS).find_map(|read| {
            let (end, name) = (read.get(0)?.end(), &read[1]);
            let behind = &text[end..text.floor_char_boundary(end + BRANCH)];
            let asked = behind.match_indices(name).find(|(at, _)| {
                let line = behind[..*at].rsplit('\n').next().unwrap_or_default();
                line.trim_start().starts_with("if") && SECRET.find(&behind[*at..]).is_some_and(|it| it.start() < AROUND)
            })?;
            let line = text[..end + asked.0].matches('\n').count() as u32 + 1;
            Some(Place::lines(repo.head(), path.as_str(), line, line))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding;
    use crate::Outcome::{self, Met, NotMet, Partly};
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_token_that_a_sender_asks_for_at_first_checks_no_event() {
        let of = |check: &str| {
            let app = format!(
                "const app = require('express')()\napp.get('/whatsapp/webhook', (req, res) => {{ const it = verifyWebhook(req.query.token, req.query.challenge); res.send(it) }})\napp.post('/whatsapp/webhook', (req, res) => {{ {check} }})\n"
            );
            finding(&Fixture::new().file("app.js", &app).snapshot()).outcome()
        };
        assert_eq!(of("ship(req.body)"), NotMet);
        assert_eq!(of("verifySignature(req); ship(req.body)"), Partly);
    }

    #[test]
    fn who_takes_part_and_what_is_written_down_tell_no_events_apart() {
        let of = |done: &str| {
            let app = format!(
                "const app = require('express')()\napp.post('/stripe/webhook', async (req, res) => {{ verifySignature(req); {done} }})\n"
            );
            finding(&Fixture::new().file("app.js", &app).snapshot()).outcome()
        };
        assert_eq!(of("await Customer.findOrCreate({ where: { phone } })"), Partly);
        assert_eq!(of("await Payment.findOrCreate({ where: { id } })"), Met);
        assert_eq!(of("await WebhookLog.create({ id })"), Partly);
        assert_eq!(of("order.isPaid = true; order.paidAt = Date.now(); await order.save()"), Partly);
        assert_eq!(of("await Order.update({ isPaid: true, paidAt: now })"), Partly);
        assert_eq!(of("logger.info(`event ${eventId}`, eventId)"), Partly);
        assert_eq!(of("if (order.isPaid) return res.end()"), Met);
        assert_eq!(of("const one = await Order.findOne({ where: { paidAt: null } })"), Met);
        assert_eq!(of("if (await seen.has(eventId)) return res.end()"), Met);
        assert_eq!(of("if (await WebhookLog.findOne({ id })) return"), Met);
    }

    #[test]
    fn a_secret_that_a_header_carries_tells_who_sent_an_event() {
        let of = |check: &str| {
            let app = format!(
                "const app = require('express')()\napp.post('/payments/webhook', async (req, res) => {{\n  const key = req.headers['x-webhook-key'];\n  {check}\n  ship()\n}})\n"
            );
            finding(&Fixture::new().file("app.js", &app).snapshot()).outcome()
        };
        assert_eq!(of("if (key !== process.env.WEBHOOK_SECRET) {\n    return res.status(401).end();\n  }"), Partly);
        assert_eq!(of("if (!key) return res.status(401).end();"), NotMet);
        assert_eq!(of("log(key);"), NotMet);
    }

    #[test]
    fn what_is_done_already_is_not_done_again() {
        let of = |check: &str| -> Outcome {
            let app = format!(
                "const app = require('express')()\napp.post('/stripe/webhook', async (req, res) => {{ verifySignature(req); {check}\n ship() }})\n"
            );
            finding(&Fixture::new().file("app.js", &app).snapshot()).outcome()
        };
        assert_eq!(of("if (payment.status === PaymentStatus.PAID) return res.end()"), Met);
        assert_eq!(of("if (payment.status === 'paid') {\n  logger.info(`${id} is paid`);\n  return;\n }"), Met);
        assert_eq!(of("if (event.status !== 'paid') return res.end()"), Partly);
        assert_eq!(of("if (payment.status === 'paid') {\n  ship(payment)\n }"), Partly);
        let open = "if (event.type === 'paid' && order.status === 'AWAITING_PAYMENT') {\n  ship(order);\n";
        assert_eq!(of(&format!("{open}  order.status = 'CONFIRMED';\n }}")), Met);
        assert_eq!(of(&format!("{open}  order.note = 'CONFIRMED';\n }}")), Partly);
    }
}
