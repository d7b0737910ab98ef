//! The log as `docs/operations.md` tells it: one line a step, each readable alone.

use serde_json::{Value, json};

use crate::support::{APP, App, INSTALLATION, Repository, World};

/// The lines so far, but for those about the server itself.
fn lines(app: &App) -> Vec<Value> {
    let lines = app.log();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("one JSON object a line"));
    lines.filter(|line| line["message"] == "delivery" || line["job"].is_i64()).collect()
}

/// The steps of a job, in order; each is asserted to say whose, where, of which delivery and how long.
fn steps(app: &App, job: i64, delivery: &str, repository: &str) -> Vec<String> {
    // It is written down that a job has ended, and then said.
    let is_last = |line: &Value| line["job"] == job && line["message"] == "job ended";
    app.wait("the last line", || lines(app).iter().any(is_last));
    let lines = lines(app).into_iter().filter(|line| line["job"] == job);
    lines
        .map(|line| {
            assert_eq!(line["delivery"], delivery, "{line}");
            assert_eq!(line["installation"], INSTALLATION, "{line}");
            assert_eq!(line["repository"], repository, "{line}");
            assert!(line["millis"].as_u64().is_some_and(|millis| millis < 120_000), "a number: {line}");
            assert!(line["timestamp"].is_string() && line["level"] == "INFO", "{line}");
            line["message"].as_str().expect("a message").to_owned()
        })
        .collect()
}

#[test]
fn each_step_of_a_review_has_a_line_that_can_be_read_alone() {
    let world = World::new();
    let app = world.app();
    app.deliver("issue_comment", "d-comment", &world.comment("rita", "/review ana/shop"));
    app.wait_until_idle();
    assert_eq!(world.reports().len(), 1);
    // The review is the first job; the second one is its acknowledgement.
    let review = steps(&app, 1, "d-comment", "acme/hiring");
    assert_eq!(review, ["delivery", "begun", "fetched", "examined", "stored", "posted", "job ended"]);
    assert_eq!(steps(&app, 2, "d-comment", "acme/hiring"), ["acknowledged", "job ended"]);
    let lines = lines(&app);
    for step in ["fetched", "examined", "stored"] {
        let line = lines.iter().find(|line| line["message"] == step).expect(step);
        assert_eq!(line["target"], "ana/shop", "what is looked at: {line}");
    }
    let posted = lines.iter().find(|line| line["message"] == "posted").expect("posted");
    assert!(posted["comment"].is_u64(), "a number: {posted}");
    let ended = lines.iter().find(|line| line["message"] == "job ended" && line["job"] == 1).expect("ended");
    assert_eq!((ended["outcome"].as_str(), ended["attempt"].as_u64()), (Some("done"), Some(1)), "{ended}");
    let examined = lines.iter().find(|line| line["message"] == "examined").expect("examined");
    let of = |line: &Value| line["millis"].as_u64().expect("a number");
    assert!(of(ended) >= of(examined) && of(examined) > 0, "the whole takes longer than a part: {ended} {examined}");
}

#[test]
fn each_step_of_a_check_has_a_line_that_can_be_read_alone() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    let app = world.app_with(&[("FOLIOLENS_REVIEWS_PER_PERSON", "1")]);
    let again = json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main"},
        "check_run": {"head_sha": own.head(), "app": {"id": APP}},
        "sender": {"login": "bo", "type": "User"},
    });
    app.deliver("check_run", "d-check", &again);
    app.wait_until_idle();
    let check = steps(&app, 1, "d-check", "bo/blog");
    assert_eq!(check, ["delivery", "begun", "fetched", "examined", "stored", "posted", "job ended"]);
    app.deliver("check_run", "d-again", &again);
    app.wait_until_idle();
    assert_eq!(steps(&app, 2, "d-again", "bo/blog"), ["delivery", "refused", "job ended"]);
    assert_eq!(world.github.with(|state| state.check_runs.len()), 1);
    let lines = lines(&app);
    let refused = lines.iter().find(|line| line["message"] == "refused").expect("refused");
    assert_eq!((refused["why"].as_str(), refused["head"].as_str()), (Some("limit"), Some(&*own.head())), "{refused}");
}

#[test]
fn a_request_has_a_name_of_our_own_whatever_a_stranger_calls_it() {
    let world = World::new();
    let app = world.app();
    let request = reqwest::blocking::Client::new().post(app.url("/webhook")).header("x-request-id", "by-a-stranger");
    let answer = request.body("{}").send().expect("an answer");
    assert_eq!(answer.status().as_u16(), 401);
    let name = answer.headers().get("x-request-id").and_then(|name| name.to_str().ok()).expect("a name").to_owned();
    app.wait("the line", || !lines(&app).is_empty());
    assert_eq!((lines(&app)[0]["request"].as_str(), name.len()), (Some(&*name), 36));
    assert!(!format!("{answer:?} {}", app.log()).contains("stranger"), "{answer:?} {}", app.log());
}

#[test]
fn what_makes_no_job_has_one_line_and_nothing_that_a_stranger_wrote() {
    let world = World::new();
    let app = world.app();
    let body = world.comment("rita", "/review ana/shop").to_string();
    assert_eq!(app.post("strange_event", "strange-id", body, Some("sha256=00".to_owned())).0, 401);
    assert_eq!(app.deliver("star", "d-star", &json!({"action": "created"})), 202);
    assert_eq!(app.post_signed("issue_comment", "d-torn", "{\"action\": "), 400);
    assert_eq!(app.post_signed("issue_comment", "no id, but words", "{}"), 400);
    app.wait("the lines", || lines(&app).len() == 4);
    let lines = lines(&app);
    let said: Vec<_> = lines
        .iter()
        .map(|line| {
            assert_eq!(line["message"], "delivery", "{line}");
            assert!(line["millis"].is_u64(), "{line}");
            assert_eq!(line["request"].as_str().map(str::len), Some(36), "{line}");
            (line["outcome"].as_str(), line["status"].as_u64(), line["delivery"].as_str(), line["event"].as_str())
        })
        .collect();
    let whys: Vec<_> = lines.iter().map(|line| line["why"].as_str()).collect();
    assert_eq!(whys, [Some("signature does not fit"), None, Some("no JSON"), Some("no delivery id")]);
    let expected = [
        (Some("refused"), Some(401), None, None),
        (Some("ignored"), Some(202), Some("d-star"), Some("star")),
        (Some("malformed"), Some(400), Some("d-torn"), Some("issue_comment")),
        (Some("malformed"), Some(400), None, Some("issue_comment")),
    ];
    assert_eq!(said, expected);
    assert!(!app.log().contains("strange") && !app.log().contains("but words"), "{}", app.log());
}

#[test]
fn the_log_is_for_people_on_a_terminal_and_for_machines_elsewhere() {
    let world = World::new();
    let app = world.app();
    app.wait("its line", || app.log().contains("listening"));
    assert!(app.log().lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{}", app.log());
    assert!(app.terminate());
    let app = world.app_on_a_terminal();
    app.wait("its line", || app.log().contains("listening"));
    let log = app.log();
    assert!(!log.lines().any(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
    let line = log.lines().find(|line| line.contains("listening")).expect("there");
    assert!(line.contains("INFO") && line.contains("\u{1b}["), "in colours: {line:?}");
}
