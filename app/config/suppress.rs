//! Findings that the user has looked at: by fingerprint, with a reason and perhaps a day until which it holds.

use std::time::{SystemTime, UNIX_EPOCH};

use foliolens_analyzers::secrets::{Fingerprint, Reason, Suppression};
use serde::Deserialize;

/// One entry `[[suppress]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppress {
    /// As a report shows it.
    #[serde(deserialize_with = "fingerprint")]
    pub fingerprint: Fingerprint,
    /// Why it needs no action.
    pub reason: Reason,
    /// The last day on which this holds.
    #[serde(default, deserialize_with = "day")]
    pub until: Option<u64>,
}

/// Those of `all` that hold on `today`, in days since 1970.
pub fn in_force(all: &[Suppress], today: u64) -> Vec<Suppression> {
    let mut held: Vec<Suppression> = all
        .iter()
        .filter(|entry| entry.until.is_none_or(|until| today <= until))
        .map(|entry| Suppression { fingerprint: entry.fingerprint, reason: entry.reason })
        .collect();
    held.sort();
    held.dedup_by_key(|suppression| suppression.fingerprint);
    held
}

/// Days since 1970, in UTC.
pub fn today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400)
}

fn fingerprint<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Fingerprint, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<u64>, D::Error> {
    let read = toml::value::Datetime::deserialize(from)?;
    let date = read.date.filter(|_| read.time.is_none());
    let date = date.ok_or_else(|| serde::de::Error::custom("`until` is a day, such as 2027-01-31"))?;
    Ok(Some(days(u64::from(date.year), u64::from(date.month), u64::from(date.day))))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, which may not lie before.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years that begin in March, so that the leap day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.saturating_sub(1), month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    days.saturating_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::File;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!((days(1970, 1, 1), days(2000, 2, 29), days(2000, 3, 1)), (0, 11_016, 11_017));
        assert_eq!(days(2026, 11, 24), 20_781);
    }

    #[test]
    fn an_entry_holds_until_its_day_is_over() {
        let text = "[[suppress]]\nfingerprint = \"0123456789abcdef\"\nreason = \"revoked\"\nuntil = 2026-11-24\n";
        let file = File::parse(text).expect("valid");
        assert_eq!(in_force(&file.suppress, 20_781).len(), 1);
        assert_eq!(in_force(&file.suppress, 20_782).len(), 0);
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
        ] {
            assert!(File::parse(&text).is_err(), "{text}");
        }
    }
}
