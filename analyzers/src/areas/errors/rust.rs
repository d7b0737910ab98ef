//! Which errors the handlers of a program in Rust give back.

use std::cell::OnceCell;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::wrapper::{body, leave};
use crate::paths::is_aside;
use crate::secrets::is_in_test_module;
use crate::{Place, Snapshot};

static FUNCTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:pub(?:\([^)\n]*\))?\s+)?(?:const\s+|async\s+|unsafe\s+)*fn\s+(\w+)"));

/// What stands above the handler of a route.
static ROUTE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"#\[(?:\w+::)*(?:get|post|put|patch|delete|head|options|route|handler|endpoint|oai|connect)\b")
});

/// What only functions take and give that answer requests, or that stand before those.
static HANDLES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\b(?:State|Path|Query|Json|Form|Extension|Multipart|TypedHeader|HttpRequest|HttpResponse|Request|Response|Parts",
        r"|Responder|IntoResponse|Redirect|Depot|Sse|Next|ServiceRequest|Payload)\b|\bweb::"
    ))
});

/// What makes an answer of an error by hand.
const CONVERTS: &[&str] = &[".into()", ".into_response()", ".error_response()", "From::from(", "::from("];

/// So many handlers are a habit.
const SEVERAL: usize = 3;

/// How many functions are read, and how many names an error has.
const MOST_FUNCTIONS: usize = 20_000;
const MOST_ALIASES: usize = 20;

struct Function<'a> {
    name: &'a str,
    /// Where it begins in its file.
    start: usize,
    /// Up to its body.
    signature: &'a str,
    body: &'a str,
    is_handler: bool,
}

impl<'a> Function<'a> {
    fn gives(&self) -> &'a str {
        self.signature.rsplit_once("->").map_or("", |(_, gives)| gives)
    }

    /// Whether all that it does is to give back what another function gives it: `{ users.all().await }`.
    fn only_calls(&self) -> bool {
        const ELSE: &[&str] = &[";", "match ", "if ", "HttpResponse::", "StatusCode::"];
        let body = body(self.body, false);
        body.contains('(') && !ELSE.iter().any(|word| body.contains(word))
    }
}

/// The functions of a program, read when they are first asked for.
pub(super) struct Functions<'a> {
    repo: &'a Snapshot,
    read: OnceCell<Vec<Function<'a>>>,
}

impl<'a> Functions<'a> {
    pub(super) fn of(repo: &'a Snapshot) -> Self {
        Functions { repo, read: OnceCell::new() }
    }

    fn all(&self) -> &[Function<'a>] {
        self.read.get_or_init(|| {
            let mut all = texts(self.repo).flat_map(functions);
            let read = all.by_ref().take(MOST_FUNCTIONS).collect();
            if all.next().is_some() {
                leave(self.repo, "functions of Rust");
            }
            read
        })
    }

    /// Whether a handler gives back an error of that name, `uses` it in its body, or takes it over from a function that it
    /// calls; taken for granted where no function looks like a handler.
    pub(super) fn answer_with(&self, name: &str, uses: &Regex) -> bool {
        let handlers = || self.all().iter().filter(|function| function.is_handler);
        if handlers().next().is_none() {
            return true;
        }
        let names = aliases(self.repo, name);
        let is_named = |text: &str| names.iter().any(|name| holds_word(text, name));
        if handlers().any(|function| is_named(function.gives()) || uses.is_match(function.body)) {
            return true;
        }
        let givers: Vec<&str> =
            self.all().iter().filter(|it| !it.is_handler && is_named(it.gives())).map(|it| it.name).collect();
        let takes_over = |function: &Function<'_>| {
            function.gives().contains("Result") || CONVERTS.iter().any(|call| function.body.contains(call))
        };
        handlers().filter(|function| takes_over(function)).any(|function| {
            let calls = |name: &&str| holds_word(function.body, name) && function.body.contains(&format!("{name}("));
            givers.iter().any(calls)
        })
    }
}

impl Functions<'_> {
    /// Whether most handlers give back something else than errors of these names, and answer by hand what goes wrong.
    pub(super) fn mostly_answer_without(&self, errors: &[&str]) -> bool {
        static BY_HAND: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r"\bStatusCode::[A-Z_]*(?:BAD|NOT_FOUND|UNAUTHORIZED|FORBIDDEN|CONFLICT|UNPROCESSABLE|INTERNAL)|\bHttpResponse::(?:BadRequest|NotFound|Unauthorized|Forbidden|Conflict|UnprocessableEntity|InternalServerError)\b|\bStatus::(?:BadRequest|NotFound|Unauthorized|Forbidden|Conflict|InternalServerError)\b",
            )
        });
        let names: Vec<String> = errors.iter().flat_map(|name| aliases(self.repo, name)).collect();
        let gives = |function: &&Function<'_>| {
            names.iter().any(|name| holds_word(function.gives(), name) || holds_word(function.body, name))
        };
        // What stands before routes, or takes requests apart, answers none.
        let is_route = |function: &&Function<'_>| {
            function.is_handler && !holds_word(function.signature, "Next") && !holds_word(function.signature, "Parts")
        };
        let (with, without): (Vec<_>, Vec<_>) = self.all().iter().filter(is_route).partition(gives);
        let (by_hand, others): (Vec<_>, Vec<_>) =
            without.into_iter().partition(|function| BY_HAND.is_match(function.body));
        // Who only calls another hands on what goes wrong there.
        let hand_on = others.iter().filter(|function| function.only_calls()).count();
        by_hand.len() >= SEVERAL && by_hand.len() > with.len() + hand_on
    }
}

/// Where handlers give an error back as mere text, which axum and Rocket answer as if all were well.
pub(super) fn given_as_text(repo: &Snapshot) -> Vec<Place> {
    static TEXT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?s)^\s*Result<.*,\s*(?:String|&'static\s+str|&str)\s*,?\s*>\s*(?:where\b.*)?$"));
    let sources = repo.tree().own_texts().filter(|(file, text)| {
        file.path.ends_with(".rs") && !is_aside(&file.path) && (text.contains("axum") || text.contains("rocket"))
    });
    let in_file = |text: &str| {
        let handlers = functions(text).into_iter().filter(|it| it.is_handler && TEXT.is_match(it.gives()));
        let line = |it: &Function<'_>| text[..it.start].matches('\n').count() as u32 + 1;
        handlers.map(|it| line(&it)).collect::<Vec<u32>>()
    };
    sources
        .flat_map(|(file, text)| {
            in_file(text).into_iter().map(|line| Place::lines(repo.head(), file.path.as_str(), line, line))
        })
        .collect()
}

fn texts(repo: &Snapshot) -> impl Iterator<Item = &str> {
    let of_rust = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".rs") && !is_aside(&file.path));
    of_rust.map(|(_, text)| text)
}

/// The functions of a text, without those of its tests.
fn functions(text: &str) -> Vec<Function<'_>> {
    let starts: Vec<_> =
        FUNCTION.captures_iter(text).filter_map(|it| Some((it.get(0)?, it.get(1)?.as_str()))).collect();
    let ends = starts.iter().skip(1).map(|(start, _)| start.start()).chain([text.len()]);
    let mut found = Vec::with_capacity(starts.len());
    for ((start, name), end) in starts.iter().zip(ends) {
        let own = &text[start.start()..end];
        let (signature, body) = own.split_at(head(own));
        let above = text[..start.start()].trim_end();
        // What is said of it stands right above, on lines of its own.
        let above = above.rsplit(['}', ';']).next().unwrap_or_default();
        let is_handler = ROUTE.is_match(above) || signature.contains("async ") && HANDLES.is_match(signature);
        if !is_in_test_module(text.as_bytes(), start.start()) {
            found.push(Function { name, start: start.start(), signature, body, is_handler });
        }
    }
    found
}

/// How long the head of a function is; parameters that are taken apart have braces as well.
fn head(function: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in function.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '{' | ';' if depth == 0 => return at,
            _ => {}
        }
    }
    function.len()
}

/// The error's name, and the types that stand for results with it: `type ApiResult<T> = Result<T, ApiError>`.
fn aliases(repo: &Snapshot, name: &str) -> Vec<String> {
    static ALIAS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:pub(?:\([^)\n]*\))?\s+)?type\s+(\w+)([^;]*);"));
    let mut names = vec![name.to_owned()];
    for text in texts(repo).filter(|text| text.contains(name)) {
        let of_it =
            ALIAS.captures_iter(text).filter(|alias| holds_word(&alias[2], name) && alias[2].contains("Result"));
        names.extend(of_it.map(|alias| alias[1].to_owned()).take(MOST_ALIASES));
    }
    names
}

pub(super) fn holds_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::errors::narrow::tests::handling;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn functions_that_are_not_read_are_told() {
        let told = |more: usize| {
            let text = "fn f() {}\n".repeat(1_000);
            let repo = (0..20).fold(Fixture::new(), |repo, at| repo.file(&format!("a{at}.rs"), &text));
            let repo = repo.file("b.rs", &"fn g() {}\n".repeat(more)).snapshot();
            (Functions::of(&repo).all().len(), repo.left().len())
        };
        assert_eq!((told(0), told(1)), ((20_000, 0), (20_000, 1)));
    }

    #[test]
    fn an_error_that_few_handlers_give_back_is_not_the_one_place() {
        let of = |by_hand: usize, with: usize, handing_on: usize| {
            let route = |at: usize, gives: &str, body: &str| {
                format!("#[get(\"/{at}\")]\nasync fn r{at}(id: web::Path<u32>) -> {gives} {{ {body} }}\n\n")
            };
            let all: String = (0..by_hand)
                .map(|at| route(at, "HttpResponse", "HttpResponse::NotFound().finish()"))
                .chain((by_hand..by_hand + with).map(|at| route(at, "Result<HttpResponse, Oops>", "b()")))
                .chain((10..10 + handing_on).map(|at| route(at, "impl Responder", "b().await")))
                .collect();
            let error = "pub struct Oops;\n\nimpl ResponseError for Oops {\n    fn status_code(&self) -> StatusCode { StatusCode::BAD_REQUEST }\n}\n";
            handling(&[("src/main.rs", &format!("use actix_web::*;\n{all}")), ("src/oops.rs", error)])
        };
        assert_eq!(of(3, 3, 0), "central");
        assert_eq!(of(4, 3, 0), "partial");
        assert_eq!(of(4, 3, 1), "central", "who only calls another hands its errors on");
        assert_eq!(of(2, 1, 0), "central");
    }

    #[test]
    fn an_error_that_is_mere_text_is_answered_as_if_all_were_well() {
        let of = |gives: &str| {
            let main = format!(
                "use axum::{{Router, Json, routing::get, extract::State}};\nfn app() -> Router {{ Router::new().route(\"/a\", get(list)) }}\nasync fn list(State(pool): State<Pool>) -> {gives} {{\n    load(&pool).await.map(Json).map_err(|e| e.to_string())\n}}\n"
            );
            handling(&[
                ("Cargo.toml", "[package]\nname = \"a\"\n\n[dependencies]\naxum = \"0.7\"\n"),
                ("src/main.rs", &main),
            ])
        };
        assert_eq!(of("Result<Json<Vec<User>>, String>"), "adhoc");
        assert_eq!(of("Json<Vec<User>>"), "none");
    }

    #[test]
    fn an_error_that_no_handler_gives_back_answers_nobody() {
        let of = |handler: &str, rest: &str| {
            let error = "pub struct Oops;\n\nimpl ResponseError for Oops {\n    fn status_code(&self) -> StatusCode { StatusCode::BAD_REQUEST }\n}\n";
            let route = format!("use actix_web::*;\n#[get(\"/a\")]\n{handler}\n\n{rest}\n");
            handling(&[("src/main.rs", &route), ("src/oops.rs", error)])
        };
        let plain = "async fn a(id: web::Path<u32>) -> HttpResponse { HttpResponse::InternalServerError().finish() }";
        let at_start = "fn certificate() -> Result<Certificate, Oops> { Err(Oops) }";
        assert_eq!(of(plain, at_start), "adhoc");
        // The code that it would answer with is no answer of a route.
        assert_eq!(of("async fn a(id: web::Path<u32>) -> HttpResponse { b() }", at_start), "none");
        assert_eq!(of("async fn a(id: web::Path<u32>) -> Result<HttpResponse, Oops> { b() }", ""), "central");
        // By another name, and where the parameters are taken apart.
        let alias = "type Answer<T> = Result<T, Oops>;";
        assert_eq!(
            of("async fn a(web::Path(Id { id }): web::Path<Id>) -> Answer<HttpResponse> { b() }", alias),
            "central"
        );
        // By way of what it calls.
        let taken = "async fn a(id: web::Path<u32>) -> Result<HttpResponse, Error> { Ok(load(id).await?) }";
        assert_eq!(of(taken, "async fn load(id: u32) -> Result<User, Oops> { Err(Oops) }"), "central");
        assert_ne!(of(taken, at_start), "central");
    }
}
