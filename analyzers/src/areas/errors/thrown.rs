//! Codes of errors that are thrown or made, for somebody else to answer.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::{CodeMatch, Language};

/// So far it is followed backwards what a code is part of, in characters.
const FARTHEST: usize = 400;

/// Whether the status belongs to an exception that is thrown, and not to an answer.
pub(super) fn is_thrown(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let before = text[statement(text, found.bytes.start)..found.bytes.end].trim_start();
    let declares_an_exception = || {
        // `@ResponseStatus(HttpStatus.NOT_FOUND) class Missing extends RuntimeException`
        let declaration = text[found.bytes.end..].split('{').next().unwrap_or_default();
        declaration.contains("class ")
            && ["Exception", "Throwable", "Error"].iter().any(|word| declaration.contains(word))
    };
    [
        "throw ",
        "raise ",
        "abort(",
        "_object_or_404(",
        "_list_or_404(",
        "echo.NewHTTPError(",
        "fiber.NewError(",
        "ResponseStatusException(",
        "ctx.throw(",
    ]
    .iter()
    .any(|word| before.contains(word))
        || before.starts_with("@ResponseStatus") && declares_an_exception()
        || is_of_an_exception(text, found)
}

/// Whether the code is of an error of Go that somebody else answers, as a field (`&Problem{Status: http.StatusNotFound}`)
/// or as what its constructor is given (`NewProblem("none", http.StatusNotFound)`).
pub(super) fn is_of_an_error(repo: &Snapshot, found: &CodeMatch) -> bool {
    const ANSWERS: &[&str] = &["json", "encode", "render", "respond", "write", "send", "abort", "reply"];
    let text = repo.text(&found.path).unwrap_or_default();
    let before = text[..found.bytes.start].trim_end();
    if found.language != Language::Go {
        return false;
    }
    if !before.ends_with(':') {
        return is_given_to_a_constructor(before);
    }
    let name = |at: usize| {
        let rest = before[..at].trim_end();
        let start = rest.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.')).len();
        rest[start..].to_ascii_lowercase()
    };
    let (mut depth, mut is_error) = (0_usize, false);
    for (at, c) in before.char_indices().rev().take(FARTHEST) {
        match c {
            ')' | '}' => depth += 1,
            '(' | '{' if depth > 0 => depth -= 1,
            '{' if is_error => break,
            '{' => {
                let kind = name(at);
                is_error = ["err", "problem", "fault", "fail"].iter().any(|word| kind.contains(word))
                    && !["resp", "reply", "answer"].iter().any(|word| kind.contains(word));
                if !is_error {
                    return false;
                }
            }
            '(' => return is_error && !ANSWERS.iter().any(|word| name(at).contains(word)),
            _ => {}
        }
    }
    is_error
}

/// Whether the status stands in a class of exceptions that the framework answers: `class Taken(HTTPException)`.
fn is_of_an_exception(text: &str, found: &CodeMatch) -> bool {
    static BASE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^[^{;]*?class\s+\w+[^{;]*?\b\w*(?:HTTPException|HttpException|APIException|ApiException|ResponseStatusException)\b",
        )
    });
    let class = found.scopes.iter().rev().find(|scope| scope.kind.contains("class"));
    class.and_then(|class| text.get(class.bytes.start..found.bytes.start)).is_some_and(|before| {
        // The head ends with its line in Python, and with a brace elsewhere.
        let head = if found.language == Language::Python { before.lines().next().unwrap_or_default() } else { before };
        BASE.is_match(head)
    })
}

/// Where the line begins on which the call was opened that `at` is in, or the line of `at` itself.
fn statement(text: &str, at: usize) -> usize {
    let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut depth = 0_usize;
    for (index, c) in text[..at].char_indices().rev().take(FARTHEST) {
        match c {
            ')' | '}' => depth += 1,
            '(' | '{' if depth > 0 => depth -= 1,
            '(' => return line_of(index),
            // An object that is handed over, and not a block.
            '{' if text[..index].trim_end().ends_with(['(', ',', ':']) => {}
            '{' => break,
            ';' if depth == 0 => break,
            _ => {}
        }
    }
    line_of(at)
}

/// Whether the call that is open at the end of `before` makes an error of Go. One that is given a request answers it.
fn is_given_to_a_constructor(before: &str) -> bool {
    static OPEN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?:(?-u:\b)[0-9A-Za-z_]+\.)?(?-u:\b)[nN]ew([0-9A-Za-z_]*)\(\s*([^(){};]*)$"));
    let start = before.floor_char_boundary(before.len().saturating_sub(FARTHEST));
    OPEN.captures(&before[start..]).is_some_and(|found| {
        let made = found[1].to_ascii_lowercase();
        let first = found[2].split(',').next().unwrap_or_default().trim();
        ["err", "problem", "fault", "fail"].iter().any(|word| made.contains(word))
            && !["resp", "reply", "answer"].iter().any(|word| made.contains(word))
            && !matches!(first, "c" | "ctx" | "w" | "context" | "rw")
    })
}

#[cfg(test)]
mod tests {
    use crate::areas::api::Surface;
    use crate::areas::errors::answers::of_routes;
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn a_code_in_a_class_of_exceptions_belongs_to_what_is_thrown() {
        let of = |base: &str| {
            let app = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\ndef a():\n    raise Taken()\n@app.get('/b')\ndef b():\n    raise Gone()\n";
            let class = |name: &str, code: u32| {
                format!(
                    "class {name}({base}):\n    def __init__(self):\n        super().__init__(status_code={code}, detail='no')\n\n\n"
                )
            };
            let classes = format!("{}{}", class("Taken", 409), class("Gone", 404));
            handling(&[("requirements.txt", "fastapi\n"), ("app.py", app), ("errors.py", &classes)])
        };
        assert_eq!(of("HTTPException"), "framework_default");
        assert_eq!(of("exceptions.HTTPException"), "framework_default");
        assert_eq!(of("JSONResponse"), "adhoc");
    }

    #[test]
    fn an_error_of_go_with_a_code_is_made_and_not_answered() {
        let of = |service: &str| {
            let app = "package main\nimport \"github.com/gin-gonic/gin\"\nfunc main() {\n\tr := gin.New()\n\tr.GET(\"/a\", a)\n}\nfunc a(c *gin.Context) { c.JSON(http.StatusBadRequest, nil) }\n";
            let service = format!("package b\nfunc f() error {{\n\t{service}\n}}\n");
            let repo = [("main.go", app), ("b/b.go", service.as_str())];
            let repo =
                repo.iter().fold(crate::snapshot::fixture::Fixture::new(), |it, (path, text)| it.file(path, text));
            let repo = repo.snapshot();
            let server = crate::areas::observability::server::Server::of(&repo);
            of_routes(&repo, &server, &Surface::of(&repo).endpoints).len()
        };
        assert_eq!(
            of("return errors.New(errors.Input{\n\t\tMessage: \"a\",\n\t\tStatus: http.StatusNotFound,\n\t})"),
            1
        );
        assert_eq!(of("return &Problem{Status: http.StatusNotFound}"), 1);
        assert_eq!(of("return NewProblem(\"none\", http.StatusNotFound, nil)"), 1);
        assert_eq!(of("NewErrorResponse(c, http.StatusNotFound)"), 2);
        assert_eq!(of("NewProblem(c, http.StatusNotFound)"), 2);
        assert_eq!(of("c.JSON(code, ErrorBody{Status: http.StatusNotFound})"), 2);
        assert_eq!(of("c.Status(http.StatusNotFound)"), 2);
    }
}
