//! Gathers where each found value stands: at HEAD, in which commits, and beside files.

use std::collections::{BTreeMap, HashMap};

use gix::ObjectId;

use crate::Snapshot;
use crate::areas::secrets::spot::{Spot, Within};
use crate::secrets::{Fingerprint, Hit, Tier, rule};
use crate::snapshot::{At, Blob, BlobId};

/// By value: one that several rules find is one.
pub(super) type All<'repo> = BTreeMap<Fingerprint, Gathered<'repo>>;

/// What is known of one value.
#[derive(Default)]
pub(super) struct Gathered<'repo> {
    /// At HEAD.
    pub(super) head: BTreeMap<Spot<'repo>, &'repo Hit>,
    /// All of its lines at HEAD.
    pub(super) lines: BTreeMap<(&'repo str, (u32, u32)), &'repo Hit>,
    /// The oldest commit of the default branch that has it there.
    pub(super) history: BTreeMap<Spot<'repo>, (Option<usize>, &'repo Hit)>,
    /// The same of what only other branches, tags and notes have; a tag on a file has no commit.
    pub(super) elsewhere: BTreeMap<Spot<'repo>, (Option<usize>, &'repo Hit)>,
    /// The newest commit that brought it in, wherever.
    pub(super) newest: Option<usize>,
    pub(super) removed_in: Option<usize>,
}

impl<'repo> Gathered<'repo> {
    /// Commits come newest first, so that the oldest one stays; of several hits at one place the worst.
    fn add(&mut self, spot: Spot<'repo>, hit: &'repo Hit, commit: Option<usize>, on_default_branch: bool) {
        let place = if on_default_branch { &mut self.history } else { &mut self.elsewhere };
        match place.get(&spot) {
            Some((known, other)) if *known == commit && std::ptr::eq(worse(other, hit), *other) => {}
            _ => _ = place.insert(spot, (commit, hit)),
        }
        self.newest = match (self.newest, commit) {
            (Some(known), Some(commit)) => Some(known.min(commit)),
            (known, commit) => known.or(commit),
        };
    }
}

/// Where each distinct value of the tree, the history and the texts stands.
pub(super) fn gather(repo: &Snapshot) -> All<'_> {
    let mut all = All::new();
    let with_hits: HashMap<BlobId, &Blob> =
        repo.history().blobs().filter(|(_, blob)| credentials(&blob.hits).next().is_some()).collect();
    let names: HashMap<&str, &[Hit]> = (repo.history().texts().iter())
        .filter_map(|text| match text.at {
            At::Path(path) => Some((repo.history().path(path), &*text.hits)),
            _ => None,
        })
        .collect();
    if !with_hits.is_empty() || !names.is_empty() {
        at_head(repo, &with_hits, &names, &mut all);
        in_commits(repo, &with_hits, &names, &mut all);
    }
    in_texts(repo, &mut all);
    for tagged in repo.history().tagged() {
        for hit in with_hits.get(&tagged.blob).into_iter().flat_map(|blob| credentials(&blob.hits)) {
            all.entry(hit.value).or_default().add(Spot::in_tag(&tagged.tag, &tagged.path), hit, None, false);
        }
    }
    all
}

fn at_head<'repo>(
    repo: &'repo Snapshot,
    with_hits: &HashMap<BlobId, &'repo Blob>,
    names: &HashMap<&str, &'repo [Hit]>,
    all: &mut All<'repo>,
) {
    let by_id: HashMap<ObjectId, &Blob> = with_hits.values().map(|blob| (blob.id, *blob)).collect();
    for file in repo.tree().files() {
        let content = by_id.get(&file.id).into_iter().flat_map(|blob| credentials(&blob.hits));
        let name = names.get(&*file.path).into_iter().flat_map(|hits| credentials(hits));
        let content = content.map(|hit| (Spot::file(&file.path), hit));
        for (spot, hit) in content.chain(name.map(|hit| (Spot::path_name(&file.path), hit))) {
            let gathered = all.entry(hit.value).or_default();
            if spot.within == Within::File {
                let known = gathered.lines.entry((spot.path, hit.lines)).or_insert(hit);
                *known = worse(known, hit);
            }
            let known = gathered.head.entry(spot).or_insert(hit);
            *known = worse(known, hit);
        }
    }
}

fn in_commits<'repo>(
    repo: &'repo Snapshot,
    with_hits: &HashMap<BlobId, &'repo Blob>,
    names: &HashMap<&str, &'repo [Hit]>,
    all: &mut All<'repo>,
) {
    let history = repo.history();
    let keys = |blob: Option<BlobId>| {
        blob.and_then(|blob| with_hits.get(&blob)).into_iter().flat_map(|blob| credentials(&blob.hits))
    };
    for (index, commit) in history.commits().iter().enumerate() {
        for change in &commit.changes {
            let path = history.path(change.path);
            let name = || names.get(path).into_iter().flat_map(|hits| credentials(hits));
            for hit in keys(change.new) {
                let gathered = all.entry(hit.value).or_default();
                gathered.add(Spot::file(path), hit, Some(index), commit.on_default_branch);
            }
            for hit in name() {
                let gathered = all.entry(hit.value).or_default();
                if change.new.is_some() {
                    gathered.add(Spot::path_name(path), hit, Some(index), commit.on_default_branch);
                } else if commit.on_default_branch {
                    gathered.removed_in.get_or_insert(index);
                }
            }
            if commit.on_default_branch && !change.renamed {
                for hit in keys(change.old) {
                    if !keys(change.new).any(|other| other.value == hit.value) {
                        all.entry(hit.value).or_default().removed_in.get_or_insert(index);
                    }
                }
            }
        }
    }
}

fn in_texts<'repo>(repo: &'repo Snapshot, all: &mut All<'repo>) {
    let history = repo.history();
    if history.texts().is_empty() {
        return;
    }
    let commits: HashMap<ObjectId, usize> =
        history.commits().iter().enumerate().map(|(index, commit)| (commit.id, index)).collect();
    let mut placed: Vec<(Option<usize>, Spot<'repo>, &'repo Hit)> = Vec::new();
    for text in history.texts() {
        let (commit, spot) = match &text.at {
            At::Message(commit) => (Some(commit), Spot::of_commit(Within::Message)),
            At::Person(commit) => (Some(commit), Spot::of_commit(Within::Person)),
            At::Tag(name, commit) => (commit.as_ref(), Spot::of_ref(Within::Tag, name)),
            At::Ref(name, commit) => (commit.as_ref(), Spot::of_ref(Within::RefName, name)),
            At::Path(_) => continue,
        };
        let commit = commit.and_then(|commit| commits.get(commit).copied());
        placed.extend(credentials(&text.hits).map(|hit| (commit, spot, hit)));
    }
    placed.sort_by_key(|(commit, spot, _)| (*commit, *spot));
    for (commit, spot, hit) in placed {
        let of_commit = matches!(spot.within, Within::Message | Within::Person);
        let on_default_branch = of_commit && commit.is_some_and(|index| history.commits()[index].on_default_branch);
        all.entry(hit.value).or_default().add(spot, hit, commit, on_default_branch);
    }
}

fn credentials(hits: &[Hit]) -> impl Iterator<Item = &Hit> {
    hits.iter().filter(|hit| rule(hit.rule).is_some_and(|rule| rule.tier != Tier::Marker))
}

/// Of two hits at one place the one that says more; of two that say the same the surer one, and the first.
fn worse<'repo>(known: &'repo Hit, hit: &'repo Hit) -> &'repo Hit {
    let says = |hit: &Hit| (hit.judgement, rule(hit.rule).map(|rule| rule.tier));
    if says(hit) < says(known) { hit } else { known }
}
