//! Whether a place is inside a test module of Rust: between its braces, not merely somewhere behind a mention of one,
//! which anybody could write above a real credential.

use std::sync::OnceLock;

use regex::bytes::Regex;

/// So many test modules of one file are looked at.
const MOST_MODULES: usize = 20;

/// Whether `at` is between the braces of a `#[cfg(test)] mod …` in `text`.
pub(crate) fn holds(text: &[u8], at: usize) -> bool {
    static OPENING: OnceLock<Regex> = OnceLock::new();
    let opening = OPENING.get_or_init(|| {
        let pattern = r"(?m-u)^[ \t]*#\[cfg\(test\)\]\s*(?:#\[[^\]\n]{1,200}\]\s*){0,8}(?:pub(?:\([^)\n]{1,40}\))?\s+)?mod\s+\w+\s*\{";
        Regex::new(pattern).expect("a fixed expression")
    });
    opening.find_iter(&text[..at]).take(MOST_MODULES).any(|opening| is_open(&text[opening.end()..at]))
}

/// Whether one more brace is opened before the end of `code` than closed. Those in strings and comments don't count.
fn is_open(code: &[u8]) -> bool {
    let mut depth = 1;
    let mut at = 0;
    while let Some(&byte) = code.get(at) {
        let rest = &code[at..];
        at += match byte {
            b'{' => {
                depth += 1;
                1
            }
            b'}' => {
                depth -= 1;
                1
            }
            b'/' if rest.starts_with(b"//") => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            b'r' if raw_string(rest) > 0 => raw_string(rest),
            b'"' => string(rest),
            // `'{'` is a character, `'a` a lifetime.
            b'\'' if rest.get(2) == Some(&b'\'') => 3,
            _ => 1,
        };
        if depth == 0 {
            return false;
        }
    }
    true
}

/// The length of the string that begins here, with its quotes.
fn string(code: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = code.get(at) {
        at += if byte == b'\\' { 2 } else { 1 };
        if byte == b'"' {
            break;
        }
    }
    at
}

/// The length of the raw string that begins here; 0 if none does.
fn raw_string(code: &[u8]) -> usize {
    const MOST: usize = 8;
    let hashes = code[1..].iter().take(MOST).take_while(|byte| **byte == b'#').count();
    if code.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let start = 2 + hashes;
    let end = [&b"\""[..], &b"########"[..hashes]].concat();
    memchr::memmem::find(&code[start..], &end).map_or(code.len(), |at| start + at + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let at = text.find("HERE").expect("a place");
        assert_eq!(holds(text.as_bytes(), at), expected, "{text}");
    }

    #[test]
    fn only_what_is_between_the_braces_counts() {
        check("#[cfg(test)]\nmod tests {\n    fn a() { b(\"HERE\") }\n}\n", true);
        check("#[cfg(test)]\nmod tests {\n    fn a() {}\n}\nconst KEY: &str = \"HERE\";\n", false);
        check("#[cfg(test)]\nmod tests;\n\nconst KEY: &str = \"HERE\";\n", false);
        check("// #[cfg(test)]\nconst KEY: &str = \"HERE\";\n", false);
        check("const KEY: &str = \"HERE\";\n#[cfg(test)]\nmod tests {}\n", false);
    }

    #[test]
    fn braces_in_strings_characters_and_comments_do_not_count() {
        let text = "mod tests {\n  // {\n  let a = \"{\"; let b = '{'; let c = r#\"{\"#;\n}\nlet key = \"HERE\";";
        check(&format!("#[cfg(test)]\n{text}"), false);
        check("#[cfg(test)]\nmod tests {\n  let a = \"}\"; // }\n  let key = \"HERE\";\n}", true);
    }
}
