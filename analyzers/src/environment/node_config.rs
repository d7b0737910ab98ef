//! Variables that node-config reads: `config/custom-environment-variables.json` says which setting each one replaces.

use serde_json::Value;

use super::Spot;
use super::reads::{Read, is_test};
use crate::Snapshot;
use crate::paths;
use crate::snapshot::stack::Ecosystem;

/// Every name in such a file, and whether the defaults beside it hold the setting.
pub(super) fn named(repo: &Snapshot) -> Vec<Read> {
    let mut found = Vec::new();
    if repo.stack().dependency(Ecosystem::Npm, "config").is_none() {
        return found;
    }
    let is_map = |name: &str| name == "custom-environment-variables.json";
    for (file, text) in repo.tree().own_texts().filter(|(file, _)| is_map(file.name()) && !is_test(&file.path)) {
        let defaults: String = (repo.tree().own_texts())
            .filter(|(other, _)| {
                paths::folder(&other.path) == paths::folder(&file.path) && other.name().starts_with("default.")
            })
            .map(|(_, text)| text)
            .collect();
        let mut names = Vec::new();
        collect("", &serde_json::from_str(text).unwrap_or_default(), &mut names);
        for (setting, name) in names {
            let at = text.find(&format!("\"{name}\"")).unwrap_or(0);
            let line = text[..at].matches('\n').count() as u32 + 1;
            found.push((name, defaults.contains(&setting), Spot { path: file.path.clone(), line }));
        }
    }
    found
}

/// The settings of `value` and the variables that replace them; `__name` stands beside a `__format`.
fn collect(setting: &str, value: &Value, names: &mut Vec<(String, String)>) {
    match value {
        Value::String(name) if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
            names.push((setting.to_owned(), name.clone()));
        }
        Value::Object(settings) => match settings.get("__name") {
            Some(name) => collect(setting, name, names),
            None => settings.iter().for_each(|(setting, value)| collect(setting, value, names)),
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn the_map_of_node_config_names_variables() {
        let map = r#"{"port": {"__name": "APP_PORT", "__format": "number"}, "mail": {"key": "MAIL_KEY"}}"#;
        let with = |package: &str| {
            let repo = Fixture::new()
                .file("package.json", package)
                .file("config/custom-environment-variables.json", map)
                .file("config/default.json", r#"{"port": 80}"#)
                .snapshot();
            let environment = Environment::of(&repo);
            let read: Vec<(String, bool)> =
                environment.read().iter().map(|variable| (variable.name.clone(), variable.has_default)).collect();
            read
        };
        let expected = [("APP_PORT".to_owned(), true), ("MAIL_KEY".to_owned(), false)];
        assert_eq!(with(r#"{"dependencies": {"config": "3"}}"#), expected);
        assert!(with(r#"{"dependencies": {"express": "4"}}"#).is_empty());
    }
}
