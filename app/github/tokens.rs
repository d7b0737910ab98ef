//! Tokens of installations: minted for what they are needed for, kept until shortly before they end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::clock::Clock;
use super::{InstallationId, RepositoryId};
use crate::calendar::moment;

/// What a token may do, and where: no more than one purpose needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Looking up, anywhere in the installation, whether a repository is there and what somebody may do in it; nothing of
    /// what it holds. It is asked by name, so that there is no number to narrow it to.
    LookUp,
    /// Reading what one repository holds: cloning it, and its settings.
    ReadContents(RepositoryId),
    /// Comments and reactions in one repository.
    Comment(RepositoryId),
    /// Check runs in one repository.
    CheckRuns(RepositoryId),
}

impl Scope {
    /// What GitHub is asked for.
    /// <https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app>
    pub(super) fn body(self) -> Value {
        let (repository, permission, level) = match self {
            Scope::LookUp => return json!({"permissions": {"metadata": "read"}}),
            Scope::ReadContents(repository) => (repository, "contents", "read"),
            Scope::Comment(repository) => (repository, "issues", "write"),
            Scope::CheckRuns(repository) => (repository, "checks", "write"),
        };
        json!({"repository_ids": [repository.0], "permissions": {permission: level}})
    }
}

/// Tokens are not used in their last five minutes, nor for longer than GitHub lets any live: their end is written by its
/// clock, and ours may be wrong.
const MARGIN: Duration = Duration::from_secs(5 * 60);
const LONGEST: Duration = Duration::from_secs(55 * 60);

/// A token and until when it is used, once there is one. It is locked while it is minted, so that nobody mints what
/// somebody else is minting.
type Slot = Arc<tokio::sync::Mutex<Option<(SecretString, Instant)>>>;

/// The tokens in use.
#[derive(Default)]
pub struct Tokens {
    slots: Mutex<BTreeMap<(InstallationId, Scope), Slot>>,
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
    /// When it ends.
    #[serde(default)]
    pub(super) expires_at: Option<String>,
}

impl Minted {
    /// How long it is used from `now` on.
    fn is_good_for(&self, now: SystemTime) -> Duration {
        let ends = self.expires_at.as_deref().and_then(moment);
        let left = ends.map(|ends| ends.duration_since(now).unwrap_or_default().saturating_sub(MARGIN));
        left.unwrap_or(LONGEST).min(LONGEST)
    }
}

impl Tokens {
    /// The token that is kept, or what `mint` makes, by whose `clock` it ends.
    pub(super) async fn get<E>(
        &self,
        installation: InstallationId,
        scope: Scope,
        clock: &Clock,
        mint: impl Future<Output = Result<Minted, E>>,
    ) -> Result<SecretString, E> {
        let slot = self.slot(installation, scope);
        let mut kept = slot.lock().await;
        if let Some((token, until)) = &*kept
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        *kept = None;
        let asked = Instant::now();
        let minted = mint.await?;
        // Asking may have shown what time it is there.
        *kept = Some((minted.token.clone(), asked + minted.is_good_for(clock.now())));
        Ok(minted.token)
    }

    fn slot(&self, installation: InstallationId, scope: Scope) -> Slot {
        let mut slots = self.slots.lock().expect("nothing panics while it is held");
        // One that is locked is in use.
        let is_of_use = |slot: &Slot| {
            slot.try_lock().map_or(true, |kept| kept.as_ref().is_some_and(|(_, until)| Instant::now() < *until))
        };
        slots.retain(|key, slot| *key == (installation, scope) || is_of_use(slot) || Arc::strong_count(slot) > 1);
        slots.entry((installation, scope)).or_default().clone()
    }

    /// Forgets what GitHub no longer accepts.
    pub(super) fn forget(&self, installation: InstallationId) {
        let mut slots = self.slots.lock().expect("nothing panics while it is held");
        slots.retain(|(of, _), _| *of != installation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn token(tokens: &Tokens, scope: Scope, minted: &str) -> String {
        use secrecy::ExposeSecret;
        let mint = async { Ok::<_, ()>(Minted { token: SecretString::from(minted.to_owned()), expires_at: None }) };
        tokens.get(InstallationId(7), scope, &Clock::default(), mint).await.expect("minted").expose_secret().to_owned()
    }

    #[tokio::test]
    async fn a_token_is_minted_once_for_each_scope_until_shortly_before_it_ends() {
        let tokens = Tokens::default();
        let (one, other) = (Scope::Comment(RepositoryId(9)), Scope::Comment(RepositoryId(10)));
        assert_eq!(token(&tokens, one, "first").await, "first");
        assert_eq!(token(&tokens, one, "second").await, "first", "kept");
        assert_eq!(token(&tokens, other, "of the other").await, "of the other");
        assert_eq!(token(&tokens, Scope::ReadContents(RepositoryId(9)), "to read").await, "to read");
        let slot = tokens.slot(InstallationId(7), one);
        if let Some((_, until)) = &mut *slot.lock().await {
            *until = Instant::now();
        }
        assert_eq!(token(&tokens, one, "third").await, "third", "five minutes before it ends");
        tokens.forget(InstallationId(7));
        assert_eq!(token(&tokens, one, "fourth").await, "fourth", "GitHub refused it");
    }

    #[test]
    fn a_token_is_used_until_five_minutes_before_github_says_that_it_ends() {
        let now = moment("2026-11-24T12:00:00Z").expect("a moment");
        let good_for = |ends: Option<&str>| {
            let minted = Minted { token: SecretString::from("x".to_owned()), expires_at: ends.map(str::to_owned) };
            minted.is_good_for(now).as_secs()
        };
        assert_eq!(good_for(Some("2026-11-24T13:00:00Z")), 55 * 60);
        assert_eq!(good_for(Some("2026-11-24T12:10:00Z")), 5 * 60, "one that GitHub lets live for less");
        assert_eq!(good_for(Some("2026-11-24T12:04:00Z")), 0, "once, and never again");
        assert_eq!(good_for(Some("2026-11-24T11:00:00Z")), 0, "our clock is ahead");
        assert_eq!(good_for(Some("2026-11-25T12:00:00Z")), 55 * 60, "our clock is behind");
        assert_eq!((good_for(None), good_for(Some("soon"))), (55 * 60, 55 * 60));
    }

    #[test]
    fn no_token_is_good_for_more_than_one_purpose_in_one_repository() {
        let body = |scope: Scope| scope.body().to_string();
        assert_eq!(body(Scope::LookUp), r#"{"permissions":{"metadata":"read"}}"#);
        let here = RepositoryId(9);
        let read = r#"{"permissions":{"contents":"read"},"repository_ids":[9]}"#;
        assert_eq!(body(Scope::ReadContents(here)), read);
        assert_eq!(body(Scope::Comment(here)), r#"{"permissions":{"issues":"write"},"repository_ids":[9]}"#);
        assert_eq!(body(Scope::CheckRuns(here)), r#"{"permissions":{"checks":"write"},"repository_ids":[9]}"#);
    }
}
