//! From findings to grades. The only place that says how bad something is, with the numbers of `rubric.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rubric::Rubric;
use crate::{Confidence, Finding, Outcome};

/// What the findings of an area come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Nearly all of the weight is met, and not by the defaults of packages alone.
    Strong,
    /// At least half of it is.
    Adequate,
    /// Less, or a red flag.
    Weak,
    /// The area makes no sense for this repository.
    NotApplicable,
    /// Nothing in it could be assessed.
    NotAssessable,
    /// An analyzer failed; ours, not the repository's fault.
    Error,
}

/// The grade of an area with these findings.
pub fn grade(rubric: &Rubric, findings: &[Finding]) -> Grade {
    let grade = weighed(rubric, findings.iter(), |finding| rubric.weight(finding.signal()));
    let is_judged = !matches!(grade, Grade::NotApplicable | Grade::NotAssessable | Grade::Error);
    let is_flagged = is_judged && findings.iter().any(|finding| is_red_flag(rubric, finding));
    match grade {
        _ if is_flagged => Grade::Weak,
        Grade::Strong if rests_on_defaults(findings) => Grade::Adequate,
        grade => grade,
    }
}

/// Whether what is good comes with packages, and nothing in the repository itself adds to it.
fn rests_on_defaults(findings: &[Finding]) -> bool {
    findings.iter().any(Finding::is_by_default) && !findings.iter().any(Finding::is_own_work)
}

/// The grade of an area of an organisation's own: each finding counts the same.
pub(crate) fn plainly<'a>(findings: impl Iterator<Item = &'a Finding> + Clone) -> Grade {
    weighed(Rubric::built_in(), findings, |_| 1)
}

fn weighed<'a>(
    rubric: &Rubric,
    findings: impl Iterator<Item = &'a Finding> + Clone,
    weight_of: impl Fn(&Finding) -> u32,
) -> Grade {
    let mut weight = 0.0;
    let mut met = 0.0;
    for finding in findings.clone() {
        let share = match finding.outcome() {
            Outcome::Met => 1.0,
            Outcome::Partly => 0.5,
            Outcome::NotMet => 0.0,
            Outcome::NotApplicable | Outcome::NotAssessable | Outcome::Error => continue,
        };
        let certainty = match finding.confidence() {
            Confidence::Observed => 1.0,
            Confidence::Indicative => rubric.grades.indicative,
        };
        let counts = f64::from(weight_of(finding)) * certainty;
        weight += counts;
        met += counts * share;
    }
    if weight == 0.0 {
        let all = |outcome| findings.clone().all(|finding| finding.outcome() == outcome);
        return if findings.clone().any(|finding| finding.outcome() == Outcome::Error) {
            Grade::Error
        } else if all(Outcome::NotApplicable) {
            Grade::NotApplicable
        } else {
            Grade::NotAssessable
        };
    }
    let share = met / weight;
    if share >= rubric.grades.strong {
        Grade::Strong
    } else if share >= rubric.grades.adequate {
        Grade::Adequate
    } else {
        Grade::Weak
    }
}

/// Whether `finding` is one of the few things that an employer should ask about first.
pub fn is_red_flag(rubric: &Rubric, finding: &Finding) -> bool {
    finding.outcome() == Outcome::NotMet
        && finding.confidence() == Confidence::Observed
        && rubric.red_flags.iter().any(|flag| flag == finding.signal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Evidence;
    use gix::ObjectId;

    fn at() -> Evidence {
        Evidence::absence(ObjectId::null(gix::hash::Kind::Sha1))
    }

    #[test]
    fn what_does_not_apply_counts_neither_way() {
        let rubric = Rubric::built_in();
        let findings = [Finding::met("readme.setup", "", at()), Finding::not_applicable("readme.environment", "")];
        assert_eq!(grade(rubric, &findings), Grade::Strong);
        assert_eq!(grade(rubric, &findings[1..]), Grade::NotApplicable);
    }

    #[test]
    fn a_red_flag_makes_an_area_weak_but_never_an_indicative_one() {
        let rubric = Rubric::built_in();
        let good = [Finding::met("secrets.head", "", at()), Finding::met("secrets.files", "", at())];
        let with = |flag: Finding| [good.as_slice(), &[flag]].concat();
        assert_eq!(grade(rubric, &with(Finding::not_met("secrets.history", "", at()))), Grade::Weak);
        assert_ne!(grade(rubric, &with(Finding::not_met("secrets.history", "", at()).indicative())), Grade::Weak);
    }

    #[test]
    fn what_packages_do_where_nobody_asks_makes_no_area_strong() {
        let place = || crate::Place::file(ObjectId::null(gix::hash::Kind::Sha1), "package.json");
        let pool = Finding::met("database.pool", "", place()).by_default();
        let nothing_bad = Finding::met("database.money", "", at());
        let queries = Finding::met("database.queries", "", place());
        let grade = |findings: &[Finding]| grade(Rubric::built_in(), findings);
        assert_eq!(grade(&[pool.clone(), nothing_bad.clone()]), Grade::Adequate);
        assert_eq!(grade(&[pool, queries]), Grade::Strong);
        assert_eq!(grade(&[nothing_bad]), Grade::Strong);
    }

    #[test]
    fn an_organisation_weighs_what_matters_to_it() {
        let findings = [Finding::met("readme.setup", "", at()), Finding::not_met("readme.tests", "", at())];
        assert_eq!(grade(Rubric::built_in(), &findings), Grade::Adequate);
        let weights = [("readme.tests".to_owned(), 0), ("no.such".to_owned(), 9)].into();
        let rubric = Rubric::weighted(&weights);
        assert_eq!(grade(&rubric, &findings), Grade::Strong);
        assert_eq!(rubric.weight("no.such"), 0);
    }

    #[test]
    fn our_own_errors_are_not_the_repositorys_fault() {
        assert_eq!(grade(Rubric::built_in(), &[Finding::error("tests.exist", "")]), Grade::Error);
    }
}
