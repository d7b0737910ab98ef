//! Several repositories at once.

use crate::support::{Repository, run};

#[test]
fn several_are_reviewed_side_by_side_and_one_that_fails_is_named_among_them() {
    let (first, second) = (Repository::with_commits(3), Repository::with_commits(4));
    let targets = [first.target(), "/no/such/folder".to_owned(), second.target()];
    let ask = |format: &str| run(&["review", &targets[0], &targets[1], &targets[2], "--format", format]);
    for format in ["terminal", "markdown", "html"] {
        let (code, out, err) = ask(format);
        assert_eq!((code, err.lines().count()), (3, 1), "{err}");
        let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "2 repositories",
            "Strengths that recur",
            "What is often missing",
            "no report, because there is no such file",
        ] {
            assert!(text.contains(part), "{format} lacks {part}: {text}");
        }
        assert_eq!(ask(format).1, out, "{format} twice");
        let table = ["| Repository |", ">Repository</th>"].iter().find_map(|head| text.find(head));
        assert!(table.is_none_or(|table| Some(table) < text.find("no report, because")), "{format}: the table leads");
    }
    let reports: serde_json::Value = serde_json::from_str(&ask("json").1).expect("JSON");
    let commits: Vec<_> =
        reports.as_array().expect("an array").iter().map(|one| one["repository"]["commits"].clone()).collect();
    assert_eq!(commits, [3, 4], "in the order in which they were named");
    let (_, one_of_two, _) = run(&["review", &targets[0], &targets[1], "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&one_of_two).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "a list, since several were asked for");
}

#[test]
fn a_terminal_shows_several_in_short_and_all_of_them_when_asked() {
    let (first, second) = (Repository::with_commits(2), Repository::with_commits(2));
    let with = |flag: &str| run(&["review", &first.target(), &second.target(), "--quiet", flag]).1;
    assert!(!with("--offline").contains("Questions to ask"));
    assert_eq!(with("--verbose").matches("Questions to ask").count(), 2);
}
