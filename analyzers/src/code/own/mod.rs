//! Rules that an organisation brings: ast-grep's YAML with a header (statement, area, remedy). They are data, matched
//! in the same pass as our own, and bounded: in size, in number, in nesting, and in what they may say.

mod culprit;
mod examples;
mod read;
mod wrong;
mod yaml;

use std::collections::BTreeMap;
use std::fmt;

use globset::GlobSet;
use serde::{Deserialize, Serialize};

use super::Language;
use super::rules::RuleSet;
use crate::Effort;

pub use examples::{Failed, Tried};
pub use wrong::{Position, Wrong};

/// Bytes of a file of rules.
pub const LARGEST: usize = 64 << 10;
/// Bytes of all files together.
pub const LARGEST_TOGETHER: usize = 256 << 10;
/// Files.
pub const MOST_FILES: usize = 50;
/// Rules in all files.
pub const MOST_RULES: usize = 200;
/// Levels of a rule.
pub const DEEPEST: usize = 16;

/// A file of rules as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFile {
    /// What to call it.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// A signal of an organisation's own. Several rules, for several languages, may speak of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OwnSignal {
    /// The rules' id, such as `acme.no-print`.
    pub id: String,
    /// The statement that is true or false.
    pub statement: String,
    /// The area under which it is reported: one of ours, or one of the organisation's own.
    pub area: String,
    /// How to mend it.
    pub remedy: String,
    /// How much work that is.
    pub effort: Effort,
    /// What a match means.
    pub expect: Expect,
    /// Whether tests and examples are looked at, too.
    pub in_tests: bool,
    /// The languages that it is asked of, in order.
    pub languages: Vec<Language>,
    // Of no use but to whoever has the rules. Each rule has its own.
    #[serde(skip)]
    globs: BTreeMap<Language, Globs>,
}

/// The paths that a rule names, and those that it leaves out.
#[derive(Debug, Clone, Default)]
struct Globs {
    files: Option<GlobSet>,
    ignores: Option<GlobSet>,
}

impl OwnSignal {
    /// Whether the file at `path` is one of those that the rule for its language names.
    pub fn looks_at(&self, path: &str) -> bool {
        Language::of(path).and_then(|language| self.globs.get(&language)).is_none_or(|globs| {
            globs.files.as_ref().is_none_or(|files| files.is_match(path))
                && !globs.ignores.as_ref().is_some_and(|ignored| ignored.is_match(path))
        })
    }
}

/// What a match means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expect {
    /// Every match speaks against the statement.
    #[default]
    None,
    /// A match shows that the statement holds.
    Some,
}

/// Rules that were read and are sound.
#[derive(Default)]
pub struct OwnRules {
    signals: Vec<OwnSignal>,
    rules: usize,
    pub(super) sets: BTreeMap<Language, RuleSet>,
    examples: Vec<examples::Examples>,
}

impl OwnRules {
    /// Reads `files`; an id that `is_ours` is refused. Of what is wrong in each file, the first is said.
    pub(crate) fn read(files: &[OwnFile], is_ours: fn(&str) -> bool) -> Result<Self, Vec<Wrong>> {
        read::read(files, is_ours)
    }

    /// How many rules there are.
    pub fn count(&self) -> usize {
        self.rules
    }

    /// The signals, by id.
    pub fn signals(&self) -> &[OwnSignal] {
        &self.signals
    }

    /// Whether each rule agrees with its own examples.
    pub fn test(&self) -> Tried {
        examples::test(self)
    }
}

impl fmt::Debug for OwnRules {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("OwnRules").field("signals", &self.signals).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
