//! `api.status-codes`: which HTTP status codes the code answers with.

use std::collections::BTreeMap;

use serde_json::json;

use crate::areas::api::Surface;
use crate::code::{CodeMatch, Language};
use crate::paths;
use crate::paths::is_aside;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "api.status-codes";

/// The names that frameworks give to codes, in lower case without separators.
const NAMES: &[(&str, u16)] = &[
    ("unprocessable", 422),
    ("toomanyrequests", 429),
    ("methodnotallowed", 405),
    ("notacceptable", 406),
    ("unsupportedmedia", 415),
    ("paymentrequired", 402),
    ("preconditionfailed", 412),
    ("nocontent", 204),
    ("accepted", 202),
    ("created", 201),
    ("badrequest", 400),
    ("validationproblem", 400),
    ("unauthorized", 401),
    ("notauthenticated", 401),
    ("authenticationfailed", 401),
    ("forbid", 403),
    ("permissiondenied", 403),
    ("accessdenied", 403),
    ("notfound", 404),
    ("conflict", 409),
    ("gone", 410),
    ("seeother", 303),
    ("found", 302),
    ("serviceunavailable", 503),
    ("badgateway", 502),
    ("or404", 404),
    ("http404", 404),
    ("internalserver", 500),
    ("ok", 200),
];

/// What a framework answers without a line of the candidate's: its name and the code.
const AUTOMATIC: &[(&str, u16)] = &[
    ("FastAPI", 422),
    ("Django REST framework", 400),
    ("Laravel", 422),
    ("ASP.NET Core", 400),
    ("Rails", 404),
    ("axum", 422),
    ("Elysia", 422),
    ("Fastify", 400),
];

/// The answers with a code that says that something failed, rule by rule.
pub(in crate::areas) fn failures(repo: &Snapshot) -> Vec<&CodeMatch> {
    let all = repo.code().matches_under("status").filter(|found| is_own(&found.path) && !is_compared(repo, found));
    let all = all.filter(|found| !is_described(repo, found));
    all.filter(|found| found.var("CODE").and_then(code_of).is_some_and(|code| code >= 400)).collect()
}

/// Whether the code stands in a description of answers and not in one: `@ApiResponse({ status: 400 })`,
/// `responses={404: ...}`, `[ProducesResponseType(404)]`.
fn is_described(repo: &Snapshot, found: &CodeMatch) -> bool {
    /// So far a description is followed upwards.
    const FARTHEST: usize = 2000;
    let Some(before) = repo.text(&found.path).and_then(|text| text.get(..found.bytes.end)) else { return false };
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let mut depth = 0_usize;
    for (at, c) in before.char_indices().rev().take(FARTHEST) {
        match c {
            ')' | '}' | ']' => depth += 1,
            '(' | '{' | '[' if depth > 0 => depth -= 1,
            '(' | '{' | '[' => {
                let outside = before[..at].trim_end().trim_end_matches(['=', ':']).trim_end();
                let outside = without_types(outside);
                let start = outside.trim_end_matches(is_part).len();
                let name = outside[start..].rsplit('.').next().unwrap_or_default();
                // A class of the project's own may be called so, too.
                let is_mark = outside[..start].ends_with(['@', '[']);
                let describes = name.starts_with("Api") && (name.ends_with("Response") || name.ends_with("Responses"))
                    || name.starts_with("Produces")
                    || name.starts_with("SwaggerResponse")
                    || matches!(name, "extend_schema" | "swagger_auto_schema");
                // `.Produces<Problem>(404)`
                let is_metadata = outside[start..].contains('.')
                    && matches!(name, "Produces" | "ProducesProblem" | "ProducesValidationProblem");
                if name == "responses" || is_mark && describes || is_metadata {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// `source` without the types that a call is given at its end.
fn without_types(source: &str) -> &str {
    let types = source.strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
    types.map_or(source, |(before, _)| before)
}

/// A status code with what it says, where that is known to most.
fn in_words(code: u16) -> String {
    let said = match code {
        201 => "created",
        204 => "done",
        400 => "wrong request",
        401 => "not logged in",
        403 => "not allowed",
        404 => "not found",
        409 => "conflict",
        422 => "wrong values",
        429 => "too many requests",
        _ => return code.to_string(),
    };
    format!("\"{said}\" ({code})")
}

pub(super) fn examine(repo: &Snapshot) -> Finding {
    if !Surface::of(repo).is_http_api() {
        return Finding::not_applicable(
            SIGNAL,
            "No other program asks this one for data: it has no interface for \
            programs (HTTP API).",
        );
    }
    let mut codes: BTreeMap<u16, &CodeMatch> = BTreeMap::new();
    for found in repo.code().matches_under("status").filter(|found| is_own(&found.path)) {
        if is_compared(repo, found) || is_described(repo, found) {
            continue;
        }
        if let Some(code) = found.var("CODE").and_then(code_of) {
            codes.entry(code).or_insert(found);
        }
    }
    let frameworks: Vec<&str> = Surface::of(repo).endpoints.iter().map(|endpoint| endpoint.framework).collect();
    let automatic: Vec<(&str, u16)> =
        AUTOMATIC.iter().copied().filter(|(framework, _)| frameworks.contains(framework)).collect();
    let meaningful: Vec<u16> = codes.keys().copied().filter(|code| !matches!(code, 200 | 500)).collect();
    let own_automatic: Vec<u16> =
        automatic.iter().map(|(_, code)| *code).filter(|code| !meaningful.contains(code)).collect();
    let list = |codes: &[u16]| codes.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let by_itself = match automatic.first() {
        Some((framework, code)) if !meaningful.contains(code) => format!(" {framework} adds {code} by itself."),
        _ => String::new(),
    };
    let places = codes
        .iter()
        .filter(|(code, _)| meaningful.contains(code))
        .take(5)
        .map(|(_, found)| Place::lines(repo.head(), &*found.path, found.lines.0, found.lines.1));
    let says_why = meaningful.iter().chain(&own_automatic).any(|code| *code >= 400);
    let finding = match meaningful.len() + own_automatic.len() {
        0 => Finding::not_met(
            SIGNAL,
            "Callers are not told why something failed: no answers but \"fine\" (status code 200) and \"broken\" (500) \
             were found.",
            Evidence::absence(repo.head()),
        )
        .indicative(),
        _ if !says_why => Finding::partly(
            SIGNAL,
            format!(
                "Callers are not told why something failed: only what went well is told apart (status codes {}); for \
                 what did not, only \"broken\" (500) was found.",
                list(&meaningful)
            ),
            Evidence::or_absence(places, repo.head()),
        ),
        1 => Finding::partly(
            SIGNAL,
            match meaningful.first() {
                Some(code) => format!(
                    "Callers are hardly told why something failed: besides \"fine\" (status code 200) and \"broken\" \
                     (500), the only answer found is {}.",
                    in_words(*code)
                ),
                None => format!(
                    "Callers are hardly told why something failed: the code itself says only \"fine\" or \"broken\" \
                     (status codes 200 and 500).{by_itself}"
                ),
            },
            Evidence::or_absence(places, repo.head()),
        ),
        _ => Finding::met(
            SIGNAL,
            match meaningful.len() {
                0 => format!("Callers are told why something failed, but only by the framework.{by_itself}"),
                1 => format!(
                    "Callers are told why something failed: besides \"fine\" (status code 200) and \"broken\" (500), \
                     the code answers with {}.{by_itself}",
                    meaningful.first().map_or_else(String::new, |code| in_words(*code))
                ),
                many => format!(
                    "Callers are told why something failed: besides \"fine\" (status code 200) and \"broken\" (500), \
                     {many} other answers are used ({}).{by_itself}",
                    list(&meaningful)
                ),
            },
            Evidence::or_absence(places, repo.head()),
        ),
    };
    finding.fact("codes", json!(codes.keys().collect::<Vec<_>>())).fact("automatic", json!(own_automatic))
}

/// Whether a code is only compared with, as a client or an assertion does: nobody is answered with it.
fn is_compared(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let before = text.get(..found.bytes.start).unwrap_or_default();
    let before = before.rsplit('\n').next().unwrap_or_default().trim();
    let after = text.get(found.bytes.end..).unwrap_or_default();
    let after = after.lines().next().unwrap_or_default().trim_start();
    let is_arm = match found.language {
        Language::Rust => after.starts_with("=>"),
        Language::Kotlin => after.starts_with("->"),
        _ => false,
    };
    is_arm
        || ["==", "!=", "<=", ">=", "case"].iter().any(|sign| before.ends_with(sign))
        || ["==", "!="].iter().any(|sign| after.starts_with(sign))
        || ["assert", "self.assert", "expect(", "await expect("].iter().any(|start| before.starts_with(start))
}

/// The code that an expression names: `404`, `http.StatusNotFound`, `HTTP_404_NOT_FOUND`, `:not_found`, `NotFound`.
fn code_of(source: &str) -> Option<u16> {
    let number = source
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 3)
        .and_then(|digits| digits.parse().ok())
        .filter(|code| (200..600).contains(code));
    if number.is_some() {
        return number;
    }
    let last = source.trim_end_matches(')').rsplit(['.', ':', '(', ' ']).next().unwrap_or(source);
    let name: String = last.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let name = name
        .strip_prefix("status")
        .or_else(|| name.strip_prefix("http").filter(|_| name != "http404"))
        .unwrap_or(&name);
    NAMES.iter().find(|(known, _)| name == *known || (known.len() > 5 && name.contains(known))).map(|(_, code)| *code)
}

/// A bundle repeats what the sources say.
fn is_own(path: &str) -> bool {
    !is_aside(path) && !paths::is_generated(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn of(handler: &str) -> Finding {
        let app = format!(
            "from flask import Flask\napp = Flask(__name__)\n@app.get('/users')\ndef users():\n    {handler}\n"
        );
        examine(&Fixture::new().file("app.py", &app).snapshot())
    }

    #[test]
    fn codes_have_many_spellings() {
        for (source, code) in [
            ("404", Some(404)),
            ("http.StatusNotFound", Some(404)),
            ("status.HTTP_201_CREATED", Some(201)),
            (":unprocessable_entity", Some(422)),
            ("StatusCode::NO_CONTENT", Some(204)),
            ("(HttpStatus.CREATED)", Some(201)),
            ("StatusCodes.Status409Conflict", Some(409)),
            ("HttpResponse::Ok", Some(200)),
            ("Color.Red", None),
        ] {
            assert_eq!(code_of(source), code, "{source}");
        }
    }

    #[test]
    fn handlers_that_tell_outcomes_apart() {
        assert_eq!(of("return ({}, 201) if x else abort(404)").outcome(), Outcome::Partly);
        assert_eq!(of("abort(404)\n    return {}, 201").outcome(), Outcome::Met);
    }

    #[test]
    fn successes_that_are_told_apart_tell_nobody_why_something_failed() {
        let found = of("if x:\n        return {}, 201\n    return '', 204");
        assert_eq!(found.outcome(), Outcome::Partly);
        assert!(
            found.summary().contains("only what went well is told apart (status codes 201, 204)"),
            "{}",
            found.summary()
        );
    }

    #[test]
    fn codes_that_are_only_compared_with_are_no_answers() {
        let client = "if r.status_code == status.HTTP_404_NOT_FOUND:\n        assert status.HTTP_201_CREATED";
        assert_eq!(of(client).outcome(), Outcome::NotMet);
    }

    #[test]
    fn handlers_that_only_ever_succeed() {
        assert_eq!(of("return {}").outcome(), Outcome::NotMet);
    }

    #[test]
    fn no_api_no_status_codes() {
        assert_eq!(examine(&Fixture::new().file("a.py", "x = 1\n").snapshot()).outcome(), Outcome::NotApplicable);
    }
}
