//! Which errors a handler takes: all of them, or those of a few classes.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::areas::api::failures;
use crate::code::{CodeMatch, Language};
use crate::snapshot::paths::is_aside;

/// Classes of which all errors are, or all that a framework answers.
const ALL: &[&str] = &[
    "Throwable",
    "Exception",
    "Error",
    "RuntimeException",
    "StandardError",
    "BaseException",
    "HttpException",
    "HttpExceptionInterface",
    "HTTPException",
    "StarletteHTTPException",
    "APIException",
    "InternalServerError",
    "500",
    "default",
];

/// Whoever names so many classes means to answer whatever the program knows.
const MANY: usize = 3;

/// Where every handler in `central` takes only errors of a few classes, and others are left to somebody else.
pub(super) fn is_partial(repo: &Snapshot, central: &[&CodeMatch]) -> bool {
    // What only registers a handler says nothing of its own where the handler is seen.
    let registers = |found: &CodeMatch| {
        let text = source(repo, found);
        ["APP_FILTER", "ErrorRequestHandler"].contains(&text) || text.contains("useGlobalFilters")
    };
    let handlers: Vec<&CodeMatch> = central.iter().copied().filter(|found| !registers(found)).collect();
    let Some(limited) = handlers.iter().map(|found| classes(repo, found)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let handled: BTreeSet<String> = limited.into_iter().flatten().collect();
    if handlers.is_empty() || handled.iter().any(|class| ALL.contains(&class.as_str()) || is_base(repo, class)) {
        return false;
    }
    let named = handled.iter().filter(|class| !class.starts_with(|c: char| c.is_ascii_digit())).count();
    let answered_elsewhere =
        || failures(repo).iter().any(|found| !is_aside(&found.path) && handlers.iter().all(|it| it.path != found.path));
    // Two that Rails raises by itself are all that most of its programs know of.
    let is_pair = named == 2 && handlers.iter().all(|found| found.language == Language::Ruby);
    let own = own_classes(repo);
    let covers = is_pair || !own.is_empty() && own.is_subset(&handled);
    named < MANY && !(covers && !answered_elsewhere())
}

/// The classes that a handler takes; `None` where it takes all errors, or that can't be told.
fn classes(repo: &Snapshot, found: &CodeMatch) -> Option<Vec<String>> {
    let text = repo.text(&found.path)?;
    let source = source(repo, found);
    match found.language {
        Language::Python => of_python(source),
        Language::Ruby => of_ruby(source),
        Language::Php => of_php(text, source),
        Language::Java => of_java(text),
        Language::Kotlin => of_kotlin(repo, text, source),
        Language::Rust => of_rust(text, source),
        Language::JavaScript | Language::TypeScript | Language::Tsx => of_javascript(source),
        _ => None,
    }
}

/// `@app.errorhandler(NotFound)`, `app.add_exception_handler(NotFound, failed)`.
fn of_python(source: &str) -> Option<Vec<String>> {
    let (_, rest) = ["errorhandler(", "register_error_handler(", "exception_handler("]
        .iter()
        .find_map(|call| source.split_once(call))?;
    let class = rest.split([',', ')']).next()?.trim();
    Some(vec![class.rsplit('.').next().unwrap_or(class).to_owned()])
}

/// `rescue_from NotFound, Invalid, with: :failed`, `error 404 do`, `error NotFound do`.
fn of_ruby(source: &str) -> Option<Vec<String>> {
    let classes = source.strip_prefix("rescue_from").or_else(|| source.strip_prefix("error "))?;
    let classes = [" do", "with:", "{", "\n"].iter().fold(classes, |text, end| text.split(end).next().unwrap_or(text));
    let names: Vec<String> = classes
        .split(',')
        .map(|name| name.trim().trim_matches(['(', ')', '"', '\'']))
        .filter(|name| !name.is_empty())
        .map(|name| name.rsplit("::").next().unwrap_or(name).to_owned())
        .collect();
    // `error do` is for all; a list that a constant or a splat holds can't be read.
    (!names.is_empty() && names.iter().all(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric())))
        .then_some(names)
}

/// A listener of Symfony that answers only where the exception is of a class, and Laravel's closures with a class.
fn of_php(text: &str, source: &str) -> Option<Vec<String>> {
    static TYPED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^[^(]*\(\s*(?:static )?(?:function|fn)\s*\(\s*\\?([\w\\|]+) \$").expect("a constant pattern")
    });
    static INSTANCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\binstanceof\s+\\?([\w\\]+)").expect("a constant pattern"));
    static LEAVES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"if\s*\(\s*!\s*\(?\s*\$[^{};]*\binstanceof\b[^{};]*\)\s*\{?\s*return\s*;")
            .expect("a constant pattern")
    });
    if source.contains("$exceptions->") || source.contains("renderable(") {
        let (start, _) = source
            .match_indices("->")
            .find(|(at, _)| ["->render(", "->renderable("].iter().any(|call| source[*at..].starts_with(call)))?;
        let class = TYPED.captures(&source[start..])?;
        return Some(class[1].split('|').map(last).collect());
    }
    let is_listener = text.contains("ExceptionEvent") || text.contains("GetResponseForExceptionEvent");
    let answers: Vec<usize> = text.match_indices("->setResponse(").map(|(at, _)| at).collect();
    if !is_listener || answers.is_empty() {
        return None;
    }
    let asks = |at: &usize| condition(text, *at).is_some_and(|condition| condition.contains("instanceof"));
    (LEAVES.is_match(text) || answers.iter().all(asks))
        .then(|| INSTANCE.captures_iter(text).map(|found| last(&found[1])).collect())
}

/// Advice that names its classes and none that stands for all.
fn of_java(text: &str) -> Option<Vec<String>> {
    static HANDLER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"@ExceptionHandler\s*(?:\(([^)]*)\))?|\bExceptionMapper<(\w+)>").expect("a constant pattern")
    });
    const MARKS: &[&str] = &[
        "Exception.class",
        "Throwable",
        "Exception e",
        "ResponseEntityExceptionHandler",
        "ProblemDetail",
        "ErrorController",
        "ErrorWebExceptionHandler",
    ];
    let is_word = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric());
    if MARKS.iter().any(|all| text.match_indices(all).any(|(at, _)| is_word(at))) {
        return None;
    }
    let mut classes = Vec::new();
    for (index, found) in HANDLER.captures_iter(text).enumerate() {
        match found.get(1).or_else(|| found.get(2)) {
            Some(list) => classes.extend(list.as_str().split(',').map(|class| {
                let class = class.trim().trim_matches(['{', '}', ' ']).trim_start_matches("value = ");
                last(class.trim_end_matches(".class").trim_matches(['{', '}', ' ']))
            })),
            // The parameter says which.
            None => classes.push(format!("Parameter{index}")),
        }
    }
    Some(classes)
}

/// `install(StatusPages) { exception<NotFound> { … } }`, here or in a function elsewhere.
fn of_kotlin(repo: &Snapshot, text: &str, source: &str) -> Option<Vec<String>> {
    static EXCEPTION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\bexception<([\w.]+)>").expect("a constant pattern"));
    if source != "StatusPages" {
        return if source.starts_with('@') { of_java(&text.replace("::class", ".class")) } else { None };
    }
    let texts = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".kt") && !is_aside(&file.path));
    let classes: Vec<String> =
        texts.flat_map(|(_, text)| EXCEPTION.captures_iter(text).map(|found| last(&found[1]))).collect();
    let has_status = text.contains("status(");
    (!classes.is_empty() || has_status).then_some(classes)
}

/// `#[catch(404)]`, actix' handlers of statuses, and a layer for what panics.
fn of_rust(text: &str, source: &str) -> Option<Vec<String>> {
    if let Some((_, rest)) = source.split_once("#[catch(") {
        return Some(vec![rest.split([')', ',']).next()?.trim().to_owned()]);
    }
    if source.contains("CatchPanicLayer") {
        return Some(vec!["Panic".to_owned()]);
    }
    if !source.contains("ErrorHandlers::new") || text.contains("default_handler") {
        return None;
    }
    let statuses = text.split(".handler(").skip(1).filter_map(|rest| rest.split([',', ')']).next());
    let statuses = statuses.map(|status| status.rsplit("::").next().unwrap_or(status).trim().to_owned());
    Some(
        statuses
            .map(|status| if status == "INTERNAL_SERVER_ERROR" { "500".to_owned() } else { format!("4 {status}") })
            .collect(),
    )
}

/// Nest's `@Catch(NotFound)`, and a middleware of Express that answers under a condition and hands on the others.
fn of_javascript(source: &str) -> Option<Vec<String>> {
    if let Some(rest) = source.strip_prefix("@Catch(") {
        let classes: Vec<String> = rest.trim_end_matches(')').split(',').map(|class| last(class.trim())).collect();
        return classes.iter().all(|class| !class.is_empty()).then_some(classes);
    }
    static ANSWER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b(res|response)\s*\.\s*(status|json|send|sendStatus|render|end)\(").expect("a constant pattern")
    });
    static HANDS_ON: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\bnext\(\s*\w+\s*\)").expect("a constant pattern"));
    let answers: Vec<usize> = ANSWER.find_iter(source).map(|found| found.start()).collect();
    let asks = |at: &usize| {
        condition(source, *at).is_some_and(|condition| {
            condition.starts_with("if")
                && ["instanceof", ".name ===", ".code ===", ".type ==="].iter().any(|it| condition.contains(it))
        })
    };
    (!answers.is_empty() && HANDS_ON.is_match(source) && answers.iter().all(asks)).then(|| vec!["Condition".to_owned()])
}

/// What stands before the innermost block around `at` that is one of a condition.
fn condition(text: &str, at: usize) -> Option<&str> {
    let mut depth = 0_usize;
    for (brace, c) in text[..at].char_indices().rev() {
        match c {
            '}' => depth += 1,
            '{' if depth > 0 => depth -= 1,
            '{' => {
                let start = text[..brace].rfind(['\n', ';', '}']).map_or(0, |start| start + 1);
                let before = text[start..brace].trim();
                // The object that is answered is a block as well.
                if before.starts_with("if") || before.starts_with("else") || before.ends_with("else") {
                    return Some(before);
                }
                if before.contains("function") || before.ends_with("=>") || before.is_empty() {
                    return None;
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether other classes of the program are made from `class`.
fn is_base(repo: &Snapshot, class: &str) -> bool {
    let made = |line: &str| {
        line.split_once("class ").is_some_and(|(_, rest)| {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            rest.match_indices(class).any(|(at, _)| {
                at > 0 && !rest[..at].ends_with(is_part) && !rest[at + class.len()..].starts_with(is_part)
            })
        })
    };
    class.len() > 2
        && repo
            .tree()
            .own_texts()
            .any(|(file, text)| Language::of(&file.path).is_some() && text.contains(class) && text.lines().any(made))
}

/// The classes of errors that the program itself declares.
fn own_classes(repo: &Snapshot) -> BTreeSet<String> {
    static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?m)^[ \t]*(?:[a-z]+ )*class (\w+)\s*(?:\([^\n]*\))?\s*(?:\(|<|extends|:)[^\n]*(?:Exception|Error)\b",
        )
        .expect("a constant pattern")
    });
    let is_handler =
        |name: &str| ["Handler", "Listener", "Filter", "Mapper", "Subscriber"].iter().any(|end| name.ends_with(end));
    repo.tree()
        .own_texts()
        .filter(|(file, _)| Language::of(&file.path).is_some() && !is_aside(&file.path))
        .filter(|(_, text)| text.contains("class ") && (text.contains("Exception") || text.contains("Error")))
        .flat_map(|(_, text)| DECLARED.captures_iter(text).map(|found| found[1].to_owned()))
        .filter(|name| !is_handler(name))
        .collect()
}

fn source<'a>(repo: &'a Snapshot, found: &CodeMatch) -> &'a str {
    repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default()
}

fn last(name: &str) -> String {
    name.rsplit(['.', '\\']).next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::central::finding;
    use crate::areas::observability::server::Server;
    use crate::snapshot::fixture::Fixture;

    /// The word for how errors are handled, with these files.
    fn handling(files: &[(&str, &str)]) -> String {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        finding(&repo, &Server::of(&repo)).facts()["handling"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_listener_of_symfony_for_one_class() {
        let controller = "<?php\nnamespace App\\Controller;\nuse Symfony\\Component\\Routing\\Annotation\\Route;\nclass A {\n  #[Route('/a', methods: ['GET'])]\n  public function a() { return $this->json([]); }\n}\n";
        let of = |body: &str| {
            let listener = format!(
                "<?php\nuse Symfony\\Component\\HttpKernel\\Event\\ExceptionEvent;\nclass Failed {{\n  public function onKernelException(ExceptionEvent $event): void {{\n    $e = $event->getThrowable();\n{body}  }}\n}}\n"
            );
            handling(&[("src/Controller/A.php", controller), ("src/EventListener/Failed.php", &listener)])
        };
        let answer = "    $event->setResponse(new JsonResponse(['error' => $e->getMessage()], 400));\n";
        assert_eq!(of(answer), "central");
        assert_eq!(of(&format!("    if ($e instanceof Missing) {{\n{answer}    }}\n")), "partial");
        assert_eq!(of(&format!("    if (!$e instanceof Missing) {{\n      return;\n    }}\n{answer}")), "partial");
        assert_eq!(
            of(&format!("    if (!$e instanceof HttpExceptionInterface) {{\n      return;\n    }}\n{answer}")),
            "central"
        );
        assert_eq!(
            of(&format!("    if ($e instanceof Missing) {{\n{answer}    }} else {{\n{answer}    }}\n")),
            "central"
        );
    }

    #[test]
    fn a_base_class_of_the_programs_own_is_all_that_it_knows() {
        let app = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\ndef a():\n    return b()\n";
        let of = |class: &str, errors: &str| {
            let handler = format!(
                "{app}@app.exception_handler({class})\ndef failed(request, error):\n    return JSONResponse({{}})\n"
            );
            handling(&[("app.py", &handler), ("errors.py", errors)])
        };
        let errors = "class ShopError(Exception):\n    pass\n\nclass Missing(ShopError):\n    pass\n";
        assert_eq!(of("ShopError", errors), "central");
        assert_eq!(of("Missing", errors), "partial");
        assert_eq!(of("RequestValidationError", ""), "partial");
        assert_eq!(of("Exception", ""), "central");
    }

    #[test]
    fn statuses_that_actix_and_rocket_answer() {
        let route = "use actix_web::*;\n#[get(\"/a\")]\nasync fn a() -> impl Responder { \"a\" }\n";
        let with = |handlers: &str| {
            format!("{route}fn app() {{ App::new().wrap(ErrorHandlers::new(){handlers}).service(a); }}\n")
        };
        assert_eq!(handling(&[("src/main.rs", &with(".handler(StatusCode::NOT_FOUND, missing)"))]), "partial");
        assert_eq!(handling(&[("src/main.rs", &with(".default_handler(failed)"))]), "central");
        let rocket = "use rocket::*;\n#[get(\"/a\")]\nfn a() -> &'static str { \"a\" }\n";
        let catch = |code: &str| format!("{rocket}#[catch({code})]\nfn failed() -> &'static str {{ \"b\" }}\n");
        assert_eq!(handling(&[("src/main.rs", &catch("404"))]), "partial");
        assert_eq!(handling(&[("src/main.rs", &catch("500"))]), "central");
    }

    #[test]
    fn a_middleware_of_express_that_hands_on_the_others() {
        let of = |body: &str| {
            let app = format!(
                "const app = require('express')();\napp.get('/a', a);\napp.use((err, req, res, next) => {{\n{body}\n}});\n"
            );
            handling(&[("package.json", r#"{"dependencies": {"express": "4"}}"#), ("app.js", &app)])
        };
        let one = "  if (err.name === 'UnauthorizedError') {\n    return res.status(401).json({ error: 'who are you' });\n  }\n";
        assert_eq!(of(&format!("{one}  next(err);")), "partial");
        assert_eq!(of(&format!("{one}  res.status(500).json({{}});")), "central");
        assert_eq!(of("  if (res.headersSent) return next(err);\n  res.status(500).json({});"), "central");
    }

    #[test]
    fn filters_and_pages_for_single_classes() {
        let nest = "@Controller('a')\nclass A {\n  @Get() a() { return 1; }\n}\n";
        let of = |class: &str| {
            let filter = format!(
                "@Catch({class})\nexport class Failed implements ExceptionFilter {{ catch(e, host) {{ host.end(); }} }}\n"
            );
            let main = "app.useGlobalFilters(new Failed());\n";
            let package = r#"{"dependencies": {"@nestjs/core": "10"}}"#;
            handling(&[("package.json", package), ("a.controller.ts", nest), ("failed.ts", &filter), ("main.ts", main)])
        };
        assert_eq!(of(""), "central");
        assert_eq!(of("HttpException"), "central");
        assert_eq!(of("PrismaClientKnownRequestError"), "partial");
    }
}
