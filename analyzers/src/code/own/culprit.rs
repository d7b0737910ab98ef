//! Where in a rule that can not be used the fault is. It is looked for only where there is one.

use ast_grep_core::matcher::{KindMatcher, Pattern, RegexMatcher};
use serde_json::Value as Json;

use super::super::Language;
use super::read::{compiled, one_line};
use super::wrong::Position;
use super::yaml::{Node, Value};

/// So many parts of a rule are left out in turn.
const MOST: usize = 300;

/// The first part of a rule that is unsound by itself, and why.
pub(super) fn unsound(node: &Node, language: Language) -> Option<(Position, String)> {
    let grammar = language.grammar();
    for (key, value) in node.entries() {
        let fault = value.text().and_then(|text| match &*key.name {
            "kind" => KindMatcher::try_new(text, grammar)
                .err()
                .map(|_| format!("there is no kind of syntax `{text}` in {}", language.rule_name())),
            "pattern" | "context" if node.get("selector").is_none() => match Pattern::try_new(text, grammar) {
                Err(error) => Some(format!("this is no pattern of {}: {}", language.rule_name(), one_line(&error))),
                Ok(pattern) if pattern.has_error() => Some(format!(
                    "this does not parse as {}; a bracket or a quote may be missing",
                    language.rule_name()
                )),
                Ok(_) => None,
            },
            "regex" => RegexMatcher::try_new(text).err().map(|_| "this is no regular expression".to_owned()),
            _ => None,
        });
        if let Some(why) = fault {
            return Some((value.at, why));
        }
        if key.name != "metadata"
            && let Some(found) = unsound(value, language)
        {
            return Some(found);
        }
    }
    match &node.value {
        Value::List(all) => all.iter().find_map(|one| unsound(one, language)),
        _ => None,
    }
}

/// Where the innermost part begins without which the rule of `json` could be used, or else would be refused with other
/// words than `why`.
pub(super) fn without_which(json: &Json, parts: &[(&str, &Node)], why: &str) -> Option<Position> {
    let mut all = Vec::new();
    for (key, node) in parts {
        list(node, format!("/{key}"), &mut all);
    }
    all.truncate(MOST);
    let without = |pointer: &str| {
        let mut json = json.clone();
        let (parent, key) = pointer.rsplit_once('/')?;
        match json.pointer_mut(parent)? {
            Json::Object(map) => drop(map.remove(&key.replace("~1", "/").replace("~0", "~"))?),
            Json::Array(items) => drop(items.remove(key.parse().ok()?)),
            _ => return None,
        }
        Some(compiled(&json).map(|_| ()))
    };
    let tried: Vec<(usize, Position, Result<(), String>)> = all
        .iter()
        .filter_map(|(pointer, at)| Some((pointer.matches('/').count(), *at, without(pointer)?)))
        .filter(|(_, _, result)| result.as_ref().err().is_none_or(|other| other != why))
        .collect();
    let innermost = |is_mended: bool| {
        let fit = tried.iter().filter(|(_, _, result)| result.is_ok() == is_mended);
        // Of several as deep, the first that stands there.
        fit.rev().max_by_key(|(depth, _, _)| *depth).map(|(_, at, _)| *at)
    };
    innermost(true).or_else(|| innermost(false))
}

/// Every part below `node`, by its pointer in JSON, with where its value stands.
fn list(node: &Node, pointer: String, all: &mut Vec<(String, Position)>) {
    match &node.value {
        Value::Map(entries) => {
            for (key, value) in entries {
                let pointer = format!("{pointer}/{}", key.name.replace('~', "~0").replace('/', "~1"));
                all.push((pointer.clone(), if value.entries().is_empty() { value.at } else { key.at }));
                list(value, pointer, all);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                all.push((pointer.clone(), item.at));
                list(item, pointer, all);
            }
        }
        _ => {}
    }
}
