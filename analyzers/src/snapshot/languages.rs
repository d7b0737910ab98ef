//! Which programming languages the candidate's own files are written in.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::Tree;

/// A language and how much of the code is written in it.
#[derive(Debug, Clone, PartialEq)]
pub struct LanguageShare {
    /// The name as GitHub writes it.
    pub name: String,
    /// Bytes of the candidate's own files.
    pub bytes: u64,
    /// Share of the bytes of all programming languages here, from 0 to 1, rounded to hundredths.
    pub share: f64,
}

/// By bytes, the largest first. Markup, data and prose do not count.
pub(super) fn detect(tree: &Tree) -> Vec<LanguageShare> {
    let own: Vec<_> = tree.own_texts().collect();
    let named: Vec<(String, u64)> =
        own.par_iter().filter_map(|(file, text)| Some((language(&file.path, text)?, file.size))).collect();
    let mut bytes: BTreeMap<String, u64> = BTreeMap::new();
    for (name, size) in named {
        *bytes.entry(name).or_default() += size;
    }
    let total: u64 = bytes.values().sum();
    let mut shares: Vec<_> = bytes
        .into_iter()
        .map(|(name, bytes)| LanguageShare {
            name,
            bytes,
            share: (bytes as f64 / total.max(1) as f64 * 100.0).round() / 100.0,
        })
        .collect();
    shares.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    shares
}

fn language(path: &str, text: &str) -> Option<String> {
    // The common ones need no look into the text, nor do others that a name tells: linguist's heuristics are slow.
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let name = match extension {
        "cs" => "C#",
        "go" => "Go",
        "java" => "Java",
        "js" | "mjs" | "cjs" | "jsx" => "JavaScript",
        "kt" | "kts" => "Kotlin",
        "php" => "PHP",
        "py" => "Python",
        "rb" => "Ruby",
        "rs" => "Rust",
        "ts" | "tsx" | "mts" | "cts" => "TypeScript",
        "sh" | "bash" => "Shell",
        "ipynb" => "Jupyter Notebook",
        "md" | "json" | "yml" | "yaml" | "toml" | "xml" | "txt" | "csv" | "svg" | "lock" | "html" | "css" | "rst"
        | "scss" | "erb" | "haml" | "proto" | "graphql" | "ini" | "properties" | "gitignore" | "dockerignore" => {
            return None;
        }
        "mod" | "sum" if path.ends_with("go.mod") || path.ends_with("go.sum") => return None,
        _ => {
            let mut detected = linguist::detect_language(Path::new(path), None).ok()?;
            if detected.len() != 1 {
                detected = linguist::detect_language(Path::new(path), Some(text)).ok()?;
            }
            let detected = detected.first()?;
            return is_programming(detected).then(|| detected.name.to_owned());
        }
    };
    Some(name.to_owned())
}

fn is_programming(language: &linguist::DetectedLanguage) -> bool {
    language.definition.language_type == linguist_types::LanguageType::Programming
}
