//! GitHub's clock, where ours says something else: a token that is signed by a wrong clock is from the past or the future
//! to GitHub, which takes neither.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Less than that is on the way, and in what tokens are back-dated by.
const NOTHING: u64 = 30;

/// By how many seconds GitHub's clock is ahead of ours.
#[derive(Debug, Default)]
pub struct Clock {
    followed: AtomicI64,
    seen: AtomicI64,
}

impl Clock {
    /// The moment by GitHub's clock, as far as it is followed.
    pub fn now(&self) -> SystemTime {
        let ahead = self.followed.load(Ordering::Relaxed);
        let by = Duration::from_secs(ahead.unsigned_abs());
        let now = SystemTime::now();
        let there = if ahead < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        there.unwrap_or(now)
    }

    /// Notes the moment in which GitHub says that it has answered.
    pub fn see(&self, answered: SystemTime) {
        let seconds = |moment: SystemTime| moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let (theirs, ours) = (seconds(answered), seconds(SystemTime::now()));
        let ahead = i64::try_from(theirs).unwrap_or(i64::MAX).saturating_sub_unsigned(ours);
        self.seen.store(ahead, Ordering::Relaxed);
    }

    /// Follows the clock that was seen last; `false` where that tells the time that is followed already.
    pub fn follow(&self) -> bool {
        let ahead = self.seen.load(Ordering::Relaxed);
        let before = self.followed.load(Ordering::Relaxed);
        let differs = ahead.abs_diff(before) > NOTHING;
        if differs {
            self.followed.store(ahead, Ordering::Relaxed);
            tracing::warn!(seconds = ahead, "GitHub's clock is ahead of this machine's by so much, and is followed");
        }
        differs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_was_seen_is_followed_only_where_it_differs() {
        let clock = Clock::default();
        let hour = Duration::from_secs(3600);
        let is_off_by = |ahead: i64| {
            let there = clock.now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
            let here = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
            here.saturating_add_signed(ahead).abs_diff(there) < 3
        };
        assert!(!clock.follow() && is_off_by(0), "nothing was seen");
        clock.see(SystemTime::now() - Duration::from_secs(20));
        assert!(!clock.follow() && is_off_by(0), "that is on the way");
        clock.see(SystemTime::now() + hour);
        assert!(is_off_by(0), "as long as nobody complains");
        assert!(clock.follow() && is_off_by(3600));
        assert!(!clock.follow(), "it is");
        clock.see(SystemTime::now() - hour);
        assert!(clock.follow() && is_off_by(-3600));
        clock.see(SystemTime::now());
        assert!(clock.follow() && is_off_by(0), "ours was set right");
    }
}
