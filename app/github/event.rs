//! What GitHub tells us, in as few fields as we need: its payloads grow, and a field that we do not read can't break us.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::repositories::Owner;
use super::{CommentId, InstallationId, IssueNumber, RepoName, RepositoryId};

/// What a delivery is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody wrote a comment on an issue or a pull request.
    Commented(Commented),
    /// Somebody asked for a check run again, or pushed its button.
    CheckAsked(CheckAsked),
    /// Commits arrived on the default branch.
    Pushed(Pushed),
    /// The app was removed from an account.
    Uninstalled(InstallationId),
    /// Whoever installed the app wants it to rest.
    Suspended(InstallationId),
    /// Anything else: unknown events, actions that are not ours, fields that are not there.
    Other,
}

/// A new comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commented {
    /// Where the answer may be written.
    pub installation: InstallationId,
    /// The repository of the issue.
    pub repository: RepoName,
    /// The same, by number.
    pub repository_id: RepositoryId,
    /// Whether its owner is an organisation, not a person.
    pub is_organisation: bool,
    /// The issue.
    pub issue: IssueNumber,
    /// The comment.
    pub comment: CommentId,
    /// Who wrote it.
    pub author: String,
    /// Whether that is a person.
    pub is_person: bool,
    /// What it says.
    pub body: String,
}

/// A check run (or the suite with it) was asked for again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckAsked {
    /// Where.
    pub installation: InstallationId,
    /// The repository.
    pub repository: RepoName,
    /// The same, by number.
    pub repository_id: RepositoryId,
    /// Whether its owner is an organisation, not a person.
    pub is_organisation: bool,
    /// The commit that it stands on.
    pub head: String,
    /// Who asked.
    pub author: String,
    /// The app whose check it is.
    pub app: u64,
}

/// Commits on the default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Where.
    pub installation: InstallationId,
    /// The repository.
    pub repository: RepoName,
    /// The same, by number.
    pub repository_id: RepositoryId,
    /// Whether its owner is an organisation, not a person.
    pub is_organisation: bool,
    /// The newest commit.
    pub head: String,
    /// Who pushed.
    pub author: String,
}

/// The body of a delivery is not JSON.
#[derive(Debug, thiserror::Error)]
#[error("the body is no JSON")]
pub struct NotJson;

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    action: Option<String>,
    installation: Option<Id<InstallationId>>,
    repository: Option<Repository>,
    sender: Option<User>,
    issue: Option<Issue>,
    comment: Option<Comment>,
    check_run: Option<Check>,
    check_suite: Option<Check>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    after: Option<String>,
    #[serde(default)]
    deleted: bool,
}

#[derive(Deserialize)]
struct Id<T> {
    id: T,
}

#[derive(Deserialize)]
struct Repository {
    id: RepositoryId,
    full_name: RepoName,
    #[serde(default)]
    default_branch: String,
    #[serde(default)]
    owner: Owner,
}

#[derive(Deserialize)]
struct User {
    login: String,
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Issue {
    number: IssueNumber,
}

#[derive(Deserialize)]
struct Comment {
    id: CommentId,
    #[serde(default)]
    body: Option<String>,
    user: Option<User>,
    #[serde(default)]
    performed_via_github_app: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Check {
    head_sha: String,
    app: Option<Id<u64>>,
}

impl Event {
    /// Reads the delivery of the event `name`.
    pub fn parse(name: &str, body: &[u8]) -> Result<Self, NotJson> {
        let text = std::str::from_utf8(body).map_err(|_| NotJson)?;
        let is_ours = matches!(name, "issue_comment" | "check_run" | "check_suite" | "push" | "installation");
        let payload = is_ours.then(|| serde_json::from_str::<Payload>(text).ok()).flatten();
        if let Some(payload) = payload {
            return Ok(payload.event(name).unwrap_or(Event::Other));
        }
        // "No JSON" and "JSON of a shape that we do not know" are told apart by passing over all of it, which needs no
        // stack, however deep it is nested. So does passing over the fields that we do not read.
        serde_json::from_str::<IgnoredAny>(text).map_err(|_| NotJson)?;
        Ok(Event::Other)
    }
}

impl Payload {
    fn event(self, name: &str) -> Option<Event> {
        let action = self.action.as_deref().unwrap_or_default();
        let installation = self.installation.as_ref().map(|installation| installation.id)?;
        match (name, action) {
            ("installation", "deleted") => Some(Event::Uninstalled(installation)),
            ("installation", "suspend") => Some(Event::Suspended(installation)),
            ("issue_comment", "created") => self.commented(installation),
            ("check_run", "rerequested" | "requested_action") => self.check_asked(installation, |this| this.check_run),
            ("check_suite", "rerequested") => self.check_asked(installation, |this| this.check_suite),
            ("push", _) => self.pushed(installation),
            _ => None,
        }
    }

    fn commented(self, installation: InstallationId) -> Option<Event> {
        let (repository, comment) = (self.repository?, self.comment?);
        let user = comment.user?;
        Some(Event::Commented(Commented {
            installation,
            is_organisation: repository.owner.is_organisation(),
            repository: repository.full_name,
            repository_id: repository.id,
            issue: self.issue?.number,
            comment: comment.id,
            // An app may write in the name of a person.
            is_person: user.kind == "User" && comment.performed_via_github_app.is_none(),
            author: user.login,
            body: comment.body?,
        }))
    }

    fn check_asked(self, installation: InstallationId, check: impl Fn(Self) -> Option<Check>) -> Option<Event> {
        let repository = self.repository.as_ref()?;
        let is_organisation = repository.owner.is_organisation();
        let repository = (repository.full_name.clone(), repository.id);
        let author = self.sender.as_ref()?.login.clone();
        let check = check(self)?;
        Some(Event::CheckAsked(CheckAsked {
            installation,
            repository: repository.0,
            repository_id: repository.1,
            is_organisation,
            head: sha(&check.head_sha)?,
            author,
            app: check.app?.id,
        }))
    }

    fn pushed(self, installation: InstallationId) -> Option<Event> {
        let repository = self.repository?;
        let branch = self.reference.as_deref()?.strip_prefix("refs/heads/")?.to_owned();
        if self.deleted || branch != repository.default_branch {
            return None;
        }
        Some(Event::Pushed(Pushed {
            installation,
            is_organisation: repository.owner.is_organisation(),
            repository: repository.full_name,
            repository_id: repository.id,
            head: sha(&self.after?)?,
            author: self.sender?.login,
        }))
    }
}

/// The id of a commit, which goes into addresses.
fn sha(text: &str) -> Option<String> {
    let fits = matches!(text.len(), 40 | 64) && text.bytes().all(|c| c.is_ascii_hexdigit());
    (fits && text.bytes().any(|c| c != b'0')).then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn comment() -> Value {
        json!({
            "action": "created",
            "installation": {"id": 7},
            "repository": {"id": 9, "full_name": "acme/hiring", "default_branch": "main"},
            "issue": {"number": 3},
            "comment": {"id": 11, "body": "/review ana/shop", "user": {"login": "rita", "type": "User"}},
            "sender": {"login": "rita", "type": "User"},
        })
    }

    fn parse(name: &str, payload: &Value) -> Event {
        Event::parse(name, payload.to_string().as_bytes()).expect("JSON")
    }

    #[test]
    fn a_new_comment_of_a_person_is_read() {
        let Event::Commented(read) = parse("issue_comment", &comment()) else { panic!("not a comment") };
        assert_eq!((read.issue, read.comment, read.is_person), (IssueNumber(3), CommentId(11), true));
        let mut by_app = comment();
        by_app["comment"]["performed_via_github_app"] = json!({"id": 1});
        let Event::Commented(read) = parse("issue_comment", &by_app) else { panic!("not a comment") };
        assert!(!read.is_person);
    }

    #[test]
    fn what_is_not_for_us_is_other_and_no_error() {
        let mut edited = comment();
        edited["action"] = "edited".into();
        assert_eq!(parse("issue_comment", &edited), Event::Other);
        assert_eq!(parse("issue_comment", &json!({"action": "created"})), Event::Other);
        assert_eq!(parse("stars", &json!([1, 2])), Event::Other);
        assert!(Event::parse("issue_comment", b"{").is_err());
    }

    #[test]
    fn however_deep_it_is_nested_json_is_json() {
        let deep = |levels: usize| format!("{}1{}", "[{\"a\":".repeat(levels), "}]".repeat(levels));
        for levels in [100, 1_000_000] {
            let deep = deep(levels);
            for name in ["issue_comment", "star"] {
                assert_eq!(Event::parse(name, deep.as_bytes()).expect("JSON"), Event::Other);
                assert!(Event::parse(name, &deep.as_bytes()[..deep.len() - 1]).is_err(), "an end is missing");
            }
            // In a field that nobody reads it is in nobody's way; in one that is read it is no comment.
            let whole = comment().to_string();
            let beside = whole.replacen('{', &format!("{{\"more\":{deep},"), 1);
            assert!(matches!(Event::parse("issue_comment", beside.as_bytes()).expect("JSON"), Event::Commented(_)));
            let within = whole.replace("\"/review ana/shop\"", &deep);
            assert_eq!(Event::parse("issue_comment", within.as_bytes()).expect("JSON"), Event::Other);
            let by_app = whole.replacen("\"body\"", &format!("\"performed_via_github_app\":{deep},\"body\""), 1);
            let Event::Commented(read) = Event::parse("issue_comment", by_app.as_bytes()).expect("JSON") else {
                panic!("not a comment")
            };
            assert!(!read.is_person);
        }
        for text in ["", " ", "{} {}", "[1,]", "{\"a\" 1}", "nul", "\"\u{1}\"", "01", "[\"\\x\"]"] {
            assert!(Event::parse("star", text.as_bytes()).is_err(), "{text}");
        }
        assert!(Event::parse("star", b"\"\xff\"").is_err(), "no text");
        for text in ["1e999", "[-0.0e-7]", "null", "\"\\ud800\"", " {\"a\":{\"a\":[]}}\n"] {
            assert_eq!(Event::parse("star", text.as_bytes()).expect("JSON"), Event::Other, "{text}");
        }
    }

    #[test]
    fn of_an_installation_its_end_and_its_rest_are_read() {
        let installation = |action: &str| parse("installation", &json!({"action": action, "installation": {"id": 7}}));
        assert_eq!(installation("deleted"), Event::Uninstalled(InstallationId(7)));
        assert_eq!(installation("suspend"), Event::Suspended(InstallationId(7)));
        assert_eq!(installation("unsuspend"), Event::Other, "whatever is asked for then is done");
    }

    #[test]
    fn only_pushes_to_the_default_branch_count() {
        let push = |reference: &str, after: &str| {
            json!({"ref": reference, "after": after, "installation": {"id": 7}, "sender": {"login": "ana"},
                "repository": {"id": 9, "full_name": "ana/shop", "default_branch": "main"}})
        };
        let head = "a".repeat(40);
        assert!(matches!(parse("push", &push("refs/heads/main", &head)), Event::Pushed(_)));
        assert_eq!(parse("push", &push("refs/heads/other", &head)), Event::Other);
        assert_eq!(parse("push", &push("refs/tags/main", &head)), Event::Other);
        assert_eq!(parse("push", &push("refs/heads/main", &"0".repeat(40))), Event::Other);
    }
}
