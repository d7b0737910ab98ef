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
        let before = &segments[..*index];
        let digits = lower.strip_prefix('v').unwrap_or_default();
        // `/api-v1`, `/api/v1beta1`, and `/api/2`.
        let named = lower.strip_prefix("api").map(|rest| rest.trim_start_matches(['-', '_']));
        let is_number = is_number(digits)
            || named.is_some_and(|rest| is_number(rest.strip_prefix('v').unwrap_or(rest)))
            || is_number(&lower) && before.last().is_some_and(|it| matches!(&*it.to_ascii_lowercase(), "api" | "rest"));
        let is_parameter = is_parameter(&lower, before, index + 1 < segments.len());
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
            && before.iter().all(|before| before.is_empty() || before.eq_ignore_ascii_case("api"));
        is_number || is_parameter || is_short || is_setting || is_date
    });
    found.map(|(_, segment)| *segment)
}

/// Whether a text is the number of a version, with the stage that it may be in: `1`, `2.0`, `1beta1`.
fn is_number(text: &str) -> bool {
    let stage = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'));
    let name = stage.trim_end_matches(|c: char| c.is_ascii_digit());
    text.starts_with(|c: char| c.is_ascii_digit()) && matches!(name, "" | "alpha" | "beta" | "rc" | "p")
}

/// Whether a segment in small letters is a parameter for the version of the API: in front of what is asked for, or called
/// so. That of a thing stands behind the thing: `/packages/:name/:version`.
fn is_parameter(segment: &str, before: &[&str], has_more: bool) -> bool {
    if !segment.contains("version") || !segment.contains(['{', ':', '<', '[']) {
        return false;
    }
    let words = || segment.split(|c: char| !c.is_ascii_alphanumeric());
    let others = before.iter().filter(|it| !it.is_empty() && !it.eq_ignore_ascii_case("api"));
    let is_in_front = others.clone().count() < 2 && others.clone().all(|it| !it.contains(['{', ':', '<', '[']));
    ["v{", "v:", "v<"].iter().any(|start| segment.starts_with(start))
        || words().any(|word| word.contains("api"))
        || has_more && is_in_front && words().any(|word| word == "version") && words().all(|word| word != "id")
}

/// Whether a path says that it belongs to an API: `/api/users`, `/v1/users`.
pub(crate) fn is_api_path(path: &str) -> bool {
    version_segment(path).is_some() || path.split('/').any(|part| part.eq_ignore_ascii_case("api"))
}

/// Names of plumbing that a project may be about as well: an inventory of assets, an editor of documents.
const AMBIGUOUS: &[&str] = &["assets", "docs", "metrics"];

/// How the paths of files end that pages load.
const FILES: &[&str] = &[".css", ".js", ".map", ".png", ".svg", ".ico", ".txt", ".webmanifest"];

/// Whether a path in small letters ends as those do that only say how a server is; live scores have more behind.
fn is_signal(path: &str) -> bool {
    path.ends_with("/live") || path.ends_with("/ready")
}

/// What the path of `endpoint` is about, as far as that is called like plumbing.
pub(super) fn ambiguous(path: &str) -> Option<String> {
    let lower = path.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split('/').collect();
    let at = parts.iter().position(|part| AMBIGUOUS.contains(part))?;
    let others = parts[..at].iter().chain(&parts[at + 1..]).copied().collect::<Vec<_>>().join("/");
    // `/swagger/docs` is plumbing by more than that.
    (!is_plumbing(&format!("/{others}/x"))).then(|| parts[..=at].join("/"))
}

/// Health checks, metrics, documentation, static files and webhooks: nobody expects a version there.
pub(crate) fn is_plumbing(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    lower == "/"
        || lower == "/*"
        || is_signal(&lower)
        || FILES.iter().any(|end| lower.ends_with(end))
        || lower.split('/').any(|part| {
            AMBIGUOUS.contains(&part)
                || matches!(
                    part,
                    "health"
                        | "healthz"
                        | "healthcheck"
                        | "health-check"
                        | "health_check"
                        | "livez"
                        | "readyz"
                        | "liveness"
                        | "readiness"
                        | "ping"
                        | "debug"
                        | "actuator"
                        | "swagger"
                        | "swagger-ui"
                        | "swagger.json"
                        | "api-docs"
                        | "apidocs"
                        | "redoc"
                        | "openapi"
                        | "openapi.json"
                        | "openapi.yaml"
                        | "favicon.ico"
                        | "robots.txt"
                        | "static"
                        | "webhook"
                        | "webhooks"
                )
                || part.starts_with("swagger")
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
            ("/v1beta1/pods", Some("v1beta1")),
            ("/api-v1/users", Some("api-v1")),
            ("/api/1.0/users", Some("1.0")),
            ("/rest/api/2/issue", Some("2")),
            ("/users/2/items", None),
            ("/v1beta", Some("v1beta")),
            ("/v2ray/a", None),
            ("/packages/:name/:version", None),
            ("/packages/:version", None),
            ("/documents/{id}/revisions/{version_id}", None),
            ("/api/{version}/users", Some("{version}")),
            ("/shop/{version}/users", Some("{version}")),
            ("/a/b/{api_version}/users", Some("{api_version}")),
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
