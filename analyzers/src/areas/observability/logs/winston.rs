//! Where loggers of Winston write.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

/// What is made to write somewhere.
static TRANSPORT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?-u:\b)new\s+\(?(?:[0-9A-Za-z_$]+\.)*(MongoDB|File|DailyRotateFile)\)?\(\s*\{"));

/// So many of a text are looked at, and so far in bytes.
const MOST: usize = 100;
const LONGEST: usize = 4_000;

/// `text` without what writes a part of the log aside, errors to a file of their own or a copy to a database: the form
/// that this has says nothing of most lines.
pub(super) fn without_side_lines(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for found in TRANSPORT.captures_iter(text).take(MOST) {
        let Some(all) = found.get(0).filter(|all| all.start() >= at) else { continue };
        let options = options(&text[all.end() - 1..]);
        let is_of_errors = ["level: 'error'", "level: \"error\""].iter().any(|level| options.contains(level));
        let is_aside = !options.is_empty() && (&found[1] == "MongoDB" || is_of_errors);
        if is_aside {
            kept.push_str(&text[at..all.start()]);
            at = all.end() - 1 + options.len();
        }
    }
    kept.push_str(&text[at..]);
    kept
}

/// The object that `text` begins with.
fn options(text: &str) -> &str {
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return &text[..=at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_in_a_file_of_their_own_and_copies_are_aside() {
        let file =
            |level: &str| format!("new winston.transports.File({{ level: '{level}', format: f.json({{ a: {{}} }}) }})");
        assert_eq!(without_side_lines(&format!("a {} b", file("error"))), "a ) b");
        assert_eq!(without_side_lines(&file("info")), file("info"));
        assert_eq!(without_side_lines("new MongoDB({ format: f.json() }), c"), "), c");
        assert_eq!(without_side_lines("new MongoDB({ format: "), "new MongoDB({ format: ");
    }
}
