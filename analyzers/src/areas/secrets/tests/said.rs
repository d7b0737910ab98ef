//! What the report says of values that somebody explains, that others brought in, or that only files are known to hold.

use super::*;

#[test]
fn what_the_repository_says_of_itself_is_shown_and_hides_nothing() {
    let text = format!("T = '{}'\n", token());
    let fixture = Fixture::new().file("src/bot.py", &text).file(".env", &text.replace(" ", ""));
    let findings = examine(fixture.suppress(&text, By::Owner, Reason::Revoked));
    for finding in [&findings[0], &findings[2]] {
        assert_eq!((finding.outcome(), finding.confidence()), (Outcome::Partly, Confidence::Indicative), "{finding:?}");
    }
    let said = "the repository's own settings say: revoked";
    assert!(findings[0].summary().contains(said), "{}", findings[0].summary());
    assert_eq!((&findings[0].facts()["possible"], &findings[0].facts()["suppressed"]), (&1.into(), &0.into()));
    assert_eq!(findings[0].facts()["findings"][0]["reason"], said);
}

#[test]
fn who_brought_a_credential_in_is_said_where_there_are_several() {
    let text = format!("T = '{}'\n", token());
    let alone = examine(Fixture::new().file("src/bot.py", &text)).remove(0);
    assert!(!alone.summary().contains("author"), "{}", alone.summary());
    let fork = Fixture::new().file("src/bot.py", &text).commit("Bo", "Begin", &[("src/bot.py", 1, 0)]).commit(
        "Ana",
        "Change the colours",
        &[("a.css", 1, 0)],
    );
    let fork = examine(fork).remove(0);
    assert_eq!(fork.outcome(), Outcome::NotMet);
    for part in ["first by author 1.", "Whoever made the newest commit did not bring it in"] {
        assert!(fork.summary().contains(part), "{part} {}", fork.summary());
    }
}

#[test]
fn a_value_that_was_in_use_is_none_for_tests_for_standing_in_a_test_today() {
    let line = format!("const JWT_SECRET = '{}';\n", [key(), key()].concat());
    let of = |is_later: bool| {
        let repo = Fixture::new()
            .file("docker-compose.yml", &line)
            .file("src/config.js", "const JWT_SECRET = process.env.JWT_SECRET;\n")
            .deleted_file("src/settings.js", &line);
        let moved = |repo: Fixture| repo.commit("ana", "Move it", &[("docker-compose.yml", 1, 0)]);
        let findings = examine(if is_later { moved(repo) } else { repo });
        (findings[0].outcome(), findings[1].outcome())
    };
    assert_eq!(of(true), (Outcome::Met, Outcome::NotMet));
    assert_eq!(of(false), (Outcome::Met, Outcome::Partly), "it may have been made for development");
}

#[test]
fn what_terraform_knows_counts_by_what_is_in_it() {
    let of = |text: &str| examine(Fixture::new().file("infra/terraform.tfstate", text)).remove(2);
    let state = |rest: &str| format!("{{\"version\": 4, \"terraform_version\": \"1.9.5\", \"serial\": 7, {rest}}}\n");
    assert_eq!(of(&state("\"outputs\": {}, \"resources\": []")).outcome(), Outcome::Met);
    let resources = |sensitive: &str| {
        let instance = format!("{{\"attributes\": {{\"name\": \"shop\"}}, \"sensitive_attributes\": [{sensitive}]}}");
        state(&format!(
            "\"outputs\": {{}}, \"resources\": [{{\"type\": \"aws_db_instance\", \"instances\": [{instance}]}}]"
        ))
    };
    assert_eq!(of(&resources("")).outcome(), Outcome::Partly);
    assert_eq!(of(&resources("[{\"type\": \"get_attr\", \"value\": \"password\"}]")).outcome(), Outcome::NotMet);
    let output = |rest: &str| state(&format!("\"outputs\": {{\"key\": {{\"value\": \"{}\", {rest}}}}}", key()));
    assert_eq!(of(&output("\"type\": \"string\", \"sensitive\": true")).outcome(), Outcome::NotMet);
    assert_eq!(of(&output("\"type\": \"string\"")).outcome(), Outcome::Partly);
}

#[test]
fn files_are_known_by_what_they_hold_under_any_name() {
    let of = |path: &str, text: &str| examine(Fixture::new().file(path, text)).remove(2);
    let keystore = of("certs/identity", "0\u{7f}\u{2}\u{1}\u{3}0");
    assert_eq!((keystore.outcome(), keystore.confidence()), (Outcome::Partly, Confidence::Indicative), "{keystore:?}");
    assert_eq!(of("backup/shop", "PGDMP\u{1}rows").outcome(), Outcome::Partly);
    assert_eq!(of("api/.env.txt", &format!("TOKEN_SECRET={}\n", key())).outcome(), Outcome::NotMet);
    let der = of("certs/server", &crate::secrets::example("der-private-key"));
    assert_eq!((der.outcome(), &der.facts()["found"][0]["kind"]), (Outcome::NotMet, &"private_key".into()));
    assert_eq!(of("deploy/shop-4711.json", &crate::secrets::example("gcp-service-account")).outcome(), Outcome::NotMet);
    assert_eq!(of("docs/shop-4711.json", &crate::secrets::example("gcp-service-account")).outcome(), Outcome::Met);
}

#[test]
fn a_passphrase_is_one_line_and_a_program_that_asks_for_it_is_none() {
    let of = |text: &str| examine(Fixture::new().file("ansible/.vault_pass", text)).remove(2);
    assert_eq!(of(&format!("{}\n", key())).outcome(), Outcome::NotMet);
    assert_eq!(of(&format!("#!/bin/sh\n{}", "# asks the agent\n".repeat(9))).outcome(), Outcome::Met);
}

#[test]
fn what_the_command_lines_of_clouds_keep_counts_whatever_words_its_path_has() {
    let of = |path: &str| examine(Fixture::new().file(path, &format!("{{\"refresh_token\": \"{}\"}}\n", key())));
    let findings = of("home/.config/gcloud/application_default_credentials.json");
    assert_eq!((findings[0].outcome(), findings[2].outcome()), (Outcome::Partly, Outcome::NotMet), "{findings:?}");
    assert_eq!(of("home/.aws/sso/cache/3f9ac01b.json")[2].outcome(), Outcome::Partly);
}

#[test]
fn what_somebody_typed_is_looked_into() {
    let typed = format!("ls\nmysql -u root -p{} -h db.shop.io shop\n", key());
    let of = |text: &str| examine(Fixture::new().file(".bash_history", text)).remove(2);
    assert_eq!(of(&typed).outcome(), Outcome::NotMet);
    let nothing = of("ls\n");
    assert!(
        nothing.summary().contains("nothing that is known as a password or key was found"),
        "{}",
        nothing.summary()
    );
}
