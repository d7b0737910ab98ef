//! Are login and sign-up rate limited?

mod covered;

use super::{login, marks};
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::snapshot::stack::Ecosystem::{Cargo, Go, Jvm, Npm, Nuget, Php, Python, Ruby};
use crate::snapshot::stack::{Dependency, Ecosystem};
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
        return Finding::not_applicable(SIGNAL, "No address to log in or to sign up was found.");
    };
    let mut code: Vec<_> =
        ["limit", "limit.setting", "limit.name"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    code.retain(|found| !is_something_else(repo, found));
    let paths: Vec<&str> = logins.iter().map(|login| login.path.as_str()).collect();
    let files: Vec<&str> = logins.iter().map(|login| login.file.as_str()).collect();
    let (elsewhere, code): (Vec<_>, Vec<_>) =
        code.into_iter().partition(|found| covered::is_elsewhere(repo, found, &paths, &files));
    if let Some(found) = code.first() {
        let summary = format!(
            "Nobody can try passwords without end: how often requests may be made is limited, in \
                               {}.",
            found.path
        );
        return Finding::met(SIGNAL, summary, marks::places(repo, code.iter().copied())).fact("logins", logins.len());
    }
    if let Some(found) = elsewhere.first() {
        let summary = format!(
            "Whether anybody can try passwords without end could not be told: how often some requests may be made is \
             limited, in {}, but not whether that covers {}.",
            found.path, first.path
        );
        let at = marks::places(repo, elsewhere.iter().copied());
        return Finding::partly(SIGNAL, summary, at).indicative().fact("logins", logins.len());
    }
    let mut own = marks::all(repo, "limit.own");
    own.retain(|found| !is_something_else(repo, found));
    let used = PACKAGES.chunks(1).filter_map(|package| marks::package(repo, package));
    let used = used.into_iter().find(|(package, _)| is_used(repo, package));
    if let Some(found) = own.first().filter(|_| used.is_none()) {
        let summary = format!(
            "Whether anybody can try passwords without end could not be told: there is a limit of its own for \
             something, named in {}, but not whether that covers {}.",
            found.path, first.path
        );
        let at = marks::places(repo, own.iter().copied());
        return Finding::partly(SIGNAL, summary, at).indicative().fact("logins", logins.len());
    }
    if let Some((dependency, name)) = used {
        let summary = format!(
            "Nobody can try passwords without end: how often requests may be made is limited by \
                               {name}."
        );
        return Finding::met(SIGNAL, summary, marks::manifest(repo, dependency)).fact("logins", logins.len());
    }
    if let Some(place) = proxy(repo) {
        return Finding::met(
            SIGNAL,
            "Nobody can try passwords without end: a program in front limits how often requests may be made.",
            place,
        )
        .fact("logins", logins.len());
    }
    let who = if login::is_sign_up(&first.path) {
        "a machine that makes one account after another"
    } else {
        "somebody who tries one password after another"
    };
    let summary = format!(
        "Nothing stops {who}: how often {} {} may be called is not limited. Another program in front may do so; that \
         can't be seen here.",
        first.method.replace('*', "any method on"),
        first.path
    );
    let at =
        logins.iter().take(5).map(|login| Place::lines(repo.head(), login.file.as_str(), login.lines.0, login.lines.1));
    Finding::not_met(SIGNAL, summary, Evidence::or_absence(at, repo.head())).indicative().fact("logins", logins.len())
}

/// Whether a name that is also one of limits is one of something else: a bucket of files, or what another system says of
/// its own limits (`data.rateLimit.remaining`).
fn is_something_else(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let source = text.get(found.bytes.clone()).unwrap_or_default();
    let is_read =
        || text[..found.bytes.start].ends_with('.') && text[found.bytes.end..].starts_with(['.', '?', ')', ';', ',']);
    // A key that no limiter reads: `rateLimit: { max: env.MAX }`.
    let is_setting = || {
        let is_limiter = |(ecosystem, name, _): &(Ecosystem, &str, &str)| {
            *ecosystem == Npm && repo.stack().dependency(Npm, name).is_some()
        };
        let value = text[found.bytes.end..].trim_start().strip_prefix(':').unwrap_or_default();
        value.trim_start().starts_with('{') && !PACKAGES.iter().any(is_limiter)
    };
    is_only_declared(repo, found.language, source, text, found.bytes.start)
        || source == "Bucket" && !text.contains("bucket4j")
        || found.language.is_script() && source.starts_with("rateLimit") && (is_read() || is_setting())
        || found.language == Language::Python && is_of_no_requests(source, text)
}

/// Whether what is throttled, in a file that speaks of no requests and no logins, is work of the program itself.
fn is_of_no_requests(source: &str, text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    source.trim_start_matches('_').to_ascii_lowercase().starts_with("throttl")
        && !["request", "login", "attempt", "client_ip", "remote_addr"].iter().any(|word| lower.contains(word))
}

/// Whether a function of JavaScript is declared there that nobody calls or hands on.
fn is_only_declared(repo: &Snapshot, language: Language, name: &str, text: &str, at: usize) -> bool {
    const BEFORE: &[&str] = &["export ", "default ", "async ", "public ", "private ", "static ", "function "];
    let declares = |line: &str| {
        let mut line = line.trim_start();
        while let Some(rest) = BEFORE.iter().find_map(|word| line.strip_prefix(word)) {
            line = rest;
        }
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with('(')) && line.trim_end().ends_with('{')
    };
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    if !language.is_script() || !declares(text[start..].lines().next().unwrap_or_default()) {
        return false;
    }
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let uses = |line: &str| {
        let mut found = line.match_indices(name);
        let head = line.trim_start();
        found.any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + name.len()..].starts_with(is_part))
            && !declares(line)
            && !["import ", "export {", "//", "*"].iter().any(|word| head.starts_with(word))
    };
    let mut sources =
        repo.tree().own_texts().filter(|(file, _)| Language::of(&file.path).is_some_and(Language::is_script));
    !sources.any(|(_, text)| text.contains(name) && text.lines().any(uses))
}

/// Whether the program uses a package that limits nothing where nobody calls it.
fn is_used(repo: &Snapshot, package: &Dependency) -> bool {
    let name = match package.ecosystem {
        Npm | Go => package.name.clone(),
        Python if !matches!(package.name.as_str(), "django-axes" | "django-allauth" | "django-ratelimit") => {
            package.name.replace('-', "_")
        }
        _ => return true,
    };
    let mut sources =
        repo.tree().own_texts().filter(|(file, _)| Language::of(&file.path).is_some() && !is_aside(&file.path));
    sources.any(|(_, text)| text.contains(&name))
}

/// A directive of nginx, or a middleware of Traefik or a gateway, in a file of settings.
fn proxy(repo: &Snapshot) -> Option<Place> {
    repo.tree().own_texts().find_map(|(file, text)| {
        let is_settings =
            [".conf", ".yml", ".yaml", ".toml", ".template", ".properties"].iter().any(|end| file.path.ends_with(end));
        if !is_settings {
            return None;
        }
        // A description of an API has fields of any name.
        let is_of_proxy = || {
            let words =
                ["raefik", "iddleware", "average", "burst", "nvoy", "stio", "gateway", "kong", "ngress", "nginx"];
            !text.contains("openapi:") && words.iter().any(|word| text.contains(word))
        };
        let line = text.lines().position(|line| {
            let line = line.trim_start();
            ["limit_req ", "RequestRateLimiter", "- RequestRateLimiter"].iter().any(|word| line.starts_with(word))
                || line.contains("name: RequestRateLimiter")
                || ["ratelimit:", "rateLimit:"].iter().any(|word| line.starts_with(word)) && is_of_proxy()
        })?;
        Some(Place::lines(repo.head(), file.path.as_str(), line as u32 + 1, line as u32 + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{self, Met, NotMet, Partly};
    use crate::snapshot::fixture::Fixture;

    fn with(line: &str, others: &[(&str, &str)]) -> Outcome {
        let app = format!("const app = require('express')();\n{line}\napp.post('/api/login', f);\n");
        let fixture = others.iter().fold(Fixture::new().file("app.js", &app), |it, (path, text)| it.file(path, text));
        finding(&fixture.snapshot()).outcome()
    }

    #[test]
    fn a_limit_counts_where_it_may_cover_the_login() {
        assert_eq!(with("app.use(rateLimit({ max: 5 }));", &[]), Met);
        assert_eq!(with("app.use('/api', rateLimit({ max: 5 }));", &[]), Met);
        assert_eq!(with("app.use('/contact', rateLimit({ max: 5 }));", &[]), Partly);
        let named = "const few = rateLimit({ max: 5 });\n";
        assert_eq!(with(&format!("{named}app.post('/contact', few, g);"), &[]), Partly);
        assert_eq!(with(&format!("{named}app.post('/contact', few, g);\napp.use(few);"), &[]), Met);
        assert_eq!(with(named, &[("auth.js", "router.post('/login', few, f);\n")]), Met);
    }

    #[test]
    fn a_setting_that_no_limiter_reads_limits_nothing() {
        let settings = ("config.js", "module.exports = { rateLimit: { max: env.MAX } };\n");
        assert_eq!(with("", &[settings]), NotMet);
        let package = ("package.json", r#"{"dependencies": {"@fastify/rate-limit": "9"}}"#);
        assert_eq!(with("", &[settings, package]), Met);
    }

    #[test]
    fn a_limit_in_another_controller_of_symfony_is_none_of_the_login() {
        let of = |name: &str| {
            let login =
                "<?php\nclass LoginController { #[Route('/login', methods: ['POST'])] public function login() {} }\n";
            let limited = format!(
                "<?php\nclass {name} {{ public function a(RateLimiterFactory $limiter) {{ $limiter->create(1)->consume(1); }} }}\n"
            );
            let repo = Fixture::new().file("composer.json", r#"{"require": {"symfony/framework-bundle": "7"}}"#);
            let repo = repo.file("src/Controller/LoginController.php", login);
            finding(&repo.file(&format!("src/Controller/{name}.php"), &limited).snapshot()).outcome()
        };
        assert_eq!(of("PearController"), Partly);
        assert_eq!(of("SecurityController"), Met);
        assert_eq!(of("Limits"), Met);
    }

    #[test]
    fn work_of_its_own_that_a_program_throttles_is_no_limit_of_requests() {
        let of = |text: &str| {
            let app =
                "from flask import Flask\napp = Flask(__name__)\n@app.post('/login')\ndef login():\n    return f()\n";
            finding(&Fixture::new().file("app.py", app).file("sender.py", text).snapshot()).outcome()
        };
        assert_eq!(of("class Sender:\n    def send(self):\n        sleep(self.throttle_interval)\n"), NotMet);
        assert_eq!(of("class Guard:\n    def check(self, request):\n        throttle(request.ip)\n"), Partly);
    }

    #[test]
    fn a_policy_of_asp_net_limits_where_it_is_named() {
        let with = |set_up: &str, login: &str, other: &str| {
            let program = format!(
                "var builder = WebApplication.CreateBuilder(args);\nbuilder.Services.AddRateLimiter(o => {{ {set_up} }});\nvar app = builder.Build();\napp.UseRateLimiter();\napp.MapLogin();\napp.MapNotes();\n"
            );
            let routes = |name: &str, path: &str, end: &str| {
                format!(
                    "static class {name} {{ public static void Map{name}(this WebApplication app) {{ app.MapPost(\"{path}\", f){end}; }} }}\n"
                )
            };
            let repo = Fixture::new().file("Program.cs", &program).file("Login.cs", &routes("Login", "/login", login));
            finding(&repo.file("Notes.cs", &routes("Notes", "/notes", other)).snapshot()).outcome()
        };
        let named = ".RequireRateLimiting(\"few\")";
        let policy = "o.AddFixedWindowLimiter(\"few\", w => w.PermitLimit = 5);";
        assert_eq!(with(policy, "", named), Partly);
        assert_eq!(with(policy, named, ""), Met);
        assert_eq!(with("o.GlobalLimiter = all;", "", ""), Met);
    }

    #[test]
    fn where_only_accounts_are_made_no_password_is_tried() {
        let said = |routes: &str| {
            let app = format!("const app = require('express')();\n{routes}");
            finding(&Fixture::new().file("app.js", &app).snapshot()).summary().to_owned()
        };
        let sign_up = "app.post('/users/register', f);\n";
        assert!(said(sign_up).starts_with("Nothing stops a machine that makes one account"), "{}", said(sign_up));
        let both = said(&format!("{sign_up}app.post('/users/login', g);\n"));
        assert!(both.contains("one password after another: how often POST /users/login may"), "{both}");
    }

    #[test]
    fn what_is_only_called_a_limit_limits_nothing() {
        assert_eq!(with("log(data.rateLimit.remaining);", &[]), NotMet);
        let declared = "class Store {\n  async rateLimit(key, limit) {\n    return this.count(key) > limit;\n  }\n}";
        assert_eq!(with(declared, &[]), NotMet);
        assert_eq!(with(&format!("{declared}\nif (await store.rateLimit(ip, 5)) refuse();"), &[]), Met);
        let manifest = ("package.json", r#"{"dependencies": {"express": "4", "express-rate-limit": "7"}}"#);
        assert_eq!(with("", &[manifest]), NotMet);
        assert_eq!(with("const few = require('express-rate-limit')({ max: 5 });", &[manifest]), Met);
        assert_eq!(with("", &[("A.java", "class A { Bucket bucket = storage.get(name); }\n")]), NotMet);
        let field = "    rateLimit:\n      type: integer\n";
        assert_eq!(with("", &[("openapi.yaml", &format!("openapi: 3.0.0\nmiddleware: a\n{field}"))]), NotMet);
        assert_eq!(
            with("", &[("traefik.yml", "http:\n  middlewares:\n    few:\n      rateLimit:\n        average: 5\n")]),
            Met
        );
    }
}
