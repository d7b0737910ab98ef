//! Do endpoints that move money take or derive an idempotency key?

mod paths;
mod procedures;
mod providers;
mod states;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use self::states::Way;
use super::{at, named, segments};
use crate::areas::api::Endpoint;
use crate::areas::api::Surface;
use crate::areas::security::marks::{self, is_for_operators};
use crate::areas::security::open_routes::{self, Region};
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "idempotency.payments";

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let charges: Vec<Place> =
        marks::of(repo, "idempotency", "charge").into_iter().map(|found| marks::at(repo, found)).collect();
    let charges = if charges.is_empty() { providers::calls(repo) } else { charges };
    let mut keys = marks::of(repo, "idempotency", "key");
    keys.retain(|found| !is_only_let_through(line_of(repo, found)));
    let moves = |endpoint: &&Endpoint| paths::moves(repo, endpoint, !keys.is_empty());
    let endpoints: Vec<&Endpoint> = Surface::of(repo).endpoints.iter().filter(moves).collect();
    let procedures = procedures::find(repo);
    if endpoints.is_empty()
        && procedures.is_empty()
        && charges.is_empty()
        && let Some(header) = reads_header(repo)
    {
        let summary =
            format!("A request that is sent twice is told from a new one, by an idempotency key, in {}.", header.path);
        return Finding::met(SIGNAL, summary, marks::at(repo, header)).indicative().fact("keys", keys.len());
    }
    if endpoints.is_empty() && procedures.is_empty() && charges.is_empty() {
        return nothing(repo);
    }
    let what = match (endpoints.first(), endpoints.len(), procedures.first(), charges.len()) {
        (Some(first), 1, ..) => format!("one address moves money, {}", named(first)),
        (Some(first), many, ..) => format!("{many} addresses move money, such as {}", named(first)),
        (None, _, Some(first), _) if procedures.len() == 1 => {
            format!("one call of its gRPC interface moves money, {}", first.name)
        }
        (None, _, Some(first), _) => {
            format!("{} calls of its gRPC interface move money, such as {}", procedures.len(), first.name)
        }
        (None, _, None, 1) => "in one place a payment provider is asked for money".to_owned(),
        (None, _, None, calls) => format!("in {calls} places a payment provider is asked for money"),
    };
    let places = || {
        let calls = procedures.iter().map(|procedure| procedure.place(repo)).chain(charges.iter().cloned());
        let places = endpoints.iter().map(|endpoint| at(repo, endpoint)).chain(calls).take(10);
        Evidence::or_absence(places, repo.head())
    };
    let paying = || {
        let files: BTreeSet<&str> = Surface::of(repo).endpoints.iter().map(|endpoint| endpoint.file.as_str()).collect();
        // Beside routes, what stands in the file may be of others.
        let alone = charges.iter().filter(|place| !files.contains(place.path.as_str()));
        let whole = alone.map(|place| Region { path: place.path.clone(), lines: (1, u32::MAX) });
        let called = procedures.iter().map(|procedure| procedure.region());
        let routes = endpoints.iter().flat_map(|endpoint| open_routes::regions(repo, endpoint));
        routes.chain(called).chain(whole).collect::<Vec<_>>()
    };
    let guard = if keys.is_empty() { states::guard(repo, &paying()) } else { None };
    let keyless = without_key(repo, &endpoints, &keys);
    let bare = guard.as_ref().and_then(|(_, place)| unguarded(&endpoints, place));
    let of_some = keyless.map(|(key, bare)| {
        let summary = format!(
            "Some payments may be made twice by a second click: {what}. A repeated one is told from a new one (by an \
             idempotency key) in {}, but for {} nothing was found that does so.",
            key.path,
            named(bare)
        );
        let places = Evidence::or_absence([marks::at(repo, key), at(repo, bare)], repo.head());
        Finding::partly(SIGNAL, summary, places)
    });
    let of_all = || match (guard, bare) {
        _ if !keys.is_empty() => {
            let summary = format!(
                "A payment that is sent twice is made once: {what}, and a repeated one is told from a new one (by an \
                 idempotency key), in {}.",
                keys[0].path
            );
            Finding::met(SIGNAL, summary, marks::places(repo, keys.iter().copied()))
        }
        (Some((Way::Check, place)), _) => {
            let summary = format!(
                "Of two payments in the same moment, both may be made: {what}. Whether it is paid already is looked at \
                 first, in {}, but nothing was found that makes the second wait (a lock), or that tells a repeated \
                 payment from a new one (an idempotency key).",
                place.path
            );
            Finding::partly(SIGNAL, summary, place)
        }
        (Some((_, place)), Some(bare)) => {
            let summary = format!(
                "Some payments may be made twice by a second click: {what}. Something keeps some from it, in {}, but \
                 for {} nothing was found that tells a repeated payment from a new one, such as an idempotency key.",
                place.path,
                named(bare)
            );
            Finding::partly(SIGNAL, summary, Evidence::or_absence([place, at(repo, bare)], repo.head()))
        }
        (Some((way, place)), None) => {
            let how = match way {
                Way::Change => "its state is changed only where it is still open, and what came of that is looked at",
                Way::Lock => "its state is checked under a lock",
                Way::Unique | Way::Check => "the database refuses a second one, by a unique key",
            };
            let summary = format!("A payment that is sent twice is made once: {what}, and {how}, in {}.", place.path);
            Finding::met(SIGNAL, summary, place)
        }
        (None, _) => {
            let summary = format!(
                "A second click or a repeated message may pay twice: {what}, and nothing was found that tells a \
                 repeated payment from a new one, such as an idempotency key. Something else may keep it from that, \
                 such as a lock, and may not be recognised."
            );
            Finding::not_met(SIGNAL, summary, places())
        }
    };
    let finding = of_some.unwrap_or_else(of_all);
    finding
        .indicative()
        .fact("endpoints", endpoints.len())
        .fact("procedures", procedures.len())
        .fact("provider_calls", charges.len())
        .fact("keys", keys.len())
}

/// What is said where nothing was recognised. Several files that are named after payments say that there may be something.
fn nothing(repo: &Snapshot) -> Finding {
    const SEVERAL: usize = 3;
    static NAMED: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)payment|payout|pay_?in\b|withdrawal|refund|chargeback|wallet|pagamento"));
    static OF_ANOTHER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)method|status|type|terms|mock|test"));
    let is_named = |path: &str| {
        let name = crate::paths::name(path);
        let is_page = [".tsx", ".jsx", ".vue", ".svelte"].iter().any(|end| name.ends_with(end));
        Language::of(path).is_some() && !is_page && NAMED.is_match(name) && !OF_ANOTHER.is_match(name)
    };
    // What is withdrawn may be a member as well.
    let speaks_of_money = |path: &str, text: &str| {
        let text = || text.to_ascii_lowercase();
        !path.to_ascii_lowercase().contains("withdrawal") || ["amount", "balance"].iter().any(|it| text().contains(it))
    };
    let texts = repo.tree().own_texts().filter(|(file, text)| speaks_of_money(&file.path, text));
    let texts = texts.map(|(file, _)| file.path.as_str());
    let files: Vec<&str> = texts.filter(|path| is_named(path) && !is_aside(path) && !is_for_operators(path)).collect();
    if let Some(first) = files.first().filter(|_| files.len() >= SEVERAL) {
        let summary = format!(
            "{} files are named after payments, such as {first}, but no address and no call that moves money was \
             recognised, so that it can't be told whether one that is sent twice is made once.",
            files.len()
        );
        return Finding::not_assessable(SIGNAL, summary);
    }
    Finding::not_applicable(SIGNAL, "No address and no call that moves money was recognised.")
}

/// An endpoint that a guard is not about, where the file of that is named after what another is about: `orders.go` guards
/// `/orders/pay`, and not `/balance/transfer`.
fn unguarded<'a>(endpoints: &[&'a Endpoint], guard: &Place) -> Option<&'a Endpoint> {
    let file = crate::paths::name(&guard.path).to_ascii_lowercase();
    let nouns = |endpoint: &Endpoint| -> Vec<String> {
        let mut parts = segments(&endpoint.path);
        parts.pop();
        let is_version =
            |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit()));
        parts.retain(|part| part.chars().all(|c| c.is_alphabetic() || c == '-') && part != "api" && !is_version(part));
        parts.iter().map(|part| part.to_ascii_lowercase().trim_end_matches('s').to_owned()).collect()
    };
    let is_guarded = |endpoint: &&&Endpoint| nouns(endpoint).iter().any(|noun| file.contains(noun.as_str()));
    endpoints.iter().find(is_guarded)?;
    endpoints.iter().find(|endpoint| !nouns(endpoint).is_empty() && !is_guarded(endpoint)).copied()
}

/// The key that the handler of one payment asks for, and another payment whose handler asks for none. Nothing is said where
/// keys are also looked at for all, or in what is named after the other.
fn without_key<'a, 'k>(
    repo: &Snapshot,
    endpoints: &[&'a Endpoint],
    keys: &[&'k CodeMatch],
) -> Option<(&'k CodeMatch, &'a Endpoint)> {
    const FOR_ALL: &[&str] = &["middleware", "interceptor", "filter", "guard", "aspect", "plugin", "decorator", "dto"];
    let regions: Vec<Vec<Region>> = endpoints.iter().map(|endpoint| open_routes::regions(repo, endpoint)).collect();
    let stands_in = |key: &CodeMatch, region: &Region| {
        *key.path == region.path && (region.lines.0..=region.lines.1).contains(&key.lines.0)
    };
    let key_of = |regions: &Vec<Region>| keys.iter().copied().find(|key| regions.iter().any(|it| stands_in(key, it)));
    let key = regions.iter().find_map(key_of)?;
    let others: Vec<&str> = keys
        .iter()
        .filter(|key| !regions.iter().flatten().any(|region| stands_in(key, region)))
        .map(|key| &*key.path)
        .collect();
    let is_for_all = |path: &&str| FOR_ALL.iter().any(|word| path.to_ascii_lowercase().contains(word));
    if others.iter().any(is_for_all) {
        return None;
    }
    let is_bare = |(endpoint, regions): &(&&'a Endpoint, &Vec<Region>)| {
        let last = segments(&endpoint.path).pop().unwrap_or_default().to_ascii_lowercase();
        let word = last.trim_end_matches('s');
        let is_about =
            |path: &&str| *path == endpoint.file || crate::paths::name(path).to_ascii_lowercase().contains(word);
        !regions.is_empty() && key_of(regions).is_none() && !others.iter().any(is_about)
    };
    let bare = endpoints.iter().zip(&regions).find(is_bare).map(|(endpoint, _)| *endpoint)?;
    Some((key, bare))
}

/// Where a program that answers requests reads the header of that name. Who also sets it asks others, and a list of headers
/// that browsers may send reads none.
fn reads_header(repo: &Snapshot) -> Option<&CodeMatch> {
    static SETS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?i)\b(add|set|put|append|header|with_?header|set_?request_?property)\(\s*['"]idempoten[\w-]*['"]\s*,|['"]idempoten[\w-]*['"]\s*(:|=>)"#,
        )
    });
    let reads = |line: &str| {
        let line = line.to_ascii_lowercase();
        ["header", "trygetvalue", ".get("].iter().any(|word| line.contains(word)) && !is_only_let_through(&line)
    };
    let answers = !Surface::of(repo).endpoints.is_empty();
    marks::of(repo, "idempotency", "key")
        .into_iter()
        .filter(|_| answers)
        .find(|found| reads(line_of(repo, found)) && !SETS.is_match(repo.text(&found.path).unwrap_or_default()))
}

/// The line on which `found` begins.
fn line_of<'a>(repo: &'a Snapshot, found: &CodeMatch) -> &'a str {
    let text = repo.text(&found.path).unwrap_or_default();
    let start = text[..found.bytes.start].rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or_default()
}

/// Whether a line lists headers that browsers may send or read.
fn is_only_let_through(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.contains("header") && ["allow", "expose"].iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests;
