//! Endpoints of API Platform: a class that is marked as a resource has them without a controller.

use super::endpoint::join;
use super::values::{named, properties, split, text};
use super::{Endpoint, symfony};
use crate::Snapshot;
use crate::code::{CodeMatch, Scope};

/// What a resource has where it doesn't say which operations.
const EVERY: &[&str] = &["GetCollection", "Post", "Get", "Patch", "Delete"];

/// The operations of every class that is marked, below `prefix`.
pub(super) fn endpoints(repo: &Snapshot, prefix: &str) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    let marks: Vec<(&CodeMatch, &Scope)> =
        repo.code().matches("api.php.resource").iter().filter_map(|found| Some((found, class_of(found)?))).collect();
    for of_class in marks.chunk_by(|a, b| a.0.path == b.0.path && a.1.bytes == b.1.bytes) {
        let (resources, beside): (Vec<_>, Vec<_>) = of_class
            .iter()
            .map(|(found, class)| (*found, Call::read(found.var("ATTRIBUTE").unwrap_or_default()), *class))
            .partition(|(_, call, _)| call.name == "ApiResource");
        let mut add = |found: &CodeMatch, class: &Scope, resource: Option<&Call>, operation: &Call| {
            endpoints.push(endpoint(repo, (&found.path, found.lines), prefix, &class.name, resource, operation));
        };
        for (found, resource, class) in &resources {
            match resource.operations() {
                Some(operations) => operations.iter().for_each(|it| add(found, class, Some(resource), it)),
                None if beside.is_empty() => {
                    EVERY.iter().for_each(|name| add(found, class, Some(resource), &Call::read(name)));
                }
                None => beside.iter().for_each(|(found, it, class)| add(found, class, Some(resource), it)),
            }
        }
        if resources.is_empty() {
            beside.iter().for_each(|(found, it, class)| add(found, class, None, it));
        }
    }
    endpoints.extend(commented(repo, prefix));
    endpoints
}

/// The operations of every class that was marked before there were attributes: `@ApiResource` in the comment above it.
fn commented(repo: &Snapshot, prefix: &str) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for found in repo.code().matches("api.php.resource_comment") {
        let Some(source) = repo.text(&found.path) else { continue };
        let (comment, below) = (&source[found.bytes.clone()], &source[found.bytes.end..]);
        let Some(class) = symfony::BELOW.captures(below).filter(|below| &below[1] == "class") else { continue };
        let Some((before, call)) = comment.split_once("@ApiResource") else { continue };
        let list = if call.starts_with('(') { symfony::balanced(call) } else { String::new() };
        let resource = Call::read(&format!("ApiResource{list}"));
        let line = found.lines.0 + before.matches('\n').count() as u32;
        let every = || EVERY.iter().map(|name| Call::read(name)).collect();
        for operation in resource.operations().unwrap_or_else(every) {
            let place = (&*found.path, (line, line));
            endpoints.push(endpoint(repo, place, prefix, &class[2], Some(&resource), &operation));
        }
    }
    endpoints
}

/// What `operation` of the class answers, which `resource` marks unless the operation does so by itself.
fn endpoint(
    repo: &Snapshot,
    (file, lines): (&str, (u32, u32)),
    prefix: &str,
    class: &str,
    resource: Option<&Call>,
    operation: &Call,
) -> Endpoint {
    let value = |call: &Call, name: &str| Some(text(repo, file, call.argument(name)?));
    let of_resource = |name: &str| resource.and_then(|resource| value(resource, name));
    let path = value(operation, "uriTemplate").or_else(|| of_resource("uriTemplate")).unwrap_or_else(|| {
        let all = plural(&snake(&of_resource("shortName").unwrap_or_else(|| class.to_owned())));
        if matches!(operation.name.as_str(), "GetCollection" | "Post") { all } else { format!("{all}/{{id}}") }
    });
    Endpoint {
        file: file.to_owned(),
        lines,
        method: operation.name.trim_end_matches("Collection").to_uppercase(),
        path: join(prefix, &join(&of_resource("routePrefix").unwrap_or_default(), &path)),
        framework: "Symfony",
        page: false,
    }
}

/// The class that a mark stands above; none where it stands above a method.
fn class_of(found: &CodeMatch) -> Option<&Scope> {
    found.scopes.last().filter(|scope| scope.kind.contains("class"))
}

/// `Get(uriTemplate: '/users/{id}')`, or a name alone.
#[derive(Clone)]
struct Call {
    name: String,
    list: String,
}

impl Call {
    fn read(source: &str) -> Self {
        let source = without_comments(source);
        let (name, list) = source.split_once('(').unwrap_or((&source, ""));
        let name = name.trim().rsplit('\\').next().unwrap_or_default();
        let list = list.trim_end();
        Call { name: name.to_owned(), list: list.strip_suffix(')').unwrap_or(list).to_owned() }
    }

    fn argument(&self, name: &str) -> Option<&str> {
        named(&split(&self.list, ','), name)
    }

    /// `operations: [new Get(), new Post()]`, or the older `collectionOperations: ['get'], itemOperations: []`.
    fn operations(&self) -> Option<Vec<Call>> {
        if let Some(list) = self.argument("operations") {
            let calls = properties(list).into_iter().map(|it| it.strip_prefix("new ").unwrap_or(it));
            return Some(calls.map(Call::read).collect());
        }
        let (all, one) = (self.argument("collectionOperations"), self.argument("itemOperations"));
        if all.is_none() && one.is_none() {
            return None;
        }
        let named = |list: Option<&str>, every: &[&str], suffix: &str| -> Vec<Call> {
            let entries = list.map_or_else(|| every.to_vec(), properties);
            let words = entries.into_iter().map(|it| it.split('=').next().unwrap_or(it));
            let words = words.map(|it| it.trim().trim_matches(['\'', '"']).to_lowercase());
            words
                .filter_map(|word| match word.as_str() {
                    "get" => Some(Call::read(&format!("Get{suffix}"))),
                    "post" => Some(Call::read("Post")),
                    "put" => Some(Call::read("Put")),
                    "patch" => Some(Call::read("Patch")),
                    "delete" => Some(Call::read("Delete")),
                    _ => None,
                })
                .collect()
        };
        Some([named(all, &["get", "post"], "Collection"), named(one, &["get", "patch", "delete"], "")].concat())
    }
}

/// `source` without `// ...` at the end of its lines; an apostrophe in one begins no string.
fn without_comments(source: &str) -> String {
    let mut kept = String::new();
    for line in source.lines() {
        let mut quote = None;
        let mut end = line.len();
        for (at, c) in line.char_indices() {
            match quote {
                Some(open) if c == open => quote = None,
                Some(_) => {}
                None if matches!(c, '\'' | '"') => quote = Some(c),
                None if line[at..].starts_with("//") => {
                    end = at;
                    break;
                }
                None => {}
            }
        }
        kept.push_str(&line[..end]);
        kept.push('\n');
    }
    kept.trim().to_owned()
}

/// `AirplaneModel` as `airplane_model`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

fn plural(name: &str) -> String {
    let consonant = |stem: &str| !stem.ends_with(['a', 'e', 'i', 'o', 'u']);
    match name.strip_suffix('y') {
        Some(stem) if consonant(stem) => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh"].iter().any(|end| name.ends_with(end)) => format!("{name}es"),
        _ => format!("{name}s"),
    }
}

#[cfg(test)]
mod tests {
    use crate::areas::api::Surface;
    use crate::snapshot::fixture::Fixture;

    fn shown(class: &str) -> Vec<String> {
        let routes = "api_platform:\n    resource: .\n    type: api_platform\n    prefix: /api\n";
        let source = format!("<?php\nuse ApiPlatform\\Metadata\\ApiResource;\n{class}\n");
        let repo =
            Fixture::new().file("src/Entity/A.php", &source).file("config/routes/api_platform.yaml", routes).snapshot();
        Surface::of(&repo).endpoints.iter().map(|it| format!("{} {}", it.method, it.path)).collect()
    }

    #[test]
    fn a_resource_has_every_operation_unless_it_says_which() {
        assert_eq!(
            shown("#[ApiResource]\nclass OrderLine {}"),
            [
                "DELETE /api/order_lines/{id}",
                "GET /api/order_lines",
                "GET /api/order_lines/{id}",
                "PATCH /api/order_lines/{id}",
                "POST /api/order_lines"
            ]
        );
        let some = "#[ApiResource(operations: [\n    new Get( // l'un\n        provider: B::class\n    ),\n    new Post(uriTemplate: '/orders/new'),\n])]\nclass City {}";
        assert_eq!(shown(some), ["GET /api/cities/{id}", "POST /api/orders/new"]);
    }

    #[test]
    fn operations_may_stand_beside_the_resource() {
        let class = "#[ApiResource(shortName: 'Trip')]\n#[GetCollection]\n#[Delete(security: 'a')]\nclass City {}";
        assert_eq!(shown(class), ["GET /api/trips", "DELETE /api/trips/{id}"]);
        let older = "#[ApiResource(collectionOperations: ['get'], itemOperations: [])]\nclass City {}";
        assert_eq!(shown(older), ["GET /api/cities"]);
    }

    #[test]
    fn a_resource_may_be_marked_in_a_comment() {
        let some = "/**\n * @ApiResource(\n *     collectionOperations={\"get\"},\n *     itemOperations={\"delete\"={\"security\"=\"is_granted('A') and b\"}}\n * )\n */\nclass City {}";
        assert_eq!(shown(some), ["DELETE /api/cities/{id}", "GET /api/cities"]);
        assert_eq!(shown("/** @ApiResource */\nclass City {}").len(), 5);
        assert!(shown("class City { /** @ApiResource */ function a() {} }").is_empty());
    }

    #[test]
    fn a_prefix_for_all_resources_may_stand_among_the_packages() {
        let source =
            "<?php\nuse ApiPlatform\\Metadata\\ApiResource;\n#[ApiResource(operations: [new Post()])]\nclass City {}\n";
        let repo = Fixture::new()
            .file("src/Entity/City.php", source)
            .file("config/routes/api_platform.yaml", "a:\n    type: api_platform\n    prefix: /api\n")
            .file("config/packages/api_platform.yaml", "api_platform:\n    defaults:\n        route_prefix: '/v1'\n")
            .snapshot();
        assert_eq!(Surface::of(&repo).endpoints[0].path, "/api/v1/cities");
    }
}
