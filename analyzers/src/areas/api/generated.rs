//! Endpoints that a build generates from an OpenAPI document, so that no source file declares them.

use serde_json::Value;

use super::Endpoint;
use super::endpoint::join;
use super::surface::is_plumbing;
use crate::Snapshot;

/// Longer documents are not read.
const LARGEST: usize = 2_000_000;

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

/// What a build file says about the generator, and the framework of the server that it writes.
const SERVERS: &[(&str, &str)] = &[
    ("spring", "Spring"),
    ("jaxrs", "JAX-RS"),
    ("micronaut", "Micronaut"),
    ("kotlin-server", "Ktor"),
    ("chi-server", "chi"),
    ("echo-server", "Echo"),
    ("gin-server", "gin"),
    ("fiber-server", "Fiber"),
    ("std-http-server", "net/http"),
];

/// The endpoints of the documents that a build generates a server from, unless `known` (from code) has any already.
pub(super) fn endpoints(repo: &Snapshot, known: &[Endpoint]) -> Vec<Endpoint> {
    if known.iter().any(|endpoint| !is_plumbing(&endpoint.path)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (build, text) in repo.tree().own_texts().filter(|(file, text)| generates(file.name(), text)) {
        let Some((_, framework)) = SERVERS.iter().find(|(mark, _)| text.contains(mark)) else { continue };
        let documents = repo.tree().own_texts().filter(|(file, described)| {
            described.len() <= LARGEST
                && described.contains("openapi")
                && file.path != build.path
                && [".yml", ".yaml", ".json"].iter().any(|end| file.name().ends_with(end))
                && text.contains(file.name())
        });
        for (file, described) in documents {
            found.extend(described_in(&file.path, described, framework));
        }
    }
    found
}

/// Whether a build file has the server's code written from an OpenAPI document.
fn generates(name: &str, text: &str) -> bool {
    match name {
        "build.gradle" | "build.gradle.kts" => text.contains("org.openapi.generator"),
        "pom.xml" => text.contains("openapi-generator-maven-plugin"),
        _ => (name.ends_with(".go") || name == "Makefile") && text.contains("oapi-codegen"),
    }
}

fn described_in(path: &str, text: &str, framework: &'static str) -> Vec<Endpoint> {
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        budget: serde_saphyr::budget! { max_depth: 64, max_nodes: 200_000 }
    };
    let Ok(document) = serde_saphyr::from_str_with_options::<Value>(text, options) else { return Vec::new() };
    let server = document["servers"][0]["url"].as_str().unwrap_or_default();
    // `https://example.com/api` or `/api`.
    let base = server.split_once("://").map_or(server, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let mut endpoints = Vec::new();
    for (template, item) in document["paths"].as_object().into_iter().flatten() {
        let key = |line: &str| {
            let rest = line.trim().trim_start_matches(['"', '\'']).strip_prefix(template.as_str());
            rest.is_some_and(|rest| rest.starts_with(['"', '\'', ':']))
        };
        let line = text.lines().position(key).map_or(1, |index| index as u32 + 1);
        for method in METHODS.iter().filter(|method| item.get(**method).is_some()) {
            endpoints.push(Endpoint {
                file: path.to_owned(),
                lines: (line, line),
                method: method.to_ascii_uppercase(),
                path: join(base, template),
                framework,
                page: false,
            });
        }
    }
    endpoints
}

#[cfg(test)]
mod tests {
    use crate::snapshot::fixture::Fixture;

    const DOCUMENT: &str =
        "openapi: 3.0.0\nservers:\n  - url: https://example.com/api/v1\npaths:\n  /users:\n    get: {}\n    post: {}\n";

    fn found(build: &str) -> Vec<String> {
        let repo = Fixture::new()
            .file("build.gradle.kts", build)
            .file("api/openapi.yml", DOCUMENT)
            .file("src/main/kotlin/A.kt", "@RestController\nclass A : UsersApi\n")
            .snapshot();
        repo.surface().endpoints.iter().map(|it| format!("{} {} {}", it.method, it.path, it.lines.0)).collect()
    }

    #[test]
    fn a_generated_server_has_the_documents_endpoints() {
        let build = "plugins { id(\"org.openapi.generator\") }\ngeneratorName.set(\"kotlin-spring\")\ninputSpec.set(\"api/openapi.yml\")\n";
        assert_eq!(found(build), ["GET /api/v1/users 5", "POST /api/v1/users 5"]);
    }

    #[test]
    fn a_document_alone_serves_nothing() {
        assert!(found("plugins { kotlin(\"jvm\") }\n").is_empty());
    }
}
