//! Whether rules agree with their own examples.

use super::super::{Code, Language};
use super::OwnRules;
use crate::Limits;

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
    /// Every way in which a rule and its examples disagree, or in which examples are missing.
    pub failed: Vec<Failed>,
}

/// What is wrong with a rule's examples.
#[derive(Debug, PartialEq, Eq)]
pub struct Failed {
    /// The file of the rule.
    pub file: String,
    /// Whether the rule does other than its examples say; else there are none.
    pub disagrees: bool,
    /// A sentence, with file and line.
    pub sentence: String,
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
        let mut fail = |disagrees: bool, what: String| {
            tried.failed.push(Failed { file: file.clone(), disagrees, sentence: format!("{name} {what}") });
        };
        if positives.is_empty() {
            fail(false, "has no positives: nothing shows that it matches.".to_owned());
        }
        if negatives.is_empty() {
            fail(false, "has no negatives: nothing shows what it leaves alone.".to_owned());
        }
        for source in positives {
            match matches(source) {
                true => tried.positives += 1,
                false => fail(true, format!("does not match its positive `{}`.", short(source))),
            }
        }
        for source in negatives {
            match matches(source) {
                false => tried.negatives += 1,
                true => fail(true, format!("matches its negative `{}`.", short(source))),
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
