//! What scanners found, in one form: places in files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// One place that a scanner names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Relative to the folder.
    pub path: String,
    pub first: u32,
    pub last: u32,
    pub weight: Weight,
}

/// How much a scanner makes of it; those that do not say count as [`Weight::Possible`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    Live,
    Possible,
    /// Set aside because of the file that it stands in, not because of what it is.
    ElsewhereReal,
}

/// Our reasons for setting aside that say nothing about the value.
const ABOUT_THE_PLACE: [&str; 5] =
    ["in tests", "in an example", "in documentation", "in seed data", "in a file for development"];

/// The same where the value would have to be guessed anywhere.
const OF_A_DATABASE: &str = "the hash of a password among the rows of a database";

/// The findings of one scanner, each place once.
pub type Findings = BTreeSet<Found>;

/// Every file of `folder`, sorted, without what belongs to git.
pub fn files(folder: &Path) -> Result<Vec<String>, String> {
    let mut open = vec![PathBuf::new()];
    let mut found = Vec::new();
    while let Some(under) = open.pop() {
        for entry in std::fs::read_dir(folder.join(&under)).map_err(|error| format!("{}: {error}", folder.display()))? {
            let entry = entry.map_err(|error| error.to_string())?;
            let path = under.join(entry.file_name());
            match entry.file_type().map_err(|error| error.to_string())? {
                kind if kind.is_dir() && entry.file_name() != ".git" => open.push(path),
                kind if kind.is_file() => found.push(path.to_string_lossy().into_owned()),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads what a scanner wrote about `folder`; of a folder of such files each speaks of the folder that it is named after.
pub fn read(file: &Path, folder: &Path) -> Result<Findings, String> {
    if !file.is_dir() {
        return read_file(file, folder);
    }
    let mut found = Findings::new();
    for name in files(file)? {
        let under = name.strip_suffix(".json").unwrap_or(&name);
        for one in read_file(&file.join(&name), &folder.join(under))? {
            found.insert(Found { path: format!("{under}/{}", one.path), ..one });
        }
    }
    Ok(found)
}

fn read_file(file: &Path, folder: &Path) -> Result<Findings, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut found = Findings::new();
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    for value in serde_json::Deserializer::from_str(&text).into_iter::<Value>() {
        let value = value.map_err(|error| format!("{}: {error}", file.display()))?;
        if value.get("foliolens").is_some() {
            ours(&value, &mut found);
            continue;
        }
        collect(&value, None, &mut |path, line| {
            let path = Path::new(path);
            let inside = path.strip_prefix(&full).or_else(|_| path.strip_prefix(folder)).unwrap_or(path);
            let path = inside.to_string_lossy().trim_start_matches("./").to_owned();
            found.insert(Found { path, first: line, last: line, weight: Weight::Possible });
        });
    }
    Ok(found)
}

/// What `foliolens secrets --format json` says about the reviewed tree, but for values that are innocent by themselves.
fn ours(value: &Value, found: &mut Findings) {
    let signals: Vec<&Value> = value["areas"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|area| area["signals"].as_array())
        .flatten()
        .collect();
    let listed =
        |fact: &'static str| signals.iter().filter_map(move |signal| signal["facts"][fact].as_array()).flatten();
    for finding in listed("findings") {
        for place in finding["places"].as_array().into_iter().flatten() {
            let is_real = place["reason"].as_str().is_some_and(|reason| {
                reason == OF_A_DATABASE || place["judgement"] == "live" && ABOUT_THE_PLACE.contains(&reason)
            });
            let weight = match place["weight"].as_str() {
                Some("live") => Weight::Live,
                Some("possible") => Weight::Possible,
                Some("set_aside") if is_real => Weight::ElsewhereReal,
                _ => continue,
            };
            let line = |name: &str| place[name].as_u64().and_then(|line| u32::try_from(line).ok());
            if let (Some(path), Some(first), Some(last)) = (place["path"].as_str(), line("start"), line("end")) {
                found.insert(Found { path: path.to_owned(), first, last, weight });
            }
        }
    }
    // Files that are named as credentials as a whole, where no line is.
    for file in listed("found").filter(|file| file["holds"] == "credentials" && file["state"] == "head") {
        if let Some(path) = file["path"].as_str().filter(|path| !found.iter().any(|one| one.path == **path)) {
            found.insert(Found { path: path.to_owned(), first: 1, last: 1, weight: Weight::Possible });
        }
    }
}

/// Every file with a line in `value`, whichever of the five tools wrote it. `path` is the file that is spoken of.
fn collect(value: &Value, path: Option<&str>, found: &mut impl FnMut(&str, u32)) {
    let number = |value: &Value| value.as_u64().and_then(|line| u32::try_from(line).ok());
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, path, found)),
        Value::Object(object) => {
            let named = ["File", "file", "path", "filename"].iter().find_map(|name| object.get(*name)?.as_str());
            // noseyparker names the file beside the place, not around it.
            let beside = object.get("provenance").and_then(|of| of.get(0)?.get("path")?.as_str());
            let path = named.or(beside).or(path);
            let line = ["StartLine", "line", "line_number"].iter().find_map(|name| number(object.get(*name)?));
            let span = object.get("location").and_then(|place| number(place.pointer("/source_span/start/line")?));
            if let (Some(path), Some(line)) = (path, line.or(span)) {
                found(path, line);
                return;
            }
            for (name, value) in object {
                // detect-secrets has its findings under the file's name.
                collect(value, if value.is_array() && path.is_none() { Some(name) } else { path }, found);
            }
        }
        _ => {}
    }
}
