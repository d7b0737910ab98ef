//! Comparing two trees no further than the limits.

use std::ops::ControlFlow;

use gix::bstr::BStr;
use gix_diff::tree::recorder::{Change, Location};
use gix_diff::tree::{Recorder, Visit, visit};

use crate::Limits;

/// Records what changed, and stops where that is too much.
pub(super) struct Bounded {
    recorder: Recorder,
    room: usize,
    longest: usize,
    /// Whether it has stopped.
    pub(super) is_full: bool,
}

impl Bounded {
    pub(super) fn within(limits: &Limits) -> Self {
        let recorder = Recorder::default().track_location(Some(Location::Path));
        Bounded { recorder, room: limits.entries, longest: limits.path, is_full: false }
    }

    pub(super) fn into_records(self) -> Vec<Change> {
        self.recorder.records
    }
}

impl Visit for Bounded {
    fn pop_front_tracked_path_and_set_current(&mut self) {
        self.recorder.pop_front_tracked_path_and_set_current();
    }

    fn push_back_tracked_path_component(&mut self, component: &BStr) {
        self.recorder.push_back_tracked_path_component(component);
    }

    fn push_path_component(&mut self, component: &BStr) {
        self.recorder.push_path_component(component);
    }

    fn pop_path_component(&mut self) {
        self.recorder.pop_path_component();
    }

    /// Called for folders too.
    fn visit(&mut self, change: visit::Change) -> visit::Action {
        if self.room == 0 || self.recorder.path().len() > self.longest {
            self.is_full = true;
            return ControlFlow::Break(());
        }
        self.room -= 1;
        self.recorder.visit(change)
    }
}
