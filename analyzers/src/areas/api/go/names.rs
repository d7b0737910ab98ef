//! What names and literals of Go say: constructors, clients, handlers, methods.

use super::super::routing::expression::{chain, is_name, last_name};
use crate::code::string_literal;

pub(super) fn is_constructor(value: &str) -> bool {
    let links = chain(value);
    let path = links.iter().take(2).map(|link| link.name).collect::<Vec<_>>().join(".");
    matches!(
        path.as_str(),
        "gin.Default"
            | "gin.New"
            | "echo.New"
            | "chi.NewRouter"
            | "chi.NewMux"
            | "mux.NewRouter"
            | "fiber.New"
            | "http.NewServeMux"
            | "httprouter.New"
            | "bunrouter.New"
    ) && links.len() == 2
}

/// Names that hold clients of other services.
pub(super) fn is_client(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.as_str(), "req" | "request" | "resp" | "res" | "header" | "db" | "tx" | "ctx" | "cache" | "rdb")
        || ["client", "resty", "cache", "redis", "params", "query", "header", "store", "repo", "service"]
            .iter()
            .any(|end| lower.ends_with(end))
}

/// Whether an argument may be a handler: no literal, no plain data.
pub(super) fn may_handle(text: &str) -> bool {
    !(text.is_empty()
        || text == "nil"
        || text.starts_with(['"', '`', '&', '[', '\''])
        || text.starts_with(|c: char| c.is_ascii_digit())
        || text.starts_with("map[")
        || text.starts_with("bytes.")
        || text.starts_with("strings."))
        && (text.contains(['.', '(', '{']) || is_name(text))
}

/// `http.MethodGet` and `"GET"` as `GET`.
pub(super) fn method(text: &str) -> String {
    let name = string_literal(text).unwrap_or_else(|| last_name(text));
    name.strip_prefix("Method").unwrap_or(name).to_ascii_uppercase()
}

/// The methods in `[]string{"GET", http.MethodPost}`, or the one in `"GET"`.
pub(super) fn listed(text: &str) -> Vec<String> {
    match (text.find('{'), text.rfind('}')) {
        (Some(open), Some(end)) if open < end => {
            text[open + 1..end].split(',').map(str::trim).filter(|part| !part.is_empty()).map(method).collect()
        }
        _ => vec![method(text)],
    }
}
