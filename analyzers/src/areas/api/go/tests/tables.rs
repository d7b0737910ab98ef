//! Routers that are reached through the program's own names, and routes as data.

use super::routes;

#[test]
fn a_router_may_be_reached_through_a_getter_and_an_interface_of_the_programs_own() {
    let router = r#"package web
import ("net/http"; "github.com/go-chi/chi/v5")
var mux *chi.Mux
type Verbs interface {
    http.Handler
    Get(string, http.HandlerFunc)
}
func init() {
	mux = chi.NewRouter()
}
func Mux() Verbs {
	return mux
}
func docs(verbs Verbs) { verbs.Get("/docs/*", show) }
"#;
    let main = r#"package main
import ("net/http"; "x/web")
func main() {
    m := web.Mux()
    m.Get("/pears", pears)
    http.ListenAndServe(":80", m)
}"#;
    let module = ("go.mod", "module x\n\ngo 1.24\n\nrequire github.com/go-chi/chi/v5 v5.2.0\n");
    let files = [module, ("web/router.go", router), ("main.go", main)];
    assert_eq!(routes(&files), ["chi GET /docs/*", "chi GET /pears"]);
    let cache = router.replace("Get(string, http.HandlerFunc)", "Get(string) any").replace("mux = chi.NewRouter()", "");
    assert!(routes(&[module, ("web/router.go", &cache), ("main.go", main)]).is_empty(), "a cache has a Get, too");
}

const LOOP: &str = r#"package web
import ("net/http"; "github.com/go-chi/chi/v5")
func Boot(all []Controller) {
    r := chi.NewRouter()
    r.Route("/v1", func(r chi.Router) {
        for _, c := range all {
            for _, e := range c.Entries() {
                path := e.Path
                switch e.Verb {
                case http.MethodGet:
                    r.Get(path, wrap(e.Do))
                case http.MethodPost:
                    r.Post(path, wrap(e.Do))
                }
            }
        }
    })
}"#;

#[test]
fn a_loop_hands_the_routes_of_a_table_to_the_router() {
    let pears = r#"package pears
import "net/http"
func (c Pears) Entries() []web.Entry {
    return []web.Entry{
        {Verb: http.MethodGet, Path: "/pears/{id}", Do: c.one},
        {Verb: http.MethodDelete, Path: "/pears/{id}", Do: c.none},
    }
}
func (c Pears) Others() []web.Entry { return []web.Entry{{Verb: "GET", Path: "/others", Do: c.others}} }
var calls = []Call{{Method: "GET", Remote: "/elsewhere", Retries: retries}}
"#;
    assert_eq!(routes(&[("web/boot.go", LOOP), ("pears/pears.go", pears)]), ["chi GET /v1/pears/{id}"]);
}

#[test]
fn a_table_without_names_of_fields_is_read_by_what_stands_in_it() {
    let router = r#"package api
import ("net/http"; "github.com/gorilla/mux")
func NewRouter() *mux.Router {
    router := mux.NewRouter()
    for _, route := range routes {
        router.Methods(route.Method).Path(route.Pattern).Name(route.Name).Handler(route.HandlerFunc)
    }
    return router
}
var routes = Routes{
    Route{"Index", "GET", "/v2/pears", Pears},
    Route{"Make", http.MethodPost, "/v2/pears", MakePear},
}
var other = Routes{Route{"Other", "GET", "/other", Pears}}
"#;
    let both = ["gorilla/mux GET /v2/pears", "gorilla/mux POST /v2/pears"];
    assert_eq!(routes(&[("router.go", router)]), both);
    let unnamed = "[]struct {\n    Method, Pattern string\n    HandlerFunc http.HandlerFunc\n}{\n";
    let router = router.replacen("Routes{\n", unnamed, 1);
    assert_eq!(routes(&[("router.go", &router)]), both, "the fields are no table");
    let elsewhere = router.replacen("var routes = ", "var routes = []Route{}\nvar these = ", 1);
    assert!(routes(&[("router.go", &elsewhere)]).is_empty(), "the loop goes over another table");
}

const MADE: &str = r#"package controller
import ("net/http"; "x/toolkit/rest"; "github.com/labstack/echo/v5")
func CowEndpoints(s CowService) rest.Routes {
    var out rest.Routes
    h := withService(milk, s)
    out = append(out, rest.NewRoute(http.MethodPost, "/cows/:id", h))
    return append(out, rest.NewRoute("GET", "/cows", list))
}
func withService[T any](f func(*echo.Context, T) error, t T) echo.HandlerFunc { return nil }
func milk(c *echo.Context, s CowService) error { return c.JSON(200, nil) }
func list(c *echo.Context) error { return c.JSON(200, nil) }
func ask() (*http.Request, error) { return http.NewRequest(http.MethodGet, "/elsewhere", body) }
"#;

#[test]
fn what_handles_a_request_makes_a_route_of_a_verb_and_a_path() {
    let config = r#"package main
import "x/toolkit/server"
var config = server.Config{BasePath: "/v1/farm", Port: 80}
"#;
    assert_eq!(
        routes(&[("controller/cows.go", MADE), ("main.go", config)]),
        ["Echo GET /v1/farm/cows", "Echo POST /v1/farm/cows/:id"]
    );
    assert_eq!(
        routes(&[("controller/cows.go", MADE)]),
        ["Echo GET /{?}/cows", "Echo POST /{?}/cows/:id"],
        "what the other package puts in front can't be told"
    );
    assert!(routes(&[("a.go", &MADE.replace("echo.", "other."))]).is_empty(), "nothing says that it answers requests");
}

#[test]
fn a_handler_that_a_function_makes_is_no_router() {
    let main = r#"package main
import ("net/http"; "github.com/gorilla/mux")
const ver = "v1"
var res string
var other = fmt.Sprintf("/%s/others", "v1")
func init() { res = fmt.Sprintf("/%s/pears", ver) }
func main() {
    r := mux.NewRouter()
    r.Handle(res, Show(uc)).Methods(http.MethodGet)
    r.Handle(other, negroni.New(negroni.HandlerFunc(auth), negroni.Wrap(Show(uc)))).Methods("PUT")
}
func Show(uc UseCase) http.Handler {
    return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { respond(w, mux.Vars(r)["id"]) })
}"#;
    assert_eq!(routes(&[("main.go", main)]), ["gorilla/mux GET /v1/pears", "gorilla/mux PUT /v1/others"]);
}
