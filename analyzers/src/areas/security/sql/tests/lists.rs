//! Lists whose entries become part of the text.

use super::{finding, others};
use crate::Outcome::{Met, NotMet};
use crate::snapshot::fixture::Fixture;

#[test]
fn the_entries_of_a_list_are_followed_into_the_text() {
    let found = [
        (
            "a.js",
            "app.post('/u', (req, res) => { const { ids } = req.body; db.query(`DELETE FROM orders WHERE id IN (${ids.join(',')})`); });\n",
        ),
        (
            "b.js",
            "app.post('/u', (req, res) => { db.query(`SELECT * FROM u WHERE name IN (${req.body.names.map(n => `'${n}'`).join(',')})`); });\n",
        ),
        (
            "c.js",
            "app.post('/u', (req, res) => { const names = req.body.names; const list = names.map((n) => \"'\" + n + \"'\").join(','); db.query(`SELECT * FROM u WHERE name IN (${list})`); });\n",
        ),
        (
            "a.py",
            "@app.get('/u')\ndef u():\n    ids = request.args.getlist('id')\n    cur.execute(f\"SELECT * FROM t WHERE id IN ({','.join(ids)})\")\n",
        ),
        (
            "b.py",
            "@app.get('/u')\ndef u():\n    names = request.args.getlist('n')\n    cur.execute(\"SELECT * FROM t WHERE n IN (\" + \",\".join(f\"'{i}'\" for i in names) + \")\")\n",
        ),
        (
            "c.py",
            "@app.get('/u')\ndef u():\n    ids = request.args.getlist('id')\n    cur.execute(\"SELECT * FROM t WHERE id IN (%s)\" % ','.join(map(str, ids)))\n",
        ),
        (
            "a.go",
            "package a\nfunc f(w http.ResponseWriter, r *http.Request) {\n\tids := r.URL.Query()[\"id\"]\n\tdb.Query(\"SELECT * FROM t WHERE id IN (\" + strings.Join(ids, \",\") + \")\")\n}\n",
        ),
        (
            "A.java",
            "@RestController class A { @GetMapping(\"/u\") List<U> f(@RequestParam List<String> ids) { return jdbc.query(\"SELECT * FROM t WHERE id IN (\" + String.join(\",\", ids) + \")\", mapper); } }\n",
        ),
    ];
    assert_eq!(others(&found, NotMet), Vec::<&str>::new());
    let harmless = [
        (
            "a.js",
            "app.post('/u', (req, res) => { const { ids } = req.body; db.query(`SELECT * FROM t WHERE id IN (${ids.map(() => '?').join(',')})`, ids); });\n",
        ),
        (
            "b.js",
            "app.post('/u', (req, res) => { const { ids } = req.body; db.query(`SELECT * FROM t WHERE id IN (${ids.map((_, i) => `$${i + 1}`).join(',')})`, ids); });\n",
        ),
        (
            "c.js",
            "app.post('/u', (req, res) => { const ids = req.body.ids.map(Number); db.query(`SELECT * FROM t WHERE id IN (${ids.join(',')})`); });\n",
        ),
        (
            "d.js",
            "app.post('/u', (req, res) => { const ids = req.body.ids.map((id) => parseInt(id, 10)); db.query(`SELECT * FROM t WHERE id IN (${ids.join(',')})`); });\n",
        ),
        (
            "e.js",
            "app.post('/u', (req, res) => { const { ids } = req.body; if (!ids.every(isUuid)) return; db.query(`SELECT * FROM t WHERE id IN (${ids.join(',')})`); });\n",
        ),
        (
            "a.py",
            "@app.get('/u')\ndef u():\n    ids = request.args.getlist('id')\n    marks = ','.join(['%s'] * len(ids))\n    cur.execute(f\"SELECT * FROM t WHERE id IN ({marks})\", ids)\n",
        ),
        (
            "b.py",
            "@app.get('/u')\ndef u():\n    ids = request.args.getlist('id')\n    cur.execute(\"SELECT * FROM t WHERE id IN (\" + ','.join('?' for _ in ids) + \")\", ids)\n",
        ),
        (
            "c.py",
            "@app.get('/u')\ndef u():\n    ids = [int(i) for i in request.args.getlist('id')]\n    cur.execute(f\"SELECT * FROM t WHERE id IN ({','.join(str(i) for i in ids)})\")\n",
        ),
        (
            "d.py",
            "@app.get('/u')\ndef u():\n    ids = request.args.getlist('id')\n    for i in ids:\n        if not i.isdigit():\n            abort(400)\n    cur.execute(f\"SELECT * FROM t WHERE id IN ({','.join(ids)})\")\n",
        ),
        (
            "a.go",
            "package a\nfunc f(c *gin.Context) {\n\tvar parts []string\n\tvar args []any\n\targs = append(args, c.Query(\"name\"))\n\tparts = append(parts, \"name = $\"+strconv.Itoa(len(args)))\n\tdb.Query(\"SELECT * FROM users WHERE \" + strings.Join(parts, \" AND \"), args...)\n}\n",
        ),
        (
            "A.java",
            "@RestController class A { @GetMapping(\"/u\") List<U> f(@RequestParam List<Long> ids) { return jdbc.query(\"SELECT * FROM t WHERE id IN (\" + String.join(\",\", ids) + \")\", mapper); } }\n",
        ),
    ];
    assert_eq!(others(&harmless, Met), Vec::<&str>::new());
}

#[test]
fn a_piece_of_sql_that_is_handed_on_as_it_is_written() {
    let of = |assigned: &str, rules: &str| {
        let class = format!(
            "<?php\nclass Sort {{\n  public function __invoke(SortRequest $request) {{\n    $order = {assigned};\n    DB::table('orders')->update(['order' => DB::raw(\"'\" . '{{' . implode(',', $order) . '}}' . \"'::int[]\")]);\n  }}\n}}\n"
        );
        let rules =
            format!("<?php class SortRequest {{ function rules() {{ return [\n'order' => 'array',\n{rules}]; }} }}\n");
        finding(&Fixture::new().file("app/Sort.php", &class).file("app/SortRequest.php", &rules).snapshot()).outcome()
    };
    assert_eq!(of("$request->input('order')", ""), NotMet);
    assert_ne!(of("$request->input('order')", "'order.*' => 'integer',\n"), NotMet);
    assert_ne!(of("array_map('intval', $request->input('order'))", ""), NotMet);
    assert_ne!(of("[1, 2]", ""), NotMet);
}

#[test]
fn what_is_bound_behind_a_raw_text_is_no_part_of_it() {
    let of = |text: &str| {
        let route = format!("app.get('/u', (req, res) => {{ knex('a').select(knex.raw({text})); }});\n");
        super::outcome("a.js", &route)
    };
    assert_ne!(of("'ts_rank(words, plainto_tsquery(?)) as rank', [req.query.q]"), NotMet);
    assert_eq!(of("`ts_rank(words, '${req.query.q}') as rank`"), NotMet);
}
