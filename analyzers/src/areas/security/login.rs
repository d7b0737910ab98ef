//! Where people log in or sign up.

use super::open_routes;
use crate::Snapshot;
use crate::areas::api::Endpoint;
use crate::areas::api::Surface;

/// The last parts of paths below which programs get tokens as often as people.
const TOKENS: &[&str] =
    &["access_token", "access_tokens", "access-token", "access-tokens", "auth_token", "auth_tokens", "auth-token"];

/// The routes that take a password, and after them those that make an account.
pub(super) fn routes(repo: &Snapshot) -> Vec<&Endpoint> {
    let endpoints = Surface::of(repo).endpoints.iter().filter(|endpoint| is_login(endpoint));
    let is_doubtful = |path: &str| TOKENS.contains(&last_part(path).as_str()) || is_of_something_else(path);
    let mut found: Vec<&Endpoint> =
        endpoints.filter(|endpoint| !is_doubtful(&endpoint.path) || takes_password(repo, endpoint)).collect();
    found.sort_by_key(|endpoint| is_sign_up(&endpoint.path));
    found
}

/// Whether a path is one at which an account is made, and nobody's password can be tried.
pub(super) fn is_sign_up(path: &str) -> bool {
    let last = last_part(path);
    ["signup", "sign-up", "sign_up", "register", "registration", "registrations"]
        .iter()
        .any(|word| last.ends_with(word) || last.starts_with(word))
}

fn last_part(path: &str) -> String {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}

/// Whether something else than a user may be registered there, or have tokens or sessions: `/gyms/:id/sessions`.
fn is_of_something_else(path: &str) -> bool {
    const AMBIGUOUS: &[&str] = &["register", "registration", "token", "tokens", "session", "sessions", "auth"];
    const BEFORE: &[&str] = &[
        "api",
        "rest",
        "public",
        "auth",
        "authentication",
        "oauth",
        "oauth2",
        "identity",
        "user",
        "users",
        "account",
        "accounts",
        "member",
        "members",
        "customer",
        "customers",
        "admin",
        "jwt",
        "me",
    ];
    let path = path.to_ascii_lowercase();
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let last = parts.pop().unwrap_or_default();
    let is_version =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'));
    (AMBIGUOUS.contains(&last) || last.starts_with("register"))
        && parts.iter().any(|part| !BEFORE.contains(part) && !is_version(part))
}

/// Whether the handler of a route speaks of a password.
fn takes_password(repo: &Snapshot, endpoint: &Endpoint) -> bool {
    open_routes::regions(repo, endpoint).iter().any(|region| {
        let (first, last) = (region.lines.0 as usize, region.lines.1 as usize);
        let mut lines =
            repo.text(&region.path).unwrap_or_default().lines().skip(first.saturating_sub(1)).take(last + 1 - first);
        lines.any(|line| line.to_ascii_lowercase().contains("passw"))
    })
}

/// Whether a route takes a password, or makes an account, as far as its path tells.
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
    let last = last_part(&endpoint.path);
    matches!(endpoint.method.as_str(), "POST" | "*")
        && (WORDS.contains(&last.as_str())
            || TOKENS.contains(&last.as_str())
            || ["login", "signin", "signup"].iter().any(|word| last.ends_with(word))
            || is_of_people(&last)
            || ["login", "signin", "signup", "register", "authenticate"]
                .iter()
                .any(|word| last.strip_prefix(word).is_some_and(|rest| rest.starts_with(['-', '_']))))
}

/// Whether it is of sessions or registrations of people: `user_sessions`.
fn is_of_people(last: &str) -> bool {
    const PEOPLE: &[&str] = &["user", "users", "account", "member", "customer", "admin", "client", "staff"];
    ["sessions", "session", "registrations", "registration"].iter().any(|word| {
        let who = last.strip_suffix(word).and_then(|rest| rest.strip_suffix(['_', '-']));
        who.is_some_and(|who| PEOPLE.contains(&who))
    })
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
        for path in ["/api/v1/auth/register", "/users/register", "/sessions", "/api/token", "/v1/user_sessions"] {
            assert!(is(path), "{path}");
        }
        for path in [
            "/devices/tokens",
            "/events/:id/register",
            "/gyms/:id/sessions",
            "/webhooks/register",
            "/training_sessions",
        ] {
            assert!(!is(path), "{path}");
        }
    }

    #[test]
    fn whoever_takes_a_password_is_asked_for_one_whatever_is_registered() {
        let of = |body: &str| {
            let text = format!(
                "const app = require('express')();\napp.post('/patients/register', (req, res) => {{ {body} }});\n"
            );
            routes(&Fixture::new().file("app.js", &text).snapshot()).len()
        };
        assert_eq!((of("save(req.body.password)"), of("save(req.body.name)")), (1, 0));
    }

    #[test]
    fn the_login_comes_before_the_sign_up() {
        let app = "const app = require('express')();\napp.post('/users/signup', f);\napp.post('/users/signin', g);\n";
        let repo = Fixture::new().file("app.js", app).snapshot();
        let paths: Vec<&str> = routes(&repo).iter().map(|endpoint| endpoint.path.as_str()).collect();
        assert_eq!(paths, ["/users/signin", "/users/signup"]);
    }

    #[test]
    fn tokens_that_are_given_for_a_password_are_a_login() {
        let of = |asked: &str| {
            let routes_file =
                "<?php\nRoute::post('access_tokens', ['as' => 'tokens.new', 'uses' => 'TokensController@create']);\n";
            let class = |name: &str, asked: &str| {
                format!(
                    "<?php\nclass {name} {{\n  public function create(Request $request) {{\n    return Tokens::of($request->only('{asked}'));\n  }}\n}}\n"
                )
            };
            let others = ["A", "B", "C", "D"].iter().fold(Fixture::new(), |repo, name| {
                repo.file(&format!("app/Http/Controllers/{name}.php"), &class(name, "name"))
            });
            let repo = others
                .file("composer.json", r#"{"require": {"laravel/framework": "5"}}"#)
                .file("routes/api.php", routes_file)
                .file("app/Http/Controllers/TokensController.php", &class("TokensController", asked));
            routes(&repo.snapshot()).len()
        };
        assert_eq!((of("password"), of("scope")), (1, 0));
    }
}
