//! Are settings safe where nobody sets them?

mod cors;
mod debug;
mod development;
mod fallback;
mod files;

use super::marks;
use crate::areas::api::Surface;
use crate::code::CodeMatch;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "security.defaults";

/// How many places a finding shows of each kind.
const SHOWN: usize = 5;

pub(super) fn finding(repo: &Snapshot) -> Finding {
    if Surface::of(repo).endpoints.is_empty() {
        return Finding::not_applicable(SIGNAL, "The program answers no requests.");
    }
    let values = fallback::places(repo);
    let of =
        |what: fallback::What| values.iter().filter(|(_, it)| *it == what).map(|(place, _)| place.clone()).collect();
    let kinds: [(Vec<Place>, &str); 5] = [
        (
            of(fallback::What::Key),
            "whoever reads the code may be able to forge logins: a key that signs or encrypts has a value in \
             the code for when nobody sets one",
        ),
        (
            of(fallback::What::Password),
            "whoever reads the code may be able to log in as an administrator: a password has a value in it for when \
             nobody sets one",
        ),
        (
            of(fallback::What::Shared),
            "whoever reads the code may pass for a program that this one trusts: a secret between the two has a value \
             in it for when nobody sets one",
        ),
        (
            cors::places(repo),
            "any other website may act with a visitor's login: the settings allow it (CORS with credentials)",
        ),
        (
            debug::places(repo),
            "visitors may see the inside of the program: debug mode is on in the settings for real \
            visitors",
        ),
    ];
    let said: Vec<&str> = kinds.iter().filter(|(places, _)| !places.is_empty()).map(|(_, said)| *said).collect();
    let finding = if said.is_empty() {
        let summary = "No dangerous setting was found: no key with a value in the code for when nobody sets one, no \
                       other website that is let in with a visitor's login, and no debug mode in the settings for \
                       production. Keys in the code itself are asked about among the credentials.";
        Finding::met(SIGNAL, summary, Evidence::absence(repo.head()))
    } else {
        let mut summary = said.join("; ") + ". A default that only development uses is harmless.";
        summary[..1].make_ascii_uppercase();
        let shown = kinds.iter().flat_map(|(places, _)| places.iter().take(SHOWN)).cloned();
        Finding::not_met(SIGNAL, summary, Evidence::or_absence(shown, repo.head())).indicative()
    };
    let [key, password, shared, cors, debug] = kinds.each_ref().map(|(places, _)| places.len());
    finding.fact("fallbacks", key + password + shared).fact("cors", cors).fact("debug", debug)
}

/// The matches of `settings.<language>.<topic>`, of calls within calls the innermost, without those for development.
fn matches<'a>(repo: &'a Snapshot, topics: &[&str]) -> Vec<&'a CodeMatch> {
    let mut found: Vec<_> = topics.iter().flat_map(|topic| marks::each(repo, "settings", topic)).collect();
    found.sort_by_key(|found| (&found.path, found.bytes.start, found.bytes.end));
    found.dedup_by(|a, b| a.path == b.path && a.bytes == b.bytes);
    let holds = |outer: &CodeMatch, inner: &CodeMatch| {
        outer.path == inner.path
            && outer.bytes != inner.bytes
            && outer.bytes.start <= inner.bytes.start
            && inner.bytes.end <= outer.bytes.end
    };
    let innermost = found.iter().filter(|outer| !found.iter().any(|inner| holds(outer, inner)));
    innermost.copied().filter(|found| !development::is_for(repo, found)).collect()
}

fn line(repo: &Snapshot, path: &str, line: u32) -> Place {
    Place::lines(repo.head(), path, line, line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    /// The lines of what is dangerous in the file at `path` of a program that answers requests.
    pub(super) fn lines(path: &str, text: &str) -> Vec<u32> {
        lines_beside(path, text, &[])
    }

    pub(super) fn lines_beside(path: &str, text: &str, others: &[(&str, &str)]) -> Vec<u32> {
        let routes = "const app = require('express')();\napp.get('/a', f);\n";
        let fixture = Fixture::new().file("routes.js", routes).file(path, text);
        let repo = others.iter().fold(fixture, |fixture, (path, text)| fixture.file(path, text)).snapshot();
        let found = finding(&repo);
        found.places().iter().filter(|place| place.path == path).filter_map(|place| Some(place.lines?.0)).collect()
    }

    #[test]
    fn each_kind_is_counted_and_said() {
        let app = "const app = require('express')();\nconst key = process.env.JWT_SECRET || 'dev';\napp.use(cors({ origin: true, credentials: true }));\napp.get('/a', f);\n";
        let found = finding(&Fixture::new().file("app.js", app).snapshot());
        assert_eq!(
            (found.outcome(), &found.facts()["fallbacks"], &found.facts()["cors"]),
            (Outcome::NotMet, &1.into(), &1.into())
        );
        assert!(
            found.summary().contains("forge logins: a key that signs or encrypts has a value in the code"),
            "{}",
            found.summary()
        );
    }
}
