//! Endpoints of Flask (with Flask-RESTful and RESTX), FastAPI, and Django with its REST framework.

use std::collections::{BTreeMap, BTreeSet};

use super::python_modules::Modules;
use super::routers::{RouterId, Routers};
use super::values::{UNKNOWN, arguments, known, named, text, words};
use super::{Endpoint, VersionCue, django};
use crate::Snapshot;
use crate::code::CodeMatch;

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let modules = Modules::of(repo);
    let mut endpoints = Micro {
        repo,
        modules: &modules,
        views: Views::of(repo),
        routers: Routers::default(),
        parts: BTreeSet::new(),
        lost: Vec::new(),
        frameworks: BTreeMap::new(),
    }
    .endpoints();
    endpoints.extend(django::endpoints(repo, &modules, &Views::of(repo)));
    endpoints
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    repo.code()
        .matches("api.python.versioning")
        .iter()
        .filter_map(|found| {
            let class = found.var("CLASS")?;
            let scheme = [
                ("AcceptHeader", "media-type"),
                ("QueryParameter", "query"),
                ("URLPath", "path"),
                ("Namespace", "path"),
                ("Header", "header"),
            ]
            .iter()
            .find(|(name, _)| class.contains(name))?
            .1;
            Some(VersionCue { file: found.path.to_string(), lines: found.lines, scheme })
        })
        .collect()
}

/// What is known of handlers: the methods of classes, and which functions answer with pages.
pub(super) struct Views<'a> {
    /// By file and class: the HTTP verbs or view set actions that it defines.
    verbs: BTreeMap<(&'a str, &'a str), BTreeSet<&'a str>>,
    /// By class: the bases as in the source.
    bases: BTreeMap<&'a str, &'a str>,
    /// By file: names of functions and classes with a page in them.
    pages: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// By name: methods of `@api_view`.
    api_views: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Views<'a> {
    fn of(repo: &'a Snapshot) -> Self {
        let code = repo.code();
        let mut views = Views {
            verbs: BTreeMap::new(),
            bases: BTreeMap::new(),
            pages: BTreeMap::new(),
            api_views: BTreeMap::new(),
        };
        for found in code.matches("api.python.verb") {
            if let (Some(name), Some(class)) =
                (found.var("NAME"), found.scopes.iter().rev().find(|scope| scope.kind.contains("class")))
            {
                views.verbs.entry((&found.path, &class.name)).or_default().insert(name);
            }
        }
        for found in code.matches("api.python.class") {
            if let (Some(name), Some(bases)) = (found.var("NAME"), found.var("BASES")) {
                views.bases.insert(name, bases);
            }
        }
        let rendered = code.matches("api.python.page");
        let redirects = if rendered.is_empty() { &[][..] } else { code.matches("api.python.redirect") };
        for found in rendered.iter().chain(redirects) {
            views.pages.entry(&found.path).or_default().extend(found.scopes.iter().map(|scope| scope.name.as_str()));
        }
        for found in code.matches("api.python.api_view") {
            if let Some(handler) = found.var("HANDLER") {
                views.api_views.insert(handler, found.var("METHODS").map(words).unwrap_or_default());
            }
        }
        views
    }

    /// The verbs of the class called `name`, wherever it is.
    pub(super) fn verbs(&self, name: &str) -> BTreeSet<&'a str> {
        self.verbs
            .iter()
            .filter(|((_, class), _)| *class == name)
            .flat_map(|(_, verbs)| verbs.iter().copied())
            .collect()
    }

    pub(super) fn bases(&self, name: &str) -> Option<&'a str> {
        self.bases.get(name).copied()
    }

    pub(super) fn api_view(&self, name: &str) -> Option<&[&'a str]> {
        self.api_views.get(name).map(Vec::as_slice)
    }

    /// Whether the function or class called `name` answers with a page; in `file` if that is known.
    pub(super) fn is_page(&self, file: Option<&str>, name: &str) -> bool {
        match file {
            Some(file) => self.pages.get(file).is_some_and(|names| names.contains(name)),
            None => self.pages.values().any(|names| names.contains(name)),
        }
    }
}

/// Flask, FastAPI and their relatives.
struct Micro<'a> {
    repo: &'a Snapshot,
    modules: &'a Modules<'a>,
    views: Views<'a>,
    routers: Routers,
    /// Those that have to be mounted: blueprints and the like, no applications.
    parts: BTreeSet<RouterId>,
    /// What was mounted that may be no router, and where.
    lost: Vec<included::Lost>,
    /// By file.
    frameworks: BTreeMap<String, &'static str>,
}

impl Micro<'_> {
    fn endpoints(mut self) -> Vec<Endpoint> {
        let code = self.repo.code();
        for found in code.matches("api.python.router") {
            self.declare(found);
        }
        for found in code.matches("api.python.mount") {
            self.mount(found);
        }
        for found in code.matches("api.python.decorated") {
            self.decorated(found);
        }
        // Ninja: path("api/", api.urls)
        for found in code.matches("api.python.path") {
            let arguments = found.var("ARGS").map(arguments).unwrap_or_default();
            let api = arguments.first().and_then(|view| self.modules.router(&found.path, view.strip_suffix(".urls")?));
            if let (Some(api), Some(route)) = (api.filter(|api| self.routers.has(api)), found.var("ROUTE")) {
                let urls = (found.path.to_string(), "urlpatterns".to_owned());
                self.routers.mount(urls, text(self.repo, &found.path, route), api);
            }
        }
        self.mount_lost();
        let endpoints = self.routers.endpoints();
        self.routers.tell(self.repo, "Python");
        endpoints
    }

    fn declare(&mut self, found: &CodeMatch) {
        let (Some(name), Some(class)) = (found.var("NAME"), found.var("CLASS")) else { return };
        let class = class.rsplit('.').next().unwrap_or(class);
        if class.ends_with("DefaultRouter") || class.ends_with("SimpleRouter") {
            return;
        }
        let arguments = found.var("ARGS").map(arguments).unwrap_or_default();
        let router = (found.path.to_string(), name.to_owned());
        let value =
            |expression: Option<&str>| expression.map(|it| text(self.repo, &found.path, it)).unwrap_or_default();
        let prefix = match class {
            "Blueprint" | "APIBlueprint" => value(named(&arguments, "url_prefix")),
            "Namespace" => named(&arguments, "path").map_or_else(
                || format!("/{}", value(arguments.first().copied())),
                |path| text(self.repo, &found.path, path),
            ),
            // What a proxy in front takes away is part of what clients ask for.
            "FastAPI" => value(named(&arguments, "root_path")),
            _ => value(named(&arguments, "prefix")),
        };
        if class == "Api"
            && let Some(parent) = arguments.first().filter(|first| !first.contains('='))
            && let Some(parent) = self.modules.router(&found.path, parent)
        {
            self.routers.mount(parent, String::new(), router.clone());
        }
        if matches!(class, "Blueprint" | "APIBlueprint" | "APIRouter") {
            self.parts.insert(router.clone());
        }
        self.routers.declare(router, prefix);
    }

    fn mount(&mut self, found: &CodeMatch) {
        let (Some(receiver), Some(method)) = (found.var("ROUTER"), found.var("METHOD")) else { return };
        let file = &*found.path;
        let arguments = found.var("ARGS").map(arguments).unwrap_or_default();
        let parent = self.modules.router(file, receiver);
        let first = arguments.first().copied();
        match (method, parent) {
            ("register_blueprint" | "include_router" | "add_namespace", Some(parent)) => {
                self.include(found, receiver, &parent, &arguments);
            }
            ("mount" | "add_router", Some(parent)) => {
                let child = arguments.get(1).and_then(|child| {
                    self.modules.router(file, child.trim_start_matches("app=").trim_start_matches("router="))
                });
                if let (Some(prefix), Some(child)) = (first, child) {
                    self.routers.mount(parent, text(self.repo, file, prefix), child);
                }
            }
            ("init_app", Some(child)) => {
                if let Some(parent) = first.and_then(|app| self.modules.router(file, app)) {
                    self.routers.mount(parent, String::new(), child);
                }
            }
            ("add_resource", Some(router)) if first.is_some_and(|first| first.starts_with('*')) => {
                for pair in self.repo.code().matches("api.python.resource_pair") {
                    if let (Some(class), Some(path)) = (pair.var("CLASS"), pair.var("ROUTE")) {
                        self.resource(&router, pair, class, &[path]);
                    }
                }
            }
            ("add_resource", Some(router)) => {
                let paths: Vec<&str> =
                    arguments.iter().skip(1).filter(|argument| !is_keyword(argument)).copied().collect();
                self.resource(&router, found, first.unwrap_or_default(), &paths);
            }
            ("add_url_rule" | "add_api_route", Some(router)) => {
                let Some(path) = first.map(|path| text(self.repo, file, path)) else { return };
                let handler = named(&arguments, "view_func")
                    .or_else(|| arguments.iter().skip(1).rfind(|it| !is_keyword(it)).copied())
                    .unwrap_or_default();
                let class = handler.split(".as_view").next().unwrap_or_default();
                let class = class.rsplit('.').next().unwrap_or_default();
                let verbs = self.views.verbs(class);
                let methods = match named(&arguments, "methods") {
                    Some(methods) => words(methods).into_iter().map(str::to_uppercase).collect(),
                    None if !verbs.is_empty() => verbs.iter().map(|verb| verb.to_uppercase()).collect(),
                    None => vec!["GET".to_owned()],
                };
                self.add(&router, found, &path, methods, self.views.is_page(None, class));
            }
            _ => {}
        }
    }

    /// A class whose methods answer at `paths`.
    fn resource(&mut self, router: &RouterId, found: &CodeMatch, class: &str, paths: &[&str]) {
        let class = class.rsplit('.').next().unwrap_or(class);
        let verbs = self.views.verbs(class);
        for path in paths {
            let path = text(self.repo, &found.path, path);
            let methods: Vec<String> = verbs.iter().map(|verb| verb.to_uppercase()).collect();
            self.add(router, found, &path, methods, self.views.is_page(None, class));
        }
    }

    fn decorated(&mut self, found: &CodeMatch) {
        let (Some(receiver), Some(method), Some(handler)) =
            (found.var("ROUTER"), found.var("METHOD"), found.var("HANDLER"))
        else {
            return;
        };
        let file = &*found.path;
        let arguments = found.var("ARGS").map(arguments).unwrap_or_default();
        let Some(router) = self.modules.router(file, receiver) else { return };
        let Some(first) = arguments
            .first()
            .filter(|first| !is_keyword(first))
            .copied()
            .or_else(|| named(&arguments, "path").or_else(|| named(&arguments, "rule")))
        else {
            return;
        };
        let path = known(self.repo, file, first);
        let is_declared = self.routers.has(&router);
        if method == "action"
            || (!is_declared && (!self.is_served(file) || !path.as_ref().is_some_and(|p| p.starts_with('/'))))
        {
            return;
        }
        let path = path.unwrap_or_else(|| UNKNOWN.to_owned());
        let page = self.views.is_page(Some(file), handler)
            || named(&arguments, "response_class").is_some_and(|class| class.contains("HTML"));
        // RESTX decorates a resource class, whose verbs are its methods.
        let verbs = self.views.verbs(handler);
        let methods = match (method, named(&arguments, "methods")) {
            ("route", None) if self.views.bases(handler).is_some() && !verbs.is_empty() => {
                verbs.iter().map(|verb| verb.to_uppercase()).collect()
            }
            (_, Some(methods)) => words(methods).into_iter().map(str::to_uppercase).collect(),
            ("route" | "api_route", None) => vec!["GET".to_owned()],
            (verb, None) => vec![verb.to_uppercase()],
        };
        self.add(&router, found, &path, methods, page);
    }

    fn add(&mut self, router: &RouterId, found: &CodeMatch, path: &str, mut methods: Vec<String>, page: bool) {
        if methods.is_empty() {
            methods.push("*".to_owned());
        }
        for method in methods {
            let endpoint = Endpoint {
                file: found.path.to_string(),
                lines: found.lines,
                method,
                path: path.to_owned(),
                framework: self.framework(&found.path),
                page,
            };
            self.routers.route(router.clone(), endpoint);
        }
    }

    /// Whether the file at `path` speaks of one of these frameworks.
    fn is_served(&self, path: &str) -> bool {
        self.repo.text(path).is_some_and(|text| {
            ["flask", "fastapi", "quart", "starlette", "ninja"]
                .iter()
                .any(|name| text.contains(&format!("from {name}")) || text.contains(&format!("import {name}")))
        })
    }

    fn framework(&mut self, path: &str) -> &'static str {
        if let Some(known) = self.frameworks.get(path) {
            return known;
        }
        let frameworks = [("fastapi", "FastAPI"), ("ninja", "Django Ninja"), ("quart", "Quart"), ("flask", "Flask")];
        let text = self.repo.text(path).unwrap_or_default();
        let imported = frameworks
            .iter()
            .find(|(name, _)| text.contains(&format!("from {name}")) || text.contains(&format!("import {name}")));
        let depended = || {
            let stack = self.repo.stack();
            frameworks.iter().find(|(name, _)| {
                stack.dependencies().iter().any(|dependency| dependency.name.split('[').next() == Some(name))
            })
        };
        let framework = imported.or_else(depended).map_or("Flask", |(_, framework)| framework);
        self.frameworks.insert(path.to_owned(), framework);
        framework
    }
}

/// Whether an argument is `name=value`.
fn is_keyword(argument: &str) -> bool {
    argument
        .split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.trim().chars().all(|c| c.is_alphanumeric() || c == '_'))
}

mod handed;
mod included;

#[cfg(test)]
mod tests;
