//! An organisation's own rules, from a folder to the report.

use serde_json::Value;

use crate::support::{Repository, foliolens, run, told};

const RULES: &str = "\
id: acme.no-print
language: Python
rule: {pattern: print($$$ALL)}
metadata:
  statement: The server does not print
  remedy: Use the logger instead.
  positives: [print(1)]
  negatives: [log(1)]
---
id: acme.no-eval
language: Python
rule: {pattern: eval($A)}
metadata:
  statement: Nothing is evaluated
  area: security
  remedy: Parse it.
  positives: [eval(a)]
  negatives: [parse(a)]
";

/// A folder with one file of rules.
fn folder(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("rules.yml"), text).expect("written");
    let path = folder.path().display().to_string();
    (folder, path)
}

fn candidate() -> Repository {
    let repository = Repository::with_commits(2);
    repository.write("server.py", "import os\nprint(eval('1'))\n").commit("Serve");
    repository
}

#[test]
fn what_own_rules_find_stands_in_every_format_marked_and_is_no_red_flag() {
    let (repository, (_kept, rules)) = (candidate(), folder(RULES));
    let review = |format: &str| {
        let (code, out, err) = run(&["review", &repository.target(), "--rules", &rules, "--format", format]);
        assert_eq!(code, 0, "{format}: {err}");
        out
    };
    for format in ["terminal", "markdown", "html"] {
        // As it is read: without line ends, escapes and marks.
        let out = review(format).replace('\\', "").split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "The server does not print: 1 place in 1 of",
            "acme.no-print",
            "own rule)",
            "Use the logger instead",
            "server.py:2",
        ] {
            assert!(out.replace("&#39;", "'").contains(part), "{format}: {part}\n{out}");
        }
    }
    let report: Value = serde_json::from_str(&review("json")).expect("JSON");
    let area = |id: &str| {
        report["areas"].as_array().expect("areas").iter().find(|area| area["id"] == id).expect("there").clone()
    };
    assert_eq!((area("acme")["own"].clone(), area("acme")["title"].clone()), (true.into(), "Acme".into()));
    let own = &area("acme")["signals"][0];
    assert_eq!((&own["own"], &own["outcome"]), (&"The server does not print".into(), &"not_met".into()));
    assert_eq!((&own["places"][0]["path"], &own["places"][0]["start"]), (&"server.py".into(), &2.into()));
    let signals = area("security")["signals"].clone();
    assert_eq!(signals.as_array().expect("signals").last().expect("ours and theirs")["id"], "acme.no-eval");
    assert!(!report["red_flags"].to_string().contains("acme"));
    let sarif: Value = serde_json::from_str(&review("sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let result = results.iter().find(|result| result["ruleId"] == "acme.no-print").expect("a result");
    assert_eq!((&result["level"], &result["properties"]["own"]), (&"warning".into(), &true.into()));
}

#[test]
fn rules_change_no_grade_of_ours_and_the_hash_of_the_configuration() {
    let (repository, (_kept, rules)) = (candidate(), folder(RULES));
    let review = |more: &[&str]| -> Value {
        let target = repository.target();
        let (_, out, err) = run(&[&["review", &target, "--format", "json"], more].concat());
        serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"))
    };
    let (without, with) = (review(&[]), review(&["--rules", &rules]));
    for (one, other) in without["areas"].as_array().expect("areas").iter().zip(with["areas"].as_array().expect("areas"))
    {
        assert_eq!((&one["id"], &one["grade"]), (&other["id"], &other["grade"]));
    }
    assert_ne!(without["config_hash"], with["config_hash"]);
    assert_eq!(with, review(&["--rules", &rules]));
}

#[test]
fn a_wrong_rule_is_one_sentence_with_file_line_and_caret_and_nothing_is_reviewed() {
    let (repository, (_kept, rules)) = (candidate(), folder(&RULES.replace("pattern: eval($A)", "kind: evaluation")));
    for arguments in [vec!["review", &repository.target(), "--rules", &rules], vec!["rules", "test", &rules]] {
        let (code, out, err) = run(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        let lines: Vec<&str> = err.lines().collect();
        assert_eq!(lines.len(), 3, "{err}");
        assert!(lines[0].ends_with("rules.yml, line 12: there is no kind of syntax `evaluation` in Python."), "{err}");
        assert_eq!(lines[2].find('^'), lines[1].find("evaluation"), "{err}");
    }
}

#[test]
fn the_repository_under_review_brings_no_rules() {
    let repository = candidate();
    repository.write("rules/a.yml", RULES).commit("Add rules");
    let within = repository.path().join("rules").display().to_string();
    let (code, out, err) = run(&["review", &repository.target(), "--rules", &within]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("the rules lie in the repository under review"), "{err}");
    // Nor does it without being asked.
    assert!(!run(&["review", &repository.target()]).1.contains("acme."));
}

#[test]
fn rules_are_named_by_a_variable_or_the_file_of_settings_too() {
    let (repository, (kept, rules)) = (candidate(), folder(RULES));
    let output = foliolens(&["review", &repository.target()]).env("FOLIOLENS_RULES", &rules).output();
    assert!(told(&output.expect("started")).1.contains("acme.no-print"));
    let file = kept.path().join("settings.toml");
    std::fs::write(&file, format!("rules = {rules:?}\n")).expect("written");
    assert!(
        run(&["review", &repository.target(), "--config", &file.display().to_string()]).1.contains("acme.no-print")
    );
}

#[test]
fn rules_are_tried_on_their_examples() {
    let (_kept, rules) = folder(RULES);
    let (code, out, err) = run(&["rules", "test", &rules]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, "2 rules in 1 file: 2 positives and 2 negatives agree.\n");
    let (_kept, rules) = folder(&RULES.replace("[log(1)]", "[print(2)]"));
    let (code, out, _) = run(&["rules", "test", &rules]);
    assert_eq!(code, 1);
    assert!(out.contains("rules.yml, line 1: acme.no-print (Python) matches its negative `print(2)`."), "{out}");
    assert!(out.ends_with("2 positives and 1 negative agree, 1 failure.\n"), "{out}");
    let (code, _, err) = run(&["rules", "test", "/no/such/folder"]);
    assert!(code == 2 && err.contains("no folder of rules"), "{err}");
}

#[test]
fn the_examples_of_the_documentation_are_sound() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/custom-rules.md")).expect("a page");
    let examples: Vec<&str> = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(examples.len(), 3);
    let (_kept, rules) = folder(&examples.join("---\n"));
    let (code, out, err) = run(&["rules", "test", &rules]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(out, "4 rules in 1 file: 6 positives and 5 negatives agree.\n");
}

#[test]
fn a_rule_that_does_other_than_its_examples_say_is_not_used() {
    let (_kept, rules) = folder(&RULES.replace("positives: [print(1)]", "positives: [log(2)]"));
    let (code, out, err) = run(&["review", &candidate().target(), "--rules", &rules]);
    assert_eq!((code, &*out), (2, ""), "{err}");
    assert!(err.contains("line 1: acme.no-print (Python) does not match its positive `log(2)`."), "{err}");
}

#[test]
fn own_rules_are_explained_chosen_and_suppressed_as_any_other() {
    let (repository, (kept, rules)) = (candidate(), folder(RULES));
    let (code, out, err) = run(&["explain", "acme.no-print", "--rules", &rules]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("The server does not print") && out.contains("Use the logger instead."), "{out}");
    assert!(run(&["explain", "--rules", &rules]).1.contains("acme.no-eval"), "they are listed");
    assert_eq!(run(&["explain", "acme.no-print"]).0, 2, "nobody knows it without its rules");

    let target = repository.target();
    let (code, out, err) = run(&["review", &target, "--rules", &rules, "--only", "acme", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let areas: Vec<&str> =
        report["areas"].as_array().expect("areas").iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(areas, ["acme"]);
    let (code, _, err) = run(&["review", &target, "--rules", &rules, "--only", "acne"]);
    assert!(code == 2 && err.contains("--only acne: there is no such area"), "{err}");

    let file = kept.path().join("settings.toml");
    let entry = |signal: &str| format!("[[suppress]]\nsignal = \"{signal}\"\nreason = \"accepted\"\n");
    std::fs::write(&file, entry("acme.no-print") + &entry("acme.gone")).expect("written");
    let file = file.display().to_string();
    let (code, out, err) = run(&["review", &target, "--rules", &rules, "--config", &file, "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let said = report["configuration"].to_string();
    assert!(said.contains("acme.no-print is suppressed by the file of settings as accepted on purpose"), "{said}");
    assert!(said.contains("suppresses acme.gone, but there is no such signal"), "{said}");
    assert!(out.contains("\"suppressed\": \"accepted on purpose\""), "{out}");
}
