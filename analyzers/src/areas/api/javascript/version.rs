//! Whether a header with a version in its name is asked for by what all requests pass through.

use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::code::{CodeMatch, Language, pattern};
use crate::paths;

/// Whoever calls says what it is itself by these: `X-App-Version`, `X-Client-Version`.
const OF_CALLERS: &[&str] = &[
    "app",
    "client",
    "build",
    "sdk",
    "os",
    "device",
    "android",
    "ios",
    "mobile",
    "web",
    "frontend",
    "extension",
    "plugin",
    "browser",
    "protocol",
    "schema",
    "firmware",
    "content",
    "cli",
    "agent",
    "ui",
    "min",
    "latest",
    "ms",
    "amz",
    "goog",
];

/// What requests pass through: a function that is given the next one, or a hook of Fastify.
static PASSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:(?P<bound>[\w$]+)\s*(?::\s*[\w.<>]+\s*)?[=:]\s*)?(?:async\s+)?(?:function\b\s*(?P<name>[\w$]*)\s*)?\([^()]*\b(?:next|done)\b[^()]*\)[^\n{]{0,40}\{|\.addHook\(\s*['\x22](?:onRequest|preHandler|preValidation)",
    )
});

/// How far above a middleware begins.
const FURTHEST: usize = 1_500;

/// Whether the header that `found` reads is called as the version of an API is, or another version that each request is
/// asked for.
pub(super) fn is_of_the_api(repo: &Snapshot, found: &CodeMatch) -> bool {
    let name = found.var("NAME").unwrap_or_default().trim_matches(['"', '\'']).to_ascii_lowercase();
    if matches!(name.as_str(), "accept-version" | "api-version" | "x-api-version") {
        return true;
    }
    let is_of_caller = || name.split('-').any(|word| OF_CALLERS.contains(&word));
    !is_of_caller() && is_asked_of_all(repo, found)
}

fn is_asked_of_all(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let at = found.bytes.start;
    let start = (at.saturating_sub(FURTHEST)..at).find(|start| text.is_char_boundary(*start)).unwrap_or(at);
    let Some(passed) = PASSED.captures_iter(&text[start..at]).last() else { return false };
    let Some(whole) = passed.get(0) else { return false };
    if whole.as_str().starts_with(".addHook") {
        return true;
    }
    // `app.use((req, res, next) => {`, where a router that does nothing else has to be used itself.
    let before = text[start..start + whole.start()].trim_end();
    let receiver = before.strip_suffix(".use(").and_then(|before| before.rsplit(|c: char| !c.is_alphanumeric()).next());
    let serves = |receiver: &str| {
        let calls = |verb: &str| text.matches(&format!("{receiver}.{verb}(")).count();
        ["get", "post", "put", "patch", "delete", "listen"].into_iter().any(|verb| calls(verb) > 0) || calls("use") > 1
    };
    let names = ["name", "bound"].into_iter().filter_map(|group| Some(passed.name(group)?.as_str()));
    receiver.is_some_and(serves)
        || names.into_iter().any(|name| is_used(repo, name))
        || is_used(repo, &module_name(&found.path))
}

/// What a file is called where it is imported: `set-version.js` is `setVersion`, and so is `set-version/index.js`.
fn module_name(path: &str) -> String {
    let stem = paths::name(path).rsplit_once('.').map_or("", |(stem, _)| stem);
    let stem = if stem == "index" { paths::name(paths::folder(path)) } else { stem };
    let parts = stem.split(['-', '.', '_']).enumerate();
    parts.map(|(index, part)| if index == 0 { part.to_owned() } else { capital(part) }).collect()
}

/// Whether an application or a router passes its requests through what is called `name`.
fn is_used(repo: &Snapshot, name: &str) -> bool {
    if name.len() < 3 {
        return false;
    }
    let is_script = |path: &str| matches!(Language::of(path), Some(Language::JavaScript | Language::TypeScript));
    let sources = repo.tree().own_texts().filter(|(file, _)| is_script(&file.path) && !paths::is_aside(&file.path));
    sources.into_iter().any(|(_, text)| {
        text.match_indices(".use(").any(|(at, call)| {
            let list = text[at + call.len()..].split([')', '\n']).next().unwrap_or_default();
            list.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).any(|word| word == name)
        })
    })
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::areas::api::surface::Surface;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_header_that_every_request_is_asked_for_has_the_version() {
        let of = |name: &str, mount: &str| {
            let middleware = format!(
                "const router = require('express').Router();\nrouter.use((req, res, next) => {{\n  const version = req.headers['{name}'];\n  if (!version) return res.badRequest();\n  return next();\n}});\nmodule.exports = router;\n"
            );
            let app = format!(
                "const app = require('express')();\nconst setVersion = require('./set-version');\n{mount}\napp.get('/pears', list);\n"
            );
            let repo = Fixture::new().file("app.js", &app).file("set-version.js", middleware.as_str()).snapshot();
            Surface::of(&repo).version_cues.iter().map(|cue| cue.scheme).collect::<Vec<_>>()
        };
        assert_eq!(of("x-shop-version", "app.use(setVersion);"), ["header"]);
        assert!(of("x-shop-version", "").is_empty(), "nobody uses it");
        assert!(of("x-app-version", "app.use(setVersion);").is_empty(), "that of the caller");
    }

    #[test]
    fn what_one_handler_reads_is_not_asked_of_all() {
        let of = |code: &str| {
            let app = format!("const app = require('koa')();\n{code}\n");
            Surface::of(&Fixture::new().file("app.js", &app).snapshot()).version_cues.len()
        };
        assert_eq!(of("app.use(async (ctx, next) => {\n  ctx.v = ctx.get('X-Shop-Version');\n});\napp.listen(1);"), 1);
        let named = "function picked(ctx, next) {\n  ctx.v = ctx.get('X-Shop-Version');\n}\n";
        assert_eq!(of(&format!("{named}app.use(picked);")), 1);
        assert_eq!(of(named), 0);
        assert_eq!(of("app.get('/a', (ctx) => ctx.get('X-Shop-Version'));"), 0);
        assert_eq!(
            of("app.addHook('onRequest', (request, reply) => {\n  request.v = request.headers['x-shop-version'];\n});"),
            1
        );
    }
}
