//! Text that is shown or kept, with what looks like a credential taken out.

use super::decode::Spotted;
use super::rules::{Tier, rule};
use super::{Cut, Fingerprint, Hit, Scanner};

/// How every mask begins; what follows is the fingerprint, so that two values stay two.
pub const MASK: &str = "[credential-";

/// A text without the credentials that stood in it.
#[derive(Debug, Default)]
pub struct Redacted {
    /// The text with masks instead; `None` if there is nothing to hide.
    pub text: Option<Vec<u8>>,
    /// What was found, hidden or not.
    pub hits: Vec<Hit>,
    /// What was not looked into.
    pub cut: Cut,
}

impl Redacted {
    /// What may be shown of `original`, the text that this was made of.
    pub fn shown(&self, original: &[u8]) -> String {
        String::from_utf8_lossy(self.text.as_deref().unwrap_or(original)).into_owned()
    }
}

/// How often what masking has brought out is masked in turn, before all of the text goes.
const ROUNDS: usize = 4;

impl Scanner {
    /// Examines `bytes` and masks every value in it that may be live, wherever it stands. Placeholders, examples and
    /// public keys stay. Of a text that was not looked at to its end nothing stays.
    pub fn redact(&self, bytes: &[u8]) -> Redacted {
        let (mut found, cut) = self.spot(bytes, &mut self.lines(bytes));
        found.sort_by_key(|spotted| spotted.span);
        let live: Vec<Value> = found.iter().filter(|spotted| is_live(&spotted.hit)).map(value).collect();
        let text = if cut.is_of_plain_text() {
            Some(mask(self.key.of("", bytes)))
        } else {
            masked(bytes, &found, &live).map(|text| self.settled(text, &live))
        };
        Redacted { text, hits: found.into_iter().map(|spotted| spotted.hit).collect(), cut }
    }

    /// `text` after what is seen in it only now that `live` is masked: where one address stood within another, masking
    /// the inner one can bring out a second place of its value, or an outer one with a value of its own.
    fn settled(&self, mut text: Vec<u8>, live: &[Value]) -> Vec<u8> {
        for _ in 0..ROUNDS {
            let (mut again, _) = self.spot(&text, &mut self.lines(&text));
            again.sort_by_key(|spotted| spotted.span);
            again.retain(|spotted| live.contains(&value(spotted)) || !holds_mask(&text, spotted));
            match masked(&text, &again, live) {
                Some(more) => text = more,
                None => return text,
            }
        }
        live.first().map(|(_, fingerprint)| mask(*fingerprint)).unwrap_or_default()
    }
}

/// A rule and what it found, which is the same wherever it stands.
type Value = (&'static str, Fingerprint);

fn value(spotted: &Spotted) -> Value {
    (spotted.hit.rule, spotted.hit.fingerprint)
}

fn is_live(hit: &Hit) -> bool {
    let is_marker = rule(hit.rule).is_some_and(|rule| rule.tier == Tier::Marker);
    !is_marker && hit.judgement.innocent().is_none()
}

/// `bytes` with a mask for each of `found` that may be live, here or at another place; `None` if there is none.
fn masked(bytes: &[u8], found: &[Spotted], live: &[Value]) -> Option<Vec<u8>> {
    // What overlaps is masked as one.
    let mut masks: Vec<((usize, usize), Fingerprint)> = Vec::new();
    for spotted in found.iter().filter(|spotted| is_live(&spotted.hit) || live.contains(&value(spotted))) {
        let Spotted { hit, span } = spotted;
        // What was unpacked stands nowhere in the text, so all of it goes.
        let span = if span.0 < span.1 { *span } else { (0, bytes.len()) };
        match masks.last_mut() {
            Some((last, _)) if span.0 < last.1 => last.1 = last.1.max(span.1),
            _ => masks.push((span, hit.fingerprint)),
        }
    }
    let mut text = (!masks.is_empty()).then(|| bytes.to_owned())?;
    // From the end, so that what comes before stays where it is.
    for (span, fingerprint) in masks.into_iter().rev() {
        text.splice(span.0..span.1, mask(fingerprint));
    }
    Some(text)
}

fn mask(fingerprint: Fingerprint) -> Vec<u8> {
    format!("{MASK}{fingerprint}]").into_bytes()
}

/// Whether what looks like a value is one of our masks, or something around it.
fn holds_mask(text: &[u8], spotted: &Spotted) -> bool {
    let value = text.get(spotted.span.0..spotted.span.1).unwrap_or_default();
    value.windows(MASK.len()).any(|window| window == MASK.as_bytes())
}

#[cfg(test)]
mod tests {
    use crate::secrets::{FingerprintKey, Scanner, example};

    #[test]
    fn what_may_be_live_is_masked_and_the_rest_stays() {
        let text = format!("Fix the bot\n\nIt ran with {}, and so did mine.\n", example("slack-token").trim());
        let redacted = Scanner::for_texts(1, FingerprintKey::default()).redact(text.as_bytes());
        let shown = redacted.shown(text.as_bytes());
        assert_eq!(redacted.hits.len(), 1, "{shown}");
        assert!(shown.starts_with("Fix the bot\n\nIt ran with ") && shown.ends_with(", and so did mine.\n"), "{shown}");
        assert!(shown.contains(&format!("[credential-{}]", redacted.hits[0].fingerprint)), "{shown}");
        assert!(!shown.contains(["xo", "x"].concat().as_str()), "{shown}");
    }

    #[test]
    fn what_stands_in_an_archive_takes_all_of_the_text_with_it() {
        use std::io::Write;
        let mut archive = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let value = ["gh", "p_", "aZ3kQ9xW7mB5vN1cR8tY4uP6sD2fG0hJLeKo"].concat();
        writeln!(archive, "TOKEN = \"{value}\"").expect("in memory");
        let text = [&archive.finish().expect("in memory")[..], b"\npassword = \"hunter2hunter\"\n"].concat();
        let redacted = Scanner::for_texts(1, FingerprintKey::default()).redact(&text);
        let shown = redacted.shown(&text);
        assert!(!redacted.hits.is_empty());
        assert!(shown.starts_with("[credential-") && shown.ends_with(']') && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn what_masking_brings_out_is_masked_as_well() {
        let value = ["swo", "rdfish"].concat();
        let inner = format!("postgres://ure:{value}@db.shop.io");
        for text in [
            format!("postgres://ana:{inner}:{value}@db.shop.io/x"),
            format!("{inner} and postgres://ure:{value}@localhost"),
        ] {
            let scanner = Scanner::for_texts(1, FingerprintKey::default());
            let redacted = scanner.redact(text.as_bytes());
            let shown = redacted.shown(text.as_bytes());
            let again = scanner.scan(shown.as_bytes());
            let known = |hit: &crate::secrets::Hit| redacted.hits.iter().any(|one| one.fingerprint == hit.fingerprint);
            assert!(!redacted.hits.is_empty() && !again.iter().any(known), "{shown}");
        }
    }

    #[test]
    fn ordinary_text_is_not_touched() {
        let redacted = Scanner::for_texts(1, FingerprintKey::default()).redact(b"docs/api/token.md");
        assert!(redacted.text.is_none() && redacted.hits.is_empty());
    }
}
