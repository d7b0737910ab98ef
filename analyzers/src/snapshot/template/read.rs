//! Reads a template: its commits and trees, every content, and the texts that a candidate's may have been made from.

use std::collections::{BTreeSet, HashMap, HashSet};

use gix::ObjectId;

use super::{Template, Version, is_work};
use crate::paths;
use crate::snapshot::blobs;

/// A template is small; of a larger one the newest commits are known, and the first of their files.
const MOST_COMMITS: usize = 20_000;
const MOST_ENTRIES: usize = 500_000;
const MOST_TEXT: u64 = 64 << 20;
const LARGEST_TEXT: u64 = 1 << 20;
const MOST_VERSIONS: usize = 16;

impl Template {
    /// Everything that `tips` reach in `repo`; without any, that HEAD and all references reach.
    pub fn read(repo: &gix::ThreadSafeRepository, tips: &[ObjectId]) -> Self {
        let repo = &repo.to_thread_local();
        let mut next: Vec<ObjectId> = tips.to_vec();
        if tips.is_empty() {
            next.extend(repo.head_id().ok().map(gix::Id::detach));
            if let Ok(all) = &repo.references()
                && let Ok(all) = all.all()
            {
                next.extend(all.flatten().filter_map(|mut reference| Some(reference.peel_to_id().ok()?.detach())));
            }
        }
        let mut template = Template::default();
        let mut listed = Listed::of(repo);
        while let Some(id) = next.pop() {
            if template.commits.contains(&id) {
                continue;
            }
            if template.commits.len() >= MOST_COMMITS {
                template.is_cut = true;
                break;
            }
            let Ok(commit) = repo.find_commit(id) else { continue };
            template.commits.insert(id);
            next.extend(commit.parent_ids().map(gix::Id::detach));
            if let Ok(tree) = commit.tree_id() {
                template.trees.insert(tree.detach());
                listed.add(tree.detach(), &mut template.files);
            }
        }
        template.is_cut |= listed.entries >= MOST_ENTRIES;
        template.read_texts(repo, &newest(repo, tips));
        template
    }

    /// Those of the `newest` contents come first, so that they win where versions are equally near.
    fn read_texts(&mut self, repo: &gix::Repository, newest: &HashMap<ObjectId, String>) {
        let files: BTreeSet<(bool, &String, &ObjectId)> =
            self.files.iter().map(|(id, path)| (!newest.contains_key(id), path, id)).collect();
        let mut room = MOST_TEXT;
        for (_, path, id) in files.into_iter().filter(|(_, path, _)| is_work(path)) {
            let versions = self.texts.entry(paths::name(path).to_owned()).or_default();
            let Ok(header) = repo.find_header(*id) else { continue };
            if header.size() > LARGEST_TEXT.min(room) || versions.len() >= MOST_VERSIONS {
                self.is_cut |= (room + 1..=LARGEST_TEXT).contains(&header.size());
                continue;
            }
            room -= header.size();
            let Ok(blob) = repo.find_object(*id) else { continue };
            let text = blobs::text(&blob.data).unwrap_or_default();
            versions.push(Version { path: path.clone(), text });
        }
    }
}

/// The contents at the `tips`; without any, at HEAD.
fn newest(repo: &gix::Repository, tips: &[ObjectId]) -> HashMap<ObjectId, String> {
    let head = || repo.head_id().ok().map(gix::Id::detach);
    let commits: Vec<ObjectId> = if tips.is_empty() { head().into_iter().collect() } else { tips.to_vec() };
    let mut files = HashMap::new();
    let mut listed = Listed::of(repo);
    for id in commits {
        let Ok(commit) = repo.find_commit(id) else { continue };
        if let Ok(tree) = commit.tree_id() {
            listed.add(tree.detach(), &mut files);
        }
    }
    files
}

/// The files of trees, each tree once.
pub(super) struct Listed<'repo> {
    repo: &'repo gix::Repository,
    seen: HashSet<ObjectId>,
    entries: usize,
}

impl<'repo> Listed<'repo> {
    pub(super) fn of(repo: &'repo gix::Repository) -> Self {
        Listed { repo, seen: HashSet::new(), entries: 0 }
    }

    /// Adds every content below `root` to `files`, with a path at which it lies.
    pub(super) fn add(&mut self, root: ObjectId, files: &mut HashMap<ObjectId, String>) {
        let mut next = vec![(root, String::new())];
        while let Some((id, folder)) = next.pop() {
            if self.entries >= MOST_ENTRIES || !self.seen.insert(id) {
                continue;
            }
            let Ok(tree) = self.repo.find_tree(id) else { continue };
            for entry in tree.iter().flatten() {
                self.entries += 1;
                let path = format!("{folder}{}", entry.filename());
                match entry.mode() {
                    mode if mode.is_tree() => next.push((entry.object_id(), path + "/")),
                    mode if mode.is_blob() => {
                        files.entry(entry.object_id()).or_insert(path);
                    }
                    _ => {}
                }
            }
        }
    }
}
