//! Does server code print to debug?

use std::collections::BTreeSet;

use super::server::Server;
use crate::areas::security::marks;
use crate::code::CodeMatch;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "observability.no-print";

/// Words that a server says when it starts or stops, or when something failed.
const BANNER: &[&str] = &[
    "err",
    "exception",
    "fail",
    "listen",
    "running",
    "start",
    "server",
    "port",
    "connected",
    "connection",
    "ready",
    "http://",
    "https://",
    "stop",
    "shut",
    "closed",
    "disconnect",
    "exit",
    "launch",
    "welcome",
    "up on",
    "usage",
    "localhost",
];

/// What server code prints.
pub(super) struct Printed<'a> {
    /// While it works.
    pub(super) working: Vec<&'a CodeMatch>,
    /// When it starts or stops.
    pub(super) starting: Vec<&'a CodeMatch>,
    /// Where something failed, to the stream for errors.
    pub(super) failing: Vec<&'a CodeMatch>,
}

impl<'a> Printed<'a> {
    /// Looks for it; who reads at a terminal is printed for.
    pub(super) fn of(repo: &Snapshot, server: &Server<'a>) -> Self {
        let records: BTreeSet<(&str, usize)> =
            server.matches("observability", "structured").into_iter().map(|it| (&*it.path, it.bytes.start)).collect();
        let found = |topic| {
            let mut found = server.matches("observability", topic);
            found.retain(|found| {
                !server.is_for_terminal(&found.path)
                    && !records.contains(&(&*found.path, found.bytes.start))
                    && !is_dialogue(repo, found)
            });
            found
        };
        let (starting, working) = found("print").into_iter().partition(|found| is_banner(repo, found));
        Printed { working, starting, failing: found("print.error") }
    }

    /// All of it, what is printed at work first.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a CodeMatch> {
        self.working.iter().chain(&self.failing).chain(&self.starting).copied()
    }

    /// Whatever is printed of what happens, errors among it, and not of how the program starts.
    pub(super) fn events(&self, repo: &Snapshot) -> Vec<&'a CodeMatch> {
        let mut found: Vec<&CodeMatch> = self.working.iter().chain(&self.failing).copied().collect();
        found.extend(self.starting.iter().copied().filter(|found| names_error(repo, found)));
        found
    }

    /// Whether nothing is printed of what happens, but perhaps one line that somebody forgot.
    pub(super) fn is_quiet(&self, repo: &Snapshot) -> bool {
        let forgot =
            || self.failing.is_empty() && self.all().count() == 1 && !self.all().any(|found| names_error(repo, found));
        self.events(repo).is_empty() || forgot()
    }
}

/// Whether what is printed stands in a function that reads what somebody types.
fn is_dialogue(repo: &Snapshot, found: &CodeMatch) -> bool {
    const READS: &[&str] = &[
        "fmt.Scan",
        "bufio.NewReader(os.Stdin",
        "bufio.NewScanner(os.Stdin",
        "gets.",
        "STDIN.gets",
        " input(",
        "readline(",
        "Console.ReadLine",
    ];
    let text = repo.text(&found.path).unwrap_or_default();
    let function = found.functions.first().and_then(|function| text.get(function.bytes.clone()));
    function.is_some_and(|function| READS.iter().any(|reads| function.contains(reads)))
}

fn names_error(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let text = text.to_ascii_lowercase();
    ["err", "exception", "fail"].iter().any(|word| text.contains(word))
}

pub(super) fn finding(repo: &Snapshot, printed: &Printed<'_>) -> Finding {
    let found = &printed.working;
    let most = repo.thresholds().prints_few;
    let files = {
        let mut files: Vec<&str> = found.iter().map(|found| &*found.path).collect();
        files.dedup();
        files.len()
    };
    let finding = match found.first() {
        None => {
            let summary = match (printed.starting.is_empty(), printed.failing.is_empty()) {
                (true, true) => "No notes were found that programmers print while they look for a mistake.",
                (false, true) => {
                    "No notes were found that programmers print while they look for a mistake, apart from what the \
                     server says when it starts."
                }
                (true, false) => {
                    "No notes were found that programmers print while they look for a mistake, apart from errors."
                }
                (false, false) => {
                    "No notes were found that programmers print while they look for a mistake, apart from errors and \
                     what the server says when it starts."
                }
            };
            Finding::met(SIGNAL, summary, Evidence::absence(repo.head()))
        }
        Some(first) => {
            let places = match (found.len(), files) {
                (1, _) => format!("one place, in {}", first.path),
                (many, 1) => format!("{many} places, all in {}", first.path),
                (many, files) => format!("{many} places in {files} files, as in {}", first.path),
            };
            let summary = format!(
                "Notes are left that programmers make while they look for a mistake: server code prints in {places}. \
                 Where a platform collects what is printed, that may be on purpose."
            );
            let at = marks::places(repo, found.iter().copied());
            if found.len() <= most {
                Finding::partly(SIGNAL, summary, at).indicative()
            } else {
                Finding::not_met(SIGNAL, summary, at).indicative()
            }
        }
    };
    finding.fact("prints", found.len()).fact("files", files)
}

fn is_banner(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let text = text.to_ascii_lowercase();
    BANNER.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let is_whole = *word != "port" || !text[at + word.len()..].starts_with(char::is_alphabetic);
            is_whole && !text[..at].ends_with(char::is_alphabetic)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{self, Met, NotMet, Partly};
    use crate::snapshot::fixture::Fixture;

    fn says(path: &str, text: &str) -> Outcome {
        let repo =
            Fixture::new().file("package.json", r#"{"dependencies": {"express": "4"}}"#).file(path, text).snapshot();
        finding(&repo, &Printed::of(&repo, &Server::of(&repo))).outcome()
    }

    #[test]
    fn prints_of_the_server_count_and_what_it_says_when_it_starts_does_not() {
        assert_eq!(says("app.js", "console.log(user);\n"), Partly);
        assert_eq!(says("app.js", &"console.log(user);\n".repeat(3)), NotMet);
        assert_eq!(says("app.js", "console.log(`Listening on ${port}`);\n"), Met);
        assert_eq!(says("app.py", "def f(user): print(user)\n"), Partly);
        assert_eq!(says("app.py", "def f(user): print(\"exported\", user)\n"), Partly);
    }

    #[test]
    fn who_is_asked_something_is_printed_for() {
        let of = |asked: &str| {
            let text = format!("package a\n\nfunc install() {{\n\tfmt.Println(\"Which one?\")\n\t{asked}\n}}\n");
            says("install.go", &text)
        };
        assert_eq!(of("fmt.Scanf(\"%s\", &answer)"), Met);
        assert_eq!(of("fmt.Sscanf(text, \"%s\", &answer)"), Partly);
    }

    #[test]
    fn scripts_tests_browsers_and_terminals_may_print() {
        for path in ["scripts/load.js", "tests/a.js", "frontend/src/a.js", "src/App.jsx", "seeds/a.js", "cli/a.js"] {
            assert_eq!(says(path, &"console.log(user);\n".repeat(3)), Met, "{path}");
        }
        assert_eq!(says("load.py", "import argparse\ndef f(user): print(user)\n"), Met);
    }
}
