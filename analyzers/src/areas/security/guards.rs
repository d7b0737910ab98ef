//! Where the program asks who calls, and what they may do. What only names a guard (an import, an alias, an error, a
//! setting for no route) asks nothing.

mod refusals;

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use self::refusals::{REFUSALS, is_asked_before};
use super::{login, marks};
use crate::areas::api::Surface;
use crate::code::{CodeMatch, Language};
use crate::{Place, Snapshot};

/// A permission is somebody's: those of files are no concern of a route.
static SOMEBODY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)user|role|claim|principal|account|session|polic|guard|admin|member|subject|enforcer|auth|request|forbidden",
    )
});

/// What asks for somebody, beside a route.
static ASKS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)auth([^o]|o[^r]|ori[sz]|$)|login_?required|(?-i:[lL]ogin|LOGIN|[lL]og_in|LOG_IN|[lL]ogged_?[iI]n|LOGGED_?IN|[lL]ogIn([^a-z]|$))|\bjwt|guard|permission|current_?user|api_?key|bearer|principal",
        r"|\bclaims|protected|access_?control|require_?user"
    ))
});

/// How far below a route its guard may stand.
const BESIDE: usize = 25;

/// Words for anything that stands before routes: a guard where what is named with them asks for somebody.
const GENERAL: &[&str] = &["onRequest", "preHandler", "from_fn", "from_fn_with_state", "TypedHeader", "MiddlewareFunc"];

/// How much of what stands behind such a word is named with it.
const NAMED: usize = 160;

/// Words that open the settings of Spring Security.
const CHAINS: &[&str] = &["SecurityFilterChain", "HttpSecurity", "ServerHttpSecurity", "WebSecurityConfigurerAdapter"];

/// Words by which those settings ask for somebody.
const CHAIN_ASKS: &[&str] =
    &["authenticated", "Authenticated", "hasRole", "hasAuthority", "hasAny", "hasScope", "denyAll", ".access("];

/// Names of what may be a field that says what somebody is or may do. That a route demands somebody is said by others.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)^(is_?(admin|superuser|staff|moderator|owner)|has_?\w+|(can|may)_\w+|\w+able_by(_\w+)?)$")
});

/// Where who calls is looked at.
pub(super) fn identity(repo: &Snapshot) -> Vec<&CodeMatch> {
    in_use(repo, &["identity", "identity.name"])
}

/// Where what they may do is looked at.
pub(super) fn permission(repo: &Snapshot) -> Vec<&CodeMatch> {
    let mut found = in_use(repo, &["permission", "permission.middleware"]);
    found.retain(|found| is_about_somebody(repo, found));
    found
}

/// Where routes ask who is calling: calls that name the caller or a permission, and guards beside a route that is not
/// there to log in itself.
pub(crate) fn asks_who(repo: &Snapshot) -> Vec<Place> {
    let mut places: Vec<Place> = identity(repo)
        .into_iter()
        .chain(permission(repo))
        .filter(|found| is_about_somebody(repo, found))
        .map(|found| marks::at(repo, found))
        .collect();
    let endpoints = &Surface::of(repo).endpoints;
    for endpoint in endpoints.iter().filter(|endpoint| !login::is_login(endpoint)) {
        let Some(text) = repo.text(&endpoint.file) else { continue };
        let (first, last) = (endpoint.lines.0 as usize, endpoint.lines.1 as usize);
        let others = endpoints.iter().filter(|other| other.file == endpoint.file && other.lines.0 > endpoint.lines.1);
        let next = others.map(|other| other.lines.0 as usize).min().unwrap_or(usize::MAX);
        let end = next.min(last.saturating_add(BESIDE));
        let mut lines = text.lines().take(end.saturating_sub(1)).enumerate().skip(first.saturating_sub(1));
        if let Some((line, _)) = lines.find(|(_, line)| !is_comment(line) && ASKS.is_match(line)) {
            let line = line as u32 + 1;
            places.push(Place::lines(repo.head(), endpoint.file.as_str(), line, line));
        }
    }
    places.sort();
    places.dedup_by(|a, b| a.path == b.path && a.lines.map(|lines| lines.0) == b.lines.map(|lines| lines.0));
    places
}

/// The matches of `topics` that ask something, one a line.
fn in_use<'a>(repo: &'a Snapshot, topics: &[&str]) -> Vec<&'a CodeMatch> {
    let of_topic = |topic: &&str| {
        let mut found = marks::each(repo, "security", topic);
        // Laravel lists its classes there.
        found.retain(|found| asks(repo, found) && !found.path.ends_with("config/app.php"));
        found.dedup_by(|a, b| a.path == b.path && a.lines.0 == b.lines.0);
        found
    };
    topics.iter().flat_map(of_topic).collect()
}

fn is_about_somebody(repo: &Snapshot, found: &CodeMatch) -> bool {
    repo.text(&found.path).is_some_and(|text| SOMEBODY.is_match(text))
}

fn asks(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let Some(word) = text.get(found.bytes.clone()) else { return false };
    let rest = &text[found.bytes.end..];
    let before = &text[..found.bytes.start];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = found.bytes.end + rest.find('\n').unwrap_or(rest.len());
    let line = &text[start..end];
    if marks::is_import(repo, found) || line.contains("AllowAny") {
        return false;
    }
    if is_declared(word, before, rest) {
        return false;
    }
    if word.eq_ignore_ascii_case("authorize") && (is_of_money(repo, found) || is_in_interface(found)) {
        return false;
    }
    if word == "authorize" && before.ends_with("function ") {
        // Of an interface there is only the head.
        if rest.find(';').is_some_and(|end| !rest[..end].contains('{')) {
            return false;
        }
        // Laravel asks each request whether it is allowed.
        let body = rest.split_once('{').map_or("", |(_, body)| body.split('}').next().unwrap_or_default());
        // Only where it says nothing else does it let everybody in: `if (…) { return true; }` asks.
        let lines = body.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
        let mut said = lines.filter(|line| !line.is_empty() && !is_comment(line));
        let is_for_all = said.next().is_some_and(|line| line.eq_ignore_ascii_case("return true;"));
        return !is_for_all || said.next().is_some();
    }
    if GENERAL.contains(&word) {
        let named = rest.split(';').next().unwrap_or_default();
        return ASKS.is_match(&named.chars().take(NAMED).collect::<String>()) || ASKS.is_match(&line.replace(word, ""));
    }
    if word == "OncePerRequestFilter" {
        return ASKS.is_match(text);
    }
    if CHAINS.contains(&word) {
        return !text.contains("permitAll") || CHAIN_ASKS.iter().any(|word| text.contains(word));
    }
    !REFUSALS.contains(&word) || is_asked_before(text, found, end)
}

/// Whether what is authorised is a payment: money is held on a card, and nobody is asked what they may do.
fn is_of_money(repo: &Snapshot, found: &CodeMatch) -> bool {
    const MONEY: &[&str] = &["payment", "charge", "billing", "checkout", "acquir"];
    const SOMEBODY: &[&str] = &["role", "permission", "policy", "Role", "Permission", "Policy"];
    let path = found.path.to_ascii_lowercase();
    let text = repo.text(&found.path).unwrap_or_default();
    let start = text[..found.bytes.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let lower = line.to_ascii_lowercase();
    // In other languages the word is one of packages that ask for permissions.
    found.language == Language::Go
        && MONEY.iter().any(|word| path.contains(word) || lower.contains(word))
        && !SOMEBODY.iter().any(|word| line.contains(word))
}

/// Whether it is only declared there, for others to do.
fn is_in_interface(found: &CodeMatch) -> bool {
    found.scopes.iter().any(|scope| scope.kind.contains("interface"))
}

/// Whether a name stands where it is declared or set, as a field that says whether somebody is an administrator.
fn is_declared(word: &str, before: &str, rest: &str) -> bool {
    const TYPES: &[&str] = &["bool ", "bool? ", "boolean ", "Boolean ", "Boolean? "];
    const SET: &[&str] = &[
        ": bool",
        "?: bool",
        ": Bool",
        ": Mapped[",
        ": false",
        " bool",
        "= models.",
        "= Column(",
        "= db.Column(",
        "= mapped_column(",
        "= serializers.",
        "= false",
        "= False",
        "=False",
    ];
    // Of a route, these demand a guard: `{ path: '/a', requireAuth: true }`.
    const GIVEN: &[&str] = &[": {", ": true", "= true", "= True", "=True"];
    let rest = rest.strip_prefix(' ').filter(|rest| rest.starts_with('=')).unwrap_or(rest);
    TYPES.iter().any(|kind| before.ends_with(kind))
        || SET.iter().any(|set| rest.starts_with(set))
        || FIELD.is_match(word) && GIVEN.iter().any(|set| rest.starts_with(set))
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with('#') && !line.starts_with("#[") || line.starts_with("* ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    pub(super) fn lines(path: &str, text: &str) -> Vec<u32> {
        let repo = Fixture::new().file(path, text).snapshot();
        identity(&repo).into_iter().chain(permission(&repo)).map(|found| found.lines.0).collect()
    }

    #[test]
    fn what_stands_before_every_route_is_a_guard_where_it_asks_for_somebody() {
        let layered =
            |function: &str| format!("fn app() -> Router {{\n    Router::new().layer(from_fn({function}))\n}}\n");
        assert_eq!(lines("a.rs", &layered("auth::require_auth")), [2]);
        assert!(lines("a.rs", &layered("log_requests")).is_empty());
        let hook = |function: &str| format!("app.get('/a', {{ preHandler: {function} }}, f);\n");
        assert_eq!(lines("a.js", &hook("authorized")), [1]);
        assert!(lines("a.js", &hook("measure")).is_empty());
        let filter = |body: &str| format!("class A extends OncePerRequestFilter {{\n  void f() {{ {body} }}\n}}\n");
        assert_eq!(lines("A.java", &filter("check(jwt);")), [1]);
        assert!(lines("A.java", &filter("MDC.put(id);")).is_empty());
    }

    #[test]
    fn what_lets_everybody_in_guards_nothing() {
        let view = |permission: &str| format!("class A(APIView):\n    permission_classes = [{permission}]\n");
        assert!(lines("a.py", &view("AllowAny")).is_empty());
        assert!(!lines("a.py", &view("Members")).is_empty());
        let request = |may: &str| {
            format!(
                "<?php\nclass A extends UserRequest {{\n  public function authorize(): bool\n  {{\n    return {may};\n  }}\n}}\n"
            )
        };
        assert!(lines("A.php", &request("true")).is_empty());
        assert_eq!(lines("A.php", &request("$this->user()->owns($this->note)")), [3]);
        let body = |body: &str| {
            format!("<?php\nclass A extends UserRequest {{\n  public function authorize() {{ {body} }}\n}}\n")
        };
        assert_eq!(lines("A.php", &body("if ($this->user()->is_admin) { return true; } return false;")), [3]);
        assert!(lines("A.php", &body("return true; // everybody\n")).is_empty());
        let of_interface =
            "<?php\ninterface A\n{\n  public function authorize(): bool;\n  public function rules(): array;\n}\n";
        assert!(lines("A.php", of_interface).is_empty());
        let held = "package payment\nfunc (h *Handler) Pay(r *Request) { h.service.Authorize(r.User, r.Amount) }\n";
        assert!(lines("payment/handler.go", held).is_empty());
        assert_eq!(lines("notes/handler.go", held), [2]);
        assert_eq!(lines("payment/handler.go", &held.replace("r.Amount", "\"role\"")), [2]);
        let chain = |end: &str| {
            format!("class A {{\n  void f(HttpSecurity http) {{ http.a(r -> r.anyRequest().{end}); }}\n}}\n")
        };
        assert!(lines("A.java", &chain("permitAll()")).is_empty());
        assert_eq!(lines("A.java", &chain("authenticated()")), [2]);
    }

    #[test]
    fn a_field_that_says_who_is_an_administrator_asks_nothing() {
        for (path, text) in [
            ("a.rs", "struct User { is_admin: bool }\n"),
            ("a.go", "package a\ntype User struct {\n\tIsAdmin bool\n}\n"),
            ("a.py", "class User(Base):\n    is_admin = Column(Boolean)\n"),
            ("b.py", "class User(Base):\n    is_admin: Mapped[bool] = mapped_column(default=False)\n"),
            ("a.js", "const user = new Schema({ isAdmin: { type: Boolean } });\nsave(user, { isAdmin: true });\n"),
        ] {
            assert!(lines(path, text).is_empty(), "{path}");
        }
        assert_eq!(lines("a.js", "if (user.isAdmin === true) next();\n"), [1]);
        assert_eq!(lines("a.go", "package a\nfunc f() bool { return user.IsAdmin }\n"), [2]);
        assert_eq!(lines("a.py", "def f(user):\n    return user.is_admin\n"), [2]);
    }

    #[test]
    fn a_route_may_demand_somebody_by_an_option() {
        let route = |option: &str| lines("a.js", &format!("route({{ path: '/a', {option} }});\n"));
        assert_eq!(route("requireAuth: true"), [1]);
        assert_eq!(route("authorize: { roles: ['x'] }"), [1]);
        assert!(route("requireAuth: false").is_empty());
    }

    #[test]
    fn what_is_imported_and_used_nowhere_asks_nothing() {
        assert!(lines("a.py", "from a import (\n    login_required,\n    b,\n)\n").is_empty());
        assert!(lines("a.py", "from a import login_required\n").is_empty());
        assert!(lines("a.js", "const { isAdmin } = require('./user');\n").is_empty());
        assert_eq!(lines("a.py", "from a import (\n    login_required,\n)\n\n@login_required\ndef f(): pass\n"), [5]);
        assert!(lines("_ide_helper.php", "<?php\nclass Gate { function authorize($user) {} }\n").is_empty());
    }

    #[test]
    fn a_handler_of_axum_may_take_whoever_calls() {
        let extractor = "impl<S: Sync> FromRequestParts<S> for User {\n    async fn from_request_parts(parts: &mut Parts) -> R {\n        decode::<User>(header(parts)?, &key(), &Validation::default())\n    }\n}\n";
        assert_eq!(lines("src/user.rs", extractor), [1]);
        assert!(lines("src/page.rs", &extractor.replace("decode::<User>", "number")).is_empty());
    }
}
