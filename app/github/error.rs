//! How a request to GitHub can fail, by what there is to do about it.

use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, StatusCode};

use crate::calendar::{http_moment, retry_after};

/// Why GitHub did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum GitHubError {
    /// Too many requests, for now.
    #[error("GitHub asks to wait {} s", wait.as_secs())]
    RateLimited {
        /// How long to leave it alone.
        wait: Duration,
    },
    /// It is not there, or not ours to see.
    #[error("GitHub says that it is not there (404)")]
    NotFound,
    /// It was there.
    #[error("GitHub says that it is gone (410)")]
    Gone,
    /// The token is not, or no longer, good.
    #[error("GitHub does not accept the token (401)")]
    Unauthorized,
    /// The installation may not do this: a permission that was not given, a locked issue, a suspended installation.
    #[error("GitHub forbids it (403)")]
    Forbidden,
    /// What is asked for is larger than what GitHub gives away in one piece.
    #[error("GitHub says that it is too large (403)")]
    TooLarge,
    /// The request is understood and refused.
    #[error("GitHub refuses the request ({0})")]
    Refused(u16),
    /// GitHub is in trouble.
    #[error("GitHub is not well ({0})")]
    Unavailable(u16),
    /// No answer, or half of one.
    #[error("GitHub did not answer")]
    Network(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Whoever answers for GitHub has a certificate that is not trusted here: somebody else, or GitHub behind a certificate
    /// of a company's own.
    #[error("GitHub's certificate is not trusted here (SSL_CERT_FILE names whose are)")]
    Untrusted(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An answer that is not what GitHub's documentation says.
    #[error("GitHub's answer was not understood")]
    Malformed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// At least so long where GitHub names no time.
/// <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit>
const UNNAMED_WAIT: Duration = Duration::from_secs(60);
/// The primary limit starts anew each hour.
const LONGEST_WAIT: Duration = Duration::from_secs(3_900);

impl GitHubError {
    /// What an answer with this status and these headers means.
    pub fn of_answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        match status.as_u16() {
            401 => GitHubError::Unauthorized,
            403 | 429 => match wait(status, headers, body) {
                Some(wait) => GitHubError::RateLimited { wait },
                None if begins(body).contains("\"too_large\"") => GitHubError::TooLarge,
                None => GitHubError::Forbidden,
            },
            404 => GitHubError::NotFound,
            410 => GitHubError::Gone,
            // As GitHub says of a comment or a pull request that comes too soon after others.
            422 if begins(body).contains("was submitted too quickly") => {
                GitHubError::RateLimited { wait: UNNAMED_WAIT }
            }
            code if status.is_server_error() => GitHubError::Unavailable(code),
            code => GitHubError::Refused(code),
        }
    }

    /// Whether trying again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            GitHubError::RateLimited { .. }
                | GitHubError::Unauthorized
                | GitHubError::Unavailable(_)
                | GitHubError::Network(_)
                | GitHubError::Untrusted(_)
                | GitHubError::Malformed(_)
        )
    }

    /// Whether the thing asked for is not there (any more).
    pub fn is_absence(&self) -> bool {
        matches!(self, GitHubError::NotFound | GitHubError::Gone)
    }
}

/// What an answer begins with.
fn begins(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&body[..body.len().min(2_000)])
}

/// How long to wait, if this is about a rate limit at all.
fn wait(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    let header = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |name: &str| header(name)?.parse::<u64>().ok();
    // A moment is one by the clock of whoever answers.
    let left = |until: SystemTime| {
        let now = header("date").and_then(http_moment).unwrap_or_else(SystemTime::now);
        until.duration_since(now).unwrap_or_default()
    };
    if let Some(wait) = header("retry-after").and_then(|wait| retry_after(wait, header("date"))) {
        return Some(wait.clamp(Duration::from_secs(1), LONGEST_WAIT));
    }
    if number("x-ratelimit-remaining") == Some(0) {
        let reset = number("x-ratelimit-reset").and_then(|at| UNIX_EPOCH.checked_add(Duration::from_secs(at)));
        return Some(reset.map_or(UNNAMED_WAIT, left).clamp(Duration::from_secs(1), LONGEST_WAIT));
    }
    // The second is how older ones of GitHub Enterprise Server say it.
    let said = begins(body);
    let is_about_limits = status == StatusCode::TOO_MANY_REQUESTS
        || ["rate limit", "abuse detection"].iter().any(|words| said.contains(words));
    is_about_limits.then_some(UNNAMED_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> GitHubError {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header"));
        }
        GitHubError::of_answer(StatusCode::from_u16(status).expect("a status"), &map, body.as_bytes())
    }

    #[test]
    fn a_limit_says_how_long_to_wait() {
        let waits = |error: GitHubError| match error {
            GitHubError::RateLimited { wait } => wait.as_secs(),
            other => panic!("{other}"),
        };
        assert_eq!(waits(answer(403, &[("retry-after", "30")], "")), 30);
        assert_eq!(waits(answer(429, &[], "")), 60);
        assert_eq!(waits(answer(403, &[], "You have exceeded a secondary rate limit.")), 60);
        assert_eq!(waits(answer(422, &[], r#"{"errors":[{"message":"was submitted too quickly"}]}"#)), 60);
        assert_eq!(waits(answer(403, &[], "You have triggered an abuse detection mechanism.")), 60);
        assert_eq!(waits(answer(403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1")], "")), 1);
        assert_eq!(waits(answer(403, &[("retry-after", "999999999")], "")), 3_900);
        let until = ("retry-after", "Tue, 24 Nov 2026 22:16:10 GMT");
        let date = ("date", "Tue, 24 Nov 2026 22:14:10 GMT");
        assert_eq!(waits(answer(403, &[until, date], "")), 120);
        let reset = ("x-ratelimit-reset", "1795558570");
        assert_eq!(waits(answer(403, &[("x-ratelimit-remaining", "0"), reset, date], "")), 120, "by the same clock");
        assert_eq!(waits(answer(403, &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], "")), 1, "it is over");
        assert!(matches!(answer(403, &[("retry-after", "soon")], ""), GitHubError::Forbidden));
    }

    #[test]
    fn what_passes_is_told_from_what_stays() {
        for status in [401, 429, 500, 502, 503] {
            assert!(answer(status, &[], "").is_passing(), "{status}");
        }
        for status in [403, 404, 410, 422, 451] {
            assert!(!answer(status, &[], "").is_passing(), "{status}");
        }
        assert!(answer(410, &[], "").is_absence() && answer(404, &[], "").is_absence());
        let large = r#"{"message":"This API returns blobs up to 1 MB in size.","errors":[{"code":"too_large"}]}"#;
        assert!(matches!(answer(403, &[], large), GitHubError::TooLarge));
    }
}
