//! Controllers: classes whose methods carry routes as attributes, or get them from their names.

use std::collections::BTreeMap;

use super::FRAMEWORK;
use crate::areas::api::Endpoint;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::constants::Constants;
use crate::areas::api::routing::expression::{arguments, is_name, last_name};
use crate::areas::api::routing::mounts::UNKNOWN;
use crate::areas::api::routing::source::Sources;
use crate::code::{CodeMatch, string_literal};

/// Longer chains of base classes are not followed.
const DEEPEST: usize = 8;

/// Calls that answer with a page.
const PAGES: &[&str] =
    &["View(", "PartialView(", "ViewComponent(", "RedirectToAction(", "RedirectToPage(", "Redirect("];

#[derive(Default)]
struct Class<'r> {
    file: usize,
    name: &'r str,
    /// The names in its list of base classes, without type arguments.
    bases: Vec<&'r str>,
    is_abstract: bool,
    attributes: Vec<Attribute<'r>>,
    methods: BTreeMap<usize, Method<'r>>,
}

#[derive(Default)]
struct Method<'r> {
    name: &'r str,
    lines: (u32, u32),
    text: &'r str,
    attributes: Vec<Attribute<'r>>,
}

struct Attribute<'r> {
    name: &'r str,
    args: Vec<&'r str>,
    lines: (u32, u32),
}

/// The endpoints of all controllers.
pub(super) fn endpoints(sources: &Sources<'_>, constants: &Constants<'_>) -> Vec<Endpoint> {
    let classes = classes(sources);
    let mut by_name: BTreeMap<&str, &Class<'_>> = BTreeMap::new();
    for class in classes.values() {
        by_name.entry(class.name).or_insert(class);
    }
    let mut endpoints = Vec::new();
    for class in classes.values().filter(|class| !class.is_abstract) {
        let line = line_of_descent(class, &by_name);
        if line.iter().any(|class| class.has("NonController")) {
            continue;
        }
        for owner in &line {
            for method in owner.methods.values() {
                actions(sources, constants, &line, owner, method, &mut endpoints);
            }
        }
    }
    endpoints
}

/// Adds the endpoints of one method of `owner`, as the first class of `line` serves it.
fn actions(
    sources: &Sources<'_>,
    constants: &Constants<'_>,
    line: &[&Class<'_>],
    owner: &Class<'_>,
    method: &Method<'_>,
    endpoints: &mut Vec<Endpoint>,
) {
    if method.attributes.iter().any(|attribute| attribute.name == "NonAction") {
        return;
    }
    let class = line[0];
    let filled = |template: &Attribute<'_>, file: usize| -> Option<String> {
        let path = constants.string(template.template()?, file).unwrap_or_else(|| UNKNOWN.to_owned());
        let controller = class.name.strip_suffix("Controller").unwrap_or(class.name);
        let area = line.iter().flat_map(|class| &class.attributes).find(|attribute| attribute.name == "Area");
        let area = area.and_then(|area| string_literal(area.args.first()?)).unwrap_or_default();
        let path = path.replace("[controller]", controller).replace("[action]", method.name);
        Some(path.replace("[area]", area))
    };
    let is_route = |attribute: &&Attribute<'_>| matches!(attribute.name, "Route" | "RoutePrefix");
    let routed = line.iter().find(|class| class.attributes.iter().any(|attribute| is_route(&attribute)));
    let prefixes: Vec<String> = routed.map_or_else(Vec::new, |class| {
        class.attributes.iter().filter(is_route).filter_map(|route| filled(route, class.file)).collect()
    });
    let is_data = line.iter().any(|class| class.has("ApiController"));
    let page = !is_data && PAGES.iter().any(|call| calls(method.text, call));
    let mut add = |verb: String, path: String, lines: (u32, u32)| {
        let file = sources.path(owner.file).to_owned();
        endpoints.push(Endpoint { file, lines, method: verb, path, framework: FRAMEWORK, page });
    };
    let verbs: Vec<(&Attribute<'_>, String)> = method
        .attributes
        .iter()
        .flat_map(|attribute| attribute.verbs().into_iter().map(move |verb| (attribute, verb)))
        .collect();
    let routes: Vec<&Attribute<'_>> = method.attributes.iter().filter(is_route).collect();
    // Each verb with its own template, or else with those of `[Route]` beside it, or else with none.
    let mut wanted: Vec<(String, Option<String>, (u32, u32))> = Vec::new();
    for (attribute, verb) in &verbs {
        match filled(attribute, owner.file) {
            Some(own) => wanted.push((verb.clone(), Some(own), attribute.lines)),
            None if routes.is_empty() => wanted.push((verb.clone(), None, attribute.lines)),
            None => {
                wanted.extend(routes.iter().map(|route| (verb.clone(), filled(route, owner.file), attribute.lines)))
            }
        }
    }
    if verbs.is_empty() {
        wanted.extend(routes.iter().map(|route| ("*".to_owned(), filled(route, owner.file), route.lines)));
        if routes.is_empty() && !(is_controller(line) && is_action(method.text)) {
            return;
        }
        if routes.is_empty() {
            wanted.push(("*".to_owned(), None, (method.lines.0, method.lines.0)));
        }
    }
    for (verb, path, lines) in wanted {
        match path {
            Some(path) if path.starts_with(['/', '~']) => add(verb, join(path.trim_start_matches('~'), ""), lines),
            Some(path) if prefixes.is_empty() => add(verb, join(&path, ""), lines),
            // The names of the class and the method, as the default route has them.
            None if prefixes.is_empty() => {
                let controller = class.name.strip_suffix("Controller").unwrap_or(class.name);
                add(verb, join(controller, method.name), lines);
            }
            path => {
                for prefix in &prefixes {
                    add(verb.clone(), join(prefix, path.as_deref().unwrap_or_default()), lines);
                }
            }
        }
    }
}

impl<'r> Class<'r> {
    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute.name == name)
    }
}

impl<'r> Attribute<'r> {
    fn of(found: &CodeMatch, text: &'r str) -> Self {
        let open = text.find('(').unwrap_or(text.len());
        let args = text.get(open + 1..text.len().saturating_sub(1)).unwrap_or_default();
        let name = last_name(&text[..open]);
        Attribute {
            name: name.strip_suffix("Attribute").unwrap_or(name),
            args: arguments(args, 0).into_iter().map(|arg| arg.text).collect(),
            lines: found.lines,
        }
    }

    /// The argument that is the path: the first that has no name, or is called `template`.
    fn template(&self) -> Option<&'r str> {
        let first = self.args.first()?.trim();
        let named = first.strip_prefix("template:").or_else(|| first.strip_prefix("Template ="));
        let is_path = self.name.starts_with("Http") || self.name.starts_with("Route");
        let is_named = first.split_once('=').is_some_and(|(name, _)| is_name(name.trim()));
        named.map(str::trim).or_else(|| (is_path && !is_named).then_some(first))
    }

    fn verbs(&self) -> Vec<String> {
        match self.name {
            "AcceptVerbs" => {
                self.args.iter().filter_map(|arg| string_literal(arg)).map(str::to_ascii_uppercase).collect()
            }
            name => name.strip_prefix("Http").map(str::to_ascii_uppercase).into_iter().collect(),
        }
    }
}

/// A class and those that it inherits from, as far as they are the project's own.
fn line_of_descent<'a, 'r>(class: &'a Class<'r>, by_name: &BTreeMap<&str, &'a Class<'r>>) -> Vec<&'a Class<'r>> {
    let mut line = vec![class];
    while let Some(base) = line[line.len() - 1].bases.iter().find_map(|base| by_name.get(base)) {
        if line.len() > DEEPEST || line.iter().any(|known| known.name == base.name) {
            break;
        }
        line.push(base);
    }
    line
}

fn is_controller(line: &[&Class<'_>]) -> bool {
    line.iter().any(|class| class.bases.iter().any(|base| matches!(*base, "Controller" | "ControllerBase")))
}

/// Whether a method without any attribute of its own answers requests.
fn is_action(text: &str) -> bool {
    let header = text.split(['{', '(']).next().unwrap_or_default();
    let is = |word: &str| header.split_whitespace().any(|part| part == word);
    let answers = header.split(|c: char| !c.is_alphanumeric()).any(|part| part.ends_with("Result"));
    is("public") && !is("static") && answers
}

/// Whether `text` has `call` as a call of its own, not as the end of another name.
fn calls(text: &str, call: &str) -> bool {
    text.match_indices(call).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn classes<'r>(sources: &Sources<'r>) -> BTreeMap<(usize, usize), Class<'r>> {
    let mut classes: BTreeMap<(usize, usize), Class<'r>> = BTreeMap::new();
    for (file, found) in sources.matches("api.csharp.class") {
        let text = sources.matched(file, found);
        let Some(name) = found.var("NAME") else { continue };
        let declared = declaration(text);
        let bases = declared.split_once(':').map_or("", |(_, bases)| bases).split(" where ").next().unwrap_or_default();
        let class = Class {
            file,
            name,
            bases: arguments(bases, 0)
                .iter()
                .map(|base| last_name(base.text.split(['<', '(']).next().unwrap_or_default()))
                .collect(),
            is_abstract: declared.split_whitespace().any(|word| word == "abstract"),
            ..Class::default()
        };
        classes.insert((file, found.bytes.start), class);
    }
    for (file, found) in sources.matches("api.csharp.method") {
        let Some(class) = found.scopes.iter().rfind(|scope| scope.kind == "class_declaration") else { continue };
        let Some(class) = classes.get_mut(&(file, class.bytes.start)) else { continue };
        let name = found.var("NAME").unwrap_or_default();
        let text = sources.matched(file, found);
        class.methods.insert(found.bytes.start, Method { name, lines: found.lines, text, attributes: Vec::new() });
    }
    for (file, found) in sources.matches("api.csharp.attribute") {
        let Some(position) = found.scopes.iter().rposition(|scope| scope.kind == "class_declaration") else { continue };
        let Some(class) = classes.get_mut(&(file, found.scopes[position].bytes.start)) else { continue };
        let attribute = Attribute::of(found, sources.matched(file, found));
        match found.scopes.get(position + 1) {
            Some(scope) => {
                if let Some(method) = class.methods.get_mut(&scope.bytes.start) {
                    method.attributes.push(attribute);
                }
            }
            None => class.attributes.push(attribute),
        }
    }
    classes
}

/// What stands between the attributes of a class and its body.
fn declaration(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut begin = 0;
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && c == ']' {
                    begin = at + 1;
                }
            }
            '{' if depth == 0 => return &text[begin..at],
            _ => {}
        }
    }
    &text[begin..]
}
