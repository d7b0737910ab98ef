//! Open routes beside guarded ones, in each framework.

use super::find;
use crate::snapshot::fixture::Fixture;

fn lines(path: &str, text: &str) -> Vec<u32> {
    lines_of(path, &[(path, text)])
}

fn lines_of(of: &str, files: &[(&str, &str)]) -> Vec<u32> {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    let open = find(&repo);
    open.iter().filter(|open| open.place.path == of).filter_map(|open| Some(open.place.lines?.0)).collect()
}

#[test]
fn what_is_wrapped_where_it_is_served_is_guarded() {
    let of = |wrapped: &str| {
        let routes = format!(
            "package web\nimport \"net/http\"\nfunc Routes() http.Handler {{\n\tmux := http.NewServeMux()\n\tmux.HandleFunc(\"POST /read\", read)\n\tmux.Handle(\"POST /a\", RequireLogin(a))\n\treturn {wrapped}\n}}\nfunc read(w http.ResponseWriter, r *http.Request) {{\n\tstore.Read()\n}}\n"
        );
        lines("web/routes.go", &routes).len()
    };
    assert_eq!((of("mux"), of("sessions.handle(csrf.handle(mux))")), (1, 0));
}

#[test]
fn a_constructor_of_laravel_may_ask_for_every_method() {
    let of = |constructor: &str| {
        let routes = "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::put('users/{id}', [UserApi::class, 'update']);\nRoute::put('notes/{id}', [NoteApi::class, 'update'])->middleware('auth');\n";
        let class = format!(
            "<?php\nclass UserApi extends Controller\n{{\n    public function __construct()\n    {{\n        {constructor}\n    }}\n\n    public function update($id)\n    {{\n        return $this->users->save($id);\n    }}\n}}\n"
        );
        let files = [
            ("composer.json", r#"{"require": {"laravel/framework": "11"}}"#),
            ("routes/api.php", routes),
            ("app/Http/Controllers/UserApi.php", class.as_str()),
        ];
        lines_of("routes/api.php", &files).len()
    };
    let asks = "$this->middleware(function ($request, $next) {\n            $this->checkPermission('users-manage');\n            return $next($request);\n        });";
    assert_eq!((of("$this->users = new Users();"), of(asks)), (1, 0));
}

#[test]
fn the_route_without_a_guard_is_named_in_every_framework() {
    for (path, text) in [
        (
            "app.py",
            "from flask import Flask\napp = Flask(__name__)\n@app.delete('/a/<id>')\ndef remove(id):\n    return ''\n\n@app.put('/a/<id>')\n@login_required\ndef update(id):\n    return ''\n",
        ),
        (
            "main.py",
            "from fastapi import FastAPI\napp = FastAPI()\n@app.delete('/a/{id}')\ndef remove(id: int):\n    return 1\n\n@app.put('/a/{id}')\ndef update(id: int, user=Depends(get_current_user)):\n    return 1\n",
        ),
        (
            "app.js",
            "const app = require('express')();\n\napp.delete('/a/:id', (req, res) => res.end());\napp.put('/a/:id', auth, (req, res) => res.end());\n",
        ),
        (
            "a.controller.ts",
            "@Controller('a')\nexport class A {\n  @Delete(':id')\n  remove() {}\n\n  @UseGuards(AuthGuard('jwt'))\n  @Put(':id')\n  update() {}\n}\n",
        ),
        (
            "App.kt",
            "fun Application.module() {\n    routing {\n        delete(\"/a/{id}\") { call.respond(1) }\n        authenticate(\"jwt\") {\n            put(\"/a/{id}\") { call.respond(1) }\n        }\n    }\n}\n// io.ktor\n",
        ),
        ("app.rb", "require 'sinatra'\n\ndelete '/a/:id' do\n  204\nend\nput '/a/:id' do\n  protected!\n  200\nend\n"),
        (
            "routes/api.php",
            "<?php\nuse Illuminate\\Support\\Facades\\Route;\nRoute::delete('/a/{a}', [A::class, 'destroy']);\nRoute::middleware('auth:sanctum')->group(function () {\n    Route::put('/a/{a}', [A::class, 'update']);\n});\n",
        ),
        (
            "Program.cs",
            "var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\napp.MapDelete(\"/a/{id}\", (int id) => Results.Ok());\napp.MapPut(\"/a/{id}\", (int id) => Results.Ok()).RequireAuthorization();\n",
        ),
        (
            "main.rs",
            "use axum::Router;\nfn app() -> Router { Router::new()\n    .route(\"/a/:id\", delete(remove))\n    .route(\"/b/:id\", put(update)) }\nasync fn remove(Path(id): Path<i64>) {}\nasync fn update(user: AuthUser) {}\n",
        ),
    ] {
        assert_eq!(lines(path, text), [3], "{path}");
    }
}

#[test]
fn a_group_of_routes_may_have_the_guard() {
    let routes = "package main\nimport \"github.com/gin-gonic/gin\"\nfunc main() {\n\tr := gin.Default()\n\tr.DELETE(\"/a/:id\", remove)\n\tapi := r.Group(\"/api\", AuthMiddleware())\n\tapi.PUT(\"/a/:id\", update)\n}\n";
    assert_eq!(lines("main.go", routes), [5]);
    let used = routes.replace("r.DELETE", "r.Use(AuthMiddleware())\n\tr.DELETE");
    assert!(lines("main.go", &used).is_empty());
}

#[test]
fn handlers_of_other_files_are_looked_up() {
    let urls = "from django.urls import path\nfrom . import views\nurlpatterns = [\n    path('a/<int:pk>/edit', views.edit),\n    path('a/<int:pk>/remove', views.remove),\n]\n";
    let views = "@login_required\ndef edit(request, pk):\n    a.save()\n\ndef remove(request, pk):\n    a.delete()\n";
    assert_eq!(lines_of("shop/views.py", &[("shop/urls.py", urls), ("shop/views.py", views)]), [5]);
    let guarded = views.replace("def remove", "@login_required\ndef remove");
    assert!(lines_of("shop/views.py", &[("shop/urls.py", urls), ("shop/views.py", &guarded)]).is_empty());
}

#[test]
fn a_filter_of_rails_leaves_actions_out() {
    let controller = |filter: &str| {
        format!(
            "class OrdersController < ApplicationController\n  {filter}\n  def create\n    head :ok\n  end\n  def destroy\n    head :ok\n  end\nend\n"
        )
    };
    let path = "app/controllers/orders_controller.rb";
    assert_eq!(lines(path, &controller("before_action :authenticate_user!, except: [:destroy]")), [6]);
    assert_eq!(lines(path, &controller("before_action :authenticate_user!, only: [:create]")), [6]);
    assert!(lines(path, &controller("before_action :authenticate_user!")).is_empty());
    assert!(lines(path, &controller("before_action :set_order, only: [:create]")).is_empty());
    let base = (
        "app/controllers/application_controller.rb",
        "class ApplicationController\n  before_action :authenticate_user!\nend\n",
    );
    assert_eq!(
        lines_of(path, &[base, (path, &controller("skip_before_action :authenticate_user!, only: [:destroy]"))]),
        [6]
    );
}

#[test]
fn what_stands_before_every_route_guards_them_all() {
    let routes = "const app = require('express')();\napp.delete('/a/:id', f);\napp.put('/a/:id', auth, f);\n";
    assert_eq!(lines("app.js", routes), [2]);
    assert!(lines("app.js", &routes.replace(")();\n", ")();\napp.use(requireAuth);\n")).is_empty());
    let nest = "@Controller('a')\nexport class A {\n  @Delete(':id')\n  remove() {}\n\n  @UseGuards(Roles)\n  @Put(':id')\n  update() {}\n}\n";
    let module = ("app.module.ts", "providers: [{ provide: APP_GUARD, useClass: JwtAuthGuard }]\n");
    assert!(lines_of("a.controller.ts", &[("a.controller.ts", nest), module]).is_empty());
    let layered = "use axum::Router;\nfn app() -> Router { Router::new()\n    .route(\"/a/:id\", delete(remove))\n    .route_layer(from_fn(require_auth))\n    .route(\"/b/:id\", put(update)) }\nasync fn remove() {}\nasync fn update(user: AuthUser) {}\n";
    assert!(lines("main.rs", layered).is_empty());
}

#[test]
fn a_guard_of_ones_own_is_known_by_what_it_does() {
    let guard = "def signed_in(view):\n    def inner(*args):\n        if not known(request.headers.get(\"Authorization\")):\n            abort(401)\n        return view(*args)\n    return inner\n";
    let views = "from flask import Flask\napp = Flask(__name__)\n\n@app.put('/a/<id>')\n@signed_in\ndef change(id):\n    db.session.commit()\n    return ''\n\n@app.delete('/a/<id>')\ndef remove(id):\n    db.session.commit()\n    return ''\n";
    assert_eq!(lines_of("app.py", &[("guard.py", guard), ("app.py", views)]), [10]);
    let all = views.replace("def remove", "@signed_in\ndef remove");
    assert!(lines_of("app.py", &[("guard.py", guard), ("app.py", &all)]).is_empty());
    let guard = "pub async fn bouncer(request: Request, next: Next) -> Result<Response, StatusCode> {\n    let bearer = request.headers().get(\"authorization\").ok_or(StatusCode::UNAUTHORIZED)?;\n    Ok(next.run(request).await)\n}\n";
    let routes = "use axum::Router;\nfn app() -> Router {\n    let staff = Router::new()\n        .route(\"/a/:id\", delete(remove))\n        .route_layer(from_fn(bouncer));\n    Router::new().route(\"/b/:id\", put(change)).merge(staff)\n}\nasync fn remove() {}\nasync fn change() {}\n";
    assert_eq!(lines_of("main.rs", &[("guard.rs", guard), ("main.rs", routes)]), [6]);
}

#[test]
fn a_session_of_a_database_knows_nobody() {
    let routes = "from fastapi import FastAPI, Depends\napp = FastAPI()\n\n@app.put('/a')\nasync def change(session: AsyncSession = Depends(get_session), user=Depends(get_current_user)):\n    await session.commit()\n\n@app.delete('/a')\nasync def remove(session: AsyncSession = Depends(get_session)):\n    await session.commit()\n";
    assert_eq!(lines("app.py", routes), [8]);
}

#[test]
fn a_visitor_whose_name_is_not_used_is_asked_for_as_well() {
    let routes = "use actix_web::{put, delete};\n#[put(\"/a/{id}\")]\nasync fn change(_member: Member) -> HttpResponse { ok() }\n#[delete(\"/a/{id}\")]\nasync fn remove(id: Path<i32>) -> HttpResponse { ok() }\n";
    assert_eq!(lines("main.rs", routes), [4]);
}

#[test]
fn what_is_meant_for_everyone_is_no_exception() {
    let routes = "const app = require('express')();\napp.post('/contact', f);\napp.put('/a/:id', auth, f);\n";
    assert!(lines("app.js", routes).is_empty());
    let public = "@Controller('a')\nexport class A {\n  @Public()\n  @Delete(':id')\n  remove() {}\n\n  @UseGuards(AuthGuard('jwt'))\n  @Put(':id')\n  update() {}\n}\n";
    assert!(lines("a.controller.ts", public).is_empty());
}

#[test]
fn a_line_of_the_log_and_what_stops_work_guard_nothing() {
    for line in ["_logger.LogInformation(id);", "logInfo(id)", "Task F(Order o, CancellationToken cancellationToken)"] {
        assert!(!super::words::is_guard(line), "{line}");
    }
    for line in [
        "@login_required",
        "if (!isLoggedIn) return",
        "[LoginOnly]",
        "ensureLoggedIn()",
        "before_action :logged_in_user",
        "requireLogIn()",
    ] {
        assert!(super::words::is_guard(line), "{line}");
    }
    let program = "var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\napp.MapDelete(\"/a/{id}\", (int id, ILogger log, CancellationToken stop) => { log.LogInformation(\"gone\"); return Results.Ok(); });\napp.MapPut(\"/a/{id}\", (int id) => Results.Ok()).RequireAuthorization();\n";
    assert_eq!(lines("Program.cs", program), [3]);
}
