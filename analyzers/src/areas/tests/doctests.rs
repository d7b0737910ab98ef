//! Examples in comments that are run as tests: those of Rust's documentation, and of Python's docstrings.

use super::cases::{Case, State};
use crate::Snapshot;

/// The examples that check something, by path and line.
pub(super) fn cases(repo: &Snapshot) -> Vec<Case> {
    let mut cases = Vec::new();
    if has_library(repo) {
        of_language(repo, ".rs", "cargo test", in_rust, &mut cases);
    }
    if runs_doctest(repo) {
        of_language(repo, ".py", "doctest", in_python, &mut cases);
    }
    cases
}

fn of_language(
    repo: &Snapshot,
    ending: &str,
    framework: &'static str,
    examples: fn(&str) -> Vec<u32>,
    cases: &mut Vec<Case>,
) {
    for (file, text) in repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(ending)) {
        let lines = examples(text).into_iter();
        cases.extend(lines.map(|line| Case {
            path: file.path.clone(),
            lines: (line, line),
            framework,
            state: State::Written,
        }));
    }
}

/// Cargo runs the examples of libraries alone.
fn has_library(repo: &Snapshot) -> bool {
    let is_manifest = |path: &str| path == "Cargo.toml" || path.ends_with("/Cargo.toml");
    repo.tree().own_texts().any(|(file, text)| {
        file.path.ends_with("src/lib.rs") || is_manifest(&file.path) && text.lines().any(|line| line.trim() == "[lib]")
    })
}

/// The lines on which fenced blocks begin that are compiled, run, and hold an assertion.
fn in_rust(text: &str) -> Vec<u32> {
    if !text.contains("// ```") && !text.contains("//! ```") {
        return Vec::new();
    }
    let mut found = Vec::new();
    // Where the open block begins, and whether it is one that runs.
    let mut block: Option<(u32, bool)> = None;
    let mut asserts = false;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim_start();
        let Some(comment) = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) else {
            block = None;
            continue;
        };
        let comment = comment.trim();
        match (comment.strip_prefix("```"), block) {
            (Some(kind), None) => (block, asserts) = (Some((number, is_run(kind))), false),
            (Some(_), Some((start, runs))) => {
                if runs && asserts {
                    found.push(start);
                }
                block = None;
            }
            (None, Some(_)) => asserts |= comment.contains("assert"),
            (None, None) => {}
        }
    }
    found
}

/// Whether a block is run, by the words behind its fence.
fn is_run(kind: &str) -> bool {
    kind.split([',', ' '])
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .all(|word| matches!(word, "rust" | "should_panic" | "test_harness") || word.starts_with("edition"))
}

/// Whether something asks for the examples of Python's docstrings to be run.
fn runs_doctest(repo: &Snapshot) -> bool {
    const ENDS: &[&str] = &[".cfg", ".ini", ".toml", "Makefile", "justfile", ".sh", ".yml", ".yaml"];
    repo.tree().own_texts().any(|(file, text)| {
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if file.path.ends_with(".py") {
            return says(&["doctest.testmod(", "doctest.DocTestSuite("]);
        }
        ENDS.iter().any(|end| file.path.ends_with(end)) && says(&["doctest-modules", "-m doctest", "with-doctest"])
    })
}

/// The lines of the first example of each docstring.
fn in_python(text: &str) -> Vec<u32> {
    if !text.contains(">>> ") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let (mut inside, mut counted) = (false, false);
    for (line, number) in text.lines().zip(1..) {
        if inside && !counted && line.trim_start().starts_with(">>> ") {
            found.push(number);
            counted = true;
        }
        if (line.matches("\"\"\"").count() + line.matches("'''").count()) % 2 == 1 {
            (inside, counted) = (!inside, false);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn lines(files: &[(&str, &str)]) -> Vec<u32> {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        cases(&repo).into_iter().map(|case| case.lines.0).collect()
    }

    #[test]
    fn examples_of_a_library_that_assert_are_tests() {
        let block = |kind: &str| {
            format!("/// Adds.\n///\n/// ```{kind}\n/// assert_eq!(a::add(1, 2), 3);\n/// ```\npub fn add() {{}}\n")
        };
        let of = |kind: &str| lines(&[("src/lib.rs", &block(kind))]);
        assert_eq!(of(""), [3]);
        assert_eq!(of("rust,should_panic"), [3]);
        assert!(of("ignore").is_empty() && of("text").is_empty() && of("no_run").is_empty());
        assert!(lines(&[("src/lib.rs", &block("").replace("assert_eq!", "print!"))]).is_empty());
        assert!(lines(&[("src/main.rs", &block(""))]).is_empty(), "a program's examples are not run");
    }

    #[test]
    fn examples_of_docstrings_are_tests_where_something_runs_them() {
        let code = (
            "a.py",
            "def add(a, b):\n    \"\"\"\n    >>> add(1, 2)\n    3\n    >>> add(2, 2)\n    4\n    \"\"\"\n    return a + b\n",
        );
        assert_eq!(lines(&[code, ("setup.cfg", "[tool:pytest]\naddopts = --doctest-modules\n")]), [3]);
        assert!(lines(&[code]).is_empty());
        assert!(lines(&[("a.py", "# >>> add(1, 2)\n"), ("pytest.ini", "addopts = --doctest-modules\n")]).is_empty());
    }
}
