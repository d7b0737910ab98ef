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
