//! Credentials in the tree and in the history. A finding is made of rule, place, fingerprint and judgement; the
//! values themselves never leave the engine in [`crate::secrets`].

mod environment_files;
mod files;
mod foreign;
mod ignored;
mod meta;
mod nature;
mod opinion;
mod own_keys;
mod place;
mod remedy;
mod replaced;
mod spot;
mod surroundings;
mod traces;
mod traffic;
mod writers;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use self::meta::META;
use self::opinion::Weight;
use self::place::Class;
use self::spot::Within;
use self::traces::{PlaceAtHead, State, Trace};
use self::writers::Writers;
use crate::snapshot::{MISSING, Mode, Skipped};
use crate::{Analyzer, AreaMeta, Evidence, Finding, Place, Snapshot, secrets};

/// The id of the area.
pub const ID: &str = "secrets";

/// The `secrets` area.
pub struct Secrets;

/// So many findings are listed; the counts are of all.
const MOST_LISTED: usize = 1000;

/// So many are named in a sentence.
const MOST_NAMED: usize = 4;

/// So many paths of one value are listed.
const MOST_PATHS: usize = 20;

/// So many places of one value at HEAD are listed.
const MOST_LINES: usize = 50;

/// So many places stand in a finding's evidence.
const MOST_PLACES: usize = 20;

impl Analyzer for Secrets {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        if repo.history().commits().is_empty() {
            let why = "There are no commits to look into.";
            return META.signals.iter().map(|signal| Finding::not_applicable(signal.id, why)).collect();
        }
        let traces = traces::collect(repo);
        let (head, rest): (Vec<&Trace>, Vec<&Trace>) = traces.iter().partition(|trace| trace.state == State::Head);
        let findings = vec![in_head(repo, &head), in_history(repo, &rest, head.len()), files::examine(repo)];
        findings.into_iter().map(|finding| unless_unseen(repo, finding)).collect()
    }
}

/// Nothing found is no answer where something could not be read. The tree at HEAD lacks nothing when only older
/// commits, branches or tags were out of reach.
fn unless_unseen(repo: &Snapshot, finding: Finding) -> Finding {
    // Files that were not read as text or source code were looked into for credentials all the same.
    let concerns = |what: &str| match finding.signal() {
        "secrets.head" => matches!(what, "blob" | "tree" | "file"),
        "secrets.history" => !matches!(what, "text" | "source file"),
        _ => true,
    };
    let is_of_older_commits =
        |skipped: &Skipped| finding.signal() == "secrets.head" && skipped.why == MISSING && !lacks_a_file(repo);
    let unseen = |skipped: &&Skipped| skipped.incomplete && concerns(skipped.what) && !is_of_older_commits(skipped);
    if finding.outcome() != crate::Outcome::Met || !repo.skipped().iter().any(|skipped| unseen(&skipped)) {
        return finding;
    }
    finding
        .unsettled("Nothing was found in what could be read, but not everything could be: see what was not looked at.")
}

/// Whether the content of a file of the reviewed state could not be read.
fn lacks_a_file(repo: &Snapshot) -> bool {
    let read: BTreeSet<gix::ObjectId> =
        repo.history().blobs().filter(|(_, blob)| blob.size > 0).map(|(_, blob)| blob.id).collect();
    let files = repo.tree().files().iter().filter(|file| file.mode != Mode::Submodule);
    files.into_iter().any(|file| !read.contains(&file.id) && !file.id.is_empty_blob())
}

fn in_head(repo: &Snapshot, traces: &[&Trace]) -> Finding {
    let nothing = format!("No password or key was found in the {}.", count(repo.tree().files().len(), "current file"));
    verdict(repo, "secrets.head", "in the current files", nothing, traces)
}

fn in_history(repo: &Snapshot, traces: &[&Trace], at_head: usize) -> Finding {
    let history = repo.history();
    let versions = history.blobs().count();
    let looked = format!(
        "{versions} {} in {}",
        if versions == 1 { "version of a file" } else { "versions of files" },
        count(history.commits().len(), "commit")
    );
    let beyond = if at_head > 0 { "Beyond what stands in the current files, no" } else { "No" };
    let nothing = format!("{beyond} password or key was found in the history ({looked}, with branches and tags).");
    let finding = verdict(repo, "secrets.history", "in the history", nothing, traces);
    if history.is_shallow() && finding.outcome() == crate::Outcome::Met {
        let why = format!(
            "Only the newest part of the history is here (a shallow clone): {looked} could be looked at, and nothing \
             was found there."
        );
        return facts(Finding::not_assessable("secrets.history", why), repo, traces);
    }
    finding
}

fn verdict(repo: &Snapshot, signal: &'static str, place: &str, nothing: String, traces: &[&Trace]) -> Finding {
    let of = |weight| traces.iter().copied().filter(|trace| trace.weight == weight).collect::<Vec<_>>();
    let (live, possible) = (of(Weight::Live), of(Weight::Possible));
    let suppressed = of(Weight::Suppressed);
    let aside = reasons("What looked like one and was set aside", &of(Weight::SetAside))
        + &reasons("Suppressed, with the reason", &suppressed);
    // What stands in documents, examples and tests was found, though not where it is used.
    let nothing =
        if traces.iter().any(|trace| trace.weight == Weight::SetAside && trace.judgement == secrets::Judgement::Live) {
            nothing.replacen("password or key was found", "password or key was found where a program would use it,", 1)
        } else {
            nothing
        };
    let finding = if !live.is_empty() {
        let summary = format!(
            "{} {place}{}: {}.{}{}{aside}",
            count(live.len(), "password or key that looks real"),
            kinds(&live),
            listing(repo, &live),
            still_there(&live),
            also_possible(&possible),
        );
        let inherited = live.iter().all(|trace| !trace.is_candidates);
        let evidence = Evidence::or_absence(places(&live), repo.head());
        if inherited {
            let all = if live.len() == 1 { "It was" } else { "All of them were" };
            let summary = format!("{summary} {all} there before the candidate's work began.");
            Finding::partly(signal, summary, evidence).indicative()
        } else {
            Finding::not_met(signal, summary + of_others(repo, &live), evidence).remedy(remedy::of(&live))
        }
    } else if !possible.is_empty() {
        let summary = format!(
            "Possible, please look: {} {place}{}: {}. {}{}{aside}",
            count(possible.len(), "value that may be a password or key"),
            kinds(&possible),
            listing(repo, &possible),
            if possible.len() == 1 {
                "It may be a sample, an identifier or a value for development only."
            } else {
                "They may be samples, identifiers or values for development only."
            },
            still_there(&possible),
        );
        Finding::partly(signal, summary, Evidence::or_absence(places(&possible), repo.head())).indicative()
    } else if !suppressed.is_empty() {
        let nothing = nothing.replacen("password or key was found", "other password or key was found", 1);
        Finding::met(signal, format!("{nothing}{aside}"), Evidence::absence(repo.head()))
    } else {
        Finding::met(signal, format!("{nothing}{aside}"), Evidence::absence(repo.head()))
    };
    facts(finding, repo, traces)
}

/// What is said of what is no longer in the files.
fn still_there(traces: &[&Trace]) -> &'static str {
    match traces.iter().filter(|trace| trace.state == State::History).count() {
        0 => "",
        1 if traces.len() == 1 => {
            " It is gone from the files, but whoever has a copy of the history can still read it."
        }
        _ => " What is gone from the files can still be read by whoever has a copy of the history.",
    }
}

/// What is said where nobody else can tell whose they are.
fn of_others(repo: &Snapshot, traces: &[&Trace]) -> &'static str {
    match traces {
        _ if !is_of_others(repo, traces) => "",
        [_] => " Whoever made the newest commit did not bring it in: in a fork or a team it may be another's.",
        _ => " Whoever made the newest commit brought in none of them: in a fork or a team they may be another's.",
    }
}

/// Whether the author of the newest commit is none of those who brought `traces` in.
fn is_of_others(repo: &Snapshot, traces: &[&Trace]) -> bool {
    let history = repo.history();
    let newest = history.on_default_branch().find(|commit| !history.authors()[commit.author].is_bot());
    newest.is_some_and(|commit| traces.iter().all(|trace| trace.author != commit.author))
}

fn also_possible(possible: &[&Trace]) -> String {
    if possible.is_empty() {
        return String::new();
    }
    format!(" {} more may be one, please look.", possible.len())
}

/// What was found and does not count, with the reasons.
fn reasons(what: &str, traces: &[&Trace]) -> String {
    if traces.is_empty() {
        return String::new();
    }
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for trace in traces {
        *reasons.entry(trace.reason).or_default() += 1;
    }
    let mut reasons: Vec<(&str, usize)> = reasons.into_iter().collect();
    reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
    let listed: Vec<String> = reasons.iter().take(3).map(|(reason, count)| format!("{reason} ({count})")).collect();
    let more = if reasons.len() > 3 { ", and others" } else { "" };
    format!(" {what}: {}{more}.", listed.join(", "))
}

/// Where there are more than can be named, how many there are of each kind.
fn kinds(traces: &[&Trace]) -> String {
    if traces.len() <= MOST_NAMED {
        return String::new();
    }
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for trace in traces {
        let name = secrets::rule(trace.rule).map_or("credential", |rule| rule.name.as_str());
        *kinds.entry(name.strip_prefix("an ").or(name.strip_prefix("a ")).unwrap_or(name)).or_default() += 1;
    }
    let mut kinds: Vec<(&str, usize)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    let named = kinds.iter().take(3).map(|(kind, count)| format!("{count} x {kind}")).collect::<Vec<_>>().join(", ");
    match kinds.len().saturating_sub(3) {
        0 => format!(" ({named})"),
        1 => format!(" ({named}, and 1 other kind)"),
        more => format!(" ({named}, and {more} other kinds)"),
    }
}

/// The first few, each with its kind, its file, and what became of it.
fn listing(repo: &Snapshot, traces: &[&Trace]) -> String {
    let short = |commit: gix::ObjectId| commit.to_hex_with_len(8).to_string();
    let authors = repo.history().authors().len();
    let mut listed: Vec<String> = traces
        .iter()
        .take(MOST_NAMED)
        .map(|trace| {
            let name = secrets::rule(trace.rule).map_or("a credential", |rule| rule.name.as_str());
            let fate = match trace.state {
                State::Head => String::new(),
                State::History => match trace.removed_in {
                    Some(removed) => format!(
                        " (brought in by commit {}, gone since commit {}{})",
                        short(trace.first_commit),
                        short(removed),
                        if trace.is_ignored_now { " and kept out by .gitignore now" } else { "" }
                    ),
                    None => format!(" (brought in by commit {})", short(trace.first_commit)),
                },
                State::Ref if trace.within == Within::File => {
                    format!(" (in commit {}, which only another branch or a tag has)", short(trace.first_commit))
                }
                State::Ref => String::new(),
            };
            let before = if repo.history().since().is_some() && !trace.is_candidates {
                ", before the candidate's work"
            } else {
                ""
            };
            let who = if authors > 1 { format!(", first by author {}", trace.author + 1) } else { String::new() };
            let claim = if trace.is_claimed { format!(", {}", trace.reason) } else { String::new() };
            format!("{name} {}{fate}{who}{before}{claim}", trace.spot)
        })
        .collect();
    if traces.len() > MOST_NAMED {
        listed.push(format!("and {} more", traces.len() - MOST_NAMED));
    }
    listed.join("; ")
}

fn places(traces: &[&Trace]) -> Vec<Place> {
    traces.iter().take(MOST_PLACES).map(|trace| trace.place.clone()).collect()
}

fn facts(finding: Finding, repo: &Snapshot, traces: &[&Trace]) -> Finding {
    let classes = [Class::Production, Class::Example, Class::Test, Class::Documentation];
    let by_class: serde_json::Map<String, Value> = classes
        .iter()
        .map(|class| (class.word().to_owned(), traces.iter().filter(|trace| trace.class == *class).count().into()))
        .collect();
    let count = |weight| traces.iter().filter(|trace| trace.weight == weight).count();
    let writers = Writers::of(repo.history());
    let listed: Vec<Value> = traces.iter().take(MOST_LISTED).map(|trace| entry(&writers, trace)).collect();
    finding
        .fact("findings", listed)
        .fact("classes", by_class)
        .fact("live", count(Weight::Live))
        .fact("possible", count(Weight::Possible))
        .fact("set_aside", count(Weight::SetAside))
        .fact("suppressed", count(Weight::Suppressed))
}

fn entry(writers: &Writers, trace: &Trace) -> Value {
    let mut entry = json!({
        "rule": trace.rule,
        "state": trace.state.word(),
        "class": trace.class.word(),
        "weight": trace.weight.word(),
        "judgement": trace.judgement,
        "fingerprint": trace.fingerprint.to_string(),
        "within": trace.within.word(),
        "path": trace.path,
        "paths": trace.paths,
        "places": places_at_head(trace),
        "appeared_under": trace.appeared_under.iter().take(MOST_PATHS).collect::<Vec<_>>(),
        "appeared_under_more": trace.appeared_under.len().saturating_sub(MOST_PATHS),
        "start": trace.lines.0,
        "end": trace.lines.1,
        "first_commit": trace.first_commit.to_string(),
        "first_path": trace.first_path,
        "last_commit": trace.last_commit.to_string(),
        "in_head": trace.state == State::Head,
        "ignored_now": trace.is_ignored_now,
        "brought_by": writers.brought_by(trace),
        "removed_in": trace.removed_in.map(|commit| commit.to_string()),
        "author": trace.author + 1,
        "reason": trace.reason,
    });
    if writers.has_starter()
        && let Some(entry) = entry.as_object_mut()
    {
        entry.insert("before_candidate".to_owned(), (!trace.is_candidates).into());
    }
    entry
}

fn places_at_head(trace: &Trace) -> Vec<Value> {
    let places = trace.places_at_head.iter().take(MOST_LINES);
    let entry = |place: &PlaceAtHead| {
        json!({
            "path": place.path,
            "start": place.lines.0,
            "end": place.lines.1,
            "judgement": place.judgement,
            "weight": place.opinion.weight.word(),
            "reason": place.opinion.reason,
        })
    };
    places.map(entry).collect()
}

fn count(number: usize, what: &str) -> String {
    match what.strip_prefix("value that may be a password or key") {
        Some(_) if number != 1 => format!("{number} values that may be passwords or keys"),
        _ if number == 1 => format!("1 {what}"),
        _ if what.starts_with("password or key") => format!("{number} passwords or keys that look real"),
        _ => format!("{number} {what}s"),
    }
}

#[cfg(test)]
mod tests;
