//! One pass for the keywords of all rules, over the lines that are not known to hold nothing.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, OnceLock};

use super::Hit;
use super::cut::{Cut, Room};
use super::decode::{self, Budget, LineCounter, Spotted, Unopened, View};
use super::fingerprint::FingerprintKey;
use super::lines::{Copied, Lines};
use super::look::Look;
use super::rules::{Rule, rules};
use super::seen::{LineHasher, Seen};
use crate::Limits;
use crate::keywords::Keywords;

/// The keywords of all rules.
pub(super) struct Engine {
    keywords: Keywords,
    /// By keyword, whatever the case of its letters.
    spellings: Vec<Vec<Spelling>>,
}

/// A keyword as some rules write it.
struct Spelling {
    text: String,
    owners: Vec<Owner>,
}

#[derive(Clone, Copy)]
struct Owner {
    rule: u32,
    any_case: bool,
}

impl Engine {
    /// Over the rules that are built in; made once, in a few milliseconds.
    fn built_in() -> Arc<Engine> {
        static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
        ENGINE.get_or_init(|| Arc::new(Engine::of(|_| true))).clone()
    }

    /// Over the rules that `wanted` chooses.
    pub(super) fn of(wanted: impl Fn(&Rule) -> bool) -> Self {
        let mut spellings: Vec<Vec<Spelling>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for (index, rule) in rules().iter().enumerate().filter(|(_, rule)| wanted(rule)) {
            let owner = Owner { rule: index as u32, any_case: rule.any_case };
            for text in &rule.keywords {
                let keyword = *known.entry(text.to_ascii_lowercase()).or_insert_with(|| {
                    spellings.push(Vec::new());
                    spellings.len() - 1
                });
                match spellings[keyword].iter_mut().find(|spelling| spelling.text == *text) {
                    Some(spelling) => spelling.owners.push(owner),
                    None => spellings[keyword].push(Spelling { text: text.clone(), owners: vec![owner] }),
                }
            }
        }
        let keywords = Keywords::of(spellings.iter().map(|spellings| spellings[0].text.as_str()));
        Engine { keywords, spellings }
    }

    /// The rules that may match around the keyword that stands at `start..end`. Depends on nothing but its line.
    fn candidates(bytes: &[u8], spelling: &Spelling, start: usize, end: usize) -> impl Iterator<Item = usize> {
        let exact = std::cell::LazyCell::new(move || &bytes[start..end] == spelling.text.as_bytes());
        let assigned = std::cell::OnceCell::new();
        spelling
            .owners
            .iter()
            .filter(move |owner| owner.any_case || *exact)
            .map(|owner| owner.rule as usize)
            .filter(move |rule| !rules()[*rule].assigned || *assigned.get_or_init(|| is_assigned(bytes, end)))
    }
}

/// What came of the look into one text.
pub(crate) struct Looked {
    pub(crate) hits: Vec<Hit>,
    pub(crate) cut: Cut,
    /// An archive of a kind that is not opened, in it or in what is packed in it.
    pub(crate) unopened: Option<Unopened>,
}

/// Looks for credentials in many texts, and remembers which lines need no second look.
pub struct Scanner {
    engine: Arc<Engine>,
    pub(super) key: FingerprintKey,
    /// Of each text.
    budget: Budget,
    room: Room,
    looks: u32,
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
        let limits = Limits::default();
        let room = (texts * 64).next_power_of_two().clamp(1 << 12, 1 << 20);
        Scanner {
            engine,
            key,
            hasher: LineHasher::default(),
            clean_lines: Seen::with_room_for(room),
            dead_ends: Seen::with_room_for(room / 8),
            budget: Budget::within(&limits),
            room: Room::of(limits.credentials),
            looks: limits.looks,
        }
    }

    /// As this one, which looks for no more in each text than `limits` say.
    pub(crate) fn within(self, limits: &Limits) -> Self {
        let (budget, room) = (Budget::within(limits), Room::of(limits.credentials));
        Scanner { budget, room, looks: limits.looks, ..self }
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
        self.spot(bytes, lines).0.into_iter().map(|spotted| spotted.hit).collect()
    }

    /// As [`scan_lines`](Self::scan_lines), and what was not looked into.
    pub(crate) fn look_into(&self, bytes: &[u8], lines: &mut Lines) -> Looked {
        let mut budget = self.budget;
        let spotted = self.scan_to_depth(bytes, 0, lines, decode::DEPTH, &mut budget);
        let hits = spotted.into_iter().map(|spotted| spotted.hit).collect();
        Looked { hits, cut: budget.cut, unopened: budget.unopened }
    }

    /// As [`scan_lines`](Self::scan_lines), each hit with the bytes that it stands on, encoded or not; and what was not
    /// looked into.
    pub(super) fn spot(&self, bytes: &[u8], lines: &mut Lines) -> (Vec<Spotted>, Cut) {
        let mut budget = self.budget;
        (self.scan_to_depth(bytes, 0, lines, decode::DEPTH, &mut budget), budget.cut)
    }

    /// With what is encoded in `bytes` behind its `lead`, down to `depth` encodings within each other.
    fn scan_to_depth(
        &self,
        bytes: &[u8],
        lead: usize,
        lines: &mut Lines,
        depth: u32,
        budget: &mut Budget,
    ) -> Vec<Spotted> {
        let mut views = Vec::new();
        let plain = self.scan_plain(bytes, lead, lines, budget, (depth > 0).then_some(&mut views));
        budget.refuses(decode::unopened(bytes));
        budget.cut.deep |= depth < decode::ARCHIVE_DEPTH && decode::is_packed(bytes);
        if depth == 0 {
            decode::runs(bytes, 0..bytes.len(), &mut |_| budget.cut.deep = true);
            return plain;
        }
        let mut decoded = Vec::new();
        let mut room = self.room;
        let mut counter = LineCounter::of(bytes);
        views.sort_by_key(|view: &View| (view.origin.start, view.origin.end));
        for view in &views {
            let inner = self.scan_to_depth(&view.bytes, view.lead, &mut self.lines(&view.bytes), depth - 1, budget);
            decoded.extend(counter.place(view, inner).filter(|spotted| room.takes(spotted.hit.judgement)));
            if room.is_full {
                break;
            }
        }
        if depth >= decode::ARCHIVE_DEPTH {
            decode::each_whole(bytes, budget, &mut |text, has_our_lines, budget| {
                if !room.is_full {
                    decoded.extend(
                        self.scan_to_depth(text, 0, &mut self.lines(text), depth - 1, budget)
                            .into_iter()
                            .filter(|spotted| room.takes(spotted.hit.judgement))
                            .map(|spotted| if has_our_lines { spotted } else { spotted.within_an_archive() }),
                    );
                }
            });
        }
        budget.cut.found |= room.is_full;
        decode::merged(plain, decoded)
    }

    /// As it stands; puts what is encoded into `views`.
    fn scan_plain<'look>(
        &self,
        bytes: &'look [u8],
        lead: usize,
        lines: &mut Lines,
        budget: &'look mut Budget,
        views: Option<&'look mut Vec<View>>,
    ) -> Vec<Spotted> {
        let mut look = Look {
            bytes,
            lead,
            hasher: &self.hasher,
            dead_ends: &self.dead_ends,
            state: Vec::new(),
            on_line: 0,
            found: Vec::new(),
            room: self.room,
            looks: self.looks,
            budget,
            views,
            split: 0..0,
            escaped: 0..0,
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
                if look.room.is_full {
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
        self.engine.keywords.each(&bytes[span.clone()], |at, keyword| {
            let start = span.start + at;
            for spelling in &self.engine.spellings[keyword] {
                let end = start + spelling.text.len();
                let mut candidates = Engine::candidates(bytes, spelling, start, end).peekable();
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
                if look.room.is_full {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        if !look.room.is_full {
            learn(lines, open.min(some.end)..some.end);
        }
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
