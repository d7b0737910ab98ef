//! Temporary folders that are removed whatever happens: success, error, panic (by drop), or a signal
//! ([`remove_all`]).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

/// Every folder that is there now, for the way out that drops nothing.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A temporary folder of ours.
#[derive(Debug)]
pub struct Workdir {
    folder: PathBuf,
}

impl Workdir {
    /// Makes a folder that only this user may enter.
    pub fn new() -> io::Result<Self> {
        let mut live = LIVE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let folder = tempfile::Builder::new().prefix("foliolens-").tempdir()?.keep();
        live.push(folder.clone());
        Ok(Workdir { folder })
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
}
