//! What makes a value harmless on its way into the text, and what does not.

use super::{finding, others};
use crate::Confidence;
use crate::Outcome::{Met, NotMet, Partly};
use crate::snapshot::fixture::Fixture;

#[test]
fn numbers_and_checked_values_of_a_request_are_harmless() {
    let found = [
        (
            "a.php",
            "<?php\nfunction show(Request $request) { $id = (int) $request->input('id'); DB::select(\"SELECT * FROM users WHERE id = $id\"); }\n",
        ),
        (
            "a.rb",
            "class A\n  def index\n    User.find_by_sql(\"SELECT * FROM users WHERE id = #{Integer(params[:id])}\")\n  end\nend\n",
        ),
        (
            "a.js",
            "app.get('/u', (req, res) => { const id = +req.query.id; db.query(`SELECT * FROM users WHERE id = ${id} LIMIT ${req.query.limit | 0}`); });\n",
        ),
        (
            "a.py",
            "@app.get('/u')\ndef u():\n    page = request.args.get('page', 1, type=int)\n    cursor.execute(f\"SELECT * FROM users LIMIT {page}\")\n",
        ),
        (
            "b.py",
            "@app.get('/u/<int:number>')\ndef u(number):\n    cursor.execute(f\"SELECT * FROM users WHERE id = {number}\")\n",
        ),
        (
            "c.py",
            "class Sort(str, Enum):\n    name = 'name'\n@app.get('/u')\ndef u(sort: Sort):\n    cursor.execute(f\"SELECT * FROM users WHERE a = 1 ORDER BY '{sort.value}'\")\n",
        ),
        (
            "A.java",
            "enum Sort { NAME }\nclass A { List<U> f(Sort sort) { return jdbc.query(\"SELECT * FROM users WHERE a = '\" + sort.name() + \"'\", mapper); } }\n",
        ),
        (
            "B.java",
            "@RestController class B { @GetMapping(\"/u\") List<U> f(@RequestParam String id) { long number = Long.parseLong(id); return jdbc.query(\"SELECT * FROM users WHERE id = \" + number, mapper); } }\n",
        ),
        (
            "a.go",
            "package a\ntype in struct {\n\tAge int\n}\nfunc f(c *gin.Context) {\n\tvar body in\n\tc.ShouldBindJSON(&body)\n\tdb.Query(fmt.Sprintf(\"SELECT * FROM users WHERE age = %v\", body.Age))\n}\n",
        ),
        (
            "b.go",
            "package a\nvar sorts = map[string]string{\"name\": \"name\"}\nfunc f(c *gin.Context) {\n\tdb.Query(\"SELECT * FROM users WHERE a = 1 ORDER BY \" + sorts[c.Query(\"sort\")])\n}\n",
        ),
        (
            "a.ts",
            "export const f = async (req, res) => { const user = await users.findOne({ id: req.params.id }); await db.query(`SELECT * FROM posts WHERE name = '${user['name']}'`); };\n",
        ),
        (
            "c.js",
            "app.get('/u', async (req, res) => { const user = await current(req.query); await db.query(`SELECT * FROM posts WHERE name = '${user.name}'`); });\n",
        ),
    ];
    assert_eq!(others(&found, Met), Vec::<&str>::new());
}

#[test]
fn neither_its_name_nor_the_sql_itself_checks_a_value() {
    let found = [
        (
            "a.py",
            "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/u')\ndef u(date: str):\n    cur.execute(f\"SELECT * FROM sales WHERE day = '{date}'\")\n",
        ),
        (
            "b.py",
            "@app.get('/u')\ndef u():\n    name = request.args['name']\n    if not isinstance(name, str):\n        abort(400)\n    cur.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n",
        ),
        (
            "c.py",
            "@app.get('/u')\ndef u():\n    status = request.args['status']\n    cur.execute(f\"SELECT * FROM t WHERE status in ('{status}')\")\n",
        ),
        (
            "d.py",
            "from flask import Flask\napp = Flask(__name__)\n@app.get('/a/<int:id>')\ndef a(id):\n    return show(id)\n\n@app.get('/b/<id>')\ndef b(id):\n    cur.execute(f\"SELECT * FROM t WHERE id = '{id}'\")\n",
        ),
        (
            "A.java",
            "@RestController class A { @GetMapping(\"/u\") List<U> f(@RequestParam(\"date\") String date) { return jdbc.query(\"SELECT * FROM sales WHERE day = '\" + date + \"'\", mapper); } }\n",
        ),
    ];
    assert_eq!(others(&found, NotMet), Vec::<&str>::new());
    let parameters = [
        (
            "a.go",
            "package a\nfunc (s *S) by(date string) {\n\ts.db.Query(\"SELECT * FROM sales WHERE day = '\" + date + \"'\")\n}\n",
        ),
        ("a.php", "<?php\nfunction by($db, $date) { $db->query(\"SELECT * FROM sales WHERE day = '$date'\"); }\n"),
    ];
    assert_eq!(others(&parameters, Partly), Vec::<&str>::new());
    let harmless = [
        (
            "a.py",
            "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/u')\ndef u(day: date):\n    cur.execute(f\"SELECT * FROM sales WHERE day = '{day}'\")\n",
        ),
        (
            "b.py",
            "@app.get('/u')\ndef u():\n    size = request.json['size']\n    if not isinstance(size, int):\n        abort(400)\n    cur.execute(f\"SELECT * FROM users WHERE size = {size}\")\n",
        ),
        (
            "c.py",
            "@app.get('/u')\ndef u():\n    sort = request.args['sort']\n    ok = sort in ALLOWED\n    cur.execute(f\"SELECT * FROM users WHERE a = 1 ORDER BY {sort}\")\n",
        ),
        ("a.php", "<?php\nfunction by($db, int $page) { $db->query(\"SELECT * FROM sales WHERE page = '$page'\"); }\n"),
    ];
    assert_eq!(others(&harmless, Met), Vec::<&str>::new());
}

#[test]
fn what_a_function_makes_of_a_request_is_a_sign_and_no_fact() {
    let of = |value: &str| {
        let text = format!(
            "class A < B\n  def index\n    length = {value}\n    C.find_by_sql(\"SELECT * FROM a WHERE b > '#{{length}}'\")\n  end\nend\n"
        );
        let found = finding(&Fixture::new().file("app/controllers/a_controller.rb", &text).snapshot());
        (found.outcome(), found.confidence())
    };
    assert_eq!(of("params[:period]"), (NotMet, Confidence::Observed));
    assert_eq!(of("interval(params[:period] || '1')"), (NotMet, Confidence::Indicative));
}
