//! Tests that are no function of a language: requests with what they should answer, scripts of a shell, sentences.

use std::collections::{BTreeMap, BTreeSet};

use super::exist::SIGNAL;
use crate::snapshot::File;
use crate::{Evidence, Finding, Place, Snapshot};

/// One such form.
struct Form {
    /// With one file, and with several.
    names: [&'static str; 2],
    /// Whether a file has it.
    is: fn(&File, &str) -> bool,
    /// Words of the commands that run it.
    runners: &'static [&'static str],
}

const FORMS: &[Form] = &[
    Form {
        names: ["a Hurl file", "Hurl files"],
        is: |file, text| file.name().ends_with(".hurl") && text.contains("HTTP"),
        runners: &["hurl"],
    },
    Form {
        names: ["a Bats file", "Bats files"],
        is: |file, text| file.name().ends_with(".bats") && text.contains("@test"),
        runners: &["bats"],
    },
    Form {
        names: ["a feature file", "feature files"],
        is: |file, text| file.name().ends_with(".feature") && text.contains("Scenario"),
        runners: &["cucumber", "cucumber-js", "behave", "behat", "karate", "godog", "lettuce", "radish"],
    },
    Form {
        names: ["a Postman collection with checks", "Postman collections with checks"],
        is: |file, text| is_collection(file, text) && text.contains("pm.test("),
        runners: &["newman", "postman-cli", "postman"],
    },
    Form {
        names: ["a k6 script", "k6 scripts"],
        is: |file, text| {
            let is_script = file.name().ends_with(".js") || file.name().ends_with(".ts");
            is_script && (text.contains("from 'k6") || text.contains("from \"k6")) && text.contains("check(")
        },
        runners: &["k6"],
    },
];

fn is_collection(file: &File, text: &str) -> bool {
    file.name().ends_with(".json") && text.contains("getpostman.com")
}

/// What is said where such tests are the only ones.
pub(super) fn finding(repo: &Snapshot) -> Option<Finding> {
    let mut found: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (file, text) in repo.tree().own_texts() {
        if let Some(form) = FORMS.iter().position(|form| (form.is)(file, text)) {
            found.entry(form).or_default().push(&file.path);
        }
    }
    let places = found.values().filter_map(|paths| paths.first()).take(3).map(|path| Place::file(repo.head(), *path));
    let evidence = Evidence::or_absence(places, repo.head());
    let names: Vec<String> = found
        .iter()
        .map(|(form, paths)| match (FORMS[*form].names, paths.len()) {
            ([one, _], 1) => one.to_owned(),
            ([_, many], count) => format!("{count} {many}"),
        })
        .collect();
    let is_one = found.values().map(Vec::len).sum::<usize>() == 1;
    let (are, them) = if is_one { ("is", "it") } else { ("are", "them") };
    let there = format!("There {are} {}", names.join(" and "));
    let runners: BTreeSet<&str> = found.keys().flat_map(|form| FORMS[*form].runners).copied().collect();
    if found.is_empty() {
        return sent(repo);
    }
    Some(match run_by(repo, &runners) {
        Some(path) => Finding::met(
            SIGNAL,
            format!("{there}, and {path} runs {them}; such tests are not counted one by one."),
            evidence,
        )
        .indicative(),
        None => Finding::partly(
            SIGNAL,
            format!("{there}, and no other test; nothing in the repository runs {them} by itself."),
            evidence,
        ),
    })
}

/// What is said of requests that a script sends, and that check no answer.
fn sent(repo: &Snapshot) -> Option<Finding> {
    let collection = requests(repo)?;
    let path = run_by(repo, &BTreeSet::from(["newman", "postman-cli", "postman"]))?;
    let summary = format!(
        "{path} sends the requests of {collection}, which don't say what they should answer, and there is no other test."
    );
    Some(Finding::partly(SIGNAL, summary, Place::file(repo.head(), collection)))
}

/// A collection of requests that checks no answer: people send them by hand.
pub(super) fn requests(repo: &Snapshot) -> Option<&str> {
    repo.tree().own_texts().find(|(file, text)| is_collection(file, text)).map(|(file, _)| file.path.as_str())
}

/// The script or pipeline that calls one of `runners`.
fn run_by<'repo>(repo: &'repo Snapshot, runners: &BTreeSet<&str>) -> Option<&'repo str> {
    const ENDS: &[&str] = &["package.json", "Makefile", "justfile", ".sh", ".yml", ".yaml", "Jenkinsfile", ".toml"];
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let calls = |line: &str| {
        !line.trim_start().starts_with(['#', '/']) && line.split(|c| !is_part(c)).any(|word| runners.contains(word))
    };
    let mut texts = repo.tree().own_texts().filter(|(file, _)| ENDS.iter().any(|end| file.path.ends_with(end)));
    texts.find(|(_, text)| text.lines().any(calls)).map(|(file, _)| file.path.as_str())
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{self, Met, NotMet, Partly};
    use crate::areas::tests::{Tests, has_none};
    use crate::snapshot::fixture::Fixture;
    use crate::{Analyzer, Finding};

    fn examined(files: &[(&str, &str)]) -> (Vec<Finding>, bool) {
        let app = Fixture::new().file("app.py", "import flask\n");
        let repo = files.iter().fold(app, |fixture, (path, text)| fixture.file(path, text)).snapshot();
        (Tests.examine(&repo), has_none(&repo))
    }

    fn outcomes(files: &[(&str, &str)]) -> (Outcome, Outcome, bool) {
        let (findings, has_none) = examined(files);
        (findings[0].outcome(), findings[1].outcome(), has_none)
    }

    #[test]
    fn tests_in_a_form_of_their_own_are_tests_where_something_runs_them() {
        let hurl = ("tests/api.hurl", "GET http://localhost:8000/users\nHTTP 200\n");
        let pipeline = (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: hurl --test tests/*.hurl\n");
        assert_eq!(outcomes(&[hurl, pipeline]), (Met, Met, false));
        assert_eq!(outcomes(&[hurl]), (Partly, NotMet, false));
        let bats = ("tests/a.bats", "@test 'adds' {\n  [ 1 -eq 1 ]\n}\n");
        assert_eq!(outcomes(&[bats, ("Makefile", "test:\n\tbats tests\n")]).0, Met);
        assert_eq!(outcomes(&[bats, ("Makefile", "# bats would do\ntest:\n\tcombats tests\n")]).0, Partly);
    }

    #[test]
    fn requests_without_a_check_are_no_tests() {
        let schema = "{\"info\":{\"schema\":\"https://schema.getpostman.com/v2\"}}";
        let (findings, has_none) = examined(&[("shop.postman_collection.json", schema)]);
        assert_eq!((findings[0].outcome(), has_none), (NotMet, true));
        assert!(findings[0].summary().contains("shop.postman_collection.json"), "{}", findings[0].summary());
        let script = ("package.json", r#"{"scripts": {"api": "newman run shop.postman_collection.json"}}"#);
        let sent = outcomes(&[("shop.postman_collection.json", schema), script]);
        assert_eq!((sent.0, sent.2), (Partly, false));
        let checked = format!("{schema}pm.test('a')");
        assert_eq!(outcomes(&[("shop.postman_collection.json", &checked)]), (Partly, NotMet, false));
    }
}
