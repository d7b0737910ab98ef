//! The functions and classes that routes name as their handlers.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::words::is_guard;
use crate::Snapshot;
use crate::code::Language;
use crate::paths::is_aside;

/// How many lines of a function are read.
const READ: usize = 40;

/// So many functions of one name are nobody's.
const MOST: usize = 3;

/// A name in a declaration of a route: `views.delete_order`, `OrderController::class`.
static NAMES: LazyLock<Regex> = LazyLock::new(|| pattern(r#""[^"\n]*"|'[^'\n]*'|(?-u:\b[A-Za-z_]\w{2,}\b)"#));

/// The handlers of one language.
pub(super) struct Handlers<'a> {
    texts: Vec<(&'a str, &'a str)>,
}

/// Where a function or a class is.
pub(super) struct Handler<'a> {
    pub(super) path: &'a str,
    /// From 1.
    pub(super) line: u32,
    pub(super) text: &'a str,
    pub(super) is_class: bool,
    /// Its decorators and attributes.
    pub(super) decorators: String,
    pub(super) is_guarded: bool,
}

impl<'a> Handlers<'a> {
    pub(super) fn of(repo: &'a Snapshot, language: Language) -> Self {
        let texts = repo
            .tree()
            .own_texts()
            .filter(|(file, _)| Language::of(&file.path) == Some(language) && !is_aside(&file.path));
        Handlers { texts: texts.map(|(file, text)| (file.path.as_str(), text)).collect() }
    }

    /// What the declaration of a route in `file` names: its handler last, and the class that the handler is in before.
    pub(super) fn of_route(&self, file: &str, declaration: &str, language: Language) -> Vec<Handler<'a>> {
        let names: Vec<&str> = NAMES
            .find_iter(declaration)
            .map(|name| name.as_str())
            .flat_map(|name| match name.strip_prefix(['"', '\'']) {
                Some(quoted) => {
                    let quoted = quoted.trim_end_matches(['"', '\'']);
                    match language {
                        // Laravel's methods stand in strings, behind their class: `'Api\OrderController@create'`.
                        Language::Php => quoted.rsplit('\\').next().unwrap_or(quoted).split('@').collect(),
                        // And those of Rails: `to: "webhooks#stripe"`.
                        Language::Ruby => vec![quoted.rsplit('#').next().unwrap_or(quoted)],
                        _ => Vec::new(),
                    }
                }
                None => vec![name],
            })
            .filter(|name| name.len() > 2 && !name.contains(['/', ' ', '{']))
            .collect();
        let is_class = |name: &&&str| name.starts_with(|c: char| c.is_ascii_uppercase());
        let classes: Vec<_> =
            names.iter().filter(is_class).flat_map(|name| self.named(file, name)).filter(|it| it.is_class).collect();
        // A method of a class that is known is one of its own.
        let within: Vec<&str> = classes.iter().map(|class| class.path).collect();
        let method = names.iter().rev().filter(|name| !is_class(name)).take(2).find_map(|name| {
            let found: Vec<_> = if within.is_empty() {
                self.named(file, name)
            } else {
                let texts = self.texts.iter().filter(|(path, _)| within.contains(path));
                texts.flat_map(|(path, text)| definitions(path, text, name)).collect()
            };
            (!found.is_empty()).then_some(found)
        });
        classes.into_iter().chain(method.unwrap_or_default()).collect()
    }

    /// What the declaration of a route in `file` names last of what other packages may use: in Go, functions as well
    /// begin with a capital letter there.
    pub(super) fn exported(&self, file: &str, declaration: &str) -> Vec<Handler<'a>> {
        let names: Vec<&str> = NAMES.find_iter(declaration).map(|name| name.as_str()).collect();
        let functions = names.iter().rev().filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
        functions.map(|name| self.named(file, name)).find(|found| !found.is_empty()).unwrap_or_default()
    }

    fn named(&self, file: &str, name: &str) -> Vec<Handler<'a>> {
        let here: Vec<_> = self
            .texts
            .iter()
            .filter(|(path, _)| *path == file)
            .flat_map(|(path, text)| definitions(path, text, name))
            .collect();
        if !here.is_empty() {
            return here;
        }
        let elsewhere: Vec<_> = self.texts.iter().flat_map(|(path, text)| definitions(path, text, name)).collect();
        if elsewhere.len() > MOST { Vec::new() } else { elsewhere }
    }
}

/// So many lines are read of what a constructor asks.
const BELOW: usize = 4;

/// The definitions of `name` in `text`.
fn definitions<'a>(path: &'a str, text: &'a str, name: &str) -> Vec<Handler<'a>> {
    if !text.contains(name) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    let lines: Vec<&str> = text.lines().collect();
    for (index, whole) in text.split_inclusive('\n').enumerate() {
        if defines(whole, name) {
            let decorators = lines[..index]
                .iter()
                .rev()
                .take_while(|line| line.trim_start().starts_with(['@', '[']) || line.trim_start().starts_with("#["));
            let indent = depth(whole);
            let is_class = whole.contains("class ");
            let is_over = |line: &&&str| {
                !line.trim().is_empty() && depth(line) <= indent && !line.trim_start().starts_with([')', '{', '}'])
            };
            let length =
                lines[index + 1..].iter().position(|line| is_over(&line)).unwrap_or(lines.len() - index - 1) + 1;
            let read = &lines[index..index + if is_class { length } else { length.min(READ) }];
            let end = at + read.iter().map(|line| line.len() + 1).sum::<usize>();
            let is_guarded = decorators.clone().any(|line| is_guard(line))
                || read.iter().any(|line| if is_class { is_class_guard(line) } else { is_guard(line) })
                || is_class && read.windows(BELOW).any(asks_in_constructor);
            found.push(Handler {
                path,
                line: index as u32 + 1,
                text: text.get(at..end.min(text.len())).unwrap_or_default(),
                is_class,
                decorators: decorators.clone().copied().collect::<Vec<_>>().join("\n"),
                is_guarded,
            });
        }
        at += whole.len();
    }
    found
}

/// What guards every method of a class: `permission_classes = [IsAuthenticated]`, a mixin, `$this->middleware('auth')`.
fn is_class_guard(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let names =
        ["permission_classes", "authentication_classes", "middleware(", "class ", "get_permissions", "login_url"];
    names.iter().any(|name| lower.contains(name)) && is_guard(line)
}

/// Whether Laravel is told to ask before every method of a class, by a function: `$this->middleware(function … {` and what
/// it asks in the next lines.
fn asks_in_constructor(lines: &[&str]) -> bool {
    let asks = |line: &&str| {
        let lower = line.to_ascii_lowercase();
        ["permission", "authoriz", "gate::", "->can(", "abort("].iter().any(|word| lower.contains(word))
    };
    lines[0].contains("$this->middleware(function") && lines[1..].iter().any(asks)
}

fn defines(line: &str, name: &str) -> bool {
    let Some(at) = line.find(name) else { return false };
    let (before, after) = (&line[..at], &line[at + name.len()..]);
    if after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        || before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    {
        return false;
    }
    let trimmed = before.trim_end();
    let is_word = ["def", "func", "fn", "fun", "function", "class"]
        .iter()
        .any(|word| trimmed == *word || trimmed.ends_with(&format!(" {word}")));
    // `func (h *Handler) DeleteOrder(`
    let is_method = before.trim_start().starts_with("func (") && trimmed.ends_with(')');
    let is_assigned = ["const ", "let ", "exports.", "export const "]
        .iter()
        .any(|word| before.trim_start() == *word || before.ends_with("exports."))
        && after.trim_start().starts_with('=')
        && (after.contains("=>") || after.contains("function") || after.contains('('));
    is_word || is_method || is_assigned
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
