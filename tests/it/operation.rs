//! The server as whoever operates it sees it.

use crate::support::{Repository, World, Wrong, library, run_on};

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
    assert!(listed.contains("retrying") && listed.contains("0 attempts"), "no attempt is lost: {listed}");
    let app = world.app();
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    assert!(world.reports()[0].contains("How to dispute"));
    assert_eq!(world.left_behind(), Vec::<String>::new());
}

/// Looks no name up for five minutes, and says with a file that it has been asked to.
const DEAF: &str = r#"
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    FILE *file = fopen(getenv("ASKED"), "w");
    if (file) fclose(file);
    sleep(300);
    return EAI_AGAIN;
}
"#;

#[test]
fn a_name_that_nobody_looks_up_holds_up_no_end() {
    let (world, folder) = (World::new(), tempfile::tempdir().expect("a folder"));
    let (library, asked) = (library(folder.path(), DEAF), folder.path().join("asked"));
    let (library, file) = (library.display().to_string(), asked.display().to_string());
    let app = world.app_with(&[
        ("LD_PRELOAD", &library),
        ("ASKED", &file),
        ("FOLIOLENS_GITHUB_API_URL", "https://github.test"),
        ("FOLIOLENS_SHUTDOWN_SECONDS", "2"),
    ]);
    app.wait("a name to be looked up", || asked.exists());
    let began = std::time::Instant::now();
    assert!(app.terminate(), "ended well");
    assert!(began.elapsed().as_secs() < 60, "it waited for the name: {:?}", began.elapsed());
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
    assert!(dead.contains("review acme/hiring#3 ana/shop") && dead.contains("4 attempts"), "{dead}");
    let shown = run_on(&world.database, &["jobs", "show", "1"]).1;
    assert!(shown.contains("last error: its worker ended without a word"), "{shown}");
    assert!(shown.contains("by delivery: d-1") && shown.contains("asked at: 20"), "{shown}");
    assert!(run_on(&world.database, &["jobs", "retry", "99"]).2.contains("There is no such job."));
    assert!(run_on(&world.database, &["jobs", "retry", "2"]).2.contains("2 is done; only a dead or cancelled job"));
    let none = run_on(&world.database, &["jobs", "list", "--state", "cancelled"]);
    assert_eq!(none, (0, String::new(), "foliolens: There are no such jobs.\n".to_owned()));
    assert_eq!(run_on(&world.database, &["jobs", "retry", "1"]).0, 0);
    app.wait("the report", || world.reports().concat().contains("How to dispute"));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    assert_eq!(run_on(&world.database, &["jobs", "discard", "1"]).0, 0);
    assert_eq!(run_on(&world.database, &["jobs", "show", "1"]).0, 2);
}

#[test]
fn a_server_whose_database_fails_lives_and_is_not_ready() {
    let world = World::new();
    let app = world.app();
    world.change("ALTER TABLE jobs RENAME TO away");
    assert_eq!(app.get("/readyz"), (503, "database failed\n".to_owned()));
    assert_eq!(app.get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(
        app.deliver("issue_comment", "d-1", &world.comment("rita", "/review help")),
        503,
        "GitHub sends it again"
    );
    world.change("ALTER TABLE away RENAME TO jobs");
    assert_eq!(app.get("/readyz").0, 200);
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
        "foliolens_queue_later 0",
        "foliolens_queue_oldest_seconds 0",
        "foliolens_review_seconds_count{stage=\"fetch\"} 1",
        "foliolens_review_seconds_count{stage=\"examine\"} 1",
        "foliolens_job_seconds_count{outcome=\"done\"} 2",
        "foliolens_github_requests_total{status=\"201\"}",
        "foliolens_github_rate_limit_remaining 4999",
    ] {
        assert!(numbers.contains(part), "{part}:\n{numbers}");
    }
    let names = numbers.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    for name in names {
        assert!(numbers.contains(&format!("# HELP {name} ")), "nothing says what {name} is:\n{numbers}");
    }
    let (status, name) = app.get("/");
    assert!(status == 200 && name.starts_with("foliolens 0."), "{name}");
}

#[test]
fn a_request_to_github_without_an_answer_is_counted() {
    let world = World::new();
    world.github.fault("GET", "/collaborators/", Wrong::Slow);
    world.github.fault("POST", "/reactions", Wrong::Torn);
    let app = world.app_with(&[("FOLIOLENS_GITHUB_SECONDS", "3")]);
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review help"));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    let numbers = app.get("/metrics").1;
    for part in ["{status=\"timeout\"} 1\n", "{status=\"error\"} 1\n", "{status=\"200\"} "] {
        assert!(numbers.contains(&format!("foliolens_github_requests_total{part}")), "{part}: {numbers}");
    }
}

#[test]
fn json_is_taken_however_deep_it_is_nested() {
    let world = World::new();
    let app = world.app();
    let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
    for event in ["issue_comment", "star"] {
        assert_eq!(app.post_signed(event, "d-1", &deep), 202, "{event}");
        assert_eq!(app.post_signed(event, "d-2", &deep[1..]), 400, "{event}: one is missing");
    }
    // Where nobody looks it is in nobody's way.
    let asked = world.comment("rita", "/review help").to_string();
    let asked = asked.replacen('{', &format!("{{\"more\":{},", &deep[900_000..1_100_000]), 1);
    assert_eq!(app.post_signed("issue_comment", "d-3", &asked), 202);
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
}

#[test]
fn a_misspelt_variable_is_said_at_start_with_all_that_is_wrong() {
    let world = World::new();
    let settings = [("FOLIOLENS_SANDBX", "require"), ("FOLIOLENS_REVIEW_SECOND", "60"), ("FOLIOLENS_LISTEN", "here")];
    let start = || {
        let mut command = crate::support::foliolens(&["serve"]);
        command.env("FOLIOLENS_APP_ID", "1").envs(settings);
        crate::support::told(&command.output().expect("started"))
    };
    let (code, out, err) = start();
    assert_eq!((code, out.as_str()), (2, ""));
    for sentence in [
        "foliolens: There is no setting FOLIOLENS_SANDBX. Did you mean FOLIOLENS_SANDBOX?",
        "foliolens: There is no setting FOLIOLENS_REVIEW_SECOND. Did you mean FOLIOLENS_REVIEW_SECONDS?",
        "foliolens: FOLIOLENS_LISTEN is not an address and a port, such as 0.0.0.0:8080.",
        "foliolens: FOLIOLENS_WEBHOOK_SECRET is not set; .env.example says what it is.",
    ] {
        assert!(err.lines().any(|line| line == sentence), "{sentence}: {err}");
    }
    assert!(!err.contains("require") && !err.contains("60"), "a value is nobody's business: {err}");
    // With everything else as it should be.
    let (is_good, said) = world.worker_with(&[("FOLIOLENS_WORKER", "3")]).ended();
    assert!(!is_good);
    assert_eq!(said, "foliolens: There is no setting FOLIOLENS_WORKER. Did you mean FOLIOLENS_WORKERS?\n");
    // What Kubernetes sets beside a service of that name is nobody's mistake.
    let app = world.app_with(&[("FOLIOLENS_SERVICE_HOST", "10.0.0.1"), ("FOLIOLENS_PORT", "tcp://10.0.0.1:80")]);
    assert!(app.terminate());
}

#[test]
fn what_only_starting_shows_to_be_wrong_is_said_at_start_as_well() {
    let world = World::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    for (name, value, says) in [
        (
            "TMPDIR",
            "/no/such/folder",
            "The temporary folder can not be written; set TMPDIR to one that can: No such file or directory".to_owned(),
        ),
        (
            "DATABASE_URL",
            "sqlite:///no/such/folder/a.db",
            "The database can not be opened; check DATABASE_URL: /no/such/folder/a.db can not be made: No such file"
                .to_owned(),
        ),
        ("FOLIOLENS_LISTEN", &*address, format!("{address} can not be listened on: Address already in use")),
        ("FOLIOLENS_METRICS_LISTEN", &*address, format!("{address} can not be listened on: Address already in use")),
    ] {
        let (is_good, log) = world.app_in_vain(&[(name, value)]).ended();
        let said: Vec<&str> = log.lines().filter(|line| !line.starts_with('{')).collect();
        let is_said = said.len() == 1 && said[0].starts_with(&format!("foliolens: {says}")) && said[0].ends_with('.');
        assert!(!is_good && is_said && log.matches(&says).count() == 1, "{name}: {log}");
        assert!(!log.contains("\"listening\""), "who listens works: {log}");
    }
}

#[test]
fn what_is_too_large_or_no_json_is_refused() {
    let world = World::new();
    let app = world.app();
    assert_eq!(app.post_signed("issue_comment", "d-1", "{\"action\": "), 400);
    assert_eq!(app.post_signed("issue_comment", "no id, but words", "{}"), 400);
    let large = format!("{{{}}}", " ".repeat((25 << 20) - 2));
    assert_eq!(app.post_signed("issue_comment", "d-25-mib", &large), 202, "as large as GitHub's may be");
    let large = " ".repeat((25 << 20) + 1);
    let (status, said) = app.post("issue_comment", "d-2", large, None);
    assert_eq!(status, 413, "{said}");
    app.wait("its line", || app.log().contains("\"why\":\"too large\""));
    let form = app.post_form("payload=%7B%7D");
    assert!(form.0 == 400 && form.1.contains("application/json"), "{form:?}");
    assert_eq!(app.get("/healthz").0, 200);
}
