//! Test functions, whatever the language: where they are, whose framework runs them, and whether anything is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{checks, doctests, framework, scaffold, spock};
use crate::code::{CodeMatch, Language, Scope};
use crate::paths;
use crate::{Place, Snapshot};

/// One test function, or one case of a declarative suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) path: String,
    pub(super) lines: (u32, u32),
    /// The name that people use for what runs it, such as `pytest`.
    pub(super) framework: &'static str,
    pub(super) state: State,
}

/// What a test function is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Somebody wrote it for this project, and it runs.
    Written,
    /// A generator left it and nobody has touched it.
    Scaffold,
    /// It is switched off, or there is nothing in it.
    Off,
    /// It runs, and nothing in its file checks anything.
    Silent,
}

impl Case {
    pub(super) fn place(&self, repo: &Snapshot) -> Place {
        Place::lines(repo.head(), self.path.as_str(), self.lines.0, self.lines.1)
    }
}

/// Every test function at HEAD, by path and line.
pub(super) fn collect(repo: &Snapshot) -> Vec<Case> {
    let code = repo.code();
    let skipped_groups = code.matches("tests.javascript.skipped-group");
    let mut seen = BTreeSet::new();
    let mut cases = Vec::new();
    // By file: whether a generator wrote it, and whether nothing in it checks anything.
    let mut files: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for found in code.matches_under("tests") {
        let Some(text) = repo.tree().get(&found.path).filter(|file| file.is_own()).and_then(|file| file.text()) else {
            continue;
        };
        if &*found.rule == "tests.javascript.skipped-group"
            || !is_test(found, text)
            || !seen.insert((found.path.clone(), found.bytes.start))
        {
            continue;
        }
        let in_skipped_group = skipped_groups.iter().any(|group| {
            group.path == found.path && group.bytes.start < found.bytes.start && found.bytes.end <= group.bytes.end
        });
        let body = &text[found.bytes.clone()];
        let (is_generated, is_silent) = *files.entry(&found.path).or_insert_with(|| {
            (checks::is_generated(repo, &found.path, text), checks::is_silent(found.language, text))
        });
        let name = found.var("NAME").unwrap_or_default();
        let is_scaffold = scaffold::is_scaffold(paths::name(&found.path), name, text, body);
        let state = if is_scaffold || is_generated && !checks::checks(body) {
            State::Scaffold
        } else if in_skipped_group || is_switched_off(found, text) || is_empty(found.language, body) {
            State::Off
        } else if is_silent {
            State::Silent
        } else {
            State::Written
        };
        cases.push(Case {
            path: found.path.to_string(),
            lines: found.lines,
            framework: framework::of(repo, found, text),
            state,
        });
    }
    cases.extend(spock::cases(repo));
    cases.extend(doctests::cases(repo));
    cases.sort_by(|a, b| (&a.path, a.lines).cmp(&(&b.path, b.lines)));
    cases
}

/// Whether the file at `path` is named, or lies in a folder named, as tests are.
pub(crate) fn is_test_path(path: &str) -> bool {
    let lower = paths::name(path).to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or_default();
    let in_folder = paths::folder(path).split(['/', '.']).any(|folder| {
        let folder = folder.to_ascii_lowercase();
        matches!(folder.as_str(), "spec" | "specs" | "e2e" | "cypress" | "features")
            || folder.trim_matches('_').split(['_', '-']).any(|word| matches!(word, "test" | "tests"))
            || folder.ends_with("tests")
    });
    in_folder
        || ["test_", "tests_"].iter().any(|start| stem.starts_with(start))
        || ["_test", "_tests", "_spec"].iter().any(|end| stem.ends_with(end))
        || matches!(stem, "test" | "tests")
        || [".test.", ".spec.", ".e2e-spec.", ".cy."].iter().any(|part| lower.contains(part))
        || ["Test.", "Tests.", "IT.", "Spec.", "Cest."].iter().any(|end| paths::name(path).contains(end))
}

/// Rules see one node; what they can't see is settled here.
fn is_test(found: &CodeMatch, text: &str) -> bool {
    let name = found.var("NAME").unwrap_or_default();
    match &*found.rule {
        // A plain function counts where test runners look; a method of a test case counts anywhere.
        "tests.python.function" => {
            is_test_path(&found.path) && found.scopes.iter().all(|class| class.name.contains("Test"))
        }
        "tests.go.function" | "tests.go.example" | "tests.go.suite" | "tests.go.spec" => {
            found.path.ends_with("_test.go")
        }
        "tests.ruby.example" | "tests.ruby.shared" => is_test_path(&found.path),
        "tests.php.method" => {
            let above = above(text, found.bytes.start);
            let header = header(&text[found.bytes.clone()]);
            name.starts_with("test")
                || found.path.ends_with("Cest.php") && !name.starts_with('_')
                || above.contains("@test")
                || header.contains("#[Test]")
                || above.contains("#[Test]")
        }
        "tests.php.pest" => is_test_path(&found.path),
        _ => true,
    }
}

/// What switches a test off for good, on it or on its class; `@DisabledOnOs` does so now and then.
static OFF: LazyLock<Regex> = LazyLock::new(|| pattern(r"@(Disabled|Ignore)\b"));

/// Skipped for good, by an annotation, an attribute or the name of the function that declares it, or of its class.
fn is_switched_off(found: &CodeMatch, text: &str) -> bool {
    let name = found.var("NAME").unwrap_or_default();
    let says = |start: usize, end: usize| {
        let (header, above) = (header(&text[start..end]), above(text, start));
        match found.language {
            Language::Python => above.lines().any(|line| {
                let line = line.trim_end();
                line.contains("mark.skip(")
                    || line.ends_with("mark.skip")
                    || line.contains("unittest.skip(")
                    || line.trim_start().starts_with("@skip(")
            }),
            Language::Java | Language::Kotlin => OFF.is_match(header),
            Language::CSharp => header.contains("Skip =") || header.contains("Skip=") || header.contains("[Ignore"),
            Language::Rust => above.contains("#[ignore"),
            _ => false,
        }
    };
    let is_class = |scope: &&Scope| scope.kind.contains("class") && found.language != Language::Rust;
    let by_name = match found.language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            name.starts_with('x') || name.ends_with(".skip") || name.ends_with(".todo") || name.ends_with(".fixme")
        }
        Language::Ruby => name.starts_with('x'),
        _ => false,
    };
    by_name
        || says(found.bytes.start, found.bytes.end)
        || found.scopes.iter().filter(is_class).any(|class| says(class.bytes.start, class.bytes.end))
}

/// Whether nothing is between the braces (the colon, `do` and `end`) but comments.
fn is_empty(language: Language, body: &str) -> bool {
    let inner = match language {
        Language::Python => body.split_once(":\n").map(|(_, inner)| inner),
        Language::Ruby => body.split_once(" do").and_then(|(_, rest)| rest.trim_end().strip_suffix("end")),
        _ => body.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}').map(|(inner, _)| inner)),
    };
    inner.is_some_and(|inner| {
        inner.lines().map(str::trim).all(|line| {
            line.is_empty()
                || ["//", "#", "/*", "*"].iter().any(|mark| line.starts_with(mark))
                || line == "pass"
                || line == "..."
        })
    })
}

/// Annotations, attributes and modifiers: everything before the body.
fn header(body: &str) -> &str {
    body.split('{').next().unwrap_or(body)
}

/// The lines of decorators, attributes and comments right above the byte `start`.
fn above(text: &str, start: usize) -> &str {
    let line_start = text[..start].rfind('\n').map_or(0, |index| index + 1);
    let mut top = line_start;
    while top > 0 {
        let previous = text[..top - 1].rfind('\n').map_or(0, |index| index + 1);
        let line = text[previous..top].trim();
        if !["@", "#", "/", "*", "["].iter().any(|mark| line.starts_with(mark)) {
            break;
        }
        top = previous;
    }
    &text[top..line_start]
}
