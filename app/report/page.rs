//! A page of styled text: what a terminal shows, before anybody decides whether that is ANSI, plain text or a picture.

use anstyle::{AnsiColor, Color, Style as Ansi};
use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

use super::escape;

/// What a piece of text is, not how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Title,
    Faint,
    Good,
    Fair,
    Bad,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) ink: Ink,
}

/// Lines of text, no wider than [`Page::width`] unless a single word is.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) lines: Vec<Vec<Span>>,
    width: usize,
}

/// Narrower, nothing can be laid out; wider, nobody wants to read.
pub(super) const NARROWEST: usize = 40;
pub(super) const WIDEST: usize = 100;

/// Below so many columns, what stands beside a long lead would be a pillar of words.
const COLUMNS: usize = 70;

/// A space at which no line is broken.
pub(super) const TIED: char = '\u{a0}';

/// A piece of text that is our own or was made safe.
pub(super) fn span(ink: Ink, text: impl Into<String>) -> Span {
    Span { text: escape::terminal(&text.into()), ink }
}

impl Page {
    pub(super) fn new(width: usize) -> Page {
        Page { lines: Vec::new(), width: width.clamp(NARROWEST, WIDEST) }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn blank(&mut self) {
        self.lines.push(Vec::new());
    }

    pub(super) fn line(&mut self, spans: impl IntoIterator<Item = Span>) {
        self.lines.push(spans.into_iter().collect());
    }

    /// `text` beside `lead` as [`Page::paragraph`] has it, or below where the page is too narrow for both.
    pub(super) fn beside(&mut self, lead: impl IntoIterator<Item = Span>, ink: Ink, text: &str) {
        if self.width >= COLUMNS {
            return self.paragraph(lead, ink, text);
        }
        self.line(lead);
        self.paragraph([span(Ink::Plain, "    ")], ink, text);
    }

    /// `text` after `lead`, wrapped; the lines that follow begin where the first one's text does.
    pub(super) fn paragraph(&mut self, lead: impl IntoIterator<Item = Span>, ink: Ink, text: &str) {
        let lead: Vec<Span> = lead.into_iter().collect();
        let indent: usize = lead.iter().map(|span| display_width(&span.text)).sum();
        let text = escape::terminal(text).replace(" %", &format!("{TIED}%"));
        // A name such as .python-version is no word to be divided.
        let options =
            Options::new(self.width.saturating_sub(indent).max(20)).word_splitter(WordSplitter::NoHyphenation);
        let wrapped = textwrap::wrap(text.trim(), options);
        let mut lead = Some(lead);
        for line in wrapped {
            let mut spans = lead.take().unwrap_or_else(|| vec![span(Ink::Plain, " ".repeat(indent))]);
            spans.push(span(ink, line.replace(TIED, " ")));
            self.lines.push(spans);
        }
    }

    /// As text, with ANSI sequences if `color`.
    pub(super) fn text(&self, color: bool) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let mut shown = String::new();
            for span in line {
                let style = if color { ansi(span.ink) } else { Ansi::new() };
                shown.push_str(&format!("{style}{}{style:#}", span.text));
            }
            text.push_str(shown.trim_end());
            text.push('\n');
        }
        text
    }
}

fn ansi(ink: Ink) -> Ansi {
    let color = |color| Ansi::new().fg_color(Some(Color::Ansi(color)));
    match ink {
        Ink::Plain => Ansi::new(),
        Ink::Title => Ansi::new().bold(),
        Ink::Faint => Ansi::new().dimmed(),
        Ink::Good => color(AnsiColor::Green),
        Ink::Fair => color(AnsiColor::Yellow),
        Ink::Bad => color(AnsiColor::Red),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: usize, write: impl FnOnce(&mut Page)) -> String {
        let mut page = Page::new(width);
        write(&mut page);
        page.text(false)
    }

    #[test]
    fn neither_a_number_nor_a_name_is_torn() {
        let text = "It says what changed in the messages of 27 % of commits, such as .python-version";
        for width in NARROWEST..=WIDEST {
            let written = written(width, |page| page.paragraph([], Ink::Plain, text));
            assert!(written.contains("27 %") && written.contains(".python-version"), "{written}");
        }
    }

    #[test]
    fn what_has_no_room_beside_its_lead_stands_below() {
        let write =
            |page: &mut Page| page.beside([span(Ink::Title, "  Tests  weak  ")], Ink::Plain, "No test was found");
        assert_eq!(written(80, write), "  Tests  weak  No test was found\n");
        assert_eq!(written(60, write), "  Tests  weak\n    No test was found\n");
    }
}
