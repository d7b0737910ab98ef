//! Routes that are objects of a list, which a loop hands to the framework: `{ method: "GET", path: "/users", handler }`, or
//! instances of classes with such members.

use super::super::values::{UNKNOWN, text};
use super::{Chained, Endpoint};
use crate::areas::api::endpoint::join;
use crate::code::string_literal;

impl Chained<'_> {
    /// The routes of such lists, where a loop registers them. What they are mounted under can't be told.
    pub(super) fn listed(&self) -> Vec<Endpoint> {
        let code = self.repo.code();
        let Some(framework) = code
            .matches("api.javascript.registered")
            .iter()
            .map(|found| self.framework(&found.path, ""))
            .find(|framework| !framework.is_empty())
        else {
            return Vec::new();
        };
        let route = |found: &crate::code::CodeMatch| {
            let method = string_literal(found.var("METHOD")?)?.to_ascii_uppercase();
            let path = text(self.repo, &found.path, found.var("PATH")?);
            Some(Endpoint {
                file: found.path.to_string(),
                lines: found.lines,
                method: if method == "ALL" { "*".to_owned() } else { method },
                path: join(UNKNOWN, &path),
                framework,
                page: false,
            })
        };
        code.matches("api.javascript.listed")
            .iter()
            .chain(code.matches("api.typescript.listed"))
            .filter(|found| !self.hapi.claims(&found.path))
            .filter_map(route)
            .collect()
    }
}
