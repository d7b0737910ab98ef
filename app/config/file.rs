//! The file that `--config` names. A key that nobody reads is an error: silence would look like obedience.

use std::path::{Path, PathBuf};

use foliolens_analyzers::brief::Item;
use serde::Deserialize;

use super::flags::{FailOn, Format, Only, Profile};
use super::suppress::Suppress;

/// The settings of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// As `--format`.
    pub format: Option<Format>,
    /// As `--only`.
    pub only: Option<Vec<Only>>,
    /// As `--profile`.
    pub profile: Option<Profile>,
    /// As `--since`.
    pub since: Option<String>,
    /// As `--template`.
    pub template: Option<String>,
    /// What a trial asks for.
    pub brief: Option<Vec<Item>>,
    /// As `--rules`.
    pub rules: Option<PathBuf>,
    /// As `--fail-on`.
    pub fail_on: Option<FailOn>,
    /// As `--offline`.
    pub offline: Option<bool>,
    /// As `--quiet`.
    pub quiet: Option<bool>,
    /// Findings that need no action.
    #[serde(default)]
    pub suppress: Vec<Suppress>,
    /// How much a clone and a review may take.
    #[serde(default)]
    pub limits: Limits,
}

/// How much a clone may take.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// As `--clone-mib`.
    pub clone_mib: Option<u64>,
    /// As `--clone-objects`.
    pub clone_objects: Option<u64>,
    /// As `--clone-seconds`.
    pub clone_seconds: Option<u64>,
    /// As `--seconds`.
    pub seconds: Option<u64>,
    /// As `--memory-mib`.
    pub memory_mib: Option<u64>,
}

const KEYS: [&str; 12] = [
    "format", "only", "profile", "since", "template", "brief", "rules", "fail_on", "offline", "quiet", "suppress",
    "limits",
];
const BRIEF: [&str; 2] = ["name", "signals"];
const SUPPRESS: [&str; 4] = ["fingerprint", "signal", "reason", "until"];
const LIMITS: [&str; 5] = ["clone_mib", "clone_objects", "clone_seconds", "seconds", "memory_mib"];

/// Nobody writes more settings than that.
const LARGEST: u64 = 64 << 10;

/// Why a file can not be used, as a sentence that says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl File {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, Invalid> {
        let name = path.display();
        let size = std::fs::metadata(path).map_err(|_| Invalid(format!("{name}: there is no such file to read.")))?;
        if !size.is_file() || size.len() > LARGEST {
            return Err(Invalid(format!("{name}: this is no file of settings (64 KiB at most).")));
        }
        let text = std::fs::read_to_string(path)
            .map_err(|_| Invalid(format!("{name}: it can not be read, or is not UTF-8 text.")))?;
        Self::parse(&text).map_err(|Invalid(why)| Invalid(format!("{name}, {why}")))
    }

    /// Reads the text of a file.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start).min(text.len());
            let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            let message = error.message().lines().next().unwrap_or_default().to_owned();
            Invalid(format!("line {line}: {}", unknown(&message).unwrap_or(message)))
        })
    }
}

/// The sentence for a key that nobody reads.
fn unknown(message: &str) -> Option<String> {
    let key = message.strip_prefix("unknown field `")?.split('`').next()?;
    if message.contains("`fingerprint`") {
        return Some(format!("there is no `{key}` under [[suppress]]; there are {}.", SUPPRESS.join(", ")));
    }
    if message.contains("`signals`") {
        return Some(format!("there is no `{key}` under [[brief]]; there are {}.", BRIEF.join(" and ")));
    }
    let known: &[&str] = if message.contains("`clone_mib`") && !message.contains("`format`") { &LIMITS } else { &KEYS };
    let all: Vec<&str> = KEYS.iter().chain(&LIMITS).copied().collect();
    Some(match super::nearest(key, all).first() {
        Some(near) if LIMITS.contains(near) && known.len() == KEYS.len() => {
            format!("there is no setting `{key}` here; `{near}` belongs under [limits].")
        }
        Some(near) => format!("there is no setting `{key}`; did you mean `{near}`?"),
        None => format!("there is no setting `{key}`; the settings are {}.", known.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_read() {
        let file =
            File::parse("profile = \"trial\"\nfail_on = \"red-flag\"\nformat = \"json\"\n[limits]\nclone_mib = 5\n")
                .expect("valid");
        assert_eq!(file.profile, Some(Profile::Trial));
        assert_eq!(file.fail_on, Some(FailOn::RedFlag));
        assert_eq!(file.format, Some(Format::Json));
        assert_eq!(file.limits.clone_mib, Some(5));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
        let error = File::parse("profile = \"trial\"\nprofil = 1\n").expect_err("unknown");
        assert_eq!(error.0, "line 2: there is no setting `profil`; did you mean `profile`?");
        let error = File::parse("[[brief]]\nname = \"A\"\nsignal = []\n").expect_err("unknown");
        assert_eq!(error.0, "line 3: there is no `signal` under [[brief]]; there are name and signals.");
        let error = File::parse("\n[limits]\nclone_mb = 1\n").expect_err("unknown");
        assert_eq!(error.0, "line 3: there is no setting `clone_mb`; did you mean `clone_mib`?");
        assert!(File::parse("xyzzy = 1").expect_err("unknown").0.contains("the settings are format, only"));
    }
}
