//! Routes that an object describes: `const list = createRoute({ method: "get", path: "/users" })`, then `app.openapi(list, handler)`.

use super::super::values::{named, properties, text};
use super::Chained;
use crate::areas::api::routing::expression::closing;
use crate::code::string_literal;

impl Chained<'_> {
    /// The method and the path of what `expression` in `file` describes.
    pub(super) fn described(&self, file: &str, expression: &str) -> Option<(String, String)> {
        let name = expression.rsplit('.').next().unwrap_or(expression);
        let (file, call) = if expression.starts_with("createRoute(") {
            (file, expression)
        } else {
            let object = expression.split('.').next().unwrap_or(expression);
            let origin = self.modules.origin(file, object).unwrap_or(file);
            (origin, defined(self.repo.text(origin)?, name)?)
        };
        let open = call.find('(')?;
        let options = properties(call.get(open + 1..closing(call, open)?)?);
        let verb = string_literal(named(&options, "method")?)?.to_ascii_uppercase();
        let path = text(self.repo, file, named(&options, "path")?);
        Some((verb, path))
    }
}

/// The call that makes the route called `name`.
fn defined<'text>(text: &'text str, name: &str) -> Option<&'text str> {
    text.match_indices("createRoute(").map(|(at, _)| at).find_map(|at| {
        let before = text[..at].trim_end().strip_suffix('=')?.trim_end();
        let rest = before.strip_suffix(name)?;
        rest.ends_with([' ', '\n', '\t']).then_some(&text[at..])
    })
}
