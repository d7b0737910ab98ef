use super::*;
use crate::rubric::Rubric;
use crate::run::judge;
use crate::snapshot::NoWatch;
use crate::snapshot::fixture::Fixture;

fn asked(fixture: Fixture) -> Vec<Prompt> {
    judge(&fixture.snapshot(), Rubric::built_in(), &[], &[], &NoWatch).prompts
}

fn prompt(fixture: Fixture, topic: &str) -> Prompt {
    let all = asked(fixture);
    let found = all.iter().find(|prompt| prompt.id.starts_with(&format!("{topic}.")));
    found.unwrap_or_else(|| panic!("{topic} is not among {all:?}")).clone()
}

fn express(routes: &str) -> Fixture {
    Fixture::new()
        .file("app.js", &format!("const app = require('express')()\n{routes}"))
        .file("package.json", r#"{"dependencies": {"express": "4"}}"#)
}

#[test]
fn five_questions_are_asked_of_everybody_and_no_place_is_made_up() {
    let all = asked(Fixture::new().file("README.md", "# Notes\n"));
    let ids: Vec<&str> = all.iter().map(|prompt| prompt.id).collect();
    assert_eq!(ids, ["tenants.generic", "webhook.generic", "slow.generic", "task.generic", "access.generic"]);
    assert!(all.iter().all(|prompt| prompt.places.is_empty() && prompt.names.is_empty()));
}

#[test]
fn only_what_belongs_to_an_area_that_is_looked_at_is_asked() {
    let repo = Fixture::new().file("README.md", "# Notes\n").snapshot();
    let of = |only: &[&'static str]| judge(&repo, Rubric::built_in(), only, &[], &NoWatch).prompts.len();
    assert_eq!((of(&["tests"]), of(&["security"]), of(&["readme", "database"])), (0, 1, 2));
}

#[test]
fn a_company_tells_more_about_whose_a_row_is_than_a_person() {
    let schema =
        "CREATE TABLE a (user_id int REFERENCES users(id));\nCREATE TABLE b (organization_id int REFERENCES o(id));\n";
    let found = prompt(Fixture::new().file("migrations/1.sql", schema), "tenants");
    assert_eq!((found.id, &*found.names["table"], &*found.names["column"]), ("tenants.owner", "b", "organization_id"));
    assert_eq!(found.places.iter().map(|place| place.lines).collect::<Vec<_>>(), [Some((2, 2)), Some((1, 1))]);
    let pets = "CREATE TABLE owners (id int);\nCREATE TABLE pets (owner_id int REFERENCES owners(id));\n";
    assert_eq!(prompt(Fixture::new().file("migrations/1.sql", pets), "tenants").id, "tenants.generic");
    let notes = "CREATE TABLE users (id int);\nCREATE TABLE notes (owner_id int REFERENCES users(id));\n";
    assert_eq!(prompt(Fixture::new().file("migrations/1.sql", notes), "tenants").id, "tenants.owner");
    for framework in [
        "CREATE TABLE auth_user_groups (user_id int REFERENCES auth_user(id));\n",
        "CREATE TABLE sessions (id text, user_id int);\n",
    ] {
        assert_eq!(prompt(Fixture::new().file("migrations/1.sql", framework), "tenants").id, "tenants.generic");
    }
    let none = "CREATE TABLE a (id int);\n";
    assert_eq!(prompt(Fixture::new().file("migrations/1.sql", none), "tenants").id, "tenants.none");
}

#[test]
fn who_pays_is_asked_about_before_others_who_call() {
    let found = prompt(express("app.post('/hooks/chat', a)\napp.post('/webhooks/stripe', b)\n"), "webhook");
    assert_eq!((found.id, &*found.names["route"]), ("webhook.route", "/webhooks/stripe"));
    assert_eq!(found.places[0].path, "app.js");
    let kept = express("app.get('/webhooks', a)\napp.post('/webhooks', b)\napp.post('/add_webhook', c)\n");
    assert_eq!(prompt(kept, "webhook").id, "webhook.generic");
    let login = express("app.post('/auth/callback', a)\napp.get('/webhooks/stripe', b)\n");
    assert_eq!(prompt(login, "webhook").id, "webhook.generic");
    let sender = prompt(express("app.post('/hooks/github', a)\n"), "webhook");
    assert_eq!((sender.id, &*sender.names["route"]), ("webhook.route", "/hooks/github"));
    let registered = express("app.post('/v1/webhooks', a)\napp.delete('/v1/webhooks/:id', b)\n");
    assert_eq!(prompt(registered, "webhook").id, "webhook.generic");
}

#[test]
fn the_report_and_the_question_speak_of_the_same_webhooks() {
    for routes in [
        "app.post('/hooks/github', a)\n",
        "app.post('/hooks/reload', a)\n",
        "app.post('/v1/webhooks', a)\napp.get('/v1/webhooks', b)\n",
    ] {
        let review = judge(&express(routes).snapshot(), Rubric::built_in(), &[], &[], &NoWatch);
        let findings: Vec<&Finding> = review.areas.iter().flat_map(|area| &area.findings).collect();
        let judged =
            findings.iter().any(|it| it.signal() == "idempotency.webhooks" && it.outcome() != Outcome::NotApplicable);
        assert_eq!(review.prompts.iter().any(|prompt| prompt.id == "webhook.route"), judged, "{routes}");
    }
}

#[test]
fn the_list_that_most_routes_hang_on_is_the_one_to_ask_about() {
    let routes = "app.get('/tags', a)\napp.get('/orders', a)\napp.post('/orders', b)\napp.get('/orders/:id', c)\n";
    let found = prompt(express(routes), "slow");
    assert_eq!((found.id, &*found.names["route"]), ("slow.list", "/orders"));
    assert_eq!(prompt(express("app.get('/status', a)\napp.get('/orders/:id', b)\n"), "slow").id, "slow.generic");
}

#[test]
fn a_query_makes_a_list_of_records_whatever_hangs_on_it() {
    let found = prompt(
        express(
            "app.get('/countries', (req, res) => res.json(all))\napp.get('/orders', async (req, res) => {\n  res.json(await Order.find({ open: true }).limit(9))\n})\n",
        ),
        "slow",
    );
    assert_eq!((found.id, &*found.names["route"], found.places[0].lines), ("slow.list", "/orders", Some((4, 4))));
    let alone = express("app.get('/countries', (req, res) => res.json(all))\n");
    assert_eq!(prompt(alone, "slow").id, "slow.generic");
}

#[test]
fn links_without_an_index_are_asked_about_before_a_list() {
    let schema = "CREATE TABLE a (user_id int REFERENCES users(id));\n";
    let found =
        prompt(express("app.get('/orders', a)\napp.post('/orders', b)\n").file("migrations/1.sql", schema), "slow");
    assert_eq!((found.id, &*found.names["bare"], &*found.names["all"]), ("slow.index", "1", "1"));
}

#[test]
fn a_library_for_tasks_is_named_where_it_is_named() {
    let found = prompt(Fixture::new().file("requirements.txt", "flask\ncelery==5.4\n"), "task");
    assert_eq!((found.id, &*found.names["library"]), ("task.library", "Celery"));
    assert_eq!((&*found.places[0].path, found.places[0].lines), ("requirements.txt", Some((2, 2))));
}

#[test]
fn the_task_itself_is_asked_about_and_not_the_library_that_retries_it() {
    let module = "module a\n\ngo 1.22\n\nrequire github.com/hibiken/asynq v0.24.1\n";
    let task = "package tasks\n\nimport \"github.com/hibiken/asynq\"\n\nfunc Receipt(ctx context.Context, t *asynq.Task) error {\n\treturn send(ctx, t.Payload())\n}\n";
    let found = prompt(Fixture::new().file("go.mod", module).file("tasks/receipt.go", task), "task");
    assert_eq!((found.id, &*found.places[0].path), ("task.defined", "tasks/receipt.go"));
    let gems = "gem 'rails'\ngem 'sidekiq'\n";
    let job = "class ReceiptJob < ApplicationJob\n  def perform(id)\n    Mailer.receipt(id).deliver_now\n  end\nend\n";
    let found = prompt(Fixture::new().file("Gemfile", gems).file("app/jobs/receipt_job.rb", job), "task");
    assert_eq!((found.id, &*found.places[0].path), ("task.defined", "app/jobs/receipt_job.rb"));
}

#[test]
fn work_that_goes_on_after_the_answer_is_asked_about_and_other_work_is_not() {
    let spawned = |line: &str| {
        let text = format!(
            "use axum::Router;\nfn app() -> Router {{ Router::new().route(\"/a\", post(a)) }}\nasync fn a() {{\n    {line}\n}}\n"
        );
        prompt(Fixture::new().file("src/main.rs", &text), "task")
    };
    let left = spawned("tokio::spawn(async move { send(mail).await; });");
    assert_eq!((left.id, left.places[0].lines), ("task.defined", Some((4, 4))));
    assert_eq!(spawned("let sent = tokio::spawn(async move { send(mail).await });").id, "task.generic");
    let answered = "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/a')\nasync def a(background, request):\n    background.add_task(rebuild, await request.body())\n";
    assert_eq!(prompt(Fixture::new().file("main.py", answered), "task").places[0].lines, Some((5, 5)));
    let alone = Fixture::new().file("src/main.rs", "fn main() {\n    std::thread::spawn(|| work());\n}\n");
    assert_eq!(prompt(alone, "task").id, "task.generic");
    let go = |body: &str| {
        let routes = "package main\nimport \"github.com/gin-gonic/gin\"\nfunc main() {\n\tr := gin.Default()\n\tr.POST(\"/a\", a)\n}\n";
        let text = format!("{routes}func a(c *gin.Context) {{\n\tgo func() {{ {body}\n}}\n");
        prompt(Fixture::new().file("main.go", &text), "task").id
    };
    assert_eq!(go("sendMail(order) }()"), "task.defined");
    assert_eq!(go("defer wg.Done(); load(order) }()"), "task.generic");
    assert_eq!(go("load(order, found) }()\n\torder := <-found"), "task.generic");
    let spring = "@RestController\nclass A {\n  @GetMapping(\"/a\")\n  int a() { return 1; }\n\n  @Scheduled(cron = \"0 0 3 * * *\")\n  void remind() { mail(); }\n}\n";
    assert_eq!(prompt(Fixture::new().file("A.java", spring), "task").places[0].lines, Some((6, 7)));
}

#[test]
fn a_record_that_is_looked_up_by_number_alone_is_no_check() {
    let controller = "class NotesController < ApplicationController\n  before_action :authenticate_user!\n  def index\n    current_user.notes.where(open: true)\n  end\n  def destroy\n    Note.find(params[:id]).destroy\n  end\nend\n";
    let routes = "Rails.application.routes.draw do\n  resources :notes\nend\n";
    let found = Fixture::new().file("config/routes.rb", routes).file("app/controllers/notes_controller.rb", controller);
    let found = prompt(found, "access");
    assert_eq!((found.id, found.places[0].lines), ("access.number", Some((7, 7))));
}

#[test]
fn routes_without_the_guard_of_their_neighbours_are_asked_about() {
    let routes = "app.post('/login', a)\napp.put('/users/:id', auth, a)\napp.delete('/users/:id', auth, b)\napp.patch('/users/:id', auth, c)\napp.put('/posts/:id', d)\n";
    let found = prompt(express(routes), "access");
    assert_eq!((found.id, found.places.len()), ("access.open", 1));
}

#[test]
fn a_large_commit_has_a_story_and_a_small_one_has_none() {
    let paths: Vec<String> = (0..61).map(|n| format!("src/{n}.js")).collect();
    let changes: Vec<(&str, u32, u32)> = paths.iter().map(|path| (&**path, 100, 0)).collect();
    let small = [("src/a.js", 3, 1)];
    let mut repo = Fixture::new().file("app.js", "start()\n");
    for _ in 0..6 {
        repo = repo.commit("ana", "a: Add a little", &small);
    }
    let found = prompt(repo.commit("ana", "a: Add everything", &changes), "commit");
    assert_eq!((found.id, &*found.names["files"]), ("commit.large", "61"));
    let mut repo = Fixture::new().file("app.js", "start()\n");
    for _ in 0..6 {
        repo = repo.commit("ana", "a: Add a little", &small);
    }
    assert!(!asked(repo).iter().any(|prompt| prompt.id.starts_with("commit.")));
}

#[test]
fn a_large_commit_is_asked_about_though_the_commits_are_fine_as_a_whole() {
    let paths: Vec<String> = (0..61).map(|n| format!("src/{n}.js")).collect();
    let with = |paths: &[String]| {
        let changes: Vec<(&str, u32, u32)> = paths.iter().map(|path| (&**path, 1, 0)).collect();
        let mut repo = Fixture::new().file("app.js", "start()\n").commit("ana", "a: Rename the helper", &changes);
        for _ in 0..60 {
            repo = repo.commit("ana", "a: Add a little", &[("src/a.js", 60, 1)]);
        }
        repo
    };
    let snapshot = with(&paths).snapshot();
    let review = judge(&snapshot, Rubric::built_in(), &[], &[], &NoWatch);
    let commits = review.areas.iter().find(|area| area.meta.id == "commits").expect("an area");
    assert!(commits.findings.iter().all(|finding| finding.outcome() == Outcome::Met), "{:?}", commits.findings);
    let found = prompt(with(&paths), "commit");
    assert_eq!((found.id, &*found.names["files"]), ("commit.large", "61"));
    assert!(!asked(with(&paths[..49])).iter().any(|prompt| prompt.id.starts_with("commit.")));
}

#[test]
fn a_key_is_asked_about_wherever_the_worst_of_the_findings_stands() {
    let value = ["AKIA", "QYLPMN5HHHFPZAM2"].concat();
    let secret = ["k7Qz9Lw2", "Xv8Rt4Yp", "6Nb3Mc1J"].concat() + &["h5Gd0Sf", "k2Qw9Lz7", "X"].concat();
    // In the history something that may be one, in the tree one that looks live.
    let possible = "JWT_SECRET = 'kestrelharbour'\n";
    let both = Fixture::new()
        .file("src/settings.py", &format!("KEY = '{value}'\nOF = '{secret}'\n"))
        .deleted_file("src/old.py", possible);
    assert_eq!(prompt(both, "key").id, "key.here");
    let store = Fixture::new().file("app.py", "x = 1\n").deleted_file("store.p12", "a store\0of keys");
    let found = prompt(store, "key");
    assert_eq!((found.id, &*found.names["kind"], &*found.places[0].path), ("key.gone", "a keystore", "store.p12"));
}

#[test]
fn a_key_that_went_is_asked_about_by_kind_and_never_by_value() {
    // In pieces, so that none stands here.
    let value = ["AKIA", "QYLPMN5HHHFPZAM2"].concat();
    let secret = ["k7Qz9Lw2", "Xv8Rt4Yp", "6Nb3Mc1J"].concat() + &["h5Gd0Sf", "k2Qw9Lz7", "X"].concat();
    let file = format!("KEY = '{value}'\nOF = '{secret}'\n");
    let found = prompt(Fixture::new().file("README.md", "# A\n").deleted_file("src/settings.py", &file), "key");
    assert_eq!(found.id, "key.gone");
    assert!(found.places.iter().all(|place| place.path == "src/settings.py" && place.lines.is_none()), "{found:?}");
    assert!(!format!("{found:?}").contains(&value[4..]));
    let here = prompt(Fixture::new().file("src/settings.py", &file), "key");
    assert_eq!(here.id, "key.here");
}

#[test]
fn two_versions_side_by_side_have_a_reason() {
    let found = prompt(express("app.get('/api/v1/users', a)\napp.get('/api/v3/users', b)\n"), "interface");
    assert_eq!((found.id, &*found.names["one"], &*found.names["other"]), ("interface.versions", "v1", "v3"));
    let broken = express("app.get('/api/v1/users', a)\n").commit("ana", "feat(api)!: Drop names", &[("app.js", 1, 1)]);
    assert_eq!(prompt(broken, "interface").id, "interface.breaking");
    let said = express("app.get('/users', a)\n").commit("ana", "BREAKING: Drop names", &[("app.js", 1, 1)]);
    assert_eq!(prompt(said, "interface").id, "interface.breaking");
    let given = express("app.get('/users', a)\n").template();
    let given = given.commit("ana", "feat(api)!: Drop names", &[("app.js", 1, 1)]);
    assert!(!asked(given).iter().any(|prompt| prompt.id.starts_with("interface.")), "it is the template's");
    let calm = express("app.get('/api/v1/users', a)\n").commit("ana", "feat(api): Add names", &[("app.js", 1, 1)]);
    assert!(!asked(calm).iter().any(|prompt| prompt.id.starts_with("interface.")));
}

#[test]
fn every_question_that_is_asked_is_listed() {
    let sources = [
        include_str!("access.rs"),
        include_str!("evidence.rs"),
        include_str!("lists/mod.rs"),
        include_str!("tasks.rs"),
        include_str!("tenants.rs"),
        include_str!("webhooks.rs"),
    ];
    for id in IDS {
        assert!(sources.iter().any(|source| source.contains(&format!("\"{id}\""))), "{id} is never asked");
    }
    let topics = ["tenants.", "webhook.", "slow.", "task.", "access.", "commit.", "key.", "interface."];
    for text in sources.iter().flat_map(|source| source.split('"').skip(1).step_by(2)) {
        assert!(!topics.iter().any(|topic| text.starts_with(topic)) || IDS.contains(&text), "{text} is not listed");
    }
}
