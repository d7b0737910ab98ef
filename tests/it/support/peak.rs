//! How much memory the children of a process have used at most, as the kernel has counted it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Of those that work on a repository. Looks on until it is told to stop.
pub struct Peak {
    is_over: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<u64>,
}

impl Peak {
    /// Of the children of process `parent`.
    pub fn below(parent: u32) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let told = is_over.clone();
        let thread = std::thread::spawn(move || {
            let mut most = 0;
            while !told.load(Ordering::Relaxed) {
                most = most.max(shut_in(parent).into_iter().filter_map(high_water).max().unwrap_or(0));
                // What a process has used at most stays written down until it ends, so little is missed in between.
                std::thread::sleep(Duration::from_millis(5));
            }
            most
        });
        Peak { is_over, thread }
    }

    /// The most, in MiB.
    pub fn mib(self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("no panic") >> 10
    }
}

/// Those children of process `parent` that work on a repository.
pub fn shut_in(parent: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let all = lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>());
    all.filter(is_shut_in).collect()
}

/// Whether it is what the program starts for a repository, and not a server that a test has started as well.
fn is_shut_in(process: &u32) -> bool {
    std::fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|line| line.ends_with(b"\0child\0"))
}

/// In KiB.
fn high_water(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
