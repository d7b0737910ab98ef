//! One pass for the keywords, and a rule's expression on a window around its own keywords only.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::decode::{self, Budget, Covered, LineCounter, Spotted, View};
use super::fingerprint::FingerprintKey;
use super::judge::{self, Judgement};
use super::lines::{Copied, Lines};
use super::rules::{Rule, Tier, rules};
use super::secret::Secret;
use super::seen::{LineHasher, Seen};
use super::{Hit, signing};

/// A blob with more is a list of test vectors or an attack on our time; the first ones say enough.
const MOST_HITS: usize = 500;

/// So often a rule's expression may run on one blob, apart from [`FEW_ON_A_LINE`].
const MOST_TRIES: u32 = 50_000;

/// So many looks in vain on one line are not counted: whether they are made at all depends on what was seen before.
const FEW_ON_A_LINE: u32 = 8;

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
    fn built_in() -> Arc<Engine> {
        static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
        ENGINE.get_or_init(|| Arc::new(Engine::of(|_| true))).clone()
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

    /// The rules that may match around the keyword that stands at `start..end`. Depends on nothing but its line.
    fn candidates(&self, bytes: &[u8], pattern: usize, start: usize, end: usize) -> impl Iterator<Item = usize> {
        let (text, owners) = &self.owners[pattern];
        let exact = std::cell::LazyCell::new(move || &bytes[start..end] == text.as_bytes());
        let assigned = std::cell::OnceCell::new();
        owners
            .iter()
            .filter(move |owner| owner.any_case || *exact)
            .map(|owner| owner.rule as usize)
            .filter(move |rule| !rules()[*rule].assigned || *assigned.get_or_init(|| is_assigned(bytes, end)))
    }
}

/// Looks for credentials in many texts, and remembers which lines need no second look.
pub struct Scanner {
    engine: Arc<Engine>,
    key: FingerprintKey,
    hasher: LineHasher,
    /// Lines without a candidate, or with few that come to nothing whatever stands in other lines.
    clean_lines: Seen,
    /// A rule and the bytes around a keyword in which its expression does not match, or a line and a place on it.
    dead_ends: Seen,
}

impl Scanner {
    /// For about so many texts, with `key` for the fingerprints.
    pub fn for_texts(texts: usize, key: FingerprintKey) -> Self {
        Self::over(Engine::built_in(), texts, key)
    }

    pub(super) fn over(engine: Arc<Engine>, texts: usize, key: FingerprintKey) -> Self {
        let room = (texts * 64).next_power_of_two().clamp(1 << 12, 1 << 20);
        Scanner {
            engine,
            key,
            hasher: LineHasher::default(),
            clean_lines: Seen::with_room_for(room),
            dead_ends: Seen::with_room_for(room / 8),
        }
    }

    /// The lines of `bytes`, for [`scan_lines`](Self::scan_lines) of this scanner.
    pub fn lines(&self, bytes: &[u8]) -> Lines {
        Lines::of(bytes, &self.hasher)
    }

    /// As [`lines`](Self::lines), where `copies` of `bytes` are pieces of another text, whose lines are given.
    pub fn lines_beside(&self, bytes: &[u8], base: &Lines, copies: &[Copied]) -> Lines {
        Lines::beside(bytes, Some((base, copies)), &self.hasher)
    }

    /// Every hit in `bytes`, by line; of several at one place the one of the surest rule.
    ///
    /// Safe to call from many threads; what was scanned before changes nothing but the time.
    pub fn scan(&self, bytes: &[u8]) -> Vec<Hit> {
        self.scan_lines(bytes, &mut self.lines(bytes))
    }

    /// As [`scan`](Self::scan), with the lines of `bytes`. Remembers in them which need no second look.
    pub fn scan_lines(&self, bytes: &[u8], lines: &mut Lines) -> Vec<Hit> {
        self.spot(bytes, lines).into_iter().map(|spotted| spotted.hit).collect()
    }

    /// As [`scan_lines`](Self::scan_lines), each hit with the bytes that it stands on, encoded or not.
    pub(super) fn spot(&self, bytes: &[u8], lines: &mut Lines) -> Vec<Spotted> {
        self.scan_to_depth(bytes, lines, decode::DEPTH, &mut Budget::of_a_blob())
    }

    /// With what is encoded in `bytes`, down to `depth` encodings within each other.
    fn scan_to_depth(&self, bytes: &[u8], lines: &mut Lines, depth: u32, budget: &mut Budget) -> Vec<Spotted> {
        let mut views = Vec::new();
        let plain = self.scan_plain(bytes, lines, budget, (depth > 0).then_some(&mut views));
        if depth == 0 {
            return plain;
        }
        let mut decoded = Vec::new();
        let mut counter = LineCounter::of(bytes);
        views.sort_by_key(|view: &View| (view.origin.start, view.origin.end));
        for view in &views {
            let inner = self.scan_to_depth(&view.bytes, &mut self.lines(&view.bytes), depth - 1, budget);
            decoded.extend(counter.place(view, inner));
            if decoded.len() >= MOST_HITS {
                break;
            }
        }
        if depth >= decode::ARCHIVE_DEPTH {
            decode::each_whole(bytes, budget, &mut |text, has_our_lines, budget| {
                if decoded.len() < MOST_HITS {
                    decoded.extend(
                        self.scan_to_depth(text, &mut self.lines(text), depth - 1, budget)
                            .into_iter()
                            .map(|spotted| if has_our_lines { spotted } else { spotted.within_an_archive() }),
                    );
                }
            });
        }
        decode::merged(plain, decoded)
    }

    /// As it stands; puts what is encoded into `views`.
    fn scan_plain<'look>(
        &self,
        bytes: &'look [u8],
        lines: &mut Lines,
        budget: &'look mut Budget,
        views: Option<&'look mut Vec<View>>,
    ) -> Vec<Spotted> {
        let mut look = Look {
            bytes,
            hasher: &self.hasher,
            dead_ends: &self.dead_ends,
            state: Vec::new(),
            on_line: 0,
            found: Vec::new(),
            budget,
            views,
        };
        // The first of the lines in a row that are not known.
        let mut unknown = 0;
        for line in 0..lines.count() {
            if !lines.is_clean(line) {
                if !self.clean_lines.knows(lines.entry(line)) {
                    continue;
                }
                lines.set_clean(line);
            }
            if unknown < line {
                self.look_at_lines(&mut look, lines, unknown..line);
                if look.is_full() {
                    return look.hits(&self.key);
                }
            }
            unknown = line + 1;
        }
        self.look_at_lines(&mut look, lines, unknown..lines.count());
        look.hits(&self.key)
    }

    /// Looks at some lines in a row. No keyword holds a line break.
    fn look_at_lines(&self, look: &mut Look<'_>, lines: &mut Lines, some: Range<usize>) {
        let bytes = look.bytes;
        // The line of the keyword, and the first line that may be clean and is not known to be.
        let (mut line, mut open) = (some.start, some.start);
        let span = lines.span(some.clone());
        let covered = look.decode(span.clone());
        look.on_line = 0;
        // Of the innermost encodings nothing is learnt: what they hold in turn is not looked into.
        let learns = look.views.is_some();
        let learn = |lines: &mut Lines, some: Range<usize>| {
            for line in some.filter(|_| learns) {
                let part = lines.span(line..line + 1);
                if !covered.touches(part.start, part.end) {
                    self.clean_lines.learn(lines.entry(line));
                    lines.set_clean(line);
                }
            }
        };
        for keyword in self.engine.keywords.find_overlapping_iter(&bytes[span.clone()]) {
            let (start, end) = (span.start + keyword.start(), span.start + keyword.end());
            let mut candidates = self.engine.candidates(bytes, keyword.pattern().as_usize(), start, end).peekable();
            if candidates.peek().is_none() {
                continue;
            }
            while lines.end(line) < end {
                line += 1;
                look.on_line = 0;
            }
            learn(lines, open.min(line)..line);
            open = open.max(line);
            let (text, mark) = (lines.span(line..line + 1), lines.entry(line));
            for rule in candidates {
                if !look.is_in_vain(rule, start..end, &text, mark) {
                    open = line + 1;
                }
            }
            if look.is_full() {
                return;
            }
        }
        learn(lines, open.min(some.end)..some.end);
    }
}

/// The look at one blob that has a keyword.
struct Look<'blob> {
    bytes: &'blob [u8],
    hasher: &'blob LineHasher,
    dead_ends: &'blob Seen,
    /// By rule: where its last match ended, and how often it was tried.
    state: Vec<(usize, u32)>,
    /// Looks at the keywords of the line.
    on_line: u32,
    found: Vec<Found<'blob>>,
    budget: &'blob mut Budget,
    /// What is encoded, if anybody wants to know.
    views: Option<&'blob mut Vec<View>>,
}

impl Look<'_> {
    /// Takes in what is encoded in `range`, and says where.
    fn decode(&mut self, range: Range<usize>) -> Covered {
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

    fn is_full(&self) -> bool {
        self.found.len() >= MOST_HITS
    }

    /// Looks at a keyword and the line that it stands in; whether the line alone says that the rule finds nothing there.
    fn is_in_vain(&mut self, index: usize, keyword: Range<usize>, line: &Range<usize>, mark: u64) -> bool {
        let rule = &rules()[index];
        if self.state.is_empty() {
            self.state = vec![(0, 0); rules().len()];
        }
        let (done, tries) = self.state[index];
        if keyword.start < done || tries >= MOST_TRIES {
            return false;
        }
        self.on_line += 1;
        let from = keyword.start.saturating_sub(rule.window.0).max(done);
        let to = (keyword.end + rule.window.1).min(self.bytes.len());
        let told = self.hasher.hash(&(index, mark, keyword.start - line.start)) | 1;
        let is_known = self.dead_ends.knows(told);
        if is_known || !rule.sieve().lets_through(&self.bytes[..to.min(line.end)], line.start, from) {
            let is_told = is_known
                || done <= line.start
                    && !self.is_near_miss(rule, &keyword)
                    && decode::is_told_by_its_line(self.bytes, rule, keyword.end);
            if is_told && !is_known {
                self.dead_ends.learn(told);
            }
            let is_told = is_told && self.on_line <= FEW_ON_A_LINE;
            self.state[index].1 += u32::from(!is_told);
            return is_told;
        }
        self.state[index].1 += 1;
        // An assertion at the start of the window may look at the byte before it.
        let window = &self.bytes[from.saturating_sub(1)..to];
        let dead_end = self.hasher.hash(&(index, keyword.start - from, from == 0, window)) | 1;
        if self.dead_ends.knows(dead_end) {
            return false;
        }
        if rule.regex().is_match_at(&self.bytes[..to], from) {
            self.take(index, &keyword, from..to);
        } else if !self.is_near_miss(rule, &keyword) {
            self.dead_ends.learn(dead_end);
        }
        false
    }

    /// Whether what the rule looks for may be split or escaped around a keyword; takes it in.
    fn is_near_miss(&mut self, rule: &Rule, keyword: &Range<usize>) -> bool {
        // The innermost encodings are not looked into, so nothing is known of them.
        let Some(views) = &mut self.views else { return true };
        let Some(view) = decode::near_miss(self.bytes, rule, keyword.start, keyword.end) else { return false };
        if self.budget.takes(view.bytes.len()) {
            views.push(view);
        }
        true
    }

    /// Takes in what the rule finds around a keyword.
    fn take(&mut self, index: usize, keyword: &Range<usize>, window: Range<usize>) {
        let rule = &rules()[index];
        let Range { start: from, end: to } = window;
        let mut at = from;
        while let Some(groups) = rule.regex().captures_at(&self.bytes[..to], at) {
            let whole = groups.get(0).expect("the whole match is group 0");
            if whole.start() > keyword.start {
                return;
            }
            if whole.end() < keyword.end || whole.is_empty() {
                at = whole.end().max(at + 1);
                continue;
            }
            self.state[index].0 = whole.end();
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

    fn hits(mut self, key: &FingerprintKey) -> Vec<Spotted> {
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
                    judgement: found.judgement,
                };
                Spotted { hit, span: found.span }
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
