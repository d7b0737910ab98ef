//! What tokens of the one installation may do, as GitHub has it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Repository;

/// What a token may do.
#[derive(Clone, PartialEq)]
pub struct Grant {
    /// The installation whose it is.
    by: u64,
    /// The repositories that it is for; all that installed the app where there are none.
    repositories: Vec<u64>,
    /// Each with `read` or `write`.
    permissions: BTreeMap<String, String>,
}

impl Grant {
    /// What the body of a request for a token of that installation asks for.
    pub fn asked(by: u64, body: &Value) -> Self {
        let repositories = body["repository_ids"].as_array().into_iter().flatten().filter_map(Value::as_u64);
        let permissions = serde_json::from_value(body["permissions"].clone()).unwrap_or_default();
        Grant { by, repositories: repositories.collect(), permissions }
    }

    /// Whether it is for one purpose, in one repository unless it looks up where that is.
    pub fn is_narrow(&self) -> bool {
        let looks_up = self.permissions == [("metadata".into(), "read".into())].into();
        self.permissions.len() == 1 && (self.repositories.len() == 1 || looks_up)
    }

    /// Whether the app, which `installed` have installed without what is `withheld`, may have it.
    pub fn is_given(&self, installed: &[u64], withheld: &BTreeSet<String>) -> bool {
        let may = |(permission, level): (&String, &String)| {
            let most = match permission.as_str() {
                "metadata" | "contents" => "read",
                "issues" | "checks" => "write",
                _ => return false,
            };
            !withheld.contains(permission) && (level == "read" || level == most)
        };
        self.repositories.iter().all(|id| installed.contains(id)) && self.permissions.iter().all(may)
    }

    /// Whether it is for the repository `id`, which may belong to an installation.
    pub fn is_for(&self, id: u64, installation: Option<u64>) -> bool {
        installation == Some(self.by) && (self.repositories.is_empty() || self.repositories.contains(&id))
    }

    /// Whether `repository` is one of its installation's.
    pub fn sees(&self, repository: &Repository) -> bool {
        repository.installation == Some(self.by)
    }

    /// Whether it has `permission` to this `level`.
    pub fn holds(&self, permission: &str, level: &str) -> bool {
        let held = self.permissions.get(permission);
        permission == "metadata" || held.is_some_and(|held| held == "write" || held == level)
    }

    /// Whether it reads the contents of the repository `id` and can do nothing else.
    pub fn only_reads(&self, id: u64) -> bool {
        self.repositories == [id] && self.permissions == [("contents".into(), "read".into())].into()
    }
}

/// The permission and its level that a request below a repository needs.
/// <https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps>
pub fn needed(method: &str, rest: &[&str]) -> (&'static str, &'static str) {
    let level = if method == "GET" { "read" } else { "write" };
    match rest {
        ["contents", ..] | ["commits"] => ("contents", level),
        ["issues", ..] => ("issues", level),
        ["check-runs", ..] | ["commits", _, "check-runs"] => ("checks", level),
        _ => ("metadata", "read"),
    }
}

#[test]
fn a_token_for_one_purpose_is_good_for_no_other() {
    let (installed, withheld) = ([1, 2], BTreeSet::from(["checks".to_owned()]));
    let asked = |repositories: &[u64], permission: &str, level: &str| {
        Grant::asked(7, &serde_json::json!({"repository_ids": repositories, "permissions": {permission: level}}))
    };
    let comment = asked(&[1], "issues", "write");
    assert!(comment.is_narrow() && comment.is_given(&installed, &withheld));
    assert!(comment.is_for(1, Some(7)) && !comment.is_for(2, Some(7)));
    assert!(!comment.is_for(1, Some(8)) && !comment.is_for(1, None));
    assert!(comment.holds("issues", "read") && !comment.holds("contents", "read") && !comment.only_reads(1));
    let read = asked(&[2], "contents", "read");
    assert!(read.only_reads(2) && !read.only_reads(1) && !read.holds("contents", "write"));
    for wrong in [asked(&[3], "issues", "write"), asked(&[1], "checks", "write"), asked(&[1], "contents", "write")] {
        assert!(!wrong.is_given(&installed, &withheld));
    }
    for wide in
        [Grant::asked(7, &serde_json::json!({})), asked(&[], "issues", "write"), asked(&[1, 2], "issues", "write")]
    {
        assert!(!wide.is_narrow());
    }
}
