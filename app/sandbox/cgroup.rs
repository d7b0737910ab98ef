//! A cgroup for each child, where the operator gives us a folder of cgroup v2 to make them in (`FOLIOLENS_CGROUP`): the
//! kernel then counts what no rlimit does, all memory with what is read from files, and all threads together.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// One child's cgroup. It ends with whoever holds it, and with everything in it.
#[derive(Debug)]
pub struct Group {
    folder: PathBuf,
}

/// What a child may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Bytes of memory.
    pub memory: u64,
    /// Processes and threads.
    pub tasks: u64,
}

/// Threads that a child starts besides one for each core.
const FEW_THREADS: u64 = 32;

impl Share {
    /// `memory` bytes for what is allocated, and threads for every core.
    pub fn of(memory: u64) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
        // What is read from files counts here, too, but is given back when it gets tight.
        Share { memory: memory + (64 << 20), tasks: 4 * cores + FEW_THREADS }
    }
}

impl Group {
    /// Makes one below `parent`.
    pub fn new(parent: &Path, share: Share) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("foliolens-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = parent.join(name);
        std::fs::create_dir(&folder)?;
        // In an ordinary folder files limit nothing, and would be left behind.
        if let Err(error) = std::fs::metadata(folder.join("cgroup.events")) {
            let _ = std::fs::remove_dir(&folder);
            return Err(error);
        }
        // Removed where one of these fails: without its limits it is none.
        let group = Group { folder };
        group.limit(share)?;
        Ok(group)
    }

    /// Puts `process` into it.
    pub fn add(&self, process: u32) -> io::Result<()> {
        self.write("cgroup.procs", u64::from(process))
    }

    fn limit(&self, share: Share) -> io::Result<()> {
        self.write("memory.max", share.memory)?;
        self.write("pids.max", share.tasks)?;
        // Where swap is not counted there is no such file, and then nothing to forbid.
        let _ = self.write("memory.swap.max", 0);
        Ok(())
    }

    /// The kernel has these files there already and lets nobody make another.
    fn write(&self, file: &str, value: u64) -> io::Result<()> {
        std::fs::write(self.folder.join(file), value.to_string())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Older kernels have no such file; then the child was killed by itself.
        let _ = self.write("cgroup.kill", 1);
        let folder = std::mem::take(&mut self.folder);
        if std::fs::remove_dir(&folder).is_err() {
            // What was killed is still ending.
            std::thread::spawn(move || {
                for _ in 0..100 {
                    std::thread::sleep(Duration::from_millis(20));
                    if std::fs::remove_dir(&folder).is_ok() {
                        return;
                    }
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_given_its_limits_before_it_is_given_a_process() {
        let parent = tempfile::tempdir().expect("a folder");
        let group = Group { folder: parent.path().join("group") };
        std::fs::create_dir(&group.folder).expect("made");
        group.limit(Share { memory: 5 << 20, tasks: 9 }).expect("written");
        let read = |file: &str| std::fs::read_to_string(group.folder.join(file)).expect("written");
        assert_eq!(
            (read("memory.max"), read("pids.max"), read("memory.swap.max")),
            ("5242880".into(), "9".into(), "0".into())
        );
        assert!(!group.folder.join("cgroup.procs").exists());
        group.add(17).expect("taken");
        assert_eq!(read("cgroup.procs"), "17");
        let folder = group.folder.clone();
        drop(group);
        assert_eq!(std::fs::read_to_string(folder.join("cgroup.kill")).expect("written"), "1");
    }

    #[test]
    fn where_none_can_be_made_it_is_said() {
        assert!(Group::new(Path::new("/no/such/folder"), Share::of(1)).is_err());
        assert!(Group::new(Path::new("/proc"), Share::of(1)).is_err());
        let ordinary = tempfile::tempdir().expect("a folder");
        assert!(Group::new(ordinary.path(), Share::of(1)).is_err());
        assert_eq!(std::fs::read_dir(ordinary.path()).expect("there").count(), 0, "nothing is left behind");
    }
}
