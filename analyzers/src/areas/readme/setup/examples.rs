//! Examples of settings that a set-up leaves where they are, or looks for where they are not.

use super::gaps::Gap;
use super::references::{composed_by, is_made, line_of, wanted};
use super::{Steps, reachable};
use crate::Snapshot;
use crate::documents::{Document, Line};
use crate::environment::Environment;
use crate::paths;

/// A file of settings without which Compose does not start, of which there is an example, and of which no document says a
/// word.
pub(super) fn uncopied(steps: &Steps<'_>) -> Option<Gap> {
    let repo = steps.repo;
    let example = Environment::of(repo).example_files().iter().find(|file| paths::name(file).contains("env"))?;
    let mut commands = reachable(repo).flat_map(|document| &document.commands);
    let up = commands.find(|command| {
        command.missing.is_none()
            && command.text.contains("compose")
            && command.text.split_whitespace().any(|word| word == "up")
    })?;
    let (path, text) = composed_by(repo, &up.text)?;
    let file = wanted(repo, path, text)?;
    if is_spoken_of(repo) || is_made(repo, &file) {
        return None;
    }
    Some(Gap {
        what: format!(
            "{path} wants `{file}`, which a fresh copy does not have, and nothing says to make it from `{example}`"
        ),
        place: Some(line_of(repo, path, text, &file)),
        remedy: format!("Add the step `cp {example} {file}` to {}.", steps.path()),
    })
}

/// Whether a document speaks of settings at all: who reads it looks for them.
fn is_spoken_of(repo: &Snapshot) -> bool {
    const WORDS: &[&str] = &[
        ".env",
        "dotenv",
        "env file",
        "settings",
        "environment",
        "variables",
        "variáveis",
        "umgebungsvar",
        "переменн",
        "环境变量",
        "環境變數",
        "環境変数",
        "환경",
    ];
    let examples = Environment::of(repo).example_files();
    let is_in_document = |path: &String| !examples.contains(path);
    let mut documented = Environment::of(repo).documented().filter_map(|variable| variable.documented.as_ref());
    let mut texts = reachable(repo).filter_map(|document| repo.text(&document.path)).map(str::to_lowercase);
    documented.any(|spot| is_in_document(&spot.path)) || texts.any(|text| WORDS.iter().any(|word| text.contains(word)))
}

/// An example that is copied where there is none: it lies in a folder into which no step goes.
pub(super) fn misplaced(steps: &Steps<'_>) -> Option<Gap> {
    let repo = steps.repo;
    reachable(repo).find_map(|document| {
        let (line, from, folder) = document.code.iter().find_map(|line| {
            let from = copied(&line.text)?;
            Some((line, from, elsewhere(repo, document, from)?))
        })?;
        Some(Gap {
            what: format!("it copies `{from}`, which is not there but in the folder `{folder}`"),
            place: Some(document.at(repo, line.line)),
            remedy: format!("Add `cd {folder}` before the step, or correct its path in {}.", document.path),
        })
    })
}

/// The example that a line copies: `cp .env.example .env`.
fn copied(line: &str) -> Option<&str> {
    let mut words = line.trim().trim_start_matches(['$', '>', '`', ' ']).split_whitespace();
    if !matches!(words.next()?, "cp" | "copy") {
        return None;
    }
    let (from, _, None) = (words.next()?, words.next()?, words.next()) else { return None };
    let from = from.trim_start_matches("./");
    let is_example = ["example", "sample", "template", "dist"].iter().any(|word| from.contains(word));
    let is_plain = from.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/'));
    (is_example && is_plain && !from.starts_with(['/', '-']) && !from.contains("..")).then_some(from)
}

/// The one folder in which `path` is, where it is neither at the root nor beside the document, and where no document names
/// that folder, be it to go there.
pub(super) fn elsewhere<'repo>(repo: &'repo Snapshot, document: &Document, path: &str) -> Option<&'repo str> {
    let tree = repo.tree();
    let beside = paths::join(paths::folder(&document.path), path);
    if tree.get(path).is_some() || beside.is_some_and(|path| tree.get(&path).is_some()) {
        return None;
    }
    let ending = format!("/{path}");
    let mut folders = tree.files().iter().filter_map(|file| file.path.strip_suffix(&ending));
    let (folder, None) = (folders.next()?, folders.next()) else { return None };
    let is_named = |line: &Line| line.text.contains(paths::name(folder));
    let mut lines = reachable(repo).flat_map(|document| document.code.iter().chain(&document.prose));
    let is_in_heading =
        || reachable(repo).flat_map(|it| &it.headings).any(|heading| heading.text.contains(paths::name(folder)));
    (!lines.any(is_named) && !is_in_heading()).then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::super::examine;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn outcome(readme: &str, files: &[(&str, &str)]) -> (Outcome, String) {
        let repo = Fixture::new()
            .file("app.js", "require('express')().listen(process.env.SHOP_PORT)\n")
            .file("package.json", r#"{"name":"shop","dependencies":{"express":"4"}}"#)
            .file("README.md", readme);
        let repo = files.iter().fold(repo, |repo, (path, text)| repo.file(path, text));
        let finding = examine(&repo.snapshot());
        (finding.outcome(), finding.summary().to_owned())
    }

    #[test]
    fn settings_that_compose_wants_are_to_be_made_from_their_example() {
        let compose = ("docker-compose.yml", "services:\n  a:\n    build: .\n    env_file: .env\n");
        let example = (".env.example", "SHOP_PORT=1\n");
        let plain = "# Shop\n\n    docker compose up\n";
        let (found, summary) = outcome(plain, &[compose, example]);
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(summary.contains("nothing says to make it from `.env.example`"), "{summary}");
        let told = "# Shop\n\n    cp .env.example .env\n    docker compose up\n";
        assert_eq!(outcome(told, &[compose, example]).0, Outcome::Met);
        let listed = "# Shop\n\n    docker compose up\n\n- `SHOP_PORT`: where it listens\n";
        assert_eq!(outcome(listed, &[compose, example]).0, Outcome::Met);
        assert_eq!(outcome(plain, &[compose, example, (".env", "SHOP_PORT=1\n")]).0, Outcome::Met);
        let script = ("start.sh", "cp .env.example .env\n");
        assert_eq!(outcome(plain, &[compose, example, script]).0, Outcome::Met);
    }

    #[test]
    fn an_example_is_copied_from_where_it_is() {
        let readme = |before: &str| format!("# Shop\n\n    {before}\n    cp .env.example .env\n    node app.js\n");
        let example = ("service/.env.example", "SHOP_PORT=1\n");
        let (found, summary) = outcome(&readme("npm install"), &[example]);
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(
            summary.contains("it copies `.env.example`, which is not there but in the folder `service`"),
            "{summary}"
        );
        assert_eq!(outcome(&readme("cd service && npm install"), &[example]).0, Outcome::Met);
        assert_eq!(outcome(&readme("npm install"), &[example, (".env.example", "A=1\n")]).0, Outcome::Met);
    }
}
