//! What the signals mean, from the same text for the terminal and for `docs/signals.md`: the words of each area's
//! metadata, the weights and red flags of the rubric, and the frame in `templates/`.

use askama::Template;
use foliolens_analyzers::rubric::Rubric;
use foliolens_analyzers::{AreaMeta, SignalMeta, registry};
use textwrap::core::display_width;

use super::page::{Ink, Page, span};
use super::words::words;
use super::{Style, escape, terminal};

/// All areas and their signals, a line each.
pub fn overview(style: &Style) -> String {
    let mut page = Page::new(style.width);
    let ids = registry::areas().flat_map(|area| area.signals).map(|signal| display_width(signal.id)).max().unwrap_or(0);
    for area in registry::areas() {
        page.blank();
        page.paragraph([span(Ink::Title, format!("  {}  ", area.title))], Ink::Faint, area.question);
        for signal in area.signals {
            let id = span(Ink::Plain, terminal::pad(&format!("  {}", signal.id), ids + 4));
            page.paragraph([id], Ink::Faint, signal.statement);
        }
    }
    page.text(style.color)
}

/// What `id` looks at, why it matters, how it is weighed, how to mend it and how to dispute it; `None` if there is no
/// such signal. The id of an area explains all its signals.
pub fn signal(id: &str, style: &Style) -> Option<String> {
    let chosen: Vec<(&AreaMeta, &SignalMeta)> = registry::areas()
        .flat_map(|area| area.signals.iter().map(move |signal| (area, signal)))
        .filter(|(area, signal)| signal.id == id || area.id == id)
        .collect();
    let mut page = Page::new(style.width);
    for (area, signal) in &chosen {
        page.blank();
        page.paragraph([span(Ink::Plain, "  ")], Ink::Title, signal.id);
        page.paragraph([span(Ink::Plain, "  ")], Ink::Plain, signal.statement);
        let weight = weighed(area, signal);
        let remedy = format!("{} ({})", signal.remedy, words().effort(signal.effort));
        for (title, text) in [
            (&words().explain.looks_at, signal.looks_at),
            (&words().explain.why, signal.why),
            (&words().explain.weight, &*weight),
            (&words().explain.remedy, &*remedy),
            (&words().explain.dispute, signal.dispute),
        ] {
            page.blank();
            page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, title);
            page.paragraph([span(Ink::Plain, "  ")], Ink::Plain, text);
        }
    }
    (!chosen.is_empty()).then(|| page.text(style.color))
}

/// The same as a comment on GitHub.
pub fn comment(id: &str) -> Option<String> {
    let (_, meta) = registry::signal(id)?;
    let explain = &words().explain;
    let parts = [
        (&explain.looks_at, meta.looks_at),
        (&explain.why, meta.why),
        (&explain.remedy, meta.remedy),
        (&explain.dispute, meta.dispute),
    ];
    let parts: Vec<String> =
        parts.iter().map(|(title, text)| format!("**{title}:** {}", escape::markdown(text))).collect();
    Some(format!("`{}`: {}\n\n{}", meta.id, escape::markdown(meta.statement), parts.join("\n\n")))
}

/// Every signal as [`signal`] explains it.
pub fn all(style: &Style) -> String {
    registry::areas().filter_map(|area| signal(area.id, style)).collect()
}

/// The whole of `docs/signals.md`.
pub fn page() -> String {
    let rubric = Rubric::built_in();
    let areas = registry::areas()
        .map(|area| AreaView {
            title: area.title,
            question: area.question,
            signals: area
                .signals
                .iter()
                .map(|signal| SignalView {
                    meta: signal,
                    weight: weighed(area, signal),
                    effort: words().effort(signal.effort),
                })
                .collect(),
        })
        .collect();
    let page = Signals {
        areas,
        words: &words().explain,
        ruleset: &rubric.ruleset,
        strong: percent(rubric.grades.strong),
        adequate: percent(rubric.grades.adequate),
        indicative: percent(rubric.grades.indicative),
        red_flags: rubric.red_flags.iter().map(|flag| (&**flag, words().red_flag(flag).unwrap_or(flag))).collect(),
    };
    page.render().expect("a string takes everything") + "\n"
}

/// `docs/signals.md`. All of it is our own text, so nothing is escaped.
#[derive(Template)]
#[template(path = "signals.md", escape = "none")]
struct Signals<'a> {
    areas: Vec<AreaView<'a>>,
    words: &'static super::words::Explain,
    ruleset: &'a str,
    strong: u32,
    adequate: u32,
    indicative: u32,
    red_flags: Vec<(&'a str, &'a str)>,
}

struct AreaView<'a> {
    title: &'a str,
    question: &'a str,
    signals: Vec<SignalView<'a>>,
}

struct SignalView<'a> {
    meta: &'a SignalMeta,
    weight: String,
    effort: &'static str,
}

fn weighed(area: &AreaMeta, signal: &SignalMeta) -> String {
    let rubric = Rubric::built_in();
    let of: u32 = area.signals.iter().map(|signal| rubric.weight(signal.id)).sum();
    let is_red_flag = rubric.red_flags.iter().any(|flag| flag == signal.id);
    words().explain.weighed(rubric.weight(signal.id), of, area.title, is_red_flag)
}

fn percent(share: f64) -> u32 {
    (share * 100.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn the_page_in_docs_is_the_one_that_the_program_writes() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/signals.md");
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            written == page(),
            "docs/signals.md is out of date: cargo run -- explain --all --format markdown > docs/signals.md"
        );
    }

    #[test]
    fn every_signal_and_every_area_can_be_explained() {
        let overview = overview(&fixture::style());
        for area in registry::areas() {
            assert!(signal(area.id, &fixture::style()).is_some(), "{}", area.id);
            for meta in area.signals {
                assert!(overview.contains(meta.id));
                let text = signal(meta.id, &fixture::style()).expect(meta.id);
                assert!(text.contains(meta.id) && text.contains(&words().explain.dispute), "{text}");
            }
        }
        assert_eq!(signal("no.such-signal", &fixture::style()), None);
    }
}
