//! Routes as data: a table of structs with a verb and a path, or calls that make such structs, and the loop that hands them
//! to a router, in this program or in a package outside of it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::framework::Style;
use super::names::{is_client, method};
use super::{Reached, Route, Routing};
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::expression::{Argument, Link, arguments, chain, closing, is_name, last_name, split};
use crate::areas::api::routing::leave;
use crate::areas::api::routing::mounts::{Router, UNKNOWN};
use crate::code::string_literal;
use crate::paths::folder;

/// How many functions and variables may stand between a route and its handler.
const DEEPEST: usize = 3;

/// Nobody writes more by hand.
const MOST_ENTRIES: usize = 1_000;
const MOST_LOOPS: usize = 64;
const MOST_OTHERS: usize = 8;
const MOST_DECLARED: usize = 4;
const MOST_RETURNING: usize = 16;
const FURTHEST: usize = 16 << 10;

/// What marks the types of handlers, and the framework that they are of.
const HANDLERS: &[(&[&str], &str)] = &[
    (&["echo.HandlerFunc", "echo.Context"], "Echo"),
    (&["gin.HandlerFunc", "gin.Context"], "gin"),
    (&["fiber.Handler", "fiber.Ctx"], "Fiber"),
    (&["httprouter.Handle", "httprouter.Params"], "httprouter"),
    (&["http.HandlerFunc", "http.Handler", "http.ResponseWriter"], "net/http"),
];

/// One route of a table.
pub(super) struct Entry<'r> {
    file: usize,
    bytes: Range<usize>,
    verb: String,
    path: String,
    /// The field that holds the path, if it is named.
    field: Option<&'r str>,
    /// Whatever else it holds, one of which is the handler.
    others: Vec<&'r str>,
}

impl<'r> Routing<'r, '_> {
    /// The literals and the calls that hold a verb and a path.
    pub(super) fn entries(&self) -> Vec<Entry<'r>> {
        let sources = self.sources;
        let tables = sources.matches("api.go.entry").filter_map(|(file, found)| {
            let inner = sources.matched(file, found).strip_prefix('{')?.strip_suffix('}')?;
            self.entry(file, found.bytes.clone(), arguments(inner, 0))
        });
        let made = sources.matches("api.go.made").filter_map(|(file, found)| {
            let source = sources.matched(file, found);
            let open = source.find('(')?;
            let name = last_name(&source[..open]);
            let is_of_router =
                matches!(name, "Add" | "Handle" | "Handler" | "HandlerFunc" | "Method" | "MethodFunc" | "Match");
            let list = source.get(open + 1..closing(source, open)?).filter(|_| !is_of_router)?;
            self.entry(file, found.bytes.clone(), arguments(list, 0))
        });
        let mut entries: Vec<Entry<'r>> = tables.chain(made).take(MOST_ENTRIES + 1).collect();
        if entries.len() > MOST_ENTRIES {
            entries.truncate(MOST_ENTRIES);
            leave(sources.repo(), "Go's tables");
        }
        entries
    }

    fn entry(&self, file: usize, bytes: Range<usize>, values: Vec<Argument<'r>>) -> Option<Entry<'r>> {
        let (mut verb, mut path, mut field, mut others) = (None, None, None, Vec::new());
        for value in values {
            let (key, value) = match value.text.split_once(':') {
                Some((key, value)) if is_name(key.trim()) => (Some(key.trim()), value.trim()),
                _ => (None, value.text),
            };
            if verb.is_none() && is_verb(value) {
                verb = Some(method(value));
            } else if path.is_none()
                && let Some(text) = self.path(value, file).filter(|text| text.starts_with('/'))
            {
                (path, field) = (Some(text), key);
            } else {
                others.push(value);
            }
        }
        let is_data = |value: &&str| string_literal(value).is_some() || value.starts_with(|c: char| c.is_ascii_digit());
        let may_answer = others.iter().any(|value| !is_data(value) && !matches!(*value, "nil" | "true" | "false"));
        let entry = Entry { file, bytes, verb: verb?, path: path?, field, others };
        may_answer.then_some(entry)
    }

    /// The routes of the table that a loop hands to a router: `r.Get(route.Path, route.Handler)`. `unread` is the path of
    /// an earlier call of the chain that could not be read. Nothing where there is no such table.
    pub(super) fn listed(
        &mut self,
        reached: &Reached,
        link: &Link<'_>,
        unread: Option<&str>,
        file: usize,
        start: usize,
    ) -> Option<Vec<Route>> {
        let upper = link.name.to_ascii_uppercase();
        let count = link.args.len();
        let (style, verb, path) = match link.name {
            "Handler" | "HandlerFunc" if count == 1 => (Style::Plain, None, unread),
            "Handle" | "HandleFunc" if count == 2 => (Style::Plain, None, Some(link.arg(0))),
            "Add" if count >= 3 => (Style::Either, None, Some(link.arg(1))),
            "Method" | "MethodFunc" if count == 3 => (Style::Spoken, None, Some(link.arg(1))),
            "Handle" | "Handler" | "HandlerFunc" if count >= 3 => (Style::Shouted, None, Some(link.arg(1))),
            name if count >= 2 && matches!(upper.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE") => {
                (if name == upper { Style::Shouted } else { Style::Spoken }, Some(upper), Some(link.arg(0)))
            }
            _ => return None,
        };
        let path = path.filter(|path| !self.entries.is_empty() && self.path(path, file).is_none())?;
        let (under, field, list) = self.element(path, file, start + link.at)?;
        let framework = self.frameworks.of_route(file, style)?;
        self.looked += 1;
        if self.looked > MOST_LOOPS {
            leave(self.sources.repo(), "Go's loops");
            return None;
        }
        let within = list.map(|list| self.regions(list, file)).unwrap_or_default();
        let is_in = |entry: &&Entry<'_>| {
            within.iter().any(|(file, region)| *file == entry.file && region.contains(&entry.bytes.start))
        };
        let named: Vec<&Entry<'_>> =
            self.entries.iter().filter(|entry| entry.field.is_none_or(|name| name == field)).collect();
        // Where it is known where the table stands, others have nothing to do with the loop.
        let all: Vec<&Entry<'_>> = if within.is_empty() { named } else { named.into_iter().filter(is_in).collect() };
        if all.is_empty() {
            return None;
        }
        let routes = all
            .into_iter()
            .filter(|entry| verb.as_ref().is_none_or(|verb| *verb == entry.verb))
            .map(|entry| Route {
                router: reached.router,
                path: join(&reached.prefix, &join(&under, &entry.path)),
                methods: vec![entry.verb.clone()],
                framework,
                file: entry.file,
                bytes: entry.bytes.clone(),
                page: false,
            })
            .collect();
        Some(routes)
    }

    /// Routes that no router of this program takes, but that hold a handler: a package outside of it serves them, below
    /// the path that its settings name.
    pub(super) fn handed(&mut self) {
        let is_taken =
            |entry: &Entry<'_>| self.routes.iter().any(|route| route.file == entry.file && route.bytes == entry.bytes);
        if self.entries.iter().any(is_taken) {
            return;
        }
        let handles = |entry: &Entry<'_>| {
            entry
                .others
                .iter()
                .take(MOST_OTHERS)
                .find_map(|value| self.handles(value, entry.file, entry.bytes.start, 0))
        };
        let served: Vec<(&Entry<'_>, &'static str)> =
            self.entries.iter().filter_map(|entry| Some((entry, handles(entry)?))).collect();
        if served.is_empty() {
            return;
        }
        let base = self.base();
        let routes: Vec<Route> = served
            .into_iter()
            .map(|(entry, framework)| Route {
                router: Router::Root,
                path: join(&base, &entry.path),
                methods: vec![entry.verb.clone()],
                framework,
                file: entry.file,
                bytes: entry.bytes.clone(),
                page: false,
            })
            .collect();
        self.routes.extend(routes);
    }

    /// The path that the program's settings put in front of all others; what is in front can't be told where none does.
    fn base(&self) -> String {
        let mut bases: Vec<String> = self
            .sources
            .matches("api.go.base")
            // What describes the API serves nothing.
            .filter(|(file, _)| !self.sources.text(*file).contains("swaggo/swag"))
            .filter_map(|(file, found)| {
                let (_, value) = self.sources.matched(file, found).split_once(':')?;
                Some(self.path(value, file).unwrap_or_else(|| UNKNOWN.to_owned()))
            })
            .collect();
        bases.sort();
        bases.dedup();
        if bases.len() == 1 { bases.remove(0) } else { UNKNOWN.to_owned() }
    }

    /// What stands in front of a path that is a field of an element of a list, the field, and the list if it can be told:
    /// `route.Path`, `base + route.Path`, `routes[i].Path`, or a variable that holds one.
    fn element<'t>(&self, path: &'t str, file: usize, at: usize) -> Option<(String, &'t str, Option<&'t str>)>
    where
        'r: 't,
    {
        let before = self.before(file, at)?;
        let mut parts = split(path, 0, '+').into_iter().map(|(_, part)| part.trim()).collect::<Vec<_>>();
        let mut last = parts.pop()?;
        let under: Option<String> = parts.iter().map(|part| self.path(part, file)).collect();
        if is_name(last) {
            last = given(before, last)?;
        }
        let (element, field) = last.split_once('.').filter(|(_, field)| is_name(field))?;
        if is_client(element) {
            return None;
        }
        let under = under.unwrap_or_else(|| UNKNOWN.to_owned());
        if let Some((list, _)) = element.split_once('[') {
            return Some((under, field, Some(list)));
        }
        let looped = before.rsplit_once(&format!(", {element} := range ")).map(|(_, rest)| rest);
        if let Some(looped) = looped {
            return Some((under, field, Some(looped.split(" {").next()?.lines().next()?.trim())));
        }
        let function = &self.program.functions[self.program.around(file, at)?];
        function.parameters.iter().any(|(name, _)| *name == element).then_some((under, field, None))
    }

    /// Where a list is written: the variables of that name, or the functions that return it.
    fn regions(&self, list: &str, file: usize) -> Vec<(usize, Range<usize>)> {
        let name = last_name(list.split('(').next().unwrap_or(list));
        if list.ends_with(')') {
            let returning = self.program.functions.iter().filter(|it| it.name == name);
            let mut regions: Vec<(usize, Range<usize>)> = returning.map(|it| (it.file, it.bytes.clone())).collect();
            // It may return what stands outside of it.
            for (file, bytes) in regions.clone().into_iter().take(MOST_RETURNING) {
                let body = self.sources.text(file).get(bytes).unwrap_or_default();
                let returned = body.rsplit_once("return ").and_then(|(_, rest)| rest.split(['\n', '}']).next());
                if let Some(name) = returned.map(str::trim).filter(|it| is_name(it)) {
                    regions.extend(self.regions(name, file));
                }
            }
            return regions;
        }
        let files: BTreeSet<usize> = self.entries.iter().map(|entry| entry.file).collect();
        let of = self.sources;
        let is_near = |other: &usize| folder(of.path(*other)) == folder(of.path(file)) || list.contains('.');
        let mut regions = Vec::new();
        for other in files.into_iter().filter(is_near) {
            let text = of.text(other);
            for sign in [" = ", " := "] {
                let declared = format!("{name}{sign}");
                for (at, _) in text.match_indices(declared.as_str()).take(MOST_DECLARED) {
                    regions.extend(literal(text, at).map(|region| (other, region)));
                }
            }
        }
        regions
    }

    /// The framework whose requests `value` answers: by the type of its parameters, or of what it returns where it is
    /// called.
    fn handles(&self, value: &str, file: usize, at: usize, depth: usize) -> Option<&'static str> {
        let speaks = |types: &str| {
            HANDLERS.iter().find(|(marks, _)| marks.iter().any(|mark| types.contains(mark))).map(|(_, name)| *name)
        };
        if depth > DEEPEST {
            return None;
        }
        if value.starts_with("func(") {
            return speaks(&value[..closing(value, 4)?]);
        }
        if let Some(inner) = value.strip_prefix("[]").and_then(|list| list.split_once('{')) {
            let (kind, list) = inner;
            return speaks(kind).filter(|_| list.len() > 1);
        }
        let path = value.split('(').next()?;
        let is_called = path.len() < value.len();
        let named = last_name(path);
        if is_name(value)
            && let Some(before) = self.before(file, at)
            && let Some(given) = given(before, value)
        {
            return self.handles(given, file, at, depth + 1);
        }
        let types = |function: usize| {
            let function = &self.program.functions[function];
            if is_called {
                return function.result.to_owned();
            }
            function.parameters.iter().map(|(_, kind)| *kind).collect::<Vec<_>>().join(" ")
        };
        let functions = self.program.called(self.sources, path, file);
        if functions.is_empty() && is_called && named != "HandlerFunc" {
            // A guard from elsewhere around it.
            let links = chain(value);
            return self.handles(links.last()?.args.last()?.text, file, at, depth + 1);
        }
        if functions.is_empty() && is_called {
            return speaks(path);
        }
        functions.into_iter().find_map(|function| speaks(&types(function)))
    }

    /// The function around a byte, as far as the byte; of a long one the end.
    fn before(&self, file: usize, at: usize) -> Option<&'r str> {
        let start = self.program.functions[self.program.around(file, at)?].bytes.start;
        let text = self.sources.text(file);
        let start = (start.max(at.saturating_sub(FURTHEST))..at).find(|start| text.is_char_boundary(*start))?;
        text.get(start..at)
    }
}

/// The literal that a variable is given in the line at `at`; that of a struct without a name comes after its fields.
fn literal(text: &str, at: usize) -> Option<Range<usize>> {
    let open = at + text[at..].find(['{', '\n']).filter(|open| text[at + open..].starts_with('{'))?;
    let end = closing(text, open)?;
    let open = if text[end + 1..].starts_with('{') { end + 1 } else { open };
    Some(open..closing(text, open)?)
}

/// The line that `name` was last given as its value.
fn given<'t>(before: &'t str, name: &str) -> Option<&'t str> {
    let is_whole = |at: usize| !before[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'));
    let signs = [format!("{name} := "), format!("{name} = ")];
    let (_, value) = signs
        .iter()
        .flat_map(|sign| before.rmatch_indices(sign.as_str()).map(|(at, sign)| (at, at + sign.len())))
        .filter(|(at, _)| is_whole(*at))
        .max()?;
    before[value..].lines().next().map(str::trim)
}

/// `http.MethodGet`, `"GET"`
fn is_verb(value: &str) -> bool {
    matches!(method(value).as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS")
        && (string_literal(value).is_some() || last_name(value).starts_with("Method"))
}
