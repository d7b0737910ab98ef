//! What to ask about, and where it stands in the repository: the facts of the interview kit. Its sentences are no
//! concern of this room.

mod access;
mod evidence;
mod lists;
mod tasks;
mod tenants;
mod webhooks;

use std::collections::BTreeMap;

use crate::{Finding, Outcome, Place, Snapshot};

/// How many places a question shows.
const SHOWN: usize = 3;

/// Something to ask about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Which question it is, as `topic.variant`; one of [`IDS`].
    pub id: &'static str,
    /// What the question names, such as a table or a number, by its name in the sentence. May hold text from the
    /// repository.
    pub names: BTreeMap<&'static str, String>,
    /// What it is asked of; nothing for what is asked of everybody.
    pub places: Vec<Place>,
}

/// Every question there is.
pub const IDS: &[&str] = &[
    "tenants.owner",
    "tenants.none",
    "tenants.generic",
    "webhook.route",
    "webhook.generic",
    "slow.index",
    "slow.queries",
    "slow.list",
    "slow.generic",
    "task.defined",
    "task.library",
    "task.generic",
    "access.removed",
    "access.open",
    "access.number",
    "access.checks",
    "access.identity",
    "access.generic",
    "commit.large",
    "commit.first",
    "key.gone",
    "key.here",
    "interface.versions",
    "interface.breaking",
];

/// The topics, in the order of the kit, each with the areas that it belongs to. It reads what the first of them found.
const TOPICS: &[(Ask, &[&str])] = &[
    (tenants::prompt, &["database"]),
    (webhooks::prompt, &["idempotency", "api"]),
    (lists::prompt, &["database", "api"]),
    (tasks::prompt, &["jobs", "api"]),
    (access::prompt, &["security"]),
    (evidence::commit, &["commits"]),
    (evidence::key, &["secrets"]),
    (evidence::interface, &["api"]),
];

/// The areas whose findings are read to ask what belongs to one of the areas `only`.
pub(crate) fn reads(only: &[&str]) -> impl Iterator<Item = &'static str> {
    let asked = TOPICS.iter().filter(|(_, areas)| areas.iter().any(|area| only.contains(area)));
    asked.filter_map(|(_, areas)| areas.first().copied())
}

type Ask = fn(&Snapshot, &Findings<'_>) -> Option<Prompt>;

/// What to ask about `repo`, of which `findings` were found, as far as it belongs to one of the areas `only` (empty for
/// all).
pub fn prompts<'a>(repo: &Snapshot, findings: impl IntoIterator<Item = &'a Finding>, only: &[&str]) -> Vec<Prompt> {
    let findings = Findings(findings.into_iter().map(|finding| (finding.signal(), finding)).collect());
    TOPICS
        .iter()
        .filter(|(_, areas)| only.is_empty() || areas.iter().any(|area| only.contains(area)))
        .filter_map(|(ask, _)| ask(repo, &findings))
        .collect()
}

impl Prompt {
    fn new(id: &'static str) -> Self {
        Prompt { id, names: BTreeMap::new(), places: Vec::new() }
    }

    fn naming(mut self, name: &'static str, value: impl ToString) -> Self {
        self.names.insert(name, value.to_string());
        self
    }

    fn at(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        self.places = places.into_iter().take(SHOWN).collect();
        self
    }

    /// The same with `mask` over every text that may come from the repository.
    pub(crate) fn masked(mut self, mask: &dyn Fn(&str) -> Option<String>) -> Self {
        let texts = self.names.values_mut().chain(self.places.iter_mut().map(|place| &mut place.path));
        for text in texts {
            if let Some(masked) = mask(text) {
                *text = masked;
            }
        }
        self
    }
}

/// What was found, by signal. An area that is not there yet is asked for in vain.
struct Findings<'a>(BTreeMap<&'a str, &'a Finding>);

impl<'a> Findings<'a> {
    fn get(&self, signal: &str) -> Option<&'a Finding> {
        self.0.get(signal).copied()
    }

    /// The finding on `signal` if it is wanting.
    fn wanting(&self, signal: &str) -> Option<&'a Finding> {
        self.get(signal).filter(|finding| matches!(finding.outcome(), Outcome::NotMet | Outcome::Partly))
    }
}

/// A number among the facts of `finding`.
fn number(finding: &Finding, fact: &str) -> u64 {
    finding.facts().get(fact).and_then(serde_json::Value::as_u64).unwrap_or(0)
}

/// The places of `finding` that are in a file: what the whole tree shows is no place to ask about.
fn files(finding: &Finding) -> impl Iterator<Item = Place> + '_ {
    finding.places().iter().filter(|place| !place.path.is_empty()).cloned()
}

#[cfg(test)]
mod tests;
