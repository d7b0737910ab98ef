//! Text from a repository in a report: rendered by an independent CommonMark renderer it is text and code, never a link,
//! a mention, an image or HTML, and it is all there.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, markdown_to_html, parse_document};
use foliolens::report::escape;

const WORD_JOINER: char = '\u{2060}';

pub fn run(data: &[u8]) {
    let hostile = String::from_utf8_lossy(data);
    let markdown = escape::markdown(&hostile);
    for document in [
        markdown.clone(),
        format!("- {markdown}\n"),
        format!("1. {markdown}\n"),
        format!("**a** {markdown} b\n"),
        format!("| a |\n|---|\n| {markdown} |\n"),
    ] {
        harmless(&document);
    }
    let table = format!("| a |\n|---|\n| {markdown} |\n| z |\n");
    assert_eq!(markdown_to_html(&table, &options()).matches("<tr>").count(), 3, "{table}");
    let code = escape::code_span(&hostile);
    let html = markdown_to_html(&format!("- see {code} there\n"), &options());
    assert_eq!((html.matches("<code>").count(), tags(&html)), (1, 6), "{html}");
    let inner = escape::html(&hostile);
    assert_eq!(tags(&inner), 2 * inner.matches("<code>").count(), "{inner}");
    let summary = escape::html_in_markdown(&hostile);
    assert_eq!(tags(&summary), 0, "{summary}");
    harmless_fold(&format!("<details><summary>{summary}</summary>\n\nmore\n</details>\n"));
    assert!(!escape::terminal(&hostile).chars().any(char::is_control));
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.render.r#unsafe = true;
    options
}

/// Asserts that `document` is nothing but text and code in the block around it.
fn harmless(document: &str) {
    let arena = Arena::new();
    let root = parse_document(&arena, document, &options());
    for node in root.descendants() {
        let value = &node.data.borrow().value;
        let is_text = match value {
            NodeValue::Text(text) => {
                assert_apart(text, document);
                true
            }
            NodeValue::Document
            | NodeValue::Paragraph
            | NodeValue::Code(_)
            | NodeValue::List(_)
            | NodeValue::Item(_)
            | NodeValue::Table(_)
            | NodeValue::TableRow(_)
            | NodeValue::TableCell => true,
            // Ours.
            NodeValue::Strong => document.starts_with("**a** "),
            _ => false,
        };
        assert!(is_text, "{value:?} in {document:?}");
    }
}

/// Asserts that an answer of ours, with the words of others in it, holds no link, mention, image or HTML, and nothing that
/// reorders or hides what stands around it.
pub fn harmless_answer(document: &str) {
    let arena = Arena::new();
    for node in parse_document(&arena, document, &options()).descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(text) => assert_apart(text, document),
            NodeValue::Document
            | NodeValue::Paragraph
            | NodeValue::SoftBreak
            | NodeValue::Code(_)
            | NodeValue::Strong
            | NodeValue::List(_)
            | NodeValue::Item(_) => {}
            other => panic!("{other:?} in {document:?}"),
        }
    }
    for line in document.split('\n') {
        let seen = line.replace(WORD_JOINER, "");
        assert_eq!(escape::terminal(&seen), seen, "{document:?}");
    }
}

/// Asserts that a comment of ours on a repository without an address holds no image, no mention, no link that leads
/// elsewhere than to our own pages, and no HTML but folds and what is not seen.
pub fn harmless_comment(document: &str) {
    let arena = Arena::new();
    let is_ours = |html: &str| {
        let tags = html.split('<').skip(1).map(|tag| tag.split(['>', ' ']).next().unwrap_or_default());
        tags.map(|tag| tag.trim_start_matches('/')).all(|tag| OURS.contains(&tag))
    };
    for node in parse_document(&arena, document, &options()).descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(text) => assert_apart(text, document),
            NodeValue::HtmlBlock(block) => assert!(is_ours(&block.literal), "{:?} in {document}", block.literal),
            NodeValue::HtmlInline(html) => assert!(is_ours(html), "{html:?} in {document}"),
            NodeValue::Link(link) => assert!(link.url.starts_with(OWN_PAGES), "{:?} in {document}", link.url),
            image @ NodeValue::Image(_) => panic!("{image:?} in {document}"),
            _ => {}
        }
    }
}

/// What a comment is made of besides markdown.
const OURS: &[&str] = &["details", "summary", "sub", "b", "br", "code", "!--"];
const OWN_PAGES: &str = "https://github.com/";

/// Asserts that nothing in `text` reads as a mention or a reference: GitHub looks for those itself.
fn assert_apart(text: &str, document: &str) {
    let letters: Vec<char> = text.chars().collect();
    for pair in letters.windows(2) {
        let is_apart = pair[1] == WORD_JOINER || pair[1].is_whitespace();
        assert!(!matches!(pair[0], '@' | '#') || is_apart, "{text:?} of {document:?}");
    }
    // :octocat: is an image.
    for name in text.split(':').skip(1).collect::<Vec<_>>().split_last().map_or(&[][..], |(_, names)| names) {
        let is_name = name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'+' | b'-'));
        assert!(name.is_empty() || !is_name, "{text:?} of {document:?}");
    }
}

/// Asserts that a fold holds its own two tags and its paragraph, and no other.
fn harmless_fold(document: &str) {
    let html = markdown_to_html(document, &options());
    assert_eq!(tags(&html), 6, "{html}");
    assert!(!html.contains("<a ") && !html.contains("<img"), "{html}");
}

fn tags(html: &str) -> usize {
    html.matches('<').count()
}
