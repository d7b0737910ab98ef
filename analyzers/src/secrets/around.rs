//! What stands around a value: the name that it is given to, comments, and sections.

use super::bytes::{has, is_word};
use super::check::Check;
use super::context::Context;
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

/// The name that it is given to says that it was made of a password: `crypted_password`.
pub(super) fn is_named_as_made_of_a_password(rule: &Rule, context: &Context<'_>) -> bool {
    const CLOSE: usize = 48;
    let before = context.text[context.at.saturating_sub(CLOSE)..context.at].to_ascii_lowercase();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    rule.tier == Tier::Generic && ["crypted_pass", "hashed_pass"].iter().any(|word| has(line, word))
}

/// The name that it is given to says that everybody may see it, or it is the half of a signature that is not secret.
pub(super) fn is_named_as_public(rule: &Rule, context: &Context<'_>) -> bool {
    const CLOSE: usize = 64;
    let before = context.text[context.at.saturating_sub(CLOSE)..context.at].to_ascii_lowercase();
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    line.ends_with(b"credential=")
        || is_for_a_map_in_a_page(context)
        || rule.id == "google-api-key" && is_of_an_app_of_firebase(line, context)
        || rule.tier == Tier::Generic
            && (["public_", "publickey", "publishable", "site_key", "sitekey", "anon_key"]
                .iter()
                .any(|word| has(line, word))
                || is_given_to_browsers(line))
}

/// What builders of front ends write into the page, unless its name says that it was not meant for that.
/// <https://vite.dev/guide/env-and-mode>, <https://create-react-app.dev/docs/adding-custom-environment-variables>
fn is_given_to_browsers(line: &[u8]) -> bool {
    let is_built_in = ["vite_", "react_app_", "vue_app_", "gatsby_", "ng_app_"].iter().any(|prefix| has(line, prefix));
    is_built_in && !["secret", "password", "passwd", "private"].iter().any(|word| has(line, word))
}

/// Firebase's apps carry a key that says which project they belong to and opens nothing by itself.
/// <https://firebase.google.com/docs/projects/api-keys>
fn is_of_an_app_of_firebase(line: &[u8], context: &Context<'_>) -> bool {
    const CLOSE: usize = 200;
    let name = line.trim_ascii_end().iter().rposition(|byte| is_word(*byte)).map_or(&line[..0], |last| &line[..=last]);
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    let after = &context.text[context.at..(context.at + CLOSE).min(context.text.len())];
    // `google-services.json`, settings, `GoogleService-Info.plist`, and the object that starts a web app.
    ["current_key", "firebase_api_key", "firebaseapikey"].iter().any(|end| name.ends_with(end.as_bytes()))
        || has(before, "<key>API_KEY</key>")
        || ["authDomain", "AUTH_DOMAIN", "auth_domain"].iter().any(|sibling| has(after, sibling))
}

/// Google's maps are loaded by the browser with a key in the address.
fn is_for_a_map_in_a_page(context: &Context<'_>) -> bool {
    const CLOSE: usize = 200;
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    ["maps.googleapis.com/maps/api/js", "maps.google.com/maps/api/js", "google.com/maps/embed"]
        .iter()
        .any(|address| has(line, address))
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
        let lower = inner[..inner.len().min(120)].to_ascii_lowercase();
        if [
            "development",
            "class dev",
            "class test",
            "class local",
            "test:",
            "dev:",
            "local:",
            "testing",
            "test =",
            "\"test\"",
            "'test'",
        ]
        .iter()
        .any(|word| has(&lower, word))
            || is_branch_of_tests(&lower)
        {
            return true;
        }
    }
    false
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
    use super::{is_branch_of_tests, is_given_to_browsers, is_in_block_comment};

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
    fn what_a_builder_writes_into_the_page_is_public_unless_it_was_not_meant_to_be() {
        assert!(is_given_to_browsers(b"vite_editor_api_key="));
        assert!(is_given_to_browsers(b"react_app_maps_token="));
        assert!(!is_given_to_browsers(b"vite_client_secret="));
        assert!(!is_given_to_browsers(b"editor_api_key="));
    }

    #[test]
    fn a_comment_over_lines_holds_until_it_is_closed() {
        assert!(is_in_block_comment(b"<?php\n  /*\n  'key' => '"));
        assert!(!is_in_block_comment(b"<?php\n  /* keys */\n  'key' => '"));
        assert!(!is_in_block_comment(b"match: 'static/*'\nkey: '"));
        assert!(is_in_block_comment(b"/* keys */\n/**\n * key = '"));
    }
}
