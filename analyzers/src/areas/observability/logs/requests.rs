//! Lines that tell nothing of what a program does: one for each request, and the last one of a program that gives up.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::super::prints::Printed;
use super::super::server::Server;
use crate::areas::api::Surface;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::paths::{is_aside, name};
use crate::snapshot::stack::{Dependency, Ecosystem};
use crate::{Finding, Place, Snapshot};

/// Frameworks that write what they start, and each error that nobody catches.
const BY_THEMSELVES: &[&str] = &["Spring", "ASP.NET Core", "Ktor", "Django"];

/// Frameworks that say where they listen, and write each request if they are told to.
const IF_ASKED: &[&str] = &["Fiber", "Echo", "gin"];

/// So many lines that are printed beside a line for each request are a few.
const FEW_PRINTS: usize = 5;

/// So many lines, with its own, are looked at for the check that code stands behind.
const CHECKED_ABOVE: usize = 3;

/// Macros of Rust's `log`.
static MACRO: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:trace|debug|info|warn|error|log)!\s*[(\[{]"));

/// Calls of Python's loggers that write a line.
static LINE_OF_PYTHON: LazyLock<Regex> = LazyLock::new(|| {
    let levels = "debug|info|warning|warn|error|exception|critical|fatal|log|success|trace";
    pattern(&format!(r"(?i)\b\w*log\w*(?:\([^()\n]*\))?\.(?:opt\([^()\n]*\)\.)?(?:{levels})\("))
});

/// What is asked of Go's `log`, and the rest of the line.
static OF_GO: LazyLock<Regex> = LazyLock::new(|| pattern(r"\blog\.(\w+)([^\n]*)"));

/// What a program says while it starts or stops.
static OF_THE_START: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)^\("[^"]*\b(?:start(?:ed|ing)?|listen(?:ing)?|running|server|serving|port|connect(?:ed|ing)|ready|migrat(?:ed?|ing|ions?)|shut(?:ting)?\s?down|stop(?:ped|ping)?)\b"#,
    )
});

/// What says that something went wrong.
static FAILS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\berr|error|fail|could not|unable|can't|cannot"));

/// What tells nothing, and whether it is all that there is.
pub(super) struct Requests<'a> {
    middleware: Vec<&'a CodeMatch>,
    last_words: Vec<&'a CodeMatch>,
    silent: Vec<&'a CodeMatch>,
    /// Whether lines for requests are written, and only where somebody develops.
    for_development: bool,
}

impl<'a> Requests<'a> {
    /// Looks for it, also among `loggers`.
    pub(super) fn of(repo: &Snapshot, server: &Server<'a>, loggers: &[&'a CodeMatch]) -> Self {
        let mut middleware = server.matches("observability", "request-log");
        if middleware.iter().any(|found| found.language == Language::Rust) && !uses(repo, ".rs", starts_a_log) {
            middleware.retain(|found| found.language != Language::Rust);
        }
        let all = middleware.len();
        middleware.retain(|found| !is_behind_a_check(repo, found));
        let for_development = all > 0 && middleware.is_empty();
        let asked =
            Surface::of(repo).endpoints.iter().any(|it| IF_ASKED.contains(&it.framework)) || !middleware.is_empty();
        let last_words = loggers.iter().copied().filter(|found| asked && says_only_its_last(repo, found)).collect();
        let is_rust = |found: &&&CodeMatch| found.language == Language::Rust;
        // Who only starts a logger leaves it to others.
        let has_macros = || uses(repo, ".rs", |text| MACRO.is_match(text));
        let silent: Vec<_> = loggers.iter().filter(is_rust).copied().collect();
        let mut silent = if silent.is_empty() || has_macros() { Vec::new() } else { silent };
        let is_python = |found: &&&CodeMatch| found.language == Language::Python;
        let has_lines = || uses(repo, ".py", |text| LINE_OF_PYTHON.is_match(text));
        if loggers.iter().any(|found| is_python(&found)) && !has_lines() {
            silent.extend(loggers.iter().filter(is_python));
        }
        silent.extend(loggers.iter().filter(|found| helps_tests(repo, found)));
        Requests { middleware, last_words, silent, for_development }
    }

    /// Whether what `dependency` writes is not written in production.
    pub(super) fn is_only_for_development(&self, repo: &Snapshot, dependency: &Dependency) -> bool {
        dependency.ecosystem == Ecosystem::Npm && (self.for_development || is_of_developers(repo, dependency))
    }

    /// `loggers` without those that tell nothing.
    pub(super) fn without(&self, mut loggers: Vec<&'a CodeMatch>) -> Vec<&'a CodeMatch> {
        loggers.retain(|found| !self.last_words.contains(found) && !self.silent.contains(found));
        loggers
    }

    /// What is said where nothing else writes a log; `None` where not even this does, or the program prints what happens.
    pub(super) fn finding(&self, repo: &Snapshot, printed: &Printed<'_>) -> Option<Finding> {
        if let Some(found) = self.middleware.first()
            && printed.working.iter().filter(|found| !reads_settings(&found.path)).count() <= super::FEW
            && printed.failing.is_empty()
        {
            let summary = format!(
                "After a failure there is little to look into: a line of text is written for each request, in {}, but \
                 nothing on what the program does with it.",
                found.path
            );
            let at = marks::places(repo, self.middleware.iter().copied());
            return Some(Finding::partly(super::SIGNAL, summary, at).indicative());
        }
        let endpoints = || Surface::of(repo).endpoints.iter().filter(|_| printed.is_quiet(repo));
        let of = |names: &[&str]| endpoints().find(|it| names.iter().any(|name| it.framework.starts_with(name)));
        let is_asked = || !self.last_words.is_empty() || uses(repo, ".go", |text| text.contains("gin.Default("));
        let endpoint = of(BY_THEMSELVES).or_else(|| of(IF_ASKED).filter(|_| is_asked()))?;
        let summary = format!(
            "After a failure there is little to look into: {} writes a log in plain text, but the program adds nothing \
             on what it does.",
            endpoint.framework
        );
        let at = Place::lines(repo.head(), endpoint.file.as_str(), endpoint.lines.0, endpoint.lines.1);
        Some(Finding::partly(super::SIGNAL, summary, at).indicative())
    }

    /// What is said of a program of Node that writes a line for each request and prints a few more.
    pub(super) fn beside_prints(&self, repo: &Snapshot, printed: &Printed<'_>) -> Option<Finding> {
        let is_node = |found: &&&CodeMatch| matches!(found.language, Language::JavaScript | Language::TypeScript);
        let middleware: Vec<&CodeMatch> = self.middleware.iter().filter(is_node).copied().collect();
        let prints = printed.working.len() + printed.failing.len();
        let found = middleware.first().filter(|_| prints <= FEW_PRINTS)?;
        let summary = format!(
            "After a failure there is little to look into: a line of text is written for each request, in {}, and what \
             else the program says is only printed.",
            found.path
        );
        Some(Finding::partly(super::SIGNAL, summary, marks::places(repo, middleware)).indicative())
    }
}

/// Whether a file is named after settings, which are read once, before the first request.
fn reads_settings(path: &str) -> bool {
    let stem = name(path).split('.').next().unwrap_or_default();
    matches!(stem, "config" | "configuration" | "settings" | "env")
}

/// Whether a manifest asks for `dependency` only where somebody develops.
fn is_of_developers(repo: &Snapshot, dependency: &Dependency) -> bool {
    let text = repo.text(&dependency.path).unwrap_or_default();
    let before = text.split(&format!("\"{}\"", dependency.name)).next().unwrap_or_default();
    before.rsplit_once("ependencies\"").is_some_and(|(before, _)| before.ends_with("devD"))
}

/// Whether `found` is code of Node behind a check that it does not run in production.
fn is_behind_a_check(repo: &Snapshot, found: &CodeMatch) -> bool {
    static CHECK: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?i)!==?\s*['"]prod(?:uction)?['"]|!\s*(?:\w+\.)*(?:is_?)?prod(?:uction)?\b|={2,3}\s*['"]dev(?:elopment)?['"]|\(\s*(?:\w+\.)*is_?dev\w*"#,
        )
    });
    if !matches!(found.language, Language::JavaScript | Language::TypeScript) {
        return false;
    }
    let before = repo.text(&found.path).and_then(|text| text.get(..found.bytes.start)).unwrap_or_default();
    let lines: Vec<&str> = before.lines().rev().take(CHECKED_ABOVE).collect();
    let is_open = |above: usize| {
        let count = |c: char| lines[..above].iter().map(|line| line.matches(c).count()).sum::<usize>();
        above == 0 || count('}') == 0
    };
    let is_asked = |line: &str| line.contains("if") || line.contains("&&") || line.contains('?');
    lines.iter().enumerate().any(|(above, line)| {
        let reaches = above == 0 || line.trim_end().ends_with(['{', ')', '?']) && is_open(above);
        reaches && is_asked(line) && CHECK.is_match(line)
    })
}

/// Whether Rust is told where lines of the log go. Middleware only hands them to whatever was set up, if anything was.
fn starts_a_log(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "env_logger",
        "tracing_subscriber",
        "tracing_log",
        "simple_logger",
        "simplelog",
        "fern::",
        "log4rs",
        "flexi_logger",
        "slog",
        "systemd_journal_logger",
        "console_subscriber",
        "shuttle",
        "init_tracing",
        "init_logging",
        "init_logger",
        "telemetry",
        "set_logger(",
        "set_boxed_logger(",
        "set_global_default(",
    ];
    STARTS.iter().any(|start| text.contains(start))
}

/// Whether all that a file asks of Go's `log` is to write that the program starts, and why it gives up.
fn says_only_its_last(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let calls = || {
        let calls = OF_GO.captures_iter(text);
        calls.filter_map(|call| Some((call.get(1)?.as_str(), call.get(2)?.as_str())))
    };
    let is_last = |name: &str| name.starts_with("Fatal") || name.starts_with("Panic");
    let is_first =
        |name: &str, rest: &str| name.starts_with("Print") && OF_THE_START.is_match(rest) && !FAILS.is_match(rest);
    found.language == Language::Go
        && text.get(found.bytes.clone()).is_some_and(|import| import.ends_with("log\""))
        && calls().any(|(name, _)| is_last(name))
        && calls().all(|(name, rest)| is_last(name) || name.starts_with("Set") || is_first(name, rest))
}

/// Whether the file is there for tests, whatever it is called.
fn helps_tests(repo: &Snapshot, found: &CodeMatch) -> bool {
    found.language == Language::Go
        && repo.text(&found.path).is_some_and(|text| {
            text.contains("\"testing\"") || text.contains("\"github.com/testcontainers/testcontainers-go")
        })
}

/// Whether any file of the program with that ending does.
fn uses(repo: &Snapshot, ending: &str, does: impl Fn(&str) -> bool) -> bool {
    repo.tree().own_texts().any(|(file, text)| file.path.ends_with(ending) && !is_aside(&file.path) && does(text))
}
