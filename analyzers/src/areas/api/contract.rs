//! Who chose the paths of an API: the project itself, a task, or a published specification.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::Endpoint;
use crate::Snapshot;
use crate::paths;

/// Who chose the paths.
pub(super) enum Contract {
    Own,
    Perhaps,
    Given,
}

pub(super) fn contract(repo: &Snapshot, data: &[&Endpoint]) -> Contract {
    let documents: Vec<String> = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| {
            [".md", ".rst", ".adoc"].iter().any(|end| file.path.to_ascii_lowercase().ends_with(end))
                && paths::folder(&file.path).matches('/').count() < 2
        })
        .map(|(_, text)| text.to_ascii_lowercase())
        .collect();
    let says = |words: &[&str]| documents.iter().any(|text| words.iter().any(|word| text.contains(word)));
    if implements_realworld(repo) {
        return Contract::Given;
    }
    let is_task = says(&[
        "take home",
        "take-home",
        "coding challenge",
        "code challenge",
        "backend challenge",
        "technical test",
        "technical challenge",
        "coding test",
        "your task is",
        "you should implement",
        "you must implement",
        "assignment",
        "desafio",
        "prueba técnica",
    ]);
    let bare = |path: &str| {
        path.split('/').filter(|part| !part.is_empty() && !part.contains([':', '{', '<'])).collect::<Vec<_>>().join("/")
    };
    let paths: BTreeSet<String> = data.iter().map(|it| bare(&it.path)).filter(|path| !path.is_empty()).collect();
    let named = paths
        .iter()
        .filter(|path| documents.iter().any(|text| text.contains(&format!("/{}", path.to_ascii_lowercase()))))
        .count();
    let is_given = is_task && named > 0 && named * 2 >= paths.len();
    if is_given || stands_in_for_another(repo) { Contract::Perhaps } else { Contract::Own }
}

/// Whether the README begins with that the project is another implementation of somebody's API.
fn stands_in_for_another(repo: &Snapshot) -> bool {
    static SAYS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(alternative|drop-in|re-?implementation|unofficial|compatible)\b[^.\n]{0,80}\b(api|server|protocol)\b",
        )
    });
    let begins = |text: &str| text.lines().take(20).any(|line| SAYS.is_match(line));
    let is_readme = |path: &str| !path.contains('/') && path.to_ascii_lowercase().starts_with("readme");
    repo.tree().own_texts().any(|(file, text)| is_readme(&file.path) && begins(text))
}

/// Whether the README says that the project implements the RealWorld specification; a link to it is not enough.
fn implements_realworld(repo: &Snapshot) -> bool {
    const SAYS: &[&str] = &["adher", "implement", "codebase", "spec", "conform", "conduit", "example app"];
    let is_readme = |path: &str| !path.contains('/') && path.to_ascii_lowercase().starts_with("readme");
    repo.tree().own_texts().filter(|(file, _)| is_readme(&file.path)).any(|(_, text)| {
        text.lines().map(str::to_ascii_lowercase).any(|line| {
            ["realworld", "conduit api"].iter().any(|name| line.contains(name))
                && SAYS.iter().any(|word| line.contains(word))
        })
    })
}
