//! What becomes slow when there is much of it?

use super::{Findings, Prompt, files, number};
use crate::areas::api::Endpoint;
use crate::{Place, Snapshot};

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
    Some(match busiest(repo) {
        Some(list) => Prompt::new("slow.list").naming("route", &list.path).at([Place::lines(
            repo.head(),
            &*list.file,
            list.lines.0,
            list.lines.1,
        )]),
        None => Prompt::new("slow.generic"),
    })
}

/// The list that most other routes hang on; of several the first.
fn busiest(repo: &Snapshot) -> Option<&Endpoint> {
    let routes: Vec<&Endpoint> = repo.surface().data().collect();
    let below = |list: &Endpoint| {
        let folder = format!("{}/", list.path.trim_end_matches('/'));
        routes.iter().filter(|other| other.path == list.path || other.path.starts_with(&folder)).count()
    };
    routes
        .iter()
        .copied()
        .filter(|route| route.method == "GET" && is_list(route))
        .map(|list| (below(list), list))
        .filter(|(count, _)| *count > 1)
        // The first of those with the most.
        .rev()
        .max_by_key(|(count, _)| *count)
        .map(|(_, list)| list)
}

/// Whether a path ends in a word for several things: `/users`, not `/users/{id}`, `/` or `/api/v1`.
fn is_list(route: &Endpoint) -> bool {
    let last = route.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_word = last.len() > 2 && last.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_'));
    is_word && last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us")
}
