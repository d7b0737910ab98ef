//! The look at one blob: each rule's expression on a window around its keywords, and what comes of it.

use std::ops::Range;

use super::context::Context;
use super::cut::Room;
use super::decode::{self, Budget, Covered, Spotted, View};
use super::fingerprint::FingerprintKey;
use super::judge::judge;
use super::judgement::Judgement;
use super::rules::{Rule, Tier, rules};
use super::secret::Secret;
use super::seen::{LineHasher, Seen};
use super::{Hit, signing};

/// So many looks in vain on one line are not counted: whether they are made at all depends on what was seen before.
const FEW_ON_A_LINE: u32 = 8;

/// Where a value stands in the blob.
pub(super) struct Found<'blob> {
    rule: usize,
    span: (usize, usize),
    value: Secret<'blob>,
    judgement: Judgement,
}

/// The look at one blob that has a keyword.
pub(super) struct Look<'blob> {
    pub(super) bytes: &'blob [u8],
    /// So many of them lead what was decoded.
    pub(super) lead: usize,
    pub(super) hasher: &'blob LineHasher,
    pub(super) dead_ends: &'blob Seen,
    /// By rule: where its last match ended, and how often it was tried. As small as may be, since each text has its own.
    pub(super) state: Vec<(u32, u32)>,
    /// Looks at the keywords of the line.
    pub(super) on_line: u32,
    pub(super) found: Vec<Found<'blob>>,
    /// For more of them.
    pub(super) room: Room,
    /// So often a rule's expression may run, apart from [`FEW_ON_A_LINE`].
    pub(super) looks: u32,
    pub(super) budget: &'blob mut Budget,
    /// What is encoded, if anybody wants to know.
    pub(super) views: Option<&'blob mut Vec<View>>,
    /// Where the last view of a split value stands, and of a string within a string: many rules share a keyword.
    pub(super) split: Range<usize>,
    pub(super) escaped: Range<usize>,
}

impl Look<'_> {
    /// Takes in what is encoded in `range`, and says where.
    pub(super) fn decode(&mut self, range: Range<usize>) -> Covered {
        let mut covered = Vec::new();
        if let Some(views) = &mut self.views {
            decode::runs(self.bytes, range, &mut |view| {
                covered.push(view.origin.clone());
                if self.budget.takes(view.bytes.len()) {
                    views.push(view);
                }
            });
        }
        Covered::by(covered)
    }

    /// Looks at a keyword and the line that it stands in; whether the line alone says that the rule finds nothing there.
    pub(super) fn is_in_vain(&mut self, index: usize, keyword: Range<usize>, line: &Range<usize>, mark: u64) -> bool {
        let rule = &rules()[index];
        if self.state.is_empty() {
            self.state = vec![(0, 0); rules().len()];
        }
        let (done, tries) = self.state[index];
        let done = done as usize;
        if keyword.start < done || tries >= self.looks {
            return false;
        }
        self.on_line += 1;
        let from = keyword.start.saturating_sub(rule.window.0).max(done);
        let to = (keyword.end + rule.window.1).min(self.bytes.len());
        if !rule.sieve().lets_through(self.bytes, keyword.start..to.min(line.end)) {
            let is_told = done <= line.start && self.is_told(rule, index, &keyword, line, mark);
            let is_told = is_told && self.on_line <= FEW_ON_A_LINE;
            if !is_told {
                self.count(index);
            }
            return is_told;
        }
        self.count(index);
        // An assertion at the start of the window may look at the byte before it.
        let window = &self.bytes[from.saturating_sub(1)..to];
        let dead_end = self.hasher.hash(&(index, keyword.start - from, from == 0, window)) | 1;
        if self.dead_ends.knows(dead_end) {
            return false;
        }
        if !self.takes(index, &keyword, from..to) && !self.is_near_miss(rule, &keyword) {
            self.dead_ends.learn(dead_end);
        }
        false
    }

    /// Counts a look of the rule. The last one is noted rather than the one that is not made: whether a keyword comes by
    /// later depends on which lines are known to be clean.
    fn count(&mut self, index: usize) {
        self.state[index].1 += 1;
        self.budget.cut.looked |= self.state[index].1 >= self.looks;
    }

    /// Whether the line alone says that what the rule looks for is neither split nor escaped around a keyword; if it may
    /// be, it is taken in.
    fn is_told(&mut self, rule: &Rule, index: usize, keyword: &Range<usize>, line: &Range<usize>, mark: u64) -> bool {
        let told = self.hasher.hash(&(index, mark, keyword.start - line.start)) | 1;
        if self.dead_ends.knows(told) {
            return true;
        }
        let is_told = !self.is_near_miss(rule, keyword) && decode::is_told_by_its_line(self.bytes, rule, keyword.end);
        if is_told {
            self.dead_ends.learn(told);
        }
        is_told
    }

    /// Whether what the rule looks for may be split or escaped around a keyword; takes it in.
    fn is_near_miss(&mut self, rule: &Rule, keyword: &Range<usize>) -> bool {
        // The innermost encodings are not looked into, so nothing is known of them.
        let Some(views) = &mut self.views else { return true };
        // What leads a view is looked at where it stands.
        if keyword.end <= self.lead {
            return true;
        }
        let Some(view) = decode::near_miss(self.bytes, rule, keyword.start, keyword.end) else { return false };
        let last = if rule.tier == Tier::Format { &mut self.split } else { &mut self.escaped };
        if !decode::is_told_by(last, &view, rule) {
            last.clone_from(&view.origin);
            if self.budget.takes(view.bytes.len()) {
                views.push(view);
            }
        }
        true
    }

    /// Takes in what the rule finds around a keyword; whether its expression matches anything in the window.
    fn takes(&mut self, index: usize, keyword: &Range<usize>, window: Range<usize>) -> bool {
        let rule = &rules()[index];
        let Range { start: from, end: to } = window;
        let mut at = from;
        while let Some(groups) = rule.regex().captures_at(&self.bytes[..to], at) {
            let whole = groups.get(0).expect("the whole match is group 0");
            if whole.start() > keyword.start {
                return true;
            }
            if whole.end() < keyword.end || whole.is_empty() {
                at = whole.end().max(at + 1);
                continue;
            }
            self.state[index].0 = whole.end() as u32;
            let value = if rule.uses {
                groups.name("name").and_then(|name| signing::definition(self.bytes, name.as_bytes()))
            } else {
                let group = ["value", "quoted", "bare"].iter().find_map(|group| groups.name(group));
                group.or(Some(whole)).map(|value| (value.start(), value.end()))
            };
            let Some((from, to)) = value else { return true };
            let value = Secret::new(&self.bytes[from..to]);
            let context = Context {
                whole: whole.as_bytes(),
                user: groups.name("user").map(|user| user.as_bytes()),
                host: groups.name("host").map(|host| host.as_bytes()),
                text: self.bytes,
                at: from,
            };
            if let Some(judgement) = judge(rule, value, &context) {
                if self.room.takes(judgement) {
                    self.found.push(Found { rule: index, span: (from, to), value, judgement });
                }
                self.budget.cut.found |= self.room.is_full;
            }
            return true;
        }
        at > from
    }

    pub(super) fn hits(mut self, key: &FingerprintKey) -> Vec<Spotted> {
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
                let hit = Hit {
                    rule: &rule.id,
                    lines: (line, last),
                    fingerprint: found.value.fingerprint(key, &rule.id),
                    value: found.value.fingerprint(key, ""),
                    judgement: found.judgement,
                };
                Spotted { hit, span: found.span }
            })
            .collect()
    }
}
