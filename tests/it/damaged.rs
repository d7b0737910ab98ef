//! Objects that are missing or damaged: the report says that it is not complete, and counts nothing of theirs as absent.

use serde_json::json;

use crate::support::{Repository, refused, run};

#[test]
fn a_missing_blob_makes_the_report_incomplete() {
    let repository = Repository::with_commits(3);
    std::fs::remove_file(repository.loose_object("HEAD:src/part1.py")).expect("there");
    let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\"complete\": false"), "{out}");
}

#[test]
fn a_missing_readme_text_is_no_missing_readme_and_nothing_found_is_no_answer() {
    let repository = Repository::with_commits(3);
    std::fs::remove_file(repository.loose_object("HEAD:README.md")).expect("there");
    let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let areas = report["areas"].as_array().expect("areas");
    let outcome = |id: &str| {
        let findings = areas.iter().flat_map(|area| area["signals"].as_array().expect("findings"));
        findings.clone().find(|finding| finding["id"] == id).expect("there")["outcome"].clone()
    };
    for signal in ["readme.present", "secrets.head", "secrets.history", "secrets.files"] {
        assert_eq!(outcome(signal), "not_assessable", "{signal}");
    }
}

#[test]
fn a_damaged_blob_makes_the_report_incomplete() {
    let repository = Repository::with_commits(3);
    let path = repository.loose_object("HEAD:src/part1.py");
    std::fs::remove_file(&path).expect("there");
    std::fs::write(&path, b"\x78\x9cnothing of the kind").expect("written");
    let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\"complete\": false"), "{out}");
}

#[test]
fn a_missing_head_commit() {
    let repository = Repository::with_commits(2);
    std::fs::remove_file(repository.loose_object("HEAD")).expect("there");
    refused(&repository.target(), 3, "missing or damaged");
}

/// Neither where the list is gone, nor where it is damaged, nor where all that it names is gone.
#[test]
fn files_that_can_not_be_listed_are_no_empty_repository() {
    for (spec, damage) in [("HEAD^{tree}", None), ("HEAD^{tree}", Some("nothing of the kind")), ("HEAD:src", None)] {
        let repository = Repository::with_commits(2);
        repository.git(&["rm", "-q", "README.md"]);
        repository.commit("Leave the sources alone");
        let list = repository.loose_object(spec);
        std::fs::remove_file(&list).expect("there");
        if let Some(damage) = damage {
            std::fs::write(&list, damage).expect("written");
        }
        let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
        assert_eq!(code, 0, "{err}");
        let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert!(report["complete"] == false && !out.contains("is empty"), "{out}");
        assert_eq!((&report["repository"]["kinds"], &report["red_flags"]), (&json!(["other"]), &json!([])));
        let skipped = report["skipped"].to_string();
        assert!(skipped.contains("missing or damaged: the list of files at HEAD could not be read"), "{skipped}");
        let signals =
            || report["areas"].as_array().expect("areas").iter().flat_map(|area| area["signals"].as_array()).flatten();
        let of_files = signals().filter(|signal| !signal["id"].as_str().expect("an id").starts_with("commits."));
        for signal in of_files {
            assert_eq!(signal["outcome"], "not_assessable", "{signal}");
        }
        assert!(signals().any(|signal| signal["summary"] == "The list of the repository's files could not be read."));
        // Of one that is empty there is a list, which says so.
        assert!(run(&["review", &repository.target()]).1.contains("list of files at HEAD could not be read"));
    }
    let empty = Repository::new();
    empty.commit("Begin");
    assert!(run(&["review", &empty.target()]).1.contains("The repository is empty."));
}

#[test]
fn a_missing_older_commit_makes_the_report_incomplete() {
    let repository = Repository::with_commits(4);
    std::fs::remove_file(repository.loose_object("HEAD~2")).expect("there");
    let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\"complete\": false"), "{out}");
}
