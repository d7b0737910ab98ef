//! Names that nobody has to be told about: the platform, the tool or the framework's own scaffold knows them.

use super::Spot;
use crate::Snapshot;
use crate::snapshot::stack::Ecosystem;

#[rustfmt::skip]
const NAMES: &[&str] = &[
    // The operating system and the shell.
    "PATH", "HOME", "USER", "USERNAME", "USERPROFILE", "SHELL", "TERM", "COLORTERM", "LANG", "LC_ALL", "PWD", "TMPDIR", "TMP", "TEMP",
    "HOSTNAME", "TZ", "EDITOR", "PAGER", "APPDATA", "LOCALAPPDATA", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "DISPLAY",
    "LESS", "MANPAGER", "VISUAL", "BROWSER", "COMP_WORDS", "COMP_CWORD", "UID", "GID", "PUID", "PGID", "SSH_AUTH_SOCK", "COMPUTERNAME", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
    // systemd and services that pipelines report to.
    "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM", "INVOCATION_ID",
    "CODECOV_TOKEN", "COVERALLS_REPO_TOKEN", "SONAR_TOKEN",
    // Which of its modes a framework runs in, and how it is started.
    "NODE_ENV", "RAILS_ENV", "RACK_ENV", "FLASK_ENV", "FLASK_APP", "FLASK_DEBUG", "DJANGO_SETTINGS_MODULE", "ASPNETCORE_ENVIRONMENT",
    "ASPNETCORE_URLS", "GIN_MODE", "MIX_ENV", "DENO_ENV", "BABEL_ENV", "JEST_WORKER_ID", "TS_NODE_DEV", "NEXT_RUNTIME", "MODE", "DEV", "PROD", "SSR",
    "BASE_URL_VITE", "PYTHONPATH", "GOPATH", "GOOS", "GOARCH", "JAVA_HOME", "JAVA_OPTS", "RUST_LOG", "RUST_BACKTRACE", "OUT_DIR", "PROFILE",
    "TARGET", "BUNDLE_GEMFILE", "RAILS_MAX_THREADS", "RAILS_MIN_THREADS", "RAILS_LOG_TO_STDOUT", "RAILS_LOG_LEVEL",
    "RAILS_SERVE_STATIC_FILES", "RAILS_MASTER_KEY", "WEB_CONCURRENCY", "PIDFILE", "JOB_CONCURRENCY", "SOLID_QUEUE_IN_PUMA", "SECRET_KEY_BASE_DUMMY",
    "NEW_RELIC_NO_CONFIG_FILE", "VITEST", "VITEST_WORKER_ID", "VITEST_POOL_ID", "NODE_TEST_CONTEXT", "WWWUSER", "WWWGROUP", "PUBLIC_URL", "COMPOSE_PROJECT_NAME", "VAR_DUMPER_SERVER", "TEST_TOKEN", "DEBUGGER_STORED_RUBYLIB",
    // What Windows and Azure's functions set.
    "ProgramFiles", "ProgramData", "CommonProgramFiles", "SystemRoot", "SystemDrive", "WinDir", "Path", "AppData", "LocalAppData",
    "UserProfile", "UserName", "ComputerName", "AzureWebJobsStorage", "AzureWebJobsScriptRoot",
    // The platform assigns it.
    "CDK_DEFAULT_ACCOUNT", "CDK_DEFAULT_REGION", "PORT", "CI", "DYNO", "VERCEL", "VERCEL_ENV", "VERCEL_URL", "RENDER", "CODESPACES", "GITPOD_WORKSPACE_ID",
];

const PREFIXES: &[&str] = &[
    "CARGO_",
    "AWS_CONTAINER_",
    "AWS_LAMBDA_",
    "KUBERNETES_SERVICE_",
    "TERM_",
    "XDG_",
    "DOTNET_",
    "VSCODE_",
    "npm_",
    "LC_",
    "GITLAB_CI",
    "CI_",
];

/// How the names begin that GitHub and Heroku set; whoever signs in with GitHub chooses names that begin so, too.
#[rustfmt::skip]
const OF_HOSTS: &[&str] = &[
    "GITHUB_ACTION", "GITHUB_ACTOR", "GITHUB_API_URL", "GITHUB_BASE_REF", "GITHUB_ENV", "GITHUB_EVENT_", "GITHUB_GRAPHQL_URL",
    "GITHUB_HEAD_REF", "GITHUB_JOB", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_REF", "GITHUB_REPOSITORY", "GITHUB_RETENTION_DAYS",
    "GITHUB_RUN_", "GITHUB_SERVER_URL", "GITHUB_SHA", "GITHUB_STATE", "GITHUB_STEP_SUMMARY", "GITHUB_TOKEN",
    "GITHUB_TRIGGERING_ACTOR", "GITHUB_WORKFLOW", "GITHUB_WORKSPACE", "HEROKU_APP_", "HEROKU_BRANCH", "HEROKU_BUILD_",
    "HEROKU_DYNO", "HEROKU_POSTGRESQL_", "HEROKU_PR_NUMBER", "HEROKU_RELEASE_", "HEROKU_SLUG_", "HEROKU_TEST_",
];

/// Families of names that a host or a tool sets, or has a value for, but for the credentials among them.
const FAMILIES: &[&str] = &["OTEL_", "RAILWAY_"];
const CREDENTIALS: &[&str] = &["_SECRET", "_TOKEN", "_KEY", "_PASSWORD"];

/// What PHP puts into `$_SERVER` beside the environment.
#[rustfmt::skip]
const CGI: &[&str] = &[
    "REQUEST_", "REMOTE_", "SERVER_", "HTTP_", "HTTPS", "SCRIPT_", "PHP_", "DOCUMENT_", "QUERY_STRING", "PATH_", "CONTENT_", "GATEWAY_", "ORIG_PATH",
    "AUTH_TYPE", "REDIRECT_",
];

/// What stands beside a request in the environment of WSGI and Rack, which code may call `environ`, too.
#[rustfmt::skip]
const WSGI: &[&str] = &[
    "HTTP_HOST", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_ACCEPT", "HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_ORIGIN", "HTTP_X_",
    "REMOTE_ADDR", "REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "SCRIPT_NAME", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "RAW_URI",
    "CONTENT_TYPE", "CONTENT_LENGTH",
];

/// What the configuration files that Laravel and its packages bring along read, nearly all with a default.
#[rustfmt::skip]
const LARAVEL: &[&str] = &[
    "APP_", "AUTH_", "AWS_", "BEANSTALKD_", "BROADCAST_", "BCRYPT_ROUNDS", "ABLY_KEY", "CACHE_", "DB_", "DATABASE_URL", "DYNAMODB_", "FILESYSTEM_",
    "LOG_", "MAIL_", "MAILGUN_", "MEMCACHED_", "MYSQL_ATTR_", "PAPERTRAIL_", "POSTMARK_", "PUSHER_", "QUEUE_", "REDIS_", "RESEND_", "REVERB_",
    "SANCTUM_", "SESSION_", "SLACK_", "SQS_", "VIEW_COMPILED_PATH", "ASSET_URL", "LARAVEL_", "VITE_", "MIX_", "HASH_", "ARGON_", "JWT_",
    "CORS_", "TRUSTED_", "OCTANE_", "HORIZON_", "TELESCOPE_", "SCOUT_", "SES_", "SPARKPOST_", "STRIPE_KEY", "STRIPE_SECRET",
];

/// What a framework's generator writes into files of its own, which work as they are.
const OF_GENERATORS: &[(&str, &[&str])] = &[
    ("BACKTRACE", &["config/initializers/backtrace_silencers.rb"]),
    ("REDIS_URL", &["config/cable.yml"]),
    ("APP_ENV", &["config/bootstrap.php", "public/index.php", "bin/console"]),
    ("APP_DEBUG", &["config/bootstrap.php", "public/index.php", "bin/console"]),
];

/// Whether `name`, read in the file at `path`, says nothing about the project.
pub(super) fn is_set_aside(name: &str, at: &Spot, repo: &Snapshot) -> bool {
    let path = at.path.as_str();
    if is_needed_by_package(name, path, repo) {
        return false;
    }
    NAMES.contains(&name)
        // What a bundler puts in its place: `__NEXT_ROUTER_BASEPATH`.
        || name.starts_with("__")
        // `rails new` writes it into the production part.
        || (name.ends_with("_DATABASE_PASSWORD") && path.ends_with("config/database.yml"))
        || name == "BASE_URL" && repo.text(path).is_some_and(|text| text.contains("import.meta.env.BASE_URL"))
        || OF_GENERATORS.iter().any(|(known, files)| *known == name && files.iter().any(|file| path.ends_with(file)))
        || is_published(path, repo)
        || path.ends_with(".py") && WSGI.iter().any(|prefix| name.starts_with(prefix)) && is_of_request(repo, at)
        || path.ends_with(".php") && CGI.iter().any(|prefix| name.starts_with(prefix))
        || PREFIXES.iter().chain(OF_HOSTS).any(|prefix| name.starts_with(prefix))
        || FAMILIES.iter().any(|prefix| name.starts_with(prefix))
            && !CREDENTIALS.iter().any(|ending| name.ends_with(ending))
        || (in_scaffold(path)
            && LARAVEL.iter().any(|prefix| name.starts_with(prefix))
            && is_laravel(repo))
}

fn is_laravel(repo: &Snapshot) -> bool {
    let has = |package: &str| repo.stack().dependency(Ecosystem::Php, package).is_some();
    has("laravel/framework") || has("laravel/lumen-framework")
}

/// The secret that tokens are signed with, for which the package has no value and which nothing that is written down makes.
fn is_needed_by_package(name: &str, path: &str, repo: &Snapshot) -> bool {
    const MAKES: &str = "jwt:secret";
    name == "JWT_SECRET"
        && path.ends_with("config/jwt.php")
        && repo.stack().dependency(Ecosystem::Php, "tymon/jwt-auth").is_some()
        && !repo.tree().own_texts().any(|(file, text)| !file.path.ends_with(".php") && text.contains(MAKES))
}

/// Whether what a line reads may stand beside a request: a library that reads settings has nothing of it.
fn is_of_request(repo: &Snapshot, at: &Spot) -> bool {
    let Some(text) = repo.text(&at.path) else { return true };
    let line = text.lines().nth((at.line as usize).saturating_sub(1)).unwrap_or_default();
    !["env(", "env.", "config("].iter().any(|reads| line.contains(reads)) || line.contains("environ")
}

/// Whether a package of Laravel's brought the configuration file: it is called after the package, which the project asks
/// for. What Laravel itself brings is everybody's place for settings of their own.
fn is_published(path: &str, repo: &Snapshot) -> bool {
    #[rustfmt::skip]
    const OF_LARAVEL: &[&str] = &[
        "app", "auth", "broadcasting", "cache", "cors", "database", "filesystems", "hashing", "laravel", "logging", "mail",
        "queue", "services", "session", "view",
    ];
    let letters =
        |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let Some((folder, stem)) = path.strip_suffix(".php").and_then(|path| path.rsplit_once('/')) else { return false };
    let is_config = folder.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("config"));
    if !is_config || OF_LARAVEL.contains(&stem) {
        return false;
    }
    is_laravel(repo)
        && repo.stack().dependencies().iter().filter(|package| package.ecosystem == Ecosystem::Php).any(|package| {
            let name = package.name.rsplit('/').next().unwrap_or_default();
            let bare = name.trim_start_matches("laravel-").trim_end_matches("-laravel");
            letters(bare) == letters(stem) || package.name.split(['/', '-', '_']).any(|word| word == stem)
        })
}

/// Where a framework keeps what it generates; elsewhere somebody wrote the line.
fn in_scaffold(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| folder.eq_ignore_ascii_case("config"))
        || path.ends_with("bootstrap/app.php")
        || matches!(path.rsplit('/').next(), Some("vite.config.js" | "webpack.mix.js" | "bootstrap.js" | "echo.js"))
}

#[cfg(test)]
mod tests {
    use crate::Snapshot;
    use crate::environment::{Environment, Spot};
    use crate::snapshot::fixture::Fixture;

    fn is_set_aside(name: &str, path: &str, repo: &Snapshot) -> bool {
        super::is_set_aside(name, &Spot { path: path.to_owned(), line: 1 }, repo)
    }

    fn read(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        Environment::of(&repo).read().iter().map(|variable| variable.name.clone()).collect()
    }

    #[test]
    fn what_lumen_brings_along_is_its_own_as_well() {
        let code = ("config/database.php", "<?php\nreturn ['a' => env('DB_SOCKET'), 'b' => env('SHOP_KEY')];\n");
        let composer = |framework: &str| format!(r#"{{"require": {{"{framework}": "^8"}}}}"#);
        assert_eq!(read(&[code, ("composer.json", &composer("laravel/lumen-framework"))]), ["SHOP_KEY"]);
        assert_eq!(read(&[code, ("composer.json", &composer("slim/slim"))]), ["DB_SOCKET", "SHOP_KEY"]);
    }

    #[test]
    fn a_secret_that_a_package_needs_is_asked_for_where_nothing_makes_it() {
        let composer = ("composer.json", r#"{"require": {"laravel/framework": "^8", "tymon/jwt-auth": "^1"}}"#);
        let code = (
            "config/jwt.php",
            "<?php\n// Run php artisan jwt:secret.\nreturn ['secret' => env('JWT_SECRET'), 'a' => env('JWT_PUBLIC_KEY')];\n",
        );
        assert_eq!(read(&[composer, code]), ["JWT_SECRET"]);
        assert!(read(&[composer, code, ("README.md", "# A\n\n    php artisan jwt:secret\n")]).is_empty());
    }

    #[test]
    fn a_library_of_settings_has_nothing_of_the_request() {
        let code = "from config import env\n\na = env.str('SERVER_NAME', '')\n";
        assert_eq!(read(&[("a.py", code)]), ["SERVER_NAME"]);
        assert!(read(&[("a.py", "a = environ['SERVER_NAME']\n")]).is_empty());
    }

    #[test]
    fn what_a_service_gives_out_is_asked_for_whatever_its_name_begins_with() {
        let repo = Fixture::new().snapshot();
        for name in
            ["GITHUB_SHA", "GITHUB_TOKEN", "GITHUB_REF_NAME", "HEROKU_APP_NAME", "RAILWAY_GIT_BRANCH", "OTEL_LOG_LEVEL"]
        {
            assert!(is_set_aside(name, "a.js", &repo), "{name}");
        }
        for name in
            ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "GITHUB_WEBHOOK_SECRET", "HEROKU_API_KEY", "RAILWAY_TOKEN"]
        {
            assert!(!is_set_aside(name, "a.js", &repo), "{name}");
        }
    }

    #[test]
    fn what_a_package_brings_along_is_its_own() {
        let composer = r#"{"require": {"laravel/framework": "^11", "shop/l9-pages": "^1", "tymon/jwt-auth": "^2"}}"#;
        let repo = Fixture::new().file("composer.json", composer).snapshot();
        for path in ["config/l9-pages.php", "config/jwt.php"] {
            assert!(is_set_aside("L9_PAGES_TITLE", path, &repo), "{path}");
        }
        for path in ["config/app.php", "config/orders.php", "config/auth.php", "app/l9-pages.php"] {
            assert!(!is_set_aside("L9_PAGES_TITLE", path, &repo), "{path}");
        }
        assert!(!is_set_aside("L9_PAGES_TITLE", "config/l9-pages.php", &Fixture::new().snapshot()));
    }

    #[test]
    fn what_a_generator_writes_is_set_aside_where_it_stands() {
        let repo = Fixture::new().snapshot();
        assert!(is_set_aside("REDIS_URL", "config/cable.yml", &repo));
        assert!(!is_set_aside("REDIS_URL", "config/initializers/shop.rb", &repo));
    }

    #[test]
    fn what_stands_beside_a_request_is_no_setting() {
        let repo = Fixture::new().snapshot();
        assert!(is_set_aside("HTTP_REFERER", "a.py", &repo) && is_set_aside("NOTIFY_SOCKET", "a.go", &repo));
        assert!(!is_set_aside("HTTP_TIMEOUT", "a.py", &repo) && !is_set_aside("HTTP_REFERER", "a.go", &repo));
    }

    #[test]
    fn the_base_of_a_site_is_set_by_its_bundler_alone() {
        let is_aside = |text: &str| is_set_aside("BASE_URL", "a.js", &Fixture::new().file("a.js", text).snapshot());
        assert!(is_aside("const root = import.meta.env.BASE_URL;\n"));
        assert!(!is_aside("const root = process.env.BASE_URL;\n"));
        assert!(is_set_aside("__NEXT_ROUTER_BASEPATH", "a.js", &Fixture::new().snapshot()));
    }
}
