//! Routers and prefixes that a function of the program's own is given, and mounts:
//! `def register(router, prefix): api.include_router(router, prefix=prefix)`.

use std::collections::BTreeMap;

use crate::Snapshot;
use crate::areas::api::routing::expression::closing;
use crate::areas::api::values::{arguments, named};
use crate::code::CodeMatch;
use crate::paths::is_aside;

/// So many calls of one function are followed.
const MOST: usize = 200;

/// A call of a function: the file that it stands in, and what it gives by the name of each parameter.
pub(super) struct Call<'a> {
    pub(super) file: &'a str,
    given: BTreeMap<&'a str, &'a str>,
}

impl<'a> Call<'a> {
    /// What `expression` of the function means in this call, and the file in which it does so.
    pub(super) fn meaning<'e>(&'e self, file: &'e str, expression: &'e str) -> (&'e str, &'e str) {
        self.given.get(expression.trim()).map_or((file, expression), |given| (self.file, given))
    }
}

/// The calls of the function around `found`, if one of `names` is a parameter of it.
pub(super) fn calls<'a>(repo: &'a Snapshot, found: &CodeMatch, names: &[&str]) -> Vec<Call<'a>> {
    let around = found.scopes.iter().rev().find(|scope| scope.kind.contains("function"));
    let Some((function, text)) = around.and_then(|scope| Some((scope, repo.text(&found.path)?))) else {
        return Vec::new();
    };
    let parameters = text.get(function.bytes.clone()).map(parameters).unwrap_or_default();
    if !names.iter().any(|name| parameters.iter().any(|(parameter, _)| parameter == &name.trim())) {
        return Vec::new();
    }
    let call = format!("{}(", function.name);
    let sources = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".py") && !is_aside(&file.path));
    let mut calls = Vec::new();
    for (file, text) in sources {
        for (at, _) in text.match_indices(call.as_str()) {
            let before = text[..at].trim_end_matches(' ');
            let is_other = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') || before.ends_with("def");
            let open = at + call.len() - 1;
            let Some(end) = closing(text, open).filter(|_| !is_other && calls.len() < MOST) else { continue };
            let list = arguments(&text[open..=end]);
            let given = parameters.iter().enumerate().filter_map(|(index, (name, default))| {
                let by_position = || list.get(index).copied().filter(|it| !super::is_keyword(it));
                Some((*name, named(&list, name).or_else(by_position).or(*default)?))
            });
            calls.push(Call { file: &file.path, given: given.collect() });
        }
    }
    calls
}

/// The parameters of a function, each with its default; that of the object itself is left out.
fn parameters(function: &str) -> Vec<(&str, Option<&str>)> {
    let list = function.find('(').and_then(|open| function.get(open..=closing(function, open)?));
    let all = list.map(arguments).unwrap_or_default().into_iter().map(|parameter| {
        let (declared, default) = parameter.split_once('=').map_or((parameter, None), |(it, value)| (it, Some(value)));
        (declared.split(':').next().unwrap_or(declared).trim(), default.map(str::trim))
    });
    all.filter(|(name, _)| !matches!(*name, "self" | "cls" | "*" | "/")).collect()
}
