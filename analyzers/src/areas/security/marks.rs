//! Matches of the rules of an area in files that run in production.

use super::browser::Browser;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::secrets::is_in_test_module;
use crate::snapshot::stack::{Dependency, Ecosystem};
use crate::{Evidence, Place, Snapshot};

/// How many places a finding shows.
const SHOWN: usize = 10;

/// The matches of `security.<language>.<topic>` in every language, by path and position.
pub(in crate::areas) fn all<'a>(repo: &'a Snapshot, topic: &str) -> Vec<&'a CodeMatch> {
    of(repo, "security", topic)
}

/// The matches of `<area>.<language>.<topic>` in every language, by path and position, one a line.
pub(in crate::areas) fn of<'a>(repo: &'a Snapshot, area: &str, topic: &str) -> Vec<&'a CodeMatch> {
    let mut found = each(repo, area, topic);
    // A chain of calls is one place.
    found.dedup_by(|a, b| a.path == b.path && a.lines.0 == b.lines.0);
    found
}

/// The matches of `<area>.<language>.<topic>` in every language, by path and position.
pub(in crate::areas) fn each<'a>(repo: &'a Snapshot, area: &str, topic: &str) -> Vec<&'a CodeMatch> {
    let languages = ["csharp", "go", "java", "javascript", "kotlin", "php", "python", "ruby", "rust"];
    let mut found: Vec<_> = languages
        .iter()
        .flat_map(|language| repo.code().matches(&format!("{area}.{language}.{topic}")))
        .filter(|found| {
            !is_aside(&found.path)
                && !is_for_operators(&found.path)
                && !is_revision(repo, &found.path)
                && !is_in_tests(repo, found)
                && repo.tree().get(&found.path).is_some_and(|file| file.is_own())
        })
        .collect();
    found.sort_by(|a, b| (&a.path, a.bytes.start).cmp(&(&b.path, b.bytes.start)));
    let browser = Browser::of(repo);
    let in_files = found.chunk_by(|a, b| a.path == b.path);
    let mut found: Vec<_> =
        in_files.filter(|file| !browser.runs(&file[0].path, file[0].language)).flatten().copied().collect();
    // What is imported is used elsewhere, and the reader wants to see where.
    if found.iter().any(|found| !is_import(repo, found)) {
        found.retain(|found| !is_import(repo, found));
    }
    found
}

/// Whether `found` stands in a statement that only names what comes from another file.
pub(in crate::areas) fn is_import(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let before = text.get(..found.bytes.end).unwrap_or_default();
    // A list of names begins where it was opened.
    let at = match before[..found.bytes.start].rfind(['(', '{', ')', '}']) {
        Some(open) if before[open..].starts_with(['(', '{']) => open,
        _ => found.bytes.start,
    };
    let start = before[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = before[start..].trim_start();
    let is_list = ["import ", "from "].iter().any(|word| line.starts_with(word));
    let is_use = ["use ", "using "].iter().any(|word| line.starts_with(word)) && !line.contains('(');
    let rest = text[before.len()..].lines().next().unwrap_or_default();
    let is_required =
        ["const ", "let ", "var "].iter().any(|word| line.starts_with(word)) && rest.contains("= require(");
    is_list || is_use || is_required
}

/// Whether `found` stands in a module of tests beside what it tests, as is usual in Rust.
fn is_in_tests(repo: &Snapshot, found: &CodeMatch) -> bool {
    found.language == Language::Rust
        && repo.text(&found.path).is_some_and(|text| is_in_test_module(text.as_bytes(), found.bytes.start))
}

/// The first places of `matches`.
pub(in crate::areas) fn places<'a>(repo: &Snapshot, matches: impl IntoIterator<Item = &'a CodeMatch>) -> Evidence {
    let places = matches.into_iter().map(|found| at(repo, found)).take(SHOWN);
    Evidence::or_absence(places, repo.head())
}

/// Where `found` is.
pub(in crate::areas) fn at(repo: &Snapshot, found: &CodeMatch) -> Place {
    Place::lines(repo.head(), &*found.path, found.lines.0, found.lines.1.min(found.lines.0 + 20))
}

/// The first of `packages` that a manifest names: an exact name, or the beginning of one that ends in `*`.
pub(in crate::areas) fn package<'a, T>(
    repo: &'a Snapshot,
    packages: &'a [(Ecosystem, &'a str, T)],
) -> Option<(&'a Dependency, &'a T)> {
    packages.iter().find_map(|(ecosystem, name, what)| {
        let found = match name.strip_suffix('*') {
            Some(prefix) => repo.stack().dependency_under(*ecosystem, prefix),
            None => repo.stack().dependency(*ecosystem, name),
        };
        found.filter(|found| !is_aside(&found.path)).map(|found| (found, what))
    })
}

/// Where a manifest names `dependency`.
pub(in crate::areas) fn manifest(repo: &Snapshot, dependency: &Dependency) -> Place {
    Place::lines(repo.head(), dependency.path.as_str(), dependency.line, dependency.line)
}

/// The first number of the version of `dependency` that a manifest in JSON asks for: 3 of `"slim/slim": "^3.10"`.
pub(in crate::areas) fn major(repo: &Snapshot, dependency: &Dependency) -> Option<u32> {
    let line = repo.text(&dependency.path)?.lines().nth(dependency.line.saturating_sub(1) as usize)?;
    let (_, asked) = line.split_once(&format!("\"{}\"", dependency.name))?.1.split_once(':')?;
    asked.split(|c: char| !c.is_ascii_digit()).find(|part| !part.is_empty())?.parse().ok()
}

/// Migrations, seeds and scripts are run by people who own the database.
pub(in crate::areas) fn is_for_operators(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let mut parts = path.split('/');
    // Alembic's, where its folder is called otherwise. Without versions below, revisions are what the program is about.
    if parts.any(|part| part == "revisions") && parts.any(|part| part == "versions") {
        return true;
    }
    // A shop for tools has a controller of tools.
    let answers = answers(&path);
    path.split('/').any(|part| {
        part.contains("migration")
            || !answers
                && ["seed", "script", "fixture", "bin", "tools", "alembic", "migrate"]
                    .iter()
                    .any(|word| part.strip_prefix(word).is_some_and(|rest| *word != "bin" || !is_longer(rest)))
    })
}

/// Whether a file's name says that it prepares the database before the program answers anybody.
pub(in crate::areas) fn prepares(path: &str) -> bool {
    let name = crate::paths::name(path).to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| {
        matches!(word, "bootstrap" | "migrator" | "migrate" | "seeder" | "initdb" | "install" | "installer" | "upgrade")
    }) || ["init-db", "init_db", "databasebootstrap", "dbmigrator", "databaseinit", "databaseseed", "dbinit", "dbseed"]
        .iter()
        .any(|beginning| name.starts_with(beginning))
}

/// Whether a file's name says that it is of what answers requests, whatever its folder is called after.
pub(in crate::areas) fn answers(path: &str) -> bool {
    let name = crate::paths::name(path).to_ascii_lowercase();
    [
        "controller",
        "service",
        "repository",
        "handler",
        "router",
        "routes",
        "resolver",
        "serializer",
        "entity",
        "views.py",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// Whether a word goes on: `binance` is no `bin`.
fn is_longer(rest: &str) -> bool {
    rest.starts_with(|c: char| c.is_alphabetic() && c != 's')
}

/// Whether the file at `path` is a migration of Alembic that lies in the folder of revisions itself.
pub(in crate::areas) fn is_revision(repo: &Snapshot, path: &str) -> bool {
    path.split('/').any(|part| part.eq_ignore_ascii_case("revisions"))
        && repo.text(path).is_some_and(|text| text.contains("down_revision"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn places_are_where_something_is_used() {
        let lines = |path: &str, text: &str| {
            let repo = Fixture::new().file(path, text).snapshot();
            all(&repo, "permission").iter().map(|found| found.lines.0).collect::<Vec<_>>()
        };
        let import = "from django.core.exceptions import PermissionDenied\n";
        assert_eq!(lines("views.py", import), [1]);
        assert_eq!(lines("views.py", &format!("{import}def f(request):\n    raise PermissionDenied()\n")), [3]);
    }

    #[test]
    fn what_a_page_asks_protects_nothing() {
        let check = "export const may = (user) => user.isAdmin;\n";
        let of = |packages: &str| {
            let repo = Fixture::new().file("web/package.json", packages).file("web/src/user.js", check).snapshot();
            all(&repo, "permission").len()
        };
        assert_eq!(of(r#"{"dependencies": {"express": "4"}}"#), 1);
        assert_eq!(of(r#"{"dependencies": {"react": "18"}}"#), 0);
    }

    #[test]
    fn tests_beside_what_they_test_are_none_of_the_program() {
        let check = "fn check(user: User) { if user.is_admin() { return; } }\n";
        let in_production = Fixture::new().file("src/a.rs", check).snapshot();
        let beside = format!("#[cfg(test)]\nmod tests {{\n{check}}}\n");
        let in_tests = Fixture::new().file("src/a.rs", &beside).snapshot();
        assert_eq!((all(&in_production, "permission").len(), all(&in_tests, "permission").len()), (1, 0));
    }

    #[test]
    fn folders_of_migrations_may_be_called_otherwise() {
        assert!(is_for_operators("db/old_migrations/1_add_tags.rb"));
        assert!(is_for_operators("src/database/revisions/core/versions/2021-07-22_a.py"));
        assert!(!is_for_operators("app/models/tag.rb"));
    }

    #[test]
    fn what_answers_requests_may_be_about_tools_and_scripts() {
        for path in ["tools/release.py", "bin/serve", "scripts/fill.ts", "db/seeds.rb", "seeders/a.js"] {
            assert!(is_for_operators(path), "{path}");
        }
        for path in ["app/controllers/tools_controller.rb", "src/scripts/scripts.service.ts", "shop/binance.py"] {
            assert!(!is_for_operators(path), "{path}");
        }
    }

    #[test]
    fn revisions_may_be_what_the_program_is_about() {
        assert!(!is_for_operators("src/revisions/revisions.controller.ts"));
        let check = "def f(user):\n    return user.is_admin\n";
        let found = |text: &str| {
            let repo = Fixture::new().file("app/revisions/a.py", text).snapshot();
            all(&repo, "permission").len()
        };
        assert_eq!(found(check), 1);
        assert_eq!(found(&format!("down_revision = None\n{check}")), 0);
    }
}
