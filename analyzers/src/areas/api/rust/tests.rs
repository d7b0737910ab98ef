use super::*;
use crate::snapshot::fixture::Fixture;

fn routes(files: &[(&str, &str)]) -> Vec<String> {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    let mut routes: Vec<String> =
        endpoints(&repo).into_iter().map(|e| format!("{} {} {}", e.framework, e.method, e.path)).collect();
    routes.sort();
    routes
}

#[test]
fn axum_routers_nest_and_merge_across_files() {
    let main = r#"use axum::Router;
const V1: &str = "/v1";
fn app() -> Router {
    let api = Router::new().nest("/users", users::router()).merge(health());
    let api = api.route("/x", any(x));
    Router::new().nest("/api", Router::new().nest(V1, api)).layer(trace())
}
fn health() -> Router { Router::new().route("/health", get(ok)) }
#[cfg(test)]
mod tests { fn t() { let a = Router::new().route("/test", get(x)); } }
"#;
    let users = r#"use axum::{Router, routing::get};
pub fn router() -> Router<State> { Router::new().route("/", get(list).post(create)) }"#;
    assert_eq!(
        routes(&[("src/main.rs", main), ("src/users.rs", users)]),
        ["axum * /api/v1/x", "axum GET /api/v1/health", "axum GET /api/v1/users", "axum POST /api/v1/users"]
    );
}

#[test]
fn routes_that_aide_describes() {
    let main = r#"use aide::axum::{ApiRouter, routing::get};
fn app() -> ApiRouter { ApiRouter::new().merge(docs()).api_route("/health", get(health)).nest("/v1", v1::handler()) }
fn docs() -> ApiRouter { ApiRouter::new().route("/openapi.json", get(json)) }"#;
    let v1 = r#"use aide::axum::{ApiRouter, routing::{get, post}};
pub fn handler() -> ApiRouter {
    let open = ApiRouter::new().api_route_with("/authorize", post(authorize), |it| it.summary("x"));
    let guarded = ApiRouter::new().api_route("/media", get(list).delete(remove)).layer(guard());
    open.merge(guarded)
}"#;
    assert_eq!(
        routes(&[("src/main.rs", main), ("src/v1.rs", v1)]),
        [
            "axum DELETE /v1/media",
            "axum GET /health",
            "axum GET /openapi.json",
            "axum GET /v1/media",
            "axum POST /v1/authorize"
        ]
    );
}

#[test]
fn utoipa_routes_take_their_path_from_the_handler() {
    let main = r#"use utoipa_axum::{router::OpenApiRouter, routes}; use axum;
fn app() { let (router, api) = OpenApiRouter::new().nest("/api", OpenApiRouter::new().routes(routes!(users::list, users::create))).split_for_parts(); }"#;
    let users = r#"use axum::Json;
#[utoipa::path(get, path = "/users", responses((status = 200)))]
pub async fn list() {}
#[utoipa::path(post, path = "/users")]
pub async fn create() {}
#[utoipa::path(post, path = "/nowhere")]
pub async fn nowhere() {}"#;
    assert_eq!(
        routes(&[("src/main.rs", main), ("src/users.rs", users)]),
        ["axum GET /api/users", "axum POST /api/users"]
    );
}

#[test]
fn actix_scopes_resources_attributes_and_configure() {
    let main = r#"use actix_web::{web, App, HttpServer};
fn main() {
    HttpServer::new(move || {
        App::new().service(web::scope("/api").configure(users::config).service(index).service(web::resource("/x").route(web::get().to(x)).route(web::post().to(y))))
            .route("/health", web::get().to(health))
    });
}
#[get("/index")]
async fn index() {}"#;
    let users = r#"use actix_web::web;
pub fn config(cfg: &mut web::ServiceConfig) { cfg.service(web::scope("/users").route("/{id}", web::delete().to(remove))); }"#;
    assert_eq!(
        routes(&[("src/main.rs", main), ("src/users.rs", users)]),
        [
            "actix-web DELETE /api/users/{id}",
            "actix-web GET /api/index",
            "actix-web GET /api/x",
            "actix-web GET /health",
            "actix-web POST /api/x",
        ]
    );
}

#[test]
fn rocket_mounts() {
    let main = r#"use rocket::routes;
#[launch]
fn rocket() -> _ { rocket::build().mount("/api/v1", routes![users::list, create]) }
#[post("/users", data = "<user>")]
fn create() {}"#;
    let users = "use rocket::get;\n#[get(\"/users?<page>\")]\npub fn list() {}";
    assert_eq!(
        routes(&[("src/main.rs", main), ("src/users.rs", users)]),
        ["Rocket GET /api/v1/users", "Rocket POST /api/v1/users"]
    );
}

#[test]
fn clients_are_no_routes() {
    let main = "use axum::Router;\nasync fn f() { reqwest::get(\"/v1/x\").await; client.post(\"/y\").send().await; }";
    assert!(routes(&[("src/main.rs", main)]).is_empty());
}

#[test]
fn rocket_mounts_what_functions_list() {
    let controller = |of: &str| {
        format!(
            "use rocket::Route;\n#[get(\"/\")]\nfn index() {{}}\n#[post(\"/{of}\")]\nfn add() {{}}\npub fn routes() -> Vec<Route> {{\n    routes![index, add]\n}}\n"
        )
    };
    let main = "#[cfg(test)]\nmod test;\n#[cfg(test)]\nmod more {\n    pub mod app;\n}\n#[launch]\nfn rocket() -> _ { rocket::build().mount(\"/users\", users::routes()).mount(\"/products\", products::routes()) }\n";
    assert_eq!(
        routes(&[("src/main.rs", main), ("src/users.rs", &controller("u")), ("src/products.rs", &controller("p"))]),
        ["Rocket GET /products", "Rocket GET /users", "Rocket POST /products/p", "Rocket POST /users/u"]
    );
}

#[test]
fn what_is_mounted_under_another_name_is_followed() {
    let main = "use actix_web::{web, App};\nuse crate::{handler::{notes as paper, list_users as people}, other};\nfn main() {\n    App::new().service(\n        web ::scope(\"/api/v1\")\n            .configure(handler::init_users)\n            .configure(paper::init)\n            .service(people),\n    );\n}\n";
    let handler =
        "mod users;\npub mod notes;\npub use users::init as init_users;\npub use self::users::list as list_users;\n";
    let users = "use actix_web::web;\npub fn init(cfg: &mut web::ServiceConfig) {\n    cfg.route(\"/users\", web::get().to(all));\n}\n#[get(\"/people\")]\npub async fn list() {}\n";
    let notes = "use actix_web::web;\npub fn init(cfg: &mut web::ServiceConfig) {\n    cfg.route(\"/notes\", web::get().to(all));\n}\n";
    let files = [
        ("src/main.rs", main),
        ("src/handler/mod.rs", handler),
        ("src/handler/users.rs", users),
        ("src/handler/notes.rs", notes),
    ];
    assert_eq!(
        routes(&files),
        ["actix-web GET /api/v1/notes", "actix-web GET /api/v1/people", "actix-web GET /api/v1/users"]
    );
    let axum = "use axum::Router;\nuse users::router as of_users;\nfn app() -> Router { Router::new().nest(\"/v1\", of_users()).merge(router()) }\nfn router() -> Router { Router::new().route(\"/up\", get(ok)) }\n";
    let users = "use axum::Router;\npub fn router() -> Router { Router::new().route(\"/users\", get(all)) }\n";
    assert_eq!(routes(&[("src/main.rs", axum), ("src/users.rs", users)]), ["axum GET /up", "axum GET /v1/users"]);
}
