//! What the processes say to each other: one JSON text each way.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::report::Report;

/// Both sides are the same binary; this tells when they are not.
pub const VERSION: u32 = 1;

/// What a child is asked to do.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Clone a repository into a folder.
    Fetch(Fetch),
    /// Read a clone and report on it.
    Examine(Examine),
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
}

/// A review.
#[derive(Debug, Serialize, Deserialize)]
pub struct Examine {
    /// The clone.
    pub folder: PathBuf,
    /// The address of the repository, for links.
    pub address: String,
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
    /// MiB of memory at most.
    pub memory_mib: u64,
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
    /// Whether what the repository under review suppresses is not followed.
    pub own_is_locked: bool,
    /// Days since 1970.
    pub today: u64,
}

/// What a child answers.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    /// [`VERSION`].
    pub version: u32,
    /// How it went.
    pub result: Result<Done, Refusal>,
}

/// What a child has done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The folder holds the clone.
    Fetched,
    /// The report.
    Examined(Box<Report>),
}

/// Why there is nothing to report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A sentence for people, without its full stop.
    pub sentence: String,
    /// Whether another attempt may end differently.
    pub is_passing: bool,
}

fn expose<S: serde::Serializer>(token: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
    token.as_ref().map(ExposeSecret::expose_secret).serialize(to)
}
