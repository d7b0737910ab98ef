//! First lines that say nothing.

use crate::snapshot::Commit;

/// Why a first line says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vague {
    /// There is none.
    Empty,
    /// It is one of these phrases, as written in our list.
    Phrase(&'static str),
    /// It is one word, a number or a version.
    SingleWord,
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

/// `None` if `subject` says something.
pub(super) fn vague(subject: &str) -> Option<Vague> {
    let description = description(subject);
    let normal = normalise(description);
    if normal.is_empty() {
        return Some(Vague::Empty);
    }
    if let Some(phrase) = PHRASES.iter().find(|phrase| **phrase == normal) {
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
        ] {
            assert_eq!(vague(subject).is_some(), subject == "auth: refactor", "{subject}");
        }
    }

    #[test]
    fn conventional_form_is_recognised() {
        assert!(is_conventional("feat(api)!: Add users"));
        assert!(!is_conventional("Note: this changes much"));
        assert!(!is_conventional("Add users"));
    }
}
