//! The only form in which a found value exists.

use super::fingerprint::{Fingerprint, FingerprintKey};

/// A value that was found. It implements no formatting, no serialisation and no comparison, is borrowed from the
/// blob, and never outlives the look at it, so it can not be printed, logged or stored.
#[derive(Clone, Copy)]
pub(super) struct Secret<'blob>(&'blob [u8]);

impl<'blob> Secret<'blob> {
    pub(super) fn new(value: &'blob [u8]) -> Self {
        Secret(value)
    }

    /// For the rooms that judge and check it; they answer with what they found, never with the bytes.
    pub(super) fn bytes(self) -> &'blob [u8] {
        self.0
    }

    pub(super) fn fingerprint(self, key: &FingerprintKey, rule: &str) -> Fingerprint {
        key.of(rule, self.0)
    }
}
