use super::super::{Format, fixture, render};
use super::*;

fn text(reports: &[Report], style: Style) -> String {
    render(reports, Format::Terminal, &style)
}

#[test]
fn the_whole_report_reads_from_top_to_bottom() {
    let text = text(&[fixture::report()], fixture::style());
    let top: Vec<&str> = text.lines().take(23).collect();
    let expected = [
        "",
        "  foliolens · ana/shop",
        "  As of commit aaaaaaa on main: 123 commits, the saved steps of the work, by 1",
        "  author, dated 2023-11-14 to 2023-12-08",
        "  Written in Python 83 %; built with FastAPI",
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
        "  ▲ A key or password that looks real, in the history",
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
    let brief: Vec<&str> = text.lines().skip(7).take(7).collect();
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
    for width in [0, 40, 50, 60, 69, 72, 100, 1000] {
        for line in text(&[fixture::report(), fixture::bare()], Style { width, ..fixture::style() }).lines() {
            assert!(display_width(line) <= width.clamp(40, 100), "{width}: {line}");
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

#[test]
fn in_a_narrow_terminal_a_sentence_stands_below_its_area() {
    let text = text(&[fixture::report()], Style { width: 60, ..fixture::style() });
    let table: Vec<&str> = text.lines().skip_while(|line| !line.contains("● Commits")).take(3).collect();
    let expected =
        ["  ● Commits  strong", "    92 % of 120 commits touch five files or fewer", "  ◐ README   adequate"];
    assert_eq!(table, expected, "{text}");
}

#[test]
fn a_sign_stays_with_its_area_and_the_legend_names_all_that_it_stands_for() {
    for width in 40..=100 {
        let text = text(&[fixture::report(), fixture::report()], Style { width, ..fixture::style() });
        assert!(!text.lines().any(|line| line.ends_with(['●', '◐', '○', '–'])), "{width}: {text}");
        let legend = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(legend.contains("– not applicable or not assessed"), "{legend}");
    }
}

#[test]
fn another_name_of_the_same_repository_is_a_note_and_no_warning() {
    let one = |has_failed, reason: &str| Without {
        position: 0,
        target: "./shop".to_owned(),
        reason: reason.to_owned(),
        has_failed,
    };
    let same = one(false, "it is the same repository as shop, and counted once");
    let said = |without: &[Without]| page(&[fixture::report()], without, &fixture::style()).text(false);
    assert!(said(&[same]).contains("  · ./shop: it is the same repository as shop, and counted once."));
    assert!(said(&[one(true, "it is empty")]).contains("  ▲ ./shop: no report, because it is empty."));
}

#[test]
fn where_credentials_are_all_that_was_asked_for_every_place_is_shown() {
    let mut report = fixture::report();
    let secrets = report.areas.iter_mut().find(|area| area.id == SECRETS).expect("the area");
    let signal = secrets.signals.iter_mut().find(|signal| signal.id == "secrets.history").expect("the signal");
    let one = signal.places[0].clone();
    signal.places =
        (1..=9).map(|line| super::super::model::Place { start: Some(line), end: None, ..one.clone() }).collect();
    let shown = |report: &Report| text(std::slice::from_ref(report), fixture::style());
    assert!(shown(&report).contains("and 6 more"), "{}", shown(&report));
    report.areas.retain(|area| area.id == SECRETS);
    assert!(!shown(&report).contains("and 6 more"), "{}", shown(&report));
}
