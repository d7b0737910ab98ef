//! "It works on my machine": six boxes, each of which reuses a finding, so nothing is counted twice.

use serde_json::{Map, Value, json};

use super::in_words;
use crate::kinds::{self, Kind};
use crate::{AreaMeta, Effort, Evidence, Finding, Outcome, SignalMeta, Snapshot};

/// The derived area.
pub static META: AreaMeta = AreaMeta {
    id: "handoff",
    title: "Handing over",
    question: "Can somebody else run it?",
    signals: &[SignalMeta {
        id: "handoff.runs-elsewhere",
        statement: "Somebody else can run it on another machine",
        looks_at: "Six things that other areas found or missed: a README, its settings, a command that starts the \
                project, one that runs the tests, the exact versions of its packages, and a container, a process file \
                or a fixed version of the language. What makes no sense for this repository counts as there; what is \
                only half there counts as missing, and what could not be told is named. Nothing new is looked at, so \
                nothing counts twice.",
        why: "Whoever takes the project over starts on an empty machine. Each thing that is missing, only its \
                author knows.",
        remedy: "Fetch the project onto a machine that has nothing of it yet, follow the README to the letter, and \
                 add there whatever was missing.",
        effort: Effort::Medium,
        dispute: "Each of the six repeats a finding of another area: dispute that one, and this follows.",
    }],
};

/// Each box: its name, the words for it when it is empty, and the signal that ticks it.
const BOXES: [Box; 6] = [
    ("readme", ["a README", "a README that says enough"], "readme.present"),
    ("environment", ["a list of its settings", "a complete list of its settings"], "readme.environment"),
    ("run", ["a command that starts it", "a complete list of the commands that start it"], "readme.setup"),
    ("test", ["a command that runs the tests", "a command that does run the tests"], "readme.tests"),
    ("lock", ["the exact versions of the packages that it uses"; 2], "deployment.pinned"),
    ("container", ["a container or anything else that fixes what it runs on"; 2], "deployment.reproducible"),
];

/// Of half of the boxes nothing is known, and the rest says too little.
const MOST_UNKNOWN: usize = 2;

/// A fact's name, what is missing if nothing or only half is there, and the signal that says so.
type Box = (&'static str, [&'static str; 2], &'static str);

/// The areas whose findings the boxes are made of.
pub(crate) const READS: &[&str] = &["readme", "deployment"];

/// Derives the six boxes from `findings`, the findings of all other areas.
pub fn derive(repo: &Snapshot, findings: &[Finding]) -> Vec<Finding> {
    let signal = META.signals[0].id;
    if let [Kind::Documentation | Kind::Dotfiles | Kind::Empty | Kind::StaticSite | Kind::Notebook] =
        kinds::detect(repo).as_slice()
    {
        return vec![Finding::not_applicable(signal, "There is no program here that somebody else would have to run.")];
    }
    let boxes: Vec<(&str, &str, Ticked, Option<&Finding>)> = BOXES
        .iter()
        .map(|(name, words, signal)| {
            let about = findings.iter().find(|finding| finding.signal() == *signal);
            let pinned = |fact: &str| {
                let pinned = findings.iter().find(|finding| finding.signal() == "deployment.pinned")?;
                pinned.facts().get(fact)?.as_bool()
            };
            let state = match (*name, about.map_or(Ticked::DoesNotApply, ticked)) {
                // The signal speaks of the lock and of the runtime; this box of the lock alone, the next of either.
                ("lock", Ticked::Yes | Ticked::Half | Ticked::No) if pinned("locked") == Some(false) => Ticked::No,
                ("lock", Ticked::Yes | Ticked::Half | Ticked::No) if pinned("locked") == Some(true) => Ticked::Yes,
                ("container", Ticked::Half | Ticked::No) if pinned("runtime") == Some(true) => Ticked::Yes,
                (_, state) => state,
            };
            (*name, words[usize::from(state == Ticked::Half)], state, about)
        })
        .collect();
    let state = |name: &str| boxes.iter().find(|(known, ..)| *known == name).map(|(_, _, ticked, _)| *ticked);
    let empty: Vec<&str> = boxes.iter().filter(|(_, _, t, _)| t.is_open()).map(|(_, words, ..)| *words).collect();
    let facts: Map<String, Value> =
        boxes.iter().map(|(name, _, ticked, _)| ((*name).to_owned(), ticked.as_fact())).collect();
    let places = |open: bool| {
        boxes
            .iter()
            .filter(move |(_, _, ticked, _)| ticked.is_known() && ticked.is_open() == open)
            .filter_map(|(_, _, _, about)| about.and_then(|finding| finding.places().first().cloned()))
    };
    // Only where nothing at all tells a stranger how to begin does it run on one machine alone.
    let nothing_to_begin_with = ["readme", "run", "container"].iter().all(|name| state(name) == Some(Ticked::No));
    let unknown: Vec<&str> =
        boxes.iter().filter(|(_, _, t, _)| *t == Ticked::CantBeTold).map(|(_, words, ..)| *words).collect();
    // The box is ticked, and the finding that it stands on says that no file tells a machine how to run it.
    let has_container = |(name, _, ticked, about): &(&str, &str, Ticked, Option<&Finding>)| {
        *name != "container" || *ticked != Ticked::Yes || about.is_some_and(|it| it.outcome() == Outcome::Met)
    };
    let instead_of_container = if boxes.iter().all(has_container) {
        ""
    } else {
        " In place of a container, only the version of its language is fixed."
    };
    let untold = || format!("Whether there is {} could not be told.", in_words(&unknown));
    let finding = if empty.is_empty() && unknown.is_empty() {
        let evidence = Evidence::or_absence(places(false), repo.head());
        let summary = format!(
            "Somebody else has what it takes to go on: all 6 things that were looked for are there or not \
             needed.{instead_of_container}"
        );
        Finding::met(signal, summary, evidence)
    } else if empty.is_empty() && unknown.len() <= MOST_UNKNOWN {
        let evidence = Evidence::or_absence(places(false), repo.head());
        let known = 6 - unknown.len();
        let summary = format!(
            "Somebody else has most of what it takes to go on: {known} of 6 things that were looked for are there or not \
             needed.{instead_of_container} {}",
            untold()
        );
        Finding::met(signal, summary, evidence).indicative()
    } else if empty.is_empty() {
        Finding::not_assessable(signal, untold())
    } else {
        let mut summary = format!(
            "Somebody else would still lack {}. {} there or not needed.",
            in_words(&empty),
            match 6 - empty.len() - unknown.len() {
                0 => "None of the 6 things that were looked for is".to_owned(),
                1 => "Of the 6 things that were looked for, 1 is".to_owned(),
                there => format!("Of the 6 things that were looked for, {there} are"),
            }
        );
        summary += instead_of_container;
        if !unknown.is_empty() {
            summary += &format!(" {}", untold());
        }
        let evidence = Evidence::or_absence(places(true), repo.head());
        if nothing_to_begin_with {
            Finding::not_met(signal, summary, evidence)
        } else {
            Finding::partly(signal, summary, evidence)
        }
    };
    vec![finding.fact("boxes", json!(facts))]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ticked {
    Yes,
    Half,
    No,
    DoesNotApply,
    CantBeTold,
}

impl Ticked {
    /// Half of what is needed leaves a stranger as stuck as nothing.
    fn is_open(self) -> bool {
        matches!(self, Ticked::Half | Ticked::No)
    }

    fn is_known(self) -> bool {
        !matches!(self, Ticked::DoesNotApply | Ticked::CantBeTold)
    }

    fn as_fact(self) -> Value {
        match self {
            Ticked::Yes => json!(true),
            Ticked::Half => json!("partly"),
            Ticked::No => json!(false),
            Ticked::DoesNotApply => json!("not_applicable"),
            Ticked::CantBeTold => json!("not_assessable"),
        }
    }
}

fn ticked(finding: &Finding) -> Ticked {
    match finding.outcome() {
        Outcome::Met => Ticked::Yes,
        Outcome::Partly => Ticked::Half,
        Outcome::NotMet => Ticked::No,
        Outcome::NotApplicable => Ticked::DoesNotApply,
        Outcome::NotAssessable | Outcome::Error => Ticked::CantBeTold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn derive_from(met: &[&'static str], not_met: &[&'static str]) -> Finding {
        let repo = Fixture::new().file("src/app.py", "import sys\n").snapshot();
        let at = || Evidence::absence(repo.head());
        let met = met.iter().map(|signal| Finding::met(signal, "", at()));
        let findings: Vec<Finding> =
            met.chain(not_met.iter().map(|signal| Finding::not_met(signal, "", at()))).collect();
        derive(&repo, &findings).remove(0)
    }

    #[test]
    fn all_boxes_ticked_or_not_applicable_is_met() {
        let found =
            derive_from(&["readme.present", "readme.setup", "deployment.pinned", "deployment.reproducible"], &[]);
        assert_eq!(found.outcome(), Outcome::Met);
        assert_eq!(found.facts()["boxes"]["environment"], "not_applicable");
    }

    #[test]
    fn what_could_not_be_told_is_neither_there_nor_missing() {
        let repo = Fixture::new().file("src/app.py", "import sys\n").snapshot();
        let at = || Evidence::absence(repo.head());
        let of = |unknown: &[&'static str]| {
            let unknown = unknown.iter().map(|signal| Finding::not_assessable(signal, ""));
            let findings: Vec<Finding> = unknown.chain([Finding::met("readme.present", "", at())]).collect();
            derive(&repo, &findings).remove(0)
        };
        let one = of(&["readme.environment"]);
        assert_eq!((one.outcome(), one.confidence()), (Outcome::Met, crate::Confidence::Indicative));
        assert_eq!(one.facts()["boxes"]["environment"], "not_assessable");
        assert_eq!(
            one.summary(),
            "Somebody else has most of what it takes to go on: 5 of 6 things that were looked for are there or not needed. \
             Whether there is a list of its settings could not be told."
        );
        let most = of(&["readme.environment", "readme.setup", "readme.tests"]);
        assert_eq!(most.outcome(), Outcome::NotAssessable);
    }

    #[test]
    fn what_stands_for_a_container_is_named() {
        let repo = Fixture::new().file("src/app.py", "import sys\n").snapshot();
        let at = || Evidence::absence(repo.head());
        let pinned = || Finding::met("deployment.pinned", "", at()).fact("runtime", true);
        let of = |container| derive(&repo, &[pinned(), container]).remove(0).summary().to_owned();
        let without = of(Finding::not_met("deployment.reproducible", "", at()));
        assert!(without.ends_with(" In place of a container, only the version of its language is fixed."), "{without}");
        assert!(!of(Finding::met("deployment.reproducible", "", at())).contains("In place of"));
    }

    #[test]
    fn every_box_is_of_an_area_that_is_read() {
        let area = |signal: &'static str| signal.split('.').next().unwrap_or_default();
        assert!(BOXES.iter().all(|(_, _, signal)| READS.contains(&area(signal))));
    }

    #[test]
    fn an_empty_box_is_named() {
        let found = derive_from(&["readme.present", "readme.setup"], &["readme.tests"]);
        assert_eq!(found.outcome(), Outcome::Partly);
        assert_eq!(
            found.summary(),
            "Somebody else would still lack a command that runs the tests. Of the 6 things that were looked for, 5 are there \
             or not needed."
        );
    }

    #[test]
    fn one_thing_that_is_there_is_spoken_of_as_one() {
        let missing = ["readme.present", "readme.environment", "readme.setup", "readme.tests", "deployment.pinned"];
        let found = derive_from(&["deployment.reproducible"], &missing);
        assert!(found.summary().ends_with("Of the 6 things that were looked for, 1 is there or not needed."));
    }

    #[test]
    fn what_is_half_there_is_missing_but_no_reason_to_say_that_it_runs_nowhere() {
        let repo = Fixture::new().file("src/app.py", "import sys\n").snapshot();
        let half = |signal| Finding::partly(signal, "", Evidence::absence(repo.head()));
        let found = derive(&repo, &[half("readme.present"), half("readme.setup"), half("deployment.reproducible")]);
        assert_eq!(found[0].outcome(), Outcome::Partly);
        assert_eq!(found[0].facts()["boxes"]["run"], "partly");
        assert!(found[0].summary().contains("a complete list of the commands that start it"));
    }

    #[test]
    fn nothing_that_tells_a_stranger_how_to_begin_is_not_met() {
        let found = derive_from(&[], &["readme.present", "readme.setup", "deployment.reproducible"]);
        assert_eq!(found.outcome(), Outcome::NotMet);
    }

    #[test]
    fn prose_need_not_run_anywhere() {
        let repo = Fixture::new().file("README.md", "# Notes\n\nOn birds.\n").snapshot();
        assert_eq!(derive(&repo, &[])[0].outcome(), Outcome::NotApplicable);
    }
}
