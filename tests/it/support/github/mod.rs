//! A GitHub of our own: what the app asks of GitHub, with tokens and permissions checked as GitHub does, and
//! repositories over smart HTTP, so that the real clone code runs with the real token.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use base64::Engine;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use super::repository::file_at_head;
use super::server::backend;

/// The app's id there.
pub const APP: u64 = 4242;
/// The one installation.
pub const INSTALLATION: u64 = 7;

/// The server and what it knows.
pub struct GitHub {
    _server: MockServer,
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// What it knows.
#[derive(Default)]
pub struct State {
    /// Folders of repositories, by `owner/name`.
    pub repositories: BTreeMap<String, Repository>,
    /// What people may do in installed repositories.
    pub permissions: BTreeMap<String, &'static str>,
    /// Comments by number; the repository and issue, and the text.
    pub comments: BTreeMap<u64, (String, String)>,
    /// Of the comments, those that somebody else wrote.
    pub by_others: BTreeSet<u64>,
    /// Reactions on comments, as `comment content`.
    pub reactions: Vec<String>,
    /// Check runs by number.
    pub check_runs: BTreeMap<u64, Value>,
    /// Every request: method, path, status.
    pub log: Vec<(String, String, u16)>,
    /// What goes wrong, each once.
    pub faults: Vec<Fault>,
    /// The process that a fault may kill.
    pub victim: Option<u32>,
    /// Entries of the log of deliveries: number, guid, status.
    pub deliveries: Vec<(u64, String, u16)>,
    /// Deliveries that were asked for again.
    pub redelivered: Vec<u64>,
    /// The header that says where the next page of what was asked for begins.
    link: Option<String>,
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

/// What goes wrong with the next request of this method whose path holds this.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Such as `POST`.
    pub method: &'static str,
    /// A part of the path.
    pub path: String,
    /// What goes wrong.
    pub wrong: Wrong,
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing yet: the fault is for the next one.
    Fine,
    /// Nothing is done, and this is answered.
    Status(u16),
    /// It is done, and this is answered.
    Lost(u16),
    /// It is done, and answered too late.
    Slow,
    /// It is done, and the connection ends in the middle of the answer.
    Torn,
    /// The victim is killed, and nothing is done.
    KilledBefore,
    /// It is done, and the victim is killed.
    KilledAfter,
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
    /// Whether it has installed the app.
    pub installed: bool,
    /// Whether its pack is handed out as it is, and not by git.
    pub raw: bool,
}

/// What a token may do: everything, or read the contents of one repository.
#[derive(Clone, PartialEq)]
enum Grant {
    Installation,
    Contents(u64),
}

impl GitHub {
    /// Starts one.
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(State { next: 1000, ..State::default() }));
        let server = MockServer::start().await;
        Mock::given(wiremock::matchers::any()).respond_with(Answers(state.clone())).mount(&server).await;
        GitHub { address: super::tearing::before(*server.address()), _server: server, state }
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
            state.repositories.insert(name.to_owned(), Repository { id, folder, private, installed, raw: false });
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
        let repository = Repository { id, folder, private: true, installed: true, raw: false };
        self.with(|state| state.repositories.insert(name.to_owned(), repository));
    }

    /// Has the next such request go wrong.
    pub fn fault(&self, method: &'static str, path: impl Into<String>, wrong: Wrong) {
        self.with(|state| state.faults.push(Fault { method, path: path.into(), wrong }));
    }

    /// The paths of all requests, as they came.
    pub fn asked(&self) -> Vec<String> {
        self.with(|state| state.asked.clone())
    }

    /// Path, query and body of every request, as they came.
    pub fn heard(&self) -> Vec<Vec<u8>> {
        self.with(|state| state.heard.clone())
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
            });
        }
    }
}

struct Answers(Arc<Mutex<State>>);

impl Respond for Answers {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        // A GitHub Enterprise Server has its API below a folder.
        let mut plain = request.clone();
        if let Some(path) = request.url.path().strip_prefix("/api/v3") {
            plain.url.set_path(path);
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
            let at = state.faults.iter().position(|fault| fault.method == method && path.contains(&fault.path));
            (at.map(|at| state.faults.remove(at)), state.victim)
        };
        let wrong = fault.map(|fault| fault.wrong);
        if wrong == Some(Wrong::KilledBefore) {
            kill(victim);
        }
        let done = match wrong {
            Some(Wrong::Status(_) | Wrong::KilledBefore) => None,
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
            (Some(Wrong::Torn), Some(done)) => done.insert_header(super::tearing::MARK, "1"),
            (Some(Wrong::Slow), Some(done)) => done.set_delay(std::time::Duration::from_secs(6)),
            (Some(Wrong::Status(status) | Wrong::Lost(status)), _) => {
                let answer = ResponseTemplate::new(status).set_body_json(json!({"message": "a fault"}));
                if status == 429 { answer.insert_header("retry-after", "1") } else { answer }
            }
            _ => ResponseTemplate::new(500),
        }
    }
}

fn kill(victim: Option<u32>) {
    let id = victim.and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).expect("a process")));
    rustix::process::kill_process(id.expect("a victim"), rustix::process::Signal::KILL).expect("killed");
}

impl Answers {
    fn answer(&self, request: &Request) -> ResponseTemplate {
        // Cloning takes its time, and needs nothing of the state while it does.
        if let Some(git) = self.git(request) {
            return git;
        }
        let breach = super::contract::breach(request);
        let mut state = self.0.lock().expect("nobody panicked");
        state.breaches.extend(breach);
        let (status, body) = state.answer(request.method.as_str(), request);
        state.log.push((request.method.to_string(), request.url.path().to_owned(), status));
        let answer = ResponseTemplate::new(status).set_body_json(body).insert_header("x-ratelimit-remaining", "4999");
        match state.link.take() {
            Some(link) => answer.insert_header("link", link),
            None => answer,
        }
    }

    /// Smart HTTP, as GitHub gives it: what is private only with a token that reads just that.
    fn git(&self, request: &Request) -> Option<ResponseTemplate> {
        let path = request.url.path();
        let name = ["/info/refs", "/git-upload-pack"].iter().find_map(|end| path.strip_suffix(end))?;
        let name = name.trim_matches('/').trim_end_matches(".git").to_owned();
        let mut state = self.0.lock().expect("nobody panicked");
        let refused = ResponseTemplate::new(401).insert_header("www-authenticate", "Basic realm=\"GitHub\"");
        let Some(repository) = state.repositories.get(&name).cloned() else { return Some(refused) };
        let token = header(request, "authorization").and_then(|basic| {
            let encoded = basic.strip_prefix("Basic ")?.to_owned();
            let pair = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
            String::from_utf8(pair).ok()?.strip_prefix("x-access-token:").map(str::to_owned)
        });
        let granted = token.as_ref().and_then(|token| state.tokens.get(token));
        if repository.private && granted != Some(&Grant::Contents(repository.id)) {
            state.log.push(("GIT".into(), path.to_owned(), 401));
            return Some(refused);
        }
        let anonymous = if token.is_some() { "with a token" } else { "without a token" };
        state.log.push(("GIT".into(), format!("{path} {anonymous}"), 200));
        drop(state);
        let rest = &path[path.find(&name)? + name.len()..];
        let rest = rest.trim_start_matches(".git");
        if repository.raw {
            let (said, kind) = super::raw::answer(&repository.folder, rest);
            return Some(ResponseTemplate::new(200).set_body_raw(said, kind));
        }
        let query = request.url.query().unwrap_or_default();
        let get = |name: &str| header(request, name);
        let answer =
            backend(&repository.folder, request.method.as_str(), &format!("{rest}?{query}"), &get, &request.body)
                .expect("git http-backend");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let kind = head.lines().find_map(|line| line.strip_prefix("Content-Type: ")).unwrap_or("text/plain").to_owned();
        Some(ResponseTemplate::new(200).set_body_raw(answer[end + 4..].to_vec(), &kind))
    }
}

fn header(request: &Request, name: &str) -> Option<String> {
    request.headers.get(name)?.to_str().ok().map(str::to_owned)
}

impl State {
    fn answer(&mut self, method: &str, request: &Request) -> (u16, Value) {
        let path = request.url.path().to_owned();
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let bearer = header(request, "authorization").and_then(|text| text.strip_prefix("Bearer ").map(str::to_owned));
        let Some(bearer) = bearer else { return (401, json!({"message": "Requires authentication"})) };
        // The app's own token has three parts; its signature is the client's unit to prove, its claims are looked at.
        let is_app = bearer.matches('.').count() == 2 && is_fresh(&bearer);
        let grant = self.tokens.get(&bearer).cloned();
        let missing = || (404, json!({"message": "Not Found"}));
        match (method, parts.as_slice()) {
            ("POST", ["app", "installations", id, "access_tokens"]) if is_app => {
                if *id != INSTALLATION.to_string() {
                    return missing();
                }
                let grant = match body["repository_ids"][0].as_u64() {
                    Some(id) if body["permissions"] == json!({"contents": "read"}) => Grant::Contents(id),
                    _ => Grant::Installation,
                };
                self.next += 1;
                let token = format!("ghs_{}_{}", "t".repeat(30), self.next);
                self.tokens.insert(token.clone(), grant);
                (201, json!({"token": token, "expires_at": "2099-01-01T00:00:00Z"}))
            }
            ("GET", ["repos", owner, name, "installation"]) if is_app => {
                match self.repositories.get(&format!("{owner}/{name}")) {
                    Some(found) if found.installed => (200, json!({"id": INSTALLATION})),
                    _ => missing(),
                }
            }
            ("GET", ["app", "hook", "deliveries"]) if is_app => self.log_of_deliveries(request),
            ("POST", ["app", "hook", "deliveries", id, "attempts"]) if is_app => {
                self.redelivered.push(id.parse().expect("a number"));
                (202, json!({}))
            }
            _ if grant != Some(Grant::Installation) => (401, json!({"message": "Bad credentials"})),
            (_, ["repos", owner, name, rest @ ..]) => {
                let name = format!("{owner}/{name}");
                match self.repositories.get(&name).cloned() {
                    Some(repository) if repository.installed || !repository.private => {
                        self.repository(method, &name, &repository, rest, &body, request)
                    }
                    _ => missing(),
                }
            }
            ("GET", ["users", login, "repos"]) => {
                let own = self.repositories.iter().filter(|(name, _)| name.split('/').next() == Some(login));
                (200, own.map(|(name, repository)| described(name, repository)).collect())
            }
            _ => missing(),
        }
    }

    /// A page of a hundred at most, the newest first, and in the header `link` where the next one begins.
    fn log_of_deliveries(&mut self, request: &Request) -> (u16, Value) {
        let cursor =
            request.url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor.into_owned());
        let from = cursor.map_or(u64::MAX, |cursor| cursor.trim_start_matches("v1_").parse().expect("a cursor"));
        let mut log: Vec<_> = self.deliveries.iter().filter(|(id, ..)| *id <= from).collect();
        log.sort_by_key(|(id, ..)| std::cmp::Reverse(*id));
        self.link = log.get(100).map(|(id, ..)| {
            let mut next = request.url.clone();
            next.query_pairs_mut().clear().append_pair("per_page", "100").append_pair("cursor", &format!("v1_{id}"));
            format!("<{next}>; rel=\"next\"")
        });
        let page = log.iter().take(100);
        (200, page.map(|(id, guid, status)| json!({"id": id, "guid": guid, "status_code": status})).collect())
    }

    fn repository(
        &mut self,
        method: &str,
        name: &str,
        repository: &Repository,
        rest: &[&str],
        body: &Value,
        request: &Request,
    ) -> (u16, Value) {
        // Nothing may be written where the app is not installed.
        if method != "GET" && !repository.installed {
            return (403, json!({"message": "Resource not accessible by integration"}));
        }
        let ours = |id: u64, text: &str| json!({"id": id, "body": text, "performed_via_github_app": {"id": APP}});
        match (method, rest) {
            ("GET", []) => (200, described(name, repository)),
            ("GET", ["collaborators", login, "permission"]) => match self.permissions.get(*login) {
                Some(permission) => (200, json!({"permission": permission})),
                None => (404, json!({"message": "Not Found"})),
            },
            ("GET", ["contents", path @ ..]) => match file_at_head(&repository.folder, &path.join("/")) {
                Some(bytes) => {
                    let content = base64::engine::general_purpose::STANDARD.encode(bytes);
                    (200, json!({"type": "file", "encoding": "base64", "content": content}))
                }
                None => (404, json!({"message": "Not Found"})),
            },
            ("POST", ["issues", "comments", id, "reactions"]) => {
                self.reactions.push(format!("{id} {}", body["content"].as_str().unwrap_or_default()));
                (201, json!({"id": 1}))
            }
            ("PATCH", ["issues", "comments", id]) => {
                let id = id.parse().expect("a number");
                let text = body["body"].as_str().unwrap_or_default();
                match self.comments.get_mut(&id) {
                    Some(_) if text.chars().count() > 65_536 => (422, json!({"message": "body is too long"})),
                    Some(comment) => {
                        comment.1 = text.to_owned();
                        self.unread.insert(id);
                        (200, ours(id, text))
                    }
                    None => (404, json!({"message": "Not Found"})),
                }
            }
            ("POST", ["issues", issue, "comments"]) => {
                self.next += 1;
                let text = body["body"].as_str().unwrap_or_default();
                self.comments.insert(self.next, (format!("{name}#{issue}"), text.to_owned()));
                self.unread.insert(self.next);
                (201, ours(self.next, text))
            }
            ("GET", ["issues", issue, "comments"]) => {
                let place = format!("{name}#{issue}");
                let first = request.url.query().is_some_and(|query| query.ends_with("page=1"));
                let here = self.comments.iter().filter(|(_, (at, _))| first && *at == place);
                let listed = here.map(|(id, (_, text))| match self.by_others.contains(id) {
                    true => json!({"id": id, "body": text, "performed_via_github_app": null}),
                    false => ours(*id, text),
                });
                (200, listed.collect())
            }
            ("POST", ["check-runs"]) => {
                self.next += 1;
                let mut run = body.clone();
                run["id"] = self.next.into();
                run["app"] = json!({"id": APP});
                run["repository"] = name.into();
                run["annotations"] = json!([]);
                self.check_runs.insert(self.next, run.clone());
                (201, run)
            }
            ("PATCH", ["check-runs", id]) => {
                let Some(run) = self.check_runs.get_mut(&id.parse().expect("a number")) else {
                    return (404, json!({"message": "Not Found"}));
                };
                let added = body["output"]["annotations"].as_array().cloned().unwrap_or_default();
                if added.len() > 50 || body["output"]["summary"].as_str().is_some_and(|text| text.len() > 65_535) {
                    return (422, json!({"message": "Invalid request"}));
                }
                run["annotations"].as_array_mut().expect("made so").extend(added);
                for key in ["output", "status", "conclusion", "actions"] {
                    if !body[key].is_null() {
                        run[key] = body[key].clone();
                    }
                }
                (200, run.clone())
            }
            ("GET", ["commits", head, "check-runs"]) => {
                let runs: Vec<&Value> = self.check_runs.values().filter(|run| run["head_sha"] == **head).collect();
                (200, json!({"total_count": runs.len(), "check_runs": runs}))
            }
            _ => (404, json!({"message": "Not Found"})),
        }
    }
}

fn described(name: &str, repository: &Repository) -> Value {
    json!({"id": repository.id, "full_name": name, "private": repository.private,
        "fork": name.ends_with("-fork"), "archived": name.ends_with("-archived"),
        "default_branch": "main"})
}

/// Whether the claims of a JSON web token are those that GitHub takes: ours, and for ten minutes at most.
fn is_fresh(token: &str) -> bool {
    let claims = token.split('.').nth(1).unwrap_or_default();
    let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&decoded).unwrap_or(Value::Null);
    let (issued, ends) = (claims["iat"].as_u64().unwrap_or(0), claims["exp"].as_u64().unwrap_or(u64::MAX));
    claims["iss"].as_str() == Some(&APP.to_string()) && ends > issued && ends - issued <= 600
}
