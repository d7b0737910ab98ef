//! Go's way of a type for handlers that give back an error, and one place that answers it:
//! `type Handler func(w http.ResponseWriter, r *http.Request) *HTTPError`.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{body, calls, leave};
use crate::paths::is_aside;
use crate::{Place, Snapshot};

const REQUESTS: &str = r"(?:http\.ResponseWriter|gin\.Context|fiber\.Ctx)";

static TYPE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(r"(?m)^(?:type |\t)(\w+) +func\([^()\n]*{REQUESTS}[^()\n]*\) \*?(?:\w+\.)?(\w*[eE]rr\w*)$"))
});

static FUNCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^func (?:\((\w+) \*?(\w+)\) )?\w+\(([^\n]*)\{$"));

/// What a body has that answers, itself or by a function.
static ANSWERS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:[wW]rite|[rR]espond|[rR]ender)\w*\(|\b(?:http\.Error|Encode)\(|\.JSON\("));

/// So many such types are asked about.
const MOST_TYPES: usize = 20;

/// Where the errors of such handlers are answered, if those are half as many as `endpoints` or more.
pub(super) fn find(repo: &Snapshot, endpoints: usize) -> Option<Place> {
    let files = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".go") && !is_aside(&file.path));
    let files: Vec<(&str, &str)> = files.map(|(file, text)| (file.path.as_str(), text)).collect();
    let declaring = files.iter().filter(|(_, text)| text.contains(" func("));
    let mut types = declaring.flat_map(|(path, text)| TYPE.captures_iter(text).map(move |found| (path, found)));
    let place = types.by_ref().take(MOST_TYPES).find_map(|(_, found)| {
        let (name, result) = (found.get(1)?.as_str(), found.get(2)?.as_str());
        let handler = Regex::new(&format!(r"(?m){REQUESTS}[^\n{{}}]*\) \*?(?:\w+\.)?{result} \{{")).ok()?;
        let handlers: usize = files.iter().map(|(_, text)| handler.find_iter(text).count()).sum();
        if handlers < 2 || handlers * 2 < endpoints {
            return None;
        }
        files.iter().filter(|(_, text)| text.contains(name)).find_map(|(path, text)| {
            let function = FUNCTION.captures_iter(text).find(|function| answers(text, function, name))?;
            let line = 1 + text[..function.get(0)?.start()].matches('\n').count() as u32;
            Some(Place::lines(repo.head(), *path, line, line))
        })
    });
    if place.is_none()
        && let Some((path, _)) = types.next()
    {
        leave(repo, path);
    }
    place
}

/// Whether a function calls a handler of the type `name`, which it is given or belongs to, and answers what that gives back.
fn answers(text: &str, function: &regex::Captures<'_>, name: &str) -> bool {
    let receiver = function.get(2).filter(|it| it.as_str() == name).and(function.get(1)).map(|it| it.as_str());
    let parameters = function.get(3).map_or("", |it| it.as_str());
    let (parameters, results) = parameters.split_once(')').unwrap_or((parameters, ""));
    let given = parameters.split(',').find_map(|parameter| {
        let (given, kind) = parameter.trim().split_once(' ')?;
        (kind.rsplit('.').next() == Some(name)).then_some(given)
    });
    let Some((handler, whole)) = receiver.or(given).zip(function.get(0)) else { return false };
    let body = body(&text[whole.start()..], false);
    // What makes another handler of one is a middleware; Go's own handlers may be called alike.
    let makes_another = results
        .split([' ', ',', '(', ')', '*'])
        .any(|it| !it.starts_with("http.") && it.rsplit('.').next() == Some(name));
    !makes_another && calls(body, handler) > 0 && body.contains("!= nil") && ANSWERS.is_match(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::errors::narrow::tests::handling;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn types_of_handlers_that_are_not_asked_about_are_told() {
        let told = |count: usize| {
            let kind = |at| format!("type H{at} func(w http.ResponseWriter, r *http.Request) *HTTPError\n");
            let repo = Fixture::new().file("a.go", &(0..count).map(kind).collect::<String>()).snapshot();
            (find(&repo, 2).is_some(), repo.left().len())
        };
        assert_eq!((told(20), told(21)), ((false, 0), (false, 1)));
    }

    #[test]
    fn a_type_for_handlers_that_give_back_an_error_has_one_place_that_answers() {
        let of = |kind: &str, wrapper: &str| {
            let app = format!(
                "package main\nimport (\n\t\"net/http\"\n\t\"github.com/go-chi/chi/v5\"\n)\n{kind}\n{wrapper}\nfunc a(w http.ResponseWriter, r *http.Request) *HTTPError {{\n\treturn nil\n}}\nfunc b(w http.ResponseWriter, r *http.Request) *HTTPError {{\n\treturn nil\n}}\nfunc main() {{\n\tr := chi.NewRouter()\n\tr.Get(\"/a\", answered(a))\n\tr.Get(\"/b\", answered(b))\n}}\n"
            );
            handling(&[("main.go", &app)])
        };
        let kind = "type Handler func(w http.ResponseWriter, r *http.Request) *HTTPError";
        let inner = "return func(w http.ResponseWriter, r *http.Request) {\n\t\tif err := h(w, r); err != nil {\n\t\t\twriteError(w, err)\n\t\t}\n\t}\n}";
        let wrapper = format!("func answered(h Handler) http.HandlerFunc {{\n\t{inner}");
        assert_eq!(of(kind, &wrapper), "central");
        assert_ne!(of(kind, &wrapper.replace("writeError(w, err)", "log.Println(err)")), "central");
        assert_ne!(of("", &wrapper), "central");
    }
}
