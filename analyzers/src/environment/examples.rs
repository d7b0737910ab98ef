//! Files that show which variables there are: `.env.example` and its many other names.

use std::sync::LazyLock;

use regex::Regex;

use super::Spot;
use super::reads::is_test;
use crate::Snapshot;
use crate::code::pattern;
use crate::documents::Documents;
use crate::paths;

/// The example files and every name in them, in order of path and line.
#[derive(Debug, Default)]
pub(super) struct Examples {
    pub(super) files: Vec<String>,
    pub(super) names: Vec<(String, Spot)>,
}

pub(super) fn read(repo: &Snapshot) -> Examples {
    let mut examples = Examples::default();
    let copied = copied(repo);
    let is_example = |path: &str| is_example(path) || copied.contains(&path);
    for file in
        repo.tree().files().iter().filter(|file| is_example(&file.path) && !is_test(&file.path) && !file.vendored)
    {
        let Some(text) = file.text() else { continue };
        examples.files.push(file.path.clone());
        for (index, line) in text.lines().enumerate() {
            let spot = Spot { path: file.path.clone(), line: index as u32 + 1 };
            examples.names.extend(names(line).map(|name| (super::spelt(name), spot.clone())));
        }
    }
    examples
}

/// The names on a line: of one that gives a variable its value (`NAME=value`), what stands before it, and what the value
/// refers to (`${OTHER}`). A word of the value is no name.
fn names(line: &str) -> impl Iterator<Item = &str> {
    static GIVES: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^\s*(?:#\s*)?(?:export\s+|set\s+)?[A-Z][A-Z0-9_]*\s*=(?P<value>.*)$"));
    static REFERS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\$\{?(?P<name>[A-Za-z_][A-Za-z0-9_]*)"));
    let value = GIVES.captures(line).and_then(|found| found.name("value"));
    let before = value.map_or(line, |value| &line[..value.start()]);
    let referred = value.into_iter().flat_map(|value| REFERS.captures_iter(value.as_str()));
    super::words(before).chain(referred.filter_map(|found| Some(found.name("name")?.as_str())))
}

/// The files that a document tells to copy to `.env`, whatever they are called: `cp .env-development .env`.
fn copied(repo: &Snapshot) -> Vec<&str> {
    static COPIES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(?:cp|copy|mv|ren|rename|duplicate|copi[ae]\w*|renomm\w*|renombr\w*|renomei\w*)\s+(?:-\w+\s+)?",
            r"(?:(?:the|your|this|o|el|le|a)\s+)?(?:(?:file|arquivo|archivo|fichier)\s+)?[`'*\x22]*(?P<file>(?:\./)?(?:[\w-][\w.-]*/)*\.?[\w-][\w.-]*)",
            r"[`'*\x22]*\s+(?:(?:file|arquivo|archivo)\s+)?(?:(?:to|into|as|para|a|em|como|en)\s+)?[`'*\x22]*(?:[\w.-]+/)*\.env(?:[`'*\x22\s,.;)]|$)"
        ))
    });
    // What is in use is no example.
    if repo.tree().files().iter().any(|file| file.name() == ".env" && !is_test(&file.path)) {
        return Vec::new();
    }
    let documents = Documents::of(repo).all();
    let lines = documents.iter().flat_map(|it| it.code.iter().chain(&it.prose).map(move |line| (it, &line.text)));
    let lines = lines.filter(|(_, text)| text.len() <= 500 && text.contains(".env"));
    let named = lines.filter_map(|(document, text)| Some((document, COPIES.captures(text)?.name("file")?.as_str())));
    named
        .filter_map(|(document, named)| {
            let named = named.trim_start_matches("./");
            let beside = paths::join(paths::folder(&document.path), named);
            let ending = format!("/{named}");
            let mut files =
                repo.tree().files().iter().filter(|file| file.path.contains("env") && file.name() != ".env");
            let file = files.find(|file| {
                file.path == named || beside.as_ref() == Some(&file.path) || file.path.ends_with(&ending)
            })?;
            Some(file.path.as_str())
        })
        .collect()
}

/// An `.env` file or a configuration file, and a mark in its name that says that it is to be copied.
fn is_example(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let parts: Vec<&str> = name.split(['.', '-', '_']).filter(|part| !part.is_empty()).collect();
    let marked = parts.iter().any(|part| {
        matches!(
            *part,
            "example"
                | "examples"
                | "sample"
                | "template"
                | "tmpl"
                | "tpl"
                | "dist"
                | "default"
                | "defaults"
                | "skel"
                | "exemple"
                | "exemplo"
                | "ejemplo"
        )
    });
    // A template is as often that of a page or a chart.
    let is_template =
        parts.iter().any(|part| matches!(*part, "template" | "tmpl" | "tpl" | "default" | "defaults" | "skel"));
    let is_env = parts.iter().any(|part| part.ends_with("env") || *part == "envrc");
    if is_template && !is_env {
        return false;
    }
    let configures = parts.iter().any(|part| {
        matches!(
            *part,
            "env"
                | "envrc"
                | "config"
                | "configuration"
                | "settings"
                | "appsettings"
                | "application"
                | "secrets"
                | "environment"
                | "parameters"
                // It gives what it starts an environment.
                | "nodemon"
        ) || part.ends_with("env")
    });
    let is_of_pipeline = path.split('/').rev().skip(1).any(|folder| matches!(folder, "ci" | ".ci" | ".github"));
    let is_code_of_its_own = name.ends_with(".html") || name.ends_with(".md") || name.ends_with(".tsx");
    marked && configures && !is_code_of_its_own && !is_of_pipeline
}

#[cfg(test)]
mod tests {
    use super::{is_example, names};

    #[test]
    fn words_of_a_value_are_no_names() {
        let of = |line: &'static str| names(line).collect::<Vec<_>>();
        assert_eq!(of("SHOP_URI=mongodb://user@host/shop_name"), ["SHOP_URI"]);
        assert_eq!(of("# SHOP_URI=mongodb://${SHOP_HOST}/a"), ["SHOP_URI", "SHOP_HOST"]);
        assert_eq!(of("\"SHOP_URI\": \"a\""), ["SHOP_URI", "a"]);
    }

    #[test]
    fn example_files_have_many_names() {
        for name in [
            ".env.example",
            "env.sample",
            ".env.test.example",
            ".env.dist",
            "api/.env-template",
            "example.env",
            "config.example.yml",
            "settings.example.py",
            ".env_example",
            "nodemon.example.json",
            "local.env.example",
        ] {
            assert!(is_example(name), "{name}");
        }
        for name in
            [".env", "ci/config.yml.example", ".env.local", "src/env.ts", "docs/example.md", "config/default.json.md"]
        {
            assert!(!is_example(name), "{name}");
        }
    }
}
