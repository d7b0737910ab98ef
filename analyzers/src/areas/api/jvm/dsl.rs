//! Routes in nested calls: Ktor's `routing { route("/x") { get { } } }` and Spring's functional routes.

use std::ops::Range;

use super::resources::{Resources, typed_route};
use crate::areas::api::Endpoint;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::constants::Constants;
use crate::areas::api::routing::expression::chain;
use crate::areas::api::routing::mounts::{Mounts, Router, UNKNOWN};
use crate::areas::api::routing::source::Sources;

struct Call {
    file: usize,
    name: String,
    /// From the name to the end of the arguments.
    bytes: Range<usize>,
    path: Option<String>,
    nests: bool,
}

struct Function<'r> {
    name: &'r str,
    file: usize,
    bytes: Range<usize>,
}

/// The endpoints of the calls that `{rules}.dsl` matches.
pub(super) fn endpoints(
    sources: &Sources<'_>,
    rules: &str,
    constants: &Constants<'_>,
    resources: &Resources,
) -> Vec<Endpoint> {
    let calls = calls(sources, &format!("{rules}.dsl"), constants, resources);
    if calls.is_empty() {
        return Vec::new();
    }
    let functions: Vec<Function<'_>> = sources
        .matches(&format!("{rules}.function"))
        .filter_map(|(file, found)| Some(Function { name: found.var("NAME")?, file, bytes: found.bytes.clone() }))
        .collect();
    let around = |file: usize, at: usize| -> Router {
        let call = calls
            .iter()
            .filter(|call| call.file == file && call.nests && call.bytes.start < at && at < call.bytes.end)
            .max_by_key(|call| call.bytes.start);
        let function = functions
            .iter()
            .enumerate()
            .filter(|(_, function)| function.file == file && function.bytes.contains(&at))
            .max_by_key(|(_, function)| function.bytes.start);
        match (call, function) {
            (Some(call), Some((_, function))) if call.bytes.start > function.bytes.start => {
                Router::At(file, call.bytes.start)
            }
            (Some(call), None) => Router::At(file, call.bytes.start),
            (_, Some((index, _))) => Router::Returned(index),
            (None, None) => Router::Root,
        }
    };
    let mut mounts = Mounts::default();
    for call in calls.iter().filter(|call| call.nests) {
        let prefix = call.path.as_deref().unwrap_or_default();
        mounts.mount(Router::At(call.file, call.bytes.start), prefix, around(call.file, call.bytes.start));
    }
    for (file, found) in sources.matches(&format!("{rules}.call")) {
        let Some(name) = found.var("NAME") else { continue };
        for (index, _) in functions.iter().enumerate().filter(|(_, function)| function.name == name) {
            mounts.mount(Router::Returned(index), "", around(file, found.bytes.start));
        }
    }
    let mut endpoints = Vec::new();
    for call in calls.iter().filter(|call| !call.nests) {
        let method = call.name.to_ascii_uppercase();
        let text = sources.text(call.file);
        let framework = if text.contains("io.ktor") { "Ktor" } else { "Spring WebFlux" };
        let Some(path) = &call.path else { continue };
        for prefix in mounts.prefixes(around(call.file, call.bytes.start)) {
            let (from, to) = (call.bytes.start, call.bytes.start + call.name.len());
            endpoints.push(Endpoint {
                file: sources.path(call.file).to_owned(),
                lines: (sources.line(call.file, from), sources.line(call.file, to)),
                method: method.clone(),
                path: join(&prefix, path),
                framework,
                page: false,
            });
        }
    }
    mounts.tell(sources.repo(), "the JVM");
    endpoints
}

fn calls(sources: &Sources<'_>, rule: &str, constants: &Constants<'_>, resources: &Resources) -> Vec<Call> {
    let mut calls = Vec::new();
    for (file, found) in sources.matches(rule) {
        let source = sources.matched(file, found);
        // A class that stands for no path is what the body of the request is read as.
        if let Some((verb, class)) = typed_route(source)
            && let Some(path) = resources.path(class)
        {
            let (name, bytes) = (verb.to_owned(), found.bytes.clone());
            calls.push(Call { file, name, bytes, path: Some(path.to_owned()), nests: false });
            continue;
        }
        let links = chain(source);
        let Some(last) = links.last() else { continue };
        let first = last.arg(0);
        let is_ktor = sources.text(file).contains("io.ktor");
        let nests = matches!(last.name, "route" | "routing" | "path" | "nest");
        let path = match last.name {
            // `"/api".nest { }` and `path("/api").nest { }`, or `nest(path("/api"), ...)`.
            "nest" => match links.len().checked_sub(2).map(|before| &links[before]) {
                Some(before) if before.name == "path" => constants.string(before.arg(0), file),
                Some(before) if before.name.starts_with('"') => constants.string(before.name, file),
                _ => chain(first)
                    .last()
                    .filter(|link| link.name.ends_with("path"))
                    .and_then(|link| constants.string(link.arg(0), file)),
            },
            "routing" => None,
            _ if first.starts_with('{') || first.is_empty() => Some(String::new()),
            _ => Some(constants.string(first, file).unwrap_or_else(|| UNKNOWN.to_owned())),
        };
        // A verb without a handler is somebody's getter.
        let has_lambda = last.args.last().is_some_and(|arg| arg.text.starts_with('{'));
        let is_upper = last.name.chars().all(|c| c.is_ascii_uppercase());
        let is_route = if is_ktor { has_lambda && links.len() == 1 && !is_upper } else { is_upper };
        if nests || is_route {
            let start = found.bytes.start + last.at;
            calls.push(Call {
                file,
                name: last.name.to_owned(),
                bytes: start..found.bytes.end,
                path,
                nests: nests && (last.args.len() > 1 || has_lambda),
            });
        }
    }
    let leaves: Vec<usize> = (0..calls.len()).filter(|at| answers_itself(&calls, *at, sources)).collect();
    for at in leaves {
        (calls[at].nests, calls[at].name) = (false, "*".to_owned());
    }
    calls.retain(|call| call.nests || !matches!(call.name.as_str(), "route" | "routing" | "path" | "nest"));
    calls
}

/// Whether `route(Api.Users.list) { respond(...) }` of a library that types Ktor's routes answers, and holds no others.
fn answers_itself(calls: &[Call], at: usize, sources: &Sources<'_>) -> bool {
    let route = &calls[at];
    let text = sources.text(route.file);
    let holds = |other: &Call| {
        other.file == route.file && route.bytes.start < other.bytes.start && other.bytes.end <= route.bytes.end
    };
    route.nests
        && route.name == "route"
        && route.path.as_deref() == Some(UNKNOWN)
        && text.contains("io.ktor")
        && text[route.bytes.clone()].contains("respond")
        && !calls.iter().any(holds)
}
