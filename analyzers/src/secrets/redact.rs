//! Text that is shown or kept, with what looks like a credential taken out.

use super::decode::Spotted;
use super::rules::{Tier, rule};
use super::{Fingerprint, Hit, Scanner};

/// How every mask begins; what follows is the fingerprint, so that two values stay two.
pub const MASK: &str = "[credential-";

/// A text without the credentials that stood in it.
#[derive(Debug, Default)]
pub struct Redacted {
    /// The text with masks instead; `None` if there is nothing to hide.
    pub text: Option<Vec<u8>>,
    /// What was found, hidden or not.
    pub hits: Vec<Hit>,
}

impl Redacted {
    /// What may be shown of `original`, the text that this was made of.
    pub fn shown(&self, original: &[u8]) -> String {
        String::from_utf8_lossy(self.text.as_deref().unwrap_or(original)).into_owned()
    }
}

impl Scanner {
    /// Examines `bytes` and masks every value in it that may be live. Placeholders, examples and public keys stay.
    pub fn redact(&self, bytes: &[u8]) -> Redacted {
        let mut found = self.spot(bytes, &mut self.lines(bytes));
        found.sort_by_key(|spotted| spotted.span);
        // What overlaps is masked as one.
        let mut masks: Vec<((usize, usize), Fingerprint)> = Vec::new();
        for Spotted { hit, span } in &found {
            let is_marker = rule(hit.rule).is_some_and(|rule| rule.tier == Tier::Marker);
            if is_marker || hit.judgement.innocent().is_some() {
                continue;
            }
            // What was unpacked stands nowhere in the text, so all of it goes.
            let span = if span.0 < span.1 { *span } else { (0, bytes.len()) };
            match masks.last_mut() {
                Some((last, _)) if span.0 < last.1 => last.1 = last.1.max(span.1),
                _ => masks.push((span, hit.fingerprint)),
            }
        }
        let mut text = (!masks.is_empty()).then(|| bytes.to_owned());
        // From the end, so that what comes before stays where it is.
        for (span, fingerprint) in masks.into_iter().rev() {
            if let Some(text) = &mut text {
                text.splice(span.0..span.1, format!("{MASK}{fingerprint}]").into_bytes());
            }
        }
        Redacted { text, hits: found.into_iter().map(|spotted| spotted.hit).collect() }
    }
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
    fn ordinary_text_is_not_touched() {
        let redacted = Scanner::for_texts(1, FingerprintKey::default()).redact(b"docs/api/token.md");
        assert!(redacted.text.is_none() && redacted.hits.is_empty());
    }
}
