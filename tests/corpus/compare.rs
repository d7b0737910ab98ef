//! What the review says against what the label says, field by field.

use foliolens_analyzers::{Examination, Finding, Outcome};
use serde_json::Value;

use crate::labels::{Credential, Label};

/// One field of one repository.
#[derive(Debug)]
pub struct Comparison {
    pub field: &'static str,
    pub agrees: bool,
    pub expected: String,
    pub found: String,
}

/// Every field of `label` that is not null.
pub fn compare(label: &Label, found: &Examination) -> Vec<Comparison> {
    let review = Review(found);
    let mut all = Vec::new();
    let mut add =
        |field, agrees, expected: String, found: String| all.push(Comparison { field, agrees, expected, found });

    if let Some(expected) = label.api.is_http_api {
        let is_api = review.fact("api.versioned", "is_http_api") == Value::Bool(true);
        add("api", expected == is_api, expected.to_string(), is_api.to_string());
    }
    if let Some(expected) = &label.api.framework {
        add("framework", names_framework(expected, &found.frameworks), expected.clone(), found.frameworks.join(", "));
    }
    if let Some(expected) = &label.api.versioning {
        let (agrees, seen) = versioning(&review, expected);
        add("versioned", agrees, expected.clone(), seen);
    }
    if let Some(expected) = &label.tests.present {
        let depth = review.fact("tests.exist", "depth").as_str().unwrap_or("none").to_owned();
        let agrees = match word(expected).as_str() {
            "true" => matches!(depth.as_str(), "some" | "substantive"),
            "stub" => matches!(depth.as_str(), "scaffold" | "none"),
            _ => depth == "none",
        };
        add("tests", agrees, word(expected), depth);
    }
    if let Some(expected) = label.tests.ci_runs_them {
        let outcome = review.outcome("tests.in-ci");
        add("tests in CI", expected == (outcome == Outcome::Met), expected.to_string(), format!("{outcome:?}"));
    }
    for (field, signal, expected) in [
        ("README: set-up", "readme.setup", &label.readme.setup),
        ("README: environment", "readme.environment", &label.readme.env_vars),
        ("README: tests", "readme.tests", &label.readme.run_tests),
        ("README: deployment", "deployment.documented", &label.readme.deploy),
    ] {
        if let Some(expected) = expected {
            let outcome = review.outcome(signal);
            add(field, documented(&word(expected), outcome), word(expected), format!("{outcome:?}"));
        }
    }
    if let Some(expected) = &label.deploy_files {
        let files = review.strings("deployment.reproducible", "files");
        add("deployment files", same_files(expected, &files), expected.join(", "), files.join(", "));
    }
    if let Some(expected) = &label.migrations.present {
        let (agrees, seen) = migrations(&review, &word(expected));
        add("migrations", agrees, word(expected), seen);
    }
    if let Some(expected) = label.commit_style.commits {
        add("commits", expected == found.commits as u64, expected.to_string(), found.commits.to_string());
    }
    if let Some(expected) = &label.commit_style.verdict {
        let style = word(&review.fact("commits.focused", "style"));
        add("commit style", *expected == style, expected.clone(), style);
    }
    if let Some(expected) = &label.env_committed {
        let files = review.strings("secrets.files", "files");
        let agrees = expected.iter().all(|path| files.contains(path));
        add("committed .env", agrees, expected.join(", "), files.join(", "));
    }
    for (field, signal, judged) in
        [("pool", "database.pool", &label.connection_pool), ("SQL", "security.sql", &label.sql_string_building)]
    {
        if let Some(expected) = &judged.value {
            let outcome = review.outcome(signal);
            // The label says that SQL is put together by hand, the signal that it is not.
            let (expected, negated) = (word(expected), signal == "security.sql");
            let agrees = judged_alike(&expected, negated, outcome)
                || signal == "database.pool" && expected == "true" && review.is_file();
            add(field, agrees, expected, format!("{outcome:?}"));
        }
    }
    if let Some(expected) = &label.idempotency.value {
        // A label speaks of webhooks and payments together, so one of the two that applies has to agree; where neither
        // does, that is compared.
        let both = ["idempotency.webhooks", "idempotency.payments"].map(|signal| review.outcome(signal));
        let mut asked: Vec<Outcome> = both.into_iter().filter(|outcome| *outcome != Outcome::NotApplicable).collect();
        if asked.is_empty() {
            asked.push(Outcome::NotApplicable);
        }
        let expected = word(expected);
        let agrees = asked.iter().any(|outcome| judged_alike(&expected, false, *outcome));
        add("idempotency", agrees, expected, format!("{asked:?}"));
    }
    if let Some(expected) = &label.indexes.value {
        let (agrees, seen) = indexes(&review, &word(expected));
        add("indexes", agrees, word(expected), seen);
    }
    if let Some(expected) = &label.credentials {
        let (agrees, wanted, seen) = credentials(&review, expected);
        add("credentials", agrees, wanted, seen);
    }
    for (field, signal, fact, expected) in [
        ("logging", "observability.structured-logs", "logging", &label.logging.kind),
        ("error handling", "errors.central", "handling", &label.error_handling.value),
    ] {
        if let Some(expected) = expected {
            let seen = kind(&review, signal, fact);
            // Nothing is asked of what is no service.
            let agrees = *expected == seen || expected == "none" && seen == "not_applicable";
            add(field, agrees, expected.clone(), seen);
        }
    }
    all
}

struct Review<'a>(&'a Examination);

impl Review<'_> {
    fn finding(&self, signal: &str) -> Option<&Finding> {
        self.0.areas.iter().flat_map(|area| &area.findings).find(|finding| finding.signal() == signal)
    }

    fn outcome(&self, signal: &str) -> Outcome {
        self.finding(signal).map_or(Outcome::Error, Finding::outcome)
    }

    /// Whether the database is a file, which needs no pool; labels say that one is there where the driver has one.
    fn is_file(&self) -> bool {
        self.finding("database.pool")
            .is_some_and(|it| it.outcome() == Outcome::NotApplicable && it.summary().contains("SQLite"))
    }

    fn fact(&self, signal: &str, name: &str) -> Value {
        self.finding(signal).and_then(|finding| finding.facts().get(name).cloned()).unwrap_or(Value::Null)
    }

    fn strings(&self, signal: &str, name: &str) -> Vec<String> {
        let list = self.fact(signal, name);
        list.as_array().into_iter().flatten().filter_map(|entry| Some(entry.as_str()?.to_owned())).collect()
    }
}

/// `true` and `"true"` alike.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A label names a framework in words ("Spring Boot / Spring Cloud", "Laravel 10"): its first word decides.
fn names_framework(expected: &str, found: &[String]) -> bool {
    let first = |name: &str| -> String {
        // The one framework that some call by its language as well.
        let name = name.to_lowercase().replace("ruby on rails", "rails");
        name.split(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default().to_owned()
    };
    found.iter().any(|name| first(name) == first(expected))
}

fn versioning(review: &Review<'_>, expected: &str) -> (bool, String) {
    let outcome = review.outcome("api.versioned");
    let scheme = word(&review.fact("api.versioned", "scheme"));
    let agrees = match expected {
        "not_applicable" => outcome == Outcome::NotApplicable,
        // A media type travels in a header.
        "header" => matches!(scheme.as_str(), "header" | "media-type"),
        _ => scheme == expected,
    };
    (agrees, format!("{outcome:?}, {scheme}"))
}

fn documented(expected: &str, outcome: Outcome) -> bool {
    match expected {
        "true" | "linked" => outcome == Outcome::Met,
        "pointer" => matches!(outcome, Outcome::Met | Outcome::Partly),
        "partial" => outcome == Outcome::Partly,
        "stub" => matches!(outcome, Outcome::Partly | Outcome::NotMet),
        // Nothing is asked of a repository for which the question makes no sense.
        _ => matches!(outcome, Outcome::NotMet | Outcome::NotApplicable | Outcome::NotAssessable),
    }
}

/// Whether a label's pattern means a path: `*` stands for any part of a name, and before `/` for folders.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => path == pattern,
        Some((before, behind)) => path.strip_prefix(before).is_some_and(|rest| {
            let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            let is_one_name = |part: &str| !part.contains('/') || behind.starts_with('/');
            ends.filter(|at| is_one_name(&rest[..*at])).any(|at| fits(behind, &rest[at..]))
        }),
    }
}

/// Every file of the label is named, and none is where the label has none.
fn same_files(expected: &[String], found: &[String]) -> bool {
    let expected: Vec<_> = expected.iter().filter(|path| !path.contains('(')).collect();
    if expected.is_empty() {
        found.is_empty()
    } else {
        expected.iter().all(|pattern| found.iter().any(|path| fits(pattern, path)))
    }
}

/// The fact, or that the question makes no sense.
fn kind(review: &Review<'_>, signal: &str, fact: &str) -> String {
    match review.outcome(signal) {
        Outcome::NotApplicable => "not_applicable".to_owned(),
        _ => word(&review.fact(signal, fact)),
    }
}

fn migrations(review: &Review<'_>, expected: &str) -> (bool, String) {
    let kind = word(&review.fact("deployment.migrations", "kind"));
    let tool = word(&review.fact("deployment.migrations", "tool"));
    let agrees = match expected {
        "true" => kind == "tool",
        "false" | "not_applicable" => matches!(kind.as_str(), "none" | "null"),
        other => kind == other,
    };
    (agrees, format!("{kind}, {tool}"))
}

fn judged_alike(expected: &str, negated: bool, outcome: Outcome) -> bool {
    match (expected, negated) {
        ("true", false) => outcome == Outcome::Met,
        ("false", true) => matches!(outcome, Outcome::Met | Outcome::NotApplicable),
        // No request reaches it: that is what the signal says, too.
        ("non_request", true) => matches!(outcome, Outcome::Met | Outcome::NotApplicable | Outcome::NotAssessable),
        // Nothing is there where the question makes no sense, either.
        ("false", false) => outcome != Outcome::Met,
        ("true", true) => matches!(outcome, Outcome::NotMet | Outcome::Partly),
        ("partial", _) => outcome == Outcome::Partly,
        _ => matches!(outcome, Outcome::NotApplicable | Outcome::NotAssessable),
    }
}

/// A label says which indexes are declared, besides primary keys: some, unique ones only, or none. Those that a framework
/// or an engine makes for links by itself count as declared.
fn indexes(review: &Review<'_>, expected: &str) -> (bool, String) {
    let count = |name: &str| review.fact("database.indexes", name).as_u64().unwrap_or(0);
    let (plain, unique) = (count("declared"), count("unique"));
    let (links, bare) = (count("foreign_keys"), count("without_index"));
    let agrees = match expected {
        "true" => plain > 0 || links > 0 && bare == 0,
        "partial" => plain == 0 && unique > 0,
        _ => plain == 0 && unique == 0,
    };
    (agrees, format!("{plain} declared, {unique} unique, {bare} of {links} links bare"))
}

/// A real one must be a red flag and its path named; without a real one there must be no red flag.
fn credentials(review: &Review<'_>, expected: &[Credential]) -> (bool, String, String) {
    let real: Vec<&Credential> = expected
        .iter()
        .filter(|credential| credential.severity == "real" && credential.place != "pull_ref_only")
        .collect();
    let flagged = review.0.red_flags.iter().any(|flag| flag.starts_with("secrets."));
    let mut production: Vec<String> = ["secrets.head", "secrets.history"]
        .iter()
        .flat_map(|signal| review.fact(signal, "findings").as_array().cloned().unwrap_or_default())
        .filter(|finding| finding["class"] == "production")
        .flat_map(|finding| finding["appeared_under"].as_array().cloned().unwrap_or_default())
        .filter_map(|path| Some(path.as_str()?.to_owned()))
        .collect();
    production.sort();
    production.dedup();
    let named = |credential: &&Credential| paths(&credential.path).iter().all(|path| production.contains(path));
    let agrees = if real.is_empty() { !flagged } else { flagged && real.iter().all(named) };
    let wanted = real.iter().map(|credential| credential.path.as_str()).collect::<Vec<_>>().join("; ");
    (agrees, wanted, format!("{}{}", if flagged { "red flag: " } else { "no red flag: " }, production.join(", ")))
}

/// `a/b.py:17,29, c.py (remark)` is `a/b.py` and `c.py`.
fn paths(text: &str) -> Vec<String> {
    text.split(" (")
        .next()
        .unwrap_or_default()
        .split(", ")
        .filter_map(|part| {
            let path = part.split(':').next()?.trim();
            path.contains(['.', '/']).then(|| path.to_owned())
        })
        .collect()
}
