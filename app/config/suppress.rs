//! Findings that somebody has looked at: by fingerprint or by signal, with a reason of a closed list and perhaps a day
//! until which it holds.
//!
//! A fingerprint stands for one value, so what is suppressed by it counts no more. A signal is broad: it is only shown
//! as suppressed, with the reason, and taken off what is to be mended. Grades and red flags stay as they are.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use foliolens_analyzers::registry;
use foliolens_analyzers::secrets::{By, Suppression};
use serde::{Deserialize, Serialize};

use crate::calendar::days;

/// One entry `[[suppress]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Entry")]
pub struct Suppress {
    /// What needs no action, and why.
    pub what: What,
    /// The last day on which this holds, in days since 1970.
    pub until: Option<u64>,
}

/// What needs no action, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// One value, as a report shows it.
    Value(Suppression),
    /// All that a signal says, of ours or of an organisation's own.
    Signal(Arc<str>, Why),
}

/// Why what a signal says needs no action. The list is closed, so that a reader knows what was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The finding is wrong.
    Mistaken,
    /// It is done, but not in this repository.
    Elsewhere,
    /// It makes no sense for this repository.
    NotApplicable,
    /// It is so on purpose.
    Accepted,
}

impl Why {
    /// As it is written in a configuration.
    pub fn word(self) -> &'static str {
        match self {
            Why::Mistaken => "mistaken",
            Why::Elsewhere => "elsewhere",
            Why::NotApplicable => "not-applicable",
            Why::Accepted => "accepted",
        }
    }

    /// As it follows "suppressed as" in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Why::Mistaken => "mistaken",
            Why::Elsewhere => "done elsewhere",
            Why::NotApplicable => "not applicable",
            Why::Accepted => "accepted on purpose",
        }
    }
}

impl What {
    /// The fingerprint or the signal, and the reason, as they are written.
    pub fn written(&self) -> (String, &'static str) {
        match self {
            What::Value(one) => (one.fingerprint.to_string(), one.reason.word()),
            What::Signal(signal, why) => (signal.to_string(), why.word()),
        }
    }

    /// As the repository under review says it of itself.
    pub fn by_owner(self) -> Self {
        match self {
            What::Value(one) => What::Value(Suppression { by: By::Owner, ..one }),
            signal => signal,
        }
    }

    /// What `reason` says of a value.
    pub fn value(fingerprint: &str, reason: &str) -> Result<Self, String> {
        Ok(What::Value(Suppression { fingerprint: fingerprint.parse()?, by: By::Asker, reason: read(reason)? }))
    }

    /// What `reason` says of a signal.
    pub fn signal(signal: &str, reason: &str) -> Result<Self, String> {
        // Whether there is such a rule of an organisation's own is known where its rules are.
        let may_be_own = is_id(signal) && registry::areas().all(|area| !signal.starts_with(&format!("{}.", area.id)));
        if registry::signal(signal).is_none() && !may_be_own {
            let shown: String = signal.chars().filter(|c| !c.is_control() && *c != '`').take(60).collect();
            let ours = registry::areas().flat_map(|area| area.signals).map(|signal| signal.id);
            let hint = match super::nearest(signal, ours).first() {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`foliolens explain` lists them all".to_owned(),
            };
            return Err(format!("there is no signal `{shown}` ({hint})"));
        }
        Ok(What::Signal(Arc::from(signal), read(reason)?))
    }
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: Option<String>,
    signal: Option<String>,
    reason: String,
    #[serde(default, deserialize_with = "day")]
    until: Option<u64>,
}

impl TryFrom<Entry> for Suppress {
    type Error = String;

    fn try_from(entry: Entry) -> Result<Self, String> {
        let what = match (entry.fingerprint, entry.signal) {
            (Some(fingerprint), None) => What::value(&fingerprint, &entry.reason)?,
            (None, Some(signal)) => What::signal(&signal, &entry.reason)?,
            _ => return Err("[[suppress]] names either a `fingerprint` or a `signal`".to_owned()),
        };
        Ok(Suppress { what, until: entry.until })
    }
}

/// How many of `all` hold on `today` no more.
pub fn run_out(all: &[Suppress], today: u64) -> usize {
    all.iter().filter(|entry| entry.until.is_some_and(|until| until < today)).count()
}

/// Those of `all` that hold on `today`, in days since 1970.
pub fn in_force<'a>(all: impl IntoIterator<Item = &'a Suppress>, today: u64) -> Vec<What> {
    let holds = |entry: &&Suppress| entry.until.is_none_or(|until| today <= until);
    let mut held: Vec<What> = all.into_iter().filter(holds).map(|entry| entry.what.clone()).collect();
    held.sort();
    held.dedup_by_key(|what| what.written().0);
    held
}

/// The values among `all`.
pub fn values(all: &[What]) -> Vec<Suppression> {
    let value = |what: &What| match what {
        What::Value(one) => Some(*one),
        What::Signal(..) => None,
    };
    all.iter().filter_map(value).collect()
}

/// The signals among `all`, each with why, as a sentence takes it.
pub fn signals(all: &[What]) -> Vec<(&str, &'static str)> {
    all.iter()
        .filter_map(|what| match what {
            What::Value(_) => None,
            What::Signal(signal, why) => Some((&**signal, why.words())),
        })
        .collect()
}

/// Whether `signal` is written as the signals of an organisation's own are.
fn is_id(signal: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
    };
    signal.split_once('.').is_some_and(|(area, name)| is_word(area) && is_word(name))
}

/// Days since 1970, in UTC.
pub fn today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400)
}

/// A reason of the list that `T` is.
fn read<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, String> {
    serde_json::from_value(word.into()).map_err(|error| {
        let known = error.to_string();
        let known = known.split_once("expected ").map_or("another word", |(_, known)| known);
        format!("`reason` is {}", known.trim_start_matches("one of "))
    })
}

fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let read = toml::value::Datetime::deserialize(from).ok();
    let date = read.filter(|read| read.time.is_none()).and_then(|read| read.date);
    let date = date.ok_or_else(|| serde::de::Error::custom("`until` is a day without quotes, such as 2027-01-31"))?;
    Ok(Some(days(u64::from(date.year), u64::from(date.month), u64::from(date.day))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::File;

    #[test]
    fn an_entry_holds_until_its_day_is_over() {
        let text = "[[suppress]]\nfingerprint = \"0123456789abcdef\"\nreason = \"revoked\"\nuntil = 2026-11-24\n";
        let file = File::parse(text).expect("valid");
        assert_eq!(in_force(&file.suppress, 20_781).len(), 1);
        assert_eq!(in_force(&file.suppress, 20_782).len(), 0);
        assert_eq!((run_out(&file.suppress, 20_781), run_out(&file.suppress, 20_782)), (0, 1));
    }

    #[test]
    fn what_is_no_fingerprint_reason_or_day_is_refused() {
        let entry = |fingerprint: &str, rest: &str| format!("[[suppress]]\nfingerprint = \"{fingerprint}\"\n{rest}");
        for text in [
            entry("secret", "reason = \"revoked\""),
            entry("0123456789abcdef", "reason = \"because\""),
            entry("0123456789abcdef", ""),
            entry("0123456789abcdef", "reason = \"sample\"\nuntil = 07:32:00"),
            entry("0123456789abcdef", "reason = \"sample\"\nuntl = 2026-11-24"),
            entry("0123456789abcdef", "reason = \"sample\"\nsignal = \"tests.exist\""),
            "[[suppress]]\nsignal = \"tests.exist\"\nreason = \"revoked\"\n".to_owned(),
            "[[suppress]]\nsignal = \"tests.nonsense\"\nreason = \"accepted\"\n".to_owned(),
            "[[suppress]]\nreason = \"accepted\"\n".to_owned(),
        ] {
            assert!(File::parse(&text).is_err(), "{text}");
        }
        let wrong = File::parse("[[suppress]]\nsignal = \"tests.exist\"\nreason = \"because\"\n").expect_err("wrong");
        assert!(wrong.0.contains("`reason` is `mistaken`, `elsewhere`"), "{wrong}");
        let wrong = File::parse("[[suppress]]\nsignal = \"tests.inci\"\nreason = \"accepted\"\n").expect_err("wrong");
        assert!(wrong.0.contains("there is no signal `tests.inci` (did you mean `tests.in-ci`?)"), "{wrong}");
    }

    #[test]
    fn a_signal_and_a_value_are_told_apart() {
        let file = File::parse(
            "[[suppress]]\nsignal = \"tests.exist\"\nreason = \"elsewhere\"\n\
             [[suppress]]\nfingerprint = \"0123456789abcdef\"\nreason = \"sample\"\n",
        );
        let held = in_force(&file.expect("valid").suppress, 0);
        assert_eq!(signals(&held), [("tests.exist", "done elsewhere")]);
        assert_eq!(values(&held).len(), 1);
    }
}
