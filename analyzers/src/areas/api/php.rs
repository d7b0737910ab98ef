//! Endpoints of Laravel and Lumen, of Slim, of Mezzio, of CodeIgniter, and of routers of a project's own.

mod own;
mod required;

use std::cell::LazyCell;
use std::collections::BTreeMap;

use regex::Regex;

use super::endpoint::{is_api_path, join};
use super::values::{arguments, named, properties, split, text, words};
use super::{Endpoint, VersionCue, symfony};
use crate::Snapshot;
use crate::code::CodeMatch;
use crate::paths;
use crate::snapshot::stack::Ecosystem;

const MEZZIO: &str = "Mezzio";
const CODEIGNITER: &str = "CodeIgniter";

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let code = repo.code();
    let mut files: BTreeMap<&str, Vec<&CodeMatch>> = BTreeMap::new();
    for found in code.matches("api.php.static").iter().chain(code.matches("api.php.member")) {
        files.entry(&found.path).or_default().push(found);
    }
    let mut endpoints = Vec::new();
    files
        .values_mut()
        .for_each(|calls| calls.sort_by_key(|found| (found.bytes.start, std::cmp::Reverse(found.bytes.end))));
    let mut included = BTreeMap::new();
    let has_own = LazyCell::new(|| own::is_router_declared(repo));
    let framework = |file: &str| match framework(repo, file) {
        "" if *has_own => own::NAME,
        named => named,
    };
    for (file, calls) in &files {
        let routes = Routes { repo, file, framework: framework(file), base: base(repo, file), calls };
        routes.include(&mut included);
    }
    required::add(repo, &mut included);
    for (file, calls) in &files {
        let base = Some(base(repo, file)).filter(|base| !base.is_empty());
        let base = base.or_else(|| included.get(*file).cloned()).unwrap_or_default();
        let routes = Routes { repo, file, framework: framework(file), base, calls };
        for found in calls {
            routes.read(found, &mut endpoints);
        }
    }
    endpoints.extend(listed(repo));
    endpoints.extend(symfony::endpoints(repo));
    endpoints
}

/// Mezzio's routes as a list in the configuration.
fn listed(repo: &Snapshot) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for found in repo.code().matches("api.php.listed") {
        if framework(repo, &found.path) != MEZZIO {
            continue;
        }
        let entries = properties(found.var("ROUTE").unwrap_or_default());
        let path = named(&entries, "path").map(|path| text(repo, &found.path, path)).unwrap_or_default();
        let methods = named(&entries, "allowed_methods").map(words).unwrap_or_default();
        let mut methods: Vec<String> = methods
            .into_iter()
            .filter(|word| word.chars().all(|c| c.is_uppercase() || c == '_'))
            .map(|word| word.trim_start_matches("METHOD_").to_owned())
            .filter(|word| METHODS.contains(&word.as_str()))
            .collect();
        if methods.is_empty() {
            methods.push("*".to_owned());
        }
        endpoints.extend(methods.into_iter().map(|method| Endpoint {
            file: found.path.to_string(),
            lines: found.lines,
            method,
            path: join("", &path),
            framework: MEZZIO,
            page: false,
        }));
    }
    endpoints
}

pub(super) fn version_cues(_repo: &Snapshot) -> Vec<VersionCue> {
    Vec::new()
}

struct Routes<'a> {
    repo: &'a Snapshot,
    file: &'a str,
    framework: &'static str,
    base: String,
    calls: &'a [&'a CodeMatch],
}

impl Routes<'_> {
    fn read(&self, found: &CodeMatch, endpoints: &mut Vec<Endpoint>) {
        let name = found.var("NAME").unwrap_or_default();
        if name == "group" || !self.is_router(found) {
            return;
        }
        let arguments = arguments(found.var("ARGS").unwrap_or_default());
        let mut prefix = self.base.clone();
        for group in self.calls.iter().filter(|group| {
            group.var("NAME") == Some("group")
                && group.bytes.end >= found.bytes.end
                && self.body_start(group) <= found.bytes.start
        }) {
            prefix = join(&prefix, &self.group_prefix(group));
        }
        prefix = join(&prefix, &self.chained_prefix(found.var("OBJECT").unwrap_or_default()));
        let value =
            |index: usize| arguments.get(index).map(|path| text(self.repo, self.file, path)).unwrap_or_default();
        let handler = arguments.last().copied().unwrap_or_default();
        let page = name == "view"
            || self.is_page(found, handler)
            || self.shows_a_page(found, handler, &prefix)
            || self.framework == CODEIGNITER && self.makes_a_view(handler)
            || self.framework == own::NAME && own::shows_a_page(self.repo, &join(&prefix, &value(0)), handler);
        let mut add = |method: &str, path: String| {
            endpoints.push(Endpoint {
                file: self.file.to_owned(),
                lines: found.lines,
                method: method.to_owned(),
                path,
                framework: self.framework,
                page,
            });
        };
        match name {
            "match" | "map" if arguments.len() > 1 => {
                // A collection has a `map`, too, which takes a function.
                let verbs = words(arguments.first().copied().unwrap_or_default()).into_iter().map(str::to_uppercase);
                for verb in verbs.filter(|verb| METHODS.contains(&verb.as_str())) {
                    add(&verb, join(&prefix, &value(1)));
                }
            }
            "resource" | "apiResource" => {
                let base = join(&prefix, &value(0));
                let member = join(&base, &format!("{{{}}}", paths::name(&base).trim_end_matches('s')));
                let wanted = self.actions(found, &arguments);
                for (action, method, path) in [
                    ("index", "GET", &base),
                    ("store", "POST", &base),
                    ("show", "GET", &member),
                    ("update", "PUT", &member),
                    ("destroy", "DELETE", &member),
                ] {
                    if wanted(action) {
                        add(method, path.clone());
                    }
                }
            }
            "resources" | "apiResources" => {
                for resource in properties(arguments.first().copied().unwrap_or_default()) {
                    let name = text(self.repo, self.file, resource.split("=>").next().unwrap_or_default());
                    add("*", join(&prefix, &name));
                }
            }
            "any" => add("*", join(&prefix, &value(0))),
            "route" if self.framework == MEZZIO => {
                for verb in arguments.get(2).copied().map(words).unwrap_or_default() {
                    add(&verb.to_uppercase(), join(&prefix, &value(0)));
                }
            }
            "route" => {}
            "view" => add("GET", join(&prefix, &value(0))),
            "match" | "map" | "redirect" | "singleton" | "apiSingleton" => {}
            verb if arguments.len() > 1 => add(&verb.to_uppercase(), join(&prefix, &value(0))),
            _ => {}
        }
    }

    /// Notes the files that groups load, `->group(base_path('routes/v1.php'))` or `require` in a group's function, and
    /// the prefix of the group.
    fn include(&self, included: &mut BTreeMap<String, String>) {
        for group in self.calls.iter().filter(|group| group.var("NAME") == Some("group")) {
            let loaded = group.var("ARGS").filter(|loaded| loaded.contains(".php"));
            let Some(loaded) = loaded.filter(|_| self.is_router(group)) else { continue };
            let around = self.calls.iter().filter(|outer| {
                outer.var("NAME") == Some("group")
                    && outer.bytes != group.bytes
                    && outer.bytes.end >= group.bytes.end
                    && self.body_start(outer) <= group.bytes.start
            });
            let above = around.fold(self.base.clone(), |above, outer| join(&above, &self.group_prefix(outer)));
            let prefix = join(&above, &self.group_prefix(group));
            for path in loaded.split(['\'', '"']).filter(|path| path.ends_with(".php")) {
                let path = path.trim_start_matches(['.', '/']);
                let beside = format!("{}/{path}", paths::folder(self.file));
                let end = format!("/{path}");
                let file = [&beside, path].into_iter().find_map(|path| self.repo.tree().get(path)).or_else(|| {
                    self.repo.tree().own_texts().map(|(file, _)| file).find(|file| file.path.ends_with(&end))
                });
                // The innermost group comes last.
                if let Some(file) = file.filter(|file| file.path != self.file) {
                    included.insert(file.path.clone(), prefix.clone());
                }
            }
        }
    }

    /// Which actions a resource has: `['only' => [...]]` as an argument, `->only([...])` after the call.
    fn actions<'b>(&'b self, found: &CodeMatch, arguments: &[&'b str]) -> impl Fn(&str) -> bool + 'b {
        let after = self.repo.text(self.file).and_then(|text| text.get(found.bytes.end..)).unwrap_or_default();
        let after = after.split(';').next().unwrap_or_default();
        let options = arguments.get(2).map(|options| properties(options)).unwrap_or_default();
        let listed = |name: &str| -> Option<Vec<&'b str>> {
            let chained = || after.split_once(&format!("->{name}("))?.1.split(')').next();
            named(&options, name).or_else(chained).map(words)
        };
        let (only, except) = (listed("only"), listed("except").unwrap_or_default());
        move |action| only.as_ref().is_none_or(|only| only.contains(&action)) && !except.contains(&action)
    }

    /// Whether the call is on Laravel's facade, or on a variable with a router's name in a project with a framework.
    fn is_router(&self, found: &CodeMatch) -> bool {
        let Some(object) = found.var("OBJECT") else { return true };
        let root = object.trim_start_matches('\\');
        root.starts_with("Route::")
            || self.framework == CODEIGNITER && root == "$routes"
            || (!self.framework.is_empty()
                && ["$app", "$router", "$group", "$r", "$this->app", "$this->router", "$route", "$api"].contains(&root))
    }

    /// Where the function of a group begins: what stands before is the chain that leads to it.
    fn body_start(&self, group: &CodeMatch) -> usize {
        group.bytes.start + group.var("OBJECT").map_or(0, str::len)
    }

    fn group_prefix(&self, group: &CodeMatch) -> String {
        let arguments = arguments(group.var("ARGS").unwrap_or_default());
        let first = arguments.first().copied().unwrap_or_default();
        let own = if first.starts_with('[') {
            named(&properties(first), "prefix").map(|prefix| text(self.repo, self.file, prefix)).unwrap_or_default()
        } else if first.starts_with(['\'', '"']) && arguments.len() > 1 {
            text(self.repo, self.file, first)
        } else {
            String::new()
        };
        join(&self.chained_prefix(group.var("OBJECT").unwrap_or_default()), &own)
    }

    /// The prefix in `Route::middleware("auth")->prefix("v1")`.
    fn chained_prefix(&self, object: &str) -> String {
        let marked = object.replace("->", "\u{1}").replace("::", "\u{1}");
        split(&marked, '\u{1}')
            .iter()
            .filter_map(|step| step.strip_prefix("prefix(")?.strip_suffix(')'))
            .fold(String::new(), |path, prefix| join(&path, &text(self.repo, self.file, prefix)))
    }

    /// Whether the route is one of Laravel's for browsers, and its handler is there and makes no data.
    fn shows_a_page(&self, found: &CodeMatch, handler: &str, prefix: &str) -> bool {
        if self.framework != "Laravel" || paths::name(self.file) != "web.php" || is_api_path(prefix) {
            return false;
        }
        let Some((class, method)) = action(handler) else {
            let is_inline = handler.starts_with("function") || handler.starts_with("fn");
            return is_inline && !makes_data(found.var("ARGS").unwrap_or_default());
        };
        let name = format!("{class}.php");
        let mut texts = self.repo.tree().own_texts().filter(|(file, _)| file.name() == name);
        let Some((_, text)) = texts.find(|(file, _)| file.path.contains("Controllers")) else { return false };
        let body = match text.split_once(&format!("function {method}(")) {
            Some((_, rest)) => rest.split(" function ").next().unwrap_or(rest),
            None if method.is_empty() => text,
            None => return false,
        };
        !makes_data(body)
    }

    /// Whether a handler of CodeIgniter, `'Home::index'`, is there and answers with a view.
    fn makes_a_view(&self, handler: &str) -> bool {
        let Some((class, method)) = handler.trim_matches(['\'', '"']).split_once("::") else { return false };
        let name = format!("{}.php", class.rsplit('\\').next().unwrap_or(class));
        let method = method.split('/').next().unwrap_or(method);
        let mut texts = self.repo.tree().own_texts().filter(|(file, _)| file.name() == name);
        let text = texts.find(|(file, _)| file.path.contains("Controllers")).map_or("", |(_, text)| text);
        let body = text.split_once(&format!("function {method}(")).map_or("", |(_, rest)| rest);
        body.split(" function ").next().unwrap_or(body).contains("view(")
    }

    fn is_page(&self, found: &CodeMatch, handler: &str) -> bool {
        let class = handler.trim_start_matches('[').split("::class").next().unwrap_or_default();
        let class = class.rsplit('\\').next().unwrap_or(class);
        let method = handler
            .split_once(',')
            .map_or("__invoke", |(_, method)| method.trim_matches(|c: char| !c.is_alphanumeric()));
        self.repo.code().matches("api.php.page").iter().any(|page| {
            let inline =
                *page.path == *self.file && found.bytes.start <= page.bytes.start && page.bytes.end <= found.bytes.end;
            let has = |name: &str| page.scopes.iter().any(|scope| scope.name == name);
            inline || (handler.contains("::class") && has(class) && has(method))
        })
    }
}

/// Class and method of a handler: `[Users::class, 'index']`, `'Users@index'`, `['uses' => 'Admin\Users@index']`,
/// `Users::class`.
fn action(handler: &str) -> Option<(&str, &str)> {
    let (class, method) = match handler.split_once("::class") {
        Some((class, method)) => (class, method),
        None => handler.split_once('@')?,
    };
    let class = class.rsplit(['\\', '[', '\'', '"', ' ']).next().filter(|class| !class.is_empty())?;
    Some((class, method.trim_matches(|c: char| !c.is_alphanumeric() && c != '_')))
}

/// Whether a handler's source makes data.
fn makes_data(source: &str) -> bool {
    ["json(", "Json", "toJson", "Resource::", "Resource(", "return ["].iter().any(|word| source.contains(word))
}

fn framework(repo: &Snapshot, file: &str) -> &'static str {
    let stack = repo.stack();
    let has = |name: &str| stack.dependency(Ecosystem::Php, name).is_some();
    let source = repo.text(file).unwrap_or_default();
    if has("slim/slim") || source.contains("use Slim\\") {
        "Slim"
    } else if has("mezzio/mezzio") || has("zendframework/zend-expressive") {
        MEZZIO
    } else if has("laravel/lumen-framework") {
        "Lumen"
    } else if has("codeigniter4/framework") {
        CODEIGNITER
    } else if has("laravel/framework") || source.contains("Facades\\Route") {
        "Laravel"
    } else {
        ""
    }
}

/// The prefix that Laravel gives to a whole file of routes: `api` for `routes/api.php`, unless the project says another.
fn base(repo: &Snapshot, file: &str) -> String {
    let Some(name) = file.strip_suffix(".php").filter(|_| paths::folder(file).ends_with("routes")).map(paths::name)
    else {
        return String::new();
    };
    let mounted =
        Regex::new(&format!(r#"prefix\(\s*['"]([^'"\n]*)['"]\s*\)[^;]{{0,300}}?routes/{}\.php"#, regex::escape(name)));
    let renamed = Regex::new(r#"apiPrefix:\s*['"]([^'"\n]*)['"]"#);
    let (Ok(mounted), Ok(renamed)) = (mounted, renamed) else { return String::new() };
    for (other, source) in repo.tree().own_texts() {
        let is_provider = other.name() == "RouteServiceProvider.php" || other.path.ends_with("bootstrap/app.php");
        if !is_provider {
            continue;
        }
        let rule = if name == "api" { renamed.captures(source) } else { None };
        if let Some(found) = rule.or_else(|| mounted.captures(source)) {
            return found[1].to_owned();
        }
    }
    let is_lumen = repo.stack().dependency(Ecosystem::Php, "laravel/lumen-framework").is_some();
    if name == "api" && !is_lumen && framework(repo, file) == "Laravel" { "api".to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests;
