//! Whether the handlers of a program take all errors, or those of a few classes.

mod classes;

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use self::classes::classes;
use super::thrown::is_thrown;
use super::{services, statuses};
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
    if handlers.is_empty() || handlers.iter().any(|found| includes_a_handler(repo, found)) {
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

/// Whether a controller of Rails that answers errors also takes over how a package does: `include Shop::ErrorHandling`.
fn includes_a_handler(repo: &Snapshot, found: &CodeMatch) -> bool {
    static INCLUDED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?m)^\s*include\s+(?:::)?(?:\w+::)+(\w*(?:Exception|Error)s?(?:Handl|Rescu)\w*)\s*$")
    });
    if found.language != Language::Ruby {
        return false;
    }
    let text = repo.text(&found.path).unwrap_or_default();
    let mut names = INCLUDED.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str()));
    names.any(|name| {
        let module = format!("module {name}");
        !repo.tree().own_texts().any(|(file, text)| file.path.ends_with(".rb") && text.contains(&module))
    })
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

/// Whether a class of that name is declared here.
fn declares(source: &str, name: &str) -> bool {
    source
        .split_once("class ")
        .is_some_and(|(_, rest)| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next() == Some(name))
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

#[cfg(test)]
pub(super) mod tests;
