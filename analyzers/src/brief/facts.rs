//! What a brief asks for that no area of the report asks of every repository.

use crate::areas::api::Surface;
use crate::areas::api::endpoint::is_plumbing;
use crate::areas::jobs::{self, Background};
use crate::areas::security::asks_who;
use crate::{Evidence, Finding, Place, Snapshot};

/// How a fact is looked for in what the candidate brought.
type Look = fn(&Snapshot) -> Finding;

/// Signals of a brief alone: id, statement, and how it is looked for.
pub(super) static FACTS: &[(&str, &str, Look)] = &[
    ("trial.endpoint", "There is an address that programs can call", endpoint),
    ("trial.authentication", "An address asks who is calling", authentication),
    ("trial.task", "There is a background task", task),
];

/// How many places a reader wants to open.
const SHOWN: usize = 5;

fn endpoint(repo: &Snapshot) -> Finding {
    const SIGNAL: &str = "trial.endpoint";
    // A health check is an endpoint, but not what was asked for.
    let mut endpoints: Vec<_> = Surface::of(repo).endpoints.iter().collect();
    endpoints.sort_by_key(|endpoint| is_plumbing(&endpoint.path));
    let places = endpoints.iter().map(|one| Place::lines(repo.head(), &*one.file, one.lines.0, one.lines.1));
    let shown = Evidence::of(places.take(SHOWN));
    match (endpoints.as_slice(), shown) {
        ([first, rest @ ..], Some(evidence)) => {
            let counted = match rest.len() {
                0 => "1 address that programs can call".to_owned(),
                more => format!("{} addresses that programs can call, such as", more + 1),
            };
            let method = if first.method == "*" { "" } else { &*format!("{} ", first.method) };
            let colon = if rest.is_empty() { ":" } else { "" };
            let summary = format!("{counted}{colon} {method}`{}`.", first.path);
            // They come last, so where the first is one, all are.
            if is_plumbing(&first.path) {
                let summary = format!("{summary} It only says whether the program runs, or describes it.");
                return Finding::partly(SIGNAL, summary, evidence);
            }
            Finding::met(SIGNAL, summary, evidence)
        }
        _ => Finding::not_met(SIGNAL, "No address that programs can call was found.", Evidence::absence(repo.head())),
    }
}

fn authentication(repo: &Snapshot) -> Finding {
    const SIGNAL: &str = "trial.authentication";
    if Surface::of(repo).endpoints.is_empty() {
        return Finding::not_met(
            SIGNAL,
            "No address was found that could ask who is calling.",
            Evidence::absence(repo.head()),
        );
    }
    let asked = asks_who(repo);
    match Evidence::of(asked.iter().take(SHOWN).cloned()) {
        Some(evidence) => {
            let places = if asked.len() == 1 { "1 place".to_owned() } else { format!("{} places", asked.len()) };
            Finding::met(SIGNAL, format!("Who is calling is asked in {places}."), evidence)
        }
        None => {
            let summary = "Nothing was seen to ask who is calling. It may do so in a way that is not recognised.";
            Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative()
        }
    }
}

fn task(repo: &Snapshot) -> Finding {
    const SIGNAL: &str = "trial.task";
    match jobs::background(repo) {
        Background::Queued(counted, places) => Finding::met(SIGNAL, format!("Found: {counted}."), places),
        Background::Within(places) => {
            let summary = "Work goes on in the background, within the program and without a queue.";
            Finding::met(SIGNAL, summary, places)
        }
        Background::Package(name, place) => {
            let summary = format!("{name} is among the packages that the project uses, but no task for it was found.");
            Finding::partly(SIGNAL, summary, place).indicative()
        }
        Background::None => Finding::not_met(SIGNAL, "No background task was found.", Evidence::absence(repo.head())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_health_check_alone_is_not_what_was_asked_for() {
        let of = |routes: &str| {
            let app = format!("const app = require('express')();\napp.get('/health', f);\n{routes}");
            endpoint(&Fixture::new().file("app.js", &app).snapshot())
        };
        assert_eq!(of("").outcome(), Outcome::Partly);
        let both = of("app.get('/orders', f);\n");
        assert_eq!(
            (both.outcome(), both.summary()),
            (Outcome::Met, "2 addresses that programs can call, such as GET `/orders`.")
        );
    }
}
