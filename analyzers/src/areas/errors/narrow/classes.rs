//! The classes of errors that a handler takes, as each language and its frameworks write them.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::source;
use crate::Snapshot;
use crate::areas::errors::tables;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;

/// So many answers of a text are asked for their condition, which stands no further before them, in bytes.
const MOST_ANSWERS: usize = 200;
const CONDITION: usize = 20_000;

/// A text that is asked for what it takes; of what is not asked a note is left.
struct Asked<'a> {
    repo: &'a Snapshot,
    path: &'a str,
}

/// The classes that a handler takes; `None` where it takes all errors, or that can't be told.
pub(super) fn classes(repo: &Snapshot, found: &CodeMatch) -> Option<Vec<String>> {
    let text = repo.text(&found.path)?;
    let source = source(repo, found);
    let asked = Asked { repo, path: &found.path };
    match found.language {
        Language::Python => of_python(repo, found, source),
        Language::Ruby => of_ruby(source),
        Language::Php => of_php(&asked, text, source),
        Language::Java => of_java(text),
        Language::Kotlin => of_kotlin(repo, text, source),
        Language::Rust => of_rust(text, source),
        Language::JavaScript | Language::TypeScript | Language::Tsx => of_javascript(&asked, source),
        Language::CSharp => of_csharp(&asked, source),
        _ => None,
    }
}

/// `@app.errorhandler(NotFound)`, `app.add_exception_handler(NotFound, failed)`, and tables of such.
fn of_python(repo: &Snapshot, found: &CodeMatch, source: &str) -> Option<Vec<String>> {
    if let Some(table) = source.strip_prefix("exception_handlers") {
        return tables::classes(repo, &found.path, table.trim_start().trim_start_matches('='));
    }
    let (_, rest) = ["errorhandler(", "register_error_handler(", "exception_handler("]
        .iter()
        .find_map(|call| source.split_once(call))?;
    let class = rest.split([',', ')']).next()?.trim();
    let looped = repo.text(&found.path).and_then(|text| tables::looped(text, found.bytes.start, class));
    if let Some(table) = looped {
        return tables::classes(repo, &found.path, table);
    }
    Some(vec![class.rsplit('.').next().unwrap_or(class).to_owned()])
}

/// `rescue_from NotFound, Invalid, with: :failed`, `error 404 do`, `error NotFound do`.
fn of_ruby(source: &str) -> Option<Vec<String>> {
    let classes = source.strip_prefix("rescue_from").or_else(|| source.strip_prefix("error "))?;
    // `error do` and `error 400..599 do` are for all.
    if classes.starts_with("do") || classes.lines().next().is_some_and(|line| line.contains("..")) {
        return None;
    }
    let classes = [" do", "with:", "{", "\n"].iter().fold(classes, |text, end| text.split(end).next().unwrap_or(text));
    let names: Vec<String> = classes
        .split(',')
        .map(|name| name.trim().trim_matches(['(', ')', '"', '\'']))
        .filter(|name| !name.is_empty())
        .map(|name| name.rsplit("::").next().unwrap_or(name).to_owned())
        .collect();
    // A list that a constant or a splat holds can't be read.
    (!names.is_empty() && names.iter().all(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric())))
        .then_some(names)
}

/// A listener of Symfony that answers only where the exception is of a class, and Laravel's closures with a class.
fn of_php(asked: &Asked<'_>, text: &str, source: &str) -> Option<Vec<String>> {
    static TYPED: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^[^(]*\(\s*(?:static )?(?:function|fn)\s*\(\s*\\?([\w\\|]+) \$"));
    static INSTANCE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\binstanceof\s+\\?([\w\\]+)"));
    static LEAVES: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"if\s*\(\s*!\s*\(?\s*\$[^{};]*\binstanceof\b[^{};]*\)\s*\{?\s*return\s*;"));
    if source.contains("xceptions->") || source.contains("renderable(") {
        let (start, _) = source
            .match_indices("->")
            .find(|(at, _)| ["->render(", "->renderable("].iter().any(|call| source[*at..].starts_with(call)))?;
        let class = TYPED.captures(&source[start..])?;
        return Some(class[1].split('|').map(last).collect());
    }
    if source.contains("parent::render(") {
        // Laravel's own method answers whatever is not asked for.
        let returns = source.match_indices("return ").map(|(at, _)| at);
        let own = returns.filter(|at| !source[*at..].starts_with("return parent::"));
        let asks = |at| asked.condition(source, at).is_some_and(|condition| condition.contains("instanceof"));
        let is_limited = source.contains("instanceof") && asked.first(own).into_iter().all(asks);
        return is_limited.then(|| INSTANCE.captures_iter(source).map(|found| last(&found[1])).collect());
    }
    let is_listener = text.contains("ExceptionEvent") || text.contains("GetResponseForExceptionEvent");
    if let Some(classes) = is_listener.then(|| switched(text)).flatten() {
        return Some(classes);
    }
    if !is_listener || !text.contains("->setResponse(") {
        return None;
    }
    let answers = || asked.first(text.match_indices("->setResponse(").map(|(at, _)| at));
    let asks = |at| asked.condition(text, at).is_some_and(|condition| condition.contains("instanceof"));
    (LEAVES.is_match(text) || answers().into_iter().all(asks))
        .then(|| INSTANCE.captures_iter(text).map(|found| last(&found[1])).collect())
}

/// The classes that a listener of Symfony tells apart by `switch` or `match`, where that knows no other and nothing is
/// answered outside of it.
fn switched(text: &str) -> Option<Vec<String>> {
    static SWITCH: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b(?:switch|match)\s*\(\s*(?:\$\w+::class|\\?get_class\([^()]*\))\s*\)\s*\{"));
    static CLASS: LazyLock<Regex> = LazyLock::new(|| pattern(r"([\w\\]+)::class"));
    let switch = SWITCH.find(text)?;
    let mut depth = 1_usize;
    let end = text[switch.end()..].find(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    let block = &text[switch.end()..switch.end() + end];
    let answers_outside = (text.matches("->setResponse(").count()) > block.matches("->setResponse(").count();
    (!block.contains("default") && !answers_outside)
        .then(|| CLASS.captures_iter(block).map(|found| last(&found[1])).collect())
}

/// Advice that names its classes and none that stands for all.
fn of_java(text: &str) -> Option<Vec<String>> {
    static HANDLER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"@ExceptionHandler\s*(?:\(([^)]*)\))?|\bExceptionMapper<(\w+)>"));
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
    static EXCEPTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bexception<([\w.]+)>"));
    if source != "StatusPages" {
        return if source.starts_with('@') { of_java(&text.replace("::class", ".class")) } else { None };
    }
    let texts = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".kt") && !is_aside(&file.path));
    let classes: Vec<String> =
        texts.flat_map(|(_, text)| EXCEPTION.captures_iter(text).map(|found| last(&found[1]))).collect();
    let has_status = text.contains("status(");
    (!classes.is_empty() || has_status).then_some(classes)
}

/// `#[catch(404)]`, and actix' handlers of statuses. What panics is all that nobody expects, so a layer for it is for all.
fn of_rust(text: &str, source: &str) -> Option<Vec<String>> {
    if let Some((_, rest)) = source.split_once("#[catch(") {
        return Some(vec![rest.split([')', ',']).next()?.trim().to_owned()]);
    }
    if !source.contains("ErrorHandlers::new") || text.contains("default_handler") {
        return None;
    }
    let statuses = text.split(".handler(").skip(1).filter_map(|rest| rest.split([',', ')']).next());
    // A status is no class of the program's.
    Some(statuses.map(|status| format!("4 {}", last(status.trim()))).collect())
}

/// A middleware that catches exceptions of a few classes, and lets the others through.
fn of_csharp(asked: &Asked<'_>, source: &str) -> Option<Vec<String>> {
    static CAUGHT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcatch\s*(?:\(\s*([\w.]+)(?:<[^>]*>)?\s*\w*\s*\))?"));
    let is_middleware = source.starts_with("try") || source.contains("class ") && source.contains("RequestDelegate");
    let caught = is_middleware.then(|| asked.first(CAUGHT.captures_iter(source)))?;
    let classes = caught.iter().map(|found| found.get(1).map(|class| last(class.as_str())));
    classes.collect::<Option<Vec<_>>>().filter(|classes| !classes.is_empty())
}

/// Nest's `@Catch(NotFound)`, and a middleware of Express that answers under a condition and hands on the others.
fn of_javascript(asked: &Asked<'_>, source: &str) -> Option<Vec<String>> {
    if let Some(rest) = source.strip_prefix("@Catch(") {
        let classes: Vec<String> = rest.trim_end_matches(')').split(',').map(|class| last(class.trim())).collect();
        return classes.iter().all(|class| !class.is_empty()).then_some(classes);
    }
    static ANSWER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b(res|response)\s*\.\s*(status|json|send|sendStatus|render|end)\("));
    static HANDS_ON: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bnext\(\s*\w+\s*\)"));
    if !HANDS_ON.is_match(source) {
        return None;
    }
    let answers = asked.first(ANSWER.find_iter(source).map(|found| found.start()));
    let asks = |at: &usize| {
        asked.condition(source, *at).is_some_and(|condition| {
            condition.starts_with("if")
                && ["instanceof", ".name ===", ".code ===", ".type ==="].iter().any(|it| condition.contains(it))
        })
    };
    (!answers.is_empty() && answers.iter().all(asks)).then(|| vec!["Condition".to_owned()])
}

impl Asked<'_> {
    /// As many of `all` as are asked.
    fn first<T>(&self, mut all: impl Iterator<Item = T>) -> Vec<T> {
        let first = all.by_ref().take(MOST_ANSWERS).collect();
        if all.next().is_some() {
            self.leave();
        }
        first
    }

    /// What stands before the innermost block around `at` that is one of a condition.
    fn condition<'t>(&self, text: &'t str, at: usize) -> Option<&'t str> {
        let from = text.floor_char_boundary(at.saturating_sub(CONDITION));
        let text = &text[from..at];
        let mut depth = 0_usize;
        for (brace, c) in text.char_indices().rev() {
            match c {
                '}' => depth += 1,
                '{' if depth > 0 => depth -= 1,
                '{' => {
                    let start = text[..brace].rfind(['\n', ';', '{', '}']).map_or(0, |start| start + 1);
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
        if from > 0 {
            self.leave();
        }
        None
    }

    fn leave(&self) {
        let why = "with more answers to errors, or longer ones, than are asked for what they are for";
        self.repo.leave("source file", why, self.path);
    }
}

fn last(name: &str) -> String {
    name.rsplit(['.', '\\']).next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::central::finding;
    use crate::areas::errors::narrow::tests::handling;
    use crate::areas::observability::server::Server;
    use crate::snapshot::fixture::Fixture;

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
        assert_eq!(
            of(&format!(
                "    if ($e instanceof ValidationException) {{\n{answer}    }}\n}}\nclass ValidationException extends \\Exception {{\n  function a() {{\n"
            )),
            "partial"
        );
        let switch = |rest: &str| {
            of(&format!(
                "    switch ($e::class) {{\n      case Missing::class:\n  {answer}        break;\n{rest}    }}\n"
            ))
        };
        assert_eq!(switch(""), "partial");
        assert_eq!(switch(&format!("      default:\n  {answer}")), "central");
        assert_eq!(
            of(&format!("    switch ($e::class) {{\n      case Missing::class:\n        log($e);\n    }}\n{answer}")),
            "central"
        );
    }

    #[test]
    fn answers_that_are_not_asked_for_their_condition_are_told() {
        let told = |files: &[(&str, &str)]| {
            let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
            finding(&repo, &Server::of(&repo));
            repo.left().iter().filter(|left| left.why.contains("answers to errors")).count()
        };
        let package = ("package.json", r#"{"dependencies": {"express": "4"}}"#);
        let express = |count: usize, padding: usize| {
            let answer = "  if (err.name === 'Missing') {\n    return res.status(404).end();\n  }\n".repeat(count);
            let padding = "  // more\n".repeat(padding);
            let app = format!(
                "const app = require('express')();\napp.get('/a', a);\napp.use((err, req, res, next) => {{\n{answer}{padding}  res.end();\n  next(err);\n}});\n"
            );
            told(&[package, ("app.js", &app)])
        };
        assert_eq!((express(9, 0), express(201, 0), express(9, 2_000)), (0, 1, 1));
        let symfony = |count: usize| {
            let answer = "    if ($e instanceof Missing) {\n      $event->setResponse(new Response('', 404));\n    }\n"
                .repeat(count);
            let listener = format!(
                "<?php\nuse Symfony\\Component\\HttpKernel\\Event\\ExceptionEvent;\nclass Failed {{\n  public function onKernelException(ExceptionEvent $event): void {{\n    $e = $event->getThrowable();\n{answer}  }}\n}}\n"
            );
            let controller = "<?php\nnamespace App\\Controller;\nuse Symfony\\Component\\Routing\\Annotation\\Route;\nclass A {\n  #[Route('/a', methods: ['GET'])]\n  public function a() { return $this->json([]); }\n}\n";
            told(&[("src/Controller/A.php", controller), ("src/EventListener/Failed.php", &listener)])
        };
        assert_eq!((symfony(9), symfony(201)), (0, 1));
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
    fn sinatra_answers_all_without_a_class() {
        let of = |handler: &str| {
            let app = format!("require 'sinatra'\nget('/a') {{ 'a' }}\n{handler} do\n  'failed'\nend\n");
            handling(&[("Gemfile", "gem 'sinatra'\n"), ("app.rb", &app)])
        };
        assert_eq!(of("error"), "central");
        assert_eq!(of("error 400..599"), "central");
        assert_eq!(of("error 404"), "partial");
        assert_eq!(of("error Missing"), "partial");
    }

    #[test]
    fn a_method_of_laravel_that_leaves_the_others_to_its_parent() {
        let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/a', [A::class, 'a']);\n";
        let of = |body: &str| {
            let handler = format!(
                "<?php class Handler extends ExceptionHandler {{\n  public function render($request, $e) {{\n{body}    return parent::render($request, $e);\n  }}\n}}\n"
            );
            let composer = r#"{"require": {"laravel/framework": "10"}}"#;
            handling(&[
                ("composer.json", composer),
                ("routes/api.php", routes),
                ("app/Exceptions/Handler.php", &handler),
            ])
        };
        let answer = "      return response()->json([], 404);\n";
        assert_eq!(of(&format!("    if ($e instanceof Missing) {{\n{answer}    }}\n")), "partial");
        assert_eq!(of(&format!("    if ($request->expectsJson()) {{\n{answer}    }}\n")), "central");
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
        let on_one_line = one.replace(['\n'], " ");
        assert_eq!(of(&format!("{on_one_line} next(err);")), "partial");
        assert_eq!(of(&format!("{one}  res.status(500).json({{}});")), "central");
        assert_eq!(of("  if (res.headersSent) return next(err);\n  res.status(500).json({});"), "central");
    }
}
