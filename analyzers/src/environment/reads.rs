//! Names that source code reads, from the rules under `rules/code/env/`.
//!
//! Every rule captures `$NAME`; what it is, the last part of the rule's id says: `.read` a string literal or a constant,
//! `.member` the name itself, `.field` a field of a settings class or a name in small letters, `.pattern` text with several names in it.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{Spot, constants, prefixes};
use crate::Snapshot;
use crate::code::{CodeMatch, Language, string_literal};
use crate::paths;

/// How the ids of rules end that say only that variables are read.
const UNNAMED: &str = ".unnamed";

/// Name, whether there is a default, and where.
pub(super) type Read = (String, bool, Spot);

pub(super) fn in_code(repo: &Snapshot) -> Vec<Read> {
    let mut found = Vec::new();
    let prefix = prefixes::of_tags(repo);
    for read in repo.code().matches_under("env") {
        if is_test(&read.path) || read.rule.ends_with(".prefix") || read.rule.ends_with(UNNAMED) {
            continue;
        }
        let spot = Spot { path: read.path.to_string(), line: read.lines.0 };
        // Of the fields of a class only those are named that have none.
        let is_other = |default: &str| !matches!(default, "" | "None" | "null" | "undefined" | "nil");
        let has_default =
            !read.rule.ends_with(".field") && (read.var("DEFAULT").is_some_and(is_other) || goes_on(repo, read));
        for (name, settled) in names(repo, read, &prefix) {
            // In .NET the names are often those of properties.
            let is_known = || match &*read.rule {
                "env.csharp.read" => is_name_of_dotnet(&name),
                // What is asked of the environment itself is a variable however it is spelt.
                "env.rust.read" | "env.go.read" | "env.ruby.read" => is_small_name(&name),
                _ => false,
            };
            if is_name(&name) || is_known() {
                found.push((name, has_default || settled, spot.clone()));
            }
        }
    }
    found
}

/// Whether the code goes on with what is used instead, or only asks whether it has a certain value.
fn goes_on(repo: &Snapshot, read: &CodeMatch) -> bool {
    let Some(text) = repo.text(&read.path) else { return false };
    let (Some(before), Some(after)) = (text.get(..read.bytes.start), text.get(read.bytes.end..)) else { return false };
    // What is asked whether it is missing is needed: `!process.env.A || !process.env.B`.
    let before = before.trim_end();
    let is_asked_for = before.ends_with('!') || before.ends_with(" not") || before.ends_with("(not");
    let source = text.get(read.bytes.clone()).unwrap_or_default();
    // `if let Ok(limit) = env::var("LIMIT")` changes what is set already.
    let opening = before.rsplit('\n').next().unwrap_or(before).trim_start();
    let only_replaces = read.language == Language::Rust && opening.starts_with("if let Ok(") && opening.ends_with('=');
    !is_asked_for && (only_replaces || has_other_value(read.language, after) || is_switch(source, after))
}

/// `getenv('NAME') ?: 'x'`, `GetEnvironmentVariable("NAME") ?? other`, `Number(process.env.NAME) || 20`, `ENV['NAME'] || 'x'`,
/// `os.getenv('NAME') or 'x'`.
fn has_other_value(language: Language, after: &str) -> bool {
    let (operators, is_script): (&[&str], bool) = match language {
        Language::Php => (&["?:", "??"], false),
        Language::CSharp => (&["??"], false),
        Language::Kotlin => (&["?:"], false),
        Language::JavaScript | Language::TypeScript | Language::Tsx => (&["??", "||"], true),
        Language::Ruby => (&["||"], false),
        Language::Python => (&["or "], false),
        Language::Rust => return is_settled_in_rust(after),
        Language::Go | Language::Java => return false,
    };
    const NONE: &[&str] = &[
        "null",
        "NULL",
        "undefined",
        "nil",
        "None",
        "throw",
        "raise",
        "''",
        "\"\"",
        "``",
        "die",
        "exit",
        "process.exit",
        "sys.exit",
        "abort",
        "error(",
        "return",
        "string.Empty",
        "String.Empty",
    ];
    let after = after.trim_start();
    // `parseInt(process.env.NAME, 10) || 20`
    let behind = || {
        let inner =
            after.strip_prefix(',').map_or(after, |rest| rest.trim_start().trim_start_matches(char::is_numeric));
        inner.trim_start().strip_prefix(')').map(str::trim_start)
    };
    let other =
        |after: &str| operators.iter().find_map(|it| after.strip_prefix(it)).map(|rest| rest.trim_start().to_owned());
    let other = other(after).or_else(|| behind().filter(|_| is_script).and_then(other));
    // A switch that is off where nobody sets it, but for PHP, whose `getenv` is false by itself.
    let is_nothing = |other: &str| {
        NONE.iter().any(|none| other.starts_with(none)) || language == Language::Php && other.starts_with("false")
    };
    other.is_some_and(|other| !is_nothing(&other))
}

/// `env::var("NAME").unwrap_or(other)`, also behind what is made of the value first; an error is nothing to use instead.
fn is_settled_in_rust(after: &str) -> bool {
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^\s*(?:\.(?:as_deref|ok|map|and_then)\((?:[^()]|\([^()]*\))*\)\s*)*\.unwrap_or(?:_default|_else)?\((?P<other>[^\n]*)",
        )
    });
    let other = OTHER.captures(after).and_then(|found| found.name("other"));
    other.is_some_and(|other| {
        !["panic!", "exit(", "unreachable!", "bail!"].iter().any(|end| other.as_str().contains(end))
    })
}

/// Whether what is read is only compared with a value that it may have: not set, it is off. Subscripts that fail without
/// it are none, and what must not be empty is no switch.
fn is_switch(source: &str, after: &str) -> bool {
    static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r#"^\s*\?\s|^\s*(\?\.\w+\(\)\s*)?([=!]==?\s*(["'`][^"'`]|true\b|[0-9])|in\s*[(\[{])"#)
    });
    let fails = (source.ends_with(']') && source.contains("environ[")) || source.contains("fetch(");
    let starts = after.trim_start();
    (starts.starts_with(['=', '!', '?']) || starts.starts_with("in")) && !fails && COMPARED.is_match(after)
}

/// Where a library fills the settings from variables that the code does not name.
pub(super) fn unnamed(repo: &Snapshot) -> Option<Spot> {
    let fills = |read: &&CodeMatch| read.rule.ends_with(UNNAMED) && !is_test(&read.path);
    let read = repo.code().matches_under("env").find(fills)?;
    Some(Spot { path: read.path.to_string(), line: read.lines.0 })
}

/// Whether a path is that of tests, examples or editors, which nobody has to configure to run the project.
pub(super) fn is_test(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let in_folder = lower.split('/').rev().skip(1).any(|part| {
        matches!(
            part,
            "test"
                | "tests"
                | "spec"
                | "specs"
                | "__tests__"
                | "e2e"
                | "testdata"
                | "fixtures"
                | "__mocks__"
                | "cypress"
                | "playwright"
                | "examples"
                | "benches"
        ) || part.ends_with(".tests")
            || part.ends_with("-tests")
    });
    in_folder
        || name.contains(".test.")
        || name.contains(".spec.")
        || name.contains("_test.")
        || ["test_", "test-", "demo-", "demo."].iter().any(|start| name.starts_with(start))
        || name.contains("_spec.")
        || name == "build.rs"
        || paths::sets_up_tests(name)
}

/// The names for which Go's viper is given a value to use where the environment has none.
pub(super) fn set_defaults(repo: &Snapshot) -> Vec<String> {
    static DEFAULT: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\.SetDefault\(\s*"([A-Za-z][A-Za-z0-9_]+)"\s*,"#));
    let of_go = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".go") && !is_test(&file.path));
    of_go
        .filter(|(_, text)| text.contains(".SetDefault("))
        .flat_map(|(_, text)| DEFAULT.captures_iter(text).map(|found| found[1].to_uppercase()))
        .collect()
}

/// The names of one match, and whether something else takes the place of each.
pub(super) fn names(repo: &Snapshot, read: &CodeMatch, prefix_of_tags: &str) -> Vec<(String, bool)> {
    let Some(captured) = read.var("NAME") else { return Vec::new() };
    match read.rule.rsplit('.').next() {
        Some("member") => {
            let settled = read.rule.contains(".schema.") && has_fallback(repo, read);
            vec![(captured.trim_matches(['"', '\'', '`']).to_owned(), settled)]
        }
        Some("field") => {
            // A field with a default is a constant that can be overridden; nobody has to know of it.
            let default = read.var("DEFAULT");
            let required = default.is_none_or(|default| default == "..." || is_required_field(default));
            // A name of its own takes the place of the prefix as well.
            let name = default
                .and_then(alias)
                .unwrap_or_else(|| format!("{}{}", prefix(repo, read), captured.trim_matches('"')).to_uppercase());
            if required { vec![(name, false)] } else { Vec::new() }
        }
        Some("tag") if read.language == Language::Go => {
            tags(captured).into_iter().map(|(name, settled)| (format!("{prefix_of_tags}{name}"), settled)).collect()
        }
        Some("tag") => tags(captured),
        // clap takes the field's name in capitals.
        Some("argument") => vec![(captured.to_uppercase(), false)],
        Some("destructured") => captured
            .trim_matches(['{', '}'])
            .split(',')
            .map(|part| {
                let name = part.split([':', '=']).next().unwrap_or_default().trim().to_owned();
                (name, part.contains('='))
            })
            .collect(),
        Some("placeholder") => placeholders(captured),
        _ => match string_literal(captured) {
            Some(name) => vec![(name.to_owned(), false)],
            None => constants::value(repo, read, captured).map(|name| (name, false)).into_iter().collect(),
        },
    }
}

/// Whether pydantic's `Field(…)` gives no value: `Field(...)`, `Field(alias="SHOP_URL", description="…")`.
fn is_required_field(default: &str) -> bool {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^Field\(\s*(?:\.\.\.|\)|\w+\s*=[^=])"));
    static GIVES: LazyLock<Regex> = LazyLock::new(|| pattern(r"[(,]\s*default(?:_factory)?\s*="));
    OPENS.is_match(default) && (!GIVES.is_match(default) || default.contains("default=..."))
}

/// The variable that `Field(alias="SHOP_URL")` names.
fn alias(default: &str) -> Option<String> {
    static ALIAS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"^Field\([\s\S]*?\b(?:validation_alias|alias|env)\s*=\s*["']([A-Za-z]\w+)["']"#));
    ALIAS.captures(default).map(|found| found[1].to_uppercase())
}

/// Whether a schema of settings names what is used instead, or does without: `str({ default: "" })`, `z.string().optional()`.
fn has_fallback(repo: &Snapshot, read: &CodeMatch) -> bool {
    let field = repo.text(&read.path).and_then(|text| text.get(read.bytes.clone())).unwrap_or_default();
    ["default:", ".default(", ".optional()", ".nullish()", ".catch("].iter().any(|way| field.contains(way))
}

/// `${NAME}` and `${NAME:default}` within a string.
pub(super) fn placeholders(text: &str) -> Vec<(String, bool)> {
    static PLACEHOLDER: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\$\{\??([A-Z][A-Z0-9_]+)(:?[-:?][^}]*|:[^}]*)?\}"));
    PLACEHOLDER
        .captures_iter(text)
        // `$${NAME}` in a compose file is read inside of the container.
        .filter(|found| !found.get(0).is_some_and(|whole| text[..whole.start()].ends_with('$')))
        .map(|found| (found[1].to_owned(), found.get(2).is_some_and(|default| !default.as_str().contains('?'))))
        .collect()
}

/// `env:"NAME"`, `envconfig:"NAME"` of a Go field, `env = "NAME"` of a clap argument, `[EnvironmentVariable("NAME")]`.
fn tags(text: &str) -> Vec<(String, bool)> {
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\b(?:env|envconfig|split_words|mapstructure)\s*[:=]\s*"([A-Z][A-Z0-9_]+)"#));
    // A field that is also read from a file has its value there.
    let has_default = ["default", "Default", "yaml:", "toml:"].iter().any(|mark| text.contains(mark));
    TAG.captures_iter(text).map(|found| (found[1].to_owned(), has_default)).collect()
}

/// `env_prefix` of the settings class that a field belongs to.
fn prefix<'repo>(repo: &'repo Snapshot, field: &CodeMatch) -> &'repo str {
    repo.code()
        .matches("env.python.settings.prefix")
        .iter()
        .filter(|prefix| prefix.path == field.path)
        .find(|prefix| {
            field
                .scopes
                .first()
                .is_some_and(|class| prefix.scopes.first().is_some_and(|other| other.name == class.name))
        })
        .and_then(|prefix| prefix.string("NAME"))
        .unwrap_or_default()
}

/// Environment variables are written in capitals; what is not is a key of some other configuration.
pub(super) fn is_name(name: &str) -> bool {
    name.len() > 1
        && name.len() <= 80
        && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, b'_' | b'.'))
        && name.bytes().any(|c| c.is_ascii_uppercase())
}

/// `jwt_secret`; `home` and `http_proxy` are nobody's own.
fn is_small_name(name: &str) -> bool {
    (3..=80).contains(&name.len())
        && name.contains('_')
        && !name.ends_with("_proxy")
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// `SmtpServer` and `Shop:SmtpServer`, as .NET's functions take them.
pub(super) fn is_name_of_dotnet(name: &str) -> bool {
    (3..=80).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
}

#[cfg(test)]
mod tests {
    use crate::environment::Environment;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_field_of_pydantic_without_a_default_is_required_by_its_alias() {
        let of = |field: &str| {
            let class = format!("class Settings(BaseSettings):\n    shop_key: str = {field}\n");
            let repo = Fixture::new().file("config.py", &class).snapshot();
            let read = Environment::of(&repo).read();
            read.iter().map(|variable| (variable.name.clone(), variable.has_default)).collect::<Vec<_>>()
        };
        let required = |name: &str| vec![(name.to_owned(), false)];
        assert_eq!(of("Field(alias=\"KEY\", description=\"a\")"), required("KEY"));
        assert_eq!(of("Field(\n        description=\"a\",\n        validation_alias='KEY',\n    )"), required("KEY"));
        assert_eq!(of("Field(..., env=\"KEY\")"), required("KEY"));
        assert_eq!(of("Field(description=\"a\")"), required("SHOP_KEY"));
        for settled in
            ["Field(\"a\", alias=\"KEY\")", "Field(alias=\"KEY\", default=\"a\")", "Field(default_factory=key)"]
        {
            assert_eq!(of(settled), [], "{settled}");
        }
    }
}
