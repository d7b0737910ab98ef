//! What the user wants, and from where: flag, environment, file, default, in this order. The only room that reads the
//! environment.

pub mod brief;
pub mod effective;
pub mod file;
pub mod flags;
pub mod limits;
pub mod misspelt;
pub mod rules;
pub mod server;
pub mod suppress;
pub mod terminal;
pub mod wishes;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::parser::ValueSource;
use foliolens_analyzers::Limits;
use foliolens_analyzers::brief::Item;
use foliolens_analyzers::code::own::{OwnFile, OwnRules};
use sha2::{Digest, Sha256};

use crate::git::Budget;
use crate::sandbox::Strictness;
use file::File;
use flags::Flags;
pub use flags::{Area, FailOn, Format, Only, Profile};
pub use terminal::{Terminal, certificates};

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// A variable `FOLIOLENS_…`.
    Environment,
    /// The file that `--config` names.
    File,
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Source::Flag => "flag",
            Source::Environment => "environment",
            Source::File => "file",
            Source::Default => "default",
        })
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value in force.
    pub value: T,
    /// Where it comes from.
    pub source: Source,
}

impl<T> Setting<T> {
    /// How whoever set it would look for it: the setting `name` is a flag, a variable or a key.
    pub fn called(&self, name: &str) -> String {
        match self.source {
            Source::Flag | Source::Default => format!("--{}", name.replace('_', "-")),
            Source::Environment => format!("FOLIOLENS_{}", name.to_uppercase()),
            Source::File => format!("`{name}` of the file of --config"),
        }
    }
}

/// Everything that can be set, settled.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How the report is written.
    pub format: Setting<Format>,
    /// The areas to report on; empty for all.
    pub only: Setting<Vec<String>>,
    /// What the repository is reviewed as.
    pub profile: Setting<Profile>,
    /// Only what came after this commit is the candidate's.
    pub since: Setting<Option<String>>,
    /// The repository that the candidate began with, of which nothing is theirs.
    pub template: Setting<Option<String>>,
    /// What a trial asks for, as the file says; empty for the usual.
    pub brief: Vec<Item>,
    /// The folder with rules of one's own.
    pub rules: Setting<Option<PathBuf>>,
    /// The rules in it.
    pub own_rules: Vec<OwnFile>,
    /// What makes the exit code 1.
    pub fail_on: Setting<Option<FailOn>>,
    /// Refuse the network.
    pub offline: Setting<bool>,
    /// No progress.
    pub quiet: Setting<bool>,
    /// The largest clone.
    pub clone_mib: Setting<u64>,
    /// The most objects of a clone.
    pub clone_objects: Setting<u64>,
    /// The longest clone.
    pub clone_seconds: Setting<u64>,
    /// The longest review.
    pub seconds: Setting<u64>,
    /// The memory of all reviews that go on at a time.
    pub memory_mib: Setting<u64>,
    /// What to do where the kernel lacks what shuts a review in.
    pub sandbox: Setting<Strictness>,
    /// The folder of cgroup v2 in which each review gets one of its own.
    pub cgroup: Setting<Option<PathBuf>>,
    /// How much of a repository is looked at.
    pub limits: Limits,
    /// What needs no action, as the file says.
    pub suppressed: Vec<suppress::What>,
    /// How much of what the file says there is out of date.
    pub run_out: usize,
}

/// Whoever waits at a terminal has time and room for the largest repositories.
const SECONDS: u64 = 3600;
const MEMORY_MIB: u64 = 4096;

impl Settings {
    /// Settles what `flags` (with the environment, by clap) and the file that they name say.
    pub fn settle(flags: &Flags, matches: &clap::ArgMatches) -> Result<Self, file::Invalid> {
        let file = match &flags.config {
            Some(path) => File::read(path)?,
            None => File::default(),
        };
        let said = |id: &str| match matches.value_source(id) {
            Some(ValueSource::CommandLine) => Some(Source::Flag),
            Some(ValueSource::EnvVariable) => Some(Source::Environment),
            _ => None,
        };
        let budget = Budget::default();
        let rules = pick(said("rules"), flags.rules.clone().map(Some), file.rules.map(Some), None);
        let own_rules = rules.value.as_deref().map(rules::read).transpose()?.unwrap_or_default();
        let known_rules = rules::check(&own_rules)?;
        let brief = match file.brief {
            Some(items) => brief::checked(items)
                .and_then(|items| brief::known(items, known_rules.signals()))
                .map_err(|why| file::Invalid(format!("[[brief]]: {why}")))?,
            None => Vec::new(),
        };
        let template = pick(said("template"), flags.template.clone().map(Some), file.template.map(Some), None);
        // A template is a trial's.
        let usual = if template.value.is_some() { Profile::Trial } else { Profile::Backend };
        let only = (!flags.only.is_empty()).then(|| flags.only.clone());
        let by_name = |only: Vec<Only>| only.iter().map(|only| only.name().to_owned()).collect();
        let only = pick(said("only"), only, file.only.map(by_name), Vec::new());
        Ok(Settings {
            format: pick(said("format"), flags.format, file.format, Format::Terminal),
            only: Setting { value: areas(&only, &known_rules)?, source: only.source },
            profile: pick(said("profile"), flags.profile, file.profile, usual),
            since: pick(said("since"), flags.since.clone().map(Some), file.since.map(Some), None),
            template,
            brief,
            rules,
            own_rules,
            fail_on: pick(said("fail_on"), flags.fail_on.map(Some), file.fail_on.map(Some), None),
            offline: pick(said("offline"), said("offline").map(|_| flags.offline), file.offline, false),
            quiet: pick(said("quiet"), said("quiet").map(|_| flags.quiet), file.quiet, false),
            clone_mib: pick(said("clone_mib"), flags.clone_mib, file.limits.clone_mib, budget.bytes >> 20),
            clone_objects: pick(said("clone_objects"), flags.clone_objects, file.limits.clone_objects, budget.objects),
            clone_seconds: pick(
                said("clone_seconds"),
                flags.clone_seconds,
                file.limits.clone_seconds,
                budget.total.as_secs(),
            ),
            seconds: pick(said("seconds"), flags.seconds, file.limits.seconds, SECONDS),
            memory_mib: pick(said("memory_mib"), flags.memory_mib, file.limits.memory_mib, MEMORY_MIB),
            sandbox: pick(said("sandbox"), flags.sandbox, None, Strictness::default()),
            cgroup: pick(said("cgroup"), flags.cgroup.clone().map(Some), None, None),
            limits: limits::settled().map_err(|wrong| file::Invalid(wrong.join(" ")))?,
            suppressed: suppress::in_force(&file.suppress, suppress::today()),
            run_out: suppress::run_out(&file.suppress, suppress::today()),
        })
    }

    /// The same, for a command that reports on `area` and no other.
    pub fn on_area(self, area: Option<Area>) -> Self {
        match area {
            Some(area) => {
                Settings { only: Setting { value: vec![area.0.to_owned()], source: Source::Default }, ..self }
            }
            None => self,
        }
    }

    /// `sha256:` and the hash of the settings that change what a report says.
    pub fn hash(&self) -> String {
        let only: Vec<&str> = self.only.value.iter().map(String::as_str).collect();
        let since = self.since.value.as_deref();
        let trial = (self.template.value.as_deref(), &*self.brief);
        hash(&only, self.profile.value, since, &self.suppressed, &BTreeMap::new(), &self.own_rules, trial)
    }
}

/// The names of the areas `only`, each of ours or one that `rules` make. A comma too many names none.
fn areas(only: &Setting<Vec<String>>, rules: &OwnRules) -> Result<Vec<String>, file::Invalid> {
    let is_own = |name: &str| rules.signals().iter().any(|signal| signal.area == name);
    let name = |name: &str| match name.parse::<Area>() {
        Ok(area) => Ok(area.0.to_owned()),
        Err(_) if is_own(name) => Ok(name.to_owned()),
        Err(why) => Err(file::Invalid(format!("{} {name}: {why}.", only.called("only")))),
    };
    only.value.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).map(name).collect()
}

/// `sha256:` and the hash of what changes what a report says.
pub fn hash(
    only: &[&str],
    profile: Profile,
    since: Option<&str>,
    suppressed: &[suppress::What],
    weights: &BTreeMap<String, u32>,
    rules: &[OwnFile],
    (template, brief): (Option<&str>, &[Item]),
) -> String {
    let mut telling = serde_json::json!({"only": only, "profile": profile.name(), "since": since});
    // Without any, the hash is that of the versions that knew none.
    if !suppressed.is_empty() {
        let all: Vec<String> =
            suppressed.iter().map(suppress::What::written).map(|(what, why)| format!("{what} {why}")).collect();
        telling["suppressed"] = all.into();
    }
    if !weights.is_empty() {
        telling["weights"] = serde_json::json!(weights);
    }
    if let Some(template) = template {
        telling["template"] = template.into();
    }
    if !brief.is_empty() {
        telling["brief"] = serde_json::json!(brief);
    }
    if !rules.is_empty() {
        // Not by name: a folder elsewhere with the same rules is the same.
        telling["rules"] = rules.iter().map(|file| file.text.as_str()).collect();
    }
    let digest = Sha256::digest(telling.to_string().as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The same argument, without its variable if that is set to nothing: what a workflow leaves empty is unset.
pub fn unless_empty(argument: clap::Arg) -> clap::Arg {
    let is_empty = |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| terminal::set(name).is_none());
    if argument.get_env().is_some_and(is_empty) { argument.env(Resettable::Reset) } else { argument }
}

/// Where tests find a PostgreSQL.
#[cfg(test)]
pub(crate) fn test_postgres() -> Option<String> {
    terminal::variable("FOLIOLENS_TEST_POSTGRES")
}

/// Whether anything is set that only a server needs.
pub fn is_to_serve() -> bool {
    ["FOLIOLENS_APP_ID", "FOLIOLENS_PRIVATE_KEY", "FOLIOLENS_PRIVATE_KEY_FILE", "FOLIOLENS_WEBHOOK_SECRET"]
        .iter()
        .any(|name| terminal::set(name).is_some())
}

/// Whether a proxy is set, which is not used.
pub fn proxy_is_set() -> bool {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].iter().any(|name| terminal::variable(name).is_some())
}

/// The one of `known` that `word` was most likely meant to be.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut close: Vec<(f64, &str)> = known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&word.to_lowercase(), known), known))
        .filter(|(closeness, _)| *closeness > 0.75)
        .collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    close.into_iter().take(3).map(|(_, known)| known).collect()
}

fn pick<T>(said: Option<Source>, flag: Option<T>, file: Option<T>, default: T) -> Setting<T> {
    match (said, flag, file) {
        (Some(source), Some(value), _) => Setting { value, source },
        (_, _, Some(value)) => Setting { value, source: Source::File },
        _ => Setting { value: default, source: Source::Default },
    }
}
