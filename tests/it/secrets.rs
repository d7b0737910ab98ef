//! `foliolens secrets`: where it looks, what it says of what it finds, and that it says the same as a review.

use serde_json::Value;

use crate::support::{Repository, run};

/// A token of a form that nobody takes for anything else, made here; a different one for each `seed`.
fn token(seed: usize) -> String {
    let letters = b"aZ3kQ9xW7mB5vN1cR8tY4uP6sD2fG0hJLeKo";
    let body: String = (0..24).map(|at| char::from(letters[(at * 7 + at / 5 + seed * 11) % letters.len()])).collect();
    format!("{}-482736159{:02}-73920461853-{body}", ["xo", "xb"].concat(), seed % 100)
}

fn area(arguments: &[&str]) -> Value {
    let (code, out, err) = run(arguments);
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let areas = report["areas"].as_array().expect("areas");
    areas.iter().find(|area| area["id"] == "secrets").expect("the area").clone()
}

/// A value at HEAD, one that was removed, one on another branch and one that a tag reaches, and a file by its nature.
fn leaky() -> Repository {
    let repository = Repository::with_commits(3);
    repository.write(".env", &format!("SLACK={}\n", token(1))).write("src/bot.py", &format!("T = '{}'\n", token(2)));
    repository.commit("Add a bot");
    repository.write("src/bot.py", "import os\n").commit("Read the token from the environment");
    repository.git(&["checkout", "-q", "-b", "try"]);
    repository.write("src/other.py", &format!("T = '{}'\n", token(3))).commit("Try something");
    repository.git(&["checkout", "-q", "main"]);
    repository
}

#[test]
fn the_command_says_what_a_review_says() {
    let repository = leaky();
    let target = repository.target();
    let alone = area(&["secrets", &target, "--format", "json"]);
    assert_eq!(alone, area(&["review", &target, "--only", "secrets", "--format", "json"]));
    assert_eq!(alone, area(&["review", &target, "--format", "json"]));
    assert_eq!(alone["signals"][0]["facts"]["live"], 1);
    assert_eq!(alone["signals"][1]["facts"]["live"], 2);
}

#[test]
fn every_format_shows_this_area_and_no_other() {
    let repository = leaky();
    for format in ["terminal", "markdown", "json", "html", "sarif"] {
        let (code, out, err) = run(&["secrets", &repository.target(), "--format", format]);
        assert_eq!(code, 0, "{format}: {err}");
        assert!(out.contains("secrets.h") || out.contains("src/bot.py"), "{format}: {out}");
        assert!(!out.contains("\"readme.") && !out.contains("\"commits."), "{format}: {out}");
    }
    assert_eq!(run(&["secrets", &repository.target(), "--fail-on", "red-flag"]).0, 1);
}
