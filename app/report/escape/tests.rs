use std::sync::LazyLock;

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
        .replace("&#96;", "`")
        .replace("&#91;", "[")
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
        let read = outside_of_code(&html, tags);
        for pair in read.chars().collect::<Vec<_>>().windows(2) {
            let joined = pair[1] == WORD_JOINER || pair[1].is_whitespace();
            assert!(!matches!(pair[0], '@' | '#') || joined, "{html}");
        }
        assert_eq!(references(&read), Vec::<&str>::new(), "{html}");
        let shown = plain(&text);
        let shown = if tags.contains(&"table") { &shown[1..] } else { &shown };
        assert_eq!(shown, expected, "{html}");
    }
    let html = rendered(&format!("- see {} there\n", code_span(hostile)));
    text_of(&html, &["ul", "li", "code"]);
    assert_eq!(html.matches("<code>").count(), 1, "{html}");
    let html = rendered(&format!("<details><summary>{}</summary>\n\nmore\n</details>\n", html_in_markdown(hostile)));
    let read = text_of(&html, &["details", "summary", "p"]);
    assert_eq!(references(&read), Vec::<&str>::new(), "{html}");
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

/// What GitHub makes links, mentions and images of in what is no code.
/// <https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls>
fn references(text: &str) -> Vec<&str> {
    static PATTERNS: LazyLock<[regex::Regex; 6]> = LazyLock::new(|| {
        let patterns = [
            // @user, @organisation/team, user@commit, owner/repository@commit
            r"@[A-Za-z0-9]",
            // #1, owner#1, owner/repository#1
            r"#[0-9]",
            r"(?i)\bgh-[0-9]",
            r"(?i)(?-u:\b)[0-9a-f]{7,40}(?-u:\b)",
            r"(?i)https?://|www\.[a-z0-9]",
            // :octocat:, and what becomes one before a colon of ours
            r"(?i):[a-z0-9_+-]+(:|$)",
        ];
        patterns.map(|pattern| regex::Regex::new(pattern).expect("a pattern"))
    });
    PATTERNS.iter().filter_map(|pattern| pattern.find(text).map(|found| found.as_str())).collect()
}

#[test]
fn nothing_refers_to_an_issue_a_commit_or_a_team() {
    let sha = "a5c3785ed8d6a35868bc169f07e40e889087fd2e";
    for hostile in [
        "GH-123",
        "see gh-1, Gh-2; (GH-3)",
        "#26",
        "ana#26",
        "ana/shop#26",
        "fixes ana/shop#26 and closes #1",
        "@acme/owners",
        "@ana",
        "a@b",
        sha,
        &sha.to_uppercase(),
        &sha[..17],
        &sha[..7],
        "1234567",
        &format!("ana@{sha}"),
        &format!("ana/shop@{sha}"),
        &format!("ana/shop@{}", &sha[..7]),
        &format!("({sha})-{sha}"),
        &format!("é{sha}é"),
        "https://github.com/ana/shop/issues/26",
        "www.github.com/ana/shop/pull/1",
        "a :octocat: b",
        ":+1:",
        ":-1:",
        "::shipit::100:",
        "é:e-mail:é",
        ":octocat",
        "x:_:",
    ] {
        assert!(!references(hostile).is_empty(), "the patterns miss {hostile}");
        for (safe, how) in [(markdown(hostile), "markdown"), (html_in_markdown(hostile), "html")] {
            let shown = outside_of_code(&rendered(&safe), &["p"]);
            assert_eq!(references(&shown), Vec::<&str>::new(), "{how}: {hostile}: {safe}");
        }
        assert_eq!(markdown(&format!("`{hostile}`")), code_span(hostile), "in code GitHub looks for none");
    }
    assert_eq!(markdown("std::fs at 10:30, conf: yes; see app.py:12."), "std::fs at 10:30, conf: yes; see app.py:12.");
    assert_eq!(markdown("in a5c3785e, as we write it"), "in `a5c3785e`, as we write it");
    assert_eq!(markdown("`a5c3785e`a5c3785e 20240101_users"), "`a5c3785e` `a5c3785e` 20240101\\_users");
}

/// The text without what stands in code, where GitHub looks for no reference; tags are as for [`text_of`].
fn outside_of_code(html: &str, tags: &[&str]) -> String {
    let parts = html.split("<code>").enumerate();
    let parts = parts.map(|(at, part)| if at == 0 { part } else { part.split_once("</code>").expect("an end").1 });
    text_of(&parts.collect::<Vec<_>>().join(" "), tags)
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
                Just("@ana"), Just("GH-1"), Just("a5c3785"), Just("1234567"), Just("#"),
            ],
            0..12,
        )
    ) {
        assert_harmless(&parts.concat());
    }
}
