//! Pools of Rust that are built anew wherever a connection is needed, and dropped with it.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::secrets::is_in_test_module;
use crate::{Place, Snapshot};

static BUILDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\bPool(?:::<[^;()]*>)?::(?:builder|new)\(|\b\w*PoolOptions::new\(|\.create_pool\(",
        r"|\b(?:Pg|MySql|Sqlite|Any)Pool::connect(?:_with|_lazy)?\("
    ))
});

static FUNCTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:pub(?:\([^)\n]*\))?\s+)?(?:const\s+|async\s+|unsafe\s+)*fn\s+(\w+)"));

/// What a function gives back: the pool itself, or one connection of it. SeaORM's `DatabaseConnection` is a pool, too.
static POOL: LazyLock<Regex> = LazyLock::new(|| pattern(r"->[^{]*Pool\b"));
static CONNECTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"->[^{]*\b(?:PooledConnection|PoolConnection|PooledConn|PgConnection|AsyncPgConnection|MysqlConnection",
        r"|MySqlConnection|AsyncMysqlConnection|SqliteConnection|AnyConnection)\b"
    ))
});

/// What leaves a loop.
static LEAVES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:break|return)\b"));

/// What keeps a value for the whole program.
const KEPT: &[&str] =
    &["get_or_init", "get_or_try_init", "OnceCell", "OnceLock", "Lazy", "lazy_static!", "static ", "thread_local!"];

/// What looks a value up by a key, what puts one there, and what does both.
static LOOKS_UP: LazyLock<Regex> = LazyLock::new(|| pattern(r"\.(?:get|get_mut|entry|contains_key)\(\s*[^)\s]"));
static PUTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\.(?:insert|or_insert\w*|or_try_insert\w*|insert_entry)\("));
static LOADS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\.(?:get_with|try_get_with|get_or_insert_with|try_get_or_insert_with|optionally_get_with)\(")
});

/// What only functions take and give that answer requests.
const HANDLES: &[&str] =
    &["State(", "Path(", "Query(", "Json(", "impl Responder", "impl IntoResponse", "HttpResponse", "web::"];

/// What stands above tests, and what only they use.
const TESTED: &str = "#[cfg(test)]";

/// So many functions that build a pool are asked about, and so many that hand it on are followed, one after another.
const MOST_BUILDERS: usize = 10;
const MOST_MAKERS: usize = 10;

/// A function in a file.
struct Function<'a> {
    path: &'a str,
    name: &'a str,
    /// What stands above it in its file.
    above: &'a str,
    /// Its text up to the next function.
    text: &'a str,
    /// The line on which it begins, from 1.
    line: u32,
}

impl<'a> Function<'a> {
    fn head(&self) -> &'a str {
        self.text.split('{').next().unwrap_or_default()
    }

    /// Whether it is there for tests only, which make pools of their own.
    fn is_of_tests(&self) -> bool {
        is_in_test_module(self.above.as_bytes(), self.above.len()) || self.above.trim_end().ends_with(TESTED)
    }

    fn gives_pool(&self) -> bool {
        POOL.is_match(self.head())
    }

    fn place(&self, repo: &Snapshot) -> Place {
        Place::lines(repo.head(), self.path, self.line, self.line)
    }
}

/// Where such a pool is built, and where that is asked for again and again. `pools` are the traces of pools.
pub(super) fn find(repo: &Snapshot, pools: &[&CodeMatch]) -> Option<(Place, Place)> {
    if !pools.iter().any(|found| found.language == Language::Rust && !found.functions.is_empty()) {
        return None;
    }
    let mut functions = functions(repo);
    functions.retain(|it| !KEPT.iter().any(|mark| it.text.contains(mark)) && !keeps_by_key(it.text));
    let mut builders = functions.iter().filter(|it| BUILDS.is_match(it.text) && !it.is_of_tests());
    let found = builders.by_ref().take(MOST_BUILDERS).find_map(|builder| {
        if !builder.gives_pool() {
            return gives_one(builder).then(|| (builder.place(repo), builder.place(repo)));
        }
        let mut makers = vec![builder.name];
        let mut next = 0;
        while let Some(maker) = makers.get(next).copied().filter(|_| next < MOST_MAKERS) {
            next += 1;
            for caller in functions.iter().filter(|it| it.name != maker) {
                let Some(at) = calls(caller.text, maker).filter(|_| !caller.is_of_tests()) else { continue };
                if caller.gives_pool() {
                    if !makers.contains(&caller.name) {
                        makers.push(caller.name);
                    }
                } else if gives_one(caller) || answers(caller) || is_in_loop(caller.text, at) {
                    return Some((builder.place(repo), caller.place(repo)));
                }
            }
        }
        if next < makers.len() {
            leave(repo, builder.path);
        }
        None
    });
    if found.is_none()
        && let Some(builder) = builders.next()
    {
        leave(repo, builder.path);
    }
    found
}

/// Notes that more make a pool, or hand it on, than are asked for who asks them.
fn leave(repo: &Snapshot, path: &str) {
    repo.leave("source file", "with more functions that make pools of connections than are followed", path);
}

/// Whether a pool is looked up among those that were built before, and kept there: one for each tenant.
fn keeps_by_key(text: &str) -> bool {
    LOADS.is_match(text) || LOOKS_UP.is_match(text) && PUTS.is_match(text)
}

fn functions(repo: &Snapshot) -> Vec<Function<'_>> {
    let sources = repo.tree().own_texts().filter(|(file, _)| {
        file.path.ends_with(".rs") && !is_aside(&file.path) && !marks::is_for_operators(&file.path)
    });
    sources.flat_map(|(file, text)| of_file(&file.path, text)).collect()
}

fn of_file<'a>(path: &'a str, text: &'a str) -> Vec<Function<'a>> {
    let found = FUNCTION.captures_iter(text).filter_map(|it| Some((it.get(0)?.start(), it.get(1)?.as_str())));
    let found: Vec<(usize, &str)> = found.collect();
    let ends = found.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let (mut line, mut before) = (1, 0);
    let mut functions = Vec::with_capacity(found.len());
    for ((start, name), end) in found.iter().zip(ends) {
        line += text[before..*start].matches('\n').count() as u32;
        before = *start;
        // Tests stand behind what they test.
        let own = text[*start..end].split(TESTED).next().unwrap_or_default();
        functions.push(Function { path, name, above: &text[..*start], text: own, line });
    }
    functions
}

/// Whether a function lends one connection, of a pool that nobody else has.
fn gives_one(function: &Function<'_>) -> bool {
    CONNECTION.is_match(function.head())
}

fn answers(function: &Function<'_>) -> bool {
    function.head().contains("async ") && HANDLES.iter().any(|sign| function.head().contains(sign))
}

/// Where `text` calls the function of that name, and no method or function of a type.
fn calls(text: &str, name: &str) -> Option<usize> {
    let call = format!("{name}(");
    text.match_indices(call.as_str()).map(|(at, _)| at).find(|at| {
        let before = &text[..*at];
        let owner =
            before.strip_suffix("::").map(|path| path.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next());
        let is_of_type = owner.flatten().is_some_and(|owner| owner.starts_with(char::is_uppercase));
        !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.'))
            && !before.ends_with("fn ")
            && !is_of_type
    })
}

/// Whether `at` is within a loop that nothing behind it leaves: who tries until there is a pool keeps it.
fn is_in_loop(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let (mut depth, mut blocks) = (0_usize, 0_usize);
    for (start, c) in before.char_indices().rev() {
        match c {
            '}' => depth += 1,
            '{' if depth > 0 => depth -= 1,
            '{' => {
                blocks += 1;
                let head = before[..start].rsplit([';', '{', '}', '\n']).next().unwrap_or_default().trim();
                let is_loop = ["loop", "while ", "for "].iter().any(|word| head.starts_with(word));
                if is_loop && !LEAVES.is_match(rest_of(&text[at..], blocks)) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// `text` up to the end of the outermost of the `blocks` that are open where it begins.
fn rest_of(text: &str, blocks: usize) -> &str {
    let mut open = blocks;
    for (at, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{self, Met, NotMet};
    use crate::Snapshot;
    use crate::snapshot::fixture::Fixture;

    fn outcome(db: &str, main: &str) -> Outcome {
        super::super::finding(&repository(db, main)).outcome()
    }

    fn repository(db: &str, main: &str) -> Snapshot {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\ndiesel = { version = \"2\", features = [\"postgres\", \"r2d2\"] }\nr2d2 = \"0.8\"\n";
        Fixture::new().file("Cargo.toml", manifest).file("src/db.rs", db).file("src/main.rs", main).snapshot()
    }

    const MAKES: &str = "use diesel::pg::PgConnection;\nconst URL: &str = \"postgres://localhost\";\nuse diesel::r2d2::{ConnectionManager, Pool};\npub type PgPool = Pool<ConnectionManager<PgConnection>>;\n\npub fn make(url: &str) -> PgPool {\n    Pool::builder().build(ConnectionManager::new(url)).unwrap()\n}\n\npub fn made() -> PgPool {\n    make(URL)\n}\n";

    #[test]
    fn a_pool_that_lends_one_connection_and_is_dropped_is_none() {
        let lends =
            format!("{MAKES}\npub fn one() -> Option<PooledConnection<Manager>> {{\n    made().get().ok()\n}}\n");
        assert_eq!(outcome(&lends, "fn main() { db::one(); }\n"), NotMet);
        let kept = lends.replace(
            "    made().get()",
            "    static POOL: OnceLock<PgPool> = OnceLock::new();\n    POOL.get_or_init(made).get()",
        );
        assert_eq!(outcome(&kept, "fn main() { db::one(); }\n"), Met);
        // SeaORM's is the pool.
        let wraps =
            format!("{MAKES}\npub fn wrapped() -> Result<DatabaseConnection, DbErr> {{\n    Ok(wrap(made()))\n}}\n");
        assert_eq!(outcome(&wraps, "fn main() { serve(db::wrapped()); }\n"), Met);
    }

    #[test]
    fn functions_that_make_pools_and_are_not_followed_are_told() {
        // Beside one that builds a pool, and one that hands it on.
        let told = |builders: usize, makers: usize| {
            let built = |at| format!("pub fn b{at}() -> PgPool {{\n    Pool::builder().build(m()).unwrap()\n}}\n");
            let made = |at| format!("pub fn m{at}() -> PgPool {{\n    make(URL)\n}}\n");
            let more: String = (0..builders).map(built).chain((0..makers).map(made)).collect();
            let repo = repository(&format!("{MAKES}\n{more}"), "fn main() { serve(db::made()); }\n");
            let outcome = super::super::finding(&repo).outcome();
            (outcome, repo.left().iter().filter(|left| left.why.contains("make pools")).count())
        };
        assert_eq!((told(9, 0), told(10, 0)), ((Met, 0), (Met, 1)));
        assert_eq!((told(0, 8), told(0, 9)), ((Met, 0), (Met, 1)));
    }

    #[test]
    fn a_pool_that_a_map_keeps_for_each_tenant_is_built_once() {
        let of = |body: &str| {
            let handler = format!(
                "async fn list(state: web::Data<App>, tenant: web::Path<u32>) -> impl Responder {{\n    {body}\n    all(&pool)\n}}\n"
            );
            outcome(MAKES, &handler)
        };
        assert_eq!(of("let pool = db::made();"), NotMet);
        let kept = "if let Some(pool) = pools.get(&tenant) { return all(pool); }\n    let pool = db::made();\n    pools.insert(tenant, pool.clone());";
        assert_eq!(of(kept), Met);
        assert_eq!(of("let pool = pools.entry(*tenant).or_insert_with(db::made);"), Met);
        assert_eq!(of("let pool = cache.get_with(*tenant, async { db::made() }).await;"), Met);
        // The connection of a pool is looked up by no key.
        assert_eq!(of("let one = db::made().get();\n    seen.insert(1);"), NotMet);
    }

    #[test]
    fn a_pool_is_made_once_outside_of_loops_and_handlers() {
        assert_eq!(outcome(MAKES, "fn main() {\n    let pool = db::made();\n    serve(pool);\n}\n"), Met);
        assert_eq!(
            outcome(MAKES, "fn main() {\n    loop {\n        let pool = db::made();\n        work(pool);\n    }\n}\n"),
            NotMet
        );
        assert_eq!(outcome(MAKES, "fn main() {\n    for a in b { work(a); }\n    let pool = db::made();\n}\n"), Met);
        let handler =
            "async fn list(path: web::Path<u32>) -> impl Responder {\n    let pool = db::made();\n    all(&pool)\n}\n";
        assert_eq!(outcome(MAKES, handler), NotMet);
        // Tests make pools of their own.
        let tested = "fn main() {\n    serve(db::made());\n}\n\n#[cfg(test)]\nmod tests {\n    fn one() -> PgConnection { loop { made(); } }\n}\n";
        assert_eq!(outcome(MAKES, tested), Met);
        let elsewhere = "#[cfg(test)]\nmod tests;\n\nfn main() {\n    loop {\n        let pool = db::made();\n        work(pool);\n    }\n}\n";
        assert_eq!(outcome(MAKES, elsewhere), NotMet);
        // Until there is one.
        let tries = "fn main() {\n    for _ in 0..5 {\n        let pool = db::made();\n        if pool.get().is_ok() {\n            return serve(pool);\n        }\n    }\n}\n";
        assert_eq!(outcome(MAKES, tries), Met);
    }
}
