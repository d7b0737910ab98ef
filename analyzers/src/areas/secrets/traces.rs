//! What became of each found value: where it came in, where it stands, and when it went.

mod gathered;

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;

use self::gathered::{Gathered, gather};
use super::ignored::Ignored;
use super::opinion::{Opinion, Weight};
use super::place::{self, Class};
use super::spot::{Spot, Within};
use super::surroundings::Surroundings;
use crate::secrets::{By, Fingerprint, Hit, Judgement, Tier, rule};
use crate::snapshot::Commit;
use crate::{Place, Snapshot};

/// Where a value can still be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// In the tree under review.
    Head,
    /// In an older commit of the default branch.
    History,
    /// Only in another branch or a tag.
    Ref,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            State::Head => "head",
            State::History => "history",
            State::Ref => "ref",
        }
    }
}

/// One place of a value in the reviewed tree.
#[derive(Debug)]
pub(super) struct PlaceAtHead {
    pub(super) path: String,
    pub(super) lines: (u32, u32),
    pub(super) judgement: Judgement,
    pub(super) opinion: Opinion,
}

/// One distinct value, by what is known of it.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) rule: &'static str,
    pub(super) fingerprint: Fingerprint,
    pub(super) state: State,
    pub(super) class: Class,
    pub(super) weight: Weight,
    pub(super) judgement: Judgement,
    pub(super) reason: &'static str,
    /// Whether the repository itself says that it needs no action.
    pub(super) is_claimed: bool,
    pub(super) within: Within,
    pub(super) path: String,
    pub(super) paths: usize,
    /// Every place in the reviewed tree, by path and lines; none for what stands in no file of it.
    pub(super) places_at_head: Vec<PlaceAtHead>,
    /// Every path that it ever stood at, sorted.
    pub(super) appeared_under: Vec<String>,
    pub(super) lines: (u32, u32),
    /// As it follows the name of the credential.
    pub(super) spot: String,
    pub(super) place: Place,
    pub(super) first_commit: ObjectId,
    pub(super) first_path: String,
    /// The last commit that is known to have it.
    pub(super) last_commit: ObjectId,
    pub(super) removed_in: Option<ObjectId>,
    /// Whether `.gitignore` would leave the path out today.
    pub(super) is_ignored_now: bool,
    pub(super) author: usize,
    pub(super) is_candidates: bool,
}

/// Spot, hit, and the commit that brought it there unless it is at HEAD.
type Standing<'repo> = (Spot<'repo>, &'repo Hit, Option<usize>);

/// Every distinct value of the tree and the history; those that count most first.
pub(super) fn collect(repo: &Snapshot) -> Vec<Trace> {
    let all = gather(repo);
    if all.is_empty() {
        return Vec::new();
    }
    let (ignored, around) = (Ignored::of(repo), Surroundings::of(repo));
    let mut traces: Vec<Trace> = all.values().filter_map(|gathered| trace(repo, &around, &ignored, gathered)).collect();
    traces.sort_by(|a, b| {
        (a.weight, a.class, a.state, &a.path, a.lines, a.rule, a.fingerprint).cmp(&(
            b.weight,
            b.class,
            b.state,
            &b.path,
            b.lines,
            b.rule,
            b.fingerprint,
        ))
    });
    traces
}

/// Where the value is to be judged: in the tree under review, else where the history had it.
fn standing<'repo>(around: &Surroundings<'_>, gathered: &Gathered<'repo>) -> (State, Vec<Standing<'repo>>) {
    let at_head: Vec<Standing<'repo>> = gathered.head.iter().map(|(spot, hit)| (*spot, *hit, None)).collect();
    let of = |places: &BTreeMap<Spot<'repo>, (Option<usize>, &'repo Hit)>| -> Vec<Standing<'repo>> {
        places.iter().map(|(spot, (commit, hit))| (*spot, *hit, *commit)).collect()
    };
    let before = of(&gathered.history);
    let is_in_use = |places: &[Standing<'_>]| {
        places.iter().any(|(spot, hit, _)| around.anywhere(*spot, hit).weight == Weight::Live)
    };
    let is_providers = |hit: &Hit| rule(hit.rule).is_some_and(|rule| rule.tier == Tier::Format);
    let is_shown = |place: &Standing<'_>| {
        let is_sample = place::is_example(place.0.path) || place::class(place.0.path).0 == Class::Documentation;
        is_sample || is_providers(place.1) || around.anywhere(place.0, place.1).weight == Weight::SetAside
    };
    // What was in use is none for tests, and no sample, for standing in a test, an example or a document today.
    if at_head.is_empty() && before.is_empty() {
        (State::Ref, of(&gathered.elsewhere))
    } else if at_head.is_empty() || at_head.iter().all(is_shown) && !is_in_use(&at_head) && is_in_use(&before) {
        (State::History, before)
    } else {
        (State::Head, at_head)
    }
}

/// Whether the value may have been copied from an example of settings: one that shows it, and that did so before any
/// other file had it. The key of a Laravel application is made for one, so an example has none.
fn is_of_a_sample(state: State, gathered: &Gathered<'_>, hit: &Hit) -> bool {
    let is_example = |spot: &Spot<'_>| place::is_example_of_settings(spot.path);
    let is_shown = match state {
        State::Head => gathered.head.keys().any(is_example),
        _ => gathered.history.keys().any(is_example),
    };
    is_text(hit) && is_shown && hit.rule != "laravel-app-key" && !was_real_before(gathered, &is_example)
}

/// Whether what is gone from where it was in use may have been made for the tests that still have it.
fn is_of_tests(state: State, gathered: &Gathered<'_>, hit: &Hit) -> bool {
    let is_test = |spot: &Spot<'_>| place::class(spot.path).0 == Class::Test || place::is_for_development(spot.path);
    let is_there = || gathered.head.keys().any(is_test);
    is_text(hit) && state == State::History && is_there() && !was_real_before(gathered, &is_test)
}

/// Whether a file that is used had the value before any of the `others`.
fn was_real_before(gathered: &Gathered<'_>, others: &dyn Fn(&Spot<'_>) -> bool) -> bool {
    let oldest = |wanted: &dyn Fn(&Spot<'_>) -> bool| {
        let commits = gathered.history.iter().filter(|(spot, _)| wanted(spot));
        commits.filter_map(|(_, (commit, _))| *commit).max()
    };
    let real = oldest(&|spot| place::class(spot.path).0 == Class::Production && !others(spot));
    // A later index is an older commit.
    matches!((real, oldest(others)), (Some(real), Some(other)) if real > other)
}

fn is_text(hit: &Hit) -> bool {
    rule(hit.rule).is_some_and(|rule| matches!(rule.tier, Tier::Named | Tier::Generic))
}

fn trace(repo: &Snapshot, around: &Surroundings<'_>, ignored: &Ignored, gathered: &Gathered<'_>) -> Option<Trace> {
    let commits = repo.history().commits();
    let (state, places) = standing(around, gathered);
    let opinion_there = |spot: Spot<'_>, hit: &Hit| {
        let opinion = if state == State::Head { around.at_head(spot, hit) } else { around.anywhere(spot, hit) };
        let is_real = opinion.weight < Weight::SetAside && opinion.class == Class::Production;
        if is_real && is_of_a_sample(state, gathered, hit) {
            let reason = "the same value stands in an example file, so it may be a sample that was copied";
            return Opinion { weight: Weight::Possible, reason, ..opinion };
        }
        if is_real && is_of_tests(state, gathered, hit) {
            let reason = "the same value stands among the tests or in a file for development, and may be made for them";
            return Opinion { weight: Weight::Possible, reason, ..opinion };
        }
        // Tests make keys of their own, which are moved about.
        let was_in_tests = || gathered.history.keys().any(|spot| place::class(spot.path).0 == Class::Test);
        if opinion.weight == Weight::Live && hit.rule == "private-key" && was_in_tests() {
            let reason = "a key that stood among the tests before";
            return Opinion { weight: Weight::Possible, reason, ..opinion };
        }
        opinion
    };
    // The place that counts most speaks for the value; of those the one nearest to the root.
    let rank = |(spot, hit, _): &&Standing<'_>| {
        let opinion = opinion_there(*spot, hit);
        (opinion.weight, opinion.class, spot.path.matches('/').count(), spot.within, spot.path.to_owned())
    };
    let (spot, hit, commit) = *places.iter().min_by_key(rank)?;
    let mut hits = (gathered.head.values().copied())
        .chain(gathered.history.values().chain(gathered.elsewhere.values()).map(|(_, hit)| *hit));
    let suppressed = around.suppressed(hit).or_else(|| hits.find_map(|hit| around.suppressed(hit)));
    let opinion = match (opinion_there(spot, hit), suppressed) {
        (opinion, Some(said)) if opinion.weight != Weight::SetAside => match said.by {
            By::Asker => Opinion { weight: Weight::Suppressed, reason: said.reason.words(), ..opinion },
            // Whoever is reviewed may say what they will, but can not have it go unsaid.
            By::Owner => Opinion { weight: Weight::Possible, reason: said.reason.claimed(), ..opinion },
        },
        (opinion, _) => opinion,
    };
    let is_claimed = opinion.weight == Weight::Possible && suppressed.is_some();
    let all = if gathered.history.is_empty() { &gathered.elsewhere } else { &gathered.history };
    // The oldest that is known; a later index is an older commit.
    let (first_spot, first) = all
        .iter()
        .map(|(spot, (commit, _))| (*spot, *commit))
        .max_by_key(|(_, commit)| *commit)
        .unwrap_or((spot, None));
    let id = |index: usize| commits[index].id;
    let at = commit.map_or(repo.head(), id);
    let is_whole = matches!(spot.within, Within::Message | Within::Person | Within::Tag | Within::RefName);
    let appeared: BTreeSet<&str> =
        (gathered.head.keys().chain(gathered.history.keys()).chain(gathered.elsewhere.keys()))
            .map(|spot| spot.path)
            .filter(|path| !path.is_empty())
            .collect();
    // What an example still shows is not gone.
    let is_gone = state == State::History && gathered.head.is_empty();
    let removed = is_gone.then_some(gathered.removed_in).flatten();
    let before = |commit: &Commit| commit.first_parent;
    let last = removed.and_then(|index| before(&commits[index])).or(gathered.newest.map(id));
    Some(Trace {
        rule: hit.rule,
        fingerprint: hit.fingerprint,
        state,
        class: opinion.class,
        weight: opinion.weight,
        judgement: hit.judgement,
        reason: opinion.reason,
        is_claimed,
        within: spot.within,
        path: spot.path.to_owned(),
        paths: places.len(),
        places_at_head: gathered
            .lines
            .iter()
            .map(|((path, lines), hit)| PlaceAtHead {
                path: (*path).to_owned(),
                lines: *lines,
                judgement: hit.judgement,
                opinion: opinion_there(Spot::file(path), hit),
            })
            .collect(),
        is_ignored_now: state != State::Head && !spot.path.is_empty() && ignored.covers(spot.path),
        appeared_under: appeared.into_iter().map(str::to_owned).collect(),
        lines: hit.lines,
        spot: spot.describe(hit.lines.0),
        place: match spot.within {
            Within::File => Place::lines(at, spot.path, hit.lines.0, hit.lines.1),
            _ if is_whole => Place::commit(at),
            // The name can't be linked without being shown.
            _ => Place::commit(first.map_or(at, id)),
        },
        first_commit: first.map_or(repo.head(), id),
        first_path: first_spot.path.to_owned(),
        last_commit: if state == State::Head { repo.head() } else { last.unwrap_or(repo.head()) },
        removed_in: removed.map(id),
        author: first.map_or(0, |index| commits[index].author),
        is_candidates: first.is_none_or(|index| commits[index].is_since),
    })
}
