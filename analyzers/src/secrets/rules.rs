//! The rules under `rules/secrets/`, one TOML file a provider, in a folder for what it provides.
//!
//! A file has `provider`, `revoke` (what to do first with a value of theirs), `reference` (where the form is described:
//! the address of the provider's documentation or of a standard), and `[[rule]]` entries with
//! - `id`, `name` (as it follows "a" or "an" in a sentence),
//! - `tier`: `format` (the default), `named`, `generic` or `marker`, see [`Tier`],
//! - `keywords`: texts of which one must stand in the match; exact, or in any case with `any_case = true`,
//! - `pattern`: a linear regular expression over bytes. The group `value` is the credential (else the whole match);
//!   groups `user` and `host` tell a check more. With `uses = true` the group `name` is a constant whose definition
//!   in the same text holds the value,
//! - `assigned = true`: skip a keyword without `=`, `:`, `(` or `,` close behind,
//! - `defaults = true`: for a generic rule, also say where a weak or default value stands,
//! - `password = true`: a person chose it, so a weak one is a local default rather than a weak secret,
//! - `telling = true`: nothing else begins as its values do, though the keyword does not end with a sign,
//! - `stored = true`: a store of credentials or a place for nothing else, so that a weak value counts as well,
//! - `possible = true`: no red flag wherever it stands, since the form alone proves too little,
//! - `window`: bytes before and after the keyword that the pattern may need,
//! - `check`: what else must hold, see `check.rs`,
//! - `judged`: `public`, `example` or `locked` if every value of this form is (publishable keys, test mode),
//! - `revoke` and `reference`: if they differ from the provider's,
//! - `positives` and `negatives`: texts in which the rule finds a live value and does not, as templates (see `examples.rs`), so
//!   that no valid-looking credential stands in this repository.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex::bytes::Regex;
use serde::Deserialize;

use super::check::Check;
use super::judgement::Judgement;
use super::rule_files::FILES;
use super::sieve::Sieve;

/// How much a match says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// A form that only this provider's credentials have.
    Format,
    /// A literal where a framework or a well-known setting wants a secret.
    Named,
    /// A literal next to a suggestive word: possible, please look.
    Generic,
    /// No credential: the text is a file that may hold personal data (a dump, a database).
    Marker,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Stable id, such as `github-token`.
    pub id: String,
    /// What it finds, as it follows "a".
    pub name: String,
    /// Whose credential it is.
    pub provider: String,
    /// What to do with one first.
    pub revoke: String,
    /// The address at which the form is described.
    pub reference: String,
    /// How much a match says by itself.
    pub tier: Tier,
    pub(super) keywords: Vec<String>,
    pub(super) any_case: bool,
    pub(super) assigned: bool,
    pub(super) uses: bool,
    pub(super) defaults: bool,
    telling: bool,
    pub(super) password: bool,
    /// Whether it looks into what is made for credentials, where a weak one is one as well.
    pub stored: bool,
    /// Whether a value is worth a look at most.
    pub possible: bool,
    pub(super) window: (usize, usize),
    pub(super) check: Check,
    pub(super) judged: Option<Judgement>,
    pub(super) positives: Vec<String>,
    pub(super) negatives: Vec<String>,
    pattern: String,
    compiled: OnceLock<Regex>,
    sieve: OnceLock<Sieve>,
}

impl Rule {
    /// Whether a value that is well-formed carries a checksum that only its provider would have computed.
    pub fn has_checksum(&self) -> bool {
        self.check == Check::Crc62
    }

    /// Whether it finds what a request is sent with.
    pub fn is_of_a_request(&self) -> bool {
        matches!(self.check, Check::Pair | Check::Login)
    }

    /// Whether every value begins as nothing else does: `os_v2_`, `xoxb-`.
    pub fn has_prefix(&self) -> bool {
        let is_prefix = |keyword: &String| keyword.len() >= 3 && keyword.ends_with(['_', '-', '.']);
        self.tier == Tier::Format && (self.telling || self.keywords.iter().all(is_prefix))
    }

    /// What says quickly that a keyword stands in no match, compiled when a keyword of the rule is first seen.
    pub(super) fn sieve(&self) -> &Sieve {
        self.sieve.get_or_init(|| {
            Sieve::of(&self.pattern, &self.keywords)
                .unwrap_or_else(|error| panic!("the rules are checked by a test: {}: {error}", self.id))
        })
    }

    /// The expression, compiled when it may match for the first time.
    pub(super) fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            regex::bytes::RegexBuilder::new(&self.pattern)
                .unicode(false)
                .multi_line(true)
                .build()
                .unwrap_or_else(|error| panic!("the rules are checked by a test: {}: {error}", self.id))
        })
    }
}

/// Every rule, in the order of the files.
pub fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let read = |files: &[(&str, &str)]| files.iter().flat_map(|(path, text)| read(path, text)).collect();
        let (some, others) = FILES.split_at(FILES.len() / 2);
        // Every review waits for this. Threads of their own, since one of the pool could be given work that waits, too.
        std::thread::scope(|scope| {
            let others = scope.spawn(|| read(others));
            let mut all: Vec<Rule> = read(some);
            all.extend(others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            all
        })
    })
}

/// The rule called `id`.
pub fn rule(id: &str) -> Option<&'static Rule> {
    static BY_ID: OnceLock<HashMap<&str, &Rule>> = OnceLock::new();
    BY_ID.get_or_init(|| rules().iter().map(|rule| (rule.id.as_str(), rule)).collect()).get(id).copied()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    provider: String,
    revoke: String,
    reference: String,
    rule: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    revoke: Option<String>,
    reference: Option<String>,
    #[serde(default = "format")]
    tier: Tier,
    keywords: Vec<String>,
    #[serde(default)]
    any_case: bool,
    #[serde(default)]
    assigned: bool,
    #[serde(default)]
    uses: bool,
    #[serde(default)]
    defaults: bool,
    #[serde(default)]
    telling: bool,
    #[serde(default)]
    password: bool,
    #[serde(default)]
    stored: bool,
    #[serde(default)]
    possible: bool,
    #[serde(default = "window")]
    window: (usize, usize),
    #[serde(default)]
    check: Check,
    judged: Option<Judgement>,
    pattern: String,
    positives: Vec<String>,
    #[serde(default)]
    negatives: Vec<String>,
}

fn format() -> Tier {
    Tier::Format
}

fn window() -> (usize, usize) {
    (64, 400)
}

fn read(path: &str, text: &str) -> Vec<Rule> {
    let file: File =
        toml::from_str(text).unwrap_or_else(|error| panic!("the rules are checked by a test: {path}: {error}"));
    let File { provider, revoke, reference, rule } = file;
    rule.into_iter()
        .map(|entry| Rule {
            id: entry.id,
            name: entry.name,
            provider: provider.clone(),
            revoke: entry.revoke.unwrap_or_else(|| revoke.clone()),
            reference: entry.reference.unwrap_or_else(|| reference.clone()),
            tier: entry.tier,
            keywords: entry.keywords,
            any_case: entry.any_case,
            assigned: entry.assigned,
            uses: entry.uses,
            defaults: entry.defaults,
            telling: entry.telling,
            password: entry.password,
            stored: entry.stored,
            possible: entry.possible,
            window: entry.window,
            check: entry.check,
            judged: entry.judged,
            positives: entry.positives,
            negatives: entry.negatives,
            pattern: entry.pattern,
            compiled: OnceLock::new(),
            sieve: OnceLock::new(),
        })
        .collect()
}
