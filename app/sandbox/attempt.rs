//! What is forbidden, tried: by `doctor`, to show that it is, and by the tests with and without the lock.

use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Acts that are tried under the lock of an examination or of a clone.
#[derive(Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// Whether under the lock of a clone.
    pub fetching: bool,
    /// The folder that the lock is about.
    pub folder: PathBuf,
    /// What to try, in this order.
    pub acts: Vec<Act>,
}

/// Something that a process could do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Read a file or list a folder.
    Read(PathBuf),
    /// Make a file.
    Write(PathBuf),
    /// Make a file of so many bytes in the folder.
    Fill(u64),
    /// Change who may read a file, by its name or by a descriptor of it. It is set to what it is.
    Mode(PathBuf),
    /// Change when a file was changed, to when it was.
    Date(PathBuf),
    /// Make a symbolic link.
    Link(PathBuf),
    /// Connect to a port of this machine.
    Connect(u16),
    /// Listen on a port.
    Listen,
    /// Send a datagram.
    Datagram,
    /// Talk with a service of this machine over a socket with a file.
    LocalSocket(PathBuf),
    /// Send a datagram to such a service, by one of two ends of one's own.
    LocalDatagram(PathBuf),
    /// Find the addresses of a name that every machine knows.
    LookUp,
    /// Read whose signatures are trusted.
    Trust,
    /// Start a program.
    Start,
    /// See whether there is a process of that number, as the first step of a signal.
    Signal(u32),
    /// Start a thread, which is allowed.
    Thread,
    /// Open so many files at a time.
    Open(u32),
    /// Use so many MiB.
    Allocate(usize),
    /// Calculate for ever.
    Spin,
    /// Sleep for ever.
    Sleep,
    /// End as a fault would end it.
    Crash,
    /// Say so many MiB instead of an answer.
    Talk(usize),
    /// See a descriptor besides the three that everybody has.
    SeeDescriptors,
    /// See a variable of the environment.
    SeeEnvironment,
    /// Be looked into by other programs of the same user.
    BeSeen,
}

impl Act {
    /// Whether it could be done.
    pub fn is_possible(&self, folder: &Path) -> bool {
        match self {
            Act::Read(path) if path.is_dir() => std::fs::read_dir(path).is_ok(),
            Act::Read(path) => std::fs::File::open(path).is_ok(),
            Act::Write(path) => std::fs::write(path, "x").is_ok(),
            Act::Fill(size) => {
                std::fs::File::create(folder.join("filled")).is_ok_and(|file| file.set_len(*size).is_ok())
            }
            Act::Mode(path) => std::fs::metadata(path).map(|found| found.permissions()).is_ok_and(|mode| {
                std::fs::set_permissions(path, mode.clone()).is_ok()
                    || std::fs::File::open(path).is_ok_and(|file| file.set_permissions(mode).is_ok())
            }),
            Act::Date(path) => std::fs::File::open(path)
                .is_ok_and(|file| file.metadata().and_then(|found| file.set_modified(found.modified()?)).is_ok()),
            Act::Link(path) => std::os::unix::fs::symlink("/etc", path).is_ok(),
            Act::Connect(port) => TcpStream::connect(("127.0.0.1", *port)).is_ok(),
            Act::Listen => TcpListener::bind("127.0.0.1:0").is_ok(),
            Act::Datagram => UdpSocket::bind("127.0.0.1:0").is_ok(),
            Act::LocalSocket(path) => UnixStream::connect(path).is_ok(),
            Act::LocalDatagram(path) => UnixDatagram::pair().is_ok_and(|(end, _)| end.send_to(b"x", path).is_ok()),
            Act::LookUp => ("localhost", 443).to_socket_addrs().is_ok_and(|mut found| found.next().is_some()),
            Act::Trust => crate::git::fetch::can_speak_tls(),
            Act::Start => started(),
            Act::Signal(process) => i32::try_from(*process)
                .ok()
                .and_then(rustix::process::Pid::from_raw)
                .is_some_and(|process| rustix::process::test_kill_process(process).is_ok()),
            Act::Thread => std::thread::Builder::new().spawn(|| ()).is_ok_and(|thread| thread.join().is_ok()),
            Act::Open(count) => {
                let files: Vec<_> = (0..*count).map_while(|_| std::fs::File::open(folder).ok()).collect();
                files.len() == *count as usize
            }
            Act::Allocate(mib) => std::hint::black_box(vec![1_u8; mib << 20]).len() == mib << 20,
            Act::Spin => loop {
                std::hint::spin_loop();
            },
            Act::Sleep => loop {
                std::thread::sleep(std::time::Duration::from_secs(60));
            },
            Act::Crash => std::process::abort(),
            Act::Talk(mib) => {
                let line = vec![b'x'; 1 << 20];
                (0..*mib).all(|_| std::io::Write::write_all(&mut std::io::stdout().lock(), &line).is_ok())
            }
            Act::SeeDescriptors => std::fs::read_dir("/proc/self/fd")
                // Three, and the one of the listing itself.
                .is_ok_and(|all| all.flatten().count() > 4),
            Act::SeeEnvironment => std::env::vars_os().next().is_some(),
            Act::BeSeen => can_be_seen(),
        }
    }
}

/// What is not known to be closed counts as open.
fn can_be_seen() -> bool {
    #[cfg(target_os = "linux")]
    return !matches!(rustix::process::dumpable_behavior(), Ok(rustix::process::DumpableBehavior::NotDumpable));
    #[cfg(not(target_os = "linux"))]
    true
}

#[expect(clippy::disallowed_methods, reason = "to show that it can not be done")]
fn started() -> bool {
    std::process::Command::new("/bin/true").status().is_ok()
}
