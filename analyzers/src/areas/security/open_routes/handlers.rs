//! The functions and classes that routes name as their handlers.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use regex::Regex;

use super::words::is_guard;
use crate::Snapshot;
use crate::code::{Language, pattern};
use crate::paths::is_aside;

/// How many lines of a function are read.
const READ: usize = 40;

/// So many functions of one name are nobody's.
const MOST: usize = 3;

/// Nobody defines a handler in a line of more bytes. Each name of a line is looked for in it.
const LONGEST: usize = 1_000;

/// A name in a declaration of a route: `views.delete_order`, `OrderController::class`.
static NAMES: LazyLock<Regex> = LazyLock::new(|| pattern(r#""[^"\n]*"|'[^'\n]*'|(?-u:\b[A-Za-z_]\w{2,}\b)"#));

/// The handlers of one language.
pub(super) struct Handlers<'a> {
    repo: &'a Snapshot,
    definitions: Option<&'a Definitions>,
}

/// Where each name is defined in the sources of one language, in the order of the tree.
#[derive(Default)]
struct Definitions {
    files: Vec<String>,
    /// Files, and lines from 0.
    by_name: HashMap<String, Vec<(usize, usize)>>,
}

/// By language.
struct Defined(BTreeMap<Language, Definitions>);

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
        let defined = repo.once(Defined::in_sources);
        Handlers { repo, definitions: defined.0.get(&language) }
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
            let found = match within.as_slice() {
                [] => self.named(file, name),
                within => self.defined(name, |path| within.contains(&path)),
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
        let here = self.defined(name, |path| path == file);
        if !here.is_empty() {
            return here;
        }
        let elsewhere = self.defined(name, |_| true);
        if elsewhere.len() > MOST { Vec::new() } else { elsewhere }
    }

    /// The definitions of `name` in the files that `is_asked` for.
    fn defined(&self, name: &str, is_asked: impl Fn(&str) -> bool) -> Vec<Handler<'a>> {
        let Some(definitions) = self.definitions else { return Vec::new() };
        let places = definitions.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let asked = places.iter().filter(|(file, _)| is_asked(&definitions.files[*file]));
        let handler = |(file, line): &(usize, usize)| {
            let path = definitions.files[*file].as_str();
            Some(Handler::at(path, self.repo.text(path)?, *line))
        };
        asked.filter_map(handler).collect()
    }
}

impl Defined {
    fn in_sources(repo: &Snapshot) -> Self {
        let mut all: BTreeMap<Language, Definitions> = BTreeMap::new();
        for (file, text) in repo.tree().own_texts() {
            if let Some(language) = Language::of(&file.path)
                && !is_aside(&file.path)
            {
                all.entry(language).or_default().add(&file.path, text);
            }
        }
        Defined(all)
    }
}

impl Definitions {
    fn add(&mut self, path: &str, text: &str) {
        let lines = text.lines().enumerate().filter(|(_, line)| line.len() <= LONGEST && may_define(line));
        for (at, line) in lines {
            let mut names: Vec<&str> = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
            names.retain(|name| name.len() > 2);
            names.sort_unstable();
            names.dedup();
            for name in names.into_iter().filter(|name| defines(line, name)) {
                self.by_name.entry(name.to_owned()).or_default().push((self.files.len(), at));
            }
        }
        self.files.push(path.to_owned());
    }
}

/// So many lines are read of what a constructor asks.
const BELOW: usize = 4;

impl<'a> Handler<'a> {
    /// What is defined in that line of `text`, from 0.
    fn at(path: &'a str, text: &'a str, index: usize) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let whole = lines[index];
        let decorators = lines[..index]
            .iter()
            .rev()
            .take_while(|line| line.trim_start().starts_with(['@', '[']) || line.trim_start().starts_with("#["));
        let indent = depth(whole);
        let is_class = whole.contains("class ");
        let is_over = |line: &&&str| {
            !line.trim().is_empty() && depth(line) <= indent && !line.trim_start().starts_with([')', '{', '}'])
        };
        let length = lines[index + 1..].iter().position(|line| is_over(&line)).unwrap_or(lines.len() - index - 1) + 1;
        let read = index..index + if is_class { length } else { length.min(READ) };
        let is_guarded = decorators.clone().any(|line| is_guard(line))
            || lines[read.clone()].iter().any(|line| if is_class { is_class_guard(line) } else { is_guard(line) })
            || is_class && lines[read.clone()].windows(BELOW).any(asks_in_constructor);
        let sizes = || text.split_inclusive('\n').map(str::len);
        let start: usize = sizes().take(read.start).sum();
        let size: usize = sizes().skip(read.start).take(read.len()).sum();
        Handler {
            path,
            line: index as u32 + 1,
            text: &text[start..start + size],
            is_class,
            decorators: decorators.copied().collect::<Vec<_>>().join("\n"),
            is_guarded,
        }
    }
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

/// Whether a line has a word of those that [`defines`] asks for.
fn may_define(line: &str) -> bool {
    ["def", "fun", "fn", "class", "const ", "let ", "exports."].iter().any(|word| line.contains(word))
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
