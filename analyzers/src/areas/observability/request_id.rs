//! Can a request be followed through the logs?

use super::server::Server;
use crate::areas::api::Surface;
use crate::areas::security::marks;
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
    let found = server.matches("observability", "request-id");
    if let Some(first) = found.first() {
        let summary = format!(
            "What was done for one visitor can be followed: each request has a number of its own, a request id, as in \
             {}.",
            first.path
        );
        return Finding::met(SIGNAL, summary, marks::places(repo, found));
    }
    if let Some((dependency, name)) = marks::package(repo, PACKAGES) {
        let summary = format!(
            "What was done for one visitor can be followed: each request has a number of its own, a \
                               request id, by {name}."
        );
        return Finding::met(SIGNAL, summary, marks::manifest(repo, dependency));
    }
    if let Some(endpoint) = Surface::of(repo).endpoints.iter().find(|endpoint| endpoint.framework == "ASP.NET Core") {
        let summary = "What was done for one visitor can be followed: ASP.NET Core gives each request a number of its \
                       own, a request id, and hands it to the log.";
        let place = crate::Place::lines(repo.head(), endpoint.file.as_str(), endpoint.lines.0, endpoint.lines.1);
        return Finding::met(SIGNAL, summary, place);
    }
    let summary = "What was done for one visitor can't be followed: no request id, a number for each request, marks \
                   which lines of the log belong together. A program in front of it or beside it may do so.";
    Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative()
}
