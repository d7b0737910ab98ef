//! Where what stands in a text ends, asked of one place after another: each part of it is looked through once, however often
//! something is opened there and never closed.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

/// Where a mark comes next.
pub(super) struct Next<'t> {
    text: &'t str,
    mark: &'static str,
    /// What was found last, if anything was asked for.
    known: Option<Option<usize>>,
}

impl<'t> Next<'t> {
    pub(super) fn of(text: &'t str, mark: &'static str) -> Self {
        Next { text, mark, known: None }
    }

    /// Where it comes next, from `start` on. A start must not lie before the one that was asked for last.
    pub(super) fn behind(&mut self, start: usize) -> Option<usize> {
        if self.known.is_none_or(|known| known.is_some_and(|at| at < start)) {
            self.known = Some(self.text[start..].find(self.mark).map(|at| start + at));
        }
        self.known.flatten()
    }
}

/// Where strings end.
pub(super) struct Ends<'t> {
    text: &'t str,
    /// The quotes that nothing closes any more.
    unclosed: Vec<&'static str>,
    /// The lines that begin with each word, by where they begin.
    lines: OnceCell<HashMap<&'t str, Vec<usize>>>,
}

impl<'t> Ends<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Ends { text, unclosed: Vec::new(), lines: OnceCell::new() }
    }

    /// What is within the quotes, or the lines of the heredoc, that begin at `start`. A start must not lie before the one
    /// that was asked for last.
    pub(super) fn literal(&mut self, start: usize) -> Option<Range<usize>> {
        let rest = &self.text[start..];
        if let Some(name) = ["<<<", "<<~", "<<-"].iter().find_map(|mark| rest.strip_prefix(mark)) {
            let name = word(name.trim_start_matches(['\'', '"']));
            let body = start + rest.find('\n')? + 1;
            let lines = self.lines.get_or_init(|| lines(self.text)).get(name)?;
            return lines.get(lines.partition_point(|line| *line < body)).map(|end| body..*end);
        }
        let rest = rest.trim_start_matches(['$', '@', 'r', 'f']);
        let open = self.text.len() - rest.len();
        let quote = ["\"\"\"", "'''", "\"", "'", "`"].into_iter().find(|quote| rest.starts_with(quote))?;
        if self.unclosed.contains(&quote) {
            return None;
        }
        let body = open + quote.len();
        let mut ends = self.text[body..].match_indices(quote).map(|(at, _)| body + at);
        let end = ends.find(|end| !self.text[..*end].ends_with('\\'));
        if end.is_none() {
            self.unclosed.push(quote);
        }
        end.map(|end| body..end)
    }
}

/// The lines of `text` that begin with each word.
fn lines(text: &str) -> HashMap<&str, Vec<usize>> {
    let mut lines: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        match word(line.trim_start()) {
            "" => {}
            first => lines.entry(first).or_default().push(at),
        }
        at += line.len();
    }
    lines
}

/// The word that `text` begins with.
fn word(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_from_where_it_is_asked_for() {
        let mut next = Next::of("a b a b", "b");
        assert_eq!([0, 1, 2, 3, 7].map(|start| next.behind(start)), [Some(2), Some(2), Some(2), Some(6), None]);
    }

    #[test]
    fn strings_end_at_their_quote_and_heredocs_at_their_name() {
        let text = "'a\\'b' <<~SQL\n  SQLITE\n  c\n  SQL;\n \"d";
        let mut ends = Ends::of(text);
        let mut at = |start: &str| ends.literal(text.find(start)?).map(|range| &text[range]);
        assert_eq!(at("'a"), Some("a\\'b"));
        assert_eq!(at("<<~"), Some("  SQLITE\n  c\n"));
        assert_eq!(at("\"d"), None);
    }
}
