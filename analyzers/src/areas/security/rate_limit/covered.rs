//! Whether a limit is that of the login, as far as the paths beside it tell.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::paths;

/// A path as a route or a prefix is declared with.
static PATH: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["'`](?P<path>/[\w/:{}.*-]*)["'`]"#));

/// What a limit is kept under.
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(export\s+)?(const|let|var)\s+(?P<name>\w+)\s*(:[^=]*)?=\s*"));

/// Whether `found` limits other paths than those in `logins`, which are declared in `files`, and nothing else.
pub(super) fn is_elsewhere(repo: &Snapshot, found: &CodeMatch, logins: &[&str], files: &[&str]) -> bool {
    if found.language == Language::CSharp {
        return is_policy(repo, found) && !has_policy(repo, files);
    }
    if found.language == Language::Php {
        return is_of_another_controller(&found.path, files);
    }
    if !found.language.is_script() {
        return false;
    }
    let text = repo.text(&found.path).unwrap_or_default();
    let start = text[..found.bytes.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    if is_of_others(line, logins) {
        return true;
    }
    let Some(name) = NAMED.captures(line).and_then(|named| named.name("name")) else { return false };
    let mut used = uses(repo, name.as_str()).peekable();
    used.peek().is_some() && used.all(|line| is_of_others(line, logins))
}

/// Whether a controller of PHP limits its own actions, among which nobody logs in, as far as its name tells.
fn is_of_another_controller(path: &str, files: &[&str]) -> bool {
    const PEOPLE: &[&str] =
        &["auth", "login", "regist", "sign", "session", "security", "user", "account", "passw", "base", "abstract"];
    let name = paths::name(path).to_ascii_lowercase();
    name.strip_suffix("controller.php").is_some_and(|of| !of.is_empty() && !PEOPLE.iter().any(|word| of.contains(word)))
        && !files.contains(&path)
}

/// Whether `found` is of ASP.NET's own limiter, which limits where a policy is named, unless it has one for everything.
fn is_policy(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let word = text.get(found.bytes.clone()).unwrap_or_default();
    let has_one_for_all = || {
        let mut sources = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".cs"));
        sources.any(|(_, text)| text.contains("GlobalLimiter"))
    };
    ["AddRateLimiter", "UseRateLimiter", "RequireRateLimiting", "EnableRateLimiting"].contains(&word)
        && !has_one_for_all()
}

/// Whether one of `files`, or what maps all controllers or a group of routes, names a policy.
fn has_policy(repo: &Snapshot, files: &[&str]) -> bool {
    let is_named = |text: &str| text.contains("RequireRateLimiting(") || text.contains("EnableRateLimiting(");
    let mut sources = repo.tree().own_texts().filter(|(file, text)| file.path.ends_with(".cs") && is_named(text));
    sources.any(|(file, text)| {
        let is_of_many = |statement: &str| {
            is_named(statement) && ["MapControllers(", "MapGroup("].iter().any(|call| statement.contains(call))
        };
        files.contains(&file.path.as_str()) || text.split(';').any(is_of_many)
    })
}

/// Whether a line names paths, and none that a login may be below.
fn is_of_others(line: &str, logins: &[&str]) -> bool {
    let mut paths =
        PATH.captures_iter(line).map(|found| found.name("path").map_or("", |path| path.as_str())).peekable();
    paths.peek().is_some() && !paths.any(|path| logins.iter().any(|login| is_around(path, login)))
}

/// Whether a limit of `path` may be one of `login`, whose own prefix may not be known.
fn is_around(path: &str, login: &str) -> bool {
    const GENERAL: &[&str] = &["api", "rest", "auth", "user", "users", "account", "accounts", "*"];
    let path = path.trim_end_matches(['/', '*']);
    let is_version = |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
    login.starts_with(path)
        || login.ends_with(path)
        || path.ends_with(login)
        || path.split('/').filter(|part| !part.is_empty()).all(|part| GENERAL.contains(&part) || is_version(part))
}

/// The lines that name `name` and neither declare, hand on nor fetch it.
fn uses<'a>(repo: &'a Snapshot, name: &'a str) -> impl Iterator<Item = &'a str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let sources = repo
        .tree()
        .own_texts()
        .filter(move |(file, text)| Language::of(&file.path).is_some_and(Language::is_script) && text.contains(name));
    sources.flat_map(|(_, text)| text.lines()).filter(move |line| {
        let is_named = line
            .match_indices(name)
            .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + name.len()..].starts_with(is_part));
        let head = line.trim_start();
        let is_handed_on =
            ["import ", "export ", "module.exports", "exports."].iter().any(|word| head.starts_with(word))
                || line.contains("require(");
        is_named && !is_handed_on && !NAMED.is_match(line)
    })
}
