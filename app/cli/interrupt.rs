//! Ctrl-C (and SIGTERM): the first asks everything to stop and clean up; the second exits at once, cleaned up too.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Exit, output};
use crate::git::workdir;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Starts to listen. Only commands that take their time do.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let listening = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::SeqCst) {
                workdir::remove_all();
                std::process::exit(Exit::Interrupted as i32);
            }
            output::complain("Stopping; once more to stop at once.");
        });
        if let Err(error) = listening {
            tracing::warn!("Signals can not be listened to: {error}");
        }
    });
}

/// Whether to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}
