//! Handlers that say themselves where they are served: `e.Add(h.Method(), h.Path(), h.Handle)` over a list of them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::framework::Style;
use super::names::method;
use super::program::Function;
use super::{Reached, Route, Routing};
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::expression::{Link, last_name};

impl Routing<'_, '_> {
    /// One route for each type whose methods answer with the verb and the path that `link` asks for.
    pub(super) fn described(&self, reached: &Reached, link: &Link<'_>, file: usize) -> Vec<Route> {
        let (verb, path) = match link.name {
            "Add" | "Method" | "MethodFunc" | "Handle" | "Handler" | "HandlerFunc" if link.args.len() == 3 => {
                (asked(link.arg(0)), asked(link.arg(1)))
            }
            "HandleFunc" | "Handle" if link.args.len() == 2 => (None, asked(link.arg(0))),
            _ => return Vec::new(),
        };
        let Some(path) = path else { return Vec::new() };
        if link.args.len() == 3 && verb.is_none() {
            return Vec::new();
        }
        let Some(framework) = self.frameworks.of_route(file, Style::Either) else { return Vec::new() };
        let verbs = verb.map(|verb| self.answers(verb)).unwrap_or_default();
        let mut routes = Vec::new();
        for (owner, (answer, place)) in self.answers(path) {
            let Some(answer) = self.path(&answer, place.0) else { continue };
            let served = match (verb, verbs.get(owner)) {
                (None, _) => "*".to_owned(),
                (Some(_), Some((verb, _))) => method(verb),
                (Some(_), None) => continue,
            };
            if answer.starts_with('/') {
                let (file, bytes) = place;
                let path = join(&reached.prefix, &answer);
                routes.push(Route {
                    router: reached.router,
                    path,
                    methods: vec![served],
                    framework,
                    file,
                    bytes,
                    page: false,
                });
            }
        }
        routes
    }

    /// What each type's method `name` without parameters returns, and where.
    fn answers(&self, name: &str) -> BTreeMap<&str, (String, (usize, Range<usize>))> {
        let of = |function: &Function<'_>| {
            let body = self.sources.text(function.file).get(function.bytes.clone())?;
            let value = body.split_once("return ")?.1.split(['\n', '}', ';']).next()?.trim();
            let is_all = body.matches("return ").count() == 1;
            is_all.then(|| (value.to_owned(), (function.file, function.bytes.clone())))
        };
        self.program
            .functions
            .iter()
            .filter(|it| it.name == name && !it.owner.is_empty() && it.parameters.is_empty())
            .filter_map(|it| Some((it.owner, of(it)?)))
            .collect()
    }
}

/// The method that `h.Path()` asks.
fn asked(argument: &str) -> Option<&str> {
    argument.strip_suffix("()").filter(|asked| asked.contains('.')).map(last_name)
}
