use crate::areas::api::Surface;
use crate::snapshot::fixture::Fixture;

const MANIFEST: (&str, &str) = ("package.json", r#"{"dependencies":{"@hapi/hapi":"21"}}"#);

fn shown(files: &[(&str, &str)]) -> Vec<String> {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    let page = |page: bool| if page { " page" } else { "" };
    let endpoints = Surface::of(&repo).endpoints.iter();
    let mut shown: Vec<String> =
        endpoints.map(|it| format!("{} {} {}{}", it.framework, it.method, it.path, page(it.page))).collect();
    shown.sort();
    shown
}

#[test]
fn routes_are_objects_alone_and_in_lists() {
    let server = "const Hapi = require('@hapi/hapi');\nconst init = async () => {\n  const server = Hapi.server({ port: 8000 });\n  server.route({ method: 'GET', path: '/pears', handler: (req, h) => h.response({ a: 1 }).code(200) });\n  server.route([\n    { method: ['PUT', 'PATCH'], path: '/pears/{id}', options: { auth: 'x', handler: change } },\n    { method: 'GET', path: '/home', handler: (req, h) => h.view('home') },\n    { method: 'GET', path: '/files/{any*}', handler: { directory: { path: 'public' } } },\n    { method: '*', path: '/any', config: Pears.any },\n  ]);\n  server.route(require('./more'));\n  await server.start();\n};\n";
    let more = "module.exports = [{ method: 'delete', path: '/pears/{id}', handler: remove }];\n";
    let client = "const request = { method: 'GET', path: '/elsewhere', headers };\nserver.inject({ method: 'GET', url: '/pears' });\n";
    assert_eq!(
        shown(&[MANIFEST, ("server.js", server), ("more.js", more), ("client.js", client)]),
        [
            "hapi * /any",
            "hapi DELETE /pears/{id}",
            "hapi GET /files/{any*} page",
            "hapi GET /home page",
            "hapi GET /pears",
            "hapi PATCH /pears/{id}",
            "hapi PUT /pears/{id}",
        ]
    );
    assert!(shown(&[("server.js", server), ("more.js", more)]).is_empty(), "without hapi these are data");
}

#[test]
fn calls_of_a_method_that_hands_on_what_it_is_given_are_routes_through_inheritance() {
    let base = "const Hapi = require('@hapi/hapi');\nclass WebBase {\n  async init() {\n    this.web = Hapi.server({ port: this.o.port });\n    this.put('/alive', 'GET', () => 'OK');\n  }\n  put(uri, method, handler, options = {}) {\n    const path = `/v1${uri}`;\n    this.web.route({ method, path, handler, options });\n  }\n  read(uri, handler) {\n    this.web.route({ method: 'GET', path: this.o.prefix + uri, handler });\n  }\n}\nmodule.exports = { WebBase };\n";
    let pears = "const { WebBase } = require('./base');\nclass Pears extends WebBase {\n  async init() {\n    await super.init();\n    this.put('/pears', ['GET', 'post'], this.list.bind(this), {\n      validate: {},\n    });\n    this.cache.put('/tmp', 'GET', this.x);\n  }\n}\nif (require.main === module) new Pears(ctx).run();\n";
    let heir = pears.replace("this.put('/pears', ['GET', 'post']", "this.put('/plums', 'DELETE'");
    assert_eq!(
        shown(&[MANIFEST, ("lib/base.js", base), ("pears.js", pears), ("plums.js", &heir)]),
        ["hapi DELETE /v1/plums", "hapi GET /v1/alive", "hapi GET /v1/pears", "hapi POST /v1/pears"]
    );
}

#[test]
fn what_a_method_puts_in_front_may_not_be_known() {
    let base = "const Hapi = require('@hapi/hapi');\nclass Base {\n  constructor(o) { this.prefix = o.prefix || ''; }\n  add(uri, method, handler) {\n    this.web.route({ method, path: `${this.prefix}${uri}`, handler });\n  }\n}\nnew Base(o).add('/pears', 'GET', list);\n";
    assert_eq!(shown(&[MANIFEST, ("base.js", base)]), ["hapi GET /{?}/pears"]);
}

const PLUGIN: &str = "const routes = require('./routes');\nexports.plugin = {\n  name: 'pears',\n  register: async (server) => {\n    server.route(routes);\n    server.route({ method: 'GET', path: '/ripe', handler: ripe });\n  },\n};\n";
const ROUTES: &str = "module.exports = [{ method: 'GET', path: '/pears', handler: list }];\n";

#[test]
fn plugins_have_the_prefix_that_they_are_registered_with() {
    let head =
        "const Hapi = require('@hapi/hapi');\nconst Pears = require('./pears');\nconst server = new Hapi.Server();\n";
    let of = |call: &str| {
        shown(&[
            MANIFEST,
            ("server.js", &format!("{head}{call}")),
            ("pears/index.js", PLUGIN),
            ("pears/routes.js", ROUTES),
        ])
    };
    let below = |prefix: &str| [format!("hapi GET {prefix}/pears"), format!("hapi GET {prefix}/ripe")];
    for call in [
        "server.register(Pears, { routes: { prefix: '/api/v1' } });\n",
        "server.register({ plugin: Pears, routes: { prefix: '/api/v1' } });\n",
        "server.register([{ plugin: require('./pears'), options: {}, routes: { prefix: '/api/v1' } }]);\n",
        "const plugins = [{ plugin: Pears.plugin, routes: { prefix: '/api/v1' } }];\nserver.register(plugins);\n",
        "const manifest = { register: { plugins: [{ plugin: './pears', routes: { prefix: '/api/v1' } }] } };\n",
        "for (const plugin of all) server.register(plugin, { routes: { prefix: '/api/v1' } });\n",
    ] {
        assert_eq!(of(call), below("/api/v1"), "{call}");
    }
    assert_eq!(of("server.register(Pears);\n"), below(""));
    assert_eq!(of("server.register(Pears, { routes: { prefix: config.get('x') } });\n"), below("/{?}"));
}

#[test]
fn plugins_in_one_file_have_prefixes_of_their_own() {
    let server = "const Hapi = require('@hapi/hapi');\nconst list = [{ method: 'GET', path: '/plums', handler: plums }];\nconst pears = {\n  name: 'pears',\n  register: async function (server) {\n    server.route({ method: 'GET', path: '/pears', handler: all });\n  },\n};\nconst plums = async (server) => {\n  server.route(list);\n};\nserver.register(pears, { routes: { prefix: '/v1' } });\nserver.register({ plugin: { name: 'plums', register: plums }, routes: { prefix: '/v2' } });\nserver.register({ plugin: { name: 'figs', register: (server) => server.route({ method: 'GET', path: '/figs', handler: figs }) }, routes: { prefix: '/v3' } });\nserver.route({ method: 'GET', path: '/health', handler: ok });\n";
    assert_eq!(
        shown(&[MANIFEST, ("server.js", server)]),
        ["hapi GET /health", "hapi GET /v1/pears", "hapi GET /v2/plums", "hapi GET /v3/figs"]
    );
}

#[test]
fn a_plugin_may_set_the_prefix_of_its_realm() {
    let plugin = "exports.register = (server) => {\n  server.realm.modifiers.route.prefix = '/v2';\n  server.route({ method: 'GET', path: '/pears', handler: list });\n};\n";
    assert_eq!(shown(&[MANIFEST, ("pears.js", plugin)]), ["hapi GET /v2/pears"]);
    let open = plugin.replace("'/v2'", "options.prefix");
    assert_eq!(shown(&[MANIFEST, ("pears.js", &open)]), ["hapi GET /{?}/pears"]);
}

#[test]
fn another_framework_beside_it_keeps_its_routes() {
    let both = ("package.json", r#"{"dependencies":{"@hapi/hapi":"21","express":"4"}}"#);
    let express = "const express = require('express');\nconst Boom = require('@hapi/boom');\nconst app = express();\napp.get('/plums', list);\n";
    let hapi = "const Hapi = require('@hapi/hapi');\nserver.route({ method: 'GET', path: '/pears', handler: list });\n";
    assert_eq!(shown(&[both, ("a.js", express), ("b.js", hapi)]), ["Express GET /plums", "hapi GET /pears"]);
}

#[test]
fn the_nearest_manifest_says_whose_a_file_is() {
    let express = ("shop/package.json", r#"{"dependencies":{"express":"4"}}"#);
    let route = "module.exports = [{ method: 'GET', path: '/pears', handler: list }];\n";
    assert!(shown(&[MANIFEST, express, ("shop/routes.js", route)]).is_empty());
    assert_eq!(shown(&[MANIFEST, express, ("market/routes.js", route)]), ["hapi GET /pears"]);
    let hapi = ("shop/package.json", MANIFEST.1);
    let both = ("package.json", r#"{"dependencies":{"@hapi/hapi":"21","express":"4"}}"#);
    assert_eq!(shown(&[both, hapi, ("shop/routes.js", route)]), ["hapi GET /pears"]);
}

#[test]
fn a_method_of_something_else_that_is_called_the_same_makes_no_route() {
    let base = "const Hapi = require('@hapi/hapi');\nclass Base {\n  add(uri, method, handler) {\n    this.web.route({ method, path: uri, handler });\n  }\n}\nmodule.exports = { Base };\n";
    let of = |call: &str| {
        let other = format!("// Routes.\nconst {{ Base }} = require('./base');\nconst log = require('log');\n{call}\n");
        shown(&[MANIFEST, ("base.js", base), ("other.js", &other)])
    };
    for call in [
        "class A extends Base { init() { this.add('/pears', 'GET', list); } }",
        "new Base().add('/pears', 'GET', list);",
    ] {
        assert_eq!(of(call), ["hapi GET /pears"], "{call}");
    }
    assert!(of("log.add('/pears', 'GET', list);").is_empty());
    let few = "class A extends Base { init() { this.add('/pears', 'GET'); } }";
    assert!(of(few).is_empty(), "nothing answers");
}
