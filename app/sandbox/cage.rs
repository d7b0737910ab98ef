//! Starting a child, waiting for it no longer than allowed, and reading its answer as the stranger's that it may be.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::protocol::{Answer, Ask, Done, Refusal, VERSION};

/// How children are started.
#[derive(Debug, Clone)]
pub struct Cage {
    /// This program.
    pub program: PathBuf,
    /// How long a child may take.
    pub wall: Duration,
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
    /// It answered, but not in our words.
    #[error("the child's answer was not understood")]
    Malformed(#[source] serde_json::Error),
    /// It is of another version.
    #[error("the child is of another version")]
    Version,
}

/// The largest report that is taken from a child.
const LARGEST: u64 = 16 << 20;

impl Cage {
    /// Has a child do `ask`. A child whose answer nobody waits for any more is killed.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that starts processes")]
    pub async fn ask(&self, ask: &Ask) -> Result<Result<Done, Refusal>, CageError> {
        let mut child = Command::new(&self.program)
            .arg("child")
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(CageError::Start)?;
        let mut stdin = child.stdin.take();
        let stdout = child.stdout.take();
        let asked = serde_json::to_vec(ask).map_err(CageError::Malformed)?;
        let answer = tokio::time::timeout(self.wall, async {
            if let Some(stdin) = &mut stdin {
                // One that has died already is found out about below.
                let _ = stdin.write_all(&asked).await;
            }
            drop(stdin);
            let mut answer = Vec::new();
            if let Some(stdout) = stdout {
                stdout.take(LARGEST + 1).read_to_end(&mut answer).await.map_err(CageError::Start)?;
            }
            if answer.len() as u64 > LARGEST {
                return Err(CageError::TooLarge);
            }
            let status = child.wait().await.map_err(CageError::Start)?;
            if !status.success() {
                return Err(CageError::Died(status));
            }
            Ok(answer)
        });
        let answer = answer.await.map_err(|_| CageError::TimedOut(self.wall))??;
        let answer: Answer = serde_json::from_slice(&answer).map_err(CageError::Malformed)?;
        if answer.version == VERSION { Ok(answer.result) } else { Err(CageError::Version) }
    }
}
