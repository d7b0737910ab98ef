use super::finding;
use crate::Outcome::{self, Met, NotApplicable, NotMet, Partly};
use crate::snapshot::fixture::Fixture;

fn outcome(path: &str, text: &str) -> Outcome {
    finding(&Fixture::new().file(path, text).snapshot()).outcome()
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
fn a_parameter_of_a_function_is_said_with_care() {
    let text = "def find(name):\n    cursor.execute(\"SELECT * FROM users WHERE name = '\" + name + \"'\")\n";
    assert_eq!(outcome("repository.py", text), Partly);
    // A name of a table is nearly always a constant of the caller.
    assert_eq!(outcome("repository.py", "def all(table):\n    cursor.execute(f\"SELECT * FROM {table}\")\n"), Met);
}

#[test]
fn without_sql_there_is_no_verdict() {
    assert_eq!(outcome("a.py", "subprocess.execute('ls ' + path)\n"), NotApplicable);
    assert_eq!(outcome("migrations/a.py", "cursor.execute('DELETE FROM a WHERE b = ' + c)\n"), NotApplicable);
}
