//! One request after another. Nothing is repeated here (octocrab is built without its feature `retry`): a write that is
//! sent twice is two comments.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HeaderValue, LINK};
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::app_key::AppKey;
use super::tokens::{Minted, Scope, Tokens};
use super::{GitHubError, InstallationId};

/// The app, talking with one GitHub.
#[derive(Debug)]
pub struct GitHub {
    http: Octocrab,
    key: AppKey,
    tokens: Tokens,
    patience: Duration,
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
            .map_err(malformed)?;
        Ok(GitHub { http, key, tokens: Tokens::default(), patience })
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
        let token = self.key.sign()?;
        read(&self.send(method, path, body, &token).await?.1)
    }

    /// Looks at one page of a list as the app itself: what it holds, and where the next one begins, if there is one.
    pub(super) async fn page_as_app<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<(T, Option<String>), GitHubError> {
        let token = self.key.sign()?;
        let (head, body) = self.send(Method::GET, path, None::<&Value>, &token).await?;
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
        let token = self.token(installation, scope).await?;
        let answer = self.send(method, path, body, &token).await;
        if matches!(answer, Err(GitHubError::Unauthorized)) {
            // The next attempt of the job begins with a token of its own.
            self.tokens.forget(installation);
        }
        read(&answer?.1)
    }

    /// A token for `scope`, good for five minutes at least.
    pub async fn token(&self, installation: InstallationId, scope: Scope) -> Result<SecretString, GitHubError> {
        let path = format!("/app/installations/{installation}/access_tokens");
        let body = scope.body();
        let mint = self.as_app::<Minted>(Method::POST, &path, Some(&body));
        self.tokens.get(installation, scope, mint).await.map_err(|error| match error {
            // The repository is not, or no longer, one of the installation's, or the permission was not given.
            GitHubError::Refused(422) => GitHubError::Forbidden,
            error => error,
        })
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
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).map_err(malformed)?;
        bearer.set_sensitive(true);
        let request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            .header("content-type", "application/json")
            .body(body)
            .map_err(malformed)?;
        let began = std::time::Instant::now();
        let answer = tokio::time::timeout(self.patience, async {
            let answer = self.http.execute(request).await.map_err(network)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await.map_err(GitHubError::Network)?.to_bytes();
            Ok((head, body))
        });
        let (head, body) = answer.await.map_err(network)??;
        let status = head.status;
        metrics::counter!("foliolens_github_requests_total", "status" => status.as_u16().to_string()).increment(1);
        if let Some(left) = head.headers.get("x-ratelimit-remaining").and_then(|left| left.to_str().ok()?.parse().ok())
        {
            metrics::gauge!("foliolens_github_rate_limit_remaining").set::<f64>(left);
        }
        tracing::debug!(%method, path, status = status.as_u16(), millis = began.elapsed().as_millis(), "asked GitHub");
        if status.is_success() {
            Ok((head.headers, body))
        } else {
            Err(GitHubError::of_answer(status, &head.headers, &body))
        }
    }
}

/// Where GitHub says that the next page of a list begins. Of the address that it gives nothing else is believed.
/// <https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api#using-link-headers>
fn next_cursor(head: &HeaderMap) -> Option<String> {
    let links = head.get(LINK)?.to_str().ok()?.split(',');
    let next = links.filter_map(|link| link.trim().split_once('>')).find(|(_, said)| said.contains("rel=\"next\""))?.0;
    let next = url::Url::parse(next.strip_prefix('<')?).ok()?;
    next.query_pairs().find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor.into_owned())
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, GitHubError> {
    // An answer without a body, to what nobody reads.
    let body = if body.is_empty() { b"null" } else { body };
    serde_json::from_slice(body).map_err(malformed)
}

fn network(error: impl std::error::Error + Send + Sync + 'static) -> GitHubError {
    GitHubError::Network(Box::new(error))
}

fn malformed(error: impl std::error::Error + Send + Sync + 'static) -> GitHubError {
    GitHubError::Malformed(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
