//! Do calls to other systems have a timeout?

use super::{part, places};
use crate::areas::observability::server::Server;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::{Finding, Snapshot};

const SIGNAL: &str = "errors.timeouts";

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>) -> Finding {
    let mut calls: Vec<_> =
        server.matches("errors", "call").into_iter().filter(|found| !server.is_for_terminal(&found.path)).collect();
    let (endless, by_default): (Vec<_>, Vec<_>) =
        server.matches("errors", "call.bounded").into_iter().partition(|found| is_endless(repo, found));
    calls.extend(endless);
    let for_all: Vec<_> = server.matches("errors", "call.timeout");
    let (bounded, open): (Vec<_>, Vec<_>) = calls
        .into_iter()
        .partition(|found| has_timeout(repo, found) || for_all.iter().any(|other| other.language == found.language));
    let all = bounded.len() + by_default.len() + open.len();
    let finding = match (open.first(), by_default.first().or(bounded.first())) {
        (None, None) => {
            return Finding::not_applicable(
                SIGNAL,
                "No place was recognised where the program asks another system (no call over HTTP).",
            );
        }
        (None, Some(first)) => {
            let summary = if bounded.is_empty() {
                format!(
                    "Other systems are called in {}, with a library that gives up by itself, as in {}.",
                    places(all),
                    first.path
                )
            } else {
                format!(
                    "Other systems are called in {}, and a limit to the time that it waits was found for each.",
                    places(all)
                )
            };
            Finding::met(SIGNAL, summary, marks::places(repo, by_default.iter().chain(&bounded).copied()))
        }
        (Some(first), _) => {
            let summary = format!(
                "In {} to other systems, nothing limits how long the program waits, as in {}. A limit around the \
                 call may not be recognised.",
                part(open.len(), all, "call"),
                first.path
            );
            let at = marks::places(repo, open.iter().copied());
            if open.len() * 2 <= all {
                Finding::partly(SIGNAL, summary, at).indicative()
            } else {
                Finding::not_met(SIGNAL, summary, at).indicative()
            }
        }
    };
    finding.fact("calls", all).fact("without", open.len())
}

/// Whether the call, or the function around it, says how long it waits.
fn has_timeout(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return true };
    let call = text.get(found.bytes.clone()).unwrap_or_default();
    if is_endless(repo, found) {
        return false;
    }
    if says_time(call) {
        return true;
    }
    let around = found.functions.last().and_then(|function| text.get(function.bytes.clone())).unwrap_or_default();
    // What another call beside this one is given is that call's.
    let others = others(repo, found).into_iter().fold(around.to_owned(), |around, other| around.replace(other, ""));
    let around = others.as_str();
    match found.language {
        // What is passed to a call of Python names its timeout there, or in a dictionary beside it.
        Language::Python => {
            call.contains("**") && says_time(text) || call.contains("pycurl.") && text.contains("pycurl.TIMEOUT")
        }
        // A request with a context is cancelled with it, and a client may be made once for a file.
        Language::Go => text.contains("NewRequestWithContext") || says_time(around) || text.contains(".WithContext("),
        Language::Rust | Language::Php => says_time(around),
        _ => says_time(around) || around.contains("AbortController"),
    }
}

/// Whether a call is told to wait for ever.
fn is_endless(repo: &Snapshot, found: &CodeMatch) -> bool {
    let call = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let packed: String = call.chars().filter(|c| !c.is_whitespace()).collect();
    ["timeout=None", "timeout:null", "timeout:0,", "timeout:0}", "Timeout:0,", "Timeout:0}", "InfiniteTimeSpan"]
        .iter()
        .any(|endless| packed.contains(endless))
}

/// The texts of the other calls in the function around `found` that say how long they wait.
fn others<'a>(repo: &'a Snapshot, found: &CodeMatch) -> Vec<&'a str> {
    let Some((text, function)) = repo.text(&found.path).zip(found.functions.last()) else { return Vec::new() };
    let calls = repo.code().matches(&found.rule).iter().filter(|other| other.path == found.path);
    let calls = calls.filter(|other| other.bytes.start > function.bytes.start && other.bytes.end <= function.bytes.end);
    let calls = calls.filter(|other| other.bytes.end <= found.bytes.start || other.bytes.start >= found.bytes.end);
    calls.filter_map(|other| text.get(other.bytes.clone())).filter(|other| says_time(other)).collect()
}

fn says_time(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    // `setTimeout` waits on purpose, unless it aborts.
    let waits = lower.matches("settimeout(").count();
    lower.matches("timeout").count() > waits || lower.contains("signal") || lower.contains("abort")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{self, Met, NotApplicable, NotMet, Partly};
    use crate::snapshot::fixture::Fixture;

    fn says(path: &str, text: &str) -> Outcome {
        let repo =
            Fixture::new().file("package.json", r#"{"dependencies": {"express": "4"}}"#).file(path, text).snapshot();
        finding(&repo, &Server::of(&repo)).outcome()
    }

    #[test]
    fn calls_that_may_wait_for_ever() {
        assert_eq!(says("app.py", "a = 1\n"), NotApplicable);
        assert_eq!(says("app.py", "def f(): requests.get(url)\n"), NotMet);
        assert_eq!(says("app.py", "def f(): requests.get(url, timeout=5)\n"), Met);
        assert_eq!(says("app.py", "def f(): requests.get(url)\ndef g(): requests.get(url, timeout=5)\n"), Partly);
        assert_eq!(says("app.js", "async function f() { return fetch(url); }\n"), NotMet);
        assert_eq!(says("app.js", "async function f() { return fetch(url, { signal }); }\n"), Met);
        let client = "class A { RestTemplate a(RestTemplateBuilder builder) { return builder.build(); } }\n";
        assert_eq!(says("A.java", client), NotMet);
        assert_eq!(says("A.java", &client.replace(".build", ".setReadTimeout(TEN).build")), Met);
        assert_eq!(says("a.kt", "fun client() = webClientBuilder.baseUrl(url).build()\n"), NotMet);
        assert_eq!(says("app.js", "async function f() { return this.fetchService.fetch(url, { signal }); }\n"), Met);
        let curl = "def f():\n    c = pycurl.Curl()\n    c.perform()\n";
        assert_eq!(says("app.py", curl), NotMet);
        assert_eq!(says("app.py", &curl.replace("c.perform", "c.setopt(pycurl.TIMEOUT, 5)\n    c.perform")), Met);
        assert_eq!(says("app.go", "package a\nfunc f() { http.Get(url) }\n"), NotMet);
        // The limit of one call is none for the call beside it.
        let beside = "async function f() { await fetch(a, { signal: AbortSignal.timeout(9) });\n return fetch(b); }\n";
        assert_eq!(says("app.js", beside), Partly);
        let shared =
            "async function f() { const options = { signal }; await fetch(a, options); return fetch(b, options); }\n";
        assert_eq!(says("app.js", shared), Met);
        assert_eq!(says("app.py", "def f(): requests.get(url, timeout=None)\n"), NotMet);
    }

    #[test]
    fn a_library_that_gives_up_by_itself_meets_it() {
        assert_eq!(says("app.py", "def f(): httpx.get(url)\n"), Met);
        assert_eq!(says("app.py", "def f(): httpx.get(url, timeout=None)\n"), NotMet);
        assert_eq!(says("app.py", "def f(): httpx.AsyncClient(timeout=None)\n"), NotMet);
    }

    #[test]
    fn browsers_and_scripts_are_left_out() {
        for path in ["frontend/api.js", "scripts/load.js", "src/App.jsx"] {
            assert_eq!(says(path, "async function f() { return fetch(url); }\n"), NotApplicable, "{path}");
        }
    }
}
