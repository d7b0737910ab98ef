use super::*;
use crate::snapshot::fixture::Fixture;

fn routes(files: &[(&str, &str)]) -> Vec<String> {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    let mut routes: Vec<String> = endpoints(&repo)
        .into_iter()
        .map(|e| format!("{} {} {}{}", e.framework, e.method, e.path, if e.page { " page" } else { "" }))
        .collect();
    routes.sort();
    routes
}

#[test]
fn spring_joins_class_and_method_through_constants_and_the_context_path() {
    let paths = "package a; public final class Paths { public static final String V1 = \"/v1\"; public static final String USERS = V1 + \"/users\"; }";
    let users = r#"package a;
@RestController
@RequestMapping(Paths.USERS)
public class UserController {
    @GetMapping({"", "/all"}) public List<User> all() { return null; }
    @PostMapping(path = "/{id}/roles", consumes = "application/json") public void add() { }
    @RequestMapping(value = "/x", method = {RequestMethod.PUT, RequestMethod.PATCH}) public void x() { }
}
@FeignClient(name = "other") interface Other { @GetMapping("/remote") String get(); }
"#;
    let found = routes(&[
        ("api/src/main/java/a/Paths.java", paths),
        ("api/src/main/java/a/UserController.java", users),
        (
            "api/src/main/resources/application.yml",
            "server:\n  port: 8080\n  servlet:\n    context-path: ${BASE:/api}\n",
        ),
        ("api/src/test/java/a/UserControllerTest.java", users),
    ]);
    assert_eq!(
        found,
        [
            "Spring MVC GET /api/v1/users",
            "Spring MVC GET /api/v1/users/all",
            "Spring MVC PATCH /api/v1/users/x",
            "Spring MVC POST /api/v1/users/{id}/roles",
            "Spring MVC PUT /api/v1/users/x",
        ]
    );
}

#[test]
fn controllers_that_return_views_answer_with_pages() {
    let owner = r#"@Controller
class OwnerController {
    @GetMapping("/owners") public String list(Model model) { return "owners/list"; }
    @GetMapping("/vets") public @ResponseBody Vets vets() { return null; }
    @PostMapping("/x") public ResponseEntity<String> x() { return null; }
}"#;
    assert_eq!(
        routes(&[("src/main/java/OwnerController.java", owner)]),
        ["Spring MVC GET /owners page", "Spring MVC GET /vets", "Spring MVC POST /x"]
    );
}

#[test]
fn an_interface_is_served_by_the_controller_that_implements_it() {
    let api = "public interface UsersApi { @GetMapping(\"/users\") List<User> all(); }";
    let controller = "@RestController @RequestMapping(\"/v2\") public class UsersController implements UsersApi { }";
    assert_eq!(
        routes(&[("src/main/java/UsersApi.java", api), ("src/main/java/UsersController.java", controller)]),
        ["Spring MVC GET /v2/users"]
    );
    assert!(routes(&[("src/main/java/UsersApi.java", api)]).is_empty());
}

#[test]
fn kotlin_constants_and_templates() {
    let mappings = "package m\nprivate const val BASE = \"/api/v1\"\nconst val USERS = \"$BASE/users\"\n";
    let controller = r#"package c
import reactor.core.publisher.Mono
@RestController
@RequestMapping(USERS)
class UserController(private val service: Service) {
    @GetMapping("/{id}")
    fun get(@PathVariable id: String): Mono<User> = service.get(id)
    @PostMapping(value = ["/a", PATH])
    fun create(): Mono<User> { return service.create() }
    companion object { const val PATH = "/b" }
}"#;
    assert_eq!(
        routes(&[("src/main/kotlin/m/Mappings.kt", mappings), ("src/main/kotlin/c/UserController.kt", controller)]),
        [
            "Spring WebFlux GET /api/v1/users/{id}",
            "Spring WebFlux POST /api/v1/users/a",
            "Spring WebFlux POST /api/v1/users/b",
        ]
    );
}

#[test]
fn functional_routes_nest() {
    let kotlin = r#"package r
fun routes(h: Handler) = coRouter {
    "/api".nest {
        accept(APPLICATION_JSON).nest { GET("/users", h::list) }
        path("/teams").nest { POST("", h::create) }
    }
    GET("/health") { ok().buildAndAwait() }
}"#;
    let java = r#"class Routes {
    RouterFunction<ServerResponse> a(H h) {
        return route().path("/v1", b -> b.nest(accept(JSON), c -> c.GET("/users", h::list))).POST("/x", h::x).build();
    }
    RouterFunction<ServerResponse> b(H h) { return nest(path("/v2"), route(GET("/teams"), h::teams).andRoute(PUT("/teams"), h::put)); }
}"#;
    assert_eq!(
        routes(&[("src/main/kotlin/R.kt", kotlin), ("src/main/java/Routes.java", java)]),
        [
            "Spring WebFlux GET /api/users",
            "Spring WebFlux GET /health",
            "Spring WebFlux GET /v1/users",
            "Spring WebFlux GET /v2/teams",
            "Spring WebFlux POST /api/teams",
            "Spring WebFlux POST /x",
            "Spring WebFlux PUT /v2/teams",
        ]
    );
}

#[test]
fn ktor_routes_nest_across_functions() {
    let module = "package a\nimport io.ktor.server.routing.*\nfun Application.module() { routing { route(\"/api/v1\") { userRoutes() } } }\n";
    let users = r#"package a
import io.ktor.server.routing.*
fun Route.userRoutes() {
    route("users") {
        get { call.respond(1) }
        authenticate { post("{id}/x") { call.parameters.get("y") } }
    }
}"#;
    assert_eq!(
        routes(&[("src/main/kotlin/Module.kt", module), ("src/main/kotlin/Users.kt", users)]),
        ["Ktor GET /api/v1/users", "Ktor POST /api/v1/users/{id}/x",]
    );
}

#[test]
fn ktor_routes_of_a_library_that_types_them_are_routes() {
    let routes_of = |body: &str| {
        let text = format!(
            "package a\nimport io.ktor.server.routing.Route\nfun Route.users() {{ route(Api.Users.list) {{ {body} }} }}\n"
        );
        routes(&[("src/main/kotlin/Users.kt", &text)])
    };
    assert_eq!(routes_of("respond(all())"), ["Ktor * /{?}"]);
    assert_eq!(routes_of("get { call.respond(all()) }"), ["Ktor GET /{?}"]);
    assert!(routes_of("others()").is_empty());
}

#[test]
fn jax_rs_paths() {
    let users = "import jakarta.ws.rs.*;\n@Path(\"/users\") public class Users { @GET @Path(\"/{id}\") public User get(@PathParam(\"id\") int id) { return null; } @POST public void add() { } }";
    assert_eq!(routes(&[("src/main/java/Users.java", users)]), ["JAX-RS GET /users/{id}", "JAX-RS POST /users"]);
}

#[test]
fn jax_rs_interfaces_are_served_by_the_classes_that_implement_them() {
    let api = "import jakarta.ws.rs.GET;\nimport jakarta.ws.rs.Path;\n@Path(\"/v1/pears\")\n@Tag(name = \"{a}\")\npublic interface PearApi {\n  @GET @Path(\"/{id}\") Response one(@PathParam(\"id\") Long id);\n  @POST Response add();\n}\n";
    let class =
        "public class Pears implements Other, PearApi {\n  @Override public Response add() { return null; }\n}\n";
    let application = "import jakarta.ws.rs.ApplicationPath;\n@ApplicationPath(\"/api/\")\npublic class App extends Application { }\n";
    let of = |files: &[(&str, &str)]| routes(&[&[("src/main/java/PearApi.java", api)], files].concat());
    let served = ("src/main/java/Pears.java", class);
    assert_eq!(of(&[served]), ["JAX-RS GET /v1/pears/{id}", "JAX-RS POST /v1/pears"]);
    assert_eq!(
        of(&[served, ("src/main/java/App.java", application)]),
        ["JAX-RS GET /api/v1/pears/{id}", "JAX-RS POST /api/v1/pears"]
    );
    let settings =
        ("src/main/resources/application.properties", "quarkus.rest.path=/shop\nquarkus.http.root-path=/a\n");
    assert_eq!(of(&[served, settings]), ["JAX-RS GET /a/shop/v1/pears/{id}", "JAX-RS POST /a/shop/v1/pears"]);
    assert!(of(&[]).is_empty(), "an interface alone may be a client");
    let client = api.replace("public interface", "@RegisterRestClient\npublic interface");
    assert!(routes(&[("src/main/java/PearApi.java", &client), served]).is_empty());
}

#[test]
fn versions_in_headers_media_types_and_settings_are_cues() {
    let users = r#"@RestController class Users {
    @GetMapping(value = "/u", headers = "X-API-VERSION=1") void a() {}
    @GetMapping(value = "/u", params = "version=2") void b() {}
    @GetMapping(value = "/u", produces = "application/vnd.shop.v2+json") void c() {}
    @GetMapping(value = "/u", produces = "application/vnd.api+json") void d() {}
}"#;
    let repo = Fixture::new()
        .file("src/main/java/Users.java", users)
        .file(
            "src/main/resources/application.properties",
            "spring.mvc.apiversion.use.header=X-Version\nspringdoc.api-docs.path=/v3/docs\n",
        )
        .snapshot();
    let mut schemes: Vec<&str> = version_cues(&repo).into_iter().map(|cue| cue.scheme).collect();
    schemes.sort_unstable();
    assert_eq!(schemes, ["header", "header", "media-type", "query"]);
}

#[test]
fn ktor_classes_stand_for_paths() {
    let classes = "package a\nimport io.ktor.resources.*\n@Resource(\"/articles\")\nclass Articles {\n    @Resource(\"{id}\")\n    class Id(val parent: Articles = Articles(), val id: Long)\n    @Resource(\"new\")\n    class New(val parent: Articles = Articles())\n}\n";
    let routes = "package a\nimport io.ktor.server.resources.*\nfun Route.articles() {\n    get<Articles> { call.respond(all()) }\n    delete<Articles.Id> { drop(it.id) }\n}\n";
    let repo = Fixture::new().file("src/Articles.kt", classes).file("src/Routes.kt", routes).snapshot();
    let found: Vec<_> = endpoints(&repo).into_iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(found, ["GET /articles", "DELETE /articles/{id}"]);
}

#[test]
fn ktor_reads_a_body_as_the_class_that_stands_for_no_path() {
    let routes_of = "package r\nimport io.ktor.server.routing.*\nfun Route.users() {\n  route(\"/v1/users\") {\n    post<User> { call.respond(it) }\n  }\n}\n";
    assert_eq!(routes(&[("src/main/kotlin/Users.kt", routes_of)]), ["Ktor POST /v1/users"]);
}

#[test]
fn ktor_paths_may_be_values_of_an_object() {
    let paths = "package r\nobject Paths {\n  val api = \"/api/v1\"\n  val users = \"$api/users\"\n  val user = \"$users/{id}\"\n}\n";
    let routes_of = "package r\nimport io.ktor.server.routing.*\nfun Route.users() {\n  get(Paths.users) { }\n  delete(Paths.user) { }\n}\n";
    assert_eq!(
        routes(&[("src/main/kotlin/Paths.kt", paths), ("src/main/kotlin/Users.kt", routes_of)]),
        ["Ktor DELETE /api/v1/users/{id}", "Ktor GET /api/v1/users"]
    );
}

#[test]
fn paths_may_ask_for_a_setting() {
    let users = "package a;\n@RestController\n@RequestMapping(\"${api.prefix}/users\")\nclass Users {\n  @GetMapping(\"/${other:all}\") List<User> all() { return null; }\n}\n";
    let found = routes(&[
        ("src/main/java/a/Users.java", users),
        ("src/main/resources/application.yml", "api:\n  prefix: /api/v1\n"),
    ]);
    assert_eq!(found, ["Spring MVC GET /api/v1/users/all"]);
}

#[test]
fn the_prefix_of_all_paths_may_ask_for_another_setting() {
    let of = |settings: &str| {
        let users = "package a;\n@RestController\n@RequestMapping(\"/users\")\nclass Users {\n  @GetMapping List<User> all() { return null; }\n}\n";
        routes(&[("src/main/java/a/Users.java", users), ("src/main/resources/application.properties", settings)])
    };
    assert_eq!(of("api.version=v1\nspring.webflux.base-path=/api/${api.version}\n"), ["Spring MVC GET /api/v1/users"]);
    assert_eq!(of("server.servlet.context-path=${BASE:/api}/v2\n"), ["Spring MVC GET /api/v2/users"]);
    assert_eq!(of("server.servlet.context-path=${BASE}\n"), ["Spring MVC GET /users"]);
}

#[test]
fn a_prefix_may_be_given_to_all_controllers() {
    let web = "package a;\nclass Web implements WebMvcConfigurer {\n  public void configurePathMatch(PathMatchConfigurer it) {\n    it.addPathPrefix(\"/api/v1\", HandlerTypePredicate.forAnnotation(RestController.class));\n  }\n}\n";
    let users =
        "package a;\n@RestController\nclass Users {\n  @GetMapping(\"/users\") List<User> all() { return null; }\n}\n";
    let found = routes(&[("src/main/java/a/Web.java", web), ("src/main/java/a/Users.java", users)]);
    assert_eq!(found, ["Spring MVC GET /api/v1/users"]);
}
