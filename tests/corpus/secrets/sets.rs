//! What is true of a labelled folder, and how a scanner did on it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use super::findings::{Findings, Weight, files};

/// The truth about a folder.
#[derive(Default)]
pub struct Truth {
    /// By file: how many of its lines are credentials, where only that is known.
    pub counts: BTreeMap<String, u32>,
    /// Whole files that hold a credential, and such that hold none.
    pub files: BTreeMap<String, bool>,
    /// By file, first and last line: whether a credential stands there, and its category.
    pub lines: BTreeMap<(String, u32, u32), (bool, String)>,
}

/// The repository counts its own risky lines.
pub fn leaky_repo(folder: &Path) -> Result<Truth, String> {
    let csv = folder.join(".leaky-meta/secrets.csv");
    let text = std::fs::read_to_string(&csv).map_err(|error| format!("{}: {error}", csv.display()))?;
    let row = |line: &str| {
        let mut fields = line.split(',');
        let (path, risks) = (fields.next()?.to_owned(), fields.next()?.parse().ok()?);
        Some((path, risks))
    };
    Ok(Truth {
        counts: text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect(),
        ..Truth::default()
    })
}

/// Valid under `valid/`, not so under `invalid/` and `benign/`.
pub fn fake_leaks(folder: &Path) -> Result<Truth, String> {
    let of = |path: String| {
        let valid = path.split('/').find_map(|part| match part {
            "valid" => Some(true),
            "invalid" | "benign" => Some(false),
            _ => None,
        })?;
        Some((path, valid))
    };
    Ok(Truth { files: files(folder)?.into_iter().filter_map(of).collect(), ..Truth::default() })
}

/// One paragraph about `found`.
pub fn score(truth: &Truth, name: &str, found: &Findings, misses: bool) -> String {
    let mut out = format!("{name}: {} findings\n", found.len());
    let by_file =
        |path: &str| found.iter().filter(|one| one.path == path).map(|one| one.first).collect::<BTreeSet<_>>();
    if !truth.counts.is_empty() {
        let (mut lines, mut hit) = (0, 0);
        for (path, risks) in &truth.counts {
            let got = (by_file(path).len() as u32).min(*risks);
            lines += got;
            hit += u32::from(got > 0);
            if misses && got < *risks {
                let _ = writeln!(out, "  {got} of {risks}  {path}");
            }
        }
        let (risks, with) = (truth.counts.values().sum(), truth.counts.values().filter(|risks| **risks > 0).count());
        let _ = writeln!(out, "  risk lines {}, files {hit} of {with}", share(lines, risks));
    }
    if !truth.files.is_empty() {
        let hit: BTreeSet<&str> = found.iter().map(|one| one.path.as_str()).collect();
        let of = |valid| truth.files.iter().filter(move |(_, is)| **is == valid).map(|(path, _)| path.as_str());
        let got = |valid| of(valid).filter(|path| hit.contains(path)).count() as u32;
        let (right, wrong) = (got(true), got(false));
        if misses {
            of(true).filter(|path| !hit.contains(path)).for_each(|path| _ = writeln!(out, "  missed  {path}"));
            of(false).filter(|path| hit.contains(path)).for_each(|path| _ = writeln!(out, "  in vain {path}"));
        }
        let _ = writeln!(
            out,
            "  valid files {}, benign files {}, precision {}",
            share(right, of(true).count() as u32),
            share(wrong, of(false).count() as u32),
            share(right, right + wrong)
        );
    }
    if !truth.lines.is_empty() {
        out.push_str(&by_line(truth, found, misses));
    }
    out
}

fn by_line(truth: &Truth, found: &Findings, misses: bool) -> String {
    let mut out = String::new();
    let mut at: BTreeMap<&str, Vec<(u32, u32, bool, &str)>> = BTreeMap::new();
    for ((path, first, last), (is, category)) in &truth.lines {
        at.entry(path).or_default().push((*first, *last, *is, category));
    }
    let mut hit: BTreeMap<(&str, u32, u32), bool> = BTreeMap::new();
    let (mut unlabelled, mut red) = (0, [0, 0, 0]);
    for one in found {
        let labels = at.get(one.path.as_str()).map_or(&[][..], Vec::as_slice);
        let touched: Vec<_> = labels.iter().filter(|label| label.0 <= one.last && one.first <= label.1).collect();
        unlabelled += u32::from(touched.is_empty());
        red[if touched.is_empty() { 2 } else { usize::from(!touched.iter().any(|label| label.2)) }] +=
            u32::from(one.weight == Weight::Live);
        // A finding over several lines that reaches a credential is right about its neighbours too.
        let right = touched.iter().any(|label| label.2);
        for label in touched.into_iter().filter(|label| label.2 || !right) {
            hit.insert((&one.path, label.0, label.1), label.2);
            if misses && !label.2 {
                let _ = writeln!(out, "  in vain {}:{} {}", one.path, one.first, label.3);
            }
        }
    }
    let mut categories: BTreeMap<&str, (u32, u32, u32)> = BTreeMap::new();
    for ((path, first, last), (is, category)) in &truth.lines {
        let got = hit.contains_key(&(path.as_str(), *first, *last));
        let of = categories.entry(category.split(':').next().unwrap_or_default()).or_default();
        of.0 += u32::from(got && *is);
        of.1 += u32::from(*is);
        of.2 += u32::from(got && !*is);
        if misses && *is && !got {
            let _ = writeln!(out, "  missed  {path}:{first} {category}");
        }
    }
    let sum = |part: fn(&(u32, u32, u32)) -> u32| categories.values().map(part).sum::<u32>();
    let (right, real, wrong) = (sum(|of| of.0), sum(|of| of.1), sum(|of| of.2));
    let _ = writeln!(
        out,
        "  recall {}, precision {}, or {} with the {unlabelled} places that have no label",
        share(right, real),
        share(right, right + wrong),
        share(right, right + wrong + unlabelled)
    );
    if red.iter().any(|count| *count > 0) {
        let _ = writeln!(out, "  red flags {}, and {} where there is no label", share(red[0], red[0] + red[1]), red[2]);
    }
    for (category, (right, real, wrong)) in categories {
        let _ = writeln!(out, "    {category}: found {right} of {real}, {wrong} in vain");
    }
    out
}

fn share(part: u32, whole: u32) -> String {
    format!("{part} of {whole} ({:.0} %)", f64::from(part) / f64::from(whole.max(1)) * 100.0)
}
