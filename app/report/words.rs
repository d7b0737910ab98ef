//! `templates/words.toml`: the fixed sentences that every format says.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::kinds::Kind;
use foliolens_analyzers::{Confidence, Effort, Outcome};
use serde::Deserialize;

use super::Without;
use super::digest::short;
use super::model::{Changes, Spread};

/// The sentences.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) reviewed_by: String,
    pub(super) by_packages: String,
    pub(super) no_red_flags: String,
    pub(super) nothing_first: String,
    pub(super) no_strengths: String,
    pub(super) incomplete: String,
    pub(super) dispute: String,
    pub(super) rotate: String,
    pub(super) questions: String,
    pub(super) questions_verbose: String,
    pub(super) strong: String,
    pub(super) weak: String,
    changes: String,
    /// Mended, worse, first, spread and unchanged.
    changes_counted: [String; 5],
    pub(super) changes_other_rules: String,
    pub(super) changes_other_configuration: String,
    pub(super) change_mended: String,
    pub(super) change_worse: String,
    pub(super) change_first: String,
    change_spread: String,
    pub(super) whole_tree: String,
    pub(super) own_rule: String,
    more: String,
    cut: String,
    pub(super) cut_short: String,
    pub(super) not_seen: Vec<String>,
    pub(super) not_seen_of_item: String,
    pub(super) legend: Legend,
    pub(super) titles: Titles,
    pub(super) habits: Habits,
    kinds: BTreeMap<Kind, String>,
    grades: Grades,
    outcomes: Outcomes,
    efforts: Efforts,
    red_flags: BTreeMap<String, String>,
    pub(super) explain: Explain,
}

/// What `foliolens explain` and `docs/signals.md` call things.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Explain {
    pub(super) looks_at: String,
    pub(super) why: String,
    pub(super) weight: String,
    pub(super) remedy: String,
    pub(super) dispute: String,
    pub(super) own_title: String,
    pub(super) own_looks_at: String,
    pub(super) own_against: String,
    pub(super) own_for: String,
    pub(super) own_no_tests: String,
    pub(super) own_weight: String,
    pub(super) own_dispute: String,
    weighed: String,
    alone: String,
    red_flag: String,
}

/// What each sign stands for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Legend {
    met: String,
    partly: String,
    not_met: String,
    sign: String,
    silent: String,
}

/// The headings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Titles {
    pub(super) brief: String,
    pub(super) red_flags: String,
    pub(super) first: String,
    pub(super) changes: String,
    pub(super) strengths: String,
    pub(super) areas: String,
    pub(super) questions: String,
    pub(super) not_looked_at: String,
    pub(super) dispute: String,
}

/// What is said of several repositories at once.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Habits {
    repositories: String,
    without: String,
    pub(super) strengths_title: String,
    pub(super) wanting_title: String,
    pub(super) about: String,
    pub(super) met: String,
    pub(super) met_by_all: String,
    pub(super) met_by_both: String,
    pub(super) met_by_none: String,
    pub(super) met_by_neither: String,
    pub(super) not_met: String,
    pub(super) sign: String,
    pub(super) no_strengths: String,
    pub(super) no_wanting: String,
    pub(super) silent: String,
    pub(super) each: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grades {
    strong: String,
    adequate: String,
    weak: String,
    not_applicable: String,
    not_assessable: String,
    error: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcomes {
    met: String,
    partly: String,
    not_met: String,
    not_applicable: String,
    not_assessable: String,
    error: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Efforts {
    low: String,
    medium: String,
    high: String,
}

/// The sentences of `templates/words.toml`.
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("../../templates/words.toml")).expect("words.toml is read by every test")
    })
}

impl Words {
    /// The word for `grade`.
    pub(super) fn grade(&self, grade: Grade) -> &str {
        match grade {
            Grade::Strong => &self.grades.strong,
            Grade::Adequate => &self.grades.adequate,
            Grade::Weak => &self.grades.weak,
            Grade::NotApplicable => &self.grades.not_applicable,
            Grade::NotAssessable => &self.grades.not_assessable,
            Grade::Error => &self.grades.error,
        }
    }

    /// What a repository of that kind is called.
    pub(super) fn kind(&self, kind: Kind) -> &str {
        self.kinds.get(&kind).map_or("", String::as_str)
    }

    /// The word for `outcome`.
    pub(super) fn outcome(&self, outcome: Outcome) -> &str {
        match outcome {
            Outcome::Met => &self.outcomes.met,
            Outcome::Partly => &self.outcomes.partly,
            Outcome::NotMet => &self.outcomes.not_met,
            Outcome::NotApplicable => &self.outcomes.not_applicable,
            Outcome::NotAssessable => &self.outcomes.not_assessable,
            Outcome::Error => &self.outcomes.error,
        }
    }

    /// How long a remedy takes.
    pub(super) fn effort(&self, effort: Effort) -> &str {
        match effort {
            Effort::Low => &self.efforts.low,
            Effort::Medium => &self.efforts.medium,
            Effort::High => &self.efforts.high,
        }
    }

    /// What the red flag of `signal` is called, if it has a name of its own.
    pub(super) fn red_flag(&self, signal: &str) -> Option<&str> {
        self.red_flags.get(signal).map(String::as_str)
    }

    /// "Compared with the review of commit 0123456: 2 mended, 3 asked for the first time, 20 as before.": what there is
    /// none of is left out.
    pub(super) fn changes(&self, changes: &Changes) -> String {
        let first = changes.new.iter().filter(|change| change.is_first()).count();
        let counts = [changes.mended.len(), changes.new.len() - first, first].map(|count| count as u64);
        let counts = counts.into_iter().chain([changes.spread.len() as u64, changes.unchanged]);
        let counted = self.changes_counted.iter().zip(counts).filter(|(_, count)| *count > 0);
        let counted: Vec<String> = counted.map(|(words, count)| words.replace("{count}", &count.to_string())).collect();
        self.changes.replace("{since}", short(&changes.since)).replace("{counts}", &counted.join(", "))
    }

    /// "Still not met, with 12 places to look at (before: 2)"
    pub(super) fn spread(&self, spread: &Spread, now: &str) -> String {
        let said = self.change_spread.replace("{outcome}", self.outcome(spread.outcome)).replace("{now}", now);
        said.replace("{before}", &spread.before.to_string())
    }

    /// "and 4 more".
    pub(super) fn more(&self, count: usize) -> String {
        self.more.replace("{count}", &count.to_string())
    }

    /// What was left out for lack of room.
    pub(super) fn cut(&self, sections: &[String]) -> String {
        self.cut.replace("{sections}", &sections.join(", "))
    }
}

impl Legend {
    /// "✓ holds; ~ holds in part; ...", with the signs that `sign` gives for an outcome and how sure it is.
    pub(super) fn line(&self, sign: impl Fn(Outcome, Confidence) -> &'static str) -> String {
        let all = [
            (Outcome::Met, Confidence::Observed, &self.met),
            (Outcome::Partly, Confidence::Observed, &self.partly),
            (Outcome::NotMet, Confidence::Observed, &self.not_met),
            (Outcome::NotMet, Confidence::Indicative, &self.sign),
            (Outcome::NotApplicable, Confidence::Observed, &self.silent),
        ];
        let said = all.map(|(outcome, confidence, word)| format!("{} {word}", sign(outcome, confidence)));
        said.join("; ")
    }
}

impl Habits {
    /// "3 repositories".
    pub(super) fn repositories(&self, count: usize) -> String {
        self.repositories.replace("{count}", &count.to_string())
    }

    /// "ana/shop: no report, because it is too large."; of what another target names, too, nothing is missing.
    pub(super) fn without(&self, without: &Without) -> String {
        if !without.has_failed {
            return format!("{}: {}.", without.target, without.reason);
        }
        let (before, after) = self.without.split_once("{target}").unwrap_or(("", &self.without));
        format!("{before}{}{}", without.target, after.replace("{reason}", &without.reason))
    }
}

impl Explain {
    /// "3 of 7 points of the area Commits."
    pub(super) fn weighed(&self, weight: u32, of: u32, area: &str, is_red_flag: bool) -> String {
        let share = if weight == of { &self.alone } else { &self.weighed };
        let share = share.replace("{weight}", &weight.to_string()).replace("{of}", &of.to_string());
        let share = share.replace("{area}", area);
        if is_red_flag { format!("{share} {}", self.red_flag) } else { share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foliolens_analyzers::rubric::Rubric;

    #[test]
    fn every_kind_has_a_word() {
        let schema = serde_json::to_string(&schemars::schema_for!(Kind)).expect("JSON");
        assert_eq!(words().kinds.len(), schema.matches("\"const\"").count(), "{schema}");
    }

    #[test]
    fn every_red_flag_has_a_name() {
        for flag in &Rubric::built_in().red_flags {
            assert!(words().red_flag(flag).is_some(), "{flag} has no name in templates/words.toml");
        }
    }
}
