//! What may still be said where some of the files could not be read: what stands in those that could be. That nothing was
//! found among them is no answer, whichever way the signal asks.

use crate::safely::run_safely;
use crate::{Analyzer, Finding, Outcome, Snapshot, areas};

/// The areas that are not about the files at HEAD alone, and say themselves what is missing.
const KNOW_MISSING: &[&str] = &["commits", areas::secrets::ID];

/// What one file makes true, whatever stands in the others.
const TRUE_BY_ONE: &[&str] = &[
    "readme.present",
    "readme.tests",
    "tests.exist",
    "tests.in-ci",
    "deployment.documented",
    "deployment.reproducible",
    "errors.central",
    "observability.request-id",
    "observability.health",
    "trial.endpoint",
    "trial.authentication",
    "trial.task",
];

/// What a few lines make untrue, whatever stands elsewhere.
const UNTRUE_BY_FEW: &[&str] = &["errors.absence", "observability.no-print", "security.sql", "database.money"];

/// What `analyzer` finds in `repo`, as far as it may be said.
pub(crate) fn findings(analyzer: &dyn Analyzer, repo: &Snapshot) -> Vec<Finding> {
    let meta = analyzer.meta();
    let found = run_safely(meta, || analyzer.examine(repo));
    if KNOW_MISSING.contains(&meta.id) {
        return found;
    }
    found.into_iter().map(|finding| said(repo, finding)).collect()
}

/// `finding`, if it may be said.
pub(crate) fn said(repo: &Snapshot, finding: Finding) -> Finding {
    let holds = match finding.outcome() {
        Outcome::Met => TRUE_BY_ONE.contains(&finding.signal()),
        Outcome::NotMet => UNTRUE_BY_FEW.contains(&finding.signal()),
        _ => false,
    };
    said_if(repo, finding, holds)
}

/// `finding`, if everything was read, or if it `holds` by the places that it shows.
pub(crate) fn said_if(repo: &Snapshot, finding: Finding, holds: bool) -> Finding {
    let is_silent = matches!(finding.outcome(), Outcome::NotAssessable | Outcome::Error);
    let is_shown = || finding.places().iter().any(|place| !place.path.is_empty());
    if !repo.tree().is_cut() || is_silent || holds && is_shown() {
        return finding;
    }
    finding.unsettled(if repo.tree().is_unlisted() {
        "The list of the repository's files could not be read."
    } else {
        "Some of the repository's files could not be read, and what is in them may decide this."
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rubric::{Profile, Rubric};
    use crate::run::{Examination, judge};
    use crate::snapshot::NoWatch;
    use crate::snapshot::fixture::Fixture;

    fn judged(repo: Fixture) -> Examination {
        judge(&repo.cut().profile(Profile::Trial).snapshot(), Rubric::built_in(), &[], &[], &NoWatch)
    }

    fn outcome(found: &Examination, signal: &str) -> Option<Outcome> {
        let mut all = found.areas.iter().flat_map(|area| &area.findings);
        all.find(|finding| finding.signal() == signal).map(Finding::outcome)
    }

    #[test]
    fn what_is_absent_from_the_files_that_could_be_read_is_not_said_to_be_missing() {
        for repo in [Fixture::new().file("LICENSE", "MIT\n"), Fixture::new().file("app.py", "import flask\nprint(1)\n")]
        {
            let found = judged(repo);
            let files = found.areas.iter().filter(|area| !KNOW_MISSING.contains(&area.meta.id));
            for finding in files.flat_map(|area| &area.findings) {
                assert_eq!(finding.outcome(), Outcome::NotAssessable, "{}: {}", finding.signal(), finding.summary());
            }
            assert!(found.red_flags.is_empty());
            assert_eq!(found.kinds, [crate::kinds::Kind::Other]);
            let items = found.brief.map(|brief| brief.items).unwrap_or_default();
            assert!(!items.is_empty() && items.iter().all(|item| item.outcome == Outcome::NotAssessable), "{items:?}");
        }
    }

    #[test]
    fn what_stands_in_the_files_that_could_be_read_is_said() {
        let test = "def test_total():\n    assert total() == 1\n".repeat(12);
        let query = "from flask import Flask, request\napp = Flask(__name__)\n\n@app.route('/users')\ndef users():\n    \
                     name = request.args['name']\n    return db.execute(\"SELECT * FROM users WHERE name = '\" + name + \"'\")\n";
        let readme = format!("# Shop\n\n{}", "It sells things to people who want to have them. ".repeat(12));
        let found =
            judged(Fixture::new().file("tests/test_a.py", &test).file("app.py", query).file("README.md", &readme));
        assert_eq!(outcome(&found, "readme.present"), Some(Outcome::Met));
        assert_eq!(outcome(&found, "security.sql"), Some(Outcome::NotMet));
        // Of the other areas nothing can be told, nor of what a file elsewhere may put right.
        for signal in ["deployment.reproducible", "readme.setup", "security.authorization", "api.versioned"] {
            assert_eq!(outcome(&found, signal), Some(Outcome::NotAssessable), "{signal}");
        }
    }

    #[test]
    fn every_signal_that_is_named_here_is_one() {
        let known: Vec<&str> = crate::brief::signals().collect();
        assert!(TRUE_BY_ONE.iter().chain(UNTRUE_BY_FEW).all(|signal| known.contains(signal)));
    }
}
