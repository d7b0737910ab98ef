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
    !pem && stands_in
        || pem && (has(lower, "....") || has(lower, "xxxx") || has(lower, "example"))
        || angled
        || signs
        || monotone
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
