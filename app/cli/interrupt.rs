//! Ctrl-C (and SIGTERM): the first asks everything to stop and clean up, and insists after a few seconds; the second
//! exits at once, cleaned up too.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Exit, output};
use crate::git::workdir;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Starts to listen. Only commands that take their time do.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let listening = ctrlc::set_handler(|| {
            if INTERRUPTED.swap(true, Ordering::SeqCst) {
                leave();
            }
            output::complain("Stopping; once more to stop at once.");
            std::thread::spawn(|| {
                std::thread::sleep(PATIENCE);
                leave();
            });
        });
        if let Err(error) = listening {
            tracing::warn!("Signals can not be listened to: {error}");
        }
    });
}

/// How long the work may take to notice that it is to stop.
const PATIENCE: Duration = Duration::from_secs(3);

fn leave() -> ! {
    workdir::remove_all();
    std::process::exit(Exit::Interrupted as i32)
}

/// Whether to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}
