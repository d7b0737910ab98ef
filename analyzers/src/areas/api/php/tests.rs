use super::*;
use crate::snapshot::fixture::Fixture;

fn shown(files: &[(&str, &str)]) -> Vec<String> {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    endpoints(&repo)
        .into_iter()
        .map(|it| format!("{} {}{}", it.method, it.path, if it.page { " page" } else { "" }))
        .collect()
}

#[test]
fn codeigniter_lists_its_routes_in_one_file() {
    let routes = "<?php\n$routes->get('/', 'Home::index');\n$routes->group('api', static function ($routes) {\n  $routes->get('orders', 'Orders::index');\n  $routes->delete('orders/(:num)', 'Orders::remove/$1');\n});\n";
    let repo = Fixture::new()
        .file("composer.json", r#"{"require": {"codeigniter4/framework": "^4.0"}}"#)
        .file("app/Config/Routes.php", routes)
        .file(
            "app/Controllers/Home.php",
            "<?php\nclass Home {\n  public function index() { return view('home'); }\n}\n",
        )
        .file(
            "app/Controllers/Orders.php",
            "<?php\nclass Orders {\n  public function index() { return $this->respond([]); }\n}\n",
        )
        .snapshot();
    let found: Vec<_> = endpoints(&repo).into_iter().map(|it| (it.framework, it.method, it.path, it.page)).collect();
    let of = |method: &str, path: &str, page| ("CodeIgniter", method.to_owned(), path.to_owned(), page);
    assert_eq!(
        found,
        [of("GET", "/", true), of("GET", "/api/orders", false), of("DELETE", "/api/orders/(:num)", false)]
    );
}

#[test]
fn files_that_groups_load_have_the_prefix_of_the_group() {
    let route = "<?php\nRoute::get('users', [U::class, 'index']);\n";
    let loaded = "<?php\nRoute::prefix('v1')->group(base_path('routes/api/v1.php'));\n";
    assert_eq!(
        shown(&[
            ("composer.json", r#"{"require":{"laravel/framework":"^10"}}"#),
            ("routes/api.php", loaded),
            ("routes/api/v1.php", route)
        ]),
        ["GET /api/v1/users"]
    );
    let required = "<?php\nRoute::group(['prefix' => 'v2'], function () {\n  require __DIR__ . '/v2/users.php';\n});\n";
    assert_eq!(
        shown(&[
            ("composer.json", r#"{"require":{"laravel/framework":"^10"}}"#),
            ("routes/api.php", required),
            ("routes/v2/users.php", route)
        ]),
        ["GET /api/v2/users"]
    );
}

#[test]
fn routes_of_laravel() {
    let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/a', [A::class, 'index']);\nRoute::prefix('v1')->middleware('auth')->group(function () {\n    Route::apiResource('users', UserController::class);\n    Route::middleware('x')->post('/b', [B::class, 'store']);\n});\n";
    assert_eq!(
        shown(&[("routes/api.php", routes)]),
        [
            "GET /api/a",
            "GET /api/v1/users",
            "POST /api/v1/users",
            "GET /api/v1/users/{user}",
            "PUT /api/v1/users/{user}",
            "DELETE /api/v1/users/{user}",
            "POST /api/v1/b"
        ]
    );
    let web =
        "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/', function () { return view('welcome'); });\n";
    assert_eq!(shown(&[("routes/web.php", web)]), ["GET / page"]);
}

#[test]
fn routes_for_browsers_show_pages_unless_they_make_data() {
    let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/a', ['uses' => 'Admin\\Users@index']);\nRoute::post('/b', [Users::class, 'save']);\nRoute::get('/c', [Users::class, 'count']);\nRoute::get('/d', [Elsewhere::class, 'count']);\n";
    let users = "<?php\nclass Users {\n    public function index() { return view('users'); }\n    public function save() { return redirect('/a'); }\n    public function count() { return response()->json([]); }\n}\n";
    let controller = ("app/Http/Controllers/Admin/Users.php", users);
    assert_eq!(shown(&[("routes/web.php", routes), controller]), ["GET /a page", "POST /b page", "GET /c", "GET /d"]);
}

#[test]
fn what_maps_a_collection_is_no_route() {
    let code = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::match(['get', 'post'], '/a', [A::class, 'a']);\n$group->map(function ($it) use ($kinds) { return new Item($it->id, 'get'); });\n";
    assert_eq!(shown(&[("routes/api.php", code)]), ["GET /api/a", "POST /api/a"]);
}

#[test]
fn resources_of_laravel_may_leave_actions_out() {
    let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::resource('a', 'A', ['only' => ['index', 'store']]);\nRoute::apiResource('b', B::class)->except(['store', 'update', 'destroy']);\n";
    assert_eq!(shown(&[("routes/api.php", routes)]), ["GET /api/a", "POST /api/a", "GET /api/b", "GET /api/b/{b}"]);
}

#[test]
fn routes_of_slim_mezzio_and_symfony() {
    let slim = "<?php\nuse Slim\\Factory\\AppFactory;\n$app->group('/v1', function ($group) {\n    $group->get('/users', UserAction::class);\n});\n$cache->get('/x', 1);\n";
    assert_eq!(shown(&[("public/index.php", slim)]), ["GET /v1/users"]);
    let manifest = ("composer.json", r#"{"require": {"mezzio/mezzio": "^3"}}"#);
    let mezzio = "<?php\nreturn function ($app) {\n    $app->get('/a', A::class, 'a');\n    $app->route('/b', B::class, ['GET', 'POST'], 'b');\n};\n";
    assert_eq!(shown(&[manifest, ("config/routes.php", mezzio)]), ["GET /a", "GET /b", "POST /b"]);
    let list = "<?php\nreturn ['routes' => [\n    ['name' => 'a', 'path' => '/a', 'middleware' => A::class, 'allowed_methods' => [R::METHOD_GET]],\n]];\n";
    assert_eq!(shown(&[manifest, ("config/autoload/routes.global.php", list)]), ["GET /a"]);
    let symfony = "<?php\n#[Route('/api/users')]\nclass UserController {\n    #[Route('/{id}', name: 'one', methods: ['GET'])]\n    public function one() { return $this->json([]); }\n}\n";
    assert_eq!(shown(&[("src/Controller/UserController.php", symfony)]), ["GET /api/users/{id}"]);
}

const ROUTER: &str = "<?php\nfinal class Router {\n    public function get(string $path, callable $handler): void {}\n    public function post(string $path, callable $handler): void {}\n}\n";
const FRONT: &str = "<?php\n$router->dispatch($_SERVER['REQUEST_METHOD'], $_SERVER['REQUEST_URI']);\n";

#[test]
fn routes_of_a_projects_own_router() {
    let routes = "<?php\n$router = new Router();\n$router->get('/api/v1/notes', [$notes, 'all']);\n$router->post('/notes', fn ($it) => $make->of(Notes::class)->add($it));\n$router->get('/', 'Home@index');\n$router->get('/about', function () { require 'about.php'; });\n$router->get('/count', function () { echo json_encode(count()); });\n";
    let notes = "<?php\nclass Notes {\n    public function add($it) { return new JsonResponse($it); }\n}\n";
    let home = "<?php\nclass Home {\n    public function index() { require 'home.php'; }\n    public function count() { echo json_encode([]); }\n}\n";
    let files = [
        ("src/Router.php", ROUTER),
        ("public/index.php", FRONT),
        ("src/Notes.php", notes),
        ("src/Home.php", home),
        ("src/routes.php", routes),
    ];
    assert_eq!(shown(&files), ["GET /api/v1/notes", "POST /notes", "GET / page", "GET /about page", "GET /count"]);
    assert!(shown(&[files[0], files[4]]).is_empty(), "nothing asks what was requested");
    let client = "<?php\nclass Client {\n    public function get(string $url, array $query = []) {}\n    public function post(string $url, array $data = []) {}\n}\n";
    assert!(shown(&[("src/Client.php", client), files[1], files[4]]).is_empty(), "a client asks others");
}

#[test]
fn routes_of_the_first_symfony_are_pages() {
    let routing = "homepage:\n  url:   /\n  param: { module: Shop, action: index }\nadd:\n  url: /add\n  class: sfRequestRoute\n  param: { module: Shop, action: add }\n  requirements:\n    sf_method: [post]\nlist:\n  url: /list.:sf_format\n  param: { module: Shop, action: list, sf_format: json }\nnotes:\n  class: sfDoctrineRouteCollection\n  options: { model: Note, prefix_path: /notes }\n";
    let project = "<?php\nclass ProjectConfiguration extends sfProjectConfiguration {}\n";
    let routing = ("apps/frontend/config/routing.yml", routing);
    let mut all = shown(&[routing, ("config/ProjectConfiguration.class.php", project)]);
    all.sort();
    assert_eq!(all, ["* / page", "* /list.:sf_format", "* /notes page", "POST /add page"]);
    assert!(shown(&[routing]).is_empty());
}

#[test]
fn files_that_a_file_of_routes_requires_have_its_prefix() {
    let app = "<?php\nreturn Application::configure()->withRouting(api: __DIR__.'/../routes/api.php', apiPrefix: 'v1')->create();\n";
    let api = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/pears', [Pears::class, 'all']);\nrequire __DIR__.'/admin.php';\n";
    let admin = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/admin', [Admin::class, 'all']);\nrequire_once __DIR__ . '/parts/seeds.php';\n";
    let seeds = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/seeds', [Seeds::class, 'all']);\n";
    let web = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::get('/shop', [Shop::class, 'all']);\n";
    let repo = Fixture::new()
        .file("composer.json", r#"{"require": {"laravel/framework": "11"}}"#)
        .file("bootstrap/app.php", app)
        .file("routes/api.php", api)
        .file("routes/admin.php", admin)
        .file("routes/parts/seeds.php", seeds)
        .file("routes/other.php", web)
        .snapshot();
    let mut paths: Vec<String> = endpoints(&repo).into_iter().map(|it| it.path).collect();
    paths.sort();
    assert_eq!(paths, ["/shop", "/v1/admin", "/v1/pears", "/v1/seeds"]);
}
