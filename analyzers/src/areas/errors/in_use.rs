//! Whether anything comes to a handler of errors that is declared.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::order;
use super::rust::Functions;
use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::secrets::is_in_test_module;

/// So far a statement and the head of an `impl` are read, in bytes.
const FARTHEST: usize = 300;

/// How many texts of a language are asked for a name, how often in each, and how many handlers are asked about.
const MOST_TEXTS: usize = 2_000;
const MOST_GIVEN: usize = 50;
const MOST_HANDLERS: usize = 50;

/// Keeps the handlers that something comes to.
pub(super) fn retain(repo: &Snapshot, handlers: &mut Vec<&CodeMatch>) {
    let mut asked = 0;
    let functions = Functions::of(repo);
    handlers.retain(|found| {
        asked += 1;
        asked > MOST_HANDLERS || is(repo, found, &functions)
    });
}

/// False where a filter of Nest is never put before a route, no handler of Rust gives back the error, Laravel's own
/// handler is left as it is made, Express comes to no route behind it, or Rails puts it around no action.
fn is(repo: &Snapshot, found: &CodeMatch, functions: &Functions<'_>) -> bool {
    let source = repo.text(&found.path).and_then(|text| text.get(found.bytes.start..)).unwrap_or_default();
    match found.language {
        Language::Php => answers_something(&source[..found.bytes.len()]),
        Language::Ruby if source.starts_with("def ") && !source[..found.bytes.len()].contains("@app.call") => {
            let name = source["def ".len()..].split(|c: char| !c.is_alphanumeric() && c != '_').next();
            let named = name.map(|name| Regex::new(&format!(r"\baround_action\b[^\n]*:{name}\b")));
            let text = repo.text(&found.path).unwrap_or_default();
            named.is_some_and(|named| named.is_ok_and(|named| named.is_match(text)))
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx if order::comes_too_early(repo, found) => false,
        Language::TypeScript if source.starts_with("@Catch(") => {
            let class = declared(source);
            class.is_none_or(|class| any_text(repo, ".ts", |text| binds(text, class)))
        }
        Language::Rust if source.starts_with("impl") => {
            let Some(name) = of_an_error(source) else { return true };
            let Ok(gives) = Regex::new(&format!(
                r"\b(?:Result|Either)\s*<[^;{{}}]*\b{name}\b|\b(?:Err|map_err|ok_or|ok_or_else)\s*\(\s*(?:move\s*)?(?:\|[^|]*\|\s*)?(?:\w+::)*{name}\b|\b{name}\b(?:[^;{{}}]*\)|(?:::\w+)*)\s*\.(?:into|into_response|error_response)\(\)"
            )) else {
                return true;
            };
            // Tests stand beside what they test.
            let is_tested = |text: &str, at: usize| is_in_test_module(text.as_bytes(), at);
            let is_given = any_text(repo, ".rs", |text| {
                let mut given = gives.find_iter(text).take(MOST_GIVEN);
                text.contains(name) && given.any(|given| !is_tested(text, given.start()))
            });
            is_given && functions.answer_with(name, &gives)
        }
        _ => true,
    }
}

/// Whether a handler of PHP does more than the one that Laravel makes: hand everything on, or nothing at all.
fn answers_something(source: &str) -> bool {
    let code = source.lines().map(str::trim).filter(|line| !line.starts_with("//") && !line.starts_with('*'));
    let code: Vec<&str> = code.filter(|line| !line.starts_with("/*")).collect();
    let code = code.join(" ");
    if source.starts_with("public function render(") || source.starts_with("function render(") {
        let others = code.replace("return parent::render(", "");
        return code.len() == others.len()
            || ["return ", "throw ", "abort(", "$exception =", "$e =", "echo "]
                .iter()
                .any(|word| others.contains(word));
    }
    let is_closure = code.starts_with("$this->renderable(") || code.starts_with("$exceptions->");
    let body = code.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}')).map(|(body, _)| body.trim());
    !(is_closure && body.is_some_and(|body| body.is_empty() || code.contains("->respond(") && gives_back(&code, body)))
}

/// Whether a function of Laravel's that is given an answer gives that one back, whatever it adds to its headers.
fn gives_back(code: &str, body: &str) -> bool {
    let given = code.split_once("function").and_then(|(_, rest)| rest.split_once('('));
    let given = given.and_then(|(_, rest)| rest.split([',', ')']).next()?.split_whitespace().last());
    let mut returned = body.split("return ").skip(1).map(|rest| rest.split(';').next().unwrap_or_default().trim());
    !["throw ", "abort(", "->setContent(", "->setData(", "->setStatusCode("].iter().any(|word| body.contains(word))
        && given.is_some_and(|given| returned.all(|it| it == given))
}

/// Whether a text of the program with that ending `uses` what is looked for; taken for granted where there are too many
/// to ask.
fn any_text(repo: &Snapshot, end: &str, uses: impl Fn(&str) -> bool) -> bool {
    let of_language = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(end) && !is_aside(&file.path));
    of_language.enumerate().any(|(index, (_, text))| index >= MOST_TEXTS || uses(text))
}

/// The class behind a decorator.
fn declared(source: &str) -> Option<&str> {
    let (_, rest) = source.split_once("class ")?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())
}

/// Whether `text` puts a filter of that name before routes, or makes another one of it.
fn binds(text: &str, class: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(class).any(|(at, _)| {
        let before = &text[..at];
        if before.ends_with(is_part) || text[at + class.len()..].starts_with(is_part) {
            return false;
        }
        let before = before.trim_end();
        let start = before.floor_char_boundary(before.len().saturating_sub(FARTHEST));
        let statement = before[start..].rsplit([';', '}']).next().unwrap_or_default();
        ["new", "extends", "useClass:", "useExisting:"].iter().any(|word| before.ends_with(word))
            || ["UseFilters(", "useGlobalFilters("].iter().any(|call| statement.contains(call))
    })
}

/// The type that becomes an answer, in the head of an `impl` that begins here.
fn of_an_error(source: &str) -> Option<&str> {
    static HEAD: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^impl(?:<[^>]*>)?\s+(?:From<(?:\w+::)*(\w+)[^{]*>\s+for\s|[^{]*?\sfor\s+(?:\w+::)*(\w+))")
    });
    let found = HEAD.captures(source.get(..source.floor_char_boundary(FARTHEST))?)?;
    found.get(1).or_else(|| found.get(2)).map(|name| name.as_str())
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn a_filter_of_nest_that_nothing_binds_answers_nobody() {
        let of = |main: &str, mark: &str| {
            let package = ("package.json", r#"{"dependencies": {"@nestjs/core": "10"}}"#);
            let filter = "@Catch(Error)\nexport class Failed implements ExceptionFilter { catch(e, host) { host.switchToHttp().getResponse().status(500).end(); } }\n";
            let controller = |path: &str, mark: &str| {
                format!(
                    "import {{ Failed }} from './failed';\n{mark}@Controller('{path}')\nexport class A {{\n  @Get() a() {{ return 1; }}\n}}\n"
                )
            };
            let (a, b) = (controller("a", mark), controller("b", ""));
            handling(&[
                package,
                ("failed.ts", filter),
                ("a.controller.ts", &a),
                ("b.controller.ts", &b),
                ("main.ts", main),
            ])
        };
        assert_eq!(of("", ""), "framework_default");
        assert_eq!(of("app.useGlobalFilters(new Failed());\n", ""), "central");
        assert_eq!(of("app.useGlobalFilters(app.get(Failed));\n", ""), "central");
        assert_eq!(of("const providers = [{ provide: APP_FILTER, useClass: Failed }];\n", ""), "central");
        assert_eq!(of("", "@UseFilters(Failed)\n"), "partial");
        assert_eq!(of("const providers = [Failed];\n", ""), "framework_default");
    }

    #[test]
    fn the_handler_that_laravel_makes_answers_nothing_of_its_own() {
        let of = |body: &str| {
            let handler = format!(
                "<?php\nclass Handler extends ExceptionHandler\n{{\n    public function render($request, Throwable $exception)\n    {{\n        {body}\n    }}\n}}\n"
            );
            let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/a', [A::class, 'all']);\n";
            handling(&[
                ("composer.json", r#"{"require": {"laravel/framework": "10"}}"#),
                ("routes/api.php", routes),
                ("app/Exceptions/Handler.php", &handler),
            ])
        };
        assert_eq!(of("return parent::render($request, $exception);"), "framework_default");
        assert_eq!(of("// as ever\n        return parent::render($request, $exception);"), "framework_default");
        assert_eq!(of("return response()->json(['error' => $exception->getMessage()], 500);"), "central");
        let known = "if ($exception instanceof Missing) { return response()->json([], 404); }\n        return parent::render($request, $exception);";
        assert_eq!(of(known), "partial");
        let others = "$exception = $this->known($exception);\n        return parent::render($request, $exception);";
        assert_eq!(of(others), "central");
    }

    #[test]
    fn a_closure_of_laravel_that_only_adds_headers_answers_nothing() {
        let of = |body: &str| {
            let app = format!(
                "<?php\nreturn Application::configure()->withExceptions(function (Exceptions $exceptions) {{\n  $exceptions->respond(function (Response $response) {{\n    {body}\n  }});\n}})->create();\n"
            );
            let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/a', [A::class, 'all']);\n";
            handling(&[
                ("composer.json", r#"{"require": {"laravel/framework": "11"}}"#),
                ("routes/api.php", routes),
                ("bootstrap/app.php", &app),
            ])
        };
        assert_eq!(of("$response->headers->set('X-A', '*');\n    return $response;"), "framework_default");
        assert_eq!(of("return response()->json(['error' => 'failed'], 500);"), "central");
        assert_eq!(of("$response->setContent('failed');\n    return $response;"), "central");
    }

    #[test]
    fn what_rails_puts_around_each_action_answers_for_all() {
        let of = |mark: &str, rescued: &str| {
            let base = format!(
                "class ApplicationController < ActionController::API\n  {mark} :answered\n\n  def answered\n    yield\n  rescue {rescued}\n    render json: {{}}, status: 500\n  end\nend\n"
            );
            let posts = "class PostsController < ApplicationController\n  def index; end\nend\n";
            handling(&[
                ("Gemfile", "gem 'rails'\n"),
                ("config/routes.rb", "Rails.application.routes.draw do\n  get '/posts', to: 'posts#index'\nend\n"),
                ("app/controllers/application_controller.rb", &base),
                ("app/controllers/posts_controller.rb", posts),
            ])
        };
        assert_eq!(of("around_action", "=> e"), "central");
        assert_eq!(of("around_action", "StandardError => e"), "central");
        assert_ne!(of("around_action", "KeyError => e"), "central");
        assert_ne!(of("around_action :other\n  helper_method", "=> e"), "central");
    }

    #[test]
    fn an_error_of_rust_that_no_function_gives_back_answers_nobody() {
        let of = |handler: &str| {
            let error = "pub struct Oops;\n\nimpl ResponseError for Oops {\n    fn status_code(&self) -> StatusCode { StatusCode::BAD_REQUEST }\n}\n\nimpl Oops {\n    pub fn bad() -> HttpResponse { HttpResponse::BadRequest().finish() }\n}\n\n#[cfg(test)]\nmod tests {\n    fn f() -> Result<(), Oops> { Err(Oops) }\n}\n";
            let route = format!("use actix_web::*;\n#[get(\"/a\")]\n{handler}\n");
            handling(&[("src/main.rs", &route), ("src/oops.rs", error)])
        };
        assert_eq!(of("async fn a() -> Result<impl Responder, Oops> { Ok(b()?) }"), "central");
        assert_eq!(of("async fn a() -> Result<String, Error> { Err(Oops.into()) }"), "central");
        assert_eq!(of("async fn a() -> Result<String, Error> { b().map_err(|_| Oops)?; c() }"), "central");
        assert_eq!(of("async fn a() -> impl Responder { if b() { return Oops::bad() }; c() }"), "adhoc");
        let answered = "async fn a() -> impl Responder { if b() { return Oops::Missing.error_response() }; c() }";
        assert_eq!(of(answered), "central");
        // Tests that lie elsewhere end nothing.
        let tested = "async fn a() -> impl Responder { c() }\n#[cfg(test)]\nmod tests;\n";
        assert_eq!(of(&format!("{tested}async fn d() -> Result<HttpResponse, Oops> {{ b() }}")), "central");
        assert_eq!(of("async fn a() -> impl Responder { match b() { Ok(it) => it, Err(_) => Oops::bad() } }"), "adhoc");
        assert_eq!(
            of(
                "async fn a() -> Result<String, Error> { match b() { Ok(it) => it, Err(_) => Err(ErrorBadRequest(\"c\")) } }"
            ),
            "adhoc"
        );
    }

    #[test]
    fn an_error_of_rust_that_is_made_into_an_answer_by_a_conversion() {
        let of = |conversion: &str| {
            let error = format!("pub struct AppErr;\n{conversion}\n");
            let route = "use actix_web::*;\nasync fn run() -> Result<(), AppErr> { b().await }\n#[get(\"/a\")]\nasync fn a() -> impl Responder { match run().await { Ok(it) => answer(it), Err(e) => e.into() } }\n";
            handling(&[("src/main.rs", route), ("src/error.rs", &error)])
        };
        assert_eq!(
            of("impl Into<HttpResponse<BoxBody>> for AppErr { fn into(self) -> HttpResponse { b() } }"),
            "central"
        );
        assert_eq!(of("impl From<AppErr> for HttpResponse { fn from(error: AppErr) -> Self { b() } }"), "central");
        assert_eq!(of("impl From<DbErr> for AppErr { fn from(error: DbErr) -> Self { AppErr } }"), "adhoc");
    }
}
