//! A function that every handler is given to, or its result, and that answers what went wrong in one place.

mod named;

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// How such a function is written in one language.
struct Form {
    /// What its files end with.
    files: &'static [&'static str],
    /// Its first line: the name, and where there is one the parameter that its body has to call.
    declared: LazyLock<Regex>,
    /// What its body has to hold: each of these by one of its spellings.
    holds: &'static [&'static [&'static str]],
    /// Whether handlers name it before them instead of calling it.
    decorates: bool,
}

static FORMS: [Form; 8] = [
    // `func HandleRequest(c *gin.Context, f func(c *gin.Context) *Response)`: what is given returns an error or a result.
    Form {
        files: &[".go"],
        declared: LazyLock::new(|| {
            pattern(
                r"(?m)^func (?:\([^)\n]*\) )?(?P<name>\w+)\([^\n{]*?\b(?:(?P<given>\w+) )?func\([^()\n]*\) \*?(?P<result>[\w.]+)[^\n]*\{",
            )
        }),
        holds: &[&["AbortWithStatusJSON(", ".JSON(", "http.Error(", ".WriteHeader(", "NewEncoder(w)"]],
        decorates: false,
    },
    // `func Failed(w http.ResponseWriter, err error)`, which looks into the error for its answer.
    Form {
        files: &[".go"],
        declared: LazyLock::new(|| {
            pattern(concat!(
                r"(?m)^func (?:\([^)\n]*\) )?(?P<name>\w+)\([^\n{]*\b(?:http\.ResponseWriter|gin\.Context|echo\.Context|fiber\.Ctx)\b",
                r"[^\n{)]*\b\w+ error\)[^\n]*\{"
            ))
        }),
        holds: &[
            // By whatever name the package is imported.
            &["rs.As(", "rs.Is(", "switch ", "err.(", "(err.Error(), "],
            &["AbortWithStatusJSON(", ".JSON(", "http.Error(", ".WriteHeader("],
        ],
        decorates: false,
    },
    // `func Answer(err error) (int, any)`, which looks into the error for the code and the body of the answer.
    Form {
        files: &[".go"],
        declared: LazyLock::new(|| {
            pattern(concat!(
                r"(?m)^func (?:\([^)\n]*\) )?(?P<name>\w+)(?:\[[^\]\n]*\])?\(\w+ error\b[^\n{)]*\)",
                r" \((?:\w+ )?int\b[^\n{)]*,[^\n{)]*\) \{"
            ))
        }),
        holds: &[
            &["errors.As(", "errors.Is(", "switch ", "err.("],
            &["http.Status", "fiber.Status", "500", ".Code", ".Status"],
        ],
        decorates: false,
    },
    // `static IActionResult ToAnswer(this Result result)`, which looks into what a service gives back.
    Form {
        files: &[".cs"],
        declared: LazyLock::new(|| {
            pattern(concat!(
                r"(?m)^[ \t]*(?:public|internal) static (?:async )?[^\n(=;]*\b(?:IActionResult|ActionResult|ObjectResult|IResult|HttpResult|Results)\b[^\n(=;]*?",
                r"\b(?P<name>\w+)(?:<[^>(\n]*>)?\(\s*this [\w.]*(?:Result|ErrorOr|OneOf|Either|Outcome|Error)\b[^\n)]*\)"
            ))
        }),
        holds: &[
            &["switch", ".Match(", "if (", "if(", " ? "],
            &["NotFound", "BadRequest", "StatusCode", "Problem(", "Conflict"],
        ],
        decorates: false,
    },
    // `export const withErrors = (handler) => async (request) => { try { return await handler(request) } catch … }`
    Form {
        files: &[".js", ".mjs", ".cjs", ".ts", ".tsx"],
        declared: LazyLock::new(|| {
            pattern(concat!(
                r"(?m)^[ \t]*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\s+(?P<name>\w+)|const\s+(?P<constant>\w+)\s*=\s*(?:async\s+)?(?:function\s*)?)",
                r"\s*(?:<[^(]*>)?\(\s*(?P<handler>\w+)\b"
            ))
        }),
        holds: &[
            &["try {", "try{", ".catch("],
            &["catch"],
            &[
                "Response.json(",
                "new Response(",
                "new NextResponse(",
                ".status(",
                "ctx.status",
                "ctx.body",
                "statusCode",
                // By the function that answers all errors.
                "(res, e",
                "(err, res",
                "(error, res",
                "(err, req, res",
                "(error, req, res",
                "(ctx, e",
            ],
        ],
        decorates: false,
    },
    // `fn respond<T>(result: Result<T, Error>) -> HttpResponse`
    Form {
        files: &[".rs"],
        declared: LazyLock::new(|| {
            pattern(concat!(
                r"(?m)^[ \t]*(?:pub(?:\([^)]*\))? )?(?:async )?fn (?P<name>\w+)(?:<[^{;]*?>)?\(\s*(?P<handler>\w+): (?:\w+::)*Result<[^{;]*\)",
                r"\s*->\s*(?:impl )?(?:\w+::)*(?:Response|HttpResponse|IntoResponse|Responder)\b[^{;]*\{"
            ))
        }),
        holds: &[&["Err(", "unwrap_or_else(", "map_err("]],
        decorates: false,
    },
    // `fn answer(error: AppError) -> HttpResponse`, which tells errors apart.
    Form {
        files: &[".rs"],
        declared: LazyLock::new(|| {
            pattern(concat!(
                r"(?m)^[ \t]*(?:pub(?:\([^)]*\))? )?(?:async )?fn (?P<name>\w+)\(\s*\w+: &?(?:\w+::)*\w*Err(?:or)?\s*,?\s*\)",
                r"\s*->\s*(?:impl )?(?:\w+::)*(?:Response|HttpResponse|IntoResponse|Responder)\b[^{;]*\{"
            ))
        }),
        holds: &[&["match "], &["HttpResponse", "StatusCode", "Response::"]],
        decorates: false,
    },
    // `def answers(view): @wraps(view) def inner(…): try: return view(…) except Exception: return jsonify(…), 500`
    Form {
        files: &[".py"],
        declared: LazyLock::new(|| pattern(r"(?m)^def (?P<name>\w+)\(\s*(?P<handler>\w+)[^)]*\)[^:\n]*:")),
        holds: &[
            &["except Exception", "except:", "except BaseException"],
            &["jsonify(", "Response(", "make_response("],
        ],
        decorates: true,
    },
];

/// So many functions of a text are read, and so far each, in bytes.
const MOST_FUNCTIONS: usize = 200;
const LONGEST_BODY: usize = 20_000;
/// For how many functions of a form all files are asked.
const MOST_CANDIDATES: usize = 50;

/// Where that function is, if most of `endpoints` go through it, and how often it is called.
pub(super) fn find(repo: &Snapshot, endpoints: usize) -> Option<(Place, usize)> {
    let found = FORMS.iter().find_map(|form| {
        let files: Vec<(&str, &str)> = repo
            .tree()
            .own_texts()
            .map(|(file, text)| (file.path.as_str(), text))
            .filter(|(path, _)| form.files.iter().any(|end| path.ends_with(end)) && !is_aside(path))
            .collect();
        let could = |text: &str| form.holds.iter().all(|any| any.iter().any(|word| text.contains(word)));
        let mut candidates = 0;
        files.iter().filter(|(_, text)| could(text)).find_map(|(path, text)| {
            let mut functions = form.declared.captures_iter(text);
            let found = functions.by_ref().take(MOST_FUNCTIONS).find_map(|found| {
                let name = found.name("name").or_else(|| found.name("constant"))?.as_str();
                let start = found.get(0)?.start();
                let own = body(&text[start..], form.decorates);
                // It may hand on what it is given to the function beside it that answers.
                let given = found.name("given").filter(|_| !could(own));
                let body = given.and_then(|given| handed_to(text, own, given.as_str())).unwrap_or(own);
                if is_cut(body, &text[start..]) && !could(body) {
                    leave(repo, path);
                }
                // What is given a handler and makes another one of it is a middleware.
                let is_middleware = found.name("result").is_some_and(|result| {
                    let result = result.as_str();
                    ["Handler", "Func", "Middleware"].iter().any(|word| result.contains(word)) || result == "bool"
                });
                // It has to call what it is given, or to look into it, and to hand nothing on.
                let calls_it = found.name("handler").is_none_or(|handler| {
                    let handler = handler.as_str();
                    form.files.contains(&".rs") || calls(body, handler) > 0
                });
                if is_middleware || !calls_it || !could(body) || body.contains("next(e") {
                    return None;
                }
                candidates += 1;
                if candidates > MOST_CANDIDATES {
                    leave(repo, path);
                    return None;
                }
                let called: usize = files.iter().map(|(_, text)| uses(text, name, form)).sum();
                let line = 1 + text[..start].matches('\n').count() as u32;
                (called > 1 && called * 2 >= endpoints).then(|| (Place::lines(repo.head(), *path, line, line), called))
            });
            if found.is_none() && functions.next().is_some() {
                leave(repo, path);
            }
            found
        })
    });
    found.or_else(|| named::find(repo, endpoints).map(|place| (place, endpoints)))
}

/// The function of the same file of Go to which `body` gives its parameter `given` as the last one.
fn handed_to<'t>(text: &'t str, body: &str, given: &str) -> Option<&'t str> {
    let (before, _) = body.split_once(&format!(", {given})"))?;
    let (before, _) = before.rsplit_once('(')?;
    let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())?;
    let start = text.find(&format!("\nfunc {name}("))?;
    Some(self::body(&text[start..], false))
}

/// Notes that some functions of a file were not read that may be the one which answers errors.
pub(super) fn leave(repo: &Snapshot, path: &str) {
    let why = "with more functions that may answer errors, or longer ones, than are read";
    repo.leave("source file", why, path);
}

/// Whether `body`, which begins `text`, ends only because no more of it is read.
pub(super) fn is_cut(body: &str, text: &str) -> bool {
    body.len() < text.len() && body.len() == text.floor_char_boundary(LONGEST_BODY)
}

/// How often `text` uses the function of that name.
fn uses(text: &str, name: &str, form: &Form) -> usize {
    if form.decorates {
        let is_decorator = |line: &str| {
            let named = line.trim().strip_prefix('@').map(|rest| rest.split('(').next().unwrap_or(rest));
            named.is_some_and(|named| named.rsplit('.').next() == Some(name))
        };
        return text.lines().filter(|line| is_decorator(line)).count();
    }
    let declared = ["func ", "function ", "fn "].map(|word| format!("{word}{name}("));
    let declared: usize = declared.iter().map(|declared| text.matches(declared.as_str()).count()).sum();
    let called = calls(text, name).saturating_sub(declared);
    // Go puts the package before a function, and C# what is extended. Elsewhere that is a method, which only has the same
    // name.
    let is_method = form.files.contains(&".go") || form.files.contains(&".cs");
    let methods = [format!(".{name}("), format!(".{name}<"), format!(".{name}[")];
    let methods = methods.iter().map(|method| text.matches(method.as_str()).count()).sum::<usize>();
    if is_method { called.saturating_sub(declares(text, name, form)) + methods } else { called }
}

/// How often a method of C# is declared by that name, which no word stands before.
fn declares(text: &str, name: &str, form: &Form) -> usize {
    if form.files.contains(&".cs") { text.matches(format!(" {name}(this ").as_str()).count() } else { 0 }
}

/// How often `text` calls the function of that name, and not a method, nor one whose name only ends like that.
fn calls(text: &str, name: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    let call = format!("{name}(");
    // Three dots spread what it returns.
    let is_called = |before: &str| !before.ends_with(is_part) || before.ends_with("...");
    text.match_indices(call.as_str()).filter(|(at, _)| is_called(&text[..*at])).count()
}

/// The function that begins here: to where its braces close, or as far as lines are indented.
pub(super) fn body(text: &str, is_indented: bool) -> &str {
    let text = &text[..text.floor_char_boundary(LONGEST_BODY)];
    if is_indented {
        let mut end = text.find('\n').map_or(text.len(), |end| end + 1);
        for line in text[end..].split_inclusive('\n') {
            if !line.trim().is_empty() && !line.starts_with([' ', '\t']) {
                break;
            }
            end += line.len();
        }
        return &text[..end];
    }
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            // Types of parameters may have braces as well, behind which a body is still to come.
            '}' if depth == 1 && !text[at + 1..].trim_start().starts_with([')', ',', '>', '=', ':']) => {
                return &text[..=at];
            }
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn at(files: &[(&str, &str)], endpoints: usize) -> Option<Option<(u32, u32)>> {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        find(&repo, endpoints).map(|(place, _)| place.lines)
    }

    #[test]
    fn functions_that_are_not_read_are_told() {
        let told = |functions: &[String]| {
            let text = format!("package handler\n\n{}", functions.concat());
            let repo = Fixture::new().file("internal/handler.go", &text).snapshot();
            assert_eq!(find(&repo, 3), None);
            repo.left().len()
        };
        let function = |at: usize, before: &str, does: &str| {
            format!(
                "func Handle{at}(c *gin.Context, f func(c *gin.Context) *Response) {{\n\t// {before}\n\tres := f(c)\n\tc.{does}(res.Code, res.Err)\n}}\n"
            )
        };
        let answering = |count: usize| (0..count).map(|at| function(at, "", "AbortWithStatusJSON")).collect::<Vec<_>>();
        assert_eq!((told(&answering(50)), told(&answering(51))), (0, 1));
        let other = |count: usize| {
            let others = (0..count).map(|at| function(at + 1, "", "Set"));
            others.chain([function(0, "", "AbortWithStatusJSON")]).collect::<Vec<_>>()
        };
        assert_eq!((told(&other(199)), told(&other(200))), (0, 1));
        let long = |size: usize| told(&[function(0, &"x".repeat(size), "AbortWithStatusJSON")]);
        assert_eq!((long(9), long(20_000)), (0, 1));
    }

    #[test]
    fn most_handlers_go_through_it() {
        let wrapper = "package handler\n\nfunc Handle(c *gin.Context, f func(c *gin.Context) *Response) {\n\tres := f(c)\n\tc.AbortWithStatusJSON(res.Code, res.Err)\n}\n";
        let called = "package users\n\nfunc all(c *gin.Context) { handler.Handle(c, list) }\nfunc one(c *gin.Context) { handler.Handle(c, get) }\n";
        let with =
            |wrapper: &str, endpoints: usize| at(&[("internal/handler.go", wrapper), ("users.go", called)], endpoints);
        assert_eq!(with(wrapper, 3), Some(Some((3, 3))));
        assert_eq!(with(wrapper, 8), None);
        assert_eq!(with(&wrapper.replace("*Response", "http.HandlerFunc"), 3), None);
        assert_eq!(with(&wrapper.replace("AbortWithStatusJSON", "Set"), 3), None);
    }

    #[test]
    fn a_function_of_go_that_hands_on_what_it_is_given_to_the_one_that_answers() {
        let wrapper = "package api\n\nfunc simple(handler func(r *http.Request) *Answer) http.HandlerFunc {\n\treturn func(w http.ResponseWriter, r *http.Request) {\n\t\thandle(w, r, handler)\n\t}\n}\n\nfunc handle(w http.ResponseWriter, r *http.Request, handler func(r *http.Request) *Answer) {\n\tanswer := handler(r)\n\tif answer.err != nil {\n\t\thttp.Error(w, \"no\", answer.code)\n\t\treturn\n\t}\n\tjson.NewEncoder(w).Encode(answer.data)\n}\n";
        let routes = "package api\n\nfunc routes(r *mux.Router) {\n\tr.HandleFunc(\"/a\", simple(a))\n\tr.HandleFunc(\"/b\", simple(b))\n}\n";
        let with = |wrapper: &str| at(&[("util.go", wrapper), ("routes.go", routes)], 3);
        assert_eq!(with(wrapper), Some(Some((3, 3))));
        assert_eq!(with(&wrapper.replace("handle(w, r, handler)", "handle(w, r, other)")), None);
    }

    #[test]
    fn a_function_of_go_that_looks_into_each_error_for_its_answer() {
        let failed = "package web\n\nfunc Failed(w http.ResponseWriter, r *http.Request, err error) {\n\tif errors.Is(err, ErrMissing) {\n\t\tw.WriteHeader(404)\n\t\treturn\n\t}\n\tw.WriteHeader(500)\n}\n";
        let called = "package users\n\nfunc all(w http.ResponseWriter, r *http.Request) { web.Failed(w, r, err) }\nfunc one(w http.ResponseWriter, r *http.Request) { web.Failed(w, r, err) }\n";
        let with = |failed: &str, endpoints: usize| at(&[("web.go", failed), ("users.go", called)], endpoints);
        assert_eq!(with(failed, 3), Some(Some((3, 3))));
        assert_eq!(with(failed, 8), None);
        assert_eq!(with(&failed.replace("errors.Is(err, ErrMissing)", "err != nil"), 3), None);
        assert_eq!(with(&failed.replace("err error)", "status int)"), 3), None);
    }

    #[test]
    fn a_function_of_go_that_asks_which_error_it_is_given() {
        let failed = |asked: &str| {
            format!(
                "package web\n\nfunc failed(w http.ResponseWriter, r *http.Request, err error) {{\n\t{asked}\n\thttp.Error(w, err.Error(), 400)\n}}\n"
            )
        };
        let called = "package web\n\nfunc all(w http.ResponseWriter, r *http.Request) { failed(w, r, err) }\nfunc one(w http.ResponseWriter, r *http.Request) { failed(w, r, err) }\n";
        let with = |asked: &str| at(&[("web.go", &failed(asked)), ("users.go", called)], 3);
        let known = "if known, ok := err.(*Refused); ok { http.Error(w, known.Error(), known.Code); return }";
        assert_eq!(with(known), Some(Some((3, 3))));
        assert_eq!(
            with("if strings.Contains(err.Error(), \"none\") { http.Error(w, \"\", 404); return }"),
            Some(Some((3, 3)))
        );
        assert_eq!(with("log.Println(err)"), None);
    }

    #[test]
    fn a_function_of_go_that_gives_the_code_and_the_body_for_an_error() {
        let answer = "package web\n\nfunc Answer[T any](err error, given ...*T) (code int, body any) {\n\tcode = 500\n\tif refused, ok := err.(*Refused); ok {\n\t\treturn refused.Code, refused\n\t}\n\treturn\n}\n";
        let called = "package users\n\nfunc all(c *fiber.Ctx) error { code, body := web.Answer[any](err); return c.Status(code).JSON(body) }\nfunc one(c *fiber.Ctx) error { code, body := web.Answer(err, input); return c.Status(code).JSON(body) }\nfunc two(c *fiber.Ctx) error { code, body := web.Answer(err, input); return c.Status(code).JSON(body) }\n";
        let with = |answer: &str, endpoints: usize| at(&[("web.go", answer), ("users.go", called)], endpoints);
        assert_eq!(with(answer, 6), Some(Some((3, 3))));
        assert_eq!(with(answer, 8), None);
        assert_eq!(with(&answer.replace("err.(*Refused)", "given[0], true"), 3), None);
        assert_eq!(with(&answer.replace("(code int, body any)", "(code int)"), 3), None);
    }

    #[test]
    fn a_method_of_csharp_that_results_are_made_into_answers_by() {
        let extension = "static class Answers\n{\n    public static IActionResult ToAnswer(this Result result)\n    {\n        switch (result.Status)\n        {\n            case Status.Missing: return new NotFoundObjectResult(result.Errors);\n            default: return new BadRequestObjectResult(result.Errors);\n        }\n    }\n}\n";
        let actions = "class UsersController : ControllerBase\n{\n    public IActionResult All() => list().ToAnswer();\n    public IActionResult One() => get().ToAnswer();\n}\n";
        let with = |extension: &str, endpoints: usize| {
            at(&[("Answers.cs", extension), ("UsersController.cs", actions)], endpoints)
        };
        assert_eq!(with(extension, 3), Some(Some((3, 3))));
        assert_eq!(with(extension, 8), None);
        assert_eq!(with(&extension.replace("this Result", "Result"), 3), None);
        assert_eq!(with(&extension.replace("IActionResult ToAnswer", "string ToAnswer"), 3), None);
    }

    #[test]
    fn a_function_that_handlers_of_javascript_are_given_to() {
        let wrapper = "import { NextResponse } from 'next/server';\n\nexport function withErrors(handler: Handler) {\n  return async (request: Request) => {\n    try {\n      return await handler(request);\n    } catch (error) {\n      return NextResponse.json({ error: 'failed' }, { status: 500 });\n    }\n  };\n}\n";
        let routes = "export const GET = withErrors(async () => list());\nexport const POST = withErrors(async (request) => add(request));\n";
        let with = |wrapper: &str| at(&[("lib/errors.ts", wrapper), ("app/api/users/route.ts", routes)], 3);
        assert_eq!(with(wrapper), Some(Some((3, 3))));
        let arrow = wrapper.replace(
            "export function withErrors(handler: Handler) {\n  return",
            "export const withErrors = (handler: Handler) => {\n  return",
        );
        assert_eq!(with(&arrow), Some(Some((3, 3))));
        assert_eq!(
            with(&wrapper.replace("NextResponse.json({ error: 'failed' }, { status: 500 })", "log(error)")),
            None
        );
        assert_eq!(with(&wrapper.replace("await handler(request)", "await other(request)")), None);
        assert_eq!(with(&wrapper.replace("return NextResponse", "next(error); return NextResponse")), None);
    }

    #[test]
    fn a_function_that_results_of_rust_are_given_to() {
        let wrapper = "fn respond<T: Serialize>(result: Result<T, Failure>) -> HttpResponse {\n    match result {\n        Ok(it) => HttpResponse::Ok().json(it),\n        Err(failure) => HttpResponse::build(failure.status()).finish(),\n    }\n}\n";
        let routes = "async fn a() -> HttpResponse { respond(list().await) }\nasync fn b() -> HttpResponse { respond(get().await) }\n";
        let with = |wrapper: &str| at(&[("src/respond.rs", wrapper), ("src/routes.rs", routes)], 2);
        assert_eq!(with(wrapper), Some(Some((1, 1))));
        assert_eq!(with(&wrapper.replace("-> HttpResponse {", "-> String {")), None);
        assert_eq!(at(&[("src/respond.rs", wrapper), ("src/routes.rs", routes)], 9), None);
    }

    #[test]
    fn a_decorator_of_python_that_answers_whatever_is_raised() {
        let wrapper = "def answered(view):\n    @wraps(view)\n    def inner(*args):\n        try:\n            return view(*args)\n        except Exception as error:\n            return jsonify(error=str(error)), 500\n    return inner\n";
        let routes = "@app.get('/a')\n@answered\ndef a():\n    return b()\n\n@app.get('/c')\n@answered\ndef c():\n    return d()\n";
        let with = |wrapper: &str| at(&[("errors.py", wrapper), ("app.py", routes)], 2);
        assert_eq!(with(wrapper), Some(Some((1, 1))));
        assert_eq!(with(&wrapper.replace("except Exception as error", "except KeyError")), None);
        assert_eq!(with(&wrapper.replace("return view(*args)", "return other()")), None);
    }
}
