//! Files that show which variables there are: `.env.example` and its many other names.

use super::Spot;
use super::reads::is_test;
use crate::Snapshot;

/// The example files and every name in them, in order of path and line.
#[derive(Debug, Default)]
pub(super) struct Examples {
    pub(super) files: Vec<String>,
    pub(super) names: Vec<(String, Spot)>,
}

pub(super) fn read(repo: &Snapshot) -> Examples {
    let mut examples = Examples::default();
    for file in
        repo.tree().files().iter().filter(|file| is_example(&file.path) && !is_test(&file.path) && !file.vendored)
    {
        let Some(text) = file.text() else { continue };
        examples.files.push(file.path.clone());
        for (index, line) in text.lines().enumerate() {
            let spot = Spot { path: file.path.clone(), line: index as u32 + 1 };
            examples.names.extend(super::words(line).map(|name| (super::spelt(name), spot.clone())));
        }
    }
    examples
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
        ) || part.ends_with("env")
    });
    let is_of_pipeline = path.split('/').rev().skip(1).any(|folder| matches!(folder, "ci" | ".ci" | ".github"));
    let is_code_of_its_own = name.ends_with(".html") || name.ends_with(".md") || name.ends_with(".tsx");
    marked && configures && !is_code_of_its_own && !is_of_pipeline
}

#[cfg(test)]
mod tests {
    use super::is_example;

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
