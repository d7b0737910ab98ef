//! Values that examples, documents or tests show as well.

use super::*;

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

#[test]
fn a_value_that_was_in_use_before_an_example_or_a_document_had_it_is_no_sample() {
    let env = format!("JWT_SECRET={}\n", key());
    let of = |shown: &str, is_later: bool| {
        let repo = Fixture::new().deleted_file(".env", &env).file(shown, &env);
        let findings = examine(if is_later { repo.commit("ana", "Show it", &[(shown, 1, 0)]) } else { repo });
        (findings[0].outcome(), findings[1].outcome())
    };
    assert_eq!(of(".env.example", true), (Outcome::Met, Outcome::NotMet));
    assert_eq!(of(".env.example", false), (Outcome::Met, Outcome::Partly), "it may have been copied from there");
    assert_eq!(of("docs/setup.md", false), (Outcome::Met, Outcome::NotMet));
    assert_eq!(of("tests/app.env", false), (Outcome::Met, Outcome::Partly), "tests make values of their own");
    assert_eq!(of("tests/app.env", true), (Outcome::Met, Outcome::NotMet));
}

#[test]
fn the_key_of_a_laravel_application_is_no_sample_in_an_example_either() {
    let env = crate::secrets::example("laravel-app-key");
    let copied = examine(Fixture::new().file(".env", &env).file(".env.example", &env));
    assert_eq!(copied[0].outcome(), Outcome::NotMet, "{copied:?}");
    assert_eq!(examine(Fixture::new().file(".env.example", &env))[0].outcome(), Outcome::Met);
}

#[test]
fn the_secret_of_a_client_beside_a_public_host_is_possible_in_an_example() {
    let settings = |host: &str| {
        format!("{{\n  \"TokenEndpoint\": \"https://{host}/token\",\n  \"ClientSecret\": \"{}\"\n}}\n", key())
    };
    let outcome = |path: &str, text: &str| examine(Fixture::new().file(path, text))[0].outcome();
    assert_eq!(outcome("appsettings.example.json", &settings("login.shop.io")), Outcome::Partly);
    assert_eq!(outcome("appsettings.example.json", &settings("login.example.com")), Outcome::Met);
    assert_eq!(
        outcome("appsettings.example.json", &settings("login.shop.io").replace("Client", "Token")),
        Outcome::Met
    );
    let readme = |host: &str| format!("It runs at https://{host}/.\n\nclient_secret: {}\n", key());
    assert_eq!(outcome("README.md", &readme("shop.herokuapp.com")), Outcome::Partly);
    assert_eq!(outcome("README.md", &readme("github.com")), Outcome::Met);
}
