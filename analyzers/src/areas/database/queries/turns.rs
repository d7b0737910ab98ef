//! Whether a query within a loop is sent anew for each thing that the loop goes over.

use super::chain::chain;
use super::whole::has_word;
use crate::Snapshot;
use crate::code::{CodeMatch, Language};

/// Words of a loop that goes over its things by the hundred.
const PARTS: &[&str] = &["chunk", "batch", "slice", "partition", "for page ", "paginator"];

/// Words that stand in most loops and say nothing of one.
const COMMON: &[&str] = &[
    "and", "await", "const", "db", "for", "if", "int", "is", "len", "length", "let", "mut", "not", "null", "nil",
    "None", "or", "self", "session", "size", "Some", "this", "true", "True", "until", "var", "while",
];

pub(super) fn is_for_each(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let own = &text[found.bytes.clone()];
    if is_subquery(&text[..found.bytes.start], found.language) {
        return false;
    }
    // What a function is called with for each thing has no loop around it.
    let Some(around) = found.var("LOOP") else { return true };
    let header = header(around, found.language);
    let lower = header.to_ascii_lowercase();
    if PARTS.iter().any(|word| lower.contains(word)) || !is_question(own, around, found.language) {
        return false;
    }
    goes_over(header, found.language) || {
        let end = found.bytes.end + chain(repo, found, &text[found.bytes.end..]).len();
        let asked = &text[found.bytes.start..end];
        let lower = asked.to_ascii_lowercase();
        let is_part = ["limit", "offset", "skip", "take"].iter().any(|word| lower.contains(word));
        !is_part && depends(header, around, asked)
    }
}

/// Whether the query is a part of another one, as Django's `Exists(…)` and `Subquery(…)` take them.
fn is_subquery(before: &str, language: Language) -> bool {
    let before = before.trim_end();
    language == Language::Python && ["Exists(", "Subquery("].iter().any(|call| before.ends_with(call))
}

/// Whether a statement with a name asks for something, and does not write.
fn is_question(own: &str, around: &str, language: Language) -> bool {
    let is_named = language == Language::Python
        && ["(stmt", "(statement", "(query", "(q)", "(q,"].iter().any(|name| own.contains(name));
    !is_named || around.contains("select(") || around.contains("SELECT ")
}

/// What stands before the body of a loop; of a comprehension, what follows it.
fn header(around: &str, language: Language) -> &str {
    if around.starts_with(['[', '{', '(']) {
        return around.split_once(" for ").map_or("", |(_, header)| header);
    }
    let end = match language {
        Language::Python => around.find(":\n").or_else(|| around.find(':')),
        Language::Ruby => around.find('\n'),
        Language::Go | Language::Rust => around.find('{'),
        _ => around.find(") ").or_else(|| around.find(")\n")).or_else(|| around.find('{')),
    };
    &around[..end.unwrap_or(around.len())]
}

/// Whether the loop goes over things, rather than on until something is so.
fn goes_over(header: &str, language: Language) -> bool {
    let is_for = !header.starts_with("while") && !header.starts_with("until");
    match language {
        Language::Go => header.contains("range "),
        Language::Java
        | Language::CSharp
        | Language::Php
        | Language::JavaScript
        | Language::TypeScript
        | Language::Tsx => is_for && !header.contains(';'),
        _ => is_for,
    }
}

/// Whether the query asks for what the loop's condition is about, or for something that was made of it.
fn depends(header: &str, around: &str, own: &str) -> bool {
    let names = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let is_name = |word: &&str| word.starts_with(|c: char| c.is_alphabetic() || c == '_') && !COMMON.contains(word);
        words.filter(is_name).map(str::to_owned).collect()
    };
    let (about, asked) = (names(header), names(own));
    let before = around.split(own).next().unwrap_or_default();
    let body = before.get(header.len()..).unwrap_or_default();
    about.iter().any(|name| asked.contains(name))
        || body
            .lines()
            .any(|line| about.iter().any(|name| has_word(line, name)) && asked.iter().any(|name| has_word(line, name)))
}
