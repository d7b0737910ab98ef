//! Which file of the repository an import names: relative, or by an alias.

use super::Modules;

impl<'a> Modules<'a> {
    /// The file that `module` names as seen from `file`: relative, or through an alias such as `@/` or `src/`.
    pub(in crate::areas::api) fn file(&self, from: &str, module: &str) -> Option<&'a str> {
        let tree = self.repo.tree();
        if module.starts_with('.') {
            let mut folder: Vec<&str> = from.split('/').collect();
            folder.pop();
            for part in module.split('/') {
                match part {
                    "." | "" => {}
                    ".." => {
                        folder.pop();
                    }
                    _ => folder.push(part),
                }
            }
            let base = folder.join("/");
            return candidates(&base).iter().find_map(|path| tree.get(path)).map(|file| file.path.as_str());
        }
        if self.repo.stack().dependencies().iter().any(|dependency| {
            module == dependency.name
                || module.strip_prefix(dependency.name.as_str()).is_some_and(|rest| rest.starts_with('/'))
        }) {
            return None;
        }
        let whole = module.trim_start_matches(['@', '~', '#', '/']);
        let tail = module.split_once('/').map(|(_, tail)| tail);
        [Some(whole), tail].into_iter().flatten().find_map(|tail| {
            let endings: Vec<String> = candidates(tail);
            endings.iter().filter(|ending| !ending.is_empty()).find_map(|ending| {
                tree.files()
                    .iter()
                    .find(|file| {
                        file.path == *ending
                            || file.path.strip_suffix(ending.as_str()).is_some_and(|rest| rest.ends_with('/'))
                    })
                    .map(|file| file.path.as_str())
            })
        })
    }
}

/// The files that an import of `base` may name, which leaves the ending out or the name of a folder's own file.
fn candidates(base: &str) -> Vec<String> {
    let bare = base.trim_end_matches('/');
    let bare = [".js", ".mjs", ".cjs"].iter().find_map(|suffix| bare.strip_suffix(suffix)).unwrap_or(bare);
    let extensions = ["ts", "js", "tsx", "jsx", "mjs", "cjs", "mts"];
    let files = extensions.iter().map(|extension| format!("{bare}.{extension}"));
    let folders = extensions.iter().map(|extension| format!("{bare}/index.{extension}"));
    files.chain(folders).map(|path| path.trim_start_matches('/').to_owned()).collect()
}
