//! The server as whoever operates it sees it.

use crate::support::{Repository, World, Wrong, run_on};

#[test]
fn sigterm_hands_work_back_and_the_next_process_ends_it() {
    let world = World::new();
    world.candidate.import(&Repository::many_commits());
    let app = world.app_with(&[("FOLIOLENS_SHUTDOWN_SECONDS", "5")]);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait("the placeholder", || !world.reports().is_empty());
    let began = std::time::Instant::now();
    assert!(app.terminate(), "ended well");
    assert!(began.elapsed().as_secs() < 5, "within the deadline");
    assert!(!world.reports().concat().contains("How to dispute"), "was stopped too late");
    let (_, listed, _) = run_on(&world.database, &["jobs", "list"]);
    assert!(listed.contains("retrying") && listed.contains("attempt 0"), "no attempt is lost: {listed}");
    let app = world.app();
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    assert!(world.reports()[0].contains("How to dispute"));
    assert_eq!(world.left_behind(), Vec::<String>::new());
}

#[test]
fn a_job_that_kills_its_worker_three_times_is_dead_and_can_be_tried_anew() {
    let world = World::new();
    for _ in 0..3 {
        let app = world.app();
        world.github.fault("GET", "/ana/shop/info/refs", Wrong::KilledBefore);
        world.github.with(|state| state.victim = Some(app.id()));
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
        assert!(!app.ended().0);
    }
    let app = world.app();
    app.wait_until_idle();
    let said = world.reports();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("says nothing about the repository") && said[0].contains("the reference 1"),
        "{}",
        said[0]
    );
    let (_, dead, _) = run_on(&world.database, &["jobs", "list", "--state", "dead"]);
    assert!(dead.contains("review ") && dead.contains("attempt 4"), "{dead}");
    assert!(run_on(&world.database, &["jobs", "show", "1"]).1.contains("last error"));
    assert_eq!(run_on(&world.database, &["jobs", "retry", "1"]).0, 0);
    app.wait("the report", || world.reports().concat().contains("How to dispute"));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    assert_eq!(run_on(&world.database, &["jobs", "discard", "1"]).0, 0);
    assert_eq!(run_on(&world.database, &["jobs", "show", "1"]).0, 2);
}

#[test]
fn the_pages_for_machines_say_what_is_documented() {
    let world = World::new();
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").to_string();
    let app = world.app_with(&[("FOLIOLENS_METRICS_LISTEN", &metrics)]);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.deliver("star", "d-2", &serde_json::json!({"action": "created"}));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    assert_eq!(app.get("/healthz"), (200, "ok\n".to_owned()));
    let (status, ready) = app.get("/readyz");
    assert_eq!((status, ready.as_str()), (200, "database ok\nqueue 0 waiting, 0 running, 0 later, oldest 0 s\n"));
    assert_eq!(app.get("/metrics").0, 404, "it has an address of its own");
    let numbers = reqwest::blocking::get(format!("http://{metrics}/metrics")).expect("there").text().expect("text");
    for (page, said) in [("healthz", "ok\n"), ("readyz", &*ready)] {
        let there = reqwest::blocking::get(format!("http://{metrics}/{page}")).expect("there").text().expect("text");
        assert_eq!(there, said, "{page}");
    }
    let webhook = reqwest::blocking::Client::new().post(format!("http://{metrics}/webhook")).send().expect("an answer");
    assert_eq!(webhook.status().as_u16(), 404, "machines only look");
    for part in [
        "foliolens_deliveries_total{outcome=\"queued\"} 1",
        "foliolens_deliveries_total{outcome=\"ignored\"} 1",
        "foliolens_queue_waiting 0",
        "foliolens_queue_oldest_seconds 0",
        "foliolens_review_seconds_count{stage=\"fetch\"} 1",
        "foliolens_review_seconds_count{stage=\"examine\"} 1",
        "foliolens_job_seconds_count{outcome=\"done\"} 2",
        "foliolens_github_requests_total{status=\"201\"}",
        "foliolens_github_rate_limit_remaining 4999",
    ] {
        assert!(numbers.contains(part), "{part}:\n{numbers}");
    }
}

#[test]
fn what_is_too_large_or_no_json_is_refused() {
    let world = World::new();
    let app = world.app();
    assert_eq!(app.post_signed("issue_comment", "d-1", "{\"action\": "), 400);
    assert_eq!(app.post_signed("issue_comment", "no id, but words", "{}"), 400);
    let large = " ".repeat((25 << 20) + 1);
    let (status, said) = app.post("issue_comment", "d-2", large, None);
    assert_eq!(status, 413, "{said}");
    assert_eq!(app.get("/healthz").0, 200);
}
