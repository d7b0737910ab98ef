//! Routes that annotations declare: Spring, JAX-RS, Micronaut.

use std::collections::BTreeMap;

use crate::Snapshot;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::constants::Constants;
use crate::areas::api::routing::expression::{Link, arguments, last_name};
use crate::areas::api::routing::mounts::UNKNOWN;
use crate::areas::api::routing::source::Sources;
use crate::areas::api::{Endpoint, VersionCue};
use crate::code::CodeMatch;
use crate::paths::is_aside;

/// The annotations of one class that matter, and those of its methods.
#[derive(Default)]
struct Class<'r> {
    /// From the first annotation to the body.
    header: &'r str,
    name: &'r str,
    own: Vec<&'r str>,
    methods: BTreeMap<usize, Vec<(&'r CodeMatch, &'r str)>>,
}

/// The endpoints of annotated classes.
pub(super) fn endpoints(
    repo: &Snapshot,
    sources: &Sources<'_>,
    rule: &str,
    constants: &[&Constants<'_>],
) -> Vec<Endpoint> {
    let classes = classes(sources, rule);
    let mut endpoints = Vec::new();
    for (&(file, _), class) in &classes {
        if ["FeignClient", "HttpExchange", "RegisterRestClient"].iter().any(|client| class.has(client)) {
            continue;
        }
        let is_interface = words(class.header).any(|word| word == "interface");
        // An interface is served by the controllers that implement it, below their own prefix.
        let mut servers: Vec<(usize, &Class<'_>)> = if is_interface {
            classes
                .iter()
                .filter(|(_, other)| other.is_controller() && other.inherits(class.name))
                .map(|((file, _), other)| (*file, other))
                .collect()
        } else {
            vec![(file, class)]
        };
        // A resource of JAX-RS has its annotations on the interface alone.
        if servers.is_empty() && sources.text(file).contains("ws.rs") && is_implemented(repo, class.name) {
            servers.push((file, class));
        }
        for (server_file, server) in servers {
            let of_server = server.prefixes(server_file, constants);
            let prefixes = if server.own_mapping().is_none() { class.prefixes(file, constants) } else { of_server };
            let routes = Routes { sources, file, server, prefixes, constants };
            for annotations in class.methods.values() {
                routes.of_method(annotations, &mut endpoints);
            }
        }
    }
    endpoints
}

/// What `@ApplicationPath` puts in front of the paths of JAX-RS, each with the file that says so.
pub(super) fn application_paths<'r>(
    sources: &Sources<'r>,
    rule: &str,
    constants: &[&Constants<'_>],
) -> Vec<(&'r str, String)> {
    let found = sources.matches(rule).map(|(file, found)| (file, parse(sources.matched(file, found))));
    let found = found.filter(|(_, link)| link.name == "ApplicationPath");
    found.filter_map(|(file, link)| Some((sources.path(file), paths(&link, file, constants).pop()?))).collect()
}

/// Whether a class implements the interface `name`.
fn is_implemented(repo: &Snapshot, name: &str) -> bool {
    let sources = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| [".java", ".kt"].iter().any(|end| file.path.ends_with(end)) && !is_aside(&file.path));
    sources.filter(|(_, text)| text.contains(name)).any(|(_, text)| {
        text.match_indices("class ").any(|(at, _)| {
            let declared = header(&text[at..]);
            let bases = ["implements ", ":"].iter().find_map(|sign| declared.split_once(sign)).map_or("", |(_, it)| it);
            words(bases).any(|word| word == name)
        })
    })
}

/// Versions that annotations ask for in headers, parameters or media types.
pub(super) fn version_cues(sources: &Sources<'_>, rule: &str) -> Vec<VersionCue> {
    let mut cues = Vec::new();
    for (file, found) in sources.matches(rule) {
        let link = parse(sources.matched(file, found));
        if !link.name.ends_with("Mapping") {
            continue;
        }
        for argument in &link.args {
            let Some((name, value)) = argument.text.split_once('=') else { continue };
            let value = value.to_ascii_lowercase();
            let versioned =
                ["api-version", "apiversion", "x-version", "accept-version"].iter().any(|v| value.contains(v));
            let scheme = match name.trim() {
                "headers" if versioned => "header",
                "params" if versioned || value.contains("\"version=") || value.contains("\"v=") => "query",
                "produces" | "consumes" | "headers" if names_version(&value) => "media-type",
                _ => continue,
            };
            cues.push(VersionCue { file: sources.path(file).to_owned(), lines: found.lines, scheme });
        }
    }
    cues
}

impl<'r> Class<'r> {
    fn has(&self, name: &str) -> bool {
        self.own.iter().any(|annotation| parse(annotation).name == name)
    }

    fn is_controller(&self) -> bool {
        self.has("RestController") || self.has("Controller")
    }

    fn inherits(&self, name: &str) -> bool {
        !name.is_empty() && self.name != name && words(self.header).any(|word| word == name)
    }

    fn own_mapping(&self) -> Option<&'r str> {
        self.own.iter().copied().find(|annotation| {
            let link = parse(annotation);
            matches!(link.name, "RequestMapping" | "Path") || (link.name == "Controller" && !link.args.is_empty())
        })
    }

    fn prefixes(&self, file: usize, constants: &[&Constants<'_>]) -> Vec<String> {
        self.own_mapping().map_or_else(|| vec![String::new()], |annotation| paths(&parse(annotation), file, constants))
    }
}

/// The methods of one class, as one controller serves them.
struct Routes<'a, 'r> {
    sources: &'a Sources<'r>,
    /// Where the methods are written.
    file: usize,
    server: &'a Class<'r>,
    prefixes: Vec<String>,
    constants: &'a [&'a Constants<'a>],
}

impl Routes<'_, '_> {
    fn of_method(&self, annotations: &[(&CodeMatch, &str)], endpoints: &mut Vec<Endpoint>) {
        let Routes { sources, file, server, ref prefixes, constants } = *self;
        let text = sources.text(file);
        let is_rs = text.contains("ws.rs");
        let is_micronaut = text.contains("io.micronaut");
        for (found, annotation) in annotations {
            let link = parse(annotation);
            let (framework, methods, below) = match link.name {
                "RequestMapping" => (spring(text), requested(&link), paths(&link, file, constants)),
                name if name.ends_with("Mapping") => {
                    (spring(text), vec![verb(name.trim_end_matches("Mapping"))], paths(&link, file, constants))
                }
                "GET" | "POST" | "PUT" | "PATCH" | "DELETE" if is_rs && !link.called => {
                    let path = annotations.iter().map(|(_, other)| parse(other)).find(|other| other.name == "Path");
                    let below = path.map_or_else(|| vec![String::new()], |path| paths(&path, file, constants));
                    ("JAX-RS", vec![link.name.to_owned()], below)
                }
                "Get" | "Post" | "Put" | "Patch" | "Delete" if is_micronaut => {
                    ("Micronaut", vec![verb(link.name)], paths(&link, file, constants))
                }
                _ => continue,
            };
            let answers_with_data = !framework.starts_with("Spring")
                || server.has("RestController")
                || !server.has("Controller")
                || server.has("ResponseBody")
                || annotations.iter().any(|(_, other)| parse(other).name == "ResponseBody")
                || method_header(text, found).contains("ResponseEntity");
            for prefix in prefixes {
                for path in &below {
                    for method in &methods {
                        endpoints.push(Endpoint {
                            file: sources.path(file).to_owned(),
                            lines: found.lines,
                            method: method.clone(),
                            path: join(prefix, path),
                            framework,
                            page: !answers_with_data,
                        });
                    }
                }
            }
        }
    }
}

fn classes<'r>(sources: &Sources<'r>, rule: &str) -> BTreeMap<(usize, usize), Class<'r>> {
    let mut classes: BTreeMap<(usize, usize), Class<'r>> = BTreeMap::new();
    for (file, found) in sources.matches(rule) {
        let is_type = |kind: &str| ["class", "interface", "record", "object"].iter().any(|part| kind.contains(part));
        let Some(position) = found.scopes.iter().rposition(|scope| is_type(&scope.kind)) else { continue };
        let scope = &found.scopes[position];
        let class = classes.entry((file, scope.bytes.start)).or_default();
        let text = sources.text(file).get(scope.bytes.clone()).unwrap_or_default();
        class.name = &scope.name;
        class.header = header(text);
        let annotation = sources.matched(file, found);
        match found.scopes.get(position + 1) {
            Some(method) => class.methods.entry(method.bytes.start).or_default().push((found, annotation)),
            None => class.own.push(annotation),
        }
    }
    classes
}

/// A declaration without its body: up to the first brace that is in no bracket, as annotations may hold braces.
fn header(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '{' if depth == 0 => return &text[..at],
            _ => {}
        }
    }
    text
}

fn method_header<'r>(text: &'r str, found: &CodeMatch) -> &'r str {
    let whole = found.scopes.last().and_then(|scope| text.get(scope.bytes.clone())).unwrap_or_default();
    header(whole)
}

/// `@GetMapping("/x")` as a call.
fn parse(annotation: &str) -> Link<'_> {
    let name = annotation.trim_start_matches('@');
    let open = name.find('(').unwrap_or(name.len());
    let args = name.get(open + 1..name.len().saturating_sub(1)).unwrap_or_default();
    Link { name: last_name(&name[..open]), at: 0, args: arguments(args, 0), called: open < name.len() }
}

fn paths(link: &Link<'_>, file: usize, constants: &[&Constants<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for argument in &link.args {
        let (name, value) = match argument.text.split_once('=') {
            Some((name, value)) if name.trim().chars().all(char::is_alphanumeric) => (name.trim(), value.trim()),
            _ => ("value", argument.text),
        };
        if !matches!(name, "value" | "path" | "uri" | "uris") {
            continue;
        }
        let list = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let list = list.or_else(|| value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')));
        let list = list.or_else(|| value.strip_prefix("arrayOf(").and_then(|rest| rest.strip_suffix(')')));
        for item in arguments(list.unwrap_or(value), 0) {
            let paths = constants.iter().filter_map(|constants| constants.string(item.text, file));
            // One language may know what the other doesn't.
            let path = paths.min_by_key(|path| path.contains(UNKNOWN));
            found.push(path.unwrap_or_else(|| UNKNOWN.to_owned()));
        }
    }
    if found.is_empty() { vec![String::new()] } else { found }
}

/// The methods of a `@RequestMapping`.
fn requested(link: &Link<'_>) -> Vec<String> {
    let methods = link.args.iter().find_map(|arg| arg.text.strip_prefix("method"));
    let methods: Vec<String> = methods
        .map(|value| {
            words(value)
                .filter(|word| matches!(*word, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS"))
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default();
    if methods.is_empty() { vec!["*".to_owned()] } else { methods }
}

fn verb(name: &str) -> String {
    name.to_ascii_uppercase()
}

fn spring(text: &str) -> &'static str {
    let reactive = ["reactor.core", "kotlinx.coroutines", "web.reactive"].iter().any(|name| text.contains(name));
    if reactive { "Spring WebFlux" } else { "Spring MVC" }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

fn names_version(media_type: &str) -> bool {
    media_type.contains("vnd.")
        && (media_type.contains("version=")
            || media_type.split(['.', '-', '+', ';']).any(|part| {
                part.strip_prefix('v').is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit()))
            }))
}
