mod frameworks;

use super::*;
use crate::snapshot::fixture::Fixture;

pub(super) fn says(path: &str, text: &str) -> String {
    let repo = Fixture::new().file("package.json", r#"{"dependencies": {"express": "4"}}"#).file(path, text).snapshot();
    let server = Server::of(&repo);
    let found = finding(&repo, &server, &Printed::of(&repo, &server));
    found.facts().get("logging").and_then(|fact| fact.as_str()).unwrap_or_default().to_owned()
}

#[test]
fn what_is_said_of_logs_and_of_prints_goes_together() {
    for (text, logs, prints) in [
        ("console.log(user);\n", "only prints what it says", "server code prints in one place"),
        ("console.error(problem);\n", "only prints errors", "look for a mistake, apart from errors."),
        (
            "console.log('Listening');\n",
            "only prints that it starts or stops",
            "look for a mistake, apart from what the server says when it starts.",
        ),
        ("let a = 1;\n", "keeps a log", "No notes were found that programmers print"),
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
fn a_program_that_prints_beside_its_frameworks_log_is_not_said_to_be_silent() {
    let of = |text: &str| {
        let package = r#"{"dependencies": {"@nestjs/core": "10"}}"#;
        let repo = Fixture::new().file("package.json", package).file("src/app.ts", text).snapshot();
        let server = Server::of(&repo);
        finding(&repo, &server, &Printed::of(&repo, &server)).summary().to_owned()
    };
    assert!(of("console.log('socket open', id);\n").contains("the program itself only prints, as in src/app.ts"));
    assert!(of("const a = 1;\n").contains("the program itself writes nothing"));
}

#[test]
fn how_a_program_says_what_it_does() {
    for (path, text, kind) in [
        ("app.py", "import structlog\n", "structured"),
        ("app.py", "import logging\nlog = logging.getLogger(__name__)\nlog.info('a')\n", "unstructured"),
        ("app.py", "import logging\nlog = logging.getLogger(__name__)\n", "none"),
        ("app.py", "import logging\nlog = logging.getLogger(__name__)\ndef f(): print(1)\n", "print"),
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
            "const w = require('winston'); w.createLogger({ format: w.format.simple(), transports: [new w.transports.Console(), new w.transports.File({ level: 'error', format: w.format.json() })] });\n",
            "unstructured",
        ),
        (
            "app.js",
            "const w = require('winston'); w.createLogger({ transports: [new w.transports.Console({ format: w.format.simple() }), new w.transports.File({ filename: 'a', format: w.format.json() })] });\n",
            "structured",
        ),
        (
            "app.js",
            "import { Logging } from '@google-cloud/logging';\nconst log = new Logging().log('a');\nlog.write(log.entry({ severity }, { message }));\n",
            "structured",
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
        ("main.go", "package a\nimport \"log/slog\"\nvar l = slog.New(slog.NewJSONHandler(w, nil))\n", "structured"),
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
        ("A.cs", "class A { A(ILogger<A> log) { log.LogError(\"No {Order}\", 1); } }\n", "unstructured"),
    ] {
        assert_eq!(says(path, text), kind, "{text}");
    }
}

#[test]
fn a_logger_of_a_helper_for_tests_is_not_the_programs() {
    let helper = "package db\nimport (\n\t\"log\"\n\t\"github.com/testcontainers/testcontainers-go\"\n)\n";
    assert_eq!(says("internal/db/test-db.go", helper), "none");
}

#[test]
fn options_of_fastifys_logger_may_have_a_name() {
    let options = "export const options: FastifyServerOptions['logger'] = { level: 'info' };\n";
    assert_eq!(says("logger.ts", options), "structured");
}

#[test]
fn a_logger_that_nobody_calls_writes_no_records() {
    let field = "class A { A(ILogger<A> log) { } }\n";
    assert_eq!(says("A.cs", field), "none");
    assert_eq!(says("A.cs", &field.replace("{ } }", "{ log.LogInformation(\"Paid\"); } }")), "unstructured");
    let called = field.replace("{ } }", "{ logs.AddJsonConsole(); log.LogInformation(\"Paid {Order}\", 1); } }");
    assert_eq!(says("A.cs", &called), "structured");
    let silent = "package a\nimport \"log/slog\"\nvar l = slog.New(slog.NewTextHandler(io.Discard, nil))\n";
    assert_ne!(says("a.go", silent), "structured");
    assert_eq!(says("a.go", &format!("{silent}func f() {{ slog.Info(\"a\") }}\n")), "structured");
}

#[test]
fn a_logger_of_monolog_may_be_made_in_one_file_and_called_in_another() {
    let made = "<?php\nuse Monolog\\Logger;\nclass Made { function a() { return new Logger('a'); } }\n";
    let recipe = "monolog:\n  handlers:\n    nested:\n      type: stream\n      formatter: monolog.formatter.json\n";
    let of = |caller: &str| {
        let package = r#"{"require": {"symfony/framework-bundle": "7"}}"#;
        kind(&[
            ("composer.json", package),
            ("config/packages/monolog.yaml", recipe),
            ("src/Made.php", made),
            ("src/Caller.php", caller),
        ])
    };
    let called = "<?php\nclass Caller { function b() { $this->logger->info('paid'); } }\n";
    assert_eq!(of(called), "unstructured");
    assert_eq!(of("<?php\nclass Caller { }\n"), "framework_default");
}

#[test]
fn nlog_writes_what_its_settings_lay_out() {
    let of = |layout: &str, line: &str| {
        let settings = format!("<nlog><targets><target name=\"a\" {layout} /></targets></nlog>\n");
        let code = format!("using NLog;\nclass A {{ Logger log; void F(Exception e) {{ log.{line}; }} }}\n");
        kind(&[
            ("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>\n"),
            ("NLog.config", &settings),
            ("A.cs", &code),
        ])
    };
    let text = "layout=\"${longdate} ${level} ${message}\"";
    assert_eq!(of(text, "Error(e)"), "unstructured");
    assert_eq!(of("layout=\"${longdate} ${message} ${all-event-properties}\"", "Error(e)"), "structured");
    assert_eq!(of(text, "Error(e, \"No {Order}\", 1)"), "structured");
    assert_eq!(of("xsi:type=\"Console\"", "Error(e)"), "structured");
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

/// The word for the log of a program of these files.
pub(super) fn kind(files: &[(&str, &str)]) -> String {
    let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
    let server = Server::of(&repo);
    let found = finding(&repo, &server, &Printed::of(&repo, &server));
    found.facts()["logging"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_a_template_says_of_a_log_is_less_than_what_a_program_prints() {
    let settings = ("appsettings.json", "{\n  \"Logging\": { \"LogLevel\": { \"Default\": \"Information\" } }\n}\n");
    let of = |prints: usize| {
        let body = "Console.WriteLine(user); ".repeat(prints).replace("; ", ";\n");
        let class = format!("class A {{ void F() {{\n{body}}} }}\n");
        kind(&[("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n"), settings, ("A.cs", &class)])
    };
    assert_eq!(of(0), "framework_default");
    assert_eq!(of(1), "framework_default");
    assert_eq!(of(3), "print");
}

#[test]
fn a_package_of_python_that_is_only_in_a_list_logs_nothing() {
    let of = |path: &str, text: &str| kind(&[("requirements.txt", "flask\npython-json-logger==2.0\n"), (path, text)]);
    assert_eq!(of("app.py", "def f():\n    print(1)\n    print(2)\n"), "print");
    assert_eq!(of("logging.ini", "class = pythonjsonlogger.jsonlogger.JsonFormatter\n"), "structured");
}

#[test]
fn a_value_inside_of_a_sentence_has_no_name() {
    let serilog = (
        "a.csproj",
        "<Project><ItemGroup><PackageReference Include=\"Serilog.AspNetCore\" Version=\"8\" /></ItemGroup></Project>\n",
    );
    let of = |body: &str| {
        let class = format!("class A {{ A(ILogger<A> log) {{\n {body}\n}} }}\n");
        kind(&[serilog, ("A.cs", &class)])
    };
    assert_eq!(of("log.LogInformation($\"Paid {id}\");"), "unstructured");
    assert_eq!(of("log.LogInformation(\"Paid \" + id);"), "unstructured");
    assert_eq!(of("log.LogInformation($\"Paid {id}\"); log.LogError(problem, \"No {Order}\", id);"), "structured");
    assert_eq!(of("log.LogError(\n  problem,\n  \"No {Order}\", id);"), "structured");
    assert_eq!(of("log.LogInformation($\"Paid {id}\"); app.UseSerilogRequestLogging();"), "structured");
}

#[test]
fn winston_before_the_third_writes_lines_of_text() {
    let of = |version: &str, options: &str| {
        let package =
            format!("{{\n  \"dependencies\": {{\n    \"express\": \"4\",\n    \"winston\": \"{version}\"\n  }}\n}}\n");
        let code = format!(
            "const winston = require('winston');\nconst {{ Logger }} = winston;\nnew Logger({{ transports: [{options}] }});\nsave(JSON.stringify(it));\n"
        );
        kind(&[("package.json", &package), ("log.js", &code)])
    };
    let console = "new winston.transports.Console({ colorize: true })";
    assert_eq!(of("^2.4.7", console), "unstructured");
    assert_eq!(of("^3.2.0", console), "structured");
    assert_eq!(of("~2.3", "new winston.transports.Console({ json: true })"), "structured");
    assert_eq!(of("2.3.0", "new winston.transports.File({ filename: 'a' })"), "structured");
    let package = ("package.json", r#"{"dependencies": {"express": "4"}}"#);
    let made = "const winston = require('winston');\nnew winston.Logger({ transports: [] });\n";
    assert_eq!(kind(&[package, ("log.js", made)]), "unstructured");
}

#[test]
fn packages_called_log_keep_one() {
    let of = |import: &str, call: &str| {
        kind(&[(
            "work.go",
            &format!(
                "package work\nimport \"{import}\"\nfunc f() {{\n\tfmt.Println(a)\n\tfmt.Println(b)\n\t{call}\n}}\n"
            ),
        )])
    };
    assert_eq!(of("example.org/tasks/v2/log", "log.INFO.Println(\"done\")"), "unstructured");
    assert_eq!(of("example.org/shared/logger", "logger.Infof(\"done %s\", a)"), "unstructured");
    assert_eq!(of("example.org/shared/logger", "use(logger.New())"), "print");
}

#[test]
fn what_the_generator_of_graphql_writes_is_not_the_programs() {
    let gemfile = ("Gemfile", "gem 'rails'\n");
    let of = |method: &str| {
        let controller = format!(
            "class GraphqlController < ApplicationController\n  def {method}(e)\n    logger.error e.message\n  end\nend\n"
        );
        kind(&[gemfile, ("app/controllers/graphql_controller.rb", &controller)])
    };
    assert_eq!(of("handle_error_in_development"), "framework_default");
    assert_eq!(of("refuse"), "unstructured");
}
