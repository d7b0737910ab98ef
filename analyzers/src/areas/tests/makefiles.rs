//! Whether the targets of make, just and task files run tests.

use super::commands::{DEEPEST, follow};
use super::pipelines::logical_lines;
use crate::Snapshot;

/// The recipe of each target that a `make` line names, or of the first one.
pub(super) fn make(repo: &Snapshot, head: &str, rest: &[&str], depth: usize) -> bool {
    let names: &[&str] = match head {
        "just" => &["justfile", "Justfile", ".justfile"],
        "task" => &["Taskfile.yml", "Taskfile.yaml", "taskfile.yml"],
        "mage" => &["magefile.go"],
        _ => &["Makefile", "makefile", "GNUmakefile"],
    };
    let files = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| names.contains(&file.name()) || head == "make" && file.name().ends_with(".mk"));
    let targets: Vec<&str> =
        rest.iter().filter(|word| !word.starts_with('-') && !word.contains('=')).copied().collect();
    files.into_iter().any(|(_, text)| {
        if matches!(head, "task" | "mage") {
            return targets.iter().any(|target| target.contains("test"));
        }
        match targets.as_slice() {
            [] => first_target(text).is_some_and(|target| target_runs_tests(repo, text, target, depth)),
            targets => targets.iter().any(|target| target_runs_tests(repo, text, target, depth)),
        }
    })
}

fn first_target(makefile: &str) -> Option<&str> {
    makefile.lines().find_map(|line| {
        let (target, rest) = line.split_once(':')?;
        (!line.starts_with(['\t', ' ', '.', '#']) && !rest.starts_with('=') && !target.contains(['=', '$']))
            .then_some(target.trim())
    })
}

fn target_runs_tests(repo: &Snapshot, makefile: &str, target: &str, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    let mut lines = makefile.lines();
    while let Some(line) = lines.next() {
        let Some((names, rest)) = line.split_once(':') else { continue };
        if line.starts_with(['\t', ' ', '#'])
            || rest.starts_with('=')
            || !names.split_whitespace().any(|name| name == target)
        {
            continue;
        }
        let (needs, inline) = rest.split_once(';').unwrap_or((rest, ""));
        let needs = needs.split('#').next().unwrap_or_default();
        let recipe: Vec<&str> =
            lines.clone().take_while(|line| line.starts_with(['\t', ' ']) || line.trim().is_empty()).collect();
        if follow(repo, inline, depth + 1)
            || logical_lines(&recipe.join("\n")).iter().any(|line| {
                let line = line.replace('\n', " ").replace("$(MAKE)", "make").replace("${MAKE}", "make");
                // `$(GO) test`, `$(PYTHON) -m pytest`
                follow(repo, &variables(makefile, &line), depth + 1) || macro_runs_tests(repo, makefile, &line, depth)
            })
            || needs
                .split_whitespace()
                .filter(|need| *need != target)
                .any(|need| target_runs_tests(repo, makefile, need, depth + 1))
        {
            return true;
        }
    }
    false
}

/// `$(call tests)`, whose lines stand between `define tests` and `endef`, each perhaps a branch of `$(if ...)`.
fn macro_runs_tests(repo: &Snapshot, makefile: &str, line: &str, depth: usize) -> bool {
    let called = line.split("$(call ").skip(1).filter_map(|rest| rest.split([',', ')', ' ']).next());
    called.into_iter().any(|name| {
        let is_start = |line: &str| {
            line.trim().strip_prefix("define ").is_some_and(|rest| rest.trim_end_matches([' ', '=']) == name)
        };
        let body = makefile.lines().skip_while(|line| !is_start(line)).skip(1);
        body.take_while(|line| line.trim() != "endef").any(|line| {
            let line = line.trim().trim_end_matches(['\\', ',', ' ']);
            follow(repo, &variables(makefile, line), depth + 1)
        })
    })
}

/// `$(GO)` as the Makefile sets it, or as `go`: a variable is usually named after the program in it. A folder in front of
/// a program (`${BIN}pytest`) is left out where nobody says which.
fn variables(makefile: &str, line: &str) -> String {
    line.split_whitespace().map(|word| expand(makefile, word, NESTED)).collect::<Vec<_>>().join(" ")
}

/// Variables within variables are looked up so deep, and only among the first words of a value.
const NESTED: usize = 3;
const NESTED_WORDS: usize = 4;

fn expand(makefile: &str, word: &str, depth: usize) -> String {
    let Some((before, name, after)) = variable(word).filter(|_| depth > 0) else { return word.to_owned() };
    let set = makefile.lines().filter(|line| !line.starts_with(['\t', ' ', '#'])).find_map(|line| {
        let (variable, value) = line.split_once('=')?;
        (variable.trim_end_matches([':', '?', ' ', '\t']) == name).then(|| value.trim())
    });
    let is_alone = before.trim_start_matches('@').is_empty() && after.is_empty();
    let value = match set.filter(|value| !value.is_empty()) {
        Some(value) => {
            let words = value.split_whitespace().enumerate().map(|(index, word)| match index {
                ..NESTED_WORDS => expand(makefile, word, depth - 1),
                _ => word.to_owned(),
            });
            words.collect::<Vec<_>>().join(" ")
        }
        None if is_alone => name.to_ascii_lowercase(),
        None => String::new(),
    };
    let before = if is_alone { "" } else { before };
    format!("{before}{value}{}", expand(makefile, after, depth - 1))
}

/// What stands before the first variable of a word, its name, and what stands behind it.
fn variable(word: &str) -> Option<(&str, &str, &str)> {
    let start = word.find("$(").or_else(|| word.find("${"))?;
    let rest = &word[start + 2..];
    let end = rest.find([')', '}'])?;
    Some((&word[..start], &rest[..end], &rest[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_macro_is_followed() {
        let makefile = "define tests\n\t$(if $(TAGS),\\\n\t\tgo test -tags=$(TAGS) $(ALL),\\\n\t\tgo test $(ALL)\\\n\t)\nendef\n\ntest-app:\n\tcd ./app && $(call tests)\n\nbuild:\n\t$(call compile)\n";
        let repo = Fixture::new().file("Makefile", makefile).snapshot();
        assert!(make(&repo, "make", &["test-app"], 0));
        assert!(!make(&repo, "make", &["build"], 0));
    }

    #[test]
    fn variables_are_what_the_makefile_sets() {
        let makefile = "venv = .venv\nbin = ${venv}/bin/\nPYTHON ?= python3 -B\n\nx:\n\tGO = no\n";
        assert_eq!(variables(makefile, "${bin}pytest && A=1 ${bin}pytest"), ".venv/bin/pytest && A=1 .venv/bin/pytest");
        assert_eq!(variables(makefile, "@$(PYTHON) -m pytest"), "python3 -B -m pytest");
        assert_eq!(variables(makefile, "$(GO) test ./..."), "go test ./...");
        assert_eq!(variables(makefile, "$(BIN)/pytest"), "/pytest");
    }

    #[test]
    fn a_variable_of_itself_ends() {
        assert_eq!(variables("a = $(a)", "$(a) b"), "$(a) b");
        let many = format!("a = {}", "$(a) ".repeat(1000));
        assert!(variables(&many, "$(a)").len() < 200_000);
    }
}
