//! Compose files, also those that are called otherwise: who starts them names them.

use serde_json::Value;

use super::container::makes_infrastructure;
use super::files::is_made_here;
use crate::Snapshot;
use crate::documents::{is_infrastructure_image, is_language_image};
use crate::paths;

/// Files include files; this deep is deep enough.
const DEEPEST: usize = 4;

/// Whether a YAML file is one of Compose: by its name, or by what stands in it where such files lie.
pub(super) fn is_compose(path: &str, text: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let has_services = || text.lines().any(|line| line.trim_end() == "services:");
    // At the root such a file may be called after what it is for: `local.yml`, `production.yml`.
    let lies_there =
        || paths::folder(path).split('/').any(|folder| matches!(folder, "" | "compose" | "docker" | "deploy"));
    ["docker-compose", "compose.", "compose-"].iter().any(|start| name.starts_with(start))
        || (name.contains("stack") || name.contains("-compose.") || name.contains(".compose.")) && has_services()
        || lies_there()
            && (has_services() && has_containers(text)
                || has_only_keys_of_compose(text) && included(path, text).iter().any(|file| is_yaml(file)))
}

/// Whether all that stands at the top of a file is Compose's. Linters and pipelines include files, too.
fn has_only_keys_of_compose(text: &str) -> bool {
    const KEYS: &[&str] =
        &["version", "name", "include", "services", "networks", "volumes", "configs", "secrets", "models"];
    read(text).is_some_and(|file| {
        let mut keys = file.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).peekable();
        keys.peek().is_some() && keys.all(|key| KEYS.contains(&key) || key.starts_with("x-"))
    })
}

/// Those that the files at `known` include and that are none of them, in order of path.
pub(super) fn brought<'a>(repo: &'a Snapshot, known: &[&'a str]) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    let mut open: Vec<&str> = known.to_vec();
    for _ in 0..DEEPEST {
        let wanted = open.iter().flat_map(|path| included(path, repo.text(path).unwrap_or_default()));
        let files = wanted.filter_map(|path| repo.tree().get(&path)).filter(|file| file.is_own());
        let mut new: Vec<&str> = files.map(|file| file.path.as_str()).collect();
        new.retain(|path| !known.contains(path) && !found.contains(path) && is_yaml(path));
        new.sort_unstable();
        new.dedup();
        if new.is_empty() {
            break;
        }
        found.extend(&new);
        open = new;
    }
    found
}

/// A service that is built here, runs the sources in a language's image, or whose image is the project's own. What can't
/// be read counts for the project.
pub(super) fn runs_project(repo: &Snapshot, path: &str, text: &str) -> bool {
    let Some(compose) = read(text) else { return true };
    // Version 1 of the format has the services at the top.
    let services = compose.get("services").unwrap_or(&compose);
    services.as_object().into_iter().flatten().any(|(_, service)| {
        service.get("build").is_some_and(|build| builds_project(repo, path, build))
            || service.get("image").and_then(Value::as_str).is_some_and(|image| {
                let image = image.to_ascii_lowercase();
                let name = paths::name(&image).split([':', '@']).next().unwrap_or_default();
                !is_infrastructure_image(&image) && (is_language_image(&image) || is_made_here(repo, name))
            })
    })
}

/// Whether what is built is the project, and not a database with its settings. What can't be read counts for the project.
fn builds_project(repo: &Snapshot, path: &str, build: &Value) -> bool {
    let of = |key: &str| build.get(key).and_then(Value::as_str);
    let context = build.as_str().or_else(|| of("context")).unwrap_or_default();
    let file = paths::join(paths::folder(path), &format!("{context}/{}", of("dockerfile").unwrap_or("Dockerfile")));
    !file.and_then(|file| repo.text(&file)).is_some_and(makes_infrastructure)
}

/// The files from which services take their settings, as written, without those that may be missing.
pub(in crate::areas) fn env_files(text: &str) -> Vec<String> {
    let path = |entry: &Value| match entry {
        Value::String(path) => Some(path.clone()),
        // `{path: .env, required: false}`
        _ if entry.get("required") == Some(&Value::Bool(false)) => None,
        _ => entry.get("path").and_then(Value::as_str).map(str::to_owned),
    };
    of_services(text, |service| {
        let entries = service.get("env_file").map(listed).unwrap_or_default();
        entries.into_iter().filter_map(path).collect()
    })
}

/// The folders in which services are built, as written.
pub(in crate::areas) fn contexts(text: &str) -> Vec<String> {
    of_services(text, |service| {
        let build = service.get("build");
        let context = build.and_then(|build| build.as_str().or_else(|| build.get("context")?.as_str()));
        context.map(str::to_owned).into_iter().collect()
    })
}

fn of_services(text: &str, of: impl Fn(&Value) -> Vec<String>) -> Vec<String> {
    let compose = read(text).unwrap_or_default();
    let services = compose.get("services").unwrap_or(&compose).as_object();
    services.into_iter().flatten().flat_map(|(_, service)| of(service)).collect()
}

fn read(text: &str) -> Option<Value> {
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        budget: serde_saphyr::budget! { max_depth: 64, max_nodes: 20_000 }
    };
    serde_saphyr::from_str_with_options::<Value>(text, options).ok()
}

/// Whether a service has an image, or is built.
fn has_containers(text: &str) -> bool {
    let compose = read(text).unwrap_or_default();
    let services = compose.get("services").and_then(Value::as_object);
    services
        .into_iter()
        .flatten()
        .any(|(_, service)| ["image", "build", "extends"].iter().any(|key| service.get(key).is_some()))
}

/// The paths that a file includes or extends: `include: [a.yml]`, `include: [{path: [a.yml]}]`, `extends: {file: a.yml}`.
fn included(path: &str, text: &str) -> Vec<String> {
    if !text.contains("include:") && !text.contains("extends:") {
        return Vec::new();
    }
    let compose = read(text).unwrap_or_default();
    let mut named: Vec<&str> = Vec::new();
    for entry in compose.get("include").map(listed).into_iter().flatten() {
        let paths = entry.get("path").map_or_else(|| vec![entry], |path| listed(path));
        named.extend(paths.into_iter().filter_map(Value::as_str));
    }
    for (_, service) in compose.get("services").and_then(Value::as_object).into_iter().flatten() {
        named.extend(service.get("extends").and_then(|it| it.get("file")).and_then(Value::as_str));
    }
    // `package:lints/all.yaml` is another tool's.
    let is_path = |name: &&str| !name.split('/').next().unwrap_or_default().contains(':');
    named.into_iter().filter(is_path).filter_map(|name| paths::join(paths::folder(path), name)).collect()
}

/// A list as it is, anything else as a list of itself.
fn listed(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |list| list.iter().collect())
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

#[cfg(test)]
mod tests {
    use crate::areas::deployment::files;
    use crate::snapshot::fixture::Fixture;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        files::find(&repo).into_iter().map(|(path, _)| path.to_owned()).collect()
    }

    #[test]
    fn a_compose_file_may_have_any_name_where_such_files_lie() {
        let services = "services:\n  db:\n    image: postgres:16\n";
        assert_eq!(found(&[("docker/infra.yml", services)]), ["docker/infra.yml"]);
        assert_eq!(found(&[("config/infra.yml", services)]), [""; 0]);
        assert_eq!(found(&[("production.yml", services)]), ["production.yml"]);
        assert_eq!(found(&[("openapi.yml", "services:\n  - shop\n")]), [""; 0]);
        assert_eq!(found(&[("docker/services.yml", "services:\n  - mail\n  - pay\n")]), [""; 0]);
        let lints = "include: rules/all.yaml\nanalyzer:\n  exclude:\n    - a\n";
        assert_eq!(found(&[("analysis.yaml", lints), ("rules/all.yaml", "linter: {}\n")]), [""; 0]);
        assert_eq!(found(&[("analysis.yaml", "include: package:rules/all.yaml\n")]), [""; 0]);
        assert_eq!(found(&[("deploy/size.yml", "task:\n  services:\n    web:\n      image: a\n")]), [""; 0]);
    }

    #[test]
    fn what_a_compose_file_includes_is_one() {
        let whole = "include:\n  - path:\n      - ./parts/db.yml\n  - parts/nets.yml\n  - gone.yml\n";
        let files = [
            ("compose.yml", whole),
            ("parts/db.yml", "services:\n  db:\n    extends:\n      file: base.yml\n      service: db\n"),
            ("parts/base.yml", "services:\n  db:\n    image: postgres:16\n"),
            ("parts/nets.yml", "networks:\n  all: {}\n"),
            ("parts/other.yml", "networks:\n  all: {}\n"),
        ];
        assert_eq!(found(&files), ["compose.yml", "parts/base.yml", "parts/db.yml", "parts/nets.yml"]);
        assert_eq!(found(&files[1..]), [""; 0]);
    }
}
