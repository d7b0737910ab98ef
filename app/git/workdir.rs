//! Temporary folders that are removed whatever happens: success, error, panic (by drop), a signal ([`remove_all`]), and
//! where nothing could be done any more, as after `kill -9`, by the next process that looks ([`sweep`]).
//!
//! Whether somebody still uses one is said by a lock on a file in it, which the kernel takes away together with the
//! process. The number of a process would say less: each container counts its own, and one that has died but that nobody
//! has asked about yet still has it.

use std::fs::{DirEntry, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

const PREFIX: &str = "foliolens-";
const LOCK: &str = "in-use";

/// Every folder that is there now, for the way out that drops nothing.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A temporary folder of ours.
#[derive(Debug)]
pub struct Workdir {
    folder: PathBuf,
    /// Held as long as the folder is used.
    _lock: File,
}

impl Workdir {
    /// Makes a folder that only this user may enter.
    pub fn new() -> io::Result<Self> {
        Self::within(&std::env::temp_dir())
    }

    fn within(temporary: &Path) -> io::Result<Self> {
        let mut live = LIVE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        for _ in 0..20 {
            let only_us = std::fs::Permissions::from_mode(0o700);
            let folder = tempfile::Builder::new().prefix(PREFIX).permissions(only_us).tempdir_in(temporary)?;
            // Before it is locked, whoever sweeps may take it for one that was left. Then there is another one.
            if let Some(lock) = locked(folder.path())? {
                let folder = folder.keep();
                live.push(folder.clone());
                return Ok(Workdir { folder, _lock: lock });
            }
        }
        Err(io::Error::other("each new temporary folder was removed at once by somebody else"))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Workdir {
    fn drop(&mut self) {
        remove(&self.folder);
        LIVE.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).retain(|folder| *folder != self.folder);
    }
}

/// Removes every folder that is there, for a process that is about to exit without unwinding.
pub fn remove_all() {
    for folder in LIVE.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).drain(..) {
        remove(&folder);
    }
}

/// Removes the folders that killed processes left; how many there were.
pub fn sweep() -> usize {
    swept(&std::env::temp_dir())
}

fn swept(temporary: &Path) -> usize {
    let entries = std::fs::read_dir(temporary).into_iter().flatten().flatten();
    entries.filter(is_ours).filter(|entry| is_removed(&entry.path())).count()
}

/// Whether it is a folder of this user's, and called as ours are. Into those of others nobody looks.
fn is_ours(entry: &DirEntry) -> bool {
    let is_called_so = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
    let us = rustix::process::geteuid().as_raw();
    is_called_so && entry.metadata().is_ok_and(|found| found.is_dir() && found.uid() == us)
}

/// Removes `folder` if nobody uses it. The lock is held meanwhile, so that nobody begins to.
fn is_removed(folder: &Path) -> bool {
    let lock = folder.join(LOCK);
    // What has no such file is not ours, or not yet locked.
    if !lock.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return false;
    }
    let Ok(lock) = OpenOptions::new().write(true).open(lock) else { return false };
    if lock.try_lock().is_err() {
        return false;
    }
    remove(folder);
    !folder.exists()
}

/// The lock on `folder`, which is new; nothing where somebody has taken it for one that was left.
fn locked(folder: &Path) -> io::Result<Option<File>> {
    let path = folder.join(LOCK);
    let lock = match File::create_new(&path) {
        Ok(lock) => lock,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        // Where a file system knows no locks nobody gets one, and nothing is swept.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(path.exists().then_some(lock)),
    }
}

/// A thread that is being stopped may still add a file, so one failure is not the end.
fn remove(folder: &Path) {
    for _ in 0..20 {
        match std::fs::remove_dir_all(folder) {
            Ok(()) => return,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
    tracing::warn!("A temporary folder could not be removed: {}", folder.display());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_removed_when_dropped_even_in_a_panic() {
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let workdir = Workdir::new().expect("a temporary folder");
            std::fs::write(workdir.path().join("x"), "x").expect("written");
            tell.send(workdir.path().to_owned()).expect("heard");
            std::panic::resume_unwind(Box::new("no message"));
        });
        let folder = told.recv().expect("sent");
        assert!(thread.join().is_err());
        assert!(!folder.exists());
    }

    #[test]
    fn only_what_nobody_uses_is_swept_whoever_has_made_it() {
        let temporary = tempfile::tempdir().expect("a folder");
        let used = Workdir::within(temporary.path()).expect("made");
        let mode = used.path().metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "nobody else may look at a clone");
        // As `kill -9` leaves one: its file is there, and nobody holds the lock.
        let left = temporary.path().join("foliolens-left");
        std::fs::create_dir_all(left.join("repository.git/objects")).expect("made");
        std::fs::write(left.join(LOCK), "").expect("written");
        for name in ["foliolens-without", "other"] {
            std::fs::create_dir(temporary.path().join(name)).expect("made");
        }
        std::fs::write(temporary.path().join("other").join(LOCK), "").expect("written");
        std::os::unix::fs::symlink(temporary.path().join("other"), temporary.path().join("foliolens-link"))
            .expect("linked");
        assert_eq!(swept(temporary.path()), 1);
        assert!(!left.exists() && used.path().exists());
        for name in ["foliolens-without", "foliolens-link", "other/in-use"] {
            assert!(temporary.path().join(name).exists(), "{name}");
        }
        assert_eq!(swept(temporary.path()), 0, "the second time there is nothing");
    }

    #[test]
    fn who_makes_folders_while_others_sweep_has_each_of_them() {
        let temporary = tempfile::tempdir().expect("a folder");
        let is_over = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                    swept(temporary.path());
                }
            });
            for _ in 0..300 {
                let used = Workdir::within(temporary.path()).expect("made");
                assert!(used.path().join(LOCK).exists());
            }
            is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        });
    }
}
