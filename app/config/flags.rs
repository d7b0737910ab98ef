//! What the command line and the environment may say. The doc comments are the help.

use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{FalseyValueParser, PossibleValue, TypedValueParser};
use clap::{Args, ValueEnum};
use foliolens_analyzers::{registry, rubric};
use serde::Deserialize;

use crate::report;
use crate::sandbox::Strictness;

/// What limits may be set to, in flags, variables and the file.
pub(super) const LEAST_MEMORY: u64 = 128;
pub(super) const MOST_MIB: u64 = 1_048_576;
pub(super) const MOST_OBJECTS: u64 = 1_000_000_000;
pub(super) const MOST_SECONDS: u64 = 86_400;

/// The settings, as flags and variables.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// How to write the report (default: terminal)
    #[arg(long, value_name = "FORMAT", env = "FOLIOLENS_FORMAT", hide_env_values = true)]
    pub format: Option<Format>,

    /// Report on these areas only; with --rules, also on areas of your own
    #[arg(long, value_name = "AREA", env = "FOLIOLENS_ONLY", hide_env_values = true, value_delimiter = ',',
        value_parser = Offering(areas))]
    pub only: Vec<String>,

    /// What the repository is reviewed as (default: backend)
    #[arg(long, value_name = "PROFILE", env = "FOLIOLENS_PROFILE", hide_env_values = true)]
    pub profile: Option<Profile>,

    /// Only what came after this commit (id, tag or branch) is the candidate's; how the project is built and run is judged
    /// as it stands
    #[arg(long, value_name = "COMMIT", env = "FOLIOLENS_SINCE", hide_env_values = true)]
    pub since: Option<String>,

    /// The repository that the candidate began with (a path, an address or OWNER/REPO): nothing of it is theirs. Makes
    /// the review one of a trial
    #[arg(long, value_name = "TEMPLATE", env = "FOLIOLENS_TEMPLATE", hide_env_values = true)]
    pub template: Option<String>,

    /// Apply the rules of your own in this folder, too; see docs/custom-rules.md
    #[arg(long, value_name = "DIR", env = "FOLIOLENS_RULES", hide_env_values = true)]
    pub rules: Option<PathBuf>,

    /// Exit with 1 if there is a red flag, or an area that is weak
    #[arg(long, value_name = "WHAT", env = "FOLIOLENS_FAIL_ON", hide_env_values = true)]
    pub fail_on: Option<FailOn>,

    /// Read settings from this TOML file; flags and variables win over it
    #[arg(long, value_name = "FILE", env = "FOLIOLENS_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,

    /// Use no network: addresses are refused, paths are reviewed
    #[arg(long, env = "FOLIOLENS_OFFLINE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub offline: bool,

    /// Show no progress
    #[arg(long, short, env = "FOLIOLENS_QUIET", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub quiet: bool,

    /// Clone at most this many MiB (default: 1024)
    #[arg(long, value_name = "MIB", env = "FOLIOLENS_CLONE_MIB", hide_env_values = true,
        value_parser = whole::<1, MOST_MIB>)]
    pub clone_mib: Option<u64>,

    /// Clone at most this many objects (default: 20000000)
    #[arg(long, value_name = "COUNT", env = "FOLIOLENS_CLONE_OBJECTS", hide_env_values = true,
        value_parser = whole::<1, MOST_OBJECTS>)]
    pub clone_objects: Option<u64>,

    /// Clone for at most this many seconds (default: 600)
    #[arg(long, value_name = "SECONDS", env = "FOLIOLENS_CLONE_SECONDS", hide_env_values = true,
        value_parser = whole::<1, MOST_SECONDS>)]
    pub clone_seconds: Option<u64>,

    /// Look at a repository for at most this many seconds (default: 3600)
    #[arg(long, value_name = "SECONDS", env = "FOLIOLENS_SECONDS", hide_env_values = true,
        value_parser = whole::<1, MOST_SECONDS>)]
    pub seconds: Option<u64>,

    /// Use at most this much memory for all clones and reviews together (default: 4096)
    #[arg(long, value_name = "MIB", env = "FOLIOLENS_MEMORY_MIB", hide_env_values = true,
        value_parser = whole::<LEAST_MEMORY, MOST_MIB>)]
    pub memory_mib: Option<u64>,

    /// Where the kernel lacks what shuts a review in: refuse, go on, or do without altogether (default:
    /// best-effort)
    #[arg(long, value_name = "HOW", env = "FOLIOLENS_SANDBOX", hide_env_values = true)]
    pub sandbox: Option<Strictness>,

    /// Give each review a cgroup of its own in this folder of cgroup v2
    #[arg(long, value_name = "FOLDER", env = "FOLIOLENS_CGROUP", hide_env_values = true)]
    pub cgroup: Option<PathBuf>,
}

/// The whole number from `LEAST` to `MOST` that `text` is.
fn whole<const LEAST: u64, const MOST: u64>(text: &str) -> Result<u64, String> {
    let number = text.trim().parse().ok().filter(|number| (LEAST..=MOST).contains(number));
    number.ok_or_else(|| within(LEAST, MOST))
}

/// What a limit has to be.
pub(super) fn within(least: u64, most: u64) -> String {
    format!("it is a whole number from {least} to {most}")
}

/// Takes any text, and offers what there is of our own to shells and in the help: what rules of one's own make is known
/// where these are read.
#[derive(Debug, Clone, Copy)]
pub struct Offering(pub fn() -> Vec<PossibleValue>);

impl TypedValueParser for Offering {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        clap::builder::StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.0)().into_iter()))
    }
}

fn areas() -> Vec<PossibleValue> {
    registry::areas().map(|area| PossibleValue::new(area.id).help(area.title)).collect()
}

/// How to write the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// For a person at a terminal
    Terminal,
    /// For a GitHub comment
    Markdown,
    /// For machines; see `foliolens schema`
    Json,
    /// One page that holds everything it needs
    Html,
    /// For code scanning
    Sarif,
    /// A picture of the terminal report
    Svg,
}

impl Format {
    /// The report's own word for it.
    pub fn to_report(self) -> report::Format {
        match self {
            Format::Terminal => report::Format::Terminal,
            Format::Markdown => report::Format::Markdown,
            Format::Json => report::Format::Json,
            Format::Html => report::Format::Html,
            Format::Sarif => report::Format::Sarif,
            Format::Svg => report::Format::Svg,
        }
    }
}

/// What the repository is reviewed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// A repository that a backend developer shows
    Backend,
    /// A paid trial project of four to eight hours
    Trial,
}

impl Profile {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Backend => "backend",
            Profile::Trial => "trial",
        }
    }

    /// The rubric's own word for it.
    pub fn to_rubric(self) -> rubric::Profile {
        match self {
            Profile::Backend => rubric::Profile::Backend,
            Profile::Trial => rubric::Profile::Trial,
        }
    }
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Any red flag
    RedFlag,
    /// Any red flag, or any area that is weak
    Weak,
}

impl FailOn {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            FailOn::RedFlag => "red-flag",
            FailOn::Weak => "weak",
        }
    }
}

/// An area of the report, by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Area(pub &'static str);

/// An area that is to be reported on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Only {
    /// One of the report's.
    Ours(Area),
    /// By its name one of an organisation's own, if its rules make it.
    Own(String),
}

impl Only {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Only::Ours(area) => area.0,
            Only::Own(name) => name,
        }
    }
}

impl FromStr for Only {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim();
        let is_name =
            !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-');
        match name.parse() {
            Ok(area) => Ok(Only::Ours(area)),
            Err(_) if is_name => Ok(Only::Own(name.to_owned())),
            Err(why) => Err(why),
        }
    }
}

impl<'de> Deserialize<'de> for Only {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|why| serde::de::Error::custom(format!("`{text}`: {why}")))
    }
}

impl FromStr for Area {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let ids: Vec<&'static str> = registry::areas().map(|area| area.id).collect();
        ids.iter().find(|id| id.eq_ignore_ascii_case(text)).map(|id| Area(id)).ok_or_else(|| {
            // A report shows the title of an area, which may be another word.
            let titled = registry::areas().find(|area| area.title.eq_ignore_ascii_case(text)).map(|area| area.id);
            let meant = titled.or_else(|| super::nearest(text, ids.iter().copied()).first().copied());
            let hint = meant.map(|id| format!(" did you mean `{id}`?")).unwrap_or_default();
            format!("there is no such area;{hint} the areas are {}", ids.join(", "))
        })
    }
}

// By hand: the derive takes the `&'static str` for one that is borrowed from the file.
impl<'de> Deserialize<'de> for Area {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|why| serde::de::Error::custom(format!("`{text}`: {why}")))
    }
}

impl fmt::Display for Area {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_known_in_any_case_and_guessed_by_the_title_that_a_report_shows() {
        assert_eq!("TESTS".parse(), Ok(Area("tests")));
        for (title, id) in [("passwords and keys", "secrets"), ("Background tasks", "jobs"), ("test", "tests")] {
            let why = title.parse::<Area>().expect_err(title);
            assert!(why.contains(&format!("did you mean `{id}`?")), "{why}");
        }
    }

    #[test]
    fn a_number_that_is_none_or_out_of_range_is_told_what_it_may_be() {
        assert_eq!(whole::<1, 60>(" 60 "), Ok(60));
        for wrong in ["0", "61", "-1", "abc", "", "99999999999999999999"] {
            assert_eq!(whole::<1, 60>(wrong), Err("it is a whole number from 1 to 60".to_owned()), "{wrong}");
        }
    }

    #[test]
    fn the_help_names_every_area_and_the_defaults_that_are_in_force() {
        let mut command = Flags::augment_args(clap::Command::new("flags"));
        let help = command.render_long_help().to_string();
        for area in registry::areas() {
            assert!(help.contains(&format!("- {}:", area.id)) && help.contains(area.title), "{}: {help}", area.id);
        }
        let matches = Flags::augment_args(clap::Command::new("flags")).try_get_matches_from(["flags"]);
        let settings = crate::config::Settings::settle(&Flags::default(), &matches.expect("nothing")).expect("sound");
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for (flag, default) in [
            ("format", settings.format.value.to_report().name().to_owned()),
            ("profile", settings.profile.value.name().to_owned()),
            ("clone-mib", settings.clone_mib.value.to_string()),
            ("clone-objects", settings.clone_objects.value.to_string()),
            ("clone-seconds", settings.clone_seconds.value.to_string()),
            ("seconds", settings.seconds.value.to_string()),
            ("memory-mib", settings.memory_mib.value.to_string()),
            ("sandbox", settings.sandbox.value.name().to_owned()),
        ] {
            let about = help.split(&format!(" --{flag} ")).nth(1).expect(flag);
            assert!(
                about.split(" --").next().is_some_and(|it| it.contains(&format!("(default: {default})"))),
                "{flag}"
            );
        }
    }
}
