//! Expressions over source code, which know the classes of ASCII alone: those of Unicode take ten times as long to make ready,
//! and a word's edge by Unicode sends the search through any other text down its slowest way.

use regex::Regex;

/// The expression that `text` is, which has to be one of ours.
pub fn pattern(text: &str) -> Regex {
    Regex::new(&ascii_classes(text)).expect("a pattern of ours, which a test has made")
}

/// With the classes of the expressions in it for ASCII alone.
pub(super) fn ascii_classes(expression: &str) -> String {
    let mut ascii = String::with_capacity(expression.len() * 2);
    let mut rest = expression;
    while let Some((before, escape)) = rest.split_once('\\') {
        ascii.push_str(before);
        let mut escaped = escape.chars();
        match escaped.next() {
            Some('w') => ascii.push_str("[0-9A-Za-z_]"),
            Some('W') => ascii.push_str("[^0-9A-Za-z_]"),
            Some('s') => ascii.push_str(r"[\t-\r ]"),
            Some('S') => ascii.push_str(r"[^\t-\r ]"),
            Some('d') => ascii.push_str("[0-9]"),
            Some('D') => ascii.push_str("[^0-9]"),
            Some('b') => ascii.push_str(r"(?-u:\b)"),
            Some(other) => ascii.extend(['\\', other]),
            None => ascii.push('\\'),
        }
        rest = escaped.as_str();
    }
    ascii + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_and_edges_are_those_of_ascii_inside_and_outside_of_brackets() {
        for (expression, text, found) in [
            (r"\bid\b", "éidé", "id"),
            (r"[\w.-]+", "é a.b-c", "a.b-c"),
            (r"\S+", "  élan\n", "élan"),
            (r"[^\s\d]+", " 12é ", "é"),
            (r"\W\D", "a\\é", r"\é"),
            (r"\\w", r"a\w", r"\w"),
        ] {
            assert_eq!(pattern(expression).find(text).map(|it| it.as_str()), Some(found), "{expression}");
        }
    }
}
