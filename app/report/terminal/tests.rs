use super::super::{Format, fixture, render};
use super::*;

fn text(reports: &[Report], style: Style) -> String {
    render(reports, Format::Terminal, &style)
}

#[test]
fn the_whole_report_reads_from_top_to_bottom() {
    let text = text(&[fixture::report()], fixture::style());
    let top: Vec<&str> = text.lines().take(22).collect();
    let expected = [
        "",
        "  foliolens · ana/shop",
        "  commit aaaaaaa on main: 123 commits by 1 author",
        "  Python 83 %; FastAPI",
        "  HEAD of ./shop; uncommitted changes are not looked at",
        "  ────────────────────────────────────────────────────────────────────────────",
        "  ● Commits  strong          92 % of 120 commits touch five files or fewer",
        "  ◐ README   adequate        3 of 9 variables that the code reads are documented",
        "                             nowhere: `A`, `B`, `C`",
        "  ○ Tests    weak            No test was found in 40 files",
        "  ○ Secrets  weak            1 live-looking credential in the history: a key in",
        "                             config/prod.env line 3.",
        "  – API      not applicable  There is no HTTP API",
        "",
        "  ▲ Parts of this repository could not be read, so this report is incomplete.",
        "    What is missing is listed below and counts neither way.",
        "",
        "  Red flags",
        "  ▲ A key or password that looks real, in the history (a credential)",
        "    1 live-looking credential in the history: a key in config/prod.env line 3.",
        "    config/prod.env:3 at ccccccc",
        "  ▲ No tests anywhere",
    ];
    assert_eq!(top, expected, "{text}");
    let titles = &words().titles;
    let order: [&str; 5] = [&titles.red_flags, &titles.first, &titles.strengths, "README ·", &titles.not_looked_at];
    let at: Vec<usize> = order.iter().map(|part| text.find(part).expect(part)).collect();
    assert!(at.is_sorted(), "{text}");
}

#[test]
fn questions_are_short_until_more_is_asked_for() {
    let short = text(&[fixture::report()], fixture::style());
    assert!(short.contains("1 A message that arrives twice:") && short.contains("src/hooks.py:7-9"), "{short}");
    assert!(!short.contains("A strong answer:"));
    let long = text(&[fixture::report()], Style { verbose: true, ..fixture::style() });
    assert_eq!(long.matches("A strong answer:").count(), 2);
}

#[test]
fn a_trial_leads_with_what_was_asked_for() {
    let text = text(&[fixture::trial()], fixture::style());
    let brief: Vec<&str> = text.lines().skip(6).take(7).collect();
    let expected = [
        "  What was asked for",
        "  ✓ A background task: met",
        "    There is one background task (RQ).",
        "    trial.task · tasks.py:4",
        "  ~ Tests <b>: partly met",
        "    There is a scaffold.",
        "    tests.exist · tasks.py:4",
    ];
    assert_eq!(brief, expected, "{text}");
    assert!(text.contains("– A schema: could not be seen"), "{text}");
}

#[test]
fn no_line_is_wider_than_asked() {
    for width in [0, 60, 72, 100, 1000] {
        for line in text(&[fixture::report(), fixture::bare()], Style { width, ..fixture::style() }).lines() {
            assert!(display_width(line) <= width.clamp(60, 100), "{line}");
        }
    }
}

#[test]
fn without_utf_8_there_is_only_ascii_and_without_colour_no_escape() {
    let plain = text(&[fixture::report()], Style { unicode: false, ..fixture::style() });
    assert!(plain.is_ascii(), "{plain}");
    assert!(!plain.contains('\u{1b}'));
    let colored = text(&[fixture::report()], Style { color: true, ..fixture::style() });
    assert!(colored.contains("\u{1b}[32m"));
    assert_eq!(anstream::adapter::strip_str(&colored).to_string().lines().count(), {
        text(&[fixture::report()], fixture::style()).lines().count()
    });
}

#[test]
fn a_hostile_repository_can_not_speak_to_the_terminal() {
    let text = text(&[fixture::hostile()], Style { verbose: true, ..fixture::style() });
    assert!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{text}");
}
