//! One value in several literals, on one line or more, and values in a string within a string. Looked for only
//! around a keyword behind which its rule does not match.

use std::sync::OnceLock;

use regex::bytes::{NoExpand, Regex};

use super::escapes::unescaped;
use super::{View, lead};
use crate::secrets::check::Check;
use crate::secrets::rules::{Rule, Tier};

/// Tokens with a form of their own are seldom longer; the other half begins within this.
const FURTHEST: usize = 600;

/// What stands around the keyword at `start..end` without the joints or escapes, if it has any.
pub(in crate::secrets) fn near_miss(bytes: &[u8], rule: &Rule, start: usize, end: usize) -> Option<View> {
    let to = (end + rule.window.1.min(FURTHEST)).min(bytes.len());
    let after = &bytes[end..to];
    let text = match rule.tier {
        Tier::Format => joined(after, rule.check == Check::Crc62)?,
        Tier::Marker => return None,
        // The quote of a literal within a string comes close behind the name.
        Tier::Named | Tier::Generic => quoted(after)?,
    };
    let mut view = lead(bytes, start).to_vec();
    let lead = view.len();
    view.extend_from_slice(&bytes[start..end]);
    view.extend(text);
    // The look at the view must not come to this again.
    Some(View { bytes: view, lead, origin: start..to })
}

/// `after` without the ends of literals that the next one continues; only within the first statement or so.
fn joined(after: &[u8], checked: bool) -> Option<Vec<u8>> {
    static JOINT: OnceLock<Regex> = OnceLock::new();
    static BREAK: OnceLock<Regex> = OnceLock::new();
    // `"a" + "b"`, `"a" . "b"`, `"a" "b"`, also with the line break on either side of the sign.
    let joint = JOINT.get_or_init(|| {
        let pattern = r#"["'`][ \t]{0,8}(?:\+|\.|\.\.|&|<>|\|\|)?[ \t]{0,8}\\?(?:\r?\n[ \t]{0,80})?(?:\+|\.|\.\.|&)?[ \t]{0,8}[bfru]?["'`]|\\\r?\n[ \t]{0,80}"#;
        Regex::new(&format!("(?-u){pattern}")).expect("a fixed expression")
    });
    // Where a checksum decides, a value may also go on behind a plain line break.
    let broken = BREAK.get_or_init(|| Regex::new(r"(?-u)\r?\n[ \t>#*|]{0,80}").expect("a fixed expression"));
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'=');
    let first = after.iter().take_while(|byte| is_part(byte)).count();
    let rest = &after[first..];
    let expression = match rest.first()? {
        b'"' | b'\'' | b'`' | b'\\' => joint,
        b'\r' | b'\n' if checked => broken,
        _ => return None,
    };
    if expression.find(rest)?.start() != 0 {
        return None;
    }
    let mut text = after[..first].to_vec();
    text.extend_from_slice(&expression.replace_all(rest, NoExpand(b"")));
    Some(text)
}

/// `after` without the escapes of the string that it stands in.
fn quoted(after: &[u8]) -> Option<Vec<u8>> {
    const CLOSE: usize = 24;
    let close = &after[..after.len().min(CLOSE)];
    let quote = memchr::memchr(b'\\', close)?;
    if !matches!(close.get(quote + 1), Some(b'"' | b'\'')) {
        return None;
    }
    let line = memchr::memchr(b'\n', after).map_or(after, |newline| &after[..newline]);
    Some(unescaped(line).0)
}
