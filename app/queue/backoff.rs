//! How long to wait before the next attempt.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(300);

/// Twice as long each time.
pub fn backoff(attempt: i64) -> Duration {
    let doublings = u32::try_from(attempt.clamp(1, 10) - 1).unwrap_or(0);
    spread(FIRST.saturating_mul(1 << doublings))
}

/// Half as long again as the trouble that is waited out has lasted, so that few ask while it lasts, and most are served
/// soon after it has ended.
pub fn waiting_out(trouble: Duration) -> Duration {
    spread((trouble / 2).max(FIRST))
}

/// As long at most, and half of it at random, so that jobs that failed together do not come back together.
fn spread(longest: Duration) -> Duration {
    // The keys of a new hasher are random, which is all that jitter needs.
    let share = (RandomState::new().hash_one(0) % 1_000) as f64 / 1_000.0;
    longest.min(LONGEST).mul_f64(0.5 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        for attempt in 1..40 {
            let wait = backoff(attempt);
            assert!(wait >= FIRST / 2 && wait <= LONGEST, "{attempt}: {wait:?}");
        }
        assert!(backoff(5) > backoff(1));
    }

    #[test]
    fn who_waits_out_four_hours_of_trouble_asks_less_than_every_two_minutes() {
        let (mut trouble, mut asked) = (Duration::ZERO, 0);
        while trouble < Duration::from_secs(4 * 60 * 60) {
            let wait = waiting_out(trouble);
            assert!(wait >= FIRST / 2 && wait <= LONGEST, "{trouble:?}: {wait:?}");
            trouble += wait;
            asked += 1;
        }
        assert!((48..120).contains(&asked), "{asked}");
    }
}
