//! What the routes of hapi's plugins begin with: `server.register(plugin, { routes: { prefix } })`, a manifest, or
//! `server.realm.modifiers.route.prefix`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::super::super::javascript_modules::Modules;
use super::super::super::values::{UNKNOWN, arguments, named, properties, text};
use super::Hapi;
use crate::Snapshot;
use crate::areas::api::routing::expression::closing;
use crate::areas::api::routing::leave;
use crate::areas::api::routing::mounts::{Mounts, Router};
use crate::code::{CodeMatch, string_literal};

/// A file of this repository that another one names.
static IMPORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?:require\(|\bfrom\s+|\bimport\(|\bimport\s+)\s*["'](\.[^"'\n]*)["']"#));

/// The prefix that a plugin gives itself.
static REALM: LazyLock<Regex> = LazyLock::new(|| pattern(r"\brealm\.modifiers\.route\.prefix\s*=\s*([^=;\n][^;\n]*)"));

/// More plugins, or lists of routes in one, are not followed.
const MOST: usize = 500;
const MOST_LISTS: usize = 50;

/// So many bytes are read for them.
const MOST_READ: usize = 64 << 20;

/// Files and plugins, and what is in front of their routes.
pub(super) struct Plugins<'a> {
    files: BTreeMap<&'a str, usize>,
    /// Plugins that share a file, by file.
    regions: BTreeMap<&'a str, Vec<Range<usize>>>,
    /// Those that were looked at or will be, by file, start and end.
    seen: BTreeSet<(&'a str, usize, usize)>,
    /// By file: where the names end that are declared in it.
    declared: BTreeMap<&'a str, HashMap<&'a str, usize>>,
    /// What is declared there, by file and the end of its name.
    bodies: BTreeMap<(&'a str, usize), Option<Range<usize>>>,
    /// How many bytes may still be read.
    left: usize,
    mounts: Mounts,
    /// What files set themselves.
    realms: BTreeMap<&'a str, String>,
}

/// One `register`.
struct Registration<'a> {
    by: &'a CodeMatch,
    plugin: String,
    prefix: String,
}

impl<'a> Plugins<'a> {
    pub fn of(hapi: &Hapi<'a>, modules: &Modules<'a>) -> Self {
        let mut plugins = Plugins {
            files: hapi.files.keys().enumerate().map(|(index, path)| (*path, index)).collect(),
            regions: BTreeMap::new(),
            seen: BTreeSet::new(),
            declared: BTreeMap::new(),
            bodies: BTreeMap::new(),
            left: MOST_READ,
            mounts: Mounts::default(),
            realms: BTreeMap::new(),
        };
        for (path, source) in &hapi.files {
            if let Some(prefix) = REALM.captures(source).and_then(|found| found.get(1)) {
                plugins.realms.insert(path, text(hapi.repo, path, prefix.as_str()));
            }
        }
        plugins.register(hapi, modules);
        if plugins.left == 0 {
            leave(hapi.repo, "hapi's plugins");
        }
        plugins
    }

    /// What the paths of a route or a call begin with.
    pub fn prefixes(&self, found: &CodeMatch) -> Vec<String> {
        if let Some(prefix) = self.realms.get(&*found.path) {
            return vec![prefix.clone()];
        }
        let regions = self.regions.get(&*found.path).map_or(&[][..], Vec::as_slice);
        let region = regions.iter().filter(|region| region.contains(&found.bytes.start)).max_by_key(|it| it.start);
        let mut prefixes = self.mounts.prefixes(self.router(&found.path, region.map_or(0, |region| region.start + 1)));
        // Whoever only imports a list puts nothing in front of it.
        if prefixes.iter().any(|prefix| prefix != "/") {
            prefixes.retain(|prefix| prefix != "/");
        }
        prefixes
    }

    /// Notes it where plugins are registered in more ways than are followed.
    pub fn tell(&self, repo: &Snapshot) {
        self.mounts.tell(repo, "hapi");
    }

    fn register(&mut self, hapi: &Hapi<'a>, modules: &Modules<'a>) {
        // What is registered by name, by file: the plugin, its prefix, and the file that registers it.
        let mut named: BTreeMap<&str, Vec<(String, String, Router)>> = BTreeMap::new();
        let mut loose: Vec<(String, Router)> = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let registered = registrations(hapi);
        if registered.len() >= MOST {
            leave(hapi.repo, "hapi's plugins");
        }
        for Registration { by, plugin, prefix } in registered.into_iter().take(MOST) {
            let Some((home, source)) = hapi.files.get_key_value(&*by.path) else { continue };
            let from = self.router(home, 0);
            let head = plugin.split(['.', '(']).next().unwrap_or(&plugin).trim();
            let required = IMPORT.captures(&plugin).and_then(|it| modules.file(home, it.get(1)?.as_str()));
            let region =
                if plugin.starts_with('{') { place(source, &plugin) } else { self.body(home, source, &plugin) };
            if let Some(file) = required.or_else(|| modules.origin(home, head)) {
                named.entry(file).or_default().push((plugin, prefix, from));
            } else if let Some(region) = region {
                known.extend(self.mount_region(hapi, modules, home, region, &prefix, from));
            } else if !modules.imports(home, head) && !plugin.contains("require(") && !prefix.is_empty() {
                loose.push((prefix, from));
            }
        }
        for (file, places) in named {
            known.insert(file);
            let plugins: BTreeSet<&String> = places.iter().map(|it| &it.0).collect();
            let prefixes: BTreeSet<&String> = places.iter().map(|it| &it.1).collect();
            for (plugin, prefix, from) in &places {
                let member = plugin.rsplit('.').next().unwrap_or(plugin);
                let source = hapi.files.get_key_value(file);
                if plugins.len() == 1 || prefixes.len() == 1 {
                    self.mounts.mount(self.router(file, 0), prefix, *from);
                } else if let Some((file, region)) =
                    source.and_then(|(file, source)| Some((file, self.body(file, source, member)?)))
                {
                    known.extend(self.mount_region(hapi, modules, file, region, prefix, *from));
                } else {
                    // Which of a file's plugins is below which prefix can't be told.
                    self.mounts.mount(self.router(file, 0), UNKNOWN, *from);
                }
            }
        }
        // Plugins that a loop registers: all that nobody registers by name.
        let prefixes: BTreeSet<&String> = loose.iter().map(|(prefix, _)| prefix).collect();
        if let Some((prefix, from)) = loose.first() {
            let prefix = if prefixes.len() == 1 { prefix.as_str() } else { UNKNOWN };
            for (path, source) in &hapi.files {
                let is_plugin =
                    source.contains("register") && source.contains("route(") && self.router(path, 0) != *from;
                if is_plugin && known.insert(path) {
                    self.mounts.mount(self.router(path, 0), prefix, *from);
                }
            }
        }
        for (path, source) in &hapi.files {
            let imported = IMPORT.captures_iter(source).filter_map(|it| modules.file(path, it.get(1)?.as_str()));
            for file in imported.filter(|file| !known.contains(file)) {
                self.mounts.mount(self.router(file, 0), "", self.router(path, 0));
            }
        }
    }

    /// Mounts a plugin that is a part of a file, and the functions and lists that its routes stand in; the other files
    /// among those.
    fn mount_region(
        &mut self,
        hapi: &Hapi<'a>,
        modules: &Modules<'a>,
        file: &'a str,
        region: Range<usize>,
        prefix: &str,
        from: Router,
    ) -> Vec<&'a str> {
        static HANDED: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"(?:\.route\(\s*|\bregister:\s*)([A-Za-z_$][\w$]*)\s*[),}]"));
        let source = hapi.files.get(file).copied().unwrap_or_default();
        let (mut open, mut files) = (Vec::new(), Vec::new());
        self.mounts.mount(self.router(file, region.start + 1), prefix, from);
        if self.seen.insert((file, region.start, region.end)) {
            open.push(region);
        }
        while let Some(part) = open.pop() {
            let within = self.router(file, part.start + 1);
            let text = if self.left == 0 { "" } else { source.get(part.clone()).unwrap_or_default() };
            self.left = self.left.saturating_sub(text.len());
            for name in HANDED.captures_iter(text).filter_map(|it| it.get(1)).take(MOST_LISTS) {
                if let Some(origin) = modules.origin(file, name.as_str()) {
                    self.mounts.mount(self.router(origin, 0), "", within);
                    files.push(origin);
                } else if let Some(named) = self.body(file, source, name.as_str()) {
                    self.mounts.mount(self.router(file, named.start + 1), "", within);
                    if self.seen.insert((file, named.start, named.end)) {
                        open.push(named);
                    }
                }
            }
            self.regions.entry(file).or_default().push(part);
        }
        files
    }

    /// The object, list or function that is called `name`.
    fn body(&mut self, file: &'a str, source: &'a str, name: &str) -> Option<Range<usize>> {
        let at = *self.declared.entry(file).or_insert_with(|| declared(source)).get(name)?;
        if let Some(known) = self.bodies.get(&(file, at)) {
            return known.clone();
        }
        let found = if self.left == 0 { None } else { body(source, at) };
        let end = found.as_ref().map_or(source.len(), |body| body.end);
        self.left = self.left.saturating_sub(end.saturating_sub(at));
        self.bodies.insert((file, at), found.clone());
        found
    }

    fn router(&self, file: &str, at: usize) -> Router {
        self.files.get(file).map_or(Router::Root, |file| Router::At(*file, at))
    }
}

/// Every plugin that is registered, by a call or in a list.
fn registrations<'a>(hapi: &Hapi<'a>) -> Vec<Registration<'a>> {
    let code = hapi.repo.code();
    let prefix_of = |by: &CodeMatch, options: &str| {
        let routes = named(&properties(options), "routes").map(properties);
        let prefix = routes.as_deref().and_then(|routes| named(routes, "prefix"));
        prefix.map(|prefix| text(hapi.repo, &by.path, prefix))
    };
    let mut found: Vec<Registration<'_>> = Vec::new();
    let calls = code.matches("api.javascript.call").iter().filter(|it| it.var("METHOD") == Some("register"));
    for by in calls.filter(|it| hapi.claims(&it.path)) {
        if found.len() >= MOST {
            break;
        }
        let values = arguments(by.var("ARGS").unwrap_or_default());
        let Some(first) = values.first() else { continue };
        let shared = values.get(1).and_then(|options| prefix_of(by, options)).unwrap_or_default();
        for plugin in if first.starts_with('[') { properties(first) } else { vec![*first] } {
            let own = properties(plugin);
            let named = named(&own, "plugin").or_else(|| named(&own, "register").filter(|it| !it.contains("=>")));
            let prefix = named.and_then(|_| prefix_of(by, plugin)).unwrap_or_else(|| shared.clone());
            found.push(Registration { by, plugin: named.unwrap_or(plugin).to_owned(), prefix });
        }
    }
    for by in code.matches("api.javascript.plugin").iter().filter(|it| hapi.claims(&it.path)) {
        if found.len() >= MOST {
            break;
        }
        let Some(object) = hapi.source(by) else { continue };
        let is_known = found.iter().any(|it| it.by.path == by.path && super::contains(&it.by.bytes, &by.bytes));
        let own = properties(object);
        let (Some(plugin), false) = (named(&own, "plugin").or_else(|| named(&own, "register")), is_known) else {
            continue;
        };
        let below = named(&own, "options").unwrap_or_default();
        let Some(prefix) = prefix_of(by, object).or_else(|| prefix_of(by, below)) else { continue };
        // A manifest names files.
        let plugin = match string_literal(plugin) {
            Some(module) if module.starts_with('.') => format!("require('{module}')"),
            Some(_) => continue,
            None => plugin.to_owned(),
        };
        found.push(Registration { by, plugin, prefix });
    }
    found
}

/// Where a plugin stands that is written where it is registered.
fn place(source: &str, plugin: &str) -> Option<Range<usize>> {
    let at = source.find(plugin)?;
    Some(at..at + plugin.len())
}

/// What a file declares, with where each name ends. What is exported may stand before it.
fn declared(source: &str) -> HashMap<&str, usize> {
    static DECLARED: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?:const |let |var |function |(exports\.))([\w$]+)[ (:=]"));
    let (mut own, mut exported) = (HashMap::new(), HashMap::new());
    for found in DECLARED.captures_iter(source) {
        let Some(name) = found.get(2) else { continue };
        let known = if found.get(1).is_some() { &mut exported } else { &mut own };
        known.entry(name.as_str()).or_insert(name.end());
    }
    exported.extend(own);
    exported
}

/// The object, list or function whose name ends at `declared`.
fn body(source: &str, declared: usize) -> Option<Range<usize>> {
    let open = declared + source[declared..].find(['{', '[', '('])?;
    if source[declared..open].contains([';', '\'', '"']) {
        return None;
    }
    if !source[open..].starts_with('(') {
        return Some(open..closing(source, open)? + 1);
    }
    // `(server) => {`, `name(server) {`; a call of something else is no body.
    let end = closing(source, open)?;
    let open = end + source[end..].find('{')?;
    let between = source[end + 1..open].trim();
    let is_function = between.is_empty() || between.starts_with("=>") || between.starts_with(':');
    (is_function && !between.contains(';')).then_some(open..closing(source, open)? + 1)
}
