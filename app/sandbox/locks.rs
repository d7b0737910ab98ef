//! Which lock each errand has. An attempt has the same, made here as well: what is tried is what runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::lock::Lock;
use crate::git::{self, Located};

/// Address space that is taken but not used: stacks, arenas of the allocator, this program.
const UNUSED: u64 = 4 << 30;

/// Long answers come over TCP.
const DNS: u16 = 53;

/// What a clone receives at most, and from where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    /// The port of the host.
    pub(super) port: u16,
    /// Bytes.
    pub(super) bytes: u64,
}

/// The lock of a clone into `folder`, which is made beside others of the same review.
pub(super) fn of_clone(
    folder: &Path,
    received: Received,
    certificates: &BTreeMap<String, PathBuf>,
    (memory, cpu_seconds): (u64, u64),
) -> Lock {
    Lock {
        read: lookups().into_iter().chain(certificates.values().cloned()).collect(),
        write: folder.parent().map(PathBuf::from),
        ports: Some(vec![received.port, DNS]),
        memory,
        mapped: memory + 4 * received.bytes + UNUSED,
        cpu_seconds,
        file: received.bytes + (64 << 20),
    }
}

/// The lock of an examination of `repositories`.
pub(super) fn of_examination(repositories: &[&Located], (memory, cpu_seconds): (u64, u64)) -> Lock {
    Lock {
        read: repositories.iter().flat_map(|it| [it.folder.clone(), it.common.clone()]).collect(),
        memory,
        // Packs are mapped whole, each perhaps twice.
        mapped: memory + UNUSED + repositories.iter().map(|it| 2 * git::size(&it.common)).sum::<u64>(),
        cpu_seconds,
        ..Lock::default()
    }
}

/// The lock of a trial of rules, which are in the request.
pub(super) fn of_trial((memory, cpu_seconds): (u64, u64)) -> Lock {
    Lock { memory, mapped: memory + UNUSED, cpu_seconds, ..Lock::default() }
}

/// What names are looked up with, and whose signatures are trusted.
fn lookups() -> Vec<PathBuf> {
    [
        "/etc/resolv.conf",
        "/etc/hosts",
        "/etc/host.conf",
        "/etc/nsswitch.conf",
        "/etc/gai.conf",
        "/etc/services",
        // What is beside these may be private keys.
        "/etc/ssl/certs",
        "/etc/ssl/cert.pem",
        "/etc/ssl/ca-bundle.pem",
        "/etc/pki/tls/certs",
        "/etc/pki/tls/cert.pem",
        "/etc/pki/ca-trust/extracted",
        "/etc/ca-certificates",
        "/etc/ld.so.cache",
        "/run/systemd/resolve",
        "/usr/share/ca-certificates",
        "/usr/local/share/ca-certificates",
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
    ]
    .map(PathBuf::from)
    .to_vec()
}
