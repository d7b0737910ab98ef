//! `api.versioned`: whether the API carries a version, where one is to be expected.

use serde_json::json;

use super::contract::{Contract, contract};
use super::endpoint::{is_api_path, version_segment};
use super::fronted::{self, Front};
use super::style::{ENOUGH, style};
use super::surface::Surface;
use super::values::UNKNOWN;
use super::{Endpoint, UnreadMount, asked, grpc};
use crate::kinds::served;
use crate::{Evidence, Finding, Place, Snapshot, kinds};

const SIGNAL: &str = "api.versioned";

/// The evidence lists at most so many endpoints, the facts at most so many.
const LISTED: usize = 20;
const IN_FACTS: usize = 200;

pub(super) fn examine(repo: &Snapshot) -> Finding {
    let surface = Surface::of(repo);
    let data: Vec<&Endpoint> = surface.data().collect();
    let style = style(repo, surface);
    let (mut scheme, versioned) = scheme(surface, &data);
    let is_rare = matches!(scheme, "none" | "path") && versioned.len() * 2 < data.len();
    let front = (is_rare && style == Some("rest")).then(|| fronted::version(repo, &data)).flatten();
    // Beside so few routes that were read, those that were not say more.
    let mount = (scheme == "none" && front.is_none() && style == Some("rest") && data.len() < ENOUGH)
        .then(|| surface.unread.iter().max_by_key(|mount| version_segment(&mount.prefix).is_some()))
        .flatten();
    if front.is_some() || mount.is_some_and(|mount| version_segment(&mount.prefix).is_some()) {
        scheme = "path";
    }
    let is_http_api = surface.is_http_api()
        || style == Some("graphql")
        || style.is_none() && !surface.endpoints.is_empty() && kinds::is_bare_service(repo);
    let list: Vec<_> = surface
        .endpoints
        .iter()
        .take(IN_FACTS)
        .map(|it| json!({"method": it.method, "path": it.path, "file": it.file, "line": it.lines.0}))
        .collect();
    let finding = match (front, mount) {
        (Some(Front { version, how, place }), _) => Finding::met(
            SIGNAL,
            format!(
                "Programs that use it go on working when it changes: callers put the version {version} in front of its \
                 addresses. {how}."
            ),
            place,
        )
        .indicative(),
        (None, Some(mount)) => hidden(repo, mount),
        (None, None) => judge(repo, &data, style, scheme, &versioned),
    };
    finding
        .fact("is_http_api", is_http_api)
        .fact("frameworks", json!(kinds::frameworks(repo)))
        .fact("style", json!(style))
        .fact("endpoints", surface.endpoints.len())
        .fact("scheme", scheme)
        .fact("endpoint_list", json!(list))
}

/// What is said where routes are mounted that could not be read.
fn hidden(repo: &Snapshot, UnreadMount { file, lines, prefix }: &UnreadMount) -> Finding {
    let place = Place::lines(repo.head(), file.as_str(), lines.0, lines.1);
    match version_segment(prefix) {
        Some(version) => {
            let summary = format!(
                "Programs that use it go on working when it changes: {file} puts the version {version} in front of \
                 addresses ({prefix}) that could not be read themselves."
            );
            Finding::met(SIGNAL, summary, place).indicative()
        }
        None => {
            let summary = format!(
                "Whether its addresses have versions could not be told: {file} puts some below {prefix} that \
                    could not be read."
            );
            Finding::not_assessable(SIGNAL, summary).with_places([place])
        }
    }
}

fn judge(
    repo: &Snapshot,
    data: &[&Endpoint],
    style: Option<&str>,
    scheme: &'static str,
    versioned: &[&Endpoint],
) -> Finding {
    let surface = Surface::of(repo);
    match style {
        Some("graphql") => {
            return Finding::not_applicable(
                SIGNAL,
                "It answers in a form that needs no versions (GraphQL): old parts are marked as such.",
            );
        }
        Some("grpc") => {
            if let Some((version, place)) = grpc::services(repo).version {
                let summary = format!(
                    "Programs that use it go on working when it changes: its services of gRPC carry a version, {version}, in \
                     the name of their package, as in {}.",
                    place.path
                );
                return Finding::met(SIGNAL, summary, place);
            }
            return Finding::not_applicable(SIGNAL, "It answers in a form whose versions stand elsewhere (gRPC).");
        }
        Some("rendered") => {
            let pages = surface.pages();
            return Finding::not_applicable(
                SIGNAL,
                format!(
                    "It is made for people, not for programs: {pages} of {} addresses answer with pages.",
                    surface.endpoints.len()
                ),
            );
        }
        None if surface.endpoints.is_empty() => {
            return match served::unread(repo) {
                Some((framework, place)) => Finding::not_assessable(
                    SIGNAL,
                    format!(
                        "A server is started with {framework}, in {}, but the addresses at which it answers could not \
                         be read.",
                        place.path
                    ),
                ),
                None => Finding::not_applicable(SIGNAL, "No address that other programs can call was found."),
            };
        }
        None => {
            return Finding::not_applicable(
                SIGNAL,
                "Only addresses for checks, for documentation and for messages of other systems were found, which need \
                 no version.",
            );
        }
        _ => {}
    }
    let total = data.len();
    let place = |it: &&Endpoint| Place::lines(repo.head(), it.file.as_str(), it.lines.0, it.lines.1);
    let evidence =
        |endpoints: &[&Endpoint]| Evidence::or_absence(endpoints.iter().take(LISTED).map(place), repo.head());
    let cues =
        || surface.version_cues.iter().map(|it| Place::lines(repo.head(), it.file.as_str(), it.lines.0, it.lines.1));
    if scheme != "none" && versioned.is_empty() {
        let way = match scheme {
            "header" => "a header of the request",
            "media-type" => "the kind of answer that is asked for (the Accept header)",
            "query" => "a parameter of the address",
            _ => "the address",
        };
        return Finding::met(
            SIGNAL,
            format!(
                "Programs that use it go on working when it changes: the version is asked for in {way} ({total} \
                     addresses)."
            ),
            Evidence::or_absence(cues().take(5), repo.head()),
        );
    }
    if versioned.len() * 2 >= total && !versioned.is_empty() {
        let versions = || versioned.iter().filter_map(|it| version_segment(&it.path));
        let version = versions().find(|version| !version.contains(UNKNOWN)).unwrap_or("one that is set elsewhere");
        return Finding::met(
            SIGNAL,
            match total {
                1 => format!(
                    "Programs that use it go on working when it changes: its only address carries a version, \
                              {version}."
                ),
                _ if versioned.len() == total => format!(
                    "Programs that use it go on working when it changes: all {total} addresses carry a version, such \
                     as {version}."
                ),
                _ => format!(
                    "Programs that use it go on working when it changes: {} of {total} addresses carry a version, \
                     such as {version}.",
                    versioned.len()
                ),
            },
            evidence(versioned),
        );
    }
    let contract = contract(repo, data);
    if !versioned.is_empty() && !matches!(contract, Contract::Given) {
        let finding = Finding::partly(
            SIGNAL,
            format!(
                "A change may break the programs that use it: only {} of {total} addresses {} a version.",
                versioned.len(),
                if versioned.len() == 1 { "carries" } else { "carry" }
            ),
            evidence(versioned),
        );
        return if let Contract::Perhaps = contract { finding.indicative() } else { finding };
    }
    let (unknown, mut known): (Vec<&Endpoint>, Vec<&Endpoint>) = data.iter().partition(|it| it.path.contains(UNKNOWN));
    // Those that their path calls an API say most.
    known.sort_by_key(|it| !is_api_path(&it.path));
    let examples = known.into_iter().chain(unknown).take(3);
    let shown = examples.map(|it| format!("{} {}", it.method, it.path)).collect::<Vec<_>>().join(", ");
    let shown = if total > 3 { format!("such as {shown}") } else { shown };
    if let Contract::Given = contract {
        return Finding::not_applicable(
            SIGNAL,
            "A published specification, RealWorld, sets its addresses, so a version is not this project's to choose.",
        )
        .with_places(data.iter().take(5).map(place));
    }
    // `/{?}/users` and `/api/{?}/users`.
    let hides = |it: &&Endpoint| {
        let mut parts = it.path.split('/').filter(|part| !part.is_empty() && !part.eq_ignore_ascii_case("api"));
        parts.next().is_some_and(|part| part.starts_with(UNKNOWN))
    };
    // Where half of the paths may hold one, or a class of Grape that is mounted somewhere else, nothing can be said.
    let hidden = data.iter().filter(|it| hides(it));
    if 2 * hidden.clone().count() >= total || hidden.clone().any(|it| it.framework == "Grape") {
        let which = if hidden.count() == total { "all" } else { "many" };
        let why = format!(
            "Whether its addresses have versions could not be told: what stands in front of {which} of them \
                could not be read ({shown})."
        );
        return Finding::not_assessable(SIGNAL, why).with_places(data.iter().take(5).map(place));
    }
    if let Contract::Perhaps = contract {
        return Finding::not_met(
            SIGNAL,
            format!(
                "{}. The task, or the other program, that the documents describe may have set them.",
                unversioned(total, &shown)
            ),
            evidence(data),
        )
        .indicative();
    }
    if data.iter().any(|it| it.path.contains(UNKNOWN)) {
        return Finding::not_met(
            SIGNAL,
            format!(
                "A change may break the programs that use it: none of {total} addresses shows a version ({shown}). \
                 What stands in front of some could not be read."
            ),
            evidence(data),
        )
        .indicative();
    }
    if let Some((place, name)) = asked::version(repo) {
        let why = format!(
            "{}. But {} reads a version from {name}; for which addresses was not followed.",
            unversioned(total, &shown),
            place.path
        );
        return Finding::partly(SIGNAL, why, place).indicative();
    }
    let why = format!("{}.", unversioned(total, &shown));
    let finding = Finding::not_met(SIGNAL, why, evidence(data));
    if total < ENOUGH { finding.indicative() } else { finding }
}

fn unversioned(total: usize, shown: &str) -> String {
    match total {
        1 => format!("A change may break the programs that use it: its only address carries no version ({shown})"),
        _ => format!(
            "A change may break the programs that use it: none of its {total} addresses carries a version ({shown})"
        ),
    }
}

/// How the version travels, and the endpoints that carry it in their path.
fn scheme<'a>(surface: &Surface, data: &[&'a Endpoint]) -> (&'static str, Vec<&'a Endpoint>) {
    let versioned: Vec<&Endpoint> = data.iter().copied().filter(|it| version_segment(&it.path).is_some()).collect();
    let elsewhere = surface.version_cues.iter().map(|cue| cue.scheme).find(|scheme| *scheme != "path");
    match elsewhere {
        // A few paths with a version, such as those of the documentation, beside routes that ask a header for it.
        Some(scheme) if !data.is_empty() && versioned.len() * 2 < data.len() => (scheme, Vec::new()),
        _ if !versioned.is_empty() => ("path", versioned),
        _ => ("none", versioned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;
    use crate::{Confidence, Outcome};

    fn app(prefix: &str) -> Fixture {
        Fixture::new().file("app.py", &format!("from flask import Flask\napp = Flask(__name__)\n@app.get('{prefix}/users')\ndef a():\n    return {{}}\n@app.post('{prefix}/users')\ndef b():\n    return {{}}\n@app.get('{prefix}/items')\ndef c():\n    return {{}}\n@app.get('/health')\ndef h():\n    return {{}}\n"))
    }

    #[test]
    fn versions_in_paths_are_found() {
        let found = examine(&app("/api/v1").snapshot());
        assert_eq!((found.outcome(), &found.facts()["scheme"]), (Outcome::Met, &json!("path")));
    }

    #[test]
    fn an_api_without_a_version() {
        let found = examine(&app("/api").snapshot());
        assert_eq!((found.outcome(), found.confidence()), (Outcome::NotMet, Confidence::Observed));
        assert_eq!(found.facts()["endpoints"], json!(4));
    }

    #[test]
    fn a_version_that_a_header_is_asked_for_is_no_missing_one() {
        let middleware = "def version(request):\n    return request.headers.get('X-API-Version')\n";
        let found = examine(&app("").file("middleware.py", middleware).snapshot());
        assert_eq!((found.outcome(), found.confidence()), (Outcome::Partly, Confidence::Indicative));
        assert!(
            found.summary().contains("middleware.py reads a version from the header X-API-Version"),
            "{}",
            found.summary()
        );
    }

    #[test]
    fn routes_that_could_not_be_read_may_carry_a_version() {
        let of = |prefix: &str| {
            let app = format!(
                "import express from 'express';\nimport {{ pearRoutes }} from './pears';\nconst app = express();\napp.get('/about', about);\napp.use({prefix}, pearRoutes(store));\n"
            );
            let found = examine(
                &Fixture::new().file("app.ts", &app).file("pears.ts", "export const pearRoutes = build;\n").snapshot(),
            );
            (found.outcome(), found.facts()["scheme"].clone())
        };
        assert_eq!(of("'/api/v1'"), (Outcome::Met, json!("path")));
        assert_eq!(of("'/api'"), (Outcome::NotAssessable, json!("none")));
    }

    #[test]
    fn a_prefix_that_nobody_can_tell_may_hold_a_version() {
        let of = |prefix: &str| {
            let routes: String = ('a'..'e').map(|it| format!("app.get(`/api/${{{prefix}}}/{it}`, f);\n")).collect();
            let app = format!("const app = require('express')();\n{routes}");
            examine(&Fixture::new().file("app.js", &app).snapshot()).outcome()
        };
        assert_eq!(of("settings.version"), Outcome::Met);
        assert_eq!(of("settings.part"), Outcome::NotAssessable);
    }

    #[test]
    fn a_few_versions_beside_a_description_with_more_are_not_all() {
        let mixed = || {
            app("").file(
                "old.py",
                "from flask import Flask\napp = Flask(__name__)\n@app.get('/v1/old')\ndef o():\n    return {}\n",
            )
        };
        assert_eq!(examine(&mixed().snapshot()).outcome(), Outcome::Partly);
        let described = "openapi: 3.0.0\npaths:\n  /apis/shop/v1/users:\n    get: {}\n    post: {}\n  /apis/shop/v1/items:\n    get: {}\n";
        let found = examine(&mixed().file("openapi.yaml", described).snapshot());
        assert_eq!(found.outcome(), Outcome::Met, "{}", found.summary());
    }

    #[test]
    fn what_is_called_an_api_is_shown_first() {
        let routes = "from flask import Flask\napp = Flask(__name__)\n@app.get('/a')\ndef a():\n    return {}\n@app.get('/b')\ndef b():\n    return {}\n@app.get('/c')\ndef c():\n    return {}\n@app.get('/site.css')\ndef s():\n    return {}\n@app.get('/api/d')\ndef d():\n    return {}\n";
        let found = examine(&Fixture::new().file("app.py", routes).snapshot());
        assert!(found.summary().contains("none of its 4 addresses"), "{}", found.summary());
        assert!(found.summary().contains("(such as GET /api/d, "), "{}", found.summary());
    }

    #[test]
    fn an_api_to_a_given_contract_is_not_judged() {
        let given = app("/api").file("README.md", "Adheres to the RealWorld spec\n").snapshot();
        assert_eq!(examine(&given).outcome(), Outcome::NotApplicable);
        let link = app("/api").file("docs/links.md", "Adheres to the RealWorld spec\n");
        let link = link.file("README.md", "Inspired by realworld.io\n").snapshot();
        assert_eq!(examine(&link).outcome(), Outcome::NotMet);
        let task = app("").file("README.md", "# Take-home\nImplement GET /users and GET /items.\n").snapshot();
        assert_eq!(examine(&task).confidence(), Confidence::Indicative);
        let other = app("/api").file("README.md", "# A\n\nAn alternative server for the Acme Client API.\n").snapshot();
        assert_eq!(examine(&other).confidence(), Confidence::Indicative);
    }

    #[test]
    fn an_api_beside_more_pages_is_judged_by_its_own_paths() {
        let routes = |of: std::ops::Range<usize>, path: &str, answer: &str| {
            of.map(|n| format!("@app.post('{path}{n}')\ndef f{n}():\n    return {answer}\n")).collect::<String>()
        };
        let head = "from flask import Flask, render_template\napp = Flask(__name__)\n";
        let pages = routes(0..8, "/p", "render_template('a')") + &routes(8..10, "/form", "{}");
        let mixed = format!("{head}{pages}{}", routes(10..15, "/api/v1/r", "{}"));
        let found = examine(&Fixture::new().file("app.py", &mixed).snapshot());
        assert_eq!(
            (found.outcome(), found.summary()),
            (
                Outcome::Met,
                "Programs that use it go on working when it changes: all 5 addresses carry a version, such as v1."
            )
        );
        let few = format!("{head}{pages}{}", routes(10..12, "/api/r", "{}"));
        assert_eq!(examine(&Fixture::new().file("app.py", &few).snapshot()).outcome(), Outcome::NotApplicable);
    }

    #[test]
    fn pages_graphql_and_nothing_need_no_version() {
        let pages = Fixture::new().file("app.py", "from flask import Flask, render_template\napp = Flask(__name__)\n@app.get('/')\ndef a():\n    return render_template('a')\n@app.get('/b')\ndef b():\n    return render_template('b')\n@app.get('/c')\ndef c():\n    return {}\n");
        let found = examine(&pages.snapshot());
        assert_eq!((found.outcome(), &found.facts()["style"]), (Outcome::NotApplicable, &json!("rendered")));
        let mut samples = Fixture::new().file("s/0/package.json", r#"{"dependencies":{"@apollo/server":"4"}}"#);
        for number in 1..10 {
            samples = samples.file(&format!("s/{number}/package.json"), "{}");
        }
        assert_eq!(examine(&samples.snapshot()).facts()["style"], json!(null));
        let graphql = Fixture::new().file("package.json", r#"{"dependencies":{"@apollo/server":"4"}}"#).snapshot();
        assert_eq!(examine(&graphql).facts()["style"], json!("graphql"));
        assert_eq!(examine(&Fixture::new().file("a.md", "x").snapshot()).outcome(), Outcome::NotApplicable);
    }
}
