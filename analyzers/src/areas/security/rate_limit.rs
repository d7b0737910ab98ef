//! Are login and sign-up rate limited?

use super::{login, marks};
use crate::snapshot::stack::Ecosystem;
use crate::snapshot::stack::Ecosystem::{Cargo, Go, Jvm, Npm, Nuget, Php, Python, Ruby};
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "security.rate-limit";

/// Packages that do nothing else; the ones of a framework only count where they are switched on.
const PACKAGES: &[(Ecosystem, &str, &str)] = &[
    (Python, "flask-limiter", "Flask-Limiter"),
    (Python, "slowapi", "slowapi"),
    (Python, "fastapi-limiter", "fastapi-limiter"),
    (Python, "django-ratelimit", "django-ratelimit"),
    (Python, "django-axes", "django-axes"),
    (Python, "django-allauth", "django-allauth, which limits by default"),
    (Npm, "express-rate-limit", "express-rate-limit"),
    (Npm, "rate-limiter-flexible", "rate-limiter-flexible"),
    (Npm, "@fastify/rate-limit", "@fastify/rate-limit"),
    (Npm, "fastify-rate-limit", "fastify-rate-limit"),
    (Npm, "@nestjs/throttler", "@nestjs/throttler"),
    (Npm, "koa-ratelimit", "koa-ratelimit"),
    (Npm, "hono-rate-limiter", "hono-rate-limiter"),
    (Npm, "@upstash/ratelimit", "@upstash/ratelimit"),
    (Go, "github.com/didip/tollbooth*", "tollbooth"),
    (Go, "github.com/go-chi/httprate", "httprate"),
    (Go, "github.com/ulule/limiter*", "limiter"),
    (Jvm, "com.bucket4j:*", "Bucket4j"),
    (Jvm, "com.github.vladimir-bukhtoyarov:*", "Bucket4j"),
    (Jvm, "io.github.resilience4j:resilience4j-ratelimiter", "resilience4j"),
    (Jvm, "io.ktor:ktor-server-rate-limit*", "Ktor's RateLimit"),
    (Ruby, "rack-attack", "rack-attack"),
    (Ruby, "rack-throttle", "rack-throttle"),
    (Php, "symfony/rate-limiter", "Symfony's rate limiter"),
    (Php, "laravel/fortify", "Laravel Fortify, which limits logins by default"),
    (Cargo, "tower_governor", "tower_governor"),
    (Cargo, "actix-governor", "actix-governor"),
    (Cargo, "governor", "governor"),
    (Nuget, "aspnetcoreratelimit", "AspNetCoreRateLimit"),
];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let logins = login::routes(repo);
    let Some(first) = logins.first() else {
        return Finding::not_applicable(SIGNAL, "No route to log in or to sign up was found.");
    };
    let code: Vec<_> =
        ["limit", "limit.setting", "limit.name"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    if let Some(found) = code.first() {
        let summary = format!("Requests are rate limited, in {}.", found.path);
        return Finding::met(SIGNAL, summary, marks::places(repo, code.iter().copied())).fact("logins", logins.len());
    }
    let own = marks::all(repo, "limit.own");
    if let Some(found) = own.first().filter(|_| marks::package(repo, PACKAGES).is_none()) {
        let summary = format!(
            "The project has a limit of its own for something, named in {}; whether it covers {} can't be told here.",
            found.path, first.path
        );
        let at = marks::places(repo, own.iter().copied());
        return Finding::partly(SIGNAL, summary, at).indicative().fact("logins", logins.len());
    }
    if let Some((dependency, name)) = marks::package(repo, PACKAGES) {
        let summary = format!("Requests are rate limited by {name}.");
        return Finding::met(SIGNAL, summary, marks::manifest(repo, dependency)).fact("logins", logins.len());
    }
    if let Some(place) = proxy(repo) {
        return Finding::met(SIGNAL, "A proxy in front limits requests.", place).fact("logins", logins.len());
    }
    let summary = format!(
        "Nothing stops somebody who tries one password after another: how often {} {} may be called is not limited. A \
         gateway in front may do so; that can't be seen here.",
        first.method.replace('*', "any method on"),
        first.path
    );
    let at =
        logins.iter().take(5).map(|login| Place::lines(repo.head(), login.file.as_str(), login.lines.0, login.lines.1));
    Finding::not_met(SIGNAL, summary, Evidence::or_absence(at, repo.head())).indicative().fact("logins", logins.len())
}

/// A directive of nginx, or a middleware of Traefik or a gateway, in a file of settings.
fn proxy(repo: &Snapshot) -> Option<Place> {
    repo.tree().own_texts().find_map(|(file, text)| {
        let is_settings =
            [".conf", ".yml", ".yaml", ".toml", ".template", ".properties"].iter().any(|end| file.path.ends_with(end));
        let line = text.lines().take(if is_settings { usize::MAX } else { 0 }).position(|line| {
            let line = line.trim_start();
            ["limit_req ", "ratelimit:", "RequestRateLimiter", "- RequestRateLimiter", "rateLimit:"]
                .iter()
                .any(|word| line.starts_with(word))
                || line.contains("name: RequestRateLimiter")
        })?;
        Some(Place::lines(repo.head(), file.path.as_str(), line as u32 + 1, line as u32 + 1))
    })
}
