//! Fifty kinds of credentials in everything that a repository can hold, reviewed by a real server; then everything that
//! the run has said, sent, stored or left anywhere is searched for them, as they are and encoded.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use foliolens::sandbox::protocol::Request;
use foliolens::sandbox::{Ask, Examine, Fetch, Strictness};
use serde_json::json;
use sqlx::{AssertSqlSafe, Row};

use super::needles::Search;
use super::{in_files, in_texts, planted};
use crate::support::{App, Database, INSTALLATION, Repository, World, run_on};

/// All that a run has produced, each with where it came from.
#[derive(Default)]
struct Produced(Vec<(String, Vec<u8>)>);

impl Produced {
    fn add(&mut self, from: impl Into<String>, what: impl Into<Vec<u8>>) {
        self.0.push((from.into(), what.into()));
    }

    /// Asserts that there is something from `from` that holds `says`: that the search is not one of nothing.
    fn assert_has(&self, from: &str, says: &str) {
        let found = self.0.iter().filter(|(place, _)| place.starts_with(from));
        let is_there = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(says);
        assert!(found.clone().any(|(_, bytes)| is_there(bytes)), "{from}: {} without {says}", found.count());
    }
}

/// The same values in the encodings that people paste.
fn encoded(repository: &Repository, planted: &[(&str, String)]) {
    let base = |value: &str| base64::engine::general_purpose::STANDARD.encode(value);
    let hex = |value: &str| value.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let percent = |value: &str| value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let of = |way: &dyn Fn(&str) -> String| -> String {
        planted.iter().map(|(name, value)| format!("{name} = \"{}\"\n", way(&format!("{name}={value}")))).collect()
    };
    repository.write("deploy/base.py", &of(&base)).write("deploy/hex.py", &of(&hex));
    repository.write("deploy/percent.py", &of(&percent)).write("deploy/twice.txt", &of(&|value| base(&base(value))));
    repository.commit("Add what is deployed");
}

/// Those that are known by their form alone, wherever a review quotes what it has read.
fn in_what_is_quoted(repository: &Repository, planted: &[(&str, String)]) {
    let of = |name: &str| &planted.iter().find(|(known, _)| *known == name).expect("a kind").1;
    let (one, two, three, four) = (of("GITHUB_TOKEN"), of("SLACK_TOKEN"), of("NPM_TOKEN"), of("STRIPE_KEY"));
    for (path, text) in [
        ("requirements.txt", format!("fastapi\nflask=={one}\n{two}==1.0\n")),
        (
            "app.py",
            format!(
                "import os\nfrom fastapi import FastAPI\napp = FastAPI()\nx = os.environ[\"{one}\"]\n\
                 y = os.getenv('HOOK_{two}')\n\n@app.get(\"/hooks/{one}\")\ndef hook(): return 1\n\n\
                 @app.post('/v1/{three}/{four}')\ndef other(id):\n    db.execute(\"SELECT '{four}' FROM a WHERE b = \" + id)\n"
            ),
        ),
        (
            "package.json",
            format!(
                "{{\"name\": \"{one}\", \"dependencies\": {{\"express\": \"{two}\", \"{three}\": \"1\"}},\n\
                 \"scripts\": {{\"{four}\": \"x\", \"start\": \"TOKEN={three} node a.js\", \"test\": \"jest --token {four}\"}}}}"
            ),
        ),
        (
            "openapi.yaml",
            format!(
                "openapi: 3.0.0\ninfo: {{title: \"{one}\", version: \"{two}\"}}\npaths:\n  /a/{three}:\n    get: {{}}\n"
            ),
        ),
        ("Dockerfile", format!("FROM python:{four}\nARG A={one}\nENV B={two}\nCMD [\"run\", \"{three}\"]\n")),
        (
            ".github/workflows/{name}.yml",
            format!(
                "name: \"{one}\"\non: push\njobs:\n  \"{two}\":\n    runs-on: x\n    steps:\n      - run: pytest --token {three}\n"
            ),
        ),
        (
            ".github/foliolens.toml",
            format!(
                "\"{one}\" = 1\nprofile = \"{two}\"\n[[suppress]]\nsignal = \"{three}\"\nreason = \"{four}\"\n\
                 [[suppress]]\nsignal = \"tests.exist\"\nreason = \"{one}\"\n"
            ),
        ),
        (".env.example", format!("{one}=\nURL=https://x:{two}@h.io/\n# {three}\n")),
        (
            "migrations/1.sql",
            format!("CREATE TABLE \"{three}\" (id int, \"{two}\" int REFERENCES \"{one}\"(id), price real);\n"),
        ),
        (
            "docs/setup.md",
            format!(
                "# {one}\n\n## Configure\n\n| `{two}` | b |\n|-|-|\n\n```\nexport A={three}\ncurl -H '{four}' https://h.io\n```\n"
            ),
        ),
        ("tests/test_a.py", format!("def test_{three}():\n    assert call('{four}')\n")),
        ("Makefile", format!("test: {one}\n\tTOKEN={two} pytest {three}\n")),
        (".mailmap", format!("{one} <a@x> {two} <{three}@x>\n")),
        (".gitmodules", format!("[submodule \"{one}\"]\n\tpath = a\n\turl = https://{two}@h.io/a\n")),
    ] {
        repository.write(&path.replace("{name}", four), &text);
    }
    repository.git(&["-c", &format!("user.name={one}"), "add", "-A"]);
    let author = format!("--author={two} <{three}@example.org>");
    repository.git(&["commit", "-q", &author, "-m", &format!("Take {one}\n\nCo-authored-by: {two} <a@x>\n")]);
    repository.git(&["notes", "add", "-m", &format!("key {three} {four}")]);
    repository.git(&["tag", &format!("v-{four}")]);
}

/// Reads every file that appears in `folder` until told to stop, clones apart: those are what is read, not what is said.
struct Watcher {
    is_over: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<BTreeMap<PathBuf, Vec<u8>>>,
}

impl Watcher {
    fn of(folder: &Path) -> Self {
        let (is_over, folder) = (Arc::new(AtomicBool::new(false)), folder.to_owned());
        let told = is_over.clone();
        let thread = std::thread::spawn(move || {
            let mut read: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
            while !told.load(Ordering::Relaxed) {
                look(&folder, &mut read);
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            look(&folder, &mut read);
            read
        });
        Watcher { is_over, thread }
    }

    fn end(self) -> BTreeMap<PathBuf, Vec<u8>> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("no panic")
    }
}

fn look(folder: &Path, read: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            // Its name is ours, too.
            read.entry(path.clone()).or_default();
            if !path.ends_with("repository.git") {
                look(&path, read);
            }
        } else if let Ok(bytes) = std::fs::read(&path) {
            let all = read.entry(path).or_default();
            if !all.ends_with(&bytes) {
                all.extend(bytes);
            }
        }
    }
}

/// Every row of every table, and what lies in the file besides.
async fn rows(address: &str, folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    if address.starts_with("sqlite") {
        let pool = sqlx::SqlitePool::connect(address).await.expect("the database");
        let tables = sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table'").fetch_all(&pool).await;
        for table in tables.expect("tables") {
            let table: String = table.get(0);
            let columns = sqlx::query("SELECT name FROM pragma_table_info($1)").bind(&table).fetch_all(&pool).await;
            let columns: Vec<String> =
                columns.expect("columns").iter().map(|row| format!("quote(\"{}\")", row.get::<String, _>(0))).collect();
            let sql = format!("SELECT {} FROM \"{table}\"", columns.join(" || ' ' || "));
            for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&pool).await.expect("rows") {
                found.push((format!("table {table}"), row.get::<String, _>(0).into_bytes()));
            }
        }
        pool.close().await;
        for name in ["app.db", "app.db-wal", "app.db-shm"] {
            if let Ok(bytes) = std::fs::read(folder.join(name)) {
                found.push((format!("file {name}"), bytes));
            }
        }
    } else {
        let pool = sqlx::PgPool::connect(address).await.expect("the database");
        let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
        for table in sqlx::query(sql).fetch_all(&pool).await.expect("tables") {
            let table: String = table.get(0);
            let sql = format!("SELECT row_to_json(t)::text FROM \"{table}\" t");
            for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&pool).await.expect("rows") {
                found.push((format!("table {table}"), row.get::<String, _>(0).into_bytes()));
            }
        }
        pool.close().await;
    }
    found
}

/// What a child is asked to do that clones `name` as the server has it do, into `folder`.
fn fetching(world: &World, name: &str, folder: &Path) -> Ask {
    let web = world.github.url();
    Ask::Fetch(Fetch {
        address: format!("{web}/{name}"),
        web,
        token: None,
        folder: folder.join("repository.git"),
        bytes: 64 << 20,
        seconds: 60,
        objects: 100_000,
        memory_mib: 512,
        certificates: BTreeMap::new(),
        at_terminal: false,
    })
}

/// What a child is asked to do that examines `folder` as the server has it do.
fn examining(folder: &Path) -> Ask {
    Ask::Examine(Box::new(Examine {
        address: Some("https://github.com/ana/shop".to_owned()),
        configured: foliolens::sandbox::protocol::Configured { reads_own: true, ..Default::default() },
        ..Examine::of(folder)
    }))
}

/// All that a child says that does `ask`: its standard output and error.
#[expect(clippy::disallowed_methods, reason = "tests start the program")]
fn child_says(ask: Ask) -> Vec<(String, Vec<u8>)> {
    let what = if matches!(ask, Ask::Fetch(_)) { "clone" } else { "child" };
    let ask = Request { sandbox: Strictness::Require, watched: true, ask };
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("foliolens"))
        .arg("child")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("piped");
    writeln!(stdin, "{}", serde_json::to_string(&ask).expect("JSON")).expect("asked");
    let mut errors = child.stderr.take().expect("piped");
    let complaints = std::thread::spawn(move || {
        let mut said = Vec::new();
        errors.read_to_end(&mut said).expect("read");
        said
    });
    let mut said = Vec::new();
    child.stdout.take().expect("piped").read_to_end(&mut said).expect("read");
    assert!(child.wait().expect("ended").success());
    vec![(format!("{what}'s output"), said), (format!("{what}'s errors"), complaints.join().expect("no panic"))]
}

/// The pages that a comment links to, and those for machines.
fn pages(app: &App, said: &str, produced: &mut Produced) {
    for part in said.split("(https://reports.example.org/reports/").skip(1) {
        let path = format!("/reports/{}", part.split(')').next().expect("its end"));
        let (status, page) = app.get(&path);
        assert_eq!(status, 200, "{path}");
        produced.add(format!("page {path}"), page);
    }
    for path in ["/healthz", "/readyz", "/metrics", "/nothing", "/reports/1/x"] {
        produced.add(format!("page {path}"), app.get(path).1);
    }
}

fn nothing_found_comes_out_of(world: &World) {
    let (ana, bo) = (planted(2), planted(3));
    in_files(&world.candidate, &ana);
    encoded(&world.candidate, &ana);
    in_what_is_quoted(&world.candidate, &ana);
    let blog = Repository::with_commits(2);
    in_texts(&blog, &bo);
    in_what_is_quoted(&blog, &bo);
    let id = world.github.host("bo/blog", blog.path().join(".git"), true, true);
    let watcher = Watcher::of(world.folder.path());
    let app = world.app_with(&[("FOLIOLENS_PUBLIC_URL", "https://reports.example.org/")]);
    let mut produced = Produced::default();
    let own = |text: &str| {
        let mut asked = world.comment("bo", text);
        asked["repository"] = json!({"id": id, "full_name": "bo/blog", "default_branch": "main"});
        asked
    };
    let mut asked = vec![world.comment("rita", "/review ana/shop"), own("/review"), own("/review config")];
    asked.push(world.comment("rita", "/review ana/shop --only secrets"));
    for (index, comment) in asked.iter().enumerate() {
        assert_eq!(app.deliver("issue_comment", &format!("s-{index}"), comment), 202);
        app.wait_until_idle();
        let said = world.reports();
        pages(&app, &said.concat(), &mut produced);
        said.into_iter().for_each(|said| produced.add("comment", said));
    }
    let again = json!({"action": "rerequested", "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main"},
        "check_run": {"head_sha": blog.git(&["rev-parse", "HEAD"]).trim(), "app": {"id": crate::support::APP}},
        "sender": {"login": "bo", "type": "User"}});
    assert_eq!(app.deliver("check_run", "s-check", &again), 202);
    app.wait_until_idle();
    world.reports();
    for run in world.github.with(|state| state.check_runs.values().cloned().collect::<Vec<_>>()) {
        produced.add("check run", run.to_string());
    }
    for sent in world.github.heard() {
        produced.add("request", sent);
    }
    for arguments in [&["jobs", "list"][..], &["jobs", "show", "1"], &["jobs", "show", "2"]] {
        let (_, out, err) = run_on(&world.database, arguments);
        produced.add(arguments.join(" "), out + &err);
    }
    let log = app.log();
    assert!(app.terminate());
    produced.add("log", log);
    for (path, bytes) in watcher.end() {
        produced.add(format!("path {}", path.display()), path.display().to_string());
        produced.add(format!("temporary {}", path.display()), bytes);
    }
    assert_eq!(world.left_behind(), Vec::<String>::new());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    produced.0.extend(runtime.block_on(rows(&world.database, world.folder.path())));
    for repository in [&world.candidate, &blog] {
        produced.0.extend(child_says(examining(&repository.path().join(".git"))));
        world.github.host("ana/again", repository.path().join(".git"), false, false);
        let folder = tempfile::tempdir().expect("a folder");
        produced.0.extend(child_says(fetching(world, "ana/again", folder.path())));
        assert!(folder.path().join("repository.git/packed-refs").exists(), "nothing was cloned");
    }

    // A comment that is asked for again and again is searched once.
    produced.0.sort();
    produced.0.dedup();
    let search = Search::of(&[ana, bo].concat());
    let shown = |(from, bytes): &(String, Vec<u8>)| -> Vec<String> {
        search.seen(bytes).iter().map(|(name, how)| format!("{from} shows {name} ({how})")).collect()
    };
    let wrong: Vec<String> = produced.0.iter().flat_map(shown).collect();
    assert!(wrong.is_empty(), "{} places:\n{}", wrong.len(), wrong.join("\n"));
    // It was there to be seen.
    for (from, says) in [
        ("comment", "credential"),
        ("page /reports/", "credential"),
        ("page /metrics", "foliolens_review_seconds_count"),
        ("check run", "secrets."),
        ("request", "credential"),
        ("jobs list", "review"),
        ("log", "examined"),
        ("table reports", "credential"),
        ("table audit", "rita"),
        ("child's output", "credential"),
        ("clone's output", "fetched"),
        ("path ", "repository.git"),
    ] {
        produced.assert_has(from, says);
    }
    let stored = produced.0.iter().filter(|(from, _)| from == "table reports").map(|(_, row)| row);
    // PostgreSQL shows a text within a row with its quotes escaped.
    let counted = |row: &Vec<u8>| String::from_utf8_lossy(row).matches("\"fingerprint").count();
    let most = stored.map(counted).max().expect("reports");
    assert!(most >= 40, "{most} of fifty were found");
}

#[test]
fn no_value_comes_out_of_a_server_in_any_form() {
    Database::all().into_iter().map(World::on).for_each(|world| nothing_found_comes_out_of(&world));
}
