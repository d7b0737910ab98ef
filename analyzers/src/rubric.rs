//! `rubric.toml`: every weight and threshold, as data.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// The page itself; its hash tells two rule sets apart.
pub const TEXT: &str = include_str!("../rubric.toml");

/// What a repository is reviewed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// A repository that a backend developer shows.
    #[default]
    Backend,
    /// A paid trial project of four to eight hours.
    Trial,
}

/// The rubric.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Version of the rules, by date.
    pub ruleset: String,
    /// Signals that raise a red flag, in the order of the report.
    pub red_flags: Vec<String>,
    /// What the grades mean.
    pub grades: Grades,
    /// Weight of each signal within its area.
    pub weights: BTreeMap<String, u32>,
    thresholds: ProfileThresholds,
}

/// What the grades mean.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grades {
    /// From this share of the weight on an area is strong.
    pub strong: f64,
    /// From this share of the weight on an area is adequate.
    pub adequate: f64,
    /// An indicative finding counts this much of its weight.
    pub indicative: f64,
}

/// Where the analyzers draw their lines.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// With fewer eligible commits, their size is not assessed.
    pub commits_minimum: usize,
    /// At least this share of commits touches five files or fewer.
    pub commits_focused_files: f64,
    /// At least this share of commits changes a hundred lines or fewer.
    pub commits_focused_lines: f64,
    /// At most this share of commits changes more than five hundred lines.
    pub commits_focused_huge: f64,
    /// No commit but the import carries more than this share of all lines.
    pub commits_giant_share: f64,
    /// At most this share of subjects is vague for messages to be good.
    pub commits_vague_good: f64,
    /// More than this share of vague subjects is bad.
    pub commits_vague_bad: f64,
    /// From this many test functions on, tests are substantive.
    pub tests_substantive: usize,
    /// Up to this share of the places that deal with errors may drop them.
    pub errors_dropped_good: f64,
    /// Beyond this share, dropped errors are no slip.
    pub errors_dropped_bad: f64,
    /// With at least so many places that drop errors,
    pub errors_grave_places: usize,
    /// and at least this share of all, a program assumes that nothing fails.
    pub errors_grave_share: f64,
    /// So many prints in server code are a slip.
    pub prints_few: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileThresholds {
    backend: Thresholds,
    trial: Thresholds,
}

impl Rubric {
    /// The rubric that is built in.
    pub fn built_in() -> &'static Rubric {
        static RUBRIC: OnceLock<Rubric> = OnceLock::new();
        RUBRIC.get_or_init(|| toml::from_str(TEXT).expect("rubric.toml is read by every test"))
    }

    /// The one that is built in, with other weights for the signals that `weights` names.
    pub fn weighted(weights: &BTreeMap<String, u32>) -> Rubric {
        let mut rubric = Self::built_in().clone();
        let known = weights.iter().filter(|(signal, _)| Self::built_in().weights.contains_key(*signal));
        rubric.weights.extend(known.map(|(signal, weight)| (signal.clone(), *weight)));
        rubric
    }

    /// The thresholds of `profile`.
    pub fn thresholds(&self, profile: Profile) -> Thresholds {
        match profile {
            Profile::Backend => self.thresholds.backend,
            Profile::Trial => self.thresholds.trial,
        }
    }

    /// The weight of `signal` within its area.
    pub fn weight(&self, signal: &str) -> u32 {
        self.weights.get(signal).copied().unwrap_or(0)
    }
}
