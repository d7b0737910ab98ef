//! Deliveries: any body is refused, ignored, or becomes a job that can be stored.

use std::collections::BTreeMap;
use std::time::Duration;

use foliolens::github::event::Event;
use foliolens::github::repositories::Permission;
use foliolens::review::Settings;
use foliolens::review::intake::intake;
use foliolens::review::request::Work;
use foliolens::sandbox::Strictness;

const EVENTS: [&str; 7] =
    ["issue_comment", "check_run", "check_suite", "push", "installation", "pull_request_review_comment", "star"];

pub fn run(data: &[u8]) {
    let Some((name, body)) = super::chosen(data, &EVENTS) else { return };
    let Ok(event) = Event::parse(name, body) else { return };
    let Some(job) = intake(event, 4242, &settings()) else { return };
    serde_json::from_str::<Work>(&job.work).expect("a job that can be read again");
    assert!(job.key.len() < 4_096, "{} bytes of key", job.key.len());
}

fn settings() -> Settings {
    Settings {
        web: "https://github.com".parse().expect("an address"),
        pages: None,
        slug: "foliolens".to_owned(),
        ask: Permission::Write,
        public_targets: true,
        portfolio: 5,
        portfolio_at_once: 2,
        per_person: 50,
        per_installation: 500,
        review_pushes: true,
        push_delay: Duration::from_secs(20),
        retention: Duration::from_secs(1),
        clone_bytes: 1,
        clone_objects: 1,
        certificates: BTreeMap::new(),
        clone_time: Duration::from_secs(1),
        examine_time: Duration::from_secs(1),
        examine_mib: 1,
        sandbox: Strictness::Require,
        cgroup: None,
        limits: Default::default(),
    }
}
