//! Which framework a Go file's routes are of: by its imports, else its folder's, else the repository's.

use std::collections::{BTreeMap, BTreeSet};

use crate::Snapshot;
use crate::areas::api::routing::source::Sources;
use crate::snapshot::stack::Ecosystem;

/// How a route is written, which tells frameworks apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `GET`
    Shouted,
    /// `Get`
    Spoken,
    /// `Add`
    Either,
    /// `Handle`, `HandleFunc`
    Plain,
}

const KNOWN: &[(&str, &str)] = &[
    ("github.com/gin-gonic/gin", "gin"),
    ("github.com/labstack/echo", "Echo"),
    ("github.com/go-chi/chi", "chi"),
    ("github.com/gofiber/fiber", "Fiber"),
    ("github.com/gorilla/mux", "gorilla/mux"),
    ("github.com/julienschmidt/httprouter", "httprouter"),
    ("github.com/uptrace/bunrouter", "bunrouter"),
];

/// The frameworks that are imported.
#[derive(Debug)]
pub(super) struct Frameworks {
    files: BTreeMap<usize, BTreeSet<&'static str>>,
    folders: Vec<String>,
    repository: BTreeSet<&'static str>,
}

impl Frameworks {
    /// Reads the imports of `sources` and the modules that the repository requires.
    pub fn of(repo: &Snapshot, sources: &Sources<'_>) -> Self {
        let imports = |text: &str| -> BTreeSet<&'static str> {
            KNOWN.iter().filter(|(module, _)| text.contains(&format!("\"{module}"))).map(|(_, name)| *name).collect()
        };
        Frameworks {
            files: sources.files().map(|file| (file, imports(sources.text(file)))).collect(),
            folders: sources
                .files()
                .map(|file| sources.path(file).rsplit_once('/').map_or("", |(folder, _)| folder).to_owned())
                .collect(),
            repository: KNOWN
                .iter()
                .filter(|(module, _)| repo.stack().dependency_under(Ecosystem::Go, module).is_some())
                .map(|(_, name)| *name)
                .collect(),
        }
    }

    /// The framework of a route in `file`.
    pub fn of_route(&self, file: usize, style: Style) -> Option<&'static str> {
        let candidates: &[&'static str] = match style {
            Style::Shouted => &["gin", "Echo", "httprouter", "bunrouter"],
            Style::Spoken => &["chi", "Fiber"],
            Style::Either => &["Fiber", "Echo"],
            Style::Plain => &["gorilla/mux", "chi"],
        };
        let pick = |known: &BTreeSet<&'static str>| candidates.iter().copied().find(|name| known.contains(name));
        let folder: BTreeSet<&'static str> = self
            .files
            .iter()
            .filter(|(other, _)| self.folders[**other] == self.folders[file])
            .flat_map(|(_, known)| known.iter().copied())
            .collect();
        let found = self.files.get(&file).and_then(pick).or_else(|| pick(&folder)).or_else(|| {
            // One module may use another router than its neighbour.
            (style != Style::Plain).then(|| pick(&self.repository)).flatten()
        });
        if style == Style::Plain { found.or(Some("net/http")) } else { found }
    }
}
