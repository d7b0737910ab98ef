//! Progress on standard error, in counts and bytes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use foliolens_analyzers::snapshot::{self, Stage};
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::interrupt::interrupted;
use super::output;
use crate::config::Terminal;
use crate::git;
use crate::sandbox::Heard;

/// Shows how a review goes on, if anybody can see it.
pub struct Progress {
    /// One a stage: what draws a new stage in an old bar shows the old one's numbers first.
    bar: Mutex<ProgressBar>,
    bytes: Arc<AtomicU64>,
    terminal: Terminal,
    shown: bool,
    /// Which of several repositories it is about; empty for the only one.
    of: String,
}

impl Progress {
    /// `shown` is false with `--quiet`.
    pub fn new(terminal: Terminal, shown: bool) -> Self {
        let shown = shown && terminal.progress;
        Progress { bar: Mutex::new(ProgressBar::hidden()), bytes: Arc::default(), terminal, shown, of: String::new() }
    }

    /// The same, of the repository `name` among several.
    pub fn of(self, name: &str) -> Self {
        Progress { of: if name.is_empty() { String::new() } else { format!("{}: ", output::plain(name)) }, ..self }
    }

    /// Shows how many of `total` repositories are done.
    pub fn counting(terminal: Terminal, shown: bool, total: usize) -> Self {
        let progress = Progress::new(terminal, shown);
        progress.show("Reviewing           ", "repositories", Some(total as u64));
        progress
    }

    /// Removes what is shown.
    pub fn clear(&self) {
        self.bar().finish_and_clear();
    }

    fn bar(&self) -> ProgressBar {
        // A bar is a handle; whoever held the lock when a thread died has drawn nothing that matters.
        self.bar.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
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
        let target = if self.shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target).with_style(style);
        self.clear();
        bar.tick();
        *self.bar.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = bar;
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
        tracing::info!("{}{}{}", self.of, what.trim_end(), counted(total, unit));
        self.show(what, unit, total);
    }

    fn advance(&self, units: u64, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.bar().inc(units);
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
        self.bar().tick();
    }

    fn unpacked(&self, objects: u64, of: Option<u64>) {
        let bar = self.bar();
        if let Some(of) = of {
            bar.set_length(of);
        }
        bar.set_position(objects);
    }

    fn interrupted(&self) -> bool {
        interrupted()
    }
}

/// " (1 area)", where it is known how many there are.
fn counted(total: Option<u64>, unit: &str) -> String {
    match (total, unit) {
        (None, _) => String::new(),
        (Some(1), "versions of files") => " (1 version of a file)".to_owned(),
        (Some(1), several) => format!(" (1 {})", several.trim_end_matches('s')),
        (Some(total), several) => format!(" ({total} {several})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_said_as_people_say_it() {
        let said = [(None, "commits"), (Some(1), "areas"), (Some(1), "versions of files"), (Some(27), "commits")];
        let said = said.map(|(total, unit)| counted(total, unit));
        assert_eq!(said, ["", " (1 area)", " (1 version of a file)", " (27 commits)"]);
    }

    #[test]
    fn a_stage_never_shows_the_numbers_of_the_one_before() {
        let terminal = Terminal { width: 80, color: false, unicode: true, progress: false };
        let progress = Progress::new(terminal, false);
        snapshot::Watch::begin(&progress, Stage::Blobs, Some(389));
        snapshot::Watch::advance(&progress, 389, 1);
        let before = progress.bar();
        snapshot::Watch::begin(&progress, Stage::Areas, Some(12));
        assert_eq!((before.position(), before.is_finished()), (389, true), "nothing draws it anew");
        assert_eq!((progress.bar().position(), progress.bar().length()), (0, Some(12)));
    }
}
