//! What an analyzer says: a signal, an outcome, a sentence with numbers, and places to open.

use gix::ObjectId;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How a signal, a statement that can be true or false, turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The statement holds.
    Met,
    /// The statement holds in part.
    Partly,
    /// The statement does not hold.
    NotMet,
    /// The statement makes no sense for this repository (no API, no verdict on API versioning).
    NotApplicable,
    /// The statement makes sense, but this repository can't answer it (too little history, a limit struck).
    NotAssessable,
    /// The analyzer failed. Never counted against the repository.
    Error,
}

/// How sure a finding is. Nothing indicative is ever a red flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A fact that anyone can check by opening the places.
    Observed,
    /// A sign with innocent explanations, which the summary names.
    Indicative,
}

/// A place that anyone can open: a commit, a path at that commit, and lines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The commit at which the path is to be opened.
    pub commit: ObjectId,
    /// The path from the root, with `/`; empty for the root of the tree or the commit itself.
    pub path: String,
    /// First and last line, counted from 1; `None` for the whole file.
    pub lines: Option<(u32, u32)>,
}

impl Place {
    /// The whole file at `path`.
    pub fn file(commit: ObjectId, path: impl Into<String>) -> Self {
        Place { commit, path: path.into(), lines: None }
    }

    /// The lines `start..=end` (from 1) of the file at `path`.
    pub fn lines(commit: ObjectId, path: impl Into<String>, start: u32, end: u32) -> Self {
        Place { commit, path: path.into(), lines: Some((start.max(1), end.max(start).max(1))) }
    }

    /// The commit itself. As evidence of absence: the whole tree at that commit was looked at.
    pub fn commit(commit: ObjectId) -> Self {
        Place { commit, path: String::new(), lines: None }
    }
}

/// At least one [`Place`]. A verdict can't be built without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence(Vec<Place>);

impl Evidence {
    /// Nothing was found in the whole tree at `head`; the finding's summary says what was looked for.
    pub fn absence(head: ObjectId) -> Self {
        Evidence(vec![Place::commit(head)])
    }

    /// The places, of which there is at least one.
    pub fn places(&self) -> &[Place] {
        &self.0
    }

    /// `None` if there is no place at all.
    pub fn of(places: impl IntoIterator<Item = Place>) -> Option<Self> {
        let places: Vec<_> = places.into_iter().collect();
        (!places.is_empty()).then_some(Evidence(places))
    }

    /// The places, or the absence of any in the tree at `head`.
    pub fn or_absence(places: impl IntoIterator<Item = Place>, head: ObjectId) -> Self {
        Self::of(places).unwrap_or_else(|| Self::absence(head))
    }
}

impl From<Place> for Evidence {
    fn from(place: Place) -> Self {
        Evidence(vec![place])
    }
}

/// One signal's answer for one repository.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    signal: &'static str,
    outcome: Outcome,
    confidence: Confidence,
    summary: String,
    facts: Map<String, Value>,
    places: Vec<Place>,
    remedy: Option<String>,
    is_default: bool,
}

impl Finding {
    /// The statement holds, as `evidence` shows.
    pub fn met(signal: &'static str, summary: impl Into<String>, evidence: impl Into<Evidence>) -> Self {
        Self::verdict(signal, Outcome::Met, summary, evidence)
    }

    /// The statement holds in part.
    pub fn partly(signal: &'static str, summary: impl Into<String>, evidence: impl Into<Evidence>) -> Self {
        Self::verdict(signal, Outcome::Partly, summary, evidence)
    }

    /// The statement does not hold.
    pub fn not_met(signal: &'static str, summary: impl Into<String>, evidence: impl Into<Evidence>) -> Self {
        Self::verdict(signal, Outcome::NotMet, summary, evidence)
    }

    /// The statement makes no sense here; `why` is the sentence for the reader.
    pub fn not_applicable(signal: &'static str, why: impl Into<String>) -> Self {
        Self::silence(signal, Outcome::NotApplicable, why)
    }

    /// This repository can't answer; `why` is the sentence for the reader.
    pub fn not_assessable(signal: &'static str, why: impl Into<String>) -> Self {
        Self::silence(signal, Outcome::NotAssessable, why)
    }

    /// The same finding and facts without its verdict: what could not be read might have changed it.
    pub(crate) fn unsettled(self, why: impl Into<String>) -> Self {
        let facts = self.facts;
        Self { facts, ..Self::not_assessable(self.signal, why) }
    }

    /// The analyzer failed; the sentence must not show internals.
    pub fn error(signal: &'static str, why: impl Into<String>) -> Self {
        Self::silence(signal, Outcome::Error, why)
    }

    /// Marks the finding as a sign, not a fact.
    pub fn indicative(mut self) -> Self {
        self.confidence = Confidence::Indicative;
        self
    }

    /// Marks what a package does where nobody asks: good to have, and nobody's work in this repository.
    pub(crate) fn by_default(mut self) -> Self {
        self.is_default = true;
        self
    }

    /// Whether the statement holds by something that stands in this repository, and not by the default of a package or
    /// because something is absent.
    pub(crate) fn is_own_work(&self) -> bool {
        self.outcome == Outcome::Met && !self.is_default && self.places.iter().any(|place| !place.path.is_empty())
    }

    /// Whether the statement holds by what a package does where nobody asks.
    pub(crate) fn is_by_default(&self) -> bool {
        self.outcome == Outcome::Met && self.is_default
    }

    /// Adds a machine-readable fact.
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// Adds places beyond the evidence that the finding was built with (of use on outcomes without a verdict).
    pub fn with_places(mut self, places: impl IntoIterator<Item = Place>) -> Self {
        self.places.extend(places);
        self
    }

    /// Keeps the first `most` places; how many others there were.
    pub(crate) fn keep_places(&mut self, most: usize) -> u64 {
        let beyond = self.places.len().saturating_sub(most);
        self.places.truncate(most);
        beyond as u64
    }

    /// Replaces the signal's general remedy with one for this repository.
    pub fn remedy(mut self, text: impl Into<String>) -> Self {
        self.remedy = Some(text.into());
        self
    }

    /// The same with another sentence.
    pub(crate) fn said(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    /// The signal's id, such as `readme.setup`.
    pub fn signal(&self) -> &'static str {
        self.signal
    }

    /// The outcome.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The confidence.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }

    /// One sentence with numbers. It may hold text from the repository, so it is escaped wherever it is shown.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The machine-readable facts, by name.
    pub fn facts(&self) -> &Map<String, Value> {
        &self.facts
    }

    /// Where to look.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The remedy for this repository, if it differs from the signal's general one.
    pub fn own_remedy(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    /// The same with `mask` over every text that may come from the repository.
    pub(crate) fn masked(mut self, mask: &Mask<'_>) -> Self {
        let over = |text: &mut String| {
            if let Some(masked) = mask(text) {
                *text = masked;
            }
        };
        over(&mut self.summary);
        self.remedy.iter_mut().for_each(over);
        self.places.iter_mut().for_each(|place| over(&mut place.path));
        self.facts = self.facts.into_iter().map(|(name, fact)| (name, mask_value(fact, mask))).collect();
        self
    }

    fn verdict(
        signal: &'static str,
        outcome: Outcome,
        summary: impl Into<String>,
        evidence: impl Into<Evidence>,
    ) -> Self {
        Finding {
            signal,
            outcome,
            confidence: Confidence::Observed,
            summary: summary.into(),
            facts: Map::new(),
            places: evidence.into().0,
            remedy: None,
            is_default: false,
        }
    }

    fn silence(signal: &'static str, outcome: Outcome, why: impl Into<String>) -> Self {
        Finding {
            signal,
            outcome,
            confidence: Confidence::Observed,
            summary: why.into(),
            facts: Map::new(),
            places: Vec::new(),
            remedy: None,
            is_default: false,
        }
    }
}

/// A text without its credentials, if it has any.
pub(crate) type Mask<'scanner> = dyn Fn(&str) -> Option<String> + Sync + 'scanner;

/// Facts are of our making, and not deep.
fn mask_value(value: Value, mask: &Mask<'_>) -> Value {
    match value {
        Value::String(text) => Value::String(mask(&text).unwrap_or(text)),
        // Thousands of credentials may be listed.
        Value::Array(all) => {
            all.into_par_iter().with_min_len(32).map(|value| mask_value(value, mask)).collect::<Vec<_>>().into()
        }
        Value::Object(all) => {
            let masked = all.into_iter().map(|(key, value)| (mask(&key).unwrap_or(key), mask_value(value, mask)));
            Value::Object(masked.collect())
        }
        other => other,
    }
}
