//! Go: a function that every handler is given to, and that answers what went wrong in one place.

use std::sync::LazyLock;

use regex::Regex;

use crate::snapshot::paths::is_aside;
use crate::{Place, Snapshot};

/// `func HandleRequest(c *gin.Context, f func(c *gin.Context) *Response)`: what is given returns an error or a result.
static TAKES_HANDLER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^func (?:\([^)\n]*\) )?(\w+)\([^\n{]*\bfunc\([^()\n]*\) \*?([\w.]+)[^\n]*\{")
        .expect("a constant pattern")
});

/// What answers a request.
const ANSWERS: &[&str] = &["AbortWithStatusJSON(", ".JSON(", "http.Error(", ".WriteHeader("];

/// Where that function is, if most of `endpoints` go through it.
pub(super) fn find(repo: &Snapshot, endpoints: usize) -> Option<Place> {
    let files = || repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".go") && !is_aside(&file.path));
    files().filter(|(_, text)| ANSWERS.iter().any(|answer| text.contains(answer))).find_map(|(file, text)| {
        TAKES_HANDLER.captures_iter(text).find_map(|found| {
            let (name, result) = (&found[1], &found[2]);
            // What is given a handler and makes another one of it is a middleware.
            if ["Handler", "Func", "Middleware"].iter().any(|word| result.contains(word)) || result == "bool" {
                return None;
            }
            let (plain, qualified) = (format!("{name}("), format!(".{name}("));
            let calls = |text: &str| {
                let within = text.matches(&*plain).count() - text.matches(&*format!("func {plain}")).count();
                within.max(text.matches(&*qualified).count())
            };
            let called: usize = files().map(|(_, text)| calls(text)).sum();
            let line = 1 + text[..found.get(0)?.start()].matches('\n').count() as u32;
            (called > 1 && called * 2 >= endpoints).then(|| Place::lines(repo.head(), file.path.as_str(), line, line))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn most_handlers_go_through_it() {
        let wrapper = "package handler\n\nfunc Handle(c *gin.Context, f func(c *gin.Context) *Response) {\n\tres := f(c)\n\tc.AbortWithStatusJSON(res.Code, res.Err)\n}\n";
        let called = "package users\n\nfunc all(c *gin.Context) { handler.Handle(c, list) }\nfunc one(c *gin.Context) { handler.Handle(c, get) }\n";
        let with = |wrapper: &str, endpoints: usize| {
            let repo = Fixture::new().file("internal/handler.go", wrapper).file("users.go", called).snapshot();
            find(&repo, endpoints).map(|place| place.lines)
        };
        assert_eq!(with(wrapper, 3), Some(Some((3, 3))));
        assert_eq!(with(wrapper, 8), None);
        assert_eq!(with(&wrapper.replace("*Response", "http.HandlerFunc"), 3), None);
        assert_eq!(with(&wrapper.replace("AbortWithStatusJSON", "Set"), 3), None);
    }
}
