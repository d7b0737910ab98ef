//! What may follow a keyword of a rule: a wider and simpler form of the end of its expression, which says after a few
//! bytes that nothing that the rule looks for stands around this keyword.
//!
//! Most keywords stand in prose and code, so most looks are in vain, and the same line stands in many versions of a
//! file. Counted repetitions (`[a-z0-9]{20,200}`) make an automaton of thousands of states, built anew in each process
//! and thread; without the counts it has a few dozen, of which a look in vain needs two or three.

use std::ops::Range;

use regex_automata::Anchored;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::util::start;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, Class, Hir, HirKind, Repetition};

/// The most that is asked of a repetition; all may go on for ever.
const ENOUGH: u32 = 16;

/// A class of at most so many bytes spells a part of a keyword (`[_-]`, `[Tt]`); what has more stands for anything.
const SPELLS: usize = 8;

type MakeCache = Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>;

/// Lets every keyword through that a match of the rule spells out, and some others.
#[derive(Debug)]
pub(super) struct Sieve {
    behind: DFA,
    caches: Pool<Cache, MakeCache>,
}

impl Sieve {
    /// Of the expression of a rule that has `keywords`.
    pub(super) fn of(pattern: &str, keywords: &[String]) -> Result<Self, Box<dyn std::error::Error>> {
        let whole = widened(parsed(pattern)?);
        let behind = from_a_keyword(&whole, keywords).ok_or("no keyword is spelt out in the expression")?;
        let config = thompson::Config::new().utf8(false).which_captures(WhichCaptures::None);
        let behind = thompson::Compiler::new().configure(config).build_from_hir(&behind)?;
        let config = DFA::config().skip_cache_capacity_check(true);
        let behind = DFA::builder().configure(config).build_from_nfa(behind)?;
        let fresh = behind.clone();
        Ok(Sieve { behind, caches: Pool::new(Box::new(move || fresh.create_cache())) })
    }

    /// Whether a match of the rule may go through the keyword that `part` of `bytes` begins with; so it is as well if
    /// that depends on what stands behind `part`.
    pub(super) fn lets_through(&self, bytes: &[u8], part: Range<usize>) -> bool {
        let mut cache = self.caches.get();
        let before = part.start.checked_sub(1).map(|before| bytes[before]);
        let start = start::Config::new().anchored(Anchored::Yes).look_behind(before);
        let Ok(mut state) = self.behind.start_state(&mut cache, &start) else { return true };
        for byte in &bytes[part] {
            let Ok(next) = self.behind.next_state(&mut cache, state, *byte) else { return true };
            if next.is_tagged() && !next.is_start() {
                return !next.is_dead();
            }
            state = next;
        }
        true
    }
}

fn parsed(pattern: &str) -> Result<Hir, Box<regex_syntax::Error>> {
    ParserBuilder::new().unicode(false).utf8(false).multi_line(true).build().parse(pattern).map_err(Box::new)
}

fn widened(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Capture(Capture { sub, .. }) => widened(*sub),
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => Hir::repetition(Repetition {
            min: min.min(ENOUGH),
            max: max.filter(|max| *max <= 1),
            greedy,
            sub: Box::new(widened(*sub)),
        }),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(widened).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(widened).collect()),
    }
}

/// The ends of `hir` that begin where one of `keywords` may; `None` if it spells none.
fn from_a_keyword(hir: &Hir, keywords: &[String]) -> Option<Hir> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => {
            let ends = (0..literal.0.len()).map(|at| &literal.0[at..]);
            either(ends.filter(|end| keywords.iter().any(|keyword| agree(end, keyword.as_bytes()))).map(Hir::literal))
        }
        HirKind::Class(class) => {
            let members = members(class);
            let begins = |byte: &u8| keywords.iter().any(|keyword| agree(&[*byte], keyword.as_bytes()));
            (members.len() <= SPELLS && members.iter().any(begins)).then(|| Hir::class(class.clone()))
        }
        HirKind::Capture(Capture { sub, .. }) => from_a_keyword(sub, keywords),
        HirKind::Repetition(Repetition { max, sub, .. }) => {
            let first = from_a_keyword(sub, keywords)?;
            let others = Repetition { min: 0, max: None, greedy: true, sub: sub.clone() };
            Some(if *max == Some(1) { first } else { Hir::concat(vec![first, Hir::repetition(others)]) })
        }
        HirKind::Alternation(parts) => either(parts.iter().filter_map(|part| from_a_keyword(part, keywords))),
        HirKind::Concat(parts) => either((0..parts.len()).filter_map(|at| {
            let first = from_a_keyword(&parts[at], keywords)?;
            Some(Hir::concat([first].into_iter().chain(parts[at + 1..].iter().cloned()).collect()))
        })),
    }
}

/// Whether one begins with the other, in any case.
fn agree(one: &[u8], other: &[u8]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// Its bytes, if they are few.
fn members(class: &Class) -> Vec<u8> {
    let ranges: Vec<(u8, u8)> = match class {
        Class::Bytes(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        Class::Unicode(class) => {
            let byte = |scalar: char| u8::try_from(scalar).unwrap_or(u8::MAX);
            class.iter().map(|range| (byte(range.start()), byte(range.end()))).collect()
        }
    };
    ranges.into_iter().flat_map(|(first, last)| first..=last).collect()
}

fn either(parts: impl Iterator<Item = Hir>) -> Option<Hir> {
    let parts: Vec<Hir> = parts.collect();
    (!parts.is_empty()).then(|| Hir::alternation(parts))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::bytes::RegexBuilder;

    use super::*;
    use crate::secrets::rules::rules;

    /// Whether the sieve of `pattern` lets `keyword` through where it first stands on the first line of `text`.
    fn passes(pattern: &str, keyword: &str, text: &str) -> bool {
        let sieve = Sieve::of(pattern, &[keyword.to_owned()]).expect("a valid expression");
        let start = text.find(keyword).expect("it stands there");
        let end = text.find('\n').map_or(text.len(), |line| line + 1);
        sieve.lets_through(text.as_bytes(), start..end)
    }

    #[test]
    fn lets_a_keyword_through_behind_which_a_match_goes_on() {
        for (pattern, keyword, text) in [
            (r"\bkey-(?P<value>[a-z]{20,30})\b", "key-", "key-aaaaaaaaaaaaaaaaaaaaaaa\n"),
            (r"(?:[A-Z]{1,8}_){0,8}SECRET", "SECRET", "A_B_SECRET"),
            (r"(?i:token){2}$", "token", "TOKENtoken\n"),
            (r"(?i:token){2}$", "token", "tokenTOKEN\n"),
            (r#"key\s{0,4}=\s{0,4}"[a-z]{8,9}""#, "key", "key\n =\n  \"abcdefgh\"\nx"),
            (r"(?:api|access)[_-]?key=", "access_key", "access_key="),
            (r"BEGIN[^-]{2,200}END", "BEGIN", "BEGIN\n1\n2\nEND\n-"),
        ] {
            assert!(passes(pattern, keyword, text), "{pattern} {text:?}");
        }
    }

    #[test]
    fn keeps_prose_and_calls_back() {
        let pattern = r#"(?:^|[^a-z])token\s{0,4}=\s{0,4}"(?P<value>[a-z]{20,30})"(?:[^a-z]|$)"#;
        for text in ["a token.\n", "token(\n", "token = x\n", "token = \"short\"\n", "token = \"token\" // too short\n"]
        {
            assert!(!passes(pattern, "token", text), "{text:?}");
        }
        assert!(passes(pattern, "token", "the token =\n"), "it may go on in the next line");
    }

    #[test]
    fn every_rule_has_one() {
        for rule in rules() {
            rule.sieve();
        }
    }

    proptest! {
        #[test]
        fn never_keeps_a_match_back(text in "(?:[ab=\" \n]|key|\n\n){0,24}") {
            for pattern in [
                r#"key\s{0,2}=\s{0,3}"(?P<value>[ab]{1,3})""#,
                r"(?:^|[^a])key(?:[^b]|$)",
                r"\bkey[^=]{0,5}=$",
                r"(?:a|\n){0,3}keyb",
                r"(?:key|b){2,3}=",
            ] {
                let rule = RegexBuilder::new(pattern).unicode(false).multi_line(true).build().expect("valid");
                let sieve = Sieve::of(pattern, &["key".to_owned()]).expect("valid");
                for found in rule.find_iter(text.as_bytes()) {
                    let mut spelt = text[found.range()].match_indices("key").map(|(at, _)| found.start() + at);
                    let end = |start: usize| text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
                    prop_assert!(
                        !text[found.range()].contains("key")
                            || spelt.any(|start| sieve.lets_through(text.as_bytes(), start..end(start))),
                        "{} {:?} {:?}", pattern, text, found
                    );
                }
            }
        }
    }
}
