//! The lines of a text, each known by a hash, so that nobody has to look twice at a line that was there before: not in
//! the same history, and least of all in the version that a text is stored as a delta of.

use std::ops::Range;
use std::sync::Arc;

use super::seen::LineHasher;

/// A line that needs no second look has this bit in its mark.
const CLEAN: u64 = 1;

/// Where the lines of one text end, and what each is.
///
/// Twelve bytes a line. Marks of equal lines are the same for [`same`]; they are the scanner's own and mean nothing
/// outside of this process.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// Just behind the line break, or the end of the text.
    ends: Vec<u32>,
    marks: Arc<Vec<u64>>,
    /// Lines with a line break: all, or all but the last.
    terminated: usize,
}

/// A piece of a text that is also a piece of the text that it is stored as a delta of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Where it stands in the base.
    pub from: usize,
    /// Where it stands in the text.
    pub at: usize,
    /// Its bytes.
    pub len: usize,
}

impl Lines {
    /// Of `bytes`.
    pub(super) fn of(bytes: &[u8], hasher: &LineHasher) -> Self {
        Self::beside(bytes, None, hasher)
    }

    /// Of `bytes`, of which pieces stand in another text, whose lines are given.
    pub(super) fn beside(bytes: &[u8], base: Option<(&Lines, &[Copied])>, hasher: &LineHasher) -> Self {
        let mut growing = Growing { bytes, hasher, ends: Vec::new(), marks: Vec::new(), start: 0 };
        let mut at = 0;
        if let Some((base, copies)) = base {
            growing.ends.reserve(base.ends.len());
            growing.marks.reserve(base.ends.len());
            for copied in copies {
                growing.new_bytes(at..copied.at);
                growing.copied(*copied, base);
                at = copied.at + copied.len;
            }
        }
        growing.new_bytes(at..bytes.len());
        growing.finish()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// What they take in memory.
    pub fn bytes(&self) -> usize {
        self.count() * 12
    }

    /// What each line is, for [`same`].
    pub fn marks(&self) -> &Arc<Vec<u64>> {
        &self.marks
    }

    /// The bytes of the lines with these indices.
    pub(super) fn span(&self, lines: Range<usize>) -> Range<usize> {
        self.start(lines.start)..self.start(lines.end)
    }

    /// Where the line with this index begins; the end of the text behind the last one.
    fn start(&self, line: usize) -> usize {
        line.checked_sub(1).map_or(0, |before| self.end(before))
    }

    pub(super) fn end(&self, line: usize) -> usize {
        self.ends[line] as usize
    }

    /// What is remembered of the line in [`Seen`](super::seen::Seen).
    pub(super) fn entry(&self, line: usize) -> u64 {
        self.marks[line] | CLEAN
    }

    pub(super) fn is_clean(&self, line: usize) -> bool {
        self.marks[line] & CLEAN != 0
    }

    /// Only while nobody else holds the marks.
    pub(super) fn set_clean(&mut self, line: usize) {
        if let Some(marks) = Arc::get_mut(&mut self.marks) {
            marks[line] |= CLEAN;
        }
    }
}

/// Whether two lines are the same, by their marks.
pub fn same(one: &u64, other: &u64) -> bool {
    one | CLEAN == other | CLEAN
}

/// What a mark says of a line, the same for all lines that are the same.
pub fn identity(mark: u64) -> u64 {
    mark | CLEAN
}

struct Growing<'text> {
    bytes: &'text [u8],
    hasher: &'text LineHasher,
    ends: Vec<u32>,
    marks: Vec<u64>,
    /// Of the line that has no end yet.
    start: usize,
}

impl Growing<'_> {
    fn new_bytes(&mut self, part: Range<usize>) {
        let at = part.start;
        for newline in memchr::memchr_iter(b'\n', &self.bytes[part]) {
            self.line_to(at + newline + 1);
        }
    }

    fn line_to(&mut self, end: usize) {
        self.marks.push(self.hasher.hash(&self.bytes[self.start..end]) & !CLEAN);
        self.ends.push(end as u32);
        self.start = end;
    }

    fn copied(&mut self, copied: Copied, base: &Lines) {
        let Copied { from, at, len } = copied;
        let to = from + len;
        let mut first = base.ends.partition_point(|end| *end as usize <= from);
        // A line that began before the piece, here or there, is not that line.
        if self.start != at || base.start(first) != from {
            if first < base.terminated && base.end(first) <= to {
                self.line_to(at + base.end(first) - from);
                first += 1;
            } else {
                return;
            }
        }
        let last = first + base.ends[first..].partition_point(|end| *end as usize <= to);
        let last = last.min(base.terminated);
        if first < last {
            self.marks.extend_from_slice(&base.marks[first..last]);
            self.ends.extend(base.ends[first..last].iter().map(|end| (*end as usize - from + at) as u32));
            self.start = at + base.end(last - 1) - from;
        }
    }

    fn finish(mut self) -> Lines {
        let terminated = self.ends.len();
        if self.start < self.bytes.len() {
            self.line_to(self.bytes.len());
        }
        Lines { ends: self.ends, marks: Arc::new(self.marks), terminated }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agree(base: &str, copies: &[(usize, usize, usize)], text: &str) {
        let hasher = LineHasher::default();
        let copies: Vec<Copied> = copies.iter().map(|&(from, at, len)| Copied { from, at, len }).collect();
        for Copied { from, at, len } in &copies {
            assert_eq!(base[*from..from + len], text[*at..at + len], "{base:?} {text:?}");
        }
        let base = Lines::of(base.as_bytes(), &hasher);
        let found = Lines::beside(text.as_bytes(), Some((&base, &copies)), &hasher);
        let expected = Lines::of(text.as_bytes(), &hasher);
        assert_eq!((&found.ends, &found.marks), (&expected.ends, &expected.marks), "{text:?}");
        assert_eq!(found.terminated, expected.terminated, "{text:?}");
    }

    #[test]
    fn lines_that_were_copied_are_those_that_a_look_would_find() {
        // From, at, length.
        agree("a\nb\nc\n", &[(0, 0, 4), (4, 6, 2)], "a\nb\nX\nc\n");
        agree("abc\ndef\n", &[(1, 0, 7)], "bc\ndef\n");
        agree("abc\ndef\n", &[(0, 0, 6)], "abc\nde");
        agree("abc\ndef\n", &[(0, 1, 8)], "Xabc\ndef\n");
        agree("abc\ndef", &[(0, 0, 7), (0, 7, 7)], "abc\ndefabc\ndef");
        agree("abc", &[(0, 0, 3)], "abc\n");
        agree("abc", &[(0, 0, 3)], "abc");
        agree("a\nb\nc\n", &[(4, 0, 2), (2, 2, 2), (0, 4, 2)], "c\nb\na\n");
        agree("\n\n\n", &[(1, 0, 2)], "\n\n");
        agree("ab\ncd\n", &[(1, 0, 1), (4, 1, 2)], "bd\n");
        agree("", &[], "a\nb");
        agree("a\n", &[], "");
    }

    #[test]
    fn a_clean_line_is_clean_where_it_is_copied_to() {
        let hasher = LineHasher::default();
        let mut base = Lines::of(b"a\nb\n", &hasher);
        base.set_clean(1);
        let text = Lines::beside(b"x\nb\n", Some((&base, &[Copied { from: 2, at: 2, len: 2 }])), &hasher);
        assert!(!text.is_clean(0) && text.is_clean(1));
        assert!(same(&text.marks[1], &base.marks[1]));
    }
}
