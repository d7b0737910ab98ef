//! Names that a `use` gives to functions and modules: `pub use users::init as init_users;`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::areas::api::routing::expression::{arguments, last_name};
use crate::paths::is_aside;

/// How many names may lead to one.
const HOPS: usize = 5;

/// A `use`, over lines.
static USE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?use\s+([^;]*?\bas\b[^;]*);"));

/// By the new name: the file that gives it, and the path that it is given to.
#[derive(Default)]
pub(super) struct Aliases<'r>(BTreeMap<&'r str, Vec<(&'r str, String)>>);

impl<'r> Aliases<'r> {
    pub(super) fn of(repo: &'r Snapshot) -> Self {
        let mut aliases = Aliases::default();
        for (file, text) in repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".rs")) {
            if is_aside(&file.path) || !text.contains(" as ") {
                continue;
            }
            for found in USE.captures_iter(text) {
                let list = found.get(1).map_or("", |it| it.as_str());
                aliases.read(&file.path, "", list, HOPS);
            }
        }
        aliases
    }

    /// What a `use` says below `prefix`.
    fn read(&mut self, file: &'r str, prefix: &str, list: &'r str, depth: usize) {
        let list = list.trim();
        if let Some((before, inner)) = list.split_once('{') {
            let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
            for part in arguments(inner, 0).into_iter().filter(|_| depth > 0) {
                self.read(file, &format!("{prefix}{before}"), part.text, depth - 1);
            }
        } else if let Some((name, alias)) = list.split_once(" as ") {
            let path = format!("{prefix}{}", name.trim());
            let path = path.strip_suffix("::self").unwrap_or(&path).to_owned();
            self.0.entry(alias.trim()).or_default().push((file, path));
        }
    }

    /// The path that `path` in `file` leads to. A name that a file gives holds in it, and behind its module; what is
    /// declared under a name (`is_declared`) is meant before one that is given somewhere else.
    pub(super) fn resolve(&self, path: &str, file: &str, is_declared: impl Fn(&str) -> bool) -> String {
        let (mut path, mut file) = (path.trim().to_owned(), file);
        for _ in 0..HOPS {
            let name = last_name(&path).to_owned();
            if name.is_empty() {
                break;
            }
            let module = path.trim_end_matches(&*name).trim_end_matches("::").to_owned();
            let hint = last_name(&module);
            let given = |name: &str| self.0.get(name).map_or(&[][..], Vec::as_slice);
            let here = |name: &str| given(name).iter().find(|(of, _)| *of == file);
            // `users::init`, where `users` is such a name.
            if let Some((_, to)) = here(hint).filter(|_| !hint.is_empty()) {
                path = format!("{to}::{name}");
                continue;
            }
            let is_of_module = |of: &str| of.trim_end_matches(".rs").split('/').any(|part| part == hint);
            let elsewhere = || {
                let mut all = given(&name).iter().filter(|(of, _)| hint.is_empty() || is_of_module(of));
                all.next().filter(|_| all.next().is_none() && !is_declared(&name))
            };
            let found = here(&name).filter(|_| hint.is_empty()).or_else(elsewhere);
            let Some((of, to)) = found.filter(|(_, to)| *to != path) else { break };
            (path, file) = (to.clone(), of);
        }
        path
    }
}
