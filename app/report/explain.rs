//! What the signals mean, from the same text for the terminal and for `docs/signals.md`: the words of each area's
//! metadata, the weights and red flags of the rubric, and the frame in `templates/`.

use askama::Template;
use foliolens_analyzers::code::own::{Expect, OwnSignal};
use foliolens_analyzers::rubric::Rubric;
use foliolens_analyzers::{AreaMeta, SignalMeta, registry};
use textwrap::core::display_width;

use super::page::{Ink, Page, span};
use super::safe::{Markdown, Value};
use super::words::words;
use super::{Style, terminal};

/// All areas and their signals, then those of rules of one's `own`, a line each.
pub fn overview(own: &[OwnSignal], style: &Style) -> String {
    let mut page = Page::new(style.width);
    let ids = registry::areas().flat_map(|area| area.signals).map(|signal| signal.id);
    let ids = ids.chain(own.iter().map(|signal| &*signal.id)).map(display_width).max().unwrap_or(0);
    for area in registry::areas() {
        page.blank();
        let title = span(Ink::Title, format!("  {}", area.title));
        // What --only takes.
        let id = span(Ink::Faint, format!(" ({})  ", area.id));
        page.beside([title, id], Ink::Faint, area.question);
        for signal in area.signals {
            let id = span(Ink::Plain, terminal::pad(&format!("  {}", signal.id), ids + 4));
            page.beside([id], Ink::Faint, signal.statement);
        }
    }
    if !own.is_empty() {
        page.blank();
        page.line([span(Ink::Title, format!("  {}", words().explain.own_title))]);
    }
    for signal in own {
        let id = span(Ink::Plain, terminal::pad(&format!("  {}", signal.id), ids + 4));
        page.beside([id], Ink::Faint, &signal.statement);
    }
    page.text(style.color)
}

/// What `id` looks at, why it matters, how it is weighed, how to mend it and how to dispute it; `None` if there is no
/// such signal. The id of an area explains all its signals.
pub fn signal(id: &str, own: &[OwnSignal], style: &Style) -> Option<String> {
    let ours = registry::areas()
        .flat_map(|area| area.signals.iter().map(move |signal| (area, signal)))
        .filter(|(area, signal)| signal.id == id || area.id == id)
        .map(|(area, signal)| Explained::ours(area, signal));
    let own = own.iter().filter(|signal| &*signal.id == id || signal.area == id).map(Explained::own);
    let chosen: Vec<Explained> = ours.chain(own).collect();
    let mut page = Page::new(style.width);
    for explained in &chosen {
        page.blank();
        page.paragraph([span(Ink::Plain, "  ")], Ink::Title, explained.id);
        page.paragraph([span(Ink::Plain, "  ")], Ink::Plain, explained.statement);
        for (title, text) in &explained.parts {
            page.blank();
            page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, title);
            page.paragraph([span(Ink::Plain, "  ")], Ink::Plain, text);
        }
    }
    (!chosen.is_empty()).then(|| page.text(style.color))
}

/// What is said of one signal.
struct Explained<'a> {
    id: &'a str,
    statement: &'a str,
    /// Titles and texts.
    parts: Vec<(&'static str, String)>,
}

impl<'a> Explained<'a> {
    fn ours(area: &'a AreaMeta, signal: &'a SignalMeta) -> Self {
        let explain = &words().explain;
        let remedy = format!("{} ({})", signal.remedy, words().effort(signal.effort));
        let parts = vec![
            (&*explain.looks_at, signal.looks_at.to_owned()),
            (&*explain.why, signal.why.to_owned()),
            (&*explain.weight, weighed(area, signal)),
            (&*explain.remedy, remedy),
            (&*explain.dispute, signal.dispute.to_owned()),
        ];
        Explained { id: signal.id, statement: signal.statement, parts }
    }

    fn own(signal: &'a OwnSignal) -> Self {
        let explain = &words().explain;
        let languages: Vec<&str> = signal.languages.iter().map(|language| language.rule_name()).collect();
        let sense = match signal.expect {
            Expect::None => &explain.own_against,
            Expect::Some => &explain.own_for,
        };
        let tests = if signal.in_tests { "" } else { &*explain.own_no_tests };
        let looks_at =
            format!("{} {sense} {tests}", explain.own_looks_at.replace("{languages}", &languages.join(", ")));
        let parts = vec![
            (&*explain.looks_at, looks_at.trim_end().to_owned()),
            (&*explain.weight, explain.own_weight.clone()),
            (&*explain.remedy, format!("{} ({})", signal.remedy, words().effort(signal.effort))),
            (&*explain.dispute, explain.own_dispute.clone()),
        ];
        Explained { id: &signal.id, statement: &signal.statement, parts }
    }

    fn comment(&self) -> Markdown {
        let first = [("id", Value::Code(self.id)), ("statement", Value::Text(self.statement))];
        let parts = self.parts.iter().map(|(title, text)| {
            Markdown::fill("**{title}:** {text}", &[("title", Value::Text(title)), ("text", Value::Text(text))])
        });
        Markdown::joined([Markdown::fill("{id}: {statement}", &first)].into_iter().chain(parts), "\n\n")
    }
}

/// The same as a comment on GitHub, of a signal of ours or of one's `own`.
pub fn comment(id: &str, own: &[OwnSignal]) -> Option<Markdown> {
    if let Some((area, meta)) = registry::signal(id) {
        let mut explained = Explained::ours(area, meta);
        explained.parts.retain(|(title, _)| *title != words().explain.weight);
        return Some(explained.comment());
    }
    own.iter().find(|signal| &*signal.id == id).map(|signal| Explained::own(signal).comment())
}

/// What [`signal`] explains of `id`, as markdown.
pub fn markdown(id: &str, own: &[OwnSignal]) -> Option<String> {
    let ours = registry::areas().flat_map(|area| area.signals.iter().map(move |signal| (area.id, signal.id)));
    let ids = ours.chain(own.iter().map(|signal| (&*signal.area, &*signal.id)));
    let chosen = ids.filter(|(area, signal)| *area == id || *signal == id);
    let all: Vec<Markdown> = chosen.filter_map(|(_, signal)| comment(signal, own)).collect();
    (!all.is_empty()).then(|| Markdown::joined(all, "\n\n").as_str().to_owned() + "\n")
}

/// Every signal as [`signal`] explains it.
pub fn all(own: &[OwnSignal], style: &Style) -> String {
    let ours = registry::areas().filter_map(|area| signal(area.id, &[], style));
    ours.chain(own.iter().filter_map(|one| signal(&one.id, std::slice::from_ref(one), style))).collect()
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
        let overview = overview(&[], &fixture::style());
        for area in registry::areas() {
            assert!(signal(area.id, &[], &fixture::style()).is_some(), "{}", area.id);
            for meta in area.signals {
                assert!(overview.contains(meta.id));
                let text = signal(meta.id, &[], &fixture::style()).expect(meta.id);
                assert!(text.contains(meta.id) && text.contains(&words().explain.dispute), "{text}");
                assert!(markdown(area.id, &[]).expect(area.id).contains(&markdown(meta.id, &[]).expect(meta.id)));
            }
        }
        assert_eq!(signal("no.such-signal", &[], &fixture::style()), None);
        assert_eq!(markdown("no.such-signal", &[]), None);
        assert!(overview.contains("  Passwords and keys (secrets)  "), "{overview}");
    }
}
