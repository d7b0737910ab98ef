//! Whether a word of pages is one of a list that the database is asked for.

use std::sync::LazyLock;

use crate::Snapshot;
use crate::areas::security::marks;
use crate::code::{CodeMatch, pattern};
use regex::Regex;

/// On a line with one of these, a limit is one of how often something may be asked, or of how large it may be.
const OTHERS: &[&str] = &[
    "ratelimit",
    "rate_limit",
    "rate-limit",
    "throttl",
    "windowms",
    "burst",
    "bytes",
    "bodyparser",
    "body_parser",
    "express.json",
    "urlencoded",
    "filesize",
    "file_size",
];

/// A size as the value of a setting: `limit: '10mb'`.
static SIZE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\s*[:=]\s*['\x22`]?\d+\s*[kmg]b?['\x22`]"));

/// Whether it is of how a page looks: components, and the shape of a pointer.
fn is_of_browser(path: &str, line: &str) -> bool {
    [".tsx", ".jsx"].iter().any(|end| path.ends_with(end)) || line.contains("style") && line.contains("cursor")
}

/// What is asked of other systems.
pub(super) struct Asked<'a> {
    calls: Vec<&'a CodeMatch>,
}

impl<'a> Asked<'a> {
    pub(super) fn of(repo: &'a Snapshot) -> Self {
        let calls = ["call", "call.bounded"].iter().flat_map(|topic| marks::each(repo, "errors", topic));
        Asked { calls: calls.collect() }
    }

    /// Whether `found` is about a list, and no other limit or a page of another system's list.
    pub(super) fn is_of_a_list(&self, repo: &Snapshot, found: &CodeMatch) -> bool {
        let text = repo.text(&found.path).unwrap_or_default();
        let (before, rest) = (&text[..found.bytes.start], &text[found.bytes.end..]);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = text[start..].lines().next().unwrap_or_default().to_ascii_lowercase();
        let is_another = is_of_browser(&found.path, &line)
            || before.ends_with("rate.")
            || OTHERS.iter().any(|word| line.contains(word))
            || SIZE.is_match(rest);
        !is_another && !self.is_sent(found, text)
    }

    /// Whether another system is told it: within a call, or as a name in quotes in a file that makes calls.
    fn is_sent(&self, found: &CodeMatch, text: &str) -> bool {
        let is_name = text[found.bytes.clone()].starts_with(['"', '\'', ':']) && !found.rule.ends_with(".sql");
        let mut calls = self.calls.iter().filter(|call| call.path == found.path);
        calls.any(|call| is_name || call.bytes.contains(&found.bytes.start))
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding;
    use crate::snapshot::fixture::Fixture;

    fn pages(path: &str, text: &str) -> u64 {
        let found = finding(&Fixture::new().file(path, text).snapshot());
        found.facts().get("paginated").and_then(|it| it.as_u64()).unwrap_or_default()
    }

    #[test]
    fn limits_of_something_else_are_no_pages() {
        for (path, text) in [
            ("a.go", "package a\ntype Limiter struct { rate rate.Limit }\n"),
            ("a.go", "package a\nfunc f() { r.Body = http.MaxBytesReader(w, r.Body, limit) }\n"),
            ("a.js", "app.use(express.json({ limit: '10mb' }));\n"),
            ("a.js", "const parse = json({ limit: '10mb' });\n"),
            ("a.js", "const few = rateLimit({ limit: 5 });\n"),
            ("List.tsx", "export const List = () => <div style={{ cursor: 'pointer' }} limit={5} />;\n"),
            ("a.js", "const posts = await axios.get(url, { params: { limit: 5 } });\n"),
            ("a.py", "def f():\n    return requests.get(url, params={'limit': 5})\n"),
        ] {
            assert_eq!(pages(path, text), 0, "{text}");
        }
    }

    #[test]
    fn pages_of_lists_are() {
        for (path, text) in [
            ("a.go", "package a\nfunc f() { db.Limit(5).Find(&users) }\n"),
            ("a.js", "const users = await User.find({}).limit(5);\n"),
            ("a.py", "users = query.limit(5)\n"),
        ] {
            assert_eq!(pages(path, text), 1, "{text}");
        }
    }
}
