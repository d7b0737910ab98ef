//! The files of one language that rules have matched in: their text, and the matches of a rule that count.

use std::collections::BTreeMap;

use crate::Snapshot;
use crate::code::{CodeMatch, Scope};
use crate::paths::is_aside;

/// The files that a set of rules has matches in, tests left out.
#[derive(Debug)]
pub struct Sources<'r> {
    repo: &'r Snapshot,
    paths: Vec<&'r str>,
    texts: Vec<&'r str>,
    index: BTreeMap<&'r str, usize>,
    lines: Vec<Vec<usize>>,
}

impl<'r> Sources<'r> {
    /// The files with matches of rules called `prefix` or under it.
    pub fn of(repo: &'r Snapshot, prefix: &'r str) -> Self {
        let mut paths: Vec<&str> =
            repo.code().matches_under(prefix).map(|found| found.path.as_ref()).filter(|path| !is_aside(path)).collect();
        paths.sort_unstable();
        paths.dedup();
        let files: Vec<(&str, &str)> = paths.into_iter().filter_map(|path| Some((path, repo.text(path)?))).collect();
        Sources {
            repo,
            paths: files.iter().map(|file| file.0).collect(),
            texts: files.iter().map(|file| file.1).collect(),
            index: files.iter().enumerate().map(|(index, file)| (file.0, index)).collect(),
            lines: files.iter().map(|file| file.1.match_indices('\n').map(|(at, _)| at).collect()).collect(),
        }
    }

    /// The repository that they are of.
    pub fn repo(&self) -> &'r Snapshot {
        self.repo
    }

    /// The matches of `rule` outside of tests, with the index of their file.
    pub fn matches(&self, rule: &str) -> impl Iterator<Item = (usize, &'r CodeMatch)> {
        self.repo
            .code()
            .matches(rule)
            .iter()
            .filter(|found| !found.scopes.iter().any(is_test_scope))
            .filter_map(|found| Some((*self.index.get(found.path.as_ref())?, found)))
    }

    /// The path of a file.
    pub fn path(&self, file: usize) -> &'r str {
        self.paths[file]
    }

    /// The text of a file.
    pub fn text(&self, file: usize) -> &'r str {
        self.texts[file]
    }

    /// The text of a match.
    pub fn matched(&self, file: usize, found: &CodeMatch) -> &'r str {
        self.texts[file].get(found.bytes.clone()).unwrap_or_default()
    }

    /// The line of a byte, from 1.
    pub fn line(&self, file: usize, byte: usize) -> u32 {
        u32::try_from(self.lines[file].partition_point(|end| *end < byte)).unwrap_or(u32::MAX - 1) + 1
    }

    /// The files, by index.
    pub fn files(&self) -> std::ops::Range<usize> {
        0..self.paths.len()
    }
}

fn is_test_scope(scope: &Scope) -> bool {
    scope.kind == "mod_item" && matches!(scope.name.as_str(), "test" | "tests")
}
