//! A page of styled text: what a terminal shows, before anybody decides whether that is ANSI, plain text or a picture.

use anstyle::{AnsiColor, Color, Style as Ansi};
use textwrap::core::display_width;

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

/// A piece of text that is our own or was made safe.
pub(super) fn span(ink: Ink, text: impl Into<String>) -> Span {
    Span { text: escape::terminal(&text.into()), ink }
}

impl Page {
    pub(super) fn new(width: usize) -> Page {
        Page { lines: Vec::new(), width: width.clamp(60, 100) }
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

    /// `text` after `lead`, wrapped; the lines that follow begin where the first one's text does.
    pub(super) fn paragraph(&mut self, lead: impl IntoIterator<Item = Span>, ink: Ink, text: &str) {
        let lead: Vec<Span> = lead.into_iter().collect();
        let indent: usize = lead.iter().map(|span| display_width(&span.text)).sum();
        let text = escape::terminal(text);
        let wrapped = textwrap::wrap(text.trim(), self.width.saturating_sub(indent).max(20));
        let mut lead = Some(lead);
        for line in wrapped {
            let mut spans = lead.take().unwrap_or_else(|| vec![span(Ink::Plain, " ".repeat(indent))]);
            spans.push(span(ink, line.into_owned()));
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
