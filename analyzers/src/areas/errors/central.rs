//! Are unexpected errors answered in one place?

use crate::areas::observability::server::Server;
use crate::areas::security::marks;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "errors.central";

/// Frameworks that answer unexpected errors by themselves, in the form that their clients expect.
const BY_DEFAULT: &[&str] = &[
    "Django",
    "Django REST framework",
    "FastAPI",
    "Fastify",
    "NestJS",
    "Spring",
    "Spring Boot",
    "Rails",
    "Laravel",
    "Symfony",
    "ASP.NET Core",
    "Next.js",
];

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>) -> Finding {
    let endpoints = &repo.surface().endpoints;
    let Some(first) = endpoints.first() else {
        return Finding::not_applicable(SIGNAL, "The program answers no requests.");
    };
    let central = server.matches("errors", "central");
    if let Some(found) = central.first() {
        let summary = format!("Errors of all routes are answered in one place, in {}.", found.path);
        return Finding::met(SIGNAL, summary, marks::places(repo, central)).fact("handling", "central");
    }
    let caught: Vec<_> = server
        .matches("errors", "caught")
        .into_iter()
        .filter(|found| endpoints.iter().any(|endpoint| *endpoint.file == *found.path))
        .collect();
    let framework = first.framework;
    let by_default = BY_DEFAULT.contains(&framework);
    let at = Place::lines(repo.head(), first.file.as_str(), first.lines.0, first.lines.1);
    match (caught.first(), by_default) {
        (None, true) => {
            let summary =
                format!("{framework} answers unexpected errors by itself, and no route has an answer of its own.");
            Finding::met(SIGNAL, summary, at).fact("handling", "framework_default")
        }
        (Some(found), true) => {
            let summary = format!(
                "Routes answer errors themselves in {}, as in {}; {framework} answers what they don't.",
                super::places(caught.len()),
                found.path
            );
            Finding::met(SIGNAL, summary, marks::places(repo, caught)).indicative().fact("handling", "adhoc")
        }
        (Some(found), false) => {
            let summary = format!(
                "Each route answers its own errors, in {}, as in {}; nothing answers those that a route forgets. A package \
                 may do so.",
                super::places(caught.len()),
                found.path
            );
            Finding::partly(SIGNAL, summary, marks::places(repo, caught)).indicative().fact("handling", "adhoc")
        }
        (None, false) => {
            let summary = "No route answers errors, and nothing does so for all of them. A package may.";
            Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative().fact("handling", "none")
        }
    }
}
