//! What a child does to itself before it looks at anything of a stranger's. Nothing of it can be undone.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
pub(super) mod limits;

use std::path::PathBuf;

/// What a child may do. Everything else is forbidden to it.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    /// Folders and files that it may read.
    pub read: Vec<PathBuf>,
    /// The folder that it may change.
    pub write: Option<PathBuf>,
    /// The TCP ports that it may connect to; `None` for no network at all.
    pub ports: Option<Vec<u16>>,
    /// Bytes that it may allocate.
    pub memory: u64,
    /// Bytes that it may have mapped, files included.
    pub mapped: u64,
    /// Seconds of all its threads together.
    pub cpu_seconds: u64,
    /// Bytes of the largest file that it may write.
    pub file: u64,
}

/// What stands behind what: the mechanisms, as they are called where one is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// The child leaves no core, and can't be looked into.
    Process,
    /// Memory, time, open files and the size of files.
    Limits,
    /// No program that is started has more rights.
    NoNewPrivileges,
    /// Files.
    LandlockFiles,
    /// Ports.
    LandlockPorts,
    /// System calls.
    Seccomp,
}

impl Mechanism {
    /// What to call it, and what is open without it.
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Process => "prctl (other programs of the same user may look into a child)",
            Mechanism::Limits => "rlimits (memory and time are limited by the clock alone)",
            Mechanism::NoNewPrivileges => "no_new_privs (programs with more rights could be started)",
            Mechanism::LandlockFiles => "Landlock since Linux 6.2 (files outside of the clone are not closed)",
            Mechanism::LandlockPorts => "Landlock since Linux 6.7 (ports besides that of https are not closed)",
            Mechanism::Seccomp => "seccomp (processes, network and other system calls are not closed)",
        }
    }
}

impl Lock {
    /// Locks this process, which must not have started a thread yet. Returns what could not be done.
    #[cfg(target_os = "linux")]
    pub fn close(&self) -> Vec<Mechanism> {
        let mut missing = Vec::new();
        let mut note = |mechanism, done: bool| {
            if !done {
                missing.push(mechanism);
            }
        };
        note(Mechanism::Process, limits::hide());
        note(Mechanism::Limits, limits::set(self));
        note(Mechanism::NoNewPrivileges, rustix::thread::set_no_new_privs(true).is_ok());
        let abi = files::close(self);
        note(Mechanism::LandlockFiles, abi >= files::WITH_ALL_FILES);
        note(Mechanism::LandlockPorts, abi >= files::WITH_PORTS);
        // Last, for it forbids what the others need.
        note(Mechanism::Seccomp, calls::close(self.ports.is_some()));
        missing
    }

    /// Other kernels have none of this.
    #[cfg(not(target_os = "linux"))]
    pub fn close(&self) -> Vec<Mechanism> {
        use Mechanism::{LandlockFiles, LandlockPorts, Limits, NoNewPrivileges, Process, Seccomp};
        vec![Process, Limits, NoNewPrivileges, LandlockFiles, LandlockPorts, Seccomp]
    }
}
