//! Decoding objects, each once, on all cores: in the order of a pack's deltas, so that a base is there when it is
//! needed. What is in no pack, or in a damaged part of one, is read one by one.

mod delta;
mod forest;
mod lookup;
mod walk;

pub(crate) use lookup::{Lookup, Objects};

use std::sync::atomic::{AtomicU64, Ordering};

use gix::{ObjectId, oid};
use gix_object::{Find, Kind};
use rayon::prelude::*;

use super::Watch;
use super::read::{ReadError, objects_folder};
use crate::secrets::Copied;

/// An object of which nobody can make anything; it would only fill the memory.
pub(crate) const LARGEST: usize = 256 << 20;

/// Whoever wants to see objects.
pub(crate) trait Visitor: Sync {
    /// A number for the object if it is to be visited. Asked for every object of a pack before the first visit.
    fn wants(&self, kind: Kind, id: &oid) -> Option<u32>;

    /// What a visit leaves for those to objects that are stored as deltas of this one; no larger than the object.
    type Left: Send + Sync;

    /// Called from many threads with what [`wants`](Self::wants) called the object, its content, and what it is stored
    /// as a delta of, if that was visited. An object that is in two packs may be visited twice, if it is wanted twice.
    fn visit(&self, tag: u32, bytes: &[u8], base: Option<Base<'_, Self::Left>>) -> Option<Self::Left>;
}

/// What an object is stored as a delta of.
pub(crate) struct Base<'walk, Left> {
    /// What its visit left.
    pub(crate) left: &'walk Left,
    /// The pieces that both have, in the order of the object.
    pub(crate) copies: &'walk [Copied],
}

/// The packs of a repository, each with what its headers say.
pub(crate) struct Packs(Vec<forest::Forest>);

impl Packs {
    /// Those of `repo` that can be opened. What is in others is read one by one, as far as it can be.
    pub(crate) fn of(repo: &gix::Repository) -> Self {
        let hash = repo.object_hash();
        Packs(indices(repo).iter().filter_map(|path| forest::Forest::open(path, hash)).collect())
    }
}

/// Visits everything in `packs` that `visitor` wants.
pub(crate) fn each_packed(packs: Packs, watch: &dyn Watch, visitor: &impl Visitor) -> Result<(), ReadError> {
    for mut forest in packs.0 {
        if forest.prune(visitor) > 0 {
            walk::walk(&forest, watch, visitor);
        }
        if watch.interrupted() {
            return Err(ReadError::Interrupted);
        }
    }
    Ok(())
}

/// Visits those of the objects with these ids that `visitor` wants, in whatever way they are stored. Returns how many
/// could not be read.
pub(crate) fn each_by_id(
    repo: &gix::Repository,
    ids: &[ObjectId],
    watch: &dyn Watch,
    visitor: &impl Visitor,
) -> Result<u64, ReadError> {
    let unread = AtomicU64::new(0);
    let shared = repo.clone().into_sync();
    let chunk = (ids.len() / (rayon::current_num_threads() * 8).max(1)).max(1);
    ids.par_chunks(chunk).for_each(|chunk| {
        let repo = shared.to_thread_local();
        let mut buffer = Vec::new();
        for id in chunk {
            if watch.interrupted() {
                return;
            }
            let fits = repo.find_header(*id).is_ok_and(|header| header.size() <= LARGEST as u64);
            let object = fits.then(|| repo.objects.try_find(id, &mut buffer).ok().flatten()).flatten();
            match object.and_then(|object| Some((visitor.wants(object.kind, id)?, object.data))) {
                Some((tag, bytes)) => {
                    visitor.visit(tag, bytes, None);
                }
                None => {
                    unread.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    });
    if watch.interrupted() { Err(ReadError::Interrupted) } else { Ok(unread.into_inner()) }
}

/// The index files of all packs, sorted.
fn indices(repo: &gix::Repository) -> Vec<std::path::PathBuf> {
    let folder = objects_folder(repo).join("pack");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.retain(|path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "idx"));
    paths.sort();
    paths
}
