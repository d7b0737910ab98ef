use super::*;
use crate::snapshot::fixture::Fixture;

fn routes(files: &[(&str, &str)]) -> Vec<String> {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    let mut routes: Vec<String> = endpoints(&repo)
        .into_iter()
        .map(|it| format!("{} {}{}", it.method, it.path, if it.page { " page" } else { "" }))
        .collect();
    routes.sort();
    routes
}

#[test]
fn controllers_of_the_framework_before_core_are_told_from_its_own() {
    let of = |import: &str| {
        let text = format!(
            "using {import};\n[RoutePrefix(\"api/users\")]\n[Route(\"api/users\")]\npublic class UsersController : ApiController\n{{\n    [HttpGet, Route(\"all\")] public IHttpActionResult All() => Ok();\n}}\n"
        );
        let repo = Fixture::new().file("UsersController.cs", &text).snapshot();
        endpoints(&repo).first().map(|it| it.framework)
    };
    assert_eq!(of("System.Web.Http"), Some("ASP.NET"));
    assert_eq!(of("Microsoft.AspNetCore.Mvc"), Some("ASP.NET Core"));
}

#[test]
fn attributes_of_class_and_method_make_the_path() {
    let users = r#"
namespace Shop.Controllers;
[ApiController, Route("api/[controller]")]
[Authorize(Policy = "a{b}")]
public class UsersController(IUsers users) : ControllerBase
{
    [HttpGet] public Task<User[]> List() => users.All();
    [HttpGet("{id:int}", Name = "one")] public ActionResult<User> Get(int id) => Redirect("x");
    [HttpPost, Route("import")] public IActionResult Import() => NoContent();
    [HttpPut(Name = "two")] public IActionResult Put() => NoContent();
    [HttpDelete("/purge/[action]")] public IActionResult Purge() => NoContent();
    [AcceptVerbs("Get", "Head", Route = "x")] public IActionResult Probe() => Ok();
    [NonAction] public IActionResult Helper() => Ok();
    private IActionResult Other() => Ok();
}"#;
    assert_eq!(
        routes(&[("UsersController.cs", users)]),
        [
            "DELETE /purge/Purge",
            "GET /api/Users",
            "GET /api/Users",
            "GET /api/Users/{id:int}",
            "HEAD /api/Users",
            "POST /api/Users/import",
            "PUT /api/Users"
        ]
    );
}

#[test]
fn prefixes_come_from_base_classes_and_constants() {
    let base = r#"
[ApiController] [Route(Paths.Base + "/[controller]")]
public abstract class Api<T> : ControllerBase where T : class { [HttpGet("count")] public int Count() => 0; }
public static class Paths { public const string Base = $"api/{Version}"; public const string Version = "v2"; }"#;
    let orders = "public class OrdersController : Api<Order> { [HttpPost] public int Add() => 0; }";
    assert_eq!(routes(&[("Api.cs", base), ("Orders.cs", orders)]), ["GET /api/v2/Orders/count", "POST /api/v2/Orders"]);
}

#[test]
fn actions_that_show_a_view_are_pages() {
    let home = r#"
public class HomeController : Controller {
    public IActionResult Index() { return View(); }
    [HttpPost] public async Task<IActionResult> Save() { return RedirectToAction("Index"); }
    public JsonResult Numbers() { return Json(new[] { 1 }); }
    public static IActionResult No() => null;
}"#;
    assert_eq!(routes(&[("Home.cs", home)]), ["* /Home/Index page", "* /Home/Numbers", "POST /Home/Save page"]);
}

#[test]
fn interfaces_of_clients_and_tests_serve_nothing() {
    let client = "interface IUsers { [Get(\"/users\")] Task<User> Get(); }\nclass X { [Route] int y; }";
    assert!(routes(&[("IUsers.cs", client)]).is_empty());
}

#[test]
fn the_place_of_the_version_is_chosen_by_readers() {
    let schemes = |text: &str| -> Vec<&str> {
        let repo = Fixture::new().file("Program.cs", text).snapshot();
        version_cues(&repo).into_iter().map(|cue| cue.scheme).collect()
    };
    assert_eq!(
        schemes("s.AddApiVersioning(o => o.ApiVersionReader = new HeaderApiVersionReader(\"x-version\"));"),
        ["header"]
    );
    assert_eq!(schemes("services.AddApiVersioning();"), ["query"]);
    assert!(
        schemes("var apiVersion = \"v1\"; c.SwaggerEndpoint(\"/swagger/v1/swagger.json\", apiVersion);").is_empty()
    );
}

#[test]
fn groups_are_followed_through_variables_and_extension_methods() {
    let program = r#"
var app = builder.Build();
app.MapGet("/ping", () => "pong");
var v1 = app.MapGroup("/api/v1").RequireAuthorization();
v1.MapTodos();
UserEndpoints.Map(v1);
app.MapMethods("/both", new[] { "GET", "POST" }, () => 1);
_mapper.Map<User>("x");
"#;
    let todos = r#"
public static class TodoApi {
    public static RouteGroupBuilder MapTodos(this IEndpointRouteBuilder routes) {
        var group = routes.MapGroup("/todos");
        group.MapGet("/{id}", (int id) => { if (id == 0) { return 1; } return 2; }).WithName("x");
        group.MapPost("", Create);
        return group;
    }
}
public static class UserEndpoints { public static void Map(IEndpointRouteBuilder app) => app.MapDelete("users/{id}", Remove); }"#;
    assert_eq!(
        routes(&[("Program.cs", program), ("TodoApi.cs", todos)]),
        [
            "DELETE /api/v1/users/{id}",
            "GET /api/v1/todos/{id}",
            "GET /both",
            "GET /ping",
            "POST /api/v1/todos",
            "POST /both"
        ]
    );
}

#[test]
fn fast_endpoints_say_their_routes_in_configure() {
    let endpoint = "class A : Endpoint<B>\n{\n  public override void Configure()\n  {\n    Get(\"/users/{id}\");\n    AllowAnonymous();\n  }\n}\nclass C : Endpoint<B>\n{\n  public override void Configure()\n  {\n    Verbs(Http.PUT, Http.PATCH);\n    Routes(\"/users\");\n  }\n}\n";
    let project =
        "<Project><ItemGroup><PackageReference Include=\"FastEndpoints\" Version=\"5.0.0\" /></ItemGroup></Project>";
    let attributed = "[HttpGet(\"orders/{id}\"), AllowAnonymous]\npublic class D : Endpoint<E, F>\n{\n}\n[HttpGet(\"x\")]\nclass Client { }\n";
    let repo = crate::snapshot::fixture::Fixture::new()
        .file("Api.csproj", project)
        .file("Program.cs", "app.UseFastEndpoints(c => { c.Endpoints.RoutePrefix = \"api\"; });\n")
        .file("Users.cs", endpoint)
        .file("Orders.cs", attributed)
        .snapshot();
    let mut shown: Vec<String> =
        super::endpoints(&repo).into_iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    shown.sort();
    assert_eq!(shown, ["GET /api/orders/{id}", "GET /api/users/{id}", "PATCH /api/users", "PUT /api/users"]);
}

#[test]
fn groups_of_fast_endpoints_have_a_path() {
    let project =
        "<Project><ItemGroup><PackageReference Include=\"FastEndpoints\" Version=\"5.0.0\" /></ItemGroup></Project>";
    let endpoint = |verb: &str, group: &str| {
        format!(
            "class {verb}{group} : Ep.NoReq.NoRes\n{{\n  public override void Configure()\n  {{\n    {verb}(\"{{id}}\");\n    Group<{group}>();\n  }}\n}}\n"
        )
    };
    let groups = "public class PearGroup : Group\n{\n  public PearGroup()\n  {\n    Configure(\"/v1/pears/\", it => { });\n  }\n}\nclass SeedGroup : SubGroup<PearGroup> {\n  public SeedGroup() { Configure(\"seeds\", it => { }); }\n}\n";
    let found = routes(&[
        ("Api.csproj", project),
        ("Groups.cs", groups),
        ("A.cs", &endpoint("Get", "PearGroup")),
        ("B.cs", &endpoint("Put", "SeedGroup")),
        ("C.cs", &endpoint("Post", "Elsewhere")),
    ]);
    assert_eq!(found, ["GET /v1/pears/{id}", "POST /{?}/{id}", "PUT /v1/pears/seeds/{id}"]);
}

#[test]
fn routes_may_be_properties_of_a_class_of_their_own() {
    let program = "app.MapMethods(AddPear.Route, AddPear.Methods, AddPear.Handle).WithTags(\"a\");\napp.MapMethods(AllPears.Route, AllPears.Methods, AllPears.Handle);\n";
    let add = "public class AddPear\n{\n  public static string Route => \"/pears\";\n  public static string[] Methods => new string[] { HttpMethod.Post.ToString() };\n  public static Delegate Handle => Action;\n}\n";
    let all = "public class AllPears\n{\n  public static string Route => \"/pears/all\";\n  public static string[] Methods => [\"GET\", HttpMethods.Head];\n}\n";
    let files = [("Program.cs", program), ("AddPear.cs", add), ("AllPears.cs", all)];
    assert_eq!(routes(&files), ["GET /pears/all", "HEAD /pears/all", "POST /pears"]);
}

#[test]
fn a_reader_of_versions_that_no_endpoint_asks_for_is_no_sign() {
    let of = |other: &str| {
        let text = format!(
            "s.AddApiVersioning(o => {{\n  o.AssumeDefaultVersionWhenUnspecified = true;\n  o.ApiVersionReader = new HeaderApiVersionReader(\"x-version\");\n}});\n{other}"
        );
        version_cues(&Fixture::new().file("Program.cs", &text).snapshot()).len()
    };
    assert_eq!(of(""), 0);
    assert_eq!(of("app.MapGet(\"/a\", A).MapToApiVersion(2);\n"), 1);
    assert_eq!(of("[ApiVersion(\"2.0\")]\nclass A : ControllerBase { }\n"), 1);
}

#[test]
fn groups_reach_endpoints_through_an_interface() {
    let program = r#"
var versioned = app.MapGroup("api/v1");
app.MapEndpoints(versioned);"#;
    let extension = r#"
public static class Extensions {
    public static void MapEndpoints(this WebApplication app, RouteGroupBuilder? group = null) {
        IEndpointRouteBuilder builder = group is null ? app : group;
        foreach (IEndpoint endpoint in app.Services.GetServices<IEndpoint>()) { endpoint.MapEndpoint(builder); }
    }
}"#;
    let endpoint = r#"
class GetUser : IEndpoint { public void MapEndpoint(IEndpointRouteBuilder app) { app.MapGet("users/{id}", One); } }"#;
    let files = [("Program.cs", program), ("Extensions.cs", extension), ("GetUser.cs", endpoint)];
    assert_eq!(routes(&files), ["GET /api/v1/users/{id}"]);
}

#[test]
fn modules_of_carter_have_a_path() {
    let module = r#"
public class Users : CarterModule {
    public Users() : base("/users") { }
    public override void AddRoutes(IEndpointRouteBuilder app) { app.MapGet("/{id}", One); }
}"#;
    assert_eq!(routes(&[("Users.cs", module)]), ["GET /users/{id}"]);
}

#[test]
fn identity_and_the_base_of_all_paths() {
    let program = "app.UsePathBase(\"/shop\");\napp.MapGroup(\"/account\").MapIdentityApi<User>();\n";
    let found = routes(&[("src/Program.cs", program)]);
    assert_eq!(found.len(), 10);
    assert!(found.contains(&"POST /shop/account/login".to_owned()), "{found:?}");
}

#[test]
fn a_group_is_handed_to_a_method_of_another_class() {
    let program = r#"
const string Open = "/api/v1";
Pears.Wire(app);
var api = app.MapGroup(Open).RequireAuthorization("x");
PearModule.Wire(api);
app.MapGet($"{Open}/seeds", Seeds);"#;
    let module = r#"
static class PearModule { internal static void Wire(IEndpointRouteBuilder app) { app.MapGet("/pears", List); } }"#;
    let other = r#"
static class Pears { internal static void Wire(IEndpointRouteBuilder app) { app.MapGet("/ripe", Ripe); } }"#;
    assert_eq!(
        routes(&[("Program.cs", program), ("PearModule.cs", module), ("Pears.cs", other)]),
        ["GET /api/v1/pears", "GET /api/v1/seeds", "GET /ripe"]
    );
}
