//! Does continuous integration run the tests?

use super::{commands, pipelines};
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
            format!("{} names a language and no script, and the service then runs `{}`.", step.file, step.command)
        } else {
            format!("{} runs the tests: `{}`.", step.file, shortened(&step.command))
        };
        let place = Place::lines(repo.head(), step.file.as_str(), step.line, step.line);
        return Finding::met(SIGNAL, summary, place).fact("file", step.file.as_str());
    }
    let files: Vec<&str> = repo
        .tree()
        .files()
        .iter()
        .map(|file| file.path.as_str())
        .filter(|path| pipelines::is_pipeline(path) && !path.starts_with(".github/actions/"))
        .collect();
    if files.is_empty() {
        let summary = "No continuous integration is configured in the repository.";
        return Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).fact("file", serde_json::Value::Null);
    }
    let summary = match files.as_slice() {
        [file] => format!("{file} configures continuous integration, but no step of it runs the tests."),
        files => format!("{} files configure continuous integration, but no step of them runs the tests.", files.len()),
    };
    let places = files.into_iter().take(5).map(|path| Place::file(repo.head(), path));
    Finding::not_met(SIGNAL, summary, Evidence::or_absence(places, repo.head())).fact("file", serde_json::Value::Null)
}

fn shortened(command: &str) -> String {
    let mut shown: String = command.chars().take(80).collect();
    if shown.len() < command.len() {
        shown.push('…');
    }
    shown.replace('`', "'")
}
