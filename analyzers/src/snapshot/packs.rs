//! Decoding wanted blobs, each once, on all cores: in the order of a pack's deltas where most of the pack is wanted,
//! else one by one.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use gix::ObjectId;
use gix_object::{Find, Kind};
use rayon::prelude::*;

use super::Watch;
use super::read::{ReadError, objects_folder};

/// A pack is decoded whole when at least one in this many of its objects is wanted.
const WHOLE_PACK: usize = 6;

/// A blob of which nobody can make anything; it would only fill the memory.
const LARGEST_BLOB: usize = 256 << 20;

/// Calls `visit` with the index and the content of every blob of `wanted` that can be read, from many threads.
/// Returns how many could not be read.
pub(super) fn each(
    repo: &gix::Repository,
    wanted: &HashMap<ObjectId, u32>,
    watch: &dyn Watch,
    visit: &(dyn Fn(u32, &[u8]) + Sync),
) -> Result<u64, ReadError> {
    let threads = rayon::current_num_threads();
    let seen: Vec<AtomicBool> = (0..wanted.len()).map(|_| AtomicBool::new(false)).collect();
    let once = |index: u32, bytes: &[u8]| {
        if !seen[index as usize].swap(true, Ordering::Relaxed) {
            visit(index, bytes);
        }
    };
    let interrupted = AtomicBool::new(false);
    for pack in packs(repo) {
        let here = pack.index.iter().filter(|entry| wanted.contains_key(&entry.oid)).count();
        if here * WHOLE_PACK < pack.index.num_objects() as usize {
            continue;
        }
        // A damaged pack ends the traversal; what it did not reach is asked for one by one below.
        let _ = pack.index.traverse_with_index(
            &pack.pack,
            |kind, bytes, entry, _| {
                if watch.interrupted() {
                    interrupted.store(true, Ordering::Relaxed);
                }
                if kind == Kind::Blob
                    && let Some(&index) = wanted.get(&entry.oid)
                {
                    once(index, bytes);
                }
                Ok(())
            },
            &mut gix::progress::Discard,
            &interrupted,
            gix_pack::index::traverse::with_index::Options {
                check: gix_pack::index::traverse::SafetyCheck::SkipFileAndObjectChecksumVerificationAndNoAbortOnDecodeError,
                thread_limit: Some(threads),
                alloc_limit_bytes: Some(LARGEST_BLOB),
            },
        );
        if watch.interrupted() {
            return Err(ReadError::Interrupted);
        }
    }

    let mut rest: Vec<(ObjectId, u32)> = wanted
        .iter()
        .filter(|(_, index)| !seen[**index as usize].load(Ordering::Relaxed))
        .map(|(id, index)| (*id, *index))
        .collect();
    rest.sort_unstable_by_key(|(_, index)| *index);
    let unread = AtomicU64::new(0);
    let shared = repo.clone().into_sync();
    let chunk = (rest.len() / (threads * 8).max(1)).max(1);
    let buffers: Mutex<Vec<Vec<u8>>> = Mutex::default();
    rest.par_chunks(chunk).for_each(|chunk| {
        let repo = shared.to_thread_local();
        let mut buffer = buffers.lock().expect("no panic while held").pop().unwrap_or_default();
        for (id, index) in chunk {
            if watch.interrupted() {
                return;
            }
            let fits = repo.find_header(*id).is_ok_and(|header| header.size() <= LARGEST_BLOB as u64);
            match fits.then(|| repo.objects.try_find(id, &mut buffer)) {
                Some(Ok(Some(data))) if data.kind == Kind::Blob => once(*index, data.data),
                _ => {
                    unread.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        buffers.lock().expect("no panic while held").push(buffer);
    });
    if watch.interrupted() { Err(ReadError::Interrupted) } else { Ok(unread.into_inner()) }
}

fn packs(repo: &gix::Repository) -> Vec<gix_pack::Bundle> {
    let folder = objects_folder(repo).join("pack");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.retain(|path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "idx"));
    paths.sort();
    paths.iter().filter_map(|path| gix_pack::Bundle::at(path, repo.object_hash()).ok()).collect()
}
