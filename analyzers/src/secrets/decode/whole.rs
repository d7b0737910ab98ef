//! What a file is as a whole, by its first bytes.

use super::archive::{self, Unopened};
use super::{Budget, utf16};

/// Gives every text that `bytes` as a whole stand for: with `true` one whose lines are those of the file.
pub(in crate::secrets) fn each_whole(
    bytes: &[u8],
    budget: &mut Budget,
    take: &mut dyn FnMut(&[u8], bool, &mut Budget),
) {
    if let Some((order, start)) = utf16::order(bytes) {
        if budget.takes(bytes.len()) {
            take(utf16::decode(&bytes[start..], order).as_bytes(), true, budget);
        }
    } else {
        archive::each_entry(bytes, budget, &mut |entry, budget| take(entry, false, budget));
    }
}

/// Whether [`each_whole`] may give something, images apart.
pub(in crate::secrets) fn is_packed(bytes: &[u8]) -> bool {
    archive::is_one(bytes) || archive::is_tar(bytes) || utf16::order(bytes).is_some()
}

/// Why `bytes` were not looked into, if they are an archive that was not.
pub fn unopened(bytes: &[u8]) -> Option<Unopened> {
    archive::unopened(bytes)
}

/// Whether something that begins so is a text, or one that can be opened.
pub(super) fn is_worth_a_look(start: &[u8]) -> bool {
    let is_utf8 = || match std::str::from_utf8(start) {
        Ok(_) => true,
        // A character that is cut off by the end of what we see.
        Err(error) => error.error_len().is_none(),
    };
    start.iter().all(|byte| is_text(*byte)) && is_utf8()
        || archive::is_one(start)
        || start.len() >= 16 && utf16::order(start).is_some()
}

/// Whether texts have such a byte.
pub(super) fn is_text(byte: u8) -> bool {
    byte >= b' ' && byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r')
}
