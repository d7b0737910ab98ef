//! What functions are given and give back: paths as texts, routers of their package, and routers with something around
//! them.

use std::collections::BTreeSet;

use super::Routing;
use super::names::is_constructor;
use crate::areas::api::routing::expression::{Link, chain};
use crate::paths::folder;

impl Routing<'_, '_> {
    /// Texts that are given beside a router: `users.Register("/users", group)`.
    pub(super) fn texts(&mut self) {
        let sources = self.sources;
        for (file, found) in sources.matches("api.go.call") {
            let source = sources.matched(file, found);
            let links = chain(source);
            let Some(last) = links.last().filter(|last| last.called) else { continue };
            let given: Vec<Option<String>> = last.args.iter().map(|arg| self.path(arg.text, file)).collect();
            if !given.iter().flatten().any(|text| text.is_empty() || text.starts_with('/')) {
                continue;
            }
            let path = &source[..(last.at + last.name.len()).min(source.len())];
            for function in self.program.called(sources, path, file) {
                for ((name, kind), text) in self.program.functions[function].parameters.iter().zip(&given) {
                    if *kind == "string" {
                        let known = self.texts.entry((function, *name)).or_insert_with(|| text.clone());
                        *known = known.take().filter(|known| Some(known) == text.as_ref());
                    }
                }
            }
        }
    }

    /// Functions that return a variable of their package that holds a router, whatever type they say it has.
    pub(super) fn getters(&mut self) {
        let sources = self.sources;
        let held: BTreeSet<(&str, &str)> = sources
            .matches("api.go.binding")
            .filter_map(|(file, found)| {
                let (_, value) = sources.matched(file, found).split_once('=')?;
                let folder = folder(sources.path(file));
                let name = found.var("NAME").filter(|name| self.program.is_variable(folder, name))?;
                is_constructor(value.trim()).then_some((folder, name))
            })
            .collect();
        for (file, found) in sources.matches("api.go.return") {
            let is_held = found.var("NAME").is_some_and(|name| held.contains(&(folder(sources.path(file)), name)));
            if is_held && let Some(function) = self.program.around(file, found.bytes.start) {
                self.program.functions[function].returns_router = true;
            }
        }
    }

    /// The path that an expression at a byte stands for, which may be a parameter.
    pub(super) fn path_at(&self, expression: &str, file: usize, at: usize) -> Option<String> {
        self.path(expression, file).or_else(|| {
            let function = self.program.around(file, at).filter(|_| !self.texts.is_empty())?;
            self.texts.get(&(function, expression))?.clone()
        })
    }
}

/// Whether a call puts something around a router: `Chain(router.ServeHTTP, log, guard)`.
pub(super) fn is_wrapped(call: &Link<'_>) -> bool {
    call.called && call.args.iter().any(|arg| arg.text.ends_with(".ServeHTTP"))
}
