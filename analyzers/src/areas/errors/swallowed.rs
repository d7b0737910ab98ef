//! Are errors silently dropped?

use super::excuses::{cleans_up, is_explained};
use super::part;
use crate::areas::observability::server::Server;
use crate::areas::security::marks;
use crate::code::CodeMatch;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "errors.not-swallowed";

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>) -> Finding {
    let caught = server.matches("errors", "caught");
    let of = |topic: &str| -> Vec<&CodeMatch> {
        let found = server.matches("errors", topic).into_iter();
        found.filter(|found| !is_explained(repo, found) && !cleans_up(repo, found)).collect()
    };
    let (any, narrow) = (of("swallowed"), of("swallowed.narrow"));
    let thresholds = repo.thresholds();
    // What is thrown away without being caught counts as a place, too.
    let is_caught = |found: &&&CodeMatch| caught.iter().any(|it| it.path == found.path && it.lines.0 == found.lines.0);
    let all = caught.len() + any.iter().filter(|found| !is_caught(found)).count();
    let share = |some: usize| some as f64 / all.max(1) as f64;
    // That one kind of error is dropped is no grave fault, however often.
    let is_grave = any.len() >= thresholds.errors_grave_places && share(any.len()) >= thresholds.errors_grave_share;
    let mut dropped = any;
    dropped.extend(narrow);
    dropped.sort_by(|a, b| (&a.path, a.bytes.start).cmp(&(&b.path, b.bytes.start)));
    let share = share(dropped.len());
    let finding = match dropped.first() {
        None if all == 0 => {
            return Finding::not_applicable(SIGNAL, "No place was found where the program deals with errors.");
        }
        None => {
            let summary = match all {
                1 => "Errors are not passed over in silence: the one place that catches any does something about them."
                    .to_owned(),
                all => format!(
                    "Errors are not passed over in silence: {} that catch any do something about them.",
                    part(all, all, "place")
                ),
            };
            Finding::met(SIGNAL, summary, Evidence::absence(repo.head()))
        }
        Some(first) => {
            let summary = format!(
                "Faults may go unnoticed until they hurt: {} where errors come up {} nothing about them (as in {}). \
                 That may be on purpose; a comment would say so.",
                part(dropped.len(), all, "place"),
                if dropped.len() == 1 { "does" } else { "do" },
                first.path
            );
            let at = marks::places(repo, dropped.iter().copied());
            let good = format!(
                "Errors are seldom passed over in silence: {} of {all} places that catch any do something about them; \
                 the others do nothing, as in {}. That may be on purpose; a comment would say so.",
                all - dropped.len(),
                first.path
            );
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

    #[test]
    fn cleaning_up_and_one_kind_of_error_raise_no_alarm() {
        let close = |name: &str| format!("try {{ {name}.close(); }} catch (SQLException e) {{}}\n");
        let method = format!(
            "void f() {{ try {{ a(); }} catch (SQLException e) {{ throw new Failed(e); }} finally {{ {}{}{} }} }}\n",
            close("rs"),
            close("st"),
            close("con")
        );
        assert_eq!(says("A.java", &format!("class A {{ {} }}\n", method.repeat(3))).0, Met);
        let parsed = "void f() { try { read(); } catch (IOException e) {} }\n".repeat(6);
        assert_eq!(says("A.java", &format!("class A {{ {parsed} }}\n")), (NotMet, crate::Confidence::Indicative));
        let files = "try { await fs.unlink(tmp) } catch {}\n".repeat(6);
        assert_eq!(says("app.js", &format!("async function f() {{ {files} }}\n")).0, Met);
        let fallback = "function f(x) { try { return new URL(x) } catch {} return null }\n";
        assert_eq!(says("app.js", fallback).0, Met);
    }

    #[test]
    fn what_is_thrown_away_counts_beside_what_is_caught() {
        let caught = "\tif err := a(); err != nil {\n\t\treturn err\n\t}\n".repeat(8);
        let thrown = "\tjson.Unmarshal(data, &user)\n".repeat(5);
        let page = "\tpage, _ := strconv.Atoi(c.DefaultQuery(\"page\", \"1\"))\n";
        let go = |body: &str| {
            let text = format!("package a\nfunc f() error {{\n{caught}{body}\treturn nil\n}}\n");
            let repo = Fixture::new().file("a.go", &text).snapshot();
            let found = finding(&repo, &Server::of(&repo));
            (found.facts()["caught"].clone(), found.facts()["dropped"].clone(), found.confidence())
        };
        assert_eq!(go(&thrown), (13.into(), 5.into(), crate::Confidence::Indicative));
        assert_eq!(go(page).1, 0);
        // What the next line is for says nothing of its error.
        assert_eq!(go("\t// Parse the request body\n\tjson.Unmarshal(data, &user)\n").1, 1);
        assert_eq!(go("\t// An error leaves the default\n\tjson.Unmarshal(data, &user)\n").1, 0);
    }

    #[test]
    fn a_note_to_do_it_later_and_code_that_is_switched_off_explain_nothing() {
        let java = |comment: &str| {
            says(
                "A.java",
                &format!("class A {{ void f() {{\ntry {{ a(); }}\ncatch (Exception e) {{\n{comment}\n}} }} }}\n"),
            )
            .0
        };
        assert_eq!(java("// TODO Auto-generated catch block"), Partly);
        assert_eq!(java("// the cache is optional"), Met);
        let js = |comment: &str| says("app.js", &format!("try {{ a(); }} catch (err) {{\n  {comment}\n}}\n")).0;
        assert_eq!(js("// console.log(err)"), Partly);
        assert_eq!(js("/* the cache is optional */"), Met);
        let py = |body: &str| {
            says("app.py", &format!("for a in b:\n    try:\n        a()\n    except Exception:\n{body}")).0
        };
        assert_eq!(py("        # TODO\n        pass\n"), Partly);
        assert_eq!(py("        # the cache is optional\n        pass\n"), Met);
        assert_eq!(py("        continue\n"), Partly);
    }
}
