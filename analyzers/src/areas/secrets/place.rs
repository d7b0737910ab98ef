//! What a path says about a credential that stands there.

pub(super) use super::environment_files::is_environment_file;
use super::foreign;
use crate::paths;

const EXAMPLE: &str = "in an example";
const SEED_DATA: &str = "in seed data";

/// A page, a chart, or the settings that others begin with: a program may well read it as it is.
pub(super) const TEMPLATE: &str = "in a template or a file of defaults";

/// What kind of place a credential stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Production,
    Example,
    Test,
    Documentation,
}

impl Class {
    pub(super) fn word(self) -> &'static str {
        match self {
            Class::Production => "production",
            Class::Example => "example",
            Class::Test => "test",
            Class::Documentation => "documentation",
        }
    }
}

/// The class of `path`, and why it is not production if it is not.
pub(super) fn class(path: &str) -> (Class, &'static str) {
    let lower = path.to_ascii_lowercase();
    let name = paths::name(&lower);
    let stem = name.split('.').next().unwrap_or(name);
    let folder = without_package(paths::folder(&lower));
    // `_examples` and `.fixtures` are such folders as well.
    let in_folder = |names: &[&str]| {
        folder.split('/').any(|part| names.contains(&part) || names.contains(&part.trim_start_matches(['_', '.'])))
    };
    let folder_words = || folder.split(['/', '-', '_', '.']);
    let words = || name.split(['.', '_', '-']);
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));

    if paths::is_vendored(path) || paths::is_generated(path) || foreign::is_brought(&lower) {
        return (Class::Example, "in somebody else's or generated code");
    }
    if words().any(|word| {
        matches!(word, "dummy" | "fake" | "stub" | "placeholder" | "snakeoil" | "selfsigned" | "insecure" | "localhost")
    }) {
        return (Class::Example, "in a file that is named as a stand-in");
    }
    // `.env.template` and `config.yml.default` show which settings there are.
    let is_of_settings = name.starts_with(".env")
        || name.starts_with("env.")
        || name.ends_with(".env")
        || [".template", ".default", ".defaults"].iter().any(|end| name.ends_with(end));
    let is_template = |word: &str| matches!(word, "template" | "default" | "defaults");
    if words().any(|word| {
        matches!(
            word,
            "example" | "examples" | "exemple" | "exemplo" | "ejemplo" | "sample" | "dist" | "tmpl" | "tpl" | "skel"
        ) || is_of_settings && is_template(word)
    }) || words().any(|word| matches!(word, "demo" | "demos"))
        || folder_words().any(|word| matches!(word, "example" | "examples" | "sample" | "samples"))
        || in_folder(&["demo", "demos", "playground", "cookbook", "tutorial", "tutorials"])
    {
        return (Class::Example, EXAMPLE);
    }
    if name.starts_with(".env") && words().any(|word| matches!(word, "ci" | "pipeline" | "pipelines")) {
        return (Class::Test, "in a file for a pipeline");
    }
    let test_folder = folder_words().any(|word| matches!(word, "mock" | "mocks" | "fixture" | "fixtures"))
        || folder.split('/').any(|part| part.starts_with("test_") || part.starts_with("test-"))
        || in_folder(&[
            "test",
            "tests",
            "spec",
            "specs",
            "__tests__",
            "__mocks__",
            "mock",
            "mocks",
            "testdata",
            "test-data",
            "test_data",
            "testing",
            "fixtures",
            "fixture",
            "__fixtures__",
            "e2e",
            "cypress",
            "integration-tests",
            "testutil",
            "testutils",
            "cassettes",
            "androidtest",
            "stubs",
            "benches",
            "bench",
        ])
        || paths::folder(&lower).split('/').any(|part| {
            part.ends_with("-tests") || part.ends_with(".tests") || part.ends_with("_test") || part.ends_with("-test")
        });
    if test_folder
        || words().any(|word| {
            matches!(
                word,
                "test"
                    | "tests"
                    | "spec"
                    | "e2e"
                    | "mock"
                    | "mocks"
                    | "fixture"
                    | "fixtures"
                    | "testing"
                    | "conftest"
                    | "phpunit"
            )
        })
        || ends(&["test.java", "tests.java", "test.kt", "tests.cs", "test.php", "test.scala", "tests.rs", "it.java"])
        || stem == "conftest"
        // A script that runs them: `runIntegrationTests.cmd`.
        || ends(&["tests.sh", "tests.cmd", "tests.bat", "tests.ps1"])
        // Elsewhere it is what a program has to do with others.
        || folder.split('/').next() == Some("integration")
        || ["java", "kotlin", "scala", "groovy", "resources"]
            .iter()
            .any(|of| folder.ends_with(&format!("src/it/{of}")) || folder.contains(&format!("src/it/{of}/")))
        || paths::sets_up_tests(name)
    {
        return (Class::Test, "in tests");
    }
    if in_folder(&["docs", "doc", "documentation", "wiki", "postman", "_posts"])
        || ends(&[
            ".md",
            ".mdx",
            ".rst",
            ".adoc",
            ".asciidoc",
            ".markdown",
            ".postman_collection.json",
            ".postman_environment.json",
            ".http",
            ".rest",
            ".ipynb",
            ".org",
        ])
        || matches!(stem, "docs" | "readme" | "changelog" | "contributing" | "openapi" | "swagger")
    {
        return (Class::Documentation, "in documentation");
    }
    // A text of the interface beside the name of a setting is a label.
    if in_folder(&["locale", "locales", "i18n", "l10n", "translations", "lang", "langs", "language", "languages"])
        && ends(&[".json", ".yml", ".yaml", ".po", ".properties", ".arb", ".php", ".ts", ".js"])
    {
        return (Class::Example, "in a translation");
    }
    if in_folder(&["seed", "seeds", "seeders", "seeder", "datafixtures"])
        // They make the rows of tests and seeders.
        || in_folder(&["factories", "factory"]) && stem.ends_with("factory")
        || words().any(|word| matches!(word, "seed" | "seeds" | "seeder"))
    {
        return (Class::Example, SEED_DATA);
    }
    if (in_folder(&["templates"]) || words().any(is_template)) && !is_read_by_its_name(folder, name) {
        return (Class::Example, TEMPLATE);
    }
    (Class::Production, "")
}

/// Whether a tool takes the file of that name as it is: AWS SAM deploys `template.yaml`, and `config/default.json` is
/// what node-config begins with everywhere.
fn is_read_by_its_name(folder: &str, name: &str) -> bool {
    // What the command lines of Google and Tencent keep for their user.
    matches!(name, "application_default_credentials.json" | "default.credential")
        || matches!(name, "template.yaml" | "template.yml") && paths::name(folder) != "templates"
        || name.starts_with("default.") && matches!(paths::name(folder), "config" | "conf")
}

/// The folder without the package of a program in Java and the like: `com.example.demo` is what generators propose.
fn without_package(folder: &str) -> &str {
    ["src/main/java/", "src/main/kotlin/", "src/main/scala/", "src/main/groovy/"]
        .iter()
        .find_map(|sources| folder.find(sources).map(|at| &folder[..at]))
        .unwrap_or(folder)
}

/// Whether what stands at `path` makes rows for trying things out.
pub(super) fn is_seed_data(path: &str) -> bool {
    class(path) == (Class::Example, SEED_DATA)
}

/// Whether `path` says what a service for continuous integration does.
pub(super) fn is_pipeline(path: &str) -> bool {
    const NAMES: &[&str] =
        &[".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "jenkinsfile"];
    let lower = path.to_ascii_lowercase();
    lower.starts_with(".github/workflows/") || lower.starts_with(".circleci/") || NAMES.contains(&paths::name(&lower))
}

/// Whether `path` is a notebook: the program of a project about data.
pub(super) fn is_notebook(path: &str) -> bool {
    path.ends_with(".ipynb") && class(path).0 == Class::Documentation
}

/// Whether `path` is named as an example.
pub(super) fn is_example(path: &str) -> bool {
    matches!(class(path), (Class::Example, EXAMPLE | TEMPLATE))
}

/// Whether `path` shows which settings there are: `.env.example`, `parameters.yml.dist`.
pub(super) fn is_example_of_settings(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let is_settings = name.starts_with(".env")
        || name.starts_with("env.")
        || name.ends_with(".env")
        || [".dist", ".example", ".sample", ".template"].iter().any(|end| name.ends_with(end));
    is_settings && is_example(path)
}

/// The same, and settings in whatever format whose own name says that they are an example: `application-example.yml`.
pub(super) fn shows_settings(path: &str) -> bool {
    let is_named = is_example(paths::name(path)) && is_in_a_format_of_settings(path) && is_example(path);
    is_named || is_example_of_settings(path)
}

/// Whether `path` ends as files of settings do.
pub(super) fn is_in_a_format_of_settings(path: &str) -> bool {
    const FORMATS: &[&str] = &[".json", ".yml", ".yaml", ".properties", ".toml", ".ini", ".conf", ".xml"];
    let lower = path.to_ascii_lowercase();
    FORMATS.iter().any(|format| lower.ends_with(format))
}

/// Whether `path` is an environment file of one's own, an example or one for tests as well.
pub(super) fn is_named_as_settings(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    name.starts_with(".env") && !paths::is_vendored(path) && !paths::is_generated(path)
}

/// Whether the path is for development machines: only a provider's own credential counts there.
pub(super) fn is_for_development(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = paths::name(&lower);
    const USED: &[&str] = &["prod", "production", "stage", "staging"];
    let is_for_production = || lower.split(['/', '.', '_', '-']).any(|word| USED.contains(&word));
    name.split(['.', '_', '-']).any(|word| matches!(word, "dev" | "development" | "local" | "vagrantfile"))
        || lower.split('/').any(|part| matches!(part, ".devcontainer" | ".vscode" | ".idea"))
        // What Visual Studio starts on the own machine.
        || name == "launchsettings.json"
        || is_compose(&lower) && !is_for_production()
}

/// Whether a folder is for development machines. One of that name may also hold what a server that everybody reaches
/// is set up with, so what stands there is worth a look.
pub(super) fn is_in_a_folder_for_development(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let folder = without_package(paths::folder(&lower));
    folder.split('/').any(|part| matches!(part, "dev" | "development" | "local"))
}

/// Whether `path` is a file of Docker Compose.
pub(super) fn is_compose(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    name.contains("docker-compose") || name.starts_with("compose.")
}

/// Whether `path` is an environment file that is named for development: `.env.development`. One for the own machine,
/// `.env.local`, has what its owner uses.
pub(super) fn is_development_environment(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    is_environment_file(path) && name.split(['.', '_', '-']).any(|word| matches!(word, "dev" | "development"))
}

/// Whether `path` is where Symfony's own installer writes a secret for development.
pub(super) fn is_of_symfonys_installer(path: &str) -> bool {
    paths::name(path) == ".env.dev"
}

/// Whether `path` is where Symfony's recipe writes a secret, in a file that Symfony says to commit.
pub(super) fn is_of_symfonys_recipe(path: &str) -> bool {
    matches!(paths::name(path), ".env" | ".env.test")
}

/// Whether `path` is what a shell reads when it starts, where people export their own credentials.
pub(super) fn is_shell_profile(path: &str) -> bool {
    let name = paths::name(path);
    [".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".zshrc", ".zshenv", ".zprofile", "config.fish"]
        .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compose_file_is_for_development_unless_it_is_named_for_production() {
        for path in
            ["docker-compose.yml", "compose.yaml", "deploy/docker-compose.local.yml", "docker-compose.product.yml"]
        {
            assert!(is_for_development(path), "{path}");
        }
        for path in [
            "docker-compose.prod.yml",
            "compose.production.yaml",
            "production/docker-compose.yml",
            "docker-compose.stage.yml",
        ] {
            assert!(!is_for_development(path), "{path}");
        }
    }

    #[test]
    fn a_folder_is_for_development_unless_it_is_a_part_of_a_package() {
        for path in ["dev/environment", "infra/local/keys/root", "k8s/Development/secret.yaml"] {
            assert!(is_in_a_folder_for_development(path), "{path}");
        }
        for path in ["src/main/java/dev/shop/Tokens.java", "devices/keys", "src/localization/a.ts", "dev.pem"] {
            assert!(!is_in_a_folder_for_development(path), "{path}");
        }
    }

    #[test]
    fn an_environment_file_is_for_development_where_its_name_says_so() {
        for path in [".env.development", "server/.env.dev", "dev.env"] {
            assert!(is_development_environment(path), "{path}");
        }
        for path in [".env", ".env.local", ".env.production", "development.rb", ".env.development.example"] {
            assert!(!is_development_environment(path), "{path}");
        }
    }

    #[test]
    fn classes_follow_paths() {
        for (path, expected) in [
            ("src/main/resources/application.yml", Class::Production),
            ("src/test/resources/application.yml", Class::Test),
            ("users/user_test.go", Class::Test),
            ("src/app.spec.ts", Class::Test),
            ("src/main/java/com/example/demo/Tokens.java", Class::Production),
            ("examples/shop/src/main/java/com/shop/Tokens.java", Class::Example),
            ("src/Infrastructure/DataFixtures/ClientFixtures.php", Class::Example),
            (".env.exemple", Class::Example),
            ("_fixture/certs/key.pem", Class::Test),
            ("config/test_resources/key.pem", Class::Test),
            ("web/src/locales/en.json", Class::Example),
            ("lang/ar/errors.php", Class::Example),
            ("resources/lang/fr.json", Class::Example),
            ("lang/parser.py", Class::Production),
            ("build/runIntegrationTests.cmd", Class::Test),
            ("docker/root/usr/share/misc/magic", Class::Example),
            ("web/assets/Icons for shops_files/v3", Class::Example),
            ("config_files/shop.js", Class::Production),
            ("certs/localhost.key", Class::Example),
            ("database/factories/UserFactory.php", Class::Example),
            ("app/Infra/Database/Factory/UserFactory.php", Class::Example),
            ("src/main/java/com/shop/factory/TokenService.java", Class::Production),
            (".env.ci", Class::Test),
            ("web/playwright.config.ts", Class::Test),
            ("pytest.ini", Class::Test),
            ("README.md", Class::Documentation),
            (".env.example", Class::Example),
            (".env.pipeline", Class::Test),
            ("node_modules/a/index.js", Class::Example),
            ("src/latest.py", Class::Production),
            ("config/default.json", Class::Production),
            ("template.yaml", Class::Production),
            ("app/recipes/settings.py", Class::Production),
            ("services/content/.env", Class::Production),
            ("src/integration/stripe.ts", Class::Production),
            ("src/it/unibo/shop/Db.java", Class::Production),
            ("src/it/java/unibo/shop/Db.java", Class::Test),
            ("integration/keys/server.key", Class::Test),
            ("chart/templates/secret.yaml", Class::Example),
            (".env.template", Class::Example),
            ("config/contest.rb", Class::Production),
        ] {
            assert_eq!(class(path).0, expected, "{path}");
        }
    }
}
