//! What a value itself says: live-looking, or one of the many innocent things.

use super::around::{
    is_commented, is_development_section, is_in_wrapped_data, is_named_after_a_provider,
    is_named_as_made_of_a_password, is_named_as_made_up, is_named_as_public, is_named_as_stand_in,
};
use super::beside::{elsewhere, is_for_a_neighbour_in_development, is_for_a_store_nearby, is_for_no_server_outside};
use super::bytes::{distinct, has, is_word};
use super::check::{Check, Verdict, decode, is_locked_by_openssh, is_random};
use super::connection::connection;
use super::context::Context;
use super::joined::{is_in_camel_case, is_run_together};
use super::judgement::Judgement;
use super::local_defaults::is_local_default;
use super::names::is_named_as_no_credential;
use super::placeholders::{is_placeholder, is_published};
use super::references::{
    is_about_a_value, is_constant_name, is_cut_short, is_error, is_header_of_a_token, is_left_short, is_literal,
    is_member, is_name, is_rest_of_a_setting, is_setting, is_token,
};
use super::request;
use super::rules::{Rule, Tier};
use super::secret::Secret;
use super::test_module;
use super::weak::is_weak;
use super::web_token;

/// `None` if it is no credential at all.
pub(super) fn judge(rule: &Rule, value: Secret<'_>, context: &Context<'_>) -> Option<Judgement> {
    let bytes = value.bytes();
    if rule.tier == Tier::Marker {
        return (rule.check.of(value, context) == Verdict::Sound).then_some(Judgement::Live);
    }
    if rule.check != Check::Pem && (is_interpolated(bytes, context) || is_in_wrapped_data(bytes, context)) {
        return None;
    }
    let is_for_a_server = rule.check == Check::Server && is_literal(bytes, context);
    let server = is_for_a_server.then(|| elsewhere(context.text, context.at)).flatten();
    if rule.check == Check::Server && server.is_none() {
        return None;
    }
    if is_named_as_no_credential(rule, context) {
        return None;
    }
    // A generated value has no braces; a template has (`key-{name}`), and so has code that a quote ran into.
    let is_text = matches!(rule.tier, Tier::Named | Tier::Generic);
    let is_code = || ["}", "config(", " = ", " => ", " || ", " && "].iter().any(|mark| has(bytes, mark));
    if is_text && !rule.stored && is_code() && !is_rest_of_a_setting(bytes, context) {
        return None;
    }
    if is_text && is_variable_of_a_template(bytes, context.text) {
        return None;
    }
    let lower = bytes[..bytes.len().min(400)].to_ascii_lowercase();
    if is_text && (is_about_a_value(&lower) || is_header_of_a_token(bytes)) || is_named_after_a_provider(rule, context)
    {
        return None;
    }
    if rule.judged == Some(Judgement::Locked) {
        let stands_in = has(&lower, "xxxx") || is_named_as_made_up(context);
        return Some(if stands_in { Judgement::Placeholder } else { Judgement::Locked });
    }
    if rule.check == Check::Pem && is_locked_by_openssh(bytes) {
        return Some(Judgement::Locked);
    }
    if is_encrypted(&lower, context.whole) || is_named_as_made_of_a_password(rule, context) {
        return Some(Judgement::Encrypted);
    }
    if rule.check == Check::Pem && is_left_short(bytes) {
        return Some(Judgement::Placeholder);
    }
    let is_for_you = || lower.starts_with(b"your") && (is_weak(&lower) || is_in_camel_case(bytes));
    if is_placeholder(&lower, rule)
        || is_text && is_for_you()
        || rule.check != Check::Pem && is_cut_short(bytes, context)
    {
        return Some(Judgement::Placeholder);
    }
    if is_published(&lower) || web_token::is_signed_with_a_published_key(bytes) {
        return Some(Judgement::Example);
    }
    if is_named_as_stand_in(rule, context) {
        return Some(Judgement::Placeholder);
    }
    if rule.check == Check::Jwt && web_token::is_of_a_local_supabase(bytes) {
        return Some(Judgement::LocalDefault);
    }
    let is_for_everybody = || rule.check == Check::Jwt && web_token::role(bytes).as_deref() == Some("anon");
    if is_named_as_public(rule, context) || is_for_everybody() {
        return Some(Judgement::Public);
    }
    // The key that every storage emulator has.
    if context.user == Some(b"devstoreaccount1") {
        return Some(Judgement::Example);
    }
    match rule.check.of(value, context) {
        Verdict::Nothing => return None,
        Verdict::Unsound => return Some(Judgement::Malformed),
        Verdict::Sound => {}
    }
    if let Some(judgement) = rule.judged {
        return Some(judgement);
    }
    // What a checksum proves is no sample that somebody made up for a test.
    if rule.check != Check::Crc62 && test_module::holds(context.text, context.at) {
        return Some(Judgement::InTest);
    }
    if rule.check == Check::Connection {
        return (!is_member(&lower)).then(|| connection(&lower, context));
    }
    if matches!(rule.check, Check::Pair | Check::Login) {
        let is_pair = rule.check == Check::Pair;
        let sent =
            if is_pair { request::pair(rule, bytes, context) } else { Some(request::login(rule, bytes, context)) };
        return sent
            .map(|sent| if sent == Judgement::Live && is_commented(context) { Judgement::Commented } else { sent });
    }
    if let Some(server) = server {
        let user = server.user.as_deref().map(str::as_bytes);
        return Some(connection(&lower, &Context { user, host: Some(server.host.as_bytes()), ..*context }));
    }
    if rule.tier != Tier::Format && is_commented(context) {
        return Some(Judgement::Commented);
    }
    match rule.tier {
        // It names a key and opens nothing by itself.
        Tier::Format if rule.id == "aws-access-key-id" && !has_its_secret_beside_it(bytes, context) => {
            Some(Judgement::Unplaced)
        }
        Tier::Format | Tier::Marker => Some(Judgement::Live),
        // The name of a variable is no value.
        Tier::Named if is_constant_name(bytes) || is_error(bytes) || is_setting(&lower) || is_token(bytes) => None,
        Tier::Named if lower.starts_with(b"http://") || lower.starts_with(b"https://") => None,
        Tier::Named => {
            // What is so long and comes out as text was text.
            let is_wrapped = rule.check == Check::Wrapped || bytes.len() >= 24;
            let said = decoded(rule, bytes, context).filter(|_| is_wrapped);
            let judged = said.unwrap_or_else(|| named(rule, bytes, &lower, context));
            // What everybody guesses first opens a database as well that anybody reaches.
            let is_reached = || rule.password && elsewhere(context.text, context.at).is_some();
            Some(if judged == Judgement::LocalDefault && is_reached() { Judgement::Weak } else { judged })
        }
        Tier::Generic => generic(rule, bytes, &lower, context).filter(|judgement| {
            rule.defaults || rule.stored || !matches!(judgement, Judgement::Weak | Judgement::LocalDefault)
        }),
    }
    .map(|judgement| match judgement {
        // A store of objects of one's own takes any key that has the form of Amazon's.
        Judgement::Live if rule.id == "aws-secret-key" && is_for_a_store_nearby(context.text, context.at) => {
            Judgement::Near
        }
        Judgement::Live
            if is_text
                && (is_for_no_server_outside(context.text, context.at)
                    || is_for_a_neighbour_in_development(context.text, context.at)) =>
        {
            Judgement::Near
        }
        other => other,
    })
}

/// The value comes from somewhere else.
fn is_interpolated(value: &[u8], context: &Context<'_>) -> bool {
    let text = String::from_utf8_lossy(&value[..value.len().min(200)]);
    let text = text.trim();
    let before = context.at.checked_sub(1).map(|at| context.text[at]);
    let after = context.text.get(context.at + value.len());
    ["${", "{{", "<%", "#{", "${{", "process.env", "os.environ", "getenv", "ENV[", "env("]
        .iter()
        .any(|mark| text.contains(mark))
        || text.starts_with("$(")
        // Signs that a generated value has by chance.
        || [("$(", ")"), ("%(", ")s"), ("%(", ")d"), ("@@", "@@")].iter().any(|(open, close)| holds_a_name(text, open, close))
        || text.trim_start_matches('\\').strip_prefix('$').is_some_and(|name| is_variable(name) && !is_generated(name))
        || (text.starts_with('%') && text.ends_with('%'))
        || (text.starts_with('{') && text.ends_with('}'))
        || (text.starts_with(':') && text[1..].bytes().all(is_word))
        || (before == Some(b'{') && after == Some(&b'}'))
}

/// Whether the text has the same name between braces elsewhere, as Postman's collections do: `{{token_user}}`.
fn is_variable_of_a_template(value: &[u8], text: &[u8]) -> bool {
    const LONGEST: usize = 40;
    let is_name = value.len() <= LONGEST && value.iter().all(|byte| is_word(*byte) || *byte == b'-');
    is_name && has(text, "{{") && memchr::memmem::find(text, &[&b"{{"[..], value, b"}}"].concat()).is_some()
}

/// Whether a name stands between `open` and `close`.
fn holds_a_name(text: &str, open: &str, close: &str) -> bool {
    text.match_indices(open).any(|(at, _)| {
        let rest = &text[at + open.len()..];
        rest.find(close).is_some_and(|end| end > 0 && rest[..end].bytes().all(is_word))
    })
}

/// `NAME` alone, or in capitals with something behind it.
fn is_variable(text: &str) -> bool {
    let name = text.bytes().take_while(|byte| is_word(*byte)).count();
    name > 0 && name == text.len()
        || name >= 4 && text.contains('_') && text[..name].bytes().all(|byte| byte == b'_' || byte.is_ascii_uppercase())
}

/// A password may begin with the sign of a variable: `$hop7Kq2xV9`. Names have digits at their end, if at all.
fn is_generated(name: &str) -> bool {
    !name.contains('_') && is_random(name.as_bytes())
}

fn is_encrypted(lower: &[u8], whole: &[u8]) -> bool {
    let starts = [
        "enc(",
        "enc[",
        "{cipher}",
        "!vault",
        "$ansible_vault",
        "vault:",
        "secure:",
        "agb",
        "aqicah",
        "pbkdf2_",
        "$2a$",
        "$2b$",
        "$2y$",
        "$argon2",
        "$6$",
        "sha256:",
        "sha512:",
    ];
    starts.iter().any(|start| *start != "agb" && lower.starts_with(start.as_bytes()))
        || (lower.starts_with(b"agb") && lower.len() > 200)
        || has(whole, "secure:") && has(whole, "secure: \"")
        || has(whole, "ENCRYPTED PRIVATE KEY")
        || has(whole, "4,ENCRYPTED")
}

fn named(rule: &Rule, value: &[u8], lower: &[u8], context: &Context<'_>) -> Judgement {
    if rule.stored && (is_local_default(lower, context) || is_weak(lower)) {
        Judgement::Weak
    } else if is_local_default(lower, context) || (rule.password && is_weak(lower)) {
        Judgement::LocalDefault
    } else if !rule.stored && !rule.password && is_a_text(value) {
        Judgement::Placeholder
    } else if !rule.password && !rule.stored && has_blanks_between_words(lower)
        || lower.len() < 24 && lower.iter().all(u8::is_ascii_alphabetic)
        // A generated value without a digit is rare, a name or words run together are not.
        || !rule.password && (is_chosen(value, lower) || is_number(lower))
        || is_weak(lower)
        || lower.starts_with(b"django-insecure")
        || is_of_djangos_generator(lower, context)
    {
        Judgement::Weak
    } else if is_development_section(context) {
        Judgement::Development
    } else {
        Judgement::Live
    }
}

/// Whether words describe something, in whatever language: "The API secret key", or the translation of a message. A
/// generator writes neither blanks nor letters outside ASCII.
fn is_a_text(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let is_of_words = |text: &str| {
        text.chars().all(|sign| {
            sign.is_alphabetic() || sign.is_whitespace() || !sign.is_ascii() || ".,;:!?'()/-".contains(sign)
        })
    };
    let is_long = text.split_whitespace().count() >= 3;
    is_of_words(text) && (is_long || text.chars().any(|sign| !sign.is_ascii() && sign.is_alphabetic()))
}

/// Whether words, numbers and marks of a sentence stand apart. Other signs among them somebody put there to make it hard
/// to guess.
fn has_blanks_between_words(lower: &[u8]) -> bool {
    let lower = lower.trim_ascii();
    lower.contains(&b' ') && lower.iter().all(|byte| !byte.is_ascii_punctuation() || b".,;:!?'()/-_\"".contains(byte))
}

/// Whether what is as long and as irregular as the secret of a key of Amazon's stands near its id.
fn has_its_secret_beside_it(id: &[u8], context: &Context<'_>) -> bool {
    const CLOSE: usize = 1000;
    const LENGTH: usize = 40;
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    let after = &context.text[(context.at + id.len()).min(context.text.len())..];
    let after = &after[..after.len().min(CLOSE)];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+');
    let is_secret = |part: &[u8]| {
        part.len() >= LENGTH && is_random(&part[part.len() - LENGTH..]) && part.iter().any(u8::is_ascii_uppercase)
    };
    [before, after].into_iter().any(|text| text.split(|byte| !is_part(byte)).any(is_secret))
}

/// Whether somebody made the value up: of words that say what it is, or of a few characters again and again.
fn is_chosen(value: &[u8], lower: &[u8]) -> bool {
    is_in_camel_case(value) || is_run_together(value) || distinct(lower) < 6
}

/// What a generator writes has other characters, or is longer.
fn is_number(value: &[u8]) -> bool {
    value.len() < 20 && value.iter().all(u8::is_ascii_digit)
}

/// Django's generator writes a key of 50 characters below a comment of its own, in settings for development.
fn is_of_djangos_generator(lower: &[u8], context: &Context<'_>) -> bool {
    const CLOSE: usize = 160;
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    lower.len() == 50
        && (has(before, "SECURITY WARNING: keep the secret key") || has(before, "Make this unique, and don't share it"))
        && context.text.split(|byte| *byte == b'\n').any(|line| line.trim_ascii_end() == b"DEBUG = True")
}

fn generic(rule: &Rule, value: &[u8], lower: &[u8], context: &Context<'_>) -> Option<Judgement> {
    if rule.stored {
        // What is too short for a password, in base64.
        if decode(value).is_some_and(|text| text.trim_ascii().len() < 6 && text.is_ascii()) {
            return None;
        }
        let judgement = decoded(rule, value, context).filter(|judgement| *judgement != Judgement::LocalDefault);
        let default = is_local_default(lower, context);
        if default && rule.password {
            return Some(Judgement::LocalDefault);
        }
        let weak = default || is_weak(lower);
        return Some(judgement.unwrap_or(if weak { Judgement::Weak } else { Judgement::Live }));
    }
    if is_local_default(lower, context) {
        return Some(Judgement::LocalDefault);
    }
    // An address, a path, a duration, a class name or a sentence is no credential.
    let is_reference = lower.starts_with(b"http")
        || lower.starts_with(b"/")
        || lower.starts_with(b"./")
        || lower.starts_with(b"arn:")
        || value.contains(&b' ')
        || !value.is_ascii()
        || is_error(value)
        || value.iter().filter(|byte| **byte == b'.').count() > 1 && !is_random(value);
    if is_reference {
        return None;
    }
    // A password may be words that nobody guesses.
    if is_weak(lower) || is_run_together(value) || distinct(lower) < 6 {
        return Some(Judgement::Weak);
    }
    if let Some(judgement) = decoded(rule, value, context) {
        return Some(judgement);
    }
    let is_sign = |byte: &u8| byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'-' | b'.');
    let has_any = |is: fn(&u8) -> bool| usize::from(value.iter().any(is));
    let classes = has_any(u8::is_ascii_lowercase)
        + has_any(u8::is_ascii_uppercase)
        + has_any(u8::is_ascii_digit)
        + usize::from(value.iter().any(is_sign));
    let core = value.strip_suffix(b"\\").unwrap_or(value);
    let identifier = core
        .strip_prefix(b"?")
        .unwrap_or(core)
        .iter()
        .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.' | b':'));
    if is_name(core) {
        return Some(Judgement::Weak);
    }
    // On a line of settings, letters in both cases are a password; in code they are a word.
    if identifier && (!rule.defaults || !value.iter().all(u8::is_ascii_alphabetic)) || classes < 2 {
        return Some(Judgement::Weak);
    }
    Some(if is_development_section(context) { Judgement::Development } else { Judgement::Live })
}

/// What the text says that `value` is base64 of, as in a Kubernetes secret; `None` if that says nothing new.
fn decoded(rule: &Rule, value: &[u8], context: &Context<'_>) -> Option<Judgement> {
    let text = decode(value).filter(|text| text.len() >= 4 && text.iter().all(|byte| (b' '..=b'~').contains(byte)))?;
    let lower = text.to_ascii_lowercase();
    if has(&lower, "localhost") || has(&lower, "127.0.0.1") || is_local_default(&lower, context) {
        Some(Judgement::LocalDefault)
    } else if is_placeholder(&lower, rule) {
        Some(Judgement::Placeholder)
    } else if is_encrypted(&lower, &[]) {
        Some(Judgement::Encrypted)
    } else {
        is_weak(&lower).then_some(Judgement::Weak)
    }
}
