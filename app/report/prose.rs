//! The sentences that have numbers in them, plain: each format escapes them for itself.

use std::fmt::Display;

use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::{Confidence, Outcome};

use super::digest::{is_judged, is_whole, short};
use super::model::{Area, Change, Dated, Place, Report, Signal};
use super::words::words;

/// "As of commit 0123456 on main: 123 commits, the saved steps of the work, by 2 authors, dated 2026-01-05 to
/// 2026-03-02".
pub(super) fn reviewed(report: &Report) -> String {
    let repository = &report.repository;
    let branch = repository.branch.as_ref().map(|branch| format!(" on {branch}")).unwrap_or_default();
    let commits = count(repository.commits, "commit", "commits");
    let authors = count(repository.authors, "author", "authors");
    let steps =
        if repository.commits == 1 { "the only saved step of the work," } else { "the saved steps of the work," };
    let dated = match &repository.dated {
        Some(Dated { first, last }) if first == last => format!(", dated {first}"),
        Some(Dated { first, last }) => format!(", dated {first} to {last}"),
        None => String::new(),
    };
    format!("As of commit {}{branch}: {commits}, {steps} by {authors}{dated}", short(&repository.head))
}

/// "Written in Python 83 %, HTML 17 %; built with FastAPI".
pub(super) fn content(report: &Report) -> String {
    let repository = &report.repository;
    if repository.kinds.is_empty() {
        return "Looked into for passwords and keys only".to_owned();
    }
    let languages = repository.languages.iter().filter(|language| language.share >= 0.01).take(4);
    let languages: Vec<String> =
        languages.map(|language| format!("{} {:.0} %", language.name, language.share * 100.0)).collect();
    let written = format!("Written in {}", languages.join(", "));
    let built = format!("built with {}", repository.frameworks.join(", "));
    match (languages.is_empty(), repository.frameworks.is_empty()) {
        (true, true) => "No programming language was recognised".to_owned(),
        (true, false) => format!("Built with {}", repository.frameworks.join(", ")),
        (false, true) => written,
        (false, false) => format!("{written}; {built}"),
    }
}

/// What changed, in sentences: what it was compared with, and what may make the difference.
pub(super) fn changes(report: &Report) -> Vec<String> {
    let Some(changes) = &report.changes else { return Vec::new() };
    let others = [
        (changes.other_rules, &words().changes_other_rules),
        (changes.other_configuration, &words().changes_other_configuration),
    ];
    let others = others.into_iter().filter(|(is_other, _)| *is_other).map(|(_, sentence)| sentence.clone());
    [words().changes(changes)].into_iter().chain(others).collect()
}

/// Which way a signal changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Better,
    Worse,
    /// Neither, as far as anyone can tell from the number of places.
    Neither,
}

/// "Mended: README: It says how to run the project" and which way that is, for each signal that changed.
pub(super) fn changed(report: &Report) -> Vec<(Way, String)> {
    let Some(changes) = &report.changes else { return Vec::new() };
    let found = |id: &str| {
        let mut all = report.areas.iter().flat_map(|area| area.signals.iter().map(move |signal| (area, signal)));
        all.find(|(_, signal)| signal.id == id)
    };
    let line = |is_mended: bool, change: &Change| {
        let (area, signal) = found(&change.id)?;
        let word = match (is_mended, change.is_first()) {
            (true, _) => &words().change_mended,
            (false, true) => &words().change_first,
            (false, false) => &words().change_worse,
        };
        let outcome =
            if change.now == Outcome::Partly { format!(" ({})", words().outcome(change.now)) } else { String::new() };
        Some((
            if is_mended { Way::Better } else { Way::Worse },
            format!(
                "{word}{outcome}: {}: {}",
                area.title,
                if is_mended { strength(signal) } else { brief(&signal.summary) }
            ),
        ))
    };
    let mended = changes.mended.iter().filter_map(|change| line(true, change));
    let new = changes.new.iter().filter_map(|change| line(false, change));
    let spread = changes.spread.iter().filter_map(|spread| {
        let (area, signal) = found(&spread.id)?;
        let said = words().spread(spread, &count(spread.now, "place", "places"));
        Some((Way::Neither, format!("{said}: {}: {}", area.title, brief(&signal.summary))))
    });
    mended.chain(new).chain(spread).collect()
}

/// "HTTP API; Python, TypeScript; FastAPI": what a repository is, at a glance.
pub(super) fn what(report: &Report) -> String {
    let repository = &report.repository;
    let kinds: Vec<&str> = repository.kinds.iter().map(|kind| words().kind(*kind)).collect();
    let languages = repository.languages.iter().filter(|language| language.share >= 0.1).take(2);
    let languages: Vec<&str> = languages.map(|language| &*language.name).collect();
    let parts = [kinds.join(", "), languages.join(", "), repository.frameworks.join(", ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
}

/// What was not looked at here, then what no repository shows.
pub(super) fn not_looked_at(report: &Report) -> Vec<String> {
    skipped(report).chain(report.not_seen.iter().cloned()).collect()
}

/// "3 file versions: larger than 1 MiB".
pub(super) fn skipped(report: &Report) -> impl Iterator<Item = String> {
    report.skipped.iter().map(|skipped| {
        let what = match &*skipped.what {
            "blob" => count(skipped.count, "version of a file", "versions of files"),
            "commit" => count(skipped.count, "commit", "commits"),
            "tree" => count(skipped.count, "folder", "folders"),
            "archive" => count(skipped.count, "archive", "archives"),
            "text" => count(skipped.count, "file", "files"),
            "message or name" => count(skipped.count, "message or name", "messages or names"),
            "message" => count(skipped.count, "commit message", "commit messages"),
            "interface" => count(skipped.count, "interface", "interfaces"),
            "pipeline" => count(skipped.count, "pipeline", "pipelines"),
            "script" => count(skipped.count, "script", "scripts"),
            "document" => "documents".to_owned(),
            "source file" => count(skipped.count, "source file", "source files"),
            "history" => "History".to_owned(),
            other => count(skipped.count, other, other),
        };
        // The reason is written once for all that it holds of.
        let why =
            if skipped.count == 1 { skipped.why.replace("so they were", "so it was") } else { skipped.why.clone() };
        format!("{what}: {why}")
    })
}

/// "17 endpoints carry none, see routes.rs:41": `summary` with where to begin.
pub(super) fn see(summary: &str, places: &[String]) -> String {
    if places.is_empty() {
        return summary.to_owned();
    }
    format!("{}, see {}.", unended(summary), places.join(", "))
}

/// A sentence that goes on.
pub(super) fn unended(sentence: &str) -> &str {
    sentence.strip_suffix('.').unwrap_or(sentence)
}

/// "3 of 4 met", "2 of 4 met, 1 in part"; of one alone, how it turned out.
pub(super) fn counts(area: &Area) -> String {
    let counts = area.counts();
    // What is good here came with packages, so the area is not strong, and somebody would ask why.
    let by_itself = if counts.met == counts.judged && counts.judged > 0 && area.grade == Grade::Adequate {
        &*words().by_packages
    } else {
        ""
    };
    let said = match (counts.judged, counts.partly) {
        (1, _) => area
            .signals
            .iter()
            .find(|signal| is_judged(signal.outcome))
            .map_or_else(String::new, |signal| words().outcome(signal.outcome).to_owned()),
        (0, _) => "nothing to judge".to_owned(),
        (judged, 0) => format!("{} of {judged} met", counts.met),
        (judged, partly) => format!("{} of {judged} met, {partly} in part", counts.met),
    };
    said + by_itself
}

/// "It is versioned. All 4 addresses carry a version": a strength is named before it is shown, unless that says it
/// twice.
pub(super) fn strength(signal: &Signal) -> String {
    let shown = brief(&signal.summary);
    match signal.statement() {
        Some(statement) if !repeats(statement, &shown) => format!("{statement}. {shown}"),
        _ => shown,
    }
}

/// Whether `shown` begins as `statement` does, or holds its last words, those in brackets apart. "It says" is about the
/// document that `shown` names.
fn repeats(statement: &str, shown: &str) -> bool {
    let plain = statement.split(" (").next().unwrap_or(statement);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let first = words.iter().take(2).zip(shown.split_whitespace()).all(|(one, other)| *one == other);
    let last = words.get(words.len().saturating_sub(3)..).unwrap_or_default().join(" ");
    statement.starts_with("It says") || first || shown.contains(&last)
}

/// How much of a sentence a table cell takes well.
const CELL: usize = 120;

/// What stands before a colon is a sentence of its own from so many bytes on.
const LEAD: usize = 30;

/// `summary` for a table: its first sentence and, only while that is too long, without what stands in parentheses,
/// after the colon that ends what it means, or after a semicolon. The whole of it stands with the signal.
pub(super) fn brief(summary: &str) -> String {
    let mut text = first_sentence(summary).to_owned();
    if text.chars().count() > CELL {
        text = without_parentheses(&text);
    }
    // What stands before an early colon only says what the sentence is about.
    for (mark, least) in [(": ", LEAD), ("; ", 0)] {
        let at = text.match_indices(mark).map(|(at, _)| at).find(|at| *at >= least);
        if let Some(at) = at.filter(|_| text.chars().count() > CELL) {
            text.truncate(at);
            text.push('.');
        }
    }
    text
}

/// Up to the first full stop outside of code that is followed by another sentence.
fn first_sentence(text: &str) -> &str {
    let mut in_code = false;
    for (at, c) in text.char_indices() {
        in_code ^= c == '`';
        let rest = &text[at + c.len_utf8()..];
        let begins = rest.strip_prefix(' ').and_then(|next| next.chars().next());
        let ends = c == '.' && !in_code && begins.is_some_and(|next| next.is_uppercase() || next == '`');
        if ends && !text[..at].ends_with("e.g") && !text[..at].ends_with("i.e") {
            return &text[..=at];
        }
    }
    text
}

fn without_parentheses(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let (mut depth, mut in_code) = (0usize, false);
    for c in text.chars() {
        in_code ^= c == '`';
        match c {
            '(' if !in_code => {
                if depth == 0 {
                    kept.truncate(kept.trim_end().len());
                }
                depth += 1;
            }
            ')' if !in_code && depth > 0 => depth -= 1,
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    // One that is never closed is not a parenthesis.
    if depth == 0 { kept } else { text.to_owned() }
}

/// " (a sign, not a fact)" for what is only indicative, " (the organisation's own rule)" for what is not ours.
pub(super) fn confidence(signal: &Signal) -> &'static str {
    match signal.confidence {
        Confidence::Observed if signal.own.is_some() => &words().own_rule,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_takes_the_first_sentence_and_shortens_it_only_if_it_is_long() {
        assert_eq!(
            brief("10 variables are read; none is documented. Missing: `A`."),
            "10 variables are read; none is documented."
        );
        let long = "21 % of 34 commits (set aside: 1 initial import) touch at most five files and 21 % change at most \
                    a hundred lines; the median is 7 files. 56 % change more.";
        let short = "21 % of 34 commits touch at most five files and 21 % change at most a hundred lines.";
        assert_eq!(brief(long), short);
        let listing = "Possible, please look: 2 values that may be credentials in the current tree: one here and \
                       another one there, in another file.";
        assert_eq!(brief(listing), "Possible, please look: 2 values that may be credentials in the current tree.");
        let meant = "A second click or a repeated message may pay twice: one address moves money, and no idempotency \
                     key, which tells a repeated payment from a new one, was found; a lock would do.";
        assert_eq!(brief(meant), "A second click or a repeated message may pay twice.");
        let preface = "In what the candidate added: Errors are dealt with (caught) in 6 places, and in none of these are they \
                       dropped without a word to anybody who reads the log.";
        assert!(brief(preface).contains("none of these"), "{}", brief(preface));
    }

    #[test]
    fn a_strength_is_not_said_twice() {
        assert!(repeats("The API is described (OpenAPI)", "The API is described: a Postman collection."));
        let statement = "A file tells a machine how to run it (a container)";
        assert!(repeats(statement, "Procfile tells a machine how to run it, with few rights."));
        assert!(repeats("It says how to run the project", "README.md says how: `make run`."));
        assert!(!repeats("There are real tests", "48 tests in 9 files (pytest)."));
    }

    #[test]
    fn a_sentence_ends_where_the_next_begins() {
        assert_eq!(first_sentence("It says `make. Run`. It is good."), "It says `make. Run`.");
        assert_eq!(
            first_sentence("A framework, e.g. Django, of version 1.2 here"),
            "A framework, e.g. Django, of version 1.2 here"
        );
        assert_eq!(first_sentence("One (two"), "One (two");
        assert_eq!(without_parentheses("One (two"), "One (two");
    }
}
