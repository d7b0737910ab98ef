//! What a value and its place come to together.

use super::nature;
use super::place::{self, Class};
use super::traffic;
use crate::code::Language;
use crate::paths;
use crate::secrets::{Hit, Judgement, Rule, Tier, rule};

/// Why what stands in a file for development is set aside.
pub(super) const FOR_DEVELOPMENT: &str = "in a file for development";

/// How much a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Well-formed, not public, and in a place that is used.
    Live,
    /// Possible, please look.
    Possible,
    /// Found, and innocent for a reason.
    SetAside,
    /// The user says that it needs no action, whatever it is.
    Suppressed,
}

impl Weight {
    pub(super) fn word(self) -> &'static str {
        match self {
            Weight::Live => "live",
            Weight::Possible => "possible",
            Weight::SetAside => "set_aside",
            Weight::Suppressed => "suppressed",
        }
    }
}

/// What value and place come to together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Opinion {
    pub(super) weight: Weight,
    pub(super) class: Class,
    pub(super) reason: &'static str,
}

/// The opinion on `hit` at `path`, which may be an environment file by its name or by what reads it.
pub(super) fn opinion(hit: &Hit, path: &str, is_environment: bool) -> Opinion {
    let aside = |class, reason| Opinion { weight: Weight::SetAside, class, reason };
    let (class, why) = class(hit, path);
    if class != Class::Production {
        let rule = rule(hit.rule).filter(|_| hit.judgement == Judgement::Live);
        if hit.rule == "gmail-account-password" && rule.is_some() && place::is_named_as_settings(path) {
            let reason = "well-formed, with the server and the account that it opens beside it";
            return Opinion { weight: Weight::Live, class, reason };
        }
        let possible = |reason| Opinion { weight: Weight::Possible, class, reason };
        if place::shows_settings(path) && rule.is_some_and(Rule::has_checksum) {
            let reason = "with a checksum that holds, where an example should have a placeholder";
            return Opinion { weight: Weight::Live, class, reason };
        }
        if place::shows_settings(path) && rule.is_some_and(|rule| rule.tier == Tier::Format) {
            return possible("well-formed, where an example should have a placeholder");
        }
        if traffic::is_recording(path) && is_own(path) && !is_temporary(hit.rule) {
            if rule.is_some_and(Rule::has_checksum) {
                let reason = "with a checksum that holds, in what was recorded of a real server";
                return Opinion { weight: Weight::Live, class, reason };
            }
            if rule.is_some_and(Rule::has_prefix) {
                return possible("whole, and of a form that only this provider's have, in recorded traffic");
            }
        }
        if place::is_seed_data(path) && hit.rule == "url-key" && rule.is_some() {
            return possible("among rows for trying things out, but in an address that is called");
        }
        if place::is_seed_data(path) && rule.is_some_and(|rule| opens_a_database(&rule.id)) {
            return possible("among rows for trying things out, but it is the password of a database");
        }
        let is_format = rule.is_some_and(|rule| rule.tier == Tier::Format);
        if why == place::TEMPLATE && is_format {
            return possible("well-formed, in a template or a file of defaults, which a program may read as it is");
        }
        let is_own = is_own(path);
        if is_own && rule.is_some_and(Rule::has_checksum) {
            return possible("in a place for samples, but with a checksum that holds, which made-up ones seldom have");
        }
        if is_own && is_format && place::is_example(path) && place::is_environment_file(path) {
            return possible("well-formed, in an environment file among examples");
        }
        if class == Class::Documentation && rule.is_some_and(|rule| rule.has_prefix() || rule.id == "laravel-app-key") {
            return possible("in documentation, but whole, and of a form that only this provider's have");
        }
        if is_own && is_format && place::is_notebook(path) {
            return possible("well-formed, in a notebook, which is a program as well as a document");
        }
        return aside(class, why);
    }
    let (tier, is_stored) = rule(hit.rule).map_or((Tier::Generic, false), |rule| (rule.tier, rule.stored));
    let is_elsewhere = hit.judgement == Judgement::InTest && !path.ends_with(".rs");
    if let Some(reason) = hit.judgement.innocent()
        && !is_elsewhere
    {
        let class = if matches!(hit.judgement, Judgement::Development | Judgement::InTest) {
            Class::Test
        } else {
            Class::Example
        };
        return aside(class, reason);
    }
    if tier != Tier::Format && !is_stored && place::is_for_development(path) && !is_environment {
        return aside(Class::Test, FOR_DEVELOPMENT);
    }
    let is_symfonys = matches!(hit.rule, "symfony-app-secret" | "symfony-jwt-passphrase");
    if is_symfonys && place::is_of_symfonys_installer(path) {
        return aside(Class::Test, FOR_DEVELOPMENT);
    }
    // A value without quotes is a value in a file of settings alone.
    if hit.rule == "jwt-secret-property" && Language::of(path).is_some() {
        return aside(Class::Example, "the name of something in source code, not a value");
    }
    // The database is named as such.
    if hit.rule == "password-hash" && nature::is_database(path) {
        return aside(Class::Example, "the hash of a password among the rows of a database");
    }
    let possible = |reason| Opinion { weight: Weight::Possible, class, reason };
    if tier != Tier::Format && place::is_development_environment(path) {
        return possible("in an environment file that is named for development");
    }
    if is_symfonys && place::is_of_symfonys_recipe(path) {
        return possible("Symfony writes it there by itself: it matters only if production uses this file");
    }
    match (tier, hit.judgement) {
        (_, Judgement::Locked) => possible("hashed or encrypted: it has to be guessed or unlocked first"),
        (Tier::Generic, Judgement::Weak) if is_stored || is_environment || place::is_shell_profile(path) => {
            possible("a word where a generated value belongs")
        }
        (Tier::Generic, Judgement::Weak) => aside(Class::Example, "made of words, not generated"),
        // Without quotes it may be any word of a script.
        (_, Judgement::Weak) if hit.rule == "signing-secret-setting" && !is_environment => {
            aside(Class::Example, "made of words, not generated")
        }
        (_, Judgement::Weak) => possible("a word or a few characters where a generated value belongs"),
        (Tier::Generic, Judgement::Commented) => aside(Class::Example, "commented out"),
        // Generators of frameworks write such comments.
        (_, Judgement::Commented) if matches!(hit.rule, "secret-key" | "flask-secret-attribute") => {
            aside(Class::Example, "commented out")
        }
        (_, Judgement::Commented) => possible("commented out"),
        (_, Judgement::Near) => possible(
            "for a server that nobody reaches from elsewhere: this machine, a container beside it, or one that only \
             catches mail",
        ),
        (_, Judgement::Unplaced) if hit.rule == "aws-access-key-id" => {
            possible("it names a key, and the secret that belongs to it is not beside it")
        }
        (_, Judgement::Unplaced) => possible("in a request to a server that is not named beside it"),
        (_, Judgement::Malformed) => possible("the form without the checksum that belongs to it"),
        (Tier::Generic, _) if is_stored => possible("a value where a password or key belongs; it may be a sample"),
        (Tier::Generic, _) if !is_environment || rule(hit.rule).is_some_and(|rule| rule.possible) => {
            possible("a value next to a word such as `password` or `token`; it may be a sample or an identifier")
        }
        _ if is_a_default(hit.rule) => possible(
            "a default for where the environment sets none: it counts only if what runs for others goes without",
        ),
        _ if is_temporary(hit.rule) => possible("good for a day or so after it was made, so it has expired by now"),
        // What a provider issued is real wherever it stands; what a program makes itself is made for each place.
        _ if (tier != Tier::Format || hit.rule.ends_with("private-key"))
            && place::is_in_a_folder_for_development(path) =>
        {
            possible("in a folder for development")
        }
        // What opens a server beside the tests of a pull request is made for them as often as not.
        _ if place::is_pipeline(path) && (tier == Tier::Named || hit.rule == "private-key") => {
            possible("in a pipeline, whose tests may need a value of their own")
        }
        _ => Opinion { weight: Weight::Live, class, reason: "well-formed, and in a place that is used" },
    }
}

/// The class of the place, and why it is not production if it is not. What a request is sent with opens its server also
/// where collections of requests are kept among documents.
fn class(hit: &Hit, path: &str) -> (Class, &'static str) {
    let (class, why) = place::class(path);
    let is_sent = class == Class::Documentation
        && traffic::holds_requests(path)
        && rule(hit.rule).is_some_and(Rule::is_of_a_request);
    if is_sent { (Class::Production, "") } else { (class, why) }
}

fn is_own(path: &str) -> bool {
    !paths::is_vendored(path) && !paths::is_generated(path)
}

/// Whether what the rule finds stands in behind the variable that is asked first.
fn is_a_default(rule: &str) -> bool {
    matches!(rule, "secret-fallback" | "signing-secret-default")
}

/// Whether what the rule finds is good for hours only.
fn is_temporary(rule: &str) -> bool {
    matches!(rule, "google-oauth-token" | "aws-temporary-key-id" | "aws-session-token")
}

/// Whether what the rule finds is the password of a database, whose rows a seeder may well make.
fn opens_a_database(rule: &str) -> bool {
    matches!(rule, "database-password-variable" | "server-password" | "wordpress-database-password")
}

#[cfg(test)]
mod tests {
    use crate::snapshot::fixture::Fixture;
    use crate::{Analyzer, Finding, Outcome};

    fn at_head(path: &str, text: &str) -> Finding {
        super::super::Secrets.examine(&Fixture::new().file(path, text).snapshot()).remove(0)
    }

    fn hash() -> String {
        ["pbkdf2", "_sha256$720000$", "k7Qz9Lw2Xv8R$", "Nb3Mc1Jh5Gd0k7Qz9Lw2Xv8Rt4Yp6Nb3Mc1Jh5Gd0aB", "="].concat()
    }

    #[test]
    fn hashes_among_the_rows_of_a_database_are_the_databases() {
        let rows = at_head("shop/users.sql", &format!("INSERT INTO users VALUES (1, '{}');\n", hash()));
        assert_eq!(rows.outcome(), Outcome::Met, "{}", rows.summary());
        assert!(rows.summary().contains("among the rows of a database"), "{}", rows.summary());
        assert_eq!(at_head("etc/users.conf", &format!("ana:{}\n", hash())).outcome(), Outcome::Partly);
    }

    #[test]
    fn a_name_that_source_code_gives_on_is_no_value() {
        let text = "    let jwt_key = oauth2_config\n        .signing_key();\n";
        assert_eq!(at_head("src/main.rs", text).outcome(), Outcome::Met);
        let value = ["k7Qz9Lw2", "Xv8Rt4Yp", "6Nb3Mc1J"].concat();
        let settings = format!("app.jwt.secret = {value}\n");
        assert_eq!(at_head("src/main/resources/application.properties", &settings).outcome(), Outcome::NotMet);
    }

    #[test]
    fn what_says_that_it_is_for_tests_is_set_aside() {
        let fallback = |value: &str| format!("const secret = process.env.AUTH_SECRET ?? \"{value}\";\n");
        let words = fallback("e2e-test-secret-do-not-use-in-prod");
        for (path, text) in [
            ("src/auth.ts", &*words),
            ("web/playwright.config.ts", &*fallback(&["k7Qz9Lw2Xv8R", "t4Yp6Nb3Mc1J"].concat())),
            (".github/workflows/ci.yml", "env:\n  AUTH_SECRET: e2e-ci-secret-do-not-use-in-prod\n"),
        ] {
            assert_eq!(at_head(path, text).outcome(), Outcome::Met, "{path}");
        }
    }

    #[test]
    fn the_password_of_a_real_account_counts_whatever_the_settings_are_called() {
        let text = format!(
            "MAIL_HOST=smtp.gmail.com\nMAIL_USERNAME=ana.lopez@gmail.com\nMAIL_PASSWORD={}\n",
            ["fena", "qizo", "jolu", "vura"].concat()
        );
        for path in [".env.testing", ".env.example", "api/.env.sample"] {
            assert_eq!(at_head(path, &text).outcome(), Outcome::NotMet, "{path}");
        }
        assert_eq!(at_head("vendor/mail/.env.example", &text).outcome(), Outcome::Met);
        let stand_in = text.replace("ana.lopez", "your.name");
        assert_ne!(at_head(".env.example", &stand_in).outcome(), Outcome::NotMet);
    }

    fn whole_key() -> String {
        let password = ["k7Qz9", "Lw2Xv8", "Rt4Yp6"].concat();
        format!("url: \"{}://ana:{password}@cluster0.q7w2p.mongodb.net/shop\"\n", "mongodb+srv")
    }

    #[test]
    fn words_of_a_path_hide_nothing_that_a_program_reads() {
        for path in ["config/default.json", "template.yaml", "services/content/.env", "src/integration/stripe.ts"] {
            assert_eq!(at_head(path, &whole_key()).outcome(), Outcome::NotMet, "{path}");
        }
        for path in ["chart/templates/secret.yaml", "config/settings.template.js", "demo/.env", "shop.ipynb"] {
            assert_eq!(at_head(path, &whole_key()).outcome(), Outcome::Partly, "{path}");
        }
        assert_eq!(at_head("tests/db.js", &whole_key()).outcome(), Outcome::Met);
    }

    fn sent(password: &str, address: &str) -> String {
        let block = format!("\"basic\": [ {{ \"key\": \"password\", \"value\": \"{password}\" }} ]");
        format!("{{ \"auth\": {{ \"type\": \"basic\", {block} }},\n \"url\": \"{address}/orders\" }}\n")
    }

    #[test]
    fn the_login_of_a_request_counts_in_a_collection_as_elsewhere() {
        let password = ["k7Qz9", "Lw2Xv8", "Rt4Yp6"].concat();
        for path in ["docs/shop.postman_collection.json", "postman/orders.json", "insomnia.json"] {
            let of = |password: &str, address: &str| at_head(path, &sent(password, address)).outcome();
            assert_eq!(of(&password, "https://api.shop.io"), Outcome::NotMet, "{path}");
            assert_eq!(of(&password, "{{base}}"), Outcome::Partly, "{path}");
            assert_eq!(of(&password, "http://localhost:8080"), Outcome::Met, "{path}");
            assert_eq!(of("password", "{{base}}"), Outcome::Met, "{path}");
        }
        let remote = sent(&password, "https://api.shop.io");
        assert_eq!(at_head("docs/setup.md", &remote).outcome(), Outcome::Met);
        assert_eq!(at_head("tests/shop.postman_collection.json", &remote).outcome(), Outcome::Met);
    }

    #[test]
    fn a_providers_token_in_recorded_traffic_is_worth_a_look_and_a_checksum_proves_it() {
        let recorded = |token: &str| format!("- uri: https://api.shop.io/a\n  headers:\n    X-Token: {token}\n");
        let prefixed = recorded(&crate::secrets::example("slack-token"));
        let whole = recorded(&crate::secrets::with_checksum());
        for path in ["spec/fixtures/vcr_cassettes/orders.yml", "tests/cassettes/orders.yaml"] {
            let possible = at_head(path, &prefixed);
            assert_eq!(possible.outcome(), Outcome::Partly, "{path} {}", possible.summary());
            assert_eq!(at_head(path, &whole).outcome(), Outcome::NotMet, "{path}");
            for rule in ["stripe-test-key", "json-web-token", "aws-temporary-key-id"] {
                assert_eq!(at_head(path, &recorded(&crate::secrets::example(rule))).outcome(), Outcome::Met, "{rule}");
            }
        }
        assert_eq!(at_head("spec/fixtures/orders.yml", &prefixed).outcome(), Outcome::Met);
    }

    #[test]
    fn a_whole_token_in_settings_that_only_show_is_a_leak() {
        let shown = |token: &str| format!("token: {token}\n");
        for path in [".env.example", "src/main/resources/application-example.yml", "config.sample.json"] {
            let of = |rule: &str| at_head(path, &shown(&crate::secrets::example(rule))).outcome();
            assert_eq!(of("slack-token"), Outcome::Partly, "{path}");
            assert_eq!(of("stripe-test-key"), Outcome::Met, "{path}");
            assert_eq!(at_head(path, &shown(&crate::secrets::with_checksum())).outcome(), Outcome::NotMet, "{path}");
        }
        assert_eq!(
            at_head("examples/bot.yml", &shown(&crate::secrets::example("slack-token"))).outcome(),
            Outcome::Met
        );
    }

    #[test]
    fn what_is_good_for_hours_is_only_possible() {
        for rule in ["google-oauth-token", "aws-temporary-key-id"] {
            let text = format!("value = \"{}\"\n", crate::secrets::example(rule));
            assert_eq!(at_head("src/shop.py", &text).outcome(), Outcome::Partly, "{rule}");
        }
    }

    #[test]
    fn what_proves_little_is_possible_at_most_in_an_environment_file_too() {
        let value = ["k7Qz9Lw2", "Xv8Rt4Yp", "6Nb3Mc1J"].concat();
        let text = format!("HOOK=https://hooks.shop.io/a?token={value}\n");
        for path in [".env", "src/hooks.ts"] {
            assert_eq!(at_head(path, &text).outcome(), Outcome::Partly, "{path}");
        }
    }

    #[test]
    fn a_whole_key_in_a_document_is_worth_a_look() {
        for rule in ["aws-access-key-id", "google-api-key", "telegram-bot-token"] {
            assert_eq!(at_head("README.md", &crate::secrets::example(rule)).outcome(), Outcome::Partly, "{rule}");
        }
        assert_eq!(at_head("README.md", &whole_key()).outcome(), Outcome::Partly);
    }

    #[test]
    fn a_sentence_of_a_translation_is_no_key_wherever_it_stands() {
        let sentence = |words: &str| format!("'api_incorrect_token_secret' => '{words}',\n");
        for words in ["Das Geheimnis ist falsch.", "Секрет токена неверен", "令牌密钥错误", "Geheimes Token"]
        {
            for path in ["lang/xx/errors.php", "app/Messages.php"] {
                let finding = at_head(path, &sentence(words));
                assert_ne!(finding.outcome(), Outcome::NotMet, "{path} {words}");
            }
            assert_eq!(at_head("lang/xx/errors.php", &sentence(words)).outcome(), Outcome::Met, "{words}");
        }
        let generated = ["k7Qz9Lw2", "Xv8Rt4Yp", "6Nb3Mc1J"].concat();
        assert_eq!(at_head("app/Messages.php", &sentence(&generated)).outcome(), Outcome::NotMet);
    }

    #[test]
    fn the_id_of_a_key_counts_where_its_secret_stands_beside_it() {
        let both = crate::secrets::example("aws-access-key-id");
        assert_eq!(at_head("deploy.sh", &both).outcome(), Outcome::NotMet);
        let id = both.lines().next().unwrap_or_default();
        let alone = at_head("deploy.sh", id);
        assert_eq!(alone.outcome(), Outcome::Partly, "{}", alone.summary());
    }

    #[test]
    fn what_a_folder_for_development_holds_is_worth_a_look_and_a_providers_token_counts() {
        let generated = ["k7Qz9Lw2", "Xv8Rt4Yp", "6Nb3Mc1J"].concat();
        let signing = format!("JWT_SECRET = \"{generated}\"\n");
        assert_eq!(at_head("dev/settings.py", &signing).outcome(), Outcome::Partly);
        assert_eq!(at_head("shop/settings.py", &signing).outcome(), Outcome::NotMet);
        assert_eq!(at_head("dev/keys/root", &crate::secrets::example("private-key")).outcome(), Outcome::Partly);
        let token = format!("token = \"{}\"\n", crate::secrets::example("slack-token"));
        assert_eq!(at_head("dev/bot.py", &token).outcome(), Outcome::NotMet);
    }

    #[test]
    fn a_name_between_braces_elsewhere_is_no_value() {
        let with = |rest: &str| {
            at_head("Postman", &format!("{{\"jwt\": {{ \"token\": \"token_user\" }}, \"url\": \"{rest}\"}}\n"))
        };
        assert_eq!(with("/a?t={{token_user}}").facts()["findings"].as_array().map(Vec::len), Some(0));
        assert_eq!(with("/a").facts()["findings"].as_array().map(Vec::len), Some(1));
    }
}
