//! Several repositories: what recurs across them, the habit and not the slip, with numbers. Strengths first.

use std::cmp::Reverse;

use foliolens_analyzers::rubric::Rubric;
use foliolens_analyzers::{Confidence, Outcome, registry};

use super::digest::is_judged;
use super::model::{Report, Signal};
use super::words::words;

/// How many habits of each kind a reader can take in.
const MOST: usize = 6;

/// Fewer repositories in which a signal applies show no habit.
const FEWEST: usize = 2;

/// What recurs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Habits {
    /// What holds in most repositories where it applies, each in a sentence.
    pub(super) strengths: Vec<String>,
    /// What does not hold in most of them.
    pub(super) wanting: Vec<String>,
}

impl Habits {
    /// Those of `reports`.
    pub(super) fn of(reports: &[Report]) -> Self {
        let mut strengths = Vec::new();
        let mut wanting = Vec::new();
        for (area, meta) in registry::areas().flat_map(|area| area.signals.iter().map(move |signal| (area, signal))) {
            // What only repeats what others found would count twice.
            if area.id == "handoff" {
                continue;
            }
            let judged: Vec<(&Report, &Signal)> = reports
                .iter()
                .filter_map(|report| {
                    let mut signals = report.areas.iter().flat_map(|area| &area.signals);
                    Some((report, signals.find(|signal| signal.id == meta.id && is_judged(signal.outcome))?))
                })
                .collect();
            let with = |outcome| {
                let all = judged.iter().filter(move |(_, signal)| signal.outcome == outcome);
                all.map(|(report, _)| report.name()).collect::<Vec<_>>()
            };
            let (met, not_met) = (with(Outcome::Met), with(Outcome::NotMet));
            let weight = Rubric::built_in().weights.get(meta.id).copied().unwrap_or(0);
            let say = |sentence: &str, count: usize| {
                sentence
                    .replace("{count}", &count.to_string())
                    .replace("{judged}", &judged.len().to_string())
                    .replace("{area}", area.title)
                    .replace("{statement}", meta.statement)
            };
            // The larger part first, then what weighs more; stable, so that the rest stays in the order of the report.
            let order = |count: usize| Reverse((count * 100 / judged.len().max(1), weight));
            if judged.len() < FEWEST {
                continue;
            }
            if met.len() * 2 > judged.len() {
                let sentence = match (met.len(), judged.len()) {
                    (2, 2) => &words().habits.met_by_both,
                    (met, judged) if met == judged => &words().habits.met_by_all,
                    _ => &words().habits.met,
                };
                strengths.push((order(met.len()), say(sentence, met.len())));
            }
            if not_met.len() * 2 > judged.len() {
                let mut wanting_in = judged.iter().filter(|(_, signal)| signal.outcome == Outcome::NotMet);
                let is_sign = wanting_in.all(|(_, signal)| signal.confidence == Confidence::Indicative);
                let sentence = match (not_met.len(), judged.len()) {
                    (2, 2) => &words().habits.met_by_neither,
                    (missed, judged) if missed == judged => &words().habits.met_by_none,
                    _ => &words().habits.not_met,
                };
                let mut sentence = say(sentence, not_met.len());
                if is_sign {
                    sentence.push(' ');
                    sentence.push_str(&words().habits.sign);
                }
                wanting.push((order(not_met.len()), sentence));
            }
        }
        Habits { strengths: first(strengths), wanting: first(wanting) }
    }
}

fn first<Order: Ord + Copy>(mut habits: Vec<(Order, String)>) -> Vec<String> {
    habits.sort_by_key(|(order, _)| *order);
    habits.into_iter().take(MOST).map(|(_, sentence)| sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture, render};
    use super::*;

    fn with(outcomes: &[(&str, Outcome)]) -> Report {
        let mut report = fixture::report();
        for signal in report.areas.iter_mut().flat_map(|area| &mut area.signals) {
            let known = outcomes.iter().find(|(id, _)| *id == signal.id);
            signal.outcome = known.map_or(Outcome::NotApplicable, |(_, outcome)| *outcome);
        }
        report
    }

    #[test]
    fn a_habit_is_what_most_repositories_have_and_a_slip_is_not() {
        let (met, not) = (Outcome::Met, Outcome::NotMet);
        let reports = [
            with(&[("readme.setup", met), ("tests.exist", not), ("tests.in-ci", not)]),
            with(&[("readme.setup", met), ("tests.exist", not), ("tests.in-ci", met)]),
            with(&[("readme.setup", not), ("tests.exist", not)]),
        ];
        let habits = Habits::of(&reports);
        assert_eq!(
            habits.strengths,
            [
                "Instructions: \"It says how to run the project locally\" holds in 2 of the 3 repositories where it applies."
            ]
        );
        assert_eq!(
            habits.wanting,
            ["Tests: \"There are real tests\" holds in none of the 3 repositories where it applies."]
        );
    }

    #[test]
    fn what_only_signs_show_is_said_to_be_a_sign_whatever_shows_that_it_holds_elsewhere() {
        let (met, not) = (Outcome::Met, Outcome::NotMet);
        let mut reports = [with(&[("tests.exist", not)]), with(&[("tests.exist", not)]), with(&[("tests.exist", met)])];
        let is_sign = |reports: &[Report]| Habits::of(reports).wanting[0].ends_with(&words().habits.sign);
        assert!(!is_sign(&reports));
        for report in &mut reports[..2] {
            let mut signals = report.areas.iter_mut().flat_map(|area| &mut area.signals);
            signals.find(|signal| signal.id == "tests.exist").expect("a signal").confidence = Confidence::Indicative;
        }
        assert!(is_sign(&reports));
    }

    #[test]
    fn one_repository_has_no_habits() {
        assert_eq!(Habits::of(&[with(&[("readme.setup", Outcome::NotMet)]), with(&[])]), Habits::default());
    }

    #[test]
    fn several_reports_lead_with_a_table_then_what_recurs_then_each() {
        let reports = [fixture::report(), fixture::report()];
        for format in [Format::Terminal, Format::Markdown, Format::Html] {
            let text = render(&reports, format, &fixture::style());
            let titles = &words().habits;
            let order = [
                "service for other programs",
                &*titles.strengths_title,
                &*titles.wanting_title,
                &*words().titles.first,
            ];
            let at: Vec<usize> =
                order.iter().map(|part| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"))).collect();
            assert!(at.is_sorted(), "{format:?}: {at:?}\n{text}");
        }
    }
}
