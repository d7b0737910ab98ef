//! The brief of a trial project: what was asked for, item by item, and whether it is there.

mod facts;

use serde::{Deserialize, Serialize};

use self::facts::FACTS;
use crate::own::OwnArea;
use crate::trial::Removed;
use crate::{Confidence, Evidence, Finding, Outcome, Snapshot, partial, registry};

/// One thing that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// As it stands in the brief, such as "An endpoint with authentication".
    pub name: String,
    /// The signals that it rests on: of the report, of a brief alone, or of rules of the organisation's own.
    pub signals: Vec<String>,
}

/// Whether one thing that was asked for is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The item.
    pub name: String,
    /// What its signals come to: met, partly, not met, or not assessable where nothing could be seen of it.
    pub outcome: Outcome,
    /// How sure that is.
    pub confidence: Confidence,
    /// What each signal came to.
    pub rests_on: Vec<Ground>,
}

/// What one signal came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// The signal, by name.
    pub signal: String,
    /// Its statement, where it is one of the organisation's own rules.
    pub own: Option<String>,
    /// What was found.
    pub finding: Finding,
}

/// What was asked for, and what of the repository was counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// A sentence on what was counted.
    pub counted: String,
    /// The items, in the order of the brief.
    pub items: Vec<Checked>,
}

/// What a trial asks for where nobody says otherwise.
pub fn usual() -> Vec<Item> {
    let item = |name: &str, signals: &[&str]| Item {
        name: name.to_owned(),
        signals: signals.iter().map(|&signal| signal.to_owned()).collect(),
    };
    vec![
        item(
            "An endpoint, an address for programs, that asks who is calling",
            &["trial.endpoint", "trial.authentication"],
        ),
        item("A background task", &["trial.task"]),
        item("Tests", &["tests.exist"]),
        item("A README that says how to run it", &["readme.present", "readme.setup"]),
    ]
}

/// Every signal that an item may rest on, those of an organisation's own rules apart.
pub fn signals() -> impl Iterator<Item = &'static str> {
    let facts = FACTS.iter().map(|fact| fact.0);
    facts.chain(registry::areas().flat_map(|area| area.signals).map(|signal| signal.id))
}

/// The statement of a signal that only briefs ask for.
pub fn statement(signal: &str) -> Option<&'static str> {
    FACTS.iter().find(|fact| fact.0 == signal).map(|fact| fact.1)
}

/// Checks `items` against what was found in what the candidate brought, `repo`, to what may be a template, `whole`; `own` is
/// what the organisation's rules found there.
pub(crate) fn answer(
    items: &[&Item],
    found: &[&Finding],
    own: &[OwnArea],
    repo: &Snapshot,
    whole: &Snapshot,
    counted: String,
) -> Answered {
    let items = items.iter().map(|item| {
        let ground = |signal: &String| match ground(signal, found, repo, whole) {
            Some(finding) => Some(Ground { signal: signal.clone(), own: None, finding }),
            None => ground_of_own(signal, own),
        };
        Checked::new(item.name.clone(), item.signals.iter().filter_map(ground).collect())
    });
    Answered { counted, items: items.collect() }
}

impl Answered {
    /// Says of each item that it concerns what the candidate took away.
    pub(crate) fn tell(&mut self, removed: &Removed) {
        for item in &mut self.items {
            let told = |ground: Ground| Ground { finding: removed.told(ground.finding), ..ground };
            let rests_on = std::mem::take(&mut item.rests_on).into_iter().map(told).collect();
            *item = Checked::new(std::mem::take(&mut item.name), rests_on);
        }
    }
}

impl Checked {
    fn new(name: String, rests_on: Vec<Ground>) -> Self {
        let findings: Vec<&Finding> = rests_on.iter().map(|ground| &ground.finding).collect();
        let outcome = together(&findings);
        let speaks = |finding: &&&Finding| match outcome {
            Outcome::Met => finding.outcome() == Outcome::Met,
            _ => matches!(finding.outcome(), Outcome::NotMet | Outcome::Partly),
        };
        let is_sure = findings.iter().filter(speaks).all(|finding| finding.confidence() == Confidence::Observed);
        let confidence = if is_sure { Confidence::Observed } else { Confidence::Indicative };
        Checked { name, outcome, confidence, rests_on }
    }
}

fn ground(signal: &str, found: &[&Finding], repo: &Snapshot, whole: &Snapshot) -> Option<Finding> {
    match FACTS.iter().find(|fact| fact.0 == signal) {
        // What the template's manifest names is there for the template's own.
        Some((id, _, look)) => {
            let found = match look(repo) {
                partly if partly.outcome() == Outcome::Partly && look(whole).outcome() == Outcome::Met => {
                    Finding::not_met(id, "There is one, but it is the template's.", Evidence::absence(repo.head()))
                }
                found => found,
            };
            Some(partial::said(repo, found))
        }
        None => found.iter().find(|finding| finding.signal() == signal).map(|finding| (*finding).clone()),
    }
}

/// What a rule of the organisation's own found, if there is one for `signal`.
fn ground_of_own(signal: &str, own: &[OwnArea]) -> Option<Ground> {
    let (rule, finding) = own.iter().flat_map(|area| &area.findings).find(|(rule, _)| *rule.id == *signal)?;
    Some(Ground { signal: signal.to_owned(), own: Some(rule.statement.clone()), finding: finding.clone() })
}

/// What several signals come to. What does not apply or could not be seen says nothing beside what could.
fn together(findings: &[&Finding]) -> Outcome {
    let seen = || findings.iter().map(|finding| finding.outcome()).filter(|outcome| is_seen(*outcome));
    let all = |wanted: Outcome| seen().all(|outcome| outcome == wanted);
    if seen().next().is_none() {
        Outcome::NotAssessable
    } else if all(Outcome::Met) {
        // What could not be seen of it may be wanting.
        if findings.iter().any(|finding| finding.outcome() == Outcome::NotAssessable) {
            Outcome::Partly
        } else {
            Outcome::Met
        }
    } else if all(Outcome::NotMet) {
        Outcome::NotMet
    } else {
        Outcome::Partly
    }
}

fn is_seen(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Met | Outcome::Partly | Outcome::NotMet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::own::OwnFile;
    use crate::rubric::{Profile, Rubric};
    use crate::run::judge;
    use crate::snapshot::NoWatch;
    use crate::snapshot::fixture::Fixture;

    fn outcomes(fixture: Fixture) -> Vec<(String, Outcome)> {
        let examination = judge(&fixture.profile(Profile::Trial).snapshot(), Rubric::built_in(), &[], &[], &NoWatch);
        let brief = examination.brief.expect("a trial has one");
        let said = |item: &Checked| {
            item.rests_on.iter().map(|ground| format!(" {}", ground.finding.summary())).collect::<String>()
        };
        brief.items.into_iter().map(|item| (item.name.clone() + &said(&item), item.outcome)).collect()
    }

    const APP: &str = "from fastapi import FastAPI, Depends, BackgroundTasks\napp = FastAPI()\n\n\
        @app.post('/orders')\ndef create(tasks: BackgroundTasks, user=Depends(get_current_user)):\n    \
        tasks.add_task(send_mail, user)\n    return {}\n";

    #[test]
    fn every_item_of_the_usual_brief_rests_on_signals_that_exist() {
        let known: Vec<&str> = signals().collect();
        assert!(usual().iter().flat_map(|item| &item.signals).all(|signal| known.contains(&&**signal)));
    }

    #[test]
    fn what_was_asked_for_is_met_item_by_item() {
        let found = outcomes(
            Fixture::new()
                .file("app.py", APP)
                .file("requirements.txt", "fastapi==0.115\n")
                .file("README.md", "# Orders\n\nTakes orders, keeps them, and mails whoever made them once each has been sent. Orders that nobody pays for within a week are forgotten, and their stock is free again. Written for shops that have no system of their own yet, and know it, and want to begin with something small that grows with them over the years.\n\n## Run\n\n```sh\npip install -r requirements.txt\nuvicorn app:app\n```\n"),
        );
        let met: Vec<Outcome> = found.iter().map(|(_, outcome)| *outcome).collect();
        assert_eq!(met, [Outcome::Met, Outcome::Met, Outcome::NotMet, Outcome::Met], "{found:?}");
    }

    #[test]
    fn nothing_that_was_asked_for_is_there() {
        let found = outcomes(Fixture::new().file("main.py", "x = 1\n"));
        assert!(found.iter().all(|(_, outcome)| *outcome == Outcome::NotMet), "{found:?}");
    }

    #[test]
    fn an_endpoint_that_anyone_may_call_is_half_of_it() {
        let open = "from fastapi import FastAPI\napp = FastAPI()\n\n@app.get('/items')\ndef items():\n    return []\n";
        assert_eq!(outcomes(Fixture::new().file("app.py", open))[0].1, Outcome::Partly);
    }

    #[test]
    fn an_item_may_rest_on_rules_of_the_organisations_own() {
        let rules = "id: acme.no-print\nlanguage: Python\nrule: {pattern: print($$$)}\nmetadata: {statement: The server does not print, remedy: Use the logger.}\n";
        let file = OwnFile { name: "rules.yml".to_owned(), text: rules.to_owned() };
        let item =
            Item { name: "It logs".to_owned(), signals: vec!["acme.no-print".to_owned(), "trial.task".to_owned()] };
        let answered = |text: &str| {
            let rules = crate::own::read(std::slice::from_ref(&file)).expect("sound");
            let repo = Fixture::new().file("app.py", text).rules(rules).profile(Profile::Trial).snapshot();
            let examination = judge(&repo, Rubric::built_in(), &[], std::slice::from_ref(&item), &NoWatch);
            let item = examination.brief.expect("a trial has one").items.remove(0);
            (item.outcome, item.rests_on.into_iter().map(|ground| (ground.signal, ground.own)).collect::<Vec<_>>())
        };
        let said = Some("The server does not print".to_owned());
        let rests_on = [("acme.no-print".to_owned(), said), ("trial.task".to_owned(), None)];
        assert_eq!(answered("print(1)\n"), (Outcome::NotMet, rests_on.to_vec()));
        assert_eq!(answered("x = 1\n").0, Outcome::Partly);
    }

    #[test]
    fn signals_come_to_one_outcome() {
        use Outcome::{Met, NotApplicable, NotAssessable, NotMet, Partly};
        let finding = |outcome| {
            let at = || Evidence::absence(Fixture::new().snapshot().head());
            match outcome {
                Met => Finding::met("trial.task", "", at()),
                Partly => Finding::partly("trial.task", "", at()),
                NotMet => Finding::not_met("trial.task", "", at()),
                NotApplicable => Finding::not_applicable("trial.task", ""),
                _ => Finding::not_assessable("trial.task", ""),
            }
        };
        for (outcomes, one) in [
            (&[][..], NotAssessable),
            (&[NotApplicable, Met], Met),
            (&[NotApplicable], NotAssessable),
            (&[NotAssessable, Met], Partly),
            (&[NotAssessable, NotMet], NotMet),
            (&[Met, NotMet], Partly),
            (&[NotMet, NotMet], NotMet),
        ] {
            let findings: Vec<Finding> = outcomes.iter().copied().map(finding).collect();
            assert_eq!(together(&findings.iter().collect::<Vec<_>>()), one, "{outcomes:?}");
        }
    }
}
