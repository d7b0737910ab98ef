//! Variables without which a program stops when it starts: to read one that is not set is an error.

use std::collections::{BTreeMap, BTreeSet};

use super::files::placeholders_of_data_source;
use super::reads::{is_test, names};
use super::{Spot, Variable, prefixes, spring};
use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::paths;
use crate::secrets::is_in_test_module;

/// Words in paths of what is read by something else than the program on the developer's machine.
const ELSEWHERE: &[&str] = &[
    "prod",
    "production",
    "staging",
    "deploy",
    "deployment",
    "infra",
    "terraform",
    "cdk",
    "ci",
    "scripts",
    "script",
    "tools",
    "tasks",
    "docs",
    "seed",
    "seeds",
    "migrations",
    "alembic",
    "lambda",
    "functions",
];

/// Words in names of functions that run when a program starts, as a whole: `append` is no `app`, and `renew` not `new`.
const STARTS: &[&str] = &[
    "main",
    "config",
    "configs",
    "configure",
    "configuration",
    "setting",
    "settings",
    "env",
    "environment",
    "load",
    "init",
    "initialize",
    "connect",
    "connection",
    "pool",
    "setup",
    "start",
    "startup",
    "run",
    "build",
    "app",
    "application",
    "state",
    "new",
    "default",
    "database",
    "establish",
];

/// Marks those of `found` that the program demands and that no file names.
pub(super) fn mark(repo: &Snapshot, found: &mut BTreeMap<String, Variable>) {
    let reads = repo.code().matches_under("env").filter(|read| is_read_at_start(&read.path) && demands(repo, read));
    let prefix = prefixes::of_tags(repo);
    let in_code =
        reads.flat_map(|read| names(repo, read, &prefix)).filter(|(_, settled)| !settled).map(|(name, _)| name);
    // Spring does not start where a placeholder of every profile has no value.
    let is_for_all = |path: &str| path.ends_with("/application.yml") || path.ends_with("/application.properties");
    let of_spring = spring::open(repo).into_iter().filter(|(.., spot)| is_for_all(&spot.path)).map(|(name, ..)| name);
    let demanded: BTreeSet<String> = in_code.chain(placeholders_of_data_source(repo)).chain(of_spring).collect();
    for (name, variable) in found.iter_mut().filter(|(name, _)| demanded.contains(*name)) {
        variable.is_demanded =
            !variable.has_default && variable.documented.is_none() && !is_named(repo, name, &variable.places);
    }
}

/// Whether a program that stands at `path` runs on the developer's machine.
fn is_read_at_start(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    !is_test(path) && !lower.split(['/', '.', '_', '-']).any(|word| ELSEWHERE.contains(&word))
}

/// Whether reading it fails where it is not set, as soon as the program starts.
fn demands(repo: &Snapshot, read: &CodeMatch) -> bool {
    let Some(text) = repo.text(&read.path) else { return false };
    let (source, after) = (&text[read.bytes.clone()], text[read.bytes.end..].trim_start());
    let has_default = read.var("DEFAULT").is_some_and(|default| !default.is_empty());
    let at_top = read.functions.is_empty();
    match read.language {
        Language::Python if read.rule.ends_with(".field") => is_demanded_field(text, read),
        Language::Python if read.rule.contains(".helper.") => {
            const LIBRARIES: &[&str] = &["decouple", "import environ", "from environ", "starlette.config"];
            let is_library = source.starts_with("config(") || source.starts_with("env(") || source.starts_with("env.");
            let in_schema = read.string("NAME").is_some_and(|name| text.contains(&format!("{name}=(")));
            let is_imported = LIBRARIES.iter().any(|library| text.contains(library));
            at_top && !has_default && is_library && is_imported && !in_schema && !is_conditional(text, read)
        }
        Language::Python => at_top && source.contains("environ[") && !is_conditional(text, read),
        // What a helper of another crate gives may be nothing.
        Language::Rust if read.rule.contains(".helper.") => false,
        Language::Rust => {
            // What a type or a module is called says nothing of when one of its functions runs.
            let function = read.scopes.iter().rfind(|scope| scope.kind == "function_item");
            [".expect(", ".unwrap()", "?"].iter().any(|end| after.starts_with(end))
                && !is_in_test_module(text.as_bytes(), read.bytes.start)
                && function.is_some_and(|function| is_start(&function.name))
        }
        Language::Ruby => {
            let is_always = !["Rails.env", "if ENV", "unless "].iter().any(|word| text.contains(word));
            at_top && source.starts_with("ENV.fetch") && !has_default && !source.contains('{') && is_always
        }
        Language::JavaScript | Language::TypeScript if read.rule.contains(".schema.") => {
            // A field of Joi or Yup may be left out unless it says otherwise.
            let value = source.split_once(':').map_or("", |(_, value)| value.trim_start()).to_ascii_lowercase();
            text.contains("process.env")
                && (value.contains(".required()") || !value.starts_with("joi.") && !value.starts_with("yup."))
        }
        Language::JavaScript | Language::TypeScript => source.contains("getOrThrow"),
        Language::Go => ["required:\"true\"", ",required", ",notEmpty", "env-required:\"true\""]
            .iter()
            .any(|mark| read.rule.ends_with(".tag") && source.contains(mark)),
        Language::Java | Language::Kotlin => {
            let is_always = !text.contains("@Conditional") && !text.contains("@Profile");
            read.rule.ends_with(".value.placeholder") && source.starts_with("@Value(") && is_always
        }
        _ => false,
    }
}

/// Whether a function of that name runs when a program starts, by the words of its name in snake_case or camelCase.
fn is_start(name: &str) -> bool {
    let mut spaced = String::new();
    let mut after_small = false;
    for c in name.chars() {
        if after_small && c.is_uppercase() {
            spaced.push('_');
        }
        after_small = c.is_lowercase();
        spaced.extend(c.to_lowercase());
    }
    spaced.split('_').any(|word| STARTS.contains(&word))
}

/// Whether a field of a settings class has to be set, under the name that the field has.
fn is_demanded_field(text: &str, read: &CodeMatch) -> bool {
    let kind = read.var("TYPE").unwrap_or_default();
    let default = read.var("DEFAULT").unwrap_or_default();
    // A class within a class has names of its own, and so has a field with an alias.
    let is_other =
        ["Optional", "None", "ClassVar", "Settings", "Config", "Model"].iter().any(|word| kind.contains(word))
            || ["env=", "alias"].iter().any(|word| default.contains(word));
    let is_for_others = read.scopes.iter().any(|scope| {
        let name = scope.name.to_ascii_lowercase();
        ["prod", "test", "staging"].iter().any(|word| name.contains(word))
    });
    let has_other_sources =
        ["env_nested_delimiter", "settings_customise_sources", "secrets_dir", "yaml_file", "toml_file"]
            .iter()
            .any(|word| text.contains(word));
    !is_other && !is_for_others && !has_other_sources
}

/// Whether a statement of Python around it says that it may be missing, or runs it only sometimes.
fn is_conditional(text: &str, read: &CodeMatch) -> bool {
    const ONLY_SOMETIMES: &[&str] =
        &["if ", "if(", "elif ", "else", "try:", "except", "with ", "for ", "while ", "def "];
    let before = text[..read.bytes.end].lines().rev();
    let mut opening =
        before.filter(|line| !line.starts_with([' ', '\t', '#', ')', '}', ']']) && !line.trim().is_empty());
    opening.next().is_some_and(|line| ONLY_SOMETIMES.iter().any(|word| line.starts_with(word)))
        || read.string("NAME").is_some_and(|name| {
            ["\"", "'"].iter().any(|quote| text.contains(&format!("{quote}{name}{quote} in os.environ")))
        })
}

/// Whether a file names the variable: one that is no source anywhere, and a source where nothing reads it.
fn is_named(repo: &Snapshot, name: &str, places: &[Spot]) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let quoted = ["\"", "'", "`"].map(|quote| format!("{quote}{name}{quote}"));
    // Some settings take the names in either case.
    let lower = name.to_ascii_lowercase();
    let files = repo.tree().files().iter().filter(|file| !file.vendored && !is_test(&file.path));
    let mut texts = files
        .filter_map(|file| Some((file.path.as_str(), file.text()?)))
        .filter(|(_, text)| text.contains(name) || text.contains(&lower));
    texts.any(|(path, text)| {
        let is_source = Language::of(path).is_some();
        text.lines().enumerate().any(|(index, line)| {
            let is_read = places.iter().any(|spot| spot.path == path && spot.line == index as u32 + 1);
            let has_it = match is_source {
                true => quoted.iter().any(|quoted| line.contains(quoted.as_str())),
                // A recipe may write it at the start of a line: `printf "A=1\nB=2"`.
                false => line.match_indices(name).any(|(at, _)| {
                    let before = &line[..at];
                    (!before.ends_with(is_part) || before.ends_with("\\n"))
                        && !line[at + name.len()..].starts_with(is_part)
                }),
            };
            !is_read && has_it && !paths::is_lock_file(path)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use crate::snapshot::fixture::Fixture;

    fn demanded(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        Environment::of(&repo).demanded().map(|variable| variable.name.clone()).collect()
    }

    #[test]
    fn what_fails_without_it_is_demanded() {
        for (path, text) in [
            ("settings.py", "import os\nkey = os.environ['SHOP_KEY']\n"),
            (
                "settings.py",
                "import os\nDATABASES = {\n    'a': {\n        'PASSWORD': os.environ['SHOP_KEY'],\n    }\n}\n",
            ),
            ("settings.py", "from decouple import config\nkey = config('SHOP_KEY')\n"),
            ("config.py", "class Settings(BaseSettings):\n    shop_key: str\n"),
            ("src/main.rs", "fn main() { let key = std::env::var(\"SHOP_KEY\").expect(\"SHOP_KEY must be set\"); }\n"),
            (
                "src/db.rs",
                "mod store { fn establish_connection() { let key = std::env::var(\"SHOP_KEY\").unwrap(); } }\n",
            ),
            ("src/db.rs", "fn loadKeys() { let key = std::env::var(\"SHOP_KEY\").unwrap(); }\n"),
            ("config/initializers/shop.rb", "KEY = ENV.fetch('SHOP_KEY')\n"),
            (
                "env.ts",
                "import { z } from 'zod';\nexport const env = z.object({ SHOP_KEY: z.string() }).parse(process.env);\n",
            ),
            ("config.go", "package a\ntype Config struct {\n\tKey string `env:\"SHOP_KEY,required\"`\n}\n"),
            ("A.java", "class A {\n  @Value(\"${SHOP_KEY}\") String key;\n}\n"),
            ("src/main/resources/application.yml", "spring:\n  datasource:\n    password: ${SHOP_KEY}\n"),
        ] {
            assert_eq!(demanded(&[(path, text)]), ["SHOP_KEY"], "{text}");
        }
    }

    #[test]
    fn what_may_be_missing_is_not() {
        for (path, text) in [
            ("settings.py", "import os\nkey = os.getenv('SHOP_KEY')\n"),
            ("settings.py", "import os\ntry:\n    key = os.environ['SHOP_KEY']\nexcept KeyError:\n    key = None\n"),
            ("settings/production.py", "import os\nkey = os.environ['SHOP_KEY']\n"),
            ("pay.py", "import os\ndef pay():\n    return os.environ['SHOP_KEY']\n"),
            ("config.py", "class Settings(BaseSettings):\n    shop_key: Optional[str]\n"),
            ("src/pay.rs", "fn pay() { let key = std::env::var(\"SHOP_KEY\").unwrap(); }\n"),
            ("src/log.rs", "fn append_log() -> R { let key = std::env::var(\"SHOP_KEY\")?; }\n"),
            ("src/log.rs", "fn truncate() { let key = std::env::var(\"SHOP_KEY\").unwrap(); }\n"),
            ("src/pay.rs", "impl AppState { fn renew(&self) { let key = std::env::var(\"SHOP_KEY\").unwrap(); } }\n"),
            ("src/pay.rs", "mod config { fn pay() { let key = std::env::var(\"SHOP_KEY\").unwrap(); } }\n"),
            ("src/main.rs", "fn main() { let key = std::env::var(\"SHOP_KEY\").ok(); }\n"),
            ("config/initializers/shop.rb", "KEY = ENV['SHOP_KEY']\n"),
            ("config/initializers/shop.rb", "KEY = ENV.fetch('SHOP_KEY') if Rails.env.production?\n"),
            ("settings.py", "import os\nif not DEBUG:\n    key = os.environ['SHOP_KEY']\n"),
            ("config.py", "class Settings(BaseSettings):\n    shop_key: str = Field(..., alias='KEY')\n"),
            ("config.py", "class Settings(BaseSettings):\n    shop_key: KeySettings\n"),
            ("config.py", "class ProductionSettings(BaseSettings):\n    shop_key: str\n"),
            ("A.java", "@Profile(\"cloud\")\nclass A {\n  @Value(\"${SHOP_KEY}\") String key;\n}\n"),
            (
                "src/config.rs",
                "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn connect() { let key = std::env::var(\"SHOP_KEY\").unwrap(); }\n}\n",
            ),
            ("env.ts", "export const env = Joi.object({ SHOP_KEY: Joi.string() }).validate(process.env);\n"),
            ("app.js", "const key = process.env.SHOP_KEY;\n"),
            ("src/main/resources/application.yml", "shop:\n  feature: ${SHOP_KEY}\n"),
            ("src/main/resources/application-prod.yml", "spring:\n  datasource:\n    password: ${SHOP_KEY}\n"),
        ] {
            assert!(demanded(&[(path, text)]).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_any_file_names_can_be_found() {
        let code = ("settings.py", "import os\nkey = os.environ['SHOP_KEY']\n");
        for other in [
            ("README.md", "# A\n\nSet `SHOP_KEY`.\n"),
            (".env.example", "SHOP_KEY=\n"),
            ("docker-compose.yml", "services:\n  a:\n    environment:\n      SHOP_KEY: a\n"),
            ("Makefile", "env:\n\tprintf \"MODE=a\\nSHOP_KEY=b\" > .env\n"),
            ("manage.py", "import os\nos.environ.setdefault('SHOP_KEY', 'a')\n"),
        ] {
            assert!(demanded(&[code, other]).is_empty(), "{}", other.0);
        }
        let spring = ("src/main/resources/application.yml", "spring:\n  datasource:\n    password: ${SHOP_KEY}\n");
        let profile = ("src/main/resources/application-dev.yml", "spring:\n  datasource:\n    password: a\n");
        assert!(demanded(&[spring, profile]).is_empty());
        assert_eq!(demanded(&[code, ("tests/conftest.py", "os.environ['SHOP_KEY'] = 'a'\n")]), ["SHOP_KEY"]);
        assert_eq!(demanded(&[code, ("README.md", "# A\n\nSet `SHOP_KEY_ID`.\n")]), ["SHOP_KEY"]);
    }
}
