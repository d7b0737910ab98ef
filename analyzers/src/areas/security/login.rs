//! Where people log in or sign up.

use crate::Snapshot;
use crate::areas::api::Endpoint;
use crate::areas::api::Surface;

/// The routes that take a password, or make an account.
pub(super) fn routes(repo: &Snapshot) -> Vec<&Endpoint> {
    Surface::of(repo).endpoints.iter().filter(|endpoint| is_login(endpoint)).collect()
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
        && (WORDS.contains(&last.as_str())
            || ["login", "signin", "signup"].iter().any(|word| last.ends_with(word))
            || ["login", "signin", "signup", "register", "authenticate"]
                .iter()
                .any(|word| last.strip_prefix(word).is_some_and(|rest| rest.starts_with(['-', '_']))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn the_last_part_says_it() {
        let is = |path: &str| {
            let text = format!("const app = require('express')();\napp.post('{path}', f);\n");
            !routes(&Fixture::new().file("app.js", &text).snapshot()).is_empty()
        };
        for path in ["/login", "/login_with_token", "/users/sign-in", "/register-company", "/admin/adminlogin"] {
            assert!(is(path), "{path}");
        }
        for path in ["/users", "/loginless", "/registers", "/login/history"] {
            assert!(!is(path), "{path}");
        }
    }
}
