//! Repositories that were made to hurt: what each is, and how its review has to end. Nothing is checked in; the same
//! bytes are made every time.

mod contents;
mod damage;
mod history;
mod nesting;
mod store;
mod trees;

use std::path::Path;

/// How a review has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A report on everything.
    Report,
    /// A report that says that something is missing from it.
    Partial,
    /// One sentence, with this in it.
    Sentence(&'static str),
    /// A report on everything, or the sentence on memory where there are many cores.
    ReportOrMemory,
}

/// A repository that was made to hurt.
#[derive(Clone)]
pub struct Item {
    /// What it is.
    pub name: &'static str,
    /// Writes it into an empty folder.
    pub make: fn(&Path),
    /// How its review ends.
    pub end: End,
    /// Whether git would serve it, so that it can reach us.
    pub served: bool,
}

/// All of them: the table of what is expected.
pub fn items() -> Vec<Item> {
    [history::ITEMS, trees::ITEMS, contents::ITEMS, nesting::ITEMS, damage::ITEMS].concat()
}

const fn served(name: &'static str, make: fn(&Path), end: End) -> Item {
    Item { name, make, end, served: true }
}

/// What git itself would not serve, or not without an error.
const fn local(name: &'static str, make: fn(&Path), end: End) -> Item {
    Item { name, make, end, served: false }
}
