//! What is a repository by its type, whatever it is called.

use crate::Snapshot;
use crate::code::CodeMatch;

/// How the types of what asks the database end.
const ENDS: &[&str] = &["Repository", "Repo", "Dao", "DAO"];

/// Whether what `found` calls a method of is declared with such a type in the same file.
pub(super) fn is_one(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let call = text[found.bytes.clone()].split('(').next().unwrap_or_default();
    let name = call.rsplit(['.', '>']).nth(1).map(|name| name.trim_start_matches('$').trim_end_matches('-'));
    name.is_some_and(|name| !name.is_empty() && is_declared(text, name))
}

/// `UserRepository users`, `UserRepository $users`, `users: Repository<User>`.
fn is_declared(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + name.len()..]);
        if before.ends_with(is_part) || behind.starts_with(is_part) {
            return false;
        }
        let before = before.trim_end_matches('$');
        let is_behind = behind.strip_prefix(':').is_some_and(|kind| is_type(kind.trim_start()));
        is_behind || before.ends_with(' ') && is_type(last_type(before.trim_end()))
    })
}

/// The type that `before` ends with: what stands in its brackets is left out.
fn last_type(before: &str) -> &str {
    let outer = if before.ends_with('>') { before.rsplit_once('<').map_or(before, |(outer, _)| outer) } else { before };
    outer.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn is_type(text: &str) -> bool {
    let name = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    ENDS.iter().any(|end| name.ends_with(end))
}
