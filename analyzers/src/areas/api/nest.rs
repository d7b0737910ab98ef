//! Endpoints of Nest (and routing-controllers): decorators on classes and methods.

mod modules;

use std::collections::BTreeMap;

use self::modules::Modules;
use super::endpoint::join;
use super::values::{arguments, named, properties, text};
use super::{Endpoint, VersionCue};
use crate::Snapshot;
use crate::code::CodeMatch;

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let code = repo.code();
    let decorators = code.matches("api.typescript.decorator");
    let prefix = calls(repo, "setGlobalPrefix")
        .find_map(|found| Some(text(repo, &found.path, arguments(found.var("ARGS")?).first()?)))
        .unwrap_or_default();
    let versioned = calls(repo, "enableVersioning").next().filter(|found| scheme(found) == "path");
    let mut controllers: BTreeMap<&str, Vec<&CodeMatch>> = BTreeMap::new();
    for found in decorators.iter().filter(|found| is(found, &["Controller", "JsonController"])) {
        controllers.entry(&found.path).or_default().push(found);
    }
    let modules = if controllers.is_empty() { Modules::default() } else { Modules::of(repo) };
    let mut endpoints = Vec::new();
    for found in decorators
        .iter()
        .filter(|found| is(found, &["Get", "Post", "Put", "Patch", "Delete", "All", "Head", "Options"]))
    {
        let Some(class) = found.scopes.iter().find(|scope| scope.kind.contains("class")) else { continue };
        let controller = controllers
            .get(&*found.path)
            .into_iter()
            .flatten()
            .rfind(|controller| controller.bytes.start <= class.bytes.start);
        let Some(controller) = controller else { continue };
        let above = arguments(controller.var("ARGS").unwrap_or_default());
        let options = above.first().map(|first| properties(first)).unwrap_or_default();
        let base = named(&options, "path").or_else(|| above.first().copied().filter(|first| !first.starts_with('{')));
        let own = arguments(found.var("ARGS").unwrap_or_default());
        // @Controller(["users", "people"])
        let bases: Vec<String> = match base {
            Some(base) if base.starts_with('[') => {
                properties(base).iter().map(|it| text(repo, &found.path, it)).collect()
            }
            base => vec![base.map(|base| text(repo, &found.path, base)).unwrap_or_default()],
        };
        let path = own.first().map(|path| text(repo, &found.path, path)).unwrap_or_default();
        // The next one, where what stands between may be another method.
        let beside = |name: &str| {
            let same = decorators.iter().filter(|other| is(other, &[name]) && decorate_the_same(repo, other, found));
            same.min_by_key(|other| other.bytes.start.abs_diff(found.bytes.start))
        };
        let version = versioned.and_then(|enabled| {
            beside("Version")
                .and_then(|version| arguments(version.var("ARGS")?).first().copied())
                .or_else(|| named(&options, "version"))
                .or_else(|| {
                    let options = arguments(enabled.var("ARGS")?);
                    named(&properties(options.first()?), "defaultVersion")
                })
                .filter(|version| *version != "VERSION_NEUTRAL")
                .map(|version| format!("v{}", text(repo, &found.path, version)))
        });
        let name = found.var("NAME").unwrap_or_default();
        // Its decorators are called like Nest's.
        let is_other = is(controller, &["JsonController"])
            || repo.text(&found.path).is_some_and(|text| {
                ["'routing-controllers'", "\"routing-controllers\""].iter().any(|module| text.contains(module))
            });
        let of_module = modules.prefix(&found.path, &class.name);
        let front = join(&join(&prefix, version.as_deref().unwrap_or_default()), of_module);
        endpoints.extend(bases.iter().map(|base| Endpoint {
            file: found.path.to_string(),
            lines: found.lines,
            method: if name == "All" { "*".to_owned() } else { name.to_uppercase() },
            path: join(&front, &join(base, &path)),
            framework: if is_other { "routing-controllers" } else { "NestJS" },
            page: beside("Render").is_some(),
        }));
    }
    endpoints
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    calls(repo, "enableVersioning")
        .filter(|found| scheme(found) != "path")
        .map(|found| VersionCue { file: found.path.to_string(), lines: found.lines, scheme: scheme(found) })
        .collect()
}

fn calls<'a>(repo: &'a Snapshot, method: &'a str) -> impl Iterator<Item = &'a CodeMatch> {
    repo.code().matches("api.javascript.call").iter().filter(move |found| found.var("METHOD") == Some(method))
}

fn scheme(found: &CodeMatch) -> &'static str {
    let options = found.var("ARGS").unwrap_or_default();
    if options.contains("MEDIA_TYPE") {
        "media-type"
    } else if options.contains("HEADER") || options.contains("CUSTOM") {
        "header"
    } else {
        "path"
    }
}

fn is(found: &CodeMatch, names: &[&str]) -> bool {
    found.var("NAME").is_some_and(|name| names.contains(&name))
}

/// Whether nothing but decorators stands between two decorators of a file.
fn decorate_the_same(repo: &Snapshot, a: &CodeMatch, b: &CodeMatch) -> bool {
    let (first, second) = if a.bytes.start < b.bytes.start { (a, b) } else { (b, a) };
    let between = repo.text(&a.path).and_then(|text| text.get(first.bytes.end..second.bytes.start));
    a.path == b.path && between.is_some_and(|between| between.trim().is_empty() || between.trim().starts_with('@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    const USERS: &str = "@Controller('users')\nexport class Users {\n  @Get(':id')\n  one() {}\n  @Version('2')\n  @Post()\n  add() {}\n}\n";

    fn shown(main: &str) -> Vec<String> {
        let repo = Fixture::new().file("main.ts", main).file("users.ts", USERS).snapshot();
        endpoints(&repo).into_iter().map(|it| format!("{} {}", it.method, it.path)).collect()
    }

    #[test]
    fn controllers_with_a_global_prefix_and_uri_versions() {
        assert_eq!(shown("app.setGlobalPrefix('api');"), ["GET /api/users/:id", "POST /api/users"]);
        assert_eq!(
            shown("app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });"),
            ["GET /v1/users/:id", "POST /v2/users"]
        );
    }

    #[test]
    fn each_method_has_the_version_beside_it_and_a_controller_may_have_two_paths() {
        let users = "@Controller(['users', 'people'])\nexport class Users {\n  @Version('1') @Get()\n  a() {}\n  @Version('2') @Get()\n  b() {}\n}\n";
        let repo = Fixture::new().file("main.ts", "app.enableVersioning();").file("users.ts", users).snapshot();
        let paths: Vec<String> = endpoints(&repo).into_iter().map(|it| it.path).collect();
        assert_eq!(paths, ["/v1/users", "/v1/people", "/v2/users", "/v2/people"]);
    }

    #[test]
    fn decorators_of_another_package_are_not_nests() {
        let of = |import: &str| {
            let users =
                format!("{import}\n@Controller('/users')\nexport class Users {{\n  @Get('/')\n  all() {{}}\n}}\n");
            let package = r#"{"dependencies": {"express": "4"}}"#;
            let repo = Fixture::new().file("package.json", package).file("users.ts", &users).snapshot();
            (endpoints(&repo)[0].framework, crate::kinds::frameworks(&repo))
        };
        let (framework, all) = of("import { Controller, Get } from 'routing-controllers';");
        assert_eq!(framework, "routing-controllers");
        assert_eq!(all, ["Express", "routing-controllers"]);
        assert_eq!(of("import { Controller, Get } from '@nestjs/common';").0, "NestJS");
    }

    #[test]
    fn versions_in_a_header_are_a_cue() {
        let repo = Fixture::new()
            .file("main.ts", "app.enableVersioning({ type: VersioningType.HEADER, header: 'V' })")
            .snapshot();
        assert_eq!(version_cues(&repo)[0].scheme, "header");
    }

    #[test]
    fn a_route_that_is_the_same_in_all_versions_has_none() {
        let fixture = Fixture::new()
            .file("users.ts", "@Controller('users')\nexport class Users {\n  @Version(VERSION_NEUTRAL)\n  @Get('health')\n  health() {}\n}\n")
            .file("main.ts", "app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });");
        assert_eq!(endpoints(&fixture.snapshot())[0].path, "/users/health");
    }
}
