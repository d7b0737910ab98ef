//! Endpoints that documents name one by one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::values::UNKNOWN;
use crate::Snapshot;
use crate::code::pattern;

/// So many endpoints in a document are a list, however many there are.
pub(super) const ENOUGH: usize = 10;

/// A method and a path.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:GET|POST|PUT|PATCH|DELETE|get|post|put|patch|delete|Get|Post|Put|Patch|Delete)\b[^\w/\n]{1,12}(?:https?://[^/\s]+)?(/[\w{}:<>\-./]*)",
    )
});
/// An address on the own machine.
static CALLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(/[\w{}:<>\-./]+)"));

/// What documents name endpoints.
pub(super) struct Prose {
    /// The one that names the most.
    pub(super) path: String,
    /// The line of the first there.
    pub(super) line: u32,
    /// How often any is named, each spelling in a document once.
    pub(super) mentions: usize,
    /// In how many documents.
    pub(super) documents: usize,
    /// How many endpoints are, by all of them: each may have a page of its own.
    pub(super) named: usize,
}

/// Where the documents name endpoints of this project.
pub(super) fn of(repo: &Snapshot, endpoints: &[Vec<&str>]) -> Option<Prose> {
    let is_document = |path: &str| {
        let lower = path.to_ascii_lowercase();
        [".md", ".rst", ".adoc", ".txt"].iter().any(|extension| lower.ends_with(extension))
    };
    let (mut all, mut mentions, mut documents) = (BTreeSet::new(), 0, 0);
    // How many a document names, and which one that is.
    let mut most: Option<(usize, &str, u32)> = None;
    for (file, text) in repo.tree().own_texts().filter(|(file, _)| is_document(&file.path)) {
        let mut first = None;
        let mut seen: Vec<&str> = Vec::new();
        let mut here: BTreeSet<usize> = BTreeSet::new();
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| line.contains('/')) {
            for found in NAMED.captures_iter(line).chain(CALLED.captures_iter(line)) {
                let whole = found.get(0)?.as_str();
                let path = segments(found.get(1)?.as_str());
                if seen.len() == 200 || seen.contains(&whole) || is_base(whole, &path) {
                    continue;
                }
                let ours = || (0..endpoints.len()).filter(|at| is_same(&endpoints[*at], &path));
                if ours().next().is_some() {
                    seen.push(whole);
                    here.extend(ours());
                    first.get_or_insert(number);
                }
            }
        }
        if let Some(line) = first
            && most.is_none_or(|(count, ..)| count < here.len())
        {
            most = Some((here.len(), &file.path, line));
        }
        documents += usize::from(first.is_some());
        mentions += seen.len();
        all.extend(here);
    }
    let (_, path, line) = most?;
    Some(Prose { path: path.to_owned(), line, mentions, documents, named: all.len() })
}

/// Whether an address without a method is the one that all others begin with: `http://localhost:3000/api/v1`.
fn is_base(whole: &str, path: &[&str]) -> bool {
    let is_version = |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    whole.starts_with("http") && path.iter().all(|part| *part == "api" || is_version(part))
}

/// The parts of a path.
pub(super) fn segments(path: &str) -> Vec<&str> {
    path.split('/').map(|part| part.trim_end_matches('.')).filter(|part| !part.is_empty()).collect()
}

/// Whether a documented path means an endpoint. Either may leave out the prefix that all paths share, and a
/// parameter may be called otherwise, or have a value in an example.
pub(super) fn is_same(endpoint: &[&str], documented: &[&str]) -> bool {
    let is_parameter = |part: &str| part.starts_with([':', '{', '<', '[', '*', '(']) || part.contains(UNKNOWN);
    let mut literals = 0;
    let fits = endpoint.iter().rev().zip(documented.iter().rev()).all(|(ours, theirs)| {
        let is_literal = ours.eq_ignore_ascii_case(theirs);
        literals += usize::from(is_literal);
        is_literal || is_parameter(ours) || is_parameter(theirs)
    });
    fits && (literals > 0 || endpoint.len() == documented.len())
}
