//! Every request to GitHub answered in every wrong way, all of them at once: each case has an issue, a person, and
//! repositories of its own.

use serde_json::{Value, json};

use crate::support::{APP, App, INSTALLATION, Repository, World, Wrong, run_on};

/// How it goes wrong.
pub(super) const WRONGS: &[Wrong] = &[
    Wrong::Status(401),
    Wrong::Status(403),
    Wrong::Status(404),
    Wrong::Status(410),
    Wrong::Status(422),
    Wrong::Status(429),
    Wrong::Status(500),
    Wrong::Lost(502),
    Wrong::Slow,
    Wrong::Torn,
];

/// What is asked for a comment, with the number of the case for `{}`.
const OF_A_COMMENT: &[(&str, &str)] = &[
    ("GET", "/collaborators/rita{}/permission"),
    ("POST", "/issues/comments/{}/reactions"),
    ("GET", "/issues/{}/comments"),
    ("POST", "/issues/{}/comments"),
    ("GET", "/repos/ana/shop{}"),
    ("GET", "/repos/ana/shop{}/installation"),
    ("GET", "/ana/shop{}/info/refs"),
    ("POST", "/ana/shop{}/git-upload-pack"),
];
/// What is asked for a check run.
const OF_A_CHECK: &[(&str, &str)] = &[
    ("GET", "/repos/bo/blog{}/contents/.github/foliolens.toml"),
    ("GET", "/repos/bo/blog{}/commits/"),
    ("POST", "/repos/bo/blog{}/check-runs"),
    ("PATCH", "/repos/bo/blog{}/check-runs/"),
    ("GET", "/repos/bo/blog{}/check-runs/"),
    ("GET", "/bo/blog{}/info/refs"),
    ("POST", "/bo/blog{}/git-upload-pack"),
    ("GET", "/repos/bo/blog{}$"),
];
/// What is asked for all of them, so each has a server of its own.
const OF_EVERYTHING: &[(&str, &str)] = &[
    ("POST", "/access_tokens"),
    ("GET", "/repos/acme/.github"),
    ("GET", "/repos/acme/.github/contents/foliolens.toml"),
    ("GET", "/repos/acme/.github/contents/rules/"),
    ("GET", "/repos/acme/hiring/installation"),
    ("PATCH", "/issues/comments/"),
    ("GET", "/users/ana/repos"),
    ("GET", "/app/hook/deliveries"),
    ("POST", "/app/hook/deliveries/"),
];

const RULES: &str = "id: acme.no-print\nlanguage: Python\nrule: {pattern: print($$$A)}\n\
                     metadata: {statement: The server does not print, remedy: Use the logger.}\n";

const BUSY: &[(&str, &str)] = &[
    ("FOLIOLENS_WORKERS", "24"),
    ("FOLIOLENS_INSTALLATION_JOBS", "64"),
    ("FOLIOLENS_GITHUB_SECONDS", "4"),
    ("FOLIOLENS_REVIEWS_PER_PERSON", "1000"),
];

/// Cases of one kind: the number, the request, and what is wrong with its answer.
fn cases(requests: &[(&'static str, &'static str)]) -> Vec<(u64, &'static str, String, Wrong)> {
    let all = requests.iter().flat_map(|request| WRONGS.iter().map(move |wrong| (*request, *wrong)));
    all.zip(100..)
        .map(|(((method, path), wrong), number)| (number, method, path.replace("{}", &number.to_string()), wrong))
        .collect()
}

/// How what was asked for ends where one request goes wrong once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With its report.
    Report,
    /// With a sentence, polite, that there is none.
    Sentence,
    /// With nothing: there is nowhere to say it, or nobody who may ask.
    Silence,
}

/// Whether another attempt has the right answer.
fn passes(wrong: Wrong) -> bool {
    matches!(wrong, Wrong::Status(401 | 429 | 500) | Wrong::Lost(_) | Wrong::Slow | Wrong::Torn)
}

fn is_git(path: &str) -> bool {
    path.ends_with("/info/refs") || path.ends_with("/git-upload-pack")
}

/// For a comment that asks for a public repository which has not installed the app.
fn end_of_a_comment(path: &str, wrong: Wrong) -> End {
    match wrong {
        // That it is private is no trouble that passes, and what git answers besides is none of a git host.
        Wrong::Status(401) if is_git(path) => End::Sentence,
        Wrong::Status(422) if is_git(path) => End::Report,
        _ if passes(wrong) => End::Report,
        // Nobody misses a reaction, and whoever has not installed the app is reviewed as well.
        _ if path.ends_with("/reactions") => End::Report,
        Wrong::Status(403 | 404 | 410) if path.ends_with("/installation") => End::Report,
        Wrong::Status(404 | 410) if path.ends_with("/permission") => End::Silence,
        Wrong::Status(403 | 404 | 410) if path.ends_with("/comments") => End::Silence,
        _ => End::Sentence,
    }
}

/// For a check run in a private repository that has installed the app.
fn end_of_a_check(path: &str, wrong: Wrong) -> End {
    match wrong {
        // Another token is asked for, and what git answers besides is none of a git host.
        Wrong::Status(403 | 422) if is_git(path) => End::Report,
        // There is no such file.
        Wrong::Status(404 | 410) if path.contains("/contents/") => End::Report,
        // It is found by its number.
        Wrong::Status(403 | 404 | 410) if path.ends_with('$') => End::Report,
        _ if passes(wrong) => End::Report,
        _ => End::Sentence,
    }
}

/// How it has ended, by what stands there.
fn end_of(said: &[String], when: &str) -> End {
    match said {
        [] => End::Silence,
        [one] if is_report(one) => End::Report,
        [one] if is_polite(one) => End::Sentence,
        said => panic!("{when}: {said:?}"),
    }
}

/// Every fault was met.
fn assert_met(world: &World) {
    let left = world.github.with(|state| state.faults.clone());
    assert!(left.is_empty(), "nothing was asked that goes wrong: {left:?}");
}

#[test]
fn whatever_github_answers_a_comment_gets_one_report_or_one_polite_sentence() {
    let world = World::new();
    let cases = cases(OF_A_COMMENT);
    let app = world.app_with(BUSY);
    for (number, method, path, wrong) in &cases {
        world.github.host(&format!("ana/shop{number}"), world.candidate.path().join(".git"), false, false);
        world.github.with(|state| state.permissions.insert(format!("rita{number}"), "write"));
        world.github.fault(method, path.as_str(), *wrong);
        if path.ends_with("/permission") {
            // It is asked for the reaction, and for the review.
            world.github.fault(method, path.as_str(), *wrong);
        }
        let mut asked = world.comment(&format!("rita{number}"), &format!("/review ana/shop{number}"));
        asked["issue"]["number"] = (*number).into();
        asked["comment"]["id"] = (*number).into();
        assert_eq!(app.deliver("issue_comment", &format!("d-{number}"), &asked), 202);
    }
    wait(&app);
    world.reports();
    assert_met(&world);
    for (number, method, path, wrong) in &cases {
        let place = format!("acme/hiring#{number}");
        let here = world.github.with(|state| {
            let here = state.comments.values().filter(|(at, _)| *at == place);
            here.map(|(_, body)| body.clone()).collect::<Vec<_>>()
        });
        let when = format!("{method} {path}: {wrong:?}");
        assert_eq!(end_of(&here, &when), end_of_a_comment(path, *wrong), "{when}: {here:?}");
    }
}

#[test]
fn whatever_github_answers_when_what_was_written_is_looked_for_it_is_one_report() {
    let world = World::new();
    let app = world.app_with(BUSY);
    let cases: Vec<(u64, Wrong)> = (100..).zip(WRONGS.iter().copied()).collect();
    for (number, wrong) in &cases {
        let path = format!("/issues/{number}/comments");
        world.github.fault("GET", &path, Wrong::Fine);
        world.github.fault("GET", &path, *wrong);
        let mut asked = world.comment("rita", "/review ana/shop");
        (asked["issue"]["number"], asked["comment"]["id"]) = ((*number).into(), (*number).into());
        assert_eq!(app.deliver("issue_comment", &format!("d-{number}"), &asked), 202);
    }
    wait(&app);
    world.reports();
    assert_met(&world);
    for (number, wrong) in cases {
        let place = format!("acme/hiring#{number}");
        let here = world.github.with(|state| {
            let here = state.comments.values().filter(|(at, _)| *at == place);
            here.map(|(_, body)| body.clone()).collect::<Vec<_>>()
        });
        assert!(here.len() == 1 && is_report(&here[0]), "{wrong:?}: {here:?}");
    }
}

#[test]
fn whatever_github_answers_a_check_run_is_ended_once() {
    let world = World::new();
    let cases = cases(OF_A_CHECK);
    let app = world.app_with(BUSY);
    let own = with_a_remark();
    for (number, method, path, wrong) in &cases {
        let name = format!("bo/blog{number}");
        let id = world.github.host(&name, own.path().join(".git"), true, true);
        world.github.fault(method, path.as_str(), *wrong);
        assert_eq!(app.deliver("check_run", &format!("d-{number}"), &rerun(id, &name, &own.head())), 202);
    }
    wait(&app);
    // Also a run is asked what remarks it has, and changed.
    assert_met(&world);
    for (number, method, path, wrong) in &cases {
        let name = format!("bo/blog{number}");
        let runs = world.github.with(|state| {
            let here = state.check_runs.values().filter(|run| run["repository"] == *name);
            here.cloned().collect::<Vec<_>>()
        });
        let when = format!("{method} {path}: {wrong:?}");
        for run in &runs {
            assert_eq!(
                (run["status"].as_str(), run["conclusion"].as_str()),
                (Some("completed"), Some("neutral")),
                "{when}"
            );
        }
        let said: Vec<String> =
            runs.iter().map(|run| run["output"]["summary"].as_str().unwrap_or_default().to_owned()).collect();
        assert_eq!(end_of(&said, &when), end_of_a_check(path, *wrong), "{when}: {said:?}");
    }
}

#[test]
fn whatever_github_answers_to_what_all_reviews_need_there_is_one_comment_at_most() {
    // With more servers at once two cores do not keep the times that are set for them.
    cases(OF_EVERYTHING).chunks(8).for_each(|some| {
        std::thread::scope(|scope| {
            for (_, method, path, wrong) in some.iter().cloned() {
                scope.spawn(move || {
                    let world = World::new();
                    let shared = Repository::with_commits(1);
                    shared.write("rules/a.yml", RULES).write("foliolens.toml", "rules = [\"rules/a.yml\"]\n");
                    shared.commit("Add settings");
                    world.github.host("acme/.github", shared.path().join(".git"), true, true);
                    world.github.fault(method, path.as_str(), wrong);
                    world.github.with(|state| state.deliveries = vec![(1, "d-lost".to_owned(), 502)]);
                    let app = world.app_with(BUSY);
                    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review @ana"));
                    wait(&app);
                    app.wait("the fault", || world.github.with(|state| state.faults.is_empty()));
                    let here = world.reports();
                    let when = format!("{method} {path}: {wrong:?}");
                    // The comment was deleted, so it is made again.
                    let again = method == "PATCH" && matches!(wrong, Wrong::Status(404 | 410));
                    let most = if again { 2 } else { 1 };
                    assert!(here.len() <= most, "{when}: {here:?}");
                    // An issue that was locked in between: nothing is said there, nor that a review has begun.
                    if method == "PATCH" && wrong == Wrong::Status(403) {
                        return assert_eq!(here, Vec::<String>::new(), "{when}");
                    }
                    let is_polite = |one: &String| !passes(wrong) && is_polite(one);
                    assert!(here.iter().any(|one| is_report(one) || is_polite(one)), "{when}: {here:?}");
                });
            }
        })
    });
}

/// What comes to nothing however often it is tried.
fn for_ever(requests: &[(&'static str, &'static str)]) -> Vec<(u64, &'static str, String, Wrong)> {
    let cases = cases(requests).into_iter();
    cases.filter(|(.., wrong)| matches!(wrong, Wrong::Status(401 | 500))).collect()
}

#[test]
fn what_is_wrong_for_ever_ends_in_a_dead_job_and_one_polite_sentence() {
    let world = World::new();
    let (of_comments, of_checks) = (for_ever(OF_A_COMMENT), for_ever(OF_A_CHECK));
    let app = world.app_with(BUSY);
    let own = Repository::with_commits(1);
    for (number, method, path, wrong) in &of_comments {
        world.github.host(&format!("ana/shop{number}"), world.candidate.path().join(".git"), false, false);
        world.github.with(|state| state.permissions.insert(format!("rita{number}"), "write"));
        world.github.fault_for_ever(method, path.as_str(), *wrong);
        let mut asked = world.comment(&format!("rita{number}"), &format!("/review ana/shop{number}"));
        asked["issue"]["number"] = (*number).into();
        asked["comment"]["id"] = (*number).into();
        assert_eq!(app.deliver("issue_comment", &format!("d-{number}"), &asked), 202);
    }
    for (number, method, path, wrong) in &of_checks {
        let name = format!("bo/blog{number}");
        let id = world.github.host(&name, own.path().join(".git"), true, true);
        world.github.fault_for_ever(method, path.as_str(), *wrong);
        assert_eq!(app.deliver("check_run", &format!("c-{number}"), &rerun(id, &name, &own.head())), 202);
    }
    world.wait_without_patience(&app);
    world.reports();
    let (_, dead, _) = run_on(&world.database, &["jobs", "list", "--state", "dead"]);
    for (number, method, path, wrong) in &of_comments {
        let place = format!("acme/hiring#{number}");
        let here = world.github.with(|state| {
            let here = state.comments.values().filter(|(at, _)| *at == place);
            here.map(|(_, body)| body.clone()).collect::<Vec<_>>()
        });
        let when = format!("{method} {path}: {wrong:?}");
        let is_dead =
            [format!("/shop{number} "), format!("acknowledge {number} ")].iter().any(|key| dead.contains(key));
        match here.as_slice() {
            [] => assert!(is_dead && path.ends_with("/comments"), "{when}: silence; {dead}"),
            // Nobody misses a reaction beside a report.
            [one] if path.ends_with("/reactions") => assert!(is_dead && is_report(one), "{when}: {one}"),
            [one] => assert!(is_polite(one) && (is_dead || one.contains("no report, because ")), "{when}: {one}"),
            many => panic!("{when}: {many:?}"),
        }
    }
    for (number, method, path, wrong) in &of_checks {
        let name = format!("bo/blog{number}");
        let runs = world.github.with(|state| {
            let here = state.check_runs.values().filter(|run| run["repository"] == *name);
            here.cloned().collect::<Vec<_>>()
        });
        let when = format!("{method} {path}: {wrong:?}");
        match runs.as_slice() {
            [] => assert!(path.ends_with("/check-runs") || path.ends_with("/commits/"), "{when}: silence"),
            [run] if *method == "PATCH" => assert_eq!(run["status"], "in_progress", "{when}"),
            [run] => {
                assert_eq!(run["status"], "completed", "{when}");
                assert!(is_polite(run["output"]["summary"].as_str().unwrap_or_default()), "{when}: {run}");
            }
            many => panic!("{when}: {many:?}"),
        }
    }
}

#[test]
fn a_repository_that_never_arrives_is_said_to_be_our_fault() {
    let world = World::new();
    let app = world.app();
    world.github.fault_for_ever("GET", "/ana/shop/info/refs", Wrong::Status(500));
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    world.wait_without_patience(&app);
    let here = world.reports();
    assert_eq!(here.len(), 1, "{here:?}");
    assert!(
        here[0].contains("says nothing about the repository") && here[0].contains("the reference 1"),
        "{}",
        here[0]
    );
}

/// A repository on one line of which there is something to be said.
fn with_a_remark() -> Repository {
    let repository = Repository::with_commits(1);
    let app = "import os\nfrom flask import Flask\napp = Flask(__name__)\n\n@app.route(\"/things\")\n\
               def things():\n    return os.environ[\"THING\"]\n";
    repository.write("app.py", app).write("requirements.txt", "flask==3.0.0\n").commit("Serve things");
    repository
}

fn is_report(comment: &str) -> bool {
    comment.contains("How to dispute")
}

fn is_polite(comment: &str) -> bool {
    comment.contains("says nothing about the repository") || comment.contains(": no report, because ")
}

/// Until nothing waits any more, not even for its time.
fn wait(app: &App) {
    app.wait("every job to end", || app.get("/readyz").1.contains("queue 0 waiting, 0 running, 0 later"));
}

fn rerun(id: u64, name: &str, head: &str) -> Value {
    json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": name, "default_branch": "main", "private": true},
        "check_run": {"head_sha": head, "app": {"id": APP}},
        "sender": {"login": "bo", "type": "User"},
    })
}
