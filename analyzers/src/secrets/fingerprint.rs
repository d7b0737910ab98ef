//! A name for a found value that says nothing about it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The first 64 bits of a keyed hash over rule and value: stable across history rewrites and places, so that a
/// finding can be suppressed or followed without keeping the value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn from_bits(bits: u64) -> Self {
        Fingerprint(bits)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The key of the hash. The same on every machine, so that a fingerprint in a report is the one that a configuration
/// names (`docs/security.md` says what that costs); a program that uses this crate may have its own.
#[derive(Clone)]
pub struct FingerprintKey(Hmac<Sha256>);

impl FingerprintKey {
    /// A key of any length.
    pub fn new(key: &[u8]) -> Self {
        FingerprintKey(Hmac::new_from_slice(key).expect("HMAC takes keys of any length"))
    }

    pub(super) fn of(&self, rule: &str, value: &[u8]) -> Fingerprint {
        let mut mac = self.0.clone();
        mac.update(rule.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        let hash = mac.finalize().into_bytes();
        Fingerprint(hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

/// Separates these hashes from any other use of the same values; it is no secret.
impl Default for FingerprintKey {
    fn default() -> Self {
        Self::new(b"foliolens.secrets.fingerprint/1")
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey")
    }
}
