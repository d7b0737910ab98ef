//! Finding the git folder of a path, without being led astray: this is done before the child is shut in, and by the
//! command line itself.

use std::io;
use std::path::{Path, PathBuf};

use gix::discover::upwards;

use super::OpenError;

/// Where a repository lies. Nothing in it has been believed yet.
#[derive(Debug, Clone)]
pub struct Located {
    /// Its git folder.
    pub folder: PathBuf,
    /// The git folder whose objects it shares, if it is one of several work trees; else the same.
    pub common: PathBuf,
}

/// What git and we read whole of a git folder, and the most bytes of it that we do.
const READ_WHOLE: &[(&str, u64)] = &[
    ("HEAD", SMALL),
    ("commondir", SMALL),
    ("gitdir", SMALL),
    ("config", 1 << 20),
    ("config.worktree", 1 << 20),
    ("shallow", 64 << 20),
    ("packed-refs", 1 << 30),
    ("objects/info/alternates", 1 << 20),
];

/// A path, or the name of a reference.
const SMALL: u64 = 64 << 10;

/// Files and folders of a git folder that are looked at for what they are; loose objects by the million are a clone that
/// `git gc` has never seen.
const MOST_ENTRIES: usize = 1_000_000;

/// Finds the repository that `path` is in: the folder itself (bare or not), or one above it.
pub fn locate(path: &Path) -> Result<Located, OpenError> {
    let kind = std::fs::metadata(path).map_err(|error| refuse(&error))?;
    if !kind.is_dir() {
        return Err(OpenError::NotAFolder);
    }
    std::fs::read_dir(path).map_err(|error| refuse(&error))?;
    let path = path.canonicalize().map_err(|error| refuse(&error))?;
    // Whatever may be a git folder on the way up is looked into by what comes next.
    for above in path.ancestors() {
        are_plain(above, &[(".git", SMALL)])?;
        [above, &above.join(".git")].iter().try_for_each(|folder| are_plain(folder, &READ_WHOLE[..2]))?;
    }
    let (found, _) = gix::discover::upwards_opts(&path, upwards::Options::default()).map_err(|error| {
        tracing::debug!("No repository was found: {error}");
        // A folder that says that it is a repository and yet is none is not the same as none.
        if has_git_folder(&path) { OpenError::Damaged(error.to_string().into()) } else { OpenError::NotARepository }
    })?;
    let (folder, work_tree) = found.into_repository_and_work_tree_directories();
    are_plain(&folder, READ_WHOLE)?;
    let folder = folder.canonicalize().map_err(|error| refuse(&error))?;
    let common = common(&folder)?;
    are_plain(&common, READ_WHOLE)?;
    if let Some(file) = work_tree.map(|work_tree| work_tree.join(".git")).filter(|file| file.is_file()) {
        belongs(&file, &folder, &common)?;
    }
    if std::fs::metadata(common.join("objects/info/alternates")).is_ok_and(|file| file.len() > 0) {
        return Err(OpenError::Borrows);
    }
    ["refs", "objects"].iter().try_for_each(|name| holds_files_only(common.join(name)))?;
    if common != folder {
        holds_files_only(folder.join("refs"))?;
    }
    Ok(Located { folder, common })
}

/// Where the objects are. Of a work tree that `git worktree` made they are in the git folder that lists it.
fn common(folder: &Path) -> Result<PathBuf, OpenError> {
    let Ok(written) = std::fs::read_to_string(folder.join("commondir")) else { return Ok(folder.to_owned()) };
    let common = folder.join(written.trim_end_matches(['\n', '\r']));
    let common = common.canonicalize().map_err(|error| OpenError::Damaged(Box::new(error)))?;
    if folder.parent() == Some(&common.join("worktrees")) { Ok(common) } else { Err(OpenError::Elsewhere(common)) }
}

/// Whether the git folder that the `.git` file names knows of it: as a work tree, or as a submodule of what is around.
fn belongs(file: &Path, folder: &Path, common: &Path) -> Result<(), OpenError> {
    let known = std::fs::read_to_string(folder.join("gitdir")).ok();
    let known = known.and_then(|known| folder.join(known.trim_end_matches(['\n', '\r'])).canonicalize().ok());
    let is_work_tree = common != folder && known.is_some() && known == file.canonicalize().ok();
    let is_submodule = || {
        let around = file.parent().and_then(Path::parent);
        let around = around.into_iter().flat_map(Path::ancestors).map(|above| above.join(".git"));
        around.filter_map(|around| around.canonicalize().ok()).any(|around| folder.starts_with(around.join("modules")))
    };
    if is_work_tree || is_submodule() { Ok(()) } else { Err(OpenError::Elsewhere(folder.to_owned())) }
}

/// Whether those of `names` that are in `folder` are files of no odd size. A device has no end, and a pipe no beginning.
fn are_plain(folder: &Path, names: &[(&str, u64)]) -> Result<(), OpenError> {
    names.iter().try_for_each(|(name, most)| match std::fs::metadata(folder.join(name)) {
        Ok(kind) if kind.is_dir() || (kind.is_file() && kind.len() <= *most) => Ok(()),
        Ok(_) => Err(odd(&folder.join(name))),
        // What is not there is not read.
        Err(_) => Ok(()),
    })
}

/// Whether there are only files and folders in `folder`, and links to them.
fn holds_files_only(folder: PathBuf) -> Result<(), OpenError> {
    let mut folders = vec![folder];
    let mut left = MOST_ENTRIES;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            left -= 1;
            if left == 0 {
                return Ok(());
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                folders.push(entry.path());
            } else if !kind.is_file()
                && std::fs::metadata(entry.path()).is_ok_and(|kind| !kind.is_file() && !kind.is_dir())
            {
                return Err(odd(&entry.path()));
            }
        }
    }
    Ok(())
}

fn odd(path: &Path) -> OpenError {
    OpenError::Damaged(format!("{} is no ordinary file, or too large", path.display()).into())
}

fn refuse(error: &io::Error) -> OpenError {
    match error.kind() {
        io::ErrorKind::PermissionDenied => OpenError::Denied,
        _ => OpenError::Missing,
    }
}

fn has_git_folder(path: &Path) -> bool {
    path.join(".git").exists() || (path.join("objects").is_dir() && path.join("refs").is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::open;

    #[test]
    fn what_is_no_repository_is_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(open(&folder.path().join("nothing")), Err(OpenError::Missing)));
        assert!(matches!(open(folder.path()), Err(OpenError::NotARepository)));
        std::fs::write(folder.path().join("file"), "").expect("written");
        assert!(matches!(open(&folder.path().join("file")), Err(OpenError::NotAFolder)));
        std::fs::create_dir(folder.path().join(".git")).expect("made");
        assert!(matches!(open(folder.path()), Err(OpenError::Damaged(_))));
    }

    #[test]
    fn a_device_or_a_pipe_in_a_git_folder_is_never_read() {
        for name in ["HEAD", "commondir", "config", "packed-refs", "shallow", "refs/heads/main", "objects/pack/a.idx"] {
            for is_device in [true, false] {
                let folder = tempfile::tempdir().expect("a folder");
                gix::init_bare(folder.path()).expect("made");
                let path = folder.path().join(name);
                let _ = std::fs::remove_file(&path);
                std::fs::create_dir_all(path.parent().expect("above")).expect("made");
                if is_device {
                    std::os::unix::fs::symlink("/dev/zero", &path).expect("linked");
                } else {
                    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).expect("made");
                }
                assert!(matches!(locate(folder.path()), Err(OpenError::Damaged(_))), "{name}");
            }
        }
    }

    #[test]
    fn a_git_folder_that_lies_elsewhere_has_to_know_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        gix::init(at("own")).expect("made");
        gix::init(at("other")).expect("made");
        std::fs::create_dir(at("led")).expect("made");
        std::fs::write(at("led/.git"), "gitdir: ../other/.git\n").expect("written");
        assert!(matches!(locate(&at("led")), Err(OpenError::Elsewhere(_))));
        for common in ["/", "../../other/.git"] {
            std::fs::write(at("own/.git/commondir"), common).expect("written");
            assert!(locate(&at("own")).is_err(), "{common}");
        }
    }
}
