//! Are settings safe where nobody sets them?

use super::marks;
use crate::code::CodeMatch;
use crate::snapshot::paths;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "security.defaults";

pub(super) fn finding(repo: &Snapshot) -> Finding {
    if repo.surface().endpoints.is_empty() {
        return Finding::not_applicable(SIGNAL, "The program answers no requests.");
    }
    let fallback = marks::all(repo, "fallback");
    let cors = marks::all(repo, "cors");
    let debug: Vec<_> = marks::all(repo, "debug").into_iter().filter(|found| is_for_production(repo, found)).collect();
    let mut said = Vec::new();
    if !fallback.is_empty() {
        said.push("a key that signs or encrypts has a value in the source for when nobody sets one");
    }
    if !cors.is_empty() {
        said.push("every site may send requests with a visitor's cookies");
    }
    if !debug.is_empty() {
        said.push("debug mode is on in the settings for production");
    }
    let finding = if said.is_empty() {
        let summary = "No dangerous setting was found: no key with a value in the source, no other website that is let in with a \
                       visitor's login (CORS), and no debug mode in production settings.";
        Finding::met(SIGNAL, summary, Evidence::absence(repo.head()))
    } else {
        let mut summary = said.join("; ") + ". A default that only development uses is harmless.";
        summary[..1].make_ascii_uppercase();
        let all = fallback.iter().chain(&cors).chain(&debug).copied();
        Finding::not_met(SIGNAL, summary, marks::places(repo, all)).indicative()
    };
    finding.fact("fallbacks", fallback.len()).fact("cors", cors.len()).fact("debug", debug.len())
}

/// Settings that are named for production, or the only ones there are.
fn is_for_production(repo: &Snapshot, found: &CodeMatch) -> bool {
    let path = found.path.to_ascii_lowercase();
    if ["dev", "local", "test", "example", "debug"].iter().any(|word| path.contains(word)) {
        return false;
    }
    if path.contains("prod") {
        return true;
    }
    // Only Django's settings of that name say what production does, unless another file beside them does.
    let folder = paths::folder(&found.path);
    let others = repo.tree().own_texts().filter(|(file, _)| {
        let name = file.name().to_ascii_lowercase();
        paths::folder(&file.path) == folder
            && name != paths::name(&path)
            && (name.contains("prod") || name.contains("local") || name.contains("dev"))
    });
    let is_overruled = repo.text(&found.path).is_some_and(|text| {
        text.matches("DEBUG =").count() > 1 || text.contains("local_settings") || text.contains("django_heroku")
    });
    paths::name(&path) == "settings.py" && others.count() == 0 && !is_overruled
}
