mod checked;
mod go;
mod lists;
mod php;

use super::finding;
use crate::Outcome::{self, Met, NotApplicable, NotMet, Partly};
use crate::snapshot::fixture::Fixture;

pub(super) fn outcome(path: &str, text: &str) -> Outcome {
    finding(&Fixture::new().file(path, text).snapshot()).outcome()
}

#[test]
fn what_is_made_in_more_steps_than_are_followed_is_told() {
    let left = |text: &str| {
        let repo = Fixture::new().file("a.py", text).snapshot();
        (finding(&repo).outcome(), repo.left().len())
    };
    let handler = "from flask import Flask, request\napp = Flask(__name__)\n@app.get('/u')\ndef u():\n";
    let named = |steps: usize| {
        let steps: String = (0..steps).map(|step| format!("    a{} = a{step}\n", step + 1)).collect();
        format!("{handler}    a0 = request.args.get('name')\n{steps}")
    };
    let query = |last: &str| format!("    cursor.execute(f\"SELECT * FROM users WHERE name = '{{{last}}}'\")\n");
    assert_eq!(left(&format!("{}{}", named(9), query("a9"))), (NotMet, 0));
    assert_eq!(left(&format!("{}{}", named(90), query("a90"))).1, 1);
    let nested = |depth: usize| {
        let made = "\"SELECT * FROM users WHERE name = '\" + request.args.get('name') + \"'\"";
        format!("{handler}    cursor.execute({}{made}{})\n", "text(".repeat(depth), ")".repeat(depth))
    };
    assert_eq!(left(&nested(3)), (NotMet, 0));
    assert_eq!(left(&nested(90)).1, 1);
    // So is what stands in one of many loops.
    let looped = |loops: usize| {
        let others = "  foreach ($xs as $x) { f($x); }\n".repeat(loops);
        format!(
            "<?php\nfunction find($asked) {{\n{others}  $db->query(\"SELECT * FROM users WHERE name = '$name'\");\n}}\n"
        )
    };
    let left = |text: String| {
        let repo = Fixture::new().file("a.php", &text).snapshot();
        finding(&repo);
        repo.left().len()
    };
    assert_eq!((left(looped(30)), left(looped(1_100))), (0, 1));
}

/// The texts of which something else than `expected` is said.
fn others<'a>(files: &[(&str, &'a str)], expected: Outcome) -> Vec<&'a str> {
    files.iter().filter(|(path, text)| outcome(path, text) != expected).map(|(_, text)| *text).collect()
}

#[test]
fn requests_in_sql_are_found_in_every_stack() {
    for (path, text) in [
        (
            "a.py",
            "from flask import Flask, request\napp = Flask(__name__)\n@app.get('/u')\ndef u():\n    name = request.args.get('name')\n    sql = f\"SELECT * FROM users WHERE name = '{name}'\"\n    cursor.execute(sql)\n    return {}\n",
        ),
        (
            "b.py",
            "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/u/{name}')\ndef u(name: str):\n    db.execute(text(\"SELECT * FROM users WHERE name = '%s'\" % name))\n    return {}\n",
        ),
        (
            "views.py",
            "def show(request, slug):\n    return Post.objects.raw('SELECT * FROM posts WHERE slug = ' + slug)\n",
        ),
        (
            "a.js",
            "app.get('/u', (req, res) => { const { name } = req.query; db.query(`SELECT * FROM users WHERE name = '${name}'`); });\n",
        ),
        (
            "b.ts",
            "export const show = async (req: Request, res: Response) => {\n  let where = ' WHERE 1 = 1';\n  if (req.query.name) where += \" AND name = '\" + req.query.name + \"'\";\n  await conn.query('SELECT * FROM users' + where);\n};\n",
        ),
        (
            "a.go",
            "package a\nfunc f(c *gin.Context) {\n\tname := c.Query(\"name\")\n\tq := fmt.Sprintf(\"SELECT * FROM users WHERE name = '%s'\", name)\n\tdb.Query(q)\n}\n",
        ),
        (
            "A.java",
            "@RestController class A { @GetMapping(\"/u\") List<U> f(@RequestParam String name) { return jdbc.query(\"SELECT * FROM users WHERE name = '\" + name + \"'\", mapper); } }\n",
        ),
        (
            "A.kt",
            "fun Route.u() { get(\"/u\") { val name = call.parameters[\"name\"]\n st.executeQuery(\"SELECT * FROM users WHERE name = '$name'\") } }\n",
        ),
        (
            "a.php",
            "<?php\nfunction show($db) {\n  $name = $_GET['name'];\n  $db->query(\"SELECT * FROM users WHERE name = '$name'\");\n}\n",
        ),
        (
            "a.rb",
            "class UsersController < ApplicationController\n  def index\n    @users = User.where(\"name = '#{params[:name]}'\")\n  end\nend\n",
        ),
        (
            "a.rs",
            "use axum::extract::Query;\nasync fn f(Query(q): Query<Filter>, pool: PgPool) { sqlx::query(&format!(\"SELECT * FROM users WHERE name = '{}'\", q.name)).fetch_all(&pool).await; }\n",
        ),
        (
            "A.cs",
            "class UsersController : ControllerBase { [HttpGet(\"u\")] public object F([FromQuery] string name) { return db.Users.FromSqlRaw($\"SELECT * FROM Users WHERE Name = '{name}'\"); } }\n",
        ),
    ] {
        assert_eq!(outcome(path, text), NotMet, "{path}: {text}");
    }
}

#[test]
fn what_a_function_of_ones_own_makes_of_a_request_is_said_with_care() {
    let of = |helper: &str| {
        let controller = "class A < ApplicationController\n  def index\n    length = time_interval(params[:period])\n    User.where(\"created_at > NOW() - INTERVAL #{length[:dur]} #{length[:unit]}\")\n  end\nend\n";
        let repo = Fixture::new().file("app/controllers/a.rb", controller).file("app/helpers/a.rb", helper);
        let found = finding(&repo.snapshot());
        (found.outcome(), found.confidence() == crate::Confidence::Observed)
    };
    let checks = "module A\n  def time_interval(text)\n    if (m = text.match(/\\A(\\d+)([hd])\\z/))\n      { dur: m[1].to_i, unit: UNITS[m[2]] }\n    end\n  end\nend\n";
    assert_eq!(of(checks).0, Met);
    assert_eq!(of("module A\n  def time_interval(text)\n    { dur: text, unit: text }\n  end\nend\n"), (NotMet, false));
}

#[test]
fn what_prisma_is_handed_as_a_whole_is_not_seen_to_by_it() {
    let package = r#"{"dependencies": {"@prisma/client": "5"}}"#;
    let of = |call: &str| {
        let text = format!("export async function rawQuery(sql, data) {{\n  return client.{call};\n}}\n");
        finding(&Fixture::new().file("package.json", package).file("src/lib/prisma.ts", &text).snapshot()).outcome()
    };
    assert_eq!(of("$queryRawUnsafe(sql, ...data)"), Partly);
    assert_eq!(of("$queryRawUnsafe('SELECT 1 FROM users')"), Met);
    assert_eq!(of("user.findMany(data)"), Met);
}

#[test]
fn what_is_safe_is_left_alone_in_every_stack() {
    for (path, text) in [
        (
            "a.py",
            "def u(request):\n    cursor.execute(\"SELECT * FROM users WHERE name = %s\", (request.GET['name'],))\n",
        ),
        ("b.py", "TABLE = 'users'\ndef u(request):\n    cursor.execute(f\"SELECT * FROM {TABLE}\")\n"),
        (
            "c.py",
            "def u(request):\n    sort = request.GET['sort']\n    if sort not in ('a', 'b'):\n        return\n    cursor.execute(f\"SELECT * FROM users ORDER BY {sort}\")\n",
        ),
        (
            "d.py",
            "def u(request):\n    page = int(request.GET['page'])\n    cursor.execute(f\"SELECT * FROM users LIMIT {page}\")\n",
        ),
        (
            "a.js",
            "app.get('/u', async (req, res) => { const order = req.query.order === 'desc' ? 'DESC' : 'ASC'; db.query(`SELECT * FROM users WHERE a = $1 ORDER BY a ${order}`, [req.query.a]); });\n",
        ),
        (
            "b.js",
            "app.get('/u', async (req, res) => { const user = await db.query('SELECT * FROM users WHERE id = ?', [req.query.id]); db.query(`SELECT * FROM posts WHERE author = ${user.id}`); });\n",
        ),
        (
            "c.ts",
            "export const f = async (req, res) => { await prisma.$queryRaw`SELECT * FROM users WHERE id = ${req.query.id}`; await db.query(SORTS[req.query.sort] + ' SELECT 1 FROM a'); };\n",
        ),
        (
            "a.go",
            "package a\nfunc f(c *gin.Context) {\n\tdb.Query(\"SELECT * FROM users WHERE name = $1\", c.Query(\"name\"))\n\tid, _ := strconv.Atoi(c.Query(\"id\"))\n\tdb.Exec(fmt.Sprintf(\"DELETE FROM users WHERE id = %d\", id))\n}\n",
        ),
        (
            "A.java",
            "class A { List<U> f(long id) { return jdbc.query(\"SELECT * FROM users WHERE id = \" + id, mapper); } }\n",
        ),
        (
            "a.php",
            "<?php\nfunction show($db) { $db->prepare('SELECT * FROM users WHERE name = ?')->execute([$_GET['name']]); $id = (int) $_GET['id']; $db->query(\"SELECT * FROM users WHERE id = $id\"); }\n",
        ),
        (
            "a.rb",
            "class A\n  def index\n    User.where('name = ?', params[:name])\n    User.find_by_sql(\"SELECT * FROM users WHERE id = #{params[:id].to_i}\")\n  end\nend\n",
        ),
        (
            "a.rs",
            "async fn f(Path(id): Path<i64>) { sqlx::query(\"SELECT * FROM users WHERE id = $1\").bind(id); sqlx::query(&format!(\"SELECT * FROM users WHERE id = {id}\")); }\n",
        ),
        (
            "A.cs",
            "class A : ControllerBase { [HttpGet(\"u\")] public object F([FromQuery] string name) { db.Users.FromSqlInterpolated($\"SELECT {name}\"); return c.Query(\"SELECT * FROM Users WHERE Name = @name\", new { name }); } }\n",
        ),
    ] {
        assert_eq!(outcome(path, text), Met, "{path}: {text}");
    }
}

#[test]
fn a_request_that_was_read_as_a_whole_is_a_request_still() {
    let found = [
        (
            "a.py",
            "from flask import Flask, request\napp = Flask(__name__)\n@app.post('/u')\ndef u():\n    data = request.get_json()\n    name = data[\"name\"]\n    cursor.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n",
        ),
        (
            "b.py",
            "@app.get('/u')\ndef u():\n    args = request.args\n    city = args.get('city')\n    cursor.execute(\"SELECT * FROM users WHERE city = '%s'\" % city)\n",
        ),
        (
            "c.py",
            "async def u(request):\n    body = json.loads(await request.body())\n    await db.execute(\"SELECT * FROM users WHERE name = '\" + body['name'] + \"'\")\n",
        ),
        (
            "a.ts",
            "export async function POST(request: Request) {\n  const { name } = await request.json();\n  await db.query(\"SELECT * FROM users WHERE name = '\" + name + \"'\");\n}\n",
        ),
        (
            "a.js",
            "app.get('/u', async ({ query }, res) => { await db.query(`SELECT * FROM users WHERE name = '${query.name}'`); });\n",
        ),
        (
            "a.go",
            "package a\nfunc f(w http.ResponseWriter, r *http.Request) {\n\tvars := mux.Vars(r)\n\tdb.Query(\"SELECT * FROM users WHERE name = '\" + vars[\"name\"] + \"'\")\n}\n",
        ),
        (
            "b.go",
            "package a\ntype in struct{ Name string }\nfunc f(w http.ResponseWriter, r *http.Request) {\n\tvar body in\n\tjson.NewDecoder(r.Body).Decode(&body)\n\tdb.Query(\"SELECT * FROM users WHERE name = '\" + body.Name + \"'\")\n}\n",
        ),
        (
            "a.rb",
            "post '/u' do\n  body = JSON.parse(request.body.read)\n  name = body['name']\n  DB.fetch(\"SELECT * FROM users WHERE name = '#{name}'\")\nend\n",
        ),
        (
            "a.rs",
            "use axum::extract::Query;\nasync fn f(Query(q): Query<HashMap<String, String>>, pool: PgPool) { let name = q.get(\"name\").unwrap(); sqlx::query(&format!(\"SELECT * FROM users WHERE name = '{}'\", name)).fetch_all(&pool).await; }\n",
        ),
    ];
    assert_eq!(others(&found, NotMet), Vec::<&str>::new());
}

#[test]
fn a_text_that_is_put_together_by_steps_is_followed() {
    let found = [
        (
            "A.java",
            "@RestController class A { @GetMapping(\"/u\") List<U> f(@RequestParam String name) { StringBuilder sql = new StringBuilder(\"SELECT * FROM users WHERE 1 = 1\"); sql.append(\" AND name = '\").append(name).append(\"'\"); return jdbc.query(sql.toString(), mapper); } }\n",
        ),
        (
            "a.js",
            "app.get('/u', (req, res) => { const filters = []; filters.push(`name = '${req.query.name}'`); db.query(`SELECT * FROM users WHERE ${filters.join(' AND ')}`); });\n",
        ),
        (
            "b.js",
            "app.get('/u', (req, res) => { let sql = 'SELECT * FROM users'; sql = sql + \" WHERE name = '\" + req.query.name + \"'\"; db.query({ text: sql }); });\n",
        ),
        (
            "a.go",
            "package a\nfunc f(c *gin.Context) {\n\tvar parts []string\n\tparts = append(parts, \"name = '\"+c.Query(\"name\")+\"'\")\n\tdb.Query(\"SELECT * FROM users WHERE \" + strings.Join(parts, \" AND \"))\n}\n",
        ),
        (
            "a.rs",
            "async fn f(q: web::Query<Filter>) { let mut sql = String::from(\"SELECT * FROM users WHERE name = '\"); sql.push_str(&q.name); sqlx::query(&sql).fetch_all(&pool).await; }\n",
        ),
    ];
    assert_eq!(others(&found, NotMet), Vec::<&str>::new());
}

#[test]
fn a_part_that_was_put_together_before_is_a_text_of_its_own() {
    let of = |part: &str| {
        let text = format!(
            "package a\nfunc (r *repo) All(ctx context.Context, filter *Filter, page int) {{\n\tif filter.Page == 0 {{ filter.Page = 1 }}\n\tpart := \"\"\n\tif filter.Kind != \"\" {{\n\t\tpart = {part}\n\t}}\n\tquery := fmt.Sprintf(`SELECT * FROM shops WHERE open\n\t%s\n\tORDER BY id`, part)\n\tr.db.Query(ctx, query)\n}}\n"
        );
        outcome("a.go", &text)
    };
    assert_eq!(of("fmt.Sprintf(\"AND kind = '%s'\", filter.Kind)"), Partly);
    assert_eq!(of("fmt.Sprintf(\"AND page > %d\", page)"), Met);
    assert_eq!(of("\"AND kind = $1\""), Met);
}

#[test]
fn a_procedure_that_is_called_is_sql() {
    let of = |value: &str, kind: &str| {
        outcome(
            "A.cs",
            &format!(
                "class A {{ void F({kind} name) {{ _context.Database.ExecuteSqlRaw(\"call Drop(\" + {value} + \");\"); }} }}\n"
            ),
        )
    };
    assert_eq!(of("name", "string"), Partly);
    assert_eq!(of("name.ToString()", "uint"), Met);
}

#[test]
fn without_sql_there_is_no_verdict() {
    assert_eq!(outcome("a.py", "subprocess.execute('ls ' + path)\n"), NotApplicable);
    assert_eq!(outcome("migrations/a.py", "cursor.execute('DELETE FROM a WHERE b = ' + c)\n"), NotApplicable);
}

#[test]
fn a_framework_in_the_manifest_is_no_use_of_its_mapper() {
    let of = |manifest: (&str, &str), file: (&str, &str)| {
        let repo = Fixture::new().file(manifest.0, manifest.1).file(file.0, file.1).snapshot();
        finding(&repo).outcome()
    };
    let laravel = ("composer.json", r#"{"require": {"laravel/framework": "12"}}"#);
    assert_eq!(
        of(laravel, ("config/builder.php", "<?php return [\\Illuminate\\Database\\Eloquent\\Model::class => []];\n")),
        NotApplicable
    );
    assert_eq!(of(laravel, ("app/User.php", "<?php class User extends Model { }\n")), Met);
    assert_eq!(of(laravel, ("tests/UserTest.php", "<?php class User extends Model { }\n")), NotApplicable);
    let django = ("requirements.txt", "django\n");
    assert_eq!(of(django, ("fields.py", "from django.forms import Field\n")), NotApplicable);
    assert_eq!(of(django, ("models.py", "class Post(models.Model):\n    pass\n")), Met);
    let rails = ("Gemfile", "gem 'rails'\n");
    assert_eq!(of(rails, ("lib/a.rb", "class A < ActionController::API\nend\n")), NotApplicable);
    assert_eq!(of(rails, ("app/models/a.rb", "class A < ApplicationRecord\nend\n")), Met);
}

#[test]
fn the_text_of_a_list_of_rails_is_sql() {
    let of = |asked: &str| {
        let text = format!("class UsersController < ApplicationController\n  def index\n    {asked}\n  end\nend\n");
        outcome("users_controller.rb", &text)
    };
    assert_eq!(of("User.where([\"#{params[:by]} = ?\", true])"), NotMet);
    assert_eq!(of("User.where(User.sanitize_sql_array([\"#{params[:by]} = ?\", true]))"), NotMet);
    assert_eq!(
        of("sql = User.sanitize_sql_for_conditions([\"#{params[:by]} = ?\", true])\n    User.where(sql)"),
        NotMet
    );
    assert_eq!(of("User.where([\"name = ?\", params[:name]])"), Met);
    assert_eq!(of("User.where(User.sanitize_sql_array([\"name = ?\", params[:name]]))"), Met);
}
