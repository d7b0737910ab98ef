//! What is answered to what the app asks, with tokens and permissions checked as GitHub does.

use base64::Engine;
use serde_json::{Value, json};
use wiremock::Request;

use super::super::repository::{file_at_head, head};
use super::grant::{Grant, needed};
use super::{APP, ELSEWHERE, INSTALLATION, Repository, State, header};

impl State {
    pub(super) fn answer(&mut self, method: &str, request: &Request) -> (u16, Value) {
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
                let installations = [INSTALLATION, ELSEWHERE];
                let is_there = |known: &u64| *id == known.to_string() && !self.removed.contains(known);
                let Some(by) = installations.into_iter().find(is_there) else {
                    return missing();
                };
                if self.suspended.contains(&by) {
                    return (403, json!({"message": "This installation has been suspended"}));
                }
                let Some(grant) = self.granted(by, &body) else {
                    return (422, json!({"message": "Validation Failed"}));
                };
                self.next += 1;
                let token = format!("ghs_{}_{}", "t".repeat(30), self.next);
                self.tokens.insert(token.clone(), grant);
                (201, json!({"token": token, "expires_at": "2099-01-01T00:00:00Z"}))
            }
            ("GET", ["repos", owner, name, "installation"]) if is_app => {
                let name = format!("{owner}/{name}");
                match self.repositories.get(&name) {
                    Some(Repository { installation: Some(id), .. }) => (200, json!({"id": id})),
                    Some(_) => missing(),
                    None => self.moved(method, &name, &["installation"], request).unwrap_or_else(missing),
                }
            }
            ("GET", ["app"]) if is_app => (200, json!({"id": APP, "slug": "foliolens"})),
            ("GET", ["app", "installations"]) if is_app => {
                let there = [INSTALLATION, ELSEWHERE].into_iter().filter(|id| !self.removed.contains(id));
                (200, there.map(|id| self.installation(id)).collect())
            }
            ("GET", ["app", "installations", id]) if is_app => {
                let there = [INSTALLATION, ELSEWHERE].into_iter().filter(|id| !self.removed.contains(id));
                match there.into_iter().find(|one| one.to_string() == *id) {
                    Some(id) => (200, self.installation(id)),
                    None => missing(),
                }
            }
            ("GET", ["app", "hook", "deliveries"]) if is_app => self.log_of_deliveries(request),
            ("POST", ["app", "hook", "deliveries", id, "attempts"]) if is_app => {
                self.redelivered.push(id.parse().expect("a number"));
                (202, json!({}))
            }
            (_, ["repos", owner, name, rest @ ..]) => {
                let Some(grant) = grant else { return (401, json!({"message": "Bad credentials"})) };
                let name = format!("{owner}/{name}");
                let Some(repository) = self.repositories.get(&name).cloned() else {
                    return self.moved(method, &name, rest, request).unwrap_or_else(missing);
                };
                let (permission, level) = needed(method, rest);
                let is_for_it = grant.is_for(repository.id, repository.installation);
                let is_public = !repository.private && level == "read";
                if is_public || is_for_it && grant.holds(permission, level) {
                    self.repository(method, &name, &repository, rest, &body, request)
                } else if repository.private && !is_for_it {
                    missing()
                } else {
                    (403, json!({"message": "Resource not accessible by integration"}))
                }
            }
            _ if grant.is_none() => (401, json!({"message": "Bad credentials"})),
            ("GET", ["installation", "repositories"]) => {
                let is_here = |repository: &Repository| grant.as_ref().is_some_and(|grant| grant.sees(repository));
                let here = self.repositories.iter().filter(|(_, repository)| is_here(repository));
                let here: Vec<Value> = here.map(|(name, repository)| self.described(name, repository)).collect();
                let count = here.len();
                (200, json!({"total_count": count, "repositories": self.page(request, here)}))
            }
            ("GET", ["users", login]) => match self.accounts.get(*login) {
                Some(id) => (200, json!({"id": id, "login": login})),
                None => missing(),
            },
            ("GET", ["users", login, "repos"]) => {
                let own = self.repositories.iter().filter(|(name, _)| name.split('/').next() == Some(login));
                let mut own: Vec<_> = own.collect();
                // By name where nothing else is asked for.
                if request.url.query_pairs().any(|(name, value)| name == "sort" && value == "pushed") {
                    own.sort_by_key(|(_, repository)| std::cmp::Reverse(repository.pushed_at));
                }
                let own = own.into_iter().map(|(name, repository)| self.described(name, repository)).collect();
                (200, self.page(request, own).into())
            }
            _ => missing(),
        }
    }

    fn installation(&self, id: u64) -> Value {
        json!({"id": id, "suspended_at": self.suspended.contains(&id).then_some("2026-01-01T00:00:00Z")})
    }

    /// What a new token may do, if the installation may. One for everything is a breach: none is to be asked for.
    fn granted(&mut self, by: u64, body: &Value) -> Option<Grant> {
        let grant = Grant::asked(by, body);
        if !grant.is_narrow() {
            self.breaches.push(format!("a token for more than one purpose: {body}"));
        }
        let installed = self.repositories.values().filter(|repository| repository.installation == Some(by));
        let installed: Vec<u64> = installed.map(|repository| repository.id).collect();
        grant.is_given(&installed, &self.withheld).then_some(grant)
    }

    /// Where what is asked for under a former name of its repository stands now.
    fn moved(&mut self, method: &str, name: &str, rest: &[&str], request: &Request) -> Option<(u16, Value)> {
        let id = self.renamed.get(name).and_then(|name| self.repositories.get(name))?.id;
        let host = header(request, "host").unwrap_or_default();
        let below: String = rest.iter().map(|part| format!("/{part}")).collect();
        let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        self.location = Some(format!("http://{host}/repositories/{id}{below}{query}"));
        Some((if method == "GET" { 301 } else { 307 }, json!({"message": "Moved Permanently"})))
    }

    /// What of `all` stands on the page that `request` asks for; and in the header `link` where others are.
    /// <https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api>
    fn page(&mut self, request: &Request, all: Vec<Value>) -> Vec<Value> {
        let number = |wanted: &str, usual: usize| {
            let found = request.url.query_pairs().find(|(name, _)| name == wanted);
            found.map_or(usual, |(_, value)| value.parse().expect("a number"))
        };
        let (size, page) = (number("per_page", 30).min(100), number("page", 1));
        let last = all.len().div_ceil(size).max(1);
        let link = |name: &str, page: usize| {
            let mut there = request.url.clone();
            there.query_pairs_mut().clear().append_pair("per_page", &size.to_string());
            there.query_pairs_mut().append_pair("page", &page.to_string());
            format!("<{there}>; rel=\"{name}\"")
        };
        let before = (page > 1).then(|| [link("prev", page - 1), link("first", 1)]);
        let behind = (page < last).then(|| [link("next", page + 1), link("last", last)]);
        let links: Vec<String> = before.into_iter().chain(behind).flatten().collect();
        self.link = Some(links.join(", ")).filter(|links| !links.is_empty());
        all.into_iter().skip((page - 1) * size).take(size).collect()
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

    fn described(&self, name: &str, repository: &Repository) -> Value {
        let owner = name.split('/').next().unwrap_or_default();
        json!({"id": repository.id, "full_name": name, "private": repository.private,
            "fork": name.ends_with("-fork"), "archived": name.ends_with("-archived"),
            "default_branch": "main",
            "owner": {"login": owner, "id": self.accounts.get(owner).copied().unwrap_or(0), "type": "User"}})
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
        let ours = |id: u64, text: &str| json!({"id": id, "body": text, "performed_via_github_app": {"id": APP}});
        match (method, rest) {
            ("GET", []) => (200, self.described(name, repository)),
            ("GET", ["collaborators", login, "permission"]) => match self.permissions.get(*login) {
                Some(permission) => (200, json!({"permission": permission})),
                None => (404, json!({"message": "Not Found"})),
            },
            ("GET", ["contents", path @ ..]) => match file_at_head(&repository.folder, &path.join("/")) {
                // Of what is larger, nothing but the size.
                Some(bytes) if bytes.len() > 1 << 20 => {
                    (200, json!({"type": "file", "encoding": "none", "content": "", "size": bytes.len()}))
                }
                Some(bytes) => {
                    let size = bytes.len();
                    let content = base64::engine::general_purpose::STANDARD.encode(bytes);
                    (200, json!({"type": "file", "encoding": "base64", "content": content, "size": size}))
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
            ("DELETE", ["issues", "comments", id]) => {
                let id = id.parse().expect("a number");
                let is_here = |(place, _): &(String, String)| place.split('#').next() == Some(name);
                if !self.comments.get(&id).is_some_and(is_here) {
                    return (404, json!({"message": "Not Found"}));
                }
                self.unread.remove(&id);
                self.comments.remove(&id);
                (204, Value::Null)
            }
            ("POST", ["issues", issue, "comments"]) => {
                let text = body["body"].as_str().unwrap_or_default();
                if text.chars().count() > 65_536 {
                    return (422, json!({"message": "body is too long"}));
                }
                self.next += 1;
                self.comments.insert(self.next, (format!("{name}#{issue}"), text.to_owned()));
                self.unread.insert(self.next);
                (201, ours(self.next, text))
            }
            ("GET", ["issues", issue, "comments"]) => {
                let place = format!("{name}#{issue}");
                let here = self.comments.iter().filter(|(_, (at, _))| *at == place);
                let listed = here.map(|(id, (_, text))| match self.by_others.contains(id) {
                    true => json!({"id": id, "body": text, "performed_via_github_app": null}),
                    false => ours(*id, text),
                });
                let mut page = self.page(request, listed.collect());
                page.retain(|comment| !comment["id"].as_u64().is_some_and(|id| self.unseen.contains(&id)));
                (200, page.into())
            }
            ("POST" | "PATCH", ["check-runs", ..]) if is_too_long(&body["output"]) => {
                (422, json!({"message": "Invalid request"}))
            }
            ("POST", ["check-runs"]) => {
                self.next += 1;
                let mut run = body.clone();
                run["id"] = self.next.into();
                run["app"] = json!({"id": APP});
                run["repository"] = name.into();
                run["repository_id"] = repository.id.into();
                run["annotations"] = json!([]);
                self.check_runs.write().insert(self.next, run.clone());
                (201, shown(&run))
            }
            ("GET", ["check-runs", id]) => match self.check_runs.quietly().get(&id.parse().expect("a number")) {
                Some(run) => (200, shown(run)),
                None => (404, json!({"message": "Not Found"})),
            },
            ("PATCH", ["check-runs", id]) => {
                let Some(run) = self.check_runs.write().get_mut(&id.parse().expect("a number")) else {
                    return (404, json!({"message": "Not Found"}));
                };
                let added = body["output"]["annotations"].as_array().cloned().unwrap_or_default();
                if added.len() > 50 {
                    return (422, json!({"message": "Invalid request"}));
                }
                run["annotations"].as_array_mut().expect("made so").extend(added);
                for key in ["output", "status", "conclusion", "actions"] {
                    if !body[key].is_null() {
                        run[key] = body[key].clone();
                    }
                }
                (200, shown(run))
            }
            ("GET", ["commits"]) => match head(&repository.folder) {
                Some(head) => (200, json!([{"sha": head}])),
                None => (409, json!({"message": "Git Repository is empty."})),
            },
            ("GET", ["commits", head, "check-runs"]) => {
                let is_here = |run: &&Value| run["head_sha"] == **head && run["repository_id"] == repository.id;
                let here = self.check_runs.quietly().values().filter(is_here);
                let runs: Vec<Value> = here.map(shown).collect();
                (200, json!({"total_count": runs.len(), "check_runs": runs}))
            }
            _ => (404, json!({"message": "Not Found"})),
        }
    }
}

/// Whether a check run would say more than GitHub takes, which counts bytes there.
fn is_too_long(output: &Value) -> bool {
    let is = |key: &str, most: usize| output[key].as_str().is_some_and(|text| text.len() > most);
    is("title", 255) || is("summary", 65_535) || is("text", 65_535)
}

/// A check run in an answer: it counts its annotations, and does not list them.
fn shown(run: &Value) -> Value {
    let mut shown = run.clone();
    let annotations = shown["annotations"].take();
    if shown["output"].is_null() {
        shown["output"] = json!({"title": null, "summary": null});
    }
    shown["output"]["annotations_count"] = annotations.as_array().map_or(0, Vec::len).into();
    shown
}

/// Whether the claims of a JSON web token are those that GitHub takes: ours, from now on and for ten minutes at most by its
/// own clock.
fn is_fresh(token: &str) -> bool {
    let claims = token.split('.').nth(1).unwrap_or_default();
    let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&decoded).unwrap_or(Value::Null);
    let (issued, ends) = (claims["iat"].as_u64().unwrap_or(0), claims["exp"].as_u64().unwrap_or(u64::MAX));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    claims["iss"].as_str() == Some(&APP.to_string()) && issued <= now && now < ends && ends <= now + 600
}
