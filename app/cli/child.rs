//! What the command line has a child do: clone a repository, or examine one.

use std::path::PathBuf;
use std::sync::{Arc, Once};
use std::time::Duration;

use super::progress::Progress;
use super::target::{NOT_TEXT, Target};
use super::{Exit, interrupt, output};
use crate::config::{self, Settings};
use crate::git::{FetchError, Workdir, workdir};
use crate::sandbox::cage::Excess;
use crate::sandbox::protocol::Done;
use crate::sandbox::{Ask, Cage, CageError, Fetch, Heard, Refusal};

/// A repository on disk; what was cloned goes with this.
#[derive(Debug)]
pub(super) struct Cloned {
    pub(super) folder: PathBuf,
    pub(super) _workdir: Option<Workdir>,
}

/// Why one target has no report.
#[derive(Debug)]
pub(super) enum Failed {
    /// Ctrl-C.
    Interrupted,
    /// The child says why.
    Refused(Refusal),
    /// The child could not.
    Cage(Option<CageError>),
}

impl Failed {
    pub(super) fn is_out_of_memory(&self) -> bool {
        matches!(self, Failed::Cage(Some(error)) if error.excess() == Some(Excess::Memory))
    }
}

/// The folder that `target` is, or into which it was cloned.
pub(super) fn opened(
    target: &Target,
    settings: &Settings,
    memory_mib: u64,
    progress: &Arc<Progress>,
) -> Result<Cloned, Failed> {
    let address = match target {
        Target::Path(path) => {
            let refused = |why: &str| Failed::Refused(Refusal { sentence: why.to_owned(), ..Refusal::default() });
            let folder = std::path::absolute(path)
                .map_err(|_| refused("the folder that you are in can not be found; change into one that is there"))?;
            // The child is told of it in JSON.
            if folder.to_str().is_none() {
                return Err(refused(NOT_TEXT));
            }
            return Ok(Cloned { folder, _workdir: None });
        }
        Target::Address(address) => address,
    };
    // What a run of before left that was killed.
    static SWEPT: Once = Once::new();
    SWEPT.call_once(|| {
        workdir::sweep();
    });
    let workdir = Workdir::new().map_err(|error| Failed::Refused(refusal(&FetchError::Workdir(error))))?;
    let folder = workdir.path().join("repository.git");
    let seconds = settings.clone_seconds.value;
    let fetch = Fetch {
        address: address.to_string(),
        web: "https://github.com".to_owned(),
        token: None,
        folder: folder.clone(),
        bytes: settings.clone_mib.value << 20,
        seconds,
        objects: settings.clone_objects.value,
        memory_mib,
        certificates: config::certificates(),
        at_terminal: true,
    };
    ask(Ask::Fetch(fetch), seconds + 10, settings, progress)?;
    Ok(Cloned { folder, _workdir: Some(workdir) })
}

/// Asks one child, and waits for it or for Ctrl-C.
pub(super) fn ask(ask: Ask, seconds: u64, settings: &Settings, progress: &Arc<Progress>) -> Result<Done, Failed> {
    let program = std::env::current_exe().map_err(|_| Failed::Cage(None))?;
    let cage = Cage {
        program,
        wall: Duration::from_secs(seconds),
        strictness: settings.sandbox.value,
        cgroup: settings.cgroup.value.clone(),
    };
    let hear = |heard| match heard {
        Heard::Lacks(names) if !settings.quiet.value => say_once(&names),
        heard => progress.hear(heard),
    };
    let asked = async {
        tokio::select! {
            answer = cage.ask(ask, Some(&hear)) => Ok(answer),
            () = until_interrupted() => Err(Failed::Interrupted),
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(|_| Failed::Cage(None))?.block_on(asked)? {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(refusal)) => Err(Failed::Refused(refusal)),
        Err(error) => Err(Failed::Cage(Some(error))),
    }
}

/// The same for every child of this process.
fn say_once(lacks: &[String]) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        output::complain(&format!(
            "This system lacks {}; the review goes on without. docs/security.md says what that leaves open, and \
             FOLIOLENS_SANDBOX=require refuses to go on.",
            lacks.join(", ")
        ));
    });
}

/// The sentence for people, without its full stop, and the exit code.
pub(super) fn say(failed: &Failed) -> (String, Exit) {
    let sentence = match failed {
        Failed::Interrupted => return ("interrupted; nothing was written".to_owned(), Exit::Interrupted),
        Failed::Refused(refusal) if refusal.is_usage => return (refusal.sentence.clone(), Exit::Usage),
        Failed::Refused(refusal) => refusal.sentence.clone(),
        Failed::Cage(Some(CageError::Refused(sentence))) => sentence.clone(),
        Failed::Cage(error) => match error.as_ref().and_then(CageError::excess) {
            Some(Excess::Memory) => "it needs more memory than --memory-mib allows".to_owned(),
            Some(Excess::Time) => "it takes longer than --seconds allows".to_owned(),
            Some(Excess::Disk) => "it is larger than --clone-mib allows".to_owned(),
            None => "the review ended without an answer; please report this with the repository if you can".to_owned(),
        },
    };
    (sentence, Exit::Unreadable)
}

async fn until_interrupted() {
    while !interrupt::interrupted() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn refusal(error: &FetchError) -> Refusal {
    Refusal { sentence: error.to_string(), ..Refusal::default() }
}
