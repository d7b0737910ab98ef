//! Which router a call is made on: that at the root of its chain, seen through the groups around it.

use super::super::javascript_modules::first_parameter;
use super::super::routers::RouterId;
use super::super::values::{named, properties, split, text};
use super::{Chained, contains};
use crate::code::CodeMatch;

impl Chained<'_> {
    /// The router at the root of a chain of calls, and the prefixes of the groups around the call.
    pub(super) fn root(&mut self, found: &CodeMatch, root: &str) -> Option<(RouterId, String)> {
        let file = &*found.path;
        let mut name = root.to_owned();
        if root.starts_with("new ") || root.ends_with(')') {
            let is_router = [
                "new Elysia",
                "new Hono",
                "new OpenAPIHono",
                "Router(",
                "createRouter(",
                "new Router",
                "express(",
                "new Koa",
            ]
            .iter()
            .any(|start| root.starts_with(start));
            if !is_router {
                return None;
            }
            let declarator = found.scopes.iter().rev().find(|scope| scope.kind.contains("declarator"));
            let id = (file.to_owned(), declarator.map_or("default".to_owned(), |scope| scope.name.clone()));
            if !self.declared.contains_key(&id) {
                self.declare_as(id.clone(), file, root);
            }
            return Some((id, String::new()));
        }
        let mut outer = String::new();
        // From the innermost group outwards: a group's function calls its router by a name of its own.
        let groups: Vec<&CodeMatch> = self
            .groups
            .get(file)
            .into_iter()
            .flatten()
            .copied()
            .filter(|group| contains(&group.bytes, &found.bytes) && group.bytes != found.bytes)
            .collect();
        for group in groups.iter().rev() {
            let arguments = group.var("ARGS").map(|arguments| split(arguments, ',')).unwrap_or_default();
            let parameter = arguments.iter().find_map(|argument| first_parameter(argument));
            if parameter.as_deref() != Some(name.as_str()) {
                continue;
            }
            let prefix = if group.var("METHOD") == Some("group") {
                arguments.first().copied()
            } else {
                arguments.get(1).and_then(|options| named(&properties(options), "prefix"))
            };
            outer = format!("{}/{outer}", prefix.map(|prefix| text(self.repo, file, prefix)).unwrap_or_default());
            let receiver = group.var("RECEIVER")?;
            name = split(receiver.strip_prefix("this.").unwrap_or(receiver), '.').first().copied()?.to_owned();
            if name.starts_with("new ") {
                return self.root(group, &name).map(|(router, above)| (router, format!("{above}/{outer}")));
            }
        }
        let id = (file.to_owned(), name.clone());
        if self.declared.contains_key(&id) {
            return Some((id, outer));
        }
        if self.modules.imports(file, &name) {
            let imported = self.modules.router(file, &name).filter(|router| self.declared.contains_key(router))?;
            return Some((imported, outer));
        }
        // A parameter with a router's name, or one that a class has from another, in a project that has a framework.
        let lower = name.to_ascii_lowercase();
        let is_conventional = ["app", "router", "routes", "server", "fastify", "api", "instance", "route"]
            .iter()
            .any(|usual| lower.ends_with(usual));
        let is_member = || self.is_inherited(found) || self.is_taken_from_this(file, &name);
        let is_handed = || self.is_parameter(file, &name) || is_router(&lower) && is_member();
        (is_conventional && is_handed() && !self.framework(file, "").is_empty()).then_some((id, outer))
    }

    /// Whether the member of a class is called, which the class may have from the one that it extends.
    fn is_inherited(&self, found: &CodeMatch) -> bool {
        found.var("RECEIVER").is_some_and(|receiver| receiver.starts_with("this."))
            && self.repo.text(&found.path).is_some_and(|text| text.contains(" extends "))
    }

    /// `const { app, database } = this`
    fn is_taken_from_this(&self, file: &str, name: &str) -> bool {
        self.repo.text(file).is_some_and(|text| {
            text.match_indices("} = this").any(|(at, taken)| {
                let list = text[..at].rsplit_once('{').map_or("", |(_, list)| list);
                let goes_on = text[at + taken.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '.');
                !goes_on && list.split(',').any(|member| member.rsplit(':').next().unwrap_or(member).trim() == name)
            })
        })
    }

    fn is_parameter(&self, file: &str, name: &str) -> bool {
        self.repo.text(file).is_some_and(|text| {
            ["(", ", "].iter().any(|before| {
                [",", ")", ":", " :"].iter().any(|after| text.contains(&format!("{before}{name}{after}")))
            }) || text.contains(&format!("{name} =>"))
        })
    }
}

/// Whether a member is called as nothing but a router is: `this.api.post(...)` may as well ask another system.
fn is_router(lower: &str) -> bool {
    ["router", "routes", "app", "fastify"].iter().any(|usual| lower.ends_with(usual))
}

#[cfg(test)]
mod tests {
    use crate::areas::api::javascript::tests::shown;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn clients_are_no_routers() {
        let fixture = Fixture::new()
            .file("package.json", r#"{"dependencies":{"express":"4","axios":"1"}}"#)
            .file("client.js", "import axios from 'axios'\nconst api = axios.create()\naxios.get('/users', {})\napi.get('/users', {})\nrequest(app).get('/users')\nmap.get('/a', 1)\n");
        assert!(shown(fixture).is_empty());
    }

    #[test]
    fn an_application_that_a_class_takes_from_itself() {
        let of = |taken: &str| {
            let base = "import { Express } from 'express';\nexport abstract class Base {\n  protected readonly app: Express;\n  constructor(app) { this.app = app; }\n}\n";
            let users = format!(
                "import {{ Base }} from './base';\nexport class Users extends Base {{\n  build() {{\n    {taken}\n    app.get('/users', all.handlers());\n  }}\n}}\n"
            );
            let package = r#"{"dependencies":{"express":"4"}}"#;
            shown(Fixture::new().file("package.json", package).file("base.ts", base).file("users.ts", &users))
        };
        assert_eq!(of("const { app, database } = this;"), ["GET /users"]);
        assert!(of("const { app } = this.mocks;").is_empty());
    }
}
