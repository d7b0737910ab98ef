//! What a Spring application's configuration says about its paths.

use std::collections::BTreeMap;

use crate::Snapshot;
use crate::areas::api::VersionCue;
use crate::areas::api::endpoint::join;
use crate::environment::settings::{properties, yaml};
use crate::paths::is_aside;

/// The prefix of each module's paths, by the folder of the module.
#[derive(Debug)]
pub(super) struct Prefixes(BTreeMap<String, String>);

/// Reads the prefixes from `application.properties` and `application.yml`.
pub(super) fn prefixes(repo: &Snapshot) -> Prefixes {
    let mut prefixes = given_by(
        repo,
        &["server.servlet.contextpath", "server.contextpath", "spring.webflux.basepath", "spring.mvc.servlet.path"],
    );
    for (path, prefix) in given_to_all(repo) {
        let known = prefixes.entry(module(path).to_owned()).or_default();
        *known = join(known, prefix);
    }
    Prefixes(prefixes)
}

/// The same for the resources of JAX-RS: what settings of Quarkus and Spring say, and each `@ApplicationPath` in its module.
pub(super) fn prefixes_of_resources(repo: &Snapshot, applications: &[(&str, String)]) -> Prefixes {
    // From the outermost to the innermost.
    let mut prefixes = given_by(repo, &["quarkus.http.rootpath", "server.servlet.contextpath"]);
    let mut inner = given_by(
        repo,
        &[
            "quarkus.rest.path",
            "quarkus.resteasy.path",
            "quarkus.resteasyreactive.path",
            "spring.jersey.applicationpath",
        ],
    );
    for (path, prefix) in applications {
        inner.insert(module(path).to_owned(), prefix.clone());
    }
    for (module, prefix) in inner {
        let known = prefixes.entry(module).or_default();
        *known = join(known, &prefix);
    }
    Prefixes(prefixes)
}

/// What the settings called so say, in small letters and without dashes, by the module; several make one after the other.
fn given_by(repo: &Snapshot, keys: &[&str]) -> BTreeMap<String, String> {
    let mut prefixes: BTreeMap<String, String> = BTreeMap::new();
    let named = named(repo);
    for (path, _, key, value) in settings(repo) {
        if !keys.contains(&key.replace('-', "").to_ascii_lowercase().as_str()) {
            continue;
        }
        // `${BASE_PATH:/api}` is its default, and `/api/${api.version}` asks another setting.
        let value = filled(value.trim_matches(['"', '\'']), &named);
        let value = if value.starts_with("${") && value.ends_with('}') { "" } else { value.as_str() };
        if !value.contains("${") {
            let prefix = prefixes.entry(module(path).to_owned()).or_default();
            *prefix = join(prefix, value);
        }
    }
    prefixes
}

/// `configurer.addPathPrefix("/api/v1", HandlerTypePredicate.forAnnotation(RestController.class))`
fn given_to_all(repo: &Snapshot) -> Vec<(&str, &str)> {
    let texts = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| !is_aside(&file.path) && (file.path.ends_with(".java") || file.path.ends_with(".kt")));
    let given = |text: &'_ str| -> Option<(usize, usize)> {
        let at = text.find(".addPathPrefix(\"")? + ".addPathPrefix(\"".len();
        let length = text[at..].find('"')?;
        let to_whom = text[at + length..].split(';').next()?;
        let is_all =
            ["RestController", "-> true", "{ true }", "forAnyHandlerType"].iter().any(|all| to_whom.contains(all));
        (is_all && length < 100).then_some((at, length))
    };
    texts
        .filter_map(|(file, text)| given(text).map(|(at, length)| (file.path.as_str(), &text[at..at + length])))
        .collect()
}

impl Prefixes {
    /// `path` of an endpoint in `file`, with its module's prefix.
    pub fn before(&self, file: &str, path: &str) -> String {
        self.0.get(module(file)).map_or_else(|| path.to_owned(), |prefix| join(prefix, path))
    }
}

/// What settings say where a path asks for them: `${api.prefix}/users`, by the key. Only what all files agree on.
pub(super) fn named(repo: &Snapshot) -> BTreeMap<String, String> {
    let mut named: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (_, _, key, value) in settings(repo) {
        let value = value.trim_matches(['"', '\'']);
        let known = named.entry(key).or_insert_with(|| Some(value.to_owned()));
        if known.as_deref() != Some(value) {
            *known = None;
        }
    }
    named.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// `path` with the settings that it asks for.
pub(super) fn filled(path: &str, named: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, (asked, after))) =
        rest.split_once("${").and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        let (key, default) = asked.split_once(':').map_or((asked, None), |(key, default)| (key, Some(default)));
        filled.push_str(before);
        match named.get(key).map(String::as_str).filter(|value| !value.contains("${")).or(default) {
            Some(value) => filled.push_str(value),
            None => filled.push_str(&format!("${{{asked}}}")),
        }
        rest = after;
    }
    filled + rest
}

/// Spring's own versioning, `spring.mvc.apiversion`.
pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    settings(repo)
        .filter_map(|(path, line, key, _)| {
            let key = key.replace('-', "").to_ascii_lowercase();
            let rest = key.strip_prefix("spring.mvc.").or_else(|| key.strip_prefix("spring.webflux."))?;
            let scheme = match rest.strip_prefix("apiversion.use.")?.split('.').next()? {
                "header" => "header",
                "queryparameter" => "query",
                "mediatypeparameter" => "media-type",
                "pathsegment" => "path",
                _ => return None,
            };
            Some(VersionCue { file: path.to_owned(), lines: (line, line), scheme })
        })
        .collect()
}

fn settings(repo: &Snapshot) -> impl Iterator<Item = (&str, u32, String, &str)> {
    repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path)).flat_map(|(file, text)| {
        let settings = match file.name() {
            "application.properties" => properties(text),
            "application.yml" | "application.yaml" => yaml(text),
            _ => Vec::new(),
        };
        settings.into_iter().map(|(line, key, value)| (file.path.as_str(), line, key, value))
    })
}

fn module(path: &str) -> &str {
    path.split_once("src/main/").map_or("", |(module, _)| module)
}
