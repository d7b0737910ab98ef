//! The report as a GitHub comment: `templates/report.md`, made to fit.

use askama::Template;
use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::{Confidence, Outcome};

use super::Without;
use super::brief::{Brief, BriefItem};
use super::digest::{Found, Group};
use super::model::{Area, Report, Signal};
use super::places::{self, Shown};
use super::portfolio::Habits;
use super::words::{Words, words};
use super::{escape, fit, prose};

/// How many places a reader of a comment wants to see.
const PLACES: usize = 5;

/// The reports within `limit`.
pub(super) fn render(reports: &[Report], without: &[Without], limit: fit::Limit) -> String {
    let version = reports.first().map(prose::version).unwrap_or_default();
    let views: Vec<View> = reports.iter().map(View::new).collect();
    let page = Page {
        views,
        without: without.iter().map(|one| words().habits.without(one)).collect(),
        habits: Habits::of(reports),
        words: words(),
        legend: words().legend.line(glyph),
        version,
    };
    fit::fit(&page.render().expect("a string takes everything"), limit)
}

#[derive(Template)]
#[template(path = "report.md", escape = "md", config = "templates/askama.toml")]
struct Page<'a> {
    views: Vec<View<'a>>,
    without: Vec<String>,
    habits: Habits,
    words: &'static Words,
    legend: String,
    version: String,
}

/// A report as the template shows it. What is markdown already is marked `safe` there.
struct View<'a> {
    report: &'a Report,
    name: String,
    plain_name: String,
    reviewed: String,
    content: String,
    what: String,
    brief: Option<BriefView<'a>>,
    areas: Vec<AreaView<'a>>,
    changes: Vec<String>,
    changed: Vec<String>,
    red_flags: Vec<Line>,
    has_secrets: bool,
    first: Vec<StepView<'a>>,
    strengths: Vec<Line>,
    questions: Vec<QuestionView<'a>>,
    not_looked_at: Vec<String>,
}

struct BriefView<'a> {
    counted: &'a str,
    items: Vec<ItemView<'a>>,
}

struct ItemView<'a> {
    name: &'a str,
    outcome: &'static str,
    glyph: &'static str,
    signals: Vec<SignalView<'a>>,
}

struct AreaView<'a> {
    id: &'a str,
    title: &'a str,
    grade: String,
    summary: String,
    question: &'static str,
    counts: String,
    keep: u8,
    signals: Vec<SignalView<'a>>,
}

struct SignalView<'a> {
    ids: String,
    glyph: &'static str,
    summary: &'a str,
    confidence: &'static str,
    places: String,
    remedy: Option<(&'a str, &'static str)>,
}

struct StepView<'a> {
    remedy: &'a str,
    effort: &'static str,
    area: &'a str,
    summary: String,
    see: String,
}

struct QuestionView<'a> {
    topic: &'a str,
    ask: &'a str,
    strong: &'a str,
    weak: &'a str,
    places: String,
}

struct Line {
    title: String,
    summary: String,
    places: String,
}

impl<'a> View<'a> {
    fn new(report: &'a Report) -> Self {
        let name = escape::code_span(report.name()).replace('|', "\\|");
        let reviewed = escape::markdown(&prose::reviewed(report));
        let line = |title: String, summary: String, signal: &Signal, most: usize| Line {
            title,
            summary,
            places: places(report, signal, most),
        };
        let flags = report.found_red_flags();
        View {
            report,
            name: report.web.as_ref().map(|web| format!("[{name}]({web})")).unwrap_or(name),
            plain_name: escape::html_in_markdown(report.name()),
            reviewed: match &report.note {
                Some(note) => format!("{reviewed}. {}", escape::markdown(note)),
                None => reviewed,
            },
            content: prose::content(report),
            what: prose::what(report),
            brief: report.brief.as_ref().map(|brief| BriefView::new(report, brief)),
            areas: report.areas.iter().map(|area| AreaView::new(report, area)).collect(),
            changes: prose::changes(report),
            changed: prose::changed(report).into_iter().map(|(_, line)| line).collect(),
            has_secrets: flags.iter().any(|found| found.is_secret()),
            red_flags: flags
                .iter()
                .map(|found| line(found.signal.red_flag_name(), found.signal.summary.clone(), found.signal, 3))
                .collect(),
            first: report
                .first_steps()
                .iter()
                .map(|step| {
                    let summary = prose::brief(&step.signal.summary);
                    let places: Vec<String> = places::of_step(report, step, &summary).iter().map(link).collect();
                    let summary = if places.is_empty() { summary } else { prose::unended(&summary).to_owned() };
                    StepView {
                        remedy: step.remedy(),
                        effort: words().effort(step.remedy.effort),
                        area: &step.area.title,
                        summary,
                        see: prose::see("", &places),
                    }
                })
                .collect(),
            strengths: report
                .strengths()
                .into_iter()
                .map(|Found { area, signal }| line(area.title.clone(), prose::strength(signal), signal, 1))
                .collect(),
            questions: report
                .questions
                .iter()
                .map(|question| QuestionView {
                    topic: &question.topic,
                    ask: &question.ask,
                    strong: &question.strong,
                    weak: &question.weak,
                    places: places::of(report, &question.places).iter().map(link).collect::<Vec<_>>().join(", "),
                })
                .collect(),
            not_looked_at: prose::not_looked_at(report),
        }
    }

    /// The grades in the order of `first`'s areas.
    fn grades(&self, first: &View) -> Vec<&str> {
        let grade = |id: &str| self.areas.iter().find(|area| area.id == id).map_or("", |area| &*area.grade);
        first.areas.iter().map(|area| grade(area.id)).collect()
    }
}

impl<'a> BriefView<'a> {
    fn new(report: &'a Report, brief: &'a Brief) -> Self {
        let signal = |signal: &'a Signal| SignalView::new(report, Group { signal, ids: signal.id.clone() });
        let item = |item: &'a BriefItem| ItemView {
            name: &item.name,
            outcome: item.word(),
            glyph: glyph(item.outcome, item.confidence),
            signals: item.signals.iter().map(signal).collect(),
        };
        BriefView { counted: &brief.counted, items: brief.items.iter().map(item).collect() }
    }
}

impl<'a> AreaView<'a> {
    fn new(report: &'a Report, area: &'a Area) -> Self {
        let (glyph, keep) = match area.grade {
            Grade::Strong => ("🟢", 2),
            Grade::Adequate => ("🟡", 3),
            Grade::Weak => ("🔴", 4),
            Grade::NotApplicable | Grade::NotAssessable | Grade::Error => ("⚪", 1),
        };
        AreaView {
            id: &area.id,
            title: &area.title,
            grade: format!("{glyph} {}", words().grade(area.grade)),
            summary: prose::brief(&area.summary),
            question: area.question(),
            counts: prose::counts(area),
            keep,
            signals: area.groups().map(|group| SignalView::new(report, group)).collect(),
        }
    }
}

impl<'a> SignalView<'a> {
    fn new(report: &'a Report, Group { signal, ids }: Group<'a>) -> Self {
        SignalView {
            ids,
            glyph: glyph(signal.outcome, signal.confidence),
            summary: &signal.summary,
            confidence: prose::confidence(signal),
            places: places(report, signal, PLACES),
            remedy: signal.remedy.as_ref().map(|remedy| (&*remedy.text, words().effort(remedy.effort))),
        }
    }
}

fn glyph(outcome: Outcome, confidence: Confidence) -> &'static str {
    match (outcome, confidence) {
        (Outcome::Met, _) => "✅",
        (Outcome::Partly | Outcome::NotMet, Confidence::Indicative) => "🔎",
        (Outcome::Partly, Confidence::Observed) => "🌗",
        (Outcome::NotMet, Confidence::Observed) => "❌",
        (Outcome::NotApplicable | Outcome::NotAssessable | Outcome::Error, _) => "➖",
    }
}

/// The first places as links, and how many more there are.
fn places(report: &Report, signal: &Signal, most: usize) -> String {
    let all = places::shown(report, signal);
    let mut text: Vec<String> = all.iter().take(most).map(link).collect();
    if all.len() > most && most > 1 {
        text.push(words().more(all.len() - most));
    }
    text.join(", ")
}

fn link(shown: &Shown) -> String {
    let text = escape::code_span(&shown.text);
    match &shown.place.url {
        Some(url) => format!("[{text}]({url})"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Disclosure, Format, Style, fixture};
    use super::*;
    use comrak::{Options, markdown_to_html};
    use std::collections::BTreeSet;

    fn public(reports: &[Report]) -> String {
        super::super::render(reports, Format::Markdown, &Style { disclosure: Disclosure::Public, ..fixture::style() })
    }

    fn html(markdown: &str) -> String {
        let mut options = Options::default();
        options.extension.autolink = true;
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.render.r#unsafe = true;
        markdown_to_html(markdown, &options)
    }

    #[test]
    fn the_comment_says_what_matters_first() {
        let comment = public(&[fixture::report()]);
        let titles = &words().titles;
        let order = [
            "| Area | Grade |",
            &titles.red_flags,
            &titles.first,
            &titles.strengths,
            "<details>",
            &titles.not_looked_at,
            &titles.dispute,
        ];
        let at: Vec<usize> = order.iter().map(|part| comment.find(part).expect(part)).collect();
        assert!(at.is_sorted(), "{comment}");
        let area = &comment[comment.find("<summary><b>README").expect("an area")..];
        insta::assert_snapshot!(area.lines().take(8).collect::<Vec<_>>().join("\n"), @"
        <summary><b>README</b>: 🟡 adequate, 1 of 2 met</summary>

        Can a stranger understand, run and test it from what is written down, above all in the README?

        - ✅ It says how to run the project  
          <sub>readme.setup</sub> [`README.md:12-30`](https://github.com/ana/shop/blob/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/README.md?plain=1#L12-L30)
        - ❌ 3 of 9 variables that the code reads are documented nowhere: `A`, `B`, `C`  
          <sub>readme.environment</sub> [`src/settings.py:1`](https://github.com/ana/shop/blob/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/src/settings.py#L1), [`:2`](https://github.com/ana/shop/blob/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/src/settings.py#L2), [`:3`](https://github.com/ana/shop/blob/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/src/settings.py#L3), [`:4`](https://github.com/ana/shop/blob/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/src/settings.py#L4), [`:5`](https://github.com/ana/shop/blob/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/src/settings.py#L5), and 2 more
        ");
    }

    #[test]
    fn each_sign_stands_for_one_thing_and_a_line_says_for_which() {
        let legend = words().legend.line(glyph);
        let signs: BTreeSet<&str> = legend.split("; ").filter_map(|part| part.split(' ').next()).collect();
        assert_eq!(signs.len(), 5, "{legend}");
        assert_ne!(
            glyph(Outcome::Partly, Confidence::Observed),
            glyph(Outcome::NotMet, Confidence::Indicative),
            "what holds in part is no mere sign"
        );
        let comment = public(&[fixture::report()]);
        assert!(comment.find(&legend) < comment.find("<details>") && comment.contains(&legend), "{comment}");
    }

    #[test]
    fn a_trial_leads_with_what_was_asked_for() {
        let comment = public(&[fixture::trial()]);
        let at = |part: &str| comment.find(part).unwrap_or_else(|| panic!("{part}: {comment}"));
        assert!(at(&words().titles.brief) < at("| Area | Grade |"), "{comment}");
        assert!(comment.contains("- ✅ **A background task**: met"), "{comment}");
        assert!(comment.contains("- ➖ **A schema**: could not be seen"), "{comment}");
        assert!(!html(&comment).contains("Tests <b>"), "{comment}");
        assert!(!public(&[fixture::report()]).contains(&words().titles.brief));
    }

    #[test]
    fn the_public_is_not_led_to_a_credential() {
        let comment = public(&[fixture::report()]);
        assert!(comment.contains("`config/prod.env at ccccccc`"), "{comment}");
        assert!(!comment.contains("blob/cccc") && !comment.contains("prod.env:3") && !comment.contains("prod.env#"));
        assert!(comment.contains("a key in config/prod.env.") && !comment.contains("line 3"), "{comment}");
        let private = super::super::render(&[fixture::report()], Format::Markdown, &fixture::style());
        assert!(private.contains("/config/prod.env#L3)"), "{private}");
    }

    #[test]
    fn questions_are_folded_and_lead_nobody_to_a_credential() {
        let comment = public(&[fixture::report()]);
        let folded = &comment[comment.find("<summary>Questions to ask").expect("a fold")..];
        assert!(folded.contains("at `/webhooks/pay` when something has happened"), "{folded}");
        assert!(folded.contains("[`src/hooks.py:7-9`](https://github.com/ana/shop/blob/aaaa"), "{folded}");
        assert!(folded.contains("What looks like a working key (an AWS access key) came into the project"), "{folded}");
        assert!(folded.contains("(`config/prod.env at ccccccc`)"), "{folded}");
        for answer in ["_A strong answer:_", "_A weak answer:_"] {
            assert_eq!(folded.matches(answer).count(), 2, "{folded}");
        }
    }

    #[test]
    fn hostile_text_is_text_and_nothing_more() {
        let comment = public(&[fixture::hostile()]);
        let html = html(&comment);
        assert!(!html.contains("<img") && !html.contains("<!-- section"), "{html}");
        for link in html.split("href=\"").skip(1) {
            assert!(link.starts_with("https://github.com/ana/shop"), "{link}");
        }
        assert_eq!(html.matches("<details>").count(), html.matches("</details>").count());
        assert_eq!(html.matches("<details>").count(), fixture::hostile().areas.len() + 2);
    }

    #[test]
    fn several_reports_share_one_table_and_fold() {
        let comment = public(&[fixture::report(), fixture::report(), fixture::bare()]);
        assert!(comment.contains("| Repository | What it is | Commits | README |"), "{comment}");
        let html = html(&comment);
        assert_eq!(html.matches("<table>").count(), 4, "{html}");
        assert_eq!(html.matches("<details>").count(), html.matches("</details>").count());
    }

    #[test]
    fn a_report_too_large_for_a_comment_says_what_is_missing() {
        let many: Vec<Report> = (0..30).map(|_| fixture::report()).collect();
        let comment = public(&many);
        assert!(fit::COMMENT.holds(&comment));
        assert!(comment.contains("Left out here"), "{}", &comment[comment.len() - 500..]);
        let not_looked_at = &words().titles.not_looked_at;
        assert_eq!(
            comment.matches(&format!("<summary>{not_looked_at}</summary>")).count(),
            30,
            "each says it all the same"
        );
        assert!(!comment.contains("full report"), "there need not be one");
        assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
    }
}
