//! Routes in YAML: `config/routes.yaml`, its neighbours, and the files that they import.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Prefixes, shows_page};
use crate::Snapshot;
use crate::areas::api::Endpoint;
use crate::areas::api::endpoint::is_api_path;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::leave;
use crate::areas::api::routing::mounts::{Mounts, Router};
use crate::areas::api::values::UNKNOWN;
use crate::kinds::served;
use crate::paths;

/// More imports are not followed.
const IMPORTS: usize = 500;

/// Services of bundles that describe or inspect an application, and are no part of it.
const OF_BUNDLES: &[&str] = &["nelmio_api_doc.", "web_profiler.", "fos_js_routing."];

/// What the files of routes say.
#[derive(Default)]
pub(super) struct Configured {
    pub endpoints: Vec<Endpoint>,
    pub prefixes: Prefixes,
    /// The prefix of API Platform's resources.
    pub resources: String,
}

pub(super) fn configured(repo: &Snapshot) -> Configured {
    let Configured { mut endpoints, mut prefixes, mut resources } = Configured::default();
    let files = Files::of(repo);
    let classes = classes(repo);
    let is_first = LazyCell::new(|| served::symfony_first(repo).is_some());
    for (path, routes) in &files.routes {
        let source = repo.text(path).unwrap_or_default();
        let around = files.prefixes(path);
        for (name, route) in routes {
            let of = |key: &str| route.get(key).and_then(Value::as_str);
            if of("type") == Some("api_platform") {
                resources = of("prefix").unwrap_or_default().to_owned();
            } else if let Some((resource, prefix)) = import(route) {
                let resource = beside(path, resource);
                if !files.routes.contains_key(resource.as_str()) {
                    let whole = around.iter().map(|around| join(around, &prefix)).find(|whole| whole != "/");
                    prefixes.extend(whole.map(|whole| (resource, whole)));
                }
            } else if let Some((url, methods)) = route_of_first(route).filter(|_| *is_first) {
                let line = line_of(source, name);
                let page = !is_api_path(url) && !route.to_string().contains("\"sf_format\":\"json\"");
                endpoints.extend(methods.into_iter().map(|method| Endpoint {
                    file: (*path).to_owned(),
                    lines: (line, line),
                    method,
                    path: join("", url),
                    framework: "Symfony",
                    page,
                }));
            } else if let (Some(route_path), Some(controller)) = (route_path(route), controller(route)) {
                let line = line_of(source, name);
                let page = is_page(repo, &classes, route, controller);
                for (method, around) in methods(route).iter().flat_map(|it| around.iter().map(move |at| (it, at))) {
                    endpoints.push(Endpoint {
                        file: (*path).to_owned(),
                        lines: (line, line),
                        method: method.clone(),
                        path: join(around, route_path),
                        framework: "Symfony",
                        page,
                    });
                }
            }
        }
    }
    files.mounts.tell(repo, "Symfony");
    resources = join(&resources, &default_prefix(repo));
    Configured { endpoints, prefixes, resources }
}

/// The line of the route called `name`.
fn line_of(source: &str, name: &str) -> u32 {
    let named = |line: &str| line.trim_end().strip_suffix(':') == Some(name);
    source.lines().position(named).map_or(1, |index| index as u32 + 1)
}

/// The path and the methods of a route of symfony 1: `url` with `param`, or the prefix of a collection.
fn route_of_first(route: &Value) -> Option<(&str, Vec<String>)> {
    let of = |key: &str, inner: &str| route.get(key).and_then(|it| it.get(inner));
    let url = match route.get("url") {
        Some(url) => of("param", "module").and(url.as_str())?,
        None => of("options", "prefix_path")?.as_str()?,
    };
    let methods = match of("requirements", "sf_method") {
        Some(Value::String(method)) => vec![method.to_uppercase()],
        Some(Value::Array(methods)) => methods.iter().filter_map(Value::as_str).map(str::to_uppercase).collect(),
        _ => vec!["*".to_owned()],
    };
    Some((url, methods))
}

/// The files of routes, and who imports them under what.
struct Files<'r> {
    routes: BTreeMap<&'r str, serde_json::Map<String, Value>>,
    /// Each file as a router, by its place in `names`.
    mounts: Mounts,
    names: BTreeMap<&'r str, usize>,
}

impl<'r> Files<'r> {
    fn of(repo: &'r Snapshot) -> Self {
        let own = repo.tree().own_texts().filter(|(file, _)| is_routing(&file.path));
        let mut open: Vec<(&str, &str)> = own.map(|(file, text)| (file.path.as_str(), text)).collect();
        let names = repo.tree().files().iter().enumerate().map(|(index, file)| (file.path.as_str(), index)).collect();
        let mut files = Files { routes: BTreeMap::new(), mounts: Mounts::default(), names };
        let mut known: BTreeSet<&str> = open.iter().map(|(path, _)| *path).collect();
        let mut left = IMPORTS;
        while let Some((path, text)) = open.pop() {
            let options = serde_saphyr::options! { budget: serde_saphyr::budget! { max_depth: 16, max_nodes: 10_000 } };
            let Ok(Value::Object(routes)) = serde_saphyr::from_str_with_options::<Value>(text, options) else {
                continue;
            };
            for (resource, prefix) in routes.values().filter_map(import) {
                if left == 0 {
                    leave(repo, "Symfony's imports");
                    break;
                }
                left -= 1;
                for file in imported(repo, path, resource) {
                    files.mounts.mount(files.router(file), &prefix, files.router(path));
                    // Many may import it, and it may be no YAML; once is enough.
                    let is_new = !is_routing(file) && known.insert(file);
                    open.extend(repo.text(file).filter(|_| is_new).map(|text| (file, text)));
                }
            }
            files.routes.insert(path, routes);
        }
        files
    }

    /// What stands in front of the routes of a file, by those that import it.
    fn prefixes(&self, file: &str) -> Vec<String> {
        self.mounts.prefixes(self.router(file))
    }

    fn router(&self, file: &str) -> Router {
        self.names.get(file).map_or(Router::Root, |index| Router::At(*index, 0))
    }
}

/// What is imported, and the prefix that it is given.
fn import(route: &Value) -> Option<(&str, String)> {
    let resource = route.get("resource")?;
    let resource = resource.as_str().or_else(|| resource.get("path")?.as_str())?;
    let prefix = match route.get("prefix") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(prefix)) if prefix.contains('%') => UNKNOWN.to_owned(),
        Some(Value::String(prefix)) => prefix.clone(),
        // One for each language.
        Some(_) => UNKNOWN.to_owned(),
    };
    Some((resource, prefix))
}

/// The YAML files that `resource` means, as seen from `file`: by path, by `*`, or in a bundle.
fn imported<'r>(repo: &'r Snapshot, file: &str, resource: &str) -> Vec<&'r str> {
    let is_yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml");
    let files = || repo.tree().files().iter().map(|file| file.path.as_str()).filter(|path| is_yaml(path));
    if let Some((bundle, inside)) = resource.strip_prefix('@').and_then(|bundle| bundle.split_once('/')) {
        let folder = |path: &'r str| path.strip_suffix(inside)?.strip_suffix('/');
        return files().filter(|path| folder(path).is_some_and(|folder| is_bundle(folder, bundle))).collect();
    }
    let path = beside(file, resource);
    if let Some((before, after)) = path.split_once('*') {
        let after = after.trim_start_matches('*');
        let fits = |path: &&str| {
            let rest = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
            rest.is_some_and(|rest| !rest.contains('/') && *path != file)
        };
        return files().filter(fits).collect();
    }
    repo.tree().get(&path).map(|file| file.path.as_str()).filter(|path| is_yaml(path)).into_iter().collect()
}

/// Whether the folder of the bundle called `name` is `folder`: of `AcmeCowBundle` it may be `src/AcmeCowBundle`,
/// `src/Acme/CowBundle` or `src/Acme/Bundle/CowBundle`, with `src` below it or without.
fn is_bundle(folder: &str, name: &str) -> bool {
    let folder = folder.strip_suffix("/src").unwrap_or(folder);
    let mut left = name;
    for part in folder.split('/').rev() {
        left = match left.strip_suffix(part) {
            Some(rest) => rest,
            None if part == "Bundle" => left,
            None => return false,
        };
        if left.is_empty() {
            return true;
        }
    }
    false
}

/// The path of a route; the first of those that stand for languages.
fn route_path(route: &Value) -> Option<&str> {
    let path = route.get("path").or_else(|| route.get("pattern"))?;
    path.as_str().or_else(|| path.as_object()?.values().next()?.as_str())
}

/// `controller: App\Cow::list`, or `_controller` among the defaults, in every form.
fn controller(route: &Value) -> Option<&str> {
    let among_defaults = || route.get("defaults")?.get("_controller")?.as_str();
    let controller = route.get("controller").and_then(Value::as_str).or_else(among_defaults)?;
    (!OF_BUNDLES.iter().any(|bundle| controller.starts_with(bundle))).then_some(controller)
}

/// Whether the controller of a route answers with a page: one of the framework's own that do, or a method that does.
fn is_page(repo: &Snapshot, classes: &Classes<'_>, route: &Value, controller: &str) -> bool {
    if ["TemplateController", "RedirectController"].iter().any(|own| controller.contains(own)) {
        return true;
    }
    let format = route.get("defaults").and_then(|defaults| defaults.get("_format")).and_then(Value::as_str);
    if matches!(format, Some("json" | "xml")) {
        return false;
    }
    // `App\CowController::list`, `App:Sub/Cow:list`, `Sub\Cow:list`, `app.cow:list`
    let (class, method) = controller.rsplit_once(':').unwrap_or((controller, "__invoke"));
    let class = class.trim_end_matches(':').rsplit(['\\', ':', '/']).next().unwrap_or(class);
    let names = [class.to_owned(), format!("{class}Controller")];
    let methods = [method.to_owned(), format!("{method}Action")];
    let files = names.iter().filter_map(|name| classes.get(name.as_str())).flatten();
    files.into_iter().any(|file| methods.iter().any(|method| shows_page(repo, file, method)))
}

/// The files of classes, by the name of the class.
type Classes<'r> = BTreeMap<&'r str, Vec<&'r str>>;

fn classes(repo: &Snapshot) -> Classes<'_> {
    let mut classes: Classes<'_> = BTreeMap::new();
    for file in repo.tree().files() {
        if let Some(class) = file.name().strip_suffix(".php") {
            classes.entry(class).or_default().push(&file.path);
        }
    }
    classes
}

/// The prefix that API Platform puts before all resources beside that of its routes.
fn default_prefix(repo: &Snapshot) -> String {
    let mut files = repo.tree().own_texts().filter(|(file, _)| file.path.contains("config/packages/api_platform.y"));
    let read = |source: &str| {
        let options = serde_saphyr::options! { budget: serde_saphyr::budget! { max_depth: 16, max_nodes: 10_000 } };
        let value: Value = serde_saphyr::from_str_with_options(source, options).ok()?;
        Some(value.pointer("/api_platform/defaults/route_prefix")?.as_str()?.to_owned())
    };
    files.find_map(|(_, source)| read(source)).unwrap_or_default()
}

fn is_routing(path: &str) -> bool {
    let yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    yaml && (path.contains("config/routes/") || path.contains("config/routes.") || path.ends_with("routing.yml"))
        && !path.contains("/dev/")
        && !path.contains("/test/")
}

/// `GET|POST`, `[GET, POST]`, `[GET|POST]`, or every method.
fn methods(route: &Value) -> Vec<String> {
    let split = |methods: &str| methods.split('|').map(|method| method.trim().to_uppercase()).collect::<Vec<_>>();
    match route.get("methods") {
        Some(Value::String(methods)) => split(methods),
        Some(Value::Array(methods)) => methods.iter().filter_map(Value::as_str).flat_map(split).collect(),
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
    use crate::snapshot::fixture::Fixture;

    fn shown(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        let endpoints = super::super::endpoints(&repo).into_iter();
        let page = |page: bool| if page { " page" } else { "" };
        let mut shown: Vec<String> =
            endpoints.map(|it| format!("{} {} {}{}", it.method, it.path, it.lines.0, page(it.page))).collect();
        shown.sort();
        shown
    }

    #[test]
    fn the_controller_may_stand_among_the_defaults() {
        for controller in [
            "App\\Controller\\CowController::list",
            "App\\Controller\\CowController:listAction",
            "Sub\\Cow:list",
            "AppBundle:Cow:list",
            "app.controller.cow:list",
        ] {
            let inline = format!(
                "list_cows:\n    path: /cows/{{id}}.{{_format}}\n    defaults: {{ _controller: {controller}, _format: json }}\n    methods: [GET|OPTIONS]\n"
            );
            assert_eq!(
                shown(&[("config/routes.yaml", &inline)]),
                ["GET /cows/{id}.{_format} 1", "OPTIONS /cows/{id}.{_format} 1"],
                "{controller}"
            );
            let block = format!("list_cows:\n    path: /cows\n    defaults:\n        _controller: '{controller}'\n");
            assert_eq!(shown(&[("config/routes.yaml", &block)]), ["* /cows 1"], "{controller}");
        }
        assert!(shown(&[("config/routes.yaml", "cows:\n    path: /cows\n    defaults: { id: 1 }\n")]).is_empty());
        let described =
            "docs:\n    path: /api/doc.json\n    defaults: { _controller: nelmio_api_doc.controller.swagger }\n";
        assert!(shown(&[("config/routes.yaml", described)]).is_empty());
    }

    #[test]
    fn a_controller_that_shows_a_page_is_one_in_yaml_too() {
        let controller =
            "<?php\nclass CowController {\n    public function listAction() { return $this->render('cows'); }\n}\n";
        let routes = "cows:\n    path: /cows\n    defaults: { _controller: App\\Cow:list }\n";
        let files = [("src/Controller/CowController.php", controller), ("config/routes.yaml", routes)];
        assert_eq!(shown(&files), ["* /cows 1 page"]);
    }

    #[test]
    fn what_is_imported_stands_below_the_prefix_of_the_import() {
        let cows = "cows:\n    path: /cows\n    controller: App\\Cow::list\n    methods: GET\n";
        let root = "v1:\n    resource: \"routes/v1/all.yml\"\n    prefix: \"/api/v1\"\n\nlost:\n    resource: 'other.yml'\n    prefix: '%prefix%'\n";
        let all = "cows:\n    resource: cows/*.yml\n    prefix: /farm\n";
        let files = [
            ("config/routes.yaml", root),
            ("config/routes/v1/all.yml", all),
            ("config/routes/v1/cows/cows.yml", cows),
            ("config/other.yml", &cows.replace("cows", "others")),
            ("config/unrelated.yml", cows),
        ];
        assert_eq!(shown(&files), ["GET /api/v1/farm/cows 1", "GET /{?}/others 1"]);
    }

    #[test]
    fn an_import_from_a_bundle_means_the_bundle_of_that_name() {
        let of = |path: &str, name: &str| {
            let root = format!("cows:\n    resource: '@{name}/Resources/config/farm.yml'\n    prefix: /farm\n");
            let cows = "cows:\n    path: /cows\n    controller: App\\Cow::list\n    methods: GET\n";
            shown(&[("config/routes.yaml", &root), (path, cows)])
        };
        for path in ["src/AcmeCowBundle", "src/Acme/CowBundle", "src/Acme/Bundle/CowBundle", "AcmeCowBundle/src"] {
            let path = format!("{path}/Resources/config/farm.yml");
            assert_eq!(of(&path, "AcmeCowBundle"), ["GET /farm/cows 1"], "{path}");
            assert!(of(&path, "AcmePigBundle").is_empty(), "{path}");
        }
    }

    #[test]
    fn yaml_gives_prefixes_and_routes() {
        let controller = "<?php\nclass UserController {\n    #[Route(path: '/users', methods: ['GET'])]\n    public function all() { return $this->json([]); }\n}\n";
        let routes = "api:\n    resource: '../src/Api/Controller/'\n    type: attribute\n    prefix: /api\n\nstatus:\n    path: /status/{id}\n    controller: App\\Status::show\n    methods: [GET, HEAD]\n";
        let files = [("src/Api/Controller/UserController.php", controller), ("config/routes.yaml", routes)];
        assert_eq!(shown(&files), ["GET /api/users 3", "GET /status/{id} 6", "HEAD /status/{id} 6"]);
    }
}
