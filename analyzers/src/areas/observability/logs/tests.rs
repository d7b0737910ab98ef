use super::*;
use crate::snapshot::fixture::Fixture;

fn says(path: &str, text: &str) -> String {
    let repo = Fixture::new().file("package.json", r#"{"dependencies": {"express": "4"}}"#).file(path, text).snapshot();
    let server = Server::of(&repo);
    let found = finding(&repo, &server, &Printed::of(&repo, &server));
    found.facts().get("logging").and_then(|fact| fact.as_str()).unwrap_or_default().to_owned()
}

#[test]
fn what_is_said_of_logs_and_of_prints_goes_together() {
    for (text, logs, prints) in [
        (
            "console.log(user);\n",
            "what the program says is printed",
            "Server code prints (as programmers do while they look for a mistake) in one place",
        ),
        ("console.error(problem);\n", "errors are printed", "Apart from errors, no line was found that prints"),
        (
            "console.log('Listening');\n",
            "says only that it starts or stops",
            "Apart from what the server says when it starts, no line",
        ),
        ("let a = 1;\n", "No logger was found", "No line was found in which the server prints"),
    ] {
        let package = r#"{"dependencies": {"express": "4"}}"#;
        let repo = Fixture::new().file("package.json", package).file("app.js", text).snapshot();
        let server = Server::of(&repo);
        let printed = Printed::of(&repo, &server);
        let both = (finding(&repo, &server, &printed), super::super::prints::finding(&repo, &printed));
        assert!(both.0.summary().contains(logs), "{}", both.0.summary());
        assert!(both.1.summary().contains(prints), "{}", both.1.summary());
    }
}

#[test]
fn how_a_program_says_what_it_does() {
    for (path, text, kind) in [
        ("app.py", "import structlog\n", "structured"),
        ("app.py", "import logging\nlog = logging.getLogger(__name__)\n", "unstructured"),
        ("app.py", "def f(): print(1)\n", "print"),
        ("app.py", "a = 1\n", "none"),
        ("app.js", "const log = require('pino')();\n", "structured"),
        (
            "app.js",
            "const w = require('winston'); w.createLogger({ format: w.format.prettyPrint() });\n",
            "unstructured",
        ),
        (
            "app.js",
            "const w = require('winston');\n// JSON.stringify(it)\nw.format.printf((it) => it.message);\n",
            "unstructured",
        ),
        (
            "main.go",
            "package a\nimport log \"github.com/sirupsen/logrus\"\nfunc f() { log.Infof(\"a\") }\n",
            "unstructured",
        ),
        (
            "main.go",
            "package a\nimport log \"github.com/sirupsen/logrus\"\nfunc f() { log.WithField(\"a\", 1).Info(\"b\") }\n",
            "structured",
        ),
        ("app.ts", "import pino = require('pino');\n", "structured"),
        ("app.ts", "import log4js = require('log4js');\n", "unstructured"),
        ("app.js", "const w = require('winston'); w.createLogger({ format: w.format.json() });\n", "structured"),
        ("app.js", "const w = require('winston'); w.format.printf((it) => it.message);\n", "unstructured"),
        (
            "app.js",
            "const w = require('winston');\nconst forFiles = () =>\n  w.format.json();\nconst shown = () => w.format.printf(it);\nw.createLogger({ format: shown() });\n",
            "unstructured",
        ),
        ("src/main/resources/application.properties", "logging.structured.format.console=ecs\n", "structured"),
        (
            "config/packages/monolog.yaml",
            "monolog:\n  handlers:\n    main:\n      formatter: monolog.formatter.json\n",
            "structured",
        ),
        ("config/packages/monolog.yaml", "monolog:\n  # formatter: monolog.formatter.json\n", "none"),
        (
            "config/packages/monolog.yaml",
            "monolog:\n  handlers:\n    nested:\n      type: stream\n      formatter: monolog.formatter.json\n",
            "none",
        ),
        ("app.js", "console.error(1);\n", "print"),
        ("main.go", "package a\nimport \"log/slog\"\n", "structured"),
        ("main.go", "package a\nimport \"log\"\n", "unstructured"),
        ("A.java", "import org.slf4j.Logger;\nclass A {}\n", "unstructured"),
        ("A.kt", "import mu.KotlinLogging\n", "unstructured"),
        ("Gemfile", "gem 'rails'\n", "framework_default"),
        ("package.json", "{\"dependencies\": {\"@nestjs/core\": \"10\"}}\n", "framework_default"),
        ("A.php", "<?php Log::info('a');\n", "unstructured"),
        ("package.json", "{\"dependencies\": {\"morgan\": \"1\"}}\n", "framework_default"),
        ("requirements.txt", "django\n", "framework_default"),
        ("build.gradle", "plugins { id 'org.springframework.boot' version '3' }\n", "framework_default"),
        ("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n", "framework_default"),
        (
            "appsettings.json",
            "{\n  \"Logging\": { \"LogLevel\": { \"Default\": \"Information\" } }\n}\n",
            "framework_default",
        ),
        ("src/main/resources/application.properties", "a=b\nlogging.level.sql=DEBUG\n", "framework_default"),
        ("src/main.rs", "use tracing::info;\n", "structured"),
        ("A.cs", "class A { A(ILogger<A> log) { log.LogError(\"No {Order}\", 1); } }\n", "structured"),
    ] {
        assert_eq!(says(path, text), kind, "{text}");
    }
}

#[test]
fn options_of_fastifys_logger_may_have_a_name() {
    let options = "export const options: FastifyServerOptions['logger'] = { level: 'info' };\n";
    assert_eq!(says("logger.ts", options), "structured");
}

#[test]
fn a_logger_that_nobody_calls_writes_no_records() {
    let field = "class A { A(ILogger<A> log) { } }\n";
    assert_eq!(says("A.cs", field), "unstructured");
    assert_eq!(says("A.cs", &field.replace("{ } }", "{ log.LogInformation(\"Paid {Order}\", 1); } }")), "structured");
    let silent = "package a\nimport \"log/slog\"\nvar l = slog.New(slog.NewTextHandler(io.Discard, nil))\n";
    assert_ne!(says("a.go", silent), "structured");
    assert_eq!(says("a.go", &format!("{silent}func f() {{ slog.Info(\"a\") }}\n")), "structured");
}

#[test]
fn what_is_only_asked_for_does_not_log() {
    let says = |code: &str| {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\naxum = \"0.7\"\ntracing-subscriber = \"0.3\"\n";
        let repo = Fixture::new().file("Cargo.toml", manifest).file("src/main.rs", code).snapshot();
        let server = Server::of(&repo);
        finding(&repo, &server, &Printed::of(&repo, &server)).facts()["logging"].clone()
    };
    assert_eq!(says("fn main() { tracing::info!(\"a\"); }\n"), "structured");
    assert_eq!(says("fn main() {}\n"), "none");
}

#[test]
fn lines_of_the_programs_own_are_told_from_those_of_its_framework() {
    let with = |manifest: &str, files: &[(&str, &str)]| {
        let repo = Fixture::new().file("composer.json", manifest);
        let repo = files.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot();
        let server = Server::of(&repo);
        finding(&repo, &server, &Printed::of(&repo, &server)).facts()["logging"].clone()
    };
    let laravel = r#"{"require": {"laravel/framework": "11"}}"#;
    let settings = ("config/logging.php", "<?php return ['handler' => StreamHandler::class];\n");
    let service = "app/Services/Pay.php";
    assert_eq!(with(laravel, &[settings]), "framework_default");
    assert_eq!(with(laravel, &[settings, (service, "<?php Log::info('paid');\n")]), "unstructured");
    assert_eq!(with(laravel, &[settings, (service, "<?php logger()->error('not paid');\n")]), "unstructured");
    assert_eq!(with(laravel, &[(service, "<?php Log::info('paid', ['order' => $id]);\n")]), "structured");
    let mixed = "<?php Log::info('paid', ['order' => $id]);\nLog::info('a');\nLog::error('b: ' . f($c, [1]));\n";
    assert_eq!(with(laravel, &[(service, mixed)]), "unstructured");
    let symfony = r#"{"require": {"symfony/monolog-bundle": "3"}}"#;
    let class = |body: &str| {
        format!("<?php class Pay {{ function __construct(private LoggerInterface $logger) {{}} {body} }}\n")
    };
    let (silent, says) = (class(""), class("function f() { $this->logger->info('paid'); }"));
    let recipe = "monolog:\n  handlers:\n    nested:\n      type: stream\n      formatter: monolog.formatter.json\n";
    let recipe = ("config/packages/monolog.yaml", recipe);
    assert_eq!(with(symfony, &[recipe, ("src/Pay.php", &silent)]), "framework_default");
    assert_eq!(with(symfony, &[("src/Pay.php", &says)]), "unstructured");
    assert_eq!(with(symfony, &[recipe, ("src/Pay.php", &says)]), "structured");
}

#[test]
fn what_only_writes_a_line_for_each_request_is_not_the_programs() {
    let with = |code: &str| {
        let repo = Fixture::new()
            .file("package.json", r#"{"dependencies": {"express": "4", "morgan": "1"}}"#)
            .file("app.js", &format!("app.use(require('morgan')('dev'));\n{code}"));
        let repo = repo.snapshot();
        let server = Server::of(&repo);
        finding(&repo, &server, &Printed::of(&repo, &server)).facts()["logging"].clone()
    };
    assert_eq!(with("app.listen(1, () => console.log('listening'));\n"), "framework_default");
    assert_eq!(with("console.log(user);\n"), "print");
    assert_eq!(with("const log = require('log4js').getLogger();\n"), "unstructured");
    let django =
        Fixture::new().file("requirements.txt", "django\n").file("views.py", "def f(r): print(r.user)\n").snapshot();
    let server = Server::of(&django);
    assert_eq!(finding(&django, &server, &Printed::of(&django, &server)).facts()["logging"], "print");
}
