//! Sentences on deployment that stand in no section of their own.

use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::documents::Document;

/// A sentence that opens with how one runs the program on a server of one's own, and whether a command that does so stands
/// in its section; one with a command first.
pub(super) fn hosted_by_oneself<'d>(
    documents: impl Iterator<Item = &'d Document>,
) -> Option<(&'d Document, u32, bool)> {
    static SELF: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)^\W*(to|if you (want|wish|would like) to|for)\s.{0,20}\b(self-?host\w*|host|deploy|run)\b.{0,50}",
            r"\bon (your|a|any) (own )?(server|vps)\b|^\W*to self-?host\b"
        ))
        .expect("a constant pattern")
    });
    const RUNS: &[&str] = &["docker run ", "docker compose up", "docker-compose up", "systemctl ", "kubectl ", "pm2 "];
    let found = documents.flat_map(|document| {
        let opens = document.prose.iter().filter(|line| line.starts && SELF.is_match(&line.text));
        opens.map(move |line| {
            let around = document.headings.iter().rfind(|heading| heading.line < line.line);
            let end = around.map_or(u32::MAX, |heading| document.section_end(heading));
            let mut within = document.code.iter().filter(|code| code.line >= line.line && code.line < end);
            (document, line.line, within.any(|code| RUNS.iter().any(|way| code.text.contains(way))))
        })
    });
    found.max_by_key(|(_, line, has_command)| (*has_command, std::cmp::Reverse(*line)))
}

/// The line that links to another repository, whose name says that it holds the infrastructure.
pub(super) fn infrastructure_elsewhere<'d>(
    repo: &Snapshot,
    document: &'d Document,
) -> Option<(&'d Document, u32, String)> {
    static REPOSITORY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"https://(?:github|gitlab)\.com/[\w.-]+/(?P<name>[\w.-]*?)(?:\.git)?/?(?:[)\s>]|$)")
            .expect("a constant pattern")
    });
    const WORDS: &[&str] = &["infra", "infrastructure", "gitops", "iac", "deployment", "deployments"];
    // The name of what is linked is the project's, with a word for what it holds.
    let names = |name: &str| {
        let name = name.to_ascii_lowercase();
        let words: Vec<&str> = name.split(['-', '_', '.']).collect();
        words.len() > 1
            && words.iter().any(|word| WORDS.contains(word))
            && !words
                .iter()
                .any(|word| matches!(*word, "action" | "actions" | "provider" | "plugin" | "operator" | "tools"))
    };
    let text = repo
        .text(&document.path)
        .filter(|text| text.contains("infra") || text.contains("deploy") || text.contains("ops"))?;
    // What is cloned is this repository.
    let is_this = |name: &str| text.lines().any(|line| line.contains("git clone") && line.contains(name));
    text.lines().enumerate().filter(|(_, line)| !line.contains("git clone") && !line.contains("![")).find_map(
        |(index, line)| {
            let found =
                REPOSITORY.captures_iter(line).find(|found| names(&found["name"]) && !is_this(&found["name"]))?;
            Some((document, index as u32 + 1, found["name"].to_owned()))
        },
    )
}

/// The line of prose that says what runs it in production: a process manager.
pub(super) fn in_production(document: &Document) -> Option<(&Document, u32)> {
    static PRODUCTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(in|en|em) (production|producción|produccion|produção|producao|produktion)\b")
            .expect("a constant pattern")
    });
    static MANAGER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)\b(pm2|systemd|systemctl|supervisord)\b").expect("a constant pattern"));
    let mut paragraphs = document.prose.iter().filter(|line| PRODUCTION.is_match(&line.text));
    let goes_on = |from: u32| document.prose.iter().filter(move |line| line.line >= from && line.line <= from + 2);
    paragraphs
        .find(|line| goes_on(line.line).any(|line| MANAGER.is_match(&line.text)))
        .map(|line| (document, line.line))
}
