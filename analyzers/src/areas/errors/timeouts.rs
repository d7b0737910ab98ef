//! Do calls to other systems have a timeout?

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{clients, part, places};
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
        .partition(|found| has_timeout(repo, found) || for_all.iter().any(|limit| is_for(repo, limit, found)));
    let all = bounded.len() + by_default.len() + open.len();
    let finding = match (open.first(), by_default.first().or(bounded.first())) {
        (None, None) => {
            return match clients::asked(repo) {
                Some(names) => Finding::not_assessable(
                    SIGNAL,
                    format!(
                        "How long the program waits for other systems could not be told: it has libraries that ask \
                         {names}, and no other call was recognised."
                    ),
                ),
                None => Finding::not_applicable(
                    SIGNAL,
                    "No place was recognised where the program asks another system for something.",
                ),
            };
        }
        (None, Some(first)) => {
            let summary = if bounded.is_empty() {
                format!(
                    "The program does not wait for other systems without end: they are called in {}, with a library \
                     that gives up by itself, as in {}.",
                    places(all),
                    first.path
                )
            } else {
                format!(
                    "The program does not wait for other systems without end: they are called in {}, each with a limit \
                     (timeout).",
                    places(all)
                )
            };
            Finding::met(SIGNAL, summary, marks::places(repo, by_default.iter().chain(&bounded).copied()))
        }
        (Some(first), _) => {
            let summary = format!(
                "When another system hangs, this one may hang with it: nothing limits the wait (a timeout) for {} to \
                 others (as in {}). Some libraries give up by themselves after minutes, and a limit around the call \
                 may not be recognised.",
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
    if says_time(call, found.language) {
        return true;
    }
    let around = found.functions.last().and_then(|function| text.get(function.bytes.clone()));
    // What stands in no function is declared, and the match may be the head of a chain.
    let around = around.unwrap_or_else(|| statement(text, found.bytes.start));
    // What another call beside this one is given is that call's.
    let others = others(repo, found).into_iter().fold(around.to_owned(), |around, other| around.replace(other, ""));
    let around = without_comments(&others);
    match found.language {
        // What is passed to a call of Python names its timeout there, or in a dictionary beside it.
        Language::Python => {
            call.contains("**") && says_time(text, found.language)
                || call.contains("pycurl.") && text.contains("pycurl.TIMEOUT")
        }
        // A request with a context is cancelled with it, and a client may be made once for a file.
        Language::Go => says_time(&around, found.language) || OF_CONTEXT.is_match(text),
        language => says_time(&around, language),
    }
}

/// A request of Go with a context that ends: one that was handed on, or was given a limit. That of the background never does.
static OF_CONTEXT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"NewRequestWithContext\(\s*[a-z]\w*(\.\w+)*(\.(Context|UserContext)\(\))?\s*,|\b(req|request|r|rq)\.WithContext\(|context\.With(Timeout|Deadline)\(",
    )
});

/// The declaration that begins around `start`: up to its end, over the calls that go on in the next lines.
fn statement(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    let mut depth = 0_i32;
    for (at, c) in rest.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        let goes_on = || ['.', '?'].iter().any(|sign| rest[at..].trim_start().starts_with(*sign));
        if depth < 0 || depth == 0 && (c == ';' || c == '\n' && !goes_on()) {
            return &rest[..at];
        }
    }
    rest
}

/// `source` without its comments, which may say what is still to be done.
fn without_comments(source: &str) -> String {
    let lines = source.lines().map(|line| {
        let ends = ["//", "# "].iter().filter_map(|mark| line.find(mark));
        // An address is no comment.
        let end = ends.filter(|at| !line[..*at].ends_with(':')).min();
        &line[..end.unwrap_or(line.len())]
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether the limit of `limit` is for `call` too: each library has its own.
fn is_for(repo: &Snapshot, limit: &CodeMatch, call: &CodeMatch) -> bool {
    const WITHOUT_SETTINGS: &[&str] = &["fetch", "nodeFetch", "http.", "https.", "superagent", "needle"];
    let source = |found: &CodeMatch| {
        repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default().to_owned()
    };
    let (limit_of, call_of) = (source(limit), source(call));
    limit.language == call.language
        && !WITHOUT_SETTINGS.iter().any(|library| call_of.starts_with(library))
        && limit_of.starts_with("got") == call_of.starts_with("got")
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
    calls.filter_map(|other| text.get(other.bytes.clone())).filter(|other| says_time(other, found.language)).collect()
}

fn says_time(text: &str, language: Language) -> bool {
    let lower = text.to_ascii_lowercase();
    // `setTimeout` waits on purpose, unless it aborts.
    let waits = lower.matches("settimeout(").count();
    let aborts = || ["signal", "abortcontroller", "controller.abort"].iter().any(|word| lower.contains(word));
    lower.matches("timeout").count() > waits || language.is_script() && aborts()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{self, Met, NotApplicable, NotAssessable, NotMet, Partly};
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
    fn a_field_says_its_timeout_in_the_calls_that_follow() {
        let java = "class A {\n  private final HttpClient http = HttpClient.newBuilder()LIMIT.build();\n  void f() { setTimeout(); }\n}\n";
        let limit = "\n    .connectTimeout(Duration.ofSeconds(5))";
        assert_eq!(says("A.java", &java.replace("LIMIT", limit)), Met);
        assert_eq!(says("A.java", &java.replace("LIMIT", "")), NotMet);
        let kotlin = "class A {\n  private val http = HttpClient.newBuilder()LIMIT.build()\n  val timeout = 5\n}\n";
        assert_eq!(says("a.kt", &kotlin.replace("LIMIT", limit)), Met);
        assert_eq!(says("a.kt", &kotlin.replace("LIMIT", "")), NotMet);
    }

    #[test]
    fn words_that_say_something_else_limit_nothing() {
        let background = "package a\nfunc f() {\n\treq, _ := http.NewRequestWithContext(context.Background(), \"GET\", url, nil)\n\thttp.DefaultClient.Do(req)\n}\n";
        assert_eq!(says("a.go", background), NotMet);
        assert_eq!(says("a.go", &background.replace("context.Background()", "ctx")), Met);
        assert_eq!(says("a.go", &background.replace("context.Background()", "r.Context()")), Met);
        assert_eq!(says("a.go", "package a\nfunc f() { db.WithContext(ctx).Find(&a); http.Get(url) }\n"), NotMet);
        let curl = "<?php function f($ch) { $r = curl_exec($ch); if (!$r) abort(502); }\n";
        assert_eq!(says("a.php", curl), NotMet);
        assert_eq!(says("app.js", "async function f() {\n  // TODO: add a timeout\n  return fetch(url);\n}\n"), NotMet);
        let module = "HttpModule.register({ timeout: 5000 });\nasync function f() { return CALL; }\n";
        assert_eq!(says("app.js", &module.replace("CALL", "fetch(url)")), NotMet);
        assert_eq!(says("app.js", &module.replace("CALL", "axios.get(url)")), Met);
    }

    #[test]
    fn a_library_that_gives_up_by_itself_meets_it() {
        assert_eq!(says("app.py", "def f(): httpx.get(url)\n"), Met);
        assert_eq!(says("app.py", "def f(): httpx.get(url, timeout=None)\n"), NotMet);
        assert_eq!(says("app.py", "def f(): httpx.AsyncClient(timeout=None)\n"), NotMet);
    }

    #[test]
    fn libraries_that_ask_others_are_named() {
        let said = |packages: &str| {
            let manifest = format!("{{\"dependencies\": {{\"express\": \"4\", {packages}}}}}");
            let repo = Fixture::new().file("package.json", &manifest).file("app.js", "ask();\n").snapshot();
            let found = finding(&repo, &Server::of(&repo));
            (found.outcome(), found.summary().to_owned())
        };
        let (outcome, summary) = said("\"ollama\": \"0.5\", \"nodemailer\": \"6\"");
        assert_eq!(outcome, NotAssessable);
        assert!(summary.contains("libraries that ask Ollama and a mail server,"), "{summary}");
        assert_eq!(said("\"lodash\": \"4\"").0, NotApplicable);
        assert_eq!(says("a.go", "package a\nfunc f() { smtp.SendMail(host, auth, from, to, text) }\n"), NotAssessable);
    }

    #[test]
    fn browsers_and_scripts_are_left_out() {
        for path in ["frontend/api.js", "scripts/load.js", "src/App.jsx"] {
            assert_eq!(says(path, "async function f() { return fetch(url); }\n"), NotApplicable, "{path}");
        }
    }
}
