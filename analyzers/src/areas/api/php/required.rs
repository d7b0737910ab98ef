//! Files of routes that another one requires: they have its prefix.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::base;
use crate::Snapshot;
use crate::code::pattern;
use crate::paths;

/// Longer rows of files are not followed.
const DEEPEST: usize = 4;

/// A line that requires another file: `require __DIR__.'/admin.php';`
static REQUIRED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?m)^\s*(?:require|include)(?:_once)?[\s(]+(?:__DIR__\s*\.\s*|base_path\(\s*|dirname\(__FILE__\)\s*\.\s*)?['"](?P<path>[^'"\n]+\.php)['"]"#,
    )
});

/// Adds the files that files of routes require, beside those that their groups load, with what stands in front of all
/// routes of the requiring file.
pub(super) fn add(repo: &Snapshot, included: &mut BTreeMap<String, String>) {
    let is_routes = |path: &str| path.ends_with(".php") && paths::folder(path).split('/').any(|part| part == "routes");
    let files: Vec<(&str, &str)> = repo
        .tree()
        .own_texts()
        .filter(|(file, text)| is_routes(&file.path) && REQUIRED.is_match(text))
        .map(|(file, text)| (file.path.as_str(), text))
        .collect();
    for _ in 0..DEEPEST {
        let before = included.len();
        for (file, text) in &files {
            let own = base(repo, file);
            let prefix = if own.is_empty() { included.get(*file).cloned().unwrap_or_default() } else { own };
            if prefix.is_empty() {
                continue;
            }
            for required in REQUIRED.captures_iter(text) {
                let path = required["path"].trim_start_matches('/');
                let beside = paths::join(paths::folder(file), path);
                let found =
                    [beside.as_deref(), Some(path)].into_iter().flatten().find_map(|path| repo.tree().get(path));
                if let Some(found) = found.filter(|found| found.path != *file) {
                    included.entry(found.path.clone()).or_insert_with(|| prefix.clone());
                }
            }
        }
        if included.len() == before {
            return;
        }
    }
}
