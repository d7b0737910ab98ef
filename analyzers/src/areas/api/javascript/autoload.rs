//! Folders of routes that `@fastify/autoload` loads: each folder within is a part of the path.

use super::super::Endpoint;
use super::super::endpoint::join;
use super::super::values::{known, named, properties, split};
use super::Chained;
use crate::paths;

/// A folder that is loaded.
struct Loaded {
    folder: String,
    prefix: String,
    /// Whether the folders within are parts of the path.
    is_nested: bool,
}

impl Chained<'_> {
    /// Puts what the folders say before the paths of the routes in them.
    pub(super) fn prefix_by_folders(&self, endpoints: &mut [Endpoint]) {
        let folders = self.loaded();
        if folders.is_empty() {
            return;
        }
        let imported = self.modules.imported();
        for endpoint in endpoints.iter_mut().filter(|endpoint| !imported.contains(endpoint.file.as_str())) {
            let within =
                |folder: &&Loaded| endpoint.file.strip_prefix(&folder.folder).is_some_and(|it| it.starts_with('/'));
            let Some(loaded) = folders.iter().filter(within).max_by_key(|loaded| loaded.folder.len()) else { continue };
            let inner = paths::folder(&endpoint.file).strip_prefix(&loaded.folder).unwrap_or_default();
            let inner = if loaded.is_nested { inner.replace("/_", "/:") } else { String::new() };
            let inner = self.own_prefix(&endpoint.file).unwrap_or(inner);
            endpoint.path = join(&join(&loaded.prefix, &inner), &endpoint.path);
        }
    }

    fn loaded(&self) -> Vec<Loaded> {
        let mut loaded = Vec::new();
        for (file, calls) in &self.groups {
            for arguments in calls.iter().filter_map(|call| call.var("ARGS")) {
                let arguments = split(arguments, ',');
                let [plugin, options, ..] = arguments.as_slice() else { continue };
                if !plugin.to_ascii_lowercase().ends_with("autoload") {
                    continue;
                }
                let options = properties(options);
                let Some(folder) = named(&options, "dir") else { continue };
                let inner = named(&options, "options").map(properties).unwrap_or_default();
                loaded.push(Loaded {
                    folder: resolved(paths::folder(file), &quoted(folder).join("/")),
                    prefix: named(&inner, "prefix")
                        .and_then(|prefix| known(self.repo, file, prefix))
                        .unwrap_or_default(),
                    is_nested: named(&options, "dirNameRoutePrefix") != Some("false"),
                });
            }
        }
        loaded
    }

    /// What a file says itself: `export const autoPrefix = '/users'`.
    fn own_prefix(&self, file: &str) -> Option<String> {
        let (_, rest) = self.repo.text(file)?.split_once("autoPrefix")?;
        quoted(rest.lines().next()?).first().map(|prefix| (*prefix).to_owned())
    }
}

/// What stands between quotes.
fn quoted(expression: &str) -> Vec<&str> {
    expression.split(['\'', '"', '`']).skip(1).step_by(2).collect()
}

/// The path of `relative` from the root, as seen from `folder`.
fn resolved(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
