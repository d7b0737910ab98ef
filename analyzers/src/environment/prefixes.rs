//! Prefixes that libraries of Go put before the names in the tags of a structure.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::reads::is_test;
use crate::Snapshot;

/// What stands before each name in the tags, if the program says so in one way: `env.Options{Prefix: "SHOP_"}` of
/// caarlos0/env, `envconfig.Process("shop", …)`. The latter also takes a name without it, which then is how the
/// repository writes it.
pub(super) fn of_tags(repo: &Snapshot) -> String {
    static OPTIONS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\benv\.Options\{[^{}]*?\bPrefix:\s*"(?P<prefix>[A-Z][A-Z0-9_]*)""#));
    static PROCESS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\benvconfig\.(?:Must)?Process\(\s*"(?P<prefix>[A-Za-z][A-Za-z0-9_]*)""#));
    if repo.code().matches("env.go.tag").is_empty() {
        return String::new();
    }
    let is_go = |path: &str| path.ends_with(".go") && !is_test(path);
    let of_go = || repo.tree().own_texts().filter(|(file, _)| is_go(&file.path)).map(|(_, text)| text);
    let found = |library: &str, pattern: &Regex| -> Vec<String> {
        let texts = of_go().filter(|text| text.contains(library));
        let prefixes: BTreeSet<String> =
            texts.flat_map(|text| pattern.captures_iter(text).map(|found| found["prefix"].to_uppercase())).collect();
        prefixes.into_iter().collect()
    };
    let is_written = |prefix: &str| {
        let mut others = repo.tree().own_texts().filter(|(file, _)| !file.path.ends_with(".go"));
        others.any(|(_, text)| text.contains(prefix))
    };
    if let [prefix] = found("env.Options{", &OPTIONS).as_slice() {
        return prefix.clone();
    }
    match found("envconfig.", &PROCESS).as_slice() {
        [prefix] => Some(format!("{prefix}_")).filter(|prefix| is_written(prefix)).unwrap_or_default(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use crate::snapshot::fixture::Fixture;

    fn names(code: &str, example: &str) -> Vec<String> {
        let code =
            format!("package a\n\ntype Config struct {{\n\tKey string `env:\"KEY\" envconfig:\"KEY\"`\n}}\n\n{code}\n");
        let repo = Fixture::new().file("a.go", &code).file(".env.example", example).snapshot();
        Environment::of(&repo).read().iter().map(|variable| variable.name.clone()).collect()
    }

    #[test]
    fn a_prefix_stands_before_the_names_of_tags() {
        let options =
            "func a() { env.ParseWithOptions(&c, env.Options{\n\tRequiredIfNoDef: true,\n\tPrefix: \"SHOP_\",\n}) }";
        assert_eq!(names(options, ""), ["SHOP_KEY"]);
        let process = "func a() { envconfig.Process(\"shop\", &c) }";
        assert_eq!(names(process, "SHOP_KEY=\n"), ["SHOP_KEY"]);
        assert_eq!(names(process, "KEY=\n"), ["KEY"]);
        assert_eq!(names("func a() { env.Parse(&c) }", "SHOP_KEY=\n"), ["KEY"]);
        let two = "func a() { env.Parse(&c, env.Options{Prefix: \"A_\"}); env.Parse(&c, env.Options{Prefix: \"B_\"}) }";
        assert_eq!(names(two, ""), ["KEY"]);
    }
}
