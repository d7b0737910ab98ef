//! A GitHub of our own: what the app asks of GitHub, with tokens and permissions checked as GitHub does, and
//! repositories over smart HTTP, so that the real clone code runs with the real token.

mod api;
mod fault;
mod git;
mod grant;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use self::fault::kill;
pub use self::fault::{Fault, Wrong};
use self::grant::Grant;
use super::{contract, tearing};

/// The app's id there.
pub const APP: u64 = 4242;
/// The one installation.
pub const INSTALLATION: u64 = 7;
/// Another one, to which repositories are given away.
pub const ELSEWHERE: u64 = 8;

/// The server and what it knows.
pub struct GitHub {
    _server: MockServer,
    address: SocketAddr,
    held: tearing::Held,
    state: Arc<Mutex<State>>,
}

/// What it knows.
#[derive(Default)]
pub struct State {
    /// Folders of repositories, by `owner/name`.
    pub repositories: BTreeMap<String, Repository>,
    /// What repositories are called that were called otherwise; who asks for them by the old name is sent on.
    pub renamed: BTreeMap<String, String>,
    /// The numbers of accounts, by login.
    pub accounts: BTreeMap<String, u64>,
    /// What people may do in installed repositories.
    pub permissions: BTreeMap<String, &'static str>,
    /// Comments by number; the repository and issue, and the text.
    pub comments: BTreeMap<u64, (String, String)>,
    /// Of the comments, those that somebody else wrote.
    pub by_others: BTreeSet<u64>,
    /// Of the comments, those that take their place on a page and are shown to nobody.
    pub unseen: BTreeSet<u64>,
    /// Installations that the app was removed from.
    pub removed: BTreeSet<u64>,
    /// Installations whose owner wants the app to rest.
    pub suspended: BTreeSet<u64>,
    /// Reactions on comments, as `comment content`.
    pub reactions: Vec<String>,
    /// Check runs by number.
    pub check_runs: CheckRuns,
    /// Every request: method, path, status.
    pub log: Vec<(String, String, u16)>,
    /// When something was written: method, path, moment.
    pub writes: Vec<(String, String, Instant)>,
    /// What goes wrong, each once.
    pub faults: Vec<Fault>,
    /// The process that a fault may kill.
    pub victim: Option<u32>,
    /// Entries of the log of deliveries: number, guid, status.
    pub deliveries: Vec<(u64, String, u16)>,
    /// Whether nobody clones without signing in: a GitHub Enterprise Server in private mode.
    pub is_closed: bool,
    /// Permissions that the installation has not given.
    pub withheld: BTreeSet<String>,
    /// Deliveries that were asked for again.
    pub redelivered: Vec<u64>,
    /// The header that says where the next page of what was asked for begins.
    link: Option<String>,
    /// The header that says where to ask instead.
    location: Option<String>,
    asked: Vec<String>,
    /// Path, query and body of every request.
    heard: Vec<Vec<u8>>,
    /// Comments that the test has not looked at since they were written.
    unread: BTreeSet<u64>,
    /// Requests that do not fit GitHub's published description.
    breaches: Vec<String>,
    tokens: BTreeMap<String, Grant>,
    next: u64,
}

/// Check runs by number. Whoever looks at them has read what they say.
#[derive(Default)]
pub struct CheckRuns {
    runs: BTreeMap<u64, Value>,
    is_unread: Cell<bool>,
}

impl CheckRuns {
    /// Looks without reading.
    fn quietly(&self) -> &BTreeMap<u64, Value> {
        &self.runs
    }

    /// Writes what is to be read.
    fn write(&mut self) -> &mut BTreeMap<u64, Value> {
        self.is_unread.set(true);
        &mut self.runs
    }
}

impl Deref for CheckRuns {
    type Target = BTreeMap<u64, Value>;

    fn deref(&self) -> &Self::Target {
        self.is_unread.set(false);
        &self.runs
    }
}

/// A repository there.
#[derive(Clone)]
pub struct Repository {
    /// Its number.
    pub id: u64,
    /// Where it is.
    pub folder: PathBuf,
    /// Whether only some may see it.
    pub private: bool,
    /// The installation that it belongs to, where it has installed the app.
    pub installation: Option<u64>,
    /// Whether its pack is handed out as it is, and not by git.
    pub raw: bool,
    /// When it was last pushed to, in whatever unit.
    pub pushed_at: u64,
}

impl GitHub {
    /// Starts one.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(State { next: 1000, ..State::default() }));
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any()).respond_with(Answers(state.clone())).mount(&server).await;
        let held = tearing::Held::default();
        GitHub { address: tearing::before(*server.address(), held.clone()), held, _server: server, state }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Looks at or changes what it knows.
    pub fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.state.lock().expect("nobody panicked"))
    }

    /// Adds a repository.
    pub fn host(&self, name: &str, folder: PathBuf, private: bool, installed: bool) -> u64 {
        self.with(|state| {
            state.next += 1;
            let id = state.next;
            let installation = installed.then_some(INSTALLATION);
            state
                .repositories
                .insert(name.to_owned(), Repository { id, folder, private, installation, raw: false, pushed_at: id });
            id
        })
    }

    /// Adds a public repository whose pack is handed out as it is.
    pub fn host_raw(&self, name: &str, folder: PathBuf) {
        self.host(name, folder, false, false);
        self.with(|state| state.repositories.get_mut(name).expect("just added").raw = true);
    }

    /// Has the installed repository `name` be the one in `folder`.
    pub fn host_as(&self, id: u64, name: &str, folder: PathBuf) {
        let repository =
            Repository { id, folder, private: true, installation: Some(INSTALLATION), raw: false, pushed_at: id };
        self.with(|state| state.repositories.insert(name.to_owned(), repository));
    }

    /// Has `from` be called `to` from now on, with all that stands there.
    pub fn rename(&self, from: &str, to: &str) {
        self.with(|state| {
            let repository = state.repositories.remove(from).expect("there");
            state.repositories.insert(to.to_owned(), repository);
            state.renamed.insert(from.to_owned(), to.to_owned());
            for (place, _) in state.comments.values_mut() {
                if let Some(issue) = place.strip_prefix(from).filter(|issue| issue.starts_with('#')) {
                    *place = format!("{to}{issue}");
                }
            }
        });
    }

    /// Has `from` be called `to` from now on, where `installation` has it.
    pub fn give_away(&self, from: &str, to: &str, installation: u64) {
        self.rename(from, to);
        self.with(|state| state.repositories.get_mut(to).expect("there").installation = Some(installation));
    }

    /// Removes the app from `installation`.
    pub fn remove(&self, installation: u64) {
        self.with(|state| {
            state.removed.insert(installation);
            let theirs = state.repositories.values_mut().filter(|one| one.installation == Some(installation));
            theirs.for_each(|repository| repository.installation = None);
        });
    }

    /// Accepts no token any more that reads the contents of the repository `id`.
    pub fn revoke(&self, id: u64) {
        self.with(|state| state.tokens.retain(|_, grant| !grant.only_reads(id)));
    }

    /// Deletes a comment, as whoever looks after the issue may.
    pub fn delete(&self, comment: u64) {
        self.with(|state| {
            state.unread.remove(&comment);
            state.comments.remove(&comment).expect("there");
        });
    }

    /// Has the next request that begins so arrive only after `wait`.
    pub fn hold(&self, begins: &str, wait: Duration) {
        self.held.lock().expect("nobody panicked").push((begins.to_owned(), wait));
    }

    /// Whether all that was to wait waits or has waited.
    pub fn holds(&self) -> bool {
        self.held.lock().expect("nobody panicked").is_empty()
    }

    /// Has the next such request go wrong.
    pub fn fault(&self, method: &'static str, path: impl Into<String>, wrong: Wrong) {
        self.with(|state| state.faults.push(Fault { method, path: path.into(), wrong, lasts: false }));
    }

    /// Has every such request go wrong.
    pub fn fault_for_ever(&self, method: &'static str, path: impl Into<String>, wrong: Wrong) {
        self.with(|state| state.faults.push(Fault { method, path: path.into(), wrong, lasts: true }));
    }

    /// The paths of all requests, as they came.
    pub fn asked(&self) -> Vec<String> {
        self.with(|state| state.asked.clone())
    }

    /// Path, query and body of every request, as they came.
    pub fn heard(&self) -> Vec<Vec<u8>> {
        self.with(|state| state.heard.clone())
    }

    /// The tokens that were given out.
    pub fn tokens(&self) -> Vec<String> {
        self.with(|state| state.tokens.keys().cloned().collect())
    }

    /// The texts of the app's comments.
    pub fn comments(&self) -> Vec<String> {
        self.with(|state| {
            state.unread.clear();
            state.comments.values().map(|(_, body)| body.clone()).collect()
        })
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.with(|state| {
                assert_eq!(state.breaches, Vec::<String>::new());
                let begins = |id| state.comments[id].1.chars().take(120).collect::<String>();
                let unread: Vec<String> = state.unread.iter().map(begins).collect();
                assert!(unread.is_empty(), "nobody has read {unread:?}");
                let unread = state.check_runs.is_unread.get();
                assert!(!unread, "nobody has read the check runs {:?}", state.check_runs.quietly().keys());
            });
        }
    }
}

struct Answers(Arc<Mutex<State>>);

impl Respond for Answers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        // A GitHub Enterprise Server has its API below a folder, and may be in one itself.
        let mut plain = request.clone();
        for folder in ["/git", "/api/v3"] {
            let path = plain.url.path().to_owned();
            if let Some(rest) = path.strip_prefix(folder).filter(|rest| rest.starts_with('/')) {
                plain.url.set_path(rest);
            }
        }
        {
            let mut state = self.0.lock().expect("nobody panicked");
            state.asked.push(request.url.path().to_owned());
            state.heard.push([request.url.as_str().as_bytes(), b"\n", &request.body].concat());
        }
        let request = &plain;
        let method = request.method.as_str();
        let path = request.url.path().to_owned();
        let (fault, victim) = {
            let mut state = self.0.lock().expect("nobody panicked");
            let at = state.faults.iter().position(|fault| fault.method == method && fault.is_of(&path));
            let fault = at.map(|at| match state.faults[at].lasts {
                true => state.faults[at].clone(),
                false => state.faults.remove(at),
            });
            (fault, state.victim)
        };
        let wrong = fault.map(|fault| fault.wrong);
        if wrong == Some(Wrong::KilledBefore) {
            kill(victim);
        }
        let done = match wrong {
            Some(Wrong::Status(_) | Wrong::Limited | Wrong::Resting(_) | Wrong::KilledBefore) => None,
            _ => Some(self.answer(request)),
        };
        if wrong == Some(Wrong::KilledAfter) {
            kill(victim);
        }
        if let Some(wrong) = wrong {
            let mut state = self.0.lock().expect("nobody panicked");
            state.log.push((method.to_owned(), format!("{path} {wrong:?}"), 0));
        }
        match (wrong, done) {
            (None | Some(Wrong::Fine), Some(done)) => done,
            (Some(Wrong::Torn), Some(done)) => done.insert_header(tearing::MARK, "1"),
            (Some(Wrong::Slow), Some(done)) => done.set_delay(Duration::from_secs(6)),
            (Some(Wrong::Later), Some(done)) => done.set_delay(Duration::from_secs(3)),
            (Some(Wrong::Limited), _) => {
                let said = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
                let answer = ResponseTemplate::new(403).set_body_json(json!({"message": said}));
                answer.insert_header("retry-after", "1")
            }
            (Some(Wrong::Resting(status)), _) => ResponseTemplate::new(status).insert_header("retry-after", "900"),
            (Some(Wrong::Status(status) | Wrong::Lost(status)), _) => {
                let answer = ResponseTemplate::new(status).set_body_json(json!({"message": "a fault"}));
                if status == 429 { answer.insert_header("retry-after", "1") } else { answer }
            }
            _ => ResponseTemplate::new(500),
        }
    }
}

impl Answers {
    fn answer(&self, request: &Request) -> ResponseTemplate {
        // Cloning takes its time, and needs nothing of the state while it does.
        if let Some(git) = self.git(request) {
            return git;
        }
        // What is sent on arrives by the number of a repository, which GitHub's description does not mention.
        let request = &self.by_name(request);
        let breach = contract::breach(request);
        let mut state = self.0.lock().expect("nobody panicked");
        state.breaches.extend(breach);
        let (status, body) = state.answer(request.method.as_str(), request);
        let (method, path) = (request.method.to_string(), request.url.path().to_owned());
        state.writes.push((method.clone(), path.clone(), Instant::now()));
        state.log.push((method, path, status));
        let answer = ResponseTemplate::new(status).insert_header("x-ratelimit-remaining", "4999");
        let answer = if status == 204 { answer } else { answer.set_body_json(body) };
        let answer = match state.location.take() {
            Some(location) => answer.insert_header("location", location),
            None => answer,
        };
        match state.link.take() {
            Some(link) => answer.insert_header("link", link),
            None => answer,
        }
    }

    /// The same request by the name that the repository has today.
    fn by_name(&self, request: &Request) -> Request {
        let mut named = request.clone();
        let mut parts = request.url.path().splitn(4, '/').skip(1);
        if let (Some("repositories"), Some(id)) = (parts.next(), parts.next()) {
            let rest = parts.next().map(|rest| format!("/{rest}")).unwrap_or_default();
            let state = self.0.lock().expect("nobody panicked");
            let found = state.repositories.iter().find(|(_, repository)| repository.id.to_string() == id);
            named.url.set_path(&format!("/repos/{}{rest}", found.map_or("nobody/nothing", |(name, _)| name)));
        }
        named
    }
}

fn header(request: &Request, name: &str) -> Option<String> {
    request.headers.get(name)?.to_str().ok().map(str::to_owned)
}
