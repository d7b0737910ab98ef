//! Grape: classes with routes that are mounted on classes, over files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{head, is_symbol, name};
use crate::Snapshot;
use crate::areas::api::endpoint::{Endpoint, join};
use crate::areas::api::routing::leave;
use crate::areas::api::values::{self, UNKNOWN, named, split, words};
use crate::code::CodeMatch;
use crate::paths::is_aside;

/// How deep classes may be mounted on, or made from, classes, and how many endpoints are listed.
const DEPTH: u8 = 10;
const LISTED: usize = 5_000;

/// `class Users < Base`, `module V1`, `Users = Class.new(Base)`, `include Defaults`.
static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?m)^(?<indent>[ \t]*)(?:(?:class|module)[ \t]+(?<name>[A-Z][\w:]*)(?:[ \t]*<[ \t]*(?<above>[\w:]+))?",
        r"|(?<made>[A-Z]\w*)[ \t]*=[ \t]*Class\.new\([ \t]*(?<from>[\w:]+)",
        r"|include[ \t(]+(?<included>[A-Z:][\w:]*))"
    ))
});

/// A class or a module: every place that opens it is one of it.
#[derive(Default)]
struct Class<'a> {
    above: Option<&'a str>,
    includes: Vec<&'a str>,
    prefix: Option<String>,
    /// What the path says of the version: nothing where it travels elsewhere.
    version: Option<String>,
    routes: Vec<Route<'a>>,
    mounts: Vec<Mount<'a>>,
}

struct Route<'a> {
    found: &'a CodeMatch,
    method: String,
    path: String,
    version: Option<String>,
}

struct Mount<'a> {
    class: &'a str,
    /// In front of everything.
    at: String,
    /// Where in its class it stands.
    namespace: String,
    version: Option<String>,
}

/// A place that opens a class: from where to where, and how far its first line is indented.
struct Opened {
    name: String,
    start: usize,
    end: usize,
    indent: usize,
}

/// What is in front of the routes of a class, where it is mounted.
#[derive(Clone, Default)]
struct Around {
    at: String,
    prefix: Option<String>,
    version: Option<String>,
    namespace: String,
}

/// The classes of a program that uses Grape.
#[derive(Default)]
pub(super) struct Grape<'a> {
    repo: Option<&'a Snapshot>,
    classes: BTreeMap<String, Class<'a>>,
    /// Those that are Grape's.
    own: BTreeSet<String>,
    /// The files that they stand in.
    files: BTreeSet<&'a str>,
}

impl<'a> Grape<'a> {
    /// Finds them; `calls` are those of every file.
    pub(super) fn of(repo: &'a Snapshot, calls: &BTreeMap<&'a str, Vec<&'a CodeMatch>>) -> Self {
        let texts = || repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".rb") && !is_aside(&file.path));
        let mut grape = Grape { repo: Some(repo), ..Grape::default() };
        if !texts().any(|(_, text)| text.contains("Grape::API")) {
            return grape;
        }
        let mut opened = BTreeMap::new();
        for (file, text) in texts() {
            opened.insert(file.path.as_str(), grape.declare(text));
        }
        let names = || grape.classes.keys();
        grape.own = names().filter(|name| grape.is_made_from_grape(name, DEPTH)).cloned().collect();
        let modules: BTreeSet<String> = grape.own.iter().flat_map(|name| grape.included(name, DEPTH)).collect();
        for (file, opened) in &opened {
            if opened.iter().any(|it| grape.own.contains(&it.name) || modules.contains(&it.name)) {
                grape.files.insert(*file);
                grape.read(file, opened, calls.get(file).map_or(&[], Vec::as_slice));
            }
        }
        grape
    }

    /// Whether the routes in `file` are read here.
    pub(super) fn has(&self, file: &str) -> bool {
        self.files.contains(file)
    }

    /// Every route below every place where its class is mounted; `outside` are those of Rails and of Rack.
    pub(super) fn endpoints(&self, outside: &[(String, String)]) -> Vec<Endpoint> {
        let mut mounted: BTreeSet<&str> = BTreeSet::new();
        for name in &self.own {
            mounted.extend(self.classes[name].mounts.iter().filter_map(|mount| self.resolve(mount.class, name)));
        }
        let holds = |name: &&String| !self.routes(name).is_empty() || !self.classes[*name].mounts.is_empty();
        let tops: Vec<&String> =
            self.own.iter().filter(holds).filter(|name| !mounted.contains(name.as_str())).collect();
        let mut endpoints = Vec::new();
        for name in &self.own {
            let places = outside.iter().filter(|(class, _)| self.resolve(class, "") == Some(name.as_str()));
            let mut places: Vec<&str> = places.map(|(_, path)| path.as_str()).collect();
            if places.is_empty() && tops.contains(&name) {
                // One of several that nothing is seen to mount may stand below anything.
                places.push(if tops.len() == 1 || self.is_run(name) { "" } else { UNKNOWN });
            }
            for at in places {
                self.list(name, &Around { at: at.to_owned(), ..Around::default() }, DEPTH, &mut endpoints);
            }
        }
        endpoints
    }

    /// Notes the classes and modules of a file, and where each is opened. How deep they stand is told by how far they are
    /// indented.
    fn declare(&mut self, text: &'a str) -> Vec<Opened> {
        let mut all: Vec<Opened> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for found in DECLARED.captures_iter(text) {
            let (start, indent) = (found.get(0).map_or(0, |it| it.start()), found["indent"].len());
            let group = |name: &str| found.name(name).map(|it| it.as_str());
            while let Some(last) = open.pop_if(|last| all[*last].indent >= indent) {
                all[last].end = start;
            }
            let around = open.last().map_or("", |last| all[*last].name.as_str());
            if let Some(module) = group("included") {
                if let Some(class) = self.classes.get_mut(around) {
                    class.includes.push(module);
                }
                continue;
            }
            let Some(name) = group("name").or(group("made")) else { continue };
            let name = if around.is_empty() { name.to_owned() } else { format!("{around}::{name}") };
            let class = self.classes.entry(name.clone()).or_default();
            class.above = class.above.or(group("above")).or(group("from"));
            open.push(all.len());
            all.push(Opened { name, start, end: text.len(), indent });
        }
        all
    }

    /// The class that a constant means where it stands in `scope`: as Ruby looks it up, else the only one of that name.
    fn resolve(&self, constant: &str, scope: &str) -> Option<&str> {
        let known = |name: &str| self.classes.get_key_value(name).map(|(name, _)| name.as_str());
        if let Some(absolute) = constant.strip_prefix("::") {
            return known(absolute);
        }
        let mut scope = scope;
        loop {
            let name = if scope.is_empty() { constant.to_owned() } else { format!("{scope}::{constant}") };
            if let Some(found) = known(&name) {
                return Some(found);
            }
            if scope.is_empty() {
                break;
            }
            scope = scope.rsplit_once("::").map_or("", |(outer, _)| outer);
        }
        let end = format!("::{constant}");
        let mut ending = self.classes.keys().filter(|name| name.ends_with(&end));
        ending.next().filter(|_| ending.next().is_none()).map(String::as_str)
    }

    /// The class that `name` is made from, if it is one of this repository.
    fn above(&self, name: &str) -> Option<&str> {
        let scope = name.rsplit_once("::").map_or("", |(outer, _)| outer);
        self.resolve(self.classes.get(name)?.above?, scope).filter(|above| *above != name)
    }

    fn is_made_from_grape(&self, name: &str, depth: u8) -> bool {
        let above = self.classes.get(name).and_then(|class| class.above).unwrap_or_default().trim_start_matches("::");
        matches!(above, "Grape::API" | "Grape::API::Instance")
            || depth > 0 && self.above(name).is_some_and(|above| self.is_made_from_grape(above, depth - 1))
    }

    /// The modules of this repository that a class includes, also through others.
    fn included(&self, name: &str, depth: u8) -> Vec<String> {
        let Some(class) = self.classes.get(name).filter(|_| depth > 0) else { return Vec::new() };
        let direct = class.includes.iter().filter_map(|module| self.resolve(module, name));
        direct.flat_map(|module| [vec![module.to_owned()], self.included(module, depth - 1)].concat()).collect()
    }

    /// Reads the calls of a file into the classes that they stand in.
    fn read(&mut self, file: &'a str, opened: &[Opened], calls: &[&'a CodeMatch]) {
        let Some((repo, text)) = self.repo.and_then(|repo| Some((repo, repo.text(file)?))) else { return };
        let value = |source: &str| if is_literal(source) { name(source) } else { values::text(repo, file, source) };
        // Where a block ends, and what it puts in front: a path, or a version.
        let mut open: Vec<(usize, String, Option<String>)> = Vec::new();
        for found in calls {
            open.retain(|(end, _, _)| found.bytes.end <= *end);
            let Some(class) = around(opened, text, found.bytes.start).and_then(|name| self.classes.get_mut(name))
            else {
                continue;
            };
            let source = text.get(found.bytes.clone()).unwrap_or_default();
            let (method, head) = (found.var("METHOD").unwrap_or_default(), head(source));
            let Some(rest) = head.strip_prefix(method) else { continue };
            let rest = if rest.trim_start().starts_with('{') { "" } else { rest };
            let arguments = split(rest.trim().trim_start_matches('(').trim_end_matches(')'), ',');
            let first = arguments.first().copied();
            let has_block = head.len() < source.trim_end().len() || rest.is_empty() && source.ends_with('}');
            let namespace = open.iter().fold(String::new(), |above, (_, path, _)| join(&above, path));
            let version = open.iter().rev().find_map(|(_, _, version)| version.clone());
            match method {
                "namespace" | "resource" | "resources" | "group" | "segment" if has_block => {
                    open.push((found.bytes.end, first.map(value).unwrap_or_default(), None));
                }
                "route_param" if has_block => {
                    open.push((found.bytes.end, format!(":{}", first.map(value).unwrap_or_default()), None));
                }
                "prefix" => class.prefix = first.map(value),
                "version" => {
                    let in_path = named(&arguments, "using").is_none_or(|using| using.contains("path"));
                    let said = match first {
                        Some(list) if list.starts_with(['[', '%']) => words(list).first().map(|it| (*it).to_owned()),
                        first => first.map(value),
                    };
                    // One that is set elsewhere is one.
                    let said = said.filter(|_| in_path).map(|said| said.replace(UNKNOWN, &format!("v{UNKNOWN}")));
                    let said = said.unwrap_or_default();
                    if has_block {
                        open.push((found.bytes.end, String::new(), Some(said)));
                    } else {
                        class.version = Some(said);
                    }
                }
                "mount" => {
                    let Some((class_name, at)) = mounted(&arguments) else { continue };
                    let at = at.map(value).unwrap_or_default();
                    class.mounts.push(Mount { class: class_name, at, namespace, version });
                }
                "get" | "post" | "put" | "patch" | "delete" if has_block || first.is_some_and(is_literal) => {
                    let paths = arguments.iter().filter(|argument| is_literal(argument));
                    let mut paths: Vec<String> = paths.map(|path| value(path)).collect();
                    if paths.is_empty() {
                        let is_path = |first: &&str| !first.contains("=>") && !first.contains(": ");
                        paths.push(first.filter(is_path).map(value).unwrap_or_default());
                    }
                    class.routes.extend(paths.into_iter().map(|path| Route {
                        found,
                        method: method.to_uppercase(),
                        path: join(&namespace, &path),
                        version: version.clone(),
                    }));
                }
                _ => {}
            }
        }
    }

    /// The routes of a class and of the modules that it includes.
    fn routes(&self, name: &str) -> Vec<&Route<'a>> {
        let modules = self.included(name, DEPTH);
        let all = std::iter::once(name).chain(modules.iter().map(String::as_str));
        all.filter_map(|name| self.classes.get(name)).flat_map(|class| &class.routes).collect()
    }

    /// What the class says, the modules that it includes, or the classes that it is made from.
    fn setting(&self, name: &str, of: &impl Fn(&Class<'a>) -> Option<String>, depth: u8) -> Option<String> {
        let own = self.classes.get(name).and_then(of);
        let included = || self.included(name, DEPTH).iter().find_map(|module| self.classes.get(module).and_then(of));
        let above = || self.above(name).filter(|_| depth > 0).and_then(|above| self.setting(above, of, depth - 1));
        own.or_else(included).or_else(above)
    }

    /// Lists what a class answers, and the classes that it mounts. Of prefixes and versions the innermost holds.
    fn list(&self, name: &str, around: &Around, depth: u8, endpoints: &mut Vec<Endpoint>) {
        let Some(class) = self.classes.get(name).filter(|_| depth > 0) else { return };
        let prefix = self.setting(name, &|class| class.prefix.clone(), DEPTH).or_else(|| around.prefix.clone());
        let version = self.setting(name, &|class| class.version.clone(), DEPTH).or_else(|| around.version.clone());
        for route in self.routes(name) {
            if endpoints.len() >= LISTED {
                self.repo.iter().for_each(|repo| leave(repo, "Grape"));
                return;
            }
            let version = route.version.as_ref().or(version.as_ref());
            let parts = [Some(&around.at), prefix.as_ref(), version, Some(&around.namespace), Some(&route.path)];
            endpoints.push(Endpoint {
                file: route.found.path.to_string(),
                lines: (route.found.lines.0, route.found.lines.0),
                method: route.method.clone(),
                path: parts.into_iter().flatten().fold("/".to_owned(), |path, part| join(&path, part)),
                framework: "Grape",
                page: false,
            });
        }
        for mount in &class.mounts {
            let Some(child) = self.resolve(mount.class, name).filter(|child| *child != name) else { continue };
            let inner = Around {
                at: join(&around.at, &mount.at),
                prefix: prefix.clone(),
                version: mount.version.clone().or_else(|| version.clone()),
                namespace: join(&around.namespace, &mount.namespace),
            };
            self.list(child, &inner, depth - 1, endpoints);
        }
    }

    /// Whether a file for Rack names the class.
    fn is_run(&self, name: &str) -> bool {
        let last = name.rsplit("::").next().unwrap_or(name);
        let names = |text: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == last);
        self.repo
            .is_some_and(|repo| repo.tree().own_texts().any(|(file, text)| file.name().ends_with(".ru") && names(text)))
    }
}

/// The class and the path of `mount Users`, `mount Users => '/users'` and `mount Users, at: '/users'`.
pub(super) fn mounted<'b>(arguments: &[&'b str]) -> Option<(&'b str, Option<&'b str>)> {
    let first = arguments.first()?.trim_start_matches('{').trim_end_matches('}').trim();
    let (class, at) = match first.split_once("=>") {
        Some((class, at)) => (class.trim(), Some(at.trim())),
        None => (first, named(arguments, "at")),
    };
    let is_constant = class.trim_start_matches(':').starts_with(|c: char| c.is_ascii_uppercase())
        && class.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':'));
    is_constant.then_some((class, at))
}

fn is_literal(source: &str) -> bool {
    source.starts_with(['"', '\'']) && !source.contains("#{") || is_symbol(source)
}

/// The innermost class or module around a byte.
fn around<'o>(opened: &'o [Opened], text: &str, at: usize) -> Option<&'o str> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let indent = text[start..].len() - text[start..].trim_start_matches([' ', '\t']).len();
    let holds = |it: &&Opened| (it.start..it.end).contains(&at) && (it.indent < indent || it.start >= start);
    opened.iter().rfind(holds).map(|it| it.name.as_str())
}

#[cfg(test)]
mod tests;
