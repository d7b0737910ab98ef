//! The report as data: `foliolens.report/1`. Fields are only ever added; anything else is a new version.

use foliolens_analyzers::brief;
use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::kinds::Kind;
use foliolens_analyzers::registry;
use foliolens_analyzers::{Confidence, Effort, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Web;
use super::brief::Brief;

/// The version of the JSON.
pub const SCHEMA: &str = "foliolens.report/1";

/// Where the examined repository came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// `owner/name`, when the remote is known.
    pub name: Option<String>,
    /// What to call the repository when it has no name: the path or the URL as it was given. Never in the JSON.
    pub label: String,
    /// The repository's pages, for permalinks.
    pub web: Option<Web>,
    /// `sha256:` and the hash of the configuration in force.
    pub config_hash: String,
    /// A sentence on what was read, such as "HEAD of ./shop; uncommitted changes are not looked at". Never in the JSON.
    pub note: Option<String>,
}

/// One review of one repository. Several targets make an array, of which each entry is one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// `foliolens.report/1`.
    pub schema: String,
    /// The version of foliolens that wrote the report.
    pub foliolens: String,
    /// The version of the rules, by date.
    pub ruleset: String,
    /// Hash of the configuration in force.
    pub config_hash: String,
    /// What was reviewed.
    pub repository: Repository,
    /// Whether everything that should be there could be read.
    pub complete: bool,
    /// What was not looked at in the repository. Never counted as bad.
    pub skipped: Vec<Skipped>,
    /// Whether what a trial asks for is there; what a report on a trial leads with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brief: Option<Brief>,
    /// The areas, each graded. There is no total.
    pub areas: Vec<Area>,
    /// The signals that are red flags, the gravest first.
    pub red_flags: Vec<String>,
    /// What to ask the candidate.
    pub questions: Vec<Question>,
    /// What no repository can show.
    pub not_seen: Vec<String>,
    /// What a configuration has changed in this report, and what in it could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub configuration: Vec<String>,
    /// What changed since an earlier review; nothing where nothing did, or none was given to compare with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// Of several targets, what became of one that could not be reviewed. Then nothing else in this entry says anything:
    /// it has no areas, and its commit is all zeros.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<FailedTarget>,
    /// What to call the repository when it has no name.
    #[serde(skip)]
    pub label: String,
    /// A sentence on what was read.
    #[serde(skip)]
    pub note: Option<String>,
    /// The repository's front page.
    #[serde(skip)]
    pub web: Option<String>,
}

impl Report {
    /// Bytes of it as JSON.
    pub fn size(&self) -> usize {
        serde_json::to_vec(self).map_or(usize::MAX, |text| text.len())
    }
}

/// A target of several that could not be reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedTarget {
    /// As it was named.
    pub target: String,
    /// Why, without a full stop.
    pub reason: String,
}

/// What was reviewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repository {
    /// `owner/name`, when the remote is known.
    pub name: Option<String>,
    /// Of several that lie on the reader's own disk, what the folder of one without a name is called, so that it can be told
    /// from the others. Never where that folder lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The commit under review.
    pub head: String,
    /// The commit that its history begins with, by which a repository without a name is known again; absent where it is
    /// not there, as in a shallow clone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// The branch under review; `null` when HEAD is detached.
    pub branch: Option<String>,
    /// Commits that HEAD reaches.
    pub commits: u64,
    /// Authors of those, bots apart. Nobody is named.
    pub authors: u64,
    /// When those commits were written, bots apart; absent where no clock was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated: Option<Dated>,
    /// What the repository is.
    pub kinds: Vec<Kind>,
    /// Programming languages, the largest first.
    pub languages: Vec<Language>,
    /// Web frameworks.
    pub frameworks: Vec<String>,
}

/// From when to when commits were written, as their authors' clocks said: in UTC, such as `2026-11-24`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dated {
    /// The day of the first.
    pub first: String,
    /// The day of the last.
    pub last: String,
}

/// A language and how much of the code is written in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Language {
    /// The name as GitHub writes it.
    pub name: String,
    /// From 0 to 1.
    pub share: f64,
}

/// Something that was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    /// What it is, in a word or two: `blob`, `commit`, `tree`, `history`, `file`, `source file`, `text`, `archive`, `place`,
    /// `tag`, `branch or tag`, `message or name`, `message`, `migration`, `template`, `report`.
    pub what: String,
    /// Why it was not looked at.
    pub why: String,
    /// How many.
    pub count: u64,
}

/// One area of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Area {
    /// Stable id.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// What the signals come to.
    pub grade: Grade,
    /// The signals in one sentence.
    pub summary: String,
    /// One answer for each signal.
    pub signals: Vec<Signal>,
    /// Whether it is an area of the organisation's own, which only its own rules fill.
    #[serde(default, skip_serializing_if = "is_false")]
    pub own: bool,
}

/// One signal's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signal {
    /// Stable id.
    pub id: String,
    /// How the statement turned out.
    pub outcome: Outcome,
    /// How sure that is.
    pub confidence: Confidence,
    /// A sentence with numbers.
    pub summary: String,
    /// What machines compare.
    pub facts: Map<String, Value>,
    /// Where to look.
    pub places: Vec<Place>,
    /// How to mend it; only where something is to be mended.
    pub remedy: Option<Remedy>,
    /// Why somebody's configuration says that it needs no action. Its outcome counts all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressed: Option<String>,
    /// The statement that is true or false, where the signal is one of the organisation's own rules. It changes no
    /// grade of an area of foliolens, and is never a red flag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
}

/// A place that anyone can open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The commit, in full.
    pub commit: String,
    /// The path at that commit; empty for the commit or the whole tree.
    pub path: String,
    /// First line, from 1; `null` for the whole file.
    pub start: Option<u32>,
    /// Last line.
    pub end: Option<u32>,
    /// A permalink, when the remote is known.
    #[serde(deserialize_with = "super::permalink::deserialize", default)]
    pub url: Option<String>,
}

/// How to mend something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remedy {
    /// What to do.
    pub text: String,
    /// How much work it is: minutes, hours, days.
    pub effort: Effort,
}

/// What to ask the candidate, and what answers tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// What it is about.
    pub topic: String,
    /// The question.
    pub ask: String,
    /// What a strong answer contains.
    pub strong: String,
    /// What a weak answer contains.
    pub weak: String,
    /// What it is asked of.
    pub places: Vec<Place>,
}

/// What changed since an earlier review of the same repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    /// The commit that was reviewed then.
    pub since: String,
    /// Whether foliolens or its rules were others then, so that a difference may be theirs.
    pub other_rules: bool,
    /// Whether the configuration was another.
    pub other_configuration: bool,
    /// Signals that hold, or hold better than they did.
    pub mended: Vec<Change>,
    /// Signals that are wanting, or more than they were.
    pub new: Vec<Change>,
    /// Signals that are wanting as before, with far more or far fewer places to look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Spread>,
    /// How many of the others turned out as before.
    pub unchanged: u64,
}

impl Change {
    /// Whether there was nothing to judge then: what is wanting now got no worse.
    pub(super) fn is_first(&self) -> bool {
        matches!(self.before, Outcome::NotApplicable | Outcome::NotAssessable | Outcome::Error)
    }
}

/// How one signal turned out then and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The signal.
    pub id: String,
    /// How it turned out then.
    pub before: Outcome,
    /// How it turns out now.
    pub now: Outcome,
}

/// A signal that is wanting as before, and how many places were named then and are now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// The signal.
    pub id: String,
    /// How it turned out both times.
    pub outcome: Outcome,
    /// The places then.
    pub before: u64,
    /// The places now.
    pub now: u64,
}

impl Report {
    /// Shows what `signals` say as suppressed by `whom`, each with why. What is not wanting is left alone.
    pub fn suppress(&mut self, signals: &[(&str, &str)], whom: &str) {
        for (id, why) in signals {
            let found = self.areas.iter_mut().flat_map(|area| &mut area.signals).find(|signal| signal.id == *id);
            let is_wanting = |signal: &&mut Signal| {
                matches!(signal.outcome, Outcome::NotMet | Outcome::Partly) && signal.suppressed.is_none()
            };
            if let Some(signal) = found.filter(is_wanting) {
                signal.summary.push_str(&format!(" Suppressed by {whom} as {why}."));
                signal.suppressed = Some((*why).to_owned());
                signal.remedy = None;
                self.configuration.push(format!("{id} is suppressed by {whom} as {why}. It counts as it was found."));
            }
        }
    }

    /// What to call the repository.
    pub fn name(&self) -> &str {
        match &self.repository.name {
            Some(name) => name,
            None if !self.label.is_empty() => &self.label,
            None => "this repository",
        }
    }
}

impl Area {
    /// What the area asks, in words for anybody; nothing is known of what an organisation asks.
    pub(super) fn question(&self) -> &'static str {
        registry::areas().find(|area| area.id == self.id).map_or("", |area| area.question)
    }
}

impl Signal {
    /// The statement that is true or false; `None` when this version does not know the signal.
    pub fn statement(&self) -> Option<&str> {
        let ours = || registry::signal(&self.id).map(|(_, meta)| meta.statement).or_else(|| brief::statement(&self.id));
        self.own.as_deref().or_else(ours)
    }
}

fn is_false(own: &bool) -> bool {
    !own
}
