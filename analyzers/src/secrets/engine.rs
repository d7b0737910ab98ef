//! One pass for the keywords, and a rule's expression on a window around its own keywords only.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::fingerprint::FingerprintKey;
use super::judge::{self, Judgement};
use super::rules::{Rule, Tier, rules};
use super::secret::Secret;
use super::{Hit, signing};

/// A blob with more is a list of test vectors or an attack on our time; the first ones say enough.
const MOST_HITS: usize = 500;

/// So often a rule's expression may run in vain on one blob.
const MOST_TRIES: u32 = 50_000;

/// The keyword automaton over all rules.
pub(super) struct Engine {
    keywords: AhoCorasick,
    /// By pattern of the automaton: the keyword as written, and the rules that have it.
    owners: Vec<(String, Vec<Owner>)>,
}

#[derive(Clone, Copy)]
struct Owner {
    rule: u32,
    any_case: bool,
}

/// Where a value stands in the blob.
struct Found<'blob> {
    rule: usize,
    span: (usize, usize),
    value: Secret<'blob>,
    judgement: Judgement,
}

impl Engine {
    /// Over the rules that are built in; made once, in a few milliseconds.
    pub(super) fn built_in() -> &'static Engine {
        static ENGINE: OnceLock<Engine> = OnceLock::new();
        ENGINE.get_or_init(|| Engine::of(|_| true))
    }

    /// Over the rules that `wanted` chooses.
    pub(super) fn of(wanted: impl Fn(&Rule) -> bool) -> Self {
        let mut owners: Vec<(String, Vec<Owner>)> = Vec::new();
        for (index, rule) in rules().iter().enumerate().filter(|(_, rule)| wanted(rule)) {
            for keyword in &rule.keywords {
                let owner = Owner { rule: index as u32, any_case: rule.any_case };
                match owners.iter_mut().find(|(known, _)| known == keyword) {
                    Some((_, of_keyword)) => of_keyword.push(owner),
                    None => owners.push((keyword.clone(), vec![owner])),
                }
            }
        }
        let keywords = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(owners.iter().map(|(keyword, _)| keyword))
            .expect("a few hundred short keywords");
        Engine { keywords, owners }
    }

    /// Every hit in `bytes`, by line; of several at one place the one of the surest rule.
    pub(super) fn scan(&self, bytes: &[u8], key: &FingerprintKey) -> Vec<Hit> {
        let mut look = None;
        for keyword in self.keywords.find_overlapping_iter(bytes) {
            let (text, owners) = &self.owners[keyword.pattern().as_usize()];
            let (start, end) = (keyword.start(), keyword.end());
            let exact = &bytes[start..end] == text.as_bytes();
            for owner in owners {
                if exact || owner.any_case {
                    look.get_or_insert_with(|| Look::at(bytes)).keyword(owner.rule as usize, start, end);
                }
            }
            if look.as_ref().is_some_and(Look::is_full) {
                break;
            }
        }
        look.map_or_else(Vec::new, |look| look.hits(key))
    }
}

/// The look at one blob that has a keyword.
struct Look<'blob> {
    bytes: &'blob [u8],
    /// By rule: where its last match ended, and how often it was tried.
    state: Vec<(usize, u32)>,
    found: Vec<Found<'blob>>,
}

impl<'blob> Look<'blob> {
    fn at(bytes: &'blob [u8]) -> Self {
        Look { bytes, state: vec![(0, 0); rules().len()], found: Vec::new() }
    }

    fn is_full(&self) -> bool {
        self.found.len() >= MOST_HITS
    }

    fn keyword(&mut self, index: usize, start: usize, end: usize) {
        let rule = &rules()[index];
        let (done, tries) = &mut self.state[index];
        if start < *done || *tries >= MOST_TRIES || (rule.assigned && !is_assigned(self.bytes, end)) {
            return;
        }
        *tries += 1;
        let from = start.saturating_sub(rule.window.0).max(*done);
        let to = (end + rule.window.1).min(self.bytes.len());
        let mut at = from;
        while let Some(groups) = rule.regex().captures_at(&self.bytes[..to], at) {
            let whole = groups.get(0).expect("the whole match is group 0");
            if whole.start() > start {
                return;
            }
            if whole.end() < end || whole.is_empty() {
                at = whole.end().max(at + 1);
                continue;
            }
            *done = whole.end();
            let value = if rule.uses {
                groups.name("name").and_then(|name| signing::definition(self.bytes, name.as_bytes()))
            } else {
                let group = ["value", "quoted", "bare"].iter().find_map(|group| groups.name(group));
                group.or(Some(whole)).map(|value| (value.start(), value.end()))
            };
            let Some((from, to)) = value else { return };
            let value = Secret::new(&self.bytes[from..to]);
            let context = judge::Context {
                whole: whole.as_bytes(),
                user: groups.name("user").map(|user| user.as_bytes()),
                host: groups.name("host").map(|host| host.as_bytes()),
                text: self.bytes,
                at: from,
            };
            if let Some(judgement) = judge::judge(rule, value, &context) {
                self.found.push(Found { rule: index, span: (from, to), value, judgement });
            }
            return;
        }
    }

    fn hits(mut self, key: &FingerprintKey) -> Vec<Hit> {
        let rules = rules();
        let order = |found: &Found<'_>| (rules[found.rule].tier == Tier::Marker, rules[found.rule].tier, found.rule);
        self.found.sort_by_key(|found| (order(found), found.span));
        let mut kept: Vec<Found<'_>> = Vec::new();
        for found in self.found {
            let overlaps = |other: &Found<'_>| found.span.0 < other.span.1 && other.span.0 < found.span.1;
            if !kept.iter().any(overlaps) {
                kept.push(found);
            }
        }
        kept.sort_by_key(|found| found.span);
        let (mut line, mut counted) = (1, 0);
        let newlines = |part: &[u8]| part.iter().filter(|byte| **byte == b'\n').count() as u32;
        kept.into_iter()
            .map(|found| {
                line += newlines(&self.bytes[counted..found.span.0]);
                counted = found.span.0;
                let last = line + newlines(&self.bytes[found.span.0..found.span.1]);
                let rule = &rules[found.rule];
                Hit {
                    rule: &rule.id,
                    lines: (line, last),
                    fingerprint: found.value.fingerprint(key, &rule.id),
                    judgement: found.judgement,
                }
            })
            .collect()
    }
}

/// Whether something is given to the word that ends at `end`: the cheap way past prose and calls.
fn is_assigned(bytes: &[u8], end: usize) -> bool {
    for &byte in bytes[end..].iter().take(48) {
        match byte {
            b'=' | b':' | b'(' | b',' => return true,
            b'\n' | b';' | b'{' => return false,
            _ => {}
        }
    }
    false
}
