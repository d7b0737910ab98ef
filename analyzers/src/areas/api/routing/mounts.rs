//! Which router is mounted in which, and under what: a graph from each router to those that hold it.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::leave;
use crate::Snapshot;
use crate::areas::api::endpoint::join;

/// A router, by where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Router {
    /// The server itself.
    Root,
    /// What is written at a byte of a file (both by index): a variable's definition or an expression.
    At(usize, usize),
    /// The parameter of a function (both by index).
    Parameter(usize, usize),
    /// What a function (by index) returns.
    Returned(usize),
}

/// The prefix of something that could not be followed.
pub const UNKNOWN: &str = "{?}";

/// Longer ways through a program are not followed.
const DEEPEST: usize = 24;
const MOST_STEPS: usize = 2_000;
const MOST_PREFIXES: usize = 16;

/// Routers and what they are mounted in.
#[derive(Debug, Default)]
pub struct Mounts {
    parents: BTreeMap<Router, Vec<(Router, String)>>,
    /// Whether there were more or longer ways than are followed.
    is_cut: Cell<bool>,
}

impl Mounts {
    /// Says that `child` is part of `parent`, under `prefix`.
    pub fn mount(&mut self, child: Router, prefix: &str, parent: Router) {
        let parents = self.parents.entry(child).or_default();
        if child != parent && !parents.iter().any(|(known, under)| *known == parent && under == prefix) {
            parents.push((parent, prefix.to_owned()));
        }
    }

    /// Notes it where there were more or longer ways than are followed.
    pub fn tell(&self, repo: &Snapshot, language: &str) {
        if self.is_cut.get() {
            leave(repo, language);
        }
    }

    /// Everything that paths of `router` begin with, sorted; at least one, `/` for the server itself.
    pub fn prefixes(&self, router: Router) -> Vec<String> {
        let (mut found, mut circular) = (Vec::new(), Vec::new());
        let mut open = vec![(vec![router], String::new())];
        let mut steps = 0;
        while let Some((way, under)) = open.pop() {
            steps += 1;
            if steps > MOST_STEPS || found.len() >= MOST_PREFIXES {
                self.is_cut.set(true);
                break;
            }
            let here = way[way.len() - 1];
            let parents = self.parents.get(&here).map_or(&[][..], Vec::as_slice);
            if parents.is_empty() {
                found.push(join(&under, ""));
                continue;
            }
            for (parent, prefix) in parents.iter().rev() {
                let under = join(prefix, &under);
                let is_circle = way.contains(parent);
                if is_circle || way.len() >= DEEPEST {
                    self.is_cut.set(self.is_cut.get() || !is_circle);
                    circular.push(under);
                } else {
                    open.push((way.iter().copied().chain([*parent]).collect(), under));
                }
            }
        }
        let mut prefixes = if found.is_empty() { circular } else { found };
        prefixes.sort();
        prefixes.dedup();
        prefixes.truncate(MOST_PREFIXES);
        if prefixes.is_empty() { vec!["/".to_owned()] } else { prefixes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_router_that_is_mounted_twice_has_both_prefixes() {
        let mut mounts = Mounts::default();
        mounts.mount(Router::Parameter(0, 0), "/users", Router::At(0, 1));
        mounts.mount(Router::Parameter(0, 0), "/people", Router::At(0, 1));
        mounts.mount(Router::At(0, 1), "/v1", Router::Root);
        assert_eq!(mounts.prefixes(Router::Parameter(0, 0)), ["/v1/people", "/v1/users"]);
        assert_eq!(mounts.prefixes(Router::Returned(7)), ["/"]);
    }

    #[test]
    fn ways_that_are_not_followed_are_told_and_circles_are_none() {
        let told = |mounts: Mounts| {
            let repo = crate::snapshot::fixture::Fixture::new().snapshot();
            mounts.prefixes(Router::At(0, 0));
            mounts.tell(&repo, "Go");
            repo.left().len()
        };
        let mut many = Mounts::default();
        (1..18).for_each(|at| many.mount(Router::At(0, 0), &format!("/{at}"), Router::At(1, at)));
        assert_eq!(told(many), 1);
        let mut long = Mounts::default();
        (0..30).for_each(|at| long.mount(Router::At(0, at), "/a", Router::At(0, at + 1)));
        assert_eq!(told(long), 1);
        let mut circle = Mounts::default();
        (0..9).for_each(|at| circle.mount(Router::At(0, at), "/a", Router::At(0, (at + 1) % 9)));
        assert_eq!(told(circle), 0);
    }

    #[test]
    fn circles_end() {
        let mut mounts = Mounts::default();
        mounts.mount(Router::At(0, 1), "/a", Router::At(0, 2));
        mounts.mount(Router::At(0, 2), "/b", Router::At(0, 1));
        assert_eq!(mounts.prefixes(Router::At(0, 1)).len(), 1);
        mounts.mount(Router::At(0, 2), "/c", Router::Root);
        assert_eq!(mounts.prefixes(Router::At(0, 1)), ["/c/a"]);
    }
}
