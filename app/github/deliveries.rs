//! Deliveries that did not reach us. GitHub does not repeat them by itself.

use http::Method;
use serde::Deserialize;
use serde_json::Value;

use super::{GitHub, GitHubError};

/// A delivery in GitHub's own log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Logged {
    /// Its number in the log.
    pub id: u64,
    /// As in `X-GitHub-Delivery`.
    pub guid: String,
    /// What we answered; 0 where nothing came.
    pub status_code: u16,
}

impl Logged {
    /// Whether we have taken it.
    pub fn has_arrived(&self) -> bool {
        (200..400).contains(&self.status_code)
    }
}

impl GitHub {
    /// The last hundred deliveries, the newest first.
    pub async fn deliveries(&self) -> Result<Vec<Logged>, GitHubError> {
        self.as_app(Method::GET, "/app/hook/deliveries?per_page=100", None::<&Value>).await
    }

    /// Asks GitHub to deliver again.
    pub async fn redeliver(&self, id: u64) -> Result<(), GitHubError> {
        let path = format!("/app/hook/deliveries/{id}/attempts");
        self.as_app::<Value>(Method::POST, &path, None::<&Value>).await.map(drop)
    }
}
