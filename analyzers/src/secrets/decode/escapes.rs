//! Percent encoding, and the escapes of strings: `\u0067`, `\x67`, `\/`, `\"`.

use std::ops::Range;

use super::hex::byte;
use super::{View, lead};

/// An address or a string with more is a text, of which the part around the run is enough.
const WIDEST: usize = 1024;

/// What the word around `run` says without its escapes, if one of them stands for a character that credentials have.
pub(super) fn view(bytes: &[u8], run: Range<usize>) -> Option<View> {
    let is_edge = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>');
    let from = run.start.saturating_sub(WIDEST);
    let before = bytes[from..run.start].iter().rev().take_while(|byte| !is_edge(byte)).count();
    let to = (run.end + WIDEST).min(bytes.len());
    let after = bytes[run.end..to].iter().take_while(|byte| !is_edge(byte)).count();
    let origin = run.start - before..(run.end + after).min(run.start + 4 * WIDEST);
    let (text, telling) = unescaped(&bytes[origin.clone()]);
    if !telling {
        return None;
    }
    let mut view = lead(bytes, origin.start).to_vec();
    let lead = view.len();
    view.extend(text);
    Some(View { bytes: view, lead, origin })
}

/// `text` without escapes, and whether one of them stood for a character that a credential or an address has.
pub(super) fn unescaped(text: &[u8]) -> (Vec<u8>, bool) {
    let mut plain = Vec::with_capacity(text.len());
    let mut telling = false;
    let mut at = 0;
    while at < text.len() {
        let (decoded, length) = match (text[at], text.get(at + 1)) {
            (b'%', _) => (pair(text, at + 1), 3),
            (b'\\', Some(b'x')) => (pair(text, at + 2), 4),
            (b'\\', Some(b'u')) if text[at + 2..].starts_with(b"00") => (pair(text, at + 4), 6),
            (b'\\', Some(b'n')) => (Some(b'\n'), 2),
            (b'\\', Some(&sign @ (b'/' | b'"' | b'\'' | b'\\'))) => (Some(sign), 2),
            _ => (None, 1),
        };
        match decoded {
            Some(byte) => {
                telling |= length > 2 && (byte.is_ascii_alphanumeric() || b"_-.:/@=+".contains(&byte));
                plain.push(byte);
                at += length;
            }
            None => {
                plain.push(text[at]);
                at += 1;
            }
        }
    }
    (plain, telling)
}

fn pair(text: &[u8], at: usize) -> Option<u8> {
    byte(*text.get(at)?, *text.get(at + 1)?)
}
