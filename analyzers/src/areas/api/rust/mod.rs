//! Rust: axum (by way of aide, too), actix-web, Rocket.

mod aliases;
mod handlers;
mod program;

use std::ops::Range;

use self::aliases::Aliases;
use self::handlers::{Handler, handlers};
use self::program::{Function, Variable, functions, in_tests, variables};
use super::endpoint::join;
use super::routing::constants::Constants;
use super::routing::expression::{Link, arguments, chain, is_name, last_name};
use super::routing::mounts::{Mounts, Router, UNKNOWN};
use super::routing::source::Sources;
use super::{Endpoint, VersionCue};
use crate::Snapshot;
use crate::code::Language;
use crate::snapshot::stack::Ecosystem;

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let sources = Sources::of(repo, "api.rust");
    let constants = Constants::of(&sources, "api.rust.constant", Language::Rust);
    let mut routing = Routing {
        handlers: handlers(&sources, &constants),
        functions: functions(&sources),
        variables: variables(&sources),
        aliases: if sources.files().is_empty() { Aliases::default() } else { Aliases::of(repo) },
        sources: &sources,
        constants,
        inside: Vec::new(),
        mounts: Mounts::default(),
        routes: Vec::new(),
        fallback: ["axum", "actix-web", "rocket"]
            .into_iter()
            .find(|name| repo.stack().dependency(Ecosystem::Cargo, name).is_some())
            .unwrap_or("axum"),
    };
    let chains: Vec<(usize, Range<usize>)> = sources
        .matches("api.rust.chain")
        // Tests stand below the code that they are for.
        .filter(|(file, found)| !in_tests(sources.text(*file), found.bytes.start))
        .map(|(file, found)| (file, found.bytes.clone()))
        .collect();
    for (file, bytes) in &chains {
        routing.contents(*file, bytes);
    }
    for (file, bytes) in &chains {
        routing.flow(*file, bytes);
    }
    routing.values();
    routing.lists();
    routing.endpoints()
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    repo.code()
        .matches("api.rust.version-header")
        .iter()
        .map(|found| VersionCue { file: found.path.to_string(), lines: found.lines, scheme: "header" })
        .collect()
}

/// An argument that becomes part of the chain that it is given to.
struct Inside {
    file: usize,
    bytes: Range<usize>,
    parent: Router,
    prefix: String,
}

struct Route {
    router: Router,
    method: String,
    path: String,
    file: usize,
    at: usize,
}

struct Routing<'r, 's> {
    sources: &'s Sources<'r>,
    aliases: Aliases<'r>,
    constants: Constants<'s>,
    handlers: Vec<Handler>,
    functions: Vec<Function<'r>>,
    variables: Vec<Variable<'r>>,
    inside: Vec<Inside>,
    mounts: Mounts,
    routes: Vec<Route>,
    fallback: &'static str,
}

impl Routing<'_, '_> {
    /// The routes of a chain, and what is mounted in it.
    fn contents(&mut self, file: usize, bytes: &Range<usize>) {
        let source = self.sources.text(file).get(bytes.clone()).unwrap_or_default();
        let links = chain(source);
        let here = Router::At(file, bytes.start);
        let own = self.own_prefix(&links, file);
        for link in links.iter().skip(1).filter(|link| link.called) {
            let at = bytes.start + link.at;
            match (link.name, link.args.len()) {
                ("route" | "api_route", 2) | ("api_route_with", 3) => {
                    let path = self.string(link.arg(0), file);
                    for method in methods(link.arg(1)) {
                        self.routes.push(Route { router: here, method, path: path.clone(), file, at });
                    }
                }
                // On a resource, whose path is at the head of the chain.
                ("route", 1) | ("to", 1) if own.is_some() => {
                    let verbs = if link.name == "to" { vec!["*".to_owned()] } else { methods(link.arg(0)) };
                    for method in verbs {
                        self.routes.push(Route { router: here, method, path: String::new(), file, at });
                    }
                }
                ("nest" | "nest_service" | "nest_api_service", 2) => {
                    self.mounted(link, 1, &self.string(link.arg(0), file), here, file, bytes)
                }
                ("mount", 2) => self.mounted(link, 1, &self.string(link.arg(0), file), here, file, bytes),
                ("merge" | "service" | "routes" | "configure", 1) => self.mounted(link, 0, "", here, file, bytes),
                _ => {}
            }
        }
    }

    fn mounted(
        &mut self,
        link: &Link<'_>,
        index: usize,
        prefix: &str,
        here: Router,
        file: usize,
        bytes: &Range<usize>,
    ) {
        let Some(argument) = link.args.get(index) else { return };
        let start = bytes.start + argument.at;
        let range = start..start + argument.text.len();
        self.inside.push(Inside { file, bytes: range, parent: here, prefix: prefix.to_owned() });
        let listed = argument.text.split_once('!').filter(|(name, _)| last_name(name) == "routes");
        if let Some((_, list)) = listed {
            let list = list.trim().trim_start_matches(['(', '[']).trim_end_matches([')', ']']);
            for handler in arguments(list, 0) {
                self.serve(handler.text, prefix, here, file);
            }
            return;
        }
        if link.name == "configure" {
            for function in self.called(argument.text, file) {
                self.mounts.mount(Router::Parameter(function, 0), prefix, here);
            }
            return;
        }
        if link.name == "service" && self.serve(argument.text, prefix, here, file) {
            return;
        }
        for child in self.value(argument.text, file, start) {
            self.mounts.mount(child, prefix, here);
        }
    }

    /// Mounts the handler with an attribute that `path` names.
    fn serve(&mut self, path: &str, prefix: &str, here: Router, from: usize) -> bool {
        let is_declared = |name: &str| self.handlers.iter().any(|handler| handler.name == name);
        let resolved = self.aliases.resolve(path, self.sources.path(from), is_declared);
        let path = resolved.as_str();
        let name = last_name(path);
        let hint = path.trim_end_matches(name).trim_end_matches("::").rsplit("::").next().unwrap_or_default();
        let named = |handler: &&mut Handler| handler.name == name;
        let fits = |path: &str| !hint.is_empty() && path.trim_end_matches(".rs").split('/').any(|part| part == hint);
        let any_fits =
            self.handlers.iter().any(|handler| handler.name == name && fits(self.sources.path(handler.file)));
        let is_near = hint.is_empty() && self.handlers.iter().any(|it| it.name == name && it.file == from);
        let mut found = false;
        for handler in self.handlers.iter_mut().filter(named) {
            if any_fits && !fits(self.sources.path(handler.file)) || is_near && handler.file != from {
                continue;
            }
            handler.served = true;
            found = true;
            self.mounts.mount(Router::At(handler.file, handler.at), prefix, here);
        }
        found
    }

    /// Where a chain goes: into another, into a variable, or out of its function.
    fn flow(&mut self, file: usize, bytes: &Range<usize>) {
        let source = self.sources.text(file).get(bytes.clone()).unwrap_or_default();
        let links = chain(source);
        let here = Router::At(file, bytes.start);
        let own = self.own_prefix(&links, file).unwrap_or_default();
        let around = self
            .inside
            .iter()
            .filter(|inside| inside.file == file && inside.bytes.contains(&bytes.start))
            .filter(|inside| inside.parent != here)
            .max_by_key(|inside| inside.bytes.start);
        let function = self.around(file, bytes.start);
        let head = links.first().map_or("", |link| link.name);
        // A variable's or a function's router goes on in this chain.
        for child in self.value(&source[..links.get(1).map_or(source.len(), |link| link.at - 1)], file, bytes.start) {
            self.mounts.mount(child, "", here);
        }
        if let Some(inside) = around {
            let (prefix, parent) = (join(&inside.prefix, &own), inside.parent);
            self.mounts.mount(here, &prefix, parent);
            return;
        }
        let holder = self.variables.iter().find(|variable| {
            variable.file == file && variable.bytes.contains(&bytes.start) && variable.bytes.start < bytes.start
        });
        if let Some(variable) = holder {
            self.mounts.mount(here, &own, Router::At(file, variable.bytes.start));
            return;
        }
        match function {
            Some(function) if self.is_parameter(function, head) => {
                self.mounts.mount(here, &own, Router::Parameter(function, 0));
            }
            Some(function) => self.mounts.mount(here, &own, Router::Returned(function)),
            None => self.mounts.mount(here, &own, Router::Root),
        }
    }

    /// What variables hold, and which of them their function returns.
    fn values(&mut self) {
        for index in 0..self.variables.len() {
            let variable = &self.variables[index];
            let (file, start, value) = (variable.file, variable.bytes.start, variable.value);
            let here = Router::At(file, start);
            if !chain(value)
                .iter()
                .any(|link| matches!(link.name, "route" | "api_route" | "nest" | "merge" | "service"))
            {
                for child in self.value(value, file, start) {
                    self.mounts.mount(child, "", here);
                }
            }
            let variable = &self.variables[index];
            if let Some(function) = variable.function {
                let body = self.functions[function].text.trim_end_matches(['}', ' ', '\n', '\r', '\t']);
                let last = body.rsplit([';', '{', '}']).next().unwrap_or_default();
                if chain(last).first().is_some_and(|head| head.name == variable.name) {
                    self.mounts.mount(here, "", Router::Returned(function));
                }
            }
        }
    }

    /// Functions that return a list of handlers, as Rocket's `fn routes() -> Vec<Route> { routes![a, b] }`.
    fn lists(&mut self) {
        for index in 0..self.functions.len() {
            let Function { file, ref bytes, text, .. } = self.functions[index];
            let start = bytes.start;
            for (at, mark) in text.match_indices("routes![") {
                if in_tests(self.sources.text(file), start + at) {
                    continue;
                }
                let is_argument = |inside: &Inside| inside.file == file && inside.bytes.contains(&(start + at));
                if self.around(file, start + at) != Some(index) || self.inside.iter().any(is_argument) {
                    continue;
                }
                let list = text[at + mark.len()..].split(']').next().unwrap_or_default();
                for handler in arguments(list, 0) {
                    self.serve(handler.text, "", Router::Returned(index), file);
                }
            }
        }
    }

    /// The routers that an expression names: a variable or a call of a function.
    fn value(&self, expression: &str, file: usize, at: usize) -> Vec<Router> {
        let expression = expression.trim().trim_start_matches('&');
        let name = expression.strip_suffix(".clone()").unwrap_or(expression);
        if is_name(name) {
            let function = self.around(file, at);
            return self
                .variables
                .iter()
                .filter(|variable| variable.file == file && variable.function == function)
                .rfind(|variable| variable.name == name && variable.bytes.end <= at)
                .map(|variable| vec![Router::At(file, variable.bytes.start)])
                .unwrap_or_default();
        }
        let links = chain(expression);
        let Some(head) = links.first().filter(|head| head.called) else { return Vec::new() };
        self.called(head.name, file).into_iter().map(Router::Returned).collect()
    }

    /// The functions that a path such as `users::routes` may name.
    fn called(&self, path: &str, from: usize) -> Vec<usize> {
        let is_declared = |name: &str| self.functions.iter().any(|function| function.name == name);
        let resolved = self.aliases.resolve(path, self.sources.path(from), is_declared);
        let path = resolved.as_str();
        let name = last_name(path);
        let hint = path.trim().trim_end_matches(name).trim_end_matches("::").rsplit("::").next().unwrap_or_default();
        let hint = hint.to_ascii_lowercase();
        let named: Vec<usize> =
            self.functions.iter().enumerate().filter(|(_, f)| f.name == name).map(|(index, _)| index).collect();
        let fits = |index: &usize| {
            let path = self.sources.path(self.functions[*index].file).trim_end_matches(".rs").replace('_', "");
            path.to_ascii_lowercase().split('/').any(|part| part == hint.replace('_', ""))
        };
        let is_here = |index: &usize| hint.is_empty() && self.functions[*index].file == from;
        let fitting: Vec<usize> = named.iter().copied().filter(|index| fits(index) || is_here(index)).collect();
        // `Router::new` and `Vec::new` are nobody's.
        if fitting.is_empty() && matches!(name, "new" | "default") {
            return Vec::new();
        }
        if fitting.is_empty() { named } else { fitting }
    }

    /// The path at the head of `web::scope("/x")` and `web::resource("/x")`.
    fn own_prefix(&self, links: &[Link<'_>], file: usize) -> Option<String> {
        let head = links.first()?;
        matches!(last_name(head.name), "scope" | "resource").then(|| self.string(head.arg(0), file))
    }

    fn string(&self, expression: &str, file: usize) -> String {
        self.constants.string(expression, file).unwrap_or_else(|| UNKNOWN.to_owned())
    }

    fn around(&self, file: usize, at: usize) -> Option<usize> {
        let around = |(_, function): &(usize, &Function<'_>)| function.file == file && function.bytes.contains(&at);
        self.functions.iter().enumerate().filter(around).max_by_key(|(_, f)| f.bytes.start).map(|(index, _)| index)
    }

    fn is_parameter(&self, function: usize, name: &str) -> bool {
        let header = self.functions[function].text.split('{').next().unwrap_or_default();
        is_name(name) && header.contains("ServiceConfig") && words(header).any(|word| word == name)
    }

    fn framework(&self, file: usize) -> &'static str {
        let text = self.sources.text(file);
        let named = [("axum", "axum"), ("actix_web", "actix-web"), ("rocket", "rocket")]
            .into_iter()
            .find(|(name, _)| text.contains(name))
            .map_or(self.fallback, |(_, name)| name);
        if named == "rocket" { "Rocket" } else { named }
    }

    fn endpoints(self) -> Vec<Endpoint> {
        let mut endpoints = Vec::new();
        let mut add = |router, file: usize, at: usize, method: &str, path: &str| {
            let line = self.sources.line(file, at);
            for prefix in self.mounts.prefixes(router) {
                endpoints.push(Endpoint {
                    file: self.sources.path(file).to_owned(),
                    lines: (line, line),
                    method: method.to_owned(),
                    path: join(&prefix, path),
                    framework: self.framework(file),
                    page: false,
                });
            }
        };
        for route in &self.routes {
            add(route.router, route.file, route.at, &route.method, &route.path);
        }
        // An attribute of utoipa only describes; one of actix or Rocket makes a route.
        for handler in self.handlers.iter().filter(|handler| handler.served || !handler.describes) {
            for method in &handler.methods {
                add(Router::At(handler.file, handler.at), handler.file, handler.at, method, &handler.path);
            }
        }
        self.mounts.tell(self.sources.repo(), "Rust");
        endpoints
    }
}

/// The methods of `get(a).post(b)`, `web::get().to(a)` and `routing::any(a)`.
fn methods(router: &str) -> Vec<String> {
    let methods: Vec<String> = chain(router)
        .iter()
        .filter(|link| link.called)
        .filter_map(|link| match last_name(link.name).trim_end_matches("_service") {
            name @ ("get" | "post" | "put" | "patch" | "delete" | "head" | "options") => {
                Some(name.to_ascii_uppercase())
            }
            _ => None,
        })
        .collect();
    if methods.is_empty() { vec!["*".to_owned()] } else { methods }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

#[cfg(test)]
mod tests;
