//! What an organisation's own rules find: under our areas or under areas of its own, with its words. None of it changes
//! the grade of an area of ours, and none is a red flag.

use crate::code::Language;
use crate::code::own::{Expect, OwnFile, OwnRules, OwnSignal, Wrong};
use crate::grade::{Grade, plainly};
use crate::paths::is_aside;
use crate::{Evidence, Finding, Place, Snapshot, partial, registry};

/// Reads an organisation's rules. Of what is wrong in each file, the first is said.
pub fn read(files: &[OwnFile]) -> Result<OwnRules, Vec<Wrong>> {
    OwnRules::read(files, |id| registry::signal(id).is_some())
}

/// What an organisation's own rules found in one area.
#[derive(Debug)]
pub struct OwnArea {
    /// Ours, or one of the organisation's own.
    pub id: String,
    /// What the findings come to, in an area of the organisation's own; each counts the same.
    pub grade: Option<Grade>,
    /// One finding for each signal, by id.
    pub findings: Vec<(OwnSignal, Finding)>,
}

/// Findings know their signals by name; those of an organisation's own stand beside theirs.
const SIGNAL: &str = "own";

/// The findings of all own rules: in areas of ours in the order of the report, then in the organisation's, by name.
pub(crate) fn areas(repo: &Snapshot) -> Vec<OwnArea> {
    let mut all: Vec<OwnArea> = Vec::new();
    for signal in repo.own_rules().signals() {
        let found = (signal.clone(), finding(repo, signal));
        match all.iter_mut().find(|area| area.id == signal.area) {
            Some(area) => area.findings.push(found),
            None => all.push(OwnArea { id: signal.area.clone(), grade: None, findings: vec![found] }),
        }
    }
    let position = |id: &str| registry::areas().position(|area| area.id == id);
    for area in all.iter_mut().filter(|area| position(&area.id).is_none()) {
        area.grade = Some(plainly(area.findings.iter().map(|(_, finding)| finding)));
    }
    all.sort_by(|a, b| {
        let order = |area: &OwnArea| position(&area.id).unwrap_or(usize::MAX);
        (order(a), &a.id).cmp(&(order(b), &b.id))
    });
    all
}

fn finding(repo: &Snapshot, signal: &OwnSignal) -> Finding {
    let unparsed = &repo.code().unparsed;
    let is_asked = |path: &str| {
        Language::of(path).is_some_and(|language| signal.languages.contains(&language))
            && (signal.in_tests || !is_aside(path))
            && signal.looks_at(path)
    };
    let files: Vec<&str> = repo
        .tree()
        .own_texts()
        .map(|(file, _)| &*file.path)
        .filter(|path| {
            is_asked(path) && unparsed.binary_search_by(|unparsed| unparsed.path.as_str().cmp(path)).is_err()
        })
        .collect();
    let OwnSignal { statement, .. } = signal;
    if files.is_empty() {
        let none = format!("{statement}: no file of the kind that this is asked of.");
        return partial::said_if(repo, Finding::not_applicable(SIGNAL, none), false);
    }
    let spots: Vec<_> =
        repo.code().own(&signal.id).iter().filter(|spot| files.binary_search(&&*spot.path).is_ok()).collect();
    let mut within: Vec<&str> = spots.iter().map(|spot| &*spot.path).collect();
    within.dedup();
    let places = spots.iter().map(|spot| Place::lines(repo.head(), &*spot.path, spot.lines.0, spot.lines.1));
    let evidence = Evidence::or_absence(places, repo.head());
    let looked_at = count(files.len(), "file");
    let shown = match files.len() {
        1 => format!("{} in the only file", count(spots.len(), "place")),
        _ => format!("{} in {} of {looked_at}", count(spots.len(), "place"), within.len()),
    };
    let says = if spots.len() == 1 { "says" } else { "say" };
    let finding = match (signal.expect, spots.is_empty()) {
        (Expect::None, true) => {
            Finding::met(SIGNAL, format!("{statement}: nothing in {looked_at} says otherwise."), evidence)
        }
        (Expect::None, false) => Finding::not_met(SIGNAL, format!("{statement}: {shown} {says} otherwise."), evidence),
        (Expect::Some, true) => {
            Finding::not_met(SIGNAL, format!("{statement}: nothing in {looked_at} shows it."), evidence)
        }
        (Expect::Some, false) => {
            let shows = if spots.len() == 1 { "shows" } else { "show" };
            Finding::met(SIGNAL, format!("{statement}: {shown} {shows} it."), evidence)
        }
    };
    let holds = !spots.is_empty();
    partial::said_if(repo, finding.fact("files", files.len()).fact("matches", spots.len()), holds)
}

fn count(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::code::own::OwnFile;
    use crate::snapshot::fixture::Fixture;

    const RULES: &str = "\
id: acme.no-print
language: Python
rule: {pattern: print($$$)}
metadata: {statement: The server does not print, remedy: Use the logger.}
---
id: acme.tracer
language: Python
rule: {pattern: start_tracer($$$)}
metadata: {statement: There is a tracer, area: observability, remedy: Start one., expect: some}
";

    fn found(fixture: Fixture) -> Vec<OwnArea> {
        let file = OwnFile { name: "rules.yml".to_owned(), text: RULES.to_owned() };
        areas(&fixture.rules(read(&[file]).expect("sound")).snapshot())
    }

    #[test]
    fn a_match_speaks_against_or_for_the_statement_and_names_its_place() {
        let all = found(Fixture::new().file("app.py", "print(1)\nstart_tracer()\n").file("tests/a.py", "print(2)\n"));
        let (_, print) = &all.iter().find(|area| area.id == "acme").expect("own").findings[0];
        assert_eq!((print.outcome(), print.places()[0].lines), (Outcome::NotMet, Some((1, 1))));
        assert_eq!(print.summary(), "The server does not print: 1 place in the only file says otherwise.");
        let tracer = all.iter().find(|area| area.id == "observability").expect("the area that was named");
        assert_eq!(tracer.findings[0].1.outcome(), Outcome::Met);
    }

    #[test]
    fn what_does_not_apply_comes_first_and_an_own_area_is_graded_by_its_own_signals() {
        let all = found(Fixture::new().file("main.go", "package main\n"));
        assert!(all.iter().all(|area| area.findings[0].1.outcome() == Outcome::NotApplicable));
        let all = found(Fixture::new().file("app.py", "x = 1\n"));
        let own = all.iter().find(|area| area.id == "acme").expect("own");
        assert_eq!((own.grade, own.findings[0].1.outcome()), (Some(Grade::Strong), Outcome::Met));
    }
}
