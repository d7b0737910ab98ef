//! Endpoints of Symfony: attributes of controllers, and routes in YAML.

use serde_json::Value;

use super::Endpoint;
use super::endpoint::join;
use super::values::{named, split, text, words};
use crate::Snapshot;
use crate::code::CodeMatch;
use crate::snapshot::paths;

/// The routes of attributes and of YAML files.
pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let (mut endpoints, prefixes) = configured(repo);
    let attributes = repo.code().matches("api.php.attribute");
    let is_of_method = |found: &&CodeMatch| found.scopes.iter().any(|scope| scope.kind.contains("method"));
    for found in attributes.iter().filter(is_of_method) {
        let (path, methods) = attribute(repo, found);
        let class = found.scopes.iter().find(|scope| scope.kind.contains("class"));
        let above = attributes
            .iter()
            .filter(|other| other.path == found.path && !is_of_method(other))
            .find(|other| class.is_some_and(|class| class.bytes.contains(&other.bytes.start)))
            .map(|other| attribute(repo, other).0)
            .unwrap_or_default();
        let method = found.scopes.iter().rev().find(|scope| scope.kind.contains("method")).map(|scope| &scope.name);
        let page = repo
            .code()
            .matches("api.php.page")
            .iter()
            .any(|page| page.path == found.path && page.scopes.iter().any(|scope| Some(&scope.name) == method));
        let prefix = prefixes
            .iter()
            .filter(|(folder, _)| found.path.starts_with(folder.as_str()))
            .max_by_key(|(folder, _)| folder.len())
            .map(|(_, prefix)| prefix.clone())
            .unwrap_or_default();
        for verb in methods {
            endpoints.push(Endpoint {
                file: found.path.to_string(),
                lines: found.lines,
                method: verb,
                path: join(&prefix, &join(&above, &path)),
                framework: "Symfony",
                page,
            });
        }
    }
    endpoints
}

/// The path and the methods of `Route("/users", methods: ["GET"])` or `Get("/users")`.
fn attribute(repo: &Snapshot, found: &CodeMatch) -> (String, Vec<String>) {
    let source = found.var("ATTRIBUTE").unwrap_or_default();
    let (name, rest) = source.split_once('(').unwrap_or((source, ""));
    let arguments = split(rest.trim_end_matches(')'), ',');
    let path =
        named(&arguments, "path").or_else(|| arguments.first().copied().filter(|first| first.starts_with(['\'', '"'])));
    let methods = match named(&arguments, "methods") {
        Some(methods) => words(methods).into_iter().map(str::to_uppercase).collect(),
        None if name.trim() == "Route" => vec!["*".to_owned()],
        None => vec![name.trim().to_uppercase()],
    };
    (path.map(|path| text(repo, &found.path, path)).unwrap_or_default(), methods)
}

/// The routes of `config/routes.yaml` and its neighbours, and the prefixes that they give to folders of controllers.
fn configured(repo: &Snapshot) -> (Vec<Endpoint>, Vec<(String, String)>) {
    let mut endpoints = Vec::new();
    let mut prefixes = Vec::new();
    for (file, source) in repo.tree().own_texts().filter(|(file, _)| is_routing(&file.path)) {
        let options = serde_saphyr::options! { budget: serde_saphyr::budget! { max_depth: 16, max_nodes: 10_000 } };
        let Ok(Value::Object(routes)) = serde_saphyr::from_str_with_options::<Value>(source, options) else { continue };
        for (name, route) in &routes {
            let of = |key: &str| route.get(key).and_then(Value::as_str);
            let resource = route.get("resource").and_then(|resource| resource.get("path")).and_then(Value::as_str);
            if let (Some(resource), Some(prefix)) = (resource.or(of("resource")), of("prefix")) {
                prefixes.push((beside(&file.path, resource), prefix.to_owned()));
            } else if let (Some(path), Some(controller)) = (of("path"), of("controller")) {
                let named = |line: &str| line.trim_end().strip_suffix(':') == Some(name.as_str());
                let line = source.lines().position(named).map_or(1, |index| index as u32 + 1);
                for method in methods(route) {
                    endpoints.push(Endpoint {
                        file: file.path.clone(),
                        lines: (line, line),
                        method,
                        path: path.to_owned(),
                        framework: "Symfony",
                        page: controller.contains("TemplateController") || controller.contains("RedirectController"),
                    });
                }
            }
        }
    }
    (endpoints, prefixes)
}

fn is_routing(path: &str) -> bool {
    let yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    yaml && (path.contains("config/routes/") || path.contains("config/routes.") || path.ends_with("routing.yml"))
        && !path.contains("/dev/")
        && !path.contains("/test/")
}

/// `GET|POST`, `[GET, POST]`, or every method.
fn methods(route: &Value) -> Vec<String> {
    match route.get("methods") {
        Some(Value::String(methods)) => methods.split('|').map(|method| method.trim().to_uppercase()).collect(),
        Some(Value::Array(methods)) => {
            methods.iter().filter_map(|method| Some(method.as_str()?.to_uppercase())).collect()
        }
        _ => vec!["*".to_owned()],
    }
}

/// `../src/Controller/` as seen from the folder of `file`, without the slash at its end.
fn beside(file: &str, resource: &str) -> String {
    let mut parts: Vec<&str> = paths::folder(file).split('/').filter(|part| !part.is_empty()).collect();
    for part in resource.trim_end_matches("**/*.php").split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn yaml_gives_prefixes_and_routes() {
        let controller = "<?php\nclass UserController {\n    #[Route(path: '/users', methods: ['GET'])]\n    public function all() { return $this->json([]); }\n}\n";
        let routes = "api:\n    resource: '../src/Api/Controller/'\n    type: attribute\n    prefix: /api\n\nstatus:\n    path: /status/{id}\n    controller: App\\Status::show\n    methods: [GET, HEAD]\n";
        let repo = Fixture::new()
            .file("src/Api/Controller/UserController.php", controller)
            .file("config/routes.yaml", routes)
            .snapshot();
        let mut shown: Vec<String> =
            endpoints(&repo).into_iter().map(|it| format!("{} {} {}", it.method, it.path, it.lines.0)).collect();
        shown.sort();
        assert_eq!(shown, ["GET /api/users 3", "GET /status/{id} 6", "HEAD /status/{id} 6"]);
    }
}
