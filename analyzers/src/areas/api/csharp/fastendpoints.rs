//! FastEndpoints: one class an endpoint, which says its route in `Configure`.

use crate::Snapshot;
use crate::areas::api::Endpoint;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::constants::Constants;
use crate::areas::api::routing::expression::{Argument, arguments};
use crate::areas::api::routing::mounts::UNKNOWN;
use crate::areas::api::routing::source::Sources;

/// The endpoints of a project that depends on the package.
pub(super) fn endpoints(repo: &Snapshot, sources: &Sources<'_>, constants: &Constants<'_>) -> Vec<Endpoint> {
    if !repo.stack().dependencies().iter().any(|dependency| dependency.name.eq_ignore_ascii_case("FastEndpoints")) {
        return Vec::new();
    }
    let prefix = sources
        .matches("api.csharp.fastprefix")
        .find_map(|(file, found)| constants.string(found.var("VALUE")?, file))
        .unwrap_or_default();
    let mut endpoints = Vec::new();
    for (file, found) in sources.matches("api.csharp.fastendpoint") {
        let method = found.var("METHOD").unwrap_or_default();
        let verbs = match method {
            "Verbs" => continue,
            "Routes" => verbs(sources, file, found.scopes.last().map(|scope| scope.bytes.start)),
            verb => vec![verb.to_ascii_uppercase()],
        };
        for route in listed(found.var("ARGUMENTS")) {
            let path = constants.string(route.text, file).unwrap_or_else(|| UNKNOWN.to_owned());
            for verb in &verbs {
                endpoints.push(Endpoint {
                    file: sources.path(file).to_owned(),
                    lines: (found.lines.0, found.lines.0),
                    method: verb.clone(),
                    path: join(&prefix, &path),
                    framework: super::FRAMEWORK,
                    page: false,
                });
            }
        }
    }
    endpoints
}

/// `Verbs(Http.GET, Http.POST)` beside the `Routes(...)` of the same method.
fn verbs(sources: &Sources<'_>, file: usize, scope: Option<usize>) -> Vec<String> {
    sources
        .matches("api.csharp.fastendpoint")
        .filter(|(other, found)| {
            *other == file
                && found.var("METHOD") == Some("Verbs")
                && found.scopes.last().map(|scope| scope.bytes.start) == scope
        })
        .flat_map(|(_, found)| listed(found.var("ARGUMENTS")))
        .map(|verb| verb.text.rsplit('.').next().unwrap_or_default().trim_matches('"').to_ascii_uppercase())
        .collect()
}

fn listed(list: Option<&str>) -> Vec<Argument<'_>> {
    let inner = list.and_then(|list| list.strip_prefix('(')?.strip_suffix(')'));
    inner.map(|inner| arguments(inner, 0)).unwrap_or_default()
}
