//! Groups and paths that are handed to functions, of other packages too, or kept in fields.

use super::routes;

#[test]
fn gin_groups_are_followed_into_functions_of_other_packages() {
    let main = r#"package main
import ("github.com/gin-gonic/gin"; "x/users")
const base = "/api"
func main() {
    r := gin.Default()
    v1 := r.Group(base + "/v1")
    {
        v1.GET("/ping", func(c *gin.Context) { c.JSON(200, nil) })
    }
    users.Register(v1.Group("/users"))
    users.Register(r.Group("/people"))
}"#;
    let users = r#"package users
import "github.com/gin-gonic/gin"
func Register(router *gin.RouterGroup) {
    router.POST("/", create)
    admin := router.Group("/admin", guard())
    admin.DELETE("/:id", remove)
}"#;
    assert_eq!(
        routes(&[("main.go", main), ("users/routes.go", users)]),
        [
            "gin DELETE /api/v1/users/admin/:id",
            "gin DELETE /people/admin/:id",
            "gin GET /api/v1/ping",
            "gin POST /api/v1/users",
            "gin POST /people",
        ]
    );
}

#[test]
fn methods_of_one_name_are_told_apart_by_the_package_that_makes_their_owner() {
    let made = |call: &str| {
        let main = r#"package main
import (
    "github.com/gin-gonic/gin"
    first "x/v1"
)
func main() {
    r := gin.Default()
    api := r.Group("/api")
    first.NewHandler(db).Init(api)
}"#;
        let version = format!(
            "package v1\nimport (\n\t\"github.com/gin-gonic/gin\"\n\t\"x/v1/account\"\n\t\"x/v1/order\"\n)\ntype Handler struct{{}}\nfunc NewHandler(db *DB) *Handler {{ return &Handler{{}} }}\nfunc (h *Handler) Init(router *gin.RouterGroup) {{\n\tv1 := router.Group(\"/v1\")\n{call}\n}}\n"
        );
        let handler = |package: &str| {
            format!(
                "package {package}\nimport \"github.com/gin-gonic/gin\"\ntype Handler struct{{}}\nfunc NewHandler(db *DB) *Handler {{ return &Handler{{}} }}\nfunc (h *Handler) Init(router *gin.RouterGroup) {{\n\trouter.POST(\"/{package}\", h.Create)\n}}\n"
            )
        };
        routes(&[
            ("main.go", main),
            ("v1/handler.go", &version),
            ("v1/account/handler.go", &handler("account")),
            ("v1/order/handler.go", &handler("order")),
        ])
    };
    let both = ["gin POST /api/v1/account", "gin POST /api/v1/order"];
    assert_eq!(made("\taccount.NewHandler(h.db).Init(v1)\n\torder.NewHandler(h.db).Init(v1)"), both);
    assert_eq!(
        made("\ta := account.NewHandler(h.db)\n\ta.Init(v1)\n\to := order.NewHandler(h.db)\n\to.Init(v1)"),
        both
    );
}

#[test]
fn packages_of_one_name_are_told_apart_by_where_they_are_imported_from() {
    let caller = |from: &str, kind: &str, given: &str| {
        format!(
            "package x\nimport (\n\tv1 \"x/internal/{from}/v1\"\n\t\"github.com/labstack/echo/v4\"\n)\nfunc NewRouter(e {kind}) {{\n\tv1.NewRoutes({given})\n}}\n"
        )
    };
    let rest = "package v1\nimport \"github.com/labstack/echo/v4\"\nfunc NewRoutes(open *echo.Group) {\n\tg := open.Group(\"/auth\")\n\tg.POST(\"/login\", login)\n}\n";
    let grpc = "package v1\nfunc NewRoutes(app *grpc.Server) {\n\tpb.Register(app)\n}\n";
    assert_eq!(
        routes(&[
            ("internal/rest/router.go", &caller("rest", "*echo.Echo", "e.Group(\"/v1\")")),
            ("internal/grpc/router.go", &caller("grpc", "*grpc.Server", "app")),
            ("internal/rest/v1/router.go", rest),
            ("internal/grpc/v1/router.go", grpc),
        ]),
        ["Echo POST /v1/auth/login"]
    );
}

#[test]
fn a_group_that_a_field_holds_keeps_its_prefix() {
    let new = |body: &str| {
        format!(
            "package server\nimport \"github.com/labstack/echo/v4\"\ntype Server struct {{ echo *echo.Echo; v1 *echo.Group }}\nfunc New() *Server {{\n\te := echo.New()\n{body}}}\n"
        )
    };
    let users = "package server\nimport \"github.com/labstack/echo/v4\"\nfunc (h *Server) users() {\n\th.v1.GET(\"/users\", h.list)\n\tadmin := h.v1.Group(\"/admin\")\n\tadmin.POST(\"/users\", h.add)\n}\n";
    let expected = ["Echo GET /v1/users", "Echo POST /v1/admin/users"];
    for body in [
        "\th := &Server{echo: e}\n\th.v1 = e.Group(\"/v1\")\n\treturn h\n",
        "\treturn &Server{echo: e, v1: e.Group(\"/v1\")}\n",
        "\th := &Server{}\n\th.echo = e\n\th.v1 = h.echo.Group(\"/v1\")\n\treturn h\n",
    ] {
        assert_eq!(routes(&[("server/server.go", &new(body)), ("server/users.go", users)]), expected, "{body}");
        let elsewhere = users.replace("package server", "package users").replace("*Server", "*Users");
        assert_eq!(routes(&[("server/server.go", &new(body)), ("users/users.go", &elsewhere)])[0], "Echo GET /users");
    }
}

#[test]
fn a_constructor_is_no_function_of_the_same_name() {
    let main = r#"package main
import ("github.com/go-chi/chi/v5"; "x/users")
func main() {
    r := chi.NewRouter()
    r.Mount("/v1/users", users.NewRouter(db))
}"#;
    let users = r#"package users
import ("net/http"; "github.com/go-chi/chi/v5")
func NewRouter(db *DB) http.Handler {
    r := chi.NewRouter()
    r.Get("/", list)
    return r
}"#;
    assert_eq!(routes(&[("main.go", main), ("users/router.go", users)]), ["chi GET /v1/users"]);
}

#[test]
fn a_path_that_a_parameter_holds_is_the_one_that_is_given() {
    let main = r#"package main
import ("github.com/gin-gonic/gin"; "x/v1")
func main() {
    router := gin.Default()
    v1.Register("/v1", router)
}"#;
    let v1 = r#"package v1
import ("github.com/gin-gonic/gin"; "x/v1/users")
func Register(path string, router *gin.Engine) {
    g := router.Group(path)
    users.Register("/users", g)
}"#;
    let users = r#"package users
import "github.com/gin-gonic/gin"
func Register(path string, router *gin.RouterGroup) {
    g := router.Group(path)
    g.GET("/:id", show)
}"#;
    let files = [("main.go", main), ("v1/v1.go", v1), ("v1/users/users.go", users)];
    assert_eq!(routes(&files), ["gin GET /v1/users/:id"]);
}

#[test]
fn a_group_that_is_handed_through_fields_keeps_its_prefix() {
    let main = r#"package main
import ("github.com/labstack/echo/v4"; "x/users")
func main() {
    app := echo.New()
    api := app.Group("/api/v1")
    users.NewModule(api).Load()
}"#;
    let module = r#"package users
import "github.com/labstack/echo/v4"
type Module struct { baseApi *echo.Group }
func NewModule(baseApi *echo.Group) *Module { return &Module{baseApi: baseApi} }
func (module *Module) Load() {
    router := &UserRouter{}
    router.SetBaseApi(module.baseApi)
    router.Load()
}"#;
    let router = r#"package users
import "github.com/labstack/echo/v4"
type UserRouter struct { baseApi *echo.Group }
func (router *UserRouter) SetBaseApi(baseApi *echo.Group) { router.baseApi = baseApi }
func (router *UserRouter) Load() {
    users := router.baseApi.Group("/users")
    users.GET("/:id", show)
}"#;
    let files = [("main.go", main), ("users/module.go", module), ("users/router.go", router)];
    assert_eq!(routes(&files), ["Echo GET /api/v1/users/:id"]);
}
