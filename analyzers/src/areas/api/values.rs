//! What a small expression of source code comes to: the string in a literal, a template or a constant.
//!
//! Prefixes of routes are often constants (`settings.api_prefix`, `V1_BASE_PATH`). They are looked up by their last
//! name: in the same file first, then in every file of the same kind, and only if all definitions agree.

use regex::Regex;

use crate::Snapshot;
use crate::code::string_literal;
use crate::paths;

/// How deep constants may refer to constants.
const DEPTH: u8 = 8;

/// What stands in front of the value of a setting that nobody sets: `process.env.PREFIX ||`, `os.getenv("PREFIX",`,
/// `fromEnv(all.PREFIX,`, `Field(default=`.
const DEFAULTED: &str = r#"[\w.]*(?i:env|conf)\w*[.\[]["'\w\]]+\s*(?:\|\||\?\?)\s*|[\w.]*(?i:env|conf|setting)[\w.]*\(\s*["'\w.\[\]]+\s*,\s*(?:default\s*=\s*)?|Field\(\s*(?:default\s*=\s*)?"#;

/// What stands in a path for a part that could not be followed.
pub(super) const UNKNOWN: &str = "{?}";

/// The string that `expression` in `file` comes to, with [`UNKNOWN`] for what can't be told.
pub(super) fn text(repo: &Snapshot, file: &str, expression: &str) -> String {
    evaluate(repo, file, expression, DEPTH).unwrap_or_else(|| UNKNOWN.to_owned())
}

/// The string that `expression` in `file` comes to.
pub(super) fn known(repo: &Snapshot, file: &str, expression: &str) -> Option<String> {
    evaluate(repo, file, expression, DEPTH)
}

fn evaluate(repo: &Snapshot, file: &str, expression: &str, depth: u8) -> Option<String> {
    let expression = expression.trim();
    if depth == 0 || expression.is_empty() || expression.len() > 2_000 {
        return None;
    }
    if let Some(literal) = string_literal(expression) {
        return Some(literal.to_owned());
    }
    let sum = split(expression, '+');
    if sum.len() > 1 {
        let mut parts: Vec<Option<String>> = sum.iter().map(|part| evaluate(repo, file, part, depth - 1)).collect();
        // What is asked for stands behind what is set elsewhere.
        if parts.last().is_some_and(|last| last.as_ref().is_some_and(|last| last.starts_with('/'))) {
            parts
                .iter_mut()
                .zip(&sum)
                .filter(|(part, _)| part.is_none())
                .for_each(|(part, name)| *part = Some(hole(name).to_owned()));
        }
        return parts.into_iter().collect();
    }
    if let Some(template) = template(expression) {
        let (body, opening) = template;
        let mut result = String::new();
        let mut rest = body;
        while let Some((before, after)) = rest.split_once(opening) {
            let (name, after) = after.split_once('}')?;
            result.push_str(before);
            result.push_str(&evaluate(repo, file, name, depth - 1).unwrap_or_else(|| hole(name).to_owned()));
            rest = after;
        }
        result.push_str(rest);
        return Some(result);
    }
    let is_name =
        expression.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '$' | '-' | '>' | '@' | '?'));
    let mut names = expression.rsplit(['.', ':', '>', '@', '$']);
    let name = names.next().filter(|name| name.len() > 1)?;
    let owner = names.find(|owner| !owner.is_empty());
    if is_name { constant(repo, file, name, owner, depth) } else { None }
}

/// What a part of a path is shown as that could not be followed: one that is called a version is one.
fn hole(name: &str) -> &'static str {
    if name.to_ascii_lowercase().contains("version") { "{version}" } else { UNKNOWN }
}

/// The body of an interpolated string and what opens a hole in it.
fn template(expression: &str) -> Option<(&str, &'static str)> {
    let inner = |quote: &str| expression.strip_suffix(quote).and_then(|rest| rest.split_once(quote)).map(|(_, b)| b);
    if expression.starts_with('`') {
        return Some((inner("`")?, "${"));
    }
    for quote in ["\"", "'"] {
        if expression.starts_with(&format!("f{quote}")) || expression.starts_with(&format!("${quote}")) {
            return Some((inner(quote)?, "{"));
        }
        if expression.starts_with(quote) && expression.contains("#{") {
            return Some((inner(quote)?, "#{"));
        }
        if expression.starts_with(quote) && expression.contains("${") {
            return Some((inner(quote)?, "${"));
        }
    }
    None
}

fn constant(repo: &Snapshot, file: &str, name: &str, owner: Option<&str>, depth: u8) -> Option<String> {
    let definition = Regex::new(&format!(r#"(?m)(?:^|[^\w.]|this\.|self\.){}\b['"]?\s*(?::\s*[\w\[\] |]+?)?\s*(?:=>|=|:)\s*(?:{DEFAULTED})?(?P<value>[furb$]{{0,2}}(?:"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)(?:\s*\+\s*[\w."'/]+)*)"#, regex::escape(name)))
        .ok()?;
    let value_in = |path: &str, text: &str| -> Option<String> {
        if !text.contains(name) {
            return None;
        }
        let value = definition.captures(text)?.name("value")?.as_str();
        evaluate(repo, path, value, depth - 1)
    };
    if let Some(value) = repo.text(file).and_then(|text| value_in(file, text)) {
        return Some(value);
    }
    let family = family(file);
    let values: Vec<(&str, String)> = repo
        .tree()
        .own_texts()
        .filter(|(other, _)| other.path != file && family == self::family(&other.path))
        .filter_map(|(other, text)| Some((other.path.as_str(), value_in(&other.path, text)?)))
        .collect();
    // A setting of `configuration` is one of the file that is called so, whatever others have under its name.
    let of_owner = values.iter().filter(|(path, _)| owner.is_some_and(|owner| is_called(path, owner)));
    agreed(of_owner).or_else(|| agreed(values.iter()))
}

/// The value, where all are the same.
fn agreed<'v>(mut values: impl Iterator<Item = &'v (&'v str, String)>) -> Option<String> {
    let (_, first) = values.next()?;
    values.all(|(_, value)| value == first).then(|| first.clone())
}

/// Whether a module has the name: `config.js`, `config/index.js`.
fn is_called(path: &str, name: &str) -> bool {
    let stem = paths::name(path).split('.').next().unwrap_or_default();
    let folder = || paths::name(paths::folder(path));
    stem.eq_ignore_ascii_case(name) || stem == "index" && folder().eq_ignore_ascii_case(name)
}

/// Files of one family can share constants.
fn family(path: &str) -> &str {
    let extension = paths::name(path).rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts" => "js",
        "java" | "kt" | "kts" => "jvm",
        other => other,
    }
}

/// `source` split at `separator` where it is outside of strings and brackets, trimmed. Lines of comments are dropped.
pub(super) fn split(source: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut start, mut escaped) = (0i32, None, 0, false);
    for (index, c) in source.char_indices() {
        if let Some(open) = quote {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                _ if c == open => quote = None,
                _ => {}
            }
            continue;
        }
        match c {
            '"' | '\'' | '`' => quote = Some(c),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if c == separator && depth == 0 => {
                parts.push(source[start..index].trim());
                start = index + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(source[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The arguments of a call, with or without the brackets around them.
pub(super) fn arguments(source: &str) -> Vec<&str> {
    let source = source.trim();
    let inner = source.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(source);
    split(inner, ',')
}

/// The value of the argument or property called `name`: `name=value` or `name: value`.
pub(super) fn named<'a>(arguments: &[&'a str], name: &str) -> Option<&'a str> {
    arguments.iter().find_map(|argument| {
        let rest = argument.trim_start_matches(['"', '\'', ':']).strip_prefix(name)?;
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        let value = rest.strip_prefix("=>").or_else(|| rest.strip_prefix('=')).or_else(|| rest.strip_prefix(':'))?;
        Some(value.trim())
    })
}

/// The properties of an object literal: `{a: 1, b: 2}` or `['a' => 1]`.
pub(super) fn properties(source: &str) -> Vec<&str> {
    let source = source.trim();
    let inner = source
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .or_else(|| source.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')));
    inner.map(|inner| split(inner, ',')).unwrap_or_default()
}

/// Every plain string or symbol in `source`: `['GET', "POST"]`, `[:index, :show]`, `%i[index show]`.
pub(super) fn words(source: &str) -> Vec<&str> {
    source
        .trim()
        .trim_start_matches("%i")
        .trim_start_matches("%w")
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn constants_templates_and_sums_are_followed() {
        let repo = Fixture::new()
            .file("settings.py", "class Settings:\n    api_prefix: str = '/api'\nV1 = f'{api_prefix}/v1'\n")
            .file("a.ts", "const routes = { user: '/api/users' };\nconst base = '/base';\n")
            .snapshot();
        assert_eq!(text(&repo, "main.py", "settings.api_prefix"), "/api");
        assert_eq!(text(&repo, "main.py", "config.V1"), "/api/v1");
        assert_eq!(text(&repo, "main.py", "V1 + '/users'"), "/api/v1/users");
        assert_eq!(text(&repo, "a.ts", "this.routes.user"), "/api/users");
        assert_eq!(text(&repo, "a.ts", "`${base}/x/${other}`"), "/base/x/{?}");
        assert_eq!(text(&repo, "a.ts", "compute()"), "{?}");
        assert_eq!(text(&repo, "a.ts", "settings.prefix + '/health'"), "{?}/health");
        assert_eq!(text(&repo, "a.ts", "'/users/' + name()"), "{?}");
        let repo = Fixture::new()
            .file("a.py", "PREFIX = os.getenv('PREFIX', '/api/v1')\n")
            .file("a.ts", "const prefix = process.env.PREFIX ?? '/v2';\n")
            .snapshot();
        assert_eq!((text(&repo, "a.py", "PREFIX"), text(&repo, "a.ts", "prefix")), ("/api/v1".into(), "/v2".into()));
    }

    #[test]
    fn a_setting_has_the_default_that_a_helper_gives_it() {
        let repo = Fixture::new()
            .file(
                "src/configuration.js",
                "export default { version: fromEnv(all.VERSION, 'v1'), prefix: all.env.P || '/p' };\n",
            )
            .file("src/swagger.js", "export default { info: { version: '1.0.0' } };\n")
            .file("app/settings.py", "class Settings:\n    api: str = Field(default='/api/v2', alias='API')\n")
            .snapshot();
        assert_eq!(text(&repo, "src/a.js", "`/api/${configuration.version}`"), "/api/v1");
        assert_eq!(text(&repo, "src/a.js", "configuration.prefix"), "/p");
        assert_eq!(text(&repo, "app/main.py", "settings.api"), "/api/v2");
        assert_eq!(text(&repo, "src/a.js", "`/api/${other.version}`"), "/api/{version}", "two files disagree");
    }

    #[test]
    fn arguments_end_at_commas_outside_of_brackets_and_strings() {
        assert_eq!(arguments("('/a,b', [x, y], f(1, 2))"), ["'/a,b'", "[x, y]", "f(1, 2)"]);
        assert_eq!(named(&arguments("'/a', methods=['GET'], prefix = '/x'"), "prefix"), Some("'/x'"));
        assert_eq!(named(&properties("{ method: 'GET', url: '/a' }"), "url"), Some("'/a'"));
        assert_eq!(words("[:index, :show]"), ["index", "show"]);
    }
}
