//! Endpoints of Express, Fastify, Koa, Hono and Elysia; hapi, Nest and Next have files of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use self::hapi::Hapi;
use super::javascript_modules::Modules;
use super::routers::{RouterId, Routers};
use super::values::{UNKNOWN, known, named, properties, split, text, words};
use super::{Endpoint, UnreadMount, VersionCue, nest, next};
use crate::Snapshot;
use crate::code::{CodeMatch, Language};

/// The endpoints, and where routers are mounted of which none was read.
pub(super) fn read(repo: &Snapshot) -> (Vec<Endpoint>, Vec<UnreadMount>) {
    let modules = Modules::of(repo);
    let hapi = Hapi::of(repo);
    let (mut endpoints, unread) = Chained::new(repo, &modules, &hapi).read();
    endpoints.extend(hapi.endpoints(&modules));
    endpoints.extend(nest::endpoints(repo));
    endpoints.extend(next::endpoints(repo));
    (endpoints, unread)
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    let mut cues: Vec<VersionCue> = repo
        .code()
        .matches("api.javascript.version_header")
        .iter()
        .filter(|found| version::is_of_the_api(repo, found))
        .map(|found| VersionCue { file: found.path.to_string(), lines: found.lines, scheme: "header" })
        .collect();
    cues.extend(nest::version_cues(repo));
    cues
}

/// The framework that made something, by the expression that made it or by a package that is imported.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("elysia", "Elysia"),
    ("hono", "Hono"),
    ("fastify", "Fastify"),
    ("koa", "Koa"),
    ("express", "Express"),
    // json-server makes one.
    ("jsonserver", "Express"),
    ("restify", "restify"),
    ("polka", "Polka"),
];

struct Chained<'a> {
    repo: &'a Snapshot,
    modules: &'a Modules<'a>,
    hapi: &'a Hapi<'a>,
    routers: Routers,
    declared: BTreeMap<RouterId, &'static str>,
    /// Routers, as opposed to whole applications.
    made: BTreeSet<RouterId>,
    /// By what a loop over a list mounts: the router, the prefix, and the member of each element.
    handed: Vec<(RouterId, String, String)>,
    mounted: Vec<unread::Mounted>,
    pages: BTreeMap<&'a str, Vec<&'a CodeMatch>>,
    /// By file: calls with a function in their arguments, in which routes may be nested.
    groups: BTreeMap<&'a str, Vec<&'a CodeMatch>>,
}

impl<'a> Chained<'a> {
    fn new(repo: &'a Snapshot, modules: &'a Modules<'a>, hapi: &'a Hapi<'a>) -> Self {
        let code = repo.code();
        let mut pages: BTreeMap<&str, Vec<&CodeMatch>> = BTreeMap::new();
        let rendered = code.matches("api.javascript.page");
        let redirects = if rendered.is_empty() { &[][..] } else { code.matches("api.javascript.redirect") };
        for found in rendered.iter().chain(redirects) {
            pages.entry(&found.path).or_default().push(found);
        }
        let mut groups: BTreeMap<&str, Vec<&CodeMatch>> = BTreeMap::new();
        for found in code.matches("api.javascript.call") {
            if matches!(found.var("METHOD"), Some("group" | "register")) {
                groups.entry(&found.path).or_default().push(found);
            }
        }
        Chained {
            repo,
            modules,
            hapi,
            routers: Routers::default(),
            declared: BTreeMap::new(),
            made: BTreeSet::new(),
            handed: Vec::new(),
            mounted: Vec::new(),
            pages,
            groups,
        }
    }

    fn read(mut self) -> (Vec<Endpoint>, Vec<UnreadMount>) {
        let code = self.repo.code();
        for found in code.matches("api.javascript.router").iter().chain(code.matches("api.typescript.router")) {
            self.declare(found);
        }
        for found in code.matches("api.javascript.handover") {
            let (Some(function), Some(arguments)) = (found.var("FUNCTION"), found.var("ARGS")) else { continue };
            let first = super::values::arguments(arguments).first().copied().unwrap_or_default();
            let first = first.trim_start_matches("this.");
            if (self.modules.imports(&found.path, function) || function.starts_with("require("))
                && let Some(child) = self.modules.router(&found.path, function)
            {
                self.routers.mount((found.path.to_string(), first.to_owned()), String::new(), child);
            }
        }
        for found in code.matches("api.javascript.call").iter().filter(|found| !self.hapi.claims(&found.path)) {
            self.call(found);
        }
        self.mount_lists();
        self.mount_folders();
        self.drop_unused();
        let unread = self.unread();
        let listed = self.listed();
        let mut endpoints = self.routers.endpoints();
        self.routers.tell(self.repo, "JavaScript");
        endpoints.extend(listed);
        self.prefix_by_folders(&mut endpoints);
        (endpoints, unread)
    }

    /// A router that is made but neither mounted nor imported anywhere serves nobody: left over from earlier days.
    /// Where folders of routes are loaded by name nobody can tell.
    fn drop_unused(&mut self) {
        let loads_by_name = self.repo.tree().own_texts().any(|(file, text)| {
            Language::of(&file.path).is_some() && ["readdir", "glob", "autoload"].iter().any(|way| text.contains(way))
        });
        if loads_by_name {
            return;
        }
        let imported = self.modules.imported();
        let made = &self.made;
        self.routers.retain(|routers, router| {
            !made.contains(router) || routers.is_mounted(router) || imported.contains(router.0.as_str())
        });
    }

    fn declare(&mut self, found: &CodeMatch) {
        let (Some(name), Some(value)) = (found.var("NAME"), found.var("VALUE")) else { return };
        if !self.is_framework(&found.path, value) {
            return;
        }
        let name = name.trim_start_matches("this.").split(':').next().unwrap_or(name).trim();
        self.declare_as((found.path.to_string(), name.to_owned()), &found.path, value);
    }

    /// Whether what is called makes an application or a router: a name says so, unless it is the file's own for a package.
    fn is_framework(&self, file: &str, value: &str) -> bool {
        const NAMES: &[&str] = &["express", "router", "koa", "fastify", "hono", "elysia", "polka"];
        let Some(called) = value.strip_suffix("()").filter(|called| called.chars().all(char::is_alphanumeric)) else {
            return true;
        };
        let lower = called.to_ascii_lowercase();
        let is_package = |module: &str| FRAMEWORKS.iter().any(|(package, _)| *package == module);
        NAMES.iter().any(|name| lower.contains(name)) || self.modules.whole(file, called).is_some_and(is_package)
    }

    fn declare_as(&mut self, router: RouterId, file: &str, value: &str) {
        let steps = split(value, '.');
        let options =
            steps.first().and_then(|head| head.split_once('(')).map_or("", |(_, rest)| rest.trim_end_matches(')'));
        let mut prefix =
            named(&properties(options), "prefix").map(|prefix| text(self.repo, file, prefix)).unwrap_or_default();
        for step in &steps {
            if let Some(base) = step.strip_prefix("basePath(") {
                prefix = text(self.repo, file, base.trim_end_matches(')'));
            }
        }
        let framework = self.framework(file, value);
        if steps.iter().take(2).any(|step| step.starts_with("Router(") || step.starts_with("new Router(")) {
            self.made.insert(router.clone());
        }
        self.routers.declare(router.clone(), prefix);
        self.declared.insert(router, framework);
    }

    fn call(&mut self, found: &'a CodeMatch) {
        let (Some(receiver), Some(method)) = (found.var("RECEIVER"), found.var("METHOD")) else { return };
        let file = &*found.path;
        let arguments = found.var("ARGS").map(|arguments| split(arguments, ',')).unwrap_or_default();
        let steps = split(receiver.strip_prefix("this.").unwrap_or(receiver), '.');
        let Some(root) = steps.first().copied() else { return };
        let Some((router, outer)) = self.root(found, root) else { return };
        // app.route("/x").get(h).post(h)
        let routed = steps.iter().skip(1).find_map(|step| step.strip_prefix("route(")?.strip_suffix(')'));
        let first = arguments.first().copied();
        match method {
            "use" | "route" | "mount" | "register" | "group" if routed.is_none() => {
                self.mount(found, &router, &outer, method, &arguments);
            }
            "prefix" => {
                if let Some(prefix) = first.and_then(|prefix| known(self.repo, file, prefix)) {
                    self.routers.declare(router, prefix);
                }
            }
            "openapi" => {
                if let Some((verb, path)) = first.and_then(|route| self.described(file, route)) {
                    self.add(router, found, verb, &format!("{outer}/{path}"), false);
                }
            }
            "get" | "post" | "put" | "patch" | "delete" | "del" | "options" | "head" | "all" => {
                // Koa: router.get("users", "/users", list)
                let is_named = |[name, path, _]: [&str; 3]| {
                    name.starts_with(['\'', '"']) && !name[1..].starts_with(['/', '*']) && path.get(1..2) == Some("/")
                };
                let named = arguments.first_chunk::<3>().filter(|three| is_named(**three)).map(|three| three[1]);
                let expression = routed.or(named).or(first);
                let Some(path) = expression.map(|path| self.path(file, path)) else { return };
                let is_declared = self.declared.contains_key(&router);
                let enough = routed.is_some() || arguments.len() > 1;
                if !enough || !(path.starts_with('/') || path.is_empty() || path == "*" || is_declared) {
                    return;
                }
                if !is_declared && path == UNKNOWN {
                    return;
                }
                let method = match method {
                    "all" => "*".to_owned(),
                    "del" => "DELETE".to_owned(),
                    verb => verb.to_uppercase(),
                };
                let page = self.is_page(found, arguments.last().copied().unwrap_or_default());
                self.add(router, found, method, &format!("{outer}/{path}"), page);
            }
            _ => {}
        }
    }

    /// `app.use("/x", router)`, `app.route("/x", router)`, `fastify.register(plugin, { prefix })`, `fastify.route({})`.
    fn mount(&mut self, found: &CodeMatch, router: &RouterId, outer: &str, method: &str, arguments: &[&str]) {
        let file = &*found.path;
        let Some(first) = arguments.first().copied() else { return };
        if matches!(method, "use" | "route") && self.mount_each(found, router, outer, arguments) {
            return;
        }
        if method == "route" && first.starts_with('{') {
            let options = properties(first);
            let Some(url) = named(&options, "url").or_else(|| named(&options, "path")) else { return };
            let path = format!("{outer}/{}", text(self.repo, file, url));
            for verb in words(named(&options, "method").unwrap_or("*")) {
                self.add(router.clone(), found, verb.to_uppercase(), &path, false);
            }
            return;
        }
        let is_path = first.starts_with(['\'', '"', '`'])
            || (method != "register" && arguments.len() > 1 && known(self.repo, file, first).is_some());
        let prefix = match (is_path, method) {
            (true, _) => text(self.repo, file, first),
            (false, "register") => arguments
                .get(1)
                .and_then(|options| named(&properties(options), "prefix").map(|prefix| text(self.repo, file, prefix)))
                .unwrap_or_default(),
            _ => String::new(),
        };
        let children = arguments.iter().skip(usize::from(is_path));
        for child in children.flat_map(|child| if child.starts_with('[') { properties(child) } else { vec![*child] }) {
            // Koa: app.use(mount("/v1", users.routes()))
            let mounted = child.strip_prefix("mount(").and_then(|rest| rest.strip_suffix(')'));
            let (below, child) = match mounted.map(|mounted| split(mounted, ',')).as_deref() {
                Some([path, child]) => (text(self.repo, file, path), *child),
                _ => (String::new(), child),
            };
            let below = format!("{outer}/{prefix}/{below}");
            let resolved = self.modules.router(file, child).filter(|child| child != router);
            if is_path {
                self.note(found, router, &below, child, resolved.as_ref());
            }
            if let Some(child) = resolved {
                self.routers.mount(router.clone(), below, child);
            }
        }
    }

    fn path(&self, file: &str, expression: &str) -> String {
        // app.get(["/a", "/b"], h) counts as its first path; a regular expression is a path that is not known.
        let first =
            expression.strip_prefix('[').and_then(|list| split(list.trim_end_matches(']'), ',').first().copied());
        text(self.repo, file, first.unwrap_or(expression))
    }

    fn is_page(&self, found: &CodeMatch, handler: &str) -> bool {
        let file = &*found.path;
        let inline = self.pages.get(file).into_iter().flatten().any(|page| contains(&found.bytes, &page.bytes));
        let (object, name) = handler.rsplit_once('.').unwrap_or((handler, handler));
        let is_name = handler.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
        if inline || !is_name {
            return inline;
        }
        let origin = self.modules.origin(file, object).or_else(|| self.modules.origin(file, name)).unwrap_or(file);
        let Some(pages) = self.pages.get(origin) else { return false };
        pages.iter().any(|page| page.scopes.iter().any(|scope| scope.name == name))
            || (origin != file
                && self.repo.text(origin).is_some_and(|text| !text.contains(".json(") && !text.contains(".send(")))
    }

    /// The framework of an expression, else of the imports of the file, else of the manifest; empty for none.
    fn framework(&self, file: &str, expression: &str) -> &'static str {
        let head = expression.split('(').next().unwrap_or_default().to_ascii_lowercase();
        let text = self.repo.text(file).unwrap_or_default();
        let by = |test: &dyn Fn(&str) -> bool| FRAMEWORKS.iter().find(|(name, _)| test(name)).map(|(_, shown)| *shown);
        by(&|name| head.contains(name))
            .or_else(|| {
                by(&|name| {
                    ["'", "\"", "@", "/"].iter().any(|before| {
                        ["'", "\"", "-", "/"].iter().any(|after| text.contains(&format!("{before}{name}{after}")))
                    })
                })
            })
            .or_else(|| by(&|name| self.repo.stack().dependencies().iter().any(|dependency| dependency.name == name)))
            .unwrap_or("")
    }

    fn add(&mut self, router: RouterId, found: &CodeMatch, method: String, path: &str, page: bool) {
        let framework = match self.declared.get(&router) {
            Some(framework) if !framework.is_empty() => framework,
            _ => self.framework(&found.path, ""),
        };
        if framework.is_empty() {
            return;
        }
        let endpoint = Endpoint {
            file: found.path.to_string(),
            lines: found.lines,
            method,
            path: path.to_owned(),
            framework,
            page,
        };
        self.routers.route(router, endpoint);
    }
}

fn contains(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

mod autoload;
mod described;
mod folders;
mod hapi;
mod listed;
mod looped;
pub(super) mod made;
mod root;
mod unread;
mod version;

#[cfg(test)]
mod tests;
