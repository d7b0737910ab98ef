//! Python's files of requirements, and whether they name exact versions.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::code::pattern;
use crate::paths;

static EXACT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\w.\-\[\],]+\s*===?\s*[\w.!+]+|@ |^-|^https?:|^git\+"));

/// Whether a file of requirements is for whoever runs the program, and not for those alone who work on it.
pub(super) fn is_for_all(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    name.ends_with(".txt")
        && !words.any(|word| {
            word.starts_with("dev")
                || word.starts_with("test")
                || matches!(word, "docs" | "doc" | "lint" | "local" | "ci")
        })
}

/// Whether `folder` has files of requirements for whoever runs the program, each with exact versions alone.
pub(super) fn are_exact<'repo>(repo: &'repo Snapshot, manifests: &[(&'repo str, &'repo str)], folder: &str) -> bool {
    let here: Vec<&(&str, &str)> = manifests.iter().filter(|(path, _)| paths::folder(path) == folder).collect();
    let mut files: Vec<_> = here.iter().filter(|(path, _)| is_for_all(path)).collect();
    // A folder of nothing else stands for itself.
    if files.is_empty() && here.iter().all(|(path, _)| path.ends_with(".txt")) {
        files = here.iter().collect();
    }
    !files.is_empty() && name_exact(repo, files.into_iter().copied().copied().collect())
}

/// Whether every requirement of `open`, and of the files that they include, has an exact version. What is included and not
/// there can't be told.
fn name_exact<'repo>(repo: &'repo Snapshot, mut open: Vec<(&'repo str, &'repo str)>) -> bool {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some((path, text)) = open.pop() {
        let lines = text.lines().map(|line| line.trim().trim_start_matches('\u{feff}'));
        let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
        if lines.peek().is_none() {
            return false;
        }
        for line in lines {
            let included = ["--requirement", "-r"].iter().find_map(|flag| line.strip_prefix(flag));
            let Some(included) = included else {
                if EXACT.is_match(line) {
                    continue;
                }
                return false;
            };
            let included = included.trim_start_matches(['=', ' ']).split(" #").next().unwrap_or_default().trim();
            let file = paths::join(paths::folder(path), included).and_then(|path| repo.tree().get(&path));
            if let Some(file) = file.filter(|file| seen.insert(file.path.clone())) {
                open.extend(file.text().map(|text| (file.path.as_str(), text)));
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use crate::Outcome;
    use crate::areas::deployment::pinned;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn every_file_of_requirements_has_to_be_exact() {
        let with = |name: &str, text: &str, other: (&str, &str)| {
            let repo = Fixture::new().file(name, text).file(other.0, other.1).file("Dockerfile", "FROM python:3.12\n");
            pinned::finding(&repo.snapshot()).outcome()
        };
        let dev = ("requirements-dev.txt", "pytest==8.3.3\n");
        assert_eq!(with("requirements.txt", "flask\nsqlalchemy\n", dev), Outcome::Partly);
        assert_eq!(with("requirements.txt", "flask==3.0\n", ("requirements-dev.txt", "pytest\n")), Outcome::Met);
        let base = |text| ("requirements/base.txt", text);
        assert_eq!(with("requirements.txt", "-r requirements/base.txt\n", base("flask\n")), Outcome::Partly);
        assert_eq!(with("requirements.txt", "-r requirements/base.txt\n", base("flask==3.0\n")), Outcome::Met);
    }
}
