//! The server as a process: started with an environment, told of deliveries, killed, started again.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::github::{APP, GitHub};

/// What deliveries are signed with.
const SECRET: &str = "a secret for tests only";

/// Made once: making one takes a while.
static KEY: LazyLock<String> = LazyLock::new(|| {
    use aws_lc_rs::encoding::AsDer;
    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key");
    let der: aws_lc_rs::encoding::Pkcs8V1Der = pair.as_der().expect("encoded");
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der.as_ref());
    let (begin, end) = ("-----BEGIN PRIVATE", "-----END PRIVATE");
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!("{begin} KEY-----\n{}\n{end} KEY-----\n", lines.join("\n"))
});

/// A port that nobody has. One that the system hands out could be handed out again, to a connection of another test,
/// before the server listens on it; so it is one below those, and each process looks elsewhere first.
fn free_port() -> u16 {
    const FIRST: u32 = 20_000;
    const PORTS: u32 = 12_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let own = std::process::id().wrapping_mul(61);
    let ports = (0..PORTS).map(|_| FIRST + own.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % PORTS);
    let mut ports = ports.map(|port| u16::try_from(port).expect("below 32,000"));
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a free port")
}

/// A running server.
pub struct App {
    process: Child,
    address: String,
    log: Arc<Mutex<String>>,
}

impl App {
    /// Starts a server that works for `github` on `database`, with `settings` besides.
    pub fn serve(github: &GitHub, database: &str, folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::listening(Self::start(program("serve"), github, database, folder, settings))
    }

    /// The same, where no file may grow over `kib`: what is more can not be written, as on a full disk.
    #[expect(clippy::disallowed_methods, reason = "tests start the program")]
    pub fn serve_on_a_disk_of(
        kib: u32,
        github: &GitHub,
        database: &str,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Self {
        // The signal is ignored, so that a write fails instead of ending the process.
        let limited = format!("trap '' XFSZ; ulimit -S -f {}; exec \"$0\" serve", kib * 2);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &limited]).arg(assert_cmd::cargo::cargo_bin!("foliolens"));
        Self::listening(Self::start(shell, github, database, folder, settings))
    }

    /// The same, on a terminal of its own: what it says there is in its log.
    #[expect(clippy::disallowed_methods, reason = "tests start the program")]
    pub fn serve_on_a_terminal(github: &GitHub, database: &str, folder: &Path) -> Self {
        let mut script = Command::new("script");
        script.args(["-qefc", &format!("exec '{}' serve", super::program().display()), "/dev/null"]);
        Self::listening(Self::start(script, github, database, folder, &[]))
    }

    fn listening(app: App) -> Self {
        app.wait("the server to listen", || app.get("/healthz").0 == 200);
        app
    }

    /// Starts a server that is to end by itself.
    pub fn serve_in_vain(github: &GitHub, database: &str, folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start(program("serve"), github, database, folder, settings)
    }

    /// Starts a worker without a server.
    pub fn work(github: &GitHub, database: &str, folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start(program("worker"), github, database, folder, settings)
    }

    fn start(mut command: Command, github: &GitHub, database: &str, folder: &Path, settings: &[(&str, &str)]) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        command
            .env_clear()
            .envs(environment(github, database, &address))
            .env("FOLIOLENS_PRIVATE_KEY", KEY.replace('\n', "\\n"))
            .env("FOLIOLENS_LEASE_SECONDS", "5")
            .env("FOLIOLENS_PUSH_SECONDS", "1")
            .env("TMPDIR", folder)
            // What is written beside a clone is found there as well.
            .current_dir(folder)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = command.spawn().expect("started");
        let said = Arc::new(Mutex::new(String::new()));
        // Its standard output, on which it has nothing to say, is searched with the rest.
        let (out, err) = (process.stdout.take().expect("piped"), process.stderr.take().expect("piped"));
        let streams: [Box<dyn Read + Send>; 2] = [Box::new(out), Box::new(err)];
        for stream in streams {
            let listener = said.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let mut said = listener.lock().expect("nobody panicked");
                    said.push_str(&line);
                    said.push('\n');
                }
            });
        }
        App { process, address, log: said }
    }

    /// Delivers `payload` as `event`, signed; the status of the answer.
    pub fn deliver(&self, event: &str, id: &str, payload: &Value) -> u16 {
        self.post_signed(event, id, &payload.to_string())
    }

    /// Posts `body`, signed; the status of the answer.
    pub fn post_signed(&self, event: &str, id: &str, body: &str) -> u16 {
        self.post(event, id, body.to_owned(), Some(signature(body))).0
    }

    /// Posts `body` as a form, signed, as a webhook of GitHub's does where nobody has chosen JSON.
    pub fn post_form(&self, body: &'static str) -> (u16, String) {
        let request = reqwest::blocking::Client::new()
            .post(self.url("/webhook"))
            .header("x-github-event", "ping")
            .header("x-github-delivery", "d-form")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-hub-signature-256", signature(body));
        let answer = request.body(body).send().expect("an answer");
        (answer.status().as_u16(), answer.text().expect("text"))
    }

    /// Posts `body` to the webhook; status and text of the answer.
    pub fn post(&self, event: &str, id: &str, body: String, signature: Option<String>) -> (u16, String) {
        let mut request = reqwest::blocking::Client::new()
            .post(format!("http://{}/webhook", self.address))
            .header("x-github-event", event)
            .header("x-github-delivery", id)
            .header("content-type", "application/json")
            .body(body);
        if let Some(signature) = signature {
            request = request.header("x-hub-signature-256", signature);
        }
        let answer = request.send().expect("an answer");
        (answer.status().as_u16(), answer.text().expect("text"))
    }

    /// The address of a page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Status and text of a page; 0 where nobody listens.
    pub fn get(&self, path: &str) -> (u16, String) {
        match reqwest::blocking::get(self.url(path)) {
            Ok(answer) => (answer.status().as_u16(), answer.text().unwrap_or_default()),
            Err(_) => (0, String::new()),
        }
    }

    /// Waits until `done`.
    pub fn wait(&self, what: &str, done: impl Fn() -> bool) {
        self.wait_for(Duration::from_secs(120), what, done);
    }

    /// The same, for no longer than that.
    pub fn wait_for(&self, longest: Duration, what: &str, done: impl Fn() -> bool) {
        let until = Instant::now() + longest;
        while !done() {
            assert!(Instant::now() < until, "waited too long for {what}; the server said:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the server has logged so far, and said otherwise.
    pub fn log(&self) -> String {
        self.log.lock().expect("nobody panicked").clone()
    }

    /// Waits until no job waits or runs.
    pub fn wait_until_idle(&self) {
        self.wait("the queue to be empty", || self.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later"));
    }

    /// Waits for its end; whether that was a good one.
    pub fn ended(mut self) -> (bool, String) {
        let is_good = self.process.wait().expect("ended").success();
        std::thread::sleep(Duration::from_millis(50));
        (is_good, self.log())
    }

    /// There is room on the disk again.
    pub fn may_write(&self) {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let unlimited = Rlimit { current: None, maximum: None };
        prlimit(Some(Pid::from_child(&self.process)), Resource::Fsize, unlimited).expect("allowed");
    }

    /// Its number among the processes.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.process.kill().expect("killed");
        self.process.wait().expect("ended");
    }

    /// SIGTERM; whether it ended well.
    pub fn terminate(mut self) -> bool {
        let id = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("told");
        self.process.wait().expect("ended").success()
    }
}

/// How GitHub signs `body`.
fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// What every server is told, but for the key.
fn environment(github: &GitHub, database: &str, listen: &str) -> [(&'static str, String); 6] {
    [
        ("FOLIOLENS_APP_ID", APP.to_string()),
        ("FOLIOLENS_WEBHOOK_SECRET", SECRET.to_owned()),
        ("FOLIOLENS_GITHUB_URL", github.url()),
        ("FOLIOLENS_GITHUB_API_URL", github.url()),
        ("FOLIOLENS_LISTEN", listen.to_owned()),
        ("DATABASE_URL", database.to_owned()),
    ]
}

/// Runs the program with `arguments` as whoever operates that server does: exit code, standard output, standard error.
pub fn operate(github: &GitHub, database: &str, folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = super::foliolens(arguments);
    command
        .envs(environment(github, database, "127.0.0.1:8089"))
        .env("FOLIOLENS_PRIVATE_KEY", KEY.replace('\n', "\\n"))
        .current_dir(folder);
    super::told(&command.output().expect("started"))
}

/// Writes `server.env` into `folder`, and the key that it names.
pub fn write_settings(github: &GitHub, folder: &Path) {
    let database = format!("sqlite://{}/app.db", folder.display());
    let key = folder.join("app.pem");
    std::fs::write(&key, KEY.as_str()).expect("written");
    let lines = environment(github, &database, "127.0.0.1:8089").map(|(name, value)| format!("{name}='{value}'\n"));
    let lines = lines.concat() + &format!("FOLIOLENS_PRIVATE_KEY_FILE='{}'\n", key.display());
    std::fs::write(folder.join("server.env"), lines).expect("written");
}

#[expect(clippy::disallowed_methods, reason = "tests start the program")]
fn program(role: &str) -> Command {
    let mut command = Command::new(super::program());
    command.arg(role);
    command
}

impl Drop for App {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !std::thread::panicking() {
            assert!(!self.log().contains("ghs_") && !self.log().contains(SECRET), "a token is in the log");
        }
    }
}
