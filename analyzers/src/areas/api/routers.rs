//! Routers that are mounted on routers, in one file or across files.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::endpoint::{Endpoint, join};
use super::routing::leave;
use crate::Snapshot;

/// A router by the file and the name that it is declared under.
pub(super) type RouterId = (String, String);

/// How deep routers may be mounted, and in how many places.
const DEPTH: u8 = 10;
const PLACES: usize = 16;

/// Routers, where they are mounted, and their routes.
#[derive(Debug, Default)]
pub(super) struct Routers {
    prefixes: BTreeMap<RouterId, String>,
    mounts: BTreeMap<RouterId, Vec<(RouterId, String)>>,
    routes: Vec<(RouterId, Endpoint)>,
    /// Whether routers are mounted in more places than are followed.
    is_cut: Cell<bool>,
}

impl Routers {
    /// Declares a router with a prefix of its own.
    pub(super) fn declare(&mut self, router: RouterId, prefix: String) {
        self.prefixes.insert(router, prefix);
    }

    /// Whether `router` is declared.
    pub(super) fn has(&self, router: &RouterId) -> bool {
        self.prefixes.contains_key(router)
    }

    /// Whether `router` is mounted anywhere.
    pub(super) fn is_mounted(&self, router: &RouterId) -> bool {
        self.mounts.contains_key(router)
    }

    /// Whether `router` is `outer`, or mounted somewhere in it.
    pub(super) fn is_in(&self, router: &RouterId, outer: &RouterId) -> bool {
        let mut seen: BTreeSet<&RouterId> = BTreeSet::new();
        let mut open = vec![router];
        while let Some(router) = open.pop() {
            if router == outer {
                return true;
            }
            if seen.insert(router) {
                open.extend(self.mounts.get(router).into_iter().flatten().map(|(parent, _)| parent));
            }
        }
        false
    }

    /// Everything that paths of `router` begin with.
    pub(super) fn prefixes(&self, router: &RouterId) -> Vec<String> {
        self.prefixes_of(router, DEPTH)
    }

    /// The routers that have routes, or that one with routes is mounted on.
    pub(super) fn serving(&self) -> BTreeSet<&RouterId> {
        let mut serving: BTreeSet<&RouterId> = BTreeSet::new();
        let mut open: Vec<&RouterId> = self.routes.iter().map(|(router, _)| router).collect();
        while let Some(router) = open.pop() {
            if serving.insert(router) {
                open.extend(self.mounts.get(router).into_iter().flatten().map(|(parent, _)| parent));
            }
        }
        serving
    }

    /// Takes out the routes of routers that `serves` says no to.
    pub(super) fn retain(&mut self, serves: impl Fn(&Self, &RouterId) -> bool) {
        let routes = std::mem::take(&mut self.routes);
        self.routes = routes.into_iter().filter(|(router, _)| serves(self, router)).collect();
    }

    /// Mounts `child` below `prefix` on `parent`.
    pub(super) fn mount(&mut self, parent: RouterId, prefix: String, child: RouterId) {
        let places = self.mounts.entry(child).or_default();
        let place = (parent, prefix);
        if places.contains(&place) {
            return;
        }
        if places.len() < PLACES { places.push(place) } else { self.is_cut.set(true) }
    }

    /// Adds a route; the path of `endpoint` is still without the prefixes of its router.
    pub(super) fn route(&mut self, router: RouterId, endpoint: Endpoint) {
        self.routes.push((router, endpoint));
    }

    /// Notes it where routers are mounted in more places than are followed.
    pub(super) fn tell(&self, repo: &Snapshot, language: &str) {
        if self.is_cut.get() {
            leave(repo, language);
        }
    }

    /// Every route below every place where its router is mounted.
    pub(super) fn endpoints(&self) -> Vec<Endpoint> {
        let mut known: BTreeMap<&RouterId, Vec<String>> = BTreeMap::new();
        let mut endpoints = Vec::new();
        for (router, endpoint) in &self.routes {
            let prefixes = known.entry(router).or_insert_with(|| self.prefixes_of(router, DEPTH));
            endpoints.extend(
                prefixes.iter().map(|prefix| Endpoint { path: join(prefix, &endpoint.path), ..endpoint.clone() }),
            );
        }
        endpoints
    }

    fn prefixes_of(&self, router: &RouterId, depth: u8) -> Vec<String> {
        let own = self.prefixes.get(router).map_or("", String::as_str);
        let places = self.mounts.get(router).map_or(&[][..], Vec::as_slice);
        let mut prefixes: Vec<String> = Vec::new();
        if depth > 0 {
            for (parent, prefix) in places.iter().filter(|(parent, _)| parent != router) {
                for above in self.prefixes_of(parent, depth - 1) {
                    if prefixes.len() < PLACES {
                        prefixes.push(join(&join(&above, prefix), own));
                    } else {
                        self.is_cut.set(true);
                    }
                }
                if prefixes.len() >= PLACES {
                    break;
                }
            }
        }
        if prefixes.is_empty() {
            prefixes.push(own.to_owned());
        }
        prefixes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> RouterId {
        ("a".to_owned(), name.to_owned())
    }

    fn paths(routers: Routers) -> Vec<String> {
        routers.endpoints().into_iter().map(|endpoint| endpoint.path).collect()
    }

    fn endpoint(path: &str) -> Endpoint {
        Endpoint {
            file: "a".to_owned(),
            lines: (1, 1),
            method: "GET".to_owned(),
            path: path.to_owned(),
            framework: "Express",
            page: false,
        }
    }

    #[test]
    fn prefixes_add_up_from_the_outermost_router() {
        let mut routers = Routers::default();
        routers.declare(id("users"), "/users".to_owned());
        routers.mount(id("api"), "/v1".to_owned(), id("users"));
        routers.mount(id("app"), "/api".to_owned(), id("api"));
        routers.route(id("users"), endpoint("/:id"));
        assert_eq!(paths(routers), ["/api/v1/users/:id"]);
    }

    #[test]
    fn routers_in_a_circle_end() {
        let mut routers = Routers::default();
        routers.mount(id("a"), "/x".to_owned(), id("b"));
        routers.mount(id("b"), "/y".to_owned(), id("a"));
        routers.route(id("a"), endpoint("/z"));
        assert_eq!(paths(routers).len(), 1);
    }
}
