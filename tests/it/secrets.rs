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

/// A value at HEAD, one that was removed, one on another branch and one that a tag reaches, a file by its nature, and a key
/// that settings for production replace.
fn leaky() -> Repository {
    let repository = Repository::with_commits(3);
    repository.write(".env", &format!("SLACK={}\n", token(1))).write("src/bot.py", &format!("T = '{}'\n", token(2)));
    let key: String = (4..7).flat_map(|seed| token(seed).chars().rev().take(24).collect::<Vec<_>>()).take(64).collect();
    repository
        .write("config/config.exs", &format!("config :shop, ShopWeb.Endpoint,\n  secret_key_base: \"{key}\"\n"))
        .write("config/prod.exs", "config :shop, ShopWeb.Endpoint,\n  secret_key_base: System.get_env(\"KEY\")\n");
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

/// Every place of a history that is no line of a file, each with a token of its own: the `within` and the token.
fn hidden() -> (Repository, Vec<(&'static str, String)>) {
    let repository = Repository::with_commits(2);
    let places = ["message", "message", "author", "tag", "tag", "tag", "file", "path_name", "ref_name", "file", "file"];
    let planted: Vec<_> = places.into_iter().enumerate().map(|(at, place)| (place, token(at + 10))).collect();
    let value = |at: usize| planted[at].1.as_str();
    let plain = |at: usize| format!("T = '{}'\n", value(at));
    repository.commit(&format!("Use {} for the bot", value(0)));
    repository.commit(&format!("Mend the bot\n\nIt took\n{}\n", value(1)));
    repository.git(&[
        "-c",
        &format!("user.name={}", value(2)),
        "commit",
        "-q",
        "--allow-empty",
        "--author",
        &format!("{} <ana@example.org>", value(2)),
        "-m",
        "Say who",
    ]);
    repository.git(&["tag", "-a", "v1", "-m", &format!("First\n\n{}\n", value(3))]);
    repository.write("blob.txt", &plain(4));
    let blob = repository.git(&["hash-object", "-w", "blob.txt"]);
    repository.git(&["tag", "on-a-file", blob.trim()]);
    repository.write("blob.txt", &plain(5)).git(&["add", "-A"]);
    let tree = repository.git(&["write-tree"]);
    repository.git(&["tag", "on-a-folder", tree.trim()]);
    repository.git(&["rm", "-q", "--cached", "blob.txt"]);
    std::fs::remove_file(repository.path().join("blob.txt")).expect("there");
    repository.git(&["notes", "add", "-m", &plain(6)]);
    repository.write(&format!("data/{}.txt", value(7)), "nothing\n").commit("Add data");
    repository.git(&["branch", &format!("try/{}", value(8))]);
    // What only a merge brings.
    repository.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    repository.write("side.txt", "side\n").commit("Go aside");
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repository.write("src/merged.py", &plain(9)).commit("Merge the side");
    std::os::unix::fs::symlink(value(10), repository.path().join("link")).expect("made");
    repository.commit("Add a link");
    (repository, planted)
}

#[test]
fn it_looks_wherever_an_ordinary_clone_holds_text() {
    let (repository, planted) = hidden();
    let area = area(&["secrets", &repository.target(), "--format", "json"]);
    let found =
        area["signals"].as_array().expect("signals").iter().filter_map(|signal| signal["facts"]["findings"].as_array());
    let mut within: Vec<String> =
        found.flatten().map(|entry| entry["within"].as_str().expect("a word").to_owned()).collect();
    let mut expected: Vec<String> = planted.iter().map(|(place, _)| (*place).to_owned()).collect();
    within.sort();
    expected.sort();
    assert_eq!(within, expected, "{area:#}");
}

#[test]
fn what_stands_in_messages_and_names_is_not_shown_either() {
    let (repository, planted) = hidden();
    for command in ["secrets", "review"] {
        for format in ["terminal", "markdown", "json", "html", "sarif"] {
            let (code, out, err) = run(&["-vv", command, &repository.target(), "--format", format]);
            assert_eq!(code, 0, "{err}");
            for (place, value) in &planted {
                assert!(!out.contains(&value[5..]) && !err.contains(&value[5..]), "{command} {format} shows a {place}");
            }
        }
    }
}

#[test]
fn a_fingerprint_in_the_settings_suppresses_its_finding_and_no_other() {
    let repository = leaky();
    let found = area(&["secrets", &repository.target(), "--format", "json"]);
    let fingerprint = found["signals"][1]["facts"]["findings"][0]["fingerprint"].as_str().expect("one").to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    let with = |text: String| {
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, text).expect("written");
        area(&["secrets", &repository.target(), "--format", "json", "--config", &file.display().to_string()])
    };
    let entry = |rest: &str| format!("[[suppress]]\nfingerprint = \"{fingerprint}\"\nreason = \"revoked\"\n{rest}");
    let facts = with(entry(""))["signals"][1]["facts"].clone();
    assert_eq!((&facts["live"], &facts["suppressed"]), (&1.into(), &1.into()));
    assert_eq!(with(entry("until = 2020-01-01\n")), found);
}
