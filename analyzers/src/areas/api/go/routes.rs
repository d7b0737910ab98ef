//! What one call of a chain declares: a route, or handlers below a path.

use super::framework::Style;
use super::names::{listed, may_handle, method};
use super::{Reached, Route, Routing};
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::expression::{Link, chain, last_name};
use crate::areas::api::routing::mounts::{Router, UNKNOWN};

impl Routing<'_, '_> {
    /// The route that one call of a chain declares; what it mounts is taken down.
    pub(super) fn route(
        &mut self,
        reached: &Reached,
        link: &Link<'_>,
        methods: &[String],
        file: usize,
        start: usize,
    ) -> Option<Route> {
        let upper = link.name.to_ascii_uppercase();
        let is_verb = matches!(upper.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS");
        let shouted = link.name == upper;
        let count = link.args.len();
        let (style, verbs, path, handler) = match link.name {
            _ if is_verb && count >= 2 => {
                (if shouted { Style::Shouted } else { Style::Spoken }, vec![upper], Some(0), count - 1)
            }
            "Any" if count >= 2 => (Style::Shouted, vec!["*".into()], Some(0), count - 1),
            "All" if count >= 2 => (Style::Spoken, vec!["*".into()], Some(0), count - 1),
            "Match" if count >= 3 => (Style::Shouted, listed(link.arg(0)), Some(1), count - 1),
            "Add" if count >= 3 => (Style::Either, listed(link.arg(0)), Some(1), count - 1),
            "Method" | "MethodFunc" if count == 3 => (Style::Spoken, vec![method(link.arg(0))], Some(1), 2),
            "Handle" | "Handler" | "HandlerFunc" if count >= 3 => {
                (Style::Shouted, vec![method(link.arg(0))], Some(1), count - 1)
            }
            "Handle" | "HandleFunc" if count == 2 => (Style::Plain, Vec::new(), Some(0), 1),
            "Handler" | "HandlerFunc" if count == 1 && reached.prefix.len() > 1 => (Style::Plain, Vec::new(), None, 0),
            "Mount" | "Use" if count == 2 => {
                let under = self.path_at(link.arg(0), file, start + link.at)?;
                let at = start + link.args[1].at;
                for (child, _) in self.handler(link.arg(1), file, at, 0)? {
                    self.mounts.mount(child, &join(&reached.prefix, &under), reached.router);
                }
                return None;
            }
            _ => return None,
        };
        let handler = link.args[handler];
        if !may_handle(handler.text) {
            return None;
        }
        let mut verbs = if verbs.is_empty() { methods.to_vec() } else { verbs };
        let mut path = match path {
            Some(path) => match self.path_at(link.arg(path), file, start + link.at) {
                // `client.Post(base+"/x", kind, body)` may ask another system.
                Some(path) if reached.sure || !path.starts_with(UNKNOWN) => path,
                None if reached.sure => UNKNOWN.to_owned(),
                _ => return None,
            },
            None => String::new(),
        };
        if let Some((verb, rest)) = path.clone().split_once(' ') {
            verbs = vec![verb.to_owned()];
            path = rest.trim_start().to_owned();
        }
        // A pattern with a verb that ends in no slash is one route, whatever wraps its handler.
        let is_one = !verbs.is_empty() && !path.ends_with('/');
        if style == Style::Plain
            && !is_one
            && let Some((children, strips)) = self.mounted(handler.text, file, start + handler.at)
        {
            let under = if strips { path.clone() } else { String::new() };
            for child in children {
                self.mounts.mount(child, &join(&reached.prefix, &under), reached.router);
            }
            return None;
        }
        // gin puts the slash before `POST("login", h)`.
        let is_segment = || {
            reached.sure && shouted && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        let is_path = path.is_empty() || path.starts_with(['/', '*', '{', ':']) || path.contains('/') || is_segment();
        if !is_path || (!reached.sure && path.is_empty() && reached.prefix.is_empty()) {
            return None;
        }
        let framework = self.frameworks.of_route(file, style)?;
        if verbs.is_empty() {
            verbs.push("*".to_owned());
        }
        let begin = start + link.at;
        let handler_name = last_name(handler.text.split(['(', '{']).next().unwrap_or_default());
        let is_inline = handler.text.starts_with("func");
        let page = handler.text.contains("FileServer")
            || (is_inline && (handler.text.contains(".HTML(") || handler.text.contains("ExecuteTemplate")))
            || (!is_inline && self.pages.contains(handler_name));
        Some(Route {
            router: reached.router,
            path: join(&reached.prefix, &path.replace("/{$}", "/")),
            methods: verbs,
            framework,
            file,
            bytes: begin..begin + link.name.len(),
            page,
        })
    }

    /// The routers that an `http.Handler` is, if it is one of the program's own, and whether a prefix is stripped.
    fn mounted(&mut self, handler: &str, file: usize, at: usize) -> Option<(Vec<Router>, bool)> {
        let children = self.handler(handler, file, at, 0)?;
        let strips = handler.contains("StripPrefix");
        Some((children.into_iter().filter(|(_, sure)| *sure).map(|(child, _)| child).collect::<Vec<_>>(), strips))
            .filter(|(children, _)| !children.is_empty())
    }

    /// The routers that `value` is, through the functions that wrap it.
    pub(super) fn handler(&mut self, value: &str, file: usize, at: usize, depth: usize) -> Option<Vec<(Router, bool)>> {
        // A router is handed on as itself, or as its method.
        let value = value.strip_suffix(".ServeHTTP").unwrap_or(value);
        let functions = self.returned(value, file);
        if !functions.is_empty() {
            return Some(functions.into_iter().map(|function| (Router::Returned(function), true)).collect());
        }
        let links = chain(value);
        if links.iter().all(|link| !link.called) {
            let reached = self.head(&links, file, at)?;
            return (reached.sure && reached.router != Router::Root).then(|| vec![(reached.router, true)]);
        }
        let last = links.last()?;
        // What is wrapped comes last, or before what is put around it.
        let ends = last.args.last().filter(|last| !last.text.starts_with("func"));
        let methods = last.args.iter().filter(|arg| arg.text.ends_with(".ServeHTTP"));
        let mut inner = ends.into_iter().chain(methods).take(if depth < 3 { 4 } else { 0 });
        inner.find_map(|inner| self.handler(inner.text, file, at + inner.at, depth + 1))
    }
}
