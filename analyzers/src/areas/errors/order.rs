//! Whether Express has come past its handler of errors before it comes to the routes.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::CodeMatch;
use crate::paths::is_aside;

/// A function that takes an error before the three that every middleware takes.
static HANDLER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:async\s+)?(?:function\s*(?P<name>\w*)\s*)?\(\s*_*(?:err|error|e|ex|exception)\b"));

/// What gives a function without a name one.
static NAMED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:const|let|var)\s+(\w+)\s*(?::[^=\n]*)?=\s*$"));

/// A function that begins at the left edge of a file.
static FUNCTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"^(?:export\s+)?(?:default\s+)?(?:(?:async\s+)?function\s+(\w+)",
        r"|(?:const|let|var)\s+(\w+)\s*(?::[^=]*)?=\s*(?:async\s*)?(?:function\b|\([^)]*\)?|\w+\s*=>))"
    ))
});

/// Lines that mount what is no route of the program's own.
const BESIDE: &[&str] = &["swagger", "static", "docs", "graphiql", "favicon"];

/// So many files are asked for a handler's name, so many routes are looked at, and so far calls are followed.
const MOST_FILES: usize = 2_000;
const MOST_ROUTES: usize = 500;
const FARTHEST: usize = 4;

/// When something happens.
struct Moment {
    /// Where the statement at the left edge begins that it is part of, or that calls the function which it is part of.
    base: usize,
    at: usize,
    /// Whether it is part of a function that others call.
    is_elsewhere: bool,
}

impl Moment {
    /// Whether it comes before `other`, if that can be told.
    fn is_before(&self, other: &Self) -> Option<bool> {
        let is_known = self.base == other.base || !self.is_elsewhere && !other.is_elsewhere;
        is_known.then_some((self.base, self.at) < (other.base, other.at))
    }
}

/// Whether every app that asks the handler at `found` has been given its routes only behind it.
pub(super) fn comes_too_early(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let Some(handler) = HANDLER.captures(&text[found.bytes.clone()]) else { return false };
    let before = text[..found.bytes.start].trim_end();
    if let Some(app) = before.strip_suffix(".use(") {
        let app = last_word(app);
        return is_early(repo, (&found.path, text), found.bytes.start - ".use(".len(), app);
    }
    let declared = handler.name("name").map(|name| name.as_str()).filter(|name| !name.is_empty());
    let Some(name) = declared.or_else(|| Some(NAMED.captures(before)?.get(1)?.as_str())) else { return false };
    let Ok(used) = Regex::new(&format!(r"\b(\w+)\.use\(\s*(?:\w+\.)?{name}\s*[,)]")) else { return false };
    let mut sources = repo.tree().own_texts().filter(|(file, text)| {
        [".js", ".ts", ".mjs", ".cjs"].iter().any(|end| file.path.ends_with(end))
            && !is_aside(&file.path)
            && text.contains(".use(")
            && text.contains(name)
    });
    let mut is_used = false;
    let all_early = sources.by_ref().take(MOST_FILES).all(|(file, text)| {
        let mut uses = used.captures_iter(text);
        let all = uses.by_ref().take(MOST_ROUTES).all(|used| {
            is_used = true;
            let (Some(all), app) = (used.get(0), &used[1]) else { return false };
            is_early(repo, (&file.path, text), all.start(), app)
        });
        if all && uses.next().is_some() {
            leave(repo, &file.path);
        }
        all
    });
    if all_early && let Some((file, _)) = sources.next() {
        leave(repo, &file.path);
    }
    is_used && all_early
}

/// Notes that not all of `path` was asked for what comes before what.
fn leave(repo: &Snapshot, path: &str) {
    let why = "with more routes than are looked at, so whether all of them hand on their errors was not seen";
    repo.leave("source file", why, path);
}

/// Whether the file of that path and text gives `app` most of its routes, and each router, only behind `at`.
fn is_early(repo: &Snapshot, (path, text): (&str, &str), at: usize, app: &str) -> bool {
    let Ok(routes) = Regex::new(&format!(
        r#"(?m)\b{app}\.(?P<one>get|post|put|patch|delete|all)\(\s*['"`][/*]|\b{app}\.use\(\s*(?:['"`][^'"`\n]*['"`]\s*,[^\n]*)?(?:[rR]out|\w+[rR]out|require\()|\b\w*(?:[rR]outes?|[rR]outers?)\w*\(\s*{app}\b|\brequire\([^)\n]*\)\(\s*{app}\b"#
    )) else {
        return false;
    };
    let Some(own) = moment(text, at, FARTHEST) else { return false };
    let (mut ones_before, mut ones_behind, mut routers_behind) = (0, 0, 0);
    let mut routes = routes.captures_iter(text);
    for found in routes.by_ref().take(MOST_ROUTES) {
        let Some(all) = found.get(0) else { continue };
        let start = text[..all.start()].rfind('\n').map_or(0, |end| end + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        let is_declared =
            line[..all.start() - start].trim_end().ends_with("function") || line.trim_start().starts_with("//");
        if is_declared || BESIDE.iter().any(|word| line.contains(word)) {
            continue;
        }
        let its = moment(text, all.start(), FARTHEST);
        let Some(is_before) = its.and_then(|its| its.is_before(&own)) else { return false };
        match (found.name("one").is_some(), is_before) {
            (false, true) => return false,
            (false, false) => routers_behind += 1,
            (true, true) => ones_before += 1,
            (true, false) => ones_behind += 1,
        }
    }
    if routes.next().is_some() {
        leave(repo, path);
    }
    if routers_behind > 0 { ones_before <= 1 } else { ones_before == 0 && ones_behind > 0 }
}

/// When `at` is come to; `None` where that can't be told, as in a method of a class.
fn moment(text: &str, at: usize, left: usize) -> Option<Moment> {
    let mut start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let is_inner = |start: usize| text[start..].starts_with([' ', '\t', '}', ')', ']', '\n', '\r']);
    while start > 0 && is_inner(start) {
        start = text[..start - 1].rfind('\n').map_or(0, |end| end + 1);
    }
    let head = text[start..].lines().next().unwrap_or_default();
    if head.contains("class ") {
        return None;
    }
    let Some(function) = FUNCTION.captures(head).filter(|_| start < at && !text[start..at].contains("\n}")) else {
        return Some(Moment { base: start, at, is_elsewhere: false });
    };
    let name = function.get(1).or_else(|| function.get(2))?.as_str();
    let call = format!("{name}(");
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$');
    let mut calls = text
        .match_indices(call.as_str())
        .map(|(call, _)| call)
        .filter(|call| !text[..*call].ends_with(is_part) && !text[..*call].trim_end().ends_with("function"));
    match calls.next().filter(|_| left > 0) {
        Some(called) => moment(text, called, left - 1).map(|called| Moment { at, ..called }),
        None => Some(Moment { base: start, at, is_elsewhere: true }),
    }
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::central::finding;
    use crate::areas::errors::narrow::tests::handling;
    use crate::areas::observability::server::Server;
    use crate::snapshot::fixture::Fixture;

    const START: &str = "import express from 'express';\nimport { users } from './users.js';\nimport { failed } from './failed.js';\nconst app = express();\n";
    const USERS: &str = "import { Router } from 'express';\nexport const users = Router();\nusers.get('/a', (req, res) => { if (!req.a) return res.status(404).end(); res.json([]); });\n";

    fn of(main: &str) -> String {
        let failed =
            "export const failed = (err, req, res, next) => { res.status(500).json({ error: err.message }); };\n";
        let package = r#"{"dependencies": {"express": "4"}}"#;
        let main = format!("{START}{main}");
        let mut files = vec![("package.json", package), ("main.js", main.as_str()), ("users.js", USERS)];
        if main.contains("use(failed)") {
            files.push(("failed.js", failed));
        }
        handling(&files)
    }

    #[test]
    fn a_handler_of_express_before_the_routes_answers_none_of_them() {
        assert_eq!(of("app.use('/users', usersRouter);\napp.use(failed);\n"), "central");
        assert_eq!(of("app.use(failed);\napp.use('/users', usersRouter);\n"), "adhoc");
        let inline = "app.use((err, req, res, next) => {\n  res.status(500).end();\n});\n";
        let routes = "app.use('/users', usersRouter);\n";
        assert_eq!(of(&format!("{inline}{routes}")), "adhoc");
        assert_eq!(of(&format!("{routes}{inline}")), "central");
        // What shows how the routes are described is none of them.
        assert_eq!(
            of("app.use('/docs', swaggerRouter);\napp.use(failed);\napp.use('/users', usersRouter);\n"),
            "adhoc"
        );
    }

    #[test]
    fn routes_that_are_not_looked_at_are_told() {
        let told = |count: usize| {
            let routes: String = (0..count).map(|at| format!("app.get('/{at}', show);\n")).collect();
            let main = format!("{START}app.use((err, req, res, next) => {{\n  res.status(500).end();\n}});\n{routes}");
            let package = r#"{"dependencies": {"express": "4"}}"#;
            let repo = Fixture::new().file("package.json", package).file("main.js", &main).snapshot();
            finding(&repo, &Server::of(&repo));
            repo.left().iter().filter(|left| left.why.starts_with("with more routes than are looked at")).count()
        };
        assert_eq!((told(9), told(501)), (0, 1));
    }

    #[test]
    fn routes_that_a_function_puts_in_come_when_it_is_called() {
        let put = "const setUp = async () => {\n  await loadRoutes(app);\n};\n";
        assert_eq!(of(&format!("{put}app.use(failed);\nsetUp();\n")), "adhoc");
        assert_eq!(of(&format!("{put}setUp();\napp.use(failed);\n")), "central");
        let start = "const start = async () => {\n  await setUp();\n  app.listen(1);\n};\n";
        assert_eq!(of(&format!("{put}app.use(failed);\n{start}start();\n")), "adhoc");
        // Who calls it is not seen.
        assert_eq!(of(&format!("app.use(failed);\nexport {put}")), "central");
    }

    #[test]
    fn the_order_within_one_function_counts_and_that_of_methods_is_left_alone() {
        let within =
            |first: &str, then: &str| format!("export function make() {{\n  {first}\n  {then}\n  return app;\n}}\n");
        let routes = "app.use('/users', usersRouter);";
        assert_eq!(of(&within(routes, "app.use(failed);")), "central");
        assert_eq!(of(&within("app.use(failed);", routes)), "adhoc");
        let class = "class Server {\n  failures() { this.app.use(failed); }\n  routes() { this.app.use('/users', usersRouter); }\n}\n";
        assert_eq!(of(class), "central");
    }
}
