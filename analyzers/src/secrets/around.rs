//! What stands around a value: the name that it is given to, comments, and sections.

use super::bytes::{has, is_word};
use super::check::Check;
use super::context::Context;
use super::joined::parts;
use super::rules::{Rule, Tier};

/// The name that it is given to says that it stands in for another (`fake_key = "-----BEGIN …"`).
pub(super) fn is_named_as_stand_in(rule: &Rule, context: &Context<'_>) -> bool {
    if rule.check != Check::Pem {
        const CLOSE: usize = 48;
        let before = context.text[context.at.saturating_sub(CLOSE)..context.at].to_ascii_lowercase();
        let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        // What a description of an interface or a field gives as one: `@Schema(example = "...")`.
        let is_sign = |byte: &u8| matches!(byte, b' ' | b'"' | b'\'' | b'`' | b':' | b'=' | b'(' | b'\\');
        let name = &line[..line.iter().rposition(|byte| !is_sign(byte)).map_or(0, |last| last + 1)];
        return rule.tier == Tier::Generic
            && (["fake_", "mock_", "dummy_", "example_", "sample_"].iter().any(|word| has(line, word))
                || name.ends_with(b"example"));
    }
    let start = context.text[..context.at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let before = &context.text[start..context.at];
    let Some(named) = before.windows(5).position(|window| window == b"-----") else { return false };
    let name = before[..named].to_ascii_lowercase();
    ["example", "fake", "dummy", "mock", "stub", "sample", "test", "localhost"].iter().any(|word| has(&name, word))
}

/// Names of providers whose keys are called `STRIPE_SECRET_KEY` and the like.
const PROVIDERS: &[&str] = &[
    "aws",
    "s3",
    "minio",
    "stripe",
    "recaptcha",
    "captcha",
    "hcaptcha",
    "turnstile",
    "paystack",
    "paymongo",
    "razorpay",
    "cloudinary",
    "braintree",
    "omise",
    "toss",
    "spaces",
    "r2",
    "wasabi",
    "flutterwave",
    "vnpay",
    "momo",
];

/// What is named after a provider is theirs, and signs nothing of a framework's: `AWS_SECRET_KEY`.
pub(super) fn is_named_after_a_provider(rule: &Rule, context: &Context<'_>) -> bool {
    const CLOSE: usize = 64;
    if rule.id != "secret-key" {
        return false;
    }
    let before = context.text[context.at.saturating_sub(CLOSE)..context.at].to_ascii_lowercase();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some(at) = memchr::memmem::rfind(line, b"_secret_key") else { return false };
    let name = line[..at].rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    PROVIDERS.iter().any(|provider| provider.as_bytes() == name)
}

/// The name that a hash is given to says that it is nobody's: one to compare with where there is no such user, so that
/// the answer takes as long.
pub(super) fn is_named_as_made_up(context: &Context<'_>) -> bool {
    const CLOSE: usize = 96;
    const SAYING: &[&[u8]] = &[b"dummy", b"fake", b"timing", b"slow", b"slowdown"];
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    words(line).any(|word| SAYING.contains(&&*word))
}

/// The name that it is given to says that it was made of a password: `crypted_password`, or of what a scanner found.
pub(super) fn is_named_as_made_of_a_password(rule: &Rule, context: &Context<'_>) -> bool {
    const CLOSE: usize = 48;
    let before = context.text[context.at.saturating_sub(CLOSE)..context.at].to_ascii_lowercase();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    rule.tier == Tier::Generic
        && ["crypted_pass", "hashed_pass", "hashed_secret", "encryptedsecret", "encrypted_secret"]
            .iter()
            .any(|word| has(line, word))
}

/// The name that it is given to says that everybody may see it, or it is the half of a signature that is not secret.
pub(super) fn is_named_as_public(rule: &Rule, context: &Context<'_>) -> bool {
    const CLOSE: usize = 64;
    let before = context.text[context.at.saturating_sub(CLOSE)..context.at].to_ascii_lowercase();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    line.ends_with(b"credential=")
        || is_for_a_map(context)
        || rule.id == "google-api-key" && (is_of_an_app_of_firebase(line, context) || is_given_to_browsers(line))
        || rule.tier == Tier::Generic
            && (["public_", "publickey", "publishable", "site_key", "sitekey", "anon_key"]
                .iter()
                .any(|word| has(line, word))
                || is_given_to_browsers(line))
}

/// What builders of front ends write into the page, unless its name says that it was not meant for that.
/// <https://vite.dev/guide/env-and-mode>, <https://create-react-app.dev/docs/adding-custom-environment-variables>
fn is_given_to_browsers(line: &[u8]) -> bool {
    const PREFIXES: &[&str] = &[
        "vite_",
        "react_app_",
        "vue_app_",
        "gatsby_",
        "ng_app_",
        "next_public_",
        "expo_public_",
        "nuxt_public_",
        "public_",
    ];
    PREFIXES.iter().any(|prefix| has(line, prefix))
        && !["secret", "password", "passwd", "private"].iter().any(|word| has(line, word))
}

/// Firebase's apps carry a key that says which project they belong to and opens nothing by itself.
/// <https://firebase.google.com/docs/projects/api-keys>
fn is_of_an_app_of_firebase(line: &[u8], context: &Context<'_>) -> bool {
    const CLOSE: usize = 400;
    /// What only the settings of an app have beside a key, in whatever order; servers have none of them.
    const SIBLINGS: &[&str] = &[
        "authDomain",
        "AUTH_DOMAIN",
        "auth_domain",
        "messagingSenderId",
        "MESSAGING_SENDER_ID",
        "messaging_sender_id",
        "GCM_SENDER_ID",
        "mobilesdk_app_id",
    ];
    let name = line.trim_ascii_end().iter().rposition(|byte| is_word(*byte)).map_or(&line[..0], |last| &line[..=last]);
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    let after = &context.text[context.at..(context.at + CLOSE).min(context.text.len())];
    // `google-services.json`, settings, `GoogleService-Info.plist`, and the object that starts a web app.
    ["current_key", "firebase_api_key", "firebaseapikey"].iter().any(|end| name.ends_with(end.as_bytes()))
        || has(before, "<key>API_KEY</key>")
        || SIBLINGS.iter().any(|sibling| has(before, sibling) || has(after, sibling))
}

/// Google's maps are loaded by the browser with a key in the address or in the options of a loader, and by an app with
/// one in its manifest.
fn is_for_a_map(context: &Context<'_>) -> bool {
    const CLOSE: usize = 200;
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    [
        "maps.googleapis.com/maps/api/js",
        "maps.google.com/maps/api/js",
        "google.com/maps/embed",
        "googleMapsApiKey",
        "com.google.android.geo.API_KEY",
        "com.google.android.maps.v2.API_KEY",
    ]
    .iter()
    .any(|telling| has(line, telling))
}

/// Whether the value is a part of a line of base64 among others, as in mail, saved pages and keys: letters of an image,
/// which make every form now and then. A value that fills its line stands for itself.
pub(super) fn is_in_wrapped_data(value: &[u8], context: &Context<'_>) -> bool {
    const SHORTEST: usize = 60;
    let is_data = |line: &[u8]| {
        let line = line.trim_ascii_end();
        let padding = line.iter().rev().take_while(|byte| **byte == b'=').count();
        line.len() >= SHORTEST
            && line[..line.len() - padding].iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
    };
    let (before, after) = context.text.split_at(context.at);
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', after).map_or(context.text.len(), |at| context.at + at);
    let line = &context.text[start..end];
    if value.len() >= line.trim_ascii_end().len() || !is_data(line) {
        return false;
    }
    let above = context.text[..start.saturating_sub(1)].rsplit(|byte| *byte == b'\n').next();
    let below = context.text.get(end + 1..).and_then(|rest| rest.split(|byte| *byte == b'\n').next());
    above.is_some_and(is_data) || below.is_some_and(is_data)
}

pub(super) fn is_commented(context: &Context<'_>) -> bool {
    let start = context.text[..context.at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = context.text[start..context.at].trim_ascii_start();
    ["#", "//", "--", ";", "* ", "<!--", ">>> "].iter().any(|mark| line.starts_with(mark.as_bytes()))
        || is_in_docstring(&context.text[..context.at])
        || is_in_block_comment(&context.text[..context.at])
}

/// Whether a comment over several lines is open at the end of `before`. Only one that begins its line counts: `/*`
/// further in may be a pattern of paths in a string.
fn is_in_block_comment(before: &[u8]) -> bool {
    const FURTHEST: usize = 4000;
    let before = &before[before.len().saturating_sub(FURTHEST)..];
    let closed = memchr::memmem::rfind(before, b"*/").map_or(0, |at| at + 2);
    before[closed..].split(|byte| *byte == b'\n').any(|line| line.trim_ascii_start().starts_with(b"/*"))
}

/// Whether a Python docstring is open at the end of `before`: one that stands alone, not one that is given to a name.
fn is_in_docstring(before: &[u8]) -> bool {
    const QUOTES: &[u8] = b"\"\"\"";
    let mut open = None;
    for at in memchr::memmem::find_iter(before, QUOTES) {
        open = if open.is_some() { None } else { Some(at) };
    }
    open.is_some_and(|at| {
        let start = before[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        matches!(before[start..at].trim_ascii(), b"" | b"r" | b"u")
    })
}

/// Whether the nearest line that stands further left opens a section for development or tests, as in
/// `development:` or `class TestConfig:`.
pub(super) fn is_development_section(context: &Context<'_>) -> bool {
    const FURTHEST: usize = 2000;
    let start = context.at.saturating_sub(FURTHEST);
    let before = &context.text[start..context.at];
    let mut lines = before.rsplit(|byte| *byte == b'\n');
    let indent = |line: &[u8]| line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let Some(mut depth) = lines.next().map(indent) else { return false };
    for line in lines {
        if depth == 0 {
            return false;
        }
        let inner = line.trim_ascii();
        if inner.is_empty() || inner.starts_with(b"#") || indent(line) >= depth {
            continue;
        }
        depth = indent(line);
        if opens_a_section_for_development(&inner[..inner.len().min(120)]) {
            return true;
        }
    }
    false
}

/// Whether `line` names development or tests in words of their own, and not to say what is anything else.
fn opens_a_section_for_development(line: &[u8]) -> bool {
    let lower = line.to_ascii_lowercase();
    if ["!", "not ", "unless "].iter().any(|denial| has(&lower, denial)) {
        return false;
    }
    let words: Vec<Vec<u8>> = words(line).collect();
    let is_of = |word: &[u8], known: &[&str]| known.iter().any(|known| known.as_bytes() == word);
    let says = |words: &[Vec<u8>]| words.iter().any(|word| is_of(word, &["development", "testing"]));
    let declares = words.iter().position(|word| is_of(word, &["class", "namespace", "package"]));
    match declares.filter(|at| !says(&words[..*at])) {
        // Of a class the first word of its name, since `TestimonialService` is none of tests; a package may be anybody's.
        Some(at) if words[at] == b"class" => {
            let first = words.get(at + 1);
            const FIRST: &[&str] =
                &["dev", "development", "test", "tests", "testing", "local", "mock", "fake", "stub", "dummy"];
            return first.is_some_and(|word| is_of(word, FIRST));
        }
        Some(0) => return false,
        _ => {}
    }
    says(&words)
        || ["\"test\"", "'test'"].iter().any(|word| has(&lower, word))
        || ["test:", "dev:", "local:", "test ="].iter().any(|key| has_as_a_word(&lower, key))
        || is_branch_of_tests(&lower)
}

/// The words of a line, in small letters, of names in camel case as well.
fn words(line: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let pieces = line.split(|byte| !byte.is_ascii_alphanumeric()).filter(|piece| !piece.is_empty());
    pieces.flat_map(parts).map(<[u8]>::to_ascii_lowercase)
}

/// Whether `key` stands in `text` without a letter or digit before it.
fn has_as_a_word(text: &[u8], key: &str) -> bool {
    memchr::memmem::find_iter(text, key).any(|at| at == 0 || !text[at - 1].is_ascii_alphanumeric())
}

/// `if is_test_env:`, `if (process.env.NODE_ENV === "test") {`
fn is_branch_of_tests(lower: &[u8]) -> bool {
    let starts = ["if ", "if(", "elif ", "} else if", "else if", "elsif "];
    starts.iter().any(|start| lower.starts_with(start.as_bytes()))
        && !has(lower, "!")
        && !has(lower, "not ")
        && !has(lower, "unless ")
        && lower
            .split(|byte| !byte.is_ascii_alphanumeric())
            .any(|word| matches!(word, b"test" | b"tests" | b"testing" | b"istest" | b"istesting" | b"pytest"))
}

#[cfg(test)]
mod tests {
    use super::super::{Judgement, example, scan};
    use super::{is_branch_of_tests, is_given_to_browsers, is_in_block_comment, opens_a_section_for_development};

    #[test]
    fn a_branch_for_tests_is_one_for_development_and_its_other_is_not() {
        for line in ["if is_test_env:", "if (process.env.node_env === \"test\") {", "elif settings.testing:"] {
            assert!(is_branch_of_tests(line.as_bytes()), "{line}");
        }
        for line in ["if not is_test:", "if (env !== 'test') {", "if latest:", "else:", "for test in tests:"] {
            assert!(!is_branch_of_tests(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn a_section_is_for_development_where_a_word_of_its_own_says_so() {
        for line in [
            "development:",
            "\"Development\": {",
            "class DevelopmentConfig(Base):",
            "class TestConfig:",
            "class Dev(Base):",
            "class MockBillingService(BillingService):",
            "if (env === 'development') {",
            "test: {",
            "development: { class: 'Memory' }",
            "module.exports.development = {",
        ] {
            assert!(opens_a_section_for_development(line.as_bytes()), "{line}");
        }
        for line in [
            "if (process.env.NODE_ENV !== 'development') {",
            "unless Rails.env.development?",
            "class DeviceAuth:",
            "class LocalizationConfig:",
            "class MockingbirdService:",
            "class TestimonialService {",
            "namespace Acme.Development {",
            "latest: {",
        ] {
            assert!(!opens_a_section_for_development(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn the_key_of_an_app_of_google_is_public_whatever_names_it() {
        let text = example("google-api-key");
        let key = text.split('"').nth(1).expect("it is quoted");
        let judged = |text: &str| scan(text.as_bytes()).first().map(|hit| hit.judgement);
        for text in [
            format!(
                "android = FirebaseOptions(\n  apiKey: '{key}',\n  appId: '1:44:android:2',\n  messagingSenderId: '44',\n)"
            ),
            format!("messagingSenderId: '44',\n  apiKey: '{key}',\n"),
            format!("NEXT_PUBLIC_GOOGLE_MAPS_API_KEY={key}\n"),
            format!("useJsApiLoader({{ googleMapsApiKey: \"{key}\" }})"),
        ] {
            assert_eq!(judged(&text), Some(Judgement::Public), "{}", text.replace(key, "KEY"));
        }
        assert_eq!(judged(&format!("GEMINI_API_KEY={key}\n")), Some(Judgement::Live));
    }

    #[test]
    fn what_a_builder_writes_into_the_page_is_public_unless_it_was_not_meant_to_be() {
        assert!(is_given_to_browsers(b"vite_editor_api_key="));
        assert!(is_given_to_browsers(b"react_app_maps_token="));
        assert!(!is_given_to_browsers(b"vite_client_secret="));
        assert!(!is_given_to_browsers(b"editor_api_key="));
    }

    #[test]
    fn a_key_that_is_named_after_a_provider_is_no_frameworks() {
        let of = |name: &str| {
            let value = ["k7Qz9Lw2", "Xv8Rt4Yp", "6Nb3Mc1J"].concat();
            let hits = scan(format!("  {name}: '{value}',\n").as_bytes());
            hits.iter().map(|hit| hit.rule).collect::<Vec<_>>()
        };
        assert!(!of("aws_secret_key").contains(&"secret-key") && !of("aws_secret_key").is_empty());
        assert!(of("django_secret_key").contains(&"secret-key") && of("laws_secret_key").contains(&"secret-key"));
    }

    #[test]
    fn a_hash_to_compare_with_in_vain_is_nobodys() {
        let hash = ["$2b$12$", "k7Qz9Lw2Xv8Rt4Yp6Nb3Mc", "1Jh5Gd0k7Qz9Lw2Xv8Rt4Yp6Nb3Mc1Jh"].concat();
        let judged = |name: &str| scan(format!("{name} = \"{hash}\"\n").as_bytes()).first().map(|hit| hit.judgement);
        assert_eq!(judged("dummyBcryptHash"), Some(Judgement::Placeholder));
        assert_eq!(judged("USER_SLOW_DOWN_HASH"), Some(Judgement::Placeholder));
        assert_eq!(judged("adminHash"), Some(Judgement::Locked));
    }

    #[test]
    fn a_comment_over_lines_holds_until_it_is_closed() {
        assert!(is_in_block_comment(b"<?php\n  /*\n  'key' => '"));
        assert!(!is_in_block_comment(b"<?php\n  /* keys */\n  'key' => '"));
        assert!(!is_in_block_comment(b"match: 'static/*'\nkey: '"));
        assert!(is_in_block_comment(b"/* keys */\n/**\n * key = '"));
    }
}
