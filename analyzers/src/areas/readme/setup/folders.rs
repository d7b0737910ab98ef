//! The folder that a set-up goes into after it has cloned the repository.

use super::gaps::Gap;
use super::{Steps, reachable};
use crate::Snapshot;
use crate::documents::Document;

/// A `cd` behind `git clone` into a folder that neither the clone nor the repository has.
pub(super) fn missing(steps: &Steps<'_>) -> Option<Gap> {
    let repo = steps.repo;
    reachable(repo).find_map(|document| {
        let (line, path) = missing_in(repo, document)?;
        Some(Gap {
            what: format!("a step on the way, `cd {path}`, goes into a folder that is not there"),
            place: Some(document.at(repo, line)),
            remedy: format!("Correct the step `cd {path}` in {}.", document.path),
        })
    })
}

/// The line and the path of the first `cd` behind the only clone, where there is no such folder.
fn missing_in(repo: &Snapshot, document: &Document) -> Option<(u32, String)> {
    let mut steps = document.code.iter().flat_map(|line| {
        let commands = line.text.split("&&").map(|command| command.trim().trim_start_matches(['$', '>', ' ']));
        commands.map(move |command| (line.line, command))
    });
    let is_clone = |command: &str| command.starts_with("git clone ");
    let clones = document.code.iter().filter(|line| line.text.contains("git clone ")).count();
    let (cloned, clone) = steps.find(|(_, command)| is_clone(command)).filter(|_| clones == 1)?;
    let words: Vec<&str> = clone.split_whitespace().collect();
    // With a folder of its own behind the address, or with options, it goes elsewhere.
    let ["git", "clone", address] = words.as_slice() else { return None };
    let is_known = (address.contains("://") || address.starts_with("git@")) && !is_for_the_reader(address);
    let name = address.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next().filter(|_| is_known)?;
    let (line, command) = steps.find(|(_, command)| command.starts_with("cd ") || command.starts_with("mkdir "))?;
    let written = command.strip_prefix("cd ")?.trim().trim_matches(['"', '`', '\'', ';']);
    let path = written.replace('\\', "/");
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let is_elsewhere = path.is_empty() || path.starts_with(['.', '/', '~', '-']) || path.contains([' ', ':']);
    // Only what follows at once goes into the clone.
    if is_elsewhere || is_for_the_reader(path) || line > cloned + 12 {
        return None;
    }
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let is_there = if first.eq_ignore_ascii_case(name) {
        rest.is_empty() || has_folder(repo, rest)
    } else {
        has_folder(repo, path)
    };
    (!is_there).then(|| (line, written.to_owned()))
}

/// Whether a word stands for one of the reader's own.
fn is_for_the_reader(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    word.contains(['<', '>', '{', '}', '[', ']', '$', '*', '%', '…'])
        || ["your", "path", "username", "example", "..."].iter().any(|mark| lower.contains(mark))
}

/// Whether some path of the repository holds the folder, however it is written.
fn has_folder(repo: &Snapshot, path: &str) -> bool {
    let wanted = format!("/{}/", path.to_ascii_lowercase());
    repo.tree().files().iter().any(|file| format!("/{}", file.path.to_ascii_lowercase()).contains(&wanted))
}

#[cfg(test)]
mod tests {
    use super::super::examine;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_step_goes_into_a_folder_that_is_there() {
        let of = |clone: &str, cd: &str| {
            let readme = format!("# Shop\n\n```\ngit clone {clone}\ncd {cd}\nnpm install\nnpm start\n```\n");
            let repo = Fixture::new()
                .file("src/api/app.js", "require('express')().listen(1)\n")
                .file("package.json", r#"{"scripts":{"start":"node src/api/app.js"},"dependencies":{"express":"4"}}"#)
                .file("README.md", &readme);
            let finding = examine(&repo.snapshot());
            (finding.outcome(), finding.summary().to_owned())
        };
        let known = "https://github.com/someone/shop.git";
        let (found, summary) = of(known, r"store\src\api\");
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(summary.contains(r"`cd store\src\api\`, goes into a folder that is not there"), "{summary}");
        assert_eq!(of(known, "shop/server").0, Outcome::Partly);
        for cd in ["shop", "Shop/src", "src/api", "./api", "../other", "<folder>", "your-folder", "api"] {
            assert_eq!(of(known, cd).0, Outcome::Met, "{cd}");
        }
        for clone in ["https://github.com/<you>/shop", "https://github.com/someone/shop.git store", "URL"] {
            assert_eq!(of(clone, "store").0, Outcome::Met, "{clone}");
        }
    }
}
