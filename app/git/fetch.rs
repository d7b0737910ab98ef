//! Cloning with gix: bare, from one allowed host, within a [`Budget`], into a [`Workdir`].
//!
//! No proxy is used: behind one, nobody could tell which machine is reached. No credentials are sent but a token that the
//! caller gives, no redirect is followed, and no configuration but the one given here is read.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::budget::{Brake, Meter};
use super::receive::{receive, rest};
use super::resolver::NotPublic;
use super::{Address, Budget, Policy, Watch, Workdir};

/// A clone that was read whole. Its folder is removed with it.
#[derive(Debug)]
pub struct Cloned {
    /// Opened, for reading.
    pub repository: gix::ThreadSafeRepository,
    // After the repository, so that files are closed before they are removed.
    _workdir: Workdir,
}

/// Why a repository could not be cloned, as a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The host asks who we are, or says that there is nothing.
    #[error("it does not exist or is private; check the spelling, and for a private repository review a clone of it")]
    NotFound,
    /// The host lets us in nowhere, or not with the token that it was shown.
    #[error("it does not exist or is private; check the spelling, and for a private repository review a clone of it")]
    Denied,
    /// The host sends us elsewhere, or answers with a page.
    #[error(
        "there is no git repository at that address: it was renamed or moved, or the address is that of a page; use its present address"
    )]
    Moved,
    /// No such name, or no connection.
    #[error("{0} can not be reached; check the spelling and your connection, then try again")]
    Unreachable(String),
    /// Its certificate does not show that it is the host of that name.
    #[error(
        "{0} shows a certificate that this machine does not trust; check the address, or clone it yourself and review the path"
    )]
    Untrusted(String),
    /// The name leads to a private network.
    #[error("{0} is not a public host; clone the repository yourself and review the path")]
    NotPublic(String),
    /// The host was silent for longer than [`Budget::stall`].
    #[error("{0} did not answer in time; try again later")]
    TimedOut(String),
    /// The connection ended in the middle of an answer.
    #[error("the connection to {0} broke; try again later")]
    Broken(String),
    /// The host asks for a pause: 429. As long as it still says, if it still does.
    #[error("{0} asks to be left alone for a while; try again in some minutes")]
    Busy(String, Option<Duration>),
    /// The host has a trouble of its own: 500 and above. As long as it still says, if it still does.
    #[error("{0} has a problem of its own; try again later")]
    HostFailed(String, Option<Duration>),
    /// More than [`Budget::bytes`].
    #[error("it is larger than {0} MiB; allow more with --clone-mib, or clone it yourself and review the path")]
    TooLarge(u64),
    /// More than [`Budget::total`].
    #[error(
        "cloning it takes longer than {0} s; allow more with --clone-seconds, or clone it yourself and review the path"
    )]
    TooSlow(u64),
    /// More than [`Budget::objects`].
    #[error("it has more than {0} objects; allow more with --clone-objects, or clone it yourself and review the path")]
    TooMany(u64),
    /// More than [`Budget::names`] before the pack.
    #[error("its list of branches and tags is larger than {0} MiB, which is more than is cloned")]
    TooManyNames(u64),
    /// An object of more than [`Budget::object`].
    #[error("it holds a file of more than {0} MiB, which is not unpacked; clone it yourself and review the path")]
    ObjectTooLarge(u64),
    /// Its objects have names of another kind.
    #[error("it uses SHA-256 for its objects, which is not read; review a repository that uses SHA-1")]
    ObjectFormat,
    /// What came, came whole, and can't be unpacked or kept: the same will come the next time.
    #[error(
        "some of what it holds is missing, damaged or wrongly named where it is kept, so it can not be cloned; run `git fsck` there, mend it, and review it again"
    )]
    Damaged,
    /// [`Watch::interrupted`] said so.
    #[error("interrupted")]
    Interrupted,
    /// The temporary folder failed.
    #[error("the temporary folder can not be written; make room, or set TMPDIR to a folder that can be")]
    Workdir(#[source] std::io::Error),
    /// Anything else; the cause is for `-v`.
    #[error("{0} did not answer as a git host should; check the address, or clone it yourself and review the path")]
    Failed(String, #[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How often the clock and the interrupt are looked at.
const TICK: Duration = Duration::from_millis(50);
/// How long a stopped clone may take to notice. After that it is left to its network timeout.
const GRACE: Duration = Duration::from_secs(2);

/// Clones `address` with all branches, tags and notes.
pub fn fetch(address: &Address, policy: Policy, budget: Budget, watch: Arc<dyn Watch>) -> Result<Cloned, FetchError> {
    let workdir = Workdir::new().map_err(FetchError::Workdir)?;
    let repository = fetch_into(&workdir.path().join("repository.git"), address, None, policy, budget, watch)?;
    Ok(Cloned { repository, _workdir: workdir })
}

/// The same into `folder`, which stays, with `token` where the host asks for one.
pub fn fetch_into(
    folder: &Path,
    address: &Address,
    token: Option<&SecretString>,
    policy: Policy,
    budget: Budget,
    watch: Arc<dyn Watch>,
) -> Result<gix::ThreadSafeRepository, FetchError> {
    install_tls();
    let brake = Arc::new(Brake::default());
    let (tell, told) = channel();
    let thread = {
        let (address, brake, watch) = (address.clone(), brake.clone(), watch.clone());
        let (folder, token, policy) = (folder.to_owned(), token.cloned(), policy.clone());
        std::thread::spawn(move || {
            let meter = Meter::new(brake.clone(), &budget, watch);
            // Nobody listens any more when the clone was left behind.
            let _ = tell.send(receive(&folder, &address, token, &policy, budget, meter, &brake));
        })
    };
    let began = Instant::now();
    let mut stopped: Option<(Instant, FetchError)> = None;
    let too_slow = || FetchError::TooSlow(budget.total.as_secs());
    let answer = loop {
        match told.recv_timeout(TICK) {
            Ok(answer) => break Some(answer),
            Err(RecvTimeoutError::Disconnected) => break None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        match &stopped {
            Some((since, _)) if since.elapsed() > GRACE => break None,
            Some(_) => {}
            None => {
                let why = if watch.interrupted() {
                    FetchError::Interrupted
                } else if began.elapsed() > budget.total {
                    too_slow()
                } else {
                    continue;
                };
                brake.stop.store(true, Ordering::Relaxed);
                stopped = Some((Instant::now(), why));
            }
        }
    };
    if let Some((_, why)) = stopped {
        return Err(why);
    }
    if brake.too_large.load(Ordering::Relaxed) {
        return Err(FetchError::TooLarge(budget.bytes >> 20));
    }
    if brake.too_many_names.load(Ordering::Relaxed) {
        return Err(FetchError::TooManyNames(budget.names >> 20));
    }
    if brake.too_many.load(Ordering::Relaxed) {
        return Err(FetchError::TooMany(budget.objects));
    }
    match answer {
        Some(Ok(repository)) => Ok(repository),
        Some(Err(error)) => {
            let rest = || rest(address, token, &policy, budget);
            match explain(error, address, budget, brake.is_pack.load(Ordering::Relaxed), rest) {
                // Both clocks may ring at once.
                FetchError::TimedOut(_) if began.elapsed() >= budget.total => Err(too_slow()),
                why => Err(why),
            }
        }
        // The thread ended without an answer: a panic, which the hook has reported.
        None => {
            let _ = thread.join();
            Err(FetchError::Failed(address.host().to_owned(), "the clone ended without an answer".into()))
        }
    }
}

/// One TLS stack for the whole process.
fn install_tls() {
    static ONCE: Once = Once::new();
    // It fails only when somebody else has installed one, which then serves.
    ONCE.call_once(|| drop(rustls::crypto::aws_lc_rs::default_provider().install_default()));
}

/// Whether a connection could be made as far as this machine is concerned.
pub fn can_speak_tls() -> bool {
    install_tls();
    // Without a thread or a socket of its own the client panics.
    std::panic::catch_unwind(|| reqwest::blocking::Client::builder().https_only(true).build().is_ok()).unwrap_or(false)
}

/// The error below `cause`: that of an error of input and output is its content, not what is below that.
fn within<'a>(cause: &'a (dyn std::error::Error + 'static)) -> Option<&'a (dyn std::error::Error + 'static)> {
    match cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(content) => Some(content),
        None => cause.source(),
    }
}

/// What the system says of a disk on which nothing more can be written.
fn no_room(failed: &std::io::Error) -> Option<std::io::Error> {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let is_full = matches!(failed.kind(), StorageFull | QuotaExceeded | FileTooLarge | ReadOnlyFilesystem);
    is_full.then(|| failed.raw_os_error().map_or_else(|| failed.kind().into(), std::io::Error::from_raw_os_error))
}

/// From what gix says to what a person can do about it. Where what comes `is_pack`, and neither the connection nor this
/// machine failed, the fault is in the pack. `rest` says how long the host asks to be left alone.
fn explain(
    error: gix::Error,
    address: &Address,
    budget: Budget,
    is_pack: bool,
    rest: impl FnOnce() -> Option<Duration>,
) -> FetchError {
    let host = address.host().to_owned();
    let mut seen = String::new();
    let (mut is_elsewhere, mut is_broken) = (false, false);
    for cause in error.iter_errors() {
        let mut link = Some(cause);
        while let Some(cause) = link {
            if cause.is::<NotPublic>() {
                return FetchError::NotPublic(host);
            }
            if let Some(failed) = cause.downcast_ref::<std::io::Error>() {
                if let Some(full) = no_room(failed) {
                    return FetchError::Workdir(full);
                }
                is_elsewhere |= failed.raw_os_error().is_some();
            }
            if let Some(failed) = cause.downcast_ref::<reqwest::Error>() {
                is_elsewhere = true;
                // A refused name or certificate is at the end of the chain of a failed connection.
                let mut inner = std::error::Error::source(failed);
                while let Some(cause) = inner {
                    if cause.is::<NotPublic>() {
                        return FetchError::NotPublic(host);
                    }
                    if matches!(cause.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))) {
                        return FetchError::Untrusted(host);
                    }
                    inner = within(cause);
                }
                if failed.is_timeout() {
                    return FetchError::TimedOut(host);
                }
                if failed.is_connect() {
                    return FetchError::Unreachable(host);
                }
                match failed.status().map(|status| status.as_u16()) {
                    Some(401 | 403) => return FetchError::Denied,
                    Some(404 | 410 | 451) => return FetchError::NotFound,
                    Some(429) => return FetchError::Busy(host, rest()),
                    Some(503) => return FetchError::HostFailed(host, rest()),
                    Some(500..) => return FetchError::HostFailed(host, None),
                    Some(_) => {}
                    None => is_broken = true,
                }
            }
            seen.push_str(&cause.to_string());
            seen.push('\n');
            link = within(cause);
        }
    }
    tracing::debug!("The clone failed: {seen}");
    let says = |text: &str| seen.contains(text);
    if says("status 404") {
        FetchError::NotFound
    } else if says("status 401") || says("status 403") || says("were not accepted") || says("credential") {
        FetchError::Denied
    } else if says("too large to fit in memory") || says("alloc") && says("limit") {
        FetchError::ObjectTooLarge(budget.object >> 20)
    } else if says("object format used by the remote is unsupported") {
        FetchError::ObjectFormat
    } else if says("timed out") {
        FetchError::TimedOut(host)
    } else if says("x-git-upload-pack-advertisement") || says("redirect") {
        FetchError::Moved
    } else if says("repository corruption") || is_pack && !is_elsewhere {
        FetchError::Damaged
    } else if is_broken {
        FetchError::Broken(host)
    } else {
        FetchError::Failed(host, Box::new(error))
    }
}
