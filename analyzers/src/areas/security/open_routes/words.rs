//! The words by which a guard is known.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

/// A guard beside a route: in its declaration, its decorators, what it takes, or the first lines of its handler.
static GUARD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)auth([^o]|o[^r]|ori[sz]|$)|login_?required|(?-i:[lL]ogin|LOGIN|[lL]og_in|LOG_IN|[lL]ogged_?[iI]n|LOGGED_?IN|[lL]ogIn([^a-z]|$))|jwt|token|guard|permission|current_?user|protect|require_?[a-z_]*(user|role|admin|owner)",
        r"|session|verif|secur|is_?admin|is_?staff|admin_?only|admin_?required|roles?(?-u:\b)|has_?(role|perm)|identity|principal|claims|polic|signature|hmac|api_?key|access_?control|is_?granted",
        r"|denyaccess|user_?passes|allow_?any|anonymous|permit_?all|@public(?-u:\b)|skip_?auth|extension<[a-z]*(user|claims|session)|(?-u:\b)(req(uest)?|ctx|c|context|g|locals|state|self|this)\.[a-z_.]*user(?-u:\b)|httpcontext\.user|(?-u:\b)user\.(id|is)|->user\(\)|->can\(|\.can\(|(?-u:\b)can[(_]",
        r"|(?-u:\b)_?(user|admin|account|member|me|caller|actor)[a-z_]*\s*:\s*&?([a-z_]+::)*[a-z]*(user|admin|account|member|caller|actor)"
    ))
});

/// What stands before every route of a program, by file.
static FOR_EVERYTHING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"APP_GUARD|useGlobalGuards|FallbackPolicy|MapControllers\(\)\s*\.RequireAuthorization|anyRequest\(\)\s*\.(authenticated|hasRole|hasAuthority|hasAny[A-Za-z]*|access|denyAll)",
        r"|anyExchange\(\)\s*\.(authenticated|hasRole|hasAuthority)|anyRequest,\s*authenticated|[mM]atchers\([^)]*\)\s*\.(authenticated|has)|DEFAULT_PERMISSION_CLASSES|LoginRequiredMiddleware|\.before_request|before_request_funcs",
        r"|(FastAPI|APIRouter)\([^)]*dependencies\s*=|include_router\([^)]*dependencies\s*=|AuthorizeFilter|RequireAuthorization\(\);?\s*app\.Run|UseMiddleware<[A-Za-z]*(Auth|Jwt|Token|ApiKey)[A-Za-z]*>",
        r"|addHook\(\s*['\x22](onRequest|preHandler|preValidation)['\x22]\s*,[^\n]*(?i:auth|jwt|verif|token|session|guard)",
        // Go wraps all routes at once: `return session.handle(csrf.handle(mux))`.
        r"|(return|Handler:|ListenAndServe\([^,\n]*,)\s*[a-z.]*(?i:auth|session|jwt|token|login|guard)\w*(\.\w+)?\([^\n]*\b(mux|router)\)"
    ))
});

/// `app.use(requireAuth)` and `r.Use(AuthMiddleware())`: whatever is called or named there, its strings and routers apart.
static USED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\.(use|Use|wrap|layer|route_layer)\(([^\n;]*)"));

static STRINGS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#""[^"\n]*"|'[^'\n]*'|`[^`\n]*`|(?-u:\b\w*)([rR]out|[cC]ontroller|[hH]andler)(?-u:\w*)"#)
});

/// Sessions of a database, which know nobody: `session: AsyncSession = Depends(get_session)`, `db.session.commit()`.
static OF_DATABASE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?-u:\b)\w*[sS]ession\w*\s*:\s*\w*Session\w*|(?-u:\b)Async_?Session|[sS]ession_?([lL]ocal|[mM]aker)|(?-u:\b)get_(async_|db_)?session(?-u:\b)",
        r"|(?-u:\b)\w*session\s*=\s*Depends\(\s*get_(async_|db_)?(session|db)\s*\)|(?-u:\b)(db|database|orm)\.session(?-u:\b)",
        r"|(?-u:\b)(async_|db_)?session\.(add|add_all|commit|rollback|flush|refresh|execute|scalars?|delete|query|merge|close|exec|begin|persist)(?-u:\b)",
        r"|(?-u:\b)session\.get\(\s*[A-Z]|SessionDep|SessionFactory|getCurrentSession|[sS]tart_?[sS]ession\("
    ))
});

/// What .NET stops work by lets nobody in and keeps nobody out.
static CANCELLATION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)cancellation_?token(_?source)?"));

/// Filters of a framework, which choose by themselves what they stand before.
const FILTERS: &[&str] = &["implements Filter", "OncePerRequestFilter", "HandlerInterceptor", "NextResponse.next("];

/// Whether `line` has a guard; what stands in strings, such as a path, is none, and neither is a comment.
pub(super) fn is_guard(line: &str) -> bool {
    let code = without_comment(line);
    let without = STRINGS.replace_all(code, "");
    let is_session = without.contains("ession");
    let without = if is_session { OF_DATABASE.replace_all(&without, "") } else { without.as_ref().into() };
    let is_cancellation = without.contains("ancellation");
    let without = if is_cancellation { CANCELLATION.replace_all(&without, "") } else { without.as_ref().into() };
    // Names of guards are strings in some frameworks: `middleware('auth:sanctum')`.
    GUARD.is_match(&without) || is_named_guard(code)
}

/// `->middleware('auth')`, `authenticate("jwt") {`, `[Authorize("admin")]`, `IsGranted('ROLE_USER')`.
fn is_named_guard(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let names = ["middleware(", "middleware'", "middleware\""].iter().any(|word| lower.contains(word));
    // What a guard left for the handler: `c.MustGet("userID")`, `c.Locals("user")`.
    let left =
        ["get(\"user", "get('user", "locals(\"user", "locals('user", "value(\"user", "get(\"claims", "get(\"auth"];
    names && GUARD.is_match(&lower.replace("middleware", "")) || left.iter().any(|word| lower.contains(word))
}

/// Whether a line hands a guard to every route that comes after it: `router.use(auth)`.
pub(super) fn is_used(line: &str) -> bool {
    USED.captures_iter(without_comment(line)).any(|found| {
        let without = STRINGS.replace_all(&found[2], "").replace("verify:", "");
        let keeps_sessions = ["session(", "sessions(", "initialize("];
        GUARD.is_match(&without) && !keeps_sessions.iter().any(|it| without.to_ascii_lowercase().contains(it))
    })
}

/// What a line hands on to every route that comes after it.
pub(super) fn handed_on(line: &str) -> &str {
    USED.captures(without_comment(line)).and_then(|found| found.get(2)).map_or("", |given| given.as_str())
}

/// Whether a file says that something stands before every route, or before the routes of other files.
pub(super) fn is_for_everything(path: &str, text: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_code = crate::code::Language::of(path).is_some();
    let is_middleware_of_next = matches!(name, "middleware.ts" | "middleware.js") && text.lines().any(is_guard);
    is_code && FOR_EVERYTHING.is_match(text)
        || is_middleware_of_next
        || is_code && FILTERS.iter().any(|filter| text.contains(filter)) && text.lines().any(is_guard)
        // Symfony's rules for paths.
        || matches!(name, "security.yaml" | "security.yml") && text.lines().any(|line| line.trim_start().replace(' ', "").starts_with("-{path:"))
        || is_code && mounts(text)
}

/// Whether a guard is handed on to routes of other files: `app.use('/orders', requireAuth, orders)`.
fn mounts(text: &str) -> bool {
    text.lines().any(is_used) && !declares_routes(text)
}

/// Whether routes stand in the same file, so that it can be read which of them come behind a guard.
fn declares_routes(text: &str) -> bool {
    [
        ".post(",
        ".put(",
        ".delete(",
        ".patch(",
        ".POST(",
        ".PUT(",
        ".DELETE(",
        ".PATCH(",
        ".Post(",
        ".Put(",
        ".Delete(",
        ".Patch(",
        "#[post(",
        "#[put(",
        "#[delete(",
        ".route(",
    ]
    .iter()
    .any(|call| text.contains(call))
}

fn without_comment(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") || trimmed.starts_with('*') || trimmed.starts_with("# ") {
        ""
    } else {
        line.split(" // ").next().unwrap_or(line)
    }
}
