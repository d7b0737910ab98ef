//! Whether rules agree with their own examples.

use super::super::{Code, Language};
use super::OwnRules;
use crate::snapshot::Limits;

/// The examples of one rule.
#[derive(Debug)]
pub(super) struct Examples {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) id: String,
    /// The language that the rule names.
    pub(super) language: Language,
    pub(super) positives: Vec<String>,
    pub(super) negatives: Vec<String>,
}

/// What became of the examples.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Sources in which a rule matches, as it should.
    pub positives: usize,
    /// Sources in which it does not, as it should not.
    pub negatives: usize,
    /// Every way in which a rule and its examples disagree, one sentence each.
    pub failed: Vec<String>,
}

pub(super) fn test(rules: &OwnRules) -> Tried {
    let mut tried = Tried::default();
    for example in &rules.examples {
        let Examples { file, line, id, language, positives, negatives } = example;
        let name = format!("{file}, line {line}: {id} ({})", language.rule_name());
        let path = format!("example.{}", super::super::shipped::extension(*language));
        let matches = |source: &str| {
            let code = Code::scan(&[(&path, source)], rules, &Limits::default());
            !code.own(id).is_empty()
        };
        if positives.is_empty() {
            tried.failed.push(format!("{name} has no positives: nothing shows that it matches."));
        }
        if negatives.is_empty() {
            tried.failed.push(format!("{name} has no negatives: nothing shows what it leaves alone."));
        }
        for source in positives {
            match matches(source) {
                true => tried.positives += 1,
                false => tried.failed.push(format!("{name} does not match its positive `{}`.", short(source))),
            }
        }
        for source in negatives {
            match matches(source) {
                false => tried.negatives += 1,
                true => tried.failed.push(format!("{name} matches its negative `{}`.", short(source))),
            }
        }
    }
    tried
}

/// As much of an example as tells it from the others.
fn short(source: &str) -> String {
    let one_line = source.trim().lines().map(str::trim).collect::<Vec<_>>().join(" ⏎ ");
    match one_line.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}
