//! What can go wrong between the app and GitHub.

/// What goes wrong with the next request of this method whose path holds this.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Such as `POST`.
    pub method: &'static str,
    /// A part of the path; its end where `$` stands behind it.
    pub path: String,
    /// What goes wrong.
    pub wrong: Wrong,
    /// Whether it goes wrong each time.
    pub lasts: bool,
}

impl Fault {
    /// Whether it is for requests of that `path`.
    pub fn is_of(&self, path: &str) -> bool {
        match self.path.strip_suffix('$') {
            Some(end) => path.ends_with(end),
            None => path.contains(&self.path),
        }
    }
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing yet: the fault is for the next one.
    Fine,
    /// Nothing is done, and this is answered.
    Status(u16),
    /// Nothing is done, because of a secondary rate limit.
    Limited,
    /// Nothing is done, and with this status it is asked to be left alone for a quarter of an hour.
    Resting(u16),
    /// It is done, and this is answered.
    Lost(u16),
    /// It is done, and answered too late.
    Slow,
    /// It is done, and answered after a while, so that other things happen meanwhile.
    Later,
    /// It is done, and the connection ends in the middle of the answer.
    Torn,
    /// The victim is killed, and nothing is done.
    KilledBefore,
    /// It is done, and the victim is killed.
    KilledAfter,
}

/// Ends the `victim`.
pub fn kill(victim: Option<u32>) {
    let id = victim.and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).expect("a process")));
    rustix::process::kill_process(id.expect("a victim"), rustix::process::Signal::KILL).expect("killed");
}
