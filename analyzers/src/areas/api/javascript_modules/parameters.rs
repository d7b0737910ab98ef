//! What functions call the first thing that they are given.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

/// The first parameter, if `value` is a function.
pub(in crate::areas::api) fn first_parameter(value: &str) -> Option<String> {
    let value = value.trim();
    let wrapped = value.strip_prefix("fp(").or_else(|| value.strip_prefix("fastifyPlugin(")).unwrap_or(value);
    let value = wrapped.strip_prefix("async").map_or(wrapped, str::trim_start);
    let head = value.split_once("=>").map_or(value, |(head, _)| head);
    let parameters = match value.strip_prefix("function") {
        Some(rest) => rest.split_once('(')?.1,
        None if value.starts_with('(') && value.contains("=>") => &value[1..],
        None if value.contains("=>") => head,
        None => return None,
    };
    let name: String =
        parameters.trim_start().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).collect();
    (!name.is_empty()).then_some(name)
}

/// By name: the first parameter of each function that is declared in `text`.
pub(super) fn first_parameters(text: &str) -> BTreeMap<&str, &str> {
    static FUNCTION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:function\s+(?P<declared>[\w$]+)\s*\(|(?:const|let|var)\s+(?P<bound>[\w$]+)\b[^=\n]*=\s*(?:async\s*)?(?:function\s*\w*\s*)?\()\s*(?P<first>\w+)[^)]*\)\s*(?::[^=\{]+)?\s*(?:=>|\{)",
        )
    });
    static SINGLE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?:const|let|var)\s+(?P<bound>[\w$]+)\b[^=\n]*=\s*(?:async\s+)?(?P<first>\w+)\s*=>")
    });
    let mut parameters = BTreeMap::new();
    for found in FUNCTION.captures_iter(text).chain(SINGLE.captures_iter(text)) {
        let name = found.name("declared").or_else(|| found.name("bound"));
        if let (Some(name), Some(first)) = (name, found.name("first")) {
            parameters.entry(name.as_str()).or_insert(first.as_str());
        }
    }
    parameters
}
