//! Names that configuration files read: compose files, Spring's and Ktor's configuration, ERB and Symfony's YAML.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::Spot;
use super::reads::{Read, is_test, placeholders};
use crate::Snapshot;

/// `<%= ENV["NAME"] %>` and `ENV.fetch("NAME") { default }` in ERB, `%env(int:NAME)%` in Symfony's YAML.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"ENV(?:\.fetch\(|\[)\s*["']([A-Za-z][A-Za-z0-9_]+)["'][\])]\s*(\{|\|\||or )?|%env\((?:[a-z_]+:)*([A-Z][A-Z0-9_]+)\)%"#,
    )
});

pub(super) fn in_configuration(repo: &Snapshot) -> Vec<Read> {
    let mut found = Vec::new();
    for (file, text) in
        repo.tree().own_texts().filter(|(file, _)| reads_environment(&file.path) && !is_test(&file.path))
    {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with(['#', '/'])) {
            let spot = Spot { path: file.path.clone(), line: index as u32 + 1 };
            let names = placeholders(line).into_iter().filter(|(name, _)| !is_of_log(&file.path, name, text));
            found.extend(names.map(|(name, has_default)| (name, has_default, spot.clone())));
            for hit in OTHER.captures_iter(line) {
                if let Some(name) = hit.get(1).or_else(|| hit.get(3)) {
                    found.push((name.as_str().to_owned(), hit.get(2).is_some(), spot.clone()));
                }
            }
        }
    }
    found
}

/// Names without a default that Spring's settings for every profile take for the database.
pub(super) fn placeholders_of_data_source(repo: &Snapshot) -> Vec<String> {
    const FILES: &[&str] = &["application.yml", "application.yaml", "application.properties"];
    let settings = repo.tree().own_texts().filter(|(file, _)| {
        FILES.contains(&file.name()) && file.path.contains("src/main/resources/") && !is_test(&file.path)
    });
    let mut found = Vec::new();
    // A profile may have the values.
    let is_profile = |name: &str| name.starts_with("application-") && !name.contains("prod") && !name.contains("test");
    if repo.tree().own_texts().any(|(file, text)| is_profile(file.name()) && text.contains("datasource")) {
        return found;
    }
    for (_, text) in settings {
        // What stands behind a second document may be for a profile.
        let lines = text.split("\n---").next().unwrap_or(text).lines();
        // What a line is a part of, from the outermost: how far each is indented, and what it says.
        let mut above: Vec<(usize, &str)> = Vec::new();
        for line in lines.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
            let indent = line.len() - line.trim_start().len();
            while above.last().is_some_and(|(outer, _)| *outer >= indent) {
                above.pop();
            }
            let is_below = above.last().is_some_and(|(_, parent)| *parent == "datasource:");
            above.push((indent, line.trim()));
            if is_below || line.trim_start().starts_with("spring.datasource.") {
                found.extend(
                    placeholders(line).into_iter().filter(|(_, has_default)| !has_default).map(|(name, _)| name),
                );
            }
        }
    }
    found
}

/// Whether `path` is that of a configuration file whose placeholders are filled from the environment.
pub(super) fn reads_environment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let yaml = matches!(extension, "yml" | "yaml");
    is_compose(path)
        || is_logback(path)
        || (matches!(extension, "yml" | "yaml" | "properties" | "conf")
            && (stem.starts_with("application") || stem.starts_with("bootstrap"))
            && !path.contains(".github/"))
        || (yaml && path.split('/').rev().skip(1).any(|part| part == "config"))
}

/// Whether `path` is that of a file of Logback, which takes its placeholders from properties and the environment.
fn is_logback(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("logback") && name.ends_with(".xml")
}

/// Whether a name in a file of Logback is one of its own properties, or one that Spring Boot sets.
fn is_of_log(path: &str, name: &str, text: &str) -> bool {
    const OF_SPRING: &[&str] = &["LOG_", "CONSOLE_LOG_", "FILE_LOG_", "LOGBACK_", "PID"];
    is_logback(path)
        && (OF_SPRING.iter().any(|start| name.starts_with(start)) || text.contains(&format!("name=\"{name}\"")))
}

/// Whether `path` is that of a compose file.
pub(super) fn is_compose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    (name.ends_with(".yml") || name.ends_with(".yaml"))
        && (name.starts_with("docker-compose") || name.starts_with("compose"))
}

#[cfg(test)]
mod tests {
    use crate::environment::Environment;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn logback_takes_what_is_no_property_of_its_own_from_outside() {
        let text = "<configuration>\n  <property name=\"SHOP_LOGS\" value=\"${SHOP_LOG_DIR:-./logs}\" />\n  <file>${SHOP_LOGS}/${LOG_FILE}</file>\n</configuration>\n";
        let repo = Fixture::new().file("src/main/resources/logback-spring.xml", text).snapshot();
        let read: Vec<_> = Environment::of(&repo).read().iter().map(|it| (it.name.clone(), it.has_default)).collect();
        assert_eq!(read, [("SHOP_LOG_DIR".to_owned(), true)]);
    }

    #[test]
    fn names_in_small_letters_are_read_in_ruby() {
        let repo = Fixture::new()
            .file(
                "config/images.yml",
                "production:\n  name: <%=ENV['image_name'] %>\n  key: <%= ENV[\"IMAGE_KEY\"] %>\n",
            )
            .file("config/initializers/images.rb", "Images.secret = ENV['image_secret']\n");
        let repo = repo.snapshot();
        let names: Vec<&str> = Environment::of(&repo).read().iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["IMAGE_KEY", "image_name", "image_secret"]);
    }
}
