//! Is there a health check?

use super::server::Server;
use crate::areas::api::Surface;
use crate::areas::security::marks;
use crate::kinds::served;
use crate::snapshot::stack::Ecosystem::{self, Jvm, Npm, Nuget, Python, Ruby};
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "observability.health";

/// Packages that add a health check to whatever uses them.
const PACKAGES: &[(Ecosystem, &str, &str)] = &[
    (Jvm, "org.springframework.boot:spring-boot-starter-actuator", "Spring Boot Actuator"),
    (Jvm, "io.quarkus:quarkus-smallrye-health", "Quarkus' SmallRye Health"),
    (Jvm, "io.micronaut:micronaut-management", "Micronaut's management endpoints"),
    (Python, "django-health-check", "django-health-check"),
    (Ruby, "okcomputer", "OkComputer"),
    (Ruby, "health_check", "health_check"),
    (Ruby, "rails-healthcheck", "rails-healthcheck"),
    (Nuget, "aspnetcore.healthchecks*", "AspNetCore.HealthChecks"),
    // Up to its third version; `@apollo/server` has none.
    (Npm, "apollo-server", "Apollo Server"),
    (Npm, "apollo-server-express", "Apollo Server"),
    (Npm, "graphql-yoga", "GraphQL Yoga"),
];

/// What whoever deploys asks of the service.
const PROBES: &[&str] =
    &["livenessProbe:", "readinessProbe:", "health_check_path", "healthCheckPath:", "healthcheckPath"];

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>) -> Finding {
    let routes: Vec<_> = Surface::of(repo).endpoints.iter().filter(|endpoint| is_health(&endpoint.path)).collect();
    if let Some(first) = routes.first() {
        let summary = format!("It can be asked whether the service is well, at its address {}.", first.path);
        let at = routes.iter().take(5).map(|it| Place::lines(repo.head(), it.file.as_str(), it.lines.0, it.lines.1));
        return Finding::met(SIGNAL, summary, Evidence::or_absence(at, repo.head()));
    }
    let code = server.matches("observability", "health");
    if let Some(first) = code.first() {
        return Finding::met(
            SIGNAL,
            format!("It can be asked whether the service is well, by the check in {}.", first.path),
            marks::places(repo, code),
        );
    }
    if let Some((dependency, name)) = marks::package(repo, PACKAGES) {
        let summary = format!("It can be asked whether the service is well, by the check that {name} brings.");
        return Finding::met(SIGNAL, summary, marks::manifest(repo, dependency));
    }
    if let Some(place) = probe(repo) {
        let summary =
            format!("It is asked whether the service is well, by the check in {}, from whatever runs it.", place.path);
        return Finding::met(SIGNAL, summary, place);
    }
    if served::grpc_alone(repo).is_some() {
        return Finding::not_assessable(
            SIGNAL,
            "Whether it can be asked if it is well was not looked at: the program talks to others in a form that is \
             not read here (gRPC).",
        );
    }
    let summary = "Nobody may notice that the service is down: no address was found at which machines can ask whether \
        it is well (a health check). Some platforms only try whether anything answers.";
    Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative()
}

fn is_health(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split('/').filter(|part| !part.is_empty()).collect();
    // Words that mean other things, too, mean health where nothing stands before them but the API, and what is asked after
    // nothing: `/ping/{id}` is what a service is about.
    let is_short = parts.len() <= 2 && !parts.iter().any(|part| part.contains([':', '{', '<', '[']));
    parts.iter().any(|part| {
        let part = part.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<&str> = part.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        let is_word = |known: &[&str]| known.contains(&words[0]);
        // `health-records` and `healthcare` are what a service is about.
        let is_about =
            |word: &&str| ["check", "checks", "status", "probe", "info", "live", "ready", "db", "json"].contains(word);
        is_word(&["health", "healthz", "healthy", "heartbeat"]) && words[1..].iter().all(is_about)
            || is_word(&["healthcheck", "healthchecks", "healthstatus", "livez", "readyz", "liveness", "readiness"])
            || is_short && matches!(part, "ping" | "live" | "ready" | "alive" | "status" | "up" | "isalive")
            || part.ends_with("healthcheck")
    })
}

/// A check in the image itself, or a probe of Kubernetes or a platform.
fn probe(repo: &Snapshot) -> Option<Place> {
    repo.tree().own_texts().find_map(|(file, text)| {
        let name = file.name().to_ascii_lowercase();
        let is_image = name.contains("dockerfile");
        let is_settings = [".yml", ".yaml", ".toml", ".json"].iter().any(|end| name.ends_with(end));
        if !is_image && !is_settings {
            return None;
        }
        let line = text.lines().position(|line| {
            let line = line.trim_start();
            if is_image {
                line.starts_with("HEALTHCHECK ") && !line.starts_with("HEALTHCHECK NONE")
            } else {
                PROBES.iter().any(|probe| line.trim_start_matches('"').starts_with(probe))
            }
        })?;
        Some(Place::lines(repo.head(), file.path.as_str(), line as u32 + 1, line as u32 + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{self, Met, NotMet};
    use crate::snapshot::fixture::Fixture;

    fn says(fixture: Fixture) -> Outcome {
        let repo = fixture.snapshot();
        finding(&repo, &Server::of(&repo)).outcome()
    }

    #[test]
    fn routes_that_say_whether_the_service_is_well() {
        for path in
            ["/health", "/api/v1/healthz", "/actuator/health", "/ping", "/api/status", "/_health", "/{?}/health"]
        {
            assert!(is_health(path), "{path}");
        }
        for path in [
            "/users",
            "/ping/<uuid:code>",
            "/status/:id",
            "/orders/:id/status",
            "/api/v1/integrations/status",
            "/upload",
            "/patients/:id/health-records",
        ] {
            assert!(!is_health(path), "{path}");
        }
        for path in ["/health-check", "/health_check", "/healthcheck/live", "/health-status", "/api/v1/healthy"] {
            assert!(is_health(path), "{path}");
        }
        for path in
            ["/ping/<uuid:code>", "/status/:id", "/healthcare-providers", "/healthplans", "/heartbeats/:id/values"]
        {
            assert!(!is_health(path), "{path}");
        }
    }

    #[test]
    fn a_route_of_rails_is_told_from_a_key() {
        let of = |path: &str, text: &str| says(Fixture::new().file(path, text));
        assert_eq!(of("config/routes.rb", "get 'status' => 'app#status'\n"), Met);
        assert_eq!(of("config/routes.rb", "get '/ping', to: 'app#ping'\n"), Met);
        assert_eq!(of("app/models/agent.rb", "payload = { 'status' => answer.status }\n"), NotMet);
    }

    #[test]
    fn an_image_or_a_probe_may_ask() {
        assert_eq!(says(Fixture::new().file("Dockerfile", "FROM a\nHEALTHCHECK CMD curl localhost\n")), Met);
        assert_eq!(says(Fixture::new().file("deploy.yml", "  livenessProbe:\n    httpGet: {}\n")), Met);
        assert_eq!(says(Fixture::new().file("Dockerfile", "FROM a\nHEALTHCHECK NONE\n")), NotMet);
    }
}
