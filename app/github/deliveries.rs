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
    /// A hundred deliveries, the newest first: the last ones, or those from `cursor` on. With the cursor of the next
    /// hundred, where there are more.
    pub async fn deliveries(&self, cursor: Option<&str>) -> Result<(Vec<Logged>, Option<String>), GitHubError> {
        let from = cursor.map_or(String::new(), |cursor| {
            let encoded: String = url::form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
            format!("&cursor={encoded}")
        });
        self.page_as_app(&format!("/app/hook/deliveries?per_page=100{from}")).await
    }

    /// Asks GitHub to deliver again.
    pub async fn redeliver(&self, id: u64) -> Result<(), GitHubError> {
        let path = format!("/app/hook/deliveries/{id}/attempts");
        self.as_app::<Value>(Method::POST, &path, None::<&Value>).await.map(drop)
    }
}
