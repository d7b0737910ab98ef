mod beside;
mod defaults;
mod said;
mod samples;

use super::*;
use crate::secrets::{By, Reason};
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
        findings[0].summary().starts_with("1 password or key that looks real in the current files"),
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
            .file("README.md", &format!("api_key = '{}'\n", key()))
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
    let findings = examine(fixture.suppress(&text, By::Asker, Reason::Revoked));
    assert_eq!((findings[0].outcome(), findings[2].outcome()), (Outcome::Met, Outcome::Met));
    assert!(findings[0].summary().contains("Suppressed, with the reason: revoked (1)."), "{}", findings[0].summary());
    assert!(findings[0].summary().starts_with("No other password or key was found"), "{}", findings[0].summary());
    assert_eq!(findings[0].facts()["suppressed"], 1);
    assert_eq!(findings[0].facts()["findings"][0]["weight"], "suppressed");
}

#[test]
fn a_file_with_what_may_be_a_credential_is_not_said_to_hold_stand_ins() {
    let files = |path: &str, text: &str| examine(Fixture::new().file(path, text)).remove(2);
    let possible = files(".env", "JWT_SECRET=calendaronboarding\n");
    assert_eq!((possible.outcome(), possible.confidence()), (Outcome::Partly, Confidence::Indicative));
    assert!(possible.summary().contains("may be a password or key: .env"), "{}", possible.summary());
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
fn one_value_that_two_rules_find_is_one_finding() {
    let repo = || {
        let code = format!("const JWT_SECRET = '{}'\n", key());
        Fixture::new().file("src/token.js", &code).file("src/client.js", &format!("apiKey = '{}'\n", key()))
    };
    let findings = examine(repo());
    assert_eq!((findings[0].facts()["live"].clone(), findings[0].facts()["possible"].clone()), (1.into(), 0.into()));
    assert_eq!(findings[0].facts()["findings"][0]["paths"], 2);
    let suppressed = examine(repo().suppress(&format!("apiKey = '{}'\n", key()), By::Asker, Reason::Revoked));
    assert_eq!(suppressed[0].facts()["suppressed"], 1, "whichever of them the user names");
}

#[test]
fn keys_that_open_nothing_but_their_own_machine_or_database_are_set_aside() {
    let (key, certificate) = (crate::secrets::example("private-key"), crate::secrets::example(own_keys::CERTIFICATE));
    let local = examine(Fixture::new().file("certs/key.pem", &key).file("certs/cert.pem", &certificate));
    assert_eq!((local[0].outcome(), local[2].outcome()), (Outcome::Met, Outcome::Partly), "{local:?}");
    let database = examine(Fixture::new().file("db/private_key.pem", &key).file("db/auto.cnf", "[auto]\n"));
    assert_eq!((database[0].outcome(), database[2].outcome()), (Outcome::Met, Outcome::Met), "{database:?}");
    let other = examine(Fixture::new().file("certs/key.pem", &key).file("web/cert.pem", &certificate));
    assert_eq!((other[0].outcome(), other[2].outcome()), (Outcome::NotMet, Outcome::NotMet), "{other:?}");
}

#[test]
fn what_somebody_typed_counts_for_what_it_holds() {
    let with = |text: &str| examine(Fixture::new().file("home/.bash_history", text)).remove(2);
    let harmless = with("ls\ncd shop\npip install requests\n");
    assert_eq!(harmless.outcome(), Outcome::Met);
    assert!(harmless.summary().contains("was committed (home/.bash_history)"), "{}", harmless.summary());
    assert_eq!(with(&format!("export BOT={}\n", token())).outcome(), Outcome::NotMet);
}

#[test]
fn a_file_that_docker_takes_variables_from_is_an_environment_file() {
    let env = format!("DB_PASSWORD={}\n", key());
    let of = |path: &str, reader: &str, text: &str| {
        let findings = examine(Fixture::new().file(path, &env).file(reader, text));
        (findings[0].outcome(), findings[2].outcome())
    };
    let red = (Outcome::NotMet, Outcome::NotMet);
    assert_eq!(of("config/env.list", "Makefile", "run:\n"), red);
    assert_eq!(of("config/shop.vars", "README.md", "docker run --env-file shop.vars shop\n"), red);
    assert_eq!(of("config/shop.vars", "compose.yaml", "services:\n  api:\n    env_file:\n      - shop.vars\n"), red);
    assert_eq!(of("config/shop.vars", "README.md", "source it\n"), (Outcome::Partly, Outcome::Met));
    assert_eq!(of("examples/env.list", "Makefile", "run:\n"), (Outcome::Met, Outcome::Met));
}

#[test]
fn a_signing_secret_in_the_only_compose_file_that_runs_the_project_is_possible() {
    let compose =
        |start: &str| format!("services:\n  api:\n    {start}\n    environment:\n      - JWT_SECRET={}\n", key());
    let outcome = |repo: Fixture| examine(repo)[0].outcome();
    assert_eq!(outcome(Fixture::new().file("docker-compose.yml", &compose("build: ."))), Outcome::Partly);
    assert_eq!(outcome(Fixture::new().file("docker-compose.yml", &compose("image: auth"))), Outcome::Met);
    assert_eq!(outcome(Fixture::new().file("docker-compose.dev.yml", &compose("build: ."))), Outcome::Met);
    let two = Fixture::new().file("docker-compose.yml", &compose("build: ."));
    assert_eq!(outcome(two.file("deploy/compose.yaml", "services: {}\n")), Outcome::Met);
}

#[test]
fn what_a_pipeline_or_an_editor_sets_is_no_proof_of_use() {
    let setting = format!("      JWT_SECRET: {}\n", key());
    let outcome = |path: &str, text: &str| examine(Fixture::new().file(path, text))[0].outcome();
    assert_eq!(outcome(".github/workflows/build.yml", &setting), Outcome::Partly);
    assert_eq!(outcome("deploy/app.yml", &setting), Outcome::NotMet);
    let start = format!("{{\n  \"JWT_SECRET\": \"{}\"\n}}\n", key());
    assert_eq!(outcome("Properties/launchSettings.json", &start), Outcome::Met);
    assert_eq!(outcome("Properties/settings.json", &start), Outcome::NotMet);
}

#[test]
fn words_and_numbers_are_no_generated_secrets() {
    let weight = |value: &str| {
        let findings = examine(Fixture::new().file("src/token.kt", &format!("val jwtSecret = \"{value}\"\n")));
        findings[0].facts()["findings"][0]["weight"].as_str().unwrap_or_default().to_owned()
    };
    for weak in ["40372968173", "annagreenfastapisecretkey", "GreenShopSigningKeyForTokens", "k4k4z9k9z4z9k4z9k9z4"] {
        assert_eq!(weight(weak), "possible", "{weak}");
    }
    for stand_in in ["YourVeryStrongSecretKeyThatIsAtLeast32CharactersLong", "eyJ0b2tlbiI6MTIz..."] {
        assert_eq!(weight(stand_in), "set_aside", "{stand_in}");
    }
    assert_eq!(weight(&key()), "live");
}

#[test]
fn a_key_in_an_address_is_possible_also_where_rows_are_made() {
    let text = format!(
        "get('https://api.weather.io/v1?api_key={}')\n",
        generated(&["3f9ac01b77de", "4451ab907c22", "e8d15b6f"])
    );
    for path in ["src/weather.rb", "db/seeds.rb"] {
        assert_eq!(examine(Fixture::new().file(path, &text))[0].outcome(), Outcome::Partly, "{path}");
    }
    assert_eq!(examine(Fixture::new().file("spec/weather_spec.rb", &text))[0].outcome(), Outcome::Met);
}

#[test]
fn a_password_beside_the_server_that_it_opens_counts_in_comments_and_scripts() {
    let settings = |host: &str, sign: &str| {
        format!("{sign}export DB_HOST={host}\n{sign}export DB_USER=shop\n{sign}export DB_PASSWORD={}\n", key())
    };
    let outcome = |path: &str, text: &str| examine(Fixture::new().file(path, text))[0].outcome();
    assert_eq!(outcome("scripts/deploy.sh", &settings("db.shop.io", "#   ")), Outcome::NotMet);
    assert_eq!(outcome(".env.production.template", &settings("db.shop.io", "")), Outcome::Partly);
    assert_eq!(outcome("scripts/deploy.sh", &settings("db.example.com", "#   ")), Outcome::Met);
    assert_ne!(outcome("scripts/deploy.sh", &settings("localhost", "")), Outcome::NotMet);
}

#[test]
fn the_password_of_a_database_in_a_seeder_and_a_whole_key_in_a_document_are_possible() {
    let outcome = |path: &str, text: &str| examine(Fixture::new().file(path, text))[0].outcome();
    let seeder = format!("<?php\nconst DB_USER = 'u1_shop';\nconst DB_PASSWORD = '{}';\n", key());
    assert_eq!(outcome("database/seeders/ShopSeeder.php", &seeder), Outcome::Partly);
    let rows = seeder.replace("DB_PASSWORD", "PASSWORD");
    assert_eq!(outcome("database/seeders/ShopSeeder.php", &rows), Outcome::Met);
    assert_eq!(outcome("docs/push.md", &crate::secrets::example("onesignal-key")), Outcome::Partly);
    assert_eq!(outcome("docs/token.md", &crate::secrets::example("json-web-token")), Outcome::Met);
}

#[test]
fn what_the_encrypted_credentials_of_rails_hold_is_no_literal() {
    let of =
        |path: &str, value: &str| examine(Fixture::new().file(path, &format!("  jwt.secret = {value}\n")))[0].outcome();
    for path in ["config/initializers/devise.rb", "config/application.properties"] {
        assert_eq!(of(path, "Rails.application.credentials.devise_jwt_secret_key!"), Outcome::Met);
    }
    assert_eq!(of("config/application.properties", &key()), Outcome::NotMet);
}

#[test]
fn letters_typed_at_random_are_no_generated_secret() {
    let of = |value: &str| examine(Fixture::new().file("app/.env", &format!("JWT_SECRET=\"{value}\"\n")))[0].outcome();
    assert_eq!(of(&generated(&["dfjkhgjdfkghkd", "jfhgkjdfhgkjdhfgkjd"])), Outcome::Partly);
    assert_eq!(of(&generated(&["kvxtabqlmzwaritj", "ohcneupdgsyfwlbx"])), Outcome::NotMet);
}
