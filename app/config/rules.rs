//! Files of an organisation's own rules in a folder.

use std::path::{Path, PathBuf};

use foliolens_analyzers::code::own::{LARGEST, MOST_FILES, OwnFile, OwnRules};
use foliolens_analyzers::own;

use super::file::Invalid;

/// Folders within folders; nobody sorts rules deeper.
const DEEPEST: usize = 5;

/// The files of rules in `folder`, by name, if all are sound and do what their examples say.
pub fn read(folder: &Path) -> Result<Vec<OwnFile>, Invalid> {
    let files = files(folder)?;
    let failed = check(&files)?.test().failed;
    let disagree: Vec<String> =
        failed.into_iter().filter(|failed| failed.disagrees).map(|failed| failed.sentence).collect();
    if disagree.is_empty() { Ok(files) } else { Err(Invalid(disagree.join("\n"))) }
}

/// The files of rules in `folder`, as they are; of a file, that one.
pub fn files(folder: &Path) -> Result<Vec<OwnFile>, Invalid> {
    if folder.is_file() {
        return Ok(vec![file(folder)?]);
    }
    let mut paths = Vec::new();
    gather(folder, 0, &mut paths)?;
    paths.sort();
    if paths.is_empty() {
        return Err(Invalid(format!("{}: there is no file of rules (.yml or .yaml) in it.", folder.display())));
    }
    paths.truncate(MOST_FILES + 1);
    paths.iter().map(|path| file(path)).collect()
}

/// The rules of `files`, or all that is wrong with them, each with its line.
pub fn check(files: &[OwnFile]) -> Result<OwnRules, Invalid> {
    own::read(files).map_err(|wrong| Invalid(wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn gather(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>) -> Result<(), Invalid> {
    let listed = std::fs::read_dir(folder).map_err(|_| {
        Invalid(format!("{}: this is no folder of rules that can be read, and no file.", folder.display()))
    })?;
    for entry in listed.flatten() {
        let path = entry.path();
        let is_rules = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
        // A link is followed to a file, never to a folder, which may lead back here.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEEPEST => gather(&path, depth + 1, paths)?,
            Ok(kind) if !kind.is_dir() && is_rules => paths.push(path),
            _ => {}
        }
    }
    Ok(())
}

fn file(path: &Path) -> Result<OwnFile, Invalid> {
    let name = path.display().to_string();
    let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|found| found.len());
    match size {
        Some(size) if size > LARGEST as u64 => {
            return Err(Invalid(format!("{name}: it is larger than {} KiB.", LARGEST >> 10)));
        }
        None => return Err(Invalid(format!("{name}: there is no such file to read."))),
        Some(_) => {}
    }
    let text = std::fs::read_to_string(path)
        .map_err(|_| Invalid(format!("{name}: it can not be read, or is not UTF-8 text.")))?;
    Ok(OwnFile { name, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_is_read_by_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["a.yml", "b.yml"] {
            std::fs::write(folder.path().join(name), name).expect("written");
        }
        let texts = |path: &Path| files(path).expect("read").into_iter().map(|file| file.text).collect::<Vec<_>>();
        assert_eq!(texts(folder.path()), ["a.yml", "b.yml"]);
        assert_eq!(texts(&folder.path().join("b.yml")), ["b.yml"]);
        let gone = files(&folder.path().join("c.yml")).expect_err("gone");
        assert!(gone.0.contains("no folder of rules that can be read, and no file"), "{gone}");
    }
}
