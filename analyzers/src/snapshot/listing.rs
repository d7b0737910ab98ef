//! The files of one tree.

use gix::ObjectId;
use gix::bstr::ByteSlice;

use super::read::Skips;
use super::texts::Texts;
use super::{BlobId, Mode};
use crate::Limits;

/// One file of a tree.
pub(super) struct Listed {
    pub(super) path: String,
    pub(super) id: ObjectId,
    pub(super) mode: Mode,
    /// Its index in [`Changes::blobs`]; `None` for a submodule.
    pub(super) blob: Option<BlobId>,
}

/// Every file below `tree`, as long as there is `room` for another entry, folders included.
pub(super) fn list(
    repo: &gix::Repository,
    tree: ObjectId,
    limits: &Limits,
    room: &mut usize,
    texts: &Texts<'_>,
    skipped: &mut Skips,
) -> Vec<Listed> {
    let mut listed = Vec::new();
    let mut folders = vec![(String::new(), tree, 0)];
    let (mut damaged, mut deep, mut long) = (0, 0, 0);
    'all: while let Some((folder, id, depth)) = folders.pop() {
        let Ok(tree) = repo.find_tree(id) else {
            damaged += 1;
            continue;
        };
        for entry in tree.iter() {
            let Ok(entry) = entry else {
                damaged += 1;
                break;
            };
            if *room == 0 {
                skipped.add("tree", format!("beyond {} files and folders", limits.entries), 1, true);
                break 'all;
            }
            *room -= 1;
            if depth >= limits.depth {
                deep += 1;
                break;
            }
            if folder.len() + entry.filename().len() >= limits.path {
                long += 1;
                continue;
            }
            let name = entry.filename().to_str_lossy();
            let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
            let mode = entry.mode();
            if mode.is_tree() {
                folders.push((path, entry.object_id(), depth + 1));
                continue;
            }
            let mode = if mode.is_commit() {
                Mode::Submodule
            } else if mode.is_link() {
                Mode::Symlink
            } else if mode.is_executable() {
                Mode::Executable
            } else {
                Mode::Regular
            };
            let path = texts.shown(path.as_bytes());
            listed.push(Listed { path, id: entry.object_id(), mode, blob: None });
        }
    }
    let what = if listed.is_empty() { "the list of files at HEAD" } else { "some files at HEAD" };
    skipped.add("tree", format!("missing or damaged: {what} could not be read"), damaged, true);
    skipped.add("tree", format!("more than {} folders deep", limits.depth), deep, true);
    skipped.add("file", format!("its path is longer than {} bytes", limits.path), long, true);
    listed
}
