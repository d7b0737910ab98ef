//! A file of settings that the reader is to write, without a word on what stands in it.

use std::sync::LazyLock;

use regex::Regex;

use super::Steps;
use super::gaps::Gap;
use super::reachable;
use super::references::is_made;
use crate::documents::{Document, Role, pattern};
use crate::paths;

/// The file, where it is not there, nothing like it is, and no document shows what stands in it.
pub(super) fn unknown(steps: &Steps<'_>) -> Option<Gap> {
    static WRITES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(?:create|add|make|write|need|crie|criar|crea|crear)\b(?:\W+(?:your own|your|the|a|an|o|el|to|new|file|arquivo|archivo|named|called)\b){0,4}",
            r"\W{1,4}(?P<path>(?:\./)?(?:[\w-]+/)*[\w-]*(?:config|settings|application|env)[\w-]*\.(?:ya?ml|json|toml|ini|properties))\b"
        ))
    });
    let repo = steps.repo;
    reachable(repo).filter(|document| document.role == Role::Readme).find_map(|document| {
        let (line, path) = document.prose.iter().filter(|line| line.text.len() < 500).find_map(|line| {
            let path = WRITES.captures(&line.text)?.name("path")?.as_str();
            Some((line, path.trim_start_matches("./")))
        })?;
        let is_known = is_like(steps, path) || is_made(repo, path) || is_shown(document, path);
        (!is_known).then(|| Gap {
            what: format!("it leaves the reader to write `{path}`, and nothing shows what stands in it"),
            place: Some(document.at(repo, line.line)),
            remedy: format!("Commit an example of `{path}` with harmless values, and name it in {}.", document.path),
        })
    })
}

/// Whether the file is there, or one that may be copied.
fn is_like(steps: &Steps<'_>, path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    let ending = name.rsplit('.').next().unwrap_or_default();
    let files = steps.repo.tree().files().iter().map(|file| file.name().to_ascii_lowercase());
    files.into_iter().any(|file| file.contains(stem) && file.split('.').any(|part| part == ending))
}

/// Whether a document shows settings: lines of a block that give names values.
fn is_shown(document: &Document, path: &str) -> bool {
    let gives = |text: &str| {
        let text = text.trim();
        let name = text.split([':', '=']).next().unwrap_or_default().trim().trim_matches('"');
        name.len() < text.len() && !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
    };
    let block = document.code.iter().filter(|line| line.starts);
    block.filter(|line| gives(&line.text)).count() > 1 || document.links.iter().any(|link| link.contains(path))
}

#[cfg(test)]
mod tests {
    use super::super::examine;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_file_of_settings_that_nobody_shows_is_a_step_that_is_left_out() {
        let with = |files: &[(&str, &str)], shown: &str| {
            let told = "Make `config/config.yaml` to fit the type in the code.";
            let readme = format!("# Shop\n\n{told}\n\n{shown}    go mod tidy\n    go run main.go\n");
            let repo = Fixture::new()
                .file("main.go", "package main\n\nfunc main() { open(\"./config/config.yaml\") }\n")
                .file("go.mod", "module shop\n")
                .file("README.md", &readme);
            let finding = examine(&files.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot());
            (finding.outcome(), finding.summary().to_owned())
        };
        let (found, summary) = with(&[], "");
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(summary.contains("write `config/config.yaml`, and nothing shows"), "{summary}");
        assert_eq!(with(&[("config/config.yaml", "port: 1\n")], "").0, Outcome::Met);
        assert_eq!(with(&[("config/config.example.yaml", "port: 1\n")], "").0, Outcome::Met);
        assert_eq!(with(&[], "    port: 1\n    host: a\n\nThen:\n\n").0, Outcome::Met);
    }
}
