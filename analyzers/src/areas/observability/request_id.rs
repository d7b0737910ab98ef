//! Can a request be followed through the logs?

use std::sync::LazyLock;

use regex::Regex;

use super::server::Server;
use crate::areas::api::Surface;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language, pattern};
use crate::paths::is_aside;
use crate::snapshot::stack::Dependency;
use crate::snapshot::stack::Ecosystem::{self, Cargo, Go, Jvm, Npm, Nuget, Php, Python, Ruby};
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "observability.request-id";

/// Packages that give each request an identifier, or follow it over several systems.
const PACKAGES: &[(Ecosystem, &str, &str)] = &[
    (Python, "asgi-correlation-id", "asgi-correlation-id"),
    (Python, "django-guid", "django-guid"),
    (Python, "django-log-request-id", "django-log-request-id"),
    (Python, "django-structlog", "django-structlog"),
    (Python, "flask-request-id*", "Flask-Request-ID"),
    (Python, "starlette-context", "starlette-context"),
    (Python, "opentelemetry-*", "OpenTelemetry"),
    (Python, "ddtrace", "Datadog's tracer"),
    (Npm, "pino-http", "pino-http"),
    (Npm, "nestjs-pino", "nestjs-pino"),
    (Npm, "nestjs-cls", "nestjs-cls"),
    (Npm, "cls-rtracer", "cls-rtracer"),
    (Npm, "express-request-id", "express-request-id"),
    (Npm, "@opentelemetry/sdk-node", "OpenTelemetry"),
    (Npm, "@opentelemetry/auto-instrumentations-node", "OpenTelemetry"),
    (Npm, "dd-trace", "Datadog's tracer"),
    (Go, "go.opentelemetry.io/contrib/instrumentation*", "OpenTelemetry"),
    (Jvm, "io.micrometer:micrometer-tracing*", "Micrometer Tracing"),
    (Jvm, "org.springframework.cloud:spring-cloud-starter-sleuth", "Spring Cloud Sleuth"),
    (Jvm, "org.springframework.cloud:spring-cloud-sleuth*", "Spring Cloud Sleuth"),
    (Jvm, "io.opentelemetry*", "OpenTelemetry"),
    (Jvm, "io.ktor:ktor-server-call-id*", "Ktor's CallId"),
    (Ruby, "rails", "Rails, which gives each request one and writes it into the log"),
    (Ruby, "opentelemetry-*", "OpenTelemetry"),
    (Php, "open-telemetry/*", "OpenTelemetry"),
    (Cargo, "tracing-actix-web", "tracing-actix-web"),
    (Cargo, "tower-request-id", "tower-request-id"),
    (Cargo, "axum-tracing-opentelemetry", "OpenTelemetry"),
    (Nuget, "correlationid", "CorrelationId"),
    (Nuget, "opentelemetry*", "OpenTelemetry"),
];

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>) -> Finding {
    let mut found = server.matches("observability", "request-id");
    found.retain(|found| !is_only_a_name(repo, found) && !is_a_field(repo, found));
    if let Some(first) = found.first() {
        let summary = format!(
            "What was done for one visitor can be followed: each request has a number of its own (request id), as in \
             {}.",
            first.path
        );
        return Finding::met(SIGNAL, summary, marks::places(repo, found));
    }
    if let Some((dependency, name)) = marks::package(repo, PACKAGES).filter(|(it, _)| is_imported(repo, it)) {
        let summary = format!(
            "What was done for one visitor can be followed: each request has a number of its own (request id), by \
             {name}."
        );
        return Finding::met(SIGNAL, summary, marks::manifest(repo, dependency));
    }
    if let Some(endpoint) = Surface::of(repo).endpoints.iter().find(|endpoint| endpoint.framework == "ASP.NET Core") {
        let summary = "What was done for one visitor can be followed: ASP.NET Core gives each request a number of its \
            own (request id), and hands it to the log.";
        let place = crate::Place::lines(repo.head(), endpoint.file.as_str(), endpoint.lines.0, endpoint.lines.1);
        return Finding::met(SIGNAL, summary, place);
    }
    let summary = "What was done for one visitor can't be followed: no number for each request (request id) marks \
        which lines of the log belong together. Another program in front or beside may do so.";
    Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative()
}

/// Whether the program imports a module of Go; a manifest has what others ask for, too.
fn is_imported(repo: &Snapshot, dependency: &Dependency) -> bool {
    let import = format!("\"{}", dependency.name);
    let mut sources = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".go"));
    dependency.ecosystem != Go || sources.any(|(_, text)| text.contains(&import))
}

/// Whether `found` is a constant of Go that is called as such a header is, and no file that speaks of requests over HTTP
/// uses it.
fn is_only_a_name(repo: &Snapshot, found: &CodeMatch) -> bool {
    static CONSTANT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"^\s*(?:const\s+|var\s+)?(?P<name>[A-Za-z]\w*)(?:\s+[\w.]+)?\s*=\s*(?:[\w.]*(?:Key|string)\()?""#)
    });
    if found.language != Language::Go {
        return false;
    }
    let line = repo.text(&found.path).and_then(|text| text.lines().nth(found.lines.0.saturating_sub(1) as usize));
    let Some(constant) = CONSTANT.captures(line.unwrap_or_default()) else { return false };
    let Ok(used) = Regex::new(&format!(r"\b{}\b", &constant["name"])) else { return false };
    let speaks = |text: &str| {
        [
            "\"net/http\"",
            "gin-gonic/gin",
            "labstack/echo",
            "gofiber/fiber",
            "go-chi/chi",
            "go-zero",
            "fasthttp",
            "google.golang.org/grpc",
        ]
        .iter()
        .any(|package| text.contains(package))
    };
    let sources = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".go") && !is_aside(&file.path));
    !sources.into_iter().any(|(file, text)| {
        let at_home = file.path == *found.path;
        speaks(text) && used.find_iter(text).count() > usize::from(at_home)
    })
}

/// Whether `found` is what a request asks for or brings along: `c.Param("request_id")`, `order["request_id"]`.
fn is_a_field(repo: &Snapshot, found: &CodeMatch) -> bool {
    const ASKS: &[&str] = &["Param(", "Query(", "QueryParam(", "FormValue(", "PostForm(", "Column(", "Where("];
    let text = repo.text(&found.path).unwrap_or_default();
    let before = text.get(..found.bytes.start).unwrap_or_default();
    found.language == Language::Go && ASKS.iter().any(|asks| before.ends_with(asks))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{Met, NotMet};
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn the_name_of_a_header_alone_numbers_no_request() {
        let constant = "package constant\n\nconst (\n\tXRequestID = \"x-request-id\"\n)\n";
        let of = |other: &str| {
            let repo = Fixture::new().file("constant/header.go", constant).file("other.go", other).snapshot();
            finding(&repo, &Server::of(&repo)).outcome()
        };
        assert_eq!(of("package a\n\nfunc work() { ctx = context.WithValue(ctx, constant.XRequestID, id) }\n"), NotMet);
        let middleware = "package a\n\nimport \"net/http\"\n\nfunc number(w http.ResponseWriter) { w.Header().Set(constant.XRequestID, id) }\n";
        assert_eq!(of(middleware), Met);
    }

    #[test]
    fn a_module_that_another_one_asks_for_numbers_no_request() {
        let module = "module a\n\nrequire (\n\tgo.opentelemetry.io/contrib/instrumentation/net/http/otelhttp v0.5.0 // indirect\n)\n";
        let repo = Fixture::new().file("go.mod", module).file("a.go", "package a\n").snapshot();
        assert_eq!(finding(&repo, &Server::of(&repo)).outcome(), NotMet);
    }

    #[test]
    fn what_a_request_asks_for_may_be_called_so() {
        let of = |call: &str| {
            let text = format!("package a\n\nimport \"net/http\"\n\nfunc one(c Context) {{ {call} }}\n");
            let repo = Fixture::new().file("a.go", &text).snapshot();
            finding(&repo, &Server::of(&repo)).outcome()
        };
        assert_eq!(of("id := c.Param(\"request_id\")"), NotMet);
        assert_eq!(of("log.With(\"request_id\", id)"), Met);
    }
}
