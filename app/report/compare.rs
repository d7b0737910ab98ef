//! What changed since an earlier review of the same repository. Where nothing did, nothing is said.

mod earlier;

use std::collections::{BTreeMap, BTreeSet};

use foliolens_analyzers::{Outcome, registry};
use serde_json::Value;

pub use self::earlier::{NotComparable, pairs, read};
use super::digest::{is_judged, is_wanting};
use super::model::{Area, Change, Changes, Report, Signal, Spread};

impl Report {
    /// Says what changed since `earlier`; nothing where nothing did.
    pub fn compare(&mut self, earlier: &Report) {
        self.changes = changes(self, earlier);
    }
}

fn changes(now: &Report, earlier: &Report) -> Option<Changes> {
    let all = earlier.areas.iter().flat_map(|area| area.signals.iter().map(move |signal| (area, signal)));
    let before: BTreeMap<&str, (Outcome, u64)> =
        all.map(|(area, signal)| (&*signal.id, (signal.outcome, places(area, signal)))).collect();
    let known = Credentials::of(earlier);
    let is_flag = |report: &Report, id: &str| report.red_flags.iter().any(|flag| flag == id);
    let mut changes = Changes {
        since: earlier.repository.head.to_ascii_lowercase(),
        other_rules: earlier.ruleset != now.ruleset || earlier.foliolens != now.foliolens,
        other_configuration: earlier.config_hash != now.config_hash,
        mended: Vec::new(),
        new: Vec::new(),
        spread: Vec::new(),
        unchanged: 0,
    };
    // What only repeats what others found would count twice.
    let areas = now.areas.iter().filter(|area| area.id != "handoff");
    for (area, signal) in areas.flat_map(|area| area.signals.iter().map(move |signal| (area, signal))) {
        // What was not asked then says nothing of what has changed since.
        let Some(&(before, places_before)) = before.get(&*signal.id) else { continue };
        let is_known = registry::signal(&signal.id).is_some() || signal.own.is_some();
        if !is_known || !is_judged(signal.outcome) {
            continue;
        }
        // What is as bad as it was, and yet a fact now that was a sign, or another key than the one that is known.
        let is_graver = is_flag(now, &signal.id) && !is_flag(earlier, &signal.id) || known.lack(signal);
        let change = || Change { id: signal.id.clone(), before, now: signal.outcome };
        match rank(signal.outcome).cmp(&rank(before)) {
            std::cmp::Ordering::Less => changes.new.push(change()),
            // Nothing is mended that was not wanting.
            std::cmp::Ordering::Greater => changes.mended.push(change()),
            std::cmp::Ordering::Equal if is_wanting(signal) && is_graver => changes.new.push(change()),
            std::cmp::Ordering::Equal if is_wanting(signal) && is_far(places_before, places(area, signal)) => {
                changes.spread.push(Spread {
                    id: signal.id.clone(),
                    outcome: signal.outcome,
                    before: places_before,
                    now: places(area, signal),
                });
            }
            std::cmp::Ordering::Equal if is_judged(before) => changes.unchanged += 1,
            std::cmp::Ordering::Equal => {}
        }
    }
    (!changes.mended.is_empty() || !changes.new.is_empty() || !changes.spread.is_empty()).then_some(changes)
}

/// Facts that say how many places there are, where a report shows the first of them alone.
const COUNTED: &[(&str, &str)] = &[
    ("errors.not-swallowed", "dropped"),
    ("errors.absence", "unchecked"),
    ("errors.timeouts", "without"),
    ("security.sql", "from_request"),
    ("database.queries", "in_loops"),
    ("database.money", "rounded"),
];

/// The credentials that a report lists, by their fingerprints. One that is taken out of a file stays in the history.
struct Credentials<'a> {
    listed: BTreeSet<&'a str>,
    is_whole: bool,
}

impl<'a> Credentials<'a> {
    fn of(report: &'a Report) -> Self {
        let signals =
            || report.areas.iter().flat_map(|area| &area.signals).filter(|it| it.facts.contains_key("findings"));
        let listed = signals().flat_map(entries).filter_map(fingerprint).collect();
        let is_whole = signals().all(|signal| {
            let count = |fact: &str| signal.facts.get(fact).and_then(Value::as_u64).unwrap_or(0);
            let all: u64 = ["live", "possible", "set_aside", "suppressed"].into_iter().map(count).sum();
            all <= entries(signal).count() as u64
        });
        Credentials { listed, is_whole }
    }

    /// Whether `signal` lists one that counts and is not known. Of too many, the report lists only the first.
    fn lack(&self, signal: &Signal) -> bool {
        let counts =
            |entry: &&Value| entry.get("weight").and_then(Value::as_str).is_some_and(|weight| weight == "live");
        let mut counting = entries(signal).filter(counts).filter_map(fingerprint);
        self.is_whole && counting.any(|one| !self.listed.contains(one))
    }
}

fn entries(signal: &Signal) -> impl Iterator<Item = &Value> {
    signal.facts.get("findings").and_then(Value::as_array).into_iter().flatten()
}

fn fingerprint(entry: &Value) -> Option<&str> {
    entry.get("fingerprint").and_then(Value::as_str)
}

/// How many places a signal names. Commits are what their area is about; elsewhere they stand for what is absent.
fn places(area: &Area, signal: &Signal) -> u64 {
    let counted = COUNTED.iter().find(|(id, _)| *id == signal.id);
    if let Some(count) = counted.and_then(|(_, fact)| signal.facts.get(*fact)?.as_u64()) {
        return count;
    }
    let is_one = |path: &str| area.id == "commits" || !path.is_empty();
    signal.places.iter().filter(|place| is_one(&place.path)).count() as u64
}

/// Whether the places multiplied or halved. A handful more or fewer is a day's work.
fn is_far(before: u64, now: u64) -> bool {
    const HANDFUL: u64 = 5;
    let (fewer, more) = (before.min(now), before.max(now));
    fewer > 0 && more >= 2 * fewer && more - fewer >= HANDFUL
}

/// How well a statement holds. What could not be judged was not wanting.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotMet => 0,
        Outcome::Partly => 1,
        Outcome::Met | Outcome::NotApplicable | Outcome::NotAssessable | Outcome::Error => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Place;
    use super::super::{Format, fixture, render};
    use super::*;

    /// The fixture of every renderer with real signals, so that they are known.
    fn report() -> Report {
        fixture::report()
    }

    fn with(id: &str, outcome: Outcome) -> Report {
        let mut report = report();
        let mut signals = report.areas.iter_mut().flat_map(|area| &mut area.signals);
        signals.find(|signal| signal.id == id).expect("a signal").outcome = outcome;
        report
    }

    fn ids(changes: &[Change]) -> Vec<&str> {
        changes.iter().map(|change| &*change.id).collect()
    }

    #[test]
    fn where_nothing_changed_nothing_is_said() {
        let mut now = report();
        now.compare(&report());
        assert_eq!(now.changes, None);
        for format in [Format::Terminal, Format::Markdown, Format::Html, Format::Json] {
            let same = |report: &Report| render(std::slice::from_ref(report), format, &fixture::style());
            assert_eq!(same(&now), same(&report()));
        }
    }

    #[test]
    fn what_is_better_is_mended_and_what_is_worse_is_new() {
        let mut now = with("tests.exist", Outcome::Met);
        now.compare(&with("readme.setup", Outcome::NotMet));
        let changes = now.changes.expect("changes");
        assert_eq!(ids(&changes.mended), ["readme.setup", "tests.exist"]);
        assert_eq!((ids(&changes.new), changes.unchanged), (Vec::new(), 5));
        let mut now = with("readme.setup", Outcome::Partly);
        now.compare(&report());
        assert_eq!(ids(&now.changes.expect("changes").new), ["readme.setup"]);
    }

    #[test]
    fn what_is_wanting_in_far_more_or_fewer_places_is_said_and_small_changes_are_not() {
        let with = |count: u32| {
            let mut report = report();
            let mut signals = report.areas.iter_mut().flat_map(|area| &mut area.signals);
            let signal = signals.find(|signal| signal.id == "readme.environment").expect("a signal");
            let place = signal.places[0].clone();
            signal.places = (1..=count).map(|line| Place { start: Some(line), ..place.clone() }).collect();
            report
        };
        let spread = |before: u32, now: u32| {
            let mut now = with(now);
            now.compare(&with(before));
            now.changes.map(|changes| (changes.spread[0].before, changes.spread[0].now, changes.unchanged))
        };
        assert_eq!(spread(2, 12), Some((2, 12, 6)));
        assert_eq!(spread(12, 2), Some((12, 2, 6)));
        for (before, now) in [(2, 2), (2, 5), (12, 9), (12, 20), (0, 12)] {
            assert_eq!(spread(before, now), None, "{before} to {now}");
        }
        let mut now = with(12);
        now.compare(&with(2));
        for format in [Format::Terminal, Format::Markdown, Format::Html] {
            let text = render(std::slice::from_ref(&now), format, &fixture::style());
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for part in
                ["1 in far more or fewer places, 6 as before", "Still not met, with 12 places to look at (before: 2)"]
            {
                assert!(text.contains(part), "{format:?} lacks {part}: {text}");
            }
        }
    }

    #[test]
    fn another_key_and_what_became_a_red_flag_are_worse() {
        let with = |fingerprints: &[&str]| {
            let mut report = with("secrets.head", Outcome::NotMet);
            let mut signals = report.areas.iter_mut().flat_map(|area| &mut area.signals);
            let signal = signals.find(|signal| signal.id == "secrets.head").expect("a signal");
            let listed: Vec<Value> =
                fingerprints.iter().map(|it| serde_json::json!({ "fingerprint": it, "weight": "live" })).collect();
            signal.facts.insert("live".to_owned(), listed.len().into());
            signal.facts.insert("findings".to_owned(), listed.into());
            report
        };
        let worse = |before: &Report, mut now: Report| {
            now.compare(before);
            now.changes.map(|changes| ids(&changes.new).into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(worse(&with(&["a"]), with(&["a", "b"])), Some(vec!["secrets.head".to_owned()]));
        assert_eq!(worse(&with(&["a"]), with(&["b"])), Some(vec!["secrets.head".to_owned()]));
        assert_eq!(worse(&with(&["a", "b"]), with(&["a"])), None);
        let (mut sign, mut fact) = (with(&["a"]), with(&["a"]));
        sign.red_flags.clear();
        fact.red_flags = vec!["secrets.head".to_owned()];
        assert_eq!(worse(&sign, fact), Some(vec!["secrets.head".to_owned()]));
    }

    #[test]
    fn what_an_organisations_own_rules_say_is_compared_too() {
        let with = |outcome: Outcome| {
            let mut report = report();
            let mut own = report.areas[0].signals[0].clone();
            (own.id, own.own, own.outcome) =
                ("acme.no-print".to_owned(), Some("It does not print".to_owned()), outcome);
            report.areas[0].signals.push(own);
            report
        };
        let mut now = with(Outcome::NotMet);
        now.compare(&with(Outcome::Met));
        assert_eq!(ids(&now.changes.expect("changes").new), ["acme.no-print"]);
    }

    #[test]
    fn more_places_than_are_shown_are_counted_by_the_facts() {
        let area = |report: &Report| report.areas[0].clone();
        let report = report();
        let mut signal = report.areas[0].signals[0].clone();
        signal.id = "errors.timeouts".to_owned();
        signal.facts.insert("without".to_owned(), 200.into());
        assert_eq!(places(&area(&report), &signal), 200);
    }

    #[test]
    fn what_could_not_be_judged_before_and_holds_now_is_no_change() {
        let mut now = with("api.versioned", Outcome::Met);
        now.compare(&report());
        assert_eq!(now.changes, None);
        let mut now = with("api.versioned", Outcome::NotMet);
        now.compare(&report());
        assert_eq!(ids(&now.changes.expect("changes").new), ["api.versioned"]);
    }

    #[test]
    fn a_signal_that_nobody_asked_about_then_has_not_changed() {
        let mut earlier = report();
        earlier.areas.retain(|area| area.id != "tests");
        let mut now = report();
        now.compare(&earlier);
        assert_eq!(now.changes, None);
    }

    #[test]
    fn every_format_says_what_changed_and_whether_the_rules_did() {
        let mut earlier = with("readme.setup", Outcome::NotMet);
        earlier.ruleset = "2020.1.1".to_owned();
        let mut now = report();
        now.compare(&earlier);
        for format in [Format::Terminal, Format::Markdown, Format::Html] {
            let text = render(std::slice::from_ref(&now), format, &fixture::style());
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for part in ["Since the last review", "1 mended", "It says how to run the project", "rules"] {
                assert!(text.contains(part), "{format:?} lacks {part}: {text}");
            }
        }
        let json = render(&[now], Format::Json, &fixture::style());
        assert!(json.contains("\"changes\": {"), "{json}");
    }
}
