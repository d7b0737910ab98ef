//! One endpoint, whatever the framework.

use super::values::UNKNOWN;

/// One route with one method, its prefixes resolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// File that declares it.
    pub file: String,
    /// First and last line of the declaration, from 1.
    pub lines: (u32, u32),
    /// `GET`, `POST`, ...; `*` for any.
    pub method: String,
    /// The path with every prefix that could be followed, beginning with `/`; parameters as the framework writes them.
    /// A prefix that could not be followed is `{?}`.
    pub path: String,
    /// The framework, by the name that its own site uses (`Express`, `FastAPI`, `gin`, `ASP.NET Core`).
    pub framework: &'static str,
    /// Answers with a page (a template, a redirect after a form), not with data.
    pub page: bool,
}

/// A sign of a version that is not part of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionCue {
    /// File that holds it.
    pub file: String,
    /// First and last line, from 1.
    pub lines: (u32, u32),
    /// How the version travels: `header`, `query` or `media-type` (or `path` where a framework's own versioning puts it there).
    pub scheme: &'static str,
}

/// Where a router is mounted of which no route could be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadMount {
    /// File that mounts it.
    pub file: String,
    /// First and last line, from 1.
    pub lines: (u32, u32),
    /// What the paths of its routes begin with.
    pub prefix: String,
}

/// Joins path segments: exactly one `/` between them, one at the start, none at the end.
pub fn join(prefix: &str, path: &str) -> String {
    let parts: Vec<&str> =
        [prefix, path].into_iter().flat_map(|part| part.split('/')).filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

/// The version that a path carries as a segment of its own (`/v1`, `/api/v2/users`, `/v{version}`, `/2024-01-01`).
pub fn version_segment(path: &str) -> Option<&str> {
    let segments: Vec<&str> = path.split('/').collect();
    let found = segments.iter().enumerate().find(|(index, segment)| {
        let lower = segment.to_ascii_lowercase();
        let digits = lower.strip_prefix('v').unwrap_or_default();
        let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '_'));
        let is_parameter = lower.contains("version") && lower.contains(['{', ':', '<', '[']);
        let is_date = lower.len() == 10
            && lower.bytes().enumerate().all(|(index, byte)| match index {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        // `/v` and a setting whose value nobody can tell.
        let is_setting = digits == UNKNOWN;
        // `/:v/users`: in front of all others, it is no letter.
        let is_short = matches!(lower.as_str(), ":v" | "{v}" | "<v>" | "[v]")
            && index + 1 < segments.len()
            && segments[..*index].iter().all(|before| before.is_empty() || before.eq_ignore_ascii_case("api"));
        is_number || is_parameter || is_short || is_setting || is_date
    });
    found.map(|(_, segment)| *segment)
}

/// Whether a path says that it belongs to an API: `/api/users`, `/v1/users`.
pub(crate) fn is_api_path(path: &str) -> bool {
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
                    | "debug"
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
    use super::*;

    #[test]
    fn versions_are_segments_of_their_own() {
        for (path, version) in [
            ("/api/v1/users", Some("v1")),
            ("/v{version:apiVersion}/a", Some("v{version:apiVersion}")),
            ("/2024-01-31/a", Some("2024-01-31")),
            ("/api/v{?}/users", Some("v{?}")),
            ("/{?}/users", None),
            ("/api/:v/users", Some(":v")),
            ("/{v}/users", Some("{v}")),
            ("/compare/{v}/users", None),
            ("/:v", None),
            ("/vehicles", None),
            ("/api/version", None),
        ] {
            assert_eq!(version_segment(path), version, "{path}");
        }
    }

    #[test]
    fn joined_paths_have_single_slashes() {
        assert_eq!(join("/api/", "/users/"), "/api/users");
        assert_eq!(join("", ""), "/");
    }
}
