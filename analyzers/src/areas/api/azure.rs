//! Azure Functions: triggers that answer requests, in attributes of C#, calls of Node, and files called `function.json`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Endpoint;
use super::endpoint::join;
use super::routing::constants::Constants;
use super::routing::expression::{arguments, last_name};
use super::routing::source::Sources;
use super::values::{self, UNKNOWN, named, properties, words};
use crate::Snapshot;
use crate::code::{CodeMatch, Language, string_literal};
use crate::paths;
use crate::snapshot::stack::Ecosystem;

/// The name that its own site uses.
const FRAMEWORK: &str = "Azure Functions";

/// What stands in front of all routes where `host.json` says nothing else.
const PREFIX: &str = "api";

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let mut endpoints = [attributes(repo), calls(repo), files(repo)].concat();
    let mut prefixes = BTreeMap::new();
    for endpoint in &mut endpoints {
        let folder = paths::folder(&endpoint.file);
        let prefix = prefixes.entry(folder.to_owned()).or_insert_with(|| prefix(repo, folder));
        endpoint.path = join(prefix, &endpoint.path);
    }
    endpoints
}

/// `[FunctionName("AddPear")] Add([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "pears")] HttpRequest request)`
fn attributes(repo: &Snapshot) -> Vec<Endpoint> {
    let sources = Sources::of(repo, "api.csharp");
    let constants = Constants::of(&sources, "api.csharp.constant", Language::CSharp);
    let mut endpoints = Vec::new();
    for (file, found) in sources.matches("api.csharp.trigger") {
        let text = sources.matched(file, found);
        let list = text.split_once('(').map_or("", |(_, rest)| rest.strip_suffix(')').unwrap_or(rest));
        let args: Vec<&str> = arguments(list, 0).into_iter().map(|arg| arg.text).collect();
        let route = named(&args, "Route").filter(|route| *route != "null");
        let path = match route {
            Some(route) => constants.string(route, file).unwrap_or_else(|| UNKNOWN.to_owned()),
            None => function(&sources, &constants, file, found),
        };
        let verbs = args.iter().filter_map(|arg| string_literal(arg)).map(str::to_ascii_uppercase).collect();
        add(&mut endpoints, sources.path(file), found.lines, verbs, &path);
    }
    endpoints
}

/// The name of the function that a trigger is a parameter of.
fn function(sources: &Sources<'_>, constants: &Constants<'_>, file: usize, found: &CodeMatch) -> String {
    let Some(method) = found.scopes.iter().rfind(|scope| scope.kind == "method_declaration") else {
        return UNKNOWN.to_owned();
    };
    let head = sources.text(file).get(method.bytes.start..found.bytes.start).unwrap_or_default();
    let name =
        ["[FunctionName(", "[Function("].iter().find_map(|call| Some(head.split_once(call)?.1)).and_then(|rest| {
            let name = rest.split([')', ',']).next()?.trim();
            match name.strip_prefix("nameof(") {
                Some(name) => Some(last_name(name).to_owned()),
                None => constants.string(name, file),
            }
        });
    name.unwrap_or_else(|| method.name.clone())
}

/// `app.http("addPear", { methods: ["POST"], route: "pears", handler })`
fn calls(repo: &Snapshot) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    if repo.stack().dependency(Ecosystem::Npm, "@azure/functions").is_none() {
        return endpoints;
    }
    for found in repo.code().matches("api.javascript.trigger") {
        let file = &*found.path;
        let args = values::arguments(found.var("ARGS").unwrap_or_default());
        let [name, options, ..] = args.as_slice() else { continue };
        let options = properties(options);
        let path = values::text(repo, file, named(&options, "route").unwrap_or(name));
        let verbs = named(&options, "methods").map(words).unwrap_or_default();
        add(&mut endpoints, file, found.lines, verbs.into_iter().map(str::to_ascii_uppercase).collect(), &path);
    }
    endpoints
}

/// `function.json`, whose folder has the function's name.
fn files(repo: &Snapshot) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for (file, text) in repo.tree().own_texts().filter(|(file, _)| file.name() == "function.json") {
        let Ok(described) = serde_json::from_str::<Value>(text) else { continue };
        let bindings = described["bindings"].as_array().into_iter().flatten();
        for trigger in bindings.filter(|binding| binding["type"] == "httpTrigger") {
            let verbs = trigger["methods"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let verbs = verbs.map(str::to_ascii_uppercase).collect();
            let path = trigger["route"].as_str().unwrap_or_else(|| paths::name(paths::folder(&file.path)));
            let line = text.lines().position(|line| line.contains("httpTrigger")).map_or(1, |line| line as u32 + 1);
            add(&mut endpoints, &file.path, (line, line), verbs, path);
        }
    }
    endpoints
}

/// Adds an endpoint for each verb; a trigger that names none takes all.
fn add(endpoints: &mut Vec<Endpoint>, file: &str, lines: (u32, u32), mut verbs: Vec<String>, path: &str) {
    if verbs.is_empty() {
        verbs.push("*".to_owned());
    }
    endpoints.extend(verbs.into_iter().map(|method| Endpoint {
        file: file.to_owned(),
        lines,
        method,
        path: path.to_owned(),
        framework: FRAMEWORK,
        page: false,
    }));
}

/// What the nearest `host.json` in `folder` or above puts in front of the routes.
fn prefix(repo: &Snapshot, mut folder: &str) -> String {
    loop {
        let host = if folder.is_empty() { "host.json".to_owned() } else { format!("{folder}/host.json") };
        if let Some(text) = repo.text(&host) {
            let settings = serde_json::from_str::<Value>(text).unwrap_or_default();
            return settings["extensions"]["http"]["routePrefix"].as_str().unwrap_or(PREFIX).to_owned();
        }
        if folder.is_empty() {
            return PREFIX.to_owned();
        }
        folder = paths::folder(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::endpoints;
    use crate::snapshot::fixture::Fixture;

    fn routes(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        let mut routes: Vec<String> =
            endpoints(&repo).into_iter().map(|it| format!("{} {}", it.method, it.path)).collect();
        routes.sort();
        routes
    }

    #[test]
    fn triggers_in_attributes_have_a_route_or_the_name_of_the_function() {
        let pears = r#"
public class Pears(IPears pears)
{
    [FunctionName("AddPear")]
    public async Task<IActionResult> Add(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "pears/{id}")] HttpRequest request, ILogger log) => Ok();
    [Function(nameof(Pears.Count))]
    public IActionResult Count([HttpTrigger(AuthorizationLevel.Function, Route = null)] HttpRequest request) => Ok();
    [Function("Ripen")]
    public void Ripen([TimerTrigger("0 * * * *")] TimerInfo timer) {}
}"#;
        let here = ("shop/Pears.cs", pears);
        assert_eq!(routes(&[here]), ["* /api/Count", "GET /api/pears/{id}", "POST /api/pears/{id}"]);
        let host = ("shop/host.json", r#"{"version": "2.0", "extensions": {"http": {"routePrefix": "v1"}}}"#);
        assert_eq!(routes(&[here, host])[1], "GET /v1/pears/{id}");
    }

    #[test]
    fn triggers_of_node_and_in_files() {
        let call = (
            "src/a.js",
            "app.http('addPear', { methods: ['POST'], route: 'pears', handler });\napp.http('count', { handler });\n",
        );
        let package = ("package.json", r#"{"dependencies": {"@azure/functions": "4"}}"#);
        assert_eq!(routes(&[call, package]), ["* /api/count", "POST /api/pears"]);
        assert!(routes(&[call]).is_empty());
        let file =
            |kind: &str| format!(r#"{{"bindings": [{{"type": "{kind}", "methods": ["get"]}}, {{"type": "http"}}]}}"#);
        assert_eq!(routes(&[("ListPears/function.json", &file("httpTrigger"))]), ["GET /api/ListPears"]);
        assert!(routes(&[("ListPears/function.json", &file("queueTrigger"))]).is_empty());
        // However large it is: what is too large to be read at all is said.
        let padded = file("httpTrigger") + &" ".repeat(100_000);
        assert_eq!(routes(&[("ListPears/function.json", &padded)]), ["GET /api/ListPears"]);
    }
}
