//! Who the app is: its id and its private key, which signs short-lived JSON web tokens.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::GitHubError;

/// The app's id and private key.
pub struct AppKey {
    id: u64,
    key: EncodingKey,
}

impl std::fmt::Debug for AppKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "AppKey({}, …)", self.id)
    }
}

/// The private key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no RSA private key in PEM form, as GitHub lets you download it")]
pub struct NotAKey;

#[derive(Serialize)]
struct Claims {
    iat: u64,
    exp: u64,
    iss: String,
}

/// Our clock may be ahead of GitHub's.
const BACK_DATED: u64 = 60;
/// GitHub takes ten minutes at most, counted from `iat` by its own clock.
const VALID: u64 = 8 * 60;

impl AppKey {
    /// The app `id`, with the key that GitHub gave it.
    pub fn new(id: u64, pem: &SecretString) -> Result<Self, NotAKey> {
        let key = EncodingKey::from_rsa_pem(pem.expose_secret().as_bytes()).map_err(|_| NotAKey)?;
        Ok(AppKey { id, key })
    }

    /// The app's id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// A token that says "I am the app", for some minutes.
    /// <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app>
    pub fn sign(&self) -> Result<SecretString, GitHubError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let claims = Claims { iat: now.saturating_sub(BACK_DATED), exp: now + VALID, iss: self.id.to_string() };
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key)
            .map(SecretString::from)
            .map_err(|error| GitHubError::Malformed(Box::new(error)))
    }
}
