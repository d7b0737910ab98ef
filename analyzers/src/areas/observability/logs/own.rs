//! Lines that the program itself writes into the log of a framework that has one.

use std::cell::LazyCell;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::super::server::Server;
use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::paths;

/// Calls of Laravel's and Monolog's loggers, up to where the first argument begins.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\bLog::(?:channel\([^()]*\)->)?|\blogger\(\)->|log(?:ger)?->)(?:debug|info|notice|warning|error|critical|alert|emergency)\(",
    )
});

/// The method that `rails generate graphql:install` writes into its controller.
const OF_A_GENERATOR: &str = "handle_error_in_development";

/// Where the program writes, or makes a logger of its own; what settings say is the framework's.
pub(super) fn calls<'a>(repo: &Snapshot, server: &Server<'a>) -> Vec<&'a CodeMatch> {
    let is_called_anywhere = LazyCell::new(|| {
        let sources = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".php"));
        sources.filter(|(file, _)| !paths::is_aside(&file.path)).any(|(_, text)| CALL.is_match(text))
    });
    let mut found = server.matches("observability", "logger");
    found.retain(|found| {
        let is_setting = paths::folder(&found.path).split('/').any(|part| part == "config");
        let text = repo.text(&found.path).unwrap_or_default();
        let source = text.get(found.bytes.clone()).unwrap_or_default();
        // A logger that is handed in and never called writes nothing.
        let is_called = found.language != Language::Php
            || source.ends_with(')')
            || CALL.is_match(text)
            || is_made(repo, found) && *is_called_anywhere;
        !is_setting && is_called && !found.scopes.iter().any(|scope| scope.name == OF_A_GENERATOR)
    });
    found
}

/// Whether the program makes a logger of Monolog's itself, which the framework's settings say nothing of. Who does leaves it
/// to others to write.
pub(super) fn is_made(repo: &Snapshot, found: &CodeMatch) -> bool {
    let source = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    ["Monolog\\Logger", "StreamHandler", "RotatingFileHandler"].iter().any(|maker| source.ends_with(maker))
}

/// Whether at least half of the calls of Laravel's log hand over names and values: `Log::info('paid', ['order' => 1])`.
pub(super) fn carry_context(repo: &Snapshot, own: &[&CodeMatch]) -> bool {
    let facade: Vec<&str> = own
        .iter()
        .filter(|found| found.language == Language::Php)
        .filter_map(|found| repo.text(&found.path)?.get(found.bytes.start..))
        .filter(|text| text.trim_start_matches('\\').starts_with("Log::") || text.starts_with("logger("))
        .collect();
    let with_context =
        facade.iter().filter(|text| CALL.find(text).is_some_and(|call| has_context(&text[call.end()..])));
    !facade.is_empty() && with_context.count() * 2 >= facade.len()
}

/// Whether the second argument of the call whose arguments begin here is an array or a variable.
fn has_context(arguments: &str) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in arguments.char_indices().take(2000) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') if depth == 0 => return false,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                let second = arguments[at + 1..].trim_start();
                return ["[", "array(", "compact(", "$"].iter().any(|start| second.starts_with(start));
            }
            _ => {}
        }
    }
    false
}
