//! Texts in hexadecimal digits.

use std::ops::Range;

use super::{View, lead, whole};

/// What the run says, if its digits are a text.
pub(super) fn view(bytes: &[u8], run: Range<usize>) -> Option<View> {
    let start = run.start + if bytes[run.clone()].starts_with(b"0x") { 2 } else { 0 };
    let digits = &bytes[start..run.end];
    // Most runs end here: an ASCII character begins with one of few digits, and hashes have any.
    let may_be_text = |pair: &[u8]| matches!(pair[0], b'0' | b'2'..=b'7' | b'c'..=b'e' | b'C'..=b'E');
    if digits.len() % 2 == 1
        || !digits[..16].chunks_exact(2).all(may_be_text)
        || !digits.iter().all(u8::is_ascii_hexdigit)
        || !whole::is_worth_a_look(&decode(&digits[..16]))
    {
        return None;
    }
    let text = decode(digits);
    if !whole::is_worth_a_look(&text) {
        return None;
    }
    let mut view = lead(bytes, run.start).to_vec();
    let lead = view.len();
    view.extend(text);
    Some(View { bytes: view, lead, origin: run })
}

fn decode(digits: &[u8]) -> Vec<u8> {
    digits.chunks_exact(2).filter_map(|pair| byte(pair[0], pair[1])).collect()
}

/// The byte that two digits stand for.
pub(super) fn byte(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(high)? * 16 + digit(low)?) as u8)
}
