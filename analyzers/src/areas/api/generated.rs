//! Endpoints that a build generates from an OpenAPI document or from go-zero's own, so that no source file declares
//! them.

use serde_json::Value;

use super::Endpoint;
use super::endpoint::{is_plumbing, join};
use crate::Snapshot;
use crate::paths::is_aside;
use crate::snapshot::stack::Ecosystem;

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
    let mut found: Vec<Endpoint> = go_zero(repo);
    for (build, text) in repo.tree().own_texts().filter(|(file, text)| generates(file.name(), text)) {
        let Some((_, framework)) = SERVERS.iter().find(|(mark, _)| text.contains(mark)) else { continue };
        let documents = repo.tree().own_texts().filter(|(file, described)| {
            described.contains("openapi")
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

/// The endpoints of the documents that goctl writes a server from.
fn go_zero(repo: &Snapshot) -> Vec<Endpoint> {
    let uses = repo.stack().dependency_under(Ecosystem::Go, "github.com/zeromicro/go-zero").is_some()
        || repo.stack().dependency_under(Ecosystem::Go, "github.com/tal-tech/go-zero").is_some();
    if !uses {
        return Vec::new();
    }
    let documents = repo.tree().own_texts().filter(|(file, _)| file.name().ends_with(".api") && !is_aside(&file.path));
    documents.flat_map(|(file, text)| services(&file.path, text)).collect()
}

/// The routes of each `service name { ... }`, below the prefix of the `@server ( ... )` above it.
fn services(path: &str, text: &str) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    let (mut prefix, mut is_server, mut is_service) = (String::new(), false, false);
    for (line, source) in (1..).zip(text.lines()) {
        let source = source.split("//").next().unwrap_or_default().trim();
        let words: Vec<&str> = source.split_whitespace().collect();
        match words.as_slice() {
            [first, ..] if first.starts_with("@server") => (is_server, prefix) = (true, String::new()),
            ["service", ..] => (is_server, is_service) = (false, true),
            ["prefix:", value, ..] if is_server => prefix = (*value).to_owned(),
            ["}"] => (is_service, prefix) = (false, String::new()),
            [method, route, ..] if is_service && METHODS.contains(method) && route.starts_with('/') => {
                let route = route.split('(').next().unwrap_or(route);
                endpoints.push(Endpoint {
                    file: path.to_owned(),
                    lines: (line, line),
                    method: method.to_ascii_uppercase(),
                    path: join(&prefix, route),
                    framework: "go-zero",
                    page: false,
                });
            }
            _ => {}
        }
    }
    endpoints
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
    use crate::areas::api::Surface;
    use crate::snapshot::fixture::Fixture;

    const DOCUMENT: &str =
        "openapi: 3.0.0\nservers:\n  - url: https://example.com/api/v1\npaths:\n  /users:\n    get: {}\n    post: {}\n";

    fn found(build: &str) -> Vec<String> {
        let repo = Fixture::new()
            .file("build.gradle.kts", build)
            .file("api/openapi.yml", DOCUMENT)
            .file("src/main/kotlin/A.kt", "@RestController\nclass A : UsersApi\n")
            .snapshot();
        Surface::of(&repo).endpoints.iter().map(|it| format!("{} {} {}", it.method, it.path, it.lines.0)).collect()
    }

    #[test]
    fn a_generated_server_has_the_documents_endpoints() {
        let build = "plugins { id(\"org.openapi.generator\") }\ngeneratorName.set(\"kotlin-spring\")\ninputSpec.set(\"api/openapi.yml\")\n";
        assert_eq!(found(build), ["GET /api/v1/users 5", "POST /api/v1/users 5"]);
    }

    #[test]
    fn go_zero_writes_its_server_from_a_document_of_its_own() {
        let document = "syntax = \"v1\"\n@server (\n\tprefix: /api/v1\n\tgroup: users\n)\nservice a {\n\t@handler All\n\tget /users (Request) returns (Response)\n\n\t@handler Make\n\tpost /users(Request)\n}\n\nservice a {\n\t@handler Show\n\tget /:code\n}\n";
        let of = |manifest: &str| -> Vec<String> {
            let repo = Fixture::new().file("go.mod", manifest).file("a.api", document).snapshot();
            Surface::of(&repo).endpoints.iter().map(|it| format!("{} {} {}", it.method, it.path, it.lines.0)).collect()
        };
        assert_eq!(
            of("module a\n\ngo 1.24\n\nrequire github.com/zeromicro/go-zero v1.9.0\n"),
            ["GET /api/v1/users 8", "POST /api/v1/users 11", "GET /:code 16"]
        );
        assert!(of("module a\n\ngo 1.24\n").is_empty());
    }

    #[test]
    fn a_document_alone_serves_nothing() {
        assert!(found("plugins { kotlin(\"jvm\") }\n").is_empty());
    }
}
