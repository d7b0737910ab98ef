//! Routes of a handler that takes every request and looks at the path itself: `r.Method == "GET" && r.URL.Path == users`,
//! `switch r.URL.Path { case "/users": }`.

use std::sync::LazyLock;

use regex::Regex;

use crate::areas::api::Endpoint;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::constants::Constants;
use crate::areas::api::routing::expression::closing;
use crate::areas::api::routing::source::Sources;
use crate::code::pattern;

/// A path that is compared, and what stands before it in its line.
static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?m)^(?P<before>[^\n]*)\b(?:r|req|request)\.URL\.Path\s*==\s*(?P<path>"[^"\n]*"|\w[\w.]*)"#)
});

/// A choice among paths.
static CHOSEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bswitch\s+(?:r|req|request)\.URL\.Path\s*\{"));

/// A path among them.
static CASE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?m)^\s*case\s+(?P<paths>[^\n]*):\s*(?://[^\n]*)?$"#));

/// A method of HTTP that is asked for.
static METHOD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"Method\s*==\s*(?:http\.Method(?P<name>\w+)|"(?P<verb>[A-Z]+)")"#));

/// The routes that `sources` compare paths with.
pub(super) fn endpoints(sources: &Sources<'_>, constants: &Constants<'_>) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for file in sources.files() {
        let text = sources.text(file);
        if !text.contains(".URL.Path") || !text.contains("\"net/http\"") {
            continue;
        }
        let mut add = |at: usize, method: &str, path: &str| {
            // The root is what the handler stands at.
            let Some(path) = constants.string(path, file).filter(|path| path.starts_with('/') && path.len() > 1) else {
                return;
            };
            let line = sources.line(file, at);
            endpoints.push(Endpoint {
                file: sources.path(file).to_owned(),
                lines: (line, line),
                method: method.to_ascii_uppercase(),
                path: join("", &path),
                framework: "net/http",
                page: false,
            });
        };
        for found in COMPARED.captures_iter(text) {
            let path = found.name("path").map_or(0..0, |path| path.range());
            let before = found.name("before").map_or("", |before| before.as_str());
            let methods: Vec<&str> = METHOD
                .captures_iter(before)
                .filter_map(|method| method.name("name").or(method.name("verb")).map(|it| it.as_str()))
                .collect();
            for method in if methods.is_empty() { vec!["*"] } else { methods } {
                add(path.start, method, &text[path.clone()]);
            }
        }
        for found in CHOSEN.find_iter(text) {
            let end = closing(text, found.end() - 1).unwrap_or(text.len());
            for case in CASE.captures_iter(&text[found.end()..end]) {
                let Some(paths) = case.name("paths") else { continue };
                for path in paths.as_str().split(',') {
                    add(found.end() + paths.start(), "*", path.trim());
                }
            }
        }
    }
    endpoints
}
