//! Where repositories are cloned to: a folder for each review, gone with it. What a killed process left is removed when
//! the next one starts.

use std::path::Path;

use rustix::process::{Pid, test_kill_process};

const PREFIX: &str = "foliolens-";

/// A new folder below the temporary one.
pub fn folder() -> std::io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix(&format!("{PREFIX}{}-", std::process::id())).tempdir()
}

/// Removes the folders of processes that are no more; how many there were.
pub fn sweep(temporary: &Path) -> usize {
    let entries = std::fs::read_dir(temporary).into_iter().flatten().flatten();
    let is_left = |name: &str| owner(name).is_some_and(|owner| !is_alive(owner));
    entries
        .filter(|entry| entry.file_name().to_str().is_some_and(is_left))
        .filter(|entry| std::fs::remove_dir_all(entry.path()).is_ok())
        .count()
}

/// The process that a folder belongs to.
fn owner(name: &str) -> Option<u32> {
    let (process, rest) = name.strip_prefix(PREFIX)?.split_once('-')?;
    (!rest.is_empty()).then(|| process.parse().ok()).flatten()
}

/// We have only just started, so a folder with our number is that of one before us.
fn is_alive(process: u32) -> bool {
    let id = i32::try_from(process).ok().and_then(Pid::from_raw);
    process != std::process::id() && id.is_some_and(|id| test_kill_process(id) != Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_uses_is_removed() {
        let temporary = tempfile::tempdir().expect("a folder");
        let us = format!("foliolens-{}-left", std::process::id());
        for name in ["foliolens-1-used", &us, "foliolens-4194304-gone", "foliolens-x-y", "other-4194304-x"] {
            std::fs::create_dir(temporary.path().join(name)).expect("made");
        }
        assert_eq!(sweep(temporary.path()), 2);
        assert!(temporary.path().join("foliolens-1-used").exists());
        assert!(temporary.path().join("other-4194304-x").exists());
    }
}
