//! Telling the parent how it goes on, a few times a second.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use foliolens_analyzers::snapshot::{self, Stage};

use super::protocol::{Heard, Said};
use crate::git;

/// Nobody sees more.
const PAUSE: Duration = Duration::from_millis(100);

/// Says each step on standard output, if anybody wants to know.
pub(super) struct Teller {
    watched: bool,
    last: Mutex<Instant>,
    units: AtomicU64,
    bytes: AtomicU64,
}

impl Teller {
    pub(super) fn new(watched: bool) -> Self {
        Teller { watched, last: Mutex::new(Instant::now()), units: AtomicU64::new(0), bytes: AtomicU64::new(0) }
    }

    /// Whether it is time to say something again.
    fn is_due(&self) -> bool {
        let Ok(mut last) = self.last.try_lock() else { return false };
        let is_due = self.watched && last.elapsed() >= PAUSE;
        if is_due {
            *last = Instant::now();
        }
        is_due
    }

    fn tell(&self, heard: Heard) {
        if let Ok(mut line) = serde_json::to_vec(&Said::Heard(heard)) {
            line.push(b'\n');
            // Whoever has gone will not miss it.
            let _ = std::io::stdout().lock().write_all(&line);
        }
    }

    fn rest(&self) -> Heard {
        Heard::Advanced(self.units.swap(0, Ordering::Relaxed), self.bytes.swap(0, Ordering::Relaxed))
    }
}

impl snapshot::Watch for Teller {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        if self.watched {
            self.tell(self.rest());
            self.tell(Heard::Began(stage, total));
        }
    }

    fn advance(&self, units: u64, bytes: u64) {
        self.units.fetch_add(units, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if self.watched && self.is_due() {
            self.tell(self.rest());
        }
    }
}

impl git::Watch for Teller {
    fn received(&self, bytes: u64) {
        if self.is_due() {
            self.tell(Heard::Received(bytes));
        }
    }

    fn unpacked(&self, objects: u64, of: Option<u64>) {
        if self.is_due() {
            self.tell(Heard::Unpacked(objects, of));
        }
    }

    /// Whoever waits kills us.
    fn interrupted(&self) -> bool {
        false
    }
}
