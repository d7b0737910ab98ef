//! Matches of the rules of an area in files that run in production.

use crate::code::CodeMatch;
use crate::snapshot::paths::is_aside;
use crate::snapshot::stack::{Dependency, Ecosystem};
use crate::{Evidence, Place, Snapshot};

/// How many places a finding shows.
const SHOWN: usize = 10;

/// The matches of `security.<language>.<topic>` in every language, by path and position.
pub(in crate::areas) fn all<'a>(repo: &'a Snapshot, topic: &str) -> Vec<&'a CodeMatch> {
    of(repo, "security", topic)
}

/// The matches of `<area>.<language>.<topic>` in every language, by path and position, one a line.
pub(in crate::areas) fn of<'a>(repo: &'a Snapshot, area: &str, topic: &str) -> Vec<&'a CodeMatch> {
    let mut found = each(repo, area, topic);
    // A chain of calls is one place.
    found.dedup_by(|a, b| a.path == b.path && a.lines.0 == b.lines.0);
    found
}

/// The matches of `<area>.<language>.<topic>` in every language, by path and position.
pub(in crate::areas) fn each<'a>(repo: &'a Snapshot, area: &str, topic: &str) -> Vec<&'a CodeMatch> {
    let languages = ["csharp", "go", "java", "javascript", "kotlin", "php", "python", "ruby", "rust"];
    let mut found: Vec<_> = languages
        .iter()
        .flat_map(|language| repo.code().matches(&format!("{area}.{language}.{topic}")))
        .filter(|found| {
            !is_aside(&found.path)
                && !is_for_operators(&found.path)
                && repo.tree().get(&found.path).is_some_and(|file| file.is_own())
        })
        .collect();
    found.sort_by(|a, b| (&a.path, a.bytes.start).cmp(&(&b.path, b.bytes.start)));
    found
}

/// The first places of `matches`.
pub(in crate::areas) fn places<'a>(repo: &Snapshot, matches: impl IntoIterator<Item = &'a CodeMatch>) -> Evidence {
    let places = matches.into_iter().map(|found| at(repo, found)).take(SHOWN);
    Evidence::or_absence(places, repo.head())
}

/// Where `found` is.
pub(in crate::areas) fn at(repo: &Snapshot, found: &CodeMatch) -> Place {
    Place::lines(repo.head(), &*found.path, found.lines.0, found.lines.1.min(found.lines.0 + 20))
}

/// The first of `packages` that a manifest names: an exact name, or the beginning of one that ends in `*`.
pub(in crate::areas) fn package<'a, T>(
    repo: &'a Snapshot,
    packages: &'a [(Ecosystem, &'a str, T)],
) -> Option<(&'a Dependency, &'a T)> {
    packages.iter().find_map(|(ecosystem, name, what)| {
        let found = match name.strip_suffix('*') {
            Some(prefix) => repo.stack().dependency_under(*ecosystem, prefix),
            None => repo.stack().dependency(*ecosystem, name),
        };
        found.filter(|found| !is_aside(&found.path)).map(|found| (found, what))
    })
}

/// Where a manifest names `dependency`.
pub(in crate::areas) fn manifest(repo: &Snapshot, dependency: &Dependency) -> Place {
    Place::lines(repo.head(), dependency.path.as_str(), dependency.line, dependency.line)
}

/// Migrations, seeds and scripts are run by people who own the database.
pub(in crate::areas) fn is_for_operators(path: &str) -> bool {
    path.split('/').any(|part| {
        let part = part.to_ascii_lowercase();
        ["migration", "seed", "script", "fixture", "bin", "tools", "alembic", "migrate"]
            .iter()
            .any(|word| part.starts_with(word))
    })
}
