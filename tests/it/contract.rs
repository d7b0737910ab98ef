//! GitHub's own examples of what it delivers.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{World, breach_of, published};

#[test]
fn every_published_delivery_is_taken_and_only_what_asks_for_work_makes_any() {
    let Some(published) = published("webhooks-examples", "api.github.com/index.json") else { return };
    let world = World::new();
    let app = world.app_with(&[("FOLIOLENS_WORKERS", "0")]);
    let mut count = 0;
    for event in published.as_array().expect("a list") {
        let name = event["name"].as_str().expect("a name");
        for example in event["examples"].as_array().expect("a list") {
            count += 1;
            let status = app.deliver(name, &format!("d-{count}"), example);
            assert_eq!(status, 202, "{name} {}", example["action"]);
        }
    }
    assert!(count > 300, "{count} examples are too few to be all");
    let mut by_event: BTreeMap<String, usize> = BTreeMap::new();
    for line in app.log().lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        assert_ne!(line["level"], "ERROR", "{line}");
        if line["message"] == "delivery" && line["outcome"] != "ignored" {
            *by_event.entry(line["event"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
    }
    // The app was removed twice, and two pushes went to a default branch; each two are one job. Once it was to rest.
    assert_eq!(by_event, [("installation".to_owned(), 3), ("push".to_owned(), 2)].into());
    app.wait("three jobs", || app.get("/readyz").1.contains("queue 3 waiting, 0 running, 0 later"));
    world.may_leave_jobs();
}

#[test]
fn what_github_does_not_describe_is_found() {
    if published("openapi", "package.json").is_none() {
        return;
    }
    let said = |method: &str, path: &str, body: &str| breach_of(method, path, body).unwrap_or_default();
    assert_eq!(said("POST", "/repos/a/b/issues/1/comments", r#"{"body": "x"}"#), "");
    assert_eq!(said("GET", "/repos/a/b/contents/.github/foliolens.toml", ""), "");
    assert!(said("POST", "/repos/a/b/issues/1/comments", r#"{"text": "x"}"#).contains("no field text"));
    assert!(said("POST", "/repos/a/b/issues/1/comments", r#"{}"#).contains("body"));
    assert!(said("POST", "/repos/a/b/issues/1/comments", r#"{"body": 1}"#).contains("1 is not"));
    assert!(said("POST", "/repos/a/b/issue/1/comments", "{}").contains("no such method and path"));
    assert!(said("GET", "/repos/a/b/issues/1/comments?per-page=3", "").contains("no parameter per-page"));
    let completed = r#"{"status": "completed"}"#;
    assert!(!said("PATCH", "/repos/a/b/check-runs/1", completed).is_empty(), "a conclusion is missing");
}
