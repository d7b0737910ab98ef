//! Are errors silently dropped?

use super::{part, places};
use crate::areas::observability::server::Server;
use crate::areas::security::marks;
use crate::code::CodeMatch;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "errors.not-swallowed";

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>) -> Finding {
    let caught = server.matches("errors", "caught").len();
    let dropped: Vec<_> =
        server.matches("errors", "swallowed").into_iter().filter(|found| !is_explained(repo, found)).collect();
    let thresholds = repo.thresholds();
    // What is thrown away without being caught counts as a place, too.
    let all = caught.max(dropped.len());
    let share = dropped.len() as f64 / all.max(1) as f64;
    let finding = match dropped.first() {
        None if caught == 0 => {
            return Finding::not_applicable(
                SIGNAL,
                "No place was found where the program deals with errors (catches them).",
            );
        }
        None => {
            let summary = format!(
                "Errors are dealt with (caught) in {}, and in none of them was an error found that is dropped without a word.",
                places(caught)
            );
            Finding::met(SIGNAL, summary, Evidence::absence(repo.head()))
        }
        Some(first) => {
            let summary = format!(
                "In {} where errors are dealt with, any error is dropped without a word, as in {}. Some may be dropped on \
                 purpose; a comment would say so.",
                part(dropped.len(), all, "place"),
                first.path
            );
            let at = marks::places(repo, dropped.iter().copied());
            let good = format!(
                "Errors are dealt with in {} of {all} places; in the others any error is dropped without a word, as in {}. \
                 Some may be dropped on purpose; a comment would say so.",
                all - dropped.len(),
                first.path
            );
            let is_grave = dropped.len() >= thresholds.errors_grave_places && share >= thresholds.errors_grave_share;
            if is_grave {
                Finding::not_met(SIGNAL, summary, at)
            } else if share <= thresholds.errors_dropped_good {
                Finding::met(SIGNAL, good, at).indicative()
            } else if share <= thresholds.errors_dropped_bad || dropped.len() == 1 {
                Finding::partly(SIGNAL, summary, at).indicative()
            } else {
                Finding::not_met(SIGNAL, summary, at).indicative()
            }
        }
    };
    finding.fact("caught", all).fact("dropped", dropped.len())
}

/// Whether a comment on the same lines, or on the line before, says why.
fn is_explained(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let (first, last) = (found.lines.0 as usize, found.lines.1 as usize);
    let around = text.lines().skip(first.saturating_sub(2)).take(last + 2 - first);
    around.into_iter().any(|line| {
        let comment = ["// ", "//", "/*", "# "].iter().find_map(|mark| line.split_once(mark));
        // Words for a linter are none for people, and an address is no comment.
        comment.is_some_and(|(before, words)| {
            let words = words.trim();
            !before.ends_with(':')
                && words.len() > 5
                && !["noqa", "nolint", "eslint", "pylint", "type:", "nosec", "rubocop", "pragma"]
                    .iter()
                    .any(|linter| words.starts_with(linter))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{self, Met, NotApplicable, NotMet, Partly};
    use crate::snapshot::fixture::Fixture;

    fn says(path: &str, text: &str) -> (Outcome, crate::Confidence) {
        let repo =
            Fixture::new().file("package.json", r#"{"dependencies": {"express": "4"}}"#).file(path, text).snapshot();
        let found = finding(&repo, &Server::of(&repo));
        (found.outcome(), found.confidence())
    }

    #[test]
    fn a_broad_error_that_is_dropped_is_said() {
        let handled = "try:\n    a()\nexcept KeyError:\n    b()\n";
        let dropped = "try:\n    a()\nexcept Exception:\n    pass\n";
        assert_eq!(says("app.py", "a = 1\n").0, NotApplicable);
        assert_eq!(says("app.py", handled).0, Met);
        assert_eq!(says("app.py", dropped).0, Partly);
        assert_eq!(says("app.py", &format!("{handled}{dropped}{handled}{dropped}{handled}")).0, NotMet);
    }

    #[test]
    fn a_comment_that_says_why_is_an_answer_and_a_word_for_a_linter_is_none() {
        let with =
            |comment: &str| says("app.py", &format!("try:\n    a()\nexcept Exception:  {comment}\n    pass\n")).0;
        assert_eq!(with("# the cache is optional"), Met);
        assert_eq!(with("# noqa: BLE001"), Partly);
    }

    #[test]
    fn only_a_program_that_drops_most_of_its_errors_is_told_so_as_a_fact() {
        let dropped = "try { a(); } catch (e) {}\n\n";
        let handled = "try { a(); } catch (e) { next(e); }\n\n";
        let (outcome, confidence) = says("app.js", &dropped.repeat(6));
        assert_eq!((outcome, confidence), (NotMet, crate::Confidence::Observed));
        let (outcome, confidence) = says("app.js", &format!("{}{}", dropped.repeat(3), handled.repeat(6)));
        assert_eq!((outcome, confidence), (NotMet, crate::Confidence::Indicative));
    }

    #[test]
    fn tests_scripts_and_browsers_are_left_out() {
        let dropped = "try { a(); } catch (e) {}\n";
        for path in ["tests/app.js", "scripts/seed.js", "frontend/src/api.js", "src/App.jsx"] {
            assert_eq!(says(path, dropped).0, NotApplicable, "{path}");
        }
    }
}
