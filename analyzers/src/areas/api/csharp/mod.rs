//! C#: ASP.NET Core, its controllers and its minimal APIs.

mod controllers;
mod fastendpoints;
mod minimal;

use super::endpoint::join;
use super::routing::constants::Constants;
use super::routing::source::Sources;
use super::{Endpoint, VersionCue};
use crate::Snapshot;
use crate::code::Language;
use crate::paths::is_aside;

/// The name that its own site uses.
const FRAMEWORK: &str = "ASP.NET Core";

/// What came before, and what its controllers import: it writes no log of its own.
const BEFORE: &str = "ASP.NET";
const BEFORE_IMPORTS: &[&str] = &["using System.Web.Http", "using System.Web.Mvc"];

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let sources = Sources::of(repo, "api.csharp");
    let constants = Constants::of(&sources, "api.csharp.constant", Language::CSharp);
    let mut endpoints = [
        controllers::endpoints(&sources, &constants),
        minimal::endpoints(&sources, &constants),
        fastendpoints::endpoints(repo, &sources, &constants),
    ]
    .concat();
    for endpoint in &mut endpoints {
        let text = repo.text(&endpoint.file).unwrap_or_default();
        if BEFORE_IMPORTS.iter().any(|import| text.contains(import)) {
            endpoint.framework = BEFORE;
        }
    }
    for (folder, base) in path_bases(repo) {
        for endpoint in endpoints.iter_mut().filter(|endpoint| endpoint.file.starts_with(&folder)) {
            endpoint.path = join(&base, &endpoint.path);
        }
    }
    endpoints
}

/// `app.UsePathBase("/api")`: the folder of the program that calls it, and the path.
fn path_bases(repo: &Snapshot) -> Vec<(String, String)> {
    let texts = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".cs"));
    texts
        .filter_map(|(file, text)| {
            let (before, rest) = text.split_once(".UsePathBase(\"")?;
            let is_code = !before.lines().last().unwrap_or_default().contains("//");
            let base = rest.split('"').next().filter(|base| is_code && base.starts_with('/'))?;
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            Some((folder.to_owned(), base.to_owned()))
        })
        .collect()
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    let sources = Sources::of(repo, "api.csharp");
    let found: Vec<_> = sources.matches("api.csharp.versioning").collect();
    if found.is_empty() || is_unused(repo) {
        return Vec::new();
    }
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

/// Whether every request may leave the version out, and no endpoint has another one than the rest.
fn is_unused(repo: &Snapshot) -> bool {
    const ASKS: &[&str] =
        &["MapToApiVersion", "WithApiVersionSet", "HasApiVersion", "[ApiVersion", "NewVersionedApi", "WithVersionSet"];
    let texts = || repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".cs") && !is_aside(&file.path));
    texts().any(|(_, text)| text.contains("AssumeDefaultVersionWhenUnspecified = true"))
        && !texts().any(|(_, text)| ASKS.iter().any(|asks| text.contains(asks)))
}

#[cfg(test)]
mod tests;
