//! What the processes say to each other: a line of JSON for the request, one for each step, and one for the answer.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use foliolens_analyzers::Limits;
use foliolens_analyzers::brief::Item;
use foliolens_analyzers::code::own::OwnFile;
use foliolens_analyzers::snapshot::Stage;

use super::attempt::Attempt;
use super::rules::{Trial, Tried};
use super::strictness::Strictness;
use crate::report::Report;

/// Both sides are the same binary; this tells when they are not.
pub const VERSION: u32 = 2;

/// The first line that a child reads. Standard input then stays open as long as anybody waits for the answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// What to do where the kernel lacks a mechanism.
    pub sandbox: Strictness,
    /// Whether the steps are of interest.
    pub watched: bool,
    /// What to do.
    pub ask: Ask,
}

/// What a child is asked to do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Clone a repository into a folder.
    Fetch(Fetch),
    /// Read a clone and report on it.
    Examine(Box<Examine>),
    /// Read an organisation's own rules, and try them on their examples.
    Rules(Trial),
    /// Try what is forbidden, to show that it is.
    Attempt(Attempt),
}

impl Ask {
    /// Bytes that a child may allocate to do it.
    pub fn memory(&self) -> u64 {
        match self {
            Ask::Fetch(fetch) => fetch.memory_mib << 20,
            Ask::Examine(examine) => examine.memory_mib << 20,
            Ask::Rules(trial) => trial.memory_mib << 20,
            Ask::Attempt(_) => 256 << 20,
        }
    }
}

/// An answer, or a step on the way there.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The last line.
    Answer(Box<Answer>),
    /// Any line before it.
    Heard(Heard),
}

/// A step on the way to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// A stage of the review begins, with so many units if that is known.
    Began(Stage, Option<u64>),
    /// Units that are done, and bytes that were read for them.
    Advanced(u64, u64),
    /// Bytes received so far.
    Received(u64),
    /// Objects unpacked so far, of so many if that is known.
    Unpacked(u64, Option<u64>),
    /// What the kernel lacks to shut the child in, each by name. It is whoever started the child that says so.
    #[serde(skip)]
    Lacks(Vec<String>),
}

/// A clone.
#[derive(Debug, Serialize, Deserialize)]
pub struct Fetch {
    /// The address of the repository.
    pub address: String,
    /// The GitHub that the app works for.
    pub web: String,
    /// Sent where the host asks who we are. Only ever over stdin.
    #[serde(serialize_with = "expose", default)]
    pub token: Option<SecretString>,
    /// The folder that is made.
    pub folder: PathBuf,
    /// Bytes received at most.
    pub bytes: u64,
    /// Seconds at most.
    pub seconds: u64,
    /// Objects at most.
    pub objects: u64,
    /// MiB of memory at most.
    pub memory_mib: u64,
    /// Variables that say whose certificates are trusted, with their files or folders.
    #[serde(default)]
    pub certificates: BTreeMap<String, PathBuf>,
    /// Whether a person at a terminal reads what went wrong, who may be told of options and clones of their own.
    pub at_terminal: bool,
}

/// A review.
#[derive(Debug, Serialize, Deserialize)]
pub struct Examine {
    /// The clone.
    pub folder: PathBuf,
    /// The address of the repository, for links; that of its remote where there is none.
    pub address: Option<String>,
    /// What to call the repository when it has no name.
    pub label: String,
    /// A sentence on what was read.
    pub note: Option<String>,
    /// The commit; nothing for HEAD.
    pub revision: Option<String>,
    /// The areas to report on; empty for all.
    pub only: Vec<String>,
    /// Whether it is reviewed as a trial project.
    pub trial: bool,
    /// Only what came after this commit is the candidate's.
    pub since: Option<String>,
    /// What the files where it was asked for say about the report.
    pub configured: Configured,
    /// Weights of signals that differ from the rubric's.
    pub weights: BTreeMap<String, u32>,
    /// What the candidate began with, where that is on disk.
    #[serde(default)]
    pub template: Option<PathBuf>,
    /// What to call it.
    #[serde(default)]
    pub template_name: Option<String>,
    /// What a trial asks for; empty for the usual.
    #[serde(default)]
    pub brief: Vec<Item>,
    /// Rules of the organisation's own.
    #[serde(default)]
    pub rules: Vec<OwnFile>,
    /// How much of the repository is looked at.
    pub limits: Limits,
    /// MiB of memory at most.
    pub memory_mib: u64,
    /// Seconds at most, by the clock of whoever waits.
    pub seconds: u64,
    /// How many threads; `None` for one a core.
    pub threads: Option<usize>,
}

impl Examine {
    /// A review of `folder` without any settings.
    pub fn of(folder: impl Into<PathBuf>) -> Self {
        Examine {
            folder: folder.into(),
            address: None,
            label: String::new(),
            note: None,
            revision: None,
            only: Vec::new(),
            trial: false,
            since: None,
            configured: Configured::default(),
            weights: BTreeMap::new(),
            template: None,
            template_name: None,
            brief: Vec::new(),
            rules: Vec::new(),
            limits: Limits::default(),
            memory_mib: 1024,
            seconds: 300,
            threads: None,
        }
    }
}

/// What a configuration says about a report, besides what is looked at.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Configured {
    /// Whose it is.
    pub by: String,
    /// What readers have to know of it, each a sentence.
    pub said: Vec<String>,
    /// Findings that need no action, by fingerprint or signal, each with its reason.
    pub suppressed: Vec<(String, String)>,
    /// Whether the file in the repository under review is read.
    pub reads_own: bool,
    /// Whether what that suppresses is not followed.
    pub own_is_locked: bool,
    /// Whether there is no other configuration, so that nothing is to be said of it but what it suppresses.
    #[serde(default)]
    pub is_alone: bool,
    /// Days since 1970.
    pub today: u64,
}

/// What a child answers.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    /// [`VERSION`].
    pub version: u32,
    /// What the kernel could not close, each by name.
    pub missing: Vec<String>,
    /// How it went.
    pub result: Result<Done, Refusal>,
}

/// Mechanisms that can be missing; only a child that was taken over names more.
const MOST_MISSING: usize = 16;

impl Answer {
    /// The same, with no more names than there are mechanisms, and each no longer than a sentence.
    pub(super) fn bounded(mut self) -> Self {
        self.missing.truncate(MOST_MISSING);
        self.missing = self.missing.into_iter().map(shortened).collect();
        self
    }
}

/// What a child has done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The folder holds the clone.
    Fetched,
    /// The report.
    /// The pages of the repository, which the JSON of a report leaves out, are named beside it.
    Examined(Box<Report>, #[serde(deserialize_with = "crate::report::permalink::deserialize")] Option<String>),
    /// What came of an organisation's own rules.
    Tried(Tried),
    /// For each act that was asked for, whether it succeeded.
    Attempted(Vec<bool>),
}

/// Why there is nothing to report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A sentence for people, without its full stop.
    pub sentence: String,
    /// Whether another attempt may end differently.
    pub is_passing: bool,
    /// Where it is the host that is in trouble: for how many seconds it asks to be left alone, 0 if it does not.
    #[serde(default)]
    pub trouble: Option<u64>,
    /// Whether the host began to answer and did not end, which may be the host's fault or that of what was asked for.
    #[serde(default)]
    pub has_broken: bool,
    /// Whether the host let us in nowhere, or not with the token that it was shown.
    #[serde(default)]
    pub is_denied: bool,
    /// Whether what was asked for was wrong, not the repository.
    #[serde(default)]
    pub is_usage: bool,
}

/// Characters of a sentence; only a child that was taken over says more.
const LONGEST_SENTENCE: usize = 1000;

impl Refusal {
    /// The same, no longer than a sentence.
    pub(super) fn bounded(mut self) -> Self {
        self.sentence = shortened(self.sentence);
        self
    }
}

/// As much of what a child says as a sentence holds.
pub(super) fn shortened(mut sentence: String) -> String {
    if let Some((end, _)) = sentence.char_indices().nth(LONGEST_SENTENCE) {
        sentence.truncate(end);
    }
    sentence
}

fn expose<S: serde::Serializer>(token: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    token.as_ref().map(ExposeSecret::expose_secret).serialize(to)
}
