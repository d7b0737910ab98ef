//! What the review itself found, and only the person can tell the story of.

use std::collections::BTreeMap;

use gix::ObjectId;
use serde_json::Value;

use super::{Findings, Prompt};
use crate::areas::api::Surface;
use crate::areas::api::version_segment;
use crate::areas::commits;
use crate::snapshot::Commit;
use crate::{Outcome, Place, Snapshot, secrets};

/// Fewer files than that are no story in a commit that the report speaks of.
const LARGE: usize = 25;

/// In one that it does not speak of, fewer than that are an ordinary change.
const LARGE_BY_ITSELF: u64 = 50;

/// A commit that holds much of the work at once, or the work of which only the end is there: one that the report speaks
/// of, or one that is large by itself, however the commits are as a whole.
pub(super) fn commit(repo: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    findings.get("commits.focused").filter(|finding| finding.outcome() != Outcome::NotApplicable)?;
    let wanting = ["commits.no-giant", "commits.focused"];
    let places = wanting.iter().filter_map(|signal| findings.wanting(signal)).flat_map(|finding| finding.places());
    let all = repo.history().commits();
    let widest = commits::widest(repo).filter(|(_, files)| *files >= LARGE_BY_ITSELF);
    let (files, largest) = places
        .filter_map(|place| all.iter().find(|commit| commit.id == place.commit))
        .chain(widest.map(|(commit, _)| commit))
        .map(|commit| (commit.changes.len(), commit))
        .max_by_key(|(files, commit)| (*files, std::cmp::Reverse(commit.id)))?;
    let id = if largest.parents == 0 { "commit.first" } else { "commit.large" };
    (files >= LARGE).then(|| Prompt::new(id).naming("files", files).at([Place::commit(largest.id)]))
}

/// A credential that came, and perhaps went. Where it is, as a path and a commit: never what it is.
pub(super) fn key(_: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    let listed = |signal: &str, fact: &str| {
        let listed = findings.get(signal).and_then(|finding| finding.facts().get(fact)).and_then(Value::as_array);
        listed.into_iter().flatten()
    };
    // Whoever was given a key with the template has nothing to tell of it.
    let is_live = |entry: &&Value| entry["weight"] == "live" && entry["before_candidate"] != true;
    let values = listed("secrets.history", "findings").chain(listed("secrets.head", "findings")).filter(is_live);
    let files = listed("secrets.files", "found").filter(|file| kind_of_file(file).is_some());
    let all: Vec<&Value> = values.chain(files).collect();
    let is_gone = |entry: &&&Value| entry["state"] == "history" && !entry["removed_in"].is_null();
    let (id, entry) = match all.iter().find(is_gone) {
        Some(gone) => ("key.gone", *gone),
        None => ("key.here", *all.first()?),
    };
    let kind = match kind_of_file(entry) {
        Some(kind) => kind,
        None => secrets::rule(entry["rule"].as_str()?).map_or("a credential", |rule| &*rule.name),
    };
    let at = |commit: &str, path: &str| {
        let commit = ObjectId::from_hex(entry[commit].as_str()?.as_bytes()).ok()?;
        Some(Place::file(commit, entry[path].as_str().filter(|path| !path.is_empty())?))
    };
    let first = at("first_commit", "first_path").or_else(|| at("first_commit", "path"));
    let last = at("last_commit", "path").filter(|last| first.as_ref() != Some(last));
    Some(Prompt::new(id).naming("kind", kind).at(first.into_iter().chain(last)))
}

/// What to call a file that is a key as a whole, whatever can be read of it.
fn kind_of_file(file: &Value) -> Option<&'static str> {
    let kind = match file["kind"].as_str()? {
        "private_key" => "a private key",
        "keystore" => "a keystore",
        _ => return None,
    };
    (file["holds"] == "credentials").then_some(kind)
}

/// An interface that others depend on, and that changed.
pub(super) fn interface(repo: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    versions(repo).or_else(|| breaking(repo, findings))
}

/// Two versions that are served at once.
fn versions(repo: &Snapshot) -> Option<Prompt> {
    let mut versions: BTreeMap<u32, (&str, Place)> = BTreeMap::new();
    for route in Surface::of(repo).data() {
        let Some(version) = version_segment(&route.path) else { continue };
        let Ok(number) = version.trim_start_matches(['v', 'V']).parse::<u32>() else { continue };
        let place = || Place::lines(repo.head(), &*route.file, route.lines.0, route.lines.1);
        versions.entry(number).or_insert_with(|| (version, place()));
    }
    let ((_, (one, before)), (_, (other, after))) =
        (versions.first_key_value()?, versions.last_key_value().filter(|_| versions.len() > 1)?);
    let prompt = Prompt::new("interface.versions").naming("one", one).naming("other", other);
    Some(prompt.at([before.clone(), after.clone()]))
}

/// A commit that says itself that it breaks what others rely on, where there is an API.
fn breaking(repo: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    let is_api =
        findings.get("api.versioned").is_some_and(|found| found.facts().get("is_http_api") == Some(&true.into()));
    let mut theirs = repo.history().on_default_branch().filter(|commit| commit.is_since && !commit.is_merge());
    let commit = theirs.find(|commit| is_breaking(commit))?;
    is_api.then(|| Prompt::new("interface.breaking").at([Place::commit(commit.id)]))
}

/// As Conventional Commits marks it (`feat(api)!: ...`, or a line `BREAKING CHANGE: ...`), or in as many words.
fn is_breaking(commit: &Commit) -> bool {
    let kind = commit.subject().split_once("!:").map(|(kind, _)| kind);
    let is_kind = |kind: &str| {
        let word = kind.split('(').next().unwrap_or(kind);
        matches!(word, "feat" | "fix" | "refactor" | "perf" | "chore" | "build")
    };
    kind.is_some_and(is_kind)
        || commit.subject().starts_with("BREAKING")
        || commit
            .body()
            .lines()
            .any(|line| line.starts_with("BREAKING CHANGE:") || line.starts_with("BREAKING-CHANGE:"))
}
