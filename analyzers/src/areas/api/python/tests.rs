use super::*;
use crate::snapshot::fixture::Fixture;

fn shown(fixture: Fixture) -> Vec<String> {
    let mut shown: Vec<String> = endpoints(&fixture.snapshot())
        .into_iter()
        .map(|it| format!("{} {}{}", it.method, it.path, if it.page { " page" } else { "" }))
        .collect();
    shown.sort();
    shown
}

#[test]
fn blueprints_resources_and_namespaces_of_flask() {
    let fixture = Fixture::new()
        .file("app/__init__.py", "from flask import Flask\nfrom .users import bp\ndef create_app():\n    app = Flask(__name__)\n    app.register_blueprint(bp, url_prefix='/api/v1')\n    return app\n")
        .file("app/users.py", "from flask import Blueprint, render_template\nbp = Blueprint('users', __name__)\n@bp.route('/users', methods=['GET', 'POST'])\ndef users():\n    return {}\n@bp.get('/')\ndef home():\n    return render_template('a.html')\n")
        .file("rest.py", "from flask_restful import Api, Resource\nfrom flask import Blueprint\nblue = Blueprint('b', __name__, url_prefix='/r')\napi = Api(blue)\nclass Item(Resource):\n    def get(self):\n        pass\n    def delete(self):\n        pass\napi.add_resource(Item, '/items/<int:id>', endpoint='item')\n");
    assert_eq!(
        shown(fixture),
        [
            "DELETE /r/items/<int:id>",
            "GET /api/v1 page",
            "GET /api/v1/users",
            "GET /r/items/<int:id>",
            "POST /api/v1/users"
        ]
    );
}

#[test]
fn resources_in_a_list_of_pairs() {
    let fixture = Fixture::new()
        .file("app.py", "from flask import Flask\nfrom flask_restful import Api\nfrom routes import routes\napp = Flask(__name__)\napi = Api(app)\n[api.add_resource(*r) for r in routes]\n")
        .file("routes.py", "from items import ItemResource\nroutes = (\n    (ItemResource, \"/items/<int:id>\"),\n)\n")
        .file("items.py", "from flask_restful import Resource\nclass ItemResource(Resource):\n    def get(self, id):\n        pass\n");
    assert_eq!(shown(fixture), ["GET /items/<int:id>"]);
}

#[test]
fn what_a_proxy_takes_away_is_part_of_the_path() {
    let fixture = Fixture::new().file(
        "main.py",
        "from fastapi import APIRouter, FastAPI\nusers = APIRouter()\napp = FastAPI(root_path=\"/api/v1\")\napp.include_router(router=users, prefix=\"/users\")\n@users.get(\"/all\")\ndef users_all():\n    pass\n",
    );
    assert_eq!(shown(fixture), ["GET /api/v1/users/all"]);
}

#[test]
fn names_come_through_star_imports() {
    let fixture = Fixture::new()
        .file("config.py", "from flask import Flask\napp = Flask(__name__)\n")
        .file("server.py", "from config import *\n@app.route('/users')\ndef users():\n    return {}\n");
    assert_eq!(shown(fixture), ["GET /users"]);
}

#[test]
fn routers_of_fastapi_across_modules_and_settings() {
    let fixture = Fixture::new()
        .file("app/main.py", "from fastapi import FastAPI\nfrom app.api.routes.api import router as api_router\nfrom app.core import settings\napp = FastAPI()\napp.include_router(api_router, prefix=settings.api_prefix)\n")
        .file("app/core/settings.py", "api_prefix: str = \"/api\"\n")
        .file("app/api/routes/api.py", "from fastapi import APIRouter\nfrom app.api.routes import users\nrouter = APIRouter()\nrouter.include_router(users.router, prefix=\"/users\")\n")
        .file("app/api/routes/users.py", "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get(\"\")\nasync def all():\n    pass\n@router.delete(\"/{id}\")\nasync def one(id):\n    pass\n");
    assert_eq!(shown(fixture), ["DELETE /api/users/{id}", "GET /api/users"]);
}

#[test]
fn calls_to_other_services_are_no_routes() {
    let fixture = Fixture::new()
        .file("client.py", "import requests\nrequests.get('/users')\n@mock.get('/x')\ndef f():\n    pass\n");
    assert!(shown(fixture).is_empty());
}

#[test]
fn versioning_of_the_rest_framework_is_a_cue() {
    let repo = Fixture::new()
        .file(
            "settings.py",
            "REST_FRAMEWORK = {'DEFAULT_VERSIONING_CLASS': 'rest_framework.versioning.AcceptHeaderVersioning'}\n",
        )
        .snapshot();
    assert_eq!(version_cues(&repo)[0].scheme, "media-type");
}

#[test]
fn routers_of_functions_classes_and_loops() {
    let main = "from fastapi import FastAPI, APIRouter\nfrom a import make\nfrom b import router as b\nfrom c import Notes\napp = FastAPI()\napp.include_router(make(db), prefix='/v1')\napp.include_router(Notes(db).router, prefix='/v1')\nfor it in (b,):\n    app.include_router(it, prefix='/v2')\n";
    let fixture = Fixture::new()
        .file("main.py", main)
        .file("a.py", "from fastapi import APIRouter\ndef make(db):\n    router = APIRouter()\n    @router.get('/a')\n    def a(): ...\n    return router\n")
        .file("b.py", "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/b')\ndef b(): ...\n")
        .file("c.py", "from fastapi import APIRouter\nclass Notes:\n    def __init__(self, db):\n        self.router = APIRouter()\n        self.router.add_api_route('/c', self.all, methods=['GET'])\n");
    assert_eq!(shown(fixture), ["GET /v1/a", "GET /v1/c", "GET /v2/b"]);
}

#[test]
fn routers_of_ninja_below_their_path() {
    let fixture = Fixture::new()
        .file("site/urls.py", "from django.urls import path\nfrom site.api import api\nurlpatterns = [path('admin/', admin.site.urls), path('api/v1/', api.urls)]\n")
        .file("site/api.py", "from ninja import NinjaAPI\nfrom events.api import router\napi = NinjaAPI()\napi.add_router('/events/', router)\n")
        .file("events/api.py", "from ninja import Router\nrouter = Router()\n@router.post('/')\ndef create(request): ...\n");
    assert_eq!(shown(fixture), ["POST /api/v1/events"]);
}

#[test]
fn a_function_of_the_program_s_own_may_mount_what_it_is_given() {
    let app = "from fastapi import FastAPI\nfrom app.routers import routers\ndef app():\n    app = FastAPI()\n    app.include_router(routers, prefix='/api/v1')\n    return app\n";
    let routers = "from fastapi import APIRouter\nfrom app import pears, figs\nrouters = APIRouter()\ndef register(router, prefix: str, tags=()) -> None:\n    routers.include_router(router=router, prefix=prefix, tags=tags)\nregister(pears.router, '/pears', ['a'])\nregister(router=figs.router, prefix='/figs')\n";
    let part = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/{id}')\ndef one(id): ...\n";
    let fixture = Fixture::new()
        .file("app/__init__.py", app)
        .file("app/routers.py", routers)
        .file("app/pears.py", part)
        .file("app/figs.py", part);
    assert_eq!(shown(fixture), ["GET /api/v1/figs/{id}", "GET /api/v1/pears/{id}"]);
}

#[test]
fn what_is_mounted_in_a_way_that_is_not_followed_is_what_nothing_else_mounts() {
    let part = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/pears')\ndef all(): ...\n";
    let of = |mount: &str| {
        let main = format!("from fastapi import FastAPI\napp = FastAPI()\n{mount}");
        shown(Fixture::new().file("main.py", &main).file("parts/pears.py", part))
    };
    let loaded = "for module in load_all():\n    app.include_router(module.router, prefix='/api/v1')\n";
    assert_eq!(of(loaded), ["GET /api/v1/pears"]);
    assert_eq!(of(&format!("{loaded}app.include_router(other.router, prefix='/x')\n")), ["GET /{?}/pears"]);
    assert_eq!(of(""), ["GET /pears"]);
    let beside = "from swagger import page\n@page.get('/page')\ndef shown(): ...\napp.include_router(page)\n";
    assert_eq!(of(beside), ["GET /page", "GET /pears"], "what has routes is followed");
}
