//! Whether the `.gitignore` files of the tree under review cover a path by now.

use globset::{GlobBuilder, GlobMatcher};

use crate::Snapshot;
use crate::paths;

/// More patterns than that are no list made by a person.
const MOST_PATTERNS: usize = 5_000;

/// The patterns of every `.gitignore`, those of outer folders first.
pub(super) struct Ignored(Vec<Pattern>);

struct Pattern {
    /// The folder that it speaks about, with `/` at the end; empty for the root.
    folder: String,
    matcher: GlobMatcher,
    /// Whether it matches names at any depth.
    is_name: bool,
    only_folders: bool,
    includes: bool,
}

impl Ignored {
    pub(super) fn of(repo: &Snapshot) -> Self {
        let mut files: Vec<_> = repo.tree().files().iter().filter(|file| file.name() == ".gitignore").collect();
        files.sort_by_key(|file| (file.path.matches('/').count(), &file.path));
        let patterns = files.into_iter().filter_map(|file| Some((paths::folder(&file.path), file.text()?)));
        let mut patterns =
            patterns.flat_map(|(folder, text)| text.lines().filter_map(move |line| pattern(folder, line)));
        let read = patterns.by_ref().take(MOST_PATTERNS).collect();
        if patterns.next().is_some() {
            let why = format!(
                "with patterns of files to ignore beyond the first {MOST_PATTERNS} of all, which were not read"
            );
            repo.leave("text", why, ".gitignore");
        }
        Ignored(read)
    }

    /// Whether git would leave `path` out if it were new.
    pub(super) fn covers(&self, path: &str) -> bool {
        // A folder that is ignored takes everything in it along.
        let folders = path.match_indices('/').map(|(at, _)| (&path[..at], true));
        folders.chain([(path, false)]).any(|(path, is_folder)| {
            let last = self.0.iter().rev().find(|pattern| pattern.matches(path, is_folder));
            last.is_some_and(|pattern| !pattern.includes)
        })
    }
}

impl Pattern {
    fn matches(&self, path: &str, is_folder: bool) -> bool {
        let Some(within) = path.strip_prefix(&*self.folder) else { return false };
        (is_folder || !self.only_folders)
            && self.matcher.is_match(if self.is_name { paths::name(within) } else { within })
    }
}

fn pattern(folder: &str, line: &str) -> Option<Pattern> {
    let line = line.trim_end();
    let (includes, line) = match line.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (only_folders, line) = match line.strip_suffix('/') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let is_name = !line.contains('/');
    let glob = GlobBuilder::new(line.trim_start_matches('/')).literal_separator(true).backslash_escape(true).build();
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    Some(Pattern { folder, matcher: glob.ok()?.compile_matcher(), is_name, only_folders, includes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn patterns_that_are_not_read_are_told() {
        let told = |count: usize| {
            let patterns: String = (0..count).map(|at| format!("{at}.log\n")).collect();
            let repo = Fixture::new().file(".gitignore", &patterns).snapshot();
            Ignored::of(&repo);
            repo.left().len()
        };
        assert_eq!((told(5_000), told(5_001)), (0, 1));
    }

    #[test]
    fn the_last_pattern_that_matches_decides_as_in_git() {
        let root = "*.pem\n.env*\n!.env.example\n/config/local.yml\nbuild/\n# *.md\n";
        let repo = Fixture::new().file(".gitignore", root).file("api/.gitignore", "keys/*.json\n").snapshot();
        let ignored = Ignored::of(&repo);
        for path in ["a.pem", "deep/b.pem", ".env", "api/.env.local", "config/local.yml", "build/x", "api/keys/a.json"]
        {
            assert!(ignored.covers(path), "{path}");
        }
        for path in [".env.example", "x/config/local.yml", "keys/a.json", "README.md", "build"] {
            assert!(!ignored.covers(path), "{path}");
        }
    }
}
