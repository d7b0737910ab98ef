//! Repositories that were made to hurt: what each is, and how its review has to end. Nothing is checked in; the same
//! bytes are made every time.

mod contents;
mod damage;
mod documents;
mod history;
mod nesting;
mod store;
mod trees;

use std::path::Path;
use std::sync::LazyLock;

/// How a review has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A report on everything.
    Report,
    /// A report that says that something is missing from it.
    Partial,
    /// One sentence, with this in it.
    Sentence(&'static str),
    /// A report that says that something is missing from it, or the sentence on memory.
    PartialOrMemory,
    /// A report on everything, and in full one that says that something is missing from it.
    PartialInFull,
}

/// What a comment says in the end that asks for its review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// A report on everything.
    Report,
    /// A report that says that something is missing from it.
    Partial,
    /// One of them, or the sentence on memory.
    Either,
    /// One sentence on why there is none, with this in it.
    Sentence(&'static str),
}

/// It can not be taken over from a host, however often that is tried.
const DAMAGED: Through = Through::Sentence("is missing, damaged or wrongly named where it is kept");

/// A repository that was made to hurt.
#[derive(Clone)]
pub struct Item {
    /// What it is.
    pub name: &'static str,
    /// Writes it into an empty folder.
    pub make: fn(&Path),
    /// How its review ends, in the child alone.
    pub end: End,
    /// How it ends through the server, and whether a host that is no git hands it out: git would not, or not without an
    /// error. What is not in its pack does not arrive.
    pub through: (Through, bool),
}

/// Bytes of what a file is filled with: an eighth of `kib`, or all of it where `FOLIOLENS_HOSTILE_FULL` is set. A build
/// that is not optimised takes minutes for what an optimised one reads in seconds, and shows the same with less.
fn filled(kib: usize) -> usize {
    if is_full() { kib << 10 } else { kib << 7 }
}

/// Whether `FOLIOLENS_HOSTILE_FULL` is set.
pub fn is_full() -> bool {
    static IS_FULL: LazyLock<bool> =
        LazyLock::new(|| std::env::vars_os().any(|(name, _)| name == "FOLIOLENS_HOSTILE_FULL"));
    *IS_FULL
}

/// All of them: the table of what is expected.
pub fn items() -> Vec<Item> {
    [history::ITEMS, trees::ITEMS, contents::ITEMS, documents::ITEMS, nesting::ITEMS, damage::ITEMS].concat()
}

/// One that git serves, and that ends the same whichever way it comes.
const fn served(name: &'static str, make: fn(&Path), end: End) -> Item {
    let through = match end {
        End::Report => Through::Report,
        End::Partial => Through::Partial,
        End::Sentence(part) => Through::Sentence(part),
        End::PartialOrMemory | End::PartialInFull => Through::Either,
    };
    Item { name, make, end, through: (through, false) }
}

/// One that a host hands out that is no git.
const fn raw(name: &'static str, make: fn(&Path), end: End, through: Through) -> Item {
    Item { name, make, end, through: (through, true) }
}

impl Item {
    /// With another end through the server.
    const fn but(self, through: Through) -> Self {
        Item { through: (through, self.through.1), ..self }
    }
}
