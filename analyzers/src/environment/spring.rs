//! Settings that the configuration of Spring, Quarkus or Micronaut takes from outside by the key of another one,
//! `secret: ${shop.secret}`, and to which no file gives a value.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::reads::{Read, is_test};
use super::settings::{blocks, is_set, properties};
use super::{Spot, files};
use crate::Snapshot;
use crate::code::pattern;
use crate::snapshot::stack::Ecosystem;

/// How keys begin that a build tool, the machine or the framework has a value for.
const GIVEN: &[&str] = &[
    "project",
    "pom",
    "build",
    "maven",
    "gradle",
    "user",
    "java",
    "os",
    "line",
    "file",
    "random",
    "env",
    "git",
    "local",
    "server",
    "logging",
    "management",
    "info",
    "quarkus",
    "micronaut",
    "settings",
    "testcontainers",
    "embedded",
];

/// Every such key that a file of settings, or an annotation in the code, asks for, and whether a file has a value for it.
pub(super) fn open(repo: &Snapshot) -> Vec<Read> {
    static PLACEHOLDER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\$\{(?P<key>[a-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+)(?P<default>:[^}]*)?\}"));
    if !repo.stack().has(Ecosystem::Jvm) || has_server(repo) {
        return Vec::new();
    }
    let is_settings = |path: &str| {
        files::reads_environment(path)
            && path.contains("src/main/resources/")
            && !files::is_compose(path)
            && !is_test(path)
    };
    let settings = || repo.tree().own_texts().filter(|(file, _)| is_settings(&file.path));
    let is_source = |path: &str| (path.ends_with(".java") || path.ends_with(".kt")) && !is_test(path);
    let sources = repo.tree().own_texts().filter(|(file, text)| {
        // What is only made under a condition may never ask.
        is_source(&file.path)
            && text.contains("@Value(")
            && !text.contains("@Conditional")
            && !text.contains("@Profile")
    });
    let known = defined(repo);
    let mut found = Vec::new();
    for (file, text) in settings().chain(sources) {
        let of_code = is_source(&file.path);
        for (number, line) in
            (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with(['#', '/', '*']))
        {
            if of_code && !line.contains("@Value(") {
                continue;
            }
            for hit in PLACEHOLDER.captures_iter(line) {
                let key = &hit["key"];
                let is_given = GIVEN.contains(&key.split('.').next().unwrap_or_default())
                    || key.starts_with("spring.") && !key.starts_with("spring.datasource.");
                // What has a value in any file is a reference from one setting to another.
                let has_value = hit.name("default").is_some() || known.contains(&bound(key)) || is_set(repo, key);
                if !is_given && !has_value {
                    found.push((key.to_owned(), false, Spot { path: file.path.clone(), line: number }));
                }
            }
        }
    }
    found
}

/// Names by which a document may show how such a key is given: `-Dshop.secret=x`, `SHOP_SECRET`.
pub(super) fn forms(name: &str) -> Vec<String> {
    variable(name).map(|variable| vec![format!("D{name}"), variable]).unwrap_or_default()
}

/// The environment variable that sets a key in small letters.
pub(super) fn variable(name: &str) -> Option<String> {
    let is_key = name.contains('.') && name.starts_with(|c: char| c.is_ascii_lowercase());
    is_key.then(|| name.to_uppercase().replace('.', "_").replace('-', ""))
}

/// Whether a server hands out the settings.
fn has_server(repo: &Snapshot) -> bool {
    const CLIENTS: &[&str] =
        &["spring-cloud-starter-config", "spring-cloud-config-client", "consul-config", "vault-config", "nacos-config"];
    let mut names = repo.stack().dependencies().iter().map(|dependency| dependency.name.as_str());
    let mut texts = repo.tree().own_texts().filter(|(file, _)| files::reads_environment(&file.path));
    names.any(|name| CLIENTS.iter().any(|client| name.contains(client)))
        || texts.any(|(_, text)| text.contains("configserver:") || text.contains("spring.cloud.config"))
}

/// The keys to which any file of settings gives a value, also one of a profile, as they are compared.
fn defined(repo: &Snapshot) -> BTreeSet<String> {
    let texts = repo.tree().own_texts().filter(|(file, _)| !is_test(&file.path));
    texts
        .flat_map(|(file, text)| match file.path.rsplit('.').next() {
            Some("properties") => properties(text),
            Some("yml" | "yaml") => blocks(text, "."),
            _ => Vec::new(),
        })
        .map(|(_, key, _)| bound(&key))
        .collect()
}

/// A key as the frameworks compare it: `shop.api-key` is `shop.apiKey`.
fn bound(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use crate::environment::Environment;
    use crate::snapshot::fixture::Fixture;

    const POM: (&str, &str) = (
        "pom.xml",
        "<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>\n",
    );
    const SETTINGS: &str = "src/main/resources/application.yml";

    fn missing(settings: &str, others: &[(&str, &str)]) -> Vec<String> {
        let repo = Fixture::new().file(POM.0, POM.1).file(SETTINGS, settings);
        let repo = others.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot();
        Environment::of(&repo).missing().map(|variable| variable.name.clone()).collect()
    }

    #[test]
    fn a_key_that_nothing_has_a_value_for_comes_from_outside() {
        let asks =
            "shop:\n  token:\n    secret: ${shop.key}\n    hours: ${shop.hours:5}\n    name: ${project.version}\n";
        assert_eq!(missing(asks, &[]), ["shop.key"]);
        assert_eq!(missing(asks, &[("README.md", "# A\n\nStart it with `--shop.key=x`.\n")]), [""; 0]);
        assert_eq!(missing(asks, &[("README.md", "# A\n\n    java -Dshop.key=x -jar a.jar\n")]), [""; 0]);
        assert_eq!(missing(asks, &[(".env.example", "SHOP_KEY=\n")]), [""; 0]);
        assert_eq!(missing(asks, &[("src/main/resources/application-dev.yml", "shop:\n  key: x\n")]), [""; 0]);
        assert_eq!(
            missing(asks, &[("compose.yml", "services:\n  a:\n    environment:\n      SHOP_KEY: x\n")]),
            [""; 0]
        );
        assert_eq!(
            missing("spring:\n  config:\n    import: configserver:http://a\nshop:\n  a: ${shop.key}\n", &[]),
            [""; 0]
        );
        assert_eq!(missing("shop:\n  key: x\n  other: ${shop.key}\n", &[]), [""; 0]);
    }

    #[test]
    fn an_annotation_asks_as_well() {
        let code = |what: &str| format!("class A {{\n    @Value(\"${{{what}}}\")\n    String a;\n}}\n");
        let with = |what: &str| missing("a: b\n", &[("src/main/java/A.java", &code(what))]);
        assert_eq!(with("shop.key"), ["shop.key"]);
        assert_eq!(with("shop.key:x"), [""; 0]);
        let conditional = format!("@ConditionalOnProperty(\"shop.on\")\n{}", code("shop.key"));
        assert_eq!(missing("a: b\n", &[("src/main/java/A.java", &conditional)]), [""; 0]);
    }
}
