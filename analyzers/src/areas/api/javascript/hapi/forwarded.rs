//! Methods of the program's own that hand what they are given to `server.route`, and the calls of them, through inheritance:
//! `put(uri, method, handler) { this.web.route({ method, path: this.prefix + uri, handler }) }`.

use std::ops::{Range, RangeInclusive};

use super::super::super::javascript_modules::Modules;
use super::super::super::values::{UNKNOWN, arguments, named, properties, split, text};
use super::Hapi;
use crate::code::CodeMatch;

/// The verbs, whose names methods of clients have, too.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "del"];

/// Nobody needs more of such methods.
const MOST: usize = 50;

/// A method that makes a route of its parameters.
pub(super) struct Forwarder {
    name: String,
    file: String,
    /// Where the object stands that the route is made with.
    object: Range<usize>,
    /// What the path is made of, and the parameter in it.
    path: String,
    parameter: (String, usize),
    /// How many arguments make a route, and how many it takes.
    counts: RangeInclusive<usize>,
    verb: Verb,
}

enum Verb {
    Parameter(usize),
    Fixed(Vec<String>),
}

impl<'a> Hapi<'a> {
    /// The methods whose own parameters become a route.
    pub(super) fn forwarders(&self, objects: &[&CodeMatch]) -> Vec<Forwarder> {
        objects.iter().filter_map(|found| self.forwarder(found)).take(MOST).collect()
    }

    fn forwarder(&self, found: &CodeMatch) -> Option<Forwarder> {
        let (file, object) = (self.repo.text(&found.path)?, self.source(found)?);
        let function = found.functions.last()?;
        let parameters = arguments(file.get(function.parameters.clone()?)?);
        let parameters: Vec<&str> =
            parameters.iter().map(|it| it.split([':', '=', '?']).next().unwrap_or(it).trim()).collect();
        let scope = found.scopes.iter().rev().find(|scope| scope.bytes.start <= function.bytes.start)?;
        let values = properties(object);
        let value = |key: &str| named(&values, key).or_else(|| values.iter().find(|value| **value == key).copied());
        let mut path = value("path")?;
        let body = file.get(function.bytes.start..found.bytes.start)?;
        let is_given = ["const", "let", "var"].iter().find_map(|word| {
            let (_, rest) = body.rsplit_once(&format!("{word} {path} = "))?;
            rest.split([';', '\n']).next()
        });
        path = is_given.unwrap_or(path).trim();
        let position = parameters.iter().position(|name| holds(path, name))?;
        let method = value("method")?;
        let verb = match parameters.iter().position(|name| *name == method.split('.').next().unwrap_or(method)) {
            Some(position) => Verb::Parameter(position),
            None => Verb::Fixed(self.verbs(&found.path, method)?),
        };
        let handler = value("handler").and_then(|it| parameters.iter().rposition(|name| holds(it, name)));
        let of_verb = if let Verb::Parameter(position) = &verb { *position } else { position };
        let fewest = position.max(of_verb).max(handler.unwrap_or(position)) + 1;
        let is_open = parameters.iter().any(|name| name.starts_with("..."));
        let most = if is_open { usize::MAX } else { parameters.len() };
        Some(Forwarder {
            name: scope.name.clone(),
            file: found.path.to_string(),
            object: found.bytes.clone(),
            path: path.to_owned(),
            parameter: (parameters[position].to_owned(), position),
            counts: fewest..=most,
            verb,
        })
    }
}

impl Forwarder {
    /// Whether `object` is what it makes routes with, and no route itself.
    pub(super) fn is_made_by(&self, object: &CodeMatch) -> bool {
        self.object == object.bytes && *object.path == *self.file
    }

    /// The calls of it, with the verbs and the path of each.
    pub(super) fn calls<'a>(
        &self,
        hapi: &Hapi<'a>,
        modules: &Modules<'a>,
    ) -> Vec<(&'a CodeMatch, Vec<String>, String)> {
        let code = hapi.repo.code();
        let named = code.matches("api.javascript.forwarded").iter().filter(|found| {
            let function = found.var("FUNCTION").unwrap_or_default();
            let (receiver, name) = function.rsplit_once('.').unwrap_or(("", function));
            name == self.name && self.is_meant(hapi, found, receiver, modules)
        });
        let by_verb = code.matches("api.javascript.call").iter().filter(|found| {
            let receiver = found.var("RECEIVER").unwrap_or_default();
            found.var("METHOD") == Some(self.name.as_str()) && self.is_meant(hapi, found, receiver, modules)
        });
        named
            .chain(by_verb)
            .filter(|found| hapi.claims(&found.path))
            .filter_map(|found| self.call(hapi, found))
            .collect()
    }

    /// Whether a call may mean this method: of its own class or an heir, or of what is imported from its file, or made of
    /// that. What is not called like a verb may come on the way through another file of the program.
    fn is_meant(&self, hapi: &Hapi<'_>, found: &CodeMatch, receiver: &str, modules: &Modules<'_>) -> bool {
        let is_here = *found.path == *self.file;
        let is_verb = VERBS.contains(&self.name.as_str());
        let is_from_there =
            |name: &str| modules.origin(&found.path, name).is_some_and(|origin| !is_verb || origin == self.file);
        if matches!(receiver, "" | "this" | "super") {
            let extends = || hapi.files.get(&*found.path).is_some_and(|text| text.contains(" extends "));
            return is_here || receiver.is_empty() && is_from_there(&self.name) || extends();
        }
        let made = receiver.trim_start_matches('(').strip_prefix("new ");
        let name = made.unwrap_or(receiver).split(['.', '(']).next().unwrap_or_default().trim();
        made.is_some() && is_here || is_from_there(name)
    }

    fn call<'a>(&self, hapi: &Hapi<'a>, found: &'a CodeMatch) -> Option<(&'a CodeMatch, Vec<String>, String)> {
        let values = arguments(found.var("ARGS")?);
        if !self.counts.contains(&values.len()) {
            return None;
        }
        let given = text(hapi.repo, &found.path, values.get(self.parameter.1)?);
        if given == UNKNOWN || !given.is_empty() && !given.starts_with(['/', '{']) {
            return None;
        }
        let verbs = match &self.verb {
            Verb::Parameter(position) => hapi.verbs(&found.path, values.get(*position)?)?,
            Verb::Fixed(verbs) => verbs.clone(),
        };
        Some((found, verbs, self.filled(hapi, &given)))
    }

    /// The path with what is given for the parameter.
    fn filled(&self, hapi: &Hapi<'_>, given: &str) -> String {
        let part = |expression: &str| {
            if holds(expression, &self.parameter.0) {
                given.to_owned()
            } else {
                text(hapi.repo, &self.file, expression)
            }
        };
        let Some(template) = self.path.strip_prefix('`').and_then(|path| path.strip_suffix('`')) else {
            return split(&self.path, '+').into_iter().map(part).collect();
        };
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((inner, after)) = after.split_once('}') else { break };
            filled.push_str(before);
            filled.push_str(&part(inner));
            rest = after;
        }
        filled + rest
    }
}

/// Whether an expression holds `name` as a word of its own.
fn holds(expression: &str, name: &str) -> bool {
    !name.is_empty()
        && expression.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).any(|it| it == name)
}
