//! What becomes slow when there is much of it?

mod handler;

use super::{Findings, Prompt, files, number};
use crate::Snapshot;
use crate::areas::api::Endpoint;
use crate::areas::api::Surface;

pub(super) fn prompt(repo: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    if let Some(finding) = findings.wanting("database.queries")
        && files(finding).next().is_some()
    {
        return Some(Prompt::new("slow.queries").at(files(finding)));
    }
    if let Some(finding) = findings.wanting("database.indexes")
        && number(finding, "without_index") > 0
        && files(finding).next().is_some()
    {
        let (bare, all) = (number(finding, "without_index"), number(finding, "foreign_keys"));
        return Some(Prompt::new("slow.index").naming("bare", bare).naming("all", all).at(files(finding)));
    }
    let routes: Vec<&Endpoint> = Surface::of(repo).data().collect();
    let lists = busiest(&routes);
    // A query is a sign that it is a list of records, and not of what stands in the source.
    let queried = lists.iter().find_map(|(list, _)| Some((*list, handler::query(repo, list)?)));
    let found = queried.or_else(|| {
        let (list, _) = lists.first().filter(|(_, below)| *below > 1)?;
        Some((*list, handler::place(repo, list)))
    });
    Some(match found {
        Some((list, place)) => Prompt::new("slow.list").naming("route", &list.path).at([place]),
        None => Prompt::new("slow.generic"),
    })
}

/// The lists, and how many routes hang on each; the one that most hang on first, and of several the first of a file.
fn busiest<'a>(routes: &[&'a Endpoint]) -> Vec<(&'a Endpoint, usize)> {
    let below = |list: &Endpoint| {
        let folder = format!("{}/", list.path.trim_end_matches('/'));
        routes.iter().filter(|other| other.path == list.path || other.path.starts_with(&folder)).count()
    };
    let lists =
        routes.iter().filter(|route| route.method == "GET" || is_of_django(route)).filter(|route| is_list(route));
    let mut lists: Vec<_> = lists.map(|list| (*list, below(list))).collect();
    lists.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    lists
}

/// Django's routes say nothing of methods.
fn is_of_django(route: &Endpoint) -> bool {
    route.method == "*" && route.framework == "Django"
}

/// Whether a path ends in a word for several things: `/users`, not `/users/{id}`, `/` or `/api/v1`.
fn is_list(route: &Endpoint) -> bool {
    let last = route.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_word = last.len() > 2 && last.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'));
    is_word && last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us")
}
