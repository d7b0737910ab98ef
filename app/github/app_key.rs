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
#[error("it is no RSA private key of 2048 bits or more in PEM form, as GitHub lets you download it")]
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
        let key = AppKey { id, key };
        // A public key, or one that is too short, is only found out about when it is to sign.
        key.sign(SystemTime::now()).map_err(|_| NotAKey)?;
        Ok(key)
    }

    /// The app's id.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// A token that says "I am the app", for some minutes from `now` on.
    /// <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app>
    pub fn sign(&self, now: SystemTime) -> Result<SecretString, GitHubError> {
        let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let claims = Claims { iat: now.saturating_sub(BACK_DATED), exp: now + VALID, iss: self.id.to_string() };
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key)
            .map(SecretString::from)
            .map_err(|error| GitHubError::Malformed(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_back_dated_and_ends_within_ten_minutes() {
        use aws_lc_rs::encoding::AsDer;
        let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key");
        let der: aws_lc_rs::encoding::Pkcs8V1Der = pair.as_der().expect("encoded");
        let text = data_encoding::BASE64.encode(der.as_ref());
        let (begin, end) = ("-----BEGIN PRIVATE", "-----END PRIVATE");
        let pem = SecretString::from(format!("{begin} KEY-----\n{text}\n{end} KEY-----\n"));
        let key = AppKey::new(42, &pem).expect("a key");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let token = key.sign(SystemTime::now()).expect("signed");
        let claims = token.expose_secret().split('.').nth(1).expect("three parts").to_owned();
        let claims = data_encoding::BASE64URL_NOPAD.decode(claims.as_bytes()).expect("encoded");
        let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
        let (issued, ends) = (claims["iat"].as_u64().expect("a time"), claims["exp"].as_u64().expect("a time"));
        assert!((now - 60..=now - 58).contains(&issued), "{issued} at {now}");
        assert!(ends > now + 60 && ends - issued < 600, "{claims}");
        assert_eq!(claims["iss"], "42");
        assert_eq!(format!("{key:?}"), "AppKey(42, …)");
    }
}
