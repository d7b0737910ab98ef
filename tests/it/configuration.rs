//! Settings in repositories, from a signed delivery to the comment that they change.

use serde_json::json;

use crate::support::{INSTALLATION, Repository, World, Wrong, run};

/// A repository with one file.
fn with_file(path: &str, text: &str) -> Repository {
    let repository = Repository::with_commits(1);
    repository.write(path, text).commit("Add settings");
    repository
}

const NO_PRINT: &str = "id: acme.no-print\nlanguage: Python\nrule:\n  pattern: print($$$A)\n\
                        metadata:\n  statement: The server does not print\n  remedy: Use the logger.\n";

/// The one comment, once it says `part`.
fn comment_with(world: &World, text: &str, part: &str) -> String {
    let app = world.app();
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", text)), 202);
    app.wait(part, || world.reports().iter().any(|body| body.contains(part)));
    app.wait_until_idle();
    let mut all = world.reports();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn the_effective_configuration_names_the_source_of_each_value() {
    let world = World::new();
    let shared = with_file(
        "foliolens.toml",
        "profile = \"trial\"\nask = \"read\"\nlock = [\"profile\"]\nretention_days = 7\nrules = [\"rules/a.yml\", \"rules/b.yml\"]\n\
         [[brief]]\nname = \"Mails in the background\"\nsignals = [\"trial.task\"]\n",
    );
    shared.write("rules/a.yml", NO_PRINT);
    shared.write("rules/b.yml", "id: acme.broken\nlanguage: Klingon\n").commit("Add rules");
    let hiring = with_file(
        ".github/foliolens.toml",
        "profile = \"backend\"\nask = \"write\"\nreview_on = [\"push\"]\nretention_days = 1\n",
    );
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    world.github.host_as(world.hiring, "acme/hiring", hiring.path().join(".git"));
    let said = comment_with(&world, "/review config", "What is in force here");
    for line in [
        "- profile: `trial` (foliolens.toml in the owner's .github, locked)",
        "- ask: `write` (this repository's .github/foliolens.toml)",
        "- brief: `Mails in the background` (foliolens.toml in the owner's .github)",
        "- review_on: `none` (whoever runs the app)",
        "`review_on` is not read here: it is set for the whole organisation.",
        "- public_targets: `true` (whoever runs the app)",
        "- retention_days: `7` (foliolens.toml in the owner's .github)",
        "- rules: `rules/a.yml of acme/.github` (foliolens.toml in the owner's .github)",
        "is not followed: the organisation has locked it",
        "is not read here: it is set for the whole organisation",
        "rules/b.yml of acme/.github, line 2: there is no language `Klingon` here",
    ] {
        assert!(said.replace('\\', "").contains(line), "{line}\n{said}");
    }
}

#[test]
fn a_report_says_what_the_configuration_changed_and_what_in_it_is_wrong() {
    let world = World::new();
    let shared =
        with_file("foliolens.toml", "areas = [\"readme\", \"tests\"]\nprofil = 1\n[weights]\n\"tests.exist\" = 9\n");
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    world.candidate.write(
        ".github/foliolens.toml",
        "profile = \"trial\"\n[weights]\n\"tests.exist\" = 0\n\
         [[suppress]]\nsignal = \"tests.exist\"\nreason = \"elsewhere\"\nuntil = 2999-01-01\n\
         [[suppress]]\nsignal = \"readme.tests\"\nreason = \"accepted\"\nuntil = 2020-01-01\n",
    );
    world.candidate.commit("Suppress what I can");
    let report = comment_with(&world, "/review ana/shop", "How to dispute").replace('\\', "");
    for part in [
        "Reviewed as configured where it was asked for: areas readme, tests; weights tests.exist 9.",
        "there is no setting `profil`; did you mean `profile`?",
        "`profile` is not read here: the repository under review may only suppress findings.",
        "`weights` is not read here",
        "tests.exist is suppressed by the repository's own .github/foliolens.toml as done elsewhere. It counts as it was",
        "No tests anywhere",
    ] {
        assert!(report.contains(part), "{part}\n{report}");
    }
    assert!(!report.contains("readme.tests is suppressed"), "its day is over: {report}");
    assert!(!report.contains("<b>Going live"), "{report}");
}

#[test]
fn what_a_repository_says_of_its_own_credential_is_said_beside_it() {
    let world = World::new();
    let token = format!("{}-48273615902-73920461853-k7Qz9Lw2Xv8Rt4Yp6Nb3Mc1J", ["xo", "xb"].concat());
    world.candidate.write("src/bot.py", &format!("T = '{token}'\n")).commit("Add a bot");
    let (_, found, _) = run(&["secrets", &world.candidate.target(), "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    let fingerprint = found["areas"][0]["signals"][0]["facts"]["findings"][0]["fingerprint"].as_str().expect("one");
    let claim = format!("[[suppress]]\nfingerprint = \"{fingerprint}\"\nreason = \"not-a-credential\"\n");
    world.candidate.write(".github/foliolens.toml", &claim).commit("Say that it is none");
    let report = comment_with(&world, "/review ana/shop", "How to dispute").replace('\\', "");
    for part in ["Possible, please look: 1 value", "settings say: no credential", "so they count as possible"] {
        assert!(report.contains(part), "{part}\n{report}");
    }
    assert!(!report.contains("No password or key was found in the"), "{report}");
}

#[test]
fn a_weight_of_the_organisation_changes_the_grade() {
    let graded = |settings: &str| {
        let world = World::new();
        let shared = with_file("foliolens.toml", settings);
        world.github.host("acme/.github", shared.path().join(".git"), true, true);
        let report = comment_with(&world, "/review ana/shop", "How to dispute");
        report.lines().find(|line| line.starts_with("| Instructions |")).expect("an area").to_owned()
    };
    let lenient = graded("[weights]\n\"readme.setup\" = 10\n\"readme.present\" = 0\n\"readme.tests\" = 0\n");
    let strict = graded("[weights]\n\"readme.setup\" = 0\n\"readme.present\" = 10\n\"readme.tests\" = 10\n");
    assert!(strict.contains("weak") && !lenient.contains("weak"), "{lenient}\n{strict}");
}

/// Whoever asks has the rules of the place in which they ask: the owner of what is under review changes none of them, as a
/// person or as an organisation, whether the app is installed there or not.
#[test]
fn the_owner_of_what_is_under_review_sets_nothing_for_who_asks_elsewhere() {
    let theirs = "profile = \"trial\"\nareas = [\"readme\"]\nrules = [\"rules/a.yml\"]\nlock = [\"suppress\"]\n\
                  public_targets = false\n[weights]\n\"tests.exist\" = 0\n\
                  [[suppress]]\nsignal = \"tests.exist\"\nreason = \"elsewhere\"\n";
    let report = |world: &World| {
        let said = comment_with(world, "/review ana/shop", "How to dispute");
        said.replace(&world.github.url(), "")
    };
    let plain = report(&World::new());
    for is_installed in [true, false] {
        let world = World::new();
        let settings = with_file("foliolens.toml", theirs);
        settings.write("rules/a.yml", NO_PRINT).commit("Add rules");
        world.github.host("ana/.github", settings.path().join(".git"), false, is_installed);
        assert_eq!(report(&world), plain, "{is_installed}");
        let asked = world.github.asked();
        assert!(!asked.iter().any(|path| path.contains("ana/.github")), "nobody even looks there: {asked:?}");
    }
}

#[test]
fn rules_of_the_organisation_run_on_candidates_and_never_on_what_brings_them() {
    let world = World::new();
    let shared = with_file("foliolens.toml", "rules = [\"rules/a.yml\"]\n");
    shared.write("rules/a.yml", NO_PRINT).write("tool.py", "print('x')\n").commit("Add rules");
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    // A rule in the repository under review is nobody's rule.
    world.candidate.write("rules/a.yml", &NO_PRINT.replace("no-print", "from-the-candidate"));
    world.candidate.write("server.py", "print('x')\n").commit("Print");
    let report = comment_with(&world, "/review ana/shop acme/.github", "How to dispute").replace('\\', "");
    for part in [
        "The server does not print: 1 place in 1 of",
        "acme.no-print (the organisation's own rule)",
        "Use the logger.",
        "Rules of acme's own are in force",
        "`rules` is not followed: nobody brings rules for their own repository.",
    ] {
        assert!(report.contains(part), "{part}\n{report}");
    }
    assert!(!report.contains("from-the-candidate") && report.matches("<sub>acme.no-print").count() == 1, "{report}");
}

#[test]
fn rules_that_would_be_tried_for_ever_are_left_and_said() {
    let world = World::new();
    let shared = with_file("foliolens.toml", "rules = [\"rules/a.yml\", \"rules/b.yml\"]\n");
    // Brackets within brackets within ...: all ways down are tried.
    let within = (0..10).fold("kind: integer, regex: never".to_owned(), |rule, _| {
        format!("kind: parenthesized_expression, has: {{stopBy: end, {rule}}}")
    });
    let nested = format!("x = {}1{}", "(".repeat(200), ")".repeat(200));
    let endless = format!(
        "id: acme.endless\nlanguage: Python\nrule: {{{within}}}\nmetadata: {{statement: It ends, remedy: End it., negatives: ['{nested}']}}\n"
    );
    shared.write("rules/a.yml", NO_PRINT).write("rules/b.yml", &endless).commit("Add rules");
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    let app = world.app_with(&[("FOLIOLENS_REVIEW_SECONDS", "1")]);
    assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review config")), 202);
    app.wait_until_idle();
    let said = world.reports().concat().replace('\\', "");
    let why = "foliolens.toml of acme/.github: `rules` is not followed: when they were tried on their examples, it took longer than a review may take.";
    assert!(said.contains(why), "{said}\n{}", app.log());
    assert!(!said.contains("rules/a.yml"), "{said}");
    assert!(app.terminate());
}

#[test]
fn who_asks_for_a_review_is_reacted_to_before_any_rule_is_read() {
    let world = World::new();
    let shared = with_file("foliolens.toml", "rules = [\"rules/a.yml\"]\nask = \"read\"\n");
    shared.write("rules/a.yml", NO_PRINT).commit("Add rules");
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    world.github.with(|state| state.permissions.insert("rita".into(), "read"));
    world.github.fault_for_ever("GET", "/repos/acme/.github/contents/rules/", Wrong::Status(502));
    let app = world.app();
    app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop"));
    app.wait("the reaction", || world.github.with(|state| state.reactions == ["11 eyes"]));
    assert_eq!(world.reports(), Vec::<String>::new());
    world.github.with(|state| state.faults.clear());
    app.wait("the report", || {
        world.hurry();
        world.reports().concat().contains("How to dispute")
    });
    app.wait_until_idle();
}

#[test]
fn areas_and_signals_of_the_organisations_own_are_chosen_and_explained_as_any_other() {
    let world = World::new();
    let shared = with_file("foliolens.toml", "rules = [\"rules/a.yml\"]\nareas = [\"readme\", \"acme\"]\n");
    shared.write("rules/a.yml", NO_PRINT).commit("Add rules");
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    world.candidate.write("server.py", "print('x')\n").commit("Print");
    let app = world.app();
    let questions = [
        "/review ana/shop",
        "/review ana/shop --only acme",
        "/review ana/shop --only acmee",
        "/review ana/shop --only test",
        "/review explain acme.no-print",
        "/review config",
    ];
    for (issue, question) in (40..).zip(questions) {
        let mut asked = world.comment("rita", question);
        asked["issue"]["number"] = issue.into();
        asked["comment"]["id"] = issue.into();
        assert_eq!(app.deliver("issue_comment", &format!("d-{issue}"), &asked), 202);
    }
    app.wait_until_idle();
    world.reports();
    let said = |issue: u64| {
        let place = format!("acme/hiring#{issue}");
        let all = world.github.with(|state| state.comments.clone());
        let here: Vec<String> = all.into_values().filter(|(at, _)| *at == place).map(|(_, body)| body).collect();
        assert_eq!(here.len(), 1, "{issue}: {here:?}");
        here.concat().replace('\\', "")
    };
    let (both, own) = (said(40), said(41));
    assert!(both.contains("<b>Instructions</b>") && both.contains("<sub>acme.no-print"), "{both}");
    assert!(!both.contains("<b>Tests</b>"), "{both}");
    assert!(own.contains("<sub>acme.no-print") && !own.contains("<b>Instructions</b>"), "{own}");
    assert!(said(42).contains("acmee") && !said(42).contains("How to dispute"), "{}", said(42));
    assert!(said(43).contains("/review OWNER/REPO --only tests"), "{}", said(43));
    assert!(said(44).contains("The server does not print") && said(44).contains("Use the logger."), "{}", said(44));
    assert!(said(45).contains("- areas: `readme, acme` (foliolens.toml in the owner's .github)"), "{}", said(45));
}

#[test]
fn a_configuration_that_is_no_toml_is_said_and_changes_nothing() {
    let world = World::new();
    world.candidate.write(".github/foliolens.toml", "= = =\n").commit("Break it");
    let report = comment_with(&world, "/review ana/shop", "How to dispute");
    assert!(report.contains("this is not TOML, so nothing in it is read"), "{report}");
}

#[test]
fn an_organisation_may_forbid_public_repositories_and_to_suppress() {
    let world = World::new();
    let shared = with_file("foliolens.toml", "public_targets = false\nlock = [\"public_targets\"]\n");
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    let said = comment_with(&world, "/review ana/shop", "no report");
    assert!(said.contains("allows the app to review only repositories that have installed it"), "{said}");
}

#[test]
fn where_github_forbids_to_read_the_settings_nothing_is_reviewed_and_that_is_said() {
    let shared = with_file("foliolens.toml", "public_targets = false\nask = \"admin\"\nlock = [\"ask\"]\n");
    for path in ["/repos/acme/.github$", "/repos/acme/.github/contents/foliolens.toml", "/repos/acme/hiring/contents/"]
    {
        let world = World::new();
        world.github.host("acme/.github", shared.path().join(".git"), true, true);
        world.github.fault_for_ever("GET", path, Wrong::Status(403));
        world.github.with(|state| state.permissions.insert("rita".into(), "admin"));
        let file = if path.contains("hiring") {
            ".github/foliolens.toml of acme/hiring"
        } else {
            "foliolens.toml of acme/.github"
        };
        let why = format!("no report, because GitHub does not let the app read {file}");
        let said = comment_with(&world, "/review ana/shop", "no report").replace(['\\', '\u{2060}'], "");
        assert!(said.contains(&why), "{path}: {said}");
        assert!(!world.github.with(|state| state.log.iter().any(|(method, ..)| method == "GIT")), "nothing is cloned");
        // What is everybody's right, and what shows the reason, works as ever.
        let app = world.app();
        for (comment, text) in [(12, "/review config"), (13, "/review forget")] {
            let mut asked = world.comment(if comment == 13 { "acme" } else { "rita" }, text);
            asked["comment"]["id"] = comment.into();
            app.deliver("issue_comment", &format!("d-{comment}"), &asked);
        }
        app.wait_until_idle();
        let said = world.reports().concat().replace(['\\', '\u{2060}'], "");
        assert!(said.contains(&format!("{file} is not read: GitHub does not let the app read it")), "{path}: {said}");
        assert!(said.contains("Everything about acme/hiring is deleted"), "{path}: {said}");
    }
}

#[test]
fn a_check_run_says_that_the_settings_can_not_be_read() {
    let world = World::new();
    let own = Repository::with_commits(1);
    let id = world.github.host("bo/blog", own.path().join(".git"), true, true);
    world.github.fault_for_ever("GET", "/repos/bo/.github$", Wrong::Status(403));
    let app = world.app();
    let rerun = json!({
        "action": "rerequested",
        "installation": {"id": INSTALLATION},
        "repository": {"id": id, "full_name": "bo/blog", "default_branch": "main", "private": true},
        "check_run": {"head_sha": own.head(), "app": {"id": crate::support::APP}},
        "sender": {"login": "bo", "type": "User"},
    });
    app.deliver("check_run", "d-1", &rerun);
    app.wait_until_idle();
    let run = world.github.with(|state| state.check_runs.values().next().cloned().expect("a check run"));
    assert_eq!((run["status"].as_str(), run["conclusion"].as_str()), (Some("completed"), Some("neutral")));
    let said = run["output"]["summary"].to_string();
    assert!(said.contains("GitHub does not let the app read"), "{said}");
}

#[test]
fn pushes_are_reviewed_only_where_the_organisation_wants_it() {
    let world = World::new();
    let push = |head: &str| {
        json!({
            "ref": "refs/heads/main", "after": head, "installation": {"id": INSTALLATION},
            "repository": {"id": world.hiring, "full_name": "acme/hiring", "default_branch": "main",
                "owner": {"login": "acme", "type": "Organization"}},
            "sender": {"login": "rita", "type": "User"},
        })
    };
    let own = Repository::with_commits(2);
    world.github.host_as(world.hiring, "acme/hiring", own.path().join(".git"));
    let app = world.app();
    assert_eq!(app.deliver("push", "d-1", &push(&own.head())), 202);
    app.wait_until_idle();
    // The repository itself is under review then: it has no say, and `/review config` does not claim it.
    own.write(".github/foliolens.toml", "review_on = [\"push\"]\n").commit("Ask for reviews");
    assert_eq!(app.deliver("push", "d-own", &push(&own.head())), 202);
    app.wait_until_idle();
    assert_eq!(world.github.with(|state| state.check_runs.len()), 0);
    let shared = with_file("foliolens.toml", "review_on = [\"push\"]\n");
    let settings = world.github.host("acme/.github", shared.path().join(".git"), true, true);
    let mut changed = push(&shared.head());
    changed["repository"]["id"] = settings.into();
    changed["repository"]["full_name"] = "acme/.github".into();
    assert_eq!(app.deliver("push", "d-settings", &changed), 202);
    app.wait("the check run on the settings", || world.github.with(|state| state.check_runs.len()) == 1);
    app.wait_until_idle();
    assert_eq!(app.deliver("push", "d-2", &push(&own.head())), 202);
    app.wait("the check run", || {
        world.github.with(|state| state.check_runs.values().filter(|run| run["status"] == "completed").count() == 2)
    });
    app.wait_until_idle();
    assert!(world.reports().is_empty(), "a push is answered nowhere else");
}

#[test]
fn a_file_that_github_gives_no_text_of_is_refused_as_a_wrong_one_is() {
    let world = World::new();
    let large = format!("profile = \"trial\"\n# {}\n", "x".repeat(1 << 20));
    let shared = with_file("foliolens.toml", "rules = [\"rules/a.yml\"]\n");
    shared.write("rules/a.yml", &large).commit("Add rules");
    world.github.host("acme/.github", shared.path().join(".git"), true, true);
    let hiring = with_file(".github/foliolens.toml", &large);
    world.github.host_as(world.hiring, "acme/hiring", hiring.path().join(".git"));
    world.candidate.write(".github/foliolens.toml", &large).commit("Say far too much");
    let report = comment_with(&world, "/review ana/shop", "How to dispute").replace('\\', "");
    for part in [
        ".github/foliolens.toml of acme/hiring is not read: it is larger than 64 KiB.",
        "rules/a.yml of acme/.github: it is larger than 64 KiB.",
        "The repository's own .github/foliolens.toml is not read: it is no file of at most 64 KiB.",
    ] {
        assert!(report.contains(part), "{part}\n{report}");
    }
    // So is the organisation's own.
    shared.write("foliolens.toml", &large).commit("Say far too much");
    let mut asked = world.comment("rita", "/review config");
    asked["comment"]["id"] = 12.into();
    let app = world.app();
    app.deliver("issue_comment", "d-2", &asked);
    app.wait_until_idle();
    let said = world.reports().concat().replace('\\', "");
    assert!(said.contains("foliolens.toml of acme/.github is not read: it is larger than 64 KiB."), "{said}");
}
