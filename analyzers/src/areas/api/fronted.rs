//! Versions that stand in front of what the code serves: in the committed description of the API, or in a proxy that takes
//! them off on the way.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;
use serde_json::Value;

use super::Endpoint;
use super::endpoint::{join, version_segment};
use super::values::UNKNOWN;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// So many pairs of a described path and an endpoint are compared.
const COMPARED: usize = 2_000_000;

/// Longer paths nobody writes.
const LONGEST: usize = 300;

/// More of them say nothing new.
const REWRITES: usize = 100;

/// A version that callers see and the code does not.
pub(super) struct Front {
    pub version: String,
    /// How it comes there, as a sentence ends.
    pub how: String,
    pub place: Place,
}

/// The version in front of `endpoints`, none of which carries one.
pub(super) fn version(repo: &Snapshot, endpoints: &[&Endpoint]) -> Option<Front> {
    let texts = || repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
    let mut left = COMPARED;
    let mut described = || {
        texts().find_map(|(file, text)| {
            let (version, count) = described(&file.path, text, endpoints, &mut left)?;
            let how = format!("The file {} describes {count} of {} addresses with it", file.path, endpoints.len());
            Some(Front { version, how, place: Place::file(repo.head(), file.path.as_str()) })
        })
    };
    let proxied = || {
        texts().find_map(|(file, text)| {
            let (version, line) = proxied(file.name(), text)?;
            let how = format!("A program in front, set up in {}, takes it off again", file.path);
            Some(Front { version, how, place: Place::lines(repo.head(), file.path.as_str(), line, line) })
        })
    };
    described().or_else(proxied)
}

/// The version that an OpenAPI document of this program puts in front of its endpoints, and of how many.
fn described(path: &str, text: &str, endpoints: &[&Endpoint], left: &mut usize) -> Option<(String, usize)> {
    let is_document = [".yml", ".yaml", ".json"].iter().any(|end| path.ends_with(end))
        && text.contains("paths")
        && (text.contains("openapi") || text.contains("swagger"));
    if !is_document {
        return None;
    }
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        budget: serde_saphyr::budget! { max_depth: 64, max_nodes: 200_000 }
    };
    let document = serde_saphyr::from_str_with_options::<Value>(text, options).ok()?;
    document.get("openapi").or_else(|| document.get("swagger"))?;
    let base = base(&document);
    let paths: Vec<(Vec<String>, &Value)> = document["paths"]
        .as_object()?
        .iter()
        .map(|(path, item)| (join(&base, path), item))
        .filter(|(path, _)| path.len() <= LONGEST)
        .map(|(path, item)| (parts(&path), item))
        .collect();
    *left = left.checked_sub(paths.len() * endpoints.len())?;
    let is_operation = |key: &&String| matches!(key.as_str(), "get" | "post" | "put" | "patch" | "delete" | "head");
    let all: usize =
        paths.iter().filter_map(|(_, item)| item.as_object()).map(|it| it.keys().filter(is_operation).count()).sum();
    let mut seen = BTreeSet::new();
    let versions: Vec<String> = endpoints
        .iter()
        .filter(|endpoint| endpoint.path.len() <= LONGEST)
        .filter_map(|endpoint| {
            let method = endpoint.method.to_ascii_lowercase();
            let served: Vec<String> =
                parts(&endpoint.path).into_iter().skip_while(|part| part.contains(UNKNOWN)).collect();
            paths.iter().find_map(|(path, item)| {
                let front = in_front(path, &served).filter(|_| method == "*" || item.get(&method).is_some())?;
                let version = version_segment(&front)?.to_owned();
                seen.insert((path, method.clone()));
                Some(version)
            })
        })
        .collect();
    // It is about this program, and about a good part of it.
    let is_meant = seen.len() * 2 >= all && versions.len() * 4 >= endpoints.len();
    let first = versions.first().filter(|_| is_meant)?;
    Some((first.clone(), versions.iter().filter(|version| *version == first).count()))
}

/// What callers put in front of all paths of a document, unless they are on the same machine, where no proxy is.
fn base(document: &Value) -> String {
    let url = document["servers"][0]["url"].as_str().or(document["basePath"].as_str()).unwrap_or_default();
    match url.split_once("://") {
        Some((_, rest)) if rest.starts_with("localhost") || rest.starts_with("127.") || rest.starts_with("0.0.0.0") => {
            String::new()
        }
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path).to_owned(),
        None => url.to_owned(),
    }
}

fn parts(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// What stands in front of `served` in `described`, if that ends with it. Parameters may be called otherwise; something
/// has to be called the same.
fn in_front(described: &[String], served: &[String]) -> Option<String> {
    let split = described.len().checked_sub(served.len()).filter(|split| *split > 0)?;
    let (front, rest) = described.split_at(split);
    let is_parameter = |part: &str| part.starts_with(['{', ':', '<', '[', '*']);
    let fits = |(a, b): (&String, &String)| a == b || is_parameter(a) && is_parameter(b);
    let same = rest.iter().zip(served).filter(|(a, b)| a == b && !is_parameter(a)).count();
    (same > 0 && rest.iter().zip(served).all(fits)).then(|| format!("/{}", front.join("/")))
}

/// The version that most locations of a proxy take off before they pass a request on, and the line of the first.
fn proxied(name: &str, text: &str) -> Option<(String, u32)> {
    static NGINX: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?m)^\s*rewrite\s+\^?(?P<rewrite>/\S*?)/?\(\.\*\)\$?\s+/\$1|^\s*location\s+(?:[~^=*]+\s+)?\^?(?P<location>/\S*)\s*\{[^{}]*?proxy_pass\s+https?://[^/\s;]+/;",
        )
    });
    static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?m)stripprefix\.prefixes["']?\s*[=:]\s*["'`]?(?P<label>/[\w./-]+)|stripPrefix:\s*\n\s*prefixes:\s*\n\s*-\s*["']?(?P<list>/[\w./-]+)|^\s*handle_path\s+(?P<caddy>/\S+)"#,
        )
    });
    let is_nginx = name.contains(".conf") && text.contains("proxy_pass");
    let is_other = ["Caddyfile", ".yml", ".yaml", ".toml", ".caddy"].iter().any(|end| name.ends_with(end))
        && ["stripprefix", "stripPrefix", "handle_path"].iter().any(|mark| text.contains(mark));
    let pattern: &Regex = if is_nginx { &NGINX } else { &OTHERS };
    if !is_nginx && !is_other {
        return None;
    }
    let found: Vec<(usize, &str)> = pattern
        .captures_iter(text)
        .filter_map(|it| Some((it.get(0)?.start(), it.iter().skip(1).flatten().next()?.as_str())))
        .filter_map(|(at, path)| Some((at, version_segment(path)?)))
        .take(REWRITES)
        .collect();
    let passed = if is_nginx { text.matches("proxy_pass").count() } else { pattern.captures_iter(text).count() };
    let for_all = found.iter().find(|(at, _)| is_nginx && is_outside_of_locations(text, *at));
    let (at, version) = *for_all.or(found.first().filter(|_| found.len() * 2 >= passed))?;
    let at = at + text[at..].len() - text[at..].trim_start().len();
    Some((version.to_owned(), text[..at].matches('\n').count() as u32 + 1))
}

/// Whether a rewrite of nginx stands in no location, so that it is for all of them.
fn is_outside_of_locations(text: &str, at: usize) -> bool {
    if text[at..].trim_start().starts_with("location") {
        return false;
    }
    let last = text[..at].rfind("location ").map_or("", |location| &text[location..at]);
    last.matches('{').count() == last.matches('}').count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::snapshot::fixture::Fixture;
    use crate::{Confidence, Finding, Outcome};

    fn found(path: &str, text: &str) -> Finding {
        let app = "const app = require('express')();\napp.get('/pears/:id', one);\napp.post('/pears', make);\napp.delete('/pears/:id', no);\n";
        super::super::versioned::examine(&Fixture::new().file("app.js", app).file(path, text).snapshot())
    }

    #[test]
    fn a_description_may_put_a_version_in_front_of_what_the_code_serves() {
        let document = "openapi: 3.1.0\npaths:\n  /v1.0/pears/{pear}:\n    get: {}\n  /v1.0/pears:\n    post: {}\n";
        let finding = found("docs/openapi.yaml", document);
        assert_eq!((finding.outcome(), finding.confidence()), (Outcome::Met, Confidence::Indicative));
        assert_eq!(finding.facts()["scheme"], json!("path"));
        assert!(finding.summary().contains("v1.0") && finding.summary().contains("docs/openapi.yaml"));
        let server = "swagger: '2.0'\nbasePath: /api/v2\npaths:\n  /pears/{id}:\n    get: {}\n    delete: {}\n";
        assert_eq!(found("swagger.yaml", server).outcome(), Outcome::Met);
        let local = "openapi: 3.1.0\nservers:\n  - url: http://localhost:3000/v1\npaths:\n  /pears/{id}:\n    get: {}\n    delete: {}\n";
        for other in [
            document.replace("/v1.0", ""),
            document.replace("pears", "apples"),
            document.replace("paths:\n", "paths:\n  /v1/a:\n    get: {}\n    put: {}\n  /v1/b:\n    get: {}\n"),
            document.replace("get", "put").replace("post", "get"),
            local.to_owned(),
        ] {
            assert_eq!(found("docs/openapi.yaml", &other).outcome(), Outcome::NotMet, "{other}");
        }
    }

    #[test]
    fn endpoints_are_counted_that_have_the_version_which_is_named() {
        let document =
            "openapi: 3.1.0\npaths:\n  /v1/pears/{id}:\n    get: {}\n    delete: {}\n  /v2/pears:\n    post: {}\n";
        let finding = found("openapi.yaml", document);
        assert_eq!(finding.outcome(), Outcome::Met);
        assert!(finding.summary().contains("describes 2 of 3"), "{}", finding.summary());
    }

    #[test]
    fn a_proxy_may_take_a_version_off() {
        let conf = |location: &str, to: &str| {
            format!(
                "server {{\n  location {location} {{\n    proxy_set_header Host $host;\n    proxy_pass http://app:3000{to};\n  }}\n}}\n"
            )
        };
        assert_eq!(found("nginx/default.conf", &conf("/api/v1/", "/")).outcome(), Outcome::Met);
        assert_eq!(found("nginx/default.conf", &conf("/api/v1/", "")).outcome(), Outcome::NotMet, "it is passed on");
        assert_eq!(found("nginx/default.conf", &conf("/api/", "/")).outcome(), Outcome::NotMet);
        let rewrite = "location / {\n  rewrite ^/v2/(.*)$ /$1 break;\n  proxy_pass http://app;\n}\n";
        assert_eq!(found("nginx.conf", rewrite).outcome(), Outcome::Met);
        let others = format!(
            "{rewrite}location /a {{ proxy_pass http://a; }}\nlocation /b {{ proxy_pass http://b; }}\nlocation /c {{ proxy_pass http://c; }}\n"
        );
        assert_eq!(found("nginx.conf", &others).outcome(), Outcome::NotMet, "one of four");
        let label =
            "services:\n  app:\n    labels:\n      - traefik.http.middlewares.cut.stripprefix.prefixes=/api/v1\n";
        assert_eq!(found("docker-compose.yml", label).outcome(), Outcome::Met);
        assert_eq!(found("Caddyfile", ":80 {\n  handle_path /v1/* {\n  }\n}\n").outcome(), Outcome::Met);
    }
}
