//! Where the classes of Sinatra, and of whatever else Rack runs, are mounted.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;

/// The classes that `map("/api") { run Users }` of a `config.ru` mounts, and where.
pub(super) fn mapped(repo: &Snapshot) -> Vec<(String, String)> {
    static MAP: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"\bmap\s*\(?\s*["']([^"'\n]+)["']\s*\)?\s*(?:do|\{)\s*(?:use [^\n]*\n\s*)*run\s*\(?\s*([\w:]+)"#)
    });
    let texts = repo.tree().own_texts().filter(|(file, _)| file.name().ends_with(".ru"));
    texts.flat_map(|(_, text)| MAP.captures_iter(text).map(|it| (it[2].to_owned(), it[1].to_owned()))).collect()
}

/// Whether the class called `class`, with or without its modules, is declared in `text`.
pub(super) fn declares(text: &str, class: &str) -> bool {
    let name = class.rsplit("::").next().unwrap_or(class);
    [class, name].iter().any(|name| {
        text.match_indices("class ").any(|(at, it)| {
            text[at + it.len()..].strip_prefix(name).is_some_and(|rest| rest.trim_start_matches(' ').starts_with('<'))
        })
    })
}

/// The parameter of `def self.registered(app)`, see Sinatra's "Writing Extensions".
pub(super) fn extended(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("def self.registered")?;
    let name = rest.trim_start_matches(['(', ' ']).split([')', '\n', ' ']).next()?;
    (!name.is_empty()).then_some(name)
}
