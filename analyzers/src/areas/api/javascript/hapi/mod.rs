//! hapi: routes are objects, `server.route({ method, path, handler })`, alone or in lists, below the prefix of the plugin
//! that they are part of.

mod forwarded;
mod plugins;

use std::collections::BTreeMap;

use self::plugins::Plugins;
use super::super::javascript_modules::Modules;
use super::super::values::{known, named, properties, text, words};
use super::{Endpoint, FRAMEWORKS, contains};
use crate::Snapshot;
use crate::areas::api::endpoint::join;
use crate::code::{CodeMatch, Language};
use crate::paths;
use crate::snapshot::stack::Ecosystem;

const NAME: &str = "hapi";
const PACKAGES: &[&str] = &["@hapi/hapi", "hapi"];

/// The files whose routes are hapi's.
pub(super) struct Hapi<'a> {
    repo: &'a Snapshot,
    files: BTreeMap<&'a str, &'a str>,
}

impl<'a> Hapi<'a> {
    pub fn of(repo: &'a Snapshot) -> Self {
        // The folder of each manifest that requires a framework: whether hapi, and whether another.
        let mut folders: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        for required in repo.stack().dependencies().iter().filter(|it| it.ecosystem == Ecosystem::Npm) {
            let is_hapi = PACKAGES.contains(&required.name.as_str());
            let is_other = FRAMEWORKS.iter().any(|(name, _)| *name == required.name);
            if is_hapi || is_other {
                let known = folders.entry(paths::folder(&required.path)).or_default();
                *known = (known.0 || is_hapi, known.1 || is_other);
            }
        }
        let mut files = BTreeMap::new();
        if folders.values().any(|(is_hapi, _)| *is_hapi) {
            let own = repo
                .tree()
                .own_texts()
                .filter(|(file, _)| Language::of(&file.path).is_some() && !paths::is_aside(&file.path));
            files.extend(own.map(|(file, text)| (file.path.as_str(), text)).filter(|it| is_claimed(&folders, it)));
        }
        Hapi { repo, files }
    }

    /// Whether the routes of `file` are hapi's.
    pub fn claims(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// The routes of all files that it claims.
    pub fn endpoints(&self, modules: &Modules<'a>) -> Vec<Endpoint> {
        if self.files.is_empty() {
            return Vec::new();
        }
        let objects = self.repo.code().matches("api.javascript.hapi").iter();
        let objects: Vec<&CodeMatch> = objects.filter(|found| self.claims(&found.path)).collect();
        let plugins = Plugins::of(self, modules);
        let forwarders = self.forwarders(&objects);
        let mut endpoints = Vec::new();
        for found in objects.iter().filter(|found| !forwarders.iter().any(|it| it.is_made_by(found))) {
            let Some(object) = self.source(found).filter(|object| handles(object)) else { continue };
            let values = properties(object);
            let (Some(method), Some(path)) = (named(&values, "method"), named(&values, "path")) else { continue };
            let Some(verbs) = self.verbs(&found.path, method) else { continue };
            let path = text(self.repo, &found.path, path);
            let page = self.is_page(found, object, &values);
            for (prefix, verb) in plugins.prefixes(found).iter().flat_map(|at| verbs.iter().map(move |it| (at, it))) {
                endpoints.push(endpoint(found, verb, &join(prefix, &path), page));
            }
        }
        for forwarder in &forwarders {
            for (found, verbs, path) in forwarder.calls(self, modules) {
                for (prefix, verb) in plugins.prefixes(found).iter().flat_map(|at| verbs.iter().map(move |it| (at, it)))
                {
                    endpoints.push(endpoint(found, verb, &join(prefix, &path), false));
                }
            }
        }
        plugins.tell(self.repo);
        endpoints
    }

    /// The source of a match.
    fn source(&self, found: &CodeMatch) -> Option<&'a str> {
        self.files.get(&*found.path)?.get(found.bytes.clone())
    }

    /// `"GET"`, `["GET", "POST"]`, `"*"`, or a constant that is one.
    fn verbs(&self, file: &str, expression: &str) -> Option<Vec<String>> {
        if let Some(list) = expression.strip_prefix('[') {
            let verbs: Vec<String> = words(list).into_iter().map(str::to_uppercase).collect();
            return verbs.iter().all(|verb| is_verb(verb)).then_some(verbs);
        }
        let verb = known(self.repo, file, expression)?.to_uppercase();
        is_verb(&verb).then(|| vec![verb])
    }

    /// Whether a route answers with a view or a file.
    fn is_page(&self, found: &CodeMatch, object: &str, values: &[&str]) -> bool {
        let pages = self.repo.code().matches("api.javascript.page").iter().filter(|page| page.path == found.path);
        let handler = named(values, "handler").unwrap_or_default();
        let name = handler.rsplit('.').next().unwrap_or(handler);
        let is_of_handler = |page: &CodeMatch| !name.is_empty() && page.scopes.iter().any(|scope| scope.name == name);
        let squeezed: String = object.split_whitespace().collect();
        ["view", "file", "directory"].iter().any(|way| squeezed.contains(&format!("handler:{{{way}:")))
            || pages.into_iter().any(|page| contains(&found.bytes, &page.bytes) || is_of_handler(page))
    }
}

/// Whether the nearest manifest above a file requires hapi, and the file is of no other framework.
fn is_claimed(folders: &BTreeMap<&str, (bool, bool)>, (path, text): &(&str, &str)) -> bool {
    let is_below = |folder: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|it| it.starts_with('/'));
    let imports = |name: &str| ['\'', '"'].iter().any(|quote| text.contains(&format!("{quote}{name}{quote}")));
    // Of folders around a file the inner one comes last.
    let around = folders.iter().rev().find(|(folder, _)| is_below(folder));
    around.is_some_and(|(_, (is_hapi, is_other))| {
        *is_hapi
            && (PACKAGES.iter().any(|name| imports(name))
                || !is_other && !FRAMEWORKS.iter().any(|(name, _)| imports(name)))
    })
}

fn endpoint(found: &CodeMatch, verb: &str, path: &str, page: bool) -> Endpoint {
    Endpoint {
        file: found.path.to_string(),
        lines: found.lines,
        method: verb.to_owned(),
        path: path.to_owned(),
        framework: NAME,
        page,
    }
}

/// Whether an object names what answers: a handler, or options that hold one.
fn handles(object: &str) -> bool {
    let values = properties(object);
    let is_name = |value: &str| value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
    let holds = |value: &str| value.contains("handler") || is_name(value);
    let is_short = |value: &&str| *value == "handler" || value.trim_start_matches("async ").starts_with("handler(");
    named(&values, "handler").is_some()
        || values.iter().any(is_short)
        || ["options", "config"].iter().any(|key| named(&values, key).is_some_and(holds))
}

fn is_verb(verb: &str) -> bool {
    matches!(verb, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS" | "*")
}

#[cfg(test)]
mod tests;
