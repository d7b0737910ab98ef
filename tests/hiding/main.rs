//! The places in which a token can hide, and who finds it where:
//!
//! `cargo run --release --example hiding -- make FOLDER` makes the repository and an ordinary bare clone of it;
//! `cargo run --release --example hiding -- score FOLDER [NAME=REPORT ...]` reviews `FOLDER/clone.git` and prints the
//! table, with a column for each report (of any form) that another tool wrote about the clone. A report has found a
//! place when the token or the place's own path stands in it.

mod places;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use foliolens_analyzers::run::{Request, examine};
use foliolens_analyzers::secrets::{FingerprintKey, Scanner};
use foliolens_analyzers::snapshot::NoWatch;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["make", folder] => make(Path::new(folder)).map(|()| format!("made {folder}/clone.git\n")),
        ["score", folder, reports @ ..] => score(Path::new(folder), reports),
        _ => Err("usage: hiding make FOLDER | hiding score FOLDER [NAME=REPORT ...]".to_owned()),
    };
    match done {
        Ok(text) => {
            let _ = write!(std::io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            let _ = writeln!(std::io::stderr(), "{sentence}");
            ExitCode::from(2)
        }
    }
}

fn make(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    git(folder, &["init", "-q", "--bare", "-b", "main", "origin.git"], &[])?;
    git(&folder.join("origin.git"), &["fast-import", "--quiet", "--force"], &places::stream())?;
    let origin = folder.join("origin.git").canonicalize().map_err(|error| error.to_string())?;
    git(folder, &["clone", "-q", "--bare", &format!("file://{}", origin.display()), "clone.git"], &[])
}

#[expect(clippy::disallowed_methods, reason = "the repository is made with git")]
fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("git {}: {error}", arguments[0]);
    let mut child =
        Command::new("git").current_dir(folder).args(arguments).stdin(Stdio::piped()).spawn().map_err(failed)?;
    child.stdin.take().ok_or("no pipe")?.write_all(input).map_err(failed)?;
    child.wait().map_err(failed)?.success().then_some(()).ok_or(format!("git {} failed", arguments[0]))
}

fn score(folder: &Path, reports: &[&str]) -> Result<String, String> {
    let mut columns = vec![("foliolens".to_owned(), ours(&folder.join("clone.git"))?)];
    for report in reports {
        let (name, file) = report.split_once('=').ok_or("a report is given as NAME=FILE")?;
        let text = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
        columns.push((name.to_owned(), theirs(&String::from_utf8_lossy(&text))));
    }
    let mut table = String::from("| Place |");
    columns.iter().for_each(|(name, _)| table.push_str(&format!(" {name} |")));
    table.push_str(&format!("\n|---|{}\n", "---|".repeat(columns.len())));
    let places = places::places();
    for hidden in &places {
        let beyond = if places::NOT_IN_A_CLONE.contains(&hidden.place) { " (not in a clone)" } else { "" };
        let _ = write!(table, "| {}{beyond} |", hidden.place);
        for (_, found) in &columns {
            table.push_str(if found.contains(hidden.place) { " yes |" } else { " - |" });
        }
        table.push('\n');
    }
    let _ = write!(table, "| **of {}** |", places.len());
    columns.iter().for_each(|(_, found)| table.push_str(&format!(" {} |", found.len())));
    table.push('\n');
    Ok(table)
}

/// By the fingerprint of each place's own token, which a report has and the token it has not.
fn ours(clone: &Path) -> Result<BTreeSet<&'static str>, String> {
    let repo = gix::open_opts(clone, gix::open::Options::isolated()).map_err(|error| error.to_string())?;
    let found = examine(&repo.into_sync(), &Request::default(), &NoWatch).map_err(|error| error.to_string())?;
    let facts: String =
        found.areas.iter().flat_map(|area| &area.findings).map(|finding| format!("{:?}", finding.facts())).collect();
    let scanner = Scanner::for_texts(1, FingerprintKey::default());
    let is_found =
        |token: &str| scanner.scan(token.as_bytes()).iter().any(|hit| facts.contains(&hit.fingerprint.to_string()));
    Ok(places::places().iter().filter(|hidden| is_found(&hidden.token)).map(|hidden| hidden.place).collect())
}

fn theirs(report: &str) -> BTreeSet<&'static str> {
    let is_found = |hidden: &places::Hidden| {
        report.contains(&hidden.token) || hidden.path.as_ref().is_some_and(|path| report.contains(path.as_str()))
    };
    places::places().iter().filter(|hidden| is_found(hidden)).map(|hidden| hidden.place).collect()
}
