use super::*;
use crate::snapshot::fixture::Fixture;

pub(super) fn shown(fixture: Fixture) -> Vec<String> {
    let mut shown: Vec<String> = read(&fixture.snapshot())
        .0
        .into_iter()
        .map(|it| format!("{} {}{}", it.method, it.path, if it.page { " page" } else { "" }))
        .collect();
    shown.sort();
    shown.dedup();
    shown
}

#[test]
fn routers_of_express_across_files() {
    let fixture = Fixture::new()
        .file("app.js", "const express = require('express')\nconst routes = require('./routes')\nconst app = express()\napp.use(express.json())\napp.use('/api', routes)\napp.get('/', (req, res) => res.render('home'))\n")
        .file("routes/index.js", "const express = require('express')\nconst router = express.Router()\nrouter.use('/v1/users', require('./users'))\nmodule.exports = router\n")
        .file("routes/users.js", "const { Router } = require('express')\nconst router = Router()\nrouter.route('/:id').get(one).delete(remove)\nrouter.post('/', auth, create)\nmodule.exports = router\n");
    assert_eq!(
        shown(fixture),
        ["DELETE /api/v1/users/:id", "GET / page", "GET /api/v1/users/:id", "POST /api/v1/users"]
    );
}

#[test]
fn a_framework_may_have_a_short_name_of_the_files_own() {
    let of = |module: &str| {
        let app = format!(
            "import e from \"{module}\"\nimport type {{ Application }} from 'express'\nconst app: Application = e()\napp.get('/a', list)\napp.route('/b').post(make)\n"
        );
        shown(Fixture::new().file("src/app.ts", &app))
    };
    assert_eq!(of("express"), ["GET /a", "POST /b"]);
    let client =
        "import express from 'express'\nimport make from './client'\nconst client = make()\nclient.get('name', 1)\n";
    assert_eq!(shown(Fixture::new().file("src/client.ts", client)), [""; 0]);
}

#[test]
fn functions_that_are_handed_a_router() {
    let fixture = Fixture::new()
        .file("src/main/app.ts", "import express from 'express';\nimport setup from '@main/routes';\nconst app = express();\nsetup(app);\n")
        .file("src/main/routes.ts", "import { Express, Router } from 'express';\nimport posts from '@main/posts';\nexport default (app: Express): void => {\n  const router = Router();\n  app.use('/api', router);\n  posts(router);\n};\n")
        .file("src/main/posts.ts", "import { Router } from 'express';\nexport default (router: Router): void => {\n  router.get('/posts', adapt(make()));\n};\n");
    assert_eq!(shown(fixture), ["GET /api/posts"]);
}

#[test]
fn chains_of_elysia_and_groups_of_hono() {
    let fixture = Fixture::new()
        .file("src/index.ts", "import { Elysia } from 'elysia';\nimport { users } from './users';\nexport const app = new Elysia({ prefix: 'api' }).use(users).group('/v2', app => app.get('/x', () => 1)).listen(3000);\n")
        .file("src/users.ts", "import { Elysia } from 'elysia';\nexport const users = new Elysia({ prefix: '/users' }).get('/', () => []).post('/', () => 1);\n")
        .file("src/hono.ts", "import { Hono } from 'hono'\nconst sub = new Hono().basePath('/b')\nsub.get('/c', (c) => c.json({}))\nconst app = new Hono()\napp.route('/a', sub)\n");
    assert_eq!(shown(fixture), ["GET /a/b/c", "GET /api/users", "GET /api/v2/x", "POST /api/users"]);
}

#[test]
fn plugins_of_fastify_and_routers_of_koa() {
    let fixture = Fixture::new()
        .file("package.json", r#"{"dependencies":{"fastify":"5"}}"#)
        .file("server.js", "const fastify = require('fastify')()\nfastify.register(require('./users'), { prefix: '/v1' })\nfastify.route({ method: ['GET', 'HEAD'], url: '/ping', handler })\nfastify.register(async (instance) => { instance.get('/in', h) }, { prefix: '/inner' })\n")
        .file("users.js", "module.exports = async function (fastify, opts) {\n  fastify.get('/users', async () => [])\n}\n")
        .file("koa.js", "const Router = require('@koa/router')\nconst app = new Koa()\nconst router = new Router({ prefix: '/k' })\nrouter.get('/x', async ctx => {})\napp.use(router.routes())\n");
    assert_eq!(shown(fixture), ["GET /inner/in", "GET /k/x", "GET /ping", "GET /v1/users", "HEAD /ping"]);
}

#[test]
fn routers_that_nobody_mounts_or_imports_serve_nobody() {
    let fixture = Fixture::new()
        .file("app.js", "const express = require('express')\nconst app = express()\napp.use('/api', require('./new'))\n")
        .file("new.js", "const router = require('express').Router()\nrouter.get('/a', list)\nmodule.exports = router\n")
        .file("old.js", "const express = require('express')\nconst router = express.Router()\nrouter.get('/b', list)\nmodule.exports = router\n");
    assert_eq!(shown(fixture), ["GET /api/a"]);
}

#[test]
fn routers_in_a_list_and_routers_that_koa_mounts() {
    let express = Fixture::new()
        .file("app.js", "const express = require('express')\nconst users = require('./users')\nconst PREFIX = process.env.PREFIX || '/api/v1'\nconst app = express()\napp.use(PREFIX, [guard, users])\n")
        .file("users.js", "const router = require('express').Router()\nrouter.get('/users', list)\nmodule.exports = router\n");
    assert_eq!(shown(express), ["GET /api/v1/users"]);
    let koa = Fixture::new()
        .file("app.js", "const Koa = require('koa')\nconst mount = require('koa-mount')\nconst users = require('./users')\nconst app = new Koa()\napp.use(mount('/v1', users.routes()))\n")
        .file("users.js", "const Router = require('@koa/router')\nconst router = new Router()\nrouter.get('/users', list)\nmodule.exports = router\n");
    assert_eq!(shown(koa), ["GET /v1/users"]);
}

#[test]
fn routes_of_a_list_that_a_loop_registers() {
    let fixture = || {
        Fixture::new()
            .file("package.json", r#"{"dependencies":{"koa":"2","@koa/router":"10"}}"#)
            .file("users.js", "module.exports = [\n  { method: 'GET', path: '/', controller: require('./all') },\n  { method: 'POST', path: '/', middleware: [auth], controller: create }\n]\n")
    };
    let registers = "const Router = require('@koa/router')\nmodule.exports = (routes) => {\n  const router = new Router()\n  for (const route of routes) router[route.method.toLowerCase()](route.path, route.controller)\n  return router\n}\n";
    assert_eq!(shown(fixture().file("router.js", registers)), ["GET /{?}", "POST /{?}"]);
    assert!(shown(fixture()).is_empty(), "nobody registers them");
    let class = "export class List implements Route {\n  verb: Verb = 'get';\n  path = '/users';\n  async handler(req, res) {}\n}\n";
    let registers = "import { Router } from 'express';\nconst router: Router = Router();\nfor (const it of container.resolveAll('Route')) {\n  router[it.verb](it.path, it.handler);\n}\nexport default router;\n";
    let classes = |router: &str| {
        let package = r#"{"dependencies":{"express":"4"}}"#;
        shown(Fixture::new().file("package.json", package).file("list.ts", class).file("router.ts", router))
    };
    assert_eq!(classes(registers), ["GET /{?}/users"]);
    assert!(classes("").is_empty(), "nobody registers it");
}

#[test]
fn routers_that_a_loop_over_a_list_mounts() {
    let with = |mounts: &str| {
        Fixture::new()
            .file("app.js", "const express = require('express')\nconst routes = require('./routes')\nconst app = express()\napp.use('/v1', routes.api)\n")
            .file("routes/index.js", "module.exports = require('./all')\n")
            .file("routes/all.js", &format!("const express = require('express')\nconst users = require('./users')\nconst router = express.Router()\nconst mounted = [\n  {{ path: '/users', route: users }},\n  {{ path: '/people', route: users }},\n]\n{mounts}\nmodule.exports = {{ api: router }}\n"))
            .file("routes/users.js", "const router = require('express').Router()\nrouter.get('/:id', one)\nmodule.exports = router\n")
    };
    for mounts in [
        "mounted.forEach((it) => {\n  router.use(it.path, it.route)\n})",
        "mounted.forEach(function (it) { router.use(it.path, it.route) })",
        "mounted.forEach(({ path, route }) => router.use(path, route))",
        "for (const it of mounted) router.use(it.path, it.route)",
    ] {
        assert_eq!(shown(with(mounts)), ["GET /v1/people/:id", "GET /v1/users/:id"], "{mounts}");
    }
    // A loop over something else mounts nothing of the list.
    assert_eq!(shown(with("others.forEach((it) => router.use(it.path, it.route))")), ["GET /:id"]);
}

#[test]
fn routes_with_type_arguments() {
    let fixture = Fixture::new().file(
        "src/users.ts",
        "import Fastify from 'fastify';\nconst app = Fastify();\napp.post<{ Body: Login }>('/login', { config }, login);\napp.get('/users', list);\n",
    );
    assert_eq!(shown(fixture), ["GET /users", "POST /login"]);
}

#[test]
fn folders_that_are_loaded_are_parts_of_the_path() {
    let with = |options: &str| {
        let app = format!(
            "import AutoLoad from '@fastify/autoload'\nimport Fastify from 'fastify'\nconst app = Fastify()\napp.register(AutoLoad, {{ dir: path.join(import.meta.dirname, 'routes'){options} }})\n"
        );
        let route = "export default async function (fastify) {\n  fastify.get('/me', handler)\n}\n";
        Fixture::new()
            .file("package.json", r#"{"dependencies":{"fastify":"5"}}"#)
            .file("src/app.ts", &app)
            .file("src/routes/users/me.ts", route)
            .file("src/routes/own.ts", &format!("export const autoPrefix = '/mine'\n{route}"))
    };
    assert_eq!(shown(with("")), ["GET /mine/me", "GET /users/me"]);
    assert_eq!(shown(with(", options: { prefix: '/api' }")), ["GET /api/mine/me", "GET /api/users/me"]);
    assert_eq!(shown(with(", dirNameRoutePrefix: false")), ["GET /me", "GET /mine/me"]);
}

#[test]
fn files_of_a_folder_are_handed_a_router() {
    let with = |setup: &str, route: &str| {
        let app = format!(
            "import express, {{ Router }} from 'express'\nimport fg from 'fast-glob'\nexport default (app) => {{\n  const router = Router()\n  app.use('/api/v1', router)\n{setup}\n}}\n"
        );
        Fixture::new()
            .file("package.json", r#"{"dependencies":{"express":"4"}}"#)
            .file("src/main/config/routes.ts", &app)
            .file("src/main/routes/posts.ts", route)
            .file("src/main/other/posts.ts", &route.replace("/posts", "/others"))
    };
    let taking = "export default (router: Router): void => {\n  router.post('/posts', adapt(create()))\n}\n";
    for setup in [
        "  fg.sync('**/src/main/routes/**routes.ts').map(async file => {\n    (await import(`../../../${file}`)).default(router)\n  })",
        "  readdirSync(path.join(__dirname, '../routes')).map(async file => {\n    (await import(`../routes/${file}`)).default(router)\n  })",
        "  readdirSync(`${__dirname}/../routes`).forEach((file) => { require(path.join(__dirname, '..', 'routes', file))(router) })",
        "  readdirSync('./src/main/routes').forEach((file) => { import(`../routes/${file}`).then((m) => m.default(router)) })",
    ] {
        assert_eq!(shown(with(setup, taking)), ["POST /api/v1/posts", "POST /others"], "{setup}");
    }
    assert_eq!(
        shown(with("  router.get('/health', check)", taking)),
        ["GET /api/v1/health", "POST /others", "POST /posts"]
    );
}

#[test]
fn routers_that_functions_make_and_return() {
    let express = Fixture::new()
        .file("app.js", "const express = require('express')\nconst users = require('./users')\nconst { orders } = require('./orders')\nconst app = express()\napp.use('/v1/users', users({ db }))\napp.use('/v1/orders', guard, orders(db))\n")
        .file("users.js", "const { Router } = require('express')\nmodule.exports = ({ db }) => {\n  const router = Router()\n  router.get('/', list(db))\n  return router\n}\n")
        .file("orders.js", "const { Router } = require('express')\nconst orders = (db) => {\n  const all = Router()\n  all.post('/', create(db))\n  return all\n}\nmodule.exports = { orders }\n");
    assert_eq!(shown(express), ["GET /v1/users", "POST /v1/orders"]);
    let hono = Fixture::new()
        .file("app.ts", "import { Hono } from 'hono'\nimport { notes } from './notes'\nconst app = new Hono()\napp.route('/v1/notes', notes(service))\n")
        .file("notes.ts", "import { Hono } from 'hono'\nexport function notes(service: Notes) {\n  const routes = new Hono()\n  routes.get('/:id', service.one)\n  return routes\n}\n");
    assert_eq!(shown(hono), ["GET /v1/notes/:id"]);
    let fastify = Fixture::new()
        .file("app.ts", "import Fastify from 'fastify'\nimport { books } from './books'\nconst server = Fastify()\nserver.register(books(service), { prefix: '/v1/books' })\n")
        .file("books.ts", "import { FastifyInstance } from 'fastify'\nexport function books(service: Service) {\n  return async function (app: FastifyInstance) {\n    app.get('/', async () => service.all())\n  }\n}\n");
    assert_eq!(shown(fastify), ["GET /v1/books"]);
    let getter = Fixture::new()
        .file("app.ts", "import express from 'express';\nimport { AppRoutes } from './routes';\nconst app = express();\napp.use('/api', AppRoutes.routes);\n")
        .file("routes.ts", "import { Router } from 'express';\nexport class AppRoutes {\n  static get routes(): Router {\n    const router = Router();\n    router.get('/users', list);\n    return router;\n  }\n}\n");
    assert_eq!(shown(getter), ["GET /api/users"]);
}

#[test]
fn a_function_that_wraps_a_handler_returns_no_router() {
    let fixture = Fixture::new()
        .file("app.js", "const express = require('express')\nconst { limit } = require('./limit')\nconst users = require('./users')\nconst app = express()\napp.use('/api', limit(10), users)\n")
        .file("limit.js", "module.exports.limit = (max) => {\n  const handler = (req, res, next) => next()\n  return handler\n}\n")
        .file("users.js", "const router = require('express').Router()\nrouter.get('/users', list)\nmodule.exports = router\n");
    assert_eq!(shown(fixture), ["GET /api/users"]);
}

#[test]
fn routers_that_a_loop_mounts_under_one_prefix() {
    let users = "const router = require('express').Router()\nrouter.get('/users', list)\nmodule.exports = router\n";
    let app = "const express = require('express')\nconst users = require('./users')\nconst app = express()\n";
    let of = |more: &str| shown(Fixture::new().file("app.js", &format!("{app}{more}")).file("users.js", users));
    assert_eq!(of("const all = [users]\nall.forEach((it) => app.use('/v1', it))\n"), ["GET /v1/users"]);
    assert_eq!(of("for (const it of [users]) app.use('/v1', it)\n"), ["GET /v1/users"]);
    let classes = Fixture::new()
        .file("app.ts", "import express from 'express';\nclass App {\n  app = express();\n  constructor(routes: Routes[]) {\n    routes.forEach(route => this.app.use('/api', route.router));\n  }\n}\n")
        .file("server.ts", "import App from './app';\nimport { Users } from './users';\nnew App([new Users()]);\n")
        .file("users.ts", "import { Router } from 'express';\nexport class Users {\n  path = '/users';\n  router = Router();\n  constructor() {\n    this.router.get(`${this.path}/all`, list);\n  }\n}\n");
    assert_eq!(shown(classes), ["GET /api/users/all"]);
}

#[test]
fn routes_that_an_object_describes_and_routes_with_a_name() {
    let hono = Fixture::new()
        .file("app.ts", "import { OpenAPIHono, createRoute } from '@hono/zod-openapi'\nimport * as routes from './routes'\nconst one = createRoute({ method: 'get', path: '/users/{id}', responses: {} })\nconst v1 = new OpenAPIHono()\nv1.openapi(one, show)\nv1.openapi(routes.add, create)\nv1.openapi(unknown, create)\nconst app = new OpenAPIHono()\napp.route('/v1', v1)\n")
        .file("routes.ts", "import { createRoute } from '@hono/zod-openapi'\nexport const add = createRoute({\n  method: 'post',\n  path: '/users',\n})\n");
    assert_eq!(shown(hono), ["GET /v1/users/{id}", "POST /v1/users"]);
    let koa = Fixture::new().file("app.js", "const Router = require('@koa/router')\nconst router = new Router()\nrouter.get('users', '/users', list)\nrouter.get('/notes', guard, notes)\nnew Koa().use(router.routes())\n");
    assert_eq!(shown(koa), ["GET /notes", "GET /users"]);
}

#[test]
fn routers_that_classes_hold() {
    let of = |app: &str| {
        let users = "import { Router } from 'express';\nexport class Users {\n  router: Router;\n  constructor(service) {\n    this.router = Router();\n    this.router.get('/:id', this.one);\n  }\n}\n";
        let app = format!(
            "import express from 'express';\nimport {{ Users }} from './users';\nconst app = express();\n{app}"
        );
        shown(Fixture::new().file("app.ts", &app).file("users.ts", users))
    };
    assert_eq!(of("const users = new Users(service);\napp.use('/v1/users', users.router);\n"), ["GET /v1/users/:id"]);
    assert_eq!(of("function mount(users: Users) {\n  app.use('/v1', users.router);\n}\n"), ["GET /v1/:id"]);
    assert_eq!(of("app.use('/v1', users.router);\n"), ["GET /:id"], "nobody says what it is");
    let inherited = Fixture::new()
        .file("package.json", r#"{"dependencies":{"express":"4"}}"#)
        .file("router.ts", "import { Router as ExpressRouter } from 'express';\nexport abstract class Base {\n  protected readonly router: ExpressRouter;\n  constructor() { this.router = ExpressRouter(); }\n  getRouter() { return this.router; }\n}\n")
        .file("core/index.ts", "export * from './users';\n")
        .file("core/users.ts", "import { Base } from '../router';\nexport class Users extends Base {\n  init() { this.router.post('/login', this.guard.handler(), this.one); }\n}\n")
        .file("app.ts", "import { Base } from './router';\nimport { Users } from './core';\nexport class All extends Base {\n  constructor(private readonly users: Users) { super(); }\n  init() { this.router.use('/api/users', this.users.getRouter()); }\n}\n");
    assert_eq!(shown(inherited), ["POST /api/users/login"]);
    let client = Fixture::new().file("package.json", r#"{"dependencies":{"express":"4"}}"#).file(
        "users.ts",
        "export class Users extends Client {\n  add(user) { return this.api.post('/users', user); }\n}\n",
    );
    assert!(shown(client).is_empty(), "it asks another system");
}

#[test]
fn a_router_that_a_function_makes_and_a_constant_keeps() {
    let app = "import express from 'express';\nimport { createUsers } from './users';\nexport function make(services) {\n  const app = express();\n  const users = createUsers(services);\n  app.use('/api/v1', users);\n  return app;\n}\n";
    let users = "import { Router } from 'express';\nexport function createUsers(services) {\n  const made = Router();\n  made.get('/users', all);\n  return made;\n}\n";
    let fixture = Fixture::new().file("app.ts", app).file("users.ts", users);
    assert_eq!(shown(fixture), ["GET /api/v1/users"]);
}

#[test]
fn routers_that_are_exported_under_another_name() {
    let fixture = Fixture::new()
        .file("app.ts", "import express from 'express';\nimport { notesRouter, usersRouter } from './routes';\nimport more from './more';\nconst app = express();\napp.use('/api/v1', notesRouter);\napp.use('/api/v1', usersRouter);\napp.use('/api/v1', more);\n")
        .file("routes/index.ts", "export { router as notesRouter } from './notes';\nexport { default as usersRouter } from './users';\n")
        .file("routes/notes.ts", "import { Router } from 'express';\nconst router = Router();\nrouter.get('/notes', all);\nexport { router };\n")
        .file("routes/users.ts", "import { Router } from 'express';\nconst users = Router();\nusers.get('/users', all);\nexport { users as default };\n")
        .file("more.ts", "import { Router } from 'express';\nconst extra = Router();\nextra.get('/more', all);\nexport { extra as default, other as router };\n");
    assert_eq!(shown(fixture), ["GET /api/v1/more", "GET /api/v1/notes", "GET /api/v1/users"]);
}
