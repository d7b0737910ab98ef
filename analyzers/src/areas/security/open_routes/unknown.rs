//! What stands before a route under a name of which nobody knows what it does: a guard, perhaps.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::Language;
use crate::paths::is_aside;

/// What stands before routes and asks nobody who calls: it parses, logs, describes, limits, or hands in what a handler
/// works with. And what declares routes.
static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)valid|log|cors|cross_?origin|json|body|pars|cach|compress|gzip|upload|multer|multipart|file|limit|throttl|async|catch|error|recover|timeout|schema|dto",
        r"|serial|format|paginat|page|filter_?by|sort|helmet|morgan|static|cookie|csrf|xss|sanit|trim|metric|trac|instrument|request_?id|correlation|service|repo",
        r"|(?-u:\b)(get_?)?(db|database|pool|conn|connection|settings|config|store|client|redis|cache|engine|unit_?of_?work|uow)(?-u:\b)|transaction|atomic|route|router|mapping|controller",
        r"|(?-u:\b)(get|post|put|patch|delete|head|options|all|any|action|view|api|web|rest|routing|run|launch|application|module|embeddedServer)(?-u:\b)|^(api|http|open_?api|swagger|extend|apply|express|fastify|gin|echo|fiber|chi|middleware\.|request|response|from|bind|produces|consumes|ignore|suppress|allow|cfg|override|slf4j)",
        r"|doc|tag|summary|operation|status|render|header|version|deprecated|injectable|method|vary|inline|must_?use|handler|utoipa|tracing|test|mock|transform|intercept"
    ))
});

/// The name behind the sign of a decorator, an annotation or an attribute.
static DECORATOR: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:@|#\[|\[)\s*([\w.:\\]+)"));

/// `.use(gate)`, `.Use(Gate())`, `.wrap(Gate)`, `.layer(gate)`, `r.With(gate)`, `->middleware('gate')`, `->add(Gate::class)`,
/// `Depends(gate)`, `AddEndpointFilter<Gate>`, `'middleware' => ['gate']`.
static HANDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?:\.(?:use|Use|wrap|layer|route_layer|With|guard)|middleware|->add|Depends|Security|AddEndpointFilter|['"]middleware['"]\s*=>)\s*[(<\[]([^\n;]*)"#,
    )
});

/// Names in what is handed over; what stands in a path is none.
static NAMES: LazyLock<Regex> = LazyLock::new(|| pattern(r#"['"]/[^'"]*['"]|[A-Za-z_][\w.:\\-]*"#));

/// What is put before every route of a program.
static FOR_ALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"add_middleware\(\s*(\w+)|UseMiddleware<(\w+)>|iddleware->(?:append|prepend|use)\(\s*([\w\\]+)|middleware\.use[ (]+([\w:]+)",
        r"|class (\w+)[^\n{]*(?:OncePerRequestFilter|implements Filter|HandlerInterceptor|: IMiddleware)|'([\w.]+[mM]iddleware)'|@app\.middleware\([^)]*\)\s*\n(?:async )?def (\w+)",
        r"|\b(?:app|server|router|r|e|engine)\.(?:use|Use)\(([^\n;]*)"
    ))
});

/// Whether `name` may be that of a guard.
fn may_guard(name: &str) -> bool {
    name.len() > 1 && !HARMLESS.is_match(name)
}

/// Whether a decorator may be a guard.
pub(super) fn is_decorator(line: &str) -> bool {
    DECORATOR.captures(line).is_some_and(|found| {
        let name = found[1].rsplit(['.', ':', '\\']).next().unwrap_or_default().to_owned();
        may_guard(&name) && may_guard(&found[1])
    })
}

/// Whether a line hands something to routes that may be a guard.
pub(super) fn is_handed(line: &str) -> bool {
    HANDED.captures_iter(line).any(|found| {
        let given = found.get(1).map_or("", |given| within(given.as_str()));
        NAMES.find_iter(given).any(|name| is_name(name.as_str()))
    })
}

/// `rest` up to the bracket that closes what was opened before it.
fn within(rest: &str) -> &str {
    let mut depth = 0_u32;
    let end = rest.char_indices().find(|(at, sign)| match sign {
        '(' | '[' | '<' => {
            depth += 1;
            false
        }
        // Arrows close nothing.
        '>' if rest[..*at].ends_with(['-', '=']) => false,
        ')' | ']' | '>' if depth == 0 => true,
        ')' | ']' | '>' => {
            depth -= 1;
            false
        }
        _ => false,
    });
    end.map_or(rest, |(at, _)| &rest[..at])
}

/// Whether `name`, with what it is a part of, may be that of a guard.
pub(super) fn is_name(name: &str) -> bool {
    const WORDS: &[&str] =
        &["function", "fn", "func", "class", "new", "const", "true", "false", "null", "None", "from_fn"];
    let last = name.trim_end_matches("::class").rsplit(['.', ':', '\\']).next().unwrap_or_default();
    !name.starts_with(['\'', '"']) && !WORDS.contains(&name) && last != "class" && may_guard(last) && may_guard(name)
}

/// Whether a block around routes may guard them by its head: `gate {` in Kotlin, and what is handed over there.
pub(super) fn is_head(line: &str) -> bool {
    let lambda = line.trim().strip_suffix('{').map(str::trim_end);
    let called =
        lambda.filter(|head| !head.contains([' ', '=', '.', '>']) || head.ends_with(')') && !head.contains("fun "));
    let name =
        called.map(|head| head.split('(').next().unwrap_or(head)).filter(|name| !name.contains([' ', '.', ':', '>']));
    is_handed(line) || is_decorator(line) || name.is_some_and(|name| !name.is_empty() && is_name(name))
}

/// Whether the declaration of a route has something between its path and its handler, or around the handler, that may be a
/// guard: `r.put('/a', gate, change)`, `mux.Handle("/a", gate(change))`.
pub(super) fn is_between(declaration: &str, language: Language) -> bool {
    if is_handed(declaration) {
        return true;
    }
    if !matches!(language, Language::JavaScript | Language::TypeScript | Language::Go) {
        return false;
    }
    // `r.route('/a').put(gate, change)` names its path before.
    let of_path = declaration.find(".route(").map_or(0, |at| at + declaration[at..].find(").").unwrap_or(0));
    let Some(open) =
        declaration[of_path..].find(".").and_then(|at| Some(of_path + at + declaration[of_path + at..].find('(')?))
    else {
        return false;
    };
    let given = declaration[open + 1..].split("=>").next().unwrap_or_default();
    let given = given.split("function").next().unwrap_or_default().split("func(").next().unwrap_or_default();
    let mut items = items(given);
    // A handler that is written here stands behind what is left.
    let is_written = given.len() + open + 1 < declaration.len();
    if !is_written {
        let handler = items.pop().unwrap_or_default();
        let wrapped =
            handler.split_once('(').map(|(name, within)| (name.trim(), within.trim_end_matches([')', ';', ' '])));
        // What makes a handler takes nothing that is one.
        if wrapped.is_some_and(|(name, within)| !within.is_empty() && is_name(name)) {
            return true;
        }
    }
    items.iter().skip(usize::from(of_path == 0)).any(|item| NAMES.find(item).is_some_and(|name| is_name(name.as_str())))
}

/// What commas outside of brackets part.
fn items(given: &str) -> Vec<&str> {
    let (mut depth, mut start, mut items) = (0_i32, 0, Vec::new());
    for (at, sign) in given.char_indices() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                items.push(given[start..at].trim());
                start = given.len();
                break;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(given[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(given[start..].trim());
    items.retain(|item| !item.is_empty());
    items
}

/// What is put before every route and may be a guard, by name.
pub(super) fn for_all(repo: &Snapshot) -> BTreeSet<String> {
    let is_code = |path: &str| Language::of(path).is_some() && !is_aside(path);
    let texts = repo.tree().own_texts().filter(|(file, _)| is_code(&file.path));
    let of_text = |text: &str| {
        let found = FOR_ALL.captures_iter(text).flat_map(|found| {
            let given = found.iter().skip(1).flatten().map(|given| given.as_str().to_owned());
            given.collect::<Vec<_>>()
        });
        let names = |given: String| NAMES.find_iter(&given).map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
        found.flat_map(names).filter(|name| is_name(name)).collect::<Vec<_>>()
    };
    texts.flat_map(|(_, text)| of_text(text)).collect()
}
