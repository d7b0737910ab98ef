//! One request after another. Nothing is repeated here (octocrab is built without its feature `retry`): a write that is
//! sent twice is two comments.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, DATE, HeaderValue, LINK, LOCATION};
use http::response::Parts;
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::app_key::AppKey;
use super::clock::Clock;
use super::tokens::{Minted, Scope, Tokens};
use super::{GitHubError, InstallationId};
use crate::calendar::http_moment;

/// The app, talking with one GitHub.
#[derive(Debug)]
pub struct GitHub {
    http: Octocrab,
    key: AppKey,
    clock: Clock,
    tokens: Tokens,
    patience: Duration,
    /// Where all paths begin.
    base: String,
}

/// A page of a hundred comments of the largest kind fits.
const LARGEST: usize = 32 << 20;

impl GitHub {
    /// The app with `key` at `api` (`https://api.github.com`, or `https://HOST/api/v3`), which may take as long as `patience` to answer.
    /// Needs a tokio runtime.
    pub fn new(api: &Uri, key: AppKey, patience: Duration) -> Result<Self, GitHubError> {
        let http = Octocrab::builder()
            .base_uri(api.clone())
            .map_err(malformed)?
            .set_connect_timeout(Some(Duration::from_secs(10)))
            .set_read_timeout(Some(patience))
            .set_write_timeout(Some(patience))
            .build()
            // What can be wrong here is that no certificate is trusted.
            .map_err(|error| GitHubError::Untrusted(Box::new(error)))?;
        let base = api.to_string().trim_end_matches('/').to_owned();
        Ok(GitHub { http, key, clock: Clock::default(), tokens: Tokens::default(), patience, base })
    }

    /// The app's id.
    pub fn app_id(&self) -> u64 {
        self.key.id()
    }

    /// Asks as the app itself.
    pub(super) async fn as_app<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, GitHubError> {
        read(&self.send_as_app(method, path, body).await?.1)
    }

    /// By our own clock as long as GitHub takes that. Of what it does not take it has done nothing, so that it is asked once
    /// more by its own.
    async fn send_as_app(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<(HeaderMap, Bytes), GitHubError> {
        let token = self.key.sign(self.clock.now())?;
        match self.send(method.clone(), path, body, &token).await {
            Err(GitHubError::Unauthorized) if self.clock.follow() => {
                let token = self.key.sign(self.clock.now())?;
                self.send(method, path, body, &token).await
            }
            answer => answer,
        }
    }

    /// Looks at one page of a list as the app itself: what it holds, and where the next one begins, if there is one.
    pub(super) async fn page_as_app<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<(T, Option<String>), GitHubError> {
        let (head, body) = self.send_as_app(Method::GET, path, None::<&Value>).await?;
        Ok((read(&body)?, next_cursor(&head)))
    }

    /// Asks as an installation that may do `scope`.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        installation: InstallationId,
        scope: Scope,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, GitHubError> {
        read(&self.send_as(installation, scope, method, path, body).await?.1)
    }

    /// Looks at one page of a list as an installation that may do `scope`: what it holds, and whether there is another one.
    /// How much it holds says nothing of that: GitHub leaves out what may not be seen.
    pub(super) async fn page<T: DeserializeOwned>(
        &self,
        installation: InstallationId,
        scope: Scope,
        path: &str,
    ) -> Result<(T, bool), GitHubError> {
        let (head, body) = self.send_as(installation, scope, Method::GET, path, None::<&Value>).await?;
        Ok((read(&body)?, next_page(&head).is_some()))
    }

    async fn send_as(
        &self,
        installation: InstallationId,
        scope: Scope,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<(HeaderMap, Bytes), GitHubError> {
        let token = self.token(installation, scope).await?;
        let answer = self.send(method, path, body, &token).await;
        if matches!(answer, Err(GitHubError::Unauthorized)) {
            // The next attempt of the job begins with a token of its own.
            self.tokens.forget(installation);
        }
        answer
    }

    /// A token for `scope`, good for five minutes at least.
    pub async fn token(&self, installation: InstallationId, scope: Scope) -> Result<SecretString, GitHubError> {
        let path = format!("/app/installations/{installation}/access_tokens");
        let body = scope.body();
        let mint = self.as_app::<Minted>(Method::POST, &path, Some(&body));
        self.tokens.get(installation, scope, &self.clock, mint).await.map_err(|error| match error {
            // The repository is not, or no longer, one of the installation's, or the permission was not given.
            GitHubError::Refused(422) => GitHubError::Forbidden,
            error => error,
        })
    }

    /// Has the next token of `installation` be a new one.
    pub fn forget_tokens(&self, installation: InstallationId) {
        self.tokens.forget(installation);
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        token: &SecretString,
    ) -> Result<(HeaderMap, Bytes), GitHubError> {
        let body = match body {
            Some(body) => serde_json::to_string(body).map_err(malformed)?,
            None => String::new(),
        };
        let mut answer = self.answer(&method, path, &body, token).await?;
        if let Some(path) = moved(&answer.0, &self.base) {
            answer = self.answer(&method, &path, &body, token).await?;
        }
        let (head, body) = answer;
        if head.status.is_success() {
            Ok((head.headers, body))
        } else {
            Err(GitHubError::of_answer(head.status, &head.headers, &body))
        }
    }

    /// What is answered, whatever it is.
    async fn answer(
        &self,
        method: &Method,
        path: &str,
        body: &str,
        token: &SecretString,
    ) -> Result<(Parts, Bytes), GitHubError> {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(malformed)?;
        bearer.set_sensitive(true);
        let request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            .header("content-type", "application/json")
            .body(body.to_owned())
            .map_err(malformed)?;
        let began = std::time::Instant::now();
        let count =
            |status: String| metrics::counter!("foliolens_github_requests_total", "status" => status).increment(1);
        let answer = tokio::time::timeout(self.patience, async {
            let answer = self.http.execute(request).await.map_err(network)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await.map_err(GitHubError::Network)?.to_bytes();
            Ok((head, body))
        });
        let answer = answer.await.map_err(network).flatten().inspect_err(|error| {
            let status = if is_timeout(error) { "timeout" } else { "error" };
            tracing::debug!(%method, path, status, millis = began.elapsed().as_millis(), "asked GitHub");
            count(status.to_owned());
        });
        let (head, body) = answer?;
        let status = head.status;
        count(status.as_u16().to_string());
        if let Some(answered) = head.headers.get(DATE).and_then(|date| http_moment(date.to_str().ok()?)) {
            self.clock.see(answered);
        }
        if let Some(left) = head.headers.get("x-ratelimit-remaining").and_then(|left| left.to_str().ok()?.parse().ok())
        {
            metrics::gauge!("foliolens_github_rate_limit_remaining").set::<f64>(left);
        }
        tracing::debug!(%method, path, status = status.as_u16(), millis = began.elapsed().as_millis(), "asked GitHub");
        Ok((head, body))
    }
}

/// The path at which GitHub says that what was asked for stands by now, because its repository was renamed or given away:
/// below the number of a repository, and on the same GitHub. Nobody else is ever sent a token.
/// <https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects>
fn moved(head: &Parts, base: &str) -> Option<String> {
    if !matches!(head.status.as_u16(), 301 | 302 | 307 | 308) {
        return None;
    }
    let path = head.headers.get(LOCATION)?.to_str().ok()?.strip_prefix(base)?;
    let number = path.strip_prefix("/repositories/")?.split(['/', '?']).next()?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| path.to_owned())
}

/// The address of the next page of a list, if there is one.
/// <https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api#using-link-headers>
fn next_page(head: &HeaderMap) -> Option<url::Url> {
    let links = head.get(LINK)?.to_str().ok()?.split(',');
    let next = links.filter_map(|link| link.trim().split_once('>')).find(|(_, said)| said.contains("rel=\"next\""))?.0;
    url::Url::parse(next.strip_prefix('<')?).ok()
}

/// Where GitHub says that the next page of a list begins. Of the address that it gives nothing else is believed.
fn next_cursor(head: &HeaderMap) -> Option<String> {
    let next = next_page(head)?;
    next.query_pairs().find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor.into_owned())
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, GitHubError> {
    // An answer without a body, to what nobody reads.
    let body = if body.is_empty() { b"null" } else { body };
    serde_json::from_slice(body).map_err(malformed)
}

/// Whether GitHub took too long: for us, for the connection, or for a part of it.
fn is_timeout(error: &GitHubError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let by_socket = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if error.is::<tokio::time::error::Elapsed>() || by_socket == Some(std::io::ErrorKind::TimedOut) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn network(error: impl std::error::Error + Send + Sync + 'static) -> GitHubError {
    match is_about_a_certificate(&error) {
        true => GitHubError::Untrusted(Box::new(error)),
        false => GitHubError::Network(Box::new(error)),
    }
}

/// Whether nothing was said because of whose certificate it is. An error of a socket is followed into what it is made of,
/// which is none of its causes.
fn is_about_a_certificate(error: &(dyn std::error::Error + 'static)) -> bool {
    let made_of = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let next = made_of.map(|error| error as &(dyn std::error::Error + 'static)).or_else(|| error.source());
    matches!(error.downcast_ref(), Some(rustls::Error::InvalidCertificate(_)))
        || next.is_some_and(is_about_a_certificate)
}

fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> GitHubError {
    GitHubError::Malformed(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_moved_is_followed_to_a_repository_of_the_same_github_and_nowhere_else() {
        let moved_to = |status: u16, location: &str| {
            let (mut head, ()) = http::Response::new(()).into_parts();
            head.status = http::StatusCode::from_u16(status).expect("a status");
            head.headers.insert(LOCATION, location.parse().expect("a header"));
            moved(&head, "https://github.test/api/v3")
        };
        for status in [301, 302, 307, 308] {
            let there = moved_to(status, "https://github.test/api/v3/repositories/9/issues/3/comments?page=1");
            assert_eq!(there.as_deref(), Some("/repositories/9/issues/3/comments?page=1"));
        }
        assert_eq!(moved_to(200, "https://github.test/api/v3/repositories/9"), None);
        for elsewhere in [
            "https://evil.test/api/v3/repositories/9",
            "http://github.test/api/v3/repositories/9",
            "https://github.test/api/v3.evil.test/repositories/9",
            "https://github.test/api/v3/repositories/",
            "https://github.test/api/v3/repositories/../user",
            "https://github.test/api/v3/user",
            "/repositories/9",
        ] {
            assert_eq!(moved_to(301, elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn a_certificate_that_nobody_trusts_is_told_from_silence() {
        let unknown = || rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        assert!(matches!(network(std::io::Error::other(unknown())), GitHubError::Untrusted(_)));
        // As it comes out of a connection: errors within errors, and among the causes of others.
        let within = std::io::Error::other(std::io::Error::other(unknown()));
        let deeper = std::io::Error::other(GitHubError::Network(Box::new(within)));
        assert!(matches!(network(std::io::Error::other(deeper)), GitHubError::Untrusted(_)));
        let other = rustls::Error::HandshakeNotComplete;
        for error in [std::io::ErrorKind::ConnectionReset.into(), std::io::Error::other(other)] {
            assert!(matches!(network(error), GitHubError::Network(_)));
        }
        let said = network(std::io::Error::other(unknown())).to_string();
        assert!(said.contains("SSL_CERT_FILE"), "{said}");
    }

    #[test]
    fn only_the_cursor_of_the_next_page_is_taken() {
        let cursor = |link: &str| {
            let mut head = HeaderMap::new();
            head.insert(LINK, link.parse().expect("a header"));
            next_cursor(&head)
        };
        let page = |cursor: &str| format!("<https://api.github.com/app/hook/deliveries?per_page=100&cursor={cursor}>");
        let both = format!("{}; rel=\"prev\", {}; rel=\"next\"", page("v1_9"), page("v1_7"));
        assert_eq!(cursor(&both).as_deref(), Some("v1_7"));
        assert_eq!(cursor(&format!("{}; rel=\"prev\"", page("v1_9"))), None);
        assert_eq!(cursor("<https://api.github.com/app/hook/deliveries?page=2>; rel=\"next\""), None);
        assert_eq!(cursor("next"), None);
        assert_eq!(next_cursor(&HeaderMap::new()), None);
        assert!(next_page(&HeaderMap::new()).is_none());
    }
}
