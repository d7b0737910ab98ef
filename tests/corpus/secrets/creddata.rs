//! Samsung/CredData: labels by line in files of public repositories, which it names by commit and hashed path.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::findings::files;
use super::sets::Truth;

/// What these label is no credential by itself.
const SET_ASIDE: [&str; 4] = ["UUID", "Salt", "Nonce", "Firebase Domain"];

/// A line that CredData has an opinion on.
struct Label {
    file: String,
    lines: (u32, u32),
    is_credential: bool,
    category: String,
}

/// Writes the labelled files of every repository of which `clones` has the labelled commit to `into/ID/PATH`.
pub fn gather(creddata: &Path, clones: &Path, into: &Path) -> Result<String, String> {
    let text = std::fs::read(creddata.join("snapshot.json")).map_err(|error| format!("snapshot.json: {error}"))?;
    let repositories: BTreeMap<String, String> = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let (mut gathered, mut written) = (0, 0);
    for (key, address) in &repositories {
        let Some(name) = address.strip_prefix("https://github.com/") else { continue };
        let (joined, id) = (name.replace('/', "+"), id_of(key)?);
        let candidates = [format!("{joined}/repo"), joined, name.to_owned()];
        let Some(clone) = candidates.iter().map(|path| clones.join(path)).find(|path| path.is_dir()) else { continue };
        let wanted: BTreeSet<String> = labels(creddata, &id)?.into_iter().map(|label| label.file).collect();
        match write_files(&clone, &key[..40], &wanted, &into.join(&id)) {
            Ok(count) => {
                gathered += 1;
                written += count;
            }
            Err(sentence) => tracing::warn!("{name}: {sentence}"),
        }
    }
    Ok(format!("{gathered} of {} repositories, {written} files\n", repositories.len()))
}

/// The labels of what was gathered.
pub fn truth(creddata: &Path, gathered: &Path) -> Result<Truth, String> {
    let mut truth = Truth::default();
    let mut known: BTreeMap<String, Vec<Label>> = BTreeMap::new();
    for path in files(gathered)? {
        let Some((id, inner)) = path.split_once('/') else { continue };
        if !known.contains_key(id) {
            known.insert(id.to_owned(), labels(creddata, id)?);
        }
        let file = file_id(inner);
        for label in known[id].iter().filter(|label| label.file == file) {
            let entry = truth.lines.entry((path.clone(), label.lines.0, label.lines.1)).or_default();
            if label.is_credential || entry.1.is_empty() {
                *entry = (label.is_credential || entry.0, label.category.clone());
            }
        }
    }
    Ok(truth)
}

fn write_files(clone: &Path, commit: &str, wanted: &BTreeSet<String>, into: &Path) -> Result<usize, String> {
    let sentence = |error: &dyn std::fmt::Display| error.to_string();
    let repo = gix::open_opts(clone, gix::open::Options::isolated()).map_err(|error| sentence(&error))?;
    let id = gix::ObjectId::from_hex(commit.as_bytes()).map_err(|error| sentence(&error))?;
    let commit = repo.find_commit(id).map_err(|error| sentence(&error))?;
    let tree = commit.tree().map_err(|error| sentence(&error))?;
    let mut count = 0;
    for entry in tree.traverse().breadthfirst.files().map_err(|error| sentence(&error))? {
        let path = entry.filepath.to_string();
        if !entry.mode.is_blob() || !wanted.contains(&file_id(&path)) || path.split('/').any(|part| part == "..") {
            continue;
        }
        let Ok(blob) = repo.find_blob(entry.oid) else { continue };
        let to = into.join(&path);
        std::fs::create_dir_all(to.parent().unwrap_or(into)).map_err(|error| sentence(&error))?;
        std::fs::write(to, &blob.data).map_err(|error| sentence(&error))?;
        count += 1;
    }
    Ok(count)
}

fn labels(creddata: &Path, id: &str) -> Result<Vec<Label>, String> {
    let csv = creddata.join("meta").join(format!("{id}.csv"));
    let text = std::fs::read_to_string(&csv).map_err(|error| format!("{}: {error}", csv.display()))?;
    // Id,FileID,Domain,RepoName,FilePath,LineStart,LineEnd,GroundTruth,...,Category
    let label = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let category = (*fields.get(12)?).trim().to_owned();
        let lines = (fields.get(5)?.parse().ok()?, fields.get(6)?.parse().ok()?);
        let is_credential = *fields.get(7)? == "T";
        Some(Label { file: (*fields.get(1)?).to_owned(), lines, is_credential, category })
    };
    let is_of_interest = |label: &Label| !label.category.split(':').all(|category| SET_ASIDE.contains(&category));
    Ok(text.lines().filter_map(label).filter(is_of_interest).collect())
}

/// CredData names a repository by the CRC-32 of what it calls its key.
fn id_of(key: &str) -> Result<String, String> {
    let byte = |at: usize| key.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let bytes: Option<Vec<u8>> = (0..key.len()).step_by(2).map(byte).collect();
    let bytes = bytes.ok_or_else(|| format!("not a key: {key}"))?;
    let crc = !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    Ok(format!("{crc:08x}"))
}

fn file_id(path: &str) -> String {
    Sha256::digest(path).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
