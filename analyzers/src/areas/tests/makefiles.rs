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
                follow(repo, &variables(makefile, &line), depth + 1)
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

/// `$(GO)` as the Makefile sets it, or as `go`: a variable is usually named after the program in it.
fn variables(makefile: &str, line: &str) -> String {
    let set = |name: &str| {
        let assigned = |line: &&str| !line.starts_with(['\t', ' ', '#']);
        makefile.lines().filter(assigned).find_map(|line| {
            let (variable, value) = line.split_once('=')?;
            (variable.trim_end_matches([':', '?', ' ', '\t']) == name).then(|| value.trim().to_owned())
        })
    };
    line.split_whitespace()
        .map(|word| {
            let name = word.trim_start_matches('@').strip_prefix("$(").or_else(|| word.strip_prefix("${"));
            name.and_then(|name| name.strip_suffix([')', '}'])).map_or_else(
                || word.to_owned(),
                |name| set(name).filter(|value| !value.is_empty()).unwrap_or_else(|| name.to_ascii_lowercase()),
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}
