//! Functions of the project that hand a name on to Rust's `env::var` or Go's `os.Getenv`, and the names that they are called
//! with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::Spot;
use super::reads::{Read, is_test};
use crate::Snapshot;

/// What a function is called that reads other things as well: `headers.get("AUTHORIZATION")`.
const GENERAL: &[&str] = &[
    "get", "get_or", "var", "new", "read", "load", "fetch", "value", "string", "from", "parse", "lookup", "find",
    "insert", "contains",
];

/// Every name that such a function is called with, and whether the call says what is used instead.
pub(super) fn in_code(repo: &Snapshot) -> Vec<Read> {
    // A function, its first parameter, what other parameters it has, and where its body begins.
    static FUNCTION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\bfn\s+(?P<name>\w+)\s*(?:<[^()]*?>)?\(\s*(?P<first>\w+)\s*:\s*(?:&(?:'\w+\s+)?str|String|impl\s[^,)]+|[A-Z])\s*(?P<rest>,[^)]*)?\)",
        )
    });
    static CALL: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"\b(?P<name>\w+)(?:::<[^()]*?>)?\(\s*"(?P<variable>[A-Z][A-Z0-9_]+)"\s*(?P<end>[,)])"#)
    });
    let sources = || repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".rs") && !is_test(&file.path));
    let mut functions: BTreeMap<&str, bool> = BTreeMap::new();
    for (_, text) in sources().filter(|(_, text)| text.contains("env::var")) {
        for found in FUNCTION.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            let body = text[whole.end()..].split("\nfn ").next().unwrap_or_default();
            let body = body.split("\n    }\n").next().unwrap_or(body).split("\n}\n").next().unwrap_or(body);
            let first = &found["first"];
            let hands_on = ["env::var(", "env::var(&", "env::var_os(", "env::var_os(&"]
                .iter()
                .any(|read| body.contains(&format!("{read}{first})")) || body.contains(&format!("{read}{first}.")));
            if let (true, Some(name)) = (hands_on && !GENERAL.contains(&&found["name"]), found.name("name")) {
                // Another parameter is what is used instead, unless it only says how it is read.
                let rest = found.name("rest").map_or("", |rest| rest.as_str());
                functions.insert(name.as_str(), rest.contains(':') && !rest.contains("bool"));
            }
        }
    }
    let mut reads = Vec::new();
    for (file, text) in sources().filter(|_| !functions.is_empty()) {
        for call in CALL.captures_iter(text) {
            let (Some(whole), Some(has_default)) = (call.get(0), functions.get(&call["name"])) else { continue };
            let line = text[..whole.start()].matches('\n').count() as u32 + 1;
            let settled = *has_default && &call["end"] == ",";
            reads.push((call["variable"].to_owned(), settled, Spot { path: file.path.clone(), line }));
        }
    }
    reads
}

/// The same in Go; whatever else the function takes is used instead.
pub(super) fn in_go(repo: &Snapshot) -> Vec<Read> {
    static FUNCTION: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?m)^func\s+(?:\([^)]*\)\s*)?(?P<name>\w+)\(\s*(?P<first>\w+)(?:\s+string\b|\s*,)"));
    static CALL: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\b(?P<name>\w+)\(\s*"(?P<variable>[A-Z][A-Z0-9_]+)"\s*(?P<end>[,)])"#));
    let sources = || repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".go") && !is_test(&file.path));
    let mut functions: BTreeSet<&str> = BTreeSet::new();
    for (_, text) in sources().filter(|(_, text)| text.contains("os.Getenv(") || text.contains("os.LookupEnv(")) {
        for found in FUNCTION.captures_iter(text) {
            let (Some(whole), Some(name)) = (found.get(0), found.name("name")) else { continue };
            let body = text[whole.end()..].split("\n}").next().unwrap_or_default();
            let first = &found["first"];
            let hands_on = ["os.Getenv", "os.LookupEnv"].iter().any(|read| body.contains(&format!("{read}({first})")));
            let is_general = GENERAL.iter().any(|general| name.as_str().eq_ignore_ascii_case(general));
            if hands_on && !is_general {
                functions.insert(name.as_str());
            }
        }
    }
    let mut reads = Vec::new();
    for (file, text) in sources().filter(|_| !functions.is_empty()) {
        for call in CALL.captures_iter(text).filter(|call| functions.contains(&call["name"])) {
            let Some(whole) = call.get(0) else { continue };
            let line = text[..whole.start()].matches('\n').count() as u32 + 1;
            reads.push((call["variable"].to_owned(), &call["end"] == ",", Spot { path: file.path.clone(), line }));
        }
    }
    reads
}

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_function_that_hands_its_name_on_reads_what_it_is_called_with() {
        let loader = "pub fn or_default(key: &str, default: &str) -> String {\n    std::env::var(key).unwrap_or_else(|_| default.to_owned())\n}\n\n\
                      pub fn parsed<T: FromStr>(key: &str) -> Option<T> {\n    env::var(key).ok()?.parse().ok()\n}\n\n\
                      pub fn label(key: &str) -> String {\n    key.to_owned()\n}\n";
        let loader = format!(
            "{loader}\npub fn get_env_or(key: &str, other: u16) -> u16 {{\n    env::var(key).ok().and_then(|it| it.parse().ok()).unwrap_or(other)\n}}\n\npub fn get(key: &str) -> Option<String> {{\n    env::var(key).ok()\n}}\n"
        );
        let used = "fn main() {\n    get_env_or(\"SHOP_LIMIT\", 5);\n    headers.get(\"AUTHORIZATION\");\n    or_default(\"SHOP_HOST\", \"::1\");\n    parsed::<u16>(\"SHOP_PORT\");\n    label(\"SHOP_NAME\");\n}\n";
        let repo = Fixture::new().file("src/env.rs", &loader).file("src/main.rs", used).snapshot();
        let read = Environment::of(&repo).read();
        let found: Vec<(&str, bool)> = read.iter().map(|it| (it.name.as_str(), it.has_default)).collect();
        assert_eq!(found, [("SHOP_HOST", true), ("SHOP_LIMIT", true), ("SHOP_PORT", false)]);
    }

    #[test]
    fn a_function_of_go_may_hand_its_name_on_whatever_it_is_called() {
        let code = "package shop\n\nfunc populate(name string) string {\n\treturn os.Getenv(name)\n}\n\nfunc label(name string) string {\n\treturn name\n}\n\nfunc orElse(name, other string) string {\n\treturn cmp.Or(os.Getenv(name), other)\n}\n\nfunc load() {\n\tpopulate(\"SHOP_URL\")\n\tlabel(\"SHOP_NAME\")\n\torElse(\"SHOP_MODE\", \"plain\")\n}\n";
        let repo = Fixture::new().file("env.go", code).snapshot();
        let read = Environment::of(&repo).read();
        let found: Vec<(&str, bool)> = read.iter().map(|it| (it.name.as_str(), it.has_default)).collect();
        assert_eq!(found, [("SHOP_MODE", true), ("SHOP_URL", false)]);
    }
}
