//! Whether a function asks what a value is before it puts it into SQL.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::values;

/// Whether a function, whose source is `text`, compares `value` with what it allows.
pub(super) fn is_compared(value: &str, text: &str) -> bool {
    let value = value.trim();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    !value.is_empty()
        && text.match_indices(value).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + value.len()..]);
            if value.starts_with(is_part) && before.ends_with(is_part)
                || value.ends_with(is_part) && after.starts_with(is_part)
            {
                return false;
            }
            let (before, after) = (before.trim_end(), after.trim_start());
            let opens = [
                "includes(",
                "in_array(",
                "contains(",
                "Contains(",
                "include?(",
                "has(",
                "isNaN(",
                "test(",
                "is_numeric(",
                "isInteger(",
                "match(",
                "switch (",
                "switch(",
                "switch",
                "match",
                "when (",
                "allowed[",
                "Allowed[",
                "preg_match(",
                "allowlist[",
                "ALLOWED[",
            ];
            opens.iter().any(|open| before.ends_with(open))
                || is_in_a_check(before)
                || before.ends_with("isinstance(") && is_number(after)
                || ["in ", "not in "].iter().any(|sign| after.starts_with(sign)) && is_asked(before)
                || [".isdigit(", ".isalnum(", ".isdecimal(", ".isnumeric(", ".match(", ".matches("]
                    .iter()
                    .any(|check| after.starts_with(check))
                    && !text[..at].trim_end().ends_with("for")
        })
}

/// Whether a loop over `list` looks at each entry in `text`.
pub(super) fn are_looked_at(list: &str, text: &str) -> bool {
    static LOOKS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)atoi|parse|valid|isdigit|isnumeric|match|\.test\(|\bint\(|number|uuid|allow|regex|hex|isnan|quote|escape|sanitize|contains|includes|has\(",
        )
    });
    const LOOP: usize = 300;
    text.match_indices(list).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + list.len()..]);
        let is_loop = ["range ", " of ", " in ", ": "].iter().any(|word| before.ends_with(word))
            && (before.rsplit('\n').next().unwrap_or_default().contains("for"))
            || [".forEach(", ".each", ".every(", ".some(", ".filter("].iter().any(|call| after.starts_with(call));
        is_loop && {
            let line = before.rfind('\n').map_or(0, |at| at + 1);
            let end = text.ceil_char_boundary((at + LOOP).min(text.len()));
            LOOKS.is_match(&text[line..end])
        }
    })
}

/// Whether what follows a value in `isinstance(value, int)` is a type that can carry no SQL.
fn is_number(after: &str) -> bool {
    let kinds = after.split(':').next().unwrap_or_default();
    (values::NUMERIC.is_match(kinds) || kinds.contains("Enum")) && !kinds.contains("str")
}

/// Whether the line so far asks, so that `value in allowed` is a question, and not a condition of the SQL itself.
fn is_asked(before: &str) -> bool {
    const WORDS: &[&str] =
        &["if", "elif", "while", "assert", "unless", "when", "return", "and", "or", "not", "require", "check"];
    let line = before.rsplit('\n').next().unwrap_or(before);
    // Whoever goes through a value does not ask for it.
    let word =
        |text: &str| text.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
    let is_turn = word(before) == "for";
    let asks = line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| WORDS[..7].contains(&word));
    !is_turn && (asks || WORDS.contains(&&*word(before)) || before.ends_with(['(', '=']))
}

/// Whether the line so far opens a call that compares a value with a pattern or a list: `re.fullmatch(pattern, `.
fn is_in_a_check(before: &str) -> bool {
    const CHECKS: &[&str] = &[
        "fullmatch(",
        "re.match(",
        "preg_match(",
        "MatchString(",
        "IsMatch(",
        "in_array(",
        "ctype_digit(",
        "ctype_alnum(",
        "slices.Contains(",
        "TryParse(",
    ];
    let line = before.rsplit('\n').next().unwrap_or(before);
    CHECKS.iter().any(|check| line.rsplit_once(check).is_some_and(|(_, rest)| !rest.contains(')')))
}
