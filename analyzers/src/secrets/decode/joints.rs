//! One value in several literals, on one line or more, and values in a string within a string. Looked for only
//! around a keyword behind which its rule does not match.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::Regex;

use super::escapes::unescaped;
use super::{View, lead};
use crate::secrets::check::Check;
use crate::secrets::rules::{Rule, Tier};

/// Tokens with a form of their own are seldom longer; the other half begins within this.
const FURTHEST: usize = 600;

/// What stands around the keyword at `start..end` without the joints or escapes, if it has any.
pub(in crate::secrets) fn near_miss(bytes: &[u8], rule: &Rule, start: usize, end: usize) -> Option<View> {
    let after = after(bytes, rule, end);
    let (text, length) = match rule.tier {
        Tier::Format => joined(after, rule.check == Check::Crc62)?,
        Tier::Marker => return None,
        // The quote of a literal within a string comes close behind the name.
        Tier::Named | Tier::Generic => quoted(after)?,
    };
    let mut view = lead(bytes, start).to_vec();
    let lead = view.len();
    view.extend_from_slice(&bytes[start..end]);
    view.extend(text);
    Some(View { bytes: view, lead, origin: start..end + length })
}

/// Whether `last`, where a view stands that was taken in for `rule` or one of its kind, says all that `view` would.
pub(in crate::secrets) fn is_told_by(last: &Range<usize>, view: &View, rule: &Rule) -> bool {
    match rule.tier {
        // Another part more or less is another value.
        Tier::Format | Tier::Marker => *last == view.origin,
        Tier::Named | Tier::Generic => last.start == view.origin.start && view.origin.end <= last.end,
    }
}

/// Whether that there is no [`near_miss`] is known from the line of the keyword that ends at `end` alone.
pub(in crate::secrets) fn is_told_by_its_line(bytes: &[u8], rule: &Rule, end: usize) -> bool {
    if rule.tier != Tier::Format {
        return true;
    }
    let mut rest = after(bytes, rule, end).iter().skip_while(|byte| is_part(byte));
    match rest.next() {
        Some(b'"' | b'\'' | b'`' | b'\\') => rest
            .take_while(|byte| **byte != b'\n')
            .any(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\\' | b'+' | b'.' | b'&' | b'<' | b'>' | b'|')),
        Some(b'\r' | b'\n') => rule.check != Check::Crc62,
        _ => true,
    }
}

/// What is looked at behind a keyword.
fn after<'text>(bytes: &'text [u8], rule: &Rule, end: usize) -> &'text [u8] {
    &bytes[end..(end + rule.window.1.min(FURTHEST)).min(bytes.len())]
}

/// The rest of a value that `after` begins with the first part of, and how far it goes.
fn joined(after: &[u8], checked: bool) -> Option<(Vec<u8>, usize)> {
    static JOINT: OnceLock<Regex> = OnceLock::new();
    static BREAK: OnceLock<Regex> = OnceLock::new();
    // `"a" + "b"`, `"a" . "b"`, `"a" "b"`, also with the line break on either side of the sign.
    let joint = || {
        let sign = r"(?:\+|\.|\.\.|&|<>|\|\|)?[ \t]{0,8}";
        let line = r"\\?(?:\r?\n[ \t]{0,80})?";
        let literals = format!(r#"["'`][ \t]{{0,8}}{sign}{line}{sign}[bfru]?["'`]"#);
        Regex::new(&format!(r"(?-u)\A(?:{literals}|\\\r?\n[ \t]{{0,80}})")).expect("a fixed expression")
    };
    // Where a checksum decides, a value may also go on behind a plain line break.
    let line_break = || Regex::new(r"(?-u)\A\r?\n[ \t>#*|]{0,80}").expect("a fixed expression");
    let mut text = Vec::new();
    let mut at = 0;
    loop {
        let part = after[at..].iter().take_while(|byte| is_part(byte)).count();
        text.extend_from_slice(&after[at..at + part]);
        let end = at + part;
        let joint = match after.get(end) {
            Some(b'"' | b'\'' | b'`' | b'\\') => JOINT.get_or_init(joint).find(&after[end..]),
            Some(b'\r' | b'\n') if checked => BREAK.get_or_init(line_break).find(&after[end..]),
            _ => None,
        };
        match joint {
            Some(joint) => at = end + joint.end(),
            // No joint at all.
            None if end == text.len() => return None,
            None => return Some((text, end)),
        }
    }
}

fn is_part(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'=')
}

/// The rest of the line without the escapes of the string that it stands in, and how far it goes.
fn quoted(after: &[u8]) -> Option<(Vec<u8>, usize)> {
    const CLOSE: usize = 24;
    let line = memchr::memchr(b'\n', after).map_or(after, |newline| &after[..newline]);
    let close = &line[..line.len().min(CLOSE)];
    let quote = memchr::memchr(b'\\', close)?;
    if !matches!(close.get(quote + 1), Some(b'"' | b'\'')) {
        return None;
    }
    Some((unescaped(line).0, line.len()))
}
