//! A wider and simpler form of a rule's expression, which says quickly of one line that nothing that the rule looks for
//! is on it, whatever stands in the lines around.
//!
//! Most keywords stand in prose and code, so most looks are in vain, and the same line stands in many versions of a
//! file. Counted repetitions (`[a-z0-9]{20,200}`) make an automaton of thousands of states, built anew in each process
//! and thread; without the counts it has a few dozen.

use regex_automata::Input;
use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Capture, Class, Hir, HirKind, Look, Repetition};

/// The most that is asked of a repetition; all may go on for ever.
const ENOUGH: u32 = 4;

/// Matches on every line on which a match of the rule begins, ends or goes on, and on some others.
#[derive(Debug)]
pub(super) struct Sieve {
    lines: Regex,
    /// Whether a match may begin with the line break before its line.
    begins_with_a_break: bool,
}

impl Sieve {
    /// Of the expression of a rule.
    pub(super) fn of(pattern: &str) -> Result<Self, Box<dyn std::error::Error>> {
        let parsed = ParserBuilder::new().unicode(false).utf8(false).multi_line(true).build().parse(pattern)?;
        let whole = widened(parsed);
        let mut begins_with_a_break = false;
        let entering = from_a_break(&whole, true, &mut begins_with_a_break).and_then(with_content).map(|end| {
            let through = up_to_a_break(&end, true).and_then(with_content).map(broken);
            Hir::concat(vec![Hir::look(Look::StartLF), any_of([Some(end), through])])
        });
        let leaving = up_to_a_break(&whole, true).and_then(with_content).map(broken);
        let any = any_of([Some(whole), leaving, entering]);
        let config = Config::new().utf8_empty(false).which_captures(WhichCaptures::None);
        let lines = Regex::builder().configure(config).build_from_hir(&any)?;
        Ok(Sieve { lines, begins_with_a_break })
    }

    /// Whether a match of the rule may have a part on the line that begins at `line`, behind `from`; `bytes` ends with
    /// the line or before.
    pub(super) fn lets_through(&self, bytes: &[u8], line: usize, from: usize) -> bool {
        if self.begins_with_a_break && line == 0 {
            // In another text, the same line may have a line break before it.
            return true;
        }
        let from = from.max(line - usize::from(self.begins_with_a_break));
        self.lines.is_match(Input::new(bytes).range(from..).earliest(true))
    }
}

/// Without the ways to match nothing: what begins or ends with a line break has no part on the line beyond.
fn with_content(end: Hir) -> Option<Hir> {
    let is_empty = |hir: &Hir| hir.properties().maximum_len() == Some(0);
    match end.kind() {
        HirKind::Alternation(parts) => either(parts.iter().filter(|part| !is_empty(part)).cloned()),
        _ => Some(end).filter(|end| !is_empty(end)),
    }
}

fn any_of<const N: usize>(parts: [Option<Hir>; N]) -> Hir {
    Hir::alternation(parts.into_iter().flatten().collect())
}

fn broken(part: Hir) -> Hir {
    Hir::concat(vec![part, Hir::literal(*b"\n")])
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

/// What may stand before a line break within a match; `None` if there can be none. A match that may be over with the
/// line break is left out, since the whole expression finds it: `ends` says whether nothing more need follow this part.
fn up_to_a_break(hir: &Hir, ends: bool) -> Option<Hir> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => {
            let at = literal.0.iter().position(|byte| *byte == b'\n')?;
            Some(Hir::literal(&literal.0[..at]))
        }
        HirKind::Class(class) => (has_break(class) && !ends).then(Hir::empty),
        HirKind::Capture(Capture { sub, .. }) => up_to_a_break(sub, ends),
        HirKind::Repetition(Repetition { min, sub, .. }) => {
            up_to_a_break(sub, ends && *min <= 1).map(|part| Hir::concat(vec![any_number_of(sub), part]))
        }
        HirKind::Alternation(parts) => either(parts.iter().filter_map(|part| up_to_a_break(part, ends))),
        HirKind::Concat(parts) => either((0..parts.len()).filter_map(|at| {
            let part = up_to_a_break(&parts[at], ends && parts[at + 1..].iter().all(may_be_nothing))?;
            Some(Hir::concat(parts[..at].iter().cloned().chain([part]).collect()))
        })),
    }
}

/// What may stand behind a line break within a match; `None` if there can be none. A match that may begin with the line
/// break is left out and said in `begins`: `leads` says whether nothing need be before this part.
fn from_a_break(hir: &Hir, leads: bool, begins: &mut bool) -> Option<Hir> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => {
            let breaks = literal.0.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            either(breaks.map(|(at, _)| Hir::literal(&literal.0[at + 1..])))
        }
        HirKind::Class(class) => {
            *begins |= has_break(class) && leads;
            (has_break(class) && !leads).then(Hir::empty)
        }
        HirKind::Capture(Capture { sub, .. }) => from_a_break(sub, leads, begins),
        HirKind::Repetition(Repetition { min, sub, .. }) => {
            from_a_break(sub, leads && *min <= 1, begins).map(|part| Hir::concat(vec![part, any_number_of(sub)]))
        }
        HirKind::Alternation(parts) => either(parts.iter().filter_map(|part| from_a_break(part, leads, begins))),
        HirKind::Concat(parts) => either((0..parts.len()).filter_map(|at| {
            let part = from_a_break(&parts[at], leads && parts[..at].iter().all(may_be_nothing), begins)?;
            Some(Hir::concat([part].into_iter().chain(parts[at + 1..].iter().cloned()).collect()))
        })),
    }
}

/// Whatever stands around.
fn may_be_nothing(hir: &Hir) -> bool {
    hir.properties().minimum_len() == Some(0) && hir.properties().look_set().is_empty()
}

fn has_break(class: &Class) -> bool {
    match class {
        Class::Bytes(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&b'\n')),
        Class::Unicode(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&'\n')),
    }
}

fn any_number_of(sub: &Hir) -> Hir {
    Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(sub.clone()) })
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

    /// The lines of `text`, with their line breaks, that the sieve of `pattern` lets through.
    fn let_through(pattern: &str, text: &str) -> Vec<usize> {
        let sieve = Sieve::of(pattern).expect("a valid expression");
        let mut start = 0;
        let mut through = Vec::new();
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if sieve.lets_through(&text.as_bytes()[..start + line.len()], start, start) {
                through.push(number);
            }
            start += line.len();
        }
        through
    }

    #[test]
    fn lets_through_every_line_that_a_match_has_a_part_in() {
        for (pattern, text, lines) in [
            (r"\bkey-(?P<value>[a-z]{20,30})\b", "key-aaaaaaaaaaaaaaaaaaaaaaa\n", vec![0]),
            (r"(?:[A-Z]{1,8}_){0,8}SECRET", "a\nA_B_SECRET", vec![1]),
            (r"(?i:token){2}$", "TOKENtoken\n", vec![0]),
            (r#"key\s{0,4}=\s{0,4}"[a-z]{8,9}""#, "x\nkey\n =\n  \"abcdefgh\"\nx", vec![1, 2, 3]),
            (r"(?:^|[^a-z])ab(?:[^a-z]|$)", "x\nab\nx", vec![1]),
            (r"BEGIN[^-]{2,200}END", "x\nBEGIN\n1\n2\nEND\n-", vec![1, 2, 3, 4]),
        ] {
            let through = let_through(pattern, text);
            assert!(lines.iter().all(|line| through.contains(line)), "{pattern} {text:?} {through:?}");
        }
    }

    #[test]
    fn lets_little_else_through() {
        let pattern = r#"(?:^|[^a-z])token\s{0,4}=\s{0,4}"(?P<value>[a-z]{20,30})"(?:[^a-z]|$)"#;
        // Of the first line it is not known what stands before it elsewhere.
        let text = "\ntoken = x\ntoken = \"\"\ntoken = \"ABC\"\na token\t.\nmytoken = \"aaaaaaaaaa\"\n";
        assert_eq!(let_through(pattern, text), [0]);
        assert_eq!(let_through(pattern, "\na token\nthe token =\n"), [0, 1, 2], "what may go on in the next line");
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
                r"(?s)a.{1,4}b",
                r"\bkey[^=]{0,5}=$",
                r"(?:a|\n){2,3}b",
            ] {
                let rule = RegexBuilder::new(pattern).unicode(false).multi_line(true).build().expect("valid");
                let through = let_through(pattern, &text);
                for found in rule.find_iter(text.as_bytes()) {
                    let mut start = 0;
                    for (number, line) in text.split_inclusive('\n').enumerate() {
                        // Its line break alone is no part of a line.
                        let end = start + line.trim_end_matches('\n').len();
                        let is_touched = found.start() < end && found.end() > start;
                        prop_assert!(!is_touched || through.contains(&number), "{} {:?} {:?}", pattern, text, found);
                        start += line.len();
                    }
                }
            }
        }
    }
}
