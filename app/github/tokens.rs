//! Tokens of installations: minted for what they are needed for, kept until shortly before they end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde::Deserialize;
use tokio::sync::Mutex;

use super::{InstallationId, RepositoryId};

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everything that the installation allows, for talking with the API.
    Installation,
    /// Reading the contents of one repository, for cloning it.
    ReadContents(RepositoryId),
}

/// Tokens end after an hour; they are not used in their last five minutes.
const KEPT: Duration = Duration::from_secs(55 * 60);

/// The tokens in use. One lock, so that nobody mints what somebody else is minting.
#[derive(Default)]
pub struct Tokens {
    kept: Mutex<BTreeMap<(InstallationId, Scope), (SecretString, Instant)>>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Tokens(…)")
    }
}

/// GitHub's answer when it mints.
#[derive(Deserialize)]
pub(super) struct Minted {
    pub(super) token: SecretString,
}

impl Tokens {
    /// The token that is kept, or what `mint` makes.
    pub(super) async fn get<E>(
        &self,
        installation: InstallationId,
        scope: Scope,
        mint: impl Future<Output = Result<Minted, E>>,
    ) -> Result<SecretString, E> {
        let mut kept = self.kept.lock().await;
        kept.retain(|_, (_, minted)| minted.elapsed() < KEPT);
        if let Some((token, _)) = kept.get(&(installation, scope)) {
            return Ok(token.clone());
        }
        let now = Instant::now();
        let token = mint.await?.token;
        kept.insert((installation, scope), (token.clone(), now));
        Ok(token)
    }

    /// Forgets what GitHub no longer accepts.
    pub(super) async fn forget(&self, installation: InstallationId) {
        self.kept.lock().await.retain(|(of, _), _| *of != installation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn token(tokens: &Tokens, scope: Scope, minted: &str) -> String {
        use secrecy::ExposeSecret;
        let mint = async { Ok::<_, ()>(Minted { token: SecretString::from(minted.to_owned()) }) };
        tokens.get(InstallationId(7), scope, mint).await.expect("minted").expose_secret().to_owned()
    }

    #[tokio::test]
    async fn a_token_is_minted_once_for_each_scope_until_shortly_before_it_ends() {
        let tokens = Tokens::default();
        assert_eq!(token(&tokens, Scope::Installation, "first").await, "first");
        assert_eq!(token(&tokens, Scope::Installation, "second").await, "first", "kept");
        assert_eq!(token(&tokens, Scope::ReadContents(RepositoryId(9)), "narrow").await, "narrow");
        for (_, minted) in tokens.kept.lock().await.values_mut() {
            *minted = minted.checked_sub(KEPT).expect("a time");
        }
        assert_eq!(token(&tokens, Scope::Installation, "third").await, "third", "five minutes before it ends");
        tokens.forget(InstallationId(7)).await;
        assert_eq!(token(&tokens, Scope::Installation, "fourth").await, "fourth", "GitHub refused it");
    }
}
