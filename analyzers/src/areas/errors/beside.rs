//! Routes that answer whatever they catch, beside a handler for all errors, which then sees little of them.

mod routes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use crate::code::pattern;
use regex::Regex;

use super::narrow;
use super::thrown::is_thrown;
use crate::Snapshot;
use crate::areas::api::{Surface, failures};
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};

/// So many places are a habit.
const SEVERAL: usize = 3;

/// Those places, if they are several: beside handlers of bare statuses or of what handlers panic with, in handlers of commands that catch all, or in most
/// routes.
pub(super) fn find<'a>(repo: &'a Snapshot, central: &[&CodeMatch]) -> Vec<&'a CodeMatch> {
    let is_of = |language: Language| central.iter().any(|found| found.language == language);
    let mut own = if is_of(Language::CSharp) {
        let by_hand = by_hand(repo, central);
        if by_hand.is_empty() { of_commands(repo) } else { by_hand }
    } else if narrow::takes_statuses(repo, central) {
        answered(repo, central)
    } else if !central.is_empty() && central.iter().all(|found| recovers(repo, found)) {
        let is_elsewhere = |found: &CodeMatch| central.iter().all(|it| it.path != found.path);
        failures(repo).into_iter().filter(|found| found.language == Language::Go && is_elsewhere(found)).collect()
    } else {
        Vec::new()
    };
    if own.len() < SEVERAL {
        own = routes::catching_all(repo, central);
    }
    own
}

/// What actions of ASP.NET answer by hand where something is missing or wrong, if they do so in most routes.
fn by_hand<'a>(repo: &'a Snapshot, central: &[&CodeMatch]) -> Vec<&'a CodeMatch> {
    const MANY: usize = 10;
    let is_own = |found: &&CodeMatch| {
        found.language == Language::CSharp
            && found.path.contains("Controller")
            && !is_thrown(repo, found)
            && central.iter().all(|it| it.path != found.path)
            // What only says what an action may answer.
            && !narrow::source(repo, found).starts_with("StatusCodes.Status")
    };
    let own: Vec<_> = failures(repo).into_iter().filter(is_own).collect();
    if own.len() >= MANY && own.len() * 2 > Surface::of(repo).endpoints.len() { own } else { Vec::new() }
}

/// Whether a handler of Go sees what others panic with, and not the errors that they answer.
fn recovers(repo: &Snapshot, found: &CodeMatch) -> bool {
    found.language == Language::Go && narrow::source(repo, found).contains("recover()")
}

/// What routes catch and answer with a code for it.
fn answered<'a>(repo: &'a Snapshot, central: &[&CodeMatch]) -> Vec<&'a CodeMatch> {
    let failures = failures(repo).into_iter().filter(|found| !is_thrown(repo, found));
    let failures: BTreeSet<(Arc<str>, usize)> = failures.map(|found| (found.path.clone(), found.bytes.start)).collect();
    let is_answer = |it: &CodeMatch| {
        let clause = (it.path.clone(), it.bytes.start)..(it.path.clone(), it.bytes.end);
        failures.range(clause).next().is_some()
    };
    let is_elsewhere = |found: &CodeMatch| central.iter().all(|it| it.path != found.path);
    marks::of(repo, "errors", "caught").into_iter().filter(|found| is_elsewhere(found) && is_answer(found)).collect()
}

/// What MediatR's handlers of commands catch, whatever it is, and give back as a result.
fn of_commands(repo: &Snapshot) -> Vec<&CodeMatch> {
    static HANDLER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\bclass\s+\w+[^{;]*:[^{;]*\bI\w*(?:Request|Command|Query)Handler<"));
    static ALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^catch\s*(?:\(\s*(?:System\.)?Exception\b[^)]*\)\s*)?\{"));
    // A file may catch often.
    let mut handlers: BTreeMap<Arc<str>, bool> = BTreeMap::new();
    let gives_back = |found: &&CodeMatch| {
        let text = repo.text(&found.path).unwrap_or_default();
        let clause = text.get(found.bytes.clone()).unwrap_or_default();
        found.language == Language::CSharp
            && ALL.is_match(clause)
            && clause.contains("return ")
            && !clause.contains("throw")
            && *handlers.entry(found.path.clone()).or_insert_with(|| HANDLER.is_match(text))
    };
    marks::of(repo, "errors", "caught").into_iter().filter(gives_back).collect()
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn routes_of_flask_that_answer_what_they_know_beside_handlers_of_statuses() {
        let of = |handled: &str, caught: &str, routes: usize| {
            let routes = (0..routes).map(|route| {
                format!("@app.route('/{route}')\ndef r{route}():\n    try:\n        return b()\n    except Missing as e:\n        {caught}\n")
            });
            let app = format!(
                "from flask import Flask\nfrom http import HTTPStatus\nfrom errors import Missing\napp = Flask(__name__)\n{}",
                routes.collect::<String>()
            );
            let handlers = format!(
                "from app import app\nclass Missing(Exception): pass\n@app.errorhandler({handled})\ndef failed(error):\n    return {{}}, 500\n@app.errorhandler(500)\ndef bad(error):\n    return {{}}, 500\n"
            );
            handling(&[("requirements.txt", "flask\n"), ("app.py", &app), ("errors.py", &handlers)])
        };
        let own = "return {'error': str(e)}, HTTPStatus.NOT_FOUND";
        assert_eq!(of("404", own, 3), "partial");
        assert_eq!(of("HTTPStatus.NOT_FOUND", own, 3), "partial");
        assert_eq!(of("404", own, 2), "central");
        assert_eq!(of("Missing", own, 3), "partial");
        assert_eq!(of("Missing", own, 2), "central");
        assert_eq!(of("404", "abort(404)", 3), "central");
    }

    #[test]
    fn answers_of_go_beside_what_handlers_panic_with() {
        let of = |own: &str| {
            let recover = "package web\nfunc Answer(next http.Handler) http.Handler {\n\treturn http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n\t\tdefer func() {\n\t\t\tif failed := recover(); failed != nil {\n\t\t\t\tswitch err := failed.(type) {\n\t\t\t\tcase Refused:\n\t\t\t\t\tsendError(w, err.Code)\n\t\t\t\t}\n\t\t\t}\n\t\t}()\n\t\tnext.ServeHTTP(w, r)\n\t})\n}\n";
            let main = format!(
                "package main\nimport (\n\t\"net/http\"\n\t\"github.com/go-chi/chi/v5\"\n)\nfunc main() {{\n\tr := chi.NewRouter()\n\tr.Use(web.Answer)\n\tr.Get(\"/a\", a)\n}}\nfunc a(w http.ResponseWriter, r *http.Request) {{\n{own}}}\n"
            );
            handling(&[("web/answer.go", recover), ("main.go", &main)])
        };
        assert_eq!(of("\tpanic(Refused{400})\n"), "central");
        assert_eq!(of(&"\thttp.Error(w, \"no\", http.StatusBadRequest)\n".repeat(3)), "partial");
    }

    #[test]
    fn actions_that_mostly_answer_by_hand_beside_a_handler() {
        let of = |answers: usize, routes: usize| {
            let program = "var app = WebApplication.CreateBuilder(args).Build();\napp.UseExceptionHandler(\"/error\");\napp.MapControllers();\napp.Run();\n";
            let actions: String = (0..routes)
                .map(|at| {
                    let body = if at < answers {
                        "if (b == null) return NotFound();\n    return Ok(b);"
                    } else {
                        "return Ok(b);"
                    };
                    format!("  [HttpGet(\"{at}\")]\n  public IActionResult A{at}()\n  {{\n    {body}\n  }}\n")
                })
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
        assert_eq!(of(10, 12), "partial");
        assert_eq!(of(10, 20), "central");
        assert_eq!(of(3, 3), "central", "a few");
    }

    #[test]
    fn handlers_of_commands_that_catch_all_and_give_it_back() {
        let of = |base: &str, caught: &str| {
            let program = "var app = WebApplication.CreateBuilder(args).Build();\napp.UseMiddleware<ErrorMiddleware>();\napp.MapGet(\"/a\", Users.List);\napp.Run();\n";
            let class = |name: &str| {
                format!(
                    "public class {name} : {base}\n{{\n  public async Task<Outcome> Handle(A a)\n  {{\n    try {{ return b(); }}\n    {caught}\n  }}\n}}\n"
                )
            };
            let (buy, sell, lend) = (class("Buy"), class("Sell"), class("Lend"));
            handling(&[
                ("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n"),
                ("Program.cs", program),
                ("Handlers/Buy.cs", &buy),
                ("Handlers/Sell.cs", &sell),
                ("Handlers/Lend.cs", &lend),
            ])
        };
        let command = "IAsyncRequestHandler<A, Outcome>";
        let all = "catch (Exception e) { return new Outcome().AddError(e.Message); }";
        assert_eq!(of(command, all), "partial");
        assert_eq!(of(command, &all.replace("Exception e", "ShopException e")), "central");
        assert_eq!(of(command, "catch (Exception e) { log(e); throw; }"), "central");
        assert_eq!(of("IJob", all), "central");
    }
}
