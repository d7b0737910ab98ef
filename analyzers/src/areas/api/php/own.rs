//! A router that a project of PHP has written itself.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::areas::api::endpoint::is_api_path;
use crate::paths::is_aside;

/// What such a project is said to serve with.
pub(super) const NAME: &str = "PHP";

/// `function get(string $path, callable $handler)`: a client is given an address and data.
static METHOD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\bfunction\s+(get|post|put|patch|delete)\s*\(\s*(?:\??[\w|\\]+\s+)?\$\w*(?:path|uri|url|route|pattern|endpoint)\w*\s*,\s*",
        r"(?:\??(?:callable|\\?closure)\b|(?:\??[\w|\\]+\s+)?\$\w*(?:handler|callback|action|controller|callable|target|function|closure|middleware)s?\b)"
    ))
});

/// Whether a class declares two of the methods, and something asks which path or method was requested.
pub(super) fn is_router_declared(repo: &Snapshot) -> bool {
    let own = || repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".php") && !is_aside(&file.path));
    let is_router = |text: &str| {
        let methods = METHOD.captures_iter(text).map(|found| found[1].to_ascii_lowercase());
        text.contains("class ") && methods.collect::<BTreeSet<_>>().len() >= 2
    };
    let asks = |text: &str| ["REQUEST_METHOD", "REQUEST_URI"].iter().any(|name| text.contains(name));
    own().any(|(_, text)| asks(text)) && own().any(|(_, text)| is_router(text))
}

/// Whether a route shows a page: neither its path nor its handler, nor the class of that, says anything of data.
pub(super) fn shows_a_page(repo: &Snapshot, path: &str, handler: &str) -> bool {
    let makes_data = |text: &str| ["json", "Json", "JSON", "application/xml"].iter().any(|word| text.contains(word));
    // `Users::class`, `'Users@index'`, `'App\Users::index'`
    let classes = handler.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| {
        word.starts_with(|c: char| c.is_ascii_uppercase()) && !word.chars().all(|c| c.is_ascii_uppercase())
    });
    let files: Vec<String> = classes.map(|class| format!("{class}.php")).collect();
    let texts = || {
        let own = repo.tree().own_texts().filter(|(file, _)| files.iter().any(|name| file.name() == *name));
        own.map(|(_, text)| text)
    };
    // A class may have actions of both kinds.
    let shows = |text: &str| {
        let (_, method) = super::action(handler)?;
        let (_, rest) = text.split_once(&format!("function {method}("))?;
        let body = rest.split(" function ").next().unwrap_or(rest);
        Some(
            ["view(", "render(", "require", "include", "Location:"].iter().any(|word| body.contains(word))
                && !makes_data(body),
        )
    };
    !is_api_path(path)
        && !makes_data(handler)
        && (texts().any(|text| shows(text) == Some(true)) || !texts().any(makes_data))
}
