//! C#: ASP.NET Core, its controllers and its minimal APIs.

mod controllers;
mod fastendpoints;
mod minimal;

use super::routing::constants::Constants;
use super::routing::source::Sources;
use super::{Endpoint, VersionCue};
use crate::Snapshot;
use crate::code::Language;

/// The name that its own site uses.
const FRAMEWORK: &str = "ASP.NET Core";

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let sources = Sources::of(repo, "api.csharp");
    let constants = Constants::of(&sources, "api.csharp.constant", Language::CSharp);
    [
        controllers::endpoints(&sources, &constants),
        minimal::endpoints(&sources, &constants),
        fastendpoints::endpoints(repo, &sources, &constants),
    ]
    .concat()
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    let sources = Sources::of(repo, "api.csharp");
    let found: Vec<_> = sources.matches("api.csharp.versioning").collect();
    let chosen = found.iter().any(|(_, found)| found.var("NAME") != Some("AddApiVersioning"));
    let cues = found.into_iter().filter_map(|(file, found)| {
        let scheme = match found.var("NAME")? {
            "HeaderApiVersionReader" => "header",
            "QueryStringApiVersionReader" => "query",
            "MediaTypeApiVersionReader" => "media-type",
            "UrlSegmentApiVersionReader" => "path",
            // What the package reads if nobody chooses.
            "AddApiVersioning" if !chosen => "query",
            _ => return None,
        };
        Some(VersionCue { file: sources.path(file).to_owned(), lines: found.lines, scheme })
    });
    cues.collect()
}

#[cfg(test)]
mod tests;
