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
    assert_eq!(commits, [3, 0, 4], "in the order in which they were named");
    assert_eq!(reports[1]["failed"]["target"], targets[1].as_str());
    let reason = reports[1]["failed"]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("there is no such file"), "{reason}");
    let (_, one_of_two, _) = run(&["review", &targets[0], &targets[1], "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&one_of_two).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "a list, since several were asked for");
    let (code, none, _) = run(&["review", &targets[1], "/no/such/other", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&none).expect("JSON");
    assert_eq!((code, listed.as_array().map(Vec::len)), (3, Some(2)), "both failed");
}

#[test]
fn a_repository_that_is_named_twice_is_counted_once() {
    let (first, second) = (Repository::with_commits(3), Repository::with_commits(4));
    let (one, other) = (first.target(), second.target());
    let (spelt, within) = (format!("{one}/"), format!("{one}/.git"));
    for format in ["terminal", "markdown", "html"] {
        let (code, out, err) = run(&["review", &one, &spelt, &other, &within, &one, "--format", format]);
        assert_eq!((code, err.lines().count()), (0, 3), "{err}");
        assert!(err.contains(&format!("{spelt}: it is the same repository as {one}, and counted once.")), "{err}");
        let text = out.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["2 repositories", "it is the same repository as", "it is named twice, and counted once"] {
            assert!(text.contains(part), "{format} lacks {part}: {text}");
        }
    }
    let (_, out, _) = run(&["review", &one, &one, "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "a list of one: {out}");
    let (_, out, _) = run(&["review", &one, &one, "--format", "markdown"]);
    assert!(out.contains("counted once") && !out.contains("repositories"), "{out}");
}

#[test]
fn a_terminal_shows_several_in_short_and_all_of_them_when_asked() {
    let (first, second) = (Repository::with_commits(2), Repository::with_commits(2));
    let with = |flag: &str| run(&["review", &first.target(), &second.target(), "--quiet", flag]).1;
    assert!(!with("--offline").contains("Questions to ask"));
    assert_eq!(with("--verbose").matches("Questions to ask").count(), 2);
}
