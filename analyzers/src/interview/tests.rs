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
}

#[test]
fn the_list_that_most_routes_hang_on_is_the_one_to_ask_about() {
    let routes = "app.get('/tags', a)\napp.get('/orders', a)\napp.post('/orders', b)\napp.get('/orders/:id', c)\n";
    let found = prompt(express(routes), "slow");
    assert_eq!((found.id, &*found.names["route"]), ("slow.list", "/orders"));
    assert_eq!(prompt(express("app.get('/status', a)\napp.get('/orders/:id', b)\n"), "slow").id, "slow.generic");
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
fn a_key_that_went_is_asked_about_by_kind_and_never_by_value() {
    // In pieces, so that none stands here.
    let value = ["AKIA", "QYLPMN5HHHFPZAM2"].concat();
    let file = format!("KEY = '{value}'\n");
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
    let calm = express("app.get('/api/v1/users', a)\n").commit("ana", "feat(api): Add names", &[("app.js", 1, 1)]);
    assert!(!asked(calm).iter().any(|prompt| prompt.id.starts_with("interface.")));
}

#[test]
fn every_question_that_is_asked_is_listed() {
    let sources = [
        include_str!("access.rs"),
        include_str!("evidence.rs"),
        include_str!("lists.rs"),
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
