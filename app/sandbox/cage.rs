//! Starting a child, waiting for it no longer than allowed, and reading its answer as the stranger's that it may be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

use super::attempt::{Act, Attempt};
use super::cgroup::{Group, Share};
use super::protocol::{Answer, Ask, Done, Heard, Refusal, Request, Said, VERSION};
use super::strictness::Strictness;

/// How children are started.
#[derive(Debug, Clone)]
pub struct Cage {
    /// This program.
    pub program: PathBuf,
    /// How long a child may take.
    pub wall: Duration,
    /// What to do where the kernel lacks a mechanism.
    pub strictness: Strictness,
    /// The folder of cgroup v2 in which each child gets one of its own; `None` for none.
    pub cgroup: Option<PathBuf>,
}

/// Why a child has not answered.
#[derive(Debug, thiserror::Error)]
pub enum CageError {
    /// It could not be started, or talked with.
    #[error("the child could not be started")]
    Start(#[source] std::io::Error),
    /// It took longer than [`Cage::wall`].
    #[error("it took longer than {} s", .0.as_secs())]
    TimedOut(Duration),
    /// It was killed, or failed.
    #[error("the child ended without an answer ({0})")]
    Died(std::process::ExitStatus),
    /// It said more than an answer holds.
    #[error("the child's answer is larger than {} MiB", LARGEST >> 20)]
    TooLarge,
    /// Its report is larger than what was asked for.
    #[error("the child's report is larger than {} KiB", .0 >> 10)]
    ReportTooLarge(usize),
    /// It answered, but not in our words.
    #[error("the child's answer was not understood")]
    Malformed(#[source] serde_json::Error),
    /// It does not work without what the kernel lacks.
    #[error("{0}")]
    Refused(String),
    /// It is of another version.
    #[error("the child is of another version")]
    Version,
}

impl CageError {
    /// What it says of the repository, if it does.
    pub fn excess(&self) -> Option<Excess> {
        let CageError::Died(status) = self else {
            return matches!(self, CageError::TimedOut(_)).then_some(Excess::Time);
        };
        match std::os::unix::process::ExitStatusExt::signal(status)? {
            // An allocation that is refused, or a stack that is full, ends in SIGABRT; SIGKILL is the kernel's own way.
            6 | 9 => Some(Excess::Memory),
            24 => Some(Excess::Time),
            25 => Some(Excess::Disk),
            _ => None,
        }
    }
}

/// What there was too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Memory.
    Memory,
    /// Time.
    Time,
    /// Bytes in a file.
    Disk,
}

/// The most that is taken from a child.
const LARGEST: u64 = 16 << 20;

impl Cage {
    /// Has a child do `ask`, and tells `hear` of the steps. A child whose answer nobody waits for any more is killed.
    pub async fn ask(
        &self,
        ask: Ask,
        hear: Option<&(dyn Fn(Heard) + Sync)>,
    ) -> Result<Result<Done, Refusal>, CageError> {
        let most = match &ask {
            Ask::Examine(examine) => examine.limits.report,
            Ask::Fetch(_) | Ask::Rules(_) | Ask::Attempt(_) => 0,
        };
        let answer = self.answer(ask, hear).await?;
        if !answer.missing.is_empty() {
            // The names are the child's, and may be anything.
            tracing::info!(missing = ?answer.missing, "The kernel lacks what would shut this in");
            if let Some(hear) = hear {
                hear(Heard::Lacks(answer.missing));
            }
        }
        Ok(match answer.result {
            Ok(Done::Tried(tried)) => Ok(Done::Tried(tried.bounded())),
            // The child has seen to that, unless it was taken over.
            Ok(Done::Examined(report, _)) if report.size() > most => return Err(CageError::ReportTooLarge(most)),
            result => result.map_err(Refusal::bounded),
        })
    }

    /// Whether each of `acts` can be done in a child that is locked for reading, or for cloning into, `folder`.
    pub async fn attempt(&self, fetching: bool, folder: PathBuf, acts: Vec<Act>) -> Result<Vec<bool>, CageError> {
        match self.answer(Ask::Attempt(Attempt { fetching, folder, acts }), None).await?.result {
            Ok(Done::Attempted(possible)) => Ok(possible),
            Ok(_) => Err(CageError::Version),
            Err(refusal) => Err(CageError::Refused(refusal.sentence)),
        }
    }

    /// What the kernel lacks, each by name and with what is open without it.
    pub async fn missing(&self) -> Result<Vec<String>, CageError> {
        if self.strictness == Strictness::Off {
            return Ok(Vec::new());
        }
        let willing = Cage { strictness: Strictness::BestEffort, cgroup: None, ..self.clone() };
        let attempt = Attempt { fetching: true, folder: PathBuf::new(), acts: Vec::new() };
        let mut missing = willing.answer(Ask::Attempt(attempt), None).await?.missing;
        if let Some(parent) = &self.cgroup
            && let Err(error) = Group::new(parent, Share::of(0))
        {
            missing.push(lacks_group(parent, &error));
        }
        Ok(missing)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that starts processes")]
    async fn answer(&self, ask: Ask, hear: Option<&(dyn Fn(Heard) + Sync)>) -> Result<Answer, CageError> {
        close_on_exec();
        let mut lacks = Vec::new();
        let group = self.group(&ask, &mut lacks)?;
        let certificates = match &ask {
            Ask::Fetch(fetch) => fetch.certificates.clone(),
            Ask::Examine(_) | Ask::Rules(_) | Ask::Attempt(_) => BTreeMap::new(),
        };
        let mut child = Command::new(&self.program)
            .arg("child")
            .env_clear()
            .envs(certificates)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(CageError::Start)?;
        // Until it is asked it does nothing, so nothing is done outside of the group.
        if let (Some(group), Some(process)) = (&group, child.id())
            && let Err(error) = group.add(process)
        {
            lacks.push(self.without_group(&error)?);
        }
        let mut stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let request = Request { sandbox: self.strictness, watched: hear.is_some(), ask };
        let mut asked = serde_json::to_vec(&request).map_err(CageError::Malformed)?;
        asked.push(b'\n');
        let answer = tokio::time::timeout(self.wall, async {
            if let Some(stdin) = &mut stdin {
                // One that has died already is found out about below.
                let _ = stdin.write_all(&asked).await;
            }
            let answer = match stdout {
                Some(stdout) => read(stdout.take(LARGEST + 1), hear).await?,
                None => None,
            };
            let status = child.wait().await.map_err(CageError::Start)?;
            // Kept open until here: a child ends when nobody waits for it any more.
            drop(stdin);
            match answer {
                Some(answer) if status.success() => Ok(answer),
                _ => Err(CageError::Died(status)),
            }
        });
        let mut answer = answer.await.map_err(|_| CageError::TimedOut(self.wall))??.bounded();
        answer.missing.extend(lacks);
        if answer.version == VERSION { Ok(answer) } else { Err(CageError::Version) }
    }
}

impl Cage {
    /// The child's cgroup, where there is a place for it.
    fn group(&self, ask: &Ask, lacks: &mut Vec<String>) -> Result<Option<Group>, CageError> {
        let Some(parent) = self.cgroup.as_ref().filter(|_| self.strictness != Strictness::Off) else { return Ok(None) };
        match Group::new(parent, Share::of(ask.memory())) {
            Ok(group) => Ok(Some(group)),
            Err(error) => {
                lacks.push(self.without_group(&error)?);
                Ok(None)
            }
        }
    }

    /// Goes on without a cgroup and says what is missing, or refuses to.
    fn without_group(&self, error: &std::io::Error) -> Result<String, CageError> {
        if self.strictness == Strictness::Require {
            return Err(CageError::Refused(format!(
                "no cgroup can be made in the folder that FOLIOLENS_CGROUP names ({error}), and FOLIOLENS_SANDBOX=require asks for it"
            )));
        }
        Ok(lacks_group(self.cgroup.as_deref().unwrap_or(Path::new("")), error))
    }
}

fn lacks_group(parent: &Path, error: &std::io::Error) -> String {
    format!("cgroup (none can be made in {}: {error})", parent.display())
}

/// The answer in what a child says, after the steps on the way there; `None` where it breaks off. What it says is a
/// stranger's.
pub async fn read(
    from: impl tokio::io::AsyncRead + Unpin,
    hear: Option<&(dyn Fn(Heard) + Sync)>,
) -> Result<Option<Answer>, CageError> {
    let mut from = BufReader::new(from);
    let (mut line, mut all) = (Vec::new(), 0);
    loop {
        line.clear();
        all += from.read_until(b'\n', &mut line).await.map_err(CageError::Start)? as u64;
        if all > LARGEST {
            return Err(CageError::TooLarge);
        }
        // Without its end it is what a child said before it was killed.
        if line.pop() != Some(b'\n') {
            return Ok(None);
        }
        match serde_json::from_slice(&line).map_err(CageError::Malformed)? {
            Said::Answer(answer) => return Ok(Some(*answer)),
            Said::Heard(heard) => {
                if let Some(hear) = hear {
                    hear(heard);
                }
            }
        }
    }
}

/// What this process has open is not the child's, even if whoever started us left it open.
fn close_on_exec() {
    #[cfg(target_os = "linux")]
    close_fds::set_fds_cloexec_threadsafe(3, &[]);
}
