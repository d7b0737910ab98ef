//! Servers that are started although no route of theirs was read: what is said of routes then says what was not seen.

use crate::areas::api::surface::Surface;
use crate::paths::{is_aside, is_mock};
use crate::snapshot::stack::Ecosystem;
use crate::{Place, Snapshot};

/// How files end, what starts a server in them, and what it is made with.
const STARTS: &[(&[&str], &str, &str)] = &[
    (&[".py"], "FastAPI(", "FastAPI"),
    (&[".py"], "Flask(__name__", "Flask"),
    (&[".py"], "tornado.web.Application(", "Tornado"),
    (&[".py"], "web.Application(", "aiohttp"),
    (&[".py"], "from pyramid.config import Configurator", "Pyramid"),
    (&[".py"], "falcon.App(", "Falcon"),
    (&[".py"], "falcon.asgi.App(", "Falcon"),
    (&[".py"], "cherrypy.quickstart(", "CherryPy"),
    (&[".py"], "from bottle import", "Bottle"),
    (&[".py"], "Sanic(", "Sanic"),
    (&[".py"], "get_wsgi_application(", "Django"),
    (&[".py"], "get_asgi_application(", "Django"),
    (&[".go"], "gin.Default(", "gin"),
    (&[".go"], "gin.New(", "gin"),
    (&[".go"], "echo.New(", "Echo"),
    (&[".go"], "fiber.New(", "Fiber"),
    (&[".go"], "chi.NewRouter(", "chi"),
    (&[".go"], "mux.NewRouter(", "gorilla/mux"),
    (&[".go"], "http.ListenAndServe", "net/http"),
    (&[".js", ".ts", ".mjs", ".cjs"], "express()", "Express"),
    (&[".js", ".ts", ".mjs", ".cjs"], "jsonServer.create()", "Express"),
    (&[".js", ".ts", ".mjs", ".cjs"], "new Koa(", "Koa"),
    (&[".js", ".ts", ".mjs", ".cjs"], "Hapi.server(", "hapi"),
    (&[".js", ".ts", ".mjs", ".cjs"], "Hapi.Server(", "hapi"),
    (&[".js", ".ts", ".mjs", ".cjs"], "Hapi.createServer(", "hapi"),
    (&[".ts", ".js"], "NestFactory.create", "NestJS"),
    (&[".rs"], "axum::serve(", "axum"),
    (&[".rs"], "HttpServer::new(", "Actix Web"),
    (&[".rs"], "rocket::build(", "Rocket"),
    (&[".rs"], "warp::serve(", "warp"),
    (&[".kt"], "embeddedServer(", "Ktor"),
    (&[".cs"], "WebApplication.CreateBuilder(", "ASP.NET Core"),
    (&[".php"], "AppFactory::create(", "Slim"),
    (&[".rb"], "< Roda", "Roda"),
    // Languages that are not parsed.
    (&[".ex"], "use Phoenix.Endpoint", "Phoenix"),
    (&[".ex"], "use Plug.Router", "Plug"),
    (&[".scala"], "BlazeServerBuilder", "http4s"),
    (&[".scala"], "EmberServerBuilder", "http4s"),
    (&[".scala"], "Http().newServerAt(", "Akka HTTP"),
    (&[".scala"], "Http().bindAndHandle(", "Akka HTTP"),
    (&[".scala"], "extends BaseController", "Play"),
    (&[".scala"], "extends AbstractController(", "Play"),
    (&[".swift"], "import Vapor", "Vapor"),
    (&[".clj"], "run-jetty", "Ring"),
    (&[".dart"], "shelf_io.serve(", "Shelf"),
    (&[".dart"], "package:dart_frog/", "Dart Frog"),
    (&[".cr"], "Kemal.run", "Kemal"),
    (&[".erl"], "cowboy:start_clear(", "Cowboy"),
    (&[".fs"], "WebApplication.CreateBuilder(", "ASP.NET Core"),
    (&[".fs"], "open Giraffe", "Giraffe"),
    (&[".groovy"], "GrailsAutoConfiguration", "Grails"),
    (&[".cpp", ".cc"], "crow::SimpleApp", "Crow"),
    (&[".cpp", ".cc"], "drogon::app()", "Drogon"),
    (&[".pl"], "use Mojolicious", "Mojolicious"),
    (&[".pl", ".pm"], "use Dancer", "Dancer"),
    (&[".hs"], "Web.Scotty", "Scotty"),
    (&[".hs"], "Network.Wai.Handler.Warp", "Warp"),
];

/// The same for gRPC.
const STARTS_GRPC: &[(&[&str], &str, &str)] = &[
    (&[".py"], "grpc.server(", "gRPC"),
    (&[".py"], "grpc.aio.server(", "gRPC"),
    (&[".go"], "grpc.NewServer(", "gRPC"),
    (&[".js", ".ts"], "new grpc.Server(", "gRPC"),
    (&[".java", ".kt"], "ServerBuilder.forPort(", "gRPC"),
    (&[".java", ".kt"], "@GrpcService", "gRPC"),
    (&[".cs"], "MapGrpcService<", "gRPC"),
    (&[".rb"], "GRPC::RpcServer", "gRPC"),
    (&[".rs"], "tonic::transport::Server", "gRPC"),
];

/// The same for GraphQL, whose resolvers are no routes.
const STARTS_GRAPHQL: &[(&[&str], &str, &str)] = &[
    (&[".js", ".ts", ".mjs", ".cjs"], "new ApolloServer(", "Apollo Server"),
    (&[".js", ".ts", ".mjs", ".cjs"], "new ApolloServer<", "Apollo Server"),
    (&[".js", ".ts", ".mjs", ".cjs"], "createYoga(", "GraphQL Yoga"),
    (&[".js", ".ts", ".mjs", ".cjs"], "createYoga<", "GraphQL Yoga"),
    (&[".js", ".ts", ".mjs", ".cjs"], "new GraphQLServer(", "GraphQL Yoga"),
    (&[".js", ".ts", ".mjs", ".cjs"], ".register(mercurius", "Mercurius"),
    (&[".ts", ".js"], "GraphQLModule.forRoot", "NestJS"),
];

/// Packages of the JVM that nobody asks for but who answers requests; what only asks others has another name.
const SERVERS: &[(&str, &str)] = &[
    ("io.quarkus:quarkus-resteasy", "Quarkus"),
    ("io.quarkus:quarkus-rest", "Quarkus"),
    ("io.micronaut:micronaut-http-server", "Micronaut"),
    ("io.dropwizard:dropwizard-core", "Dropwizard"),
    ("io.helidon.webserver:helidon-webserver", "Helidon"),
    ("io.helidon.microprofile.bundles:", "Helidon"),
    ("io.vertx:vertx-web", "Vert.x"),
    ("io.javalin:javalin", "Javalin"),
    ("com.sparkjava:spark-core", "Spark"),
    ("io.ktor:ktor-server-", "Ktor"),
    ("org.glassfish.jersey.containers:", "Jersey"),
    ("org.jboss.resteasy:resteasy-undertow", "RESTEasy"),
];

/// Nest's way; with `Transport.GRPC` alone a client is registered.
const STARTS_NEST: &[(&[&str], &str, &str)] =
    &[(&[".ts"], "createMicroservice", "gRPC"), (&[".ts"], "connectMicroservice", "gRPC")];

/// Where a server of gRPC is started.
pub(crate) fn grpc(repo: &Snapshot) -> Option<Place> {
    let of_nest = || {
        started(repo, STARTS_NEST)
            .filter(|(_, place)| repo.text(&place.path).is_some_and(|text| text.contains("Transport.GRPC")))
    };
    started(repo, STARTS_GRPC).or_else(of_nest).map(|(_, place)| place)
}

/// What a server of GraphQL is made with, and where. A gateway in front of others is one, too.
pub(crate) fn graphql(repo: &Snapshot) -> Option<(&'static str, Place)> {
    started(repo, STARTS_GRAPHQL)
}

/// Where a server of gRPC is started beside which nothing answers over HTTP but what machines ask a program about itself.
pub(crate) fn grpc_alone(repo: &Snapshot) -> Option<Place> {
    let is_about_itself = |path: &str| {
        path.split('/').any(|part| {
            matches!(part, "metrics" | "livez" | "readyz" | "liveness" | "readiness" | "live" | "ready" | "ping")
                || part.starts_with("health")
                || matches!(part, "debug" | "pprof" | "version")
        })
    };
    Surface::of(repo).endpoints.iter().all(|it| is_about_itself(&it.path.to_ascii_lowercase())).then(|| grpc(repo))?
}

/// Whether a server is started.
pub(crate) fn is_started(repo: &Snapshot) -> bool {
    started(repo, STARTS).is_some()
}

/// The files in which servers are started that play the part of others, in tests or while the program is written.
pub(crate) fn mocks(repo: &Snapshot) -> impl Iterator<Item = &str> {
    let texts = repo.tree().own_texts().filter(|(file, _)| is_mock(&file.path));
    let starts = |path: &str, text: &str| {
        let mut of_language = STARTS.iter().filter(|(ends, _, _)| ends.iter().any(|end| path.ends_with(end)));
        of_language.any(|(_, mark, _)| text.contains(mark))
    };
    texts.filter(move |(file, text)| starts(&file.path, text)).map(|(file, _)| file.path.as_str())
}

/// Whether a program of JavaScript answers whoever connects, without routes: with sockets, or by a handler of its own.
pub(crate) fn speaks_by_itself(repo: &Snapshot) -> bool {
    const MARKS: &[&str] = &[
        "require('socket.io')",
        "require(\"socket.io\")",
        "from 'socket.io'",
        "from \"socket.io\"",
        "new WebSocketServer(",
        "new WebSocket.Server(",
        "new ws.Server(",
        "createServer((req",
        "createServer(function",
        "createServer(async",
    ];
    repo.tree().own_texts().any(|(file, text)| {
        [".js", ".ts", ".mjs", ".cjs"].iter().any(|end| file.path.ends_with(end))
            && !is_aside(&file.path)
            && MARKS.iter().any(|mark| text.contains(mark))
    })
}

/// Where a project of symfony 1 sets itself up.
pub(crate) fn symfony_first(repo: &Snapshot) -> Option<Place> {
    started(repo, &[(&[".php"], "extends sfProjectConfiguration", "Symfony")]).map(|(_, place)| place)
}

/// What a server is made with, and where it is started, if none of its routes was read although it may have some. Of a
/// part nothing is said where the whole has routes.
pub(crate) fn unread(repo: &Snapshot) -> Option<(&'static str, Place)> {
    without_routes(repo).filter(|(framework, _)| *framework != "Spring" || may_route(repo))
}

/// The same of a server that has none yet as well.
pub(crate) fn without_routes(repo: &Snapshot) -> Option<(&'static str, Place)> {
    if !Surface::of(repo).endpoints.is_empty() || Surface::of(repo).is_cut() {
        return None;
    }
    let spring = || {
        repo.stack().dependencies().iter().any(|dependency| {
            dependency.ecosystem == Ecosystem::Jvm && dependency.name.contains("spring-boot-starter-web")
        })
    };
    let starts_spring: &[(&[&str], &str, &str)] =
        &[(&[".java"], "SpringApplication.run(", "Spring"), (&[".kt"], "runApplication<", "Spring")];
    started(repo, STARTS)
        .or_else(|| spring().then(|| started(repo, starts_spring)).flatten())
        .or_else(|| depended_on(repo))
}

/// A server that a manifest asks for, in a program with sources for it to run.
fn depended_on(repo: &Snapshot) -> Option<(&'static str, Place)> {
    let is_source = |path: &str| [".java", ".kt"].iter().any(|end| path.ends_with(end)) && !is_aside(path);
    let mut asked = repo.stack().dependencies().iter().filter(|it| it.ecosystem == Ecosystem::Jvm);
    let (dependency, framework) = asked.find_map(|it| {
        let is_client = ["client", "test"].iter().any(|word| it.name.contains(word));
        let (_, framework) = SERVERS.iter().find(|(name, _)| !is_client && it.name.starts_with(name))?;
        Some((it, *framework))
    })?;
    let has_sources = repo.tree().own_texts().any(|(file, _)| is_source(&file.path));
    (has_sources && !is_aside(&dependency.path))
        .then(|| (framework, Place::lines(repo.head(), dependency.path.as_str(), dependency.line, dependency.line)))
}

/// Whether some class of a program with Spring may take requests: what its starter generates has none yet.
fn may_route(repo: &Snapshot) -> bool {
    // `@Mapping` alone is of those that turn one object into another.
    const MARKS: &[&str] = &[
        "Controller",
        "RequestMapping",
        "GetMapping",
        "PostMapping",
        "PutMapping",
        "PatchMapping",
        "DeleteMapping",
        "RouterFunction",
        "@Path(",
        "HttpServlet",
        "RestResource",
        "router",
    ];
    const PACKAGES: &[&str] = &["data-rest", "graphql", "jersey", "openapi-generator"];
    let is_source = |path: &str| [".java", ".kt", ".groovy", ".scala"].iter().any(|end| path.ends_with(end));
    repo.stack().dependencies().iter().any(|it| PACKAGES.iter().any(|package| it.name.contains(package)))
        || repo
            .tree()
            .own_texts()
            .filter(|(file, _)| is_source(&file.path) && !is_aside(&file.path))
            .any(|(_, text)| MARKS.iter().any(|mark| text.contains(mark)))
}

fn started(repo: &Snapshot, starts: &[(&[&str], &str, &'static str)]) -> Option<(&'static str, Place)> {
    repo.tree().own_texts().find_map(|(file, text)| {
        let of_language = starts.iter().filter(|(endings, _, _)| endings.iter().any(|end| file.path.ends_with(end)));
        let (at, framework) = of_language.filter_map(|(_, mark, name)| Some((text.find(mark)?, *name))).min()?;
        if is_aside(&file.path) {
            return None;
        }
        let line = text[..at].matches('\n').count() as u32 + 1;
        Some((framework, Place::lines(repo.head(), file.path.as_str(), line, line)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{NotApplicable, NotAssessable};
    use crate::areas::api::Api;
    use crate::kinds::frameworks;
    use crate::snapshot::fixture::Fixture;
    use crate::{Analyzer, Finding};

    fn versioned(repo: &Snapshot) -> Finding {
        Api.examine(repo).into_iter().find(|finding| finding.signal() == "api.versioned").expect("a signal of the area")
    }

    #[test]
    fn a_server_without_routes_that_were_read_is_not_called_none() {
        let of = |path: &str, text: &str| {
            let finding = versioned(&Fixture::new().file(path, text).snapshot());
            (finding.outcome(), finding.summary().to_owned())
        };
        let (outcome, summary) = of("main.go", "package main\n\nfunc main() {\n\tload(gin.Default())\n}\n");
        assert_eq!(outcome, NotAssessable, "{summary}");
        assert!(summary.contains("main.go") && summary.contains("gin"), "{summary}");
        assert_eq!(of("main.go", "package main\n\nfunc main() {}\n").0, NotApplicable);
        assert_eq!(of("main_test.go", "package main\n\nvar a = gin.Default()\n").0, NotApplicable);
        let starter = "@SpringBootApplication\npublic class Shop {\n  public static void main(String[] args) {\n    SpringApplication.run(Shop.class, args);\n  }\n}\n";
        let spring = |other: &str| {
            let gradle = "dependencies {\n    implementation 'org.springframework.boot:spring-boot-starter-web'\n}\n";
            let repo = Fixture::new().file("build.gradle", gradle).file("src/main/java/Shop.java", starter);
            versioned(&repo.file("src/main/java/Other.java", other).snapshot()).outcome()
        };
        assert_eq!(spring("class Other {\n}\n"), NotApplicable);
        let mapper = "interface Mapper {\n  @Mapping(target = \"a\", source = \"b\")\n  A map(B b);\n}\n";
        assert_eq!(spring(mapper), NotApplicable);
        assert_eq!(spring(&mapper.replace("Mapping(", "PatchMapping(")), NotAssessable);
        assert_eq!(spring("class Other {\n  Object all = build(MyControllers.class);\n}\n"), NotAssessable);
        let phoenix = "defmodule ShopWeb.Endpoint do\n  use Phoenix.Endpoint, otp_app: :shop\nend\n";
        let (outcome, summary) = of("lib/shop_web/endpoint.ex", phoenix);
        assert!(outcome == NotAssessable && summary.contains("with Phoenix"), "{summary}");
        assert_eq!(of("app/api.rb", "class API < Roda\n  plugin :json\nend\n").0, NotAssessable);
        let pyramid =
            "from pyramid.config import Configurator\ndef made():\n    return Configurator().make_wsgi_app()\n";
        assert_eq!(of("app/main.py", pyramid).0, NotAssessable);
        let django = "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n";
        let (outcome, summary) = of("shop/asgi.py", django);
        assert!(outcome == NotAssessable && summary.contains("with Django"), "{summary}");
    }

    #[test]
    fn a_server_that_a_manifest_asks_for_is_not_called_none() {
        let of = |package: &str| {
            let pom = format!(
                "<project><dependencies><dependency><groupId>io.quarkus</groupId><artifactId>{package}</artifactId></dependency></dependencies></project>\n"
            );
            let repo = Fixture::new().file("pom.xml", &pom).file("src/main/java/Pears.java", "class Pears { }\n");
            versioned(&repo.snapshot())
        };
        let found = of("quarkus-resteasy-reactive-jackson");
        assert_eq!(found.outcome(), NotAssessable);
        assert!(found.summary().contains("Quarkus") && found.summary().contains("pom.xml"), "{}", found.summary());
        assert_eq!(of("quarkus-rest-client-reactive").outcome(), NotApplicable);
        assert_eq!(of("quarkus-hibernate-orm").outcome(), NotApplicable);
    }

    #[test]
    fn a_server_of_grpc_is_one() {
        let server = "import grpc\n\nserver = grpc.aio.server()\nlog.info('started')\n";
        let repo = Fixture::new().file("app/main.py", server).snapshot();
        assert_eq!(grpc(&repo).map(|place| place.path), Some("app/main.py".into()));
        assert_eq!(versioned(&repo).facts()["style"], "grpc");
        let nest = |call: &str| {
            let text = format!("{call}({{ transport: Transport.GRPC }});\n");
            grpc(&Fixture::new().file("src/main.ts", &text).snapshot()).is_some()
        };
        assert!(nest("NestFactory.createMicroservice") && !nest("ClientsModule.register"));
    }

    #[test]
    fn what_is_only_asked_how_it_is_serves_grpc_alone() {
        let alone = |path: &str| {
            let main = format!(
                "package main\n\nimport \"net/http\"\n\nfunc main() {{\n\thttp.HandleFunc(\"{path}\", shown)\n\tgrpc.NewServer().Serve(made)\n}}\n"
            );
            let repo = Fixture::new().file("main.go", &main).snapshot();
            assert_eq!(Surface::of(&repo).endpoints.len(), 1, "{path}");
            (grpc_alone(&repo).is_some(), frameworks(&repo))
        };
        assert_eq!(alone("/metrics"), (true, vec!["gRPC".to_owned()]));
        assert_eq!(alone("/debug/pprof/"), (true, vec!["gRPC".to_owned()]));
        assert_eq!(alone("/orders"), (false, vec!["net/http".to_owned()]));
        assert_eq!(alone("/"), (false, vec!["net/http".to_owned()]), "a gateway may stand there");
    }
}
