//! Builds a synthetic repository with git and prints the time of each stage of a review, the median of several runs:
//! `cargo bench -p foliolens-analyzers -- --commits 2000 --files 400 --lines 120 --runs 7`

#![expect(
    clippy::disallowed_methods,
    reason = "git makes the synthetic repository; no repository under review is involved"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use foliolens_analyzers::Snapshot;
use foliolens_analyzers::rubric::Rubric;
use foliolens_analyzers::run::judge;
use foliolens_analyzers::snapshot::{NoWatch, Options, Stage, Watch};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, default: usize| -> Result<usize> {
        match arguments.iter().position(|argument| argument == name) {
            Some(at) => Ok(arguments.get(at + 1).ok_or(format!("{name} needs a number"))?.parse()?),
            None => Ok(default),
        }
    };
    let (commits, files) = (number("--commits", 1000)?, number("--files", 200)?);
    let (lines, runs) = (number("--lines", 120)?, number("--runs", 5)?.max(1));

    let folder = tempfile::tempdir()?;
    build(folder.path(), commits, files, lines)?;
    let repo = gix::open_opts(folder.path(), gix::open::Options::isolated())?.into_sync();
    let mut timings = (0..=runs).map(|_| time(&repo)).collect::<Result<Vec<_>>>()?;
    timings.remove(0); // the first run warms the caches

    let mut out = std::io::stdout().lock();
    let threads = rayon::current_num_threads();
    writeln!(out, "{commits} commits, {files} files of {lines} lines, median of {runs} runs, {threads} threads")?;
    for (index, (name, _)) in timings[0].iter().enumerate() {
        let mut times: Vec<Duration> = timings.iter().map(|run| run[index].1).collect();
        times.sort();
        writeln!(out, "{name:<22} {:>9.1} ms", times[times.len() / 2].as_secs_f64() * 1000.0)?;
    }
    Ok(())
}

/// One review, by stage.
fn time(repo: &gix::ThreadSafeRepository) -> Result<Vec<(&'static str, Duration)>> {
    let watch = Stopwatch::default();
    let start = Instant::now();
    let snapshot = Snapshot::read(repo, &Options::default(), &watch)?;
    let read = start.elapsed();
    snapshot.code();
    let parsed = start.elapsed();
    judge(&snapshot, Rubric::built_in(), &[], &[], &NoWatch);
    let all = start.elapsed();
    let begins = watch.0.into_inner().map_err(|error| error.to_string())?;
    let begin = |wanted: Stage| {
        begins.iter().find(|(stage, _)| *stage == wanted).map_or(read, |(_, at)| at.duration_since(start))
    };
    let (changes, blobs) = (begin(Stage::Changes), begin(Stage::Blobs));
    Ok(vec![
        ("walk the history", changes),
        ("compare trees", blobs.saturating_sub(changes)),
        ("read blobs", read.saturating_sub(blobs)),
        ("parse and match code", parsed - read),
        ("analyze and grade", all - parsed),
        ("all", all),
    ])
}

#[derive(Default)]
struct Stopwatch(Mutex<Vec<(Stage, Instant)>>);

impl Watch for Stopwatch {
    fn begin(&self, stage: Stage, _total: Option<u64>) {
        if let Ok(mut begins) = self.0.lock() {
            begins.push((stage, Instant::now()));
        }
    }
}

/// A Flask application of `files` modules of `lines` lines, written in `commits` commits that each change two of them.
fn build(folder: &Path, commits: usize, files: usize, lines: usize) -> Result<()> {
    git(folder, &["init", "--bare", "--quiet", "--initial-branch=main", "."])?;
    let mut import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::piped())
        .spawn()?;
    let mut stream = std::io::BufWriter::new(import.stdin.take().ok_or("git fast-import takes no input")?);
    for commit in 0..commits {
        let message = format!("users: Handle case {commit}\n");
        let time = 1_700_000_000 + commit * 600;
        writeln!(stream, "commit refs/heads/main\ncommitter Ana <ana@example.com> {time} +0000")?;
        writeln!(stream, "data {}\n{message}", message.len())?;
        let touched: Vec<usize> =
            if commit == 0 { (0..files).collect() } else { vec![commit % files, commit * 7 % files] };
        for file in touched {
            let text = module(file, commit, lines);
            let folder = file % 20;
            writeln!(stream, "M 100644 inline app/part{folder}/module{file}.py\ndata {}\n{text}", text.len())?;
        }
    }
    drop(stream);
    if !import.wait()?.success() {
        return Err("git fast-import failed".into());
    }
    git(folder, &["gc", "--quiet"])
}

fn module(file: usize, commit: usize, lines: usize) -> String {
    let mut text = String::from(
        "import os\nfrom flask import Blueprint\n\nbp = Blueprint(\"users\", __name__, url_prefix=\"/api/v1\")\n",
    );
    for line in 0..lines.saturating_sub(4) {
        text += &match line % 10 {
            0 => format!("\n@bp.route(\"/users{file}/{line}\", methods=[\"POST\"])\ndef handler_{line}(user):\n"),
            5 => format!("    value = os.environ.get(\"SETTING_{}\")\n", line % 30),
            _ => {
                let changed = if line == commit % lines { commit } else { line };
                format!("    total_{line} = compute({changed}, {file}, user.value_{line})\n")
            }
        };
    }
    text
}

fn git(folder: &Path, arguments: &[&str]) -> Result<()> {
    let status =
        Command::new("git").args(arguments).current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").status()?;
    if status.success() { Ok(()) } else { Err(format!("git {} failed", arguments.join(" ")).into()) }
}
