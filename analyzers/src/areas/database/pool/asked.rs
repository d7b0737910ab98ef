//! Whether a function that opens a connection is called where requests are answered.

use crate::Snapshot;
use crate::areas::api::Surface;
use crate::areas::security::{marks, regions};
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;

/// Where the function that opens a connection is called.
#[derive(Default)]
pub(super) struct Calls {
    /// Where requests are answered: each opens another one.
    pub(super) requests: bool,
    /// Where the program starts, so that what it gives is kept.
    pub(super) start: bool,
}

pub(super) fn calls(repo: &Snapshot, found: &CodeMatch, name: &str) -> Calls {
    // In Go, what makes something and keeps what it opened there is called so.
    let is_constructor = found.language == Language::Go
        && name.strip_prefix("new").is_some_and(|rest| rest.starts_with(char::is_uppercase));
    if is_set_up(name) || is_constructor {
        return Calls::default();
    }
    // Ruby's calls need no brackets, so a method is known by its class.
    let class = found.scopes.iter().rev().find(|scope| scope.kind == "class" || scope.kind == "module");
    let call = match class {
        Some(class) if found.language == Language::Ruby => format!("{}.{name}", class.name),
        _ => format!("{name}("),
    };
    let call = Call { text: call, depends: format!("Depends({name}"), module: module(found) };
    let is_seen = is_seen_elsewhere(repo, found, name);
    let mut calls = Calls::default();
    for (file, text) in repo.tree().own_texts() {
        let may_call = Language::of(&file.path) == Some(found.language)
            && (is_seen || *file.path == *found.path)
            && !is_aside(&file.path)
            && !marks::is_for_operators(&file.path)
            && (text.contains(&call.text) || text.contains(&call.depends));
        if !may_call {
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        let is_for_requests = is_request_code(repo, &file.path);
        for index in (0..lines.len()).filter(|index| call.is_in(lines[*index])) {
            let above = &lines[..=index];
            if lines[index].contains(&call.depends) {
                calls.requests |= is_for_requests;
            } else if is_outside_functions(above, found.language) || is_at_start(above) {
                calls.start = true;
            } else if is_for_requests && !is_kept_at(above) && !is_beside_routes(repo, &file.path, &lines, index) {
                let is_handled = !is_main(&file.path) || is_in_handler(repo, &file.path, index as u32 + 1);
                calls.requests |= is_handled;
            }
        }
    }
    calls
}

/// What calls to a function look like.
struct Call {
    text: String,
    depends: String,
    /// In Rust a call may name the module that the function is of.
    module: Option<String>,
}

impl Call {
    /// Whether a line calls what is named, and does not declare it.
    fn is_in(&self, line: &str) -> bool {
        const DECLARES: &[&str] = &["def ", "func ", "function ", "fn ", "private ", "public ", "static "];
        if line.contains(&self.depends) {
            return true;
        }
        let Some(at) = line.find(&self.text) else { return false };
        let before = &line[..at];
        let is_comment = ["//", "#", "*"].iter().any(|sign| before.trim_start().starts_with(sign));
        let of = before.strip_suffix("::").map(|path| path.rsplit(|c: char| !is_word(c)).next().unwrap_or_default());
        let is_of_another = of.zip(self.module.as_deref()).is_some_and(|(of, module)| {
            !matches!(of, "self" | "Self" | "super" | "crate") && of.starts_with(char::is_lowercase) && of != module
        });
        !is_comment
            && !is_of_another
            && !before.ends_with(is_word)
            && !DECLARES.iter().any(|word| before.contains(word))
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The module of Rust that a file is: `db` for `src/db.rs` and for `src/db/mod.rs`.
fn module(found: &CodeMatch) -> Option<String> {
    let path = found.path.strip_suffix(".rs").filter(|_| found.language == Language::Rust)?;
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.rsplit('/').next().map(str::to_owned)
}

/// Whether what the last of `lines` calls is given to something that outlives the function, or only made where there is
/// none yet: `Database.engine = create()`, `if engine is None:` above.
fn is_kept_at(lines: &[&str]) -> bool {
    const ABOVE: usize = 3;
    let Some((last, above)) = lines.split_last() else { return false };
    let kept = last.split_once(" = ").is_some_and(|(name, _)| {
        let name = name.trim().trim_start_matches('*');
        name.starts_with('@') || name.contains(['.', '[']) && !name.contains([' ', '('])
    });
    let first = indent(last);
    let near = above.iter().rev().take(ABOVE).take_while(|line| indent(line) <= first || line.trim().is_empty());
    kept || near.filter(|line| indent(line) < first).any(|line| super::is_kept(line))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether the last of `lines` runs when the file is read.
fn is_outside_functions(lines: &[&str], language: Language) -> bool {
    let Some((last, above)) = lines.split_last() else { return false };
    let mut within = indent(last);
    // What is indented elsewhere may be within a function that has no name.
    if language != Language::Python {
        return within == 0;
    }
    for line in above.iter().rev().filter(|line| !line.trim().is_empty()) {
        if within == 0 {
            break;
        }
        if indent(line) < within {
            within = indent(line);
            let head = line.trim_start();
            if head.starts_with("def ") || head.starts_with("async def ") {
                return false;
            }
        }
    }
    true
}

/// Whether the line stands in a function that declares routes, and in none of their handlers: it runs once.
fn is_beside_routes(repo: &Snapshot, path: &str, lines: &[&str], index: usize) -> bool {
    let number = index as u32 + 1;
    if is_in_handler(repo, path, number) {
        return false;
    }
    let Some(first) = declaration(&lines[..=index]) else { return false };
    let depth = indent(lines[first]);
    let rest = &lines[index..];
    let length = rest.iter().position(|line| !line.trim().is_empty() && indent(line) <= depth).unwrap_or(rest.len());
    let own = first as u32 + 2..(index + length) as u32 + 1;
    Surface::of(repo).endpoints.iter().any(|endpoint| endpoint.file == path && own.contains(&endpoint.lines.0))
}

/// The line that declares the function in which the last of `lines` stands.
fn declaration(lines: &[&str]) -> Option<usize> {
    const DECLARES: &[&str] = &["def ", "func ", "fn ", "function ", "constructor"];
    let (last, above) = lines.split_last()?;
    above.iter().rposition(|line| {
        let mut head = line.trim_start();
        while let Some(rest) =
            ["pub ", "async ", "export ", "default ", "static "].iter().find_map(|it| head.strip_prefix(it))
        {
            head = rest;
        }
        indent(line) < indent(last) && !line.trim().is_empty() && DECLARES.iter().any(|word| head.starts_with(word))
    })
}

/// Whether other files can call a function of that name: one within another stays there, unless that gives it out.
fn is_seen_elsewhere(repo: &Snapshot, found: &CodeMatch, name: &str) -> bool {
    let [.., outer, _] = found.functions.as_slice() else { return true };
    let text = repo.text(&found.path).and_then(|text| text.get(outer.bytes.clone())).unwrap_or_default();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.split("return").skip(1).any(|rest| {
        let given = rest.trim_start().trim_start_matches(['(', '{']).split([';', '}', ')']).next().unwrap_or_default();
        given.split(|c: char| !is_part(c)).any(|word| word == name) && !given.contains(&format!("{name}("))
    })
}

/// Whether the last of `lines` stands in a function that runs once, when the program starts.
fn is_at_start(lines: &[&str]) -> bool {
    declaration(lines).is_some_and(|line| {
        let name = lines[line].split('(').next().unwrap_or_default();
        is_set_up(name.rsplit(' ').next().unwrap_or_default())
    })
}

pub(super) fn is_set_up(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "main",
        "init",
        "__init__",
        "constructor",
        "start",
        "startup",
        "lifespan",
        "bootstrap",
        "setup",
        "run",
        "create_app",
    ];
    // `create_tables`: what is made, and not asked.
    const BEGINNINGS: &[&str] = &["set_up_", "bootstrap_", "create_database", "create_tables"];
    let lower = name.to_ascii_lowercase();
    NAMES.contains(&lower.as_str())
        || ["init", "setup", "configure"].iter().any(|beginning| lower.starts_with(beginning))
        || BEGINNINGS.iter().any(|beginning| lower.starts_with(beginning))
        || name.starts_with("New")
        || name.contains("Test")
}

/// Whether a program begins in the file at `path`: most of what it does happens once.
fn is_main(path: &str) -> bool {
    ["main.go", "main.py", "server.js", "server.ts", "index.js", "index.ts"]
        .iter()
        .any(|name| path.eq_ignore_ascii_case(name))
}

/// Whether the handler of a route stands in that line.
fn is_in_handler(repo: &Snapshot, path: &str, line: u32) -> bool {
    let endpoints = Surface::of(repo).endpoints.iter().filter(|endpoint| endpoint.file == path);
    endpoints
        .flat_map(|endpoint| regions(repo, endpoint))
        .any(|region| region.path == path && (region.lines.0..=region.lines.1).contains(&line))
}

/// Files in which requests are answered, by their routes or their name.
fn is_request_code(repo: &Snapshot, path: &str) -> bool {
    const NAMES: &[&str] =
        &["controller", "handler", "route", "model", "service", "repositor", "/api/", "view", "dao", "resource"];
    let lower = path.to_ascii_lowercase();
    NAMES.iter().any(|name| lower.contains(name)) && !marks::prepares(path)
        || Surface::of(repo).endpoints.iter().any(|endpoint| endpoint.file == path)
}
