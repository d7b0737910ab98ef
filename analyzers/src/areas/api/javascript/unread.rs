//! Routers that are mounted below a path, and of which no route was read: a factory made them, or a library of their own.

use super::super::UnreadMount;
use super::super::endpoint::join;
use super::super::routers::RouterId;
use super::Chained;
use crate::code::CodeMatch;

/// So many of them say enough.
const MOST: usize = 100;

/// Something that is called a router, and where it is mounted.
pub(super) struct Mounted {
    child: Option<RouterId>,
    parent: RouterId,
    mount: UnreadMount,
}

impl Chained<'_> {
    /// Notes that `expression` is mounted on `parent`, if it is a router and no function that requests pass through.
    pub(super) fn note(
        &mut self,
        found: &CodeMatch,
        parent: &RouterId,
        prefix: &str,
        expression: &str,
        child: Option<&RouterId>,
    ) {
        let is_declared = child.is_some_and(|child| self.declared.contains_key(child));
        if self.mounted.len() < MOST && (is_declared || names_router(expression)) {
            let mount = UnreadMount { file: found.path.to_string(), lines: found.lines, prefix: prefix.to_owned() };
            self.mounted.push(Mounted { child: child.cloned(), parent: parent.clone(), mount });
        }
    }

    /// Where routers without routes are mounted.
    pub(super) fn unread(&self) -> Vec<UnreadMount> {
        let serving = self.routers.serving();
        let is_silent = |mounted: &&Mounted| mounted.child.as_ref().is_none_or(|child| !serving.contains(child));
        let whole = |mounted: &Mounted| {
            let above = self.routers.prefixes(&mounted.parent);
            let prefix = join(above.first().map_or("", String::as_str), &mounted.mount.prefix);
            UnreadMount { prefix, ..mounted.mount.clone() }
        };
        self.mounted.iter().filter(is_silent).map(whole).collect()
    }
}

/// `usersRouter`, `await routes(app)`, `require("./routes/users")`.
fn names_router(expression: &str) -> bool {
    let expression = expression.strip_prefix("await ").unwrap_or(expression);
    let is_required = ["require(", "import("].iter().any(|way| expression.starts_with(way));
    let named = if is_required { expression } else { expression.split('(').next().unwrap_or_default() };
    named.to_ascii_lowercase().contains("route")
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::names_router;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_router_without_routes_is_told_from_what_requests_pass_through() {
        let app = "import express, { Router } from 'express';\nimport { pears } from './pears';\nimport { limit } from './limit';\nconst app = express();\nconst api = Router();\napi.use('/pears', await pears(store));\napp.use('/api/v1', api);\napp.use('/api', limit);\n";
        let of = |pears: &str| {
            let repo = Fixture::new().file("app.ts", app).file("limit.ts", "export const limit = () => {};\n");
            let (endpoints, unread) = read(&repo.file("pears.ts", pears).snapshot());
            let prefixes: Vec<String> = unread.into_iter().map(|mount| mount.prefix).collect();
            (endpoints.len(), prefixes)
        };
        let hidden = "export const pears = async (store) => {\n  const { router, get } = build();\n  get('/', { list });\n  return router;\n};\n";
        assert_eq!(of(hidden), (0, vec!["/api/v1".to_owned()]));
        let read = "import { Router } from 'express';\nexport const pears = async (store) => {\n  const router = Router();\n  router.get('/', list);\n  return router;\n};\n";
        assert_eq!(of(read), (1, Vec::new()));
    }

    #[test]
    fn names_of_routers() {
        assert!(names_router("usersRouter") && names_router("require('./routes/users')"));
        assert!(!names_router("validate(routeSchema)") && !names_router("limit"));
    }
}
