//! What became of each found value: where it came in, where it stands, and when it went.

use std::collections::{BTreeMap, HashMap};

use gix::ObjectId;

use super::place::{self, Class};
use crate::secrets::{Fingerprint, Hit, Judgement, Tier, rule};
use crate::snapshot::{Blob, BlobId};
use crate::{Place, Snapshot};

/// Where a value can still be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// In the tree under review.
    Head,
    /// In an older commit of the default branch.
    History,
    /// Only in another branch or a tag.
    Ref,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            State::Head => "head",
            State::History => "history",
            State::Ref => "ref",
        }
    }
}

/// How much a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Well-formed, not public, and in a place that is used.
    Live,
    /// Possible, please look.
    Possible,
    /// Found, and innocent for a reason.
    SetAside,
}

impl Weight {
    pub(super) fn word(self) -> &'static str {
        match self {
            Weight::Live => "live",
            Weight::Possible => "possible",
            Weight::SetAside => "set_aside",
        }
    }
}

/// One distinct value, by what is known of it.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) rule: &'static str,
    pub(super) fingerprint: Fingerprint,
    pub(super) state: State,
    pub(super) class: Class,
    pub(super) weight: Weight,
    pub(super) judgement: Judgement,
    pub(super) reason: &'static str,
    pub(super) path: String,
    pub(super) paths: usize,
    pub(super) lines: (u32, u32),
    pub(super) place: Place,
    pub(super) first_commit: ObjectId,
    pub(super) removed_in: Option<ObjectId>,
    pub(super) author: usize,
    pub(super) is_candidates: bool,
}

/// What value and place come to together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Opinion {
    pub(super) weight: Weight,
    pub(super) class: Class,
    pub(super) reason: &'static str,
}

/// The opinion on `hit` at `path`.
pub(super) fn opinion(hit: &Hit, path: &str) -> Opinion {
    let aside = |class, reason| Opinion { weight: Weight::SetAside, class, reason };
    let (class, why) = place::class(path);
    if class != Class::Production {
        return aside(class, why);
    }
    let tier = rule(hit.rule).map_or(Tier::Generic, |rule| rule.tier);
    let is_elsewhere = hit.judgement == Judgement::InTest && !path.ends_with(".rs");
    if let Some(reason) = hit.judgement.innocent()
        && !is_elsewhere
    {
        let class = if matches!(hit.judgement, Judgement::Development | Judgement::InTest) {
            Class::Test
        } else {
            Class::Example
        };
        return aside(class, reason);
    }
    if tier != Tier::Format && place::is_for_development(path) && !place::is_environment_file(path) {
        return aside(Class::Test, "in a file for development");
    }
    let possible = |reason| Opinion { weight: Weight::Possible, class, reason };
    match (tier, hit.judgement) {
        (Tier::Generic, Judgement::Weak) => aside(Class::Example, "made of words, not generated"),
        (_, Judgement::Weak) => possible("a word or a few characters where a generated value belongs"),
        (Tier::Generic, Judgement::Commented) => aside(Class::Example, "commented out"),
        (_, Judgement::Commented) => possible("commented out"),
        (_, Judgement::Malformed) => possible("the form without the checksum that belongs to it"),
        (Tier::Generic, _) if !place::is_environment_file(path) => {
            possible("a literal next to a suggestive word; it may be a sample or an identifier")
        }
        _ => Opinion { weight: Weight::Live, class, reason: "well-formed, and in a place that is used" },
    }
}

#[derive(Default)]
struct Gathered<'repo> {
    /// At HEAD, by path.
    head: BTreeMap<&'repo str, &'repo Hit>,
    /// By path: the oldest commit that has it there.
    history: BTreeMap<&'repo str, (usize, &'repo Hit)>,
    elsewhere: BTreeMap<&'repo str, (usize, &'repo Hit)>,
    removed_in: Option<usize>,
}

type Key = (&'static str, Fingerprint);

/// Path, hit, and the commit that brought it there unless it is at HEAD.
type Standing<'repo> = (&'repo str, &'repo Hit, Option<usize>);

/// Every distinct value of the tree and the history; those that count most first.
pub(super) fn collect(repo: &Snapshot) -> Vec<Trace> {
    let history = repo.history();
    let mut gathered: BTreeMap<Key, Gathered<'_>> = BTreeMap::new();
    let credentials =
        |blob: &Blob| blob.hits.iter().any(|hit| rule(hit.rule).is_some_and(|rule| rule.tier != Tier::Marker));
    let with_hits: HashMap<BlobId, &Blob> = history.blobs().filter(|(_, blob)| credentials(blob)).collect();
    if with_hits.is_empty() {
        return Vec::new();
    }
    let keys = |blob: Option<BlobId>| {
        let hits = blob.and_then(|blob| with_hits.get(&blob)).map_or(&[][..], |blob| blob.hits.as_slice());
        hits.iter().filter(|hit| rule(hit.rule).is_some_and(|rule| rule.tier != Tier::Marker))
    };

    let by_id: HashMap<ObjectId, &Blob> = with_hits.values().map(|blob| (blob.id, *blob)).collect();
    for file in repo.tree().files() {
        for hit in by_id.get(&file.id).map_or(&[][..], |blob| blob.hits.as_slice()) {
            if rule(hit.rule).is_some_and(|rule| rule.tier != Tier::Marker) {
                gathered
                    .entry((hit.rule, hit.fingerprint))
                    .or_default()
                    .head
                    .entry(&file.path)
                    .and_modify(|known| *known = if hit.judgement < known.judgement { hit } else { *known })
                    .or_insert(hit);
            }
        }
    }
    // Newest first, so that the oldest commit stays.
    for (index, commit) in history.commits().iter().enumerate() {
        for change in &commit.changes {
            let path = history.path(change.path);
            for hit in keys(change.new) {
                let entry = gathered.entry((hit.rule, hit.fingerprint)).or_default();
                let place = if commit.on_default_branch { &mut entry.history } else { &mut entry.elsewhere };
                match place.get(path) {
                    Some((known, worse)) if *known == index && worse.judgement <= hit.judgement => {}
                    _ => _ = place.insert(path, (index, hit)),
                }
            }
            if commit.on_default_branch {
                for hit in keys(change.old) {
                    let stays =
                        keys(change.new).any(|other| other.rule == hit.rule && other.fingerprint == hit.fingerprint);
                    if !stays && !change.renamed {
                        gathered.entry((hit.rule, hit.fingerprint)).or_default().removed_in.get_or_insert(index);
                    }
                }
            }
        }
    }
    let mut traces: Vec<Trace> =
        gathered.into_iter().filter_map(|(key, gathered)| trace(repo, key, &gathered)).collect();
    traces.sort_by(|a, b| {
        (a.weight, a.class, a.state, &a.path, a.lines, a.rule, a.fingerprint).cmp(&(
            b.weight,
            b.class,
            b.state,
            &b.path,
            b.lines,
            b.rule,
            b.fingerprint,
        ))
    });
    traces
}

fn trace(repo: &Snapshot, (rule, fingerprint): Key, gathered: &Gathered<'_>) -> Option<Trace> {
    let commits = repo.history().commits();
    let (state, places): (State, Vec<Standing<'_>>) = if !gathered.head.is_empty() {
        (State::Head, gathered.head.iter().map(|(path, hit)| (*path, *hit, None)).collect())
    } else {
        let (state, from) = match gathered.history.is_empty() {
            false => (State::History, &gathered.history),
            true => (State::Ref, &gathered.elsewhere),
        };
        (state, from.iter().map(|(path, (commit, hit))| (*path, *hit, Some(*commit))).collect())
    };
    // The place that counts most speaks for the value; of those the one nearest to the root.
    let rank = |(path, hit, _): &&Standing<'_>| {
        let opinion = opinion(hit, path);
        (opinion.weight, opinion.class, path.matches('/').count(), path.to_string())
    };
    let (path, hit, commit) = *places.iter().min_by_key(rank)?;
    let opinion = opinion(hit, path);
    let all = if gathered.history.is_empty() { &gathered.elsewhere } else { &gathered.history };
    let first = all.values().map(|(commit, _)| *commit).max();
    let first_commit = first.map_or(repo.head(), |index| commits[index].id);
    let at = commit.map_or(repo.head(), |index| commits[index].id);
    Some(Trace {
        rule,
        fingerprint,
        state,
        class: opinion.class,
        weight: opinion.weight,
        judgement: hit.judgement,
        reason: opinion.reason,
        path: path.to_owned(),
        paths: places.len(),
        lines: hit.lines,
        place: Place::lines(at, path, hit.lines.0, hit.lines.1),
        first_commit,
        removed_in: (state == State::History).then_some(gathered.removed_in).flatten().map(|index| commits[index].id),
        author: first.map_or(0, |index| commits[index].author),
        is_candidates: first.is_none_or(|index| commits[index].is_since),
    })
}
