//! Where routes answer errors themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::catches;
use super::narrow::source;
use super::thrown::{is_of_an_error, is_thrown};
use crate::Snapshot;
use crate::areas::api::{Endpoint, failures};
use crate::areas::observability::server::Server;
use crate::code::{CodeMatch, Language};

/// Frameworks with exceptions for each answer, which they answer in one form wherever they are thrown.
const TYPED: &[&str] = &[
    "Django",
    "Django REST framework",
    "FastAPI",
    "NestJS",
    "routing-controllers",
    "Laravel",
    "Symfony",
    "Echo",
    "Fiber",
    "Spring",
    "Spring MVC",
    "Spring WebFlux",
    "Koa",
];

/// Those places, by path and position, one a line.
pub(super) fn of_routes<'a>(repo: &'a Snapshot, server: &Server<'a>, endpoints: &[Endpoint]) -> Vec<&'a CodeMatch> {
    let caught = server.matches("errors", "caught");
    let files: BTreeSet<&str> = endpoints.iter().map(|endpoint| endpoint.file.as_str()).collect();
    let has_routes = |found: &CodeMatch| files.contains(&*found.path);
    let mut own: Vec<_> = caught
        .iter()
        .copied()
        .filter(|found| {
            (has_routes(found) || is_of_a_resource(repo, found) || is_of_a_controller(repo, found))
                && !catches::is_of_start(repo, found)
                && !catches::hands_on(repo, found)
        })
        .chain(failures(repo).into_iter().filter(|found| !is_beside_routes(repo, found)))
        .chain(server.matches("errors", "graphql"))
        .collect();
    if endpoints.iter().any(|endpoint| TYPED.contains(&endpoint.framework)) {
        own.retain(|found| has_routes(found) && catches::turns_into_an_answer(repo, found) || !is_thrown(repo, found));
    }
    // A controller may lie elsewhere, and leave the code to what it caught.
    let known: BTreeSet<(&str, usize)> = own.iter().map(|found| (&*found.path, found.bytes.start)).collect();
    let is_known =
        |it: &CodeMatch| known.range((&*it.path, it.bytes.start)..(&*it.path, it.bytes.end)).next().is_some();
    let answered: Vec<_> =
        caught.into_iter().filter(|found| is_answered_at_once(repo, found) && !is_known(found)).collect();
    own.extend(answered);
    let (made, answered): (Vec<_>, Vec<_>) = own.into_iter().partition(|found| is_of_an_error(repo, found));
    let mut own = if answered.is_empty() { made } else { answered };
    own.sort_by(|a, b| (&a.path, a.bytes.start).cmp(&(&b.path, b.bytes.start)));
    own.dedup_by(|a, b| a.path == b.path && a.lines.0 == b.lines.0);
    own
}

/// Keeps of those places what answers something that was caught, and not only that a record is missing or a form wrong.
pub(super) fn retain_caught(server: &Server<'_>, own: &mut Vec<&CodeMatch>) {
    let mut clauses: BTreeMap<&str, Vec<&Range<usize>>> = BTreeMap::new();
    for found in server.matches("errors", "caught") {
        clauses.entry(&found.path).or_default().push(&found.bytes);
    }
    own.retain(|found| {
        clauses.get(&*found.path).is_some_and(|all| all.iter().any(|clause| clause.contains(&found.bytes.start)))
    });
}

/// Whether a method of a resource of Flask-RESTful, whose routes may be listed elsewhere, answers what it catches.
fn is_of_a_resource(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path).filter(|_| found.language == Language::Python) else { return false };
    let is_resource =
        |line: &str| line.starts_with("class ") && (line.contains("Resource)") || line.contains("MethodView)"));
    let line = text[..found.bytes.start].lines().rev().find(|line| line.starts_with("class "));
    line.is_some_and(is_resource) && text[found.bytes.clone()].contains("return ")
}

/// Whether a controller of Laravel, whose routes are listed elsewhere, answers what it catches.
fn is_of_a_controller(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = source(repo, found);
    let answers =
        || text.split("return ").skip(1).any(|rest| rest.split(';').next().is_some_and(|it| it.contains('(')));
    found.language == Language::Php
        && found.path.split('/').any(|part| part == "Controllers")
        && !text.contains("throw ")
        && answers()
}

/// Whether what JavaScript catches is answered there and then, with whatever code: `ctx.status = error.code`. Who throws
/// for Koa there has chosen the answer, too.
fn is_answered_at_once(repo: &Snapshot, found: &CodeMatch) -> bool {
    static ANSWER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"\bctx\.(?:(?:status|body)\s*=[^=]|throw\()|\bres(?:ponse)?\.(?:status|sendStatus|json|send)\(")
    });
    let text = source(repo, found);
    // Of a chain of calls, the last one.
    let text = if text.starts_with("catch") { text } else { text.rsplit(".catch(").next().unwrap_or_default() };
    matches!(found.language, Language::JavaScript | Language::TypeScript)
        && ANSWER.is_match(text)
        && !text.contains("next(")
}

/// Whether a code is no answer of a route's: what stands before or behind them gives it, or it only says what may be
/// answered.
fn is_beside_routes(repo: &Snapshot, found: &CodeMatch) -> bool {
    guards(repo, found)
        || is_of_health(repo, found)
        || is_declared(repo, found)
        || is_of_a_factory(repo, found)
        || is_a_default(found)
        || is_of_a_socket(repo, found)
        || is_of_an_exception(found)
}

/// Whether the code is what a parameter is where nobody gives it: `def __init__(self, status_code=500)`.
fn is_a_default(found: &CodeMatch) -> bool {
    let lists = found.functions.iter().filter_map(|function| function.parameters.as_ref());
    found.language == Language::Python && lists.into_iter().any(|list| list.contains(&found.bytes.start))
}

/// Whether an exception of PHP says there what it is answered with, wherever it is thrown.
fn is_of_an_exception(found: &CodeMatch) -> bool {
    found.language == Language::Php && found.path.split('/').any(|part| part == "Exceptions")
}

/// Whether the code goes to a client of a WebSocket, which no route answers.
fn is_of_a_socket(repo: &Snapshot, found: &CodeMatch) -> bool {
    const MARKS: &[&str] =
        &["@WebSocketGateway(", "@SubscribeMessage(", "\"@nestjs/websockets\"", "'@nestjs/websockets'"];
    found.language == Language::TypeScript
        && repo.text(&found.path).is_some_and(|text| MARKS.iter().any(|mark| text.contains(mark)))
}

/// Whether a static method makes a body of its own type, which a route may answer with: `static Body NotFound() => new() …`.
fn is_of_a_factory(repo: &Snapshot, found: &CodeMatch) -> bool {
    let class = found.scopes.iter().rev().find(|scope| scope.kind.contains("class") || scope.kind.contains("record"));
    let (Some(class), Some(function)) = (class, found.functions.last()) else { return false };
    if !matches!(found.language, Language::CSharp | Language::Java | Language::TypeScript) {
        return false;
    }
    let answers = ["Controller", "Handler", "Endpoint", "Middleware", "Filter", "Resource"];
    let end = function.parameters.as_ref().map_or(function.bytes.end, |list| list.start);
    let head = repo.text(&found.path).and_then(|text| text.get(function.bytes.start..end)).unwrap_or_default();
    let words: Vec<&str> = head.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    !answers.iter().any(|end| class.name.contains(end)) && words.contains(&"static") && words.contains(&&*class.name)
}

/// Whether Spring Security asks the class for its answer to strangers, ASP.NET's filter refuses what is not valid, or one of
/// Nest answers exceptions: no route comes to that.
fn guards(repo: &Snapshot, found: &CodeMatch) -> bool {
    let classes: &[&str] = match found.language {
        Language::Java | Language::Kotlin => &["AuthenticationEntryPoint", "AccessDeniedHandler"],
        Language::CSharp => &["IEndpointFilter", "IActionFilter", "IAsyncActionFilter", "ActionFilterAttribute"],
        Language::TypeScript => &["@Catch("],
        _ => return false,
    };
    repo.text(&found.path).is_some_and(|text| classes.iter().any(|class| text.contains(class)))
}

/// Whether a line of ASP.NET says which code the health check answers with.
fn is_of_health(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let start = text[..found.bytes.start].rfind('\n').map_or(0, |end| end + 1);
    found.language == Language::CSharp
        && text[start..].lines().next().is_some_and(|line| line.contains("HealthStatus."))
}

/// Whether the function's own type lists the answer among its results: `Results<Ok<User>, NotFound>`.
fn is_declared(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(function) = found.functions.last().filter(|_| found.language == Language::CSharp) else { return false };
    let text = repo.text(&found.path).unwrap_or_default();
    let head = &text[function.bytes.start..found.bytes.start.max(function.bytes.start)];
    let head = head.split(['{', ';']).next().unwrap_or_default();
    let results = head.split_once("Results<").map_or("", |(_, rest)| rest.split('(').next().unwrap_or(rest));
    let name = source(repo, found).split(['(', '<']).next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    !name.is_empty() && results.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(name))
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn the_code_of_a_health_check_and_a_declared_answer_are_no_answers_to_errors() {
        let of = |rest: &str| {
            let program = format!(
                "var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet(\"/a\", Users.List);\napp.Run();\n{rest}\n"
            );
            handling(&[("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n"), ("Program.cs", &program)])
        };
        let method = |head: &str, body: &str| of(&format!("static class Users {{ static {head} {{ {body} }} }}"));
        assert_eq!(of(""), "framework_default");
        assert_eq!(
            of(
                "app.MapPost(\"/b\", Users.Add).Produces(StatusCodes.Status401Unauthorized).Produces<Body>(StatusCodes.Status404NotFound);"
            ),
            "framework_default"
        );
        let codes = "class H { Dictionary<HealthStatus, int> c = new() {\n  {HealthStatus.Unhealthy, StatusCodes.Status500InternalServerError},\n}; }";
        assert_eq!(of(codes), "framework_default");
        assert_eq!(of(&codes.replace("HealthStatus.Unhealthy", "Kind.Broken")), "adhoc");
        let refuses = "return TypedResults.Unauthorized();";
        assert_eq!(method("Results<Ok<User>, UnauthorizedHttpResult> Login(Form form)", refuses), "framework_default");
        assert_eq!(method("IResult Login(Form form)", refuses), "adhoc");
        assert_eq!(method("Results<Ok<User>, NotFound> Login(Form form)", refuses), "adhoc");
    }

    #[test]
    fn a_code_in_a_factory_of_a_body_is_no_answer_yet() {
        let of = |class: &str, head: &str| {
            let program =
                "var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet(\"/a\", Users.List);\napp.Run();\n";
            let body = format!(
                "public class {class} {{ public static {head} =>\n  new() {{ StatusCode = StatusCodes.Status404NotFound }}; }}\n"
            );
            let project = "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n";
            handling(&[("A.csproj", project), ("Program.cs", program), ("Models/Body.cs", &body)])
        };
        assert_eq!(of("Body", "Body NotFound(string why)"), "framework_default");
        assert_eq!(of("UsersController", "UsersController NotFound(string why)"), "adhoc");
        assert_eq!(of("Users", "ProblemDetails NotFound(string why)"), "adhoc");
    }

    #[test]
    fn a_filter_that_refuses_what_is_not_valid_answers_no_errors() {
        let of = |class: &str| {
            let filter = format!("class F : {class} {{ object F() {{ return Results.BadRequest(); }} }}\n");
            let program =
                "var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet(\"/a\", Users.List);\napp.Run();\n";
            let project = "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n";
            handling(&[("A.csproj", project), ("Program.cs", program), ("F.cs", &filter)])
        };
        assert_eq!(of("IEndpointFilter"), "framework_default");
        assert_eq!(of("Users"), "adhoc");
    }

    #[test]
    fn what_a_controller_of_koa_catches_is_answered_with_whatever_code() {
        let of = |caught: &str| {
            let app = "import Koa from 'koa';\nimport Router from '@koa/router';\nimport users from './users/index.js';\nconst app = new Koa();\nconst router = new Router();\nrouter.get('/a', users.list);\napp.use(router.routes());\n";
            let list = format!("export const list = async (ctx) => {{ try {{ b(); }} catch (e) {{ {caught} }} }};\n");
            let package = r#"{"dependencies": {"koa": "2"}}"#;
            handling(&[("package.json", package), ("app.js", app), ("users/list.js", &list)])
        };
        assert_eq!(of("ctx.status = e.code; ctx.body = e.message;"), "adhoc");
        assert_eq!(of("ctx.throw(400, e);"), "adhoc");
        assert_eq!(of("log(e); throw e;"), "framework_default");
    }
}
