//! What the kernel counts, and who may look into the process.

use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

use super::Lock;

/// A clone has a pack or two; nobody needs more files at a time.
const OPEN_FILES: u64 = 256;

/// No core is left, and no other process of the same user may look into this one.
pub(in crate::sandbox) fn hide() -> bool {
    // When memory runs out all the same, the kernel is to take this process first. It may refuse to hear it.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    // What is not dumpable leaves none either.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

pub(super) fn set(lock: &Lock) -> bool {
    [
        // What is mapped from the clone does not count here, what is allocated does.
        (Resource::Data, lock.memory),
        (Resource::As, lock.mapped),
        (Resource::Cpu, lock.cpu_seconds),
        (Resource::Fsize, lock.file),
        (Resource::Nofile, OPEN_FILES),
        (Resource::Core, 0),
    ]
    .into_iter()
    // All of them, also where one fails.
    .fold(true, |all, (resource, most)| {
        // Whoever started us may allow less already, and that can not be raised again.
        let allowed = getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let most = most.min(allowed);
        // One second more for what can't be caught, so that its signal tells that the time was up.
        let hard = if resource == Resource::Cpu { (most + 1).min(allowed) } else { most };
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(hard) }).is_ok() && all
    })
}
