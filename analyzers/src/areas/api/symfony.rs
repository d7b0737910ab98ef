//! Endpoints of Symfony: attributes and comments of controllers, and routes in YAML.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use self::configured::{Configured, configured};
use super::endpoint::join;
use super::values::{named, split, text, words};
use super::{Endpoint, api_platform};
use crate::Snapshot;
use crate::code::CodeMatch;

mod configured;

/// The prefix that routes in YAML give to folders of controllers.
type Prefixes = Vec<(String, String)>;

/// The routes of attributes, of comments and of YAML files, and API Platform's.
pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let Configured { mut endpoints, prefixes, resources } = configured(repo);
    endpoints.extend(api_platform::endpoints(repo, &resources));
    endpoints.extend(commented(repo, &prefixes));
    let attributes = repo.code().matches("api.php.attribute");
    let answers = |found: &&CodeMatch| is_of_method(found) || is_of_invokable(repo, attributes, found);
    for found in attributes.iter().filter(answers) {
        let (path, methods) = attribute(repo, &found.path, found.var("ATTRIBUTE").unwrap_or_default());
        let class = found.scopes.iter().find(|scope| scope.kind.contains("class"));
        let above = attributes
            .iter()
            .filter(|other| is_of_method(found) && other.path == found.path && !is_of_method(other))
            .find(|other| class.is_some_and(|class| class.bytes.contains(&other.bytes.start)))
            .map(|other| attribute(repo, &other.path, other.var("ATTRIBUTE").unwrap_or_default()).0)
            .unwrap_or_default();
        let method = found.scopes.iter().rev().find(|scope| scope.kind.contains("method"));
        let page = shows_page(repo, &found.path, method.map_or("__invoke", |method| &method.name));
        let prefix = prefix_of(&prefixes, &found.path);
        for verb in methods {
            endpoints.push(Endpoint {
                file: found.path.to_string(),
                lines: found.lines,
                method: verb,
                path: join(prefix, &join(&above, &path)),
                framework: "Symfony",
                page,
            });
        }
    }
    endpoints
}

fn is_of_method(found: &CodeMatch) -> bool {
    found.scopes.iter().any(|scope| scope.kind.contains("method"))
}

/// Whether `found` stands above a class that is a controller by itself: none of its methods has a route, and it can be
/// called.
fn is_of_invokable(repo: &Snapshot, attributes: &[CodeMatch], found: &CodeMatch) -> bool {
    let Some(class) = found.scopes.iter().find(|scope| scope.kind.contains("class")) else { return false };
    let is_inside = |other: &CodeMatch| other.path == found.path && class.bytes.contains(&other.bytes.start);
    let text = repo.text(&found.path).and_then(|text| text.get(class.bytes.clone())).unwrap_or_default();
    text.contains("function __invoke(") && !attributes.iter().any(|other| is_of_method(other) && is_inside(other))
}

/// The prefix of the innermost folder around `path`.
fn prefix_of<'a>(prefixes: &'a Prefixes, path: &str) -> &'a str {
    let around = prefixes.iter().filter(|(folder, _)| path.starts_with(folder.as_str()));
    around.max_by_key(|(folder, _)| folder.len()).map_or("", |(_, prefix)| prefix)
}

/// Whether the method called `method` in `path` answers with a page.
fn shows_page(repo: &Snapshot, path: &str, method: &str) -> bool {
    let pages = repo.code().matches("api.php.page");
    pages.iter().any(|page| *page.path == *path && page.scopes.iter().any(|scope| scope.name == method))
}

/// `@Route(` and its like in a comment.
static IN_COMMENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"@(?:(\w+)\\)?((?:Route|Get|Post|Put|Patch|Delete)\s*\()"));

/// What a comment stands above.
pub(super) static BELOW: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(class|function)\s+(\w+)"));

/// The routes of comments above methods, below those above their classes.
fn commented(repo: &Snapshot, prefixes: &Prefixes) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    let comments = repo.code().matches("api.php.comment");
    for of_file in comments.chunk_by(|a, b| a.path == b.path) {
        let file = &of_file[0].path;
        let Some(source) = repo.text(file) else { continue };
        let mut above = String::new();
        for comment in of_file {
            let Some(below) = source.get(comment.bytes.end..).and_then(|rest| BELOW.captures(rest)) else { continue };
            let text = source.get(comment.bytes.clone()).unwrap_or_default();
            let apart = || text.split_once("@Method(").or_else(|| text.split_once("\\Method("));
            let methods_apart = apart().and_then(|(_, rest)| rest.split(')').next());
            for found in IN_COMMENT.captures_iter(text) {
                let (Some(whole), Some(call)) = (found.get(0), found.get(2)) else { continue };
                if found.get(1).is_some_and(|alias| !is_of_routes(source, alias.as_str())) {
                    continue;
                }
                let (path, mut methods) = attribute(repo, file, &balanced(&text[call.start()..]));
                if &below[1] == "class" {
                    above = path;
                    continue;
                }
                if methods == ["*"]
                    && let Some(apart) = methods_apart
                {
                    methods = words(apart).into_iter().map(str::to_uppercase).collect();
                }
                let line = comment.lines.0 + text[..whole.start()].matches('\n').count() as u32;
                endpoints.extend(methods.into_iter().map(|method| Endpoint {
                    file: file.to_string(),
                    lines: (line, line),
                    method,
                    path: join(prefix_of(prefixes, file), &join(&above, &path)),
                    framework: "Symfony",
                    page: shows_page(repo, file, &below[2]),
                }));
            }
        }
    }
    endpoints
}

/// Whether the namespace that `source` calls `alias` holds the annotations of routes: those of API descriptions are
/// called `Get` and `Post`, too.
fn is_of_routes(source: &str, alias: &str) -> bool {
    let imports = source.lines().filter_map(|line| line.trim().strip_prefix("use ")?.strip_suffix(';'));
    let named =
        |import: &str| import.strip_suffix(alias).is_some_and(|rest| rest.ends_with('\\') || rest.ends_with(" as "));
    matches!(alias, "Rest" | "FOSRest")
        || imports.filter(|import| named(import)).any(|import| {
            ["FrameworkExtraBundle", "Component\\Routing", "RestBundle"].iter().any(|bundle| import.contains(bundle))
        })
}

/// The call that `source` begins with, without the asterisks of the comment that it stands in.
pub(super) fn balanced(source: &str) -> String {
    let mut depth = 0;
    let end = source.char_indices().find_map(|(at, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (c == ')' && depth == 0).then_some(at + 1)
    });
    let lines = source[..end.unwrap_or(source.len())].lines();
    lines.map(|line| line.trim_start().trim_start_matches('*')).collect::<Vec<_>>().join("\n")
}

/// The path and the methods of `Route("/users", methods: ["GET"])` or `Get("/users")`.
fn attribute(repo: &Snapshot, file: &str, source: &str) -> (String, Vec<String>) {
    let (name, rest) = source.split_once('(').unwrap_or((source, ""));
    let name = name.rsplit('\\').next().unwrap_or(name);
    let arguments = split(rest.trim_end_matches(')'), ',');
    let path =
        named(&arguments, "path").or_else(|| arguments.first().copied().filter(|first| first.starts_with(['\'', '"'])));
    let methods = match named(&arguments, "methods") {
        Some(methods) => words(methods).into_iter().map(str::to_uppercase).collect(),
        None if name.trim() == "Route" => vec!["*".to_owned()],
        None => vec![name.trim().to_uppercase()],
    };
    (path.map(|path| text(repo, file, path)).unwrap_or_default(), methods)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn routes_stood_in_comments_before_there_were_attributes() {
        let controller = "<?php\n/**\n * Users.\n * @Route(\"/users\", name=\"users\")\n */\nclass UserController {\n    /**\n     * @Route(\n     *   \"/{id}\",\n     *   methods={\"GET\", \"HEAD\"}\n     * )\n     * @OA\\Post(path=\"/x\")\n     */\n    public function one() { return $this->json([]); }\n    /** @Rest\\Post(\"\") */\n    public function make() {}\n    /**\n     * @Route(\"/old\")\n     * @Method({\"PUT\"})\n     */\n    public function old() {}\n    /** @Route(\"/page\") */\n    public function page() { return $this->render('a'); }\n}\n";
        let repo = Fixture::new().file("src/Controller/UserController.php", controller).snapshot();
        let shown: Vec<String> = endpoints(&repo)
            .into_iter()
            .map(|it| format!("{} {} {}{}", it.method, it.path, it.lines.0, if it.page { " page" } else { "" }))
            .collect();
        assert_eq!(
            shown,
            ["GET /users/{id} 8", "HEAD /users/{id} 8", "POST /users 15", "PUT /users/old 18", "* /users/page 22 page"]
        );
    }

    #[test]
    fn a_class_that_can_be_called_is_a_controller() {
        let controller = "<?php\n/** A price. */\n#[Route('/api/price', methods: ['POST'])]\nfinal readonly class PriceController\n{\n    public function __invoke(): Response { return new JsonResponse([]); }\n}\n";
        let shown = |text: &str| -> Vec<String> {
            let repo = Fixture::new().file("src/Controller/PriceController.php", text).snapshot();
            endpoints(&repo).into_iter().map(|it| format!("{} {}", it.method, it.path)).collect()
        };
        assert_eq!(shown(controller), ["POST /api/price"]);
        assert!(shown(&controller.replace("__invoke", "show")).is_empty(), "a prefix of nothing");
        let inner = controller.replace("public", "#[Route('/net', methods: ['GET'])] public");
        assert_eq!(shown(&inner), ["GET /api/price/net"]);
    }
}
