//! What is answered with a sentence, with every request to GitHub answered in every wrong way, on both databases: each
//! case has a repository of its own.

use serde_json::json;

use super::answers::WRONGS;
use crate::support::{App, Database, Repository, World, Wrong};

/// What is asked for each, with the owner for `{}`.
const REQUESTS: &[(&str, &str)] = &[
    ("GET", "/repos/{}/blog/contents/.github/foliolens.toml"),
    ("GET", "/repos/{}/.github"),
    ("GET", "/repos/{}/blog/collaborators/rita/permission"),
    ("POST", "/repos/{}/blog/issues/comments/"),
    ("GET", "/repos/{}/blog/issues/3/comments"),
    ("POST", "/repos/{}/blog/issues/3/comments"),
];

/// What is asked by whom (`{}` is the owner), and a part of the answer.
const QUESTIONS: &[(&str, &str, &str)] = &[
    ("/review help", "rita", "--profile trial"),
    ("/review status", "rita", "Nothing is waiting or running"),
    ("/review cancel", "rita", "Nothing is waiting or running"),
    ("/review config", "rita", "What is in force here"),
    ("/review explain readme.setup", "rita", "readme.setup"),
    ("/review hepl", "rita", "Did you mean `/review help`?"),
    ("/review forget", "{}", "is deleted: the stored reports"),
];

const BUSY: &[(&str, &str)] =
    &[("FOLIOLENS_WORKERS", "24"), ("FOLIOLENS_INSTALLATION_JOBS", "64"), ("FOLIOLENS_GITHUB_SECONDS", "4")];

struct Case {
    comment: u64,
    owner: String,
    method: &'static str,
    path: String,
    wrong: Wrong,
    question: &'static str,
    author: String,
    part: &'static str,
}

fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    for (question, author, part) in QUESTIONS {
        for (method, path) in REQUESTS {
            // Nobody asks what an owner may do.
            if *author != "rita" && path.contains("/permission") {
                continue;
            }
            for wrong in WRONGS {
                let comment = 100 + all.len() as u64;
                let owner = format!("bo{comment}");
                let (path, author) = (path.replace("{}", &owner), author.replace("{}", &owner));
                all.push(Case { comment, owner, method, path, wrong: *wrong, question, author, part });
            }
        }
    }
    all
}

#[test]
fn whatever_github_answers_a_command_gets_one_answer_or_one_polite_sentence() {
    std::thread::scope(|scope| {
        for database in Database::all() {
            scope.spawn(move || on(database));
        }
    });
}

fn on(database: Database) {
    let world = World::on(database);
    let own = Repository::with_commits(1);
    let app = world.app_with(BUSY);
    let cases = cases();
    for case in &cases {
        ask(&world, &app, &own, case);
    }
    app.wait_until_idle();
    world.reports();
    for Case { owner, method, path, wrong, question, part, .. } in &cases {
        let place = format!("{owner}/blog#3");
        let here = world.github.with(|state| {
            let here = state.comments.values().filter(|(at, _)| *at == place);
            here.map(|(_, body)| body.clone()).collect::<Vec<_>>()
        });
        let when = format!("{database:?}, {question}, {method} {path}: {wrong:?}");
        let passes = matches!(wrong, Wrong::Status(401 | 429 | 500) | Wrong::Lost(_) | Wrong::Slow | Wrong::Torn);
        match here.as_slice() {
            [] => {
                // There is nowhere to say it, or nobody who may ask.
                let is_refusal = path.contains("/permission") && matches!(wrong, Wrong::Status(404 | 410));
                let is_nowhere =
                    path.ends_with("/issues/3/comments") && matches!(wrong, Wrong::Status(403 | 404 | 410));
                assert!(is_refusal || is_nowhere, "{when}: silence");
            }
            [one] if one.contains(part) => {}
            [one] => assert!(!passes && one.contains("says nothing about the repository"), "{when}: {one}"),
            many => panic!("{when}: {many:?}"),
        }
    }
}

fn ask(world: &World, app: &App, own: &Repository, case: &Case) {
    let Case { comment, owner, method, path, wrong, question, author, .. } = case;
    let name = format!("{owner}/blog");
    let id = world.github.host(&name, own.path().join(".git"), true, true);
    world.github.fault(method, path.as_str(), *wrong);
    let mut asked = world.comment(author, question);
    asked["comment"]["id"] = (*comment).into();
    asked["repository"] = json!({"id": id, "full_name": name, "default_branch": "main", "private": true});
    assert_eq!(app.deliver("issue_comment", &format!("d-{comment}"), &asked), 202);
}
