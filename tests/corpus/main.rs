//! Compares reviews with labels made by hand, on repositories that lie in a folder:
//!
//! `cargo run --release --example corpus -- CLONES LABELS.yaml [SECOND.yaml] [--only OWNER/NAME] [--all]`
//!
//! `SECOND.yaml` are the labels of a second person, who has not seen the first ones. A field that one of them did not
//! judge, or in which the review agrees with one of them alone, is left out: people do not know it either.
//!
//! A clone of `owner/name` is looked for as `owner+name/repo`, `owner+name`, `owner/name` and `name`. The labels are
//! YAML; `labels.rs` has their shape. Prints every disagreement, then agreement per field; `--all` prints agreements too.
//! Ends with 1 when agreement over all fields is under 95 %.

mod compare;
mod labels;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use foliolens_analyzers::run::{Request, examine};
use foliolens_analyzers::snapshot::{NoWatch, Options};

/// Agreement over all fields that are not null.
const BAR: f64 = 0.95;

fn main() -> ExitCode {
    match run(&mut std::io::stdout().lock()) {
        Ok(agreement) if agreement >= BAR => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(sentence) => {
            let _ = writeln!(std::io::stderr(), "{sentence}");
            ExitCode::from(2)
        }
    }
}

fn run(out: &mut impl Write) -> Result<f64, String> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let all = arguments.iter().position(|argument| argument == "--all").map(|at| arguments.remove(at)).is_some();
    let only = match arguments.iter().position(|argument| argument == "--only") {
        Some(at) if at + 1 < arguments.len() => {
            arguments.remove(at);
            Some(arguments.remove(at))
        }
        _ => None,
    };
    let (clones, labels, second) = match arguments.as_slice() {
        [clones, labels] => (clones, labels, None),
        [clones, labels, second] => (clones, labels, Some(labels::read(Path::new(second))?)),
        _ => return Err("usage: corpus CLONES LABELS.yaml [SECOND.yaml] [--only OWNER/NAME] [--all]".to_owned()),
    };
    let printed = |error: std::io::Error| error.to_string();

    let mut table: BTreeMap<&'static str, (u32, u32)> = BTreeMap::new();
    let (mut reviewed, mut unsettled) = (0, 0);
    for label in labels::read(Path::new(labels))? {
        if only.as_ref().is_some_and(|only| *only != label.repo) {
            continue;
        }
        let Some(path) = find(Path::new(clones), &label.repo) else {
            writeln!(out, "{}: no clone in {clones}", label.repo).map_err(printed)?;
            continue;
        };
        let found = match review(&path, &label) {
            Ok(found) => found,
            Err(sentence) => {
                writeln!(out, "{}: {sentence}", label.repo).map_err(printed)?;
                continue;
            }
        };
        reviewed += 1;
        let second = second.as_ref().map(|labels| labels.iter().find(|second| second.repo == label.repo));
        let second = second.map(|label| label.map(|label| compare::compare(label, &found)).unwrap_or_default());
        for comparison in compare::compare(&label, &found) {
            let is_settled = |second: &Vec<compare::Comparison>| {
                second.iter().any(|it| it.field == comparison.field && it.agrees == comparison.agrees)
            };
            if second.as_ref().is_some_and(|second| !is_settled(second)) {
                unsettled += 1;
                continue;
            }
            let (agreed, total) = table.entry(comparison.field).or_default();
            *total += 1;
            *agreed += u32::from(comparison.agrees);
            if all || !comparison.agrees {
                let mark = if comparison.agrees { "agrees" } else { "DIFFERS" };
                writeln!(
                    out,
                    "{mark}  {}  {}: label {:?}, review {:?}",
                    label.repo, comparison.field, comparison.expected, comparison.found
                )
                .map_err(printed)?;
            }
        }
    }

    writeln!(out, "\n| Field | Agree | Of | Share |\n|---|---|---|---|").map_err(printed)?;
    let (mut agreed, mut total) = (0, 0);
    for (field, (agree, of)) in &table {
        (agreed, total) = (agreed + agree, total + of);
        writeln!(out, "| {field} | {agree} | {of} | {:.0} % |", share(*agree, *of) * 100.0).map_err(printed)?;
    }
    writeln!(out, "| **all, {reviewed} repositories** | {agreed} | {total} | {:.1} % |", share(agreed, total) * 100.0)
        .map_err(printed)?;
    if second.is_some() {
        writeln!(out, "\n{unsettled} fields were left out, since the two people do not judge them alike.")
            .map_err(printed)?;
    }
    Ok(share(agreed, total))
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

fn find(clones: &Path, name: &str) -> Option<PathBuf> {
    let joined = name.replace('/', "+");
    let short = name.rsplit('/').next().unwrap_or(name);
    [format!("{joined}/repo"), joined, name.to_owned(), short.to_owned()]
        .into_iter()
        .map(|candidate| clones.join(candidate))
        .find(|path| path.is_dir())
}

fn review(path: &Path, label: &labels::Label) -> Result<foliolens_analyzers::Examination, String> {
    let repo = gix::open_opts(path, gix::open::Options::isolated()).map_err(|error| error.to_string())?;
    let revision = [Some(&label.head), label.upstream_head.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|id| gix::ObjectId::from_hex(id.as_bytes()).ok())
        .find(|id| repo.find_commit(*id).is_ok())
        .ok_or("the labelled commit is not in the clone")?;
    let request = Request { options: Options { revision: Some(revision), ..Options::default() }, ..Request::default() };
    examine(&repo.into_sync(), &request, &NoWatch).map_err(|error| error.to_string())
}
