//! Deployment: whether the project can be put into production by somebody else.

pub(in crate::areas) mod applied;
mod beside;
pub(in crate::areas) mod compose;
mod configuration;
mod container;
mod dockerfile;
mod documented;
mod files;
mod hosts;
mod infrastructure;
mod migrations;
pub(in crate::areas) mod migrators;
mod named;
mod pinned;
mod pins;
mod releases;
mod reproducible;
mod requirements;

use crate::kinds::{self, Kind};
use crate::{Analyzer, AreaMeta, Effort, Finding, SignalMeta, Snapshot};

/// The area `deployment`.
pub struct Deployment;

static META: AreaMeta = AreaMeta {
    id: "deployment",
    title: "Going live",
    question: "Could somebody else put it into service, for real visitors?",
    signals: &[
        SignalMeta {
            id: "deployment.documented",
            statement: "It says how the project is put into service",
            looks_at: "Sections about putting the project into service (deployment), and commands that do so, in the \
                README and in documents that it links to. A heading with nothing below it and a generator's own text \
                do not count. Some things count half: a command that only packs the program (a container image), a \
                sentence that names a tool or a place and no more, and links to files that are not there. It does not \
                apply to libraries, command-line tools, static sites, notebooks and documentation.",
            why: "Whoever takes the project over needs to know where it runs and how a change gets there.",
            remedy: "Write into the README how it is put into service: where it runs, the commands that put a version \
                     there, what must be set first, and how to go back.",
            effort: Effort::Low,
            dispute: "What stands on a wiki or in another repository is not seen. Link to it from the README.",
        },
        SignalMeta {
            id: "deployment.reproducible",
            statement: "A file tells a machine how to run it",
            looks_at: "Files that tell a machine how to run the project: Dockerfiles, compose files, Procfiles, and \
                those of hosting services, Kubernetes, Terraform, serverless and systemd. A compose file that starts \
                only a database, or a Makefile, counts half. Of Dockerfiles it is also said whether they build in \
                several stages, run without the rights of root, name a fixed version of what they build on, and check \
                whether the program is well.",
            why: "With such a file, what visitors use is set up as what was tested, and somebody else gets the \
                project to run soonest.",
            remedy: "Add a Dockerfile, which packs the project with all that it needs and starts it, on a base of a \
                fixed version and without the rights of root. List it in a compose file beside the services that it \
                needs.",
            effort: Effort::Medium,
            dispute: "Some hosts need no file, and then there is nothing to see. Say which one it is.",
        },
        SignalMeta {
            id: "deployment.pinned",
            statement: "Another machine gets the same versions of all that it uses",
            looks_at: "Whether the exact versions of the packages that it uses are kept, in a lock file or in the \
                list of packages itself, and the version of the programming language, in its usual file, in the list \
                of packages, or in the base image of a container. Libraries need no lock file.",
            why: "Without both, the project that somebody runs in a year is not the one that was written and tested.",
            remedy: "Keep the lock file, which has the exact versions of all packages, with the code. Write down the \
                version of the language too, in the list of packages or in a file such as .nvmrc or .python-version.",
            effort: Effort::Low,
            dispute: "A project that uses no packages, or one that is built by a company's shared image, needs less.",
        },
        SignalMeta {
            id: "deployment.migrations",
            statement: "How the database is brought up to date with a new version is written down, or happens by \
                        itself",
            looks_at: "The tool that records changes to the tables of the database (migrations), and whether \
                something makes them when a new version comes: a command in the documents, the start of a container, \
                a step of the release, or the program itself. It does not apply without a database of tables.",
            why: "Tables that are changed by hand are a usual reason why a new version does not work.",
            remedy: "Let the database be brought up to date whenever a new version starts (by migrations in the \
                entrypoint or the release phase), or write down the command for it.",
            effort: Effort::Low,
            dispute: "Migrations that are run by a pipeline outside of the repository are not seen. Say where they \
                run.",
        },
        SignalMeta {
            id: "deployment.configuration",
            statement: "What differs between machines is set from outside, with an example",
            looks_at: "Settings that the code takes from outside (environment variables), example files such as \
                .env.example, and whether the documents name the settings. It does not apply where there is nothing \
                to set.",
            why: "The same program can then run on a laptop, in a test and for real visitors, and no secret needs to \
                be in the code.",
            remedy: "Take what differs between machines from outside (environment variables), and add an example file \
                that lists the settings with harmless values.",
            effort: Effort::Low,
            dispute: "Settings that a store of secrets or a server for settings hands out may not be recognised. Say \
                where they come from.",
        },
    ],
};

impl Analyzer for Deployment {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        vec![
            documented::finding(repo),
            reproducible::finding(repo),
            pinned::finding(repo),
            migrations::finding(repo),
            configuration::finding(repo),
        ]
    }
}

/// Why nothing of this repository is put into production; `None` if something is, or may be.
fn not_deployed(repo: &Snapshot) -> Option<&'static str> {
    match kinds::detect(repo).first() {
        Some(Kind::Empty) => Some("The repository is empty."),
        Some(Kind::Documentation) => Some("There is no code to put into service: the repository holds prose or data."),
        Some(Kind::Dotfiles) => Some("Configuration files are not put into service."),
        Some(Kind::Notebook) => Some("Notebooks are not put into service."),
        Some(Kind::Library) => Some("A library is published for other programs, and not put into service by itself."),
        Some(Kind::CommandLine) => {
            Some("A command-line tool is installed by whoever uses it, and not put into service.")
        }
        Some(Kind::StaticSite) => Some("A site of fixed pages needs no server of its own."),
        Some(Kind::Other) if kinds::is_for_phones(repo) => {
            Some("An app for phones is given out by a store and runs on no server.")
        }
        _ if repo.languages().is_empty() => Some("There is no code to put into service."),
        _ => None,
    }
}
