//! Commands of the README that write the file with the settings, so that nobody has to make one up.

use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::code::pattern;
use crate::documents::{Document, Documents};

/// What writes a file of settings, on a line of a recipe or a script.
static WRITES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:>\s*|\btee\s+(?:-a\s+)?|\bcp\s+(?:-n\s+)?\S+\s+)(?:\S*/)?\.env(?:\.\w+)?(?:[\s;&]|$)")
});

/// Whether a command that the README gives does, through a target of a Makefile, a script of a package or one of the shell.
pub(super) fn makes_settings(repo: &Snapshot) -> bool {
    let Some(readme) = Documents::of(repo).readme() else { return false };
    lines(readme).any(|line| {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['`', ';', ',', '.'])).collect();
        words.windows(2).any(|pair| match pair[0] {
            "make" => is_recipe(repo, pair[1]),
            "run" | "yarn" | "pnpm" | "composer" => is_script(repo, pair[1]),
            _ => false,
        }) || words.iter().any(|word| is_file(repo, word))
    })
}

fn lines(document: &Document) -> impl Iterator<Item = &str> {
    document.code.iter().chain(&document.prose).map(|line| line.text.as_str())
}

fn is_recipe(repo: &Snapshot, target: &str) -> bool {
    let mut makefiles = repo.tree().own_texts().filter(|(file, _)| matches!(file.name(), "Makefile" | "makefile"));
    makefiles.any(|(_, text)| {
        let is_rule = |line: &&str| {
            line.split_once(':').is_some_and(|(names, _)| names.split_whitespace().any(|it| it == target))
        };
        let behind = text.lines().skip_while(|line| !is_rule(line)).skip(1);
        behind.take_while(|line| line.starts_with(['\t', ' '])).any(|line| WRITES.is_match(line))
    })
}

fn is_script(repo: &Snapshot, name: &str) -> bool {
    repo.stack().scripts().iter().any(|script| script.name == name && WRITES.is_match(&script.command))
}

fn is_file(repo: &Snapshot, word: &str) -> bool {
    let is_shell = word.ends_with(".sh");
    is_shell
        && repo.text(word.trim_start_matches("./")).is_some_and(|text| text.lines().any(|line| WRITES.is_match(line)))
}

#[cfg(test)]
mod tests {
    use super::makes_settings;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_command_may_write_the_file() {
        let of = |recipe: &str, readme: &str| {
            let makefile = format!("settings:\n\t@echo it\n\t{recipe}\n\nrun:\n\tcargo run > .env\n");
            let repo = Fixture::new().file("Makefile", &makefile).file("README.md", &format!("# A\n\n    {readme}\n"));
            makes_settings(&repo.snapshot())
        };
        assert!(of("printf \"KEY=a\" | tee .env;", "make settings;"));
        assert!(of("cp .env.example .env", "make settings"));
        assert!(!of("cat .env", "make settings"));
        assert!(!of("cp .env.example .env", "make build"));
    }
}
