//! What a framework writes of itself is told from what the program says.

use super::*;

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

#[test]
fn lines_that_are_written_only_where_somebody_develops_are_no_log() {
    let with = |package: &str, code: &str| {
        kind(&[("package.json", package), ("app.js", &format!("{code}\napp.listen(1, () => console.log(user));\n"))])
    };
    let (used, developers) = (
        r#"{"dependencies": {"express": "4", "morgan": "1"}}"#,
        r#"{"dependencies": {"express": "4"}, "devDependencies": {"morgan": "1"}}"#,
    );
    let plain = "app.use(morgan('dev'));";
    assert_eq!(with(used, plain), "framework_default");
    assert_eq!(with(used, "if (process.env.NODE_ENV === 'development') {\n  app.use(morgan('dev'));\n}"), "print");
    assert_eq!(with(used, "if (!production) app.use(morgan('dev'));"), "print");
    assert_eq!(with(used, "if (process.env.NODE_ENV !== 'test') {\n  app.use(morgan('dev'));\n}"), "framework_default");
    assert_eq!(with(used, "if (env === 'development') {\n}\napp.use(morgan('dev'));"), "framework_default");
    assert_eq!(with(developers, "module.exports = !production ? require('morgan')('dev') : pass;"), "print");
}

#[test]
fn records_that_serilog_stores_can_be_searched() {
    let with = |sink: &str| {
        let code = format!(
            "using Serilog;\nclass A {{\n  void Set(LoggerConfiguration it) {{ it.WriteTo.Console(){sink}; }}\n  void F(ILogger<A> log) {{ log.LogInformation($\"Paid {{id}}\"); }}\n}}\n"
        );
        let repo = Fixture::new().file("Program.cs", &code).snapshot();
        let server = Server::of(&repo);
        let found = finding(&repo, &server, &Printed::of(&repo, &server));
        found.facts()["logging"].clone()
    };
    assert_eq!(with(".WriteTo.MSSqlServer(\"a\")"), "structured");
    assert_eq!(with(""), "unstructured");
}

#[test]
fn a_line_that_is_written_is_shown_before_the_logger_that_is_asked_for() {
    let code = "class A {\n  A(ILogger<A> log) { }\n  void F() {\n    log.LogInformation(\"Paid\");\n  }\n}\n";
    let repo = Fixture::new().file("A.cs", code).snapshot();
    let server = Server::of(&repo);
    let found = finding(&repo, &server, &Printed::of(&repo, &server));
    assert_eq!(found.places()[0].lines.map(|lines| lines.0), Some(4), "{}", found.summary());
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
    assert_eq!(of("\tlog.Println(\"migrating\")\n\tlog.Fatal(app.Listen(\":1\"))"), "framework_default");
    assert_eq!(of("\tlog.Println(\"failed to start\", err)\n\tlog.Fatal(app.Listen(\":1\"))"), "unstructured");
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
fn the_first_symfony_writes_a_log_of_its_own() {
    let project = "<?php\nclass ProjectConfiguration extends sfProjectConfiguration {}\n";
    assert_eq!(kind(&[("config/ProjectConfiguration.class.php", project)]), "framework_default");
}

#[test]
fn what_is_printed_while_settings_are_read_is_of_the_start() {
    let app = "use actix_web::*;\nfn serve() { env_logger::init(); App::new().wrap(Logger::default()); }\n";
    let prints = "fn read() { println!(\"{a}\"); }\nfn show() { println!(\"{b}\"); }\n";
    assert_eq!(kind(&[("src/main.rs", app), ("src/config.rs", prints)]), "framework_default");
    assert_eq!(kind(&[("src/main.rs", app), ("src/orders.rs", prints)]), "print");
}

#[test]
fn lumen_writes_a_log_where_a_program_adds_nothing() {
    let lumen = r#"{"require": {"laravel/lumen-framework": "6"}}"#;
    let route = "<?php\n$router->get('/a', 'Users@all');\n";
    let settings = "<?php\nuse Monolog\\Handler\\StreamHandler;\nreturn ['handler' => StreamHandler::class];\n";
    let with = |body: &str| {
        kind(&[
            ("composer.json", lumen),
            ("routes/web.php", route),
            ("config/logging.php", settings),
            ("app/Http/Controllers/Users.php", &format!("<?php\nclass Users {{ function all() {{ {body} }} }}\n")),
        ])
    };
    assert_eq!(with(""), "framework_default");
    assert_eq!(with("Log::info('paid');"), "unstructured");
}

#[test]
fn what_only_a_command_of_django_calls_is_printed_for_a_terminal() {
    let of = |importer: &str| {
        let add = "def add_users(count):\n    print('added', count)\ndef add_more(count):\n    print('more', count)\n";
        kind(&[
            ("requirements.txt", "django==5\n"),
            ("shop/urls.py", "urlpatterns = [path('a', views.a)]\n"),
            ("shop/services/filling/__init__.py", "from .add_users import add_users\n"),
            ("shop/services/filling/add_users.py", add),
            (importer, "from shop.services.filling import (\n    add_users,\n)\n"),
        ])
    };
    assert_eq!(of("shop/management/commands/fill.py"), "framework_default");
    assert_eq!(of("shop/views.py"), "print");
}
