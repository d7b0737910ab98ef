//! Names in `.env` files that are part of the repository: some are meant to be, others were better an example file.

use std::collections::BTreeMap;

use super::reads::is_test;
use super::{Spot, Variable};
use crate::Snapshot;
use crate::documents::Documents;
use crate::snapshot::stack::Ecosystem;

/// What is built into pages for everybody to read, so that its value may stand in a committed file.
const PUBLIC: &[&str] = &["VITE_", "NEXT_PUBLIC_", "REACT_APP_", "NUXT_PUBLIC_", "VUE_APP_", "PUBLIC_", "GATSBY_"];

/// What only committed files show.
#[derive(Debug, Default)]
pub(super) struct Committed {
    /// The names of which only a file tells that the README points to.
    pub(super) pointed_to: Vec<String>,
    /// The names that nothing documents, and that a file holds which the program loads by itself, with where.
    pub(super) loaded: Vec<(String, Spot)>,
}

/// Notes where committed `.env` files name the variables that nothing else documents.
pub(super) fn document(repo: &Snapshot, found: &mut BTreeMap<String, Variable>) -> Committed {
    // Symfony asks for a committed `.env` with defaults; real values go into `.env.local`.
    let is_convention = repo.stack().dependency(Ecosystem::Php, "symfony/framework-bundle").is_some()
        || repo.stack().dependency(Ecosystem::Php, "symfony/dotenv").is_some();
    let is_named = |name: &str| {
        Documents::of(repo).all().iter().any(|document| {
            let mut lines = document.code.iter().chain(&document.prose);
            lines.any(|line| line.text.split_whitespace().any(|word| is_env_word(word, name)))
        })
    };
    let is_loaded = is_loaded(repo);
    let mut committed = Committed::default();
    for file in repo.tree().files().iter().filter(|file| is_env_file(file.name()) && !is_test(&file.path)) {
        let Some(text) = file.text() else { continue };
        let is_named = is_named(file.name());
        for (index, line) in text.lines().enumerate() {
            // What is commented out shows the name all the same.
            let line = line.trim_start_matches(['#', ' ', '\t']).trim_start_matches("export ");
            let Some((name, _)) = line.split_once('=') else { continue };
            let Some(variable) = found.get_mut(name.trim()) else { continue };
            if variable.documented.is_some() {
                continue;
            }
            let is_public = PUBLIC.iter().any(|prefix| variable.name.starts_with(prefix));
            let spot = Spot { path: file.path.clone(), line: index as u32 + 1 };
            if is_public || is_convention || is_named {
                variable.documented = Some(spot);
                if !is_public && !is_convention {
                    committed.pointed_to.push(variable.name.clone());
                }
            } else if is_loaded && file.name() == ".env" {
                committed.loaded.push((variable.name.clone(), spot));
            }
        }
    }
    committed.pointed_to.sort();
    committed.loaded.retain(|(name, _)| found.get(name).is_some_and(|variable| variable.documented.is_none()));
    committed.loaded.sort();
    committed.loaded.dedup_by(|one, other| one.0 == other.0);
    committed
}

/// Whether the program takes what stands in a file of that name by itself: it depends on a library that does.
fn is_loaded(repo: &Snapshot) -> bool {
    const LIBRARIES: &[&str] = &[
        "dotenv",
        "@nestjs/config",
        "python-decouple",
        "environs",
        "django-environ",
        "pydantic-settings",
        "vlucas/phpdotenv",
    ];
    let mut names = repo.stack().dependencies().iter().map(|dependency| dependency.name.to_ascii_lowercase());
    names.any(|name| LIBRARIES.iter().any(|library| name.contains(library)))
}

/// `.env`, `.env.development`, `dev.env`; example files have been read before.
fn is_env_file(name: &str) -> bool {
    name.ends_with(".env") || (name.starts_with(".env.") && name.matches('.').count() == 2)
}

/// Whether a word is `.env` or, for a file of another name, that name.
fn is_env_word(word: &str, name: &str) -> bool {
    let word =
        word.trim_matches(|c: char| matches!(c, '`' | '"' | '\'' | ',' | ':' | ';' | '(' | ')')).trim_end_matches('.');
    word == ".env" || word == name
}

#[cfg(test)]
mod tests {
    use crate::environment::Environment;
    use crate::snapshot::fixture::Fixture;

    fn environment(code: &str, env: &str, readme: &str) -> (usize, usize) {
        let repo = Fixture::new().file("app.js", code).file(".env", env).file("README.md", readme).snapshot();
        let environment = Environment::of(&repo);
        (environment.missing().count(), environment.in_committed_file().len())
    }

    #[test]
    fn a_committed_file_counts_where_the_readme_points_to_it() {
        assert_eq!(environment("process.env.API_HOST\n", "API_HOST=a\n", "# A\n\nEdit the `.env` file.\n"), (0, 1));
        assert_eq!(environment("process.env.API_HOST\n", "API_HOST=a\n", "# A\n"), (1, 0));
    }

    #[test]
    fn a_committed_file_that_the_program_loads_has_its_names() {
        let found = |package: &str| {
            let repo = Fixture::new().file("app.js", "process.env.API_HOST\n").file(".env", "API_HOST=a\n");
            let repo = repo.file("package.json", package).file("README.md", "# A\n").snapshot();
            let environment = Environment::of(&repo);
            (environment.missing().count(), environment.in_loaded_file().len())
        };
        assert_eq!(found(r#"{"dependencies": {"dotenv": "16"}}"#), (1, 1));
        assert_eq!(found(r#"{"dependencies": {"express": "4"}}"#), (1, 0));
    }

    #[test]
    fn what_is_public_anyway_may_be_committed() {
        assert_eq!(environment("import.meta.env.VITE_URL\n", "VITE_URL=/api\n", "# A\n"), (0, 0));
    }
}
