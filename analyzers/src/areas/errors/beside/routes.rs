//! Routes that catch everything and answer it themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::SEVERAL;
use crate::Snapshot;
use crate::areas::api::Surface;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::paths;

/// So many functions in so many files are a habit, if there is one for so many routes.
const MANY: usize = 10;
const MANY_FILES: usize = 3;
const MANY_ROUTES: usize = 6;

/// How a clause begins that catches everything, and what it answers with.
struct Form {
    catches: LazyLock<Regex>,
    answers: LazyLock<Regex>,
}

static PHP: Form = Form {
    catches: LazyLock::new(|| pattern(r"^catch\s*\(\s*\\?(?:Throwable|Exception|Error)\b")),
    answers: LazyLock::new(|| {
        pattern(concat!(
            r"\breturn\b[^;]*(?:\bresponse\(|->json\(|Response\(|Response::|->with(?:Json|Status)\(|\bback\(|\bredirect\(",
            r"|\$this->\w*(?:[rR]espon|[eE]rror|[fF]ail)\w*\()|\bhttp_response_code\(|\becho\s+json_encode\("
        ))
    }),
};

static PYTHON: Form = Form {
    catches: LazyLock::new(|| pattern(r"^except\s*(?:\(?\s*(?:Base)?Exception\b[^:\n]*)?:")),
    answers: LazyLock::new(|| {
        pattern(concat!(
            r"\breturn\b[^\n]*(?:\bjsonify\(|\bmake_response\(|\w*Response(?:\.\w+)?\()",
            r"|\breturn\b[^\n]*,\s*(?:[45]\d\d|(?:HTTPStatus|status)\.\w+)\)?\s*(?:\n|$)"
        ))
    }),
};

static JAVASCRIPT: Form = Form {
    catches: LazyLock::new(|| pattern(r"^catch\b")),
    answers: LazyLock::new(|| {
        pattern(concat!(
            r"\bres(?:ponse)?\s*\.\s*(?:status|sendStatus|json|send|render|end)\(|\bctx\.(?:status|body)\s*=[^=]",
            // Whatever the answer is called.
            r"|\.(?:status|code)\([^()\n]*\)\s*\.\s*(?:send|json)\(",
            r"|\breply\s*\.\s*(?:code|status|send)\(|\bResponse\.json\(|\bnew (?:Next)?Response\(|\bNextResponse\.json\("
        ))
    }),
};

static JVM: Form = Form {
    catches: LazyLock::new(|| {
        pattern(r"^catch\s*\(\s*(?:final\s+)?(?:\w+\s*:\s*)?(?:java\.lang\.)?(?:Exception|Throwable)\b")
    }),
    answers: LazyLock::new(|| {
        pattern(r"\bResponseEntity\b|\bServerResponse\.|\bResponse\.(?:status|serverError|ok)\(|\bcall\.respond\w*\(")
    }),
};

static CSHARP: Form = Form {
    catches: LazyLock::new(|| pattern(r"^catch\s*(?:\(\s*(?:System\.)?Exception\b[^)]*\)\s*)?\{")),
    answers: LazyLock::new(|| {
        pattern(concat!(
            r"\breturn\s+(?:await\s+)?(?:this\.|Results\.|TypedResults\.)?(?:new\s+)?",
            r"(?:BadRequest|NotFound|StatusCode|Problem|Conflict|UnprocessableEntity|Unauthorized|ObjectResult|Ok|Json)\w*\("
        ))
    }),
};

static RUBY: Form = Form {
    catches: LazyLock::new(|| pattern(r"^rescue(?:\s+(?:StandardError|Exception))?(?:[ \t]*=>[ \t]*\w+)?[ \t]*\n")),
    answers: LazyLock::new(|| pattern(r"(?m)^\s*(?:return\s+)?(?:render|head)\b")),
};

/// What a service gives back as an answer that says what went wrong: `return errorResponse(error.message, 500)`.
static ANSWER_OF_A_SERVICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\breturn\b[^;]*?\b\w*(?i:error|fail)\w*\([^;]*(?:\b5\d\d\b|INTERNAL_SERVER_ERROR|InternalServerError)")
});

/// What hands an error on instead.
static HANDS_ON: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:throw|raise|rethrow)\b|\b(?:next|abort)\("));

/// Those places, one for each function, if there are several and half as many as routes.
pub(super) fn catching_all<'a>(repo: &'a Snapshot, central: &[&CodeMatch]) -> Vec<&'a CodeMatch> {
    let routes = routes_beside(repo, central);
    let is_central = |found: &CodeMatch| {
        let function = found.functions.last().map_or(&found.bytes, |function| &function.bytes);
        central
            .iter()
            .filter(|it| it.path == found.path)
            .any(|it| function.contains(&it.bytes.start) || it.bytes.contains(&found.bytes.start))
    };
    let mut own = BTreeMap::new();
    // Those as well that know one kind of error and hand on the others.
    let mut any = BTreeMap::new();
    for found in marks::of(repo, "errors", "caught") {
        let Some(function) = found.functions.last().filter(|_| !is_central(found)) else { continue };
        let key = (&*found.path, function.bytes.start);
        let answered = answered(repo, found);
        if matches!(answered, Answered::All) {
            own.entry(key).or_insert(found);
        }
        if !matches!(answered, Answered::Nothing) {
            any.entry(key).or_insert(found);
        }
    }
    if any.len() >= SEVERAL && any.len() * 2 > routes {
        return any.into_values().collect();
    }
    let files: BTreeSet<&str> = own.keys().map(|(path, _)| *path).collect();
    // Classes of views make many routes of a few functions.
    let are_many = own.len() >= MANY && files.len() >= MANY_FILES && own.len() * MANY_ROUTES >= routes;
    let are_half = own.len() >= SEVERAL && own.len() * 2 >= routes;
    if are_half || are_many { own.into_values().collect() } else { Vec::new() }
}

/// How many routes the program has that `central` is of: a repository may hold several, each with a manifest of its own.
fn routes_beside(repo: &Snapshot, central: &[&CodeMatch]) -> usize {
    let is_within = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let endpoints = &Surface::of(repo).endpoints;
    let folders = repo.stack().dependencies().iter().map(|it| paths::folder(&it.path));
    let around = folders.filter(|folder| !folder.is_empty() && central.iter().all(|it| is_within(&it.path, folder)));
    let own = around.max_by_key(|folder| folder.len());
    let own = own.map(|folder| endpoints.iter().filter(|it| is_within(&it.file, folder)).count());
    own.filter(|own| *own > 0 && !central.is_empty()).unwrap_or(endpoints.len())
}

/// What of what is caught somewhere is answered there.
enum Answered {
    Nothing,
    /// One kind of error; the others are handed on.
    Some,
    All,
}

fn answered(repo: &Snapshot, found: &CodeMatch) -> Answered {
    let form = match found.language {
        Language::Php => &PHP,
        Language::Python => &PYTHON,
        Language::JavaScript | Language::TypeScript | Language::Tsx => &JAVASCRIPT,
        Language::Java | Language::Kotlin => &JVM,
        Language::CSharp => &CSHARP,
        Language::Ruby => &RUBY,
        Language::Go | Language::Rust => return Answered::Nothing,
    };
    let clause = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    // Of a chain of calls, the last one.
    let is_block = ["catch", "except", "rescue"].iter().any(|word| clause.starts_with(word));
    let clause = if is_block { clause } else { clause.rsplit('.').next().unwrap_or_default() };
    let count = |words: &[&str]| words.iter().map(|word| clause.matches(word).count()).sum::<usize>();
    // Whoever asks whether it is an error at all, to say what it says, answers every kind.
    let asks = count(&["instanceof", "isinstance("]) > count(&["instanceof Error ?", "instanceof Error\n"]);
    let is_service = matches!(found.language, Language::JavaScript | Language::TypeScript)
        && [".service.", "/services/"].iter().any(|part| found.path.contains(part));
    let answer = if is_service && !form.answers.is_match(clause) { &ANSWER_OF_A_SERVICE } else { &form.answers };
    let answers = answer.find_iter(clause).take(2).count();
    if answers == 0 || found.language == Language::Php && !is_of_routes(repo, &found.path) {
        return Answered::Nothing;
    }
    let takes_all = form.catches.is_match(clause) && !HANDS_ON.is_match(clause) && answers > usize::from(asks);
    if takes_all { Answered::All } else { Answered::Some }
}

/// Whether a file of PHP answers requests, by its name or because it declares routes; elsewhere the words for answers tell.
fn is_of_routes(repo: &Snapshot, path: &str) -> bool {
    // Services as well, where they make answers, which controllers give back.
    let words = ["Controller", "Action", "Handler", "routes/", "Service"];
    words.iter().any(|word| path.contains(word)) || Surface::of(repo).endpoints.iter().any(|it| it.file == path)
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn controllers_of_laravel_that_catch_everything_leave_little_to_its_handler() {
        let of = |caught: &str, catching: usize, others: usize| {
            let handler = "<?php\nclass Handler extends ExceptionHandler { public function render($request, Throwable $e) { return response()->json(['error' => $e->getMessage()], 500); } }\n";
            let routes: String =
                (0..catching + others).map(|at| format!("Route::get('/{at}', [A::class, 'a{at}']);\n")).collect();
            let methods: String = (0..catching)
                .map(|at| format!("public function a{at}() {{ try {{ return b(); }} catch ({caught} }}\n}}\n"))
                .collect();
            handling(&[
                ("composer.json", r#"{"require": {"laravel/framework": "10"}}"#),
                ("routes/api.php", &format!("<?php\nuse Illuminate\\Support\\Facades\\Route;\n{routes}")),
                ("app/Exceptions/Handler.php", handler),
                ("app/Http/Controllers/A.php", &format!("<?php\nclass A extends Controller {{\n{methods}}}\n")),
            ])
        };
        let own = "\\Throwable $e) { return response()->json([], 400);";
        assert_eq!(of(own, 3, 3), "partial");
        assert_eq!(of(own, 3, 4), "central");
        assert_eq!(of(own, 2, 0), "central");
        assert_eq!(of("Missing $e) { return response()->json([], 404);", 3, 0), "partial");
        assert_eq!(of("Missing $e) { return response()->json([], 404);", 3, 3), "central");
        assert_eq!(of("\\Exception $e) { report($e); throw $e;", 3, 0), "central");
    }

    #[test]
    fn routes_of_express_and_services_of_flask_that_catch_everything() {
        let express = |caught: &str| {
            let routes: String = (0..3)
                .map(|at| format!("app.get('/{at}', async (req, res, next) => {{ try {{ res.json(await b()); }} catch (e) {{ {caught} }} }});\n"))
                .collect();
            let app = format!(
                "const app = require('express')();\n{routes}app.use((err, req, res, next) => {{ res.status(500).end(); }});\n"
            );
            handling(&[("package.json", r#"{"dependencies": {"express": "4"}}"#), ("app.js", &app)])
        };
        assert_eq!(express("res.status(500).json({ error: e.message });"), "partial");
        assert_eq!(express("next(e);"), "central");
        assert_eq!(express("if (e instanceof Missing) return res.status(404).end(); throw e;"), "partial");
        let flask = |caught: &str| {
            let routes: String =
                (0..3).map(|at| format!("@app.get('/{at}')\ndef r{at}():\n    return s{at}()\n")).collect();
            let services: String = (0..3)
                .map(|at| {
                    format!(
                        "def s{at}():\n    try:\n        return b()\n    except Exception as e:\n        {caught}\n\n\n"
                    )
                })
                .collect();
            let app = format!(
                "from flask import Flask\napp = Flask(__name__)\n{routes}@app.errorhandler(Exception)\ndef failed(error):\n    return {{}}, 500\n"
            );
            handling(&[("requirements.txt", "flask\n"), ("app.py", &app), ("services.py", &services)])
        };
        assert_eq!(flask("return {'message': str(e)}, 500"), "partial");
        assert_eq!(flask("return None"), "central");
        assert_eq!(flask("abort(500)"), "central");
    }

    #[test]
    fn each_of_two_services_is_judged_by_its_own_routes() {
        let of = |catching: usize| {
            let app = "<?php\nreturn Application::configure()->withExceptions(function (Exceptions $exceptions) { $exceptions->render(function (Throwable $e) { return response()->json([], 500); }); })->create();\n";
            let routes: String = (0..4).map(|at| format!("Route::get('/{at}', [A::class, 'a{at}']);\n")).collect();
            let routes = format!("<?php\nuse Illuminate\\Support\\Facades\\Route;\n{routes}");
            let methods: String = (0..catching)
                .map(|at| format!("public function a{at}() {{ try {{ return b(); }} catch (\\Throwable $e) {{ return response()->json([], 400); }} }}\n"))
                .collect();
            let composer = r#"{"require": {"laravel/framework": "11"}}"#;
            handling(&[
                ("shop/composer.json", composer),
                ("shop/routes/api.php", &routes),
                ("shop/bootstrap/app.php", app),
                ("shop/app/Services/A.php", &format!("<?php\nclass A {{\n{methods}}}\n")),
                ("front/composer.json", composer),
                ("front/routes/api.php", &routes),
            ])
        };
        assert_eq!(of(3), "partial");
        assert_eq!(of(2), "central");
    }

    #[test]
    fn controllers_of_express_some_of_which_hand_on() {
        let of = |caught: &str, catching: usize, handing: usize| {
            let file = |at: usize| {
                let catching = (0..catching).map(|route| (route, caught));
                let handing = (catching.len()..catching.len() + handing).map(|route| (route, "next(error);"));
                let routes: String = catching
                    .chain(handing)
                    .map(|(route, caught)| format!("router.get('/{at}/{route}', async (req, res, next) => {{\n  try {{\n    res.json(b());\n  }} catch (error) {{\n    {caught}\n  }}\n}});\n"))
                    .collect();
                format!("const router = require('express').Router();\n{routes}module.exports = router;\n")
            };
            let app = "const app = require('express')();\napp.use('/a', require('./a'));\napp.use('/b', require('./b'));\napp.use('/c', require('./c'));\napp.use((error, req, res, next) => { res.status(500).json({}); });\n";
            handling(&[
                ("package.json", r#"{"dependencies": {"express": "4"}}"#),
                ("app.js", app),
                ("a.js", &file(0)),
                ("b.js", &file(1)),
                ("c.js", &file(2)),
            ])
        };
        let own = "res.status(500).json({\n      error: 'failed',\n      details: error instanceof Error ? error.message : error,\n    });";
        assert_eq!(of(own, 4, 8), "partial");
        assert_eq!(of(own, 1, 11), "central");
        assert_eq!(
            of("if (error instanceof Missing) { return res.status(404).json({}); }\n next(error);", 4, 8),
            "central"
        );
    }

    #[test]
    fn services_that_give_back_what_went_wrong_leave_little_to_the_handler() {
        let of = |caught: &str| {
            let service = |name: &str| {
                let functions: String = (0..4)
                    .map(|at| format!("const {name}{at} = async () => {{\n  try {{\n    return await b();\n  }} catch (error) {{\n    {caught}\n  }}\n}};\n"))
                    .collect();
                format!("{functions}module.exports = {{ {name}0, {name}1, {name}2, {name}3 }};\n")
            };
            let routes: String = (0..12)
                .map(|at| format!("app.get('/{at}', async (req, res) => res.json(await all[{at}]()));\n"))
                .collect();
            let app = format!(
                "const app = require('express')();\n{routes}app.use((error, req, res, next) => {{ res.status(500).json({{}}); }});\n"
            );
            handling(&[
                ("package.json", r#"{"dependencies": {"express": "4"}}"#),
                ("src/app.js", &app),
                ("src/users/users.service.js", &service("users")),
                ("src/books/books.service.js", &service("books")),
                ("src/services/loans.js", &service("loans")),
            ])
        };
        assert_eq!(
            of(
                "log(error);\n    return errorResponse(\n      error.message,\n      status.INTERNAL_SERVER_ERROR\n    );"
            ),
            "partial"
        );
        assert_eq!(of("return makeFailure(error, 500);"), "partial");
        assert_eq!(of("return sendFailure(error, 404);"), "central");
        assert_eq!(of("throw error;"), "central");
    }

    #[test]
    fn actions_of_csharp_and_rails_that_catch_everything() {
        let csharp = |caught: &str| {
            let program = "var app = WebApplication.CreateBuilder(args).Build();\napp.UseMiddleware<ErrorMiddleware>();\napp.MapControllers();\napp.Run();\n";
            let actions: String = (0..3)
                .map(|at| format!("  [HttpGet(\"{at}\")]\n  public IActionResult A{at}()\n  {{\n    try {{ return Ok(b()); }}\n    {caught}\n  }}\n"))
                .collect();
            let class = format!(
                "[ApiController]\n[Route(\"a\")]\npublic class AController : ControllerBase\n{{\n{actions}}}\n"
            );
            handling(&[
                ("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n"),
                ("Program.cs", program),
                ("Controllers/AController.cs", &class),
            ])
        };
        assert_eq!(csharp("catch (Exception e) { return StatusCode(500, e.Message); }"), "partial");
        assert_eq!(csharp("catch (ShopException e) { return BadRequest(e.Message); }"), "partial");
        assert_eq!(csharp("catch (Exception e) { log(e); throw; }"), "central");
        let rails = |rescued: &str| {
            let base = "class ApplicationController < ActionController::API\n  rescue_from StandardError, with: :failed\nend\n";
            let actions: String = ["index", "show", "create"]
                .iter()
                .map(|name| format!("  def {name}\n    render json: b\n  rescue {rescued}\n    render json: {{}}, status: 500\n  end\n"))
                .collect();
            let posts = format!("class PostsController < ApplicationController\n{actions}end\n");
            handling(&[
                ("Gemfile", "gem 'rails'\n"),
                (
                    "config/routes.rb",
                    "Rails.application.routes.draw do\n  resources :posts, only: [:index, :show, :create]\nend\n",
                ),
                ("app/controllers/application_controller.rb", base),
                ("app/controllers/posts_controller.rb", &posts),
            ])
        };
        assert_eq!(rails("StandardError => e"), "partial");
        assert_eq!(rails("=> e"), "partial");
        assert_eq!(rails("KeyError => e"), "partial");
    }
}
