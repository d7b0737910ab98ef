//! Which errors a handler takes: all of them, or those of a few classes.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::thrown::is_thrown;
use super::{services, statuses, tables};
use crate::Snapshot;
use crate::areas::api::failures;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;

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

/// So many answers of a text are asked for their condition, which stands no further before them, in bytes.
const MOST_ANSWERS: usize = 200;
const CONDITION: usize = 2_000;

/// Whether every handler in `central` takes only errors of a few classes, or those of a few routes, and others are left
/// to somebody else.
pub(super) fn is_partial(repo: &Snapshot, central: &[&CodeMatch]) -> bool {
    // What only registers a handler says nothing of its own where the handler is seen.
    let registers = |found: &CodeMatch| {
        let text = source(repo, found);
        ["APP_FILTER", "ErrorRequestHandler"].contains(&text)
            || text.contains("useGlobalFilters")
            || text.strip_prefix("UseMiddleware<").and_then(|name| name.strip_suffix('>')).is_some_and(|name| {
                central
                    .iter()
                    .any(|it| it.scopes.iter().any(|scope| scope.name == name) || declares(source(repo, it), name))
            })
    };
    let (registering, handlers): (Vec<&CodeMatch>, Vec<&CodeMatch>) =
        central.iter().copied().partition(|found| registers(found));
    if handlers.is_empty() {
        return false;
    }
    let parents = LazyCell::new(|| bases(repo));
    let is_base = |class: &str| class.len() > 2 && parents.contains(class);
    let of = |language: Language, end: &str, mark: &str| {
        if handlers.iter().any(|found| found.language == language) { paths_with(repo, end, mark) } else { Vec::new() }
    };
    let controllers = of(Language::Ruby, "_controller.rb", "  def ");
    let blueprints = of(Language::Python, ".py", "= Blueprint(");
    let is_of_one = |found: &CodeMatch| {
        is_of_one_controller(found, &controllers, &is_base) || is_of_one_blueprint(repo, found, &blueprints)
    };
    if handlers.iter().all(|found| is_of_one(found))
        || registering.is_empty()
            && handlers.iter().all(|found| source(repo, found).starts_with("@Catch("))
            && filters_some_controllers(repo)
        || services::are_left_out(repo, &handlers)
    {
        return true;
    }
    let Some(handled) = handled(repo, &handlers) else { return false };
    if handled.iter().any(|class| ALL.contains(&class.as_str())) {
        return false;
    }
    if handlers.iter().all(|found| found.language == Language::Python) && statuses::are_raised_more(repo) {
        return true;
    }
    if handled.iter().any(|class| is_base(class)) {
        return false;
    }
    let named = handled.iter().filter(|class| !class.starts_with(|c: char| c.is_ascii_digit())).count();
    // What is thrown for the framework to answer is no answer of a route's own.
    let answered_elsewhere = || {
        let is_elsewhere = |path: &str| !is_aside(path) && handlers.iter().all(|it| *it.path != *path);
        failures(repo).iter().any(|found| is_elsewhere(&found.path) && !is_thrown(repo, found))
    };
    // Two that Rails raises by itself are all that most of its programs know of.
    let is_pair = named == 2 && handlers.iter().all(|found| found.language == Language::Ruby);
    let own = own_classes(repo);
    // What a visitor typed wrongly is not all that goes wrong.
    let is_of_validation = handled.iter().all(|class| class.contains("Valid"));
    let covers = is_pair || !own.is_empty() && own.is_subset(&handled) && !is_of_validation;
    named < MANY && (!covers || answered_elsewhere())
}

/// Whether all that `central` takes are statuses, so that no exception of the program's own comes to it.
pub(super) fn takes_statuses(repo: &Snapshot, central: &[&CodeMatch]) -> bool {
    // `404`, `HTTPStatus.NOT_FOUND`
    let is_status = |class: &String| class.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || c == '_');
    handled(repo, central).is_some_and(|classes| !classes.is_empty() && classes.iter().all(is_status))
}

/// Whether all that `central` takes are statuses that the framework alone answers with, before or beside any route: too many
/// requests, too large a body, a method that is not there.
pub(super) fn takes_refusals(repo: &Snapshot, central: &[&CodeMatch]) -> bool {
    const REFUSALS: &[&str] = &["405", "413", "415", "429"];
    handled(repo, central)
        .is_some_and(|classes| !classes.is_empty() && classes.iter().all(|class| REFUSALS.contains(&class.as_str())))
}

/// The classes that `handlers` take; `None` where one of them takes all errors, or that can't be told.
fn handled(repo: &Snapshot, handlers: &[&CodeMatch]) -> Option<BTreeSet<String>> {
    let limited = handlers.iter().map(|found| classes(repo, found)).collect::<Option<Vec<_>>>()?;
    Some(limited.into_iter().flatten().collect())
}

/// Whether `rescue_from` stands in a controller of Rails that no other is made from, beside others.
fn is_of_one_controller(found: &CodeMatch, controllers: &[&str], is_base: &dyn Fn(&str) -> bool) -> bool {
    let is_controller = |path: &str| path.ends_with("_controller.rb") && !path.contains("/concerns/");
    let class = || found.scopes.iter().rev().find(|scope| scope.name.ends_with("Controller"));
    found.language == Language::Ruby
        && is_controller(&found.path)
        && class().is_some_and(|class| !is_base(class.name.rsplit("::").next().unwrap_or(&class.name)))
        && controllers.iter().any(|path| is_controller(path) && **path != *found.path)
}

/// Whether a blueprint of Flask answers for its own routes, beside others.
fn is_of_one_blueprint(repo: &Snapshot, found: &CodeMatch, blueprints: &[&str]) -> bool {
    let source = source(repo, found);
    let name = source.trim_start_matches('@').split(".errorhandler(").next().unwrap_or_default();
    found.language == Language::Python
        && source.contains(".errorhandler(")
        && repo.text(&found.path).is_some_and(|text| text.contains(&format!("{name} = Blueprint(")))
        && blueprints.iter().any(|path| **path != *found.path)
}

/// The files whose paths end so and whose texts hold `mark`.
fn paths_with<'a>(repo: &'a Snapshot, end: &str, mark: &str) -> Vec<&'a str> {
    let files = repo.tree().own_texts().filter(|(file, text)| file.path.ends_with(end) && text.contains(mark));
    files.map(|(file, _)| file.path.as_str()).filter(|path| !is_aside(path)).collect()
}

/// Whether filters of Nest are put onto some controllers by name, and not onto all.
fn filters_some_controllers(repo: &Snapshot) -> bool {
    let controllers = || {
        repo.tree()
            .own_texts()
            .filter(|(file, text)| file.path.ends_with(".ts") && !is_aside(&file.path) && text.contains("@Controller("))
    };
    let filtered = || controllers().filter(|(_, text)| text.contains("@UseFilters(")).count();
    filtered() > 0 && filtered() < controllers().count()
}

/// The classes that a handler takes; `None` where it takes all errors, or that can't be told.
fn classes(repo: &Snapshot, found: &CodeMatch) -> Option<Vec<String>> {
    let text = repo.text(&found.path)?;
    let source = source(repo, found);
    match found.language {
        Language::Python => of_python(repo, found, source),
        Language::Ruby => of_ruby(source),
        Language::Php => of_php(text, source),
        Language::Java => of_java(text),
        Language::Kotlin => of_kotlin(repo, text, source),
        Language::Rust => of_rust(text, source),
        Language::JavaScript | Language::TypeScript | Language::Tsx => of_javascript(source),
        Language::CSharp => of_csharp(source),
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
fn of_php(text: &str, source: &str) -> Option<Vec<String>> {
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
        let mut returns = source
            .match_indices("return ")
            .filter(|(at, _)| !source[*at..].starts_with("return parent::"))
            .take(MOST_ANSWERS);
        let asks = |at: usize| condition(source, at).is_some_and(|condition| condition.contains("instanceof"));
        let is_limited = source.contains("instanceof") && returns.all(|(at, _)| asks(at));
        return is_limited.then(|| INSTANCE.captures_iter(source).map(|found| last(&found[1])).collect());
    }
    let is_listener = text.contains("ExceptionEvent") || text.contains("GetResponseForExceptionEvent");
    if let Some(classes) = is_listener.then(|| switched(text)).flatten() {
        return Some(classes);
    }
    let answers: Vec<usize> = text.match_indices("->setResponse(").map(|(at, _)| at).take(MOST_ANSWERS).collect();
    if !is_listener || answers.is_empty() {
        return None;
    }
    let asks = |at: &usize| condition(text, *at).is_some_and(|condition| condition.contains("instanceof"));
    (LEAVES.is_match(text) || answers.iter().all(asks))
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
fn of_csharp(source: &str) -> Option<Vec<String>> {
    static CAUGHT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcatch\s*(?:\(\s*([\w.]+)(?:<[^>]*>)?\s*\w*\s*\))?"));
    let is_middleware = source.starts_with("try") || source.contains("class ") && source.contains("RequestDelegate");
    let caught = CAUGHT.captures_iter(source).take(MOST_ANSWERS);
    let classes = caught.map(|found| found.get(1).map(|class| last(class.as_str()))).collect::<Option<Vec<_>>>()?;
    (is_middleware && !classes.is_empty()).then_some(classes)
}

/// Whether a class of that name is declared here.
fn declares(source: &str, name: &str) -> bool {
    source
        .split_once("class ")
        .is_some_and(|(_, rest)| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next() == Some(name))
}

/// Nest's `@Catch(NotFound)`, and a middleware of Express that answers under a condition and hands on the others.
fn of_javascript(source: &str) -> Option<Vec<String>> {
    if let Some(rest) = source.strip_prefix("@Catch(") {
        let classes: Vec<String> = rest.trim_end_matches(')').split(',').map(|class| last(class.trim())).collect();
        return classes.iter().all(|class| !class.is_empty()).then_some(classes);
    }
    static ANSWER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\b(res|response)\s*\.\s*(status|json|send|sendStatus|render|end)\("));
    static HANDS_ON: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bnext\(\s*\w+\s*\)"));
    let answers: Vec<usize> = ANSWER.find_iter(source).map(|found| found.start()).take(MOST_ANSWERS).collect();
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
    let text = &text[text.floor_char_boundary(at.saturating_sub(CONDITION))..at];
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
    None
}

/// The classes that others of the program are made from, and whatever else stands where their names do.
fn bases(repo: &Snapshot) -> BTreeSet<&str> {
    static MADE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:[a-z]+ )*class (?:\w+::)*\w+\s*((?:\(|<|extends\b|:)[^\n{#]*)"));
    let files = repo
        .tree()
        .own_texts()
        .filter(|(file, text)| Language::of(&file.path).is_some() && text.contains("class ") && !is_aside(&file.path));
    let made = files.flat_map(|(_, text)| MADE.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str())));
    made.flat_map(|made| made.split(|c: char| !c.is_alphanumeric() && c != '_')).collect()
}

/// The classes of errors that the program itself declares.
fn own_classes(repo: &Snapshot) -> BTreeSet<String> {
    static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?m)^[ \t]*(?:[a-z]+ )*class (\w+)\s*(?:\([^\n]*\))?\s*(?:\(|<|extends|:)[^\n]*(?:Exception|Error)\b")
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

/// What was found, as it is written.
pub(super) fn source<'a>(repo: &'a Snapshot, found: &CodeMatch) -> &'a str {
    repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default()
}

fn last(name: &str) -> String {
    name.rsplit(['.', '\\']).next().unwrap_or(name).to_owned()
}

#[cfg(test)]
pub(super) mod tests;
