//! Stand-ins for a value to come, and values that everybody knows.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::bytes::{distinct, has};
use super::check::Check;
use super::rules::{Rule, Tier};

const STAND_INS: &[&str] = &[
    "changeme",
    "change_me",
    "change-me",
    "change me",
    "change this",
    "changethis",
    "change-this",
    "change_this",
    "replace",
    "overrid",
    "overwrite",
    "set-me",
    "set_me",
    "setme",
    "update-me",
    "update_me",
    "edit-me",
    "edit_me",
    "define-me",
    "define_me",
    "fill-in",
    "fill_in",
    "fill-me",
    "provide",
    "your_",
    "your-",
    "yourpass",
    "yoursecret",
    "yourtoken",
    "yourkey",
    "your ",
    "placeholder",
    "example",
    "dummy",
    "redacted",
    "xxxx",
    "****",
    "....",
    "todo",
    "insert",
    "<your",
    "fixme",
    "put_",
    "enter_",
    "enter-",
    "enter your",
    "lorem",
    "foobar",
    "_here",
    "-here",
    " here",
    "notreal",
    "not-real",
    "not_real",
    "fake",
    "sample",
    "1234567890",
    "0123456789abcdef",
    "abcdefghij",
    "000000000",
    "aaaaaaaa",
    "bogus",
    "invalid",
    "deadbeef",
    "secret_goes",
    "generate",
    "tbd",
    "n/a",
    "none",
    "null",
    "undefined",
    "true",
    "false",
    "sua_",
    "seu_",
    "tu_",
    "votre",
    "ihr_",
    "sua-",
    "minha",
];

pub(super) fn is_placeholder(lower: &[u8], rule: &Rule) -> bool {
    let word_like =
        matches!(rule.tier, Tier::Named | Tier::Generic) || matches!(rule.check, Check::Connection | Check::Server);
    let pem = rule.check == Check::Pem;
    // Some tokens have a run of their own.
    let is_run = |word: &str| matches!(word, "aaaaaaaa" | "000000000") && lower.len() >= 40;
    let stands_in = stand_ins().find_overlapping_iter(lower).any(|found| {
        let word = STAND_INS[found.pattern().as_usize()];
        match word.len() {
            _ if is_run(word) => false,
            // Short words stand in only as the whole value: four letters happen in a random one.
            0..=4 if !matches!(word, "xxxx" | "****" | "....") => {
                found.start() == 0 && (found.end() == lower.len() || word.ends_with('_') && word_like)
            }
            _ => word_like || word.len() >= 6 || matches!(word, "xxxx" | "****" | "...."),
        }
    });
    let signs = !lower.iter().any(u8::is_ascii_alphanumeric) && lower.is_ascii();
    let angled = lower.starts_with(b"<") && lower.ends_with(b">") || lower.starts_with(b"[") && lower.ends_with(b"]");
    let monotone = lower.split(|byte| matches!(byte, b'_' | b'-')).any(|part| part.len() >= 16 && distinct(part) <= 3)
        || lower.len() >= 8 && distinct(lower) <= 3;
    let is_of_words = matches!(rule.tier, Tier::Named | Tier::Generic) && !rule.password && !rule.stored;
    !pem && stands_in
        || is_of_words && says_that_it_is_for_nothing(lower)
        || pem && (has(lower, "....") || has(lower, "xxxx") || has(lower, "example"))
        || angled
        || signs
        || monotone
}

/// Words joined of which one says that nobody is to rely on the value: `e2e-secret-do-not-use-in-prod`.
fn says_that_it_is_for_nothing(lower: &[u8]) -> bool {
    const SAYING: &[&[u8]] =
        &[b"insecure", b"temporary", b"throwaway", b"unsafe", b"e2e", b"test", b"tests", b"testing"];
    let parts: Vec<&[u8]> =
        lower.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b' ')).filter(|part| !part.is_empty()).collect();
    let is_plain = |part: &&[u8]| {
        part.iter().all(u8::is_ascii_alphabetic)
            || *part == b"e2e"
            || part.len() <= 4 && part.iter().all(u8::is_ascii_digit)
    };
    parts.len() >= 3
        && !lower.starts_with(b"django-insecure")
        && parts.iter().all(is_plain)
        && (parts.iter().any(|part| SAYING.contains(part)) || has(lower, "not") && parts.windows(2).any(is_warning))
}

/// `not-use` of "do not use", `not-for` of "not for production".
fn is_warning(pair: &[&[u8]]) -> bool {
    matches!(pair[0], b"not" | b"dont") && matches!(pair[1], b"use" | b"for" | b"in")
}

fn stand_ins() -> &'static AhoCorasick {
    static STAND_IN: OnceLock<AhoCorasick> = OnceLock::new();
    STAND_IN.get_or_init(|| AhoCorasick::new(STAND_INS).expect("a few short words"))
}

/// The middle of what vendors print in their documentation or ship to everybody, in small letters.
const PUBLISHED: &[&str] = &[
    // GitHub's, Amazon's and Stripe's documentation, and the token that jwt.io shows.
    "16c7e42f292c6912e7710c838347ae17",
    "wjalrxutnfemi",
    "4ec39hqlyjwdarjtt1zdp7dc",
    "sflkxwrjsmekkf2qt4fwpmejf36pok6yjv_adqssw5c",
    // Chromium's keys, in every copy of the browser.
    "qjzh-7pa44blaaakh6490hufowx0kcy",
    "r2uxvnv_u85abhhy8xshsiavuw0dc-s",
    "2klwbx3mkfo30om9lufyqhpqloa_bnh",
];

/// Whether everybody knows the value.
pub(super) fn is_published(lower: &[u8]) -> bool {
    PUBLISHED.iter().any(|part| has(lower, part))
}

#[cfg(test)]
mod tests {
    use super::says_that_it_is_for_nothing;

    #[test]
    fn words_that_say_what_they_are_not_for_stand_in() {
        for value in [
            "e2e-test-secret-do-not-use-in-prod",
            "temporary-insecure-key-for-dev",
            "a_key_for_testing",
            "not-for-production-key",
        ] {
            assert!(says_that_it_is_for_nothing(value.as_bytes()), "{value}");
        }
        for value in
            ["green-shop-signing-key", "test-k7qz9lw2xv8rt4", "django-insecure-key-words", "contest-winner-key"]
        {
            assert!(!says_that_it_is_for_nothing(value.as_bytes()), "{value}");
        }
    }
}
