//! Spock's specifications, in Groovy, which is not parsed: a feature is a method whose name is a text, with a block of what
//! is expected.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::cases::{Case, State};
use crate::Snapshot;

static FEATURE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?m)^[ \t]*(?:def|void)[ \t]+(?:"[^"\n]*"|'[^'\n]*')[ \t]*\("#));
static EXPECTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:expect|then):"));

/// The features of all specifications, by path and line.
pub(super) fn cases(repo: &Snapshot) -> Vec<Case> {
    let specifications = repo.tree().own_texts().filter(|(file, text)| {
        file.path.ends_with(".groovy")
            && text.contains(" extends ")
            && (text.contains("then:") || text.contains("expect:"))
    });
    specifications
        .flat_map(|(file, text)| {
            let starts: Vec<usize> = FEATURE.find_iter(text).map(|found| found.start()).collect();
            let (mut line, mut counted) = (1, 0);
            let mut cases = Vec::new();
            for (index, &start) in starts.iter().enumerate() {
                line += text[counted..start].matches('\n').count() as u32;
                let end = starts.get(index + 1).copied().unwrap_or(text.len());
                let is_off = text[counted..start].lines().rev().take(3).map(str::trim).any(|line| {
                    ["@Ignore", "@PendingFeature"]
                        .iter()
                        .any(|mark| line == *mark || line.starts_with(&format!("{mark}(")))
                });
                let state = match () {
                    () if is_off => State::Off,
                    () if EXPECTS.is_match(&text[start..end]) => State::Written,
                    () => State::Silent,
                };
                cases.push(Case { path: file.path.clone(), lines: (line, line), framework: "Spock", state });
                counted = start;
            }
            cases
        })
        .collect()
}
