//! Does continuous integration run the tests?

use super::{commands, pipelines};
use crate::snapshot::File;
use crate::{Evidence, Finding, Outcome, Place, Snapshot};

const SIGNAL: &str = "tests.in-ci";

pub(super) fn finding(repo: &Snapshot, exist: &Finding) -> Finding {
    match exist.outcome() {
        Outcome::Met | Outcome::Partly => {}
        Outcome::NotMet => return Finding::not_applicable(SIGNAL, "There are no tests to run."),
        _ => return Finding::not_applicable(SIGNAL, exist.summary()),
    }
    let steps = pipelines::steps(repo);
    if let Some(step) = steps.iter().find(|step| commands::runs_tests(repo, &step.command)) {
        let summary = if step.implied {
            format!(
                "The tests run by themselves: {} names a language and no command, and the service then runs `{}`.",
                step.file, step.command
            )
        } else {
            format!("The tests run by themselves: {} has the step `{}`.", step.file, shortened(&step.command))
        };
        let place = Place::lines(repo.head(), step.file.as_str(), step.line, step.line);
        return Finding::met(SIGNAL, summary, place).fact("file", step.file.as_str());
    }
    let files: Vec<&str> = repo
        .tree()
        .files()
        .iter()
        .filter(|file| pipelines::is_pipeline(&file.path) || is_own_pipeline(file))
        .map(|file| file.path.as_str())
        .filter(|path| !path.starts_with(".github/actions/"))
        .collect();
    if files.is_empty() {
        let summary = "A change that breaks something may go unnoticed: nothing runs the tests by itself (no \
            continuous integration is set up).";
        return Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).fact("file", serde_json::Value::Null);
    }
    if let Some((place, called)) = files.iter().find_map(|path| elsewhere(repo, path)) {
        let summary = format!(
            "Whether the tests run by themselves is said elsewhere: {} calls steps of another repository ({called}), \
             which is not read.",
            place.path
        );
        return Finding::not_assessable(SIGNAL, summary).with_places([place]).fact("file", serde_json::Value::Null);
    }
    let summary = match files.as_slice() {
        [file] => format!(
            "A change that breaks something may go unnoticed: none of the steps in {file} runs the tests (continuous \
             integration, which is to act at every change)."
        ),
        files => format!(
            "A change that breaks something may go unnoticed: none of the steps in {} files runs the tests (continuous \
             integration, which is to act at every change).",
            files.len()
        ),
    };
    let places = files.into_iter().take(5).map(|path| Place::file(repo.head(), path));
    Finding::not_met(SIGNAL, summary, Evidence::or_absence(places, repo.head())).fact("file", serde_json::Value::Null)
}

fn is_own_pipeline(file: &File) -> bool {
    file.is_own() && file.text().is_some_and(|text| pipelines::is_read(&file.path, text))
}

/// Where a pipeline calls one of another repository that may run the tests, and what it is called. One that is called
/// after something else, such as publishing, is for that.
fn elsewhere(repo: &Snapshot, path: &str) -> Option<(Place, String)> {
    #[rustfmt::skip]
    const ASIDE: &[&str] = &[
        "deploy", "deployment", "publish", "release", "releaser", "push", "docker", "image", "lint", "linter", "format",
        "codeql", "scan", "security", "sast", "label", "labeler", "labels", "stale", "pages", "docs", "dependabot", "renovate",
        "merge", "automerge", "notify", "slack", "sync", "triage", "cla", "welcome", "assign", "title", "backport", "changelog",
        "commitlint", "terraform", "cleanup",
    ];
    let text = repo.text(path).filter(|text| text.contains(".github/workflows/") || text.contains("include:"))?;
    let is_gitlab = path.contains("gitlab");
    text.lines().enumerate().find_map(|(index, line)| {
        let line = line.trim();
        let called = if is_gitlab {
            let line = line.trim_start_matches("- ");
            ["project:", "remote:", "component:"].iter().find_map(|key| line.strip_prefix(key))
        } else {
            line.strip_prefix("uses:").filter(|called| called.contains("/.github/workflows/"))
        }?;
        let called = called.split(" #").next().unwrap_or(called).trim().trim_matches(['"', '\'']);
        let name = called.split('@').next().unwrap_or(called).rsplit('/').next().unwrap_or(called).to_ascii_lowercase();
        let is_aside = name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| ASIDE.contains(&word));
        // A path of this repository is read by itself.
        let is_elsewhere = !called.starts_with("./") && !called.is_empty() && !is_aside;
        let number = index as u32 + 1;
        is_elsewhere.then(|| (Place::lines(repo.head(), path, number, number), called.to_owned()))
    })
}

fn shortened(command: &str) -> String {
    let mut shown: String = command.chars().take(80).collect();
    if shown.len() < command.len() {
        shown.push('…');
    }
    shown.replace('`', "'")
}
