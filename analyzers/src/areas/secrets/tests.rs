use super::*;
use crate::snapshot::fixture::Fixture;
use crate::{Confidence, Outcome};

/// A value that looks generated, made of parts so that no scanner takes this file for a leak.
fn generated(parts: &[&str]) -> String {
    parts.concat()
}

fn token() -> String {
    generated(&["xox", "b-", "48273615902", "-", "73920461853", "-", "aB3dE5gH7jK9", "mN1pQ3sT5vW7"])
}

fn key() -> String {
    generated(&["k7Qz9", "Lw2Xv8", "Rt4Yp6", "Nb3Mc1", "Jh5Gd0"])
}

fn examine(fixture: Fixture) -> Vec<Finding> {
    Secrets.examine(&fixture.snapshot())
}

#[test]
fn a_repository_without_credentials_meets_all_three() {
    let findings = examine(Fixture::new().file("src/main.py", "import os\nSECRET_KEY = os.environ['SECRET_KEY']\n"));
    assert!(findings.iter().all(|finding| finding.outcome() == Outcome::Met), "{findings:?}");
}

#[test]
fn without_commits_nothing_applies() {
    assert!(examine(Fixture::new()).iter().all(|finding| finding.outcome() == Outcome::NotApplicable));
}

#[test]
fn a_live_token_in_the_tree_is_observed_and_never_shown() {
    let findings = examine(Fixture::new().file("src/bot.py", &format!("import slack\nBOT = '{}'\n", token())));
    assert_eq!((findings[0].outcome(), findings[0].confidence()), (Outcome::NotMet, Confidence::Observed));
    assert!(
        findings[0].summary().starts_with("1 live-looking credential in the current tree"),
        "{}",
        findings[0].summary()
    );
    assert_eq!(findings[0].places()[0].lines, Some((2, 2)));
    assert_eq!(findings[1].outcome(), Outcome::Met);
    let shown = format!("{findings:?}");
    assert!(!shown.contains(&token()[5..]) && !shown.contains("mN1pQ3sT5vW7"));
}

#[test]
fn a_token_that_was_removed_is_history_with_the_commit_where_it_went() {
    let findings = examine(Fixture::new().file("a.txt", "a").deleted_file("config.py", &format!("T = '{}'", token())));
    assert_eq!(findings[0].outcome(), Outcome::Met);
    assert_eq!(findings[1].outcome(), Outcome::NotMet);
    let entry = &findings[1].facts()["findings"][0];
    assert_eq!(entry["state"], "history");
    assert_eq!(entry["class"], "production");
    assert!(entry["removed_in"].is_string());
}

#[test]
fn tests_examples_documentation_and_defaults_are_set_aside_with_the_reason() {
    let text = format!("TOKEN = '{}'\n", token());
    let findings = examine(
        Fixture::new()
            .file("tests/test_bot.py", &text)
            .file("README.md", &text.replace("xoxb", "xoxp"))
            .file("src/db.py", "URL = 'postgres://postgres:postgres@localhost:5432/shop'\n"),
    );
    assert_eq!(findings[0].outcome(), Outcome::Met, "{}", findings[0].summary());
    assert!(findings[0].summary().contains("the default of a local service"), "{}", findings[0].summary());
    assert_eq!(findings[0].facts()["set_aside"], 3);
}

#[test]
fn a_generic_literal_is_only_ever_possible() {
    let findings = examine(Fixture::new().file("src/client.go", &format!("apiKey := \"{}\"\n", key())));
    assert_eq!((findings[0].outcome(), findings[0].confidence()), (Outcome::Partly, Confidence::Indicative));
}

#[test]
fn one_value_in_many_files_is_one_finding() {
    let text = format!("TOKEN = '{}'\n", token());
    let findings = examine(Fixture::new().file("a/one.py", &text).file("two.py", &text));
    assert_eq!(findings[0].facts()["live"], 1);
    assert_eq!(findings[0].facts()["findings"][0]["path"], "two.py");
    assert_eq!(findings[0].facts()["findings"][0]["paths"], 2);
}

#[test]
fn what_came_with_a_template_is_not_the_candidates() {
    let findings = examine(Fixture::new().file("src/bot.py", &format!("T = '{}'\n", token())).template());
    assert_eq!((findings[0].outcome(), findings[0].confidence()), (Outcome::Partly, Confidence::Indicative));
}

#[test]
fn an_environment_file_counts_for_what_it_holds() {
    let with = |text: &str| examine(Fixture::new().file(".env", text)).remove(2);
    assert_eq!(with("ENVIRONMENT=development\n").outcome(), Outcome::Met);
    assert_eq!(with("DB_PASSWORD=postgres\nPORT=80\n").outcome(), Outcome::Partly);
    assert_eq!(with(&format!("TOKEN_SECRET={}\n", key())).outcome(), Outcome::NotMet);
    let example = examine(Fixture::new().file(".env.example", &format!("TOKEN_SECRET={}\n", key()))).remove(2);
    assert_eq!(example.outcome(), Outcome::Met);
}

#[test]
fn certificates_are_no_keys_and_databases_may_hold_data() {
    let with = |path: &str, text: &str| examine(Fixture::new().file(path, text)).remove(2);
    let begin = |what: &str| format!("-----{} {what}-----\nMIIB\n", "BEGIN");
    assert_eq!(with("server.pem", &begin("CERTIFICATE")).outcome(), Outcome::Met);
    assert_eq!(with("data/app.db", "SQLite format 3\0rows").outcome(), Outcome::Partly);
    assert_eq!(with("keys/release.jks", "\u{1}\u{2}").outcome(), Outcome::NotMet);
    assert_eq!(with("src/test/resources/release.jks", "\u{1}\u{2}").outcome(), Outcome::Met);
}

#[test]
fn what_the_user_suppressed_is_shown_as_such_and_counts_no_more() {
    let text = format!("T = '{}'\n", token());
    let fixture = Fixture::new().file("src/bot.py", &text).file(".env", &text.replace(" ", ""));
    let findings = examine(fixture.suppress(&text, crate::secrets::Reason::Revoked));
    assert_eq!((findings[0].outcome(), findings[2].outcome()), (Outcome::Met, Outcome::Met));
    assert!(findings[0].summary().contains("Suppressed, with the reason: revoked (1)."), "{}", findings[0].summary());
    assert_eq!(findings[0].facts()["suppressed"], 1);
    assert_eq!(findings[0].facts()["findings"][0]["weight"], "suppressed");
}

#[test]
fn a_file_with_what_may_be_a_credential_is_not_said_to_hold_stand_ins() {
    let files = |path: &str, text: &str| examine(Fixture::new().file(path, text)).remove(2);
    let possible = files(".env", "JWT_SECRET=calendaronboarding\n");
    assert_eq!((possible.outcome(), possible.confidence()), (Outcome::Partly, Confidence::Indicative));
    assert!(possible.summary().contains("may be a credential: .env"), "{}", possible.summary());
}

#[test]
fn what_an_editor_indexes_is_nobodys_data() {
    let dump = "SQLite format 3\0 and more of it";
    assert_eq!(examine(Fixture::new().file(".vs/slnx.sqlite", dump))[2].outcome(), Outcome::Met);
    assert_eq!(examine(Fixture::new().file("data/shop.sqlite", dump))[2].outcome(), Outcome::Partly);
}

#[test]
fn what_a_framework_writes_for_development_is_only_possible() {
    let outcome = |path: &str, text: String| examine(Fixture::new().file(path, &text))[0].outcome();
    let long = generated(&["u8$q3k", "!z0w)v1", "x&7m2n", "(b5t^r9", "@y4h6j", "#c_d8f", "=g1s3l", "%p0ae+"]);
    let settings = |comment: &str, debug: &str| format!("{comment}\nSECRET_KEY = '{long}'\n\nDEBUG = {debug}\n");
    let django = "# SECURITY WARNING: keep the secret key used in production secret!";
    assert_eq!(long.len(), 50);
    assert_eq!(outcome("shop/settings.py", settings(django, "True")), Outcome::Partly);
    assert_eq!(outcome("shop/settings.py", settings(django, "False")), Outcome::NotMet);
    assert_eq!(outcome("shop/settings.py", settings("# ours", "True")), Outcome::NotMet);

    let hex = generated(&["3f9a", "c01b77de", "4451ab90", "7c22e8d1", "5b6f", "09ae", "41d7"]);
    for value in [&hex[..32], &hex] {
        assert_eq!(outcome(".env", format!("APP_ENV=dev\nAPP_SECRET={value}\n")), Outcome::Partly, "{}", value.len());
        assert_eq!(outcome(".env.prod", format!("APP_SECRET={value}\n")), Outcome::NotMet, "{}", value.len());
    }
}

#[test]
fn actions_arguments_signs_and_commented_keys_are_no_credentials() {
    let set_aside_or_none = |path: &str, text: &str| {
        let finding = &examine(Fixture::new().file(path, text))[0];
        assert_eq!(finding.outcome(), Outcome::Met, "{text} {}", finding.summary());
    };
    set_aside_or_none("config/routes.rb", "post \"/login/forgot_password\" => \"login#forgot_password\"\n");
    set_aside_or_none("src/rpc.py", "c = connect(host=self.host, username=self.username, password=self.password,\n");
    set_aside_or_none("src/mail.py", "send(host=settings.mail_host, password=settings.mail_password)\n");
    set_aside_or_none("shop/settings.py", "SECRET_KEY = secret(\"SECRET_KEY\", \"---\")\n");
    set_aside_or_none("docker/.env", "DB_PASSWORD=fixme-postgres-password\n");
    set_aside_or_none("config/initializers/devise.rb", &format!("  # config.secret_key = '{}'\n", key()));
}

#[test]
fn a_token_that_was_in_use_is_no_sample_for_standing_in_an_example_today() {
    let env = format!("BOT={}\n", token());
    let findings =
        examine(Fixture::new().file(".env.example", &env).deleted_file("config/bot.py", &format!("T = '{}'", token())));
    assert_eq!(findings[1].outcome(), Outcome::NotMet, "{findings:?}");
    assert_eq!(findings[1].facts()["findings"][0]["path"], "config/bot.py");
    let alone = examine(Fixture::new().file(".env.example", &env));
    assert_eq!((alone[0].outcome(), alone[0].confidence()), (Outcome::Partly, Confidence::Indicative), "{alone:?}");
}

#[test]
fn a_secret_that_an_example_file_has_as_well_may_be_a_sample() {
    let env = format!("JWT_SECRET={}\n", key());
    let red = examine(Fixture::new().file(".env", &env));
    assert_eq!(red[0].outcome(), Outcome::NotMet, "{red:?}");
    let copied = examine(Fixture::new().file(".env", &env).file(".env.example", &env));
    assert_eq!(copied[0].outcome(), Outcome::Partly, "{copied:?}");
}

#[test]
fn a_checksum_that_holds_is_worth_a_look_wherever_it_stands() {
    let text = format!("token: {}\n", crate::secrets::with_checksum());
    for path in ["README.md", "tests/fixtures/a.yml", "examples/a.yml"] {
        let findings = examine(Fixture::new().file(path, &text));
        assert_eq!(
            (findings[0].outcome(), findings[0].confidence()),
            (Outcome::Partly, Confidence::Indicative),
            "{path}"
        );
    }
    assert_eq!(examine(Fixture::new().file("vendor/a/a.yml", &text))[0].outcome(), Outcome::Met);
}

#[test]
fn a_key_that_was_made_for_tests_may_have_moved() {
    let key = generated(&[
        "-----BEGIN RSA ",
        "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA",
        &"k7Qz9Lw2Xv8Rt4Yp6Nb3Mc1Jh5Gd0Sf".repeat(20),
        "\n-----END RSA ",
        "PRIVATE KEY-----\n",
    ]);
    let of = |before: &str| {
        let findings = examine(Fixture::new().deleted_file(before, &key).file("resources/second.pem", &key));
        findings[0].outcome()
    };
    assert_eq!((of("tests/wrong.pem"), of("keys/first.pem")), (Outcome::Partly, Outcome::NotMet));
}
