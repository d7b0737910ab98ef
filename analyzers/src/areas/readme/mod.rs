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
    question: "Can a stranger understand, run and test it from what is written down, in the README above all?",
    signals: &[
        SignalMeta {
            id: "readme.present",
            statement: "There is a README that says more than a title or a ready-made text",
            looks_at: "The README at the root, in .github/ or in docs/, in Markdown, reStructuredText, AsciiDoc, Org or plain \
                text, in any language. Met from 300 characters of prose and commands on; the text that a framework's generator \
                leaves behind and an employer's assignment without a word on the solution do not count.",
            why: "It is the first thing that an employer opens, and often the only thing besides the code.",
            remedy: "Write a README.md at the root: what the project does, for whom, what it is built with, and how to run it.",
            effort: Effort::Low,
            dispute: "If the README lives elsewhere (a wiki, a site), link to it from a README at the root and review again.",
        },
        SignalMeta {
            id: "readme.setup",
            statement: "It says how to run the project locally",
            looks_at: "Command lines in the README and in the documents that it links to: those that install or build, and those \
                that start the project. Starting only a database does not count. Scripts, targets and files that a command \
                names are looked up. Migrations for which a tool has to be called must be named, or applied by what is started, \
                and so must the making of a database for Rails, variables without which it does not start, a database that runs as a server \
                of its own, a folder that a step goes into, and what a compose file or a step refers to and a fresh clone does not have. For a library, how to install or use it counts. Does not apply to documentation, dotfiles \
                and empty repositories.",
            why: "If a stranger can't start it, it only works on the author's machine.",
            remedy: "Add the commands, from a fresh copy to a running project, in the order in which they are typed.",
            effort: Effort::Low,
            dispute: "Commands are recognised by the program they begin with. Quote the line that says how to run it.",
        },
        SignalMeta {
            id: "readme.environment",
            statement: "Every setting that the code takes from the environment is documented",
            looks_at: "The names that source code, compose files and framework configuration read, tests apart, compared with the \
                names in the README, in linked documents and in example files such as .env.example. Names that the platform or \
                the framework sets (PATH, PORT, NODE_ENV) are set aside, and so are those for which configuration files have a \
                value. A variable for which the code has a default may be left out where others are documented. A committed .env \
                that the README points to is half of it. Where none has to be set, the settings that Spring's or ASP.NET's \
                configuration file leaves open are asked for, and what stands in one that is kept out of the repository. Does \
                not apply to libraries, and when nothing is read.",
            why: "A missing variable is the most common reason why a project does not start on another machine.",
            remedy: "List every setting with a harmless example value in .env.example, and point to it from the \
                     README.",
            effort: Effort::Low,
            dispute: "A name that is put together while the program runs can't be seen. Say which name is documented, and where.",
        },
        SignalMeta {
            id: "readme.tests",
            statement: "It says how to run the tests",
            looks_at: "A command that runs tests (pytest, npm test, go test, mvn test, make test, ...) in the README or in a \
                document that it links to. A section about tests without a command is half of it, and so is a command where there \
                is no test; a generator's own, without a test of the project, is nothing. Does not apply when there is no code, \
                and where there is neither a test nor a word about any.",
            why: "Tests that nobody knows how to run are not run.",
            remedy: "Add the one command that runs the tests to the README.",
            effort: Effort::Low,
            dispute: "If the tests are run by a tool that is not recognised, quote the line that says how.",
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
