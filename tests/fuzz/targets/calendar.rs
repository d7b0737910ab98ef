//! Moments as headers of HTTP and answers of GitHub have them: read as days that a calendar has, or not at all.

use std::time::{Duration, UNIX_EPOCH};

use foliolens::calendar::{date, http_moment, moment, retry_after, written};

/// A header `retry-after`, and the `date` beside it in the next line.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (first, second) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = retry_after(first, (!second.is_empty()).then_some(second));
    for moment in [moment(first), http_moment(first), moment(second), http_moment(second)].into_iter().flatten() {
        let since = moment.duration_since(UNIX_EPOCH).expect("after 1970");
        assert!(since < Duration::from_secs(8_031 * 366 * 86_400), "{since:?}");
        let seconds = i64::try_from(since.as_secs()).expect("a few thousand years");
        // A leap second, or the 31st of a shorter month, may be of the next.
        let day = date(seconds).or_else(|| seconds.checked_sub(86_400).and_then(date)).expect("of four digits");
        assert!(day.len() == 10 && written(seconds * 1_000).ends_with(" UTC"), "{day}");
    }
}
