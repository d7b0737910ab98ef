//! The sentences that have numbers in them, plain: each format escapes them for itself.

use std::fmt::Display;

use foliolens_analyzers::Confidence;

use super::digest::{is_whole, short};
use super::model::{Area, Place, Report, Signal};
use super::words::words;

/// "commit 0123456 on main, 123 commits by 2 authors".
pub(super) fn reviewed(report: &Report) -> String {
    let repository = &report.repository;
    let branch = repository.branch.as_ref().map(|branch| format!(" on {branch}")).unwrap_or_default();
    let commits = count(repository.commits, "commit", "commits");
    let authors = count(repository.authors, "author", "authors");
    format!("commit {}{branch}: {commits} by {authors}", short(&repository.head))
}

/// "Python 83 %, HTML 17 %; FastAPI".
pub(super) fn content(report: &Report) -> String {
    let repository = &report.repository;
    let languages = repository.languages.iter().filter(|language| language.share >= 0.01).take(4);
    let languages: Vec<String> =
        languages.map(|language| format!("{} {:.0} %", language.name, language.share * 100.0)).collect();
    let parts = [languages.join(", "), repository.frameworks.join(", ")];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "no programming language was recognised".to_owned() } else { parts.join("; ") }
}

/// What was not looked at here, then what no repository shows.
pub(super) fn not_looked_at(report: &Report) -> Vec<String> {
    let skipped = report.skipped.iter().map(|skipped| {
        let what = match &*skipped.what {
            "blob" => count(skipped.count, "file version", "file versions"),
            "commit" => count(skipped.count, "commit", "commits"),
            "tree" => count(skipped.count, "folder", "folders"),
            "history" => "History".to_owned(),
            other => count(skipped.count, other, other),
        };
        format!("{what}: {}", skipped.why)
    });
    skipped.chain(report.not_seen.iter().cloned()).collect()
}

/// "3 of 4 hold".
pub(super) fn counts(area: &Area) -> String {
    let counts = area.counts();
    match counts.judged {
        0 => "nothing to judge".to_owned(),
        judged => format!("{} of {judged} hold", counts.met),
    }
}

/// "Messages say what changed. 2 of 72 say little": a strength is named before it is shown.
pub(super) fn strength(signal: &Signal) -> String {
    match signal.statement() {
        Some(statement) => format!("{statement}. {}", signal.summary),
        None => signal.summary.clone(),
    }
}

/// " (a sign, not a fact" for what is only indicative.
pub(super) fn confidence(signal: &Signal) -> &'static str {
    match signal.confidence {
        Confidence::Observed => "",
        Confidence::Indicative => " (a sign, not a fact)",
    }
}

/// "src/app.py:12-30", with the commit unless it is the one under review and the line is known.
pub(super) fn place(report: &Report, place: &Place) -> String {
    let lines = match (place.start, place.end) {
        (Some(start), Some(end)) if end > start => format!(":{start}-{end}"),
        (Some(start), _) => format!(":{start}"),
        _ => String::new(),
    };
    let at = short(&place.commit);
    match (is_whole(place), place.commit == report.repository.head) {
        (true, true) => format!("{} at {at}", words().whole_tree),
        (true, false) => format!("commit {at}"),
        (false, true) => format!("{}{lines}", place.path),
        (false, false) => format!("{}{lines} at {at}", place.path),
    }
}

/// "foliolens 0.1.0, rules 2026.11.1".
pub(super) fn version(report: &Report) -> String {
    format!("foliolens {}, rules {}", report.foliolens, report.ruleset)
}

fn count(count: impl Into<u64> + Copy + Display, one: &str, many: &str) -> String {
    if count.into() == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
