//! Days and moments as others write them, counted from 1970.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Days from 1970-01-01 to a day of the Gregorian calendar, which may not lie before.
pub fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years that begin in March, so that the leap day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.saturating_sub(1), month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    days.saturating_sub(719_468)
}

/// The day of the Gregorian calendar that is so many days after 1970-01-01: year, month, day.
fn day(days: u64) -> (u64, u64, u64) {
    // Years that begin in March, in eras of four hundred.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = (year + era * 400, if month < 10 { month + 3 } else { month - 9 });
    (year + u64::from(month < 3), month, day)
}

/// The day of so many seconds after 1970: `2026-11-24`; none for what no calendar of four digits holds.
pub fn date(seconds: i64) -> Option<String> {
    let (year, month, day) = day(u64::try_from(seconds).ok()? / 86_400);
    (year <= 9999).then(|| format!("{year}-{month:02}-{day:02}"))
}

/// The moment so many milliseconds after 1970, for people: `2026-11-24 22:14:10 UTC`.
pub fn written(millis: i64) -> String {
    let seconds = millis.max(0).unsigned_abs() / 1_000;
    let (year, month, day) = day(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// The moment that is written so, in UTC: `2026-11-24T22:14:10Z`.
pub fn moment(text: &str) -> Option<SystemTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let numbers = |text: &str, between: char| -> Option<[u64; 3]> {
        let read: Option<Vec<u64>> = text.split(between).map(|number| number.parse().ok()).collect();
        read?.try_into().ok()
    };
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time.split('.').next()?, ':')?;
    let fits = (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !fits || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// The moment that a header of HTTP names: `Tue, 24 Nov 2026 22:14:10 GMT`.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats>
pub fn http_moment(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split_once(", ")?.1.split(' ').collect();
    let [day, month, year, time, "GMT"] = *words.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    moment(&format!("{year}-{month}-{day}T{time}Z"))
}

/// How long a header `retry-after` asks to wait: in seconds, or until a moment by the clock of whoever sent it, which
/// shows `date`.
pub fn retry_after(text: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let now = date.and_then(http_moment).unwrap_or_else(SystemTime::now);
    Some(http_moment(text)?.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!((days(1970, 1, 1), days(2000, 2, 29), days(2000, 3, 1)), (0, 11_016, 11_017));
        assert_eq!(days(2026, 11, 24), 20_781);
    }

    #[test]
    fn moments_are_written_as_people_read_them() {
        assert_eq!(written(1_468_275_250_123), "2016-07-11 22:14:10 UTC");
        assert_eq!(written(0), "1970-01-01 00:00:00 UTC");
        for days_since in (0..60_000).step_by(7).chain([11_016, 11_017, 20_781]) {
            let (year, month, day) = day(days_since);
            assert_eq!(days(year, month, day), days_since, "{year}-{month}-{day}");
            assert!((1..=12).contains(&month) && (1..=31).contains(&day));
        }
    }

    #[test]
    fn moments_are_read_as_github_writes_them() {
        let seconds = |text: &str| moment(text).map(|at| at.duration_since(UNIX_EPOCH).expect("later").as_secs());
        assert_eq!(seconds("1970-01-01T00:00:01Z"), Some(1));
        assert_eq!(seconds("2016-07-11T22:14:10Z"), Some(1_468_275_250));
        assert_eq!(seconds("2016-07-11T22:14:10.123Z"), Some(1_468_275_250));
        for text in
            ["", "2016-07-11", "2016-07-11T22:14:10+02:00", "2016-13-11T22:14:10Z", "2016-07-00T22:14:10Z", "T:Z"]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_read_as_headers_have_them() {
        assert_eq!(http_moment("Mon, 11 Jul 2016 22:14:10 GMT"), moment("2016-07-11T22:14:10Z"));
        for text in ["", "120", "2016-07-11T22:14:10Z", "Mon, 11 Yul 2016 22:14:10 GMT", "Mon, 11 Jul 2016 22:14:10"] {
            assert_eq!(http_moment(text), None, "{text}");
        }
    }
}
