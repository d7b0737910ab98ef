//! What clauses that catch errors are to routes.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::narrow::source;
use crate::Snapshot;
use crate::code::{CodeMatch, Language};

/// Whether a clause of a route throws an answer of its own instead of what it caught: `catch (e) { throw new
/// ConflictException() }`.
pub(super) fn turns_into_an_answer(repo: &Snapshot, found: &CodeMatch) -> bool {
    static THROWN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?-u:\b)throw\s+new\s+[0-9A-Za-z_]*Exception\(|(?-u:\b)raise\s+(?:[0-9A-Za-z_]+\.)?HTTPException\(")
    });
    let clause = source(repo, found);
    let is_clause = clause.starts_with("catch") || clause.starts_with("except");
    matches!(found.language, Language::TypeScript | Language::Python) && is_clause && THROWN.is_match(clause)
}

/// Whether a clause only lets through what it caught, after a word in the log: `catch (Exception) { throw; }`, or one of
/// Go gives it back.
pub(super) fn hands_on(repo: &Snapshot, found: &CodeMatch) -> bool {
    static GIVES_BACK: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^if [^{]*\{\s*return\s+(?:[\w.&{}\x22]+,\s*)*(?:\w*[eE]rr|fmt\.Errorf\([^\n]*\)|errors\.\w+\([^\n]*\))\s*\}$",
        )
    });
    let clause = source(repo, found);
    match found.language {
        Language::Go => GIVES_BACK.is_match(clause),
        Language::Python => {
            clause.lines().last().is_some_and(|line| line.trim() == "raise")
                && !["return ", "HTTPException", "abort("].iter().any(|word| clause.contains(word))
        }
        Language::Rust | Language::Ruby => false,
        _ => throws_on(clause),
    }
}

/// Whether a clause of Go gives an answer back to whoever called, and writes none: `return BadRequest(err)`.
pub(super) fn is_given_back(repo: &Snapshot, found: &CodeMatch) -> bool {
    const WRITES: &[&str] = &["w.", "(w", "rw.", "(rw", "c.", "(c", "ctx.", "(ctx", "http.Error(", "render."];
    let clause = source(repo, found);
    found.language == Language::Go
        && clause.starts_with("if ")
        && clause.contains("return ")
        && !WRITES.iter().any(|word| clause.contains(word))
}

/// Whether a clause in braces ends with throwing what it caught, and does nothing before but write it down.
fn throws_on(clause: &str) -> bool {
    static THROWS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^throw(?:\s+\$?\w+)?$"));
    static NOTES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^(?:await\s+)?[\w$.\\>-]*(?i:log|console|trace|debug|print|report|sentry|capture)[\w$.:>-]*\(")
    });
    let body = clause.strip_prefix("catch").and_then(|rest| rest.split_once('{')).map(|(_, body)| body);
    let Some(body) = body.and_then(|body| body.trim_end().strip_suffix('}')) else { return false };
    let lines = body.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    let code: String = lines.flat_map(|line| [line, "\n"]).collect();
    let end = if code.contains(';') { ';' } else { '\n' };
    let mut statements = code.split(end).map(str::trim).filter(|statement| !statement.is_empty());
    let last = statements.next_back();
    last.is_some_and(|last| THROWS.is_match(last)) && statements.all(|statement| NOTES.is_match(statement))
}

/// Whether a clause of Python stands in what is run when the program starts or stops, and not for a request, or one of Go
/// ends the program.
pub(super) fn is_of_start(repo: &Snapshot, found: &CodeMatch) -> bool {
    if found.language == Language::Go {
        let clause = source(repo, found);
        return [".Fatal(", ".Fatalf(", ".Fatalln(", ".Fatalw(", ".Fatal()", "os.Exit(", "panic("]
            .iter()
            .any(|it| clause.contains(it));
    }
    if found.language != Language::Python {
        return false;
    }
    let text = repo.text(&found.path).unwrap_or_default();
    found.functions.iter().any(|function| {
        let above = text[..function.bytes.start].trim_end().rsplit('\n').next().unwrap_or_default().trim();
        let head = text[function.bytes.clone()].split(['(', ':']).next().unwrap_or_default();
        above.contains("asynccontextmanager")
            || above.contains(".on_event(")
            || head.ends_with(" lifespan")
            || head.ends_with(" startup")
            || head.ends_with(" shutdown")
    })
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn controllers_of_nest_that_turn_what_they_catch_into_answers() {
        let of = |caught: &str| {
            let controller = format!(
                "@Controller('a')\nexport class A {{\n  @Post() a() {{ try {{ return b(); }} catch (e) {{ {caught} }} }}\n}}\n"
            );
            handling(&[
                ("package.json", r#"{"dependencies": {"@nestjs/core": "10"}}"#),
                ("a.controller.ts", &controller),
            ])
        };
        assert_eq!(of("if (e instanceof Taken) throw new ConflictException(e.message); throw e;"), "adhoc");
        assert_eq!(of("log(e); throw e;"), "framework_default");
    }

    #[test]
    fn what_is_only_thrown_on_is_answered_by_whoever_takes_it() {
        let csharp = |caught: &str| {
            let actions: String = (0..3)
                .map(|at| format!("  [HttpGet(\"{at}\")]\n  public IActionResult A{at}()\n  {{\n    try {{ return Ok(b()); }}\n    {caught}\n  }}\n"))
                .collect();
            let class = format!(
                "[ApiController]\n[Route(\"a\")]\npublic class AController : ControllerBase\n{{\n{actions}}}\n"
            );
            let program = "var app = WebApplication.CreateBuilder(args).Build();\napp.MapControllers();\napp.Run();\n";
            handling(&[
                ("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n"),
                ("Program.cs", program),
                ("Controllers/AController.cs", &class),
            ])
        };
        assert_eq!(csharp("catch (Exception)\n    {\n      throw;\n    }"), "framework_default");
        assert_eq!(csharp("catch (Exception e) { _logger.LogError(e, \"no\"); throw; }"), "framework_default");
        assert_eq!(csharp("catch (Exception e) { return StatusCode(500); }"), "adhoc");
        assert_eq!(csharp("catch (Exception e) { Answer(e); throw; }"), "adhoc");
        assert!(super::throws_on("catch (e) {\n  // who asks\n  console.error(e)\n  throw e\n}"));
        assert!(super::throws_on("catch (\\Exception $e) { $this->logger->error($e); throw $e; }"));
        assert!(!super::throws_on("catch (e) { throw new Refused(e); }"));
    }

    #[test]
    fn what_ends_a_program_of_go_or_is_given_back_is_no_answer() {
        let of = |failed: &str| {
            let main = format!(
                "package main\nimport (\n\t\"net/http\"\n\t\"github.com/go-chi/chi/v5\"\n)\nfunc main() {{\n\tif err := open(); err != nil {{\n\t\tlog.Fatalf(\"no: %v\", err)\n\t}}\n\tr := chi.NewRouter()\n\tr.Get(\"/a\", a)\n}}\nfunc open() error {{\n\tif err := b(); err != nil {{\n\t\treturn fmt.Errorf(\"b: %w\", err)\n\t}}\n\treturn nil\n}}\nfunc a(w http.ResponseWriter, r *http.Request) {{\n\tif err := b(); err != nil {{\n\t\t{failed}\n\t\treturn\n\t}}\n}}\n"
            );
            handling(&[("main.go", &main)])
        };
        assert_eq!(of("http.Error(w, \"no\", http.StatusBadRequest)"), "adhoc");
        assert_eq!(of("panic(err)"), "none");
    }

    #[test]
    fn answers_that_handlers_of_go_give_back_are_written_in_one_place() {
        let of = |failed: &str| {
            let routes: String = (0..4).map(|at| format!("\tr.Get(\"/{at}\", simple(a{at}))\n")).collect();
            let handlers: String = (0..4)
                .map(|at| format!("func a{at}(r *http.Request) *Answer {{\n\tif err := b(); err != nil {{\n\t\t{failed}\n\t}}\n\tif err := d(); err != nil {{\n\t\t{failed}\n\t}}\n\treturn good()\n}}\n"))
                .collect();
            let main = format!(
                "package main\nimport (\n\t\"net/http\"\n\t\"github.com/go-chi/chi/v5\"\n)\nfunc main() {{\n\tr := chi.NewRouter()\n{routes}}}\n{handlers}"
            );
            let wrapper = "package main\n\nfunc simple(f func(r *http.Request) *Answer) http.HandlerFunc {\n\treturn func(w http.ResponseWriter, r *http.Request) {\n\t\tanswer := f(r)\n\t\tw.WriteHeader(answer.code)\n\t}\n}\n";
            handling(&[("main.go", &main), ("answer.go", wrapper)])
        };
        assert_eq!(of("return failed(err)"), "central");
        assert_eq!(of("http.Error(w, \"no\", http.StatusBadRequest)\n\t\treturn nil"), "partial");
    }

    #[test]
    fn what_is_thrown_with_an_object_is_left_to_the_framework() {
        let of = |said: &str| {
            let service = format!("export class B {{ b() {{ {said} }}\n c() {{ {said} }} }}\n");
            let controller = "@Controller('a')\nexport class A {\n  @Post() a() { return this.b.b(); }\n}\n";
            let package = r#"{"dependencies": {"@nestjs/core": "10"}}"#;
            handling(&[("package.json", package), ("a.controller.ts", controller), ("b.ts", &service)])
        };
        let thrown = "throw new HttpException(\n  {\n    error: 'none',\n    after: wait(1),\n  },\n  HttpStatus.TOO_MANY_REQUESTS,\n)";
        assert_eq!(of(thrown), "framework_default");
        assert_eq!(
            of("throw new HttpException({\n  error: 'none',\n  status: HttpStatus.FORBIDDEN,\n}, 403)"),
            "framework_default"
        );
        assert_eq!(of("if (a) {\n return }\n res.status(HttpStatus.FORBIDDEN)"), "adhoc");
    }

    #[test]
    fn what_is_caught_at_the_start_answers_no_request() {
        let of = |route: &str| {
            let app = format!(
                "from contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n\n@asynccontextmanager\nasync def opened(app):\n    try:\n        open_pool()\n    except Exception as e:\n        log(e)\n    yield\n\napp = FastAPI(lifespan=opened)\n@app.get('/a')\ndef a():\n    {route}\n"
            );
            handling(&[("requirements.txt", "fastapi\n"), ("app.py", &app)])
        };
        assert_eq!(of("return b()"), "framework_default");
        assert_eq!(of("try:\n        return b()\n    except KeyError:\n        raise HTTPException(404)"), "adhoc");
    }

    #[test]
    fn a_clause_that_lets_through_what_it_caught_answers_nothing() {
        let of = |caught: &str| {
            let routes: String = (0..3)
                .map(|at| format!("@app.get('/{at}')\ndef r{at}():\n    try:\n        return b()\n    except Exception as e:\n        log(e)\n        {caught}\n\n"))
                .collect();
            handling(&[
                ("requirements.txt", "fastapi\n"),
                ("app.py", &format!("from fastapi import FastAPI\napp = FastAPI()\n{routes}")),
            ])
        };
        assert_eq!(of("raise"), "framework_default");
        assert_eq!(of("return JSONResponse({}, status_code=500)"), "adhoc");
    }

    #[test]
    fn codes_that_a_class_begins_with_and_that_sockets_send_are_no_answers() {
        let app = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\ndef a():\n    return b()\n";
        let base = "class Failed(Exception):\n    def __init__(self, code: HTTPStatus = HTTPStatus.NOT_FOUND):\n        self.code = code\n";
        assert_eq!(
            handling(&[("requirements.txt", "fastapi\n"), ("app.py", app), ("failed.py", base)]),
            "framework_default"
        );
        let gateway = |mark: &str| {
            let gateway =
                format!("{mark}\nexport class G {{ g(to) {{ this.emit(to, 'error', {{ status: 400 }}); }} }}\n");
            let controller = "@Controller('a')\nexport class A {\n  @Get() a() { return 1; }\n}\n";
            let package = r#"{"dependencies": {"@nestjs/core": "10"}}"#;
            handling(&[("package.json", package), ("a.controller.ts", controller), ("g.ts", &gateway)])
        };
        assert_eq!(gateway("@WebSocketGateway(80)"), "framework_default");
        assert_eq!(gateway("@Injectable()"), "adhoc");
    }
}
