//! Repositories over smart HTTP, so that the real clone code runs with the real token.

use base64::Engine;
use wiremock::{Request, ResponseTemplate};

use super::super::raw;
use super::super::server::backend;
use super::{Answers, header};

impl Answers {
    /// Smart HTTP, as GitHub gives it: what is private only with a token that reads just that.
    pub(super) fn git(&self, request: &Request) -> Option<ResponseTemplate> {
        let path = request.url.path();
        let name = ["/info/refs", "/git-upload-pack"].iter().find_map(|end| path.strip_suffix(end))?;
        let name = name.trim_matches('/').trim_end_matches(".git").to_owned();
        let mut state = self.0.lock().expect("nobody panicked");
        let refused = ResponseTemplate::new(401).insert_header("www-authenticate", "Basic realm=\"GitHub\"");
        let token = header(request, "authorization").and_then(|basic| {
            let encoded = basic.strip_prefix("Basic ")?.to_owned();
            let pair = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
            String::from_utf8(pair).ok()?.strip_prefix("x-access-token:").map(str::to_owned)
        });
        let Some(repository) = state.repositories.get(&name).cloned() else {
            let is_known = token.is_some_and(|token| state.tokens.contains_key(&token));
            return Some(if is_known { ResponseTemplate::new(404) } else { refused });
        };
        let granted = token.as_ref().and_then(|token| state.tokens.get(token));
        if (repository.private || state.is_closed)
            && !granted.is_some_and(|grant| grant.sees(&repository) && grant.only_reads(repository.id))
        {
            state.log.push(("GIT".into(), path.to_owned(), 401));
            return Some(refused);
        }
        let anonymous = if token.is_some() { "with a token" } else { "without a token" };
        state.log.push(("GIT".into(), format!("{path} {anonymous}"), 200));
        drop(state);
        let rest = &path[path.find(&name)? + name.len()..];
        let rest = rest.trim_start_matches(".git");
        if repository.raw {
            let (said, kind) = raw::answer(&repository.folder, rest);
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
