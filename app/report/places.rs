//! Which places a finding shows, and what each is called.

use super::digest::{Step, is_whole};
use super::model::{Place, Report, Signal};
use super::prose;

/// How many places a step needs: where to begin.
const OF_STEP: usize = 2;

/// A place and what to call it, beside those before it.
#[derive(Debug, Clone)]
pub(super) struct Shown<'a> {
    pub(super) place: &'a Place,
    pub(super) text: String,
}

/// The places of `signal`, each once; nothing for what the whole tree shows.
pub(super) fn shown<'a>(report: &Report, signal: &'a Signal) -> Vec<Shown<'a>> {
    of(report, &signal.places)
}

/// `places`, each once; nothing for what the whole tree shows.
pub(super) fn of<'a>(report: &Report, places: &'a [Place]) -> Vec<Shown<'a>> {
    let mut shown: Vec<Shown> = Vec::new();
    for place in places {
        let is_tree = is_whole(place) && place.commit == report.repository.head;
        if !is_tree && !shown.iter().any(|other| other.place == place) {
            let text = after(report, place, shown.last().map(|last| last.place));
            shown.push(Shown { place, text });
        }
    }
    shown
}

/// Where a step begins, as far as its sentences do not say.
pub(super) fn of_step<'a>(report: &Report, step: &Step<'a>, sentence: &str) -> Vec<Shown<'a>> {
    let mut shown = shown(report, step.signal);
    let is_said = |path: &str| !path.is_empty() && (sentence.contains(path) || step.remedy().contains(path));
    if shown.iter().any(|shown| is_said(&shown.place.path)) {
        return Vec::new();
    }
    shown.truncate(OF_STEP);
    shown
}

/// ":25" for a line of the file that was just named.
fn after(report: &Report, place: &Place, last: Option<&Place>) -> String {
    let text = prose::place(report, place);
    let same_file =
        last.is_some_and(|last| last.path == place.path && last.commit == place.commit && last.start.is_some());
    match text.strip_prefix(&place.path) {
        Some(lines) if same_file && lines.starts_with(':') => lines.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn place(path: &str, line: u32) -> Place {
        let head = fixture::head().to_string();
        Place { commit: head, path: path.to_owned(), start: Some(line), end: Some(line), url: None }
    }

    #[test]
    fn a_file_is_named_once_and_no_place_twice() {
        let report = fixture::report();
        let mut signal = report.areas[0].signals[0].clone();
        signal.places = vec![place("a.rs", 1), place("a.rs", 1), place("a.rs", 7), place("b.rs", 7)];
        let text: Vec<String> = shown(&report, &signal).into_iter().map(|shown| shown.text).collect();
        assert_eq!(text, ["a.rs:1", ":7", "b.rs:7"]);
    }

    #[test]
    fn a_step_names_a_place_only_if_its_sentence_does_not() {
        let report = fixture::report();
        let steps = report.first_steps();
        let step = steps.iter().find(|step| step.signal.id == "secrets.history").expect("a step");
        assert_eq!(of_step(&report, step, "one")[0].text, "config/prod.env:3 at ccccccc");
        assert!(of_step(&report, step, "one in config/prod.env").is_empty());
    }
}
