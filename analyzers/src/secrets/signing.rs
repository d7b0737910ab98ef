//! Where a constant that is used as a key gets its value: `SignedString([]byte(secret))` says that `secret` is one.

use std::sync::OnceLock;

use regex::bytes::Regex;

/// So many places of a name are looked at.
const MOST_PLACES: usize = 50;

/// The span of the literal that `name` is defined as in `text`.
pub(super) fn definition(text: &[u8], name: &[u8]) -> Option<(usize, usize)> {
    static LITERAL: OnceLock<Regex> = OnceLock::new();
    let literal = LITERAL.get_or_init(|| {
        let pattern =
            r#"^(?:\s*:\s*[\w&' ]{1,24}|[ \t]+string)?\s*:?=\s*(?:\[\]byte\()?[bru]?["'`]([^"'`\n]{1,200})["'`]"#;
        Regex::new(&format!("(?-u){pattern}")).expect("a fixed expression")
    });
    let finder = aho_corasick::AhoCorasick::new([name]).ok()?;
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    finder
        .find_iter(text)
        .take(MOST_PLACES)
        .filter(|place| place.start() == 0 || !is_word(&text[place.start() - 1]))
        .find_map(|place| {
            let rest = &text[place.end()..(place.end() + 280).min(text.len())];
            let value = literal.captures(rest)?.get(1)?;
            Some((place.end() + value.start(), place.end() + value.end()))
        })
}
