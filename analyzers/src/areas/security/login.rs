//! Where people log in or sign up.

use crate::Snapshot;
use crate::areas::api::Endpoint;

/// The routes that take a password, or make an account.
pub(super) fn routes(repo: &Snapshot) -> Vec<&Endpoint> {
    repo.surface().endpoints.iter().filter(|endpoint| is_login(endpoint)).collect()
}

/// Whether a route takes a password, or makes an account.
pub(super) fn is_login(endpoint: &Endpoint) -> bool {
    const WORDS: &[&str] = &[
        "login",
        "log-in",
        "log_in",
        "signin",
        "sign-in",
        "sign_in",
        "signup",
        "sign-up",
        "sign_up",
        "register",
        "registration",
        "authenticate",
        "session",
        "sessions",
        "token",
        "tokens",
        "auth",
    ];
    let last = endpoint.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    matches!(endpoint.method.as_str(), "POST" | "*")
        && (WORDS.contains(&last.as_str()) || ["login", "signin", "signup"].iter().any(|word| last.ends_with(word)))
}
