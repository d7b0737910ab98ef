//! Go: net/http, gorilla/mux, chi, gin, Echo, Fiber, httprouter, bunrouter.

mod compared;
mod described;
mod entries;
mod framework;
mod given;
mod names;
mod program;
mod routes;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use self::entries::Entry;
use self::framework::Frameworks;
use self::given::is_wrapped;
use self::names::{is_client, is_constructor, method};
use self::program::{Definition, Program, parameters};
use super::endpoint::join;
use super::routing::constants::Constants;
use super::routing::expression::{Link, chain, closing, last_name};
use super::routing::mounts::{Mounts, Router, UNKNOWN};
use super::routing::source::Sources;
use super::{Endpoint, VersionCue};
use crate::Snapshot;
use crate::code::Language;
use crate::paths::folder;

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let sources = Sources::of(repo, "api.go");
    if ["api.go.chain", "api.go.made", "api.go.entry"].iter().all(|rule| sources.matches(rule).next().is_none()) {
        return Vec::new();
    }
    let mut routing = Routing {
        constants: Constants::of(&sources, "api.go.constant", Language::Go),
        frameworks: Frameworks::of(repo, &sources),
        program: Program::of(repo, &sources),
        pages: pages(&sources),
        sources: &sources,
        mounts: Mounts::default(),
        texts: BTreeMap::new(),
        entries: Vec::new(),
        looked: 0,
        routes: Vec::new(),
    };
    routing.entries = routing.entries();
    routing.texts();
    routing.closures();
    routing.getters();
    routing.bindings();
    routing.calls();
    routing.returns();
    for (file, found) in sources.matches("api.go.chain") {
        routing.chain(file, found.bytes.start, sources.matched(file, found), true);
    }
    routing.handed();
    let constants = Constants::of(&sources, "api.go.constant", Language::Go);
    let mut endpoints = routing.endpoints();
    if endpoints.iter().any(|it| it.path == "/" && it.framework == "net/http") {
        endpoints.extend(compared::endpoints(&sources, &constants));
    }
    endpoints
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    let code = repo.code();
    let cue = |scheme| {
        move |found: &crate::code::CodeMatch| VersionCue { file: found.path.to_string(), lines: found.lines, scheme }
    };
    let mut cues: Vec<VersionCue> = Vec::new();
    for found in code.matches("api.go.version-header") {
        let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
        let query = text.contains("Query");
        // A client that sends a version is not a server that reads one.
        if !text.contains(".Set(") {
            cues.push(cue(if query { "query" } else { "header" })(found));
        }
    }
    cues.extend(code.matches("api.go.version-media-type").iter().map(cue("media-type")));
    cues
}

struct Routing<'r, 's> {
    sources: &'s Sources<'r>,
    constants: Constants<'s>,
    frameworks: Frameworks,
    program: Program<'r>,
    /// The functions that answer with a page.
    pages: BTreeSet<&'r str>,
    mounts: Mounts,
    /// What all calls of a function give to a parameter that is a text; nothing where they differ.
    texts: BTreeMap<(usize, &'r str), Option<String>>,
    /// What tables say of routes.
    entries: Vec<Entry<'r>>,
    /// How many loops were looked at that may hand them over.
    looked: usize,
    routes: Vec<Route>,
}

struct Route {
    router: Router,
    path: String,
    methods: Vec<String>,
    framework: &'static str,
    file: usize,
    bytes: Range<usize>,
    page: bool,
}

/// What a chain of calls comes to.
struct Reached {
    router: Router,
    prefix: String,
    sure: bool,
}

impl<'r> Routing<'r, '_> {
    /// Closures such as the one in `r.Route("/users", func(r chi.Router) { ... })`.
    fn closures(&mut self) {
        let sources = self.sources;
        for (file, found) in sources.matches("api.go.chain") {
            let source = sources.matched(file, found);
            for link in chain(source).iter().filter(|link| matches!(link.name, "Route" | "Group" | "WithGroup")) {
                for arg in link.args.iter().filter(|arg| arg.text.starts_with("func(")) {
                    let at = found.bytes.start + arg.at;
                    let Some(end) = closing(arg.text, 4) else { continue };
                    let region = at..at + arg.text.len();
                    for (name, kind) in parameters(&arg.text[5..end]) {
                        let router = self.program.is_router(kind).then_some(Router::At(file, at));
                        let definition = Definition { at, region: region.clone(), router, sure: router.is_some() };
                        self.program.locals.entry((file, name.to_owned())).or_default().push(definition);
                    }
                }
            }
        }
    }

    /// Variables, first all names and then what they hold, as one may be used above the other.
    fn bindings(&mut self) {
        let sources = self.sources;
        let mut open = Vec::new();
        for (file, found) in sources.matches("api.go.binding") {
            let (Some(name), text) = (found.var("NAME"), sources.matched(file, found)) else { continue };
            // A field of a literal has a colon where others have an equals sign.
            let behind = text.strip_prefix(name).unwrap_or_default().trim_start();
            let is_field = behind.starts_with(':') && !behind.starts_with(":=");
            let Some(equals) = text.find(if is_field { ':' } else { '=' }) else { continue };
            let start = found.bytes.start + equals + 1;
            let value = text[equals + 1..].trim();
            let start = start + (text[equals + 1..].len() - text[equals + 1..].trim_start().len());
            let region = self.region(file, found.bytes.start);
            let folder = folder(sources.path(file));
            let key = (folder.to_owned(), last_name(name).to_owned());
            // A field that is given what a parameter holds; several such fields of one name are one.
            let passes_on = !value.contains(['(', '.']) && (is_field || name.contains('.'));
            let local = self.program.local(file, value, start).filter(|local| passes_on && local.router.is_some());
            if passes_on && local.is_none() {
                continue;
            }
            let held = match local {
                Some(local) if local.sure => Held::Router,
                Some(_) => Held::Perhaps,
                None => self.held(value, file),
            };
            let known = self.program.shared.get(&key).and_then(|known| known.router).filter(|_| passes_on);
            let router = known.unwrap_or(Router::At(file, found.bytes.start));
            let definition = Definition {
                at: found.bytes.end,
                region: region.clone().unwrap_or(0..usize::MAX),
                router: (held != Held::Other).then_some(router),
                sure: held == Held::Router,
            };
            // `router = chi.NewRouter()` in a function gives a variable of the package its value.
            let is_assigned = !text[..equals].ends_with(':')
                && self.program.is_variable(folder, name)
                && !sources.text(file)[..found.bytes.start].ends_with("var ");
            if name.contains('.') || is_field || region.is_none() || is_assigned {
                self.program.shared.insert(key, definition);
            } else {
                self.program.locals.entry((file, name.to_owned())).or_default().push(definition);
            }
            if held != Held::Other {
                open.push((file, router, value, start));
            }
        }
        for (file, router, value, start) in open {
            for function in self.returned(value, file) {
                self.mounts.mount(Router::Returned(function), "", router);
            }
            let wrapped = chain(value).last().is_some_and(is_wrapped);
            for (child, _) in self.handler(value, file, start, 0).filter(|_| wrapped).unwrap_or_default() {
                self.mounts.mount(child, "", router);
            }
            if !wrapped
                && let Some(reached) = self.chain(file, start, value, false)
                && !is_constructor(value)
            {
                self.mounts.mount(router, &reached.prefix, reached.router);
            }
        }
    }

    /// What kind of thing a value is.
    fn held(&self, value: &str, file: usize) -> Held {
        let links = chain(value);
        // `r.Group("/v1").Use(guard)` is the group.
        let Some(last) = links.iter().rev().find(|link| link.name != "Use") else { return Held::Other };
        if is_constructor(value)
            || matches!(last.name, "Group" | "NewGroup" | "Subrouter" | "PathPrefix" | "With" | "Route")
        {
            return Held::Router;
        }
        if !self.returned(value, file).is_empty() || is_wrapped(last) {
            return Held::Router;
        }
        if !last.called && ["outer", "mux", "engine", "echo", "app", "api"].iter().any(|end| last.name.ends_with(end)) {
            return Held::Perhaps;
        }
        Held::Other
    }

    /// The functions of the program that return a router and that `value` is a call of.
    fn returned(&self, value: &str, file: usize) -> Vec<usize> {
        let links = chain(value);
        let Some(last) = links.last().filter(|last| last.called) else { return Vec::new() };
        if is_constructor(value) {
            return Vec::new(); // However a function of the program is called.
        }
        let path = value.get(..last.at + last.name.len()).unwrap_or_default();
        let mut functions = self.program.called(self.sources, path, file);
        functions.retain(|function| self.program.functions[*function].returns_router);
        functions
    }

    /// Routers that are passed to functions.
    fn calls(&mut self) {
        let sources = self.sources;
        for (file, found) in sources.matches("api.go.call") {
            let source = sources.matched(file, found);
            let links = chain(source);
            let Some(last) = links.last().filter(|last| last.called) else { continue };
            let path = &source[..(last.at + last.name.len()).min(source.len())];
            for function in self.program.called(sources, path, file) {
                for (index, arg) in last.args.iter().enumerate() {
                    let takes = self.program.functions[function].parameters.get(index);
                    if !takes.is_some_and(|(_, kind)| self.program.is_router(kind)) {
                        continue;
                    }
                    if let Some(reached) = self.chain(file, found.bytes.start + arg.at, arg.text, false) {
                        self.mounts.mount(Router::Parameter(function, index), &reached.prefix, reached.router);
                    }
                }
            }
        }
    }

    /// Routers that a function makes and returns.
    fn returns(&mut self) {
        let sources = self.sources;
        for (file, found) in sources.matches("api.go.return") {
            let Some(function) = self.program.around(file, found.bytes.start) else { continue };
            let Some(name) = found.var("NAME").filter(|_| self.program.functions[function].returns_router) else {
                continue;
            };
            if let Some(child) = self.handler(name, file, found.bytes.start, 0) {
                for (child, _) in child {
                    self.mounts.mount(child, "", Router::Returned(function));
                }
            }
        }
    }

    /// Follows a chain; `collect` says whether its routes and mounts are taken down.
    fn chain(&mut self, file: usize, start: usize, source: &str, collect: bool) -> Option<Reached> {
        let links = chain(source);
        let mut reached = self.head(&links, file, start)?;
        let mut methods: Vec<String> = Vec::new();
        let mut pending: Option<usize> = None;
        let mut unread: Option<&str> = None;
        for link in links.iter().skip(1).filter(|link| link.called) {
            match link.name {
                "Methods" => {
                    methods = link.args.iter().map(|arg| method(arg.text)).collect();
                    if let Some(route) = pending {
                        self.routes[route].methods = methods.clone();
                    }
                }
                "Group" | "NewGroup" | "WithGroup" | "Route" | "PathPrefix" | "Path" => {
                    let path = link.arg(0);
                    let under = if path.starts_with("func") {
                        String::new()
                    } else {
                        let under = self.path_at(path, file, start + link.at);
                        unread = (link.name == "Path" && under.is_none()).then_some(path).or(unread);
                        // What a group begins with may be set elsewhere.
                        let is_lost = link.name != "Path" && !path.is_empty();
                        under.unwrap_or_else(|| if is_lost { UNKNOWN.to_owned() } else { String::new() })
                    };
                    for arg in link.args.iter().filter(|arg| arg.text.starts_with("func(") && collect) {
                        let closure = Router::At(file, start + arg.at);
                        self.mounts.mount(closure, &join(&reached.prefix, &under), reached.router);
                    }
                    if !matches!(link.name, "Route" | "WithGroup") || link.args.len() < 2 {
                        reached.prefix = join(&reached.prefix, &under);
                    }
                }
                _ if collect => {
                    let described = self.described(&reached, link, file);
                    if !described.is_empty() {
                        self.routes.extend(described);
                    } else if let Some(listed) = self.listed(&reached, link, unread, file, start) {
                        self.routes.extend(listed);
                    } else if let Some(route) = self.route(&reached, link, &methods, file, start) {
                        pending = Some(self.routes.len());
                        self.routes.push(route);
                    }
                }
                _ => {}
            }
        }
        Some(reached)
    }

    /// What the beginning of a chain stands for; `None` if it is no router.
    fn head(&self, links: &[Link<'_>], file: usize, start: usize) -> Option<Reached> {
        let head = links.first()?;
        let field = links.iter().take_while(|link| !link.called).last().unwrap_or(head);
        let folder = folder(self.sources.path(file));
        if let Some(local) = self.program.local(file, head.name, start) {
            if field.at == head.at {
                return local.router.map(|router| Reached { router, prefix: String::new(), sure: local.sure });
            }
        } else if head.called && head.name != "append" {
            // `newRouter().Get(...)`, or a conversion.
            return Some(Reached { router: Router::Root, prefix: String::new(), sure: false });
        }
        let shared = self.program.shared.get(&(folder.to_owned(), field.name.to_owned()));
        match shared {
            Some(shared) => shared.router.map(|router| Reached { router, prefix: String::new(), sure: shared.sure }),
            None if is_client(field.name) => None,
            None => Some(Reached { router: Router::Root, prefix: String::new(), sure: false }),
        }
    }

    fn path(&self, expression: &str, file: usize) -> Option<String> {
        self.constants.string(expression, file)
    }

    /// The closure or function that a byte is in.
    fn region(&self, file: usize, at: usize) -> Option<Range<usize>> {
        let function = self.program.around(file, at).map(|index| self.program.functions[index].bytes.clone());
        let closures = self
            .program
            .locals
            .range((file, String::new())..(file + 1, String::new()))
            .flat_map(|(_, definitions)| definitions)
            .filter(|definition| matches!(definition.router, Some(Router::At(_, start)) if start == definition.region.start))
            .map(|definition| definition.region.clone())
            .filter(|region| region.contains(&at));
        closures.chain(function).max_by_key(|region| region.start)
    }

    fn endpoints(self) -> Vec<Endpoint> {
        let mut endpoints = Vec::new();
        for route in &self.routes {
            let lines =
                (self.sources.line(route.file, route.bytes.start), self.sources.line(route.file, route.bytes.end));
            for prefix in self.mounts.prefixes(route.router) {
                for method in &route.methods {
                    endpoints.push(Endpoint {
                        file: self.sources.path(route.file).to_owned(),
                        lines,
                        method: method.clone(),
                        path: join(&prefix, &route.path),
                        framework: route.framework,
                        page: route.page,
                    });
                }
            }
        }
        self.mounts.tell(self.sources.repo(), "Go");
        endpoints
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Router,
    Perhaps,
    Other,
}

fn pages<'r>(sources: &Sources<'r>) -> BTreeSet<&'r str> {
    sources
        .matches("api.go.page")
        // go-chi/render answers with data.
        .filter(|(file, found)| !sources.matched(*file, found).starts_with("render.Render("))
        .filter_map(|(_, found)| {
            Some(found.scopes.iter().rev().find(|scope| scope.kind.ends_with("_declaration"))?.name.as_str())
        })
        .collect()
}

#[cfg(test)]
mod tests;
