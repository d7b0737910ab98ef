//! The report as one page that needs nothing from elsewhere: `templates/report.html`.

use askama::Template;
use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::{Confidence, Outcome};

use super::Without;
use super::brief::{Brief, BriefItem};
use super::digest::Group;
use super::model::{Area, Report, Signal};
use super::places::{self, Shown};
use super::portfolio::Habits;
use super::prose::Way;
use super::words::{Words, words};
use super::{escape, prose};

/// How many places a reader wants to see beside a signal.
const PLACES: usize = 8;

/// The reports on one page.
pub(super) fn render(reports: &[Report], without: &[Without]) -> String {
    let page = Page {
        title: match reports {
            [report] => format!("{} · foliolens", report.name()),
            several => format!("{} · foliolens", words().habits.repositories(several.len())),
        },
        views: reports.iter().map(View::new).collect(),
        without: without.iter().map(|one| words().habits.without(one)).collect(),
        habits: Habits::of(reports),
        words: words(),
        legend: words().legend.line(|outcome, confidence| sign(outcome, confidence).0),
        dispute: escape::html(&words().dispute),
        version: reports.first().map(prose::version).unwrap_or_default(),
    };
    page.render().expect("a string takes everything") + "\n"
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: String,
    views: Vec<View<'a>>,
    without: Vec<String>,
    habits: Habits,
    words: &'static Words,
    legend: String,
    dispute: String,
    version: String,
}

/// A report as the template shows it. What is HTML already, made by [`escape::html`], is marked `safe` there.
struct View<'a> {
    report: &'a Report,
    name: &'a str,
    reviewed: String,
    content: String,
    what: String,
    brief: Option<BriefView<'a>>,
    areas: Vec<AreaView<'a>>,
    changes: Vec<String>,
    changed: Vec<ChangeView>,
    red_flags: Vec<Line<'a>>,
    has_secrets: bool,
    first: Vec<StepView<'a>>,
    strengths: Vec<Line<'a>>,
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
    tone: &'static str,
    signals: Vec<SignalView<'a>>,
}

struct AreaView<'a> {
    id: &'a str,
    title: &'a str,
    grade: &'static str,
    tone: &'static str,
    summary: String,
    question: &'static str,
    counts: String,
    signals: Vec<SignalView<'a>>,
}

struct SignalView<'a> {
    ids: String,
    statement: &'a str,
    outcome: &'static str,
    glyph: &'static str,
    tone: &'static str,
    summary: String,
    confidence: &'static str,
    places: Vec<PlaceView<'a>>,
    more: String,
    remedy: Option<(String, &'static str)>,
}

struct StepView<'a> {
    remedy: String,
    effort: &'static str,
    area: &'a str,
    summary: String,
    places: Vec<PlaceView<'a>>,
}

struct ChangeView {
    glyph: &'static str,
    tone: &'static str,
    line: String,
}

struct QuestionView<'a> {
    topic: &'a str,
    ask: String,
    strong: &'a str,
    weak: &'a str,
    places: Vec<PlaceView<'a>>,
}

struct Line<'a> {
    title: String,
    summary: String,
    places: Vec<PlaceView<'a>>,
    more: String,
}

struct PlaceView<'a> {
    text: String,
    url: Option<&'a str>,
}

impl<'a> View<'a> {
    fn new(report: &'a Report) -> Self {
        let line = |title: String, summary: &str, signal: &'a Signal, most: usize| {
            let (places, more) = places(report, signal, most);
            Line { title, summary: escape::html(summary), places, more }
        };
        let flags = report.found_red_flags();
        View {
            report,
            name: report.name(),
            reviewed: prose::reviewed(report),
            content: prose::content(report),
            what: prose::what(report),
            brief: report.brief.as_ref().map(|brief| BriefView::new(report, brief)),
            areas: report.areas.iter().map(|area| AreaView::new(report, area)).collect(),
            changes: prose::changes(report),
            changed: prose::changed(report)
                .into_iter()
                .map(|(way, line)| {
                    let (glyph, tone) = match way {
                        Way::Better => ("✓", "good"),
                        Way::Worse => ("✗", "bad"),
                        Way::Neither => ("~", "fair"),
                    };
                    ChangeView { glyph, tone, line: escape::html(&line) }
                })
                .collect(),
            has_secrets: flags.iter().any(|found| found.is_secret()),
            red_flags: flags
                .iter()
                .map(|found| line(found.signal.red_flag_name(), &found.signal.summary, found.signal, 3))
                .collect(),
            first: report
                .first_steps()
                .iter()
                .map(|step| {
                    let summary = prose::brief(&step.signal.summary);
                    let places = places::of_step(report, step, &summary);
                    StepView {
                        remedy: escape::html(step.remedy()),
                        effort: words().effort(step.remedy.effort),
                        area: &step.area.title,
                        summary: escape::html(if places.is_empty() { &summary } else { prose::unended(&summary) }),
                        places: places.into_iter().map(PlaceView::new).collect(),
                    }
                })
                .collect(),
            strengths: report
                .strengths()
                .iter()
                .map(|found| line(found.area.title.clone(), &prose::strength(found.signal), found.signal, 1))
                .collect(),
            questions: report
                .questions
                .iter()
                .map(|question| QuestionView {
                    topic: &question.topic,
                    ask: escape::html(&question.ask),
                    strong: &question.strong,
                    weak: &question.weak,
                    places: places::of(report, &question.places).into_iter().map(PlaceView::new).collect(),
                })
                .collect(),
            not_looked_at: prose::not_looked_at(report),
        }
    }
}

impl<'a> BriefView<'a> {
    fn new(report: &'a Report, brief: &'a Brief) -> Self {
        let signal = |signal: &'a Signal| SignalView::new(report, Group { signal, ids: signal.id.clone() });
        let item = |item: &'a BriefItem| ItemView {
            name: &item.name,
            outcome: item.word(),
            tone: sign(item.outcome, item.confidence).1,
            signals: item.signals.iter().map(signal).collect(),
        };
        BriefView { counted: &brief.counted, items: brief.items.iter().map(item).collect() }
    }
}

impl<'a> AreaView<'a> {
    fn new(report: &'a Report, area: &'a Area) -> Self {
        AreaView {
            id: &area.id,
            title: &area.title,
            grade: words().grade(area.grade),
            tone: match area.grade {
                Grade::Strong => "good",
                Grade::Adequate => "fair",
                Grade::Weak => "bad",
                Grade::NotApplicable | Grade::NotAssessable | Grade::Error => "quiet",
            },
            summary: escape::html(&prose::brief(&area.summary)),
            question: area.question(),
            counts: prose::counts(area),
            signals: area.groups().map(|group| SignalView::new(report, group)).collect(),
        }
    }
}

impl<'a> SignalView<'a> {
    fn new(report: &'a Report, Group { signal, ids }: Group<'a>) -> Self {
        let (places, more) = places(report, signal, PLACES);
        let (glyph, tone) = sign(signal.outcome, signal.confidence);
        let remedy = signal.remedy.as_ref();
        SignalView {
            ids,
            statement: signal.statement().unwrap_or_default(),
            outcome: words().outcome(signal.outcome),
            glyph,
            tone,
            summary: escape::html(&signal.summary),
            confidence: prose::confidence(signal),
            places,
            more,
            remedy: remedy.map(|remedy| (escape::html(&remedy.text), words().effort(remedy.effort))),
        }
    }
}

/// The glyph and the tone.
fn sign(outcome: Outcome, confidence: Confidence) -> (&'static str, &'static str) {
    match (outcome, confidence) {
        (Outcome::Met, _) => ("✓", "good"),
        (Outcome::Partly | Outcome::NotMet, Confidence::Indicative) => ("?", "fair"),
        (Outcome::Partly, Confidence::Observed) => ("~", "fair"),
        (Outcome::NotMet, Confidence::Observed) => ("✗", "bad"),
        (Outcome::NotApplicable | Outcome::NotAssessable | Outcome::Error, _) => ("–", "quiet"),
    }
}

/// The first places, and how many more there are.
fn places<'a>(report: &Report, signal: &'a Signal, most: usize) -> (Vec<PlaceView<'a>>, String) {
    let all = places::shown(report, signal);
    let more = if all.len() > most { words().more(all.len() - most) } else { String::new() };
    (all.into_iter().take(most).map(PlaceView::new).collect(), more)
}

impl<'a> PlaceView<'a> {
    fn new(shown: Shown<'a>) -> Self {
        PlaceView { text: shown.text, url: shown.place.url.as_deref() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn the_page_needs_nothing_from_elsewhere() {
        let page = render(&[fixture::report(), fixture::bare()], &[]);
        for foreign in ["<script", "<link", "<img", "src=", "@import", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert!(page.contains("default-src 'none'"));
    }

    #[test]
    fn hostile_text_makes_no_element() {
        let page = render(&[fixture::hostile()], &[]);
        assert!(!page.contains("<img") && !page.contains("<!-- section"));
        assert_eq!(page.matches("</details>").count(), fixture::hostile().areas.len() + 1);
        for link in page.split("href=\"").skip(1) {
            assert!(link.starts_with("https://github.com/ana/shop") || link.starts_with('#'), "{link}");
        }
    }

    #[test]
    fn a_trial_leads_with_what_was_asked_for() {
        let page = render(&[fixture::trial()], &[]);
        let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part}"));
        assert!(at(&words().titles.brief) < at("<table class=\"areas\">"));
        assert!(page.contains("<h3>A background task</h3><span class=\"chip good\">met</span>"), "{page}");
        assert!(!page.contains("Tests <b>"), "{page}");
    }

    #[test]
    fn every_area_can_be_jumped_to() {
        let page = render(&[fixture::report(), fixture::report()], &[]);
        for id in ["r1-tests", "r2-tests"] {
            assert!(page.contains(&format!("href=\"#{id}\"")) && page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}
