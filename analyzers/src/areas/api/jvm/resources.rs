//! Ktor's typed routes: `get<Articles.Id> { }`, where `@Resource("/articles") class Articles` has the path.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::expression::closing;

/// The paths of classes, by their name with those of the classes around them: `Articles.Id`.
#[derive(Debug, Default)]
pub(super) struct Resources(BTreeMap<String, String>);

impl Resources {
    /// The classes of the repository that stand for a path.
    pub(super) fn of(repo: &Snapshot) -> Self {
        let kotlin = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".kt"));
        let mut resources = Resources::default();
        for (_, text) in kotlin.filter(|(_, text)| text.contains("io.ktor")) {
            resources.read(text);
        }
        resources
    }

    /// The path of the class that is called by this name, from outside or from inside of the classes around it.
    pub(super) fn path(&self, class: &str) -> Option<&str> {
        let end = format!(".{class}");
        let known =
            self.0.get(class).or_else(|| self.0.iter().find(|(name, _)| name.ends_with(&end)).map(|(_, path)| path))?;
        Some(known)
    }

    fn read(&mut self, text: &str) {
        static CLASS: LazyLock<Regex> = LazyLock::new(|| {
            pattern(
                r#"@(?:Resource|Location|location)\(\s*(?:path\s*=\s*)?"([^"]*)"\s*\)\s*(?:@\w+\s+)*(?:(?:internal|private|public|data)\s+)*(?:class|object)\s+(\w+)"#,
            )
        });
        // Where the body of each open class ends, its name and its path.
        let mut around: Vec<(usize, String, String)> = Vec::new();
        for class in CLASS.captures_iter(text) {
            let Some(whole) = class.get(0) else { continue };
            around.retain(|(end, _, _)| *end > whole.start());
            let (name, path) = match around.last() {
                Some((_, name, path)) => (format!("{name}.{}", &class[2]), join(path, &class[1])),
                None => (class[2].to_owned(), join("", &class[1])),
            };
            if let Some(end) = body_end(text, whole.end()) {
                around.push((end, name.clone(), path.clone()));
            }
            self.0.entry(name).or_insert(path);
        }
    }
}

/// Where the body ends of the class whose name ends at `at`, if it has one.
fn body_end(text: &str, at: usize) -> Option<usize> {
    let parameters = text[at..].len() - text[at..].trim_start().len() + at;
    let after = match text[parameters..].starts_with('(') {
        true => closing(text, parameters)? + 1,
        false => at,
    };
    let rest = &text[after..];
    let open = rest.find(['{', '\n', '@'])?;
    rest[open..].starts_with('{').then(|| closing(text, after + open)).flatten()
}

/// The verb and the class of `get<Articles.Id> { ... }`.
pub(super) fn typed_route(source: &str) -> Option<(&str, &str)> {
    let (verb, rest) = source.split_once('<')?;
    let (class, rest) = rest.split_once('>')?;
    let is_verb = matches!(verb, "get" | "post" | "put" | "patch" | "delete" | "head" | "options");
    let is_class = class.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    (is_verb && is_class && rest.trim_start().starts_with('{')).then_some((verb, class))
}
