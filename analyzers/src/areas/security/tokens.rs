//! Do tokens expire, and is the expiry verified?

use super::marks;
use crate::snapshot::stack::Ecosystem::{self, Npm, Php, Python, Ruby};
use crate::{Finding, Snapshot};

const SIGNAL: &str = "security.token-expiry";

/// Packages that set and check an expiry where nobody asks for one.
const BY_DEFAULT: &[(Ecosystem, &str, &str)] = &[
    (Python, "djangorestframework-simplejwt", "Simple JWT lets access tokens expire after five minutes"),
    (Python, "flask-jwt-extended", "Flask-JWT-Extended lets access tokens expire after fifteen minutes"),
    (Php, "tymon/jwt-auth", "jwt-auth lets tokens expire after an hour"),
    (Php, "php-open-source-saver/jwt-auth", "jwt-auth lets tokens expire after an hour"),
    (Php, "lexik/jwt-authentication-bundle", "LexikJWTAuthenticationBundle lets tokens expire after an hour"),
    (Ruby, "devise-jwt", "devise-jwt lets tokens expire after an hour"),
    (Npm, "@auth/core", "Auth.js lets sessions expire after thirty days"),
    (Npm, "next-auth", "NextAuth lets sessions expire after thirty days"),
];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let unverified: Vec<_> =
        ["token.unverified", "token.option"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    let made = marks::all(repo, "token.made");
    let expiry: Vec<_> = marks::all(repo, "token.expiry")
        .into_iter()
        .filter(|expiry| is_about_tokens(repo.text(&expiry.path).unwrap_or_default()))
        .collect();
    if !unverified.is_empty() {
        let summary = format!(
            "In {} the signature or the expiry of a token is not checked. Where the token was verified before, there is no \
             danger.",
            count(unverified.len())
        );
        let at = marks::places(repo, unverified);
        let is_checked_elsewhere = !made.is_empty() && !expiry.is_empty();
        return if is_checked_elsewhere {
            Finding::partly(SIGNAL, summary, at).indicative()
        } else {
            Finding::not_met(SIGNAL, summary, at).indicative()
        };
    }
    if !made.is_empty() && !expiry.is_empty() {
        let summary = "Tokens, by which a visitor stays logged in, are made with an expiry, and the library checks it when they are read.";
        return Finding::met(SIGNAL, summary, marks::places(repo, expiry));
    }
    if let Some((dependency, how)) = marks::package(repo, BY_DEFAULT) {
        return Finding::met(SIGNAL, format!("{how} by default, and checks it."), marks::manifest(repo, dependency))
            .by_default();
    }
    if !made.is_empty() {
        let summary = format!(
            "Tokens are signed in {}, and no expiry was found. It may be set in a way that is not recognised.",
            count(made.len())
        );
        return Finding::not_met(SIGNAL, summary, marks::places(repo, made)).indicative();
    }
    Finding::not_applicable(SIGNAL, "No place was recognised where the program makes signed tokens of its own.")
}

/// Names such as `exp` mean an expiry only where tokens are.
fn is_about_tokens(text: &str) -> bool {
    ["jwt", "JWT", "Jwt", "jose", "token", "Token"].iter().any(|word| text.contains(word))
}

fn count(places: usize) -> String {
    if places == 1 { "one place".to_owned() } else { format!("{places} places") }
}
