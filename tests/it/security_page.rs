//! The tables of `docs/security.md`: for each threat there is a test, and each test that it names is there; each limit has
//! the default that it has.

use std::path::Path;

#[test]
fn every_threat_names_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/security.md")).expect("there");
    let (_, table) = page.split_once("## Threats and the tests that show them").expect("a table");
    let table = table.split("\n## ").next().expect("its section");
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 15, "{} threats", rows.len());
    for row in rows {
        let (_, tests) = row.trim_end_matches(" |").rsplit_once(" | ").expect("two columns");
        let mut source: Option<String> = None;
        let mut named = 0;
        // What stands between two marks of code: a file, then the tests in it.
        for word in tests.split('`').skip(1).step_by(2) {
            if word.ends_with(".rs") {
                source = Some(std::fs::read_to_string(root.join(word)).expect(word));
                continue;
            }
            let source = source.as_ref().expect("a file before its tests");
            let (before, _) =
                source.split_once(&format!("fn {word}(")).unwrap_or_else(|| panic!("no test {word}: {row}"));
            let last = before.trim_end().lines().next_back().unwrap_or_default().trim();
            let is_test = last == "#[test]";
            assert!(is_test, "{word} is no test");
            named += 1;
        }
        assert!(named > 0, "nothing shows that: {row}");
    }
}

#[test]
fn every_limit_of_a_review_has_its_default() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/security.md")).expect("there");
    let example = std::fs::read_to_string(root.join(".env.example")).expect("there");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ")).collect();
    let set = example.lines().filter_map(|line| line.strip_prefix("# ")?.split_once('='));
    let is_limit = |name: &str| {
        let of_review = ["CLONE_MIB", "CLONE_OBJECTS", "CLONE_SECONDS", "SECONDS", "MEMORY_MIB"];
        name.starts_with("FOLIOLENS_LIMIT_")
            || name.strip_prefix("FOLIOLENS_REVIEW_").is_some_and(|rest| of_review.contains(&rest))
    };
    let limits: Vec<_> = set.filter(|(name, _)| is_limit(name)).collect();
    assert_eq!(limits.len(), foliolens::config::limits::names().count() + 5, "{limits:?}");
    for (name, default) in limits {
        let row = rows.iter().find(|row| row.contains(&format!("`{name}`")));
        let cells: Vec<&str> = row.unwrap_or_else(|| panic!("{name} is in no table")).split(" | ").collect();
        let words = cells[1].split(|c: char| !c.is_ascii_digit());
        assert!(words.clone().next() == Some(default), "{name} is {default}, not {}", cells[1]);
        assert!(
            cells.last().is_some_and(|said| said.contains('"') || said.contains("the same")),
            "{name} says nothing"
        );
    }
}
