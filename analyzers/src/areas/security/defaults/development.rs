//! What only development sees: branches that ask where the program runs, and files that say it by their name.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::CodeMatch;

/// How many blocks around a line are asked.
const AROUND: usize = 8;

/// A branch for development: `if (app.Environment.IsDevelopment())`, `if settings.DEBUG:`.
static DEVELOPMENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?-u:\b)(if|elif|elsif|when|case|switch|profile)(?-u:\b).*(dev|debug|local|test)"));

/// A branch for what is not production: `if (process.env.NODE_ENV !== 'production')`, `unless Rails.env.production?`.
static NOT_PRODUCTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(?-u:\b)(if(?-u:\b).*(!|(?-u:\b)not(?-u:\b)).*prod|unless(?-u:\b).*prod)"));

/// A branch for everything but development.
static NOT_DEVELOPMENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)(!\s*=|!\s*[a-z0-9_.]*is_?(dev|debug|local)|(?-u:\b)(not|unless)(?-u:\b)|<>)"));

/// Whether `found` stands in a branch, or a file, that production does not take.
pub(super) fn is_for(repo: &Snapshot, found: &CodeMatch) -> bool {
    is_path(&found.path) || repo.text(&found.path).is_some_and(|text| around(text, found.bytes.start).any(is_branch))
}

/// Whether a file's name, or a folder's, says that it is for development or tests.
pub(super) fn is_path(path: &str) -> bool {
    // Below `src/main` are packages, and `com.example` is a name like any other.
    let lower = path.to_ascii_lowercase();
    let (folder, below) = lower.split_once("src/main/").unwrap_or((&lower, ""));
    let name = crate::paths::name(below);
    folder.split(['/', '.', '_', '-']).chain(name.split(['.', '_', '-'])).any(|part| {
        matches!(part, "dev" | "develop" | "development" | "local" | "test" | "testing" | "ci" | "debug" | "example")
    })
}

fn is_branch(head: &str) -> bool {
    NOT_PRODUCTION.is_match(head) || DEVELOPMENT.is_match(head) && !NOT_DEVELOPMENT.is_match(head)
}

/// The lines that begin the blocks around the byte `at`, the nearest first, by their indentation.
fn around(text: &str, at: usize) -> impl Iterator<Item = &str> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let own = text[start..].lines().next().unwrap_or_default();
    let mut indent = depth(own);
    let above = text[..start].lines().rev().filter(move |line| {
        let is_head =
            !line.trim().is_empty() && depth(line) < indent && !line.trim_start().starts_with(['}', ')', '{']);
        if is_head {
            indent = depth(line);
        }
        is_head
    });
    std::iter::once(own).chain(above).take(AROUND)
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;

    #[test]
    fn what_only_development_takes_is_harmless() {
        let secret = "const key = process.env.JWT_SECRET || 'dev';\n";
        assert_eq!(lines("config.js", secret), [1]);
        assert!(lines("config.dev.js", secret).is_empty());
        for branch in ["if (process.env.NODE_ENV !== 'production')", "if (isDevelopment)", "if (env === 'test')"] {
            assert!(lines("config.js", &format!("{branch} {{\n  {secret}}}\n")).is_empty(), "{branch}");
        }
        for branch in ["if (process.env.NODE_ENV === 'production')", "if (!isDev)", "if (env !== 'development')"] {
            assert_eq!(lines("config.js", &format!("{branch} {{\n  {secret}}}\n")), [2], "{branch}");
        }
        let csharp = "var app = builder.Build();\nif (app.Environment.IsDevelopment())\n{\n    app.UseDeveloperExceptionPage();\n}\n";
        assert!(lines("Program.cs", csharp).is_empty());
        assert_eq!(lines("Program.cs", "var app = builder.Build();\napp.UseDeveloperExceptionPage();\n"), [2]);
    }
}
