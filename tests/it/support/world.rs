//! A hiring repository, a candidate's, and the app between them.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use sqlx::Connection;

use super::{App, Database, GitHub, INSTALLATION, Repository};

/// A hiring repository, a candidate's, and who is who.
pub struct World {
    runtime: tokio::runtime::Runtime,
    /// Its GitHub.
    pub github: GitHub,
    /// The number of the hiring repository.
    pub hiring: u64,
    /// `ana/shop`.
    pub candidate: Repository,
    /// Where it keeps what outlives it.
    pub database: String,
    /// Where clones are, and SQLite's file.
    pub folder: tempfile::TempDir,
    leaves_jobs: AtomicBool,
    _hiring: Repository,
}

impl World {
    /// One where `rita` may ask in `acme/hiring`.
    pub fn new() -> Self {
        Self::on(Database::Sqlite)
    }

    /// The same, on that database.
    pub fn on(database: Database) -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let github = runtime.block_on(GitHub::start());
        let (hiring, candidate) = (Repository::with_commits(1), Repository::with_commits(3));
        let id = github.host("acme/hiring", hiring.path().join(".git"), true, true);
        github.host("ana/shop", candidate.path().join(".git"), false, false);
        github.with(|state| state.permissions.insert("rita".into(), "write"));
        let folder = tempfile::tempdir().expect("a folder");
        let database = runtime.block_on(database.fresh(folder.path()));
        World {
            runtime,
            github,
            database,
            hiring: id,
            candidate,
            folder,
            leaves_jobs: AtomicBool::new(false),
            _hiring: hiring,
        }
    }

    /// The app, on a database of its own.
    pub fn app(&self) -> App {
        self.app_with(&[])
    }

    /// The same, with `settings` besides.
    pub fn app_with(&self, settings: &[(&str, &str)]) -> App {
        App::serve(&self.github, &self.database, self.folder.path(), settings)
    }

    /// The same, where no file may grow over `kib`.
    pub fn app_on_a_disk_of(&self, kib: u32, settings: &[(&str, &str)]) -> App {
        App::serve_on_a_disk_of(kib, &self.github, &self.database, self.folder.path(), settings)
    }

    /// The app, on a terminal.
    pub fn app_on_a_terminal(&self) -> App {
        App::serve_on_a_terminal(&self.github, &self.database, self.folder.path())
    }

    /// Runs the program as whoever operates the app does: exit code, standard output, standard error.
    pub fn operate(&self, arguments: &[&str]) -> (i32, String, String) {
        super::operate(&self.github, &self.database, self.folder.path(), arguments)
    }

    /// The app where it can not start.
    pub fn app_in_vain(&self, settings: &[(&str, &str)]) -> App {
        App::serve_in_vain(&self.github, &self.database, self.folder.path(), settings)
    }

    /// A worker apart from it.
    pub fn worker(&self) -> App {
        self.worker_with(&[])
    }

    /// The same, with `settings` besides.
    pub fn worker_with(&self, settings: &[(&str, &str)]) -> App {
        App::work(&self.github, &self.database, self.folder.path(), settings)
    }

    /// A comment of `author` in the hiring repository.
    pub fn comment(&self, author: &str, text: &str) -> Value {
        json!({
            "action": "created",
            "installation": {"id": INSTALLATION},
            "repository": {"id": self.hiring, "full_name": "acme/hiring", "default_branch": "main",
                "owner": {"login": "acme", "type": "Organization"}},
            "issue": {"number": 3},
            "comment": {"id": 11, "body": text, "user": {"login": author, "type": "User"}},
            "sender": {"login": author, "type": "User"},
        })
    }

    /// Jobs may be left in the end.
    pub fn may_leave_jobs(&self) {
        self.leaves_jobs.store(true, Ordering::Relaxed);
    }

    /// Changes what the database holds.
    pub fn change(&self, sql: &str) {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        self.runtime.block_on(async {
            if self.database.starts_with("postgres") {
                let mut server = sqlx::PgConnection::connect(&self.database).await.expect("connected");
                sqlx::query(sql).execute(&mut server).await.expect("done");
            } else {
                let mut file = sqlx::SqliteConnection::connect(&self.database).await.expect("opened");
                sqlx::query(sql).execute(&mut file).await.expect("done");
            }
        });
    }

    /// What waits for its next attempt is tried at once.
    pub fn hurry(&self) {
        self.change("UPDATE jobs SET run_at = 0 WHERE state = 'retrying'");
    }

    /// Waits until no job waits or runs, where none has the patience to wait for anything: trouble has lasted for days.
    pub fn wait_without_patience(&self, app: &App) {
        app.wait("every job to end", || {
            self.change("UPDATE jobs SET trouble_since = 1 WHERE state = 'retrying' AND trouble_since > 0");
            self.hurry();
            app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later")
        });
    }

    /// The number that `sql` asks the database for.
    pub fn number(&self, sql: &str) -> i64 {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        self.runtime.block_on(async {
            if self.database.starts_with("postgres") {
                let mut server = sqlx::PgConnection::connect(&self.database).await.expect("connected");
                sqlx::query_scalar(sql).fetch_one(&mut server).await.expect("a number")
            } else {
                let mut file = sqlx::SqliteConnection::connect(&self.database).await.expect("opened");
                sqlx::query_scalar(sql).fetch_one(&mut file).await.expect("a number")
            }
        })
    }

    /// The texts of the app's comments.
    pub fn reports(&self) -> Vec<String> {
        self.github.comments()
    }

    /// Nothing of a repository stays behind.
    pub fn left_behind(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("there");
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| !name.starts_with("app.db")).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() && !self.leaves_jobs.load(Ordering::Relaxed) {
            let (_, left, _) = super::run_on(&self.database, &["jobs", "list"]);
            let open = |line: &&str| ["queued", "retrying", "running"].iter().any(|state| line.contains(state));
            assert_eq!(left.lines().filter(open).collect::<Vec<_>>(), Vec::<&str>::new(), "jobs are left");
        }
        if !std::thread::panicking() {
            // Also what went wrong, and with what, is written down there.
            let tokens = aho_corasick::AhoCorasick::new(self.github.tokens()).expect("a few");
            for entry in std::fs::read_dir(self.folder.path()).into_iter().flatten().flatten() {
                let bytes = std::fs::read(entry.path()).unwrap_or_default();
                assert!(!tokens.is_match(&bytes), "a token is in {:?}", entry.path());
            }
        }
        let _entered = self.runtime.enter();
    }
}
