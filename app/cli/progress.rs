//! Progress on standard error, in counts and bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use foliolens_analyzers::snapshot::{self, Stage};
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::interrupt::interrupted;
use crate::config::Terminal;
use crate::git;
use crate::sandbox::Heard;

/// Shows how a review goes on, if anybody can see it.
pub struct Progress {
    bar: ProgressBar,
    bytes: Arc<AtomicU64>,
    terminal: Terminal,
}

impl Progress {
    /// `shown` is false with `--quiet`.
    pub fn new(terminal: Terminal, shown: bool) -> Self {
        let target =
            if shown && terminal.progress { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Progress { bar: ProgressBar::with_draw_target(None, target), bytes: Arc::default(), terminal }
    }

    /// Shows how many of `total` repositories are done.
    pub fn counting(terminal: Terminal, shown: bool, total: usize) -> Self {
        let progress = Progress::new(terminal, shown);
        progress.show("Reviewing           ", "repositories", Some(total as u64));
        progress
    }

    /// Removes what is shown.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn show(&self, what: &str, unit: &str, total: Option<u64>) {
        self.bytes.store(0, Ordering::Relaxed);
        let counts = if total.is_some() { "{bar:24} {human_pos} of {human_len}" } else { "{human_pos}" };
        let bytes = self.bytes.clone();
        let style = ProgressStyle::with_template(&format!("{what} {counts} {unit}{{read}}"))
            .expect("the template is ours")
            .with_key("read", move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                let bytes = bytes.load(Ordering::Relaxed);
                if bytes > 0 {
                    // The bar is drawn into memory, which does not fail.
                    let _ = write!(out, ", {}", HumanBytes(bytes));
                }
            })
            .progress_chars(if self.terminal.unicode { "━╸─" } else { "#>-" });
        self.bar.set_style(style);
        self.bar.set_length(total.unwrap_or(0));
        self.bar.set_position(0);
        self.bar.tick();
    }
}

impl Progress {
    /// Shows what a child says.
    pub fn hear(&self, heard: Heard) {
        match heard {
            Heard::Began(stage, total) => snapshot::Watch::begin(self, stage, total),
            Heard::Advanced(units, bytes) => snapshot::Watch::advance(self, units, bytes),
            Heard::Received(bytes) => git::Watch::received(self, bytes),
            Heard::Unpacked(objects, of) => git::Watch::unpacked(self, objects, of),
            // A sentence, which is said where `--quiet` is known.
            Heard::Lacks(_) => {}
        }
    }
}

impl snapshot::Watch for Progress {
    fn begin(&self, stage: Stage, total: Option<u64>) {
        let (what, unit) = match stage {
            Stage::Commits => ("Walking the history ", "commits"),
            Stage::Changes => ("Comparing commits   ", "commits"),
            Stage::Blobs => ("Scanning files      ", "versions of files"),
            Stage::Areas => ("Looking at areas    ", "areas"),
        };
        tracing::info!("{} ({} {unit})", what.trim_end(), total.map_or("?".to_owned(), |total| total.to_string()));
        self.show(what, unit, total);
    }

    fn advance(&self, units: u64, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.bar.inc(units);
    }

    fn interrupted(&self) -> bool {
        interrupted()
    }
}

impl git::Watch for Progress {
    fn received(&self, bytes: u64) {
        if self.bytes.swap(bytes, Ordering::Relaxed) == 0 {
            self.show("Cloning             ", "objects unpacked", None);
            self.bytes.store(bytes, Ordering::Relaxed);
        }
        self.bar.tick();
    }

    fn unpacked(&self, objects: u64, of: Option<u64>) {
        if let Some(of) = of {
            self.bar.set_length(of);
        }
        self.bar.set_position(objects);
    }

    fn interrupted(&self) -> bool {
        interrupted()
    }
}
