//! A version that the code takes from a request's headers, in whatever framework: which endpoints it is for is not followed.

use std::sync::LazyLock;

use regex::Regex;

use crate::code::{Language, pattern};
use crate::paths;
use crate::{Place, Snapshot};

/// `"X-API-Version"` in quotes, and what stands behind it.
static HEADER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?i)["'`](?P<name>(x-)?(api|accept)[-_]version)["'`]\s*(?P<behind>[)\],]|$)"#));

/// FastAPI makes the header's name of the parameter's.
static PARAMETER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?P<name>(x_)?(api|accept)_version)\b[^\n=]{0,60}=\s*Header\("));

/// A media type of one's own with a version in it.
static MEDIA_TYPE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"application/vnd\.(?P<name>[a-z0-9-]+)[\w.-]*(\.v\d|[+\w-]*;\s*version=)"));

/// Whose media types programs send and do not answer to.
const OF_OTHERS: &[&str] = &[
    "github",
    "heroku",
    "docker",
    "oci",
    "kafka",
    "schemaregistry",
    "cncf",
    "openxmlformats-officedocument",
    "ms-excel",
];

/// Words of a line that sends a request, or an answer, with what it names.
const SENDS: &[&str] = &[
    ".set(",
    "setHeader",
    "addHeader",
    "add_header",
    "axios",
    "fetch(",
    "WithHeader",
    "Header.Set",
    "Header.Add",
    "put(\"",
];

/// The first place where the code reads such a version, and what it is called.
pub(super) fn version(repo: &Snapshot) -> Option<(Place, String)> {
    let sources = repo.tree().own_texts().filter(|(file, text)| {
        (text.contains("ersion") || text.contains("ERSION") || text.contains("application/vnd."))
            && Language::of(&file.path).is_some()
            && !paths::is_aside(&file.path)
            && !paths::is_generated(&file.path)
    });
    sources.into_iter().find_map(|(file, text)| {
        text.lines().zip(1..).find_map(|(line, number)| {
            let name = read(line)?;
            Some((Place::lines(repo.head(), file.path.as_str(), number, number), name))
        })
    })
}

/// What a line reads the version from.
fn read(line: &str) -> Option<String> {
    let may = line.contains("ersion") || line.contains("ERSION") || line.contains("application/vnd.");
    let is_comment = || ["//", "#", "*"].iter().any(|mark| line.trim_start().starts_with(mark));
    if !may || is_comment() || SENDS.iter().any(|word| line.contains(word)) {
        return None;
    }
    if let Some(found) = HEADER.captures(line) {
        // With a value behind it the header is as often sent: what asks for it says so.
        let asks =
            || ["get", "Get", "alias", "RequestHeader", "FromHeader", "value"].iter().any(|word| line.contains(word));
        let name = found.name("name")?.as_str();
        return (found.name("behind")?.as_str() != "," || asks()).then(|| format!("the header {name}"));
    }
    if let Some(found) = PARAMETER.captures(line) {
        return Some(format!("the header {}", found.name("name")?.as_str().replace('_', "-")));
    }
    let media_type = MEDIA_TYPE.captures(line)?;
    (!OF_OTHERS.contains(&media_type.name("name")?.as_str())).then(|| "the media type that is asked for".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asks_a_header_for_the_version_is_told_from_what_sends_it() {
        for (line, name) in [
            ("const version = req.get('X-API-Version')", "the header X-API-Version"),
            ("if request.headers.get(\"Accept-Version\", \"1\") == \"2\":", "the header Accept-Version"),
            ("$version = $request->header('Accept-Version');", "the header Accept-Version"),
            ("public Object all(@RequestHeader(\"api-version\") String version) {", "the header api-version"),
            ("version = request.headers['X-API-Version']", "the header X-API-Version"),
            ("def version(x_api_version: str = Header(\"2024-01-01\")):", "the header x-api-version"),
            ("if (accept.includes('application/vnd.shop.v2+json')) {", "the media type that is asked for"),
            ("case \"application/vnd.shop+json; version=2\":", "the media type that is asked for"),
        ] {
            assert_eq!(read(line).as_deref(), Some(name), "{line}");
        }
        for line in [
            "headers: { 'Accept-Version': 'v1' },",
            "client.header(\"X-API-Version\", \"2\")",
            "req.set('X-API-Version', '2')",
            "// reads \"X-API-Version\"",
            "accept = 'application/vnd.github.v3+json'",
            "accept = 'application/vnd.api+json'",
            "const API_VERSION = 'v1'",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
