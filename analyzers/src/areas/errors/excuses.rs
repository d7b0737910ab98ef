//! What lets a dropped error off: a comment that says why, or that what may fail only cleans up.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::{CodeMatch, Language};

/// Words for a linter, which are none for people.
const LINTERS: &[&str] = &["noqa", "nolint", "eslint", "pylint", "type:", "nosec", "rubocop", "pragma"];

/// What says that somebody still has to think of it.
static UNDONE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(todo|fixme|xxx)\b|auto-?generated|\bhandle (the |this )?(error|exception)s?\b"));

/// What speaks of an error that may be dropped, and not of what the next line is for.
static OF_ERRORS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\berr|ignor|best.?effort|optional|fail|fatal|purpose|intention|deliberate|default|never|always|safe|can.?t|cannot|no need|not need|already|matter|fallback|fall back",
    )
});

/// One statement and no other, of a call that gives back what was taken.
static CLEANS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)^\s*[{:]?\s*(if\b[^;{}\n]*[):]\s*)?\{?\s*(await\s+)?[\w$.@?!>()\[\]-]*?",
        r"(\b|_|[.>])(cleanup|clean|close|destroy|dispose|unlink|rm|remove|disconnect|quit|kill|abort|end|unsubscribe|release|rollback|cancel|shutdown|stop|cleartimeout|delete_?file|deleteIfExists)",
        r"\w*!?(\([^;{}\n]*\))?\s*;?[\s}]*$"
    ))
});

/// Whether a comment on the same lines, or on the line before, says why.
pub(super) fn is_explained(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let (first, last) = (found.lines.0 as usize, found.lines.1 as usize);
    let above = text.lines().nth(first.wrapping_sub(2)).and_then(comment);
    // In Go it is the heading of the call below, unless it speaks of its error.
    let is_about = |words: &&str| found.language != Language::Go || OF_ERRORS.is_match(words);
    let within = text.lines().skip(first.saturating_sub(1)).take(last + 1 - first).filter_map(comment);
    above.filter(is_about).into_iter().chain(within).any(explains)
}

/// The words of the comment in `line`.
fn comment(line: &str) -> Option<&str> {
    let (before, words) = ["// ", "//", "/*", "# ", " #"].iter().find_map(|mark| line.split_once(mark))?;
    // An address is no comment.
    (!before.ends_with(':')).then(|| words.trim().trim_end_matches("*/").trim_end())
}

/// Whether the words of a comment say something to people.
fn explains(words: &str) -> bool {
    let is_meant = || ["noop", "no-op", "nop", "skip", "safe"].iter().any(|word| words.eq_ignore_ascii_case(word));
    (words.len() > 5 || is_meant())
        && !LINTERS.iter().any(|linter| words.starts_with(linter))
        && !UNDONE.is_match(words)
        && !is_code(words)
}

/// Whether a comment is a statement that was switched off: `console.log(error);`
fn is_code(words: &str) -> bool {
    let first = words.split_whitespace().next().unwrap_or_default();
    words.ends_with([';', '{', '}'])
        || words.ends_with(')') && first.contains('(')
        || first == "throw"
        || first == "raise"
}

/// Whether what may fail is one statement that cleans up: `try { rs.close(); } catch (SQLException e) {}`
pub(super) fn cleans_up(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let source = text.get(found.bytes.clone()).unwrap_or_default();
    if !["catch", "except", "rescue"].iter().any(|word| source.starts_with(word)) {
        return false;
    }
    let start = found.functions.last().map_or(0, |function| function.bytes.start);
    let before = text.get(start..found.bytes.start).unwrap_or_default();
    let open = ["try", "begin"].iter().filter_map(|word| Some(before.rfind(word)? + word.len())).max();
    open.is_some_and(|open| CLEANS.is_match(&before[open..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_explains_where_it_says_something() {
        for words in ["the cache is optional", "a page that was closed needs no answer", "ignore, see (1)", "noop"] {
            assert!(explains(words), "{words}");
        }
        for words in
            ["TODO", "TODO Auto-generated catch block", "handle exception", "console.log(err)", "throw e", "noqa: B"]
        {
            assert!(!explains(words), "{words}");
        }
    }

    #[test]
    fn a_comment_begins_with_or_without_a_space() {
        assert_eq!(comment("rescue StandardError #ignore exceptions"), Some("ignore exceptions"));
        assert_eq!(comment("} catch (e) { //ignored for now"), Some("ignored for now"));
        assert_eq!(comment("get('https://a.example')"), None);
    }

    #[test]
    fn one_statement_that_gives_back_what_was_taken_cleans_up() {
        for body in [
            " { rs.close(); } ",
            " { if (st != null) st.close(); } ",
            " { await fs.unlink(tmp) } ",
            ":\n    os.remove(path)\n",
        ] {
            assert!(CLEANS.is_match(body), "{body}");
        }
        for body in [" { pay(); } ", " { pay(); rs.close(); } ", " { await send(mail) } ", ":\n    pay()\n"] {
            assert!(!CLEANS.is_match(body), "{body}");
        }
    }
}
