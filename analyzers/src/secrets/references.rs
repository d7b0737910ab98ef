//! What stands where a value belongs and is none: what says where the value is, what it must be like, or how it begins.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::bytes::{has, is_word};
use super::context::Context;

/// Where a value is (`classpath:app.key`) and what one must be like (`required|min:6`) is no value.
pub(super) fn is_about_a_value(lower: &[u8]) -> bool {
    const PLACES: &[&str] = &["classpath:", "classpath*:", "file:", "resource:"];
    const FILES: &[&str] = &[".pem", ".key", ".p12", ".pfx", ".jks", ".crt", ".cer", ".pub"];
    // What Terraform refers to.
    const REFERENCES: &[&str] = &["var.", "local.", "module.", "random_password.", "data.aws_", "aws_secretsmanager_"];
    let is_place = PLACES.iter().any(|start| lower.starts_with(start.as_bytes()))
        || lower.contains(&b'/') && FILES.iter().any(|end| lower.ends_with(end.as_bytes()))
        || REFERENCES.iter().any(|start| lower.strip_prefix(start.as_bytes()).is_some_and(is_reference));
    let is_rule = ["required", "nullable", "sometimes", "confirmed", "string"]
        .iter()
        .any(|rule| lower.strip_prefix(rule.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'|')));
    is_place || is_rule || is_action(lower) || is_path_of_a_setting(lower) || is_identifier(lower)
}

/// Where a setting stands among others: `Token:SecurityKey`.
fn is_path_of_a_setting(lower: &[u8]) -> bool {
    let mut parts = lower.split(|byte| *byte == b':');
    parts.clone().count() >= 2 && parts.all(|part| part.len() >= 2 && part.iter().all(u8::is_ascii_alphabetic))
}

/// What a provider calls something by, and shows to everybody who asks it: <https://docs.stripe.com/api>.
fn is_identifier(lower: &[u8]) -> bool {
    const STRIPES: &[&str] = &["we_", "prod_", "price_", "cus_", "acct_", "evt_", "pi_"];
    let rest = STRIPES.iter().find_map(|start| lower.strip_prefix(start.as_bytes()));
    rest.is_some_and(|rest| (14..=40).contains(&rest.len()) && rest.iter().all(u8::is_ascii_alphanumeric))
}

/// A whole web token: it was signed with a key, and is none.
pub(super) fn is_token(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| *byte == b'.');
    parts.clone().count() == 3 && parts.by_ref().take(2).all(|part| part.starts_with(b"eyJ"))
}

/// A name with dots between its parts, and the number of one of several: `app.signing_key[0]`.
fn is_reference(rest: &[u8]) -> bool {
    rest.first().is_some_and(u8::is_ascii_alphabetic)
        && rest.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.[]".contains(byte))
}

/// The member of an object whose name says what it is, in code that was made smaller: `a.password,b.port=a.port`.
pub(super) fn is_member(lower: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let object = lower.iter().take_while(|byte| is_name(byte)).count();
    let Some(member) = lower[object..].strip_prefix(b".").filter(|_| object > 0) else { return false };
    let length = member.iter().take_while(|byte| is_name(byte)).count();
    ["password", "passwd", "pwd", "pass"].iter().any(|name| member[..length].ends_with(name.as_bytes()))
}

/// What a route of Rails leads to: `login#forgot_password`, `admin/users#index`.
fn is_action(lower: &[u8]) -> bool {
    let is_name = |part: &[u8]| !part.is_empty() && part.iter().all(|byte| *byte == b'_' || byte.is_ascii_alphabetic());
    let mut parts = lower.split(|byte| *byte == b'#');
    let (controller, action) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    parts.next().is_none() && is_name(action) && controller.split(|byte| *byte == b'/').all(is_name)
}

/// What follows the sign of a setting up to the end of its line, without a quote that code could stand behind, and so
/// long and full of signs that a generator wrote it: `jwt.secret=rK!{@V...`.
pub(super) fn is_rest_of_a_setting(value: &[u8], context: &Context<'_>) -> bool {
    let is_name = |byte: &u8| is_word(*byte) || matches!(byte, b'.' | b'-' | b':');
    let holds_a_name = value.split(|byte| *byte == b'{').skip(1).any(|rest| {
        let name = rest.iter().take_while(|byte| is_name(byte)).count();
        rest.get(name) == Some(&b'}')
    });
    let before = context.text[..context.at].iter().rev().find(|byte| **byte != b' ');
    let after = context.text.get(context.at + value.len());
    value.len() >= 40
        && !value.iter().any(u8::is_ascii_whitespace)
        && !holds_a_name
        && before == Some(&b'=')
        && matches!(after, None | Some(b'\r' | b'\n'))
}

/// Words with a number at most behind each, such as `orders2-login`: the name of something.
pub(super) fn is_name(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| matches!(byte, b'-' | b'_' | b'.'));
    let is_part = |part: &[u8]| {
        let letters = part.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        letters >= 3 && part.len() - letters <= 4 && part[letters..].iter().all(u8::is_ascii_digit)
    };
    value.len() < 32 && parts.clone().count() >= 2 && parts.all(is_part)
}

/// The name of a variable: `APP_SECRET`.
pub(super) fn is_constant_name(value: &[u8]) -> bool {
    value.contains(&b'_') && value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
}

/// The name of a class of errors: `TokenExpiredError`.
pub(super) fn is_error(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_alphabetic)
        && value.first().is_some_and(u8::is_ascii_uppercase)
        && [b"Error".as_slice(), b"Exception"].iter().any(|end| value.len() > end.len() && value.ends_with(end))
}

/// A setting that another object has, given on: `settings.jwt_secret`, `Rails.application.credentials.jwt!`.
pub(super) fn is_setting(lower: &[u8]) -> bool {
    const KINDS: &[&str] = &["secret", "key", "token"];
    const HOLDERS: &[&[u8]] = &[b"credentials", b"secrets", b"settings", b"config", b"configuration", b"env"];
    let lower = lower.strip_suffix(b"!").or_else(|| lower.strip_suffix(b"?")).unwrap_or(lower);
    let is_name = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_alphabetic)
            && part.iter().all(|byte| *byte == b'_' || byte.is_ascii_alphanumeric())
    };
    let mut parts = lower.split(|byte| *byte == b'.');
    let last = parts.next_back().unwrap_or_default();
    let is_held = KINDS.iter().any(|kind| has(last, kind)) || parts.clone().any(|part| HOLDERS.contains(&part));
    lower.contains(&b'.') && is_held && is_name(last) && parts.all(is_name)
}

/// Whether it is quoted, has what no name in code has, or stands in settings of Spring, which are no code.
pub(super) fn is_literal(value: &[u8], context: &Context<'_>) -> bool {
    let lower = value.to_ascii_lowercase();
    let is_quoted = context.at.checked_sub(1).is_some_and(|before| b"\"'`".contains(&context.text[before]));
    let is_part = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b'?');
    let is_setting_of_spring = || context.whole.trim_ascii_start().starts_with(b"spring.");
    is_quoted || is_setting_of_spring() || !lower.iter().all(is_part) && !is_setting(&lower) && !is_member(&lower)
}

/// Only the beginning of a value, as documentation shows it: `eyJhbGciOi...`.
pub(super) fn is_cut_short(value: &[u8], context: &Context<'_>) -> bool {
    const MARKS: &[&[u8]] = &[b"...", "\u{2026}".as_bytes()];
    let after = context.text.get(context.at + value.len()..).unwrap_or_default();
    MARKS.iter().any(|mark| value.ends_with(mark) || after.starts_with(mark))
}

/// A private key of which lines are left out, as documents show it: dots stand for them, or a point ends one.
pub(super) fn is_left_short(armoured: &[u8]) -> bool {
    const GAPS: &[&str] = &["...", "\u{2026}"];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let ends_with_a_point = |line: &[u8]| {
        let inner = line.trim_ascii_end().strip_suffix(b".");
        inner.is_some_and(|inner| inner.last().is_some_and(is_part))
    };
    GAPS.iter().any(|gap| has(armoured, gap)) || armoured.split(|byte| *byte == b'\n').any(ends_with_a_point)
}

/// The first part of a web token alone, which says how it is signed and nothing else.
pub(super) fn is_header_of_a_token(value: &[u8]) -> bool {
    let text = value.starts_with(b"eyJ").then(|| URL_SAFE_NO_PAD.decode(value).ok()).flatten();
    let header = text.and_then(|text| serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&text).ok());
    header.is_some_and(|header| header.contains_key("alg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_is_given_on_is_told_from_a_value_with_a_dot() {
        for setting in [
            "settings.jwt_secret",
            "self.config.secret_key",
            "cfg.jwtkey",
            "rails.application.credentials.devise_jwt_secret_key!",
            "rails.application.credentials.jwt",
        ] {
            assert!(is_setting(setting.as_bytes()), "{setting}");
        }
        for value in ["k7qz9.lw2xv8rt4", "jwt_secret", "3f9a.c01bsecret", "my-shop.secret"] {
            assert!(!is_setting(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_class_of_errors_is_no_value() {
        assert!(is_error(b"TokenExpiredError") && is_error(b"BadKeyException"));
        assert!(!is_error(b"Error") && !is_error(b"Tr0uble-Error") && !is_error(b"kPqzWvTrror"));
    }

    #[test]
    fn a_key_with_lines_left_out_is_told_from_a_whole_one() {
        let key = super::super::example("private-key");
        assert!(!is_left_short(key.as_bytes()));
        assert!(!is_left_short(key.replace('\n', "\" .\n\"").as_bytes()), "PHP joins strings with a point");
        let lines: Vec<&str> = key.lines().collect();
        for gap in ["...", "    ...  ", "\u{2026}", "# ...."] {
            let text = [&lines[..4], &[gap], &lines[5..]].concat().join("\n");
            assert!(is_left_short(text.as_bytes()), "{gap}");
            let judged = super::super::scan(text.as_bytes()).first().map(|hit| hit.judgement);
            assert!(matches!(judged, None | Some(super::super::Judgement::Placeholder)), "{gap}");
        }
        assert!(is_left_short(format!("# {}.\n#", lines[1]).as_bytes()));
    }

    #[test]
    fn the_header_of_a_token_is_no_token() {
        let header = |json: &str| URL_SAFE_NO_PAD.encode(json);
        assert!(is_header_of_a_token(header(r#"{"alg":"HS256","typ":"JWT"}"#).as_bytes()));
        assert!(!is_header_of_a_token(header(r#"{"user":"ana"}"#).as_bytes()));
        assert!(!is_header_of_a_token(b"eyJ-not-a-header"));
    }

    #[test]
    fn where_a_setting_stands_and_what_something_is_called_are_no_values() {
        for name in ["jwt:securitykey", "we_1n2m3k4j5h6g7f8d9s0a", "price_1n2m3k4j5h6g7f"] {
            assert!(is_about_a_value(name.as_bytes()), "{name}");
        }
        for value in ["ana:k7qz9lw2xv8rt4", "we_are", "whsec_1n2m3k4j5h6g7f8d9s0a"] {
            assert!(!is_about_a_value(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn a_token_is_told_from_the_key_that_signs_it() {
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let token = format!("{}.{}.c2lnbmF0dXJl", part(r#"{"alg":"HS256"}"#), part(r#"{"sub":"1"}"#));
        assert!(is_token(token.as_bytes()));
        assert!(!is_token(part(r#"{"alg":"HS256"}"#).as_bytes()));
        assert!(!is_token(b"shop.secret.key"));
    }
}
