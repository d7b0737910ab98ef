//! Text from a repository is hostile wherever it is shown. HTML is escaped by askama; this is for the others. Public, so
//! that fuzzing (`tests/fuzz`) can try it.

use std::fmt::{self, Write};

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
/// list item or table cell it stands. What stands between two backticks becomes code.
pub fn markdown(text: &str) -> String {
    let text = one_line(text);
    let mut escaped = String::with_capacity(text.len() + 8);
    for piece in pieces(text.trim()) {
        match piece {
            Piece::Text(text) => escaped.push_str(&plain_markdown(text)),
            // In a table a bar ends the cell even inside of code.
            // Spaces in front of a line make it code, or end a list.
            Piece::Code(code) if code.contains(['|', '\\']) => {
                let code = if escaped.is_empty() { code.trim_start() } else { code };
                escaped.push_str(&plain_markdown(code));
            }
            Piece::Code(code) => {
                if escaped.ends_with('`') {
                    escaped.push(' ');
                }
                escaped.push_str(&code_span(code));
            }
        }
    }
    escaped
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
            ':' => next == Some('/') || ends_with(before, &["mailto", "xmpp"]),
            // Before the point: after it, it would only become part of the host.
            'w' | 'W' => next == Some('.') && ends_with(before, &["ww"]),
            '-' => ends_with(before, &["gh"]) && next.is_some_and(|next| next.is_ascii_digit()),
            _ => false,
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
    for c in plain_html(&one_line(text)).chars() {
        escaped.push(c);
        if matches!(c, '@' | ':' | '.') {
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

/// Whether `text` ends with one of `words` as a word of its own, in any case.
fn ends_with(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        text.len()
            .checked_sub(word.len())
            .is_some_and(|at| text.is_char_boundary(at) && text[at..].eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use comrak::{Options, markdown_to_html};
    use proptest::prelude::*;

    fn rendered(markdown: &str) -> String {
        let mut options = Options::default();
        options.extension.autolink = true;
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.tasklist = true;
        options.extension.footnotes = true;
        options.extension.math_dollars = true;
        options.render.r#unsafe = true;
        markdown_to_html(markdown, &options)
    }

    /// The text nodes, with a space where tags were; panics when there is a tag that is not in `tags`.
    fn text_of(html: &str, tags: &[&str]) -> String {
        let mut text = String::new();
        for (index, part) in html.split('<').enumerate() {
            if index == 0 {
                text.push_str(part);
                continue;
            }
            let (tag, after) = part.split_once('>').expect("a tag is closed");
            assert!(tags.contains(&tag.trim_start_matches('/').trim()), "<{tag}> in {html}");
            text.push_str(after);
        }
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
    }

    fn assert_harmless(hostile: &str) {
        let plain = |text: &str| {
            let seen = |c: &char| !c.is_whitespace() && !matches!(c, '`' | '\u{2060}');
            text.chars().filter(seen).collect::<String>()
        };
        let expected = plain(&one_line(hostile));
        for (document, tags) in [
            (markdown(hostile), &["p", "code"][..]),
            (format!("- {}\n", markdown(hostile)), &["ul", "li", "code"][..]),
            (format!("1. {}\n", markdown(hostile)), &["ol", "li", "code"][..]),
            (
                format!("| a |\n|---|\n| {} |\n", markdown(hostile)),
                &["table", "thead", "tbody", "tr", "th", "td", "code"][..],
            ),
        ] {
            let html = rendered(&document);
            let text = text_of(&html, tags);
            for pair in text.chars().collect::<Vec<_>>().windows(2) {
                let in_code = html.contains("<code>");
                let joined = pair[1] == WORD_JOINER || pair[1].is_whitespace();
                assert!(in_code || !matches!(pair[0], '@' | '#') || joined, "{html}");
            }
            let shown = plain(&text);
            let shown = if tags.contains(&"table") { &shown[1..] } else { &shown };
            assert_eq!(shown, expected, "{html}");
        }
        let html = rendered(&format!("- see {} there\n", code_span(hostile)));
        text_of(&html, &["ul", "li", "code"]);
        assert_eq!(html.matches("<code>").count(), 1, "{html}");
        let html =
            rendered(&format!("<details><summary>{}</summary>\n\nmore\n</details>\n", html_in_markdown(hostile)));
        text_of(&html, &["details", "summary", "p"]);
    }

    #[test]
    fn what_is_known_to_do_harm_does_none() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://example.com/pixel.png)",
            "[x](javascript:alert(1))",
            "https://example.com www.example.com ftp://example.com mailto:a@example.com xmpp:a@example.com",
            "WWW.example.com HTTPS://EXAMPLE.COM",
            "@everyone #1 ana/shop#1 GH-12 fixes #3",
            "a | b | c",
            "`code` ``more`` \\` \\",
            "# heading",
            "1. one",
            "12) twelve",
            "- [x] done",
            "---",
            "===",
            "> quote",
            "&lt;b&gt; &#64;ana &amp;",
            "$x$ $$y$$ [^1]",
            "a\n\nb\r\n    code",
            "`\u{1}\0\0\0\0\0\0\0S \\`x",
            "`      |` `     \\`",
            "\u{202E}evil\u{2066}",
            "<!-- hidden -->",
            "```\nfence",
            "~~~\nfence",
            ": definition",
            "www.www.example.com",
            "a@b.c",
            "+ a",
            "* b",
        ] {
            assert_harmless(hostile);
        }
    }

    #[test]
    fn a_terminal_sees_no_escape_sequence() {
        assert_eq!(terminal("a\u{1b}[31mred\u{9b}0m\r\nb\u{202e}c"), "a [31mred 0m  b c");
    }

    proptest! {
        #[test]
        fn nothing_from_a_repository_is_more_than_text(hostile in "[ -~\\n\\t\u{a0}é\u{202e}\u{200b}]{0,60}") {
            assert_harmless(&hostile);
        }

        #[test]
        fn nor_is_what_looks_like_markup(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("@"), Just("#1"), Just("<"), Just(">"), Just("`"), Just("``"), Just("["), Just("]("), Just(")"),
                    Just("!"), Just("*"), Just("_"), Just("|"), Just("\\"), Just("https://"), Just("www."), Just("a.b"),
                    Just("mailto:"), Just("\n"), Just("    "), Just("-"), Just("1."), Just("&#"), Just(";"), Just("$"),
                    Just("\0"), Just("~~"), Just("x"), Just(" "), Just("a@b.co"), Just(":"), Just("/"), Just("="), Just("<!--"),
                ],
                0..12,
            )
        ) {
            assert_harmless(&parts.concat());
        }
    }
}
