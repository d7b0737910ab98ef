//! First lines that say nothing.

use crate::paths;
use crate::snapshot::{Commit, History};

/// Why a first line says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vague {
    /// There is none.
    Empty,
    /// It is one of these phrases, as written in our list.
    Phrase(&'static str),
    /// It is one word, a number or a version.
    SingleWord,
    /// It names the only file that was changed.
    NameOfFile,
}

/// Phrases that say nothing about a change, in the languages that portfolios are written in.
/// Compared without case and punctuation.
const PHRASES: &[&str] = &[
    // English
    "update",
    "updates",
    "updated",
    "bug",
    "bugs",
    "fix",
    "fixes",
    "fixed",
    "bug fix",
    "bugfix",
    "bug fixes",
    "fix bug",
    "fix bugs",
    "fixed bugs",
    "minor",
    "minor fix",
    "minor fixes",
    "minor changes",
    "minor change",
    "minor update",
    "small fix",
    "small fixes",
    "small change",
    "small changes",
    "change",
    "changes",
    "changed",
    "some changes",
    "more changes",
    "new changes",
    "latest changes",
    "final changes",
    "final",
    "final commit",
    "final version",
    "done",
    "finished",
    "finish",
    "complete",
    "completed",
    "wip",
    "day",
    "part",
    "work in progress",
    "tmp",
    "temp",
    "test",
    "tests",
    "testing",
    "try",
    "stuff",
    "misc",
    "miscellaneous",
    "tweak",
    "tweaks",
    "cleanup",
    "clean up",
    "clean",
    "refactor",
    "refactoring",
    "refactored",
    "improvements",
    "improvement",
    "edit",
    "edits",
    "edited",
    "modify",
    "modified",
    "commit",
    "first commit",
    "second commit",
    "new commit",
    "last commit",
    "another commit",
    "initial commit",
    "save",
    "backup",
    "push",
    "upload",
    "uploaded",
    "add files",
    "added files",
    "add file",
    "add files via upload",
    "files",
    "code",
    "new",
    "ok",
    "oops",
    "typo",
    "asdf",
    "aaa",
    "hotfix",
    "quick fix",
    "fix it",
    "fix issue",
    "fix issues",
    "fixed issue",
    "fixed issues",
    "update code",
    "code update",
    "updated code",
    "update files",
    "update file",
    "update readme",
    "update readme md",
    "updated readme",
    "create readme md",
    "readme",
    "readme update",
    "fix error",
    "fix errors",
    "fixed error",
    "fix errors and bugs",
    "pending",
    "progress",
    "checkpoint",
    "revisions",
    "version",
    "release",
    "merge",
    "sync",
    "initial",
    "init",
    "start",
    // Portuguese and Spanish
    "ajustes",
    "ajuste",
    "correção",
    "correções",
    "correcao",
    "correcoes",
    "alterações",
    "alteracoes",
    "alteração",
    "atualização",
    "atualizacao",
    "atualizações",
    "atualizando",
    "cambios",
    "cambio",
    "arreglos",
    "arreglo",
    "correcciones",
    "corrección",
    "actualización",
    "actualizacion",
    "commit inicial",
    "primeiro commit",
    "primer commit",
    "prueba",
    "teste",
    "testes",
    "mejoras",
    "melhorias",
    "avance",
    "avances",
    // French, German, Italian, Polish, Turkish
    "maj",
    "mise à jour",
    "correction",
    "corrections",
    "modifications",
    "änderungen",
    "aenderungen",
    "anpassungen",
    "korrektur",
    "aggiornamento",
    "modifiche",
    "correzioni",
    "poprawki",
    "zmiany",
    "düzeltme",
    "güncelleme",
    // Russian, Chinese, Japanese, Korean
    "правки",
    "фикс",
    "исправления",
    "изменения",
    "обновление",
    "更新",
    "修改",
    "提交",
    "修复",
    "修正",
    "수정",
    "업데이트",
];

/// `None` if the first line of `commit` says something.
pub(super) fn vague_of(history: &History, commit: &Commit) -> Option<Vague> {
    vague(commit.subject()).or_else(|| match commit.changes.as_slice() {
        [change] if only_names(commit.subject(), paths::name(history.path(change.path))) => Some(Vague::NameOfFile),
        _ => None,
    })
}

/// Whether a subject says no more than that the file called `name` was changed, as GitHub's editor proposes it.
fn only_names(subject: &str, name: &str) -> bool {
    const VERBS: &[&str] = &["update", "updated", "edit", "edited", "change", "changed", "modify", "modified"];
    let normal = normalise(description(subject));
    normal.split_once(' ').is_some_and(|(verb, rest)| VERBS.contains(&verb) && rest == normalise(name))
}

/// `None` if `subject` says something.
fn vague(subject: &str) -> Option<Vague> {
    let description = description(subject);
    let normal = normalise(description);
    if normal.is_empty() {
        return Some(Vague::Empty);
    }
    // "update 2" says no more than "update"; "fix #2" names what is fixed, and "release 2" what is released.
    let counted = || normal.rsplit_once(' ').filter(|(_, number)| number.chars().all(|c| c.is_ascii_digit()));
    let is_reference =
        || description.contains(['#', '.', '-']) || normal.starts_with("release") || normal.starts_with("version");
    let bare = counted().filter(|_| !is_reference()).map_or(normal.as_str(), |(phrase, _)| phrase);
    if let Some(phrase) = PHRASES.iter().find(|phrase| **phrase == bare) {
        return Some(Vague::Phrase(phrase));
    }
    let is_version = |word: &str| {
        let digits = word.strip_prefix('v').unwrap_or(word);
        !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit())
    };
    if normal.split(' ').all(is_version) {
        // A release commit that carries its version is a habit of good projects; "v1" alone is no description.
        return (!description.contains('.') || words(subject) == 1 && !looks_like_semver(description))
            .then_some(Vague::SingleWord);
    }
    // Scripts without spaces between words can say a lot in "one word".
    (words(&normal) == 1 && normal.is_ascii() && normal.len() < 12 && description == subject.trim())
        .then_some(Vague::SingleWord)
}

/// Whether `subject` has the form `type(scope)!: description` with one of the usual types.
pub(super) fn is_conventional(subject: &str) -> bool {
    const TYPES: &[&str] =
        &["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test", "release"];
    let kind = subject.trim().split(['(', '!', ':']).next().unwrap_or_default();
    TYPES.contains(&kind) && description(subject) != subject.trim()
}

/// Whether there is a body beyond trailers and what GitHub adds.
pub(super) fn has_prose_body(commit: &Commit) -> bool {
    commit.body().lines().map(str::trim).any(|line| {
        let is_trailer =
            line.split_once(": ").is_some_and(|(key, _)| !key.is_empty() && !key.contains(' ') && key.contains('-'));
        !line.is_empty() && !is_trailer
    })
}

/// How many words.
pub(super) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// What follows `type(scope)!:`, or the whole of it.
fn description(subject: &str) -> &str {
    let subject = subject.trim();
    let Some((kind, rest)) = subject.split_once(": ") else { return subject };
    let name = kind.trim_end_matches('!').split('(').next().unwrap_or_default();
    let is_kind = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/'));
    if is_kind { rest.trim() } else { subject }
}

/// Lower case, letters and digits of any script, single spaces.
fn normalise(text: &str) -> String {
    let letters: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn looks_like_semver(text: &str) -> bool {
    text.trim().trim_start_matches('v').split('.').filter(|part| part.chars().all(|c| c.is_ascii_digit())).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_that_say_nothing() {
        for subject in [
            "",
            "...",
            "update",
            "Update README.md",
            "fix: bug",
            "WIP",
            "v1",
            "v1.0",
            "2",
            "Ajustes",
            "修改",
            "controllers",
            "fix bugs.",
            "update 2",
            "Fix 3",
            "day 4",
        ] {
            assert!(vague(subject).is_some(), "{subject}");
        }
        for subject in [
            "Fix login for expired tokens",
            "feat(api): paginate users",
            "1.2.3",
            "添加用户登录接口",
            "auth: refactor",
            "Remove dead code",
            "Fix #3",
            "Release 2",
            "Add step 2",
        ] {
            assert_eq!(vague(subject).is_some(), subject == "auth: refactor", "{subject}");
        }
    }

    #[test]
    fn the_name_of_the_only_file_says_nothing() {
        assert!(only_names("Update app.py", "app.py"));
        assert!(only_names("docs: updated README.md", "README.md"));
        for subject in ["Update app.py for expired tokens", "Delete app.py", "Add app.py", "Update other.py"] {
            assert!(!only_names(subject, "app.py"), "{subject}");
        }
    }

    #[test]
    fn conventional_form_is_recognised() {
        assert!(is_conventional("feat(api)!: Add users"));
        assert!(!is_conventional("Note: this changes much"));
        assert!(!is_conventional("Add users"));
    }
}
