//! Are unexpected errors answered in one place?

use std::collections::BTreeSet;

use super::{answers, base, beside, catches, frameworks, in_use, narrow, rust, settings, unrouted, wrapper};
use crate::areas::api::Surface;
use crate::areas::observability::server::{self, Server};
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "errors.central";

/// Beside so many endpoints, one answer of a route's own is the exception; so are a few where there is one in so many.
const MANY: usize = 5;
const FEW: usize = 10;

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>) -> Finding {
    let endpoints = &Surface::of(repo).endpoints;
    if let Some(finding) = unrouted::finding(SIGNAL, repo, server) {
        return finding;
    }
    let Some(first) = endpoints.first().filter(|_| server::answers(repo)) else {
        return match server::unread(repo) {
            Some(sentence) => Finding::not_assessable(SIGNAL, sentence),
            None => Finding::not_applicable(SIGNAL, "The program answers no requests."),
        };
    };
    let declared = server.matches("errors", "central");
    let mut central = declared.clone();
    in_use::retain(repo, &mut central);
    let framework = first.framework;
    let by_default = frameworks::answers_by_itself(repo, server, framework);
    let own_answers = || {
        let mut own = answers::of_routes(repo, server, endpoints);
        if framework == "Express" && by_default {
            answers::retain_caught(server, &mut own);
        }
        // Where none of the handlers is in use, what one of those says is no route's answer.
        let is_in = |found: &CodeMatch, it: &CodeMatch| {
            // A decorator of Python stands right above the function that it is of.
            let is_below = |line: u32| it.language == Language::Python && (it.lines.1..=it.lines.1 + 2).contains(&line);
            it.path == found.path
                && (it.bytes.contains(&found.bytes.start) || found.functions.iter().any(|it| is_below(it.line)))
        };
        own.retain(|found| !declared.iter().any(|it| is_in(found, it)));
        own
    };
    if narrow::takes_refusals(repo, &central) && !own_answers().is_empty() {
        central.clear();
    }
    let beside = beside::find(repo, &central);
    let is_partial = !central.is_empty()
        && (narrow::is_partial(repo, &central)
            || is_of_few_handlers(repo, &central)
            || central.iter().all(|found| in_use::waits_for_errors(repo, found)));
    if let (Some(found), Some(own)) = (central.first(), beside.first()) {
        let of = if is_partial { "only those of a few kinds, or at a few addresses" } else { "all of them" };
        let summary = format!(
            "Errors are answered in different ways: one place is there for {of}, in {}, but {} catch what goes wrong \
             and answer it themselves, as in {}.",
            found.path,
            super::places(beside.len()),
            own.path
        );
        let at = marks::places(repo, central.iter().copied().take(1).chain(beside.iter().copied()));
        return Finding::partly(SIGNAL, summary, at).indicative().fact("handling", "partial");
    }
    if let Some(found) = central.first() {
        let at = marks::places(repo, central.iter().copied());
        return if is_partial && !by_default {
            let summary = format!(
                "Some errors may get no proper answer: only those of a few kinds, or at a few addresses, are answered \
                 in one place, in {}; nothing answers the rest.",
                found.path
            );
            Finding::partly(SIGNAL, summary, at).indicative().fact("handling", "partial")
        } else {
            let (summary, handling) = if is_partial {
                let summary = format!(
                    "Unexpected errors all get an answer: those of a few kinds, or at a few addresses, in {}, and the \
                     rest by {framework} itself.",
                    found.path
                );
                (summary, "partial")
            } else {
                (format!("Unexpected errors are answered in one place, in {}.", found.path), "central")
            };
            Finding::met(SIGNAL, summary, at).fact("handling", handling)
        };
    }
    if let Some(place) = settings::of_symfony(repo).filter(|_| by_default) {
        let summary = format!(
            "Unexpected errors are answered in one place: {} says which answer each gets, and {framework} answers the \
             rest.",
            place.path
        );
        return Finding::met(SIGNAL, summary, place).fact("handling", "central");
    }
    let handed = || base::find(repo, endpoints.len()).map(|place| (place, endpoints.len()));
    // What is put in front of several addresses is written once.
    let written: BTreeSet<_> = endpoints.iter().map(|endpoint| (&endpoint.file, endpoint.lines)).collect();
    if let Some((place, called)) = wrapper::find(repo, written.len()).or_else(handed) {
        // What a function of Go is not called for is answered by hand.
        let mut own = if place.path.ends_with(".go") { own_answers() } else { Vec::new() };
        own.retain(|found| *found.path != *place.path && !catches::is_given_back(repo, found));
        if own.len() > called {
            let summary = format!(
                "Errors are answered in different ways: one place is there for many addresses, in {}, but in {} more \
                 they answer errors themselves, as in {}.",
                place.path,
                super::places(own.len()),
                own[0].path
            );
            let at = Evidence::or_absence([place, marks::at(repo, own[0])], repo.head());
            return Finding::partly(SIGNAL, summary, at).indicative().fact("handling", "partial");
        }
        let summary = format!(
            "Unexpected errors are answered in one place, to which most addresses hand them, in {}.",
            place.path
        );
        return Finding::met(SIGNAL, summary, place).fact("handling", "central");
    }
    let own = own_answers();
    let as_text = if by_default { Vec::new() } else { rust::given_as_text(repo) };
    if let Some(text) = as_text.first().filter(|_| as_text.len() >= own.len()) {
        let summary = format!(
            "Callers may take an error for an answer: in {}, as in {}, an address gives what went wrong back as mere \
             text, which {framework} answers with the status 200, as if all were well.",
            super::places(as_text.len()),
            text.path
        );
        let at = Evidence::or_absence(as_text.iter().take(10).cloned(), repo.head());
        return Finding::not_met(SIGNAL, summary, at).indicative().fact("handling", "adhoc");
    }
    let at = Place::lines(repo.head(), first.file.as_str(), first.lines.0, first.lines.1);
    match (own.first(), by_default) {
        (None, true) => {
            let summary = format!(
                "Unexpected errors are answered in one place, by {framework} itself; no address has an answer of its \
                 own."
            );
            Finding::met(SIGNAL, summary, at).by_default().fact("handling", "framework_default")
        }
        (Some(found), true) if own.len() == 1 && endpoints.len() >= MANY || own.len() * FEW <= endpoints.len() => {
            let summary = if own.len() == 1 {
                format!(
                    "Unexpected errors are answered in one place, by {framework} itself; one address has an answer of \
                     its own, in {}.",
                    found.path
                )
            } else {
                format!(
                    "Unexpected errors are answered in one place, by {framework} itself; addresses have answers of \
                     their own in only {} places, as in {}.",
                    own.len(),
                    found.path
                )
            };
            Finding::met(SIGNAL, summary, marks::places(repo, own)).fact("handling", "framework_default")
        }
        (Some(found), true) => {
            let summary = format!(
                "Unexpected errors get an answer: addresses give their own in {}, as in {}, and {framework} answers \
                 the rest.",
                super::places(own.len()),
                found.path
            );
            Finding::met(SIGNAL, summary, marks::places(repo, own)).indicative().fact("handling", "adhoc")
        }
        (Some(found), false) => {
            let recovery = server.matches("errors", "recovery");
            let rest = match recovery.first() {
                Some(place) => {
                    format!("Only a crash is answered in one place, in {}.", place.path)
                }
                None => "Nothing answers what one of them forgets, unless a package does.".to_owned(),
            };
            let summary = format!(
                "What goes wrong may be answered differently everywhere: each address has its own way, in {}, as in \
                 {}. {rest}",
                super::places(own.len()),
                found.path
            );
            Finding::partly(SIGNAL, summary, marks::places(repo, own)).indicative().fact("handling", "adhoc")
        }
        (None, false) => match server.matches("errors", "recovery").first() {
            Some(found) => {
                let summary = format!(
                    "Some errors may get no proper answer: only a crash is answered in one place, in {}. A package may \
                     answer the others.",
                    found.path
                );
                let at = marks::at(repo, found);
                Finding::partly(SIGNAL, summary, at).indicative().fact("handling", "none")
            }
            None => {
                let summary = "When something goes wrong, callers may get no proper answer: no address deals with \
                    errors, and nothing does so for all of them, unless a package does.";
                Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative().fact("handling", "none")
            }
        },
    }
}

/// Whether all that answers errors are types of Rust that few handlers give back.
fn is_of_few_handlers(repo: &Snapshot, central: &[&CodeMatch]) -> bool {
    let names = central.iter().map(|found| {
        let source = narrow::source(repo, found);
        in_use::of_an_error(source).filter(|_| found.language == Language::Rust && source.starts_with("impl"))
    });
    let names: Option<Vec<&str>> = names.collect();
    names.is_some_and(|names| rust::Functions::of(repo).mostly_answer_without(&names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{Met, NotApplicable, NotMet, Partly};
    use crate::snapshot::fixture::Fixture;

    fn says(path: &str, text: &str) -> (crate::Outcome, String) {
        let repo = Fixture::new().file(path, text).snapshot();
        let found = finding(&repo, &Server::of(&repo));
        (found.outcome(), found.facts().get("handling").and_then(|fact| fact.as_str()).unwrap_or_default().to_owned())
    }

    #[test]
    fn who_answers_errors() {
        let app = "from flask import Flask\napp = Flask(__name__)\n@app.get('/a')\ndef a():\n    return b()\n";
        let handler = |kind: &str| format!("{app}@app.errorhandler({kind})\ndef failed(error):\n    return {{}}\n");
        assert_eq!(says("app.py", "a = 1\n").0, NotApplicable);
        assert_eq!(says("app.py", app), (NotMet, "none".to_owned()));
        assert_eq!(says("app.py", &handler("Exception")), (Met, "central".to_owned()));
        assert_eq!(says("app.py", &handler("ValidationError")), (Partly, "partial".to_owned()));
        let registered = |kind: &str| format!("{app}app.register_error_handler({kind}, failed)\n");
        assert_eq!(says("app.py", &registered("exceptions.NotFoundError")), (Partly, "partial".to_owned()));
        assert_eq!(says("app.py", &registered("HTTPException")), (Met, "central".to_owned()));
        let both = format!("{}app.register_error_handler(Exception, failed)\n", registered("NotFoundError"));
        assert_eq!(says("app.py", &both), (Met, "central".to_owned()));
        let own = app.replace("return b()", "return jsonify(error='no name'), 400");
        assert_eq!(says("app.py", &own), (Partly, "adhoc".to_owned()));
        let fast = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\ndef a():\n    return b()\n";
        assert_eq!(says("app.py", fast), (Met, "framework_default".to_owned()));
        let raised =
            fast.replace("return b()", "raise HTTPException(\n        status_code=404,\n        detail='none',\n    )");
        assert_eq!(says("app.py", &raised), (Met, "framework_default".to_owned()));
        let answered =
            fast.replace("return b()", "return JSONResponse(\n        status_code=404,\n        content={},\n    )");
        assert_eq!(says("app.py", &answered), (Met, "adhoc".to_owned()));
        let nest = "@Controller('a')\nclass A {\n  @Get() a() { throw new NotFoundException(); }\n  @Get('b') b() { throw new ConflictException(); }\n}\n";
        assert_eq!(says("a.controller.ts", nest), (Met, "framework_default".to_owned()));
        let described = "@Controller('a')\nclass A {\n  @ApiResponse({ status: 400, description: 'x' })\n  @Get() a() { return 1; }\n}\n";
        assert_eq!(says("a.controller.ts", described), (Met, "framework_default".to_owned()));
        let rails = "class ApplicationController < ActionController::API\n  rescue_from ActiveRecord::RecordNotFound, with: :missing\n  rescue_from Invalid, with: :wrong\n  def index; end\nend\n";
        let of_rails = |text: &str, posts: &str| {
            let routes = "Rails.application.routes.draw do\n  get '/users', to: 'users#index'\nend\n";
            let files = Fixture::new().file("Gemfile", "gem 'rails'\n").file("config/routes.rb", routes);
            let repo = files
                .file("app/controllers/application_controller.rb", text)
                .file("app/controllers/posts_controller.rb", posts);
            let repo = repo.snapshot();
            let found = finding(&repo, &Server::of(&repo));
            (found.outcome(), found.facts()["handling"].as_str().unwrap_or_default().to_owned())
        };
        let own = "class PostsController < ApplicationController\n  def show\n    render json: {}, status: :unprocessable_entity\n  end\nend\n";
        // Two classes are all that is known, unless other routes have answers of their own.
        assert_eq!(of_rails(rails, "class PostsController\nend\n"), (Met, "central".to_owned()));
        assert_eq!(of_rails(rails, own), (Met, "partial".to_owned()));
        let three = rails.replace("Invalid,", "Invalid, Forbidden,");
        assert_eq!(of_rails(&three, own), (Met, "central".to_owned()));
        let one = rails.replace("  rescue_from Invalid, with: :wrong\n", "");
        assert_eq!(of_rails(&one, own), (Met, "partial".to_owned()));
        let all = one.replace("ActiveRecord::RecordNotFound", "StandardError");
        assert_eq!(of_rails(&all, own), (Met, "central".to_owned()));
        // What a package takes over is not seen.
        let with = |name: &str| one.replace("  rescue_from", &format!("  include Shop::Mixins::{name}\n  rescue_from"));
        assert_eq!(of_rails(&with("ExceptionHandling"), own), (Met, "central".to_owned()));
        assert_eq!(of_rails(&with("Paging"), own), (Met, "partial".to_owned()));
        let echo = "package a\nimport \"github.com/labstack/echo/v4\"\nfunc main() {\n\te := echo.New()\n\te.GET(\"/a\", a)\n}\nfunc a(c echo.Context) error {\n\treturn echo.NewHTTPError(http.StatusNotFound, \"b\")\n}\n";
        assert_eq!(says("main.go", echo), (Met, "framework_default".to_owned()));
        let spring = "import org.springframework.web.bind.annotation.*;\n@RestController\nclass A {\n  @GetMapping(\"/a\") String a() { throw new Missing(); }\n}\n";
        let status = |class: &str| format!("{spring}\n@ResponseStatus(HttpStatus.NOT_FOUND)\n{class} {{ }}\n");
        let missing = status("class Missing extends RuntimeException");
        assert_eq!(says("A.java", &missing), (Met, "framework_default".to_owned()));
        let thrown = spring.replace("new Missing()", "new ResponseStatusException(HttpStatus.NOT_FOUND)");
        assert_eq!(says("A.java", &thrown), (Met, "framework_default".to_owned()));
        let answered =
            spring.replace("throw new Missing()", "return ResponseEntity.status(HttpStatus.NOT_FOUND).build()");
        assert_eq!(says("A.java", &answered).1, "adhoc");
        let resource = "from flask_restful import Resource\nclass Users(Resource):\n    def get(self):\n        try:\n            return all()\n        except Exception:\n            return {'message': 'failed'}\n";
        let of_flask = |resource: &str| {
            let app = "from flask import Flask\nfrom flask_restful import Api\nfrom users import Users\napp = Flask(__name__)\napi = Api(app)\napi.add_resource(Users, '/users')\n";
            let repo = Fixture::new().file("app.py", app).file("users.py", resource).snapshot();
            let found = finding(&repo, &Server::of(&repo));
            found.facts()["handling"].as_str().unwrap_or_default().to_owned()
        };
        assert_eq!(of_flask(resource), "adhoc");
        assert_eq!(of_flask(&resource.replace("return {'message': 'failed'}", "raise")), "none");
        let koa = "import { createServer } from 'node:http';\nimport Koa from 'koa';\nimport Router from '@koa/router';\nconst app = new Koa();\nconst router = new Router();\nrouter.get('/a', a);\nconst failed = async (ctx, next) => { try { await next() } catch (e) { ctx.status = 500 } };\napp.use(failed).use(router.routes());\n";
        assert_eq!(says("app.js", koa), (Met, "central".to_owned()));
    }

    #[test]
    fn a_panic_that_is_answered_for_all_is_not_forgotten() {
        let of = |set_up: &str, body: &str| {
            let app = format!(
                "package main\nimport \"github.com/gin-gonic/gin\"\nfunc main() {{\n\tr := {set_up}\n\tr.GET(\"/a\", a)\n}}\nfunc a(c *gin.Context) {{\n\t{body}\n}}\n"
            );
            let repo = Fixture::new().file("main.go", &app).snapshot();
            let found = finding(&repo, &Server::of(&repo));
            (
                found.outcome(),
                found.summary().contains("forgets"),
                found.summary().contains("only a crash is") || found.summary().contains("Only a crash is"),
            )
        };
        let own = "c.JSON(http.StatusBadRequest, nil)";
        assert_eq!(of("gin.New()", own), (Partly, true, false));
        assert_eq!(of("gin.Default()", own), (Partly, false, true));
        assert_eq!(of("gin.Default()", "b()"), (Partly, false, true));
        assert_eq!(of("gin.New()", "b()"), (NotMet, false, false));
    }

    #[test]
    fn a_middleware_of_gin_sees_only_the_errors_that_handlers_leave() {
        let of = |failed: &str| {
            let app = format!(
                "package main\nimport \"github.com/gin-gonic/gin\"\nfunc Answered() gin.HandlerFunc {{\n\treturn func(c *gin.Context) {{\n\t\tc.Next()\n\t\tif len(c.Errors) > 0 {{\n\t\t\tc.JSON(500, c.Errors.Last())\n\t\t}}\n\t}}\n}}\nfunc main() {{\n\tr := gin.New()\n\tr.Use(Answered())\n\tr.GET(\"/a\", a)\n}}\nfunc a(c *gin.Context) {{\n\tif err := b(); err != nil {{\n\t\t{failed}\n\t}}\n}}\n"
            );
            says("main.go", &app).1
        };
        assert_eq!(of("c.Error(err)"), "central");
        assert_eq!(of("answer(c, err)"), "partial");
    }

    #[test]
    fn a_handler_of_what_only_the_framework_refuses_is_no_place_for_errors() {
        let of = |status: u32, body: &str| {
            let routes: String = (0..3).map(|at| format!("@app.get('/{at}')\ndef r{at}():\n    {body}\n")).collect();
            let app = format!(
                "from flask import Flask\napp = Flask(__name__)\n@app.errorhandler({status})\ndef refused(error):\n    return {{}}, {status}\n{routes}"
            );
            says("app.py", &app).1
        };
        let caught = "try:\n        return b()\n    except Exception as e:\n        return {'error': str(e)}, 500";
        assert_eq!(of(429, caught), "adhoc");
        assert_eq!(of(404, caught), "partial");
        assert_eq!(of(429, "return b()"), "partial");
    }

    #[test]
    fn what_is_thrown_for_the_framework_is_left_to_it() {
        let koa = |body: &str| {
            let app = format!(
                "import Koa from 'koa';\nimport Router from '@koa/router';\nconst app = new Koa();\nconst router = new Router();\nrouter.get('/a', async (ctx) => {{ {body} }});\napp.use(router.routes());\n"
            );
            says("app.js", &app).1
        };
        assert_eq!(koa("try { b(); } catch (e) { ctx.throw(400); }\n  ctx.throw(404, 'none');"), "framework_default");
        assert_eq!(koa("try { b(); } catch (e) { ctx.status = 400; ctx.body = {}; }"), "adhoc");
        assert_eq!(koa("ctx.body = [];"), "framework_default");
        let spring = "import org.springframework.web.bind.annotation.*;\n@RestController\nclass A {\n  @GetMapping(\"/a\") String a() { return \"a\"; }\n}\n";
        let with = |class: &str| {
            let class =
                format!("class B implements {class} {{ void f() {{ answer.setStatus(HttpStatus.UNAUTHORIZED); }} }}\n");
            let repo = Fixture::new().file("A.java", spring).file("B.java", &class).snapshot();
            finding(&repo, &Server::of(&repo)).facts()["handling"].clone()
        };
        assert_eq!(with("AuthenticationEntryPoint"), "framework_default");
        assert_eq!(with("Job"), "adhoc");
    }

    #[test]
    fn what_a_middleware_of_fiber_refuses_is_not_answered_for_all() {
        let fiber = |config: &str, guard: &str| {
            let app = format!(
                "package main\nimport \"github.com/gofiber/fiber/v2\"\nfunc main() {{\n\tapp := fiber.New({config})\n\tapp.Use(jwtware.New({guard}))\n\tapp.Get(\"/a\", a)\n}}\nfunc a(c *fiber.Ctx) error {{\n\treturn c.Status(fiber.StatusBadRequest).JSON(nil)\n}}\n"
            );
            says("main.go", &app).1
        };
        assert_eq!(fiber("fiber.Config{ErrorHandler: failed}", ""), "central");
        assert_eq!(fiber("", "jwtware.Config{ErrorHandler: refused}"), "adhoc");
    }

    #[test]
    fn a_controller_of_laravel_that_answers_what_it_catches() {
        let with = |caught: &str| {
            let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::post('/a', [SaveController::class, 'save']);\n";
            let class = format!(
                "<?php class SaveController {{ function save() {{ try {{ b(); }} catch (\\Exception $e) {{ {caught} }} }} }}\n"
            );
            let repo = Fixture::new().file("composer.json", r#"{"require": {"laravel/framework": "10"}}"#);
            let repo = repo.file("routes/api.php", routes).file("app/Http/Controllers/SaveController.php", &class);
            let repo = repo.snapshot();
            finding(&repo, &Server::of(&repo)).facts()["handling"].clone()
        };
        assert_eq!(with("return back()->withErrors('a');"), "adhoc");
        assert_eq!(with("report($e); return $this->answer->failed($e);"), "adhoc");
        assert_eq!(with("report($e); throw $e;"), "framework_default");
        assert_eq!(with("return null;"), "framework_default");
    }
}
