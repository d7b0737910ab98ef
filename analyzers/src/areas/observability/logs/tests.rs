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
        ("console.log(user);\n", "what the program says is printed", "server code prints in one place"),
        ("console.error(problem);\n", "errors are printed", "look for a mistake, apart from errors."),
        (
            "console.log('Listening');\n",
            "says only that it starts or stops",
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
    assert!(of("console.log('socket open', id);\n").contains("the program only prints, as in src/app.ts"));
    assert!(of("const a = 1;\n").contains("the program writes none"));
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
fn what_django_is_told_of_its_log_is_the_frameworks() {
    let settings =
        "INSTALLED_APPS = []\nLOGGING = {\n    'handlers': {'console': {'class': 'logging.StreamHandler'}},\n}\n";
    let with = |code: &str| {
        let repo = Fixture::new().file("requirements.txt", "django\n").file("shop/settings.py", settings);
        let repo = repo.file("shop/views.py", code).snapshot();
        let server = Server::of(&repo);
        finding(&repo, &server, &Printed::of(&repo, &server)).facts()["logging"].clone()
    };
    assert_eq!(with("def f(r): print(r)\n\ndef g(r): print(r)\n"), "framework_default");
    assert_eq!(with("import logging\nlogging.getLogger('shop').info('a')\n"), "unstructured");
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
    assert_eq!(with("console.log(user);\n"), "framework_default");
    // A few more lines beside those for requests make no other log.
    assert_eq!(with("console.log(user);\nconsole.log(order);\n"), "unstructured");
    assert_eq!(with(&"console.log(user);\n".repeat(6)), "print");
    assert_eq!(with("const log = require('log4js').getLogger();\n"), "unstructured");
    let django = Fixture::new()
        .file("requirements.txt", "django\n")
        .file("views.py", "def f(r):\n    print(r.user)\n    print(r.path)\n")
        .snapshot();
    let server = Server::of(&django);
    assert_eq!(finding(&django, &server, &Printed::of(&django, &server)).facts()["logging"], "print");
}

/// The word for the log of a program of these files.
fn kind(files: &[(&str, &str)]) -> String {
    let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
    let server = Server::of(&repo);
    let found = finding(&repo, &server, &Printed::of(&repo, &server));
    found.facts()["logging"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_a_program_of_nest_prints_while_it_works_is_more_than_what_nest_says() {
    let package = ("package.json", r#"{"dependencies": {"@nestjs/core": "10"}}"#);
    let with = |path: &str, text: &str| kind(&[package, (path, text)]);
    assert_eq!(with("src/orders.service.ts", "console.log('no orders');\nconsole.error(problem);\n"), "print");
    assert_eq!(with("src/orders.service.ts", "console.log(order);\nconsole.log(error);\n"), "print");
    assert_eq!(with("src/orders.service.ts", "console.log(order);\n"), "framework_default");
    assert_eq!(
        with("src/main.ts", "console.log('listening');\nconsole.log('server is up on 1');\n"),
        "framework_default"
    );
    assert_eq!(with("src/orders.seed.ts", "console.log('a');\nconsole.log('b');\n"), "framework_default");
    assert_eq!(with("src/a.ts", "console.log('a');\nconsole.log('b');\nnew Logger(A.name);\n"), "unstructured");
}

#[test]
fn frameworks_that_write_a_log_of_their_own() {
    let spring = "import org.springframework.web.bind.annotation.*;\n@RestController\nclass A {\n  @GetMapping(\"/a\") String a() { return \"a\"; }\n}\n";
    assert_eq!(kind(&[("A.java", spring)]), "framework_default");
    let printed = spring.replace("return", "System.out.println(a);\n    System.out.println(b);\n    return");
    assert_eq!(kind(&[("A.java", &printed)]), "print");
    assert_eq!(kind(&[("A.java", &format!("import org.slf4j.LoggerFactory;\n{spring}"))]), "unstructured");
    let ktor = "import io.ktor.server.routing.*\nimport org.slf4j.event.Level\nfun Application.a() {\n  install(CallLogging) { level = Level.INFO }\n  routing { get(\"/a\") { call.respond(1) } }\n}\n";
    assert_eq!(kind(&[("A.kt", ktor)]), "framework_default");
    assert_eq!(kind(&[("A.kt", &ktor.replace("call.respond(1)", "log.info(\"a\")"))]), "unstructured");
    let slim = r#"{"require": {"slim/slim": "4"}}"#;
    let route = "<?php\n$app->get('/a', function ($a, $b) { return $b; });\n";
    assert_eq!(kind(&[("composer.json", slim), ("index.php", route)]), "none");
}

#[test]
fn last_words_and_a_line_for_each_request_are_not_what_a_program_says() {
    let fiber = |body: &str| {
        format!(
            "package main\nimport (\n\t\"fmt\"\n\t\"log\"\n\t\"github.com/gofiber/fiber/v2\"\n)\nfunc serve() {{\n\tapp := fiber.New()\n\tapp.Get(\"/a\", a)\n{body}\n}}\n"
        )
    };
    let of = |body: &str| kind(&[("main.go", &fiber(body))]);
    assert_eq!(of("\tapp.Use(logger.New())\n\tlog.Fatal(app.Listen(\":1\"))"), "framework_default");
    assert_eq!(of("\tlog.Fatal(app.Listen(\":1\"))"), "framework_default");
    assert_eq!(of("\tapp.Use(logger.New())\n\tlog.Printf(\"paid %d\", id)\n\tlog.Fatal(1)"), "unstructured");
    assert_eq!(of("\tfmt.Println(user)\n\tfmt.Println(order)\n\tlog.Fatal(1)"), "print");
    let echo = "package main\nimport \"github.com/labstack/echo/v4\"\nfunc main() {\n\te := echo.New()\n\te.Use(middleware.Logger())\n\te.GET(\"/a\", a)\n}\n";
    assert_eq!(kind(&[("main.go", echo)]), "framework_default");
    let gin = |body: &str| {
        format!(
            "package main\nimport (\n\t\"fmt\"\n\t\"github.com/gin-gonic/gin\"\n)\nfunc serve() {{\n\tr := gin.Default()\n\tr.GET(\"/a\", a)\n{body}\n}}\n"
        )
    };
    assert_eq!(kind(&[("main.go", &gin(""))]), "framework_default");
    assert_eq!(kind(&[("main.go", &gin("\tfmt.Println(\"failed\", err)"))]), "print");
    assert_eq!(kind(&[("main.go", &gin("\tfmt.Println(orders)"))]), "framework_default", "left behind");
    let plain = "package main\nimport (\n\t\"log\"\n\t\"net/http\"\n)\nfunc main() {\n\tlog.Fatal(http.ListenAndServe(\":1\", nil))\n}\n";
    assert_eq!(kind(&[("main.go", plain)]), "unstructured");
    let actix = |body: &str| {
        format!(
            "use actix_web::*;\nfn serve() {{ env_logger::init(); App::new().wrap(Logger::default()); }}\nasync fn a() {{ {body} }}\n"
        )
    };
    let of = |body: &str| kind(&[("src/main.rs", &actix(body))]);
    assert_eq!(of(""), "framework_default");
    assert_eq!(of("println!(\"{a}\"); println!(\"{b}\");\nprintln!(\"{c}\");"), "print");
    assert_eq!(of("info!(\"paid\");"), "unstructured");
    // What nobody sets up writes nothing.
    let silent = actix("println!(\"{a}\");\nprintln!(\"{b}\");").replace("env_logger::init(); ", "");
    assert_eq!(kind(&[("src/main.rs", &silent)]), "print");
    assert_eq!(kind(&[("src/main.rs", &actix("").replace("env_logger::init(); ", ""))]), "none");
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
fn symfony_writes_a_log_and_laravels_is_written_from_anywhere() {
    let symfony = r#"{"require": {"symfony/framework-bundle": "6"}}"#;
    assert_eq!(kind(&[("composer.json", symfony), ("src/A.php", "<?php class A {}\n")]), "framework_default");
    let laravel = r#"{"require": {"laravel/framework": "11"}}"#;
    let call = ("src/Infrastructure/Pay.php", "<?php Log::error('not paid');\n");
    assert_eq!(kind(&[("composer.json", laravel), call]), "unstructured");
}

#[test]
fn sinatra_writes_a_line_for_each_request_where_it_is_asked_to() {
    let of = |app: &str| kind(&[("Gemfile", "gem 'sinatra'\n"), ("app.rb", app)]);
    let classic = "require 'sinatra'\nget('/a') { 'a' }\n";
    let base = "require 'sinatra/base'\nclass Shop < Sinatra::Base\n  get('/a') { 'a' }\nend\n";
    assert_eq!(of(classic), "framework_default");
    assert_eq!(of(base), "none");
    for asked in ["configure { enable :logging }", "set :logging, true", "use Rack::CommonLogger"] {
        assert_eq!(of(&base.replace("  get", &format!("  {asked}\n  get"))), "framework_default", "{asked}");
    }
    assert_eq!(of(&base.replace("  get", "  set :logging, false\n  get")), "none");
    assert_eq!(of(&format!("{classic}LOG = Logger.new($stdout)\nLOG.info('a')\n")), "unstructured");
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

#[test]
fn the_first_symfony_writes_a_log_of_its_own() {
    let project = "<?php\nclass ProjectConfiguration extends sfProjectConfiguration {}\n";
    assert_eq!(kind(&[("config/ProjectConfiguration.class.php", project)]), "framework_default");
}
