//! Texts that stand in a blob in another form: encoded, escaped, split over literals, or packed.
//!
//! What is decoded is a [`View`], which is scanned by the same engine as the blob itself, and again for what it holds in
//! turn. Lines with a view are never remembered as clean. Each file knows one kind of encoding.

mod archive;
mod base64;
mod escapes;
mod hex;
mod joints;
mod runs;
mod utf16;
mod whole;

use std::collections::HashSet;
use std::ops::Range;

use super::cut::Cut;
use super::rules::{Tier, rule};
use super::{Hit, Judgement};
use crate::Limits;

pub use archive::Unopened;
pub(super) use joints::{is_told_by, is_told_by_its_line, near_miss};
pub(super) use runs::runs;
pub use utf16::text as text_of_two_bytes;
pub use whole::unopened;
pub(super) use whole::{each_whole, is_packed};

/// An encoding within an encoding within a file is the deepest that is looked into (an encoded secret of a cluster in
/// an archive); each level multiplies what a hostile file can cost.
pub(super) const DEPTH: u32 = 3;

/// The levels at which archives and other encodings of a whole file are opened: archives one level deep, or encoded.
pub(super) const ARCHIVE_DEPTH: u32 = DEPTH - 1;

/// What one blob's views may come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// Views. Files with more are data sets of encoded texts.
    views: usize,
    /// Bytes decoded. An archive with more is a distribution; decoding this takes a tenth of a second.
    bytes: usize,
    /// What was left out.
    pub(super) cut: Cut,
    /// What can not be opened, in it or in what is packed in it.
    pub(super) unopened: Option<Unopened>,
}

impl Budget {
    pub(super) fn within(limits: &Limits) -> Self {
        Budget { views: limits.views, bytes: limits.unpacked, cut: Cut::default(), unopened: None }
    }

    /// Notes that more is encoded or packed than there is room for.
    fn exceed(&mut self) {
        self.cut.packed = true;
    }

    /// Notes what can not be opened; the first is named.
    pub(super) fn refuses(&mut self, unopened: Option<Unopened>) {
        self.unopened = self.unopened.or(unopened);
    }

    /// The bytes that may still be decoded.
    fn left(&self) -> usize {
        if self.views == 0 { 0 } else { self.bytes }
    }

    /// Takes in one view; whether it is still within the budget.
    pub(super) fn takes(&mut self, bytes: usize) -> bool {
        let fits = self.views > 0 && bytes <= self.bytes;
        if fits {
            self.views -= 1;
            self.bytes -= bytes;
        } else {
            self.exceed();
        }
        fits
    }
}

/// A part of a blob, decoded.
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// What stands around the encoded part (the name that it is given to) leads the bytes, so long.
    pub(super) lead: usize,
    /// Where it stands in the blob.
    pub(super) origin: Range<usize>,
}

/// A hit and where its value stands.
pub(super) struct Spotted {
    pub(super) hit: Hit,
    pub(super) span: (usize, usize),
}

impl Spotted {
    /// Nobody can open an archive at a line.
    pub(super) fn within_an_archive(self) -> Self {
        Spotted { hit: Hit { lines: (1, 1), ..self.hit }, span: (0, 0) }
    }
}

/// What of a blob's line leads the view of something that stands at `at`: the name of a setting, say.
fn lead(bytes: &[u8], at: usize) -> &[u8] {
    const LONGEST: usize = 64;
    let from = at.saturating_sub(LONGEST);
    let start = bytes[from..at].iter().rposition(|byte| *byte == b'\n').map_or(from, |newline| from + newline + 1);
    &bytes[start..at]
}

/// Counts lines up to places in a text that come in order.
pub(super) struct LineCounter<'text> {
    text: &'text [u8],
    line: u32,
    counted: usize,
}

impl<'text> LineCounter<'text> {
    pub(super) fn of(text: &'text [u8]) -> Self {
        LineCounter { text, line: 1, counted: 0 }
    }

    /// The hits in `view`, with the lines of its origin. A view must not begin before the last one.
    pub(super) fn place(&mut self, view: &View, inner: Vec<Spotted>) -> impl Iterator<Item = Spotted> + use<> {
        let Range { start, end } = view.origin;
        let newlines = |part: &[u8]| memchr::memchr_iter(b'\n', part).count() as u32;
        self.line += newlines(&self.text[self.counted..start]);
        self.counted = start;
        let lines = (self.line, self.line + newlines(&self.text[start..end]));
        let lead = view.lead;
        inner
            .into_iter()
            // What leads the view is found as it stands, a marker says what a whole file is, and what is decoded on a
            // guess must keep its promises.
            .filter(move |inner| {
                inner.span.1 > lead
                    && inner.hit.judgement != Judgement::Malformed
                    && rule(inner.hit.rule).is_some_and(|rule| rule.tier != Tier::Marker)
            })
            .map(move |inner| Spotted { hit: Hit { lines, ..inner.hit }, span: (start, end) })
    }
}

/// The parts of a blob that have a view; lines there are never remembered as clean.
pub(super) struct Covered(Vec<Range<usize>>);

impl Covered {
    pub(super) fn by(mut parts: Vec<Range<usize>>) -> Self {
        parts.sort_by_key(|part| part.start);
        parts.dedup_by(|next, last| {
            let joins = next.start <= last.end;
            if joins {
                last.end = last.end.max(next.end);
            }
            joins
        });
        Covered(parts)
    }

    pub(super) fn touches(&self, start: usize, end: usize) -> bool {
        let next = self.0.partition_point(|part| part.end <= start);
        self.0.get(next).is_some_and(|part| part.start < end)
    }
}

/// What was found as it stands and what was found decoded, together. Of two at one place the surer one stays.
pub(super) fn merged(plain: Vec<Spotted>, decoded: Vec<Spotted>) -> Vec<Spotted> {
    if decoded.is_empty() {
        return plain;
    }
    let tier = |spotted: &Spotted| rule(spotted.hit.rule).map(|rule| rule.tier);
    let at_one_place = |one: &Spotted, other: &Spotted| one.span.0 < other.span.1 && other.span.0 < one.span.1;
    let what = |spotted: &Spotted| (spotted.hit.rule, spotted.hit.fingerprint);
    let known: HashSet<_> = plain.iter().map(what).collect();
    let decoded: Vec<Spotted> = decoded
        .into_iter()
        .filter(|new| !known.contains(&what(new)))
        .filter(|new| !plain.iter().any(|old| at_one_place(old, new) && tier(old) <= tier(new)))
        .collect();
    let mut all: Vec<Spotted> = plain
        .into_iter()
        .filter(|old| !decoded.iter().any(|new| at_one_place(old, new) && tier(new) < tier(old)))
        .collect();
    all.extend(decoded);
    all.sort_by(|a, b| (a.hit.lines, a.span, a.hit.rule).cmp(&(b.hit.lines, b.span, b.hit.rule)));
    // What a view holds is also in the view of a part of it.
    let mut seen = HashSet::new();
    all.retain(|spotted| seen.insert((spotted.hit.lines.0, what(spotted))));
    all
}

#[cfg(test)]
mod tests;
