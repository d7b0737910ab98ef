//! Variables that convict reads: each setting of its schema names the one that replaces it.

use std::sync::LazyLock;

use regex::Regex;

use super::Spot;
use super::reads::{Read, is_test};
use crate::Snapshot;
use crate::code::pattern;
use crate::snapshot::stack::Ecosystem;

/// Every name in a schema, and whether the setting has a value without it.
pub(super) fn named(repo: &Snapshot) -> Vec<Read> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\benv:\s*["'](?P<name>[A-Z][A-Z0-9_]+)["']"#));
    static DEFAULT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\bdefault:\s*(?:null|undefined|""|''|(?P<value>[^\s,}]))"#));
    let mut found = Vec::new();
    if repo.stack().dependency(Ecosystem::Npm, "convict").is_none() {
        return found;
    }
    let is_schema = |path: &str| [".js", ".ts", ".mjs", ".cjs"].iter().any(|end| path.ends_with(end)) && !is_test(path);
    let schemas = repo.tree().own_texts().filter(|(file, text)| is_schema(&file.path) && text.contains("convict("));
    for (file, text) in schemas {
        for name in NAME.captures_iter(text).filter_map(|found| found.name("name")) {
            let (before, after) = (&text[..name.start()], &text[name.end()..]);
            let opens = before.rfind('{').map_or(0, |at| at + 1);
            let closes = after.find('}').map_or(text.len(), |at| name.end() + at);
            let value = DEFAULT.captures(&text[opens..closes]).is_some_and(|found| found.name("value").is_some());
            let line = before.matches('\n').count() as u32 + 1;
            found.push((name.as_str().to_owned(), value, Spot { path: file.path.clone(), line }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_schema_of_convict_names_variables() {
        let schema = "import convict from 'convict';\nexport default convict({\n  host: { default: 'localhost', env: 'SHOP_HOST' },\n  password: {\n    env: 'SHOP_PASSWORD',\n    default: null,\n  },\n});\n";
        let repo = Fixture::new()
            .file("package.json", r#"{"dependencies": {"convict": "6"}}"#)
            .file("src/config.ts", schema)
            .snapshot();
        let read = Environment::of(&repo).read();
        let found: Vec<(&str, bool)> = read.iter().map(|it| (it.name.as_str(), it.has_default)).collect();
        assert_eq!(found, [("SHOP_HOST", true), ("SHOP_PASSWORD", false)]);
    }
}
