//! Whether anything comes to a handler of errors that is declared.

mod csharp;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::order;
use super::rust::{Functions, holds_word};
use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::secrets::is_in_test_module;

/// So far a statement and the head of an `impl` are read, in bytes.
const FARTHEST: usize = 300;

/// In so many files, errors of their own are the way in which a program answers them.
const SEVERAL_FILES: usize = 3;

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
        if asked > MOST_HANDLERS {
            leave(repo, &found.path);
        }
        asked > MOST_HANDLERS || is(repo, found, &functions)
    });
    let local: Vec<&CodeMatch> = handlers.iter().copied().filter(|found| is_of_its_file(repo, found)).collect();
    let files: BTreeSet<&str> = local.iter().map(|found| &*found.path).collect();
    if files.len() >= SEVERAL_FILES {
        handlers.retain(|found| !local.contains(found));
    }
}

/// Whether an error of Rust that becomes an answer is named in no other file than its own: the routes there have one for
/// themselves.
fn is_of_its_file(repo: &Snapshot, found: &CodeMatch) -> bool {
    let source = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let Some(name) = of_an_error(source).filter(|_| found.language == Language::Rust) else { return false };
    // Others may be called the same.
    let is_another = |text: &str| ["enum ", "struct "].iter().any(|kind| holds_word(text, &format!("{kind}{name}")));
    let others = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".rs") && *file.path != *found.path);
    others.take(MOST_TEXTS).all(|(_, text)| !holds_word(text, name) || is_another(text))
}

/// False where a filter of Nest is never put before a route, no handler of Rust gives back the error, Laravel's own
/// handler is left as it is made, Express comes to no route behind it, or Rails puts it around no action.
fn is(repo: &Snapshot, found: &CodeMatch, functions: &Functions<'_>) -> bool {
    let source = repo.text(&found.path).and_then(|text| text.get(found.bytes.start..)).unwrap_or_default();
    match found.language {
        Language::CSharp => csharp::is_registered(repo, found),
        Language::Java | Language::Kotlin if source.contains("ControllerAdvice") => {
            takes_errors(repo.text(&found.path).unwrap_or_default())
        }
        Language::Go if source.starts_with("ErrorHandler:") => is_of_fiber(repo, found),
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

/// Whether advice of Spring has a handler of errors, or may have one of what it extends; it may as well only bind forms.
fn takes_errors(text: &str) -> bool {
    text.contains("ExceptionHandler")
        || text.contains(" extends ")
        || !text.contains("@InitBinder") && !text.contains("@ModelAttribute")
}

/// Whether a middleware of gin answers the errors that handlers leave (`c.Error(err)`), and none of them leaves any.
pub(super) fn waits_for_errors(repo: &Snapshot, found: &CodeMatch) -> bool {
    static LEAVES: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b(?:c|ctx|gc|context|ginCtx|gctx)\.(?:Error|AbortWithError)\("));
    let source = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let waits = ["c.Errors", "ctx.Errors", "context.Errors"].iter().any(|errors| source.contains(errors));
    waits && !any_text(repo, ".go", |text| LEAVES.is_match(text))
}

/// Whether the settings that `found` stands in are those of Fiber, by whatever name it is imported, and not those of a
/// middleware that is called alike.
fn is_of_fiber(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let before = text.get(..found.bytes.start).unwrap_or_default();
    let Some((before, _)) = before.rsplit_once(".Config{") else { return true };
    let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    let (alias, import) = (&before[start..], "\"github.com/gofiber/fiber");
    alias == "fiber" || text.contains(&format!("{alias} {import}/v")) || text.contains(&format!("{alias} {import}\""))
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
    let is_closure = code.starts_with("$this->renderable(") || is_of_exceptions(&code);
    let body = code.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}')).map(|(body, _)| body.trim());
    !(is_closure && body.is_some_and(|body| body.is_empty() || code.contains("->respond(") && gives_back(&code, body)))
}

/// `$exceptions->`, also where an object of one's own keeps them.
fn is_of_exceptions(code: &str) -> bool {
    let object = code.strip_prefix('$').and_then(|code| code.strip_prefix("this->").unwrap_or(code).split_once("->"));
    object.is_some_and(|(name, _)| name.ends_with("xceptions"))
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
    of_language.enumerate().any(|(index, (file, text))| {
        if index >= MOST_TEXTS {
            leave(repo, &file.path);
        }
        index >= MOST_TEXTS || uses(text)
    })
}

/// Notes that a handler of errors was taken for one that is in use without being asked, or not in all of the program.
fn leave(repo: &Snapshot, path: &str) {
    repo.leave("source file", "with handlers of errors, or among more files, than are asked for what uses them", path);
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
pub(super) fn of_an_error(source: &str) -> Option<&str> {
    static HEAD: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^impl(?:<[^>]*>)?\s+(?:From<(?:\w+::)*(\w+)[^{]*>\s+for\s|[^{]*?\sfor\s+(?:\w+::)*(\w+))")
    });
    let found = HEAD.captures(source.get(..source.floor_char_boundary(FARTHEST))?)?;
    found.get(1).or_else(|| found.get(2)).map(|name| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::errors::narrow::tests::handling;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn what_uses_a_handler_among_more_than_are_asked_is_told() {
        let told = |count: usize| {
            let repo = (0..count).fold(Fixture::new(), |repo, at| repo.file(&format!("{at}.ts"), "a();\n")).snapshot();
            (any_text(&repo, ".ts", |text| text.contains("b()")), repo.left().len())
        };
        assert_eq!((told(2_000), told(2_001)), ((false, 0), (true, 1)));
    }

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
    fn what_a_middleware_called_like_fiber_refuses_is_no_answer_for_all() {
        let of = |import: &str, settings: &str| {
            let app = format!(
                "package main\nimport (\n\t\"github.com/gofiber/fiber/v2\"\n\t{import}\n)\nfunc main() {{\n\tapp := fiber.New()\n\tapp.Use(guard.New({settings}{{ErrorHandler: refused}}))\n\tapp.Get(\"/a\", a)\n}}\nfunc a(c *fiber.Ctx) error {{ return c.Status(fiber.StatusBadRequest).JSON(nil) }}\n"
            );
            handling(&[("main.go", &app)])
        };
        assert_eq!(of("jwtfiber \"github.com/gofiber/contrib/jwt\"", "jwtfiber.Config"), "adhoc");
        assert_eq!(of("gofiber \"github.com/gofiber/fiber/v2\"", "gofiber.Config"), "central");
    }

    #[test]
    fn errors_of_rust_that_each_file_has_for_itself_are_no_one_place() {
        let of = |shared: bool| {
            let route = |name: &str| {
                let error = if shared { "Oops".to_owned() } else { format!("{name}Error") };
                let own = format!("pub enum {error} {{ A }}\nimpl ResponseError for {error} {{}}\n");
                format!(
                    "use actix_web::*;\n{}#[get(\"/{name}\")]\nasync fn {}(id: web::Path<u32>) -> Result<HttpResponse, {error}> {{ b() }}\n",
                    if shared { "" } else { &own },
                    name.to_lowercase()
                )
            };
            let (login, sign, list) = (route("Login"), route("Sign"), route("List"));
            let error = "pub struct Oops;\nimpl ResponseError for Oops {}\n";
            let error = if shared { error } else { "" };
            handling(&[
                ("src/login.rs", &login),
                ("src/sign.rs", &sign),
                ("src/list.rs", &list),
                ("src/oops.rs", error),
            ])
        };
        assert_ne!(of(false), "central");
        assert_eq!(of(true), "central");
    }

    #[test]
    fn a_closure_of_laravel_that_an_object_sets_answers_for_all() {
        let app = "<?php\nreturn Application::configure()->withExceptions(function (Exceptions $exceptions) { (new Failed($exceptions))->set(); })->create();\n";
        let class = "<?php\nclass Failed {\n  public function __construct(private Exceptions $exceptions) {}\n  public function set(): void {\n    $this->exceptions->render(function (Throwable $e) {\n      return response()->json([], 500);\n    });\n  }\n}\n";
        let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/a', [A::class, 'all']);\n";
        let composer = r#"{"require": {"laravel/framework": "11"}}"#;
        let files = [("composer.json", composer), ("routes/api.php", routes), ("bootstrap/app.php", app)];
        assert_eq!(handling(&files), "framework_default");
        assert_eq!(handling(&[&files[..], &[("app/Failed.php", class)]].concat()), "central");
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
