//! Text from a repository is hostile wherever it is shown. HTML is escaped by askama; this is for the others. Public, so
//! that fuzzing (`tests/fuzz`) can try it.

use std::fmt::{self, Write};
use std::ops::{Range, RangeInclusive};

use askama::filters::Escaper;

/// Invisible, takes no room, and breaks mentions, references and addresses apart.
const WORD_JOINER: char = '\u{2060}';

/// Escapes whatever a markdown template shows, unless it is marked `safe` there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MarkdownEscaper;

impl Escaper for MarkdownEscaper {
    fn write_escaped_str<W: Write>(&self, mut to: W, text: &str) -> fmt::Result {
        to.write_str(&markdown(text))
    }
}

/// `text` as inline markdown: on one line, without markup, link, mention, reference or HTML, wherever in a paragraph,
/// list item or table cell it stands. What stands between two backticks becomes code, and so do the ids of commits, in
/// which GitHub then looks for no commit to link to, and which can still be copied.
pub fn markdown(text: &str) -> String {
    let text = one_line(text);
    let mut escaped = String::with_capacity(text.len() + 8);
    for piece in pieces(text.trim()) {
        match piece {
            Piece::Text(text) => {
                let mut end = 0;
                for commit in commits(text) {
                    escaped.push_str(&plain_markdown(&text[end..commit.start]));
                    push_code(&mut escaped, &text[commit.clone()]);
                    end = commit.end;
                }
                escaped.push_str(&plain_markdown(&text[end..]));
            }
            // In a table a bar ends the cell even inside of code.
            // Spaces in front of a line make it code, or end a list.
            Piece::Code(code) if code.contains(['|', '\\']) => {
                let code = if escaped.is_empty() { code.trim_start() } else { code };
                escaped.push_str(&plain_markdown(&without_commits(code)));
            }
            Piece::Code(code) => push_code(&mut escaped, code),
        }
    }
    escaped
}

/// Adds a code span that does not run into one before it.
fn push_code(escaped: &mut String, code: &str) {
    if escaped.ends_with('`') {
        escaped.push(' ');
    }
    escaped.push_str(&code_span(code));
}

/// `text` as HTML; what stands between two backticks becomes code.
pub fn html(text: &str) -> String {
    let text = one_line(text);
    let mut escaped = String::with_capacity(text.len() + 8);
    for piece in pieces(text.trim()) {
        match piece {
            Piece::Text(text) => escaped.push_str(&plain_html(text)),
            Piece::Code(code) => {
                escaped.push_str("<code>");
                escaped.push_str(&plain_html(code));
                escaped.push_str("</code>");
            }
        }
    }
    escaped
}

enum Piece<'a> {
    Text(&'a str),
    Code(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        match after.split_once('`') {
            Some((code, after)) if !code.trim().is_empty() => {
                pieces.extend([Piece::Text(before), Piece::Code(code)]);
                rest = after;
            }
            _ => {
                let (text, after) = rest.split_at(before.len() + 1);
                pieces.push(Piece::Text(text));
                rest = after;
            }
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn plain_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

fn plain_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = text.char_indices().peekable();
    // What begins a list, a heading or a rule at the start of a line is nothing special elsewhere.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    while let Some((at, c)) = rest.next() {
        let before = &text[..at];
        let starts = at == 0 && matches!(c, '+' | '-' | '=' | '#' | ':');
        let numbers = digits > 0 && at == digits && matches!(c, '.' | ')');
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' | '{' | '}' => escaped.extend(['\\', c]),
            _ if starts || numbers => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
        let next = rest.peek().map(|(_, next)| *next);
        let breaks = match c {
            '@' | '#' => true,
            ':' => {
                next == Some('/') || ends_with(before, &["mailto", "xmpp"]) || begins_emoji(&text[at + c.len_utf8()..])
            }
            '-' => begins_reference(before, next),
            _ => begins_host(before, c, next),
        };
        if breaks {
            escaped.push(WORD_JOINER);
        }
    }
    escaped
}

/// `text` as a markdown code span, on one line.
pub fn code_span(text: &str) -> String {
    let text = one_line(text);
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let pad = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty();
    let pad = if pad { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// `text` for raw HTML inside of markdown, where GitHub still looks for mentions and references.
pub fn html_in_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let text = plain_html(&without_commits(&one_line(text)));
    for (at, c) in text.char_indices() {
        let (before, next) = (&text[..at], text[at + c.len_utf8()..].chars().next());
        let breaks = match c {
            '@' | ':' | '.' => true,
            '-' => begins_reference(before, next),
            _ => begins_host(before, c, next),
        };
        escaped.push(c);
        if breaks {
            escaped.push(WORD_JOINER);
        }
    }
    // Also in entities, where the number sign has another meaning.
    escaped.replace("&#39;", "&apos;").replace('#', "#\u{2060}").replace('`', "&#96;").replace('[', "&#91;")
}

/// `text` for a terminal or a log: on one line, without control characters (and so without escape sequences) and
/// without characters that reorder the line.
pub fn terminal(text: &str) -> String {
    one_line(text)
}

/// Control characters, line breaks, and what reorders or hides text become spaces.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect()
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Line and paragraph separators, direction marks, embeddings, overrides, isolates.
            '\u{2028}' | '\u{2029}' | '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            // Zero width, interlinear annotations, byte order mark, tags.
            | '\u{200B}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// Whether `c` is the last letter of `www.`. To break it apart helps before the point: after it, what breaks it would only
/// become part of the host.
fn begins_host(before: &str, c: char, next: Option<char>) -> bool {
    matches!(c, 'w' | 'W') && next == Some('.') && ends_with(before, &["ww"])
}

/// Whether the hyphen between them makes it the number of an issue, `GH-1`.
fn begins_reference(before: &str, next: Option<char>) -> bool {
    ends_with(before, &["gh"]) && next.is_some_and(|next| next.is_ascii_digit())
}

/// Whether what follows a colon is the name of an emoji, `:octocat:`, which GitHub shows as an image. The second colon may
/// be one of ours, behind the text.
fn begins_emoji(rest: &str) -> bool {
    let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-'));
    name.len() < rest.len() && (name.is_empty() || name.starts_with(':'))
}

/// Where in `text` the id of a commit may stand, which GitHub links to where there is such a commit, in full or shortened
/// to 7 digits.
/// <https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls>
fn commits(text: &str) -> Vec<Range<usize>> {
    const LENGTHS: RangeInclusive<usize> = 7..=64;
    let mut found = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let id = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if LENGTHS.contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            found.push(start..start + id.len());
        }
        start += word.len();
    }
    found
}

/// `text` with what may be the ids of commits broken apart.
fn without_commits(text: &str) -> String {
    /// What is shorter than that is no id.
    const PART: usize = 6;
    let mut broken = String::with_capacity(text.len() + 8);
    let mut end = 0;
    for commit in commits(text) {
        broken.push_str(&text[end..commit.start]);
        for (at, c) in text[commit.clone()].char_indices() {
            if at > 0 && at % PART == 0 {
                broken.push(WORD_JOINER);
            }
            broken.push(c);
        }
        end = commit.end;
    }
    broken + &text[end..]
}

/// Whether `text` ends with one of `words` as a word of its own, in any case.
fn ends_with(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        text.len()
            .checked_sub(word.len())
            .is_some_and(|at| text.is_char_boundary(at) && text[at..].eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests;
