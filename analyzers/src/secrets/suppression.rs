//! Findings that somebody has looked at, and says need no action. They are shown as such, with the reason.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Fingerprint;

/// One value that is suppressed, wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppression {
    /// The value's, as reports show it.
    pub fingerprint: Fingerprint,
    /// Who says so.
    pub by: By,
    /// Why.
    pub reason: Reason,
}

/// Who says that a finding needs no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Whoever asks for the review: it counts no more.
    Asker,
    /// The repository under review: it is shown with what is said of it, and is to be looked at.
    Owner,
}

/// Why a finding needs no action. The list is closed, so that a reader knows what was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It was revoked, so it opens nothing any more.
    Revoked,
    /// It opens nothing but a system for tests.
    TestOnly,
    /// It never opened anything.
    Sample,
    /// It is meant to be seen by everybody.
    Public,
    /// It is no credential at all.
    NotACredential,
}

impl Reason {
    /// As it is written in a configuration.
    pub fn word(self) -> &'static str {
        match self {
            Reason::Revoked => "revoked",
            Reason::TestOnly => "test-only",
            Reason::Sample => "sample",
            Reason::Public => "public",
            Reason::NotACredential => "not-a-credential",
        }
    }

    /// As it follows "suppressed as" in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Revoked => "revoked",
            Reason::TestOnly => "for tests only",
            Reason::Sample => "a sample",
            Reason::Public => "public",
            Reason::NotACredential => "no credential",
        }
    }

    /// What the repository under review says of it.
    pub fn claimed(self) -> &'static str {
        match self {
            Reason::Revoked => "the repository's own settings say: revoked",
            Reason::TestOnly => "the repository's own settings say: for tests only",
            Reason::Sample => "the repository's own settings say: a sample",
            Reason::Public => "the repository's own settings say: public",
            Reason::NotACredential => "the repository's own settings say: no credential",
        }
    }
}

impl FromStr for Fingerprint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_one = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_one.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number.map(Fingerprint::from_bits).ok_or("a fingerprint has 16 hexadecimal digits, as a report shows it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::{example, scan};

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let hit = scan(example("slack-token").as_bytes()).remove(0);
        assert_eq!(hit.fingerprint.to_string().parse(), Ok(hit.fingerprint));
        for wrong in ["", "123", "g123456789abcdef", "+123456789abcdef", "0123456789abcdef0"] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }
}
