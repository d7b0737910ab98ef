//! What of a repository's files the candidate brought, and what was there before.

use std::collections::BTreeMap;

/// What of each file the candidate brought.
#[derive(Debug, Default)]
pub(crate) struct Brought {
    lines: BTreeMap<String, Lines>,
    /// The texts that files were made from, where the candidate changed them.
    before: BTreeMap<String, String>,
}

/// What of one file.
#[derive(Debug)]
pub(super) enum Lines {
    All,
    /// Those that are true; the file counts as the candidate's.
    Some(Vec<bool>),
    /// Those that are true; the file counts as the template's.
    Few(Vec<bool>),
    None,
}

impl Brought {
    pub(super) fn add(&mut self, path: &str, lines: Lines, before: Option<&str>) {
        self.lines.insert(path.to_owned(), lines);
        self.before.extend(before.map(|text| (path.to_owned(), text.to_owned())));
    }

    /// Whether the candidate wrote one of the `lines` (from 1) of the file at `path`.
    pub(crate) fn has(&self, path: &str, lines: (u32, u32)) -> bool {
        match self.lines.get(path) {
            Some(Lines::All) => true,
            Some(Lines::Some(new) | Lines::Few(new)) => {
                let last = (lines.1 as usize).min(new.len());
                let first = (lines.0 as usize).saturating_sub(1).min(last);
                new[first..last].contains(&true)
            }
            Some(Lines::None) | None => false,
        }
    }

    /// Whether the file is as the template has it, or nearly so.
    pub(super) fn is_given(&self, path: &str) -> bool {
        matches!(self.lines.get(path), Some(Lines::None | Lines::Few(_)))
    }

    /// Whether nothing of the file was there before.
    pub(super) fn is_new(&self, path: &str) -> bool {
        matches!(self.lines.get(path), Some(Lines::All))
    }

    /// The text that the file was made from, where the candidate changed it.
    pub(super) fn before(&self, path: &str) -> Option<&str> {
        self.before.get(path).map(String::as_str)
    }

    /// Whether the candidate changed anything that was there before.
    pub(super) fn is_anything_changed(&self) -> bool {
        !self.before.is_empty()
    }
}
