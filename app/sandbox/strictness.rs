//! What to do where the kernel lacks a mechanism.

use serde::{Deserialize, Serialize};

/// What to do where the kernel lacks a mechanism.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Strictness {
    /// No review without every mechanism.
    Require,
    /// Whatever there is, and a word about what there is not.
    #[default]
    BestEffort,
    /// A process of its own with a clock, and nothing else. For finding faults.
    Off,
}

impl Strictness {
    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Strictness::Require => "require",
            Strictness::BestEffort => "best-effort",
            Strictness::Off => "off",
        }
    }
}

impl std::str::FromStr for Strictness {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Strictness::Require, Strictness::BestEffort, Strictness::Off];
        all.into_iter().find(|strictness| strictness.name() == text).ok_or("it is require, best-effort or off")
    }
}
