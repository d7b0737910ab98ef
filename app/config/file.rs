//! The file that `--config` names. A key that nobody reads is an error: silence would look like obedience.

use std::path::{Path, PathBuf};

use foliolens_analyzers::brief::Item;
use serde::{Deserialize, Deserializer};

use super::flags::{FailOn, Format, LEAST_MEMORY, MOST_MIB, MOST_OBJECTS, MOST_SECONDS, Only, Profile, within};
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
    #[serde(default, deserialize_with = "limit::<_, 1, MOST_MIB>")]
    pub clone_mib: Option<u64>,
    /// As `--clone-objects`.
    #[serde(default, deserialize_with = "limit::<_, 1, MOST_OBJECTS>")]
    pub clone_objects: Option<u64>,
    /// As `--clone-seconds`.
    #[serde(default, deserialize_with = "limit::<_, 1, MOST_SECONDS>")]
    pub clone_seconds: Option<u64>,
    /// As `--seconds`.
    #[serde(default, deserialize_with = "limit::<_, 1, MOST_SECONDS>")]
    pub seconds: Option<u64>,
    /// As `--memory-mib`.
    #[serde(default, deserialize_with = "limit::<_, LEAST_MEMORY, MOST_MIB>")]
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
            let message = error.message().lines().next().unwrap_or_default();
            let written = text.lines().nth(line - 1).unwrap_or_default();
            let key = written.split_once('=').map_or("this", |(key, _)| key.trim());
            let said = unknown(message).or_else(|| mistaken(key, message));
            Invalid(format!("line {line}: {}", said.unwrap_or_else(|| message.to_owned())))
        })
    }
}

/// A number that a flag of the same name would take.
fn limit<'de, D: Deserializer<'de>, const LEAST: u64, const MOST: u64>(from: D) -> Result<Option<u64>, D::Error> {
    let number = toml::Value::deserialize(from).ok().and_then(|value| u64::try_from(value.as_integer()?).ok());
    let number = number.filter(|number| (LEAST..=MOST).contains(number));
    number.map(Some).ok_or_else(|| serde::de::Error::custom(within(LEAST, MOST)))
}

/// The sentence for a value that `key` does not take, instead of the words of those who write programs.
fn mistaken(key: &str, message: &str) -> Option<String> {
    if let Some(rest) = message.strip_prefix("unknown variant `") {
        // Every second piece stands in backticks, the first is the word itself.
        let mut quoted = rest.split('`').step_by(2);
        let (word, known) = (quoted.next()?, quoted.collect::<Vec<_>>());
        return Some(match super::nearest(word, known.iter().copied()).first() {
            Some(near) => format!("`{key}` can not be `{word}`; did you mean `{near}`?"),
            None => format!("`{key}` can not be `{word}`; it is one of {}.", known.join(", ")),
        });
    }
    if message.starts_with("it is ") {
        return Some(format!("`{key}` can not be that; {message}."));
    }
    if let Some(missing) = message.strip_prefix("missing field ") {
        return Some(format!("{missing} is missing."));
    }
    let (_, expected) = message.strip_prefix("invalid ")?.split_once(", expected ")?;
    let expected = match expected {
        "a boolean" => "true or false, without quotes",
        "a string" | "string or table" => "text in quotes",
        "a sequence" => "a list, such as [\"tests\", \"secrets\"]",
        _ if expected.starts_with("struct ") => "a table",
        _ => return None,
    };
    Some(format!("`{key}` can not be that; it is {expected}."))
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
        for (text, sentence) in [
            ("format = \"jsno\"", "`format` can not be `jsno`; did you mean `json`?"),
            ("profile = \"xyz\"", "`profile` can not be `xyz`; it is one of backend, trial."),
            ("offline = \"yes\"", "`offline` can not be that; it is true or false, without quotes."),
            ("since = 5", "`since` can not be that; it is text in quotes."),
            ("only = \"tests\"", "`only` can not be that; it is a list, such as [\"tests\", \"secrets\"]."),
            ("limits = 5", "`limits` can not be that; it is a table."),
        ] {
            assert_eq!(File::parse(text).expect_err(text).0, format!("line 1: {sentence}"));
        }
        let until = "[[suppress]]\nsignal = \"tests.exist\"\nreason = \"accepted\"\nuntil = \"2027-01-31\"\n";
        assert!(File::parse(until).expect_err("text").0.ends_with("is a day without quotes, such as 2027-01-31"));
        assert!(File::parse("xyzzy = 1").expect_err("unknown").0.contains("the settings are format, only"));
    }

    #[test]
    fn limits_are_those_of_the_flags() {
        for limit in
            ["seconds = 0", "seconds = 86401", "seconds = -1", "seconds = 99999999999999999999", "seconds = \"1\""]
        {
            let error = File::parse(&format!("[limits]\n{limit}\n")).expect_err(limit);
            let expected = "line 2: `seconds` can not be that; it is a whole number from 1 to 86400.";
            assert_eq!(error.0, expected, "{limit}");
        }
        let error = File::parse("[limits]\nmemory_mib = 127\n").expect_err("too little");
        assert!(error.0.ends_with("it is a whole number from 128 to 1048576."), "{error}");
        let file = File::parse("[limits]\nseconds = 86_400\nclone_mib = 1\n").expect("within");
        assert_eq!((file.limits.seconds, file.limits.clone_mib, file.limits.memory_mib), (Some(86_400), Some(1), None));
    }
}
