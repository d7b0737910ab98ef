//! The whole HTTP surface of a repository, found once and shared by whoever asks.

use super::endpoint::version_segment;
use super::{Endpoint, VersionCue};
use super::{csharp, generated, go, javascript, jvm, php, python, ruby, rust};
use crate::Snapshot;
use crate::snapshot::paths::is_aside;

/// So many routes that are called an API make one, whatever is beside them.
const ENOUGH: usize = 5;

/// The endpoints of a repository and the signs of a version that are not part of a path.
#[derive(Debug, Default)]
pub struct Surface {
    /// Every endpoint of the project itself, in the order of path, line and method.
    pub endpoints: Vec<Endpoint>,
    /// Every sign of a version that is not part of a path.
    pub version_cues: Vec<VersionCue>,
}

impl Surface {
    /// Finds it. [`Snapshot::surface`] does so once.
    pub(crate) fn of(repo: &Snapshot) -> Self {
        let mut endpoints: Vec<Endpoint> = [
            csharp::endpoints(repo),
            go::endpoints(repo),
            javascript::endpoints(repo),
            jvm::endpoints(repo),
            php::endpoints(repo),
            python::endpoints(repo),
            ruby::endpoints(repo),
            rust::endpoints(repo),
        ]
        .concat();
        endpoints.retain(|endpoint| !is_aside(&endpoint.file));
        // Documents are chosen by the build, wherever they lie.
        endpoints.extend(generated::endpoints(repo, &endpoints));
        // A literal may go over lines; a sentence may not.
        endpoints.iter_mut().for_each(|endpoint| endpoint.path.retain(|c| !c.is_control()));
        endpoints.sort();
        endpoints.dedup();
        let mut version_cues: Vec<VersionCue> = [
            csharp::version_cues(repo),
            go::version_cues(repo),
            javascript::version_cues(repo),
            jvm::version_cues(repo),
            php::version_cues(repo),
            python::version_cues(repo),
            ruby::version_cues(repo),
            rust::version_cues(repo),
        ]
        .concat();
        version_cues.retain(|cue| !is_aside(&cue.file));
        version_cues.sort();
        version_cues.dedup();
        Surface { endpoints, version_cues }
    }

    /// What of it stands in the lines that `keeps` keeps.
    pub(crate) fn only(&self, keeps: impl Fn(&str, (u32, u32)) -> bool) -> Self {
        let endpoints = self.endpoints.iter().filter(|it| keeps(&it.file, it.lines)).cloned().collect();
        let version_cues = self.version_cues.iter().filter(|it| keeps(&it.file, it.lines)).cloned().collect();
        Surface { endpoints, version_cues }
    }

    /// The endpoints that answer with data and belong to the subject of the project: no pages, no health checks,
    /// no documentation, no receivers of other systems' webhooks. Where most routes show pages, only those that their
    /// path calls an API: the others take the forms of the pages.
    pub fn data(&self) -> impl Iterator<Item = &Endpoint> {
        let no_page = || self.endpoints.iter().filter(|endpoint| !endpoint.page && !is_plumbing(&endpoint.path));
        let mostly_pages = no_page().count() < self.pages();
        no_page().filter(move |endpoint| !mostly_pages || is_api_path(&endpoint.path))
    }

    /// How many endpoints answer with a page.
    pub fn pages(&self) -> usize {
        self.endpoints.iter().filter(|endpoint| endpoint.page).count()
    }

    /// Whether the repository is an HTTP API: it answers with data, and not mostly with pages, unless some of its paths
    /// say that they are an API.
    pub fn is_http_api(&self) -> bool {
        let data = self.data().count();
        data > 0 && (data >= self.pages() || data >= ENOUGH)
    }
}

/// Whether a path says that it belongs to an API: `/api/users`, `/v1/users`.
fn is_api_path(path: &str) -> bool {
    version_segment(path).is_some() || path.split('/').any(|part| part.eq_ignore_ascii_case("api"))
}

/// Health checks, metrics, documentation, static files and webhooks: nobody expects a version there.
pub(crate) fn is_plumbing(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower == "/"
        || lower == "/*"
        || lower.split('/').any(|part| {
            matches!(
                part,
                "health"
                    | "healthz"
                    | "healthcheck"
                    | "health-check"
                    | "health_check"
                    | "livez"
                    | "readyz"
                    | "ready"
                    | "live"
                    | "liveness"
                    | "readiness"
                    | "ping"
                    | "metrics"
                    | "actuator"
                    | "swagger"
                    | "swagger-ui"
                    | "swagger.json"
                    | "api-docs"
                    | "apidocs"
                    | "docs"
                    | "redoc"
                    | "openapi"
                    | "openapi.json"
                    | "openapi.yaml"
                    | "favicon.ico"
                    | "robots.txt"
                    | "static"
                    | "assets"
                    | "webhook"
                    | "webhooks"
            ) || part.starts_with("swagger")
        })
}

#[cfg(test)]
mod tests {
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_path_that_goes_over_lines_is_shown_on_one() {
        let text = "const app = require('express')();\napp.get(`/a\n\u{7}/b`, f);\n";
        let repo = Fixture::new().file("app.js", text).snapshot();
        let paths: Vec<&str> = repo.surface().endpoints.iter().map(|endpoint| endpoint.path.as_str()).collect();
        assert_eq!(paths, ["/a/b"]);
    }
}
