//! What a set-up refers to and a fresh clone does not have: files of settings, folders of packages, files to edit.

use std::sync::LazyLock;

use regex::Regex;

use super::Steps;
use super::gaps::Gap;
use super::reachable;
use crate::areas::deployment::compose::{contexts, env_files};
use crate::documents::{Document, Documents, Purpose, Topic, pattern};
use crate::environment::Environment;
use crate::paths;
use crate::{Place, Snapshot};

/// Names of the files that Compose takes where none is named.
const DEFAULT: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// The compose file that the set-up starts with, and its text.
fn composed<'repo>(steps: &Steps<'repo>) -> Option<(&'repo str, &'repo str)> {
    let (_, start) = steps.start.first()?;
    let composes = start.text.contains("compose") || start.text.contains("sail");
    composes.then(|| composed_by(steps.repo, &start.text)).flatten()
}

/// The compose file that a command names or takes without a word, and its text.
pub(super) fn composed_by<'repo>(repo: &'repo Snapshot, command: &str) -> Option<(&'repo str, &'repo str)> {
    let mut words = command.split_whitespace();
    let named = words.find(|word| matches!(*word, "-f" | "--file")).and_then(|_| words.next());
    let is_it = |path: &str| match named {
        Some(named) => path == named.trim_start_matches("./"),
        None => DEFAULT.contains(&path),
    };
    repo.tree().own_texts().find(|(file, _)| is_it(&file.path)).map(|(file, text)| (file.path.as_str(), text))
}

/// The line of `text` that holds `word`, as evidence.
pub(super) fn line_of(repo: &Snapshot, path: &str, text: &str, word: &str) -> Place {
    let line = text.lines().position(|line| line.contains(word)).map_or(1, |index| index as u32 + 1);
    Place::lines(repo.head(), path.to_owned(), line, line)
}

/// A file of settings without which Compose does not start, which is not there, like which there is none to copy, and of
/// which no document says what stands in it.
pub(super) fn settings(steps: &Steps<'_>) -> Option<Gap> {
    let repo = steps.repo;
    let (path, text) = composed(steps)?;
    let environment = Environment::of(repo);
    if !environment.example_files().is_empty() || environment.documented().next().is_some() {
        return None;
    }
    let file = wanted(repo, path, text)?;
    let beside = |other: &str| other.starts_with(".env") || other.ends_with(".env") || other.ends_with("env.list");
    let has_other = repo.tree().files().iter().any(|other| beside(other.name()));
    if has_other || is_shown(repo) || is_made(repo, &file) {
        return None;
    }
    Some(Gap {
        what: format!("{path} wants `{file}`, which is not there, and nothing says what stands in it"),
        place: Some(line_of(repo, path, text, &file)),
        remedy: format!("Commit an example of `{file}` with harmless values, and name it in {}.", steps.path()),
    })
}

/// The first file of settings that Compose does not start without and a clone does not have.
pub(super) fn wanted(repo: &Snapshot, path: &str, text: &str) -> Option<String> {
    let folder = paths::folder(path);
    env_files(text).into_iter().find(|file| {
        !file.contains('$') && paths::join(folder, file).is_some_and(|path| repo.tree().get(&path).is_none())
    })
}

/// Whether a script or a target of the project may make the file.
pub(super) fn is_made(repo: &Snapshot, file: &str) -> bool {
    let makes =
        |name: &str| name.ends_with(".sh") || name == "Makefile" || name == "package.json" || name == "justfile";
    repo.tree().own_texts().any(|(other, text)| makes(other.name()) && text.contains(paths::name(file)))
}

/// Whether a document shows settings with their values.
fn is_shown(repo: &Snapshot) -> bool {
    static SETTING: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(export\s+)?[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\s*[=:]"));
    Documents::of(repo).all().iter().any(|document| document.code.iter().any(|line| SETTING.is_match(&line.text)))
}

/// A folder of packages in which Compose builds, and that only a step that is left out makes.
pub(super) fn packages(steps: &Steps<'_>) -> Option<Gap> {
    const INSTALLS: &[&str] = &[
        "composer install",
        "composer update",
        "composer require",
        "composer i ",
        "composer.phar",
        "npm i",
        "npm ci",
        "yarn",
        "pnpm i",
        "laravelsail",
    ];
    let repo = steps.repo;
    let (path, text) = composed(steps)?;
    let is_of_packages = |context: &str| {
        let context = context.trim_start_matches("./");
        let inside = format!("{}/", context.trim_end_matches('/'));
        ["vendor/", "node_modules/"].iter().any(|folder| context.starts_with(folder))
            && !repo.tree().files().iter().any(|file| file.path.starts_with(&inside))
    };
    let context = contexts(text).into_iter().find(|context| is_of_packages(context))?;
    let mut texts = reachable(repo).filter_map(|document| repo.text(&document.path));
    let is_said = texts.any(|text| INSTALLS.iter().any(|way| text.contains(way)));
    // A script or a target of the project may do it.
    let is_done = || {
        steps.prepare.iter().any(|(_, command)| command.is(Purpose::Install) && !command.text.contains("artisan"))
            || steps
                .start
                .iter()
                .any(|(_, command)| ["make ", "just ", ".sh"].iter().any(|way| command.text.contains(way)))
    };
    if is_said || is_done() {
        return None;
    }
    let installer = if context.contains("node_modules") { "npm install" } else { "composer install" };
    Some(Gap {
        what: format!(
            "{path} builds in `{context}`, which is not there until packages are installed, and no step does so"
        ),
        place: Some(line_of(repo, path, text, &context)),
        remedy: format!("Add the command that installs the packages to {}, such as `{installer}`.", steps.path()),
    })
}

/// A network or volume that Compose takes as it is and does not make, and that no step makes.
pub(super) fn networks(steps: &Steps<'_>) -> Option<Gap> {
    let repo = steps.repo;
    let (path, text) = composed(steps).filter(|(_, text)| text.contains("external: true"))?;
    let mut all = repo.tree().own_texts();
    let is_made = all.any(|(_, text)| text.contains("network create") || text.contains("volume create"));
    let kind =
        |line: &str| ["networks", "volumes"].into_iter().find(|kind| line.trim_end().strip_suffix(':') == Some(*kind));
    let (mut within, mut name) = (None, "");
    for line in text.lines().filter(|_| !is_made) {
        let depth = line.len() - line.trim_start().len();
        let word = line.trim().split('#').next().unwrap_or_default().trim();
        match depth {
            0 if !word.is_empty() => within = kind(line),
            _ if within.is_none() => {}
            _ if word == "external: true" => {
                let what = if within == Some("networks") { "network" } else { "volume" };
                return Some(Gap {
                    what: format!(
                        "{path} wants the {what} `{name}`, which has to be there before, and no step makes it"
                    ),
                    place: Some(line_of(repo, path, text, "external: true")),
                    remedy: format!("Add the step `docker {what} create {name}` to {}.", steps.path()),
                });
            }
            _ if word.ends_with(':') => name = word.trim_end_matches(':'),
            _ => name = word.strip_prefix("name:").map_or(name, str::trim),
        }
    }
    None
}

/// A file that is to be edited on the way, and that is only there under another path.
pub(super) fn edited(steps: &Steps<'_>) -> Option<Gap> {
    static EDITS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(edit|update|change|modify|adjust|configure|set|adapt|altere|modifique|ajuste|modifica)\b[^.]{0,80}?",
            r"(\s|`|\*)(?P<path>[\w-]+(/[\w.-]+)*/[\w.-]+\.(go|js|ts|py|rb|php|java|kt|cs|json|ya?ml|toml|ini|properties|xml|conf))\b"
        ))
    });
    let repo = steps.repo;
    reachable(repo).find_map(|document| {
        let lines = repo.text(&document.path)?.lines().enumerate();
        let lines = lines.filter(|(index, line)| line.len() < 400 && is_on_the_way(document, *index as u32 + 1));
        let (line, path) = lines
            .filter_map(|(index, line)| Some((index as u32 + 1, EDITS.captures(line)?.name("path")?.as_str())))
            .find(|(_, path)| is_misplaced(repo, document, path))?;
        Some(Gap {
            what: format!("it sends the reader to edit `{path}`, which does not exist"),
            place: Some(document.at(repo, line)),
            remedy: format!("Correct the path `{path}` in {}.", document.path),
        })
    })
}

/// Whether a line stands in prose, in a section on setting it up, on its settings or on running it.
fn is_on_the_way(document: &Document, line: u32) -> bool {
    let mut around = document
        .headings
        .iter()
        .filter(|it| it.line < line && document.section_end(it) > line)
        .flat_map(|it| &it.topics);
    let is_block = document.code.iter().any(|code| code.line == line && code.starts);
    !is_block && around.any(|topic| matches!(topic, Topic::Setup | Topic::Run | Topic::Configuration))
}

/// Whether there is no such path, but a file of that name elsewhere, and nothing that makes it.
fn is_misplaced(repo: &Snapshot, document: &Document, path: &str) -> bool {
    let path = path.to_lowercase();
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let stem = name.split('.').next().unwrap_or(name);
    let known: Vec<String> =
        repo.tree().files().iter().filter(|file| !file.vendored).map(|file| file.path.to_lowercase()).collect();
    // The file itself, or one like it that is to be copied.
    let is_there = known.iter().any(|known| {
        let (other, name) = known.rsplit_once('/').unwrap_or(("", known));
        name.starts_with(stem) && (other == folder || other.ends_with(&format!("/{folder}")))
    });
    let is_elsewhere = known.iter().any(|known| paths::name(known) == name);
    let is_made = || {
        let within = |text: &str| text.to_lowercase() != path && text.to_lowercase().contains(&path);
        let mut ignored = repo.tree().own_texts().filter(|(file, _)| file.name() == ".gitignore");
        document.code.iter().any(|line| within(line.text.trim()))
            || ignored.any(|(_, text)| text.lines().any(|line| !line.trim().is_empty() && line.trim().ends_with(name)))
    };
    is_elsewhere && !is_there && !is_made()
}

#[cfg(test)]
mod tests {
    use super::super::examine;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn outcome(files: &[(&str, &str)]) -> (Outcome, String) {
        let repo = Fixture::new()
            .file("app.js", "require('express')().listen(process.env.SHOP_PORT)\n")
            .file("package.json", r#"{"name":"shop","dependencies":{"express":"4"}}"#);
        let repo = files.iter().fold(repo, |repo, (path, text)| repo.file(path, text));
        let finding = examine(&repo.snapshot());
        (finding.outcome(), finding.summary().to_owned())
    }

    const UP: (&str, &str) =
        ("README.md", "# Shop\n\nMake the file of settings that we sent you.\n\n    docker compose up\n");

    #[test]
    fn settings_of_compose_that_nobody_can_know_are_a_step_that_is_left_out() {
        let compose = |file: &str| format!("services:\n  a:\n    build: .\n    env_file:\n      - {file}\n");
        let wants = compose(".env.docker");
        let wants = ("docker-compose.yml", wants.as_str());
        let (found, summary) = outcome(&[UP, wants]);
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(summary.contains("docker-compose.yml wants `.env.docker`, which is not there"), "{summary}");
        assert_eq!(outcome(&[UP, wants, (".env.docker", "SHOP_PORT=1\n")]).0, Outcome::Met);
        assert_eq!(outcome(&[UP, wants, (".env.example", "SHOP_PORT=1\n")]).0, Outcome::Met);
        let shown =
            ("README.md", "# Shop\n\nMake `.env.docker`:\n\n    SHOP_PORT=1\n\nThen:\n\n    docker compose up\n");
        assert_eq!(outcome(&[shown, wants]).0, Outcome::Met);
        let optional =
            "services:\n  a:\n    build: .\n    env_file:\n      - path: .env.docker\n        required: false\n";
        assert_eq!(outcome(&[UP, ("docker-compose.yml", optional)]).0, Outcome::Met);
    }

    #[test]
    fn a_folder_of_packages_has_to_be_made_before_compose_builds_in_it() {
        let compose = ("docker-compose.yml", "services:\n  a:\n    build:\n      context: ./vendor/tool/runtime\n");
        let readme = |before: &str| format!("# Shop\n\n    {before}\n    docker compose up\n");
        let (found, summary) = outcome(&[compose, ("README.md", &readme("cd shop"))]);
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert_eq!(outcome(&[compose, ("README.md", &readme("composer install"))]).0, Outcome::Met);
        let runtime = ("vendor/tool/runtime/Dockerfile", "FROM php\n");
        assert_eq!(outcome(&[compose, runtime, ("README.md", &readme("cd shop"))]).0, Outcome::Met);
    }

    #[test]
    fn a_network_that_compose_does_not_make_is_a_step_that_is_left_out() {
        let compose =
            "services:\n  a:\n    build: .\nnetworks:\n  inner:\n    driver: bridge\n  shop-net:\n    external: true\n";
        let up = "# Shop\n\nSet `SHOP_PORT`.\n\n    docker compose up\n";
        let (found, summary) = outcome(&[("README.md", up), ("docker-compose.yml", compose)]);
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(summary.contains("wants the network `shop-net`"), "{summary}");
        let made = up.replace("    docker", "    docker network create shop-net\n    docker");
        assert_eq!(outcome(&[("README.md", &made), ("docker-compose.yml", compose)]).0, Outcome::Met);
    }

    #[test]
    fn a_file_to_edit_has_to_be_where_the_reader_is_sent() {
        let readme = |text: &str| format!("# Shop\n\n## Installation\n\n{text}\n\n    npm install\n    node app.js\n");
        let config = ("server/configs/database.js", "module.exports = {}\n");
        let told = readme("Update the host in config/database.js with yours.");
        let (found, summary) = outcome(&[config, ("README.md", &told)]);
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(summary.contains("`config/database.js`, which does not exist"), "{summary}");
        for text in [
            "Update the host in configs/database.js with yours.",
            "Update the host in `server/configs/database.js`.",
            "The pool is made in config/database.js.",
            "Copy the example, then set the host in other/place.js.",
        ] {
            assert_eq!(outcome(&[config, ("README.md", &readme(text))]).0, Outcome::Met, "{text}");
        }
        let example = ("config/database.example.js", "module.exports = {}\n");
        assert_eq!(outcome(&[config, example, ("README.md", &told)]).0, Outcome::Met);
    }
}
