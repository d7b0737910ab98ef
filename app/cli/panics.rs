//! A fault of ours costs one sentence, not a page, and never shows what a repository holds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Exit, output};

static SAID: AtomicBool = AtomicBool::new(false);
static TALKS: AtomicBool = AtomicBool::new(false);

/// Replaces the usual message. Unwinding goes on, so temporary folders are removed.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        if !SAID.swap(true, Ordering::Relaxed) {
            output::complain(
                "This is a fault in foliolens, not in the repository; please report it with the command that you ran \
                 and its output with -v.",
            );
        }
        // The message of a panic may quote what was being read, so only the place in our code is told.
        if TALKS.load(Ordering::Relaxed)
            && let Some(place) = info.location()
        {
            output::complain(&format!("foliolens {} failed at {place}", env!("CARGO_PKG_VERSION")));
        }
    }));
}

/// Whether the place of a fault is told (`-v`).
pub fn talk(talks: bool) {
    TALKS.store(talks, Ordering::Relaxed);
}

/// Runs `command`; a panic in it is the exit code of a repository that could not be read.
pub fn caught(command: impl FnOnce() -> Exit) -> ExitCode {
    catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::Unreadable).into()
}
