//! Scores what secret scanners find in labelled public repositories. Contains none of their text; bring your own clones:
//!
//! ```text
//! secrets-corpus gather CREDDATA CLONES INTO     lays out the labelled files of CredData, at the labelled commits
//! secrets-corpus score leaky-repo FOLDER NAME=FINDINGS...
//! secrets-corpus score fake-leaks FOLDER NAME=FINDINGS...
//! secrets-corpus score creddata GATHERED NAME=FINDINGS... --labels CREDDATA
//! ```
//!
//! `FINDINGS` is what `foliolens secrets --format json`, gitleaks, kingfisher, trufflehog, noseyparker or detect-secrets
//! said in JSON about the same folder, or a folder of such files, each named after the folder that it speaks of.
//! `--misses` lists what was not found and what was found in vain.

mod creddata;
mod findings;
mod sets;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use findings::{Findings, Weight};

fn main() -> ExitCode {
    match run(&mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            let _ = writeln!(std::io::stderr(), "{sentence}");
            ExitCode::from(2)
        }
    }
}

fn run(out: &mut impl Write) -> Result<(), String> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let misses = arguments.iter().position(|argument| argument == "--misses").map(|at| arguments.remove(at)).is_some();
    let labels = arguments.iter().position(|argument| argument == "--labels").and_then(|at| {
        arguments.remove(at);
        (at < arguments.len()).then(|| arguments.remove(at))
    });
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let text = match arguments.as_slice() {
        ["gather", creddata, clones, into] => {
            creddata::gather(Path::new(creddata), Path::new(clones), Path::new(into))?
        }
        ["score", set, folder, findings @ ..] if !findings.is_empty() => {
            let folder = Path::new(folder);
            let truth = match (*set, &labels) {
                ("leaky-repo", _) => sets::leaky_repo(folder)?,
                ("fake-leaks", _) => sets::fake_leaks(folder)?,
                ("creddata", Some(labels)) => creddata::truth(Path::new(labels), folder)?,
                _ => return Err("the sets are leaky-repo, fake-leaks and creddata (with --labels)".to_owned()),
            };
            let mut text = String::new();
            for argument in findings {
                let (name, file) = argument.split_once('=').unwrap_or((argument, argument));
                let found = findings::read(Path::new(file), folder)?;
                text.push_str(&sets::score(&truth, name, &found, misses));
                let shown: Findings = found.iter().filter(|one| one.weight <= Weight::Possible).cloned().collect();
                if shown.len() < found.len() {
                    let name = format!("{name}, without what is set aside for its place");
                    text.push_str(&sets::score(&truth, &name, &shown, false));
                }
            }
            text
        }
        _ => {
            return Err("usage: secrets-corpus gather|score ..., see the head of tests/corpus/secrets/main.rs".into());
        }
    };
    out.write_all(text.as_bytes()).map_err(|error| error.to_string())
}
