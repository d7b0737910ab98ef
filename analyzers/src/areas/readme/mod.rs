//! The README: is there one, and does it say how to run, configure and test the project?

mod builds;
mod environment;
mod present;
mod settings;
mod setup;
mod tests;
mod written;

pub(in crate::areas) use setup::database_driver;

use crate::documents::{Document, Documents, Role};
use crate::kinds::{self, Kind};
use crate::{Analyzer, AreaMeta, Effort, Finding, SignalMeta, Snapshot};

/// The area.
pub struct Readme;

static META: AreaMeta = AreaMeta {
    id: "readme",
    title: "Instructions",
    question: "Can a stranger understand, run and test it from what is written down, above all in the README?",
    signals: &[
        SignalMeta {
            id: "readme.present",
            statement: "There is a README that says more than a title or a ready-made text",
            looks_at: "The README, the page that introduces a project, in the main folder, in .github/ or in docs/, \
                in any language and any usual form of text. It counts from 300 characters of text and commands on. A \
                text that a generator left behind does not count, nor does an employer's task without a word on the \
                solution.",
            why: "It is the first thing that an employer opens, and often the only thing besides the code.",
            remedy: "Write a README.md in the main folder: what the project does, for whom, what it is built with, \
                and how to run it.",
            effort: Effort::Low,
            dispute: "If the README lives elsewhere (a wiki, a site), link to it from a README in the main folder and \
                review again.",
        },
        SignalMeta {
            id: "readme.setup",
            statement: "It says how to run the project locally",
            looks_at: "Commands, in the README and in documents that it links to, that install or build the project \
                and that start it; starting only a database does not count. Files and scripts that a command names \
                are looked up. What else it takes has to be said, or to happen by itself: a database and its tables, \
                settings without which it does not start, and files and folders that a fresh copy does not have. For \
                a library, how to install or use it counts. It does not apply to documentation, dotfiles and empty \
                repositories.",
            why: "If a stranger can't start it, it only works on the author's machine.",
            remedy: "Add the commands, from a fresh copy to a running project, in the order in which they are typed.",
            effort: Effort::Low,
            dispute: "A command is recognised by the program that it begins with. Quote the line that says how to run \
                it.",
        },
        SignalMeta {
            id: "readme.environment",
            statement: "Every setting that the code takes from outside is documented",
            looks_at: "The names of settings that the code and its configuration take from outside, from the \
                environment of the machine, compared with those in the README, in documents that it links to, and in \
                example files such as .env.example. Names that the platform or the framework sets (PATH, PORT) are \
                set aside, and so are those with a value in a configuration file; one with a default in the code may \
                be left out where others are documented. A README that points to a committed .env counts half. Where \
                no name is read, what Spring's or ASP.NET's own file of settings leaves open, or keeps out of the \
                repository, is looked for. It does not apply to libraries, or where nothing is read.",
            why: "A setting that nobody mentions is the most common reason why a project does not start on another \
                machine.",
            remedy: "List every setting with a harmless example value in .env.example, and point to it from the \
                     README.",
            effort: Effort::Low,
            dispute: "A name that is put together while the program runs can't be seen. Say which name is documented, and where.",
        },
        SignalMeta {
            id: "readme.tests",
            statement: "It says how to run the tests",
            looks_at: "A command that runs the tests (pytest, npm test, go test, mvn test, make test, ...) in the \
                README or in a document that it links to. A section about tests without a command counts half, and so \
                does a command where there is no test. A command that a generator wrote counts only where the project \
                has a test of its own. It does not apply where there is no code, and where there is neither a test nor \
                a word about any.",
            why: "Tests that nobody knows how to run are not run.",
            remedy: "Add the one command that runs the tests to the README.",
            effort: Effort::Low,
            dispute: "If a tool runs the tests that is not recognised, quote the line that says how.",
        },
    ],
};

impl Analyzer for Readme {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        vec![present::examine(repo), setup::examine(repo), environment::examine(repo), tests::examine(repo)]
    }
}

/// What the repository mainly is.
fn leading_kind(repo: &Snapshot) -> Kind {
    kinds::detect(repo).first().copied().unwrap_or(Kind::Other)
}

/// The documents that somebody who starts at the README comes to.
fn reachable(repo: &Snapshot) -> impl Iterator<Item = &Document> {
    Documents::of(repo).all().iter().filter(|document| document.role != Role::Package)
}

/// Whether somebody of this project wrote it: what a generator wrote about one part says nothing about the whole.
pub(in crate::areas) fn is_own(document: &Document) -> bool {
    document.role != Role::Package || present::boilerplate(document).is_none()
}

/// `a`, `a and b`, `a, b and 3 more`, each in backticks.
fn listed<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = names.iter().take(most).map(|name| format!("`{name}`")).collect();
    match (shown.split_last(), names.len().saturating_sub(most)) {
        (None, _) => String::new(),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
        (Some(_), more) => format!("{} and {more} more", shown.join(", ")),
    }
}
