mod handed;
mod tables;

use super::*;
use crate::snapshot::fixture::Fixture;

fn routes(files: &[(&str, &str)]) -> Vec<String> {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    let mut routes: Vec<String> = endpoints(&repo)
        .into_iter()
        .map(|endpoint| {
            format!(
                "{} {} {}{}",
                endpoint.framework,
                endpoint.method,
                endpoint.path,
                if endpoint.page { " page" } else { "" }
            )
        })
        .collect();
    routes.sort();
    routes
}

#[test]
fn routers_of_bun() {
    let main = r#"package main
import "github.com/uptrace/bunrouter"
func main() {
    router := bunrouter.New(bunrouter.Use(log))
    router.GET("/health", health)
    router.WithGroup("/v1", func(g *bunrouter.Group) {
        g.POST("/users", create)
    })
    admin := router.NewGroup("/admin")
    admin.DELETE("/users/:id", remove)
}"#;
    assert_eq!(
        routes(&[("main.go", main)]),
        ["bunrouter DELETE /admin/users/:id", "bunrouter GET /health", "bunrouter POST /v1/users"]
    );
}

#[test]
fn what_stands_behind_a_setting_is_read() {
    let main = r#"package main
import "github.com/gin-gonic/gin"
func main() {
    router := gin.Default()
    router.GET(config.All.Path+"/health", health)
    router.GET(fmt.Sprintf("%s/users", config.All.Path), list)
    router.GET("/files/"+config.All.Name, file)
    public := router.Group(config.All.Path)
    public.GET("/open", open)
    router.Group("/v1").GET("/own", own)
}
func (s *Shop) ask(body Body) { s.pay.POST(s.base+"/charges", "application/json", body) }"#;
    assert_eq!(
        routes(&[("main.go", main)]),
        ["gin GET /v1/own", "gin GET /{?}", "gin GET /{?}/health", "gin GET /{?}/open", "gin GET /{?}/users"]
    );
}

#[test]
fn chi_routes_groups_and_mounts_nest() {
    let main = r#"package main
import "github.com/go-chi/chi/v5"
func main() {
    r := chi.NewRouter()
    r.Use(logger)
    r.Route("/v1", func(r chi.Router) {
        r.Get("/users", list)
        r.Group(func(r chi.Router) { r.With(auth).Post("/users", create) })
        r.Mount("/articles", articlesResource{}.Routes())
        r.Mount("/admin", adminRouter())
    })
    http.ListenAndServe(":3000", r)
}
func adminRouter() http.Handler {
    r := chi.NewRouter()
    r.Get("/", index)
    return r
}
type articlesResource struct{}
func (rs articlesResource) Routes() chi.Router {
    r := chi.NewRouter()
    r.Route("/{id}", func(r chi.Router) { r.Put("/", rs.Update) })
    return r
}
func load(client *Client) { client.Get("/remote", nil); resp, _ := http.Get("http://x/y") }
"#;
    assert_eq!(
        routes(&[("main.go", main)]),
        ["chi GET /v1/admin", "chi GET /v1/users", "chi POST /v1/users", "chi PUT /v1/articles/{id}"]
    );
}

#[test]
fn net_http_patterns_carry_methods_and_stripped_prefixes() {
    let main = r#"package main
import "net/http"
func main() {
    mux := http.NewServeMux()
    mux.HandleFunc("GET /users/{id}", get)
    mux.HandleFunc("/health", health)
    api := http.NewServeMux()
    api.HandleFunc("POST /orders", create)
    mux.Handle("/v1/", http.StripPrefix("/v1", logging(api)))
    mux.Handle("/assets/", http.FileServer(http.Dir("assets")))
    http.Post("/elsewhere", "application/json", body)
}"#;
    assert_eq!(
        routes(&[("main.go", main)]),
        ["net/http * /assets page", "net/http * /health", "net/http GET /users/{id}", "net/http POST /v1/orders",]
    );
}

#[test]
fn gorilla_subrouters_and_methods() {
    let main = r#"package main
import "github.com/gorilla/mux"
func (s *Server) routes() {
    s.router = mux.NewRouter()
    api := s.router.PathPrefix("/api/v2").Subrouter()
    api.HandleFunc("/users", s.list()).Methods("GET", http.MethodPost)
    api.Path("/teams").Methods("PUT").HandlerFunc(s.team)
    s.router.HandleFunc("/page", s.page)
}
func (s *Server) page(w http.ResponseWriter, r *http.Request) { tmpl.ExecuteTemplate(w, "x", nil) }
"#;
    assert_eq!(
        routes(&[("server.go", main)]),
        [
            "gorilla/mux * /page page",
            "gorilla/mux GET /api/v2/users",
            "gorilla/mux POST /api/v2/users",
            "gorilla/mux PUT /api/v2/teams",
        ]
    );
}

#[test]
fn echo_and_fiber_groups() {
    let echo = r#"package main
import "github.com/labstack/echo/v4"
func Routes(e *echo.Echo, h *Handler) {
    g := e.Group("/api/v1")
    g.GET("/users/:id", h.Get)
    e.Add("PATCH", "/x", h.Patch)
}"#;
    let fiber = r#"package main
import "github.com/gofiber/fiber/v2"
func main() {
    app := fiber.New()
    api := app.Group("/api", logger.New())
    v1 := api.Group("/v1")
    v1.Get("/books", list).Post("/books", create)
    setup(v1)
}
func setup(router fiber.Router) { router.Group("/notes").Delete("/:id", remove) }"#;
    assert_eq!(
        routes(&[("a/main.go", echo), ("b/main.go", fiber)]),
        [
            "Echo GET /api/v1/users/:id",
            "Echo PATCH /x",
            "Fiber DELETE /api/v1/notes/:id",
            "Fiber GET /api/v1/books",
            "Fiber POST /api/v1/books",
        ]
    );
}

#[test]
fn tests_and_module_versions_are_nothing() {
    let test = "package main\nimport \"github.com/gin-gonic/gin\"\nfunc TestX(t *testing.T) { r := gin.New(); r.GET(\"/v1\", h) }";
    assert!(routes(&[("main_test.go", test)]).is_empty());
    let repo = Fixture::new()
        .file("main.go", "package main\nimport \"github.com/x/y/v2\"\nfunc main() { y.GetHeader(\"Accept\") }")
        .snapshot();
    assert!(version_cues(&repo).is_empty());
}

#[test]
fn versions_that_are_read_from_the_request_are_cues() {
    let repo = Fixture::new()
        .file("main.go", "package main\nfunc f(c *gin.Context) {\n v := c.GetHeader(\"X-API-Version\")\n q := c.Query(\"api-version\")\n}")
        .snapshot();
    let schemes: Vec<&str> = version_cues(&repo).into_iter().map(|cue| cue.scheme).collect();
    assert_eq!(schemes, ["header", "query"]);
}

#[test]
fn handlers_may_say_themselves_where_they_are_served() {
    let main = r#"package main
import "github.com/labstack/echo/v4"
func register(handlers []Handler, e *echo.Echo) {
    for _, h := range handlers {
        e.Add(h.Method(), h.Path(), h.Handle)
    }
}"#;
    let users = r#"package main
import "net/http"
func (l *List) Path() string { return "/users" }
func (l *List) Method() string { return http.MethodGet }
func (c Create) Path() string {
	return "/users/:id"
}
func (c Create) Method() string {
	return http.MethodPut
}
func (n Nothing) Path() string { return "/nothing" }"#;
    assert_eq!(routes(&[("main.go", main), ("users.go", users)]), ["Echo GET /users", "Echo PUT /users/:id"]);
}

#[test]
fn handlers_may_be_wrapped_by_what_a_call_returns() {
    let mux = r#"package router
import "net/http"
func routes(mux *http.ServeMux) {
    mux.Handle("GET /users", wrap(cors, logger)(listUsers))
    mux.Handle("DELETE /users/{id}", wrap(cors, logger)(removeUser))
}
func wrap(middlewares ...func(http.Handler) http.Handler) func(http.Handler) http.Handler {
    return func(next http.Handler) http.Handler { return next }
}"#;
    assert_eq!(routes(&[("mux.go", mux)]), ["net/http DELETE /users/{id}", "net/http GET /users"]);
}

#[test]
fn a_route_whose_guard_returns_a_handler_is_no_mount() {
    let mux = r#"package router
import "net/http"
func routes(mux *http.ServeMux) {
    mux.Handle("POST /users", requireAuth(createUser))
}
func requireAuth(next http.HandlerFunc) http.Handler { return next }"#;
    assert_eq!(routes(&[("mux.go", mux)]), ["net/http POST /users"]);
}

#[test]
fn routes_that_are_given_a_name_count() {
    let orgs = r#"package orgs
import "github.com/labstack/echo/v4"
func New(g *echo.Group) {
    api := g.Group("admin/orgs", auth())
    api.GET("", list).Name = "list:org"
    api.POST("", create).Name = "create:org"
}"#;
    assert_eq!(routes(&[("orgs.go", orgs)]), ["Echo GET /admin/orgs", "Echo POST /admin/orgs"]);
}

#[test]
fn a_version_may_come_from_the_environment() {
    let main = r#"package main
import ("os"; "github.com/gin-gonic/gin")
func main() {
    r := gin.Default()
    version := os.Getenv("API_VERSION")
    api := r.Group("/api/" + version)
    api.GET("/users", list)
}"#;
    assert_eq!(routes(&[("main.go", main)]), ["gin GET /api/{version}/users"]);
}

#[test]
fn a_group_that_uses_a_guard_is_a_group() {
    let server = r#"package api
import "github.com/gin-gonic/gin"
func (s *Server) setup() {
    router := gin.Default()
    guarded := router.Group("/v1").Use(guard(s.tokens))
    guarded.GET("/users", s.list)
    s.router = router
}"#;
    assert_eq!(routes(&[("server.go", server)]), ["gin GET /v1/users"]);
}

#[test]
fn a_chain_may_take_the_router_first() {
    let main = r#"package main
import "net/http"
func routes() http.Handler {
    mux := http.NewServeMux()
    mux.Handle("/api/", http.StripPrefix("/api", api()))
    return Chain(mux.ServeHTTP, log)
}
func api() http.Handler {
    mux := http.NewServeMux()
    mux.Handle("/v1/", http.StripPrefix("/v1", v1()))
    return Chain(mux.ServeHTTP, log)
}
func v1() http.Handler {
    mux := http.NewServeMux()
    h := Chain(settings().ServeHTTP, guard())
    mux.Handle("/settings/", h)
    mux.HandleFunc("GET /users", users)
    return Chain(mux.ServeHTTP)
}
func settings() http.Handler {
    mux := http.NewServeMux()
    mux.HandleFunc("GET /settings/{name}", setting)
    return mux
}"#;
    assert_eq!(routes(&[("main.go", main)]), ["net/http GET /api/v1/settings/{name}", "net/http GET /api/v1/users"]);
}

#[test]
fn gin_puts_a_slash_before_what_has_none() {
    let main = "package main\nimport \"github.com/gin-gonic/gin\"\nfunc main() {\n\tr := gin.New()\n\tg := r.Group(\"/auth\")\n\t{\n\t\tg.POST(\"login\", login).Use(guard())\n\t\tg.GET(\"\", all)\n\t}\n\tcache.GET(\"user\", value)\n}\n";
    assert_eq!(routes(&[("main.go", main)]), ["gin GET /auth", "gin POST /auth/login"]);
}

#[test]
fn a_handler_of_everything_may_look_at_the_path_itself() {
    let main = r#"package main
import "net/http"
const usersPath = "/v1/users"
func main() {
    http.HandleFunc("/", handle)
}
func handle(w http.ResponseWriter, r *http.Request) {
    if r.Method == http.MethodGet && r.URL.Path == usersPath {
        list(w)
    } else if (r.Method == "PUT" || r.Method == "POST") && r.URL.Path == "/v1/pears" {
        add(w)
    }
    switch r.URL.Path {
    case "/ripe", "/sour":
        show(w)
    }
}"#;
    assert_eq!(
        routes(&[("main.go", main)]),
        [
            "net/http * /",
            "net/http * /ripe",
            "net/http * /sour",
            "net/http GET /v1/users",
            "net/http POST /v1/pears",
            "net/http PUT /v1/pears"
        ]
    );
}
