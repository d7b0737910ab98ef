//! Whether a framework's key in settings that others build on is replaced in production.

use super::place::{self, Class};
use crate::Snapshot;
use crate::paths;

/// Whether the settings for production beside the file at `path` take the value that stands on `line` of it from
/// elsewhere: `application-prod.yml` with `secret: ${JWT_SECRET}`, `config/environments/production.rb` with `ENV[...]`.
pub(super) fn is_given_in_production(repo: &Snapshot, path: &str, line: u32) -> bool {
    let setting = |line: &str| given(line).map(|(name, _)| name.to_owned());
    let lines = || repo.text(path).into_iter().flat_map(str::lines);
    let Some(name) = lines().nth((line as usize).saturating_sub(1)).and_then(setting) else { return false };
    is_named_in_production(repo, path, &name)
}

/// The same for the setting `name`, whatever stands in the file at `path` now.
pub(super) fn is_named_in_production(repo: &Snapshot, path: &str, name: &str) -> bool {
    let production = repo.tree().own_texts().filter(|(file, _)| is_for_production(path, &file.path));
    production.flat_map(|(_, text)| text.lines()).filter_map(given).any(|(other, value)| {
        const ELSEWHERE: &[&str] = &[
            "${",
            "#{",
            "ENV",
            "<%=",
            "Rails.application.credentials",
            "Rails.application.secrets",
            "System.",
            "{:system",
        ];
        // Elixir gives it to a variable of the same name first.
        let is_variable = path.ends_with(".exs") && value.trim_end_matches(',') == name;
        other == name && (is_variable || ELSEWHERE.iter().any(|start| value.starts_with(start)))
    })
}

/// Whether the file at `other` has the settings for production of those at `path`.
fn is_for_production(path: &str, other: &str) -> bool {
    let (name, beside) = (paths::name(path), paths::name(other).to_ascii_lowercase());
    let is_beside = paths::folder(path) == paths::folder(other);
    match name.split('.').next().unwrap_or_default() {
        "application" if !name.ends_with(".rb") => is_beside && beside.starts_with("application-prod"),
        "appsettings" => is_beside && matches!(&*beside, "appsettings.production.json" | "appsettings.prod.json"),
        "config" if name == "config.exs" => {
            is_beside && matches!(&*beside, "prod.exs" | "prod.secret.exs" | "runtime.exs" | "releases.exs")
        }
        _ => {
            let application = other.strip_suffix("config/environments/production.rb");
            name.ends_with(".rb") && application.is_some_and(|root| path.starts_with(&format!("{root}config/")))
        }
    }
}

/// The last word of a setting's name, and its value without the quotes before it.
fn given(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once([':', '='])?;
    let name = name.trim().trim_matches(['"', '\'']);
    let name = name.rsplit('.').next().unwrap_or(name);
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    is_name.then(|| (name, value.trim_start().trim_start_matches(['"', '\''])))
}

/// Whether another module of the same folder takes over everything from the settings at `path` and gives the key a value
/// that is not written down there: `from .base import *` and `SECRET_KEY = os.environ["SECRET_KEY"]`.
pub(super) fn is_replaced(repo: &Snapshot, path: &str) -> bool {
    let Some(module) = paths::name(path).strip_suffix(".py") else { return false };
    let takes_over = format!(".{module} import *");
    repo.tree()
        .own_texts()
        .filter(|(file, _)| file.path != path && file.path.ends_with(".py"))
        .filter(|(file, _)| paths::folder(&file.path) == paths::folder(path))
        .filter(|(file, _)| !place::is_for_development(&file.path) && place::class(&file.path).0 == Class::Production)
        .any(|(_, text)| {
            text.lines().any(|line| line.contains(&takes_over)) && text.lines().any(gives_a_value_from_elsewhere)
        })
}

fn gives_a_value_from_elsewhere(line: &str) -> bool {
    let value = line.trim_start().strip_prefix("SECRET_KEY").and_then(|rest| rest.trim_start().strip_prefix('='));
    value.is_some_and(|value| !value.trim_start().starts_with(['"', '\'', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn settings_for_production_replace_the_key_that_they_take_over() {
        let replaced = |name: &str, text: &str| {
            let repo = Fixture::new().file("shop/settings/base.py", "").file(name, text).snapshot();
            is_replaced(&repo, "shop/settings/base.py")
        };
        let from_elsewhere = "from .base import *\nSECRET_KEY = os.environ['KEY']\n";
        assert!(replaced("shop/settings/prod.py", from_elsewhere));
        assert!(!replaced("shop/settings/dev.py", from_elsewhere));
        assert!(!replaced("shop/settings/prod.py", "from .base import *\nSECRET_KEY = 'written down'\n"));
        assert!(!replaced("shop/settings/prod.py", "SECRET_KEY = os.environ['KEY']\n"));
        assert!(!replaced("other/prod.py", from_elsewhere));
    }

    #[test]
    fn settings_for_production_take_the_value_from_elsewhere() {
        let given = |path: &str, text: &str, other: &str, production: &str| {
            let repo = Fixture::new().file(path, text).file(other, production).snapshot();
            is_given_in_production(&repo, path, 2)
        };
        let (spring, yaml) = ("src/main/resources/application.yml", "jwt:\n  secret: 3f9a\n");
        assert!(given(spring, yaml, "src/main/resources/application-prod.properties", "jwt.secret=${SECRET}\n"));
        assert!(!given(spring, yaml, "src/main/resources/application-prod.yml", "jwt:\n  secret: 77aa\n"));
        assert!(!given(spring, yaml, "src/main/resources/application-dev.yml", "jwt:\n  secret: ${SECRET}\n"));
        assert!(!given(spring, yaml, "src/main/resources/application-prod.yml", "mail:\n  password: ${SECRET}\n"));
        let net = "{\n  \"Key\": \"3f9a\"\n}\n";
        assert!(given("appsettings.json", net, "appsettings.Production.json", "{\n\"Key\": \"#{Key}#\"\n}\n"));
        let rails = "module Shop\n  config.secret_key_base = '3f9a'\nend\n";
        let production = "config.secret_key_base = ENV['SECRET_KEY_BASE']\n";
        assert!(given("config/application.rb", rails, "config/environments/production.rb", production));
        assert!(!given("lib/application.rb", rails, "config/environments/production.rb", production));
        let phoenix = "config :shop, ShopWeb.Endpoint,\n  secret_key_base: \"3f9a\"\n";
        let taken =
            "secret_key_base =\n  System.get_env(\"KEY\")\nconfig :shop,\n  secret_key_base: secret_key_base,\n";
        assert!(given("config/config.exs", phoenix, "config/prod.secret.exs", taken));
        assert!(given("config/config.exs", phoenix, "config/runtime.exs", "secret_key_base: System.get_env(\"K\")\n"));
        assert!(!given("config/config.exs", phoenix, "config/prod.exs", "secret_key: System.get_env(\"K\")\n"));
        assert!(!given("config/config.exs", phoenix, "config/prod.exs", "secret_key_base: \"77aa\",\n"));
    }
}
