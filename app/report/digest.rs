//! What a reader with one minute needs: red flags, three things to do first, and what is good.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::rubric::Rubric;
use foliolens_analyzers::{Confidence, Effort, Outcome};
use regex::Regex;
use serde_json::Value;

use super::model::{Area, Remedy, Report, Signal};
use super::words::words;
use super::{Disclosure, model};

/// The area that only repeats what others found; its signals are neither strengths nor first steps of their own.
const DERIVED: &str = "handoff";

/// The area whose places lead to credentials.
const SECRETS: &str = "secrets";

/// What any repository should have: a strength only where nothing of its area is wanting.
const BASICS: [&str; 3] = ["readme.present", "commits.no-giant", "secrets.head"];

/// Steps that make no sense before another one: a command for tests before there are tests, sections of a README
/// before there is one.
const AFTER: [(&str, &str); 6] = [
    ("readme.tests", "tests.exist"),
    ("tests.in-ci", "tests.exist"),
    ("readme.setup", "readme.present"),
    ("readme.environment", "readme.present"),
    ("readme.tests", "readme.present"),
    ("deployment.documented", "readme.present"),
];

/// How many things to do first, and how many strengths, a reader can take in.
const STEPS: usize = 3;
const STRENGTHS: usize = 5;

/// A signal with its area.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) area: &'a Area,
    pub(super) signal: &'a Signal,
}

impl Found<'_> {
    /// Whether it is about a credential.
    pub(super) fn is_secret(&self) -> bool {
        self.area.id == SECRETS
    }
}

/// A signal, with the ids of all that it speaks for.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) signal: &'a Signal,
    pub(super) ids: String,
}

/// Something to mend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) area: &'a Area,
    pub(super) signal: &'a Signal,
    pub(super) remedy: &'a Remedy,
}

impl<'a> Step<'a> {
    /// What to do, without the commands: those stand with the signal.
    pub(super) fn remedy(&self) -> &'a str {
        let text = &*self.remedy.text;
        let before = text.find("`git ").and_then(|command| text[..command].rfind(". "));
        before.map_or(text, |end| &text[..=end])
    }
}

/// How an area's signals turned out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) met: usize,
    pub(super) partly: usize,
    pub(super) judged: usize,
}

impl Report {
    /// The red flags that were found, the gravest first.
    pub(super) fn found_red_flags(&self) -> Vec<Found<'_>> {
        self.red_flags.iter().filter_map(|flag| self.found().find(|found| found.signal.id == *flag)).collect()
    }

    /// At most three things to do first: red flags, the gravest first, then facts before what is only a sign, of both what
    /// costs the most weight for the least work; from different areas as long as there are any.
    pub(super) fn first_steps(&self) -> Vec<Step<'_>> {
        let is_open = |id: &str| self.found().any(|found| found.signal.id == id && is_absent(found.signal));
        let comes_later = |id: &str| AFTER.iter().any(|(later, earlier)| *later == id && is_open(earlier));
        let mut steps: Vec<_> = self
            .found()
            .filter(|found| found.area.id != DERIVED || self.is_red_flag(found.signal))
            .filter(|found| !comes_later(&found.signal.id))
            .filter_map(|Found { area, signal }| Some(Step { area, signal, remedy: signal.remedy.as_ref()? }))
            .collect();
        // Stable: what costs the same stays in the order of the report.
        let gravity = |step: &Step<'_>| self.red_flags.iter().position(|flag| *flag == step.signal.id);
        let is_sign = |step: &Step<'_>| step.signal.confidence != Confidence::Observed;
        steps.sort_by_key(|step| (gravity(step).unwrap_or(usize::MAX), is_sign(step), std::cmp::Reverse(gain(step))));
        let mut areas = BTreeSet::new();
        let (mut first, again): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| areas.insert(&*step.area.id));
        first.extend(again);
        first.truncate(STEPS);
        first
    }

    /// What is good, the weightiest signal of each area; an area with a red flag is no place for praise. What is merely
    /// basic is named only where there is nothing better.
    pub(super) fn strengths(&self) -> Vec<Found<'_>> {
        let notable = self.best(|area, signal| area.grade == Grade::Strong || !BASICS.contains(&&*signal.id));
        if notable.is_empty() { self.best(|_, _| true) } else { notable }
    }

    fn best(&self, counts: impl Fn(&Area, &Signal) -> bool) -> Vec<Found<'_>> {
        let mut best: Vec<Found> = self
            .areas
            .iter()
            .filter(|area| area.id != DERIVED && !area.signals.iter().any(|signal| self.is_red_flag(signal)))
            // A clean history beside something to look at in the tree only makes the reader ask what stands there.
            .filter(|area| area.id != SECRETS || area.signals.iter().all(|signal| !is_wanting(signal)))
            .filter_map(|area| {
                let met = area.signals.iter().filter(|signal| is_strength(signal) && counts(area, signal));
                met.rev().max_by_key(|signal| weight(signal)).map(|signal| Found { area, signal })
            })
            .collect();
        best.sort_by_key(|found| std::cmp::Reverse(weight(found.signal)));
        best.truncate(STRENGTHS);
        best
    }

    /// Whether `signal` is one of the red flags.
    pub(super) fn is_red_flag(&self, signal: &Signal) -> bool {
        self.red_flags.contains(&signal.id)
    }

    /// The report as `disclosure` allows to show it: to the public, a place that holds a credential is a path and a
    /// commit, without line and link.
    pub fn disclosed(&self, disclosure: Disclosure) -> Report {
        let mut report = self.clone();
        if disclosure == Disclosure::Public {
            let is_secret = |signal: &Signal| matches!(signal.outcome, Outcome::NotMet | Outcome::Partly);
            let places = |area: &Area| {
                let found = area.signals.iter().filter(|signal| is_secret(signal));
                let paths = found.flat_map(|signal| signal.places.iter().map(|place| place.path.clone()));
                paths.filter(|path| !path.is_empty()).collect::<Vec<_>>()
            };
            let touched: BTreeSet<String> =
                report.areas.iter().filter(|area| area.id == SECRETS).flat_map(places).collect();
            let signals = report.areas.iter_mut().flat_map(|area| &mut area.signals).map(|signal| &mut signal.places);
            let questions = report.questions.iter_mut().map(|question| &mut question.places);
            // Other areas may point at the same file, so it is the path that counts.
            let brief = report.brief.iter_mut().flat_map(|brief| &mut brief.items).flat_map(|item| &mut item.signals);
            let mut of_brief: Vec<&mut Signal> = brief.collect();
            for signal in of_brief.iter_mut().filter(|signal| signal.id.starts_with("secrets.")) {
                signal.facts.clear();
                signal.summary = without_lines(&signal.summary);
            }
            let of_brief = of_brief.into_iter().map(|signal| &mut signal.places);
            for place in
                signals.chain(questions).chain(of_brief).flatten().filter(|place| touched.contains(&place.path))
            {
                (place.start, place.end, place.url) = (None, None, None);
            }
            // Facts name places too, in a shape of the analyzer's choice.
            for area in report.areas.iter_mut().filter(|area| area.id == SECRETS) {
                area.summary = without_lines(&area.summary);
                for signal in &mut area.signals {
                    signal.facts.clear();
                    signal.summary = without_lines(&signal.summary);
                }
            }
        }
        report
    }

    fn found(&self) -> impl Iterator<Item = Found<'_>> {
        self.areas.iter().flat_map(|area| area.signals.iter().map(move |signal| Found { area, signal }))
    }
}

impl Area {
    /// The signals in their order; neighbours that could not be judged for the same reason together.
    pub(super) fn groups(&self) -> impl Iterator<Item = Group<'_>> {
        let is_same = |a: &Signal, b: &Signal| {
            !is_judged(a.outcome) && a.outcome == b.outcome && a.summary == b.summary && b.suppressed.is_none()
        };
        self.signals.chunk_by(is_same).filter_map(|signals| {
            let ids: Vec<&str> = signals.iter().map(|signal| &*signal.id).collect();
            Some(Group { signal: signals.first()?, ids: ids.join(", ") })
        })
    }

    /// How many of the signals that could be judged hold.
    pub(super) fn counts(&self) -> Counts {
        let judged = self.signals.iter().filter(|signal| is_judged(signal.outcome));
        let count = |outcome| judged.clone().filter(|signal| signal.outcome == outcome).count();
        Counts { met: count(Outcome::Met), partly: count(Outcome::Partly), judged: judged.clone().count() }
    }
}

impl Signal {
    /// What to call the signal when it is a red flag.
    pub(super) fn red_flag_name(&self) -> String {
        let own = words().red_flag(&self.id).map(str::to_owned);
        own.unwrap_or_else(|| format!("{}: {}", words().outcome(self.outcome), self.statement().unwrap_or(&self.id)))
    }
}

/// The sentence for an area: its most telling signal. What is worst speaks for an area that is not strong, what weighs
/// most for one that is.
pub(super) fn telling(is_strong: bool, signals: &[Signal]) -> String {
    let lost = |signal: &&Signal| match signal.outcome {
        Outcome::NotMet => 2 * weight(signal),
        Outcome::Partly => weight(signal),
        _ => 0,
    };
    let judged = || signals.iter().rev().filter(|signal| is_judged(signal.outcome));
    let worst = || judged().filter(|signal| lost(signal) > 0).max_by_key(lost);
    let best = || judged().filter(|signal| signal.outcome == Outcome::Met).max_by_key(|signal| weight(signal));
    let chosen = if is_strong { best().or_else(worst) } else { worst().or_else(best) };
    chosen.or_else(|| signals.first()).map(|signal| signal.summary.clone()).unwrap_or_default()
}

/// "app.py line 12" becomes "app.py".
fn without_lines(sentence: &str) -> String {
    static LINE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" lines? \d+(-\d+)?").expect("a constant pattern"));
    LINE.replace_all(sentence, "").into_owned()
}

/// Whether a place is the whole tree or a commit, not a file.
pub(super) fn is_whole(place: &model::Place) -> bool {
    place.path.is_empty()
}

/// The first seven digits of a commit.
pub(super) fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

pub(super) fn is_judged(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Met | Outcome::Partly | Outcome::NotMet)
}

pub(super) fn is_wanting(signal: &Signal) -> bool {
    matches!(signal.outcome, Outcome::NotMet | Outcome::Partly)
}

/// Nothing of it is there; a framework's own scaffold of tests is none of the project's.
fn is_absent(signal: &Signal) -> bool {
    signal.outcome == Outcome::NotMet || signal.facts.get("depth").and_then(Value::as_str) == Some("scaffold")
}

/// Fewer places than this show no habit.
const FEW: u64 = 5;

/// A fact that holds. A handful of tests is a beginning, not yet something to praise.
fn is_strength(signal: &Signal) -> bool {
    let few = |fact: &str| signal.facts.get(fact).and_then(Value::as_u64).is_some_and(|count| count < FEW);
    let is_a_handful = signal.facts.get("depth").and_then(Value::as_str) == Some("some")
        || signal.id == "errors.not-swallowed" && few("caught");
    signal.outcome == Outcome::Met && signal.confidence == Confidence::Observed && !is_a_handful
}

/// What an organisation's own rules say weighs as little as anything does: it is read after what the rubric weighs.
fn weight(signal: &Signal) -> u32 {
    if signal.own.is_some() {
        return 1;
    }
    Rubric::built_in().weight(&signal.id)
}

/// Weight won for work done, in twelfths.
fn gain(step: &Step) -> u32 {
    let lost = if is_absent(step.signal) { 2 } else { 1 };
    let work = match step.remedy.effort {
        Effort::Low => 1,
        Effort::Medium => 2,
        Effort::High => 3,
    };
    weight(step.signal) * lost * 12 / work
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_fact_is_mended_before_what_is_only_a_sign() {
        let mut report = fixture::report();
        report.red_flags.clear();
        let first = |report: &Report| report.first_steps()[0].signal.id.clone();
        let before = first(&report);
        for signal in report.areas.iter_mut().flat_map(|area| &mut area.signals).filter(|signal| signal.id == before) {
            signal.confidence = Confidence::Indicative;
        }
        assert!(report.first_steps().len() > 1);
        assert_ne!(first(&report), before);
    }

    #[test]
    fn a_scaffold_of_tests_is_replaced_before_tests_are_run_by_machines() {
        let mut report = fixture::report();
        report.red_flags.clear();
        for signal in report.areas.iter_mut().flat_map(|area| &mut area.signals) {
            signal.outcome = if signal.id.starts_with("tests.") { Outcome::Partly } else { Outcome::Met };
            signal.remedy = signal.remedy.take().filter(|_| signal.id.starts_with("tests."));
        }
        let of =
            |report: &Report| report.first_steps().iter().map(|step| step.signal.id.to_string()).collect::<Vec<_>>();
        let tests = report.areas.iter_mut().find(|area| area.id == "tests").expect("the fixture has tests");
        let remedy = tests.signals[0].remedy.clone();
        for signal in &mut tests.signals {
            signal.remedy = remedy.clone();
            signal.facts.remove("depth");
        }
        assert!(of(&report).contains(&"tests.in-ci".to_owned()), "{:?}", of(&report));

        let tests = report.areas.iter_mut().find(|area| area.id == "tests").expect("the fixture has tests");
        let exist = tests.signals.iter_mut().find(|signal| signal.id == "tests.exist").expect("and this signal");
        exist.facts.insert("depth".into(), Value::from("scaffold"));
        assert!(!of(&report).contains(&"tests.in-ci".to_owned()), "{:?}", of(&report));
        assert_eq!(of(&report).first().map(String::as_str), Some("tests.exist"));
    }
}
