//! Modules of Python that only a program's commands ask for.

use std::collections::{BTreeMap, BTreeSet};

use crate::Snapshot;
use crate::paths;

/// Which modules commands ask for, and who else asks for which.
pub(super) struct Commands {
    by_commands: BTreeSet<String>,
    /// The folders of the files that say a word where they import, as one may be said from within a package as well.
    by_others: BTreeMap<String, BTreeSet<String>>,
}

impl Commands {
    /// Reads what is imported, where there are commands of Django.
    pub(super) fn of(repo: &Snapshot) -> Self {
        let mut found = Commands { by_commands: BTreeSet::new(), by_others: BTreeMap::new() };
        let files = || {
            let files = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".py"));
            files.map(|(file, text)| (file.path.as_str(), text)).filter(|(path, _)| !paths::is_aside(path))
        };
        if !files().any(|(path, _)| is_command(path)) {
            return found;
        }
        for (path, text) in files() {
            for word in words(text) {
                if is_command(path) {
                    found.by_commands.insert(word.to_owned());
                } else {
                    found.by_others.entry(word.to_owned()).or_default().insert(paths::folder(path).to_owned());
                }
            }
        }
        found
    }

    /// Whether commands ask for the module at `path`, or for the package that it lies in, and nothing outside of that does.
    pub(super) fn alone_ask_for(&self, path: &str) -> bool {
        let folder = paths::folder(path);
        let (module, package) = (paths::name(path).trim_end_matches(".py"), paths::name(folder));
        let is_only_theirs = |name: &str| {
            let mut others = self.by_others.get(name).into_iter().flatten();
            others.all(|other| other == folder)
        };
        path.ends_with(".py")
            && [module, package].iter().any(|name| self.by_commands.contains(*name))
            && is_only_theirs(module)
            && is_only_theirs(package)
    }
}

fn is_command(path: &str) -> bool {
    paths::folder(path).ends_with("management/commands")
}

/// The words of what a file imports.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut is_open = false;
    let lines = text.lines().filter(move |line| {
        let is_import = is_open || line.starts_with("from ") || line.trim_start().starts_with("import ");
        is_open = is_import && (is_open || line.contains('(')) && !line.contains(')');
        is_import
    });
    lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')).filter(|word| !word.is_empty())
}
