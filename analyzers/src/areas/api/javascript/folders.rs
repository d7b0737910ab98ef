//! Folders whose files are read by name and are each handed the same router:
//! ``readdirSync('../routes').map(async (file) => (await import(`../routes/${file}`)).default(router))``.

use std::sync::LazyLock;

use regex::Regex;

use super::Chained;
use crate::code::{Language, pattern};
use crate::paths;

/// A module that has no name of its own, and what it is called with.
static HANDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\)\s*\.\s*default|\b(?:m|mod|module)\.default|\brequire\((?:[^()\n]|\([^()\n]*\))*\))\s*\(\s*(?:this\.)?([A-Za-z_$]\w*)\s*[,)]",
    )
});

/// The way to one file of a folder.
const WAYS: [&str; 6] = ["readdir", "glob", "fg.", "import(", "require(", "join("];

impl Chained<'_> {
    /// Mounts what the files of such folders do with the router that they are handed.
    pub(super) fn mount_folders(&mut self) {
        let repo = self.repo;
        for (file, text) in repo.tree().own_texts() {
            let is_script = matches!(Language::of(&file.path), Some(Language::JavaScript | Language::TypeScript));
            if !is_script || !["readdir", "glob"].iter().any(|way| text.contains(way)) {
                continue;
            }
            for found in HANDED.captures_iter(text) {
                let folders = folders(text);
                let own = paths::folder(&file.path);
                let is_loaded = |path: &str| match folders.as_slice() {
                    [] => paths::folder(path) == own,
                    folders => {
                        folders.iter().any(|it| format!("/{}/", paths::folder(path)).contains(&format!("/{it}/")))
                    }
                };
                let loaded = repo.tree().own_texts().map(|(file, _)| file.path.as_str());
                for path in loaded.filter(|path| *path != file.path && is_loaded(path)) {
                    if let Some(child) = self.modules.handed(path) {
                        self.routers.mount((file.path.clone(), found[1].to_owned()), String::new(), child);
                    }
                }
            }
        }
    }
}

/// The folders that the lines name which lead to files: `src/main/routes` of `**/src/main/routes/**routes.ts`.
fn folders(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| WAYS.iter().any(|way| line.contains(way)));
    let quoted = lines.flat_map(|line| line.split(['\'', '"', '`']).skip(1).step_by(2));
    let folder = |path: &str| -> Vec<String> {
        let parts = path.split('/').take_while(|part| !part.contains(['$', '.']) || part.trim_matches('.').is_empty());
        parts.filter(|part| !part.contains(['*', '.']) && !part.is_empty()).map(str::to_owned).collect()
    };
    // A package that is loaded by its name is no folder.
    let leads = |path: &&str| path.starts_with(['.', '*', '/']) || path.contains("routes") || path.contains("modules");
    let mut folders: Vec<String> = quoted.filter(leads).map(|path| folder(path).join("/")).collect();
    folders.retain(|folder| !folder.is_empty());
    folders.sort();
    folders.dedup();
    folders
}
