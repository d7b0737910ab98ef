//! Strings that a program puts together when it is built: literals, constants, concatenation and templates.

use std::collections::BTreeMap;

use super::expression::{chain, last_name, split};
use super::mounts::UNKNOWN;
use super::source::Sources;
use crate::code::{Language, string_literal};

/// Deeper nesting of constants is not followed.
const DEEPEST: usize = 8;

/// The constants of a set of files, by name.
#[derive(Debug)]
pub struct Constants<'r> {
    sources: &'r Sources<'r>,
    language: Language,
    by_name: BTreeMap<&'r str, Vec<Constant<'r>>>,
}

#[derive(Debug)]
struct Constant<'r> {
    file: usize,
    owner: Option<&'r str>,
    value: &'r str,
}

impl<'r> Constants<'r> {
    /// The matches of `rule`, which captures `$NAME` and `$VALUE`.
    pub fn of(sources: &'r Sources<'r>, rule: &str, language: Language) -> Self {
        let mut by_name: BTreeMap<&str, Vec<Constant<'_>>> = BTreeMap::new();
        for (file, found) in sources.matches(rule) {
            if let (Some(name), Some(value)) = (found.var("NAME"), found.var("VALUE")) {
                let owner = found.scopes.iter().rev().find(|scope| scope.name != name).map(|scope| scope.name.as_str());
                by_name.entry(name).or_default().push(Constant { file, owner, value });
            }
        }
        Constants { sources, language, by_name }
    }

    /// What `expression` in `file` is when the program runs, if that can be told.
    pub fn string(&self, expression: &str, file: usize) -> Option<String> {
        self.evaluate(expression, file, 0)
    }

    fn evaluate(&self, expression: &str, file: usize, depth: usize) -> Option<String> {
        let mut expression = expression.trim();
        if depth > DEEPEST || expression.is_empty() || expression.len() > 2_000 {
            return None;
        }
        if let Some(inner) = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            expression = inner.trim();
        }
        expression = expression.trim_start_matches('&').trim();
        let terms = split(expression, 0, '+');
        if terms.len() > 1 {
            return whole(terms.into_iter().map(|(_, term)| self.part(term, file, depth)).collect());
        }
        if let Some(literal) = string_literal(expression) {
            return if self.language == Language::Kotlin && literal.contains('$') {
                self.template(literal, file, depth)
            } else {
                Some(literal.to_owned())
            };
        }
        match self.language {
            Language::CSharp if matches!(expression, "string.Empty" | "String.Empty") => Some(String::new()),
            Language::CSharp if expression.starts_with('$') => {
                let literal = string_literal(expression.trim_start_matches(['$', '@']))?;
                self.template(literal, file, depth)
            }
            Language::Go | Language::Rust if expression.contains('(') => self.formatted(expression, file, depth),
            _ => self.named(expression, file, depth),
        }
    }

    /// A part of a longer string. A version that is only known when the program runs is one nevertheless.
    fn part(&self, expression: &str, file: usize, depth: usize) -> Option<String> {
        let is_version = last_name(expression).to_ascii_lowercase().ends_with("version");
        self.evaluate(expression, file, depth + 1).or_else(|| is_version.then(|| "{version}".to_owned()))
    }

    /// `fmt.Sprintf("%s/users", base)`, `format!("{}/users", BASE)`, `concat!("/a", "/b")`.
    fn formatted(&self, expression: &str, file: usize, depth: usize) -> Option<String> {
        let links = chain(expression);
        let call = links.last().filter(|link| link.called)?;
        let values = || call.args.iter().skip(1).map(|arg| self.evaluate(arg.text, file, depth + 1));
        match call.name {
            "Sprintf" => {
                let values = call.args.iter().skip(1).map(|arg| self.part(arg.text, file, depth));
                let values = values.map(|value| Some(value.unwrap_or_else(|| UNKNOWN.to_owned())));
                fill(string_literal(call.arg(0))?, &["%s", "%v"], values).filter(|path| path != UNKNOWN)
            }
            "format" => {
                let shape = string_literal(call.arg(0))?;
                if shape.contains("{}") { fill(shape, &["{}"], values()) } else { self.template(shape, file, depth) }
            }
            "Join" | "JoinPath" if matches!(links.first().map(|link| link.name), Some("path" | "url")) => {
                let parts: Option<Vec<String>> =
                    call.args.iter().map(|arg| self.evaluate(arg.text, file, depth + 1)).collect();
                let rooted = parts.as_ref()?.first()?.starts_with('/');
                let parts = parts?.iter().map(|part| part.trim_matches('/').to_owned()).collect::<Vec<_>>().join("/");
                Some(if rooted { format!("/{parts}") } else { parts })
            }
            "concat" => call.args.iter().map(|arg| self.evaluate(arg.text, file, depth + 1)).collect(),
            "to_string" | "to_owned" | "into" | "as_str" => {
                self.evaluate(expression.rsplit_once('.')?.0, file, depth + 1)
            }
            _ => None,
        }
    }

    /// `$BASE/users`, `${Paths.BASE}/users`, `{Base}/users`.
    fn template(&self, literal: &str, file: usize, depth: usize) -> Option<String> {
        let kotlin = self.language == Language::Kotlin;
        let mut text = String::new();
        let mut rest = literal;
        while let Some(at) = rest.find(if kotlin { '$' } else { '{' }) {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            let (name, after) = if let Some(inner) = rest.strip_prefix("${").or_else(|| rest.strip_prefix('{')) {
                inner.split_once('}')?
            } else {
                let name = &rest[1..];
                name.split_at(name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len()))
            };
            text.push_str(&self.named(name, file, depth + 1)?);
            rest = after;
        }
        text.push_str(rest);
        Some(text)
    }

    /// The source of the value that `path` in `file` names.
    pub fn source(&self, path: &str, file: usize) -> Option<&'r str> {
        self.defined(path, file).map(|constant| constant.value)
    }

    fn named(&self, path: &str, file: usize, depth: usize) -> Option<String> {
        let constant = self.defined(path, file)?;
        self.evaluate(constant.value, constant.file, depth + 1)
    }

    fn defined(&self, path: &str, file: usize) -> Option<&Constant<'r>> {
        let path = path.trim();
        let name = last_name(path);
        let owner = path.len().checked_sub(name.len() + 1).map(|end| last_name(path[..end].trim_end_matches(':')));
        let known = self.by_name.get(name)?;
        let in_folder = |constant: &&Constant<'_>| {
            let folder = |file| self.sources.path(file).rsplit_once('/').map_or("", |(folder, _)| folder);
            match owner {
                // A type, a module, or a package that is named after its folder.
                Some(owner) => {
                    constant.owner == Some(owner)
                        || folder(constant.file).rsplit('/').next() == Some(owner)
                        || stem(self.sources.path(constant.file)) == owner
                }
                None => folder(constant.file) == folder(file),
            }
        };
        let here = |constant: &&Constant<'_>| owner.is_none() && constant.file == file;
        known.iter().find(here).or_else(|| known.iter().find(in_folder)).or_else(|| known.first())
    }
}

/// A text of parts, of which those in front that nobody can tell are shown as such: what is asked for stands behind.
fn whole(parts: Vec<Option<String>>) -> Option<String> {
    let ends_known = parts.last()?.as_ref().is_some_and(|last| !last.is_empty());
    (ends_known || parts.iter().all(Option::is_some))
        .then(|| parts.into_iter().map(|part| part.unwrap_or_else(|| UNKNOWN.to_owned())).collect())
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

fn fill(shape: &str, holes: &[&str], mut values: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut text = String::new();
    let mut rest = shape;
    while let Some((at, hole)) = holes.iter().filter_map(|hole| Some((rest.find(hole)?, hole))).min() {
        text.push_str(&rest[..at]);
        text.push_str(&values.next()??);
        rest = &rest[at + hole.len()..];
    }
    text.push_str(rest);
    Some(text)
}
