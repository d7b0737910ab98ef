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
    question: "Could somebody else put it into production?",
    signals: &[
        SignalMeta {
            id: "deployment.documented",
            statement: "It says how the project is put into service",
            looks_at: "Sections on deployment and commands that deploy, in the README and the documents that it links \
                       to. A heading without content and a framework's own text do not count; commands that only build \
                       a container image count in part, and so do a sentence that names a tool or a place and no more, and \
                       links to files that are not there. It does not apply to libraries, command-line tools, static \
                       sites, notebooks and documentation.",
            why: "Whoever takes the project over needs to know where it runs and how a change gets there.",
            remedy: "Write into the README how it is put into service: where it runs, the commands that put a version \
                     there, what must be set first, and how to go back.",
            effort: Effort::Low,
            dispute: "Deployment described on a wiki or in another repository is not seen. Link to it from the README.",
        },
        SignalMeta {
            id: "deployment.reproducible",
            statement: "A file tells a machine how to run it",
            looks_at: "Dockerfiles, compose files, Procfiles, and files of hosting services, Kubernetes, Terraform, \
                       serverless and systemd. A compose file that starts only a database, or a Makefile, counts in \
                       part. For Dockerfiles it is said whether they have several stages, a user other than root, a \
                       pinned base image and a health check.",
            why: "A description that a machine can follow makes the production system the same as the one that was \
                  tested, and is the shortest way for somebody else to run the project.",
            remedy: "Add a Dockerfile, which packs the project with all that it needs and starts it, with a base \
                     image of a fixed version and without the rights of root; list it in a compose file beside the \
                     services that it needs.",
            effort: Effort::Medium,
            dispute: "A buildpack or a host that needs no file leaves nothing to see. Say which one it is.",
        },
        SignalMeta {
            id: "deployment.pinned",
            statement: "Another machine gets the same versions of all that it uses",
            looks_at: "For each package manager: a lock file (or exact versions in requirements.txt, Maven, Gradle and \
                       NuGet files), and the version of the language in its usual file, in the manifest, or as the tag of \
                       a container's base image. Libraries need no lock file.",
            why: "Without both, the project that runs in a year is not the project that was written.",
            remedy: "Keep the lock file, with the exact versions of all packages, with the code, and write down the \
                     version of the language, in the manifest or in a file such as .nvmrc or .python-version.",
            effort: Effort::Low,
            dispute: "A project without dependencies, or one that is built by a company's shared image, needs less.",
        },
        SignalMeta {
            id: "deployment.migrations",
            statement: "How the database is brought up to date with a new version is written down, or happens by \
                        itself",
            looks_at: "The migration tool and its folder, and then: a migration command in the documents, a container's \
                       entrypoint, a release phase, or code that migrates when the program starts. It does not apply \
                       without a relational database.",
            why: "A schema that is changed by hand is a usual reason why a deployment fails.",
            remedy: "Let the database be brought up to date whenever a new version starts, or write down the command \
                     for it; for developers: migrations in the entrypoint or the release phase.",
            effort: Effort::Low,
            dispute: "Migrations that are run by a pipeline outside the repository are not seen. Say where they run.",
        },
        SignalMeta {
            id: "deployment.configuration",
            statement: "What differs between machines is set from outside, with an example",
            looks_at: "Environment variables that the code reads, example files such as .env.example, and whether the \
                       documents name the variables. It does not apply where there is nothing to configure.",
            why: "The same build can then run on a laptop, in a test and in production, and no secret needs to be in \
                  the code.",
            remedy: "Take what differs between machines from outside, from environment variables, and add an example \
                     file that lists them with harmless values.",
            effort: Effort::Low,
            dispute: "Configuration from a secret manager or a configuration server may not be recognised.",
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
        Some(Kind::StaticSite) => Some("A static site needs no server of its own."),
        Some(Kind::Other) if kinds::is_for_phones(repo) => {
            Some("An app for phones is given out by a store and runs on no server.")
        }
        _ if repo.languages().is_empty() => Some("There is no code to put into service."),
        _ => None,
    }
}
