//! What else the repository has says how much a value counts.

use super::*;

fn at_head(files: &[(&str, &str)]) -> Finding {
    examine(files.iter().fold(Fixture::new(), |all, (path, text)| all.file(path, text))).remove(0)
}

#[test]
fn the_key_of_credentials_that_are_committed_is_live_even_in_a_file_for_development() {
    let key = generated(&["3f9ac01b", "77de4451", "ab907c22", "e8d15b6f"]);
    let (env, credentials) =
        (format!("RAILS_MASTER_KEY={key}\n"), ("config/credentials.yml.enc", "k7Qz9--Lw2Xv8--Rt4"));
    let of = |path: &str, beside: &[(&str, &str)]| at_head(&[&[(path, &*env)], beside].concat()).outcome();
    assert_eq!(of(".env-development", &[credentials]), Outcome::NotMet);
    assert_eq!(of(".env.development", &[]), Outcome::Partly);
    let several = [credentials, ("config/credentials/development.yml.enc", "k7Qz9--Lw2Xv8--Rt4")];
    assert_eq!(of(".env.development", &several), Outcome::Partly, "it may be the one for development");
    assert_eq!(of("README.md", &[credentials]), Outcome::Met);
}

#[test]
fn the_password_of_a_keystore_counts_where_the_keystore_is_committed_as_well() {
    let settings = format!("server:\n  ssl:\n    key-store: classpath:shop.p12\n    key-store-password: {}\n", key());
    let path = "src/main/resources/application.yml";
    let of = |beside: &[(&str, &str)]| at_head(&[&[(path, &*settings)], beside].concat()).outcome();
    assert_eq!(of(&[("src/main/resources/shop.p12", "\u{1}\u{2}")]), Outcome::NotMet);
    assert_eq!(of(&[]), Outcome::Partly);
    assert_eq!(of(&[("src/test/resources/shop.p12", "\u{1}\u{2}")]), Outcome::Partly);
    assert_eq!(of(&[("src/main/resources/truststore.jks", "\u{1}\u{2}")]), Outcome::Partly);
}

#[test]
fn a_passphrase_counts_where_the_key_that_it_unlocks_is_committed_as_well() {
    let env = format!("JWT_PASSPHRASE={}\n", generated(&["3f9ac01b", "77de4451", "ab907c22", "e8d15b6f"]));
    let of = |env_path: &str, key_path: &str| at_head(&[(env_path, &env), (key_path, "locked")]).outcome();
    assert_eq!(of(".env", "config/jwt/private.pem"), Outcome::NotMet);
    assert_eq!(of(".env", "config/jwt/public.pem"), Outcome::Partly);
    assert_eq!(of(".env.test", "config/jwt/private.pem"), Outcome::Met);
}

#[test]
fn where_only_documents_have_a_value_it_is_not_said_that_nothing_was_found() {
    let shown = format!("const JWT_SECRET = '{}'\n", key());
    let finding = at_head(&[("README.md", &shown)]);
    assert_eq!(finding.outcome(), Outcome::Met);
    assert!(!finding.summary().contains("No password or key was found in"), "{}", finding.summary());
    let nothing = at_head(&[("README.md", "JWT_SECRET=changeme\n")]);
    assert!(nothing.summary().starts_with("No password or key was found in"), "{}", nothing.summary());
}

#[test]
fn the_key_of_a_laravel_application_in_a_document_is_worth_a_look() {
    let text = crate::secrets::example("laravel-app-key");
    assert_eq!(at_head(&[("ENV.md", &text)]).outcome(), Outcome::Partly);
    assert_eq!(at_head(&[("ENV.md", "APP_KEY=base64:your-key\n")]).outcome(), Outcome::Met);
}

#[test]
fn a_packed_copy_of_data_is_named_and_a_drawing_is_none() {
    let files = |path: &str, text: &str| examine(Fixture::new().file(path, text)).remove(2).outcome();
    assert_eq!(files("site-backup.tgz", "\u{1f}\u{2}packed"), Outcome::Partly);
    assert_eq!(files("vendor-assets.tgz", "\u{1f}\u{2}packed"), Outcome::Met);
    assert_eq!(files("assets/icons.sketch", "SQLite format 3\0rows"), Outcome::Met);
}
