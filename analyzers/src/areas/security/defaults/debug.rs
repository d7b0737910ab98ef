//! Debug mode where production sees it.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{development, files, line, matches};
use crate::code::{CodeMatch, Language};
use crate::paths;
use crate::{Place, Snapshot};

/// Where it is switched on.
pub(super) fn places(repo: &Snapshot) -> Vec<Place> {
    let mut places: Vec<Place> = matches(repo, &["debug"])
        .into_iter()
        .filter(|found| is_for_production(repo, found))
        .chain(matches(repo, &["debug.run"]).into_iter().filter(|_| !has_server(repo)))
        .map(|found| line(repo, &found.path, found.lines.0))
        .collect();
    let settings = files::settings(repo).filter(|it| !development::is_path(it.path) && is_on(&it.key, it.value));
    places.extend(settings.map(|it| line(repo, it.path, it.line)));
    places.extend(
        files::deployed(repo)
            .into_iter()
            .filter(|it| ENVIRONMENT.is_match(it.text))
            .map(|it| line(repo, it.path, it.line)),
    );
    places.sort();
    places.dedup();
    places
}

/// What a file of a deployment gives a program for its environment: `NODE_ENV=development`, `APP_DEBUG: "true"`.
static ENVIRONMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"(?i-u)(^|[\s"'-])((FLASK_|DJANGO_|APP_)?DEBUG["']?\s*[=:]\s*["']?(1|true|on)\b"#,
        r#"|(NODE_ENV|FLASK_ENV|APP_ENV|RAILS_ENV|RACK_ENV|ASPNETCORE_ENVIRONMENT|DOTNET_ENVIRONMENT|GIN_MODE|ROCKET_PROFILE)["']?(\s*[=:]\s*|\s+)["']?(dev|development|debug|local)\b)"#
    ))
});

/// What the settings of a framework call it.
fn is_on(key: &str, value: &str) -> bool {
    let (key, value) =
        (key.replace('-', "").to_ascii_lowercase(), value.trim_matches(['"', '\'']).to_ascii_lowercase());
    match key.as_str() {
        "server.error.includestacktrace" => value == "always",
        "debug" | "trace" | "ktor.development" | "spring.h2.console.settings.weballowothers" => value == "true",
        _ => false,
    }
}

/// Settings that are named for production, or the only ones there are.
fn is_for_production(repo: &Snapshot, found: &CodeMatch) -> bool {
    let path = found.path.to_ascii_lowercase();
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let class = found.scopes.last().map(|scope| scope.name.to_ascii_lowercase()).unwrap_or_default();
    if found.language == Language::Ruby && text.contains("consider_all") {
        return path.contains("prod");
    }
    if found.language != Language::Python || !text.starts_with("DEBUG") {
        return true;
    }
    if class.contains("prod") || path.contains("prod") {
        return !class.contains("dev") && !class.contains("test");
    }
    // Only Django's settings of that name say what production does, unless another file beside them does.
    let folder = paths::folder(&found.path);
    let others = repo.tree().own_texts().filter(|(file, _)| {
        let name = file.name().to_ascii_lowercase();
        paths::folder(&file.path) == folder
            && name != paths::name(&path)
            && (name.contains("prod") || name.contains("local") || name.contains("dev"))
    });
    let is_overruled = repo.text(&found.path).is_some_and(|text| {
        text.matches("DEBUG =").count() > 1 || text.contains("local_settings") || text.contains("django_heroku")
    });
    paths::name(&path) == "settings.py" && others.count() == 0 && !is_overruled
}

/// Whether the repository names a server for production, beside the one that Flask has for development.
fn has_server(repo: &Snapshot) -> bool {
    const SERVERS: &[&str] = &[
        "gunicorn",
        "uwsgi",
        "waitress",
        "hypercorn",
        "mod_wsgi",
        "gevent",
        "cheroot",
        "uvicorn",
        "zappa",
        "passenger",
        "eventlet",
        "wsgi:",
    ];
    repo.tree().own_texts().any(|(file, text)| {
        let name = file.name();
        let names_servers =
            ["requirements", "Pipfile", "pyproject", "setup.", "Dockerfile", "Procfile", "compose", "wsgi"]
                .iter()
                .any(|part| name.contains(part))
                || [".yml", ".yaml", ".sh", ".service", ".md", ".ini", ".conf"].iter().any(|end| name.ends_with(end));
        names_servers && (name.contains("wsgi") || SERVERS.iter().any(|server| text.contains(server)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lines, lines_beside};

    #[test]
    fn debug_mode_is_found_where_production_sees_it() {
        for (path, text) in [
            ("shop/settings.py", "\nDEBUG = os.environ.get(\"DEBUG\", \"True\") == \"True\"\n"),
            ("shop/settings/production.py", "\nDEBUG = True\n"),
            ("config.py", "class ProductionConfig(Config):\n    DEBUG = True\n"),
            ("main.py", "\napp = FastAPI(title=\"a\", debug=True)\n"),
            ("main.go", "package a\nfunc f() { gin.SetMode(gin.DebugMode) }\n"),
            ("src/main/resources/application.properties", "\nserver.error.include-stacktrace=always\n"),
            ("src/main/resources/application.conf", "ktor {\n  development = true\n}\n"),
            ("config/environments/production.rb", "\nconfig.consider_all_requests_local = true\n"),
            ("app.rb", "\nset :show_exceptions, true\n"),
            ("config/app.php", "<?php return [\n'debug' => env('APP_DEBUG', true)];\n"),
            ("public/index.php", "<?php\n$app->addErrorMiddleware(true, true, true);\n"),
            (".env.prod", "APP_ENV=prod\nAPP_DEBUG=1\n"),
            ("Dockerfile", "FROM node:20\nENV NODE_ENV=development\nCMD [\"node\", \"a.js\"]\n"),
            ("Program.cs", "\napp.UseDeveloperExceptionPage();\n"),
        ] {
            assert_eq!(lines(path, text), [2], "{path}");
        }
    }

    #[test]
    fn development_may_debug() {
        for (path, text) in [
            ("shop/settings.py", "DEBUG = os.environ.get(\"DEBUG\", \"False\") == \"True\"\n"),
            ("shop/settings/dev.py", "DEBUG = True\n"),
            ("config.py", "class DevelopmentConfig(Config):\n    DEBUG = True\n"),
            ("src/main/resources/application-dev.properties", "server.error.include-stacktrace=always\n"),
            ("config/environments/development.rb", "config.consider_all_requests_local = true\n"),
            ("Dockerfile.dev", "FROM node:20\nENV NODE_ENV=development\n"),
            (
                "Dockerfile",
                "FROM node:20 AS build\nENV NODE_ENV=development\nRUN make\nFROM node:20\nCMD [\"node\", \"a.js\"]\n",
            ),
            (".env.example", "APP_DEBUG=true\n"),
        ] {
            assert!(lines(path, text).is_empty(), "{path}");
        }
    }

    #[test]
    fn a_server_for_production_leaves_the_other_to_development() {
        let app = "if __name__ == '__main__':\n    app.run(debug=True)\n";
        assert_eq!(lines("app.py", app), [2]);
        assert!(lines_beside("app.py", app, &[("Procfile", "web: gunicorn app:app\n")]).is_empty());
    }
}
