//! FastEndpoints: one class an endpoint, which says its route in `Configure` or in an attribute of its own.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::areas::api::Endpoint;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::constants::Constants;
use crate::areas::api::routing::expression::{Argument, arguments};
use crate::areas::api::routing::mounts::UNKNOWN;
use crate::areas::api::routing::source::Sources;
use crate::code::pattern;

/// Groups in groups deeper than this are not followed.
const DEEPEST: usize = 8;

/// The endpoints of a project that depends on the package.
pub(super) fn endpoints(repo: &Snapshot, sources: &Sources<'_>, constants: &Constants<'_>) -> Vec<Endpoint> {
    if !repo.stack().dependencies().iter().any(|dependency| dependency.name.eq_ignore_ascii_case("FastEndpoints")) {
        return Vec::new();
    }
    let prefix = sources
        .matches("api.csharp.fastprefix")
        .find_map(|(file, found)| constants.string(found.var("VALUE")?, file))
        .unwrap_or_default();
    let groups = groups(repo);
    let mut endpoints = Vec::new();
    for (file, found) in sources.matches("api.csharp.fastendpoint") {
        let method = found.var("METHOD").unwrap_or_default();
        let verbs = match method {
            "Verbs" => continue,
            "Routes" => verbs(sources, file, found.scopes.last().map(|scope| scope.bytes.start)),
            verb => vec![verb.to_ascii_uppercase()],
        };
        let configured = found.scopes.last().and_then(|scope| sources.text(file).get(scope.bytes.clone()));
        let group = configured.and_then(|text| text.split_once("Group<")?.1.split('>').next());
        let prefix = join(&prefix, &group.map(|group| within(&groups, group)).unwrap_or_default());
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
    endpoints.extend(attributed(sources, constants, &prefix));
    endpoints
}

/// The groups of endpoints by their name: the group that each is part of, and what it adds to the paths in it.
type Groups<'r> = BTreeMap<&'r str, (Option<&'r str>, &'r str)>;

/// `class Users : Group { Users() { Configure("users", it => { }); } }`, `class Roles : SubGroup<Users> { ... }`
fn groups(repo: &Snapshot) -> Groups<'_> {
    static GROUP: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"class\s+(?P<name>\w+)\s*:\s*(?:Group\b|SubGroup<(?P<above>\w+)>)[^{]{0,200}\{(?s:.){0,2000}?\bConfigure\(\s*(?:routePrefix:\s*)?"(?P<path>[^"]*)""#,
        )
    });
    let sources = repo.tree().own_texts().filter(|(file, text)| file.path.ends_with(".cs") && text.contains("Group"));
    let found = sources.into_iter().flat_map(|(_, text)| GROUP.captures_iter(text));
    found
        .filter_map(|group| {
            let above = group.name("above").map(|above| above.as_str());
            Some((group.name("name")?.as_str(), (above, group.name("path")?.as_str())))
        })
        .collect()
}

/// What stands in front of the paths of a group.
fn within(groups: &Groups<'_>, name: &str) -> String {
    let mut prefix = String::new();
    let mut next = Some(name.rsplit('.').next().unwrap_or(name));
    for _ in 0..DEEPEST {
        let Some(name) = next else { return prefix };
        let Some((above, path)) = groups.get(name) else { return join(UNKNOWN, &prefix) };
        prefix = join(path, &prefix);
        next = *above;
    }
    prefix
}

/// `[HttpGet("users/{id}")]` on the class itself.
fn attributed(sources: &Sources<'_>, constants: &Constants<'_>, prefix: &str) -> Vec<Endpoint> {
    let classes: BTreeMap<(usize, usize), &str> = sources
        .matches("api.csharp.class")
        .map(|(file, found)| ((file, found.bytes.start), sources.matched(file, found)))
        .collect();
    let mut endpoints = Vec::new();
    for (file, found) in sources.matches("api.csharp.attribute") {
        let Some(scope) = found.scopes.last().filter(|scope| scope.kind == "class_declaration") else { continue };
        let text = classes.get(&(file, scope.bytes.start)).copied().unwrap_or_default();
        if !derives_endpoint(text) {
            continue;
        }
        let source = sources.matched(file, found);
        let name = source.split('(').next().unwrap_or_default();
        let Some(verb) = name.strip_suffix("Attribute").unwrap_or(name).strip_prefix("Http") else { continue };
        for route in listed(source.get(name.len()..)) {
            let path = constants.string(route.text, file).unwrap_or_else(|| UNKNOWN.to_owned());
            endpoints.push(Endpoint {
                file: sources.path(file).to_owned(),
                lines: (found.lines.0, found.lines.0),
                method: verb.to_ascii_uppercase(),
                path: join(prefix, &path),
                framework: super::FRAMEWORK,
                page: false,
            });
        }
    }
    endpoints
}

/// Whether the text of a class says that it is an endpoint: `class A : Endpoint<B, C>`.
fn derives_endpoint(class: &str) -> bool {
    let declared = class.split_once("class ").map_or("", |(_, rest)| rest).split('{').next().unwrap_or_default();
    let bases = declared.split_once(':').map_or("", |(_, bases)| bases);
    bases.split(',').any(|base| {
        let base = base.trim().split('<').next().unwrap_or_default();
        base.starts_with("Endpoint") || base.starts_with("Ep.")
    })
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
